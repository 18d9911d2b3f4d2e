//! What a letter says of the day of what it brings without naming it: 昨天的照片, 补报前两天的. Material that plainly is not of the
//! day on which it came must not be filed under that day in silence: where the letter does not say which day it is of, a person
//! must. In passing a letter names yesterday for anything (昨天电话联系过), and that tells nothing.

use super::counted::{days_counted_back, says_today};
use super::daywords::{
    BROUGHT_BEFORE_WORDS, BROUGHT_WORDS, LATE_NOW_WORDS, LATER_DAYS_WORDS, PASSING_WORDS, SENT_ANEW_WORDS,
    SOME_DAYS_WORDS, TALKED_WORDS, TOOK_PLACE_WORDS,
};
use super::kind::without_addresses;

/// A longer text is an article rather than a letter, and tells of days in its own way (characters).
const LETTER_CHARS: usize = 200;
/// A clause that names nothing but a time is no longer (characters).
const TIME_CHARS: usize = 4;
/// Where a clause ends.
const CLAUSE_ENDS: [char; 11] = ['，', ',', '。', '；', ';', '！', '!', '（', '）', '(', '\n'];

/// What a letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing that would speak against the day on which it came.
    Nothing,
    /// That what it brings is of the day so many days before.
    DaysAgo(i64),
    /// That it is of another day or of several, and not which: why a person must say.
    Open(&'static str),
}

/// What a letter says of the day of what comes with it. `names_day`: whether it or its subject names one by its date.
pub fn told(text: &str, names_day: bool) -> Told {
    if text.chars().count() > LETTER_CHARS {
        return Told::Nothing;
    }
    let text = without_addresses(text);
    let clauses: Vec<&str> = text.split(CLAUSE_ENDS).filter(|clause| !clause.trim().is_empty()).collect();
    // What is said in a clause that names nothing but a time is said in the one behind it: 昨天下午，我校举行技能展示.
    let behind = clauses.iter().skip(1).map(|clause| Some(*clause)).chain([None]);
    let meant = clauses.iter().zip(behind).filter(|(clause, behind)| match behind {
        Some(behind) if is_time(clause) => brings(behind),
        _ => brings(clause),
    });
    let mut days: Vec<i64> = meant.flat_map(|(clause, _)| days_of(clause)).collect();
    days.sort_unstable();
    days.dedup();
    let is_today = clauses.iter().any(|clause| says_today(clause));
    match days.as_slice() {
        [] | [0] if !names_day && clauses.iter().any(|clause| is_of_some_days(clause)) => {
            Told::Open("来信说是几天的，没有写明是哪一天，请认定")
        }
        [] | [0] if is_today || names_day => Told::Nothing,
        [] if is_late(&text) || is_sent_anew(&text) => Told::Open("来信说是补报，没有写明是哪一天的，请认定"),
        [days] if *days > 0 => Told::DaysAgo(*days),
        [] | [_] => Told::Nothing,
        _ if names_day => Told::Nothing,
        _ => Told::Open("来信说到好几天，不知是哪一天的，请认定"),
    }
}

/// Whether a subject says that something is sent late, and not of which day.
pub fn is_late(text: &str) -> bool {
    has(text, LATER_DAYS_WORDS) && !has(text, LATE_NOW_WORDS)
}

/// 昨天发的照片太小，重新发: what was sent another day comes once more.
fn is_sent_anew(text: &str) -> bool {
    days_counted_back(text).iter().any(|days| *days > 0) && has(text, SENT_ANEW_WORDS)
}

/// The days of a clause; the today of 昨天的照片今天补报 is that of the mail.
fn days_of(clause: &str) -> Vec<i64> {
    let days = days_counted_back(clause);
    let is_sent_late = clause.contains('补') || clause.contains("漏");
    if is_sent_late && days.len() > 1 { days.into_iter().filter(|days| *days > 0).collect() } else { days }
}

/// 昨天下午.
fn is_time(clause: &str) -> bool {
    let is_named = !days_counted_back(clause).is_empty();
    is_named && clause.trim().chars().count() <= TIME_CHARS && !clause.contains('的')
}

/// Whether a clause speaks of what comes with the mail: 昨天的照片, 昨晚举行晚会; not 昨天已报, 谢谢昨天的提醒, 昨天没有照片.
fn brings(clause: &str) -> bool {
    let is_denied = clause.contains(['无', '没', '未', '谢']);
    let is_short = clause.trim_end().ends_with("天的") || clause.trim_end().ends_with("日的");
    (is_short || has(clause, BROUGHT_WORDS) || has(clause, TOOK_PLACE_WORDS))
        && !has(clause, BROUGHT_BEFORE_WORDS)
        && !has(clause, PASSING_WORDS)
        && !clause.contains("已补")
        && !has(clause, TALKED_WORDS)
        && !is_denied
}

/// Whether a clause or a subject brings something of days whose number only the writer knows: 前两日照片, 本周活动照片.
pub fn is_of_some_days(clause: &str) -> bool {
    has(clause, SOME_DAYS_WORDS) && has(clause, BROUGHT_WORDS) && !clause.contains('已')
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_tells_of_the_day_before_or_leaves_it_open() {
        for text in [
            "昨日活动照片见附件。",
            "昨晚文艺汇演",
            "请查收昨日补充的照片。",
            "昨天活动照片漏发了，补上",
            "昨天的照片今天补报",
            "昨天下午，我校举行技能展示，照片见附件",
        ] {
            assert_eq!(told(text, false), Told::DaysAgo(1), "{text}");
        }
        for text in [
            "补报前两天材料，见附件。",
            "谢谢老师昨天的提醒，材料已补，见附件。",
            "昨天和今天的照片",
            "昨天的照片，另有今天的照片",
            "前几天的照片",
            "现补报照片",
            "a是昨天的，b是今天的",
            "昨日未能及时报送，现将照片报上",
            "昨天发的照片太小，重新发",
            "活动周以来的照片见附件",
            "本周照片汇总见附件",
        ] {
            assert!(matches!(told(text, false), Told::Open(_)), "{text}");
        }
        for text in [
            "昨天的照片已发，今天的见附件。",
            "昨天电话联系过，照片见附件",
            "昨日无活动，今日照片见附件。",
            "感谢老师昨天的指导！今天的照片见附件",
            "补报今日照片",
            "刚才漏发了照片，补发",
            "照片补充",
            "目前天气晴好，照片见附件",
        ] {
            assert_eq!(told(text, false), Told::Nothing, "{text}");
        }
        assert_eq!(told("补报5月15日照片", true), Told::Nothing);
    }
}
