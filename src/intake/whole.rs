//! Whether a fetched mail is all there. Servers cut mails (exmail above some 20 MB) and servers misstate sizes
//! (Exchange), so neither sign is believed alone: only a mail that is both shorter than RFC822.SIZE and without its
//! closing boundary is not filed (quirk A5.5).

use memchr::memmem;

use crate::mime::Fields;

/// Bytes kept of a mail's begin and end; headers and epilogues beyond are not looked at.
const EDGE_BYTES: usize = 64 * 1024;

/// What is remembered of a mail while it streams to disk.
#[derive(Debug, Default)]
pub(super) struct Shape {
    head: Vec<u8>,
    tail: Vec<u8>,
    size: u64,
}

/// What is to be done with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// File it, with a remark for people where it is not empty.
    File(String),
    /// Do not file it, for this reason.
    Cut(String),
}

impl Shape {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        let wanted = EDGE_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..wanted).unwrap_or_default());
        // What is longer than the edge replaces it, so that a large mail is not pushed through it byte by byte.
        let last = bytes.len().saturating_sub(EDGE_BYTES);
        let excess = (self.tail.len() + bytes.len() - last).saturating_sub(EDGE_BYTES);
        self.tail.drain(..excess);
        self.tail.extend_from_slice(bytes.get(last..).unwrap_or_default());
    }

    /// `announced`: RFC822.SIZE, 0 where the server did not say.
    pub(super) fn verdict(&self, announced: u64) -> Verdict {
        let size = self.size;
        let is_open = boundary(&self.head).is_some_and(|boundary| !self.is_closed(&boundary));
        if size == 0 {
            return Verdict::Cut("服务器给出的邮件是空的".into());
        }
        match (announced != 0 && size != announced, is_open) {
            (false, false) => Verdict::File(String::new()),
            (true, _) if size < announced && (is_open || self.ends_in_header()) => Verdict::Cut(format!(
                "邮件不完整：服务器称有 {announced} 字节，只收到 {size} 字节，且没有结束标记"
            )),
            (true, _) => Verdict::File(format!("服务器称有 {announced} 字节，实收 {size} 字节")),
            (false, true) => Verdict::File("邮件没有结束标记，可能在发出时就不完整".into()),
        }
    }

    /// A mail cut before its header ends cannot tell its boundary, nor can one whose header is longer than what is kept.
    fn ends_in_header(&self) -> bool {
        header(&self.head).is_none()
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

/// The header, up to the empty line that ends it; none where that does not come.
fn header(head: &[u8]) -> Option<&[u8]> {
    let mut line_ends = memchr::memchr_iter(b'\n', head);
    let end = line_ends.find(|at| {
        let next = head.get(at + 1..).unwrap_or_default();
        next.starts_with(b"\n") || next.starts_with(b"\r\n")
    })?;
    head.get(..end)
}

/// The boundary of a multipart mail, from its own header (RFC 2046 5.1.1); none for any other mail.
fn boundary(head: &[u8]) -> Option<Vec<u8>> {
    let header = header(head)?;
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
        let long =
            format!("X: {}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "x".repeat(70_000));
        assert!(matches!(verdict(&long, long.len() + 9), Verdict::Cut(_)), "nobody knows its boundary");
        assert_eq!(verdict(&long, long.len()), Verdict::File(String::new()));
    }

    #[test]
    fn a_plain_mail_has_no_end_to_miss() {
        let plain = "Content-Type: text/plain\r\n\r\nboundary=\"no\"\r\n";
        assert_eq!(verdict(plain, plain.len()), Verdict::File(String::new()));
        assert!(is_filed_with_a_note(verdict(plain, plain.len() + 1)));
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
        assert!(shape.head.len() <= EDGE_BYTES && shape.tail.len() <= EDGE_BYTES);
    }
}
