//! Days that are counted from the one on which something is written: 今天, 昨晚, 前天.

use jiff::civil::{Date, DateTime, Time};

use super::day::{Range, shown};
use super::daywords::{DAY_BEFORE_WORDS, TODAY_WORDS, YESTERDAY_WORDS};

/// What comes before this hour of the night is hardly of the day that has just begun.
const NIGHT_UNTIL_HOUR: i8 = 5;

/// 今日头条 is a paper.
const TODAYS_PAPER: &str = "今日头条";

/// Whether a text speaks of the day itself.
pub fn says_today(text: &str) -> bool {
    TODAY_WORDS.iter().any(|word| text.replace(TODAYS_PAPER, "").contains(word))
}

/// What stands before the first day that a text names by its distance.
pub(super) fn before_counted(text: &str) -> Option<&str> {
    let words = YESTERDAY_WORDS.iter().chain(DAY_BEFORE_WORDS);
    text.get(..words.filter_map(|word| text.find(word)).min()?)
}

/// How many days before it is written a text says that something was: 昨天 one, 前天 two.
pub fn days_ago(text: &str) -> Option<i64> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match () {
        () if has(YESTERDAY_WORDS) => Some(1),
        () if says_day_before(text) => Some(2),
        () => None,
    }
}

/// 前天; not 目前天气, 赛前日常训练.
fn says_day_before(text: &str) -> bool {
    let mut found = DAY_BEFORE_WORDS.iter().flat_map(|word| text.match_indices(word));
    found.any(|(at, word)| {
        let (before, behind) =
            (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        !before.ends_with(['目', '提', '之', '以', '当'])
            && !behind.starts_with(['气', '常', '程', '记', '志', '历'])
    })
}

/// How many days back the days lie that a text names by their distance: 前天、昨天、今天.
pub fn days_counted_back(text: &str) -> Vec<i64> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // 昨今两日.
    let both = has(&["昨今", "昨、今"]);
    let named =
        [(2, says_day_before(text)), (1, both || has(YESTERDAY_WORDS)), (0, both || says_today(text))];
    named.into_iter().filter(|(_, is_named)| *is_named).map(|(days, _)| days).collect()
}

/// The day so many days before another.
pub fn days_before(day: Date, days: i64) -> Option<Date> {
    day.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Why what comes just behind midnight and names no day is a question: 今日照片 at half past twelve shows what took place before.
pub(super) fn by_night(arrived: DateTime, range: &Range) -> Option<String> {
    let before = days_before(arrived.date(), 1).filter(|day| range.holds(*day))?;
    let is_night = range.holds(arrived.date()) && is_night(arrived);
    is_night.then(|| format!("零点后到达，没有写明日期，可能是{}的，请认定", shown(before)))
}

/// Whether who writes at a moment may still call the day before today: in the night, and `until` the hour at which that day ends.
pub fn is_still_yesterday(moment: DateTime, until: Time) -> bool {
    is_night(moment) || moment.time() <= until
}

/// Whether a moment lies in the night behind midnight, in which nothing of the day itself has taken place.
pub fn is_night(moment: DateTime) -> bool {
    moment.hour() < NIGHT_UNTIL_HOUR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_back() {
        assert_eq!((days_ago("昨日照片"), days_ago("前天照片"), days_ago("照片")), (Some(1), Some(2), None));
        for text in ["目前天气晴好", "赛前日常训练", "考前日程", "活动前天气转晴"] {
            assert_eq!(days_ago(text), None, "{text}");
        }
        assert!(!says_today("今日头条新闻链接"));
        assert_eq!(days_counted_back("前天、昨天、今天"), [2, 1, 0]);
        assert_eq!(days_counted_back("昨今两日"), [1, 0]);
    }
}
