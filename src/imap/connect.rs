//! From an endpoint of the configuration to a stream on which the server has greeted us: TCP, TLS from the first byte
//! or by STARTTLS, or plain text to this very machine. Nothing here is ever weakened by a setting: no certificate is
//! waved through, no STARTTLS is skipped, TLS is at least 1.2 because rustls knows nothing older.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::guard::Wire;
use super::{Error, Limits, quirks};
use crate::domain::mailbox::{Endpoint, Tls};

/// Connects and reads the greeting, which is returned beside the stream.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::Certificate`], [`Error::Configuration`], or how the greeting went wrong.
pub(super) async fn connect(
    endpoint: &Endpoint,
    patience: Duration,
) -> Result<(Box<dyn Wire>, String), Error> {
    let patience = patience.min(Limits::CONNECT);
    let place = format!("{}:{}", endpoint.host, endpoint.port);
    let dialled = tokio::time::timeout(patience, TcpStream::connect((endpoint.host.as_str(), endpoint.port)));
    let mut tcp = dialled
        .await
        .map_err(|_| Error::Unreachable(format!("{place}: no answer in {} s", patience.as_secs())))?
        .map_err(|error| Error::Unreachable(format!("{place}: {error}")))?;
    // A command would else wait for the other side's delayed acknowledgement: 46 ms each.
    tcp.set_nodelay(true).map_err(|error| Error::Unreachable(format!("{place}: {error}")))?;
    if let Err(error) = keep_alive(&tcp) {
        tracing::debug!("no keepalive to {place}: {error}");
    }

    let talk = async {
        match endpoint.tls {
            Tls::Implicit => {
                let mut wire: Box<dyn Wire> = Box::new(secure(tcp, endpoint).await?);
                let greeting = read_greeting(&mut wire).await?;
                Ok((wire, greeting))
            }
            Tls::StartTls => {
                let greeting = read_greeting(&mut tcp).await?;
                start_tls(&mut tcp).await?;
                let wire: Box<dyn Wire> = Box::new(secure(tcp, endpoint).await?);
                Ok((wire, greeting))
            }
            Tls::None => {
                if !tcp.peer_addr().is_ok_and(|peer| is_loopback(peer.ip())) {
                    return Err(Error::Configuration(format!("{place}: tls = \"none\" 只允许连接本机")));
                }
                let greeting = read_greeting(&mut tcp).await?;
                Ok((Box::new(tcp) as Box<dyn Wire>, greeting))
            }
        }
    };
    tokio::time::timeout(patience, talk).await.map_err(|_| Error::Timeout("the connection".into()))?
}

/// Between two looks nothing may pass for minutes: probes keep the way through a network open, and tell a server that
/// has gone without a word from one that has nothing to say.
fn keep_alive(tcp: &TcpStream) -> rustix::io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_socket_keepalive(tcp, true)?;
    sockopt::set_tcp_keepidle(tcp, Limits::KEEPALIVE)?;
    sockopt::set_tcp_keepintvl(tcp, Limits::KEEPALIVE_AGAIN)?;
    sockopt::set_tcp_keepcnt(tcp, Limits::KEEPALIVE_PROBES)
}

fn is_loopback(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

/// Asks for TLS and reads exactly the line that grants it. Whatever an attacker has put behind that line is not
/// buffered anywhere: it is the first thing the TLS handshake reads, and fails it (CVE-2011-0411).
async fn start_tls(tcp: &mut TcpStream) -> Result<(), Error> {
    tcp.write_all(b"a STARTTLS\r\n").await.map_err(|_| Error::Cut("STARTTLS".into()))?;
    loop {
        let line = read_line(tcp, "STARTTLS").await?;
        if line.starts_with(b"* ") {
            continue;
        }
        let granted = line.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(b"a OK"));
        let refused = || Error::Configuration(format!("服务器不支持 STARTTLS：{}", quirks::words_of(&line)));
        return if granted { Ok(()) } else { Err(refused()) };
    }
}

async fn read_greeting(wire: &mut (impl Wire + ?Sized)) -> Result<String, Error> {
    let line = read_line(wire, "the greeting").await?;
    let words = quirks::words_of(&line);
    let head = String::from_utf8_lossy(line.get(..6).unwrap_or(&line)).to_ascii_uppercase();
    match head.as_str() {
        head if head.starts_with("* OK") => Ok(words),
        head if head.starts_with("* BYE") => Err(Error::Bye(words)),
        // Already logged in, as whom we do not know, and past STARTTLS (CVE-2021-39272).
        "* PREA" => Err(Error::Protocol("the greeting is PREAUTH".into())),
        _ => Err(Error::Protocol(format!("the greeting is not IMAP: {words}"))),
    }
}

/// Reads one line byte by byte, so that not one byte more is taken off the stream than belongs to it.
async fn read_line(wire: &mut (impl Wire + ?Sized), during: &str) -> Result<Vec<u8>, Error> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        if line.len() >= Limits::GREETING_BYTES {
            return Err(Error::Protocol(format!("{during} is longer than 8 KiB")));
        }
        line.push(wire.read_u8().await.map_err(|_| Error::Cut(during.to_owned()))?);
    }
    line.truncate(line.len().saturating_sub(2));
    Ok(line)
}

async fn secure(
    tcp: TcpStream,
    endpoint: &Endpoint,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Error> {
    let name = ServerName::try_from(endpoint.host.clone())
        .map_err(|_| Error::Configuration(format!("{}: 不是有效的主机名", endpoint.host)))?;
    let connector = TlsConnector::from(Arc::new(client_config(endpoint.ca_file.as_deref())?));
    connector.connect(name, tcp).await.map_err(|error| tls_error(&endpoint.host, &error))
}

fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, Error> {
    let broken = |error: rustls::Error| Error::Configuration(format!("TLS: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    let Some(path) = ca_file else {
        return Ok(builder.with_platform_verifier().map_err(broken)?.with_no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    let unreadable = |cause: String| Error::Configuration(format!("ca_file {}: {cause}", path.display()));
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("没有 PEM 格式的证书".into()));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A refused certificate or TLS version needs a person; a broken handshake may pass.
fn tls_error(host: &str, error: &std::io::Error) -> Error {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match cause {
        Some(
            rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::PeerIncompatible(_)
            | rustls::Error::AlertReceived(
                rustls::AlertDescription::ProtocolVersion | rustls::AlertDescription::HandshakeFailure,
            ),
        ) => Error::Certificate(format!("{host}: {error}")),
        _ => Error::Unreachable(format!("{host}: TLS handshake failed: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_goes_to_this_machine_only() {
        for (peer, is_this_machine) in [
            ("127.0.0.2", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.0.2.7", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(is_loopback(peer.parse().unwrap()), is_this_machine, "{peer}");
        }
    }

    #[test]
    fn an_authority_file_without_certificates_is_told() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        for path in [empty.path(), Path::new("/nonexistent.pem")] {
            let error = client_config(Some(path)).unwrap_err();
            assert!(error.to_string().contains("ca_file"), "{error}");
        }
    }
}
