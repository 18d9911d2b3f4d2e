//! A raw client against the receiver.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::*;

/// Longer than any reply takes, shorter than a hang is tolerable.
const PATIENCE: Duration = Duration::from_secs(5);

struct Client(TcpStream);

impl Client {
    fn connect(server: &SmtpServer) -> Self {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    fn greeted(server: &SmtpServer) -> Self {
        let mut client = Self::connect(server);
        assert!(client.reply().starts_with("220 "));
        assert!(client.ask("EHLO client.example").starts_with("250-"));
        client
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    fn ask(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    /// One reply with all its lines; empty when the server has hung up.
    fn raw_reply(&mut self) -> Vec<u8> {
        let mut reply = Vec::new();
        loop {
            let start = reply.len();
            while !reply[start..].ends_with(b"\n") {
                let mut byte = [0];
                match self.0.read(&mut byte).unwrap() {
                    0 => return reply,
                    _ => reply.push(byte[0]),
                }
            }
            if reply[start..].get(3) != Some(&b'-') {
                return reply;
            }
        }
    }

    fn reply(&mut self) -> String {
        String::from_utf8_lossy(&self.raw_reply()).into_owned()
    }

    /// Posts a mail; the last reply.
    fn post(&mut self, to: &str, raw: &[u8]) -> String {
        assert!(self.ask("MAIL FROM:<office@mail.example> SIZE=1000").starts_with("250"));
        assert!(self.ask(&format!("RCPT TO:<{to}>")).starts_with("250"));
        assert!(self.ask("DATA").starts_with("354"));
        self.send(raw);
        self.send(b".\r\n");
        self.reply()
    }
}

fn server() -> SmtpServer {
    SmtpServer::start(None).unwrap()
}

#[test]
fn a_mail_is_kept_as_sent_with_its_dots_unstuffed() {
    let clock = Clock::stepped("2023-05-11T01:00:00Z".parse().unwrap());
    let server = SmtpServer::start_with(SmtpOptions { clock, ..SmtpOptions::default() }).unwrap();
    let mut client = Client::greeted(&server);
    let sent = b"Subject: \xb4\xdf\r\n\r\n..dot\r\nend.\r\n\n.\nbare\r\n..\r\n";
    assert_eq!(client.post("a@unit.example", sent), "250 ok, kept as 1\r\n");
    let kept = b"Subject: \xb4\xdf\r\n\r\n.dot\r\nend.\r\n\n.\nbare\r\n.\r\n";
    let mails = server.received();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].raw, kept);
    assert_eq!(mails[0].sender, "office@mail.example");
    assert_eq!(mails[0].recipients, ["a@unit.example"]);
    assert_eq!(mails[0].at, "2023-05-11T01:00:00Z".parse().unwrap());
    assert_eq!((mails[0].connection, &mails[0].user), (1, &None));
}

#[test]
fn a_line_longer_than_the_buffers_hides_no_final_dot() {
    let server = server();
    let mut client = Client::greeted(&server);
    for length in 16_380..16_390 {
        let raw = [b"x".repeat(length).as_slice(), b"\r\n"].concat();
        assert!(client.post("a@unit.example", &raw).starts_with("250"));
        assert_eq!(server.received().last().unwrap().raw, raw);
    }
}

#[test]
fn mails_are_written_to_a_folder_and_never_over_one_another() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("outbox");
    for run in 0..2 {
        let server = SmtpServer::start(Some(folder.clone())).unwrap();
        let mut client = Client::greeted(&server);
        client.post("a@unit.example", b"one\r\n");
        let second = client.post("../b/..@unit.example", b"two\r\n");
        assert!(second.ends_with(&format!("kept as {}\r\n", run * 2 + 2)), "{second}");
    }
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let expected = ["0001-a@unit.example.eml", "0002-.._b_..@unit.example.eml", "0003-a@unit.example.eml"]
        .map(Into::into);
    assert_eq!((&names[..3], names.len()), (&expected[..], 4));
    assert_eq!(std::fs::read(folder.join("0001-a@unit.example.eml")).unwrap(), b"one\r\n");
}

#[test]
fn commands_have_their_order() {
    let server = server();
    let mut client = Client::connect(&server);
    client.reply();
    assert!(client.ask("MAIL FROM:<a@b.example>").starts_with("503"));
    let offered = client.ask("EHLO x");
    for line in ["250-SIZE 52428800\r\n", "250-AUTH PLAIN LOGIN\r\n", "250 8BITMIME\r\n"] {
        assert!(offered.contains(line), "{line} in {offered}");
    }
    for (line, code) in [
        ("RCPT TO:<a@b.example>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@b.example", "501"),
        ("MAIL FROM:<a@b.example> SIZE=99999999", "552"),
        ("mail from:<>", "250"),
        ("MAIL FROM:<a@b.example>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<>", "501"),
        ("RSET", "250"),
        ("RCPT TO:<a@b.example>", "503"),
        ("NOOP", "250"),
        ("VERB", "500"),
        ("QUIT", "221"),
    ] {
        assert!(client.ask(line).starts_with(code), "{line}: {code}");
    }
    assert_eq!(client.reply(), "");
}

