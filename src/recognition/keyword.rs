//! Whether a word of a campaign stands for the campaign: 活动周 does in 我校活动周方案, and not in 全民终身学习活动周方案, which
//! is the longer name of something else. Names of units say nothing of that and are taken out before.

use std::ops::Range;

use super::names::MASK;
use super::squeeze;
use super::titles::{NAME_BEGINS, NAME_BEGINS_AFTER};
use super::words::ANYBODYS_NAMES;
use crate::domain::campaign::Campaign;

/// So many letters before a keyword may belong to a longer name.
const NAME_LETTERS: usize = 12;
/// Fewer letters before a keyword are no name of their own.
const TELLING_LETTERS: usize = 2;

/// Words for a season, term, day or hour before a name, or for how it is held: they say when and how, and make no other name of it.
const TERM_WORDS: &[&str] = &[
    "宣传",
    "主题",
    "系列",
    "服务",
    "体验",
    "专题",
    "现场",
    "线上",
    "线下",
    "精彩",
    "最新",
    "更新",
    "补发",
    "重发",
    "重新",
    "闭幕",
    "首日",
    "上午",
    "中午",
    "下午",
    "晚上",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
    "周末",
    "星期",
    "礼拜",
    "春季",
    "夏季",
    "秋季",
    "冬季",
    "学年度",
    "学年",
    "学期",
    "上学期",
    "下学期",
    "第一",
    "第二",
    "第三",
    "第四",
    "一季度",
    "二季度",
    "三季度",
    "四季度",
    "季度",
    "上半年",
    "下半年",
    "全年",
    "半年",
    "年度",
    "本年",
    "月份",
    "上旬",
    "中旬",
    "下旬",
    "寒假",
    "暑假",
    "暑期",
    "开学",
    "期初",
    "期中",
    "期末",
    "中期",
    "首次",
    "本季",
];

/// A text without white space that remembers where its lines begin: a name does not go on from one to the next, though a
/// word may be broken between them.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    text: String,
    begins: Vec<usize>,
}

impl Lines {
    /// Squeezes a text line by line.
    pub fn of(text: &str) -> Self {
        let mut lines = Self::default();
        for line in text.lines() {
            lines.begins.push(lines.text.len());
            lines.text.push_str(&squeeze(line));
        }
        lines
    }

    /// Whether a word stands in it.
    pub fn has(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    /// What stands before a place in the same line.
    fn before(&self, at: usize) -> &str {
        let begin = self.begins.iter().rev().find(|begin| **begin <= at).copied().unwrap_or(0);
        self.text.get(begin..at).unwrap_or_default()
    }

    /// What stands behind a place in the same line.
    fn after(&self, at: usize) -> &str {
        let end = self.begins.iter().find(|begin| **begin >= at).copied().unwrap_or(self.text.len());
        self.text.get(at..end).unwrap_or_default()
    }
}

/// How a text speaks of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Letters of the longest keyword that means the campaign; 0 for none.
    pub own: usize,
    /// Where it stands in the text without white space.
    pub place: Option<Range<usize>>,
    /// The first longer name that ends with a keyword and is not the campaign's.
    pub other: Option<String>,
}

/// The words by which a campaign is known.
#[derive(Debug, Default)]
pub struct Keywords {
    /// Without white space, the longest first, each with what the campaign itself is called before it (职业教育 before 活动周).
    words: Vec<(String, Vec<String>)>,
    /// What the campaign is called, without white space.
    names: Vec<String>,
}

impl Keywords {
    /// The keywords of a campaign, and the number of its notice: whoever quotes that means it as surely. What it asks for may be
    /// called by a longer name than its keyword: 重度残疾人护理补贴新增对象名单 of 护理补贴.
    pub fn of(campaign: &Campaign) -> Self {
        let asked = campaign.requirements.iter().flat_map(|requirement| {
            std::iter::once(&requirement.title).chain(requirement.items.iter().map(|item| &item.title))
        });
        let forms = campaign.templates.values().map(|form| &form.title);
        let names = [&campaign.title, &campaign.short].into_iter().chain(&campaign.keywords);
        Self::named(campaign.keywords.iter().chain([&campaign.notice]), names.chain(asked).chain(forms))
    }

