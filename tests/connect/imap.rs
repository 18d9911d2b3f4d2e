//! IMAP servers of every kind, and each way in which a step can fail.

use std::time::Duration;

use jiff::tz::TimeZone;
use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Misdeed, Profile};
use shouwen::talk::{Trial, Verdict};
use tokio::time::Instant;

use crate::{PASSWORD, fails, text, trouble};

const NOW: &str = "2023-05-20T09:00:00+08:00";
const MAIL: &[u8] = b"Subject: x\r\n\r\nmaterial\r\n";

pub fn server(profile: Profile) -> (ImapServer, Mailbox) {
    let login = Some(("zjc".to_owned(), PASSWORD.to_owned()));
    let server = ImapServer::start_with(ImapOptions { profile, login, ..ImapOptions::default() }).unwrap();
    let mailbox = mailbox(server.addr().port());
    (server, mailbox)
}

pub fn mailbox(port: u16) -> Mailbox {
    let imap = Endpoint { host: "localhost".into(), port, tls: Tls::None, ca_file: None };
    Mailbox {
        id: "zjc".into(),
        address: "zjc@office.example".into(),
        user: "zjc".into(),
        password: Secret::new(PASSWORD),
        imap,
        smtp: None,
        folders: vec!["INBOX".into(), "@junk".into()],
        poll_seconds: 120,
        since: Some("2023-04-20".parse().unwrap()),
        campaigns: vec![],
    }
}

/// One walk, at most 3 s long; nobody may read the password in it.
pub async fn probe(mailbox: &Mailbox) -> Vec<Trial> {
    let until = Instant::now() + Duration::from_secs(3);
    let timezone = TimeZone::get("Asia/Shanghai").unwrap();
    let trials = shouwen::imap::probe(mailbox, NOW.parse().unwrap(), &timezone, until).await;
    let said = text(&trials);
    assert!(!said.contains("ary") && !said.contains("can\""), "{said}");
    trials
}

