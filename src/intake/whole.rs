//! Whether a fetched mail is all there. Servers cut mails (exmail above some 20 MB) and servers misstate sizes
//! (Exchange), so neither sign is believed alone: only a mail that is both shorter than RFC822.SIZE and without its
//! closing boundary is not filed (quirk A5.5). Where there is neither sign, a mail is believed when as much of it came twice.

use jiff::Timestamp;
use memchr::memmem;

use crate::mime::{self, Fields};

/// Bytes kept of a mail's end; epilogues beyond are not looked at.
const TAIL_BYTES: usize = 64 * 1024;
/// Bytes of a header that are looked at for the boundary. A list of 10,000 recipients has some 400 KiB.
const HEADER_BYTES: usize = 1024 * 1024;

/// What is remembered of a mail while it streams to disk.
#[derive(Debug, Default)]
pub(super) struct Shape {
    head: Vec<u8>,
    header: Header,
    tail: Vec<u8>,
    size: u64,
}

/// What `head` is of the header.
#[derive(Debug, Default, PartialEq, Eq)]
enum Header {
    /// The beginning: more may come.
    #[default]
    Begun,
    /// All of it.
    Whole,
    /// As much as is looked at.
    TooLong,
}

/// What is to be done with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// File it, with a remark for people where it is not empty.
    File(String),
    /// Nothing tells whether it is whole: file it when as much came before.
    Unproven,
    /// Do not file it, for this reason.
    Cut(String),
}

impl Shape {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        if self.header == Header::Begun {
            self.take_header(bytes);
        }
        // What is longer than the tail replaces it, so that a large mail is not pushed through it byte by byte.
        let last = bytes.len().saturating_sub(TAIL_BYTES);
        let excess = (self.tail.len() + bytes.len() - last).saturating_sub(TAIL_BYTES);
        self.tail.drain(..excess);
        self.tail.extend_from_slice(bytes.get(last..).unwrap_or_default());
    }

    fn take_header(&mut self, bytes: &[u8]) {
        // The line end before the empty line may have come before.
        let from = self.head.len().saturating_sub(2);
        let wanted = HEADER_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..wanted).unwrap_or_default());
        if let Some(at) = end_of_header(self.head.get(from..).unwrap_or_default()) {
            self.head.truncate(from + at);
            self.header = Header::Whole;
        } else if self.head.len() >= HEADER_BYTES {
            self.header = Header::TooLong;
        }
    }

    /// `announced`: RFC822.SIZE, 0 where the server did not say.
    pub(super) fn verdict(&self, announced: u64) -> Verdict {
        let size = self.size;
        if size == 0 {
            return Verdict::Cut("服务器给出的邮件是空的；网页邮箱里也是空的，删去即可".into());
        }
        // It cannot be told from one that was cut there, and nothing but the size would tell.
        if announced == 0 && self.header == Header::Begun {
            return Verdict::Cut("邮件不完整：信头没有结束，服务器又没有给出大小".into());
        }
        let is_short = announced != 0 && size < announced;
        let differs = format!("服务器称有 {announced} 字节，实收 {size} 字节");
        // A mail cut before its header ends cannot tell its boundary.
        let boundary = if self.header == Header::Whole { boundary(&self.head) } else { None };
        let is_open = match &boundary {
            Some(boundary) => !self.is_closed(boundary),
            None => self.header == Header::Begun && is_short,
        };
        match (announced != 0 && size != announced, is_open) {
            _ if announced == 0 && boundary.is_none() => Verdict::Unproven,
            (false, false) => Verdict::File(String::new()),
            (true, true) if is_short => Verdict::Cut(format!(
                "邮件不完整：服务器称有 {announced} 字节，只收到 {size} 字节，且没有结束标记"
            )),
            // Nobody can say whether it is closed: it must not stay unseen for ever because a server misstates sizes.
            (true, _) if is_short && self.header == Header::TooLong => {
                Verdict::File(format!("{differs}；信头过长，无从核对结束标记，可能不完整"))
            }
            (true, _) => Verdict::File(differs),
            (false, true) => Verdict::File("邮件没有结束标记，可能在发出时就不完整".into()),
        }
    }

    /// When its header says that it arrived, by a server's clock: that of its sender may stand in 1970.
    pub(super) fn arrival(&self) -> Option<Timestamp> {
        mime::received(&self.head)
    }

    /// The latest moment of which its header speaks and that is not after `now`: when it was written or received, by whatever clock.
    pub(super) fn latest(&self, now: Timestamp) -> Option<Timestamp> {
        mime::moments(&self.head).into_iter().filter(|at| *at <= now).max()
    }

    /// The latest moment of which its header speaks, if none of them is after `now`: it may be our own clock that is behind.
    pub(super) fn past(&self, now: Timestamp) -> Option<Timestamp> {
        mime::moments(&self.head).into_iter().max().filter(|at| *at <= now)
    }

    /// Bytes that came.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    fn is_closed(&self, boundary: &[u8]) -> bool {
        let closing = [b"--", boundary, b"--"].concat();
        let is_at_line_start = |at: usize| at == 0 || self.tail.get(at - 1) == Some(&b'\n');
        memmem::find_iter(&self.tail, &closing).any(is_at_line_start)
    }
}

