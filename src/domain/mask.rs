//! What leaves the office shows nobody's telephone, QQ number or address: neither the columns that hold them nor what a
//! clerk wrote into a remark.

use std::ops::Range;

/// Digits in a row from which on they are somebody's number.
const NUMBER_DIGITS: usize = 7;

/// `text` with the middle of every telephone, QQ number and mail address in it covered: 138****1234. A day written as
/// eight digits stays.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match address(&chars, at).or_else(|| number(&chars, at)) {
            Some(range) => {
                out.push_str(&covered(chars.get(range.clone()).unwrap_or_default()));
                at = range.end;
            }
            None => {
                out.extend(chars.get(at));
                at += 1;
            }
        }
    }
    out
}

/// The first and last characters of what a person must not read, with stars for the rest.
fn covered(chars: &[char]) -> String {
    let (head, tail) = if chars.len() >= 11 { (3, 4) } else { (2, 2) };
    let tail_from = chars.len().saturating_sub(tail).max(head);
    let part = |range: Range<usize>| chars.get(range).unwrap_or_default().iter().collect::<String>();
    format!("{}****{}", part(0..head.min(chars.len())), part(tail_from.min(chars.len())..chars.len()))
}

/// A number that begins here: digits, with single blanks and hyphens between them where it is a mobile one.
fn number(chars: &[char], from: usize) -> Option<Range<usize>> {
    let is_digit = |at: usize| chars.get(at).is_some_and(|c| value(*c).is_some());
    if !is_digit(from) || (from > 0 && is_digit(from - 1)) {
        return None;
    }
    let run = (from..).take_while(|at| is_digit(*at)).count();
    let digits: String = chars.get(from..from + run)?.iter().filter_map(|c| value(*c)).collect();
    if run >= NUMBER_DIGITS && !is_day(&digits) {
        return Some(from..from + run);
    }
    spaced_mobile(chars, from)
}

/// `138 0013 8000`, `138-0013-8000`.
fn spaced_mobile(chars: &[char], from: usize) -> Option<Range<usize>> {
    let (mut digits, mut at) = (String::new(), from);
    while digits.len() < 11 {
        let c = *chars.get(at)?;
        match value(c) {
            Some(digit) => digits.push(digit),
            None if matches!(c, ' ' | '-' | '－' | '\u{3000}')
                && chars.get(at + 1).is_some_and(|c| value(*c).is_some()) => {}
            None => return None,
        }
        at += 1;
    }
    let goes_on = chars.get(at).is_some_and(|c| value(*c).is_some());
    let is_mobile = digits.starts_with('1') && digits.chars().nth(1).is_some_and(|c| c >= '3');
    (is_mobile && !goes_on).then_some(from..at)
}

/// A mail address that begins here: what stands before the `@` is covered by the caller.
fn address(chars: &[char], from: usize) -> Option<Range<usize>> {
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    if from > 0 && chars.get(from - 1).is_some_and(is_part) {
        return None;
    }
    let local = chars.get(from..)?.iter().take_while(|c| is_part(c)).count();
    let has_host = chars.get(from + local + 1).is_some_and(is_part);
    (local > 0 && chars.get(from + local) == Some(&'@') && has_host).then_some(from..from + local)
}

/// The digit that a character stands for, full width too.
fn value(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn is_day(digits: &str) -> bool {
    digits.len() == 8 && digits.starts_with("20") && digits.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn numbers_of_people_are_covered_and_days_and_counts_are_not() {
        for (text, told) in [
            ("张老师13800138000答应5-12报", "张老师138****8000答应5-12报"),
            ("138-0013-8000", "138****8000"),
            ("１３８００１３８０００", "１３８****８０００"),
            ("028-86110000 转 12", "028-86****00 转 12"),
            ("QQ 88881234，已加", "QQ 88****34，已加"),
            ("zhang@school.example 已回", "zh****ng@school.example 已回"),
            ("20230512 前报", "20230512 前报"),
            ("2023-05-12 前报，共1234人", "2023-05-12 前报，共1234人"),
            ("a@", "a@"),
            ("", ""),
        ] {
            assert_eq!(masked(text), told);
        }
    }
}
