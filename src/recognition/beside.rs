//! What the text of a mail says beside the files that it brings. Files are judged by themselves, and a clerk who sees them
//! counted does not open the mail again: a question, a request for more time or a word on what was sent before would be
//! lost. Polite formulas (收到请回复, 如有不妥请指正) ask nothing.

use super::daywords::TODAY_WORDS;
use super::kind::without_addresses;
use super::older::{BEFORE_WORDS, NEWER_WORDS};
use super::sayings::{
    ASKING_WORDS, LATE_TITLES, LATE_WORDS, LATER_WORDS, MADE_UP_WORDS, MENDED_WORDS, MISTAKE_WORDS,
    NOT_YET_WORDS, POLITE_WORDS, QUESTION_WORDS, RECEIPT_ASKED, REMOVING_WORDS,
};
use super::squeeze;
use crate::domain::text::lower_case;

/// What a unit does itself and may put off.
const PUT_OFF: &[&str] = &[
    "开学", "上课", "放假", "考试", "举办", "举行", "召开", "开幕", "启动", "开展", "开工", "验收", "比赛",
    "演练",
];

/// A letter beside files is no longer; in a longer text, an article may ask its readers (characters).
const LETTER_CHARS: usize = 300;

/// Whether a letter says of what it brings that it is not meant to count yet: 仅供参考, 先别登记.
pub(super) fn is_not_yet(text: &str) -> bool {
    letter(text).is_some_and(|text| has(&text, NOT_YET_WORDS))
}

/// Why a person must read a letter although all that came with it may count. `is_daily_time`: what it takes back may be a day's
/// material, of which nothing displaces anything; a plan is displaced by the one that comes with it.
pub fn asks_beside(text: &str, is_daily_time: bool) -> Option<&'static str> {
    let text = letter(text)?;
    let is_late = asks_to_be_late(&text);
    let is_wrong =
        sentences(&text).any(|sentence| has(sentence, MISTAKE_WORDS) && has(sentence, BEFORE_WORDS));
    // 昨天的案例作废, 5月15日那篇请删除: what counts of another mail is changed by nobody but a person.
    let removes = |sentence: &str| {
        let names_other =
            has(sentence, BEFORE_WORDS) || sentence.contains(['日', '号']) && sentence.contains('那');
        has(sentence, REMOVING_WORDS) && names_other && !has(sentence, TODAY_WORDS)
    };
    match () {
        () if is_late => Some("来信还申请延期或免报，请阅读原信"),
        () if sentences(&text).any(asks) => Some("来信还有提问，请阅读原信"),
        // What is wrong comes again with such a mail as a rule, and then the mail says so.
        () if is_wrong && !has(&text, NEWER_WORDS) && !has(&text, MENDED_WORDS) => {
            Some("来信还说以前报送的有误，请阅读原信")
        }
        () if is_daily_time && sentences(&text).any(removes) => {
            Some("来信要求删除或替换以前报送的材料，请阅读原信")
        }
        () => None,
    }
}

/// Whether the name or title of a paper says that it asks for more time or to be left out: 关于延期报送方案的说明.
pub fn says_late(title: &str) -> bool {
    has(&squeeze(title), LATE_TITLES)
}

/// A text that is short enough for a letter, squeezed and in lower case.
fn letter(text: &str) -> Option<String> {
    let text = lower_case(squeeze(&without_addresses(text)));
    (text.chars().count() <= LETTER_CHARS).then_some(text)
}

/// Sentences with the sign that ends them.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['。', '！', '？', '!', '?', ';', '；'])
}

/// What is done with material.
const HANDS_IN: [char; 3] = ['报', '交', '送'];

/// Whether a text asks for more time or to be left out: 申请延期, 能否晚两天报; not 未能按时报送，现补报, which excuses what comes with it.
pub(super) fn asks_to_be_late(text: &str) -> bool {
    sentences(text).any(|sentence| {
        let is_made_up = has(sentence, MADE_UP_WORDS);
        let says = |word: &&str| sentence.contains(word) && !(is_made_up && word.ends_with("按时"));
        let mut clauses = sentence.split(['，', ',']);
        LATE_WORDS.iter().any(says) || (sentence.contains(HANDS_IN) && clauses.any(asks_for_later))
    })
}

