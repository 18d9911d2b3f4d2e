//! Text of rich text files, the least of it: Chinese comes as `\'xx` bytes in GBK or as `\uN` characters.

use super::{Caps, bound};

/// Destinations whose content is no text.
const SILENT: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "generator",
    "themedata",
    "datastore",
    "listtable",
    "latentstyles",
];

/// Text of an rtf; never fails, rubbish yields little.
pub fn read_rtf(bytes: &[u8], caps: &Caps) -> String {
    let mut text = String::new();
    let mut pending: Vec<u8> = Vec::new();
    let (mut depth, mut silent_from) = (0usize, None::<usize>);
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let (word, number) = match byte {
            b'{' => {
                depth += 1;
                continue;
            }
            b'}' => {
                silent_from = silent_from.filter(|&from| from < depth);
                depth = depth.saturating_sub(1);
                continue;
            }
            b'\\' => control(&mut rest, &mut pending, silent_from.is_some()),
            b'\r' | b'\n' => continue,
            _ => {
                if silent_from.is_none() {
                    pending.push(byte);
                }
                continue;
            }
        };
        match word.as_str() {
            "*" => silent_from = silent_from.or(Some(depth)),
            _ if SILENT.contains(&word.as_str()) => silent_from = silent_from.or(Some(depth)),
            _ if silent_from.is_some() => {}
            "par" | "line" | "row" => pending.push(b'\n'),
            "tab" | "cell" => pending.push(b'\t'),
            "u" => {
                flush(&mut text, &mut pending);
                let unit = number.rem_euclid(0x1_0000);
                text.extend(u32::try_from(unit).ok().and_then(char::from_u32));
                // One replacement character follows, plain or as \'xx.
                rest = rest.strip_prefix(b"?").unwrap_or(rest);
            }
            _ => {}
        }
        if text.len() + pending.len() > caps.text_bytes {
            break;
        }
    }
    flush(&mut text, &mut pending);
    bound(&mut text, caps.text_bytes);
    text
}

/// Reads what follows a backslash: a control word with its number, or a byte `'xx` that goes to `pending`.
fn control(rest: &mut &[u8], pending: &mut Vec<u8>, is_silent: bool) -> (String, i64) {
    if let [b'\'', high, low, after @ ..] = *rest {
        let hex = std::str::from_utf8(&[*high, *low]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        *rest = after;
        if !is_silent {
            pending.extend(hex);
        }
        return (String::new(), 0);
    }
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 {
        let symbol = rest.first().copied().unwrap_or_default();
        *rest = rest.get(1..).unwrap_or_default();
        if matches!(symbol, b'{' | b'}' | b'\\') && !is_silent {
            pending.push(symbol);
        }
        return (char::from(symbol).to_string(), 0);
    }
    let (word, after) = rest.split_at(letters);
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let (number, after) = after.split_at(digits);
    *rest = after.strip_prefix(b" ").unwrap_or(after);
    let number = std::str::from_utf8(number).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    (String::from_utf8_lossy(word).into_owned(), number)
}

fn flush(text: &mut String, pending: &mut Vec<u8>) {
    text.push_str(&encoding_rs::GB18030.decode_without_bom_handling(pending).0);
    pending.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::TEST_CAPS;

    #[test]
    fn chinese_in_both_spellings() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 SimSun;}}\pard \'b7\'bd\'b0\'b8\par \u20013?A\{b\}{\*\x no}}";
        assert_eq!(read_rtf(rtf, &TEST_CAPS), "方案\n中A{b}");
    }
}
