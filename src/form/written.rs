//! A number as it was typed, made ready to be read: without blanks, marks between thousands and remarks in brackets. Two
//! numbers in one cell (`120` and `80` on two lines, `10，20`) never become one: 12080 would be added up without a word.

use crate::domain::facts::Value;
use crate::domain::text::{compatible, is_invisible};

/// Digits between two marks of thousands.
const GROUP: usize = 3;
/// Letters of a measure in brackets: (万人次).
const MEASURE_LETTERS: usize = 4;
/// Digits that a number written with an exponent shows at least when it has lost none: programs that shorten show six.
const EXACT_DIGITS: usize = 8;
/// From here on a spreadsheet no longer knows the last digits of a number.
const BEYOND_DIGITS: f64 = 1e15;

/// What was typed for a number.
pub(super) struct Written {
    /// Without blanks, marks of thousands and remarks.
    pub text: String,
    /// Something stood beside it in brackets.
    pub has_remark: bool,
    /// All of it stood in brackets.
    pub is_bracketed: bool,
}

/// What was typed for a number; none where it is several.
pub(super) fn written(text: &str) -> Option<Written> {
    let mut text = compatible(text);
    text.retain(|c| !is_invisible(c));
    // In front of a number, a spreadsheet's own sign of text.
    let outside = outside_brackets(text.trim_start().trim_start_matches(['\'', '‘', '’', '`']));
    let is_bracketed = outside.trim().is_empty() && text.contains(|c: char| c.is_alphanumeric());
    let has_remark = is_bracketed || text.contains(['(', '[', '〔']);
    let kept = if is_bracketed { text.replace(['(', ')', '[', ']', '〔', '〕'], "") } else { outside };
    let number = ungrouped(&kept)?;
    // 120。 and 无； end as sentences do.
    Some(Written { text: number.trim_end_matches(['。', ';', '、']).to_owned(), has_remark, is_bracketed })
}

/// The text with a blank for each remark in brackets, but with the measure that stands in some: 356000（元）.
fn outside_brackets(text: &str) -> String {
    let (mut kept, mut inside, mut depth) = (String::with_capacity(text.len()), String::new(), 0_u32);
    for c in text.chars() {
        match c {
            '(' | '[' | '〔' => depth += 1,
            ')' | ']' | '〕' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    kept.push_str(measure_in(&inside));
                    kept.push(' ');
                    inside.clear();
                }
            }
            _ if depth > 0 => inside.push(c),
            _ => kept.push(c),
        }
    }
    kept
}

/// What stands in brackets, if it says in what a number is counted; nothing otherwise.
fn measure_in(inside: &str) -> &str {
    let said = inside.trim();
    let said = said.strip_prefix("单位").unwrap_or(said).trim_start_matches([':', ' ']);
    let said = said.strip_prefix("人民币").unwrap_or(said);
    let is_measure = said.starts_with(['亿', '万', '千', '元']) && said.chars().count() <= MEASURE_LETTERS;
    if is_measure { said } else { "" }
}

/// Without white space and marks of thousands; none when either of them parts two numbers.
fn ungrouped(text: &str) -> Option<String> {
    let is_mark = |c: &char| *c == ',' || c.is_whitespace();
    let chars: Vec<char> = text.trim().chars().collect();
    let digits = |chars: &mut dyn Iterator<Item = &char>| chars.take_while(|c| c.is_ascii_digit()).count();
    let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(c) = chars.get(at) {
        if !is_mark(c) {
            kept.push(*c);
            at += 1;
            continue;
        }
        let marks: Vec<char> = chars.iter().skip(at).copied().take_while(is_mark).collect();
        let before = digits(&mut chars.iter().take(at).rev());
        at += marks.len();
        let after = digits(&mut chars.iter().skip(at));
        let is_group = marks == [','] && before <= GROUP && after == GROUP;
        if before > 0 && after > 0 && !is_group {
            return None;
        }
    }
    Some(kept)
}

/// Whether a cell shows a number without its last digits: 1.38E+10, or more digits than a spreadsheet keeps.
pub(super) fn lost_digits(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.abs() >= BEYOND_DIGITS,
        Value::Text(text) => exponent_digits(text.trim()).is_some_and(|shown| shown < EXACT_DIGITS),
    }
}

/// How many digits stand before the exponent of a number that has one.
fn exponent_digits(text: &str) -> Option<usize> {
    let (digits, exponent) = text.split_once(['E', 'e'])?;
    let is_plain = |c: char| c.is_ascii_digit() || c == '.';
    // A class may be called 3E2.
    let exponent = exponent.strip_prefix('+').or((exponent.len() > 1).then_some(exponent))?;
    let is_number = |text: &str| !text.is_empty() && text.chars().all(is_plain);
    (is_number(digits) && is_number(exponent)).then(|| digits.chars().filter(char::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_stays_one_and_two_are_told() {
        for (typed, number) in [
            ("1,234", "1234"),
            (" 12，345，678 ", "12345678"),
            ("1,234.50", "1234.50"),
            ("12 家", "12家"),
            ("120，", "120"),
            ("\u{202d}120\u{202c}\u{a0}", "120"),
            ("50(含线上20)", "50"),
            ("356000（元）", "356000元"),
            ("12（单位：万人）", "12万人"),
            ("（120）", "120"),
            ("120人。", "120人"),
            ("'120", "120"),
        ] {
            assert_eq!(written(typed).map(|written| written.text).as_deref(), Some(number), "{typed}");
        }
        for several in
            ["120\n80", "10 20", "10，20", "1,2", "1,2345", "1234,567", "1, 234", "50（男）30（女）"]
        {
            assert!(written(several).is_none(), "{several}");
        }
        assert!(written("(35.6)").is_some_and(|written| written.is_bracketed));
    }

    #[test]
    fn what_a_spreadsheet_forgot_is_seen() {
        for lost in ["1.38E+10", "5.10123E+17", "1e10"] {
            assert!(lost_digits(&Value::Text(lost.into())), "{lost}");
        }
        for whole in ["1.9900001234E+10", "E楼", "3E2", "13800001234", "1E+"] {
            assert!(!lost_digits(&Value::Text(whole.into())), "{whole}");
        }
        assert!(lost_digits(&Value::Number(510_123_199_001_011_234.0)));
        assert!(!lost_digits(&Value::Number(19_900_001_234.0)));
    }
}
