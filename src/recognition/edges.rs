//! Days told by what they are days of and not by the activity's own name: 开幕当天, 国庆首日, 长假第三天. As a rule they are counted
//! from its first or last day, but a school may open later than the whole, so that they only speak against the day on which
//! something came: where that is another one, a person says.

use jiff::civil::Date;

use super::dates::{figure, small_number};
use super::day::Range;
use super::daywords::{
    FIRST_DAY_WORDS, LAST_DAY_WORDS, NO_WEEKDAY_AFTER, SENDS_THEN_WORDS, WEEK_WORDS, WEEKDAYS,
};
use super::figures::is_paper;
use super::nth::{is_of_another, says_edge};

/// What the first day of an activity is called by.
const OPENINGS: &[&str] = &["开幕", "启动", "揭幕", "启幕", "开营"];
/// And its last.
const CLOSINGS: &[&str] = &["闭幕", "收官", "落幕", "闭营", "结营"];
/// What may stand between these and the day.
const CEREMONIES: &[&str] = &["仪式", "式"];
/// The day itself.
const ITS_DAYS: &[&str] = &["当天", "当日", "当晚", "首日"];
/// What has several days that are counted by it.
const HOLIDAYS: &[&str] =
    &["国庆", "中秋", "春节", "元旦", "五一", "端午", "清明", "假期", "长假", "假日", "节日"];

/// The day that a text tells so, if it is one of the range.
pub(super) fn told(text: &str, range: &Range) -> Option<Date> {
    if !text.contains(['天', '日', '晚']) {
        return None;
    }
    let behind = |words: &'static [&str]| words.iter().filter_map(|word| Some(text.split_once(word)?.1));
    let begins = |text: &str, words: &[&str]| words.iter().any(|word| text.starts_with(word));
    let is_its_day = |text: &str| {
        let ceremony = CEREMONIES.iter().find_map(|word| text.strip_prefix(word));
        begins(ceremony.unwrap_or(text), ITS_DAYS)
    };
    if behind(OPENINGS).any(is_its_day)
        || behind(HOLIDAYS).any(|text| begins(text, FIRST_DAY_WORDS))
        || says_edge(text, FIRST_DAY_WORDS)
    {
        return Some(range.from);
    }
    if behind(CLOSINGS).any(is_its_day)
        || behind(HOLIDAYS).any(|text| begins(text, LAST_DAY_WORDS))
        || says_edge(text, LAST_DAY_WORDS)
    {
        return Some(range.to);
    }
    // 科技节第二天: of what may be another activity.
    let counted = || {
        let mut places =
            text.match_indices('第').filter(|(at, _)| text.get(..*at).is_some_and(is_of_another));
        places.find_map(|(at, _)| nth(text.get(at..)?))
    };
    let nth = behind(HOLIDAYS).find_map(nth).or_else(counted)?;
    let day = range.from.checked_add(jiff::Span::new().try_days(nth.checked_sub(1)?).ok()?).ok()?;
    range.holds(day).then_some(day)
}

/// The day of the week that a text names, where something came on another one: of days that hold it twice it may be either.
pub(super) fn other_weekday(text: &str, arrived: Date) -> Option<String> {
    let mut named = WEEK_WORDS.iter().flat_map(|word| text.match_indices(word));
    let name = named.find_map(|(at, word)| {
        let before = text.get(..at)?.chars().next_back();
        let mut behind = text.get(at + word.len()..)?.chars();
        let name = behind.next().filter(|name| WEEKDAYS.iter().any(|names| names.contains(name)))?;
        let is_sending = SENDS_THEN_WORDS.iter().any(|word| behind.as_str().starts_with(word));
        // 读书周日报 is the daily paper of a week.
        let is_daily =
            name == '日' && (is_paper(behind.as_str()) || behind.as_str().starts_with(['志', '程']));
        let is_day = before.is_none_or(|c| !NO_WEEKDAY_AFTER.contains(c)) && !is_sending && !is_daily;
        is_day.then_some(name)
    })?;
    let today = usize::try_from(arrived.weekday().to_monday_zero_offset()).ok()?;
    let is_today = WEEKDAYS.get(today).is_some_and(|names| names.contains(&name));
    (!is_today).then(|| format!("星期{name}"))
}

/// The number of 第三天, 第3日.
fn nth(text: &str) -> Option<i64> {
    let letters: Vec<char> = text.strip_prefix('第')?.chars().take(3).collect();
    let run: Vec<char> =
        letters.iter().take_while(|c| c.is_ascii_digit() || figure(**c).is_some()).copied().collect();
    let number: String = run.iter().collect();
    let number = number.parse().ok().or_else(|| small_number(&run).map(i64::from))?;
    letters.get(run.len()).is_some_and(|c| matches!(c, '天' | '日')).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_told_by_what_they_are_days_of() {
        let range = Range { from: date(2026, 10, 1), to: date(2026, 10, 8) };
        for (text, day) in [
            ("艺术节开幕当天照片", 1),
            ("开幕式当天", 1),
            ("启动仪式当日", 1),
            ("国庆首日检查", 1),
            ("国庆第三天检查", 3),
            ("长假第3天", 3),
            ("假期最后一天", 8),
            ("闭幕当晚", 8),
        ] {
            assert_eq!(told(text, &range), Some(date(2026, 10, day)), "{text}");
        }
        for text in ["开幕式照片", "培训第三天", "当天检查照片", "国庆检查", "国庆第9天", "启动检查"]
        {
            assert_eq!(told(text, &range), None, "{text}");
        }
        // A Monday.
        let arrived = date(2026, 5, 11);
        assert_eq!(other_weekday("周六活动照片", arrived).as_deref(), Some("星期六"));
        assert_eq!(other_weekday("周日报到现场", arrived).as_deref(), Some("星期日"));
        for text in ["周一照片", "上周五", "职教周二等奖", "照片周二一起发", "周日报告"]
        {
            assert_eq!(other_weekday(text, arrived), None, "{text}");
        }
    }
}
