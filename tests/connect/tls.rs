//! TLS of both kinds on both servers: certificates that are not good, protection that is mixed up, and a real Dovecot.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use shouwen::domain::mailbox::{Endpoint, Secret, Tls};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Protection, SmtpOptions, SmtpServer};
use shouwen::talk::{Trial, Verdict};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::dovecot::Dovecot;
use crate::{PASSWORD, fails, imap, smtp, text};

/// A server's side of TLS for this name until the end of this year, and a file with what vouches for it.
struct Paper {
    config: Arc<ServerConfig>,
    file: PathBuf,
    _dir: tempfile::TempDir,
}

fn paper(name: &str, last_year: i32) -> Paper {
    let mut wanted = CertificateParams::new(vec![name.to_owned()]).unwrap();
    wanted.not_after = date_time_ymd(last_year, 12, 31);
    let key = KeyPair::generate().unwrap();
    let made = wanted.self_signed(&key).unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![made.der().clone()], secret).unwrap());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("own.pem");
    std::fs::write(&file, made.pem()).unwrap();
    Paper { config, file, _dir: dir }
}

/// Walks through both servers under this protection, reached as `tls` with this authority.
async fn probe(protection: Protection, tls: Tls, ca_file: Option<PathBuf>) -> [Vec<Trial>; 2] {
    let login = Some(("zjc".to_owned(), PASSWORD.to_owned()));
    let options =
        ImapOptions { protection: protection.clone(), login: login.clone(), ..ImapOptions::default() };
    let receiver = ImapServer::start_with(options).unwrap();
    let sender = SmtpServer::start_with(SmtpOptions { protection, login, ..SmtpOptions::default() }).unwrap();
    let endpoint = |port| Endpoint { host: "localhost".into(), port, tls, ca_file: ca_file.clone() };
    let mut mailbox = smtp::mailbox(sender.addr().port());
    (mailbox.imap, mailbox.smtp) = (endpoint(receiver.addr().port()), Some(endpoint(sender.addr().port())));
    [imap::probe(&mailbox).await, smtp::probe(&mailbox).await]
}

#[tokio::test]
async fn a_good_certificate_is_told_with_its_version() {
    let good = paper("localhost", 2999);
    for (protection, tls) in [
        (Protection::Implicit(Arc::clone(&good.config)), Tls::Implicit),
        (Protection::StartTls(Arc::clone(&good.config)), Tls::StartTls),
    ] {
        for trials in probe(protection, tls, Some(good.file.clone())).await {
            let said = text(&trials);
            assert!(trials.iter().all(|step| step.verdict == Verdict::Fine), "{said}");
            assert!(said.contains("- TLS 1.3，证书有效") && said.contains("登录成功"), "{said}");
            assert_eq!(said.contains("STARTTLS"), tls == Tls::StartTls, "{said}");
        }
    }
}

#[tokio::test]
async fn each_flaw_of_a_certificate_has_its_remedy() {
    for (name, last_year, is_trusted, remedy) in [
        ("localhost", 2020, true, "已过期"),
        ("mail.example", 2999, true, "证书不是发给 localhost 的"),
        ("localhost", 2999, false, "ca_file"),
    ] {
        let paper = paper(name, last_year);
        for (protection, tls) in [
            (Protection::Implicit(Arc::clone(&paper.config)), Tls::Implicit),
            (Protection::StartTls(Arc::clone(&paper.config)), Tls::StartTls),
        ] {
            for trials in probe(protection, tls, is_trusted.then(|| paper.file.clone())).await {
                fails(&trials, "证书或 TLS 版本不被接受", remedy);
            }
        }
    }
}

#[tokio::test]
async fn protection_that_is_mixed_up_is_recognised() {
    let good = paper("localhost", 2999);
    for (protection, tls, remedy) in [
        (Protection::Bare, Tls::Implicit, "改为 \"starttls\""),
        (Protection::Implicit(Arc::clone(&good.config)), Tls::StartTls, "改为 \"implicit\""),
        (Protection::Bare, Tls::StartTls, "改为 \"implicit\""),
    ] {
        for trials in probe(protection.clone(), tls, Some(good.file.clone())).await {
            fails(&trials, "", remedy);
        }
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_host_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut mailbox = smtp::mailbox(closed);
    for trials in [imap::probe(&mailbox).await, smtp::probe(&mailbox).await] {
        fails(&trials, "连接：连接不上", "没有在端口");
    }
    mailbox.imap.host = "no-such-host.invalid".into();
    fails(&imap::probe(&mailbox).await, "连接：连接不上", "host");
}

#[tokio::test]
async fn a_real_server_is_walked_through() {
    let dovecot = Dovecot::start();
    for (tls, port) in [(Tls::Implicit, dovecot.tls_port), (Tls::StartTls, dovecot.port)] {
        let mut mailbox = dovecot.mailbox();
        mailbox.folders = vec!["INBOX".into(), "@junk".into(), "报送/2023".into()];
        mailbox.imap = Endpoint { host: "localhost".into(), port, tls, ca_file: Some(dovecot.ca_file()) };
        dovecot.deliver(
            dovecot.user(),
            "INBOX",
            b"Subject: x\r\n\r\nx\r\n",
            "2023-05-01T09:00:00Z".parse().unwrap(),
        );
        let trials = imap::probe(&mailbox).await;
        let said = text(&trials);
        let (verdict, what, remedy) = crate::trouble(&trials);
        assert!(
            verdict == Verdict::Warning && what.contains("报送/2023") && remedy.contains("INBOX"),
            "{said}"
        );
        for words in [
            "TLS 1.3",
            "@junk 即 Junk",
            "分段收取 FETCH：可用",
            "最早一封收于 2023年5月1日",
            "新邮件到时即知",
        ] {
            assert!(said.contains(words), "{words} is not in\n{said}");
        }
        assert!(!said.contains(dovecot.password()), "{said}");
    }
    let mut stranger = dovecot.mailbox();
    stranger.password = Secret::new("wrong-canary");
    fails(&imap::probe(&stranger).await, "登录 LOGIN：登录被拒绝", "授权码");
}
