//! Quarters that a text names (三季度, Q3, 7-9月, 10月1日至12月31日), for tables that are asked for quarter by quarter. The next one
//! falls due when the one before is still being sent, so that a table of 7-9月 that came in January was taken for the fourth.

use super::months::{THROUGH, YEAR_FIGURES, is_figure, span_of_days, year_at_end};
use super::rivals::in_digits;
use super::squeeze;
use crate::domain::text::lower_case;

/// Of a year.
const QUARTERS: u64 = 4;
/// Months of a quarter.
const MONTHS: u64 = 3;

/// Between quarters that are listed.
const LISTS: &[char] = &['、', ',', '和', '及', '与', '/'];
/// Before a numeral these make no number of it: 每一季度, 上一季度, 统一季度报表.
const NO_NUMBER: &[char] = &['每', '上', '下', '统', '某', '任', '同', '逐', '本', '这'];
/// Behind 季: then a quarter is meant, and no season.
const BEHIND: &[&str] = &["度", "报", "末", "台账", "数据"];
/// Several quarters by one name.
const HALVES: &[(&str, &[u64])] =
    &[("上半年", &[1, 2]), ("下半年", &[3, 4]), ("全年", &[1, 2, 3, 4]), ("前3季", &[1, 2, 3])];
/// Up to the end of a quarter.
const UNTIL: &[&str] = &["截至", "截止到", "截止"];

/// A quarter, with the year before it.
type Quarter = (Option<i16>, u64);