/// Where the line end before the empty line is that ends the header; none where that does not come.
fn end_of_header(head: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', head).find(|at| {
        let next = head.get(at + 1..).unwrap_or_default();
        next.starts_with(b"\n") || next.starts_with(b"\r\n")
    })
}

/// The boundary of a multipart mail, from its own header (RFC 2046 5.1.1); none for any other mail.
fn boundary(header: &[u8]) -> Option<Vec<u8>> {
    plain_boundary(header).or_else(|| {
        // Written with comments, spaces around the sign or in pieces (RFC 822 3.1.4, RFC 2231 3), which few do.
        memmem::find(&header.to_ascii_lowercase(), b"multipart/")?;
        let fields = Fields::parse(header);
        memmem::find(&fields.raw("content-type")?.to_ascii_lowercase(), b"multipart/")?;
        let found = fields.structured("content-type").decoded("boundary")?;
        (!found.is_empty()).then(|| found.into_bytes())
    })
}

/// The same as nearly everybody writes it.
fn plain_boundary(header: &[u8]) -> Option<Vec<u8>> {
    // The last field, too, may end in the half of a line end.
    let text = String::from_utf8_lossy(header.trim_ascii_end()).replace("\r\n", "\n");
    let unfolded = text.replace("\n ", " ").replace("\n\t", " ");
    let field = unfolded.lines().find(|line| {
        line.split_once(':').is_some_and(|(name, _)| name.trim_end().eq_ignore_ascii_case("content-type"))
    })?;
    let (_, value) = field.split_once(':')?;
    // ASCII lower case keeps every byte in its place.
    let lower = value.to_ascii_lowercase();
    if !lower.trim_start().starts_with("multipart/") {
        return None;
    }
    let after = value.get(lower.find("boundary=")? + "boundary=".len()..)?.trim_start();
    let found = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => after.split([';', ' ', '\t']).next()?,
    };
    (!found.is_empty()).then(|| found.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "Subject: x\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"=_a b\"\r\n\r\n\
                         --=_a b\r\n\r\nmaterial\r\n--=_a b--\r\n";

    fn verdict(mail: &str, announced: usize) -> Verdict {
        let mut shape = Shape::default();
        mail.as_bytes().chunks(7).for_each(|chunk| shape.take(chunk));
        shape.verdict(announced as u64)
    }

    fn is_filed_with_a_note(verdict: Verdict) -> bool {
        matches!(verdict, Verdict::File(note) if !note.is_empty())
    }

    #[test]
    fn a_mail_is_refused_only_when_both_signs_are_wrong() {
        let cut = WHOLE.strip_suffix("--=_a b--\r\n").unwrap();
        assert_eq!(verdict(WHOLE, WHOLE.len()), Verdict::File(String::new()));
        assert!(matches!(verdict(cut, WHOLE.len()), Verdict::Cut(_)));
        let header = WHOLE.split_at(40).0;
        assert!(matches!(verdict(header, WHOLE.len()), Verdict::Cut(_)), "cut within its header");
        assert!(matches!(verdict(header, 0), Verdict::Cut(_)), "of a size that is not told");
        assert_eq!(verdict(WHOLE, 0), Verdict::File(String::new()));
        assert!(is_filed_with_a_note(verdict(WHOLE, WHOLE.len() + 9)), "size misstated");
        assert!(is_filed_with_a_note(verdict(cut, cut.len())), "sent without its end");
        assert!(is_filed_with_a_note(verdict(cut, 3)), "longer than announced");
    }

    #[test]
    fn the_boundary_may_be_the_last_word_of_the_header() {
        for line_end in ["\r\n", "\n"] {
            let whole = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nmaterial\n--b--\n"
                .replace('\n', line_end);
            assert_eq!(verdict(&whole, whole.len()), Verdict::File(String::new()), "{whole:?}");
        }
    }

    #[test]
    fn a_boundary_is_found_however_it_is_written() {
        for kind in [
            "multipart/mixed; boundary = \"b5\"",
            "multipart/mixed; boundary*=us-ascii''b5",
            "multipart/mixed; boundary*0=b; boundary*1=5",
            "(c) multipart/mixed; boundary=\"b5\"",
        ] {
            let whole = format!("Content-Type: {kind}\r\n\r\n--b5\r\n\r\nmaterial\r\n--b5--\r\n");
            let cut = whole.strip_suffix("--b5--\r\n").unwrap();
            assert_eq!(verdict(&whole, whole.len()), Verdict::File(String::new()), "{kind}");
            assert!(matches!(verdict(cut, whole.len()), Verdict::Cut(_)), "{kind}");
        }
    }

    #[test]
    fn a_long_header_tells_its_boundary_and_one_without_end_keeps_no_mail_unseen() {
        let with_header = |bytes: usize| {
            let line = "x".repeat(97);
            let fields: String = (0..bytes / 100).map(|_| format!("{line}\r\n ")).collect();
            format!(
                "X: {fields}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
            )
        };
        for long in [with_header(70_000), with_header(HEADER_BYTES - 300)] {
            let cut = long.strip_suffix("--b--\r\n").unwrap();
            assert_eq!(verdict(&long, long.len()), Verdict::File(String::new()));
            assert!(is_filed_with_a_note(verdict(&long, long.len() + 9)), "misstated");
            assert!(matches!(verdict(cut, long.len()), Verdict::Cut(_)), "open");
            assert!(matches!(verdict(&long[..60_000], long.len()), Verdict::Cut(_)), "cut within its header");
        }
        let endless = with_header(HEADER_BYTES + 300);
        assert_eq!(verdict(&endless, endless.len()), Verdict::File(String::new()));
        let Verdict::File(note) = verdict(&endless, endless.len() + 9) else { panic!("stays unseen") };
        assert!(note.contains("可能不完整"), "{note}");
    }

    #[test]
    fn the_end_of_a_header_is_found_wherever_a_read_ends() {
        let cut = WHOLE.strip_suffix("--=_a b--\r\n").unwrap();
        for step in 1..cut.len() {
            let mut shape = Shape::default();
            cut.as_bytes().chunks(step).for_each(|chunk| shape.take(chunk));
            assert!(matches!(shape.verdict(WHOLE.len() as u64), Verdict::Cut(_)), "in steps of {step}");
            assert_eq!(shape.header, Header::Whole, "in steps of {step}");
        }
    }

    #[test]
    fn a_plain_mail_has_no_end_to_miss() {
        let plain = "Content-Type: text/plain\r\n\r\nboundary=\"no\"\r\n";
        assert_eq!(verdict(plain, plain.len()), Verdict::File(String::new()));
        assert!(is_filed_with_a_note(verdict(plain, plain.len() + 1)));
        assert_eq!(verdict(plain, 0), Verdict::Unproven);
        assert!(matches!(verdict("", 0), Verdict::Cut(_)));
    }

    #[test]
    fn only_the_edges_of_a_large_mail_are_kept() {
        let mut shape = Shape::default();
        shape.take(b"Content-Type: multipart/mixed; boundary=x\n\n");
        for _ in 0..100 {
            shape.take(&[b'.'; 10_000]);
        }
        shape.take(b"\n--x--\n");
        assert_eq!(shape.verdict(shape.size), Verdict::File(String::new()));
        assert!(shape.head.len() < 100 && shape.tail.len() <= TAIL_BYTES);
    }
}
