//! What a letter says of the day of what it brings without naming it: 昨天的照片, 补报前两天的. Material that plainly is not of the
//! day on which it came must not be filed under that day in silence: where the letter does not say which day it is of, a person
//! must. In passing a letter names yesterday for anything (昨天电话联系过), and that tells nothing.

use super::counted::{before_counted, days_counted_back, says_today};
use super::daywords::{
    AS_ASKED_WORDS, ASKED_WORDS, BROUGHT_THINGS, BROUGHT_WORDS, DENIED_WORDS, LATE_NOW_WORDS,
    LATER_DAYS_WORDS, MADE_WORDS, NOT_OF_DAYS_WORDS, ONLY_NOW_WORDS, SENT_ANEW_WORDS, SOME_DAYS_WORDS,
    TALKED_WORDS, TOOK_PLACE_WORDS,
};
use super::kind::without_addresses;
use super::passing::{does_as_asked, has, is_sent_before, names_a_matter};

/// A longer text is an article, or a letter with one or a disclaimer below it: only its beginning tells of the day (characters).
const LETTER_CHARS: usize = 200;
/// So many clauses are the beginning.
const FIRST_CLAUSES: usize = 4;
/// Of these letters is a clause that names nothing but a time: 昨天下午3点.
const TIME_LETTERS: &str =
    "今昨前当天日晚夜上下中午早晨傍凌间点时分半整许左右0123456789:：一二三四五六七八九十两 ";
/// Where a clause ends.
const CLAUSE_ENDS: [char; 14] =
    ['，', ',', '。', '；', ';', '！', '!', '？', '?', '（', '）', '(', ')', '\n'];

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

/// What a letter says of the day of what comes with it, without its signature. `names_day`: whether it or its subject names one by
/// its date.
pub fn told(text: &str, names_day: bool) -> Told {
    let text = without_addresses(text);
    let is_long = text.chars().count() > LETTER_CHARS;
    let written = text.split(CLAUSE_ENDS).filter(|clause| !clause.trim().is_empty());
    let clauses: Vec<&str> = written.take(if is_long { FIRST_CLAUSES } else { usize::MAX }).collect();
    let text = clauses.join("，");
    let meant = clauses.iter().enumerate().filter(|(at, clause)| brings(speaking(&clauses, *at, clause)));
    let mut days: Vec<i64> = meant.flat_map(|(_, clause)| days_of(clause)).collect();
    days.sort_unstable();
    days.dedup();
    let is_today = clauses.iter().any(|clause| says_today(clause) && !has(clause, ONLY_NOW_WORDS));
    // Yesterday's photos in a clause of which it is not plain what it says: 昨天的照片已发给另一位老师，请查收; or of something that
    // nobody foresaw: 昨天学生到企业参观，照片见附件.
    let may_be_another = |clause: &&str| {
        is_before(clause) && (is_long || has(clause, BROUGHT_WORDS) || !is_in_passing(clause))
    };
    match days.as_slice() {
        [] | [0] if !names_day && clauses.iter().any(|clause| is_of_some_days(clause)) => {
            Told::Open("来信说是几天的，没有写明是哪一天，请认定")
        }
        [] | [0] if is_today || names_day => Told::Nothing,
        [] if is_late(&text) || is_sent_anew(&text) => Told::Open("来信说是补报，没有写明是哪一天的，请认定"),
        [] | [0] if clauses.iter().any(may_be_another) => {
            Told::Open("来信提到前一天，不知所附材料是不是那天的，请认定")
        }
        [days] if *days > 0 => Told::DaysAgo(*days),
        [] | [_] => Told::Nothing,
        _ if names_day => Told::Nothing,
        _ => Told::Open("来信说到好几天，不知是哪一天的，请认定"),
    }
}

/// Whether a subject says that something is sent late, and not of which day.
pub fn is_late(text: &str) -> bool {
    // 材料已补充完整 is of no other day.
    let is_late = has(&text.replace("已补充", ""), LATER_DAYS_WORDS) || has(text, ONLY_NOW_WORDS);
    is_late && !has(text, LATE_NOW_WORDS)
}

/// The clause that says of what a clause names the day: 昨天下午，我校举行技能展示 and 活动照片（昨日） name it beside.
fn speaking<'c>(clauses: &[&'c str], at: usize, clause: &&'c str) -> &'c str {
    let beside = [Some(at + 1), at.checked_sub(1)].into_iter().flatten();
    let mut beside = beside.filter_map(|at| clauses.get(at)).filter(|beside| brings(beside));
    if is_time(clause) { beside.next().unwrap_or(clause) } else { clause }
}

/// Whether a clause names a day before.
fn is_before(clause: &str) -> bool {
    days_counted_back(clause).iter().any(|days| *days > 0)
}

/// 昨天发的照片太小，重新发: what was sent another day comes once more.
fn is_sent_anew(text: &str) -> bool {
    is_before(text) && has(text, SENT_ANEW_WORDS)
}

/// The days of a clause; the today of 昨天的照片今天补报 and of 照片今天才发 is that of the mail.
fn days_of(clause: &str) -> Vec<i64> {
    let mut days = days_counted_back(clause);
    let is_sent_late = days.len() > 1 && clause.contains(['补', '漏']);
    if is_sent_late || has(clause, ONLY_NOW_WORDS) {
        days.retain(|days| *days > 0);
    }
    days
}

/// 昨天下午.
fn is_time(clause: &str) -> bool {
    let is_named = !days_counted_back(clause).is_empty();
    is_named && clause.chars().all(|c| TIME_LETTERS.contains(c))
}

