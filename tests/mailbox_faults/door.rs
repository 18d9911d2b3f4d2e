//! How the mailbox and the server meet: in plain text on this machine, or under TLS with a certificate that is made
//! for each story, so that none can expire in the repository.

use std::sync::Arc;

use shouwen::domain::mailbox::Tls;
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Profile, Protection};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{NOON, PASSWORD, World, at};

/// The way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Bare,
    /// TLS from the first byte, as both want it.
    Tls(Certificate),
    /// STARTTLS, as both want it.
    StartTls,
    /// The mailbox wants TLS from the first byte, the server speaks plain text.
    PlainForTls,
}

/// What a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is; the mailbox asks for `localhost`.
    pub name: &'static str,
    /// The year that it does not outlast.
    pub until: i32,
    /// Whether the mailbox's `ca_file` vouches for it.
    pub trusted: bool,
}

pub const GOOD: Certificate = Certificate { name: "localhost", until: 4000, trusted: true };

impl Door {
    /// The same way in with nothing wrong.
    pub fn mended(self) -> Self {
        match self {
            Self::Tls(_) | Self::PlainForTls => Self::Tls(GOOD),
            other => other,
        }
    }
}

/// Puts a server behind `door` into the world, with the mails that the one before it has.
pub fn open(world: &mut World, profile: Profile, door: Door) {
    let shown = if let Door::Tls(shown) = door { shown } else { GOOD };
    let (config, pem) = certified(shown);
    let (tls, protection) = match door {
        Door::Bare => (Tls::None, Protection::Bare),
        Door::Tls(_) => (Tls::Implicit, Protection::Implicit(config)),
        Door::StartTls => (Tls::StartTls, Protection::StartTls(config)),
        Door::PlainForTls => (Tls::Implicit, Protection::Bare),
    };
    let login = Some((world.mailbox.user.clone(), PASSWORD.to_owned()));
    let server = ImapServer::start_with(ImapOptions { profile, protection, login }).unwrap();
    for (_, raw) in world.server.mails("INBOX") {
        server.deliver("INBOX", raw, at(NOON));
    }
    let endpoint = &mut world.mailbox.imap;
    endpoint.port = server.addr().port();
    endpoint.tls = tls;
    if door != Door::Bare {
        endpoint.host = "localhost".into();
        let path = world.dir.path().join("authority.pem");
        // Without a `ca_file` the machine's own authorities are asked, none of which vouches for us.
        endpoint.ca_file = shown.trusted.then_some(path.clone());
        std::fs::write(path, pem).unwrap();
    }
    world.server = server;
}

/// A server's side of TLS, and the PEM that vouches for it.
fn certified(shown: Certificate) -> (Arc<ServerConfig>, String) {
    let mut params = rcgen::CertificateParams::new(vec![shown.name.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(shown.until, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], der)
        .unwrap();
    (Arc::new(config), made.pem())
}
