//! SMTP servers: what they offer, and how they refuse.

use std::time::Duration;

use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use shouwen::rehearsal::server::{SmtpMisdeed, SmtpOptions, SmtpServer};
use shouwen::talk::{Trial, Verdict};
use tokio::time::Instant;

use crate::{PASSWORD, fails, imap, text, trouble};

fn server() -> (SmtpServer, Mailbox) {
    let login = Some(("zjc".to_owned(), PASSWORD.to_owned()));
    let server = SmtpServer::start_with(SmtpOptions { login, ..SmtpOptions::default() }).unwrap();
    let mailbox = mailbox(server.addr().port());
    (server, mailbox)
}

pub fn mailbox(port: u16) -> Mailbox {
    let smtp = Endpoint { host: "localhost".into(), port, tls: Tls::None, ca_file: None };
    Mailbox { smtp: Some(smtp), ..imap::mailbox(port) }
}

/// One walk, at most 3 s long; nobody may read the password in it.
pub async fn probe(mailbox: &Mailbox) -> Vec<Trial> {
    let until = Instant::now() + Duration::from_secs(3);
    let trials = shouwen::smtp::probe(mailbox, mailbox.smtp.as_ref().unwrap(), until).await;
    let said = text(&trials);
    // Also not in base64: the password alone, and behind "\0zjc\0".
    for secret in ["ary", "Y2FuImFyeVxwYXNz", "AHpqYwBjYW4iYXJ5XHBhc3M"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
    trials
}

#[tokio::test]
async fn login_is_done_as_offered_and_nothing_is_sent() {
    for (offer, asked) in [("PLAIN LOGIN", 1), ("LOGIN", 3), ("XOAUTH2 LOGIN", 3)] {
        let (server, mailbox) = server();
        server.on(
            "EHLO",
            SmtpMisdeed::Say(format!("250-mail.example\r\n250-AUTH {offer}\r\n250 SIZE 73400320").into()),
        );
        let trials = probe(&mailbox).await;
        let said = text(&trials);
        assert!(trials.iter().all(|step| step.verdict == Verdict::Fine), "{offer}: {said}");
        assert!(said.contains("单封上限 73 MB") && said.contains(&format!("登录方式 {offer}")), "{said}");
        assert!(said.contains("> ***") || asked == 1, "{said}");
        let heard: Vec<String> = server.log().into_iter().map(|heard| heard.text).collect();
        assert_eq!(heard.len(), asked + 3, "{heard:?}");
        assert!(heard.iter().all(|text| !text.starts_with("MAIL")) && server.received().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_in_gbk_is_read_and_names_the_authorisation_code() {
    let (server, mailbox) = server();
    // 登录失败，请使用授权码 in GBK
    let words =
        b"535 \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\xa3\xac\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb";
    server.on("AUTH", SmtpMisdeed::Say(words.to_vec()));
    let trials = probe(&mailbox).await;
    fails(&trials, "登录 AUTH：登录被拒绝（535 登录失败，请使用授权码）", "授权码");
    let heard = server.log();
    assert_eq!(heard.iter().filter(|heard| heard.text.starts_with("AUTH")).count(), 1, "{heard:?}");
}

#[tokio::test]
async fn a_server_without_login_is_used_without_one_and_that_is_told() {
    let (server, mailbox) = server();
    server.on("EHLO", SmtpMisdeed::Say(b"250 mail.example".to_vec()));
    let trials = probe(&mailbox).await;
    let (verdict, what, _) = trouble(&trials);
    assert!(verdict == Verdict::Warning && what.contains("不提供登录"), "{what}");
    assert!(server.log().iter().all(|heard| !heard.text.starts_with("AUTH")));
}

#[tokio::test]
async fn each_way_to_fail_has_its_remedy() {
    let say = |words: &str| SmtpMisdeed::Say(words.as_bytes().to_vec());
    for (step, misdeed, what, remedy) in [
        ("GREETING", say("554 IP in blacklist"), "不接待（554 IP in blacklist）", "客服"),
        ("GREETING", say("* OK IMAP4 ready"), "不合 SMTP 协议", "host"),
        ("GREETING", SmtpMisdeed::Close, "断开了连接", "implicit"),
        ("GREETING", SmtpMisdeed::Stall, "没有按时答复", "implicit"),
        ("GREETING", SmtpMisdeed::EndlessReply, "不合 SMTP 协议", "host"),
        ("EHLO", say("502 no"), "拒绝 EHLO（502 no）", "客服"),
        ("EHLO", say("250-x\r\n250 AUTH XOAUTH2"), "只提供 XOAUTH2", "管理员"),
        ("AUTH", say("451 too much fail authentication"), "登录 AUTH", "一小时"),
        ("AUTH", say("530 Must issue a STARTTLS command first"), "登录 AUTH", "starttls"),
        ("AUTH", SmtpMisdeed::Close, "登录 AUTH：服务器断开了连接", "一小时"),
    ] {
        let (server, mailbox) = server();
        server.on(step, misdeed);
        fails(&probe(&mailbox).await, what, remedy);
        assert_eq!(server.waiting(), 0);
    }
}

#[tokio::test]
async fn starttls_that_is_not_offered_is_not_done_without() {
    let (server, mut mailbox) = server();
    mailbox.smtp.as_mut().unwrap().tls = Tls::StartTls;
    mailbox.password = Secret::new(PASSWORD);
    fails(&probe(&mailbox).await, "不提供 STARTTLS", "implicit");
    assert!(server.log().iter().all(|heard| !heard.text.starts_with("AUTH")));
}

/// The name of a server has several addresses: then the others are tried.
#[tokio::test]
async fn an_address_that_says_nothing_is_noted() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let trials = probe(&mailbox(mute.local_addr().unwrap().port())).await;
    fails(&trials, "没有按时", "端口");
    assert!(shouwen::talk::is_mute(mute.local_addr().unwrap()));
    let (server, mailbox) = server();
    probe(&mailbox).await;
    assert!(!shouwen::talk::is_mute(server.addr()));
}
