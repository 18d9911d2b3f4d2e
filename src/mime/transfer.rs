//! Our own forgiving transfer decoding, for header words, body texts and damaged parts: a cut or dirty part yields what
//! is there and says that it is damaged, where a strict decoder yields nothing (`quirks.md` E2: "body len 0").

use memchr::{memchr, memchr2};

use super::base64::Base64;

/// What came out of a transfer decoding.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes, as far as they go.
    pub bytes: Vec<u8>,
    /// Whether something was wrong on the way.
    pub is_damaged: bool,
}

/// Base64, all of it at once.
pub fn base64(text: &[u8]) -> Decoded {
    let mut bytes = Vec::new();
    let mut decoder = Base64::default();
    decoder.feed(text, &mut bytes);
    Decoded { bytes, is_damaged: decoder.is_damaged() }
}

/// Quoted-printable (RFC 2045 6.7); with `in_header` an underscore is a blank (RFC 2047 4.2). Bad escapes stay as they are.
pub fn quoted_printable(text: &[u8], in_header: bool) -> Decoded {
    let mut bytes = Vec::with_capacity(text.len());
    let (begun, is_dirty) = unescape(text, in_header, &mut bytes);
    // A lone `=` at the end is a line break of which the rest is gone.
    bytes.extend_from_slice(begun.get(1..).unwrap_or_default());
    Decoded { bytes, is_damaged: is_dirty }
}

/// Decodes up to an escape that the text ends in, which is returned, and says whether something was wrong.
fn unescape<'x>(mut text: &'x [u8], in_header: bool, out: &mut Vec<u8>) -> (&'x [u8], bool) {
    let mut is_dirty = false;
    loop {
        let next = if in_header { memchr2(b'=', b'_', text) } else { memchr(b'=', text) };
        let (plain, special) = text.split_at(next.unwrap_or(text.len()));
        out.extend_from_slice(plain);
        text = match special {
            [b'_', after @ ..] => {
                out.push(b' ');
                after
            }
            [b'=', b'\r', b'\n', after @ ..] | [b'=', b'\n', after @ ..] => after,
            [b'=', high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    after
                }
                _ => {
                    is_dirty = true;
                    out.push(b'=');
                    special.get(1..).unwrap_or_default()
                }
            },
            _ => return (special, is_dirty),
        };
    }
}

/// A decoder of `Content-Transfer-Encoding`, fed with pieces cut anywhere.
#[derive(Debug)]
pub enum Decoder {
    /// 7bit, 8bit, binary, and whatever nobody knows: the bytes as they are.
    Plain,
    /// base64.
    Base64(Base64),
    /// quoted-printable: what the last piece left over, and whether something was wrong.
    QuotedPrintable(Vec<u8>, bool),
}

impl Decoder {
    /// The decoder of an encoding by its name.
    pub fn of(encoding: &str) -> Self {
        let said = encoding.split([';', '(', ',']).next().unwrap_or_default().to_ascii_lowercase();
        let letters: String = said.chars().filter(char::is_ascii_alphanumeric).collect();
        if letters.starts_with("base64") {
            Self::Base64(Base64::default())
        } else if letters.starts_with("quotedprintable") {
            Self::QuotedPrintable(Vec::new(), false)
        } else {
            Self::Plain
        }
    }

    /// Whether the text is what it says.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }

    /// Decodes the next piece onto the end of `out`.
    pub fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Plain => out.extend_from_slice(piece),
            Self::Base64(decoder) => decoder.feed(piece, out),
            Self::QuotedPrintable(held, is_damaged) => {
                held.extend_from_slice(piece);
                let (begun, is_dirty) = unescape(held, false, out);
                let done = held.len() - begun.len();
                held.drain(..done);
                *is_damaged |= is_dirty;
            }
        }
    }

    /// Ends the text and says whether anything in it was cut or dirty.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Plain => false,
            Self::Base64(decoder) => decoder.is_damaged(),
            Self::QuotedPrintable(held, is_damaged) => {
                let decoded = quoted_printable(&std::mem::take(held), false);
                out.extend(decoded.bytes);
                *is_damaged || decoded.is_damaged
            }
        }
    }
}

/// `%XX` escapes (RFC 2231); anything else stays.
pub fn percent(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&letter, tail)) = rest.split_first() {
        rest = tail;
        if let (b'%', [high, low, after @ ..]) = (letter, tail)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes.push(high << 4 | low);
            rest = after;
        } else {
            bytes.push(letter);
        }
    }
    bytes
}

fn hex(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cut_anywhere_is_the_same_text() {
        for text in
            [&b"a=3Db=\r\nc=\nd=C4=E3"[..], b"100=ZZ=", b"==3D=\r\n=\r", b"x=A", b"======", b"=", b"=\n="]
        {
            let whole = quoted_printable(text, false);
            for size in 1..=text.len() {
                let (mut decoder, mut bytes) = (Decoder::of("Quoted-Printable "), Vec::new());
                text.chunks(size).for_each(|piece| decoder.feed(piece, &mut bytes));
                let is_damaged = decoder.finish(&mut bytes);
                assert_eq!(Decoded { bytes, is_damaged }, whole, "in pieces of {size}");
            }
        }
    }

    #[test]
    fn an_encoding_is_known_by_its_letters() {
        for written in ["base64", " BASE64;", "\"base64\"", "base64 (what else)", "BASE 64", "Base-64, 7bit"]
        {
            assert!(matches!(Decoder::of(written), Decoder::Base64(_)), "{written}");
        }
        assert!(Decoder::of("8bit").is_plain() && Decoder::of("").is_plain());
    }

    #[test]
    fn quoted_printable_keeps_what_it_cannot_read() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc_", false).bytes, b"a=bc_");
        assert_eq!(quoted_printable(b"a_=C4=E3", true).bytes, b"a \xc4\xe3");
        let bad = quoted_printable(b"100=ZZ", false);
        assert_eq!((bad.bytes.as_slice(), bad.is_damaged), (b"100=ZZ".as_slice(), true));
    }
}