#[test]
fn plain_and_login_are_checked() {
    let login = Some(("office@mail.example".to_owned(), "授权码".to_owned()));
    let server = SmtpServer::start_with(SmtpOptions { login, ..SmtpOptions::default() }).unwrap();
    let plain = "AG9mZmljZUBtYWlsLmV4YW1wbGUA5o6I5p2D56CB";
    let mut client = Client::greeted(&server);
    assert!(client.ask("MAIL FROM:<a@b.example>").starts_with("530"));
    assert!(client.ask("AUTH PLAIN AGEAYg==").starts_with("535"));
    assert!(client.ask("AUTH PLAIN *").starts_with("501"));
    assert!(client.ask("AUTH CRAM-MD5").starts_with("504"));
    assert!(client.ask(&format!("AUTH PLAIN {plain}")).starts_with("235"));
    client.post("a@unit.example", b"x\r\n");
    assert_eq!(server.received()[0].user.as_deref(), Some("office@mail.example"));

    let mut client = Client::greeted(&server);
    assert_eq!(client.ask("AUTH PLAIN"), "334 \r\n");
    assert!(client.ask(plain).starts_with("235"));
    assert_eq!(client.ask("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n");
    assert_eq!(client.ask("b2ZmaWNlQG1haWwuZXhhbXBsZQ=="), "334 UGFzc3dvcmQ6\r\n");
    assert!(client.ask("5o6I5p2D56CB").starts_with("235"));
    let said: Vec<String> = server.log().into_iter().map(|heard| heard.text).collect();
    assert!(said.contains(&"AUTH PLAIN ***".to_owned()));
    assert!(said.iter().all(|text| !text.contains(plain) && !text.contains("5o6I")), "{said:?}");
}

#[test]
fn any_step_can_be_given_any_reply() {
    let server = server();
    let mut client = Client::greeted(&server);
    server.on("MAIL", SmtpMisdeed::Say("450 MI:DMC too many mails".into()));
    assert_eq!(client.ask("MAIL FROM:<a@b.example>"), "450 MI:DMC too many mails\r\n");
    assert!(client.ask("RCPT TO:<c@d.example>").starts_with("503"), "a refused MAIL begins no mail");
    client.ask("MAIL FROM:<a@b.example>");
    server.always("bad@d.example", SmtpMisdeed::Say("550-5.1.1 who\r\n550 User not found".into()));
    assert_eq!(client.ask("RCPT TO:<bad@d.example>"), "550-5.1.1 who\r\n550 User not found\r\n");
    server.on("RCPT", SmtpMisdeed::Say("251 forwarded".into()));
    assert_eq!(client.ask("RCPT TO:<good@d.example>"), "251 forwarded\r\n");
    server.on("DATA", SmtpMisdeed::Say("354 go".into()));
    assert_eq!(client.ask("DATA"), "354 go\r\n");
    client.send(b"x\r\n.\r\n");
    client.reply();
    assert_eq!(server.received()[0].recipients, ["good@d.example"]);
    // 频率限制 in GBK
    server.on("AUTH", SmtpMisdeed::Say(b"535 \xc6\xb5\xc2\xca\xcf\xde\xd6\xc6".to_vec()));
    client.send(b"AUTH PLAIN AGEAYg==\r\n");
    assert_eq!(client.raw_reply(), b"535 \xc6\xb5\xc2\xca\xcf\xde\xd6\xc6\r\n");
    server.on("GREETING", SmtpMisdeed::Say("421 HL:ICC too many connections".into()));
    let mut busy = Client::connect(&server);
    assert_eq!((busy.reply().as_str(), busy.reply().as_str()), ("421 HL:ICC too many connections\r\n", ""));
}

#[test]
fn after_the_dot_the_mail_is_kept_or_not_as_asked() {
    let server = server();
    let refused = SmtpMisdeed::Say("554 DT:SPM".into());
    let cases = [
        ("DOT", SmtpMisdeed::Close, "", 0),
        ("KEPT", SmtpMisdeed::Close, "", 1),
        ("DOT", refused.clone(), "554 DT:SPM\r\n", 1),
        ("KEPT", refused, "554 DT:SPM\r\n", 2),
        ("DOT", SmtpMisdeed::Say("250 queued as 7".into()), "250 queued as 7\r\n", 3),
        ("DOT", SmtpMisdeed::SayThenClose("250 ok".into()), "250 ok\r\n", 4),
        ("KEPT", SmtpMisdeed::Say(b"\xff\xfe what".to_vec()), "\u{fffd}\u{fffd} what\r\n", 5),
    ];
    for (step, misdeed, reply, kept) in cases {
        server.on(step, misdeed.clone());
        assert_eq!(Client::greeted(&server).post("a@unit.example", b"x\r\n"), reply, "{step} {misdeed:?}");
        assert_eq!(server.received().len(), kept, "{step} {misdeed:?}");
    }
    assert!(server.wait_received(PATIENCE, |mails| mails.len() == 5));
}

#[test]
fn it_stalls_comes_late_and_never_ends() {
    let server = server();
    let wait = Duration::from_millis(30);
    server.on("GREETING", SmtpMisdeed::Late(wait));
    let started = Instant::now();
    let mut client = Client::greeted(&server);
    assert!(started.elapsed() >= wait);
    server.on("NOOP", SmtpMisdeed::EndlessReply);
    client.send(b"NOOP\r\n");
    let mut said = vec![0; 100_000];
    client.0.read_exact(&mut said).unwrap();
    assert!(said.starts_with(b"250-and more\r\n250-and more\r\n"));

    server.on("KEPT", SmtpMisdeed::Stall);
    let mut client = Client::greeted(&server);
    client.0.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    client.send(b"MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nx\r\n.\r\n");
    assert!(server.wait_received(PATIENCE, |mails| mails.len() == 1));
    (0..3).for_each(|_| assert!(!client.raw_reply().is_empty()));
    assert!(client.0.read(&mut [0]).is_err(), "no answer after the dot");
    server.hang_up();
}
