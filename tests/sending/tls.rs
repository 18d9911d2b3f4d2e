//! TLS from the first byte and by STARTTLS; a stranger's certificate is refused.

use std::sync::Arc;

use shouwen::domain::mailbox::Tls;
use shouwen::rehearsal::server::{Protection, SmtpMisdeed, SmtpOptions, SmtpServer};
use shouwen::smtp::{Answer, Limits, Session};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::office::{Office, mailbox};

/// A server's side of TLS for loopback, and the PEM of the authority that vouches for it.
fn certificate() -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let chain = vec![made.cert.der().clone()];
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    (Arc::new(config), made.cert.pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_and_a_stranger_is_refused() {
    let (config, pem) = certificate();
    let dir = tempfile::tempdir().unwrap();
    let (own, other) = (dir.path().join("own.pem"), dir.path().join("other.pem"));
    std::fs::write(&own, pem).unwrap();
    std::fs::write(&other, certificate().1).unwrap();
    for (tls, protection) in [
        (Tls::Implicit, Protection::Implicit(Arc::clone(&config))),
        (Tls::StartTls, Protection::StartTls(Arc::clone(&config))),
    ] {
        let login = Some(("office@mail.example".to_owned(), "code".to_owned()));
        let options = SmtpOptions { protection, login, ..SmtpOptions::default() };
        let server = SmtpServer::start_with(options).unwrap();
        let mut mailbox = mailbox(&server);
        let endpoint = mailbox.smtp.as_mut().unwrap();
        (endpoint.host, endpoint.tls, endpoint.ca_file) = ("localhost".into(), tls, Some(own.clone()));
        let session = Session::open(&mailbox, Limits::default()).await;
        assert!(session.is_ok(), "{tls:?}: {:?}", session.err());
        mailbox.smtp.as_mut().unwrap().ca_file = Some(other.clone());
        let refused = Session::open(&mailbox, Limits::default()).await.err().unwrap();
        assert_eq!(refused.answer, Answer::Refused, "{tls:?}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn starttls_is_demanded() {
    let office = Office::open();
    let mut mailbox = office.sender.mailbox.clone();
    mailbox.smtp.as_mut().unwrap().tls = Tls::StartTls;
    let refused = Session::open(&mailbox, Limits::default()).await.err().unwrap();
    assert_eq!(refused.answer, Answer::Refused, "{refused:?}");
    assert!(office.server.log().iter().all(|heard| !heard.text.starts_with("AUTH")));
}

/// One that greets and hangs up at the login, as well; one that refuses the password does not.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_hangs_up_at_the_login_is_noted() {
    for (misdeed, is_noted) in
        [(SmtpMisdeed::Say(b"535 Error: authentication failed".into()), false), (SmtpMisdeed::Close, true)]
    {
        let office = Office::open();
        office.server.on("AUTH", misdeed);
        Session::open(&office.sender.mailbox, Limits::default()).await.err().unwrap();
        assert_eq!(shouwen::talk::is_mute(office.server.addr()), is_noted);
    }
}

/// The name of a server has several addresses: one that takes connections and says nothing comes last the next time.
#[tokio::test]
async fn an_address_that_says_nothing_is_noted() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = mute.local_addr().unwrap();
    let office = Office::open();
    let mut mailbox = office.sender.mailbox.clone();
    let limits = Limits { connect: std::time::Duration::from_millis(300), ..Limits::default() };
    for tls in [Tls::None, Tls::Implicit, Tls::StartTls] {
        let endpoint = mailbox.smtp.as_mut().unwrap();
        (endpoint.host, endpoint.port, endpoint.tls) = ("localhost".into(), address.port(), tls);
        let lost = Session::open(&mailbox, limits).await.err().unwrap();
        assert!(lost.answer == Answer::Lost && shouwen::talk::is_mute(address), "{tls:?}: {lost:?}");
    }
}