/// The quarters that a text names. Each line is read by itself.
pub(super) fn quarters(text: &str) -> Vec<Quarter> {
    let mut found: Vec<Quarter> = Vec::new();
    for line in text.lines().map(|line| in_digits(&lower_case(squeeze(line)))) {
        found.extend(by_number(&line).into_iter().chain(by_letter(&line)).chain(by_half(&line)));
        found.extend(by_months(&line).into_iter().chain(by_days(&line)).chain(by_end(&line)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The halves of a year that a text names, nought for what is named by quarters and is none.
pub(super) fn halves(text: &str) -> Vec<Quarter> {
    let named = quarters(text);
    let mut years: Vec<Option<i16>> = named.iter().map(|(year, _)| *year).collect();
    years.dedup();
    let of_year = |year: Option<i16>| {
        let own: Vec<u64> = named.iter().filter(|(own, _)| *own == year).map(|(_, nth)| *nth).collect();
        let halves: &[u64] = match own.as_slice() {
            [1, 2] => &[1],
            [3, 4] => &[2],
            [1, 2, 3, 4] => &[1, 2],
            _ => &[0],
        };
        halves.iter().map(move |half| (year, *half))
    };
    years.into_iter().flat_map(of_year).collect()
}

/// 上半年, 2026年下半年.
fn by_half(line: &str) -> Vec<Quarter> {
    let named = HALVES.iter().flat_map(|(name, quarters)| {
        line.match_indices(name).map(move |(at, _)| (line.get(..at).unwrap_or_default(), *quarters))
    });
    named.flat_map(|(before, of)| of.iter().map(move |quarter| (year_before(before), *quarter))).collect()
}

/// 2026年7月1日至9月30日.
fn by_days(line: &str) -> Vec<Quarter> {
    let named = span_of_days(line).and_then(|span| Some((span.year, whole(span.from.0, span.to.0)?)));
    named.into_iter().flat_map(|(year, of)| of.into_iter().map(move |quarter| (year, quarter))).collect()
}

/// 三季度, 第3季度, 三、四季度, 1至4季度; each with the year before it.
fn by_number(line: &str) -> Vec<Quarter> {
    let mut found = Vec::new();
    for (at, season) in line.match_indices('季') {
        let (Some(before), Some(behind)) = (line.get(..at), line.get(at + season.len()..)) else { continue };
        let Some((mut rest, mut quarter)) = last_quarter(before) else { continue };
        if !(rest.ends_with('第') || BEHIND.iter().any(|word| behind.starts_with(word))) {
            continue;
        }
        rest = rest.trim_end_matches('第');
        let mut listed = vec![quarter];
        while let Some(joint) = rest.chars().next_back().filter(|c| LISTS.contains(c) || THROUGH.contains(c))
        {
            let Some((head, first)) = rest.strip_suffix(joint).and_then(last_quarter) else { break };
            listed.extend(if THROUGH.contains(&joint) { first..quarter } else { first..first + 1 });
            (rest, quarter) = (head.trim_end_matches('第'), first);
        }
        if !rest.ends_with(NO_NUMBER) && !rest.ends_with('前') {
            found.extend(listed.into_iter().map(|quarter| (year_before(rest), quarter)));
        }
    }
    found
}

/// A quarter's number at the end of a text, and what stands before it.
fn last_quarter(text: &str) -> Option<(&str, u64)> {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = text.strip_prefix(rest)?.parse().ok()?;
    (1..=QUARTERS).contains(&number).then_some((rest, number))
}

/// Q3, 2026Q3, 3Q; not QQ3 and no part of a word.
fn by_letter(line: &str) -> Vec<Quarter> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices('q') {
        let (before, behind) = (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
        let figures: String = behind.chars().take_while(char::is_ascii_digit).collect();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        if is_word(before.chars().next_back()) {
            continue;
        }
        let is_quarter = |number: &u64| (1..=QUARTERS).contains(number);
        if let Some(quarter) = figures.parse().ok().filter(is_quarter) {
            found.push((year_before(before), quarter));
        } else if let Some((rest, quarter)) =
            last_quarter(before).filter(|_| figures.is_empty() && !is_word(behind.chars().next()))
        {
            found.push((year_before(rest), quarter));
        }
    }
    found
}

/// The year with which a text ends: 2026年, 26年度, 2026.
fn year_before(text: &str) -> Option<i16> {
    let text = text.trim_end_matches(['第', '(', '-', '_', '度', '的']);
    let (text, is_called) = text.strip_suffix('年').map_or((text, false), |text| (text, true));
    let mut tail: Vec<char> = text.chars().rev().take(YEAR_FIGURES + 1).collect();
    tail.reverse();
    // 26 is a year only where it is called one.
    let is_written_out = || tail.iter().rev().take_while(|c| c.is_ascii_digit()).count() == YEAR_FIGURES;
    year_at_end(&tail).filter(|_| is_called || is_written_out())
}

/// 7-9月, 2026年7月至9月.
fn by_months(line: &str) -> Vec<Quarter> {
    let ends = line.match_indices('月').filter_map(|(at, _)| line.get(..at));
    let spans = ends.filter_map(|before| {
        let (rest, to) = last_month(before)?;
        let rest = rest.strip_suffix(THROUGH)?;
        let (rest, from) = last_month(rest.strip_suffix('月').unwrap_or(rest))?;
        let of = (!rest.ends_with('月')).then(|| whole(from, to)).flatten()?;
        Some(of.into_iter().map(|quarter| (year_before(rest), quarter)))
    });
    spans.flatten().collect()
}

fn last_month(text: &str) -> Option<(&str, u64)> {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = text.strip_prefix(rest)?.parse().ok()?;
    (1..=QUARTERS * MONTHS).contains(&number).then_some((rest, number))
}

/// The quarters of these months, if they are whole ones.
fn whole(from: u64, to: u64) -> Option<Vec<u64>> {
    let is_whole = from % MONTHS == 1 && to.is_multiple_of(MONTHS) && from < to;
    is_whole.then(|| (from.div_ceil(MONTHS)..=to / MONTHS).collect())
}

/// 截至9月30日, 截至9月底; not a day before which something is due.
fn by_end(line: &str) -> Option<Quarter> {
    let behind = UNTIL.iter().find_map(|until| Some(line.split_once(until)?.1))?;
    let (year, behind) = match behind.split_once('年') {
        Some((figures, rest)) => (year_before(&format!("{figures}年")), rest),
        None => (None, behind),
    };
    let (month, rest) = behind.split_once('月')?;
    let month: u64 = month.parse().ok().filter(|month: &u64| month.is_multiple_of(MONTHS))?;
    let day: String = rest.chars().take_while(|c| is_figure(*c)).collect();
    let behind = rest.strip_prefix(day.as_str())?.trim_start_matches(['日', '号']);
    let is_last = matches!(day.as_str(), "30" | "31") || (day.is_empty() && behind.starts_with(['底', '末']));
    let is_due = behind.trim_start_matches(['底', '末']).starts_with('前');
    (is_last && !is_due && month <= QUARTERS * MONTHS).then_some((year, month / MONTHS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_named_in_many_ways() {
        // Nought stands for one of another year.
        let of = |text: &str| -> Vec<u64> {
            let is_other = |year: Option<i16>| year.is_some_and(|year| year != 2026);
            quarters(text).into_iter().map(|(year, nth)| if is_other(year) { 0 } else { nth }).collect()
        };
        for (text, named) in [
            ("第三季度台账", &[3][..]),
            ("2026年四季度", &[4]),
            ("26年第4季度", &[4]),
            ("三、四季度台账", &[3, 4]),
            ("第3季度和第4季度", &[3, 4]),
            ("一至四季度", &[1, 2, 3, 4]),
            ("2026Q4台账", &[4]),
            ("台账(Q3)", &[3]),
            ("2026年7-9月台账", &[3]),
            ("10月至12月", &[4]),
            ("1—9月累计", &[1, 2, 3]),
            ("2026年10月1日至12月31日", &[4]),
            ("2026.7.1-2026.9.30", &[3]),
            ("截至2026年9月30日", &[3]),
            ("截至12月底", &[4]),
            ("下半年台账", &[3, 4]),
            ("前三季度", &[1, 2, 3]),
            ("2025年第四季度", &[0]),
            ("25年4季度", &[0]),
            ("第三季", &[3]),
        ] {
            assert_eq!(of(text), named, "{text}");
        }
        for text in [
            "上一季度",
            "每一季度",
            "统一季度报表",
            "四季如春",
            "秋季学期",
            "QQ3012345",
            "9月台账",
            "8-10月",
            "截至9月30日前报送",
            "faq1",
            "7月1日至7月7日",
        ] {
            assert_eq!(of(text), [0_u64; 0], "{text}");
        }
    }

    #[test]
    fn halves_are_named_by_what_they_are_made_of() {
        for (text, named) in [
            ("2026年下半年总结", &[(Some(2026), 2)][..]),
            ("上半年", &[(None, 1)]),
            ("2026年7-12月", &[(Some(2026), 2)]),
            ("2026年1月1日至6月30日", &[(Some(2026), 1)]),
            ("2026年全年", &[(Some(2026), 1), (Some(2026), 2)]),
            ("三季度", &[(None, 0)]),
            ("总结", &[]),
        ] {
            assert_eq!(halves(text), named, "{text}");
        }
    }

    #[test]
    fn long_texts_are_read_through_once() {
        for run in ["1", "季", "q", "月", "1-", "一、"] {
            quarters(&run.repeat(200_000 / run.len()));
        }
    }
}
