//! Labels as people retype them: spaces and line breaks inside, full width, remarks in brackets, `00号` for QQ号.
//! Two texts are the same label when any of their keys agree.

use std::collections::{BTreeSet, HashMap};

use super::inline::is_counted_in;
use super::words::{FRAME_LABELS, STAMP_LABELS};
use crate::domain::template::Template;
use crate::domain::text::{only, squeeze, upper_case};

/// The text without remarks in brackets; an unclosed bracket reaches to the end.
pub fn without_remarks(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '〔' => depth += 1,
            ')' | '）' | ']' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | '（' | '[' | '［' | '〔' | ')' | '）' | ']' | '］' | '〕')
}

/// The letters of a label alone: no white space, punctuation or limits of length, upper case.
fn letters(text: &str) -> String {
    // Han letters have no case and fill most labels: they are passed without a look into Unicode's tables.
    let letters = upper_case(only(without_length_limit(text), |c| is_han(c) || c.is_alphanumeric()));
    // Scanned templates print QQ号 as 00号.
    if letters.starts_with("00号") { letters.replacen("00", "QQ", 1) } else { letters }
}

/// `工作计划300字以内` is the label 工作计划.
fn without_length_limit(text: &str) -> &str {
    let limits = ["字以内", "字以下", "字之内", "字左右", "字"];
    let Some(end) = text.find('字').and_then(|_| limits.iter().find_map(|limit| text.find(limit))) else {
        return text;
    };
    let before = text.get(..end).unwrap_or(text);
    let head = before.trim_end_matches(|c: char| c.is_ascii_digit());
    if head.len() == before.len() { text } else { head.trim_end_matches("不超过") }
}

/// Most digits of a number before a label.
const NUMBER_DIGITS: usize = 2;

/// The text behind its number in a list: `1.`, `（2）`, `三、`. A figure behind the point makes it an amount.
fn without_number(text: &str) -> &str {
    let (is_bracketed, inner) = match text.strip_prefix(['(', '（']) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = inner.trim_start_matches(is_number);
    let number = inner.chars().take_while(|c| is_number(*c)).count();
    let ends: &[char] =
        if is_bracketed { &[')', '）'] } else { &['.', '．', '、', ')', '）', ':', '：'] };
    let behind = rest.strip_prefix(ends);
    let is_label = |rest: &&str| rest.starts_with(|c: char| !c.is_ascii_digit());
    behind.filter(is_label).filter(|_| (1..=NUMBER_DIGITS).contains(&number)).unwrap_or(text)
}

/// Keys under which a text may be known: with its bracketed remarks dropped, and with only the brackets dropped; both without the
/// number that a list gave it.
pub fn keys(text: &str) -> Vec<String> {
    // A figure in a circle would become one of the label's letters.
    let squeezed = squeeze(text.trim_start().trim_start_matches(|c| matches!(c, '①'..='⑳')));
    let squeezed = without_number(&squeezed);
    let mut keys = Vec::with_capacity(2);
    if squeezed.contains(is_bracket) {
        keys.push(letters(&without_remarks(squeezed)));
    }
    keys.push(letters(squeezed));
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

/// What tells a label from others, remarks in brackets and all.
pub fn label_key(label: &str) -> String {
    keys(label).pop().unwrap_or_default()
}

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field of the template, by its place in the list.
    Field(usize),
    /// The cell that names the reporting unit, where the template has no field of its own for it.
    Stamp,
    /// A label that the template does not ask for.
    Frame,
}

/// A template with all its words ready to be met in sheets: prepared once, used for every mail.
pub struct Form<'t> {
    /// What it is made from.
    pub template: &'t Template,
    /// Labels, synonyms and the stamp line, by key.
    labels: HashMap<String, Vec<Meaning>>,
    /// Fields by what is left of their labels without the letters that come and go; none where several are left alike.
    stems: HashMap<String, Option<usize>>,
    /// Bytes of the longest key among them: no longer text is a label.
    longest: usize,
    /// What their keys end with.
    ends: BTreeSet<char>,
    /// Keys of the words of its title, for each way of calling it.
    pub(super) title: Vec<Vec<String>>,
    /// Keys of the printed hints.
    pub(super) hints: Vec<String>,
    /// Keys of the labels of a total row.
    pub(super) totals: Vec<String>,
}

