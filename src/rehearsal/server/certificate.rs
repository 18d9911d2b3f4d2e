//! A certificate for loopback, made anew for each test: none can expire in the repository or be trusted by mistake.

use std::sync::Arc;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A server's side of TLS for `localhost` and 127.0.0.1, and the PEM of the only authority that vouches for it
/// (`Endpoint::ca_file`).
pub(crate) fn for_loopback() -> (Arc<ServerConfig>, String) {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a matching pair");
    (Arc::new(config), made.cert.pem())
}

mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::time::Duration;

    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

    use super::*;
    use crate::rehearsal::server::{
        ImapOptions, ImapServer, Misdeed, Protection, SmtpMisdeed, SmtpOptions, SmtpServer,
    };

    fn connect(addr: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream
    }

    fn secure(stream: TcpStream, pem: &str) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
    }

    /// Sends a line (none: only listens) and takes one line.
    fn ask(stream: &mut (impl Read + Write), line: &str) -> String {
        stream.write_all(line.as_bytes()).unwrap();
        stream.flush().unwrap();
        let (mut answer, mut byte) = (Vec::new(), [0]);
        while !answer.ends_with(b"\n") && stream.read(&mut byte).unwrap() == 1 {
            answer.push(byte[0]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn both_servers_speak_tls_from_the_first_byte() {
        let (config, pem) = for_loopback();
        let protection = Protection::Implicit(config);
        let options = ImapOptions { protection: protection.clone(), ..ImapOptions::default() };
        let imap = ImapServer::start_with(options).unwrap();
        assert!(ask(&mut secure(connect(imap.addr()), &pem), "").starts_with("* OK"));
        let smtp = SmtpServer::start_with(SmtpOptions { protection, ..SmtpOptions::default() }).unwrap();
        assert!(ask(&mut secure(connect(smtp.addr()), &pem), "").starts_with("220 "));
        let (_, stranger) = for_loopback();
        assert!(secure(connect(smtp.addr()), &stranger).write_all(b"EHLO x\r\n").is_err());
    }

    #[test]
    fn imap_lets_nobody_in_before_starttls_and_forgets_what_was_said_before() {
        let (config, pem) = for_loopback();
        let protection = Protection::StartTls(config);
        let server = ImapServer::start_with(ImapOptions { protection, ..ImapOptions::default() }).unwrap();
        let mut bare = connect(server.addr());
        ask(&mut bare, "");
        assert!(ask(&mut bare, "a CAPABILITY\r\n").contains("STARTTLS LOGINDISABLED"));
        ask(&mut bare, "");
        assert!(ask(&mut bare, "b LOGIN u p\r\n").starts_with("b NO"));
        assert!(ask(&mut bare, "c STARTTLS\r\nd NOOP\r\n").starts_with("c OK"));
        let mut safe = secure(bare, &pem);
        assert!(!ask(&mut safe, "e CAPABILITY\r\n").contains("STARTTLS"));
        ask(&mut safe, "");
        assert!(ask(&mut safe, "f LOGIN u p\r\n").starts_with("f OK"));
        assert!(server.log().iter().all(|heard| heard.text != "NOOP"));
        server.on("STARTTLS", Misdeed::No("not today".into()));
        let mut refused = connect(server.addr());
        ask(&mut refused, "");
        assert!(ask(&mut refused, "a STARTTLS\r\n").starts_with("a NO"));
    }

    #[test]
    fn smtp_takes_no_mail_before_starttls() {
        let (config, pem) = for_loopback();
        let protection = Protection::StartTls(config);
        let server = SmtpServer::start_with(SmtpOptions { protection, ..SmtpOptions::default() }).unwrap();
        let mut bare = connect(server.addr());
        ask(&mut bare, "");
        let mut offered = ask(&mut bare, "EHLO x\r\n");
        (0..3).for_each(|_| offered.push_str(&ask(&mut bare, "")));
        assert!(offered.contains("STARTTLS") && !offered.contains("AUTH"), "{offered}");
        assert!(ask(&mut bare, "MAIL FROM:<a@b.example>\r\n").starts_with("530"));
        assert!(ask(&mut bare, "STARTTLS\r\n").starts_with("220"));
        let mut safe = secure(bare, &pem);
        assert!(ask(&mut safe, "MAIL FROM:<a@b.example>\r\n").starts_with("503"), "EHLO is said anew");
        ask(&mut safe, "HELO x\r\n");
        assert!(ask(&mut safe, "MAIL FROM:<a@b.example>\r\n").starts_with("250"));
        server.on("EHLO", SmtpMisdeed::Say(b"250 rehearsal.example".to_vec()));
        let mut stripped = connect(server.addr());
        ask(&mut stripped, "");
        assert_eq!(ask(&mut stripped, "EHLO x\r\n"), "250 rehearsal.example\r\n");
    }
}
