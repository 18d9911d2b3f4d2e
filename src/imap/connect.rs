//! From an endpoint of the configuration to a stream on which the server has greeted us: TLS from the first byte or by
//! STARTTLS, or plain text to this very machine. No STARTTLS is ever skipped.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::guard::Wire;
use super::{Error, Limits, quirks};
use crate::domain::mailbox::{Endpoint, Tls};
use crate::talk::{self, Refusal, Secrets, Tap};

/// A server that has greeted us.
pub(super) struct Connected {
    pub wire: Box<dyn Wire>,
    pub greeting: String,
    /// Which of its machines it is.
    pub peer: Option<SocketAddr>,
}

/// Connects and reads the greeting; `tap` hears both.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::Handshake`], [`Error::Certificate`], [`Error::Configuration`], or how the greeting went wrong.
pub(super) async fn connect(endpoint: &Endpoint, patience: Duration, tap: &Tap) -> Result<Connected, Error> {
    let patience = patience.min(Limits::CONNECT);
    let mut tcp = talk::dial(endpoint, patience).await.map_err(Error::Unreachable)?;
    if let Err(error) = keep_alive(&tcp) {
        tracing::debug!("no keepalive to {}:{}: {error}", endpoint.host, endpoint.port);
    }
    let peer = tcp.peer_addr();
    let talk = async {
        match endpoint.tls {
            Tls::Implicit => {
                let mut wire: Box<dyn Wire> = Box::new(secure(tcp, endpoint, tap).await?);
                let greeting = read_greeting(&mut wire, tap).await?;
                Ok((wire, greeting))
            }
            Tls::StartTls => {
                let greeting = read_greeting(&mut tcp, tap).await?;
                start_tls(&mut tcp, tap).await?;
                let wire: Box<dyn Wire> = Box::new(secure(tcp, endpoint, tap).await?);
                Ok((wire, greeting))
            }
            Tls::None => {
                if !tcp.peer_addr().is_ok_and(|peer| is_loopback(peer.ip())) {
                    return Err(Error::Configuration(format!(
                        "{}: tls = \"none\" 只允许连接本机",
                        endpoint.host
                    )));
                }
                let greeting = read_greeting(&mut tcp, tap).await?;
                Ok((Box::new(tcp) as Box<dyn Wire>, greeting))
            }
        }
    };
    let talked = tokio::time::timeout(patience, talk).await;
    let talked = talked.unwrap_or_else(|_| Err(Error::Timeout("the connection".into())));
    if let Err(error) = &talked {
        avoid(peer.as_ref().ok(), error);
    }
    let (wire, greeting) = talked?;
    Ok(Connected { wire, greeting, peer: peer.ok() })
}

/// Has another address of the same name be tried first the next time, where it may have a machine behind it that is well.
pub(super) fn avoid(peer: Option<&SocketAddr>, error: &Error) {
    if let Some(peer) = peer.filter(|_| error.may_be_of_one_machine()) {
        talk::note_mute(*peer);
    }
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
async fn start_tls(tcp: &mut TcpStream, tap: &Tap) -> Result<(), Error> {
    const COMMAND: &[u8] = b"a STARTTLS\r\n";
    tap.said(COMMAND);
    tcp.write_all(COMMAND).await.map_err(|_| Error::Cut("STARTTLS".into()))?;
    loop {
        let line = read_line(tcp, "STARTTLS", tap).await?;
        if line.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"* BYE")) {
            return Err(Error::Bye(quirks::words_of(&line, &Secrets::default())));
        }
        if line.starts_with(b"* ") {
            continue;
        }
        let granted = line.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(b"a OK"));
        let refused = || {
            Error::Configuration(format!(
                "服务器不支持 STARTTLS：{}",
                quirks::words_of(&line, &Secrets::default())
            ))
        };
        return if granted { Ok(()) } else { Err(refused()) };
    }
}

async fn read_greeting(wire: &mut (impl Wire + ?Sized), tap: &Tap) -> Result<String, Error> {
    let line = read_line(wire, "the greeting", tap).await?;
    let words = quirks::words_of(&line, &Secrets::default());
    let head = String::from_utf8_lossy(line.get(..6).unwrap_or(&line)).to_ascii_uppercase();
    match head.as_str() {
        head if head.starts_with("* OK") => Ok(words),
        head if head.starts_with("* BYE") => Err(Error::Bye(words)),
        // Already logged in, as whom we do not know, and past STARTTLS (CVE-2021-39272).
        "* PREA" => Err(Error::Protocol("不经登录就放行（PREAUTH）".into())),
        _ => Err(Error::Protocol(format!("打的招呼不是 IMAP 的：{words}"))),
    }
}

async fn read_line(wire: &mut (impl Wire + ?Sized), during: &str, tap: &Tap) -> Result<Vec<u8>, Error> {
    let line = talk::read_line(wire, Limits::GREETING_BYTES).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Error::Protocol(format!("{during} 的一行超过 8 KiB")),
        _ => Error::Cut(during.to_owned()),
    })?;
    tap.heard(&line, None, true);
    Ok(line)
}

async fn secure(tcp: TcpStream, endpoint: &Endpoint, tap: &Tap) -> Result<TlsStream<TcpStream>, Error> {
    let secured = talk::secure(tcp, endpoint).await.map_err(|refusal| match refusal {
        Refusal::Configuration(cause) => Error::Configuration(cause),
        Refusal::Certificate(cause) => Error::Certificate(cause),
        Refusal::Handshake(cause) => Error::Handshake(cause),
    })?;
    tap.note(&format!("{}，证书有效", talk::tls_version(&secured)));
    Ok(secured)
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
}