impl<'t> Form<'t> {
    /// Gathers the words of a template.
    pub fn of(template: &'t Template) -> Self {
        let all_keys = |texts: &[String]| texts.iter().flat_map(|text| keys(text)).collect();
        let labels = labels(template);
        Self {
            template,
            longest: labels.keys().map(String::len).max().unwrap_or(0),
            ends: labels.keys().filter_map(|key| key.chars().next_back()).collect(),
            labels,
            stems: stems(template),
            title: template
                .ways_to_call()
                .iter()
                .map(|words| words.iter().flat_map(|word| keys(word)).collect())
                .collect(),
            hints: all_keys(&template.hints),
            totals: all_keys(&template.total_labels),
        }
    }

    /// Whether a text with these [`keys`] bears the words of its title.
    pub(super) fn is_called(&self, keys: &[String]) -> bool {
        let bears = |key: &String| self.title.iter().any(|words| words.iter().all(|word| key.contains(word)));
        keys.iter().any(bears)
    }

    /// Bytes of the longest label.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether a text with these [`keys`] could be, or end, a label.
    pub(super) fn may_end_label(&self, keys: &[String]) -> bool {
        keys.iter().any(|key| self.may_be_label(key))
    }

    /// Whether a key is no longer than a label's, and ends like one.
    fn may_be_label(&self, key: &str) -> bool {
        key.len() <= self.longest && key.chars().next_back().is_some_and(|last| self.ends.contains(&last))
    }

    /// Whether a text, or the end of it, could be a label by the letter that it ends with. It tells nothing where that may be part of a
    /// remark or a limit of length, or comes apart with others when it is squeezed.
    pub(super) fn may_be_at_end(&self, text: &str) -> bool {
        let is_itself = |c: char| (c.is_ascii() || is_han(c)) && !is_bracket(c) && c != '字';
        let last = text.chars().next_back().filter(|c| c.is_ascii_alphanumeric() || is_han(*c));
        last.is_none_or(|last| self.ends.contains(&last.to_ascii_uppercase())) || !text.chars().all(is_itself)
    }

    /// What a text with these [`keys`] stands for as a label; empty when it is none. The whole of it tells most: 人数(男) beside 人数(女).
    pub(super) fn meanings(&self, keys: &[String]) -> &[Meaning] {
        let mut labels = keys.iter().rev().filter(|key| self.may_be_label(key));
        labels.find_map(|key| self.labels.get(key)).map_or(&[], Vec::as_slice)
    }

    /// The field of a text that is no label, and is one but for letters that come and go: 参与活动教师人数 for 参与活动的教师数,
    /// 到位资金/元. Only where nothing else in the sheet is the field's label.
    pub(super) fn loosely(&self, text: &str, keys: &[String]) -> Option<usize> {
        if keys.iter().all(|key| key.len() > self.longest + STEM_BYTES) {
            return None;
        }
        let bare = text.rsplit_once(['/', '／']).filter(|(_, measure)| is_counted_in(measure));
        let of = |key: &String| self.stems.get(&stem(key)).copied().flatten();
        let of_bare = || bare.and_then(|(label, _)| self::keys(label).iter().rev().find_map(of));
        keys.iter().rev().find_map(of).or_else(of_bare)
    }
}

/// Bytes by which a label may be longer with letters that come and go.
const STEM_BYTES: usize = 18;

/// A key without the letters that come and go in what is counted.
fn stem(key: &str) -> String {
    key.replace('的', "").replace("参加", "参与").replace("人数", "数").replace("数量", "数")
}