/// Whether a clause speaks of what comes with the mail: 昨天的照片, 昨晚举行晚会; not 昨天已报, 谢谢昨天的提醒, 昨天没有照片, nor
/// 昨天通知要求报送的照片.
fn brings(clause: &str) -> bool {
    let is_short = clause.trim_end().ends_with("天的") || clause.trim_end().ends_with("日的");
    let is_brought = has(clause, BROUGHT_WORDS);
    (is_short || is_brought || has(clause, TOOK_PLACE_WORDS))
        && !is_of_something_else(clause)
        && (is_brought || !names_a_matter(&without(clause, AS_ASKED_WORDS)))
}

/// Whether a clause names a day for something else than what comes: 昨天已报, 昨天收到通知.
fn is_in_passing(clause: &str) -> bool {
    is_of_something_else(clause) || names_a_matter(&without(clause, AS_ASKED_WORDS))
}

/// Whether a clause is of what was said, asked for, lacking or sent before, whatever it names.
fn is_of_something_else(clause: &str) -> bool {
    is_of_talk(clause)
        || is_sent_before(clause)
        || (has(&without(clause, AS_ASKED_WORDS), ASKED_WORDS) && !does_as_asked(clause))
        || clause.contains("已补")
}

/// Whether a clause is of what was said, thanked for or lacking.
fn is_of_talk(clause: &str) -> bool {
    let is_thanks =
        clause.contains("感谢") || before_counted(clause).is_some_and(|before| before.contains('谢'));
    has(&without(clause, MADE_WORDS), TALKED_WORDS) || has(clause, DENIED_WORDS) || is_thanks
}

/// Whether a clause or a subject brings something of days whose number only the writer knows: 前两日照片, 本周活动照片; not
/// 按前期通知要求报送照片, 本周还将报送新闻.
pub fn is_of_some_days(clause: &str) -> bool {
    let behind = SOME_DAYS_WORDS.iter().filter_map(|word| Some(clause.split_once(word)?.1));
    let mut of_things = behind.filter_map(|behind| {
        let at = BROUGHT_THINGS.iter().filter_map(|thing| behind.find(thing)).min()?;
        behind.get(..at)
    });
    of_things.any(|between| !has(between, NOT_OF_DAYS_WORDS)) && !clause.contains('已')
}

fn without(clause: &str, words: &[&str]) -> String {
    words.iter().fold(clause.to_owned(), |clause, word| clause.replace(word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_tells_of_the_day_before() {
        for text in [
            "昨日活动照片见附件。",
            "昨晚文艺汇演",
            "请查收昨日补充的照片。",
            "昨天活动照片漏发了，补上",
            "昨天的照片今天补报",
            "昨天下午，我校举行技能展示，照片见附件",
            "昨日活动周启动仪式照片见附件。",
            "昨日活动周工作会议照片见附件",
            "昨日按要求开展活动，照片见附件",
            "昨日公众号已发布活动新闻，照片见附件",
            "昨日按照方案要求举办技能大赛，照片见附件",
            "昨日我校举行启动仪式，照片见附件",
            "昨天的照片请查收 谢谢",
            "昨天无人机编队表演照片见附件",
            "昨日“未来工匠”技能展示照片见附件",
            "昨日省厅领导莅临指导职教周活动照片",
            "昨天学生研发的机器人展示照片",
            "昨天颁发的证书照片",
            "请查收附件，昨天拍的",
            "昨日活动照片如附件：谢谢",
            "昨天下午3点，我校举行技能展示，照片见附件",
            "活动照片（昨日），请查收。",
            "昨日活动照片见附件，今日头条新闻链接见文末",
        ] {
            assert_eq!(told(text, false), Told::DaysAgo(1), "{text}");
        }
    }

    #[test]
    fn what_leaves_the_day_open_is_asked_about_and_what_says_nothing_is_not() {
        for text in [
            "昨天学生到企业参观学习，照片见附件。",
            "昨日我校组织师生走进社区，照片见附件。",
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
            "昨天忘记发了，照片见附件",
            "昨天没来得及发，现补发照片",
            "昨天太忙忘发了",
            "每日活动照片（昨日)",
            "按昨天会议要求报送照片",
            "昨天通知要求报送的材料见附件",
            "昨天的照片收到了吗？照片见附件",
            "昨天群里说的活动照片见附件",
        ] {
            assert!(matches!(told(text, false), Told::Open(_)), "{text}: {:?}", told(text, false));
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
            "活动前天气转晴，照片见附件",
            "按照前期报送要求，现将今日活动照片发上",
            "今日活动照片见附件，本周还将陆续报送新闻稿件",
            "上周报送的联络员不变，今日照片见附件",
            "材料已补充完整，请查收",
            "老师，昨天的邮件收到了吗？照片见附件",
            "按昨天通知要求，现报送照片",
        ] {
            assert_eq!(told(text, false), Told::Nothing, "{text}");
        }
        assert_eq!(told("补报5月15日照片", true), Told::Nothing);
    }

    #[test]
    fn of_a_long_text_the_beginning_tells() {
        let notice = "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人。".repeat(7);
        assert_eq!(told(&format!("昨日活动照片见附件。\n{notice}"), false), Told::DaysAgo(1));
        let story = format!("我校隆重举行开幕式。{notice}");
        assert_eq!(told(&story, false), Told::Nothing);
        assert_eq!(told(&format!("昨日，{story}"), false), Told::DaysAgo(1));
        assert!(matches!(told(&format!("昨日学校见闻。{notice}"), false), Told::Open(_)));
    }
}
