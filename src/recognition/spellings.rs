//! Days in spellings that are rewritten before dates are looked for: May 16, Day3, 5·16, 516照片, 5.15-16. Each is taken only where
//! it can hardly mean anything else: 516教室, D3展厅 and V5.16 are no days.

use super::day::Range;
use super::figures::{after_camera, number_at};
use super::words::{FILM_ENDINGS, PICTURE_ENDINGS};

/// Months in English by their first letters, which are how they are shortened.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Letters of a month that is shortened.
const SHORT_MONTH: usize = 3;
/// Behind the number of a day.
const ORDINALS: &[&str] = &["th", "st", "nd", "rd"];
/// Dots that keyboards put between month and day.
const DOTS: &str = "·•‧・∙。";
/// Behind a number of a day: what is called by its day.
const MATERIALS: &[&str] =
    &["照片", "图片", "视频", "稿", "新闻", "案例", "日报", "材料", "简报", "报送", "信息", "活动", "零报告"];
/// These are places.
const PLACES: &[&str] = &["活动室", "活动中心", "材料室", "材料实验"];
/// Before a number of three figures that is no day.
const COUNTED_BY: &str = "室间房号楼栋馆共第约计达近超";
/// Behind a number of three figures, these go before it: 日报516.
const PAPERS: &[&str] = &["日报", "稿", "稿件", "材料", "简报", "信息"];
/// Letters of the longest of these.
const PAPER_LETTERS: usize = 2;
/// Behind a number: so many of them.
const COUNTS: &str = "级届班人名张份个项场次篇件组年元万点时分米";
/// Between the first and the last of some days.
const SPANS: &str = "-—~–至到";
/// Between days of a list.
const LISTS: &str = "、&+和及,/";

/// The letters of a text, squeezed and in lower case, with such days written as others are.
pub(super) fn spelled(text: &str, range: &Range) -> String {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
        match day_at(&letters, at, before, range) {
            Some((day, end)) => {
                written.push_str(&day);
                at = end;
            }
            None => {
                written.push(*letter);
                at += 1;
            }
        }
    }
    written
}

