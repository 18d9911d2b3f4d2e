//! Stands under the library, between its parser and the wire, because both ends can do harm: a server by endless
//! lines, endless chatter or a literal of 500 MB that the library would allocate on its mere announcement; the
//! library by panicking on lines that servers do send. Every line is held until it is whole, measured, made harmless
//! (`quirks::readable_line`) and only then handed up. What FETCH answers is read here (`fetched`), and the bytes of
//! mails go from the wire straight to whoever wants them: a mail of any size costs one buffer. All time-outs are
//! here too, because only here is every byte seen.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

pub(super) use self::budget::Budget;
use self::kind::Kind;
pub use self::piece::Piece;
pub(super) use self::piece::Taker;
use super::aside::Asides;
use super::fetched;
use super::{Limits, quirks};
use crate::talk::{Secrets, Tap};

/// A connection to a server, plain or TLS.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

/// The guarded connection.
pub(super) struct Guard {
    wire: Box<dyn Wire>,
    /// What the wire brings is read into this, over and over.
    raw: Vec<u8>,
    /// Nothing more comes.
    has_ended: bool,
    /// Whether anything has come since the last command.
    pub(super) has_heard: bool,
    /// Whether the library must not wait for the wire, because [`Guard::fill`] does.
    pub(super) is_filled_by_hand: bool,
    /// Bytes cleared for the library, from `cleared_at` on.
    cleared: Vec<u8>,
    cleared_at: usize,
    /// The line being collected, not yet cleared.
    line: Vec<u8>,
    /// What came so far of an answer that may be none of the library's business, and whose it is.
    held: Vec<u8>,
    kind: Kind,
    /// What such answers have said since the last command, those to FETCH excepted.
    asides: Asides,
    /// Bytes of the current literal that are still to come, and whether they are a mail's.
    literal_left: u64,
    is_diverted: bool,
    /// Whether the current answer has had a mail in it, and bytes of these.
    has_body: bool,
    body_bytes: u64,
    /// Bytes since the wire was last asked that buy time.
    earned: u64,
    /// UIDs that have bought time since the last command: they may come in any order, and what is said again buys none.
    paid: HashSet<u32>,
    /// Whether the line follows a literal and so continues an answer.
    continues: bool,
    parentheses: u32,
    /// Bytes of the current answer, those of mails not counted.
    answer_bytes: u64,
    pub(super) budget: Budget,
    idle: Pin<Box<Sleep>>,
    deadline: Pin<Box<Sleep>>,
    /// Commands wait here until they are flushed: the library writes one in four pieces, each a packet else.
    outgoing: Vec<u8>,
    tagged: Vec<u8>,
    bye: Option<Vec<u8>>,
    tap: Tap,
    secrets: Secrets,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("wire", &self.wire).finish_non_exhaustive()
    }
}

impl Guard {
    pub(super) fn new(wire: Box<dyn Wire>, budget: Budget) -> Self {
        Self {
            wire,
            raw: vec![0; Limits::READ_BYTES],
            has_ended: false,
            has_heard: false,
            is_filled_by_hand: false,
            cleared: Vec::new(),
            cleared_at: 0,
            line: Vec::new(),
            held: Vec::new(),
            kind: Kind::Library,
            asides: Asides::default(),
            literal_left: 0,
            is_diverted: false,
            has_body: false,
            body_bytes: 0,
            earned: 0,
            paid: HashSet::new(),
            continues: false,
            parentheses: 0,
            answer_bytes: 0,
            budget,
            idle: Box::pin(tokio::time::sleep(budget.idle)),
            deadline: Box::pin(tokio::time::sleep_until(budget.until)),
            outgoing: Vec::new(),
            tagged: Vec::new(),
            bye: None,
            tap: Tap::default(),
            secrets: Secrets::default(),
        }
    }

    /// Has everything that is said from now on written down.
    pub(super) fn heard_by(self, tap: Tap) -> Self {
        Self { tap, ..self }
    }

    /// Keeps these out of the words that it passes on.
    pub(super) fn keeping(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
    }

    /// Starts the clock and the counts of the next command.
    pub(super) fn begin(&mut self, budget: Budget) {
        self.budget = budget;
        self.asides = Asides::default();
        self.paid = HashSet::new();
        self.has_heard = false;
        self.idle.as_mut().reset(Instant::now() + budget.idle);
        self.deadline.as_mut().reset(budget.until);
    }

    /// What the server has said beside mails and counts since the last command.
    pub(super) fn asides(&mut self) -> Asides {
        std::mem::take(&mut self.asides)
    }

    /// The server's words with the last tagged answer.
    pub(super) fn tagged_words(&self) -> String {
        quirks::words_of(&self.tagged, &self.secrets)
    }

