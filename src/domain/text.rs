//! Text as it is compared: one compatibility form for names, labels and keywords, so that full width, half width and
//! stray blanks never tell two writings apart. Nearly every character of an office is Han or ASCII, which have no
//! other form: those pass without a look into Unicode's tables, because all that is judged passes through here.

use unicode_normalization::UnicodeNormalization as _;

/// The text in compatibility form (NFKC, Unicode Annex 15): full width to half width, ligatures taken apart.
pub fn compatible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match simple(c) {
            Some(c) => out.push(c),
            None => return text.nfkc().collect(),
        }
    }
    out
}

/// The same without white space of any width.
pub fn squeeze(text: &str) -> String {
    let mut out = compatible(text);
    out.retain(|c| !c.is_whitespace() && c != '\u{200b}');
    out
}

/// The compatibility form of a character that neither combines nor comes apart; none for any other.
fn simple(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' | '\u{4e00}'..='\u{9fff}' => Some(c),
        // 、。〈〉《》「」『』【】〔〕 and the quotation marks and dashes of Chinese typesetting.
        '\u{3001}'..='\u{3015}' | '“' | '”' | '‘' | '’' | '—' => Some(c),
        '\u{3000}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_says_what_unicode_says() {
        let mut looked_at = 0;
        for c in ('\0'..=char::MAX).filter(|c| simple(*c).is_some()) {
            let text = String::from(c);
            assert_eq!(compatible(&text), text.nfkc().collect::<String>(), "{c:?}");
            // Nor does it combine with what stands before.
            let pair = format!("字{c}");
            assert_eq!(compatible(&pair), pair.nfkc().collect::<String>(), "{c:?}");
            looked_at += 1;
        }
        assert!(looked_at > 20_000);
    }

    #[test]
    fn whatever_combines_or_comes_apart_goes_the_long_way() {
        assert_eq!(compatible("ＱＱ：１２３（四川）"), "QQ:123(四川)");
        assert_eq!(compatible("e\u{301}①㈱…ｶﾞ"), "é1(株)...ガ");
        assert_eq!(squeeze(" 四\u{3000}川\u{200b} 省\n"), "四川省");
    }
}
