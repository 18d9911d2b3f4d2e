//! Days that no calendar has: 2月30日, 5月32日, 13月5日. Which day was meant nobody can tell, and what bears one is of another day than
//! that on which it came as likely as not.

use super::dates::{figure, small_number};
use super::day::{DayClues, SUBJECT};

/// Figures of a month or a day.
const FIGURES: usize = 3;

/// Why what is named by such a day is a question.
pub(super) fn of_no_calendar(clues: &DayClues) -> Option<String> {
    let titled = clues.shared.iter().filter(|(source, _)| *source == SUBJECT);
    let slip = clues.own.iter().chain(titled).find_map(|(_, text)| impossible(text))?;
    Some(format!("写明{slip}，没有这一天，请认定是哪一天的"))
}

/// The first such day that a text names.
fn impossible(text: &str) -> Option<String> {
    text.match_indices('月').find_map(|(at, _)| {
        let before: Vec<char> = text.get(..at)?.chars().rev().take_while(is_figure).take(FIGURES).collect();
        let month: Vec<char> = before.into_iter().rev().collect();
        let behind = text.get(at + '月'.len_utf8()..)?;
        let day: Vec<char> = behind.chars().take_while(is_figure).take(FIGURES).collect();
        let end = behind.chars().nth(day.len()).filter(|c| matches!(c, '日' | '号'))?;
        let (of_year, of_month) = (number(&month)?, number(&day)?);
        let shown =
            || format!("{}月{}{end}", month.iter().collect::<String>(), day.iter().collect::<String>());
        (!is_of_calendar(of_year, of_month)).then(shown)
    })
}

fn is_figure(c: &char) -> bool {
    c.is_ascii_digit() || figure(*c).is_some()
}

fn number(run: &[char]) -> Option<u32> {
    run.iter().collect::<String>().parse().ok().or_else(|| small_number(run))
}

/// Whether some year has this day of this month.
fn is_of_calendar(month: u32, day: u32) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_no_calendar_has_are_told() {
        for (text, told) in [
            ("5月32日照片", "5月32日"),
            ("2023年2月30日日报", "2月30日"),
            ("四月三十一号", "四月三十一号"),
            ("13月5日", "13月5日"),
            ("5月0日", "5月0日"),
        ] {
            assert_eq!(impossible(text).as_deref(), Some(told), "{text}");
        }
        for text in ["2月29日", "5月16日", "5月", "三十一日", "12月31日", "5月1600日", "6个月30日"]
        {
            assert_eq!(impossible(text), None, "{text}");
        }
    }
}
