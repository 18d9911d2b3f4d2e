//! One client's conversation. `bent` is the only place where misdeeds come in; `carry_out` is the receiver as
//! RFC 5321 has it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::auth::{Asked, Step};
use super::{Posted, SmtpMisdeed, World};
use crate::rehearsal::server::host::Protection;
use crate::rehearsal::server::script::Heard;
use crate::rehearsal::server::wire::{Pace, Wire};

/// Longest command line.
const LINE_LIMIT_BYTES: usize = 16 * 1024;
/// Largest mail taken, as announced by SIZE.
const MAIL_LIMIT_BYTES: usize = 50 << 20;

/// One reply, whole before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    text: Vec<u8>,
    then: Then,
    late: Duration,
}

/// What follows once the reply is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    /// The mail comes next.
    Data,
    StartTls,
    Close,
    Stall,
    /// Reply lines until the client hangs up.
    Babble,
}

impl Reply {
    /// A reply of one or more lines; the last line end is added.
    pub fn new(text: impl Into<Vec<u8>>, then: Then) -> Self {
        let mut text = text.into();
        if !text.ends_with(b"\n") {
            text.extend_from_slice(b"\r\n");
        }
        Self { text, then, late: Duration::ZERO }
    }

    /// No words, only what follows.
    pub fn silent(then: Then) -> Self {
        Self { text: Vec::new(), then, late: Duration::ZERO }
    }

    fn line(text: impl Into<Vec<u8>>) -> Self {
        Self::new(text, Then::GoOn)
    }

    fn accepts(&self) -> bool {
        matches!(self.text.first(), Some(b'2' | b'3'))
    }

    async fn send(&self, wire: &mut Wire) -> io::Result<()> {
        wire.set_pace(Pace { late: self.late, ..Pace::default() }).await;
        wire.write(&self.text).await?;
        wire.flush().await
    }
}

struct Session {
    world: Arc<World>,
    connection: usize,
    secured: bool,
    greeted: bool,
    user: Option<String>,
    asked: Option<Asked>,
    envelope: Option<Envelope>,
}

struct Envelope {
    sender: String,
    recipients: Vec<String>,
}

/// Talks with a client until one of the two hangs up.
pub(super) async fn converse(world: Arc<World>, mut wire: Wire, connection: usize) -> io::Result<()> {
    let secured = wire.secured();
    let mut session =
        Session { world, connection, secured, greeted: false, user: None, asked: None, envelope: None };
    let mut reply = session.bent("GREETING", |_| Reply::line("220 rehearsal.example ESMTP ready"));
    loop {
        reply.send(&mut wire).await?;
        match reply.then {
            Then::GoOn => {}
            Then::Close => return wire.close().await,
            Then::Stall => return wire.stall().await,
            Then::Babble => return wire.babble(b"250-and more\r\n").await,
            Then::Data => {
                let Some(raw) = read_data(&mut wire).await? else { return Ok(()) };
                reply = session.bent("DOT", |session| session.keep(raw));
                continue;
            }
            Then::StartTls => {
                if let Protection::StartTls(config) = &session.world.protection {
                    wire = wire.start_tls(config).await?;
                    (session.secured, session.greeted, session.user) = (true, false, None);
                }
            }
        }
        let Some(line) = wire.read_line(LINE_LIMIT_BYTES).await? else { return Ok(()) };
        reply = session.obey(&line);
    }
}

impl Session {
    fn obey(&mut self, line: &[u8]) -> Reply {
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Reply::new("500 line end expected", Then::Close);
        };
        let line = String::from_utf8_lossy(line);
        if let Some(asked) = self.asked.take() {
            self.hear("***");
            return self.credentials(asked, &line);
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let verb = verb.to_ascii_uppercase();
        let said = match (verb.as_str(), rest.split_once(' ')) {
            ("AUTH", Some((method, _secret))) => format!("AUTH {method} ***"),
            _ => line.to_string(),
        };
        self.hear(&said);
        self.bent(&said, |session| session.carry_out(&verb, rest))
    }

    fn hear(&self, said: &str) {
        self.world.log.push(Heard { connection: self.connection, text: said.to_owned() });
    }

    /// The right reply, or what was asked for at this step in its place.
    fn bent(&mut self, said: &str, right: impl FnOnce(&mut Self) -> Reply) -> Reply {
        let deeds = self.world.script.take(said);
        let mut reply = match deeds.iter().find_map(SmtpMisdeed::instead) {
            None => right(self),
            Some(instead) if instead.accepts() && instead.then == Then::GoOn => {
                Reply { text: instead.text, ..right(self) }
            }
            Some(instead) => {
                if instead.accepts() {
                    right(self);
                }
                instead
            }
        };
        reply.late += deeds.iter().map(SmtpMisdeed::wait).sum::<Duration>();
        reply
    }

    fn carry_out(&mut self, verb: &str, rest: &str) -> Reply {
        let must_encrypt = matches!(self.world.protection, Protection::StartTls(_)) && !self.secured;
        match verb {
            "EHLO" | "HELO" => self.greet(verb == "EHLO", must_encrypt),
            "NOOP" => Reply::line("250 ok"),
            "QUIT" => Reply::new("221 bye", Then::Close),
            "RSET" => {
                self.envelope = None;
                Reply::line("250 ok")
            }
            "STARTTLS" if must_encrypt => Reply::new("220 begin TLS negotiation now", Then::StartTls),
            "AUTH" | "MAIL" if must_encrypt => Reply::line("530 5.7.0 must issue STARTTLS first"),
            "AUTH" | "MAIL" if !self.greeted => Reply::line("503 5.5.1 EHLO first"),
            "AUTH" => self.authenticate(rest),
            "MAIL" => self.mail(rest),
            "RCPT" => self.recipient(rest),
            "DATA" => match &self.envelope {
                Some(envelope) if !envelope.recipients.is_empty() => {
                    Reply::new("354 end data with <CR><LF>.<CR><LF>", Then::Data)
                }
                _ => Reply::line("503 5.5.1 no recipients yet"),
            },
            _ => Reply::line("500 5.5.2 command unknown"),
        }
    }

