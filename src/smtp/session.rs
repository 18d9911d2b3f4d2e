//! One conversation with a server, step by step, because only who knows the step knows what silence means: before
//! the final dot nothing was sent, after it nobody can tell (RFC 1047, `reliability.md` I13).

use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;

use super::answer::{Answer, Phase, Reply, WAIT, sort};
use super::letter::{Letter, address};
use super::wire::Secured;
use crate::domain::mailbox::{Endpoint, Mailbox, Tls};
use crate::fault::Fault;
use crate::talk::{self, Refusal};

/// How long a server may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connection, TLS and greeting.
    pub connect: Duration,
    /// Any one command.
    pub command: Duration,
    /// From the final dot to the answer (RFC 5321 4.5.3.2.6 asks for ten minutes).
    pub dot: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(60),
            dot: Duration::from_secs(600),
        }
    }
}

/// The two ways of logging in that every provider has; PLAIN is tried first.
pub(super) const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A connection that is logged in.
pub struct Session {
    connection: AsyncSmtpConnection,
    limits: Limits,
}

impl Session {
    /// Connects and logs in. A server that offers no login is used without one: it will say if it minds.
    ///
    /// # Errors
    /// The server's answer, sorted; [`Answer::Lost`] when it could not be reached.
    pub async fn open(mailbox: &Mailbox, limits: Limits) -> Result<Self, Reply> {
        let Some(endpoint) = &mailbox.smtp else {
            return Err(refused(format!("mailbox {}: no smtp server configured", mailbox.id)));
        };
        let tcp = talk::dial(endpoint, limits.connect).await;
        let tcp = tcp.map_err(|words| silence(Phase::Connect, words))?;
        let peer = tcp.peer_addr();
        let opened = Self::log_in(mailbox, endpoint, tcp, limits).await;
        if let (Ok(peer), Err(Reply { answer: Answer::Lost, .. })) = (peer, &opened) {
            // Another address of this name may have a machine behind it that is well.
            talk::note_mute(peer);
        }
        opened
    }

    async fn log_in(
        mailbox: &Mailbox,
        endpoint: &Endpoint,
        tcp: TcpStream,
        limits: Limits,
    ) -> Result<Self, Reply> {
        let connected = tokio::time::timeout(limits.connect, connect(endpoint, tcp)).await;
        let connection = connected.unwrap_or_else(|_| Err(late(Phase::Connect, limits.connect)))?;
        let mut session = Self { connection, limits };
        if session.connection.server_info().get_auth_mechanism(&MECHANISMS).is_some() {
            let login = Credentials::new(mailbox.user.clone(), mailbox.password.reveal().to_owned());
            timed(limits.command, Phase::Auth, session.connection.auth(&MECHANISMS, &login)).await?;
        }
        Ok(session)
    }

    /// Sends one mail. `before_dot` is awaited when the server is ready for the mail and nothing of it has gone:
    /// the caller commits there that from now on silence means unsure.
    ///
    /// # Errors
    /// Only those of `before_dot`; then nothing was sent and the session is of no more use.
    pub async fn send<F>(&mut self, letter: &Letter<'_>, before_dot: F) -> Result<Reply, Fault>
    where
        F: Future<Output = Result<(), Fault>>,
    {
        let bytes = match letter.bytes() {
            Ok(bytes) => bytes,
            Err(words) => return Ok(Reply { answer: Answer::BadAddress, words }),
        };
        if let Err(reply) = self.introduce(letter).await {
            return Ok(reply);
        }
        before_dot.await?;
        let dot = timed(self.limits.dot, Phase::Dot, self.connection.message(&bytes)).await;
        Ok(match dot {
            Ok(response) => sort(Phase::Dot, response.code().into(), &text(&response)),
            Err(reply) => reply,
        })
    }

    /// `MAIL`, `RCPT`, `DATA`.
    async fn introduce(&mut self, letter: &Letter<'_>) -> Result<(), Reply> {
        let (from, to) = (address(letter.from).map_err(refused)?, address(letter.to).map_err(refused)?);
        let patience = self.limits.command;
        timed(patience, Phase::Mail, self.connection.command(Mail::new(Some(from), vec![]))).await?;
        timed(patience, Phase::Rcpt, self.connection.command(Rcpt::new(to, vec![]))).await?;
        timed(patience, Phase::Data, self.connection.command(Data)).await?;
        Ok(())
    }

    /// Takes leave; that it fails means nothing any more.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(self.limits.command.min(Duration::from_secs(5)), self.connection.quit())
            .await;
    }
}

