//! Months that a text names as such (11月份月报, 十二月, 11、12月), for tables that are asked for month by month. The month of a
//! day (12月4日报送) says when something came and not what it is of.

use super::dates::{figure, small_number};
use super::figured_months::in_figures;
use super::figures::number_at;
use super::squeeze;

/// Behind a month: then a time in it is meant.
const TIMES: &[&str] = &["底", "初", "末", "前", "中旬", "上旬", "下旬"];
/// Before a month what goes through to its end, and how the end is called: 截至11月底; not before it, 截止11月底前.
const UNTIL: &[&str] = &["截至", "截止", "截止到", "截至到"];
const ENDS: [char; 2] = ['底', '末'];

/// Between year, month and day.
const DAY_MARKS: &[char] = &['年', '月', '.', '-', '/'];
/// Figures of a year that is written out.
pub(super) const YEAR_FIGURES: usize = 4;
/// That of a year in two figures.
const CENTURY: i16 = 2000;
/// Between a year and its month, and between months that are listed behind it: 2026年度(11月、12月).
const BEHIND_YEAR: &str = "年度的份月(、,和及与-—~至到/.";

/// Between the first month and the last of a sum of months.
pub(super) const THROUGH: &[char] = &['-', '—', '~', '至', '到'];

/// The months that a text names, each once.
pub(super) fn months(text: &str) -> Vec<u64> {
    let mut found: Vec<u64> = months_of_years(text).into_iter().map(|(_, month)| month).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The months that a text names, with the year before each. Of its lines each is read by itself: the number of 附件2 stands above
/// 11月月报.
pub(super) fn months_of_years(text: &str) -> Vec<(Option<i16>, u64)> {
    let of = |line| of_line(line).into_iter().chain(spanned(line)).chain(in_figures(&parted(line)));
    text.lines().flat_map(of).collect()
}

/// Days of a month from its first on with which what is of all of it may begin, and to its last one before which it does not end.
const WHOLE: (u64, u64) = (2, 28);
/// Days of months that are closed on another day than their last: 10月26日至11月25日 is November.
const CLOSED: std::ops::RangeInclusive<u64> = 15..=31;

/// The month from whose first day to its last a text reaches: 统计时间：11月1日至11月30日, 2026.11.1-11.30.
fn spanned(text: &str) -> Option<(Option<i16>, u64)> {
    spans(text).into_iter().find_map(|Span { year, from: (month, first), to: (last_month, last) }| {
        let is_whole = month == last_month && first <= WHOLE.0 && (WHOLE.1..=31).contains(&last);
        let is_closed = last_month == month % 12 + 1
            && CLOSED.contains(&first)
            && CLOSED.contains(&last)
            && first.checked_sub(last).is_some_and(|days| days <= 2);
        // 2025年12月26日至1月25日 ends in the next year.
        let ends_in = |year: i16| if last_month < month { year.saturating_add(1) } else { year };
        (is_whole || is_closed).then_some((year.map(ends_in), last_month))
    })
}

/// Month and day.
type Day = (u64, u64);

/// Days from the first to the last, and the year before the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub year: Option<i16>,
    pub from: Day,
    pub to: Day,
}

/// The days from the first of a month to the last of another that a text names: 7月1日至9月30日.
pub(super) fn span_of_days(text: &str) -> Option<Span> {
    let is_whole = |Span { from, to, .. }: &Span| from.1 <= WHOLE.0 && (WHOLE.1..=31).contains(&to.1);
    spans(text).into_iter().find(is_whole)
}

/// All the spans of days that a text names.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let letters: Vec<char> = squeeze(text).chars().collect();
    let is_figure_at = |at: usize| letters.get(at).copied().is_some_and(is_figure);
    let begins =
        (0..letters.len()).filter(|at| is_figure_at(*at) && !at.checked_sub(1).is_some_and(is_figure_at));
    begins.filter_map(|at| span_at(&letters, at)).collect()
}

fn span_at(letters: &[char], at: usize) -> Option<Span> {
    let is_one = |at: usize, of: &[char]| letters.get(at).is_some_and(|c| of.contains(c));
    let skip = |mut at: usize, of: &[char]| {
        while is_one(at, of) {
            at += 1;
        }
        at
    };
    let (from, end) = day_at(letters, at)?;
    let to = Some(skip(end, THROUGH)).filter(|to| *to > end)?;
    let year = number(letters, to).filter(|(_, end)| end - to == YEAR_FIGURES);
    let to = year.filter(|(_, end)| is_one(*end, DAY_MARKS)).map_or(to, |(_, end)| end + 1);
    let last = match day_at(letters, to) {
        Some((day, _)) => day,
        None => (from.0, number(letters, to)?.0?),
    };
    let before = letters.get(..at.saturating_sub(1)).unwrap_or_default();
    let is_behind_a_year = at.checked_sub(1).is_some_and(|at| is_one(at, DAY_MARKS));
    Some(Span { year: year_at_end(before).filter(|_| is_behind_a_year), from, to: last })
}

