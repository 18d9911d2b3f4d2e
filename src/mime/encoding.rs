//! How the bytes of a part are really encoded. Gateways and home-made programs lose the line that says base64, so that a form
//! arrives as a page of letters, or leave the line over a text that they decoded, which then reads as rubbish. The
//! beginning of a body says which; what leaves a doubt is believed as it is declared.

use super::transfer::{Decoder, base64};

/// Bytes of a body that are looked at.
pub const HEAD_BYTES: usize = 1024;
/// Letters of a line of base64 that lost its declaration, at least: a word of letters is no file.
const LINE_LETTERS: usize = 32;
/// Chinese characters that a decoded text shows to be one.
const HAN_CHARACTERS: usize = 4;
/// What the files begin with that are sent in base64, with the place of it.
const MARKS: &[(usize, &[u8])] = &[
    (0, b"PK\x03\x04"),
    (0, b"\xd0\xcf\x11\xe0"),
    (0, b"%PDF-"),
    (0, b"\xff\xd8\xff"),
    (0, b"\x89PNG"),
    (0, b"GIF8"),
    (0, b"Rar!"),
    (0, b"7z\xbc\xaf"),
    (0, b"{\\rtf"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (4, b"ftyp"),
];

/// The encoding that the first [`HEAD_BYTES`] of a body show; none when it is the declared one.
pub fn really(declared: &str, head: &[u8]) -> Option<&'static str> {
    match Decoder::of(declared) {
        Decoder::Plain => is_undeclared_base64(head).then_some("base64"),
        Decoder::Base64(_) => is_hardly_base64(head).then_some("8bit"),
        Decoder::QuotedPrintable(..) => None,
    }
}

/// Whether it is lines of one length in the letters of base64, and what they hold is a file or a Chinese text.
fn is_undeclared_base64(head: &[u8]) -> bool {
    let mut lines = head.trim_ascii_start().split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let first = lines.next().unwrap_or_default();
    if first.len() < LINE_LETTERS || !first.iter().copied().all(is_letter) {
        return false;
    }
    let mut is_over = first.len() % 4 != 0 || first.ends_with(b"=");
    for line in lines {
        let may_follow = !is_over && line.len() <= first.len() && line.iter().copied().all(is_letter);
        if !may_follow && !line.is_empty() {
            return false;
        }
        is_over |= line.len() < first.len();
    }
    let bytes = base64(head).bytes;
    is_file(&bytes) || reads_as_chinese(&bytes)
}

/// Whether bytes begin as a file does that is no text, whatever type they are said to be.
pub fn is_file(bytes: &[u8]) -> bool {
    let begins = |(place, mark): &(usize, &[u8])| bytes.get(*place..).is_some_and(|at| at.starts_with(mark));
    MARKS.iter().any(begins)
}

/// Whether bytes are UTF-8, but for a character that is cut at their end, with Chinese in it.
fn reads_as_chinese(bytes: &[u8]) -> bool {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    whole.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).count() >= HAN_CHARACTERS
}

/// Whether a body that is said to be base64 is for a good part no letters at all: Chinese, or the bytes of a file.
fn is_hardly_base64(head: &[u8]) -> bool {
    let foreign = head.iter().filter(|byte| !byte.is_ascii()).count();
    foreign * 4 > head.len()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_shows_how_it_is_encoded() {
        let zip = "UEsDBBQAAAAIAAAAIQCYEg7ZtwAAAKYBAAATAAAAW0NvbnRlbnRf\r\nVHlwZXNdLnhtbA==\r\n";
        let text = "6IGM5Lia5pWZ6IKy5rS75Yqo5ZGo6IGU57uc5ZGY77ya5LmZ5LqM\n";
        for body in [zip, text, text.trim_end()] {
            assert_eq!(really("8bit", body.as_bytes()), Some("base64"), "{body}");
            assert_eq!(really("base64", body.as_bytes()), None, "{body}");
        }
        for body in [
            "UEsDBA==",
            "see https://a.example/UEsDBBQAAAAIAAAAIQCYEg7ZtwAAAKYBAAATAAAAW0Nv",
            "UEsDBBQAAAAIAAAAIQCYEg7ZtwAAAKYBAAATAAAAW0NvbnRlbnRf\nthis is the key of our server\n",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "职教活动周联络员：乙二",
            "",
        ] {
            assert_eq!(really("", body.as_bytes()), None, "{body}");
        }
        assert_eq!(really("base64", "老师您好，附件为活动方案，请查收。".as_bytes()), Some("8bit"));
        assert_eq!(really("Base64", b"PK\x03\x04 and so on"), None);
        assert_eq!(really("quoted-printable", zip.as_bytes()), None);
    }
}
