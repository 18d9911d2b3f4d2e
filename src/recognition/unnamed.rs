//! Days of which a letter says that there is nothing, without naming them so that they could be counted: 除5月16日外, 明天, 本周末,
//! 这几天, 上午. Whoever says so of the day on which it came says it otherwise; which days are meant is for a person.

use super::counted::days_counted_back;
use super::dates::dates;
use super::day::{Range, names_a_day};
use super::nil::saying;
use super::squeeze;

/// Of days that are still to come, of all but some, or of a part of a day: whatever day is named beside is not the one meant.
const OTHER_DAYS: &[&str] = &[
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
    "日以来",
    "号以来",
    "日前",
    "号前",
    "日之前",
    "日以前",
    "日及以前",
    "日及之前",
    "日后",
    "号后",
    "日之后",
    "日以后",
    "日及以后",
    "开始",
    "上午",
    "下午",
    "晚上",
    "中午",
    "半天",
];

/// Behind the last letter of such a word these make a word of it that is no time: 后勤处, 前台.
const OTHER_WORDS: &[(char, &str)] = &[('后', "勤台厨备山街院"), ('前', "台厅线沿锋方山街院")];

/// Of some days, whose number only the writer knows; beside a day that is named they say when it was.
const SOME_DAYS: &[&str] = &[
    "周末",
    "本周",
    "这周",
    "上周",
    "本月",
    "上月",
    "整个",
    "整周",
    "全周",
    "这一周",
    "七天",
    "全程",
    "始终",
    "一直",
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

/// Parts of a day: they greet, and say until when there was nothing.
const HOURS: &[&str] = &["上午", "下午", "晚上", "中午"];

/// A clause with one of these is of what may come yet.
const CONDITIONS: &[&str] = &["若有", "如有", "后续有", "以后有", "如需", "一旦"];

/// Whether a sentence that says that there is nothing says it of days that it does not name. 今日无活动，明天有 names its own.
/// `is_dated`: the subject of its mail names a day.
pub fn says_of_other_days(sentence: &str, range: &Range, is_dated: bool) -> bool {
    let sentence = of_now(&squeeze(sentence));
    let names = |text: &str| names_a_day(text, range) || !days_counted_back(text).is_empty();
    saying(&sentence).iter().any(|clause| {
        let meant = if names(clause) { clause } else { sentence.as_str() };
        let has = |words: &[&str]| words.iter().any(|word| meant.contains(word));
        let is_of_others = || OTHER_DAYS.iter().any(|word| stands(meant, word));
        let excepted = excepted(&sentence).is_some_and(|day| {
            names(day) || SOME_DAYS.iter().any(|word| day.contains(word)) || day.ends_with(['日', '天', '号'])
        });
        let is_until_now = || sentence.contains('今') && dates(&sentence, range).is_until_now;
        is_of_others() || excepted || is_until_now() || (has(SOME_DAYS) && !names(meant) && !is_dated)
    })
}

/// Whether a word stands in a text, and is no part of another: 今日后勤处 is no time after today.
fn stands(text: &str, word: &str) -> bool {
    let mut behind = text.match_indices(word).filter_map(|(at, _)| text.get(at + word.len()..));
    let makes = OTHER_WORDS.iter().find(|(end, _)| word.ends_with(*end)).map_or("", |(_, letters)| letters);
    behind.any(|behind| !behind.starts_with(|c: char| makes.contains(c)))
}

/// A sentence without what it says of the hour (下午好, 截至今日下午5点) and of what may come yet (后续有活动及时上报).
fn of_now(sentence: &str) -> String {
    let clauses = sentence.split_inclusive([',', '，']);
    let kept = clauses.filter(|clause| !CONDITIONS.iter().any(|word| clause.contains(word))).map(|clause| {
        let is_until = ["截至", "截止"].iter().any(|word| clause.contains(word));
        HOURS.iter().fold(clause.to_owned(), |clause, hour| {
            clause.replace(&if is_until { (*hour).to_owned() } else { format!("{hour}好") }, "")
        })
    });
    kept.collect()
}

/// What is excepted: 除(5月16日)外, (今日)以外.
fn excepted(text: &str) -> Option<&str> {
    let Some((_, behind)) = text.split_once('除') else {
        return ["以外", "之外"].iter().find_map(|word| Some(text.split_once(word)?.0));
    };
    behind.split_once('外').map(|(day, _)| day.trim_end_matches(['以', '之']))
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
            "上周无",
            "本月无",
            "这几天都没有活动",
            "5月16日起无活动",
            "5月14日以来无活动",
            "5月16日前无活动",
            "5月16日及以前均无活动",
            "5月15日之后无活动",
            "今天上午无活动",
            "活动周期间我校无活动",
            "整个活动周我校无活动",
            "今明两天无活动",
            "5月16日至今无活动",
            "除了今天以外无活动",
            "5月16日以外无活动",
        ] {
            assert!(says_of_other_days(text, &week, false), "{text}");
        }
        for text in [
            "今日无活动",
            "今日后勤处无活动",
            "5月16日后勤处无活动",
            "5月16日前台无活动",
            "我校无活动",
            "今日无活动，明天有",
            "活动周期间，5月16日无活动",
            "本周二无活动",
            "消除隐患，今日无活动",
            "每日零报告",
            "今日除正常教学外，无其他活动",
            "除已报材料外，今日无新增材料",
            "除了正常教学之外，今日无活动",
            "我校暂无活动，后续有活动及时上报",
            "各位老师下午好，我校无新增材料",
            "截至今日下午5点，我校无活动",
        ] {
            assert!(!says_of_other_days(text, &week, false), "{text}");
        }
        assert!(says_of_other_days("这几天都没有活动", &week, false));
        assert!(!says_of_other_days("我校无活动，后续活动及时上报", &week, true));
    }
}
