//! Whether a mail says of what it brings that something else is valid: an older draft for the record, a file to be passed
//! over, 以上午发的为准. Such a mail came later and must not win by that; a person is asked.

use super::drafts::OUTDATED_WORDS;
use super::squeeze;
use crate::domain::text::{lower_case, place_of};

/// A mail that calls what it brings so, and says one of [`KEPT_ASIDE_WORDS`] of it, does not mean it to count.
const OLDER_WORDS: &[&str] = &[
    "旧版",
    "旧稿",
    "老版",
    "初稿",
    "第一稿",
    "原稿",
    "原来的",
    "原先的",
    "之前的",
    "先前的",
    "上一版",
    "前一版",
];

/// What older things are sent for.
const KEPT_ASIDE_WORDS: &[&str] = &[
    "备查",
    "存档参考",
    "供参考",
    "参考",
    "对照",
    "留底",
    "比对",
    "不作为正式",
    "不作正式",
    "勿用",
    "作废",
    "正式稿",
    "正式版",
];

/// With these a mail says the contrary: what it brings replaces what came before.
pub(super) const NEWER_WORDS: &[&str] = &[
    "以此",
    "以这",
    "以本",
    "以附件",
    "更正",
    "修改后",
    "修订后",
    "替换",
    "重新报",
    "重新上报",
    "重报",
    "新版",
    "新表",
    "最新",
    "更新",
];

/// With these before 为准 a mail says that what it brings is valid.
const VALID_WORDS: &[&str] = &["以此", "以这", "以本", "以附件"];

/// What a mail does that brings the right one for a wrong one.
const REPLACING_WORDS: &[&str] = &["更正", "替换"];

/// What came before a mail, as the mail calls it: 以上午发的为准.
pub(super) const BEFORE_WORDS: &[&str] = &[
    "之前",
    "先前",
    "前一",
    "前面",
    "前封",
    "上一",
    "上次",
    "上封",
    "上午发",
    "早上发",
    "昨天",
    "昨日",
    "前天",
    "刚才",
    "第一封",
    "第一次",
    "首次",
    "原件",
    "原稿",
    "原来",
    "已报",
    "已发",
];

/// What a mail calls itself and what it brings.
const THIS_MAIL_WORDS: &[&str] = &["附件", "本邮件", "此邮件", "这封", "本次", "此件", "本件", "此次"];

/// Says that something is not to count.
const PASSED_OVER_WORDS: &[&str] = &["忽略", "作废", "勿用", "不作数", "不用看", "不用登记"];

/// A clause that says which version is valid is no longer (characters between 以 and 为准).
const VALID_CHARS: usize = 20;
/// What is to be passed over stands so near before the word that says so (characters).
const PASSED_OVER_CHARS: usize = 8;

/// Whether a mail says so. `subject` and `both`, the subject with the text, are squeezed and lower case.
pub(super) fn says_older(subject: &str, both: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let calls_older = |text: &str| has(text, OLDER_WORDS) && has(text, KEPT_ASIDE_WORDS);
    // 上一版作废 says that what it brings is valid.
    let of_this = || clauses(both).filter(|clause| !takes_back(clause)).collect::<Vec<_>>().join("，");
    let is_older = calls_older(both) && calls_older(&of_this()) || has(subject, OUTDATED_WORDS);
    is_older && !has(both, NEWER_WORDS) || clauses(both).any(says_earlier_is_valid) || passes_over(both)
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split(['，', '。', '；', '！', ',', ';', '!']).filter(|clause| !clause.is_empty())
}

/// 自查报告上一版作废, 之前的附件作废; not 这是上一版作废的.
fn takes_back(clause: &str) -> bool {
    let mut told =
        ["上一版", "前一版", "上一稿", "之前的", "先前的"].iter().filter_map(|word| clause.rsplit_once(word));
    told.any(|(before, behind)| {
        behind.ends_with("作废")
            && behind.chars().count() <= PASSED_OVER_CHARS
            && !before.ends_with(['是', '为'])
    })
}

/// 以上午发的为准, 以第一封为准; not 以本次为准, 以修改后的为准.
fn says_earlier_is_valid(clause: &str) -> bool {
    let Some(before) = place_of(clause, "为准").and_then(|end| clause.get(..end)) else { return false };
    let Some(named) = before.rfind('以').and_then(|at| before.get(at + '以'.len_utf8()..)) else {
        return false;
    };
    let has = |words: &[&str]| words.iter().any(|word| named.contains(word));
    named.chars().count() <= VALID_CHARS && has(BEFORE_WORDS) && !has(NEWER_WORDS) && !has(THIS_MAIL_WORDS)
}

/// Whether a sentence says of what a mail brings that it is the valid one: 以此为准, 现更正, 之前的附件作废. 最新 says nothing:
/// so does whoever takes the wrong file for the newest.
pub fn says_valid(sentence: &str) -> bool {
    let said = lower_case(squeeze(sentence));
    let has = |clause: &str, words: &[&str]| words.iter().any(|word| clause.contains(word));
    let names_this = |clause: &str| {
        let this = has(clause, VALID_WORDS) || has(clause, THIS_MAIL_WORDS);
        clause.contains("为准") && this && !says_earlier_is_valid(clause)
    };
    let takes_back = |clause: &str| has(clause, BEFORE_WORDS) && has(clause, PASSED_OVER_WORDS);
    clauses(&said).any(|clause| has(clause, REPLACING_WORDS) || names_this(clause) || takes_back(clause))
}

/// 附件请忽略, 本邮件作废; not 之前的附件作废.
fn passes_over(both: &str) -> bool {
    let is_own = |before: &str| {
        let near: Vec<char> = before.chars().rev().take(PASSED_OVER_CHARS).collect();
        let near: String = near.into_iter().rev().collect();
        let has = |words: &[&str]| words.iter().any(|word| near.contains(word));
        has(THIS_MAIL_WORDS) && !has(BEFORE_WORDS) && !has(OLDER_WORDS)
    };
    let words = PASSED_OVER_WORDS.iter().filter(|word| both.contains(**word));
    words
        .flat_map(|word| clauses(both).filter_map(move |clause| clause.split_once(word)))
        .any(|(before, _)| is_own(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_valid_is_said() {
        for text in [
            "请以此为准",
            "以本次报送为准",
            "以附件为准，谢谢",
            "以这一稿为准",
            "现更正如下",
            "请替换昨天的方案",
            "之前的附件作废",
        ] {
            assert!(says_valid(text), "{text}");
        }
        for text in ["附件请查收", "附件为最新方案", "以上午发的为准", "附件请忽略", "以学校公章为准"]
        {
            assert!(!says_valid(text), "{text}");
        }
    }

    #[test]
    fn what_came_before_may_be_what_is_valid() {
        for text in [
            "活动方案附件,以上午发的为准",
            "附件请忽略，以第一封为准",
            "以前一封邮件为准",
            "附件方案请忽略",
            "本邮件作废",
            "活动周方案此邮件请作废",
            "这是之前的初稿，供参考",
        ] {
            assert!(says_older("方案", text), "{text}");
        }
        for text in [
            "以此为准",
            "以本次报送为准，上次的作废",
            "上午发的有误，以此件为准",
            "之前的附件作废，请以修改后的为准",
            "以上材料请查收，以盖章件为准",
            "附件为方案如已报送请忽略",
            "自查报告上一版作废",
            "附件请查收",
        ] {
            assert!(!says_older("方案", text), "{text}");
        }
    }
}