/// The year whose figures end a text: 2026, 二〇二六, 26.
pub(super) fn year_at_end(letters: &[char]) -> Option<i16> {
    let figures = letters.iter().rev().take_while(|c| is_figure(**c)).take(YEAR_FIGURES + 1).count();
    let run = letters.get(letters.len() - figures..)?;
    let value = |c: &char| c.to_digit(10).or_else(|| figure(*c)).filter(|value| *value < 10);
    let digits: Vec<u32> = run.iter().map(value).collect::<Option<_>>()?;
    let number = digits.iter().fold(0, |number, digit| number * 10 + digit);
    match (digits.len(), i16::try_from(number).ok()?) {
        (YEAR_FIGURES, year) if (1900..2200).contains(&year) => Some(year),
        (2, year) if run.iter().all(char::is_ascii_digit) => Some(CENTURY + year),
        _ => None,
    }
}

/// Month and day of a day that begins here, and where it ends.
fn day_at(letters: &[char], at: usize) -> Option<((u64, u64), usize)> {
    let (month, end) = number(letters, at)?;
    letters.get(end).filter(|c| DAY_MARKS.contains(c) && **c != '年')?;
    let (day, end) = number(letters, end + 1)?;
    let end = end + usize::from(matches!(letters.get(end), Some('日' | '号')));
    let (month, day) = (month?, day?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(((month, day), end))
}

/// Whether a text sums months up from the first of a year on: 1-11月 is what is reported in November.
pub(super) fn sums_up(text: &str) -> bool {
    let letters: Vec<char> = squeeze(text).chars().collect();
    let is_first = |at: usize| {
        // Asked first: a run of figures is read through once, and not from each of them.
        let is_inside = at.checked_sub(1).and_then(|at| letters.get(at)).copied().is_some_and(is_figure);
        let from =
            if is_inside { None } else { number(&letters, at) }.filter(|(number, _)| *number == Some(1));
        let behind = from.map(|(_, end)| if letters.get(end) == Some(&'月') { end + 1 } else { end });
        behind.and_then(|end| letters.get(end)).is_some_and(|c| THROUGH.contains(c))
    };
    (0..letters.len()).any(is_first)
}

/// A text whose numbers are parted where a blank parts them: 附件2 11月月报; not the letters of 十 一 月.
fn parted(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = parted.chars().rev().take_while(|c| is_figure(*c)).count();
        let behind = word.chars().take_while(|c| is_figure(*c)).count();
        if before > 0 && behind > 0 && before + behind > 2 {
            parted.push('|');
        }
        parted.push_str(word);
    }
    parted
}

fn of_line(text: &str) -> Vec<(Option<i16>, u64)> {
    let letters: Vec<char> = squeeze(&parted(text)).chars().collect();
    let (mut found, mut listed, mut year, mut at) = (Vec::new(), Vec::new(), None, 0);
    while at < letters.len() {
        let is_one = |letters_of: &str| letters.get(at).is_some_and(|c| letters_of.contains(*c));
        let Some((number, end)) = number(&letters, at) else {
            // 11、12月: what is listed before a month is months too.
            if !is_one("、,和及与-—~至到/") {
                listed.clear();
            }
            year = year.filter(|_| is_one(BEHIND_YEAR));
            at += 1;
            continue;
        };
        if letters.get(end) == Some(&'年') {
            year = letters.get(at..end).and_then(year_at_end);
        }
        let begun = at;
        at = end;
        match number.filter(|number| (1..=12).contains(number)) {
            Some(number) => listed.push(number),
            None => listed.clear(),
        }
        if letters.get(end) == Some(&'月') {
            let is_whole = !names_a_time(&letters, end + 1) || is_end_of_all(&letters, begun, end + 1);
            found.extend(listed.drain(..).filter(|_| is_whole).map(|month| (year, month)));
        }
    }
    found
}

/// Whether a month is that to whose end figures go: 截至2026年11月底. `behind`: its letters end there.
fn is_end_of_all(letters: &[char], begun: usize, behind: usize) -> bool {
    let before: String = letters.get(..begun).unwrap_or_default().iter().collect();
    let before = before.trim_end_matches('年').trim_end_matches(is_figure);
    let is_end = letters.get(behind).is_some_and(|c| ENDS.contains(c));
    is_end && letters.get(behind + 1) != Some(&'前') && UNTIL.iter().any(|until| before.ends_with(until))
}

/// Whether a text is a month of a year and nothing else, as papers bear the one in which they were signed: 2026年12月.
pub fn is_month_of_year(text: &str) -> bool {
    let tight = squeeze(text);
    let bare = tight.trim_matches(|c| "()[]〔〕".contains(c));
    let is_all = |letters: &str| !letters.is_empty() && letters.chars().all(is_figure);
    let parts = bare.split_once('年').and_then(|(year, rest)| Some((year, rest.strip_suffix('月')?)));
    let is_figured = || bare.chars().all(|c| c.is_ascii_digit() || DAY_MARKS.contains(&c));
    parts.is_some_and(|(year, month)| is_all(year) && is_all(month))
        || (is_figured() && !in_figures(bare).is_empty())
}