/// 能否晚两天, 申请将报送时间延长; not 申请报送延长开放日的照片, and of an activity that was put off nothing is asked.
fn asks_for_later(clause: &str) -> bool {
    let behind = ASKING_WORDS.iter().filter_map(|word| Some(clause.split_once(word)?.1));
    let mut between =
        behind.flat_map(|behind| LATER_WORDS.iter().filter_map(move |word| behind.split_once(word)));
    between.any(|(between, what)| {
        // 申请推迟开学 puts off what is not ours.
        let is_of_theirs = PUT_OFF.iter().any(|word| what.starts_with(word)) && !what.contains(HANDS_IN);
        let until = ["报送时间", "报送期限", "上报时间", "提交时间"];
        !until.iter().fold(between.to_owned(), |text, word| text.replace(word, "")).contains(HANDS_IN)
            && !is_of_theirs
    })
}

/// 请问采集表填一张吗; not 请问收到了吗.
fn asks(sentence: &str) -> bool {
    let is_question = sentence.ends_with('?') || has(sentence, QUESTION_WORDS) || sentence.contains('吗');
    is_question && !has(sentence, POLITE_WORDS) && !has(sentence, RECEIPT_ASKED)
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_letter_asks_beside_its_files_is_heard() {
        for text in [
            "附件为方案，盖章件因领导出差，申请延期至5月12日报送，妥否请告知。",
            "方案见附件。另请问信息采集表一个学校填一张吗？",
            "采集表已附。中职学校的数据是否需要一并统计",
            "昨天报的方案里日期写错了，开幕式应为5月15日。今天报采集表，请查收。",
            "附件请查收。统计口径怎么算？",
            "总结见附件，盖章件无法按时报送，请谅解。",
        ] {
            assert!(asks_beside(text, false).is_some(), "{text}");
        }
        for text in [
            "附件请查收，谢谢！",
            "请问收到了吗？",
            "收到请回复，谢谢！如有问题请联系0816-1234567。",
            "如有不妥，请指正。妥否，请批示。",
            "昨天的表填错了，请以此为准。",
            "上午发的有误，现重新报送。",
            "老师好！您看收到没有？",
            "盖章件随后补报。",
            "因系统故障未能按时报送，现补报，敬请谅解。",
            "上周因出差不能按时报送，抱歉，现报送总结。",
            "附件请查收。公众号链接：https://mp.example.com/s?__biz=x&id=12",
        ] {
            assert_eq!(asks_beside(text, false), None, "{text}");
        }
        for text in ["5月15日那篇稿件请删除，换成这篇。", "昨天的案例作废，以这个为准"]
        {
            assert!(asks_beside(text, true).is_some() && asks_beside(text, false).is_none(), "{text}");
        }
        let article = format!("你了解职业教育吗？{}", "走进校园，走近匠人。".repeat(40));
        assert_eq!(asks_beside(&article, true), None);
    }

    #[test]
    fn more_time_is_asked_for_in_many_words() {
        for text in [
            "请问能否延期两天报送总结？",
            "盖章需要时间，能否晚两天交？",
            "我校停课，可否不报？",
            "我校无中职，申请免于报送",
            "能否推迟到下周一报？",
            "总结将延期报送，请知悉",
            "申请将报送时间延长至周五",
        ] {
            assert!(asks_to_be_late(text), "{text}");
        }
        for text in [
            "活动延期了吗？方案需要重新报送吗？",
            "能否今天晚上报送？",
            "能否不填QQ号？",
            "现报送晚会照片、申请表",
        ] {
            assert!(!asks_to_be_late(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_meant_to_count_yet_says_so() {
        for text in [
            "先别登记，这版领导还没签",
            "附件仅供参考，正式稿盖章后再报",
            "请领导审阅，无误后我们再正式上报",
            "方案尚未审定，先发您预审",
        ] {
            assert!(is_not_yet(text), "{text}");
        }
        for text in ["先报电子版，盖章件随后寄出", "请审阅，如有不妥请指正", "附件是我校定稿，请查收"]
        {
            assert!(!is_not_yet(text), "{text}");
        }
    }
}
