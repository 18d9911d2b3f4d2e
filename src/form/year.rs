//! The year that a title or a row names, in digits of any width or Chinese ones: last year's form is told by it.

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

/// The first year of this century in a text, in digits of any width or Chinese ones (二〇二三).
pub fn year_in(text: &str) -> Option<i16> {
    let digits: Vec<char> = squeeze(text).chars().map(arabic).collect();
    digits.windows(4).find_map(|four| {
        let word: String = four.iter().collect();
        word.parse::<i16>()
            .ok()
            .filter(|year| (2000..2100).contains(year) && four.iter().all(char::is_ascii_digit))
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
}
