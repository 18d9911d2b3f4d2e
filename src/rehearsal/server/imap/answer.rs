//! One answer to one command, whole before it leaves, so that a misdeed can bend it as a value. Bodies are shared
//! and sliced, never copied: a mail of 80 MB is fetched by windows without the server growing.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::rehearsal::server::wire::{Pace, Wire};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub lines: Vec<Line>,
    /// The tagged line; none for greetings, continuations and the answers that never end.
    pub done: Option<(Status, Vec<u8>)>,
    /// Bytes behind the tagged line.
    pub trailer: Vec<u8>,
    pub then: Then,
    pub pace: Pace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    No,
    Bad,
}

/// What follows once the answer is out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Then {
    #[default]
    GoOn,
    Close,
    /// End without a farewell.
    Drop,
    Stall,
    /// Say this until the client hangs up.
    Babble(Vec<u8>),
    Idle,
    StartTls,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its end.
    Text(Vec<u8>),
    /// Bytes to be sent as they are; `$TAG` stands for the tag.
    Raw(Vec<u8>),
    Fetch(FetchLine),
}

/// `* SEQ FETCH (…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FetchLine {
    pub seq: u32,
    pub uid: u32,
    pub parts: Vec<Part>,
    pub end: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Uid,
    Text(String),
    Body(Body),
}

/// A literal: a slice of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    /// `BODY[]`, `BODY[HEADER]` …
    pub name: &'static str,
    /// First octet of a partial answer, echoed as `<n>`.
    pub origin: Option<usize>,
    pub raw: Arc<Vec<u8>>,
    /// Where the section lies in the mail.
    pub section: Range<usize>,
    /// What of the mail is sent.
    pub range: Range<usize>,
    /// The announced size, if another than the true one.
    pub announced: Option<u64>,
}

impl Answer {
    pub fn ok(text: &str) -> Self {
        Self::done(Status::Ok, text)
    }

    pub fn no(text: impl Into<Vec<u8>>) -> Self {
        Self::done(Status::No, text)
    }

    pub fn bad(text: impl Into<Vec<u8>>) -> Self {
        Self::done(Status::Bad, text)
    }

    fn done(status: Status, text: impl Into<Vec<u8>>) -> Self {
        Self { done: Some((status, text.into())), ..Self::default() }
    }

    /// Lines and no tagged end.
    pub fn lines(lines: Vec<Line>) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Nothing but what follows.
    pub fn then(then: Then) -> Self {
        Self { then, ..Self::default() }
    }

    pub fn with(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines.into_iter().map(|line| Line::Text(line.into_bytes())));
        self
    }

    pub fn fetches(&mut self) -> impl Iterator<Item = &mut FetchLine> {
        self.lines.iter_mut().filter_map(|line| match line {
            Line::Fetch(fetch) => Some(fetch),
            Line::Text(_) | Line::Raw(_) => None,
        })
    }

    pub fn bodies(&mut self) -> impl Iterator<Item = &mut Body> {
        self.fetches().flat_map(|fetch| fetch.parts.iter_mut()).filter_map(|part| match part {
            Part::Body(body) => Some(body),
            Part::Uid | Part::Text(_) => None,
        })
    }

    pub async fn send(&self, wire: &mut Wire, tag: &str) -> io::Result<()> {
        wire.set_pace(self.pace).await;
        for piece in self.pieces(tag) {
            wire.write(&piece).await?;
        }
        wire.flush().await?;
        wire.set_pace(Pace::default()).await;
        Ok(())
    }

    /// What the client gets to see.
    pub fn bytes(&self, tag: &str) -> Vec<u8> {
        self.pieces(tag).concat()
    }

    fn pieces(&self, tag: &str) -> Vec<Cow<'_, [u8]>> {
        let mut pieces = Vec::new();
        for line in &self.lines {
            match line {
                Line::Text(text) => pieces.extend([text.into(), b"\r\n".into()]),
                Line::Raw(bytes) => pieces.push(tagged(bytes, tag).into()),
                Line::Fetch(fetch) => fetch.pieces(&mut pieces),
            }
        }
        if let Some((status, text)) = &self.done {
            let space = if text.is_empty() { "" } else { " " };
            let head = format!("{tag} {}{space}", status.word());
            pieces.extend([head.into_bytes().into(), text.into(), b"\r\n".into()]);
        }
        pieces.push((&self.trailer).into());
        pieces
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
        }
    }
}

fn tagged(bytes: &[u8], tag: &str) -> Vec<u8> {
    replaced(bytes, b"$TAG", tag.as_bytes())
}

/// `bytes` with `new` wherever `old` stands.
pub(super) fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut filled = Vec::new();
    let mut rest = bytes;
    while let Some(at) = place_of(old, rest) {
        let (before, after) = rest.split_at(at);
        filled.extend_from_slice(before);
        filled.extend_from_slice(new);
        rest = after.strip_prefix(old).unwrap_or(after);
    }
    filled.extend_from_slice(rest);
    filled
}

/// Where `text` first stands in `bytes`.
pub(super) fn place_of(text: &[u8], bytes: &[u8]) -> Option<usize> {
    bytes.windows(text.len().max(1)).position(|piece| piece == text)
}

impl FetchLine {
    fn pieces<'a>(&'a self, pieces: &mut Vec<Cow<'a, [u8]>>) {
        pieces.push(format!("* {} FETCH (", self.seq).into_bytes().into());
        for (n, part) in self.parts.iter().enumerate() {
            if n > 0 {
                pieces.push(b" ".into());
            }
            match part {
                Part::Uid => pieces.push(format!("UID {}", self.uid).into_bytes().into()),
                Part::Text(text) => pieces.push(text.as_bytes().into()),
                Part::Body(body) => pieces.extend(body.pieces()),
            }
        }
        pieces.push(self.end.as_bytes().into());
    }
}

impl Body {
    pub fn len(&self) -> u64 {
        self.range.len() as u64
    }

    fn pieces(&self) -> [Cow<'_, [u8]>; 2] {
        let origin = self.origin.map(|origin| format!("<{origin}>")).unwrap_or_default();
        let size = self.announced.unwrap_or(self.len());
        let head = format!("{}{origin} {{{size}}}\r\n", self.name);
        let literal = self.raw.get(self.range.clone()).unwrap_or_default();
        [head.into_bytes().into(), literal.into()]
    }
}