fn stems(template: &Template) -> HashMap<String, Option<usize>> {
    let mut stems: HashMap<String, Option<usize>> = HashMap::new();
    for (at, field) in template.fields.iter().enumerate() {
        for key in std::iter::once(&field.label).chain(&field.synonyms).flat_map(|label| keys(label)) {
            let known = stems.entry(stem(&key)).or_insert(Some(at));
            if *known != Some(at) {
                *known = None;
            }
        }
    }
    stems
}

fn labels(template: &Template) -> HashMap<String, Vec<Meaning>> {
    let mut known: HashMap<String, Vec<Meaning>> = HashMap::new();
    let fields = template.fields.iter().enumerate().flat_map(|(at, field)| {
        std::iter::once(&field.label)
            .chain(&field.synonyms)
            .map(move |text| (text.as_str(), Meaning::Field(at)))
    });
    let stamps = STAMP_LABELS.iter().map(|text| (*text, Meaning::Stamp));
    let frames = FRAME_LABELS.iter().map(|text| (*text, Meaning::Frame));
    // A text without its remark that several labels of one place share tells none of them.
    let told_apart = |text: &str, key: &String, at: usize| {
        let Some(own) = template.fields.get(at) else { return true };
        let others = template.fields.iter().enumerate().filter(|(other, of)| *other != at && of.at == own.at);
        let mut labels = others.flat_map(|(_, of)| std::iter::once(&of.label).chain(&of.synonyms));
        *key == label_key(text) || !labels.any(|label| keys(label).contains(key))
    };
    for (text, meaning) in fields.chain(stamps).chain(frames) {
        let is_telling = |key: &String| match meaning {
            Meaning::Field(at) => told_apart(text, key, at),
            Meaning::Stamp | Meaning::Frame => true,
        };
        for key in keys(text).into_iter().filter(is_telling) {
            let meanings = known.entry(key).or_default();
            let is_taken = !matches!(meaning, Meaning::Field(_)) && !meanings.is_empty();
            if !is_taken && !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_at_its_end_turns_no_label_away() {
        let template = Template {
            id: "form4".into(),
            title: String::new(),
            year: 2023,
            also_years: vec![],
            title_words: vec![],
            match_percent: 60,
            fields: vec![],
            rules: vec![],
            hints: vec![],
            total_labels: vec![],
        };
        let form = Form::of(&template);
        let is_label = |text: &str| !form.meanings(&keys(text)).is_empty();
        for label in STAMP_LABELS.iter().chain(FRAME_LABELS) {
            let behind = [
                "",
                " ",
                "（盖章）",
                "［盖章］",
                "(盖章",
                "﹙盖章",
                "〔必填〕",
                "300字以内",
                "(300字)",
                "＊",
                ".",
            ];
            let written = behind.map(|behind| format!("1.{label}{behind}"));
            assert!(written.iter().any(|text| is_label(text)), "{label}");
            assert!(written.iter().all(|text| !is_label(text) || form.may_be_at_end(text)), "{written:?}");
        }
        assert!(["https", "某某职业技术学院"].iter().all(|text| !form.may_be_at_end(text)));
    }

    #[test]
    fn spelling_does_not_matter() {
        assert!(keys("市（州）/职业\n(含技工)学校").contains(&"市职业学校".to_owned()));
        assert!(keys("市州级媒体报道数").iter().any(|k| keys("市(州)级媒体报道数").contains(k)));
        assert_eq!(keys("00号"), keys("QQ 号"));
        assert_eq!(keys("活动周工作计划（300字以内）")[0], keys("活动周工作计划不超过300字")[0]);
        assert_eq!(keys("联 系\u{3000}人："), keys("联系人"));
        for numbered in ["1.联系人", "１、 联系人", "（1）联系人", "一、联系人", "③联系人：", "12．联系\n人"]
        {
            assert_eq!(keys(numbered), keys("联系人"), "{numbered}");
        }
        assert_ne!(keys("1.5倍工资"), keys("5倍工资"));
        assert!(keys("（）").is_empty());
    }
}