fn logins(server: &ImapServer) -> usize {
    server.log().iter().filter(|heard| heard.text.starts_with("LOGIN")).count()
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_the_rest_is_said_to_be_untried() {
    let (server, mut mailbox) = server(Profile::Netease);
    mailbox.password = Secret::new("another-canary");
    let trials = probe(&mailbox).await;
    fails(&trials, "登录 LOGIN：登录被拒绝（LOGIN Login error or password error）", "授权码");
    assert_eq!(logins(&server), 1);
    let last = &trials[trials.len() - 1].what;
    assert!(last.contains("文件夹 LIST、打开 EXAMINE"), "{last}");
}

#[tokio::test]
async fn a_refusal_in_gbk_that_repeats_the_command_is_read_and_masked() {
    let (server, mailbox) = server(Profile::Qq);
    let mut said = b"$TAG NO LOGIN zjc \"can\\\"ary\\\\pass\" ".to_vec();
    // 请使用授权码 in GBK
    said.extend_from_slice(b"\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb\r\n");
    server.on("LOGIN", Misdeed::Say(said));
    let trials = probe(&mailbox).await;
    fails(&trials, "请使用授权码", "授权码");
    assert!(text(&trials).contains("NO LOGIN zjc \"***\" 请使用授权码"), "{}", text(&trials));
}

/// Words are kept short; the first half of a secret must not be what is left of it.
#[tokio::test]
async fn a_password_in_a_long_refusal_is_shown_neither_here_nor_on_the_page() {
    let (server, mailbox) = server(Profile::Plain);
    for before in [182, 190, 192, 198] {
        let said = [b"x".repeat(before).as_slice(), br#" "CAN\"ary\\pass" "#, PASSWORD.as_bytes()].concat();
        for misdeed in [Misdeed::No(said.clone()), Misdeed::Bye(said.clone())] {
            server.always("LOGIN", misdeed);
            let mut shown = vec![text(&probe(&mailbox).await)];
            let until = Instant::now() + Duration::from_secs(3);
            let refused =
                shouwen::imap::Session::open(&mailbox, until, &mut Default::default()).await.err().unwrap();
            shown.push(refused.to_string());
            for text in shown {
                let has_half = ["x \"c", "x c", "ary"].iter().any(|half| text.to_lowercase().contains(half));
                assert!(text.contains("xxx") && !has_half, "{before}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn each_way_to_fail_has_its_remedy() {
    let unsafe_login = || b"Unsafe Login. Please contact kefu@mail.example for help".to_vec();
    let cases = [
        ("LOGIN", Misdeed::No(b"IMAP access is disabled".to_vec()), "登录 LOGIN", "开启 IMAP"),
        ("EXAMINE", Misdeed::No(unsafe_login()), "Unsafe Login", "网易"),
        ("EXAMINE", Misdeed::Bye(unsafe_login()), "Unsafe Login", "网易"),
        ("GREETING", Misdeed::Bye(b"too many connections".to_vec()), "too many connections", "一小时"),
        ("GREETING", Misdeed::Close, "连接：服务器没有打招呼就断开了", "implicit"),
        ("GREETING", Misdeed::Say(b"220 mail.example ESMTP\r\n".to_vec()), "不合 IMAP 协议", "host"),
        ("CAPABILITY", Misdeed::Close, "功能 CAPABILITY", "客服"),
        ("ID", Misdeed::Close, "表明身份 ID", "客服"),
        ("NOOP", Misdeed::Close, "保持连接 NOOP", "客服"),
        ("BODY.PEEK[]", Misdeed::CutMidLiteral, "分段收取 FETCH", "客服"),
        ("NOOP", Misdeed::Stall, "没有按时答复 NOOP", "客服"),
    ];
    for (step, misdeed, what, remedy) in cases {
        let (server, mailbox) = server(Profile::Netease);
        server.deliver("INBOX", MAIL, NOW.parse().unwrap());
        server.always(step, misdeed);
        let trials = probe(&mailbox).await;
        fails(&trials, what, remedy);
        assert!(logins(&server) <= 1, "{step}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_with_those_that_are() {
    let (server, mut mailbox) = server(Profile::Plain);
    mailbox.folders = vec!["报送材料".into(), "INBOX".into(), "@junk".into()];
    server.folder("报送");
    let trials = probe(&mailbox).await;
    let (verdict, what, remedy) = trouble(&trials);
    assert_eq!(verdict, Verdict::Warning, "mail is fetched all the same");
    assert!(
        what.contains("报送材料") && remedy.contains("INBOX") && remedy.contains("报送、"),
        "{what} {remedy}"
    );
    let said = text(&trials);
    assert!(said.contains("INBOX：0 封") && said.contains("Junk：0 封"), "the others are tried: {said}");
    assert!(said.contains("没有邮件，无从试起"), "{said}");
}

#[tokio::test]
async fn where_none_of_the_folders_is_there_nothing_is_fetched() {
    let (server, mut mailbox) = server(Profile::Plain);
    mailbox.folders = vec!["报送材料".into()];
    server.folder("报送");
    let (trials, found) = (probe(&mailbox).await, "打开 EXAMINE：报送材料：服务器上没有这个文件夹");
    let (verdict, what, _) = trouble(&trials);
    assert!(verdict == Verdict::Failed && what.starts_with(found), "{}", text(&trials));
}

#[tokio::test]
async fn a_server_that_ignores_pieces_or_gives_others_is_known() {
    for (misdeed, words) in [
        (Misdeed::IgnorePartial, "服务器给了 24 字节"),
        (Misdeed::WrongOrigin, "别的一段"),
        (Misdeed::No(b"no".to_vec()), "没有给出内容"),
    ] {
        let (server, mailbox) = server(Profile::Plain);
        // The smallest is taken: whatever comes in full costs the least.
        server.deliver("INBOX", MAIL.repeat(1000), NOW.parse().unwrap());
        server.deliver("INBOX", MAIL, NOW.parse().unwrap());
        server.on("BODY.PEEK[]", misdeed);
        let trials = probe(&mailbox).await;
        let (verdict, what, _) = trouble(&trials);
        assert_eq!(verdict, Verdict::Warning);
        assert!(what.starts_with("分段收取 FETCH：不可用") && what.contains(words), "{what}");
        assert!(text(&trials).contains("UID FETCH 2 (UID BODY.PEEK[]<0.1>)"));
        assert_eq!(server.waiting(), 0);
        assert_eq!(server.seen("INBOX"), [0_u32; 0]);
    }
}

#[tokio::test]
async fn a_window_of_thirty_days_is_suspected_where_older_mail_is_wanted() {
    for (since, suspected) in [("2023-04-01", true), ("2023-04-20", false)] {
        let (server, mut mailbox) = server(Profile::Netease);
        mailbox.since = Some(since.parse().unwrap());
        // Not every server lists by date.
        server.deliver("INBOX", MAIL, NOW.parse().unwrap());
        server.deliver("INBOX", MAIL, "2023-04-20T23:30:00+08:00".parse().unwrap());
        let trials = probe(&mailbox).await;
        assert!(text(&trials).contains("最早一封收于 2023年4月20日"), "{}", text(&trials));
        assert_eq!(trials.iter().any(|step| step.verdict == Verdict::Warning), suspected);
        if suspected {
            assert!(trouble(&trials).2.contains("收取全部邮件"));
        }
    }
}

#[tokio::test]
async fn odd_servers_are_read_without_alarm() {
    let (server, mut mailbox) = server(Profile::Qq);
    mailbox.folders = vec!["INBOX".into()];
    server.deliver("INBOX", MAIL, NOW.parse().unwrap());
    for number in 0..100 {
        server.folder(&format!("文件夹{number}"));
    }
    server.on("NOOP", Misdeed::UnsolicitedFirst(b"* 1 EXISTS".to_vec()));
    server.on("ID", Misdeed::Bad(b"what".to_vec()));
    let trials = probe(&mailbox).await;
    let said = text(&trials);
    assert!(trials.iter().all(|step| step.verdict == Verdict::Fine), "{said}");
    assert!(said.contains("另有 ") && said.lines().count() < 120, "{said}");
    assert!(said.contains("BAD what"), "{said}");
}
