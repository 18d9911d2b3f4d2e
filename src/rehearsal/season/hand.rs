//! How words become bytes in a mail: charsets, encoded words, file names, bodies. By hand, because the season needs
//! what no proper library would write: raw GBK in headers, names cut inside a character, quoted encoded words.

use base64_simd::STANDARD;
use encoding_rs::Encoding;

use super::mail::header;

/// Longest line of an encoded body, in characters (RFC 2045 6.7, 6.8).
const LINE_CHARS: usize = 76;

/// How words outside ASCII are written into a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// RFC 2047 encoded words, cut between characters.
    Encoded,
    /// Encoded words cut inside a character: forbidden and common.
    CutInside,
    /// The bytes as they are.
    Raw,
    /// RFC 2231 with a charset; file names only (elsewhere as `Encoded`).
    Rfc2231,
    /// RFC 2231 in numbered pieces; file names only.
    Rfc2231Pieces,
}

/// A way of writing: charset and spelling of headers and bodies.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// The charset as labelled.
    pub label: &'static str,
    /// The charset in truth.
    pub charset: &'static Encoding,
    /// How subject and sender are written.
    pub words: Words,
    /// How file names are written.
    pub names: Words,
    /// Encoded words stand in quotes, as QQ writes them.
    pub quoted: bool,
    /// Text as quoted-printable instead of base64.
    pub printable: bool,
    /// `X-Mailer`.
    pub mailer: &'static str,
}

impl Hand {
    /// This hand, writing subject and sender so.
    pub fn writing(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// This hand, writing file names so.
    pub fn naming(self, names: Words) -> Self {
        Self { names, ..self }
    }

    /// `text` in the charset of this hand.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        self.charset.encode(text).0.into_owned()
    }

    /// `text` as a header value, written so.
    pub fn words(&self, text: &str, how: Words) -> Vec<u8> {
        if text.is_ascii() || how == Words::Raw {
            return self.encode(text);
        }
        let pieces: Vec<Vec<u8>> = if how == Words::CutInside {
            self.encode(text).chunks(29).map(<[u8]>::to_vec).collect()
        } else {
            let characters: Vec<char> = text.chars().collect();
            characters.chunks(12).map(|piece| self.encode(&piece.iter().collect::<String>())).collect()
        };
        let words = pieces.iter().map(|piece| format!("=?{}?B?{}?=", self.label, base64(piece)));
        words.collect::<Vec<_>>().join("\r\n ").into_bytes()
    }

    /// `; name="…"` in this hand.
    pub fn parameter(&self, key: &str, value: &str) -> Vec<u8> {
        let escaped = |byte: &u8| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        let percent = |bytes: &[u8]| bytes.iter().map(escaped).collect::<String>();
        match self.names {
            _ if value.is_ascii() => format!(";\r\n {key}=\"{value}\"").into_bytes(),
            Words::Rfc2231 => {
                format!(";\r\n {key}*={}''{}", self.label, percent(&self.encode(value))).into_bytes()
            }
            Words::Rfc2231Pieces => {
                let bytes = self.encode(value);
                let piece = |(n, part): (usize, &[u8])| {
                    let charset = if n == 0 { format!("{}''", self.label) } else { String::new() };
                    format!(";\r\n {key}*{n}*={charset}{}", percent(part))
                };
                bytes.chunks(16).enumerate().map(piece).collect::<String>().into_bytes()
            }
            how => {
                let mut out = format!(";\r\n {key}=\"").into_bytes();
                out.extend(self.words(value, how));
                out.push(b'"');
                out
            }
        }
    }

    /// A text part, its `Content-Type` line first.
    pub fn text(&self, subtype: &str, text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        header(&mut out, "Content-Type", format!("text/{subtype}; charset=\"{}\"", self.label).as_bytes());
        let bytes = self.encode(&text.replace('\n', "\r\n"));
        let encoding: &[u8] = if self.printable { b"quoted-printable" } else { b"base64" };
        header(&mut out, "Content-Transfer-Encoding", encoding);
        out.extend(b"\r\n");
        out.extend(if self.printable { quoted_printable(&bytes) } else { base64_lines(&bytes) });
        out
    }
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// Base64 in lines.
pub fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut lines = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 20);
    for line in bytes.chunks(LINE_CHARS / 4 * 3) {
        STANDARD.encode_append(line, &mut lines);
        lines.push_str("\r\n");
    }
    lines.into_bytes()
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut width = 0;
        for byte in line.strip_suffix(b"\r").unwrap_or(line) {
            if width > LINE_CHARS - 4 {
                out.push_str("=\r\n");
                width = 0;
            }
            let is_plain = (b' '..=b'~').contains(byte) && *byte != b'=';
            let spelled = if is_plain { char::from(*byte).to_string() } else { format!("={byte:02X}") };
            width += spelled.len();
            out.push_str(&spelled);
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}
