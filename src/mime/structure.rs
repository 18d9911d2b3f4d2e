//! Where the parts of a mail stand, found in one pass over its lines without recursion and without keeping a body
//! (RFC 2046 5.1). Only lines that begin with `--` can be boundaries, so the rest is never looked at.
//!
//! Programs that rewrite mail lose boundaries: a multipart may be divided by another one than it declares, or by one that
//! nobody declares. A line that looks like one and has a part's header right below it is then believed. What stands
//! before the first and after the last boundary is handed out as a margin, for whoever wrote a file there.

use std::io::{self, Read};
use std::ops::Range;

use super::field::{Fields, Structured};
use super::lines::Lines;
use super::transfer::Decoder;

/// Bytes of a boundary that is believed; RFC 2046 allows 70.
const BOUNDARY_BYTES_MAX: usize = 1000;

/// What a mail may cost before it is left unopened.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes of all headers of one mail.
    pub header_bytes: usize,
    /// Lines that begin like boundaries while one may come.
    pub boundary_lines: usize,
    /// Multiparts inside multiparts.
    pub nesting: usize,
    /// Parts, multiparts included.
    pub parts: usize,
    /// Decoded bytes of what is read as text, of one part.
    pub text_bytes: usize,
}

/// A part that is no multipart, by its place.
#[derive(Debug)]
pub struct Piece {
    /// Its header.
    pub fields: Fields,
    /// Its body, from the first byte of the mail.
    pub body: Range<u64>,
    /// Whether the mail ended where more was to come.
    pub is_cut: bool,
    /// Which outermost multipart/alternative is around it.
    pub alternative: Option<usize>,
    /// Whether a multipart/digest is right around it.
    pub in_digest: bool,
    /// Whether it is no part, but what stands around the parts of a multipart: mostly a sentence for old programs.
    pub is_margin: bool,
}

/// What the pass found.
#[derive(Debug, Default)]
pub struct Structure {
    /// Header of the mail.
    pub fields: Fields,
    /// Its pieces in order; none when there is a trouble.
    pub pieces: Vec<Piece>,
    /// Why it is not opened, in words for staff.
    pub trouble: Option<String>,
}

/// Finds the structure of a mail of `size` bytes through a window of `window_bytes`.
///
/// # Errors
/// Those of the source.
pub fn structure(source: impl Read, size: u64, window_bytes: usize, caps: &Caps) -> io::Result<Structure> {
    let mut pass = Pass {
        lines: Lines::new(source, window_bytes),
        size,
        caps,
        open: Vec::new(),
        line: Vec::new(),
        header_left: caps.header_bytes,
        lines_left: caps.boundary_lines,
        found: Structure::default(),
    };
    pass.run()?;
    let mut found = pass.found;
    if found.trouble.is_some() {
        found.pieces.clear();
    }
    Ok(found)
}

/// A multipart, or a mail inside one, that what is around it has not ended.
#[derive(Default)]
struct Open {
    /// A mail ends with what is around it, but its own boundaries, which may be the same, end its own parts.
    is_mail: bool,
    /// The boundary it declares, and the one that was found to divide it.
    boundaries: Vec<Vec<u8>>,
    /// Itself as a piece: a mail always is one, a multipart only as long as none of its boundaries comes.
    piece: Option<Piece>,
    /// Where its last boundary ends, once it came.
    over_at: Option<u64>,
    alternative: Option<usize>,
    is_digest: bool,
}

impl Open {
    /// Whether it may still turn out to be divided by what it does not declare.
    fn is_undivided(&self) -> bool {
        !self.is_mail && self.piece.is_some()
    }
}

/// A line that separates parts: the multipart it belongs to, and whether it is its last.
#[derive(Clone, Copy)]
struct Boundary {
    level: usize,
    is_last: bool,
    /// Where what stands before it ends.
    before: u64,
}

struct Pass<'x, R> {
    lines: Lines<R>,
    size: u64,
    caps: &'x Caps,
    open: Vec<Open>,
    line: Vec<u8>,
    header_left: usize,
    lines_left: usize,
    found: Structure,
}

