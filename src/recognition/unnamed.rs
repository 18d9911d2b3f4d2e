//! Days of which a letter says that there is nothing, without naming them so that they could be counted: 除5月16日外, 明天, 本周末,
//! 这几天, 上午. Whoever says so of the day on which it came says it otherwise; which days are meant is for a person.

use super::counted::days_counted_back;
use super::day::{Range, names_a_day};
use super::nil::saying;
use super::squeeze;

/// Of days that are still to come, of all but some, or of a part of a day: whatever day is named beside is not the one meant.
const OTHER_DAYS: &[&str] = &[
    "除了",
    "以外",
    "之外",
    "其余",
    "其他时间",
    "其它时间",
    "其他各天",
    "其他几天",
    "其他日",
    "明天",
    "明日",
    "明后",
    "今明",
    "后天",
    "后日",
    "次日",
    "下周",
    "天起",
    "日起",
    "号起",
    "开始",
    "上午",
    "下午",
    "晚上",
    "中午",
    "半天",
];

/// Of some days, whose number only the writer knows; beside a day that is named they say when it was.
const SOME_DAYS: &[&str] = &[
    "周末",
    "本周",
    "这周",
    "两天",
    "几天",
    "几日",
    "近期",
    "近日",
    "连日",
    "接下来",
    "后面",
    "后续",
    "以后",
    "往后",
    "今后",
    "剩余",
    "剩下",
    "期间",
    "天天",
    "每天都",
    "每天均",
    "每日都",
    "每日均",
    "各天",
];

/// Whether a sentence that says that there is nothing says it of days that it does not name. 今日无活动，明天有 names its own.
pub fn says_of_other_days(sentence: &str, range: &Range) -> bool {
    let sentence = squeeze(sentence);
    let names = |text: &str| names_a_day(text, range) || !days_counted_back(text).is_empty();
    saying(&sentence).iter().any(|clause| {
        let meant = if names(clause) { clause } else { sentence.as_str() };
        let has = |words: &[&str]| words.iter().any(|word| meant.contains(word));
        has(OTHER_DAYS) || excepts(&sentence) || (has(SOME_DAYS) && !names(meant))
    })
}

/// 除5月16日外, 除今日外无活动.
fn excepts(text: &str) -> bool {
    text.match_indices('除').any(|(at, word)| {
        let behind = text.get(at + word.len()..).unwrap_or_default();
        behind.split(['，', ',', '。']).next().is_some_and(|clause| clause.contains('外'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_that_are_not_named_are_told_from_those_that_are() {
        let week = Range { from: date(2023, 5, 14), to: date(2023, 5, 20) };
        for text in [
            "除5月16日外无活动",
            "除5月16日外，本周其他时间无活动",
            "除今日外，其余各天均无活动",
            "明天无活动",
            "明天学校放假，无活动",
            "本周末我校无活动",
            "这几天都没有活动",
            "5月16日起无活动",
            "今天上午无活动",
            "活动周期间我校无活动",
            "今明两天无活动",
        ] {
            assert!(says_of_other_days(text, &week), "{text}");
        }
        for text in [
            "今日无活动",
            "我校无活动",
            "今日无活动，明天有",
            "活动周期间，5月16日无活动",
            "本周二无活动",
            "消除隐患，今日无活动",
            "每日零报告",
        ] {
            assert!(!says_of_other_days(text, &week), "{text}");
        }
    }
}
