//! Months written in figures behind their year: 2026.10, 2026-10, 202610. Who calls a file so writes no 月, and its paper was taken for
//! that of the month that was due.

use super::figures::number_at;
use super::squeeze;
use std::ops::RangeInclusive;

/// No day in six figures (261003) is one of these years, and hardly any postcode.
const YEARS: RangeInclusive<u64> = 2020..=2099;
/// Between a year and its month.
const MARKS: [char; 3] = ['.', '-', '/'];
/// Figures of a year, of a year with its month, and of a month or a day at most.
const YEAR_DIGITS: usize = 4;
const BOTH_DIGITS: usize = 6;
const DAY_DIGITS: usize = 2;
/// Behind figures that are no month: 2026.10万元, 〔2026-10〕号; with 月 it is read where months are that are called so.
const OTHERS: [char; 8] = ['万', '元', '亿', '%', '号', '日', '月', '年'];

/// The months that a text names so, with their years.
pub(super) fn in_figures(text: &str) -> Vec<(Option<i16>, u64)> {
    let letters: Vec<char> = squeeze(text).chars().collect();
    let (mut found, mut at, mut last) = (Vec::new(), 0, 0);
    while at < letters.len() {
        let Some((number, digits, end)) = number_at(&letters, at) else {
            // What no number can hold is no month either; it is read through once.
            let figures = letters.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
            at += figures.max(1);
            continue;
        };
        let is_in_word = is_of_a_word(letters.get(last..at).unwrap_or_default());
        let month = match digits {
            BOTH_DIGITS => Some((number / 100, number % 100, end)),
            YEAR_DIGITS if letters.get(end).is_some_and(|c| MARKS.contains(c)) => {
                let month = number_at(&letters, end + 1).filter(|(_, digits, _)| *digits <= DAY_DIGITS);
                month.map(|(month, _, end)| (number, month, end))
            }
            _ => None,
        };
        let is_month = |(year, month, end): &(u64, u64, usize)| {
            YEARS.contains(year) && (1..=12).contains(month) && is_over(&letters, *end) && !is_in_word
        };
        at = end;
        if let Some((year, month, end)) = month.filter(is_month) {
            found.push((i16::try_from(year).ok(), month));
            (at, last) = (end, end);
        }
    }
    found
}

/// Whether what stands before, behind the month found last, goes on in the figures: 0816-202610, v2026.10; not 2026.10-2026.12.
fn is_of_a_word(before: &[char]) -> bool {
    match before {
        [.., figure, mark] if MARKS.contains(mark) => figure.is_ascii_digit(),
        [.., letter] => letter.is_ascii_alphabetic(),
        [] => false,
    }
}

/// Whether no day follows, nor what makes something else of the figures: 2026.10.8, 2026-10号.
fn is_over(letters: &[char], end: usize) -> bool {
    let Some(next) = letters.get(end) else { return true };
    let is_day = MARKS.contains(next)
        && number_at(letters, end + 1).is_some_and(|(_, digits, _)| digits <= DAY_DIGITS);
    !is_day && !OTHERS.contains(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_in_figures_stands_behind_its_year() {
        for (text, named) in [
            ("2026.10安全生产总结", &[10][..]),
            ("总结(2026-10)", &[10]),
            ("总结202610", &[10]),
            ("台账_2026/9", &[9]),
            ("2026.10-2026.12", &[10, 12]),
            ("总结-2026.10", &[10]),
            ("0816-202610", &[]),
            ("２０２６．１０", &[10]),
            ("2026.10.8", &[]),
            ("2026-10-08", &[]),
            ("20261008", &[]),
            ("261008", &[]),
            ("202613", &[]),
            ("2026.10万元", &[]),
            ("2026-10号", &[]),
            ("v2026.10", &[]),
            ("IMG202610", &[]),
            ("201109", &[]),
            ("2026年10月", &[]),
        ] {
            let months: Vec<u64> = in_figures(text).into_iter().map(|(_, month)| month).collect();
            assert_eq!(months, named, "{text}");
        }
        assert!(in_figures(&"9".repeat(200_000)).is_empty());
    }
}