/// Whether a text names a month as such.
pub fn names_a_month(text: &str) -> bool {
    !months(text).is_empty()
}

/// A run of figures of either kind, and where it ends; no value where it is none of a month's.
fn number(letters: &[char], at: usize) -> Option<(Option<u64>, usize)> {
    if let Some((number, digits, end)) = number_at(letters, at) {
        return Some((Some(number).filter(|_| digits <= 2), end));
    }
    let run: Vec<char> = letters.iter().skip(at).take_while(|c| is_figure(**c)).copied().collect();
    (!run.is_empty()).then(|| (small_number(&run).map(u64::from), at + run.len()))
}

/// A figure of a number, Arabic or Chinese.
pub(super) fn is_figure(letter: char) -> bool {
    letter.is_ascii_digit() || figure(letter).is_some()
}

/// 12月4日, 12月底: what follows the word of the month.
fn names_a_time(letters: &[char], at: usize) -> bool {
    let behind: String = letters.iter().skip(at).take(2).collect();
    let is_day = match number(letters, at) {
        Some((_, end)) => {
            letters.get(at).is_some_and(char::is_ascii_digit) || matches!(letters.get(end), Some('日' | '号'))
        }
        None => false,
    };
    is_day || TIMES.iter().any(|time| behind.starts_with(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_of_figures_are_read_through_once() {
        for run in ["1", "一", "十 "] {
            let text = format!("11月、12月的防控 {}", run.repeat(200_000));
            assert!(!sums_up(&text));
            assert_eq!(months(&text), [11, 12], "{run}");
        }
    }

    #[test]
    fn months_are_named_in_figures_of_both_kinds() {
        assert_eq!(months("2026年11月民政统计月报表"), [11]);
        assert_eq!(months("太平镇十一月月报补报"), [11]);
        assert_eq!(months("石桥镇11、12月月报"), [11, 12]);
        assert_eq!(months("补报11月和十二月份的"), [11, 12]);
        assert_eq!(months("1-11月累计"), [1, 11]);
        assert_eq!(months("１２月份"), [12]);
        assert_eq!(months("附件2\n11月火灾防控情况统计表"), [11]);
        assert_eq!(months("11月份\n小结12"), [11]);
        for text in
            ["12月4日报送月报", "十二月四日", "12月底前", "12.4", "共11个月", "2026年度", "3、报表在5月15日"]
        {
            assert_eq!(months(text), [0_u64; 0], "{text}");
        }
    }

    #[test]
    fn a_month_is_of_the_year_before_it() {
        for (text, named) in [
            ("2025年11月月报", &[(Some(2025), 11)][..]),
            ("25年11月月报", &[(Some(2025), 11)]),
            ("二〇二五年十一月", &[(Some(2025), 11)]),
            ("2025年度11、12月", &[(Some(2025), 11), (Some(2025), 12)]),
            ("2025年11月、12月", &[(Some(2025), 11), (Some(2025), 12)]),
            ("2025年11月30日前报11月月报", &[(None, 11)]),
            ("2025年要点及11月月报", &[(None, 11)]),
            ("12月", &[(None, 12)]),
            ("2025年11月1日至11月30日", &[(Some(2025), 11)]),
            ("2025.11.1-11.30", &[(Some(2025), 11)]),
            ("2025年12月26日至2026年1月25日", &[(Some(2026), 1)]),
        ] {
            assert_eq!(months_of_years(text), named, "{text}");
        }
    }

    #[test]
    fn a_month_is_named_by_its_first_day_and_its_last() {
        for text in [
            "统计时间：2026年11月1日至11月30日",
            "(2026.11.1-11.30)",
            "2026-11-01至2026-11-30",
            "11月1日—30日",
            "十一月一日至三十日",
            "统计周期：2026年10月26日至2026年11月25日",
            "2026/11/01-2026/11/30",
            "截至11月底",
            "截止2026年11月末",
        ] {
            assert_eq!(months(text), [11], "{text}");
        }
        for text in [
            "11月1日至11月7日",
            "11月14日至20日",
            "11月1日至12月31日",
            "10月1日至11月30日",
            "11月1日",
            "1-11月",
            "028-11-30",
            "11.1-11.7",
            "2026-11-01",
            "截止11月底前",
        ] {
            assert!(months(text) != [12] && spanned(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_month_of_a_year_stands_alone() {
        for text in ["2026年12月", "二〇二六年十二月", "（2026年 12 月）", "2026.12", "（2026-12）"]
        {
            assert!(is_month_of_year(text), "{text}");
        }
        for text in ["12月", "2026年12月工作总结", "2026年12月4日", "2026年度", "太平镇2026年12月"]
        {
            assert!(!is_month_of_year(text), "{text}");
        }
    }

    #[test]
    fn a_sum_of_months_begins_with_the_first() {
        for text in ["1-11月累计", "1月至11月统计表", "一月到三月", "2026年1—12月"] {
            assert!(sums_up(text), "{text}");
        }
        for text in ["11-12月小结", "1月、2月小结", "11月至12月", "1月月报"] {
            assert!(!sums_up(text), "{text}");
        }
    }
}
