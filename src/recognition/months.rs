//! Months that a text names as such (11月份月报, 十二月, 11、12月), for tables that are asked for month by month. The month of a
//! day (12月4日报送) says when something came and not what it is of.

use super::dates::{figure, small_number};
use super::figures::number_at;
use super::squeeze;

/// Behind a month: then a time in it is meant.
const TIMES: &[&str] = &["底", "初", "末", "前", "中旬", "上旬", "下旬"];

/// Between the first month and the last of a sum of months.
const THROUGH: &[char] = &['-', '—', '~', '至', '到'];

/// The months that a text names, each once. Of its lines each is read by itself: the number of 附件2 stands above 11月月报.
pub(super) fn months(text: &str) -> Vec<u64> {
    let mut found: Vec<u64> = text.lines().flat_map(of_line).collect();
    found.sort_unstable();
    found.dedup();
    found
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

fn of_line(text: &str) -> Vec<u64> {
    let letters: Vec<char> = squeeze(&parted(text)).chars().collect();
    let (mut found, mut listed, mut at) = (Vec::new(), Vec::new(), 0);
    while at < letters.len() {
        let Some((number, end)) = number(&letters, at) else {
            // 11、12月: what is listed before a month is months too.
            if !letters.get(at).is_some_and(|c| "、,和及与-—~至到/".contains(*c)) {
                listed.clear();
            }
            at += 1;
            continue;
        };
        at = end;
        match number.filter(|number| (1..=12).contains(number)) {
            Some(number) => listed.push(number),
            None => listed.clear(),
        }
        if letters.get(end) == Some(&'月') {
            let is_whole = !names_a_time(&letters, end + 1);
            found.extend(listed.drain(..).filter(|_| is_whole));
        }
    }
    found
}

/// Whether a text names months and none of them is of those that a title names: 10月零报告 for 11月月报.
pub fn is_of_other_months(text: &str, title: &str) -> bool {
    let (named, of) = (months(text), months(title));
    !named.is_empty() && !of.is_empty() && !named.iter().any(|month| of.contains(month))
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
    fn a_sum_of_months_begins_with_the_first() {
        for text in ["1-11月累计", "1月至11月统计表", "一月到三月", "2026年1—12月"] {
            assert!(sums_up(text), "{text}");
        }
        for text in ["11-12月小结", "1月、2月小结", "11月至12月", "1月月报"] {
            assert!(!sums_up(text), "{text}");
        }
    }
}