    /// These words, of a campaign with these names.
    fn named<'s>(words: impl Iterator<Item = &'s String>, names: impl Iterator<Item = &'s String>) -> Self {
        let mut words: Vec<String> =
            words.map(|word| squeeze(word)).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let names: Vec<String> = names.map(|name| squeeze(name)).collect();
        let own = |word: &String| {
            let before = names.iter().filter_map(|name| Some(name_before(name.get(..name.find(word)?)?)));
            before.filter(|before| before.chars().count() >= TELLING_LETTERS).collect()
        };
        Self { words: words.iter().map(|word| (word.clone(), own(word))).collect(), names: names.clone() }
    }

    /// How a text speaks of the campaign. `mask` takes names of units out of a text.
    pub fn spoken(&self, text: &Lines, mask: &dyn Fn(&str) -> String) -> Spoken {
        let mut spoken = Spoken::default();
        for (word, own) in self.words.iter().filter(|(word, _)| text.has(word)) {
            let letters = word.chars().count();
            for (at, _) in text.text.match_indices(word.as_str()) {
                if spoken.own > 0 {
                    return spoken;
                }
                let near: Vec<char> = text.before(at).chars().rev().take(2 * NAME_LETTERS).collect();
                let near: String = near.into_iter().rev().collect();
                if is_in_a_name(&near, word, text.after(at + word.len()), mask) {
                    continue;
                }
                let name = name_before(&mask(&near));
                let bare = without_terms(&name);
                let is_own = bare.chars().count() < TELLING_LETTERS
                    || own.iter().any(|own| name.ends_with(own))
                    || self.names.iter().any(|name| name.contains(bare));
                if is_own {
                    spoken.own = letters;
                    spoken.place = Some(at..at + word.len());
                } else {
                    spoken.other.get_or_insert(format!("{name}{word}"));
                }
            }
        }
        spoken
    }
}

/// Whether a keyword is but a part of a unit's name: 消防 in 市消防救援支队.
fn is_in_a_name(before: &str, word: &str, after: &str, mask: &dyn Fn(&str) -> String) -> bool {
    let after: String = after.chars().take(2 * NAME_LETTERS).collect();
    let masked: Vec<char> = mask(&format!("{before}{word}{after}")).chars().collect();
    let (from, letters) = (before.chars().count(), word.chars().count());
    let is_taken = |from: usize, letters: usize| {
        masked.get(from..from + letters).is_some_and(|taken| taken.iter().all(|c| *c == MASK))
    };
    masked.len() == from + letters + after.chars().count()
        && (is_taken(from, letters + 1) || (from > 0 && is_taken(from - 1, letters + 1)))
}

/// A name without the season, term or year that it begins or ends with: 秋季 says when, not what.
fn without_terms(mut name: &str) -> &str {
    let cut = |name: &str| {
        let first = TERM_WORDS.iter().find_map(|word| name.strip_prefix(word).map(str::len));
        let last = TERM_WORDS.iter().find_map(|word| name.strip_suffix(word).map(str::len));
        first.map(|left| (name.len() - left, name.len())).or_else(|| last.map(|end| (0, end)))
    };
    while let Some((from, to)) = cut(name).filter(|_| !name.is_empty()) {
        name = name.get(from..to).unwrap_or_default();
    }
    name
}