    /// The server's words of farewell, if it said any.
    pub(super) fn bye_words(&self) -> Option<String> {
        self.bye.as_deref().map(|line| quirks::words_of(line, &self.secrets))
    }

    /// Whether the server has said goodbye or hung up.
    pub(super) fn is_gone(&self) -> bool {
        self.has_ended || self.bye.is_some()
    }

    /// Waits for the wire once and takes what it brings; returns the time that this was worth.
    ///
    /// # Errors
    /// A time-out, a broken connection, or more than the budget allows.
    pub(super) async fn fill(&mut self, taker: &mut Taker<'_>) -> io::Result<Duration> {
        std::future::poll_fn(|cx| self.poll_fill(cx, taker)).await
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>, taker: &mut Taker<'_>) -> Poll<io::Result<Duration>> {
        self.check_time(cx)?;
        let mut raw = std::mem::take(&mut self.raw);
        let mut buffer = ReadBuf::new(&mut raw);
        let read = Pin::new(&mut self.wire).poll_read(cx, &mut buffer);
        let digested = match read {
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                self.end();
                Poll::Ready(Ok(Duration::ZERO))
            }
            Poll::Ready(Ok(())) => {
                self.has_heard = true;
                self.idle.as_mut().reset(Instant::now() + self.budget.idle);
                Poll::Ready(self.digest(buffer.filled(), taker).map(|()| self.buy_time()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        };
        self.raw = raw;
        digested
    }

    /// Time is bought by bytes that were asked for and came: what a server only announces buys none.
    fn buy_time(&mut self) -> Duration {
        let paid = std::mem::take(&mut self.earned).min(self.budget.awaited_bytes);
        self.budget.awaited_bytes -= paid;
        let bought = Limits::time_of(paid);
        let until = self.deadline.deadline() + bought;
        self.deadline.as_mut().reset(until);
        bought
    }

    /// The end. An answer cut in its middle is handed up, so that the library sees that it was cut.
    fn end(&mut self) {
        self.has_ended = true;
        self.held.append(&mut self.line);
        quirks::readable_line(&mut self.held);
        self.cleared.append(&mut self.held);
    }

    fn check_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let late = self.deadline.as_mut().poll(cx).is_ready() || self.idle.as_mut().poll(cx).is_ready();
        if late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Takes bytes from the wire, clears whole lines and whatever of literals has come.
    fn digest(&mut self, mut bytes: &[u8], taker: &mut Taker<'_>) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.literal_left > 0 {
                let here = bytes.len().min(usize::try_from(self.literal_left).unwrap_or(usize::MAX));
                let (literal, rest) = bytes.split_at(here);
                match self.kind {
                    _ if self.is_diverted => {
                        self.earned += here as u64;
                        taker(Piece::Bytes(literal));
                    }
                    Kind::Folder | Kind::Aside => self.held.extend_from_slice(literal),
                    Kind::Fetch | Kind::Library => self.cleared.extend_from_slice(literal),
                }
                self.literal_left -= here as u64;
                bytes = rest;
                continue;
            }
            // To behind the next line end, or all there is: memchr, which halves the time of a list.
            let (piece, rest) = bytes.split_at((&mut &*bytes).skip_until(b'\n')?);
            bytes = rest;
            if self.line.is_empty()
                && let Some(line) = quirks::whole_line(piece)
            {
                // Most lines come in one piece.
                self.clear_line(line, taker)?;
                continue;
            }
            self.line.extend_from_slice(piece);
            let line = std::mem::take(&mut self.line);
            match quirks::whole_line(&line) {
                Some(line) => self.clear_line(line, taker)?,
                None => {
                    demand_short(&line)?;
                    self.line = line;
                }
            }
        }
        Ok(())
    }

    fn clear_line(&mut self, line: &[u8], taker: &mut Taker<'_>) -> io::Result<()> {
        let line = &*spacing::tidied(line, self.continues.then_some(self.kind));
        self.count(line)?;
        let literal = quirks::announced_literal(line, self.continues);
        self.tap.heard(line, literal, !self.continues && !line.starts_with(b"* "));
        if !self.continues {
            if line.trim_ascii().is_empty() {
                // Nobody asked for it, and it says nothing.
                return Ok(());
            }
            (self.kind, self.has_body, self.body_bytes) = (Kind::of(line), false, 0);
        }
        self.continues = literal.is_some();
        match (literal, self.kind) {
            (None, Kind::Fetch) => self.end_fetch(line, taker),
            (None, Kind::Folder | Kind::Aside) => self.end_aside(line),
            (None, Kind::Library) => self.clear(line),
            (Some(bytes), _) => self.begin_literal(line, bytes, taker)?,
        }
        Ok(())
    }