    fn greet(&mut self, extended: bool, must_encrypt: bool) -> Reply {
        self.greeted = true;
        self.envelope = None;
        if !extended {
            return Reply::line("250 rehearsal.example");
        }
        let door = if must_encrypt { "STARTTLS" } else { "AUTH PLAIN LOGIN" };
        let size = MAIL_LIMIT_BYTES;
        Reply::line(format!("250-rehearsal.example\r\n250-SIZE {size}\r\n250-{door}\r\n250 8BITMIME"))
    }

    fn authenticate(&mut self, rest: &str) -> Reply {
        let (method, secret) = rest.split_once(' ').unwrap_or((rest, ""));
        let asked = match method.to_ascii_uppercase().as_str() {
            "PLAIN" => Asked::Plain,
            "LOGIN" => Asked::User,
            _ => return Reply::line("504 5.5.4 authentication method unknown"),
        };
        if secret.is_empty() { self.ask(asked) } else { self.credentials(asked, secret) }
    }

    fn ask(&mut self, asked: Asked) -> Reply {
        let prompt = format!("334 {}", asked.prompt());
        self.asked = Some(asked);
        Reply::line(prompt)
    }

    fn credentials(&mut self, asked: Asked, line: &str) -> Reply {
        match asked.answered(line) {
            Step::Ask(asked) => self.ask(asked),
            Step::Garbled => Reply::line("501 5.5.2 credentials not understood"),
            Step::Login { user, password } => {
                let right = self.world.login.as_ref().is_none_or(|login| *login == (user.clone(), password));
                if !right {
                    return Reply::line("535 Error: authentication failed");
                }
                self.user = Some(user);
                Reply::line("235 authentication successful")
            }
        }
    }

    fn mail(&mut self, rest: &str) -> Reply {
        let Some((sender, parameters)) = address(rest, "FROM:") else {
            return Reply::line("501 5.5.4 MAIL FROM:<address> expected");
        };
        let size = parameters.split(' ').find_map(|parameter| parameter.strip_prefix("SIZE=")?.parse().ok());
        if self.envelope.is_some() {
            return Reply::line("503 5.5.1 one mail at a time");
        }
        if self.world.login.is_some() && self.user.is_none() {
            return Reply::line("530 5.7.0 authentication required");
        }
        if size.is_some_and(|size: usize| size > MAIL_LIMIT_BYTES) {
            return Reply::line("552 5.3.4 mail too large");
        }
        self.envelope = Some(Envelope { sender, recipients: Vec::new() });
        Reply::line("250 ok")
    }

    fn recipient(&mut self, rest: &str) -> Reply {
        let Some(envelope) = &mut self.envelope else { return Reply::line("503 5.5.1 MAIL first") };
        match address(rest, "TO:") {
            Some((recipient, _)) if !recipient.is_empty() => {
                envelope.recipients.push(recipient);
                Reply::line("250 ok")
            }
            _ => Reply::line("501 5.5.4 RCPT TO:<address> expected"),
        }
    }

    fn keep(&mut self, raw: Vec<u8>) -> Reply {
        let Some(Envelope { sender, recipients }) = self.envelope.take() else {
            return Reply::line("503 5.5.1 no mail was begun");
        };
        if raw.len() > MAIL_LIMIT_BYTES {
            // Its rest is still under way: nothing sensible can be heard on this connection any more.
            return Reply::new("552 5.3.4 mail too large", Then::Close);
        }
        let (at, user) = (self.world.own.clock.now(), self.user.clone());
        let posted = Posted { sender, recipients, raw, at, connection: self.connection, user };
        match self.world.own.keep(posted) {
            Ok(number) => self.bent("KEPT", |_| Reply::line(format!("250 ok, kept as {number}"))),
            Err(error) => Reply::line(format!("451 4.3.0 mail not kept: {error}")),
        }
    }
}

/// The address and what stands behind it of `FROM:<a@b> SIZE=7`.
fn address<'a>(rest: &'a str, word: &str) -> Option<(String, &'a str)> {
    let (head, tail) = rest.split_at_checked(word.len())?;
    let (address, parameters) = tail.trim_start().strip_prefix('<')?.split_once('>')?;
    head.eq_ignore_ascii_case(word).then(|| (address.to_owned(), parameters.trim()))
}

/// Takes a mail up to the dot that stands alone between two CRLF, and only there (RFC 5321 4.1.1.4), or until it is
/// too large. `None` when the client has gone.
async fn read_data(wire: &mut Wire) -> io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    while let Some(line) = wire.read_line(LINE_LIMIT_BYTES).await? {
        let at_line_start = raw.is_empty() || raw.ends_with(b"\r\n");
        if at_line_start && line == b".\r\n" {
            return Ok(Some(raw));
        }
        raw.extend_from_slice(line.strip_prefix(b".").filter(|_| at_line_start).unwrap_or(&line));
        if raw.len() > MAIL_LIMIT_BYTES {
            return Ok(Some(raw));
        }
    }
    Ok(None)
}
