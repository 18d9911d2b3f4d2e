//! Text as it is compared: one compatibility form for names, labels and keywords, so that full width, half width and
//! stray blanks never tell two writings apart. Nearly every character of an office is Han or ASCII, which have no
//! other form: those pass without a look into Unicode's tables, because all that is judged passes through here.

use unicode_normalization::UnicodeNormalization as _;

/// The text in compatibility form (NFKC, Unicode Annex 15): full width to half width, ligatures taken apart.
pub fn compatible(text: &str) -> String {
    written(text, |_| false).unwrap_or_else(|| text.nfkc().collect())
}

/// The same without white space of any width, and without marks that nobody sees: what is copied from a telephone's list
/// of contacts stands between two of them.
pub fn squeeze(text: &str) -> String {
    let is_nothing = |c: char| c.is_whitespace() || is_invisible(c);
    written(text, is_nothing).unwrap_or_else(|| text.nfkc().filter(|c| !is_nothing(*c)).collect())
}

/// The lines that a person wrote as one: 「表内缺公章；手机只有9位」. Reasons stand in letters, lists and cells of one line.
pub fn lines_in_one(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some((last, before)) = lines.split_last() else { return String::new() };
    let before = before.iter().map(|line| line.trim_end_matches(['。', '；', ';', '，', ',']));
    before.chain([*last]).collect::<Vec<_>>().join("；")
}

/// The text in small letters.
pub fn lower_case(mut text: String) -> String {
    if has_only_ascii_cases(&text) {
        text.make_ascii_lowercase();
        return text;
    }
    text.to_lowercase()
}

/// The text in capitals.
pub fn upper_case(mut text: String) -> String {
    if has_only_ascii_cases(&text) {
        text.make_ascii_uppercase();
        return text;
    }
    text.to_uppercase()
}

/// The characters of a text that are wanted, copied in runs.
pub fn only(text: &str, is_wanted: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !is_wanted(*c)) {
        out.push_str(text.get(run..at).unwrap_or_default());
        run = at + c.len_utf8();
    }
    out + text.get(run..).unwrap_or_default()
}

/// What is its own compatibility form, and no blank: nearly all that an office writes.
fn is_plain(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{4e00}'..='\u{9fff}')
}

/// Whether no letter of a text but those of ASCII has a case: between U+3000 and U+9FFF, whose first bytes these are, none has.
fn has_only_ascii_cases(text: &str) -> bool {
    text.bytes().fold(true, |has_none, byte| has_none & (byte < 0xc0 || matches!(byte, 0xe3..=0xe9)))
}

/// One character in compatibility form, where it has one of a single character.
pub fn compatible_letter(c: char) -> char {
    let taken_apart = || {
        let mut letters = std::iter::once(c).nfkc();
        letters.next().filter(|_| letters.next().is_none())
    };
    simple(c).or_else(taken_apart).unwrap_or(c)
}

/// The short way: what stays what it is is copied in runs, and what `is_left_out` in its compatibility form, which nothing plain
/// is, is not. None where a character has to be looked up.
fn written(text: &str, is_left_out: impl Fn(char) -> bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !is_plain(*c)) {
        let form = simple(c)?;
        let is_out = is_left_out(form);
        if is_out || form != c {
            out.push_str(text.get(run..at)?);
            run = at + c.len_utf8();
            out.extend((!is_out).then_some(form));
        }
    }
    out.push_str(text.get(run..)?);
    Some(out)
}

/// Where a word stands in a text. Nearly none of our words stands in the line that is asked, and the library's search for a place
/// first makes itself ready for long texts.
pub fn place_of(text: &str, word: &str) -> Option<usize> {
    if text.contains(word) { text.find(word) } else { None }
}

/// What others wrote, as it may stand in a line of ours: without line breaks and without what drives a terminal or turns
/// the direction of writing, at most so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shown = text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let line = shown.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Marks that reverse or hide writing (U+202E makes `txt.exe` of `exe.txt`), or break a line without being controls.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// The compatibility form of a character that neither combines nor comes apart; none for any other.
fn simple(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' | '\u{4e00}'..='\u{9fff}' => Some(c),
        // 、。〈〉《》「」『』【】〔〕, the quotation marks and dashes of Chinese typesetting, and what masks names.
        '\u{3001}'..='\u{3015}' | '“' | '”' | '‘' | '’' | '—' | '□' => Some(c),
        '\u{3000}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_makes_no_line_of_its_own() {
        assert_eq!(one_line("12\r\n\n　　请将款项汇至…", 5), "12 请将…");
        assert_eq!(one_line("\u{202e}85\u{1b}[2J\u{2028}%", 20), "85 [2J%");
        assert_eq!(one_line("  1,234 人 ", 20), "1,234 人");
    }

    #[test]
    fn the_lines_of_a_reason_become_one() {
        for (written, one) in [
            ("表内缺公章。\r\n\r\n 手机只有9位。 ", "表内缺公章；手机只有9位。"),
            ("公章不清；\n请重新扫描", "公章不清；请重新扫描"),
            ("  停电 ", "停电"),
            ("\n", ""),
        ] {
            assert_eq!(lines_in_one(written), one);
        }
    }

    #[test]
    fn the_short_way_says_what_unicode_says() {
        let mut looked_at = 0;
        for c in ('\0'..=char::MAX).filter(|c| simple(*c).is_some()) {
            let text = String::from(c);
            assert_eq!(compatible(&text), text.nfkc().collect::<String>(), "{c:?}");
            // Nor does it combine with what stands before.
            let pair = format!("字{c}");
            assert_eq!(compatible(&pair), pair.nfkc().collect::<String>(), "{c:?}");
            let tight: String = pair.nfkc().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(
                (squeeze(&pair), compatible_letter(c)),
                (tight, compatible(&text).chars().next().unwrap())
            );
            looked_at += 1;
        }
        assert!(looked_at > 20_000);
    }

    #[test]
    fn a_case_needs_no_look_where_there_is_none() {
        for text in ('\0'..=char::MAX).map(|c| format!("字{c}")).filter(|text| has_only_ascii_cases(text)) {
            assert_eq!(lower_case(text.clone()), text.to_lowercase());
            assert_eq!(upper_case(text.clone()), text.to_uppercase());
        }
        assert_eq!(
            (lower_case("ＱＱ号É".to_owned()), upper_case("ｑq号ß".to_owned())),
            ("ｑｑ号é".into(), "ＱQ号SS".into())
        );
    }

    #[test]
    fn what_is_wanted_of_a_text_is_kept_in_order() {
        for (text, kept) in
            [("a1b22", "122"), ("1", "1"), ("字", ""), ("", ""), ("1字", "1"), ("字1字2", "12")]
        {
            assert_eq!(only(text, |c| c.is_ascii_digit()), kept, "{text}");
        }
    }

    #[test]
    fn whatever_combines_or_comes_apart_goes_the_long_way() {
        assert_eq!(compatible("ＱＱ：１２３（四川）"), "QQ:123(四川)");
        assert_eq!(compatible("e\u{301}①㈱…ｶﾞ"), "é1(株)...ガ");
        assert_eq!(squeeze(" 四\u{3000}川\u{200b} 省\n"), "四川省");
        assert_eq!(squeeze(" 四\u{3000}川（省）\tＱＱ\n"), "四川(省)QQ");
        assert_eq!(['ｶ', '①', '㈱', '字'].map(compatible_letter), ['カ', '1', '㈱', '字']);
    }
}
