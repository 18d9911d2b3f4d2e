//! The year that a title or a row names, in digits of any width or Chinese ones: last year's form is told by it.

use super::asides::ends_heading;
use super::label::without_remarks;
use crate::domain::text::squeeze;

/// A form that names another year in two digits is not older than this.
const RECENT_YEARS: i16 = 9;

/// The year that a title names; of several the one that is asked for (2022-2023学年). A short one is told by 年: 22年.
pub(super) fn year_of_title(text: &str, own: i16) -> Option<i16> {
    let tight = squeeze(text);
    if tight.contains(&own.to_string()) {
        return Some(own);
    }
    let short = |year: &i16| tight.starts_with(&format!("{:02}年", year % 100));
    year_in(&tight).or_else(|| (own - RECENT_YEARS..=own + 1).find(short))
}

/// The year of a heading that says nothing but which year's figures stand below: 2022年, 二〇二二年度, 2021-2022学年. Not 2015年9月.
pub(super) fn year_of_heading(text: &str, own: i16) -> Option<i16> {
    let tight = without_remarks(&squeeze(text));
    let is_year = |c: char| c.is_ascii_digit() || arabic(c) != c || "-—–－~～至/".contains(c);
    let behind = tight.trim_start_matches(is_year);
    let behind = behind.strip_prefix("学年").or_else(|| behind.strip_prefix('年'))?;
    year_of_title(&tight, own).filter(|_| ends_heading(behind))
}

/// The first year of this century in a text, in digits of any width or Chinese ones (二〇二三).
pub fn year_in(text: &str) -> Option<i16> {
    let digits: Vec<char> = squeeze(text).chars().map(arabic).collect();
    digits.windows(4).find_map(|four| {
        let digits = four.iter().map(|c| c.to_digit(10).and_then(|digit| i16::try_from(digit).ok()));
        let year = digits.reduce(|year, digit| Some(year? * 10 + digit?)).flatten();
        year.filter(|year| (2000..2100).contains(year))
    })
}

/// Whether a text bears a year, in digits of any width or Chinese ones.
pub fn names_year(text: &str, year: i16) -> bool {
    let figures: String = squeeze(text).chars().map(arabic).collect();
    figures.contains(&year.to_string())
}

fn arabic(c: char) -> char {
    match "〇一二三四五六七八九".chars().position(|d| d == c) {
        Some(at) => char::from_digit(u32::try_from(at).unwrap_or(0), 10).unwrap_or(c),
        None if c == '零' => '0',
        None => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_a_title() {
        for (title, year) in [
            ("2023年职业教育活动周信息采集表", Some(2023)),
            ("二〇二二年职业教育活动周信息采集表", Some(2022)),
            ("2022-2023学年信息采集表", Some(2023)),
            ("22年职业教育活动周信息采集表", Some(2022)),
            ("职业教育活动周信息采集表", None),
            ("建校22年职业教育活动周信息采集表", None),
        ] {
            assert_eq!(year_of_title(title, 2023), year, "{title}");
        }
    }

    #[test]
    fn the_year_of_a_heading() {
        for (heading, year) in [
            ("2022年", Some(2022)),
            ("2022 年度（人）", Some(2022)),
            ("二〇二二年完成数", Some(2022)),
            ("2021—2022学年", Some(2022)),
            ("2022-2023学年", Some(2023)),
            ("22年", Some(2022)),
            ("2015年9月", None),
            ("2015年成立", None),
            ("填报日期：2024年1月5日", None),
            ("2022", None),
            ("年", None),
        ] {
            let own = if heading.starts_with("2021") { 2022 } else { 2023 };
            assert_eq!(year_of_heading(heading, own), year, "{heading}");
        }
    }
}
