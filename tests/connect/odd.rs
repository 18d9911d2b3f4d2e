//! Servers that answer `check --connect` oddly: the walk ends in time, tells each step, and what is not well has a remedy.

use std::time::{Duration, Instant};

use shouwen::rehearsal::server::{Misdeed, Profile};
use shouwen::talk::{Trial, Verdict};

use crate::imap::{probe, server};
use crate::{PASSWORD, text};

const MAIL: &[u8] = b"Subject: x\r\n\r\nmaterial\r\n";
const STEPS: [&str; 10] =
    ["GREETING", "LOGIN", "CAPABILITY", "ID", "LIST", "EXAMINE", "FETCH 1:", "BODY.PEEK[]", "NOOP", "LOGOUT"];

fn misdeeds() -> Vec<Misdeed> {
    let first = |line: &str| Misdeed::UnsolicitedFirst(line.as_bytes().to_vec());
    let echo = [b"$TAG NO what is ".as_slice(), PASSWORD.as_bytes(), b" \xc7\xeb\r\n"].concat();
    let literal = [b"* FLAGS {12}\r\n".as_slice(), PASSWORD.as_bytes(), b"\r\n$TAG OK\r\n"].concat();
    vec![
        Misdeed::Close,
        Misdeed::Bye("going down".into()),
        Misdeed::No("no".into()),
        Misdeed::Bad("不".into()),
        Misdeed::Stall,
        Misdeed::EndlessUntagged,
        Misdeed::LineWithoutEnd,
        Misdeed::Raw8bit,
        Misdeed::Duplicate,
        Misdeed::WithoutUid,
        Misdeed::CutMidLiteral,
        Misdeed::WrongLiteralLength(-3),
        Misdeed::WrongLiteralLength(40),
        Misdeed::AnnounceLiteral(10_737_418_240),
        Misdeed::CutAfter(b"$TAG".to_vec()),
        Misdeed::Say(b"$TAG OK\r\n".to_vec()),
        Misdeed::Say(b"$TAG MAYBE\r\n".to_vec()),
        Misdeed::Say(b"X9 OK\r\n".to_vec()),
        Misdeed::Say(b"+ go on\r\n$TAG OK\r\n".to_vec()),
        Misdeed::Say(echo),
        Misdeed::Say(literal),
        first("HTTP/1.1 407 Proxy Authentication Required"),
        first("* OK [ALERT]邮箱将满"),
        first("* BYE soon"),
        first("* PREAUTH hello"),
        first("* OK one\rtwo \u{1b}[31m \u{202e}"),
        first(&format!("* OK {PASSWORD}")),
        first(&format!("* CAPABILITY IMAP4rev1 {}", "X-MORE ".repeat(3000))),
        first(&format!("* LIST (\\Junk) \"/\" \"{}\"", "垃".repeat(100))),
        first("* LIST (\\Junk) NIL {4}\r\nSp\"m"),
        first("* LIST (\\Noselect \\NonExistent) \"/\" \"x\""),
        first("* 99999999999 EXISTS"),
        first("* 0 EXISTS"),
        first("* 1 FETCH (UID 0 RFC822.SIZE 99999999999999 INTERNALDATE NIL)"),
        Misdeed::UnsolicitedAfter(b"* BYE behind\r\n".to_vec()),
        Misdeed::UnsolicitedAfter(b"garbage\r\n".to_vec()),
        Misdeed::ChangeUidvalidity(0),
        Misdeed::VanishFolder,
        Misdeed::VanishMail(1),
        Misdeed::Drip(Duration::from_millis(900)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_odd_answer_is_told_in_time_with_a_remedy() {
    let mut walks = tokio::task::JoinSet::new();
    for step in STEPS {
        for misdeed in misdeeds() {
            walks.spawn(async move {
                let (server, mailbox) = server(Profile::Netease);
                server.deliver("INBOX", MAIL, "2023-05-19T09:00:00+08:00".parse().unwrap());
                server.always(step, misdeed.clone());
                let began = Instant::now();
                let trials = probe(&mailbox).await;
                let (name, said) = (format!("{misdeed:?} at {step}"), text(&trials));
                assert!(began.elapsed() < Duration::from_secs(8), "{name}: {:?}", began.elapsed());
                assert!(!said.contains("\u{1b}") && !said.contains('\u{202e}'), "{name}: {said}");
                for trial in &trials {
                    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
                    assert!(is_chinese(&trial.what), "{name}: {}", trial.what);
                    let is_well = matches!(trial.verdict, Verdict::Fine | Verdict::Untried);
                    assert!(is_well || is_chinese(&trial.remedy), "{name}: {} has no remedy", trial.what);
                }
                let is = |verdict| trials.iter().any(|trial: &Trial| trial.verdict == verdict);
                assert!(is(Verdict::Failed) || !is(Verdict::Untried), "{name}: {said}");
            });
        }
    }
    let mut failed = 0;
    while let Some(ended) = walks.join_next().await {
        failed += usize::from(ended.is_err());
    }
    assert_eq!(failed, 0);
}

#[tokio::test]
async fn a_server_that_lists_no_mail_fails() {
    for (misdeed, words) in [
        (Misdeed::No("not today".into()), "not today"),
        (Misdeed::WithoutUid, "没有列出一封"),
        (Misdeed::Say(b"$TAG OK\r\n".to_vec()), "没有列出一封"),
    ] {
        let (server, mailbox) = server(Profile::Plain);
        server.deliver("INBOX", MAIL, "2023-05-19T09:00:00+08:00".parse().unwrap());
        server.always("FETCH 1:", misdeed);
        let trials = probe(&mailbox).await;
        let failed: Vec<&Trial> = trials.iter().filter(|trial| trial.verdict == Verdict::Failed).collect();
        assert!(matches!(failed[..], [one] if one.what.contains(words)), "{}", text(&trials));
    }
}