/// A conversation over a connection of our own, with TLS from the first byte, or by STARTTLS, or none.
async fn connect(endpoint: &Endpoint, tcp: TcpStream) -> Result<AsyncSmtpConnection, Reply> {
    let hello = ClientId::default();
    let failed = |error: Error| sort_error(Phase::Connect, &error);
    let wire: Box<dyn AsyncTokioStream> = match endpoint.tls {
        Tls::Implicit => Box::new(Secured(talk::secure(tcp, endpoint).await.map_err(insecure)?)),
        Tls::StartTls | Tls::None => Box::new(tcp),
    };
    let mut connection = AsyncSmtpConnection::connect_with_transport(wire, &hello).await.map_err(failed)?;
    if endpoint.tls == Tls::StartTls {
        let tls = tls_parameters(endpoint, authority(endpoint)?).map_err(failed)?;
        connection.starttls(tls, &hello).await.map_err(failed)?;
    }
    Ok(connection)
}

/// A server that is not who it should be, or speaks no TLS of today, will not do so later either.
fn insecure(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::Configuration(words) | Refusal::Certificate(words) => refused(words),
        Refusal::Handshake(words) => silence(Phase::Connect, words),
    }
}

/// The configured certificate authority, PEM.
fn authority(endpoint: &Endpoint) -> Result<Option<Vec<u8>>, Reply> {
    let read = |file: &std::path::PathBuf| {
        std::fs::read(file).map_err(|error| refused(format!("ca_file {}: {error}", file.display())))
    };
    endpoint.ca_file.as_ref().map(read).transpose()
}

/// The system's authorities, or the configured one alone.
fn tls_parameters(endpoint: &Endpoint, authority: Option<Vec<u8>>) -> Result<TlsParameters, Error> {
    let mut builder = TlsParametersBuilder::new(endpoint.host.clone());
    if let Some(pem) = authority {
        let authority = Certificate::from_pem(&pem)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    builder.build()
}

/// Awaits one step at most `patience` long and sorts what goes wrong in it.
async fn timed<T>(
    patience: Duration,
    phase: Phase,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<T, Reply> {
    match tokio::time::timeout(patience, step).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(sort_error(phase, &error)),
        Err(_) => Err(late(phase, patience)),
    }
}

fn late(phase: Phase, patience: Duration) -> Reply {
    silence(phase, format!("no answer within {} s", patience.as_secs()))
}

fn sort_error(phase: Phase, error: &Error) -> Reply {
    let source = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(code) = error.status() {
        return sort(phase, code.into(), &source);
    }
    // What the server said stands in it, with its line ends.
    let words = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    // A server that is not who it should be, or speaks no TLS, will not do so later either.
    if phase == Phase::Connect && (error.is_tls() || error.is_client() || says_certificate(&words)) {
        return refused(words);
    }
    if phase == Phase::Auth && error.is_client() {
        return refused(words);
    }
    if is_undecodable(error) {
        return garbled(phase, &words);
    }
    silence(phase, words)
}

/// An answer in raw GBK, as QQ gives it: lettre takes it for a network error and loses the code (`quirks.md` E3.1, B3).
/// At the login it is a refusal; elsewhere before the dot it was no consent, so it is asked again, a limited number of times.
fn garbled(phase: Phase, words: &str) -> Reply {
    let answer = match phase {
        Phase::Auth => Answer::Refused,
        Phase::Dot => Answer::Unsure,
        Phase::Rcpt => Answer::Later(WAIT),
        Phase::Connect | Phase::Mail | Phase::Data => Answer::Wait(WAIT),
    };
    Reply { answer, words: format!("answered in words that cannot be decoded ({words})") }
}

/// rustls' verdict on a certificate comes wrapped in an i/o error.
fn says_certificate(words: &str) -> bool {
    words.contains("invalid peer certificate")
}

fn is_undecodable(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        source = cause.source();
    }
    false
}

/// No usable answer: before the dot nothing was sent, after it nobody can tell.
fn silence(phase: Phase, words: String) -> Reply {
    Reply { answer: if phase == Phase::Dot { Answer::Unsure } else { Answer::Lost }, words }
}

fn refused(words: String) -> Reply {
    Reply { answer: Answer::Refused, words }
}

fn text(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}
