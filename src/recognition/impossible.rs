//! Days that no calendar has: 2月30日, 5月32日, 13月1日. Whoever writes one meant another, and which is for a person: it must not
//! count in silence for the day on which it came.

use super::brought::CLAUSE_ENDS;
use super::dates::new_date;
use super::day::{BODY, DayClues, SUBJECT};
use super::daywords::BROUGHT_WORDS;
use super::passing::{has, names_a_matter};

/// A year with a 29 February: what is written without its year may be of one.
const LEAP_YEAR: i16 = 2024;

/// Why what is named by a day that no calendar has is a question.
pub(super) fn told(clues: &DayClues) -> Option<String> {
    let of = |wanted: &'static str| clues.shared.iter().filter(move |(source, _)| *source == wanted);
    let clauses = of(BODY).flat_map(|(_, text)| text.split(CLAUSE_ENDS));
    let brought = clauses.filter(|clause| has(clause, BROUGHT_WORDS) && !names_a_matter(clause));
    let named = clues.own.iter().chain(of(SUBJECT)).map(|(_, text)| *text);
    let written = named.chain(brought).find_map(day)?;
    Some(format!("写明{written}，没有这一天，请认定"))
}

/// The first such day of a text, as it is written.
fn day(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect();
    text.match_indices('月').find_map(|(at, mark)| {
        let (before, behind) = (text.get(..at)?, text.get(at + mark.len()..)?);
        let month: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
        let month: String = month.chars().rev().collect();
        let day: String = behind.chars().take_while(char::is_ascii_digit).collect();
        let is_short = |number: &str| (1..=2).contains(&number.len());
        let is_day = behind.get(day.len()..)?.starts_with(['日', '号']);
        let (number, of_month) = (month.parse().ok()?, day.parse().ok()?);
        let is_written = is_short(&month) && is_short(&day) && is_day;
        (is_written && new_date(LEAP_YEAR, number, of_month).is_none()).then(|| format!("{month}月{day}日"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_no_calendar_has_are_told() {
        for text in ["5月32日照片", "2月30日日报", "13月1日", "5 月 0 日材料", "2023年4月31号"]
        {
            assert!(day(text).is_some(), "{text}");
        }
        for text in ["5月16日照片", "2月29日", "5月320日", "12月份", "5月第3日", "5月32人"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
