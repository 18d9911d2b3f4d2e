//! Labels as people retype them: spaces and line breaks inside, full width, remarks in brackets, `00号` for QQ号.
//! Two texts are the same label when any of their keys agree.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::words::{FRAME_LABELS, STAMP_LABELS};
use crate::domain::template::Template;

/// The text in compatibility form without white space.
pub fn tight(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

/// The text without remarks in brackets; an unclosed bracket reaches to the end.
pub fn without_remarks(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
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

/// The letters of a label alone: no white space, punctuation or limits of length, upper case.
fn letters(text: &str) -> String {
    let plain: String = without_length_limit(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let upper = plain.to_uppercase();
    // Scanned templates print QQ号 as 00号.
    if upper.starts_with("00号") { upper.replacen("00", "QQ", 1) } else { upper }
}

/// `工作计划300字以内` is the label 工作计划.
fn without_length_limit(text: &str) -> String {
    let Some(end) = ["字以内", "字以下", "字之内", "字左右", "字"].iter().find_map(|w| text.find(w))
    else {
        return text.to_owned();
    };
    let before = text.get(..end).unwrap_or(text);
    let head = before.trim_end_matches(|c: char| c.is_ascii_digit());
    if head.len() == before.len() { text.to_owned() } else { head.trim_end_matches("不超过").to_owned() }
}

/// Keys under which a text may be known: with its bracketed remarks dropped, and with only the brackets dropped.
pub fn keys(text: &str) -> Vec<String> {
    let tight = tight(text);
    let bare = without_remarks(&tight);
    let mut keys = vec![letters(&bare)];
    if bare != tight {
        keys.push(letters(&tight));
        keys.dedup();
    }
    keys.retain(|key| !key.is_empty());
    keys
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

/// All labels of a template by key.
pub struct Labels(HashMap<String, Vec<Meaning>>);

impl Labels {
    /// Gathers labels, synonyms and the stamp line.
    pub fn of(template: &Template) -> Self {
        let mut known: HashMap<String, Vec<Meaning>> = HashMap::new();
        let fields = template.fields.iter().enumerate().flat_map(|(at, field)| {
            std::iter::once(&field.label)
                .chain(&field.synonyms)
                .map(move |text| (text.as_str(), Meaning::Field(at)))
        });
        let stamps = STAMP_LABELS.iter().map(|text| (*text, Meaning::Stamp));
        let frames = FRAME_LABELS.iter().map(|text| (*text, Meaning::Frame));
        for (text, meaning) in fields.chain(stamps).chain(frames) {
            for key in keys(text) {
                let meanings = known.entry(key).or_default();
                let is_taken = !matches!(meaning, Meaning::Field(_)) && !meanings.is_empty();
                if !is_taken && !meanings.contains(&meaning) {
                    meanings.push(meaning);
                }
            }
        }
        Self(known)
    }

    /// What `text` stands for as a label; empty when it is none.
    pub fn meanings(&self, text: &str) -> &[Meaning] {
        keys(text).iter().find_map(|key| self.0.get(key)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert!(keys("市（州）/职业\n(含技工)学校").contains(&"市职业学校".to_owned()));
        assert!(keys("市州级媒体报道数").iter().any(|k| keys("市(州)级媒体报道数").contains(k)));
        assert_eq!(keys("00号"), keys("QQ 号"));
        assert_eq!(keys("活动周工作计划（300字以内）")[0], keys("活动周工作计划不超过300字")[0]);
        assert_eq!(keys("联 系\u{3000}人："), keys("联系人"));
        assert!(keys("（）").is_empty());
    }
}
