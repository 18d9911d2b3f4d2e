//! Text of rich text files, the least of it: Chinese comes as `\'xx` bytes in GBK or as `\uN` characters.

use encoding_rs::{BIG5, Encoding, GB18030};

use super::{Caps, bound};

/// Destinations whose content is no text, and what was struck out.
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
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "deleted",
];

/// What was found in an rtf.
#[derive(Debug)]
pub struct RichText {
    /// Its text.
    pub text: String,
    /// Whether it ends where more was to come: groups are open.
    pub is_cut: bool,
}

/// Text of an rtf; never fails, rubbish yields little.
pub fn read_rtf(bytes: &[u8], caps: &Caps) -> RichText {
    let mut reader = Rtf {
        rest: bytes,
        text: String::new(),
        pending: Vec::new(),
        units: Vec::new(),
        charset: GB18030,
        replacements: vec![1],
        to_skip: 0,
        silent_from: None,
    };
    while reader.text.len() + reader.pending.len() <= caps.text_bytes && reader.step() {}
    reader.flush();
    bound(&mut reader.text, caps.text_bytes);
    RichText { text: reader.text, is_cut: reader.rest.is_empty() && reader.replacements.len() > 1 }
}

struct Rtf<'x> {
    rest: &'x [u8],
    text: String,
    /// Bytes of the charset that are not text yet.
    pending: Vec<u8>,
    /// 16-bit characters that are not text yet: one character of two halves comes as two words.
    units: Vec<u16>,
    charset: &'static Encoding,
    /// How many replacement characters follow a `\u`, by group.
    replacements: Vec<usize>,
    to_skip: usize,
    /// The group whose content is no text.
    silent_from: Option<usize>,
}

impl Rtf<'_> {
    /// Reads one thing; false at the end.
    fn step(&mut self) -> bool {
        let Some((&byte, tail)) = self.rest.split_first() else { return false };
        self.rest = tail;
        match byte {
            b'{' => self.replacements.push(self.replacements.last().copied().unwrap_or(1)),
            b'}' => {
                self.silent_from = self.silent_from.filter(|&from| from < self.replacements.len());
                self.replacements.pop();
                self.to_skip = 0;
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            _ => self.byte(byte),
        }
        true
    }

    fn byte(&mut self, byte: u8) {
        if self.silent_from.is_some() {
            return;
        }
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return;
        }
        self.flush_units();
        self.pending.push(byte);
    }

    /// Reads what follows a backslash.
    fn control(&mut self) {
        if let [b'\'', high, low, after @ ..] = self.rest {
            let hex =
                std::str::from_utf8(&[*high, *low]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
            self.rest = after;
            return hex.into_iter().for_each(|byte| self.byte(byte));
        }
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, after) = self.rest.split_at(letters);
        if letters == 0 {
            let symbol = after.first().copied().unwrap_or_default();
            self.rest = after.get(1..).unwrap_or_default();
            match symbol {
                b'*' => self.silence(),
                b'{' | b'}' | b'\\' => self.byte(symbol),
                b'~' => self.byte(b' '),
                b'_' => self.byte(b'-'),
                _ => {}
            }
            return;
        }
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        let (digits, after) = after.split_at(digits);
        self.rest = after.strip_prefix(b" ").unwrap_or(after);
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i64>().ok());
        self.word(&String::from_utf8_lossy(word), number);
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        match (word, number) {
            // Raw bytes follow, braces and all.
            ("bin", Some(count)) => {
                self.rest = usize::try_from(count).ok().and_then(|n| self.rest.get(n..)).unwrap_or_default();
            }
            ("uc", Some(count)) => {
                self.replacements.pop();
                self.replacements.push(usize::try_from(count).unwrap_or(0).min(16));
            }
            ("ansicpg", Some(950)) => self.charset = BIG5,
            ("deleted", Some(0)) => {}
            _ if SILENT.contains(&word) => self.silence(),
            _ if self.silent_from.is_some() => {}
            ("u", Some(number)) => {
                self.flush_bytes();
                self.units.extend(u16::try_from(number.rem_euclid(0x1_0000)));
                self.to_skip = self.replacements.last().copied().unwrap_or(1);
            }
            ("par" | "line" | "row" | "page" | "sect", _) => self.mark(b'\n'),
            ("tab" | "cell", _) => self.mark(b'\t'),
            _ => {}
        }
    }

    /// A line's end, which replaces nothing.
    fn mark(&mut self, byte: u8) {
        self.to_skip = 0;
        self.byte(byte);
    }

    fn silence(&mut self) {
        self.silent_from = self.silent_from.or(Some(self.replacements.len()));
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if !self.pending.is_empty() {
            self.text.push_str(&self.charset.decode_without_bom_handling(&self.pending).0);
            self.pending.clear();
        }
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            self.text.push_str(&String::from_utf16_lossy(&self.units));
            self.units.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::TEST_CAPS;

    fn of(rtf: &[u8]) -> String {
        let RichText { text, is_cut } = read_rtf(rtf, &TEST_CAPS);
        assert!(!is_cut);
        text
    }

    #[test]
    fn what_ends_in_an_open_group_is_cut() {
        for rtf in [&b"{\\rtf1 a"[..], b"{\\rtf1 a{\\b b}", b"{\\rtf1 a{\\pict\\bin9 }}"] {
            assert!(read_rtf(rtf, &TEST_CAPS).is_cut);
        }
    }

    #[test]
    fn chinese_in_both_spellings() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 SimSun;}}\pard \'b7\'bd\'b0\'b8\par \u20013?A\{b\}{\*\x no}}";
        assert_eq!(of(rtf), "方案\n中A{b}");
    }

    #[test]
    fn replacements_are_skipped_as_many_as_are_announced() {
        assert_eq!(of(br"{\rtf1\uc2 \u20013\'d6\'d0{\uc0\u25991 B}\u-10179??\u-8704??C}"), "中文B\u{1f600}C");
    }

    #[test]
    fn what_was_struck_out_and_pictures_are_not_read() {
        assert_eq!(of(b"{\\rtf1 a{\\deleted b}{\\pict\\bin3 }}}cc}{\\header d}{\\deleted0 e}}"), "ae");
    }

    #[test]
    fn taiwanese_files_say_their_charset() {
        assert_eq!(of(br"{\rtf1\ansi\ansicpg950 \'b3\'e6\'a6\'ec}"), "單位");
    }
}