/// A day in one of these spellings that begins at a place, as it is written usually, and where it ends.
fn day_at(letters: &[char], at: usize, before: Option<char>, range: &Range) -> Option<(String, usize)> {
    let is_joined = before.is_some_and(|c| c.is_ascii_alphabetic());
    if letters.get(at)?.is_ascii_alphabetic() {
        return (!is_joined).then(|| month_first(letters, at).or_else(|| nth(letters, at, before))).flatten();
    }
    if is_joined || before.is_some_and(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    day_first(letters, at)
        .or_else(|| dotted(letters, at, range))
        .or_else(|| three_figures(letters, at, range))
        .or_else(|| joined(letters, at, range))
}

fn shown(month: u64, day: u64, end: usize) -> (String, usize) {
    (format!("{month}月{day}日"), end)
}

/// The month whose English name, whole or short, stands at a place.
fn month_at(letters: &[char], at: usize) -> Option<(u64, usize)> {
    let word: String = letters.iter().skip(at).take_while(|c| c.is_ascii_alphabetic()).collect();
    let nth = MONTHS.iter().position(|month| word == *month || month.get(..SHORT_MONTH) == Some(&word))?;
    Some((u64::try_from(nth).ok()? + 1, at + word.len()))
}

/// Past one sign that may stand between the parts of a date.
fn past_sign(letters: &[char], at: usize) -> usize {
    at + usize::from(letters.get(at).is_some_and(|c| matches!(c, '.' | '-' | '_' | ',')))
}

fn past_ordinal(letters: &[char], at: usize) -> usize {
    let next: String = letters.iter().skip(at).take(2).collect();
    at + if ORDINALS.contains(&next.as_str()) { 2 } else { 0 }
}

fn is_day(number: u64, digits: usize) -> bool {
    (1..=2).contains(&digits) && (1..=31).contains(&number)
}

/// May 16, May 16th; May 16 2023, of which squeezing has left may162023.
fn month_first(letters: &[char], at: usize) -> Option<(String, usize)> {
    let (month, end) = month_at(letters, at)?;
    let (number, digits, end) = number_at(letters, past_sign(letters, end))?;
    let has_year = matches!(digits, 5 | 6) && (2000..2100).contains(&(number % 10_000));
    let (day, digits) = if has_year { (number / 10_000, digits - 4) } else { (number, digits) };
    let end = past_ordinal(letters, end);
    let is_whole = !letters.get(end).is_some_and(char::is_ascii_alphabetic);
    (is_day(day, digits) && is_whole).then(|| shown(month, day, end))
}

/// 16 May, 16th-May-2023; in 5may16 the month is written twice.
fn day_first(letters: &[char], at: usize) -> Option<(String, usize)> {
    let (day, digits, end) = number_at(letters, at)?;
    let (month, end) = month_at(letters, past_sign(letters, past_ordinal(letters, end)))?;
    let is_double = number_at(letters, end).is_some_and(|(_, digits, _)| digits < 3);
    (is_day(day, digits) && !is_double).then(|| shown(month, day, end))
}

/// Day3, and D3 where nothing or what comes of a day stands behind; D3.jpg may be the third of some pictures. Day2-3照片 is of
/// both days, day-2-1.jpg a picture of the second.
fn nth(letters: &[char], at: usize, before: Option<char>) -> Option<(String, usize)> {
    let word: String = letters.iter().skip(at).take_while(|c| c.is_ascii_alphabetic()).collect();
    let (number, digits, end) = number_at(letters, past_sign(letters, at + word.len()))?;
    let is_last = |(joint, last, end): &(char, u64, usize)| {
        *last > number && ends_apart(letters, *end, SPANS.contains(*joint))
    };
    let last = next_day(letters, end).filter(is_last);
    let end = last.map_or(end, |(_, _, end)| end);
    let behind: String = letters.iter().skip(end).take(SHORT_MONTH + 1).collect();
    let is_apart = behind.is_empty() || behind.starts_with(['(', '的']) || is_of_material(&behind);
    let is_meant = match word.as_str() {
        "day" => !behind.starts_with(|c: char| c.is_ascii_alphabetic()),
        "d" => is_apart || behind.starts_with("-d"),
        _ => false,
    };
    let is_number = before.is_some_and(|c| c.is_ascii_digit());
    let through = last.map_or_else(String::new, |(joint, last, _)| format!("{joint}第{last}天"));
    (is_meant && !is_number && is_day(number, digits)).then(|| (format!("第{number}天{through}"), end))
}

fn is_of_material(behind: &str) -> bool {
    let behind = behind.strip_prefix('的').unwrap_or(behind);
    MATERIALS.iter().any(|word| behind.starts_with(word))
        && !PLACES.iter().any(|word| behind.starts_with(word))
}

/// 5·16, where that is one of the days: 5·12防灾 names a day of its own.
fn dotted(letters: &[char], at: usize, range: &Range) -> Option<(String, usize)> {
    let (month, digits, dot) = number_at(letters, at)?;
    letters.get(dot).filter(|c| DOTS.contains(**c))?;
    let (day, day_digits, end) = number_at(letters, dot + 1)?;
    let is_date = digits <= 2 && is_day(day, day_digits) && is_held(month, day, range);
    is_date.then(|| shown(month, day, end))
}

fn is_held(month: u64, day: u64, range: &Range) -> bool {
    range.day_of(month, day).is_some_and(|day| range.holds(day))
}

/// 516照片, 日报516.docx; not 516教室, 照片516.
fn three_figures(letters: &[char], at: usize, range: &Range) -> Option<(String, usize)> {
    let (number, 3, end) = number_at(letters, at)? else { return None };
    let (month, day) = (number / 100, number % 100);
    let before: String = letters.get(at.saturating_sub(PAPER_LETTERS)..at)?.iter().collect();
    let behind: String = letters.iter().skip(end).take(SHORT_MONTH + 1).collect();
    let ends_here = behind.is_empty() || behind.starts_with(['.', '(']);
    let is_called = is_of_material(&behind) && !before.ends_with(|c| COUNTED_BY.contains(c) || c == '-');
    let is_paper = ends_here && PAPERS.iter().any(|word| before.ends_with(word));
    ((is_called || is_paper) && is_held(month, day, range)).then(|| shown(month, day, end))
}

/// 5.15-16, 0515-16, 5.15、16: days of the month of the first, in their order. 5.15-16.jpg is the sixteenth picture of a day.
fn joined(letters: &[char], at: usize, range: &Range) -> Option<(String, usize)> {
    let (first, digits, mut end) = number_at(letters, at)?;
    let (month, mut last) = match digits {
        4 if !after_camera(letters, at) => (first / 100, first % 100),
        1 | 2 if letters.get(end).is_some_and(|c| matches!(c, '.' | '月' | '/')) => {
            let (day, digits, behind) = number_at(letters, end + 1).filter(|(_, digits, _)| *digits <= 2)?;
            end = behind;
            (is_day(day, digits).then_some(first)?, day)
        }
        _ => return None,
    };
    let (mut days, mut is_span) = (format!("{month}月{last}日"), false);
    let mut count = 1;
    while let Some((joint, day, behind)) = next_day(letters, end).filter(|(_, day, _)| *day > last) {
        is_span |= SPANS.contains(joint);
        days.push_str(&format!("{}{month}月{day}日", if SPANS.contains(joint) { joint } else { '、' }));
        (last, end, count) = (day, behind, count + 1);
    }
    let is_whole = count > 1 && ends_apart(letters, end, is_span);
    (is_whole && is_held(month, last, range) && first != last).then_some((days, end))
}

/// The day that is joined to the one that ends at a place, and its joint.
fn next_day(letters: &[char], end: usize) -> Option<(char, u64, usize)> {
    let joint = letters.get(end).filter(|c| SPANS.contains(**c) || LISTS.contains(**c))?;
    let (day, digits, behind) = number_at(letters, end + 1)?;
    is_day(day, digits).then_some((*joint, day, behind))
}

/// Whether days end at a place: no date of its own, no count, and behind a span no picture follows.
fn ends_apart(letters: &[char], end: usize, is_span: bool) -> bool {
    let behind: String = letters.iter().skip(end).take(SHORT_MONTH + 3).collect();
    let Some(next) = behind.chars().next() else { return true };
    let is_picture = behind.strip_prefix('.').is_some_and(|ending| {
        PICTURE_ENDINGS.iter().chain(FILM_ENDINGS).any(|picture| ending.starts_with(picture))
    });
    let has_figure = matches!(next, '.' | '-' | '/' | '_' | ':')
        && behind.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    let goes_on = COUNTS.contains(next) || "日号月".contains(next) || next.is_ascii_alphabetic();
    !(goes_on || has_figure || is_span && is_picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_long_text_of_figures_is_gone_through_once() {
        // Gone through again for each of its figures it takes most of a minute.
        let week = Range { from: date(2023, 5, 14), to: date(2023, 5, 20) };
        for figures in ["123,456,", "img_0123,", "5.15,", "第1、"] {
            let text = figures.repeat(200_000 / figures.len());
            assert!(spelled(&text, &week).len() >= text.len(), "{figures}");
            super::super::dates::dates(&text, &week);
        }
    }
}
