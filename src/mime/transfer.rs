//! Our own forgiving transfer decoding, for header words, body texts and damaged parts: a cut or dirty part yields what
//! is there and says that it is damaged, where a strict decoder yields nothing (`quirks.md` E2: "body len 0").

/// What came out of a transfer decoding.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes, as far as they go.
    pub bytes: Vec<u8>,
    /// Whether something was wrong on the way.
    pub is_damaged: bool,
}

/// Base64 (RFC 2045 6.8) with line breaks and blanks anywhere, padding in the middle (words joined) or missing at the end.
pub fn base64(text: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut is_damaged) = (0u32, 0u32, false);
    for &letter in text {
        let Some(value) = sextet(letter) else {
            if letter == b'=' {
                count = 0;
            } else if !letter.is_ascii_whitespace() {
                is_damaged = true;
            }
            continue;
        };
        bits = (bits << 6) | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    // Six bits left over are no byte: a letter is missing.
    Decoded { bytes, is_damaged: is_damaged || count == 6 }
}

fn sextet(letter: u8) -> Option<u32> {
    match letter {
        b'A'..=b'Z' => Some(u32::from(letter - b'A')),
        b'a'..=b'z' => Some(u32::from(letter - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(letter - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Quoted-printable (RFC 2045 6.7); with `in_header` an underscore is a blank (RFC 2047 4.2). Bad escapes stay as they are.
pub fn quoted_printable(text: &[u8], in_header: bool) -> Decoded {
    let mut bytes = Vec::with_capacity(text.len());
    let mut is_damaged = false;
    let mut rest = text;
    while let Some((&letter, tail)) = rest.split_first() {
        rest = tail;
        match (letter, tail) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => {
                    is_damaged = true;
                    bytes.push(letter);
                }
            },
            (b'=', _) => {}
            (b'_', _) if in_header => bytes.push(b' '),
            _ => bytes.push(letter),
        }
    }
    Decoded { bytes, is_damaged }
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
    fn a_cut_or_dirty_base64_yields_what_is_there() {
        assert_eq!(base64(b"5Lit\r\n5Zu9"), Decoded { bytes: "中国".into(), is_damaged: false });
        assert_eq!(base64(b"YWI=YWI="), Decoded { bytes: b"abab".to_vec(), is_damaged: false });
        assert_eq!(base64(b"YWJjZ"), Decoded { bytes: b"abc".to_vec(), is_damaged: true });
        assert_eq!(base64(b"YW!Jj").bytes, b"abc");
        assert!(base64(b"YW!Jj").is_damaged);
    }

    #[test]
    fn quoted_printable_keeps_what_it_cannot_read() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc_", false).bytes, b"a=bc_");
        assert_eq!(quoted_printable(b"a_=C4=E3", true).bytes, b"a \xc4\xe3");
        let bad = quoted_printable(b"100=ZZ", false);
        assert_eq!((bad.bytes.as_slice(), bad.is_damaged), (b"100=ZZ".as_slice(), true));
    }
}