impl<R: Read> Pass<'_, R> {
    fn run(&mut self) -> io::Result<()> {
        for number in 0.. {
            if number >= self.caps.parts {
                self.give_up(format!("邮件分段超过{}，未拆开", self.caps.parts));
                return Ok(());
            }
            let (piece, ended_by) = self.header()?;
            if number == 0 {
                self.found.fields = piece.fields.clone();
            }
            let leaf = match self.opened(piece, ended_by.is_some(), number) {
                Opened::Mail => continue,
                Opened::Multipart => None,
                Opened::Leaf(piece) => Some(piece),
            };
            let ended_by = match ended_by {
                None => self.seek_boundary()?,
                ended_by => ended_by,
            };
            self.end(leaf, ended_by);
            let mut next = ended_by;
            while next.is_some_and(|boundary| boundary.is_last) {
                next = self.seek_boundary()?;
                self.end(None, next);
            }
            if next.is_none() || self.found.trouble.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads a header: to its empty line, to a boundary that cuts it off, or to the end.
    fn header(&mut self) -> io::Result<(Piece, Option<Boundary>)> {
        if self.open.last().is_none_or(|around| around.is_mail) {
            self.lines.skip_blank()?;
        }
        let mut header = Vec::new();
        let ended_by = loop {
            self.line.clear();
            let (start, before) = (self.lines.place(), self.lines.break_before());
            let length = self.lines.take(&mut self.line, self.header_left + 1)?;
            let kept = self.line.len();
            if length == 0 || ends_header(&self.line) {
                break None;
            }
            if let Some(boundary) = self.boundary(start - before) {
                break Some(boundary);
            }
            header.extend_from_slice(&self.line);
            if kept > self.header_left {
                self.give_up(format!("邮件头超过{} KiB，未拆开", self.caps.header_bytes / 1024));
                break None;
            }
            self.header_left -= kept;
        };
        let start = ended_by.map_or(self.lines.place(), |boundary: Boundary| boundary.before);
        let around = self.open.last().filter(|around| !around.is_mail);
        let piece = Piece {
            fields: Fields::parse(&header),
            body: start..start,
            is_cut: false,
            alternative: around.and_then(|around| around.alternative),
            in_digest: around.is_some_and(|around| around.is_digest),
            is_margin: false,
        };
        Ok((piece, ended_by))
    }

    /// Opens a multipart or a mail; anything else is given back.
    fn opened(&mut self, piece: Piece, is_cut_off: bool, number: usize) -> Opened {
        let kind = piece.fields.structured("content-type");
        let is_full = self.open.len() >= self.caps.nesting;
        let alternative = piece.alternative;
        if is_plain_mail(&piece, &kind) && !self.open.is_empty() && !is_full && !is_cut_off {
            self.open.push(Open { is_mail: true, piece: Some(piece), alternative, ..Open::default() });
            return Opened::Mail;
        }
        let boundary = boundary_of(&kind);
        // A mail whose header lost its type may still have parts.
        let is_multipart = kind.value.starts_with("multipart") || !kind.value.contains('/');
        if !is_multipart || number > 0 && boundary.is_none() && !kind.value.starts_with("multipart") {
            return Opened::Leaf(piece);
        }
        if is_full {
            self.give_up(format!("邮件分段嵌套超过{}层，未拆开", self.caps.nesting));
        }
        let is_alternative = kind.value == "multipart/alternative";
        self.open.push(Open {
            boundaries: boundary.into_iter().collect(),
            alternative: alternative.or(is_alternative.then_some(number)),
            is_digest: kind.value == "multipart/digest",
            piece: Some(piece),
            ..Open::default()
        });
        Opened::Multipart
    }

    /// Goes behind the next line that is a boundary; none at the end of the mail.
    fn seek_boundary(&mut self) -> io::Result<Option<Boundary>> {
        while self.found.trouble.is_none() && !self.open.is_empty() && self.lines.seek_dashes()? {
            if self.lines_left == 0 {
                self.give_up(format!("邮件内疑似分段的行超过{}，未拆开", self.caps.boundary_lines));
                break;
            }
            self.lines_left -= 1;
            let end = self.lines.place() - self.lines.break_before();
            self.line.clear();
            self.lines.take(&mut self.line, BOUNDARY_BYTES_MAX * 2)?;
            if let Some(boundary) = self.boundary(end) {
                return Ok(Some(boundary));
            }
            if self.is_undeclared()? {
                return Ok(self.boundary(end));
            }
        }
        Ok(None)
    }

    /// Whether the line at hand divides the innermost multipart although that does not declare it; it is believed from
    /// here on.
    fn is_undeclared(&mut self) -> io::Result<bool> {
        const FIELD: &[u8] = b"content-";
        let name = self.line.trim_ascii_end().strip_prefix(b"--").unwrap_or_default();
        let is_name = (1..=BOUNDARY_BYTES_MAX).contains(&name.len())
            && name.iter().all(|&byte| may_be_in_boundary(byte))
            && !name.ends_with(b"--");
        let Some(innermost) = self.open.last_mut().filter(|open| is_name && open.is_undivided()) else {
            return Ok(false);
        };
        let is_header = self.lines.peek(FIELD.len())?.eq_ignore_ascii_case(FIELD);
        if is_header {
            innermost.boundaries.push(name.to_vec());
        }
        Ok(is_header)
    }

    /// Whether the line at hand is a boundary of an open multipart. A boundary may begin like another one: the longest
    /// counts, and of equal ones the innermost, but one that had its last only when there is no other.
    fn boundary(&self, before: u64) -> Option<Boundary> {
        let rest = self.line.strip_prefix(b"--")?;
        let open = self.open.iter().enumerate();
        let known =
            open.flat_map(|(level, open)| open.boundaries.iter().map(move |known| (level, open, known)));
        let matching = known.filter_map(|(level, open, boundary)| {
            let after = rest.strip_prefix(boundary.as_slice())?;
            let is_last = after.starts_with(b"--");
            let is_whole = after.first().is_none_or(|&byte| !may_be_in_boundary(byte));
            let rank = (boundary.len(), open.over_at.is_none(), level);
            (is_last || is_whole).then_some((rank, Boundary { level, is_last, before }))
        });
        matching.max_by_key(|(rank, _)| *rank).map(|(_, boundary)| boundary)
    }

    /// Ends a leaf, and the multiparts that a boundary shows to have ended: a parent's boundary ends its children.
    fn end(&mut self, leaf: Option<Piece>, boundary: Option<Boundary>) {
        let Some(Boundary { level, is_last, before }) = boundary else { return self.end_of_mail(leaf) };
        let leaf = self.close(level + 1, leaf, before);
        self.keep(leaf, before);
        let place = self.lines.place();
        let Some(open) = self.open.get_mut(level) else { return };
        let over_at = std::mem::replace(&mut open.over_at, is_last.then_some(place));
        let undivided = open.piece.take();
        let margin = over_at.map(|start| margin(start, open.alternative));
        self.keep(margin.or(undivided.map(before_the_first)), before);
    }

    /// What is open now was to go on, but for a multipart that is only text, or over.
    fn end_of_mail(&mut self, leaf: Option<Piece>) {
        let is_text = self.open.last().is_some_and(Open::is_undivided);
        let goes_on = self.open.iter().filter(|open| open.over_at.is_none()).count();
        let is_cut = goes_on > usize::from(is_text);
        let leaf = self.close(0, leaf, self.size).map(|leaf| Piece { is_cut, ..leaf });
        self.keep(leaf, self.size);
    }

    /// Closes all but the outermost `kept`, and returns the leaf that ends with them at `end`.
    fn close(&mut self, kept: usize, mut leaf: Option<Piece>, end: u64) -> Option<Piece> {
        while self.open.len() > kept {
            let Some(closed) = self.open.pop() else { break };
            if let Some(start) = closed.over_at {
                self.keep(Some(margin(start, closed.alternative)), end);
            }
            // A mail is a leaf, whatever was found in it.
            leaf = if closed.is_mail { closed.piece } else { leaf.or(closed.piece) };
        }
        leaf
    }

    /// Lists a leaf, unless it lies in a mail that is a leaf itself.
    fn keep(&mut self, leaf: Option<Piece>, end: u64) {
        let Some(leaf) = leaf.filter(|_| !self.open.iter().any(|open| open.is_mail)) else { return };
        if !leaf.is_margin || end > leaf.body.start {
            let body = leaf.body.start..end.max(leaf.body.start);
            self.found.pieces.push(Piece { body, ..leaf });
        }
    }

    fn give_up(&mut self, trouble: String) {
        self.found.trouble.get_or_insert(trouble);
    }
}

enum Opened {
    Mail,
    Multipart,
    Leaf(Piece),
}

/// Whether a piece is a mail whose own boundaries stand in the lines that follow.
fn is_plain_mail(piece: &Piece, kind: &Structured) -> bool {
    is_mail(piece.in_digest, kind) && Decoder::of(&piece.fields.text("content-transfer-encoding")).is_plain()
}

/// Whether a type is that of a mail; in a multipart/digest it is so without being said (RFC 2046 5.1.5).
pub fn is_mail(in_digest: bool, kind: &Structured) -> bool {
    matches!(kind.value.as_str(), "message/rfc822" | "message/global")
        || in_digest && !kind.value.contains('/')
}

/// What stands behind the last boundary of a multipart.
fn margin(start: u64, alternative: Option<usize>) -> Piece {
    let (fields, body) = (Fields::default(), start..start);
    Piece { fields, body, is_cut: false, alternative, in_digest: false, is_margin: true }
}

/// What stands before the first boundary: of a mail that did not say that it has parts, its text.
fn before_the_first(piece: Piece) -> Piece {
    let is_margin = piece.fields.raw("content-type").is_some();
    let fields = if is_margin { Fields::default() } else { piece.fields };
    Piece { fields, is_margin, ..piece }
}

fn boundary_of(kind: &Structured) -> Option<Vec<u8>> {
    let boundary = kind.plain("boundary")?.into_bytes();
    (1..=BOUNDARY_BYTES_MAX).contains(&boundary.len()).then_some(boundary)
}

/// An empty line, also of a mail whose lines end in two returns; a line of blanks is a fold. As [`Fields::parse`] has it.
fn ends_header(line: &[u8]) -> bool {
    !line.starts_with(b" ") && !line.starts_with(b"\t") && line.trim_ascii_end().is_empty()
}

/// RFC 2046 5.1.1; a blank at the end of a line is padding.
fn may_be_in_boundary(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte)
}