    /// The last line of an answer that the library sees only if it can read it.
    fn end_aside(&mut self, line: &[u8]) {
        self.hold(line);
        let mut answer = std::mem::take(&mut self.held);
        if self.asides.take(&answer) {
            self.cleared.append(&mut answer);
        }
        answer.clear();
        self.held = answer;
    }

    fn hold(&mut self, line: &[u8]) {
        let mut line = line.to_vec();
        if self.kind == Kind::Aside {
            quirks::readable_line(&mut line);
        }
        self.held.append(&mut line);
        self.held.extend_from_slice(b"\r\n");
    }

    /// The last line of an answer to FETCH. One that is not understood is counted, since a mail may hang on it; with a mail in
    /// it nobody knows where that ended, and it is left to the library to end the connection over it.
    fn end_fetch(&mut self, line: &[u8], taker: &mut Taker<'_>) {
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(line);
        let fetched = fetched::parse(&held);
        match fetched {
            None if self.has_body => self.clear(&held),
            None => self.asides.pass_over_mail(&held),
            Some(_) => {}
        }
        if fetched.and_then(|fetched| fetched.uid).is_some_and(|uid| self.paid.insert(uid)) {
            self.earned += (line.len() as u64).min(Limits::LISTED_BYTES);
        }
        taker(Piece::End(fetched));
        held.clear();
        self.held = held;
    }

    /// A line that announces a literal: a mail goes its own way, and an empty literal stands in its place; anything
    /// else is small, and the library's.
    fn begin_literal(&mut self, line: &[u8], bytes: u64, taker: &mut Taker<'_>) -> io::Result<()> {
        let label = line.iter().rposition(|b| *b == b'{').and_then(|at| line.get(..at));
        // A literal of any bytes may be announced as such (RFC 3516).
        let label = label
            .map(|label| label.strip_suffix(b"~").unwrap_or(label))
            .filter(|label| self.kind == Kind::Fetch && fetched::labels_body(label));
        let most = if label.is_some() { self.budget.literal_bytes } else { Limits::SMALL_LITERAL_BYTES };
        // Several in one answer are nobody's, and together no more than one may be.
        let all = if label.is_some() { self.body_bytes.saturating_add(bytes) } else { bytes };
        if all > most {
            return Err(trip(&format!("声称要给 {bytes} 字节，多于所要的")));
        }
        (self.literal_left, self.is_diverted) = (bytes, label.is_some());
        match label {
            Some(label) => {
                (self.has_body, self.body_bytes) = (true, all);
                self.held.extend_from_slice(label);
                self.held.extend_from_slice(fetched::DIVERTED);
            }
            None => {
                self.answer_bytes += bytes;
                if matches!(self.kind, Kind::Folder | Kind::Aside) {
                    self.hold(line);
                    return Ok(());
                }
                if self.kind == Kind::Fetch {
                    // What came of a mail in this answer must not become the beginning of the next one.
                    taker(Piece::End(None));
                }
                self.kind = Kind::Library;
                self.cleared.append(&mut self.held);
                self.clear(line);
            }
        }
        Ok(())
    }

    /// Hands a line to the library.
    fn clear(&mut self, line: &[u8]) {
        let mut line = line.to_vec();
        quirks::readable_line(&mut line);
        self.cleared.extend_from_slice(&line);
        self.cleared.extend_from_slice(b"\r\n");
    }

    /// Counts an answer against the budget and remembers the words of those that end something.
    fn count(&mut self, line: &[u8]) -> io::Result<()> {
        demand_short(line)?;
        if !self.continues {
            (self.parentheses, self.answer_bytes) = (0, 0);
            if !line.starts_with(b"* ") {
                self.tagged = line.to_vec();
            } else if line.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"* BYE")) {
                self.bye = Some(line.to_vec());
            }
            self.budget.responses =
                self.budget.responses.checked_sub(1).ok_or_else(|| trip("答复比所问的多"))?;
        }
        let opened = line.iter().filter(|b| **b == b'(').count();
        self.parentheses = self.parentheses.saturating_add(u32::try_from(opened).unwrap_or(u32::MAX));
        self.answer_bytes += line.len() as u64;
        if self.parentheses > Limits::PARENTHESES {
            Err(trip("一个答复嵌套过深"))
        } else if self.answer_bytes > Limits::ANSWER_BYTES {
            Err(trip("一个答复超过 256 KiB"))
        } else {
            Ok(())
        }
    }
}

fn demand_short(line: &[u8]) -> io::Result<()> {
    if line.len() > Limits::LINE_BYTES { Err(trip("一行超过 64 KiB")) } else { Ok(()) }
}

fn trip(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

mod budget;
mod kind;
mod piece;
mod spacing;
mod stream;
#[cfg(test)]
mod tests;
