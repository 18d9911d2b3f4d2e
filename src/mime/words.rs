//! Encoded words (RFC 2047) as mail programs really write them: split inside a character, without their end, and between
//! raw bytes of any charset.

use memchr::memmem;

use super::field::unfold;
use super::{charset, transfer};

/// Text of an unstructured value: encoded words (RFC 2047) decoded wherever they stand, adjacent words of one charset
/// joined before decoding, raw 8-bit read as Chinese mail writes it. Control characters become blanks.
pub fn unstructured(raw: &[u8]) -> String {
    let raw = unfold(raw);
    let mut out = String::new();
    let mut rest = raw.as_slice();
    let mut pending: Option<(String, Vec<u8>)> = None;
    while !rest.is_empty() {
        let (plain, word, after) = next_word(rest);
        let is_gap = plain.iter().all(u8::is_ascii_whitespace);
        if !(is_gap && pending.is_some() && word.is_some()) {
            flush(&mut out, &mut pending);
            out.push_str(&charset::text(plain, None));
        }
        if let Some((label, bytes)) = word {
            match &mut pending {
                Some((open, joined)) if charset::same(open, &label) => joined.extend_from_slice(&bytes),
                _ => {
                    flush(&mut out, &mut pending);
                    pending = Some((label, bytes));
                }
            }
        }
        rest = after;
    }
    flush(&mut out, &mut pending);
    out.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn flush(out: &mut String, pending: &mut Option<(String, Vec<u8>)>) {
    if let Some((label, bytes)) = pending.take() {
        out.push_str(&charset::text(&bytes, Some(&label)));
    }
}

type Word = Option<(String, Vec<u8>)>;

/// What stands before the next encoded word, that word as (charset, bytes), and what follows it.
fn next_word(raw: &[u8]) -> (&[u8], Word, &[u8]) {
    let mut from = 0;
    while let Some(at) = find(raw, b"=?", from) {
        match read_word(raw, at) {
            Reading::Word(word, end) => {
                return (raw.get(..at).unwrap_or_default(), Some(word), raw.get(end..).unwrap_or_default());
            }
            Reading::NoneHere => from = at + 2,
            Reading::NoneLeft => break,
        }
    }
    (raw, None, &[])
}

/// An encoded word with its end; or none here; or, what keeps a header of torn words cheap, none in all that follows.
enum Reading {
    Word((String, Vec<u8>), usize),
    NoneHere,
    NoneLeft,
}

fn read_word(raw: &[u8], at: usize) -> Reading {
    let Some(charset_end) = find(raw, b"?", at + 2) else { return Reading::NoneLeft };
    let label = raw.get(at + 2..charset_end).and_then(|label| std::str::from_utf8(label).ok());
    let kind = raw.get(charset_end + 1).copied().unwrap_or_default();
    let Some(label) = label.filter(|label| !label.is_empty() && !label.contains(' ')) else {
        return Reading::NoneHere;
    };
    if raw.get(charset_end + 2) != Some(&b'?') || !matches!(kind, b'B' | b'b' | b'Q' | b'q') {
        return Reading::NoneHere;
    }
    let text_at = charset_end + 3;
    let (text, end) = match word_end(raw, text_at) {
        End::Closed(end) => (raw.get(text_at..end).unwrap_or_default(), end + 2),
        End::Lost(end) => {
            let text = raw.get(text_at..end).unwrap_or_default().trim_ascii_end();
            if !is_encoded(text, kind) {
                return Reading::NoneHere;
            }
            (text, text_at + text.len())
        }
    };
    let decoded = match kind {
        b'B' | b'b' => transfer::base64(text),
        _ => transfer::quoted_printable(text, true),
    };
    // RFC 2231 5: a language may follow the charset.
    let label = label.split('*').next().unwrap_or(label);
    Reading::Word((label.to_owned(), decoded.bytes), end)
}

/// Where the text of an encoded word ends: at its `?=`, or, that being lost, where the next word begins or nothing is
/// left.
enum End {
    Closed(usize),
    Lost(usize),
}

fn word_end(raw: &[u8], from: usize) -> End {
    let mut at = from;
    while let Some(mark) = find(raw, b"?", at) {
        if raw.get(mark + 1) == Some(&b'=') {
            return End::Closed(mark);
        }
        if mark > from && raw.get(mark - 1) == Some(&b'=') {
            return End::Lost(mark - 1);
        }
        at = mark + 1;
    }
    End::Lost(raw.len())
}

/// Whether the text of a word without its end is surely one.
fn is_encoded(text: &[u8], kind: u8) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    match kind {
        b'B' | b'b' => text.len() >= 4 && text.iter().all(is_letter),
        _ => {
            text.contains(&b'=')
                && !text.contains(&b' ')
                && !transfer::quoted_printable(text, true).is_damaged
        }
    }
}

fn find(raw: &[u8], what: &[u8], from: usize) -> Option<usize> {
    memmem::find(raw.get(from..)?, what).map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn words_split_inside_a_character_are_joined() {
        assert_eq!(
            unstructured(b"=?utf-8?B?5YWz5LqO5oql?=\r\n =?utf-8?B?6YCBMjAyM+W5tA==?="),
            "关于报送2023年"
        );
        assert_eq!(unstructured(b"=?gb2312?B?udjT2r==?= =?GBK?B?sajLzQ==?="), "关于报送");
        // 送 = E9 80 81, cut after its second byte.
        assert_eq!(unstructured(b"=?utf-8?Q?=E6=8A=A5=E9=80?= =?utf-8?Q?=81?= ok"), "报送 ok");
        assert_eq!(unstructured(b"a =?x =?utf-8?Z?zz?= b"), "a =?x =?utf-8?Z?zz?= b");
    }

    #[test]
    fn a_word_that_lost_its_end_is_still_read() {
        assert_eq!(unstructured(b"=?utf-8?B?6ZmE5Lu2"), "附件");
        assert_eq!(unstructured(b"=?utf-8?B?6ZmE5Lu2 =?utf-8?B?5YWz5LqO?="), "附件关于");
        assert_eq!(unstructured(b"=?gbk?Q?=B8=BD=BC=FE"), "附件");
        assert_eq!(unstructured(b"=?utf-8?B?not one"), "=?utf-8?B?not one");
        assert_eq!(unstructured(b"=?utf-8?Q?100=25"), "100%");
        assert_eq!(unstructured("=?a?b?x".repeat(100_000).as_bytes()).len(), 700_000);
    }

    #[test]
    fn raw_gbk_and_raw_utf8_are_read() {
        assert_eq!(unstructured(&gbk("关于报送材料")), "关于报送材料");
        assert_eq!(unstructured("关于报送材料".as_bytes()), "关于报送材料");
    }
}
