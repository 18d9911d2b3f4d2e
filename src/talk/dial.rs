//! TCP and TLS to a server. Nothing here is ever weakened by a setting: no certificate is waved through, TLS is at
//! least 1.2 because rustls knows nothing older.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, ProtocolVersion, RootCertStore};

use crate::domain::mailbox::Endpoint;

/// Why TLS does not come to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The configuration asks for what cannot be done (host name, CA file).
    Configuration(String),
    /// The certificate, or the TLS version, is not acceptable.
    Certificate(String),
    /// The handshake broke off; that may pass.
    Handshake(String),
}

/// A TCP connection on which small commands leave at once.
///
/// # Errors
/// In words, naming the place.
pub async fn dial(endpoint: &Endpoint, patience: Duration) -> Result<TcpStream, String> {
    let place = format!("{}:{}", endpoint.host, endpoint.port);
    let dialled = TcpStream::connect((endpoint.host.as_str(), endpoint.port));
    let tcp = tokio::time::timeout(patience, dialled)
        .await
        .map_err(|_| format!("{place}: no answer in {} s", patience.as_secs()))?
        .map_err(|error| format!("{place}: {error}"))?;
    // A command would else wait for the other side's delayed acknowledgement: 46 ms each.
    tcp.set_nodelay(true).map_err(|error| format!("{place}: {error}"))?;
    Ok(tcp)
}

/// TLS over a connection, with the endpoint's own certificate authority or the system's.
///
/// # Errors
/// [`Refusal`].
pub async fn secure(tcp: TcpStream, endpoint: &Endpoint) -> Result<TlsStream<TcpStream>, Refusal> {
    let name = ServerName::try_from(endpoint.host.clone())
        .map_err(|_| Refusal::Configuration(format!("{}: 不是有效的主机名", endpoint.host)))?;
    let connector = TlsConnector::from(Arc::new(client_config(endpoint.ca_file.as_deref())?));
    connector.connect(name, tcp).await.map_err(|error| refusal(&endpoint.host, &error))
}

/// What was agreed on, as people write it.
pub fn tls_version(stream: &TlsStream<TcpStream>) -> &'static str {
    match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}

/// Reads one line byte by byte, so that not one byte more is taken off the stream than belongs to it. Its end is not
/// returned.
///
/// # Errors
/// `InvalidData` when it is longer than `longest` bytes; what the stream reports.
pub async fn read_line(
    stream: &mut (impl AsyncRead + Unpin + ?Sized),
    longest: usize,
) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        if line.len() >= longest {
            return Err(io::ErrorKind::InvalidData.into());
        }
        line.push(stream.read_u8().await?);
    }
    line.pop();
    line.pop_if(|byte| *byte == b'\r');
    Ok(line)
}

fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, Refusal> {
    let broken = |error: rustls::Error| Refusal::Configuration(format!("TLS: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    let Some(path) = ca_file else {
        return Ok(builder.with_platform_verifier().map_err(broken)?.with_no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    let unreadable = |cause: String| Refusal::Configuration(format!("ca_file {}: {cause}", path.display()));
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
fn refusal(host: &str, error: &io::Error) -> Refusal {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match cause {
        Some(
            rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::PeerIncompatible(_)
            | rustls::Error::AlertReceived(
                rustls::AlertDescription::ProtocolVersion | rustls::AlertDescription::HandshakeFailure,
            ),
        ) => Refusal::Certificate(format!("{host}: {error}")),
        _ => Refusal::Handshake(format!("{host}: TLS handshake failed: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_file_without_certificates_is_told() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        for path in [empty.path(), Path::new("/nonexistent.pem")] {
            let refusal = client_config(Some(path)).unwrap_err();
            assert!(
                matches!(&refusal, Refusal::Configuration(cause) if cause.contains("ca_file")),
                "{refusal:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_line_is_taken_to_its_end_and_no_further() {
        let mut stream = &b"220 a\r\n220 b\nrest"[..];
        assert_eq!(read_line(&mut stream, 100).await.unwrap(), b"220 a");
        assert_eq!(read_line(&mut stream, 100).await.unwrap(), b"220 b");
        assert_eq!(stream, b"rest");
        assert_eq!(read_line(&mut &b"long"[..], 3).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
