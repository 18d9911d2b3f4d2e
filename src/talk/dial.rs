//! TCP and TLS to a server. Nothing here is ever weakened by a setting: no certificate is waved through, TLS is at
//! least 1.2 because rustls knows nothing older.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, ProtocolVersion, RootCertStore};

use super::mute::{are_partly_mute, mute_last};
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

/// So long an address is tried alone before the next one of its host is tried beside it (RFC 8305 has 250 ms).
const HEAD_START: Duration = Duration::from_millis(300);

/// A TCP connection on which small commands leave at once, to the first address of the host that answers.
///
/// # Errors
/// In words, naming the place.
pub async fn dial(endpoint: &Endpoint, patience: Duration) -> Result<TcpStream, String> {
    let place = format!("{}:{}", endpoint.host, endpoint.port);
    let dialled = async {
        let addresses = lookup_host((endpoint.host.as_str(), endpoint.port)).await?;
        first_of(mute_last(addresses).into()).await
    };
    let tcp = tokio::time::timeout(patience, dialled)
        .await
        .map_err(|_| format!("{place}: no answer in {} s", patience.as_secs()))?
        .map_err(|error| format!("{place}: {error}"))?;
    // A command would else wait for the other side's delayed acknowledgement: 46 ms each.
    tcp.set_nodelay(true).map_err(|error| format!("{place}: {error}"))?;
    Ok(tcp)
}

/// Whether a host has addresses that took a connection of which nothing came, and others.
pub async fn has_others(endpoint: &Endpoint) -> bool {
    let looked_up = lookup_host((endpoint.host.as_str(), endpoint.port)).await;
    looked_up.is_ok_and(are_partly_mute)
}

/// The first of several addresses that answers. One after another they are given no more than a head start: a route that leads
/// nowhere, as IPv6 often is, or one dead machine of many would else use up all the time there is, at every look.
async fn first_of(mut addresses: VecDeque<SocketAddr>) -> io::Result<TcpStream> {
    let mut attempts = FuturesUnordered::new();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "failed to lookup address: the name has none");
    loop {
        attempts.extend(addresses.pop_front().map(TcpStream::connect));
        let next = async {
            match addresses.is_empty() {
                true => std::future::pending().await,
                false => tokio::time::sleep(HEAD_START).await,
            }
        };
        tokio::select! {
            ended = attempts.next() => match ended {
                Some(Ok(tcp)) => return Ok(tcp),
                Some(Err(error)) => failed = error,
                None => return Err(failed),
            },
            () = next => {}
        }
    }
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

    /// A place where nobody answers: its queue is full, and what else knocks is dropped.
    async fn black_hole() -> (Vec<TcpStream>, tokio::net::TcpListener, SocketAddr) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let place = listener.local_addr().unwrap();
        let (mut queued, mut dropped) = (Vec::new(), 0);
        // A busy machine may be late once.
        while dropped < 3 {
            match tokio::time::timeout(HEAD_START, TcpStream::connect(place)).await {
                Ok(tcp) => queued.push(tcp.unwrap()),
                Err(_) => dropped += 1,
            }
        }
        (queued, listener, place)
    }

    #[tokio::test]
    async fn an_address_that_is_dead_keeps_from_none_of_the_others() {
        let there = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = there.local_addr().unwrap();
        let refusing = {
            let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            gone.local_addr().unwrap()
        };
        let (_queued, _full, silent) = black_hole().await;
        for addresses in [
            [silent, good].as_slice(),
            &[refusing, good],
            &[silent, refusing, silent, good],
            &[good, silent],
            &[good],
        ] {
            let reached = first_of(addresses.iter().copied().collect());
            let reached = tokio::time::timeout(Duration::from_secs(10), reached).await;
            assert_eq!(reached.unwrap().unwrap().peer_addr().unwrap(), good, "{addresses:?}");
        }
        let refused = first_of([refusing, refusing].into()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        assert!(first_of(VecDeque::new()).await.unwrap_err().to_string().contains("lookup"));
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
