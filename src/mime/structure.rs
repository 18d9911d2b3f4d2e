//! Where the parts of a mail stand, found in one pass over its lines without recursion and without keeping a body
//! (RFC 2046 5.1). Only lines that begin with `--` can be boundaries, so the rest is never looked at.

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

/// A multipart, or a mail inside one, whose end has not come.
struct Open {
    /// None for a mail: it ends with what is around it, but its own boundaries, which may be the same, end its own parts.
    boundary: Option<Vec<u8>>,
    /// Itself as a piece: a mail always is one, a multipart only as long as none of its boundaries comes.
    piece: Option<Piece>,
    alternative: Option<usize>,
    is_digest: bool,
}

impl Open {
    fn is_mail(&self) -> bool {
        self.boundary.is_none()
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
            // What follows the last boundary of a multipart belongs to nothing.
            while next.is_some_and(|boundary| boundary.is_last) {
                next = if self.open.is_empty() { None } else { self.seek_boundary()? };
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
        if self.open.last().is_none_or(Open::is_mail) {
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
        let around = self.open.last().filter(|around| !around.is_mail());
        let piece = Piece {
            fields: Fields::parse(&header),
            body: start..start,
            is_cut: false,
            alternative: around.and_then(|around| around.alternative),
            in_digest: around.is_some_and(|around| around.is_digest),
        };
        Ok((piece, ended_by))
    }

    /// Opens a multipart or a mail; anything else is given back.
    fn opened(&mut self, piece: Piece, is_cut_off: bool, number: usize) -> Opened {
        let kind = piece.fields.structured("content-type");
        let is_full = self.open.len() >= self.caps.nesting;
        if is_plain_mail(&piece, &kind) && !self.open.is_empty() && !is_full && !is_cut_off {
            let alternative = piece.alternative;
            self.open.push(Open { boundary: None, piece: Some(piece), alternative, is_digest: false });
            return Opened::Mail;
        }
        let Some(boundary) = boundary_of(&kind) else { return Opened::Leaf(piece) };
        if is_full {
            self.give_up(format!("邮件分段嵌套超过{}层，未拆开", self.caps.nesting));
        }
        let is_alternative = kind.value == "multipart/alternative";
        self.open.push(Open {
            boundary: Some(boundary),
            alternative: piece.alternative.or(is_alternative.then_some(number)),
            is_digest: kind.value == "multipart/digest",
            piece: Some(piece),
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
        }
        Ok(None)
    }

    /// Whether the line at hand is a boundary of an open multipart. A boundary may begin like another one: the longest
    /// counts, and of equal ones the innermost.
    fn boundary(&self, before: u64) -> Option<Boundary> {
        let rest = self.line.strip_prefix(b"--")?;
        let matching = self.open.iter().enumerate().filter_map(|(level, open)| {
            let boundary = open.boundary.as_deref()?;
            let after = rest.strip_prefix(boundary)?;
            let is_last = after.starts_with(b"--");
            let is_whole = after.first().is_none_or(|&byte| !may_be_in_boundary(byte));
            (is_last || is_whole).then_some((boundary.len(), Boundary { level, is_last, before }))
        });
        matching.max_by_key(|(length, boundary)| (*length, boundary.level)).map(|(_, boundary)| boundary)
    }

    /// Ends a leaf, and the multiparts that a boundary shows to have ended: a parent's boundary ends its children.
    fn end(&mut self, leaf: Option<Piece>, boundary: Option<Boundary>) {
        let Some(Boundary { level, is_last, before }) = boundary else { return self.end_of_mail(leaf) };
        let leaf = self.close(level + usize::from(!is_last), leaf);
        self.keep(leaf, before);
        if let Some(open) = self.open.get_mut(level) {
            open.piece = None;
        }
    }

    /// What is open now was to go on, but for a multipart that is only text.
    fn end_of_mail(&mut self, leaf: Option<Piece>) {
        let is_text = self.open.last().is_some_and(|open| open.piece.is_some());
        let is_cut = self.open.len() > usize::from(is_text);
        let leaf = self.close(0, leaf).map(|leaf| Piece { is_cut, ..leaf });
        self.keep(leaf, self.size);
    }

    /// Closes all but the outermost `kept`, and returns the leaf that ends with them.
    fn close(&mut self, kept: usize, mut leaf: Option<Piece>) -> Option<Piece> {
        for closed in self.open.drain(kept.min(self.open.len())..).rev() {
            // A mail is a leaf, whatever was found in it.
            leaf = if closed.is_mail() { closed.piece } else { leaf.or(closed.piece) };
        }
        leaf.filter(|_| !self.open.iter().any(Open::is_mail))
    }

    fn keep(&mut self, leaf: Option<Piece>, end: u64) {
        self.found.pieces.extend(leaf.map(|leaf| {
            let body = leaf.body.start..end.max(leaf.body.start);
            Piece { body, ..leaf }
        }));
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

fn boundary_of(kind: &Structured) -> Option<Vec<u8>> {
    if !kind.value.starts_with("multipart/") {
        return None;
    }
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