/// What stands right before a word as a part of the same name: from the last word that no name goes on after.
fn name_before(text: &str) -> String {
    let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && *c != MASK;
    let run: Vec<char> = text.chars().rev().take_while(is_han).take(NAME_LETTERS).collect();
    let run: String = run.into_iter().rev().collect();
    let mut places = run.char_indices().map(|(at, _)| at).rev();
    let ends_before = |at: &usize| {
        let before = run.get(..*at).unwrap_or_default();
        NAME_BEGINS.iter().chain(ANYBODYS_NAMES).any(|word| before.ends_with(word))
    };
    let is_word = ends_before(&run.len());
    let begins = if is_word { Some(run.len()) } else { places.find(ends_before) };
    let name = run.get(begins.unwrap_or(0)..).unwrap_or_default();
    name.rsplit(NAME_BEGINS_AFTER).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> Spoken {
        let keywords = ["职业教育活动周", "职教活动周", "职教周", "活动周"].map(str::to_owned);
        let names = ["2023年成渝地区双城经济圈职业教育活动周".to_owned()];
        let keywords = Keywords::named(keywords.iter(), names.iter().chain(&keywords));
        let mask = |text: &str| text.replace("某某职业技术", &MASK.to_string().repeat(6));
        keywords.spoken(&Lines::of(text), &mask)
    }

    #[test]
    fn when_it_is_and_what_the_title_says_make_no_other_name() {
        let keywords = ["教材选用".to_owned(), "食堂检查".to_owned()];
        let names = ["2026年秋季学期教材选用备案".to_owned(), "全市学校食堂检查".to_owned()];
        let keywords = Keywords::named(keywords.iter(), names.iter().chain(&keywords));
        let spoken = |text: &str| keywords.spoken(&Lines::of(text), &str::to_owned);
        for text in [
            "关于报送2026年秋季教材选用备案材料的函",
            "秋季学期食堂检查表",
            "第一季度食堂检查",
            "上半年食堂检查",
            "2026—2027学年第一学期教材选用",
            "学校食堂检查",
        ] {
            assert!(spoken(text).own > 0, "{text}: {:?}", spoken(text));
        }
        assert_eq!(spoken("校办企业食堂检查").own, 0);
        assert_eq!(spoken("秋季研究生教材选用").own, 0);
    }

    #[test]
    fn a_keyword_in_a_unit_s_name_is_none() {
        let keywords = ["消防".to_owned(), "应急管理".to_owned()];
        let names = ["2026年消防安全检查".to_owned()];
        let keywords = Keywords::named(keywords.iter(), names.iter().chain(&keywords));
        let mask = |text: &str| {
            let names = ["市消防救援支队", "应急管理局"];
            names.iter().fold(text.to_owned(), |text, name| {
                text.replace(name, &MASK.to_string().repeat(name.chars().count()))
            })
        };
        let own = |text: &str| keywords.spoken(&Lines::of(text), &mask).own;
        for text in ["市消防救援支队防汛总结", "关于防汛的总结\n应急管理局", "东山区应急管理局防汛总结"]
        {
            assert_eq!(own(text), 0, "{text}");
        }
        for text in ["市消防救援支队消防总结", "应急管理局消防检查", "消防总结", "应急管理\n局里总结"]
        {
            assert!(own(text) > 0, "{text}");
        }
    }

    #[test]
    fn a_keyword_at_the_end_of_another_name_is_none() {
        for text in [
            "活动周方案",
            "我校活动周照片",
            "某某职业技术活动周方案",
            "2023年成渝地区双城经济圈职业教育活动周",
            "成渝职教活动周",
            "川渝职业教育活动周",
            "第九届活动周",
            "关于报送活动周材料的函",
            "5月16日活动周稿件",
            "周一活动周照片",
            "我校下午活动周现场照片",
            "精彩活动周",
            "宣传活动周",
            "主题活动周",
            "全民终身学习活动周与职教周",
            "全国职教周",
            "强国有我\n活动周总结",
            "职教活\n动周",
        ] {
            assert!(spoken(text).own > 0, "{text}: {:?}", spoken(text));
        }
        for text in [
            "全民终身学习活动周方案",
            "我校科技活动周照片",
            "2023年职业技能活动周",
            "安全教育活动周",
            "知识产权宣传活动周",
            "我校志愿服务活动周照片",
            "心理健康主题活动周",
        ] {
            assert_eq!(spoken(text).own, 0, "{text}");
            assert!(spoken(text).other.unwrap().ends_with("活动周"), "{text}");
        }
    }
}
