//! The command itself: both servers, as text and as JSON, and no secret in either.

use std::process::{Command, Output};

use serde_json::Value;
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Profile, SmtpMisdeed, SmtpOptions, SmtpServer};
use shouwen::rehearsal::{season, stage};

use crate::PASSWORD;

/// A staged office whose servers let it in with [`PASSWORD`].
struct Office {
    dir: tempfile::TempDir,
    imap: ImapServer,
    smtp: SmtpServer,
}

fn office(profile: Profile) -> Office {
    let login = Some((season::OFFICE.to_owned(), PASSWORD.to_owned()));
    let imap =
        ImapServer::start_with(ImapOptions { profile, login: login.clone(), ..ImapOptions::default() });
    let smtp = SmtpServer::start_with(SmtpOptions { login, ..SmtpOptions::default() });
    let (imap, smtp) = (imap.unwrap(), smtp.unwrap());
    let dir = tempfile::tempdir().unwrap();
    let page = "127.0.0.1:1".parse().unwrap();
    let at = stage::Addresses { imap: imap.addr(), smtp: smtp.addr(), page };
    stage::build(&stage::stage(dir.path()), &season::roster_emails(), at).unwrap();
    std::fs::write(dir.path().join("config/zjc.secret"), PASSWORD).unwrap();
    Office { dir, imap, smtp }
}

impl Office {
    fn check(&self, more: &[&str]) -> (i32, String) {
        let config = self.dir.path().join("config/shouwen.toml");
        let words =
            ["check", "--connect", "--now", "2023-05-20T09:00:00+08:00", "-c", config.to_str().unwrap()];
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_shouwen"))
            .args([&words[..], more].concat())
            .env("RUST_LOG", "trace")
            .output()
            .unwrap();
        assert_no_secret(&String::from_utf8(stderr).unwrap());
        let out = String::from_utf8(stdout).unwrap();
        assert_no_secret(&out);
        (status.code().unwrap(), out)
    }
}

/// The password as it is, quoted, and in base64 at any place of a longer text.
fn assert_no_secret(text: &str) {
    // can"ary\pass with 0, 1 and 2 bytes before it, the bytes at both ends left out.
    for form in
        ["can\"ary", "ary\\pass", "ary\\\\pass", "Y2FuImFyeVxwYXNz", "NhbiJhcnlccGFzc", "jYW4iYXJ5XHBhc3"]
    {
        assert!(!text.contains(form), "{form} in\n{text}");
    }
}

#[test]
fn both_servers_are_walked_through_with_one_login_each() {
    for profile in [Profile::Plain, Profile::Netease, Profile::Qq] {
        let office = office(profile);
        office.imap.deliver(
            "INBOX",
            &b"Subject: x\r\n\r\nx"[..],
            "2023-05-01T09:00:00+08:00".parse().unwrap(),
        );
        let (status, out) = office.check(&[]);
        assert_eq!(status, 0, "{out}");
        for words in [
            "邮箱 zjc：收信服务器 127.0.0.1:",
            "        > A0001 LOGIN \"",
            "\" \"***\"\n",
            "        < * CAPABILITY",
            "        < * ID (\"name\"",
            "@junk 即 ",
            "正常  打开 EXAMINE：INBOX：1 封",
            "最早一封收于 2023年5月1日",
            "BODY.PEEK[]<0.1>",
            "正常  分段收取 FETCH：可用",
            "（1 字节）",
            "正常  保持连接 NOOP：可用",
            "邮箱 zjc：发信服务器 127.0.0.1:",
            "        < 250-AUTH ",
            "        > AUTH PLAIN ***\n",
            "没有发出任何邮件",
        ] {
            assert!(out.contains(words), "{profile:?}: {words} is not in\n{out}");
        }
        assert_eq!(office.imap.seen("INBOX"), [0_u32; 0]);
        let heard: Vec<String> = office.imap.log().into_iter().map(|heard| heard.text).collect();
        assert_eq!(heard.iter().filter(|text| text.starts_with("LOGIN")).count(), 1);
        assert!(heard.iter().all(|text| !text.starts_with("SELECT")), "{heard:?}");
        let heard: Vec<String> = office.smtp.log().into_iter().map(|heard| heard.text).collect();
        assert_eq!(heard.iter().filter(|text| text.starts_with("AUTH")).count(), 1);
        assert!(heard.iter().all(|text| !text.starts_with("MAIL")), "{heard:?}");
    }
}

#[test]
fn json_keeps_the_shape_of_findings_and_adds_what_was_said() {
    let office = office(Profile::Plain);
    // A server that repeats the credentials in its refusal, as one that is being debugged does.
    let echo = "535 no: AHNjc2p5dHpqY0AxNjMuZXhhbXBsZQBjYW4iYXJ5XHBhc3M=";
    office.smtp.on("AUTH", SmtpMisdeed::Say(echo.into()));
    let (status, out) = office.check(&["--json"]);
    assert_eq!(status, 1);
    let rows: Value = serde_json::from_str(&out).unwrap();
    let rows = rows.as_array().unwrap();
    for row in rows {
        assert!(["note", "warning", "unready"].contains(&row["level"].as_str().unwrap()), "{row}");
        assert!(row["what"].is_string() && row["remedy"].is_string(), "{row}");
    }
    let said = |row: &&Value| row.get("transcript").is_some();
    assert!(rows.iter().filter(said).count() > 12 && rows.iter().any(|row| !said(&row)));
    let refused = rows.iter().find(|row| row["level"] == "unready").unwrap();
    assert!(refused["what"].as_str().unwrap().contains("登录被拒绝（535"), "{refused}");
    assert!(refused["remedy"].as_str().unwrap().contains("授权码"), "{refused}");
    assert_eq!(refused["transcript"][0], "> AUTH PLAIN ***");
}

#[test]
fn without_its_password_no_mailbox_is_tried() {
    let office = office(Profile::Plain);
    std::fs::remove_file(office.dir.path().join("config/zjc.secret")).unwrap();
    let (status, out) = office.check(&[]);
    assert_eq!(status, 2, "wrong configuration, as `run` has it");
    assert!(out.contains("不通  未试：密码尚未就绪"), "{out}");
    assert!(office.imap.log().is_empty() && office.smtp.log().is_empty());
}
