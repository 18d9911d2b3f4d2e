//! A cell as what was filled in: without what was printed there, and with the measure that stands over it where that is not the
//! form's own (a column retyped in 元 where the form asks for 万元, in 万人次 where it asks for persons).

use super::amount::{MEASURES, measure};
use super::counted::{
    is_alike, is_heaped, is_retyped, measure_asked, measure_in, measure_of, said_in_brackets, times, unscaled,
};
use super::grid::Sheet;
use super::inline::is_counted_in;
use super::label::{Form, keys, without_remarks};
use super::read::HEADING_ROWS;
use super::words::ABOUT_AFTER;
use super::written::written;
use crate::domain::facts::{Span, Value};
use crate::domain::template::{Field, FieldKind, Template};
use crate::domain::text::{compatible, squeeze};

/// So many letters may stand before 单位：计量, 金额.
const BEFORE_MEASURE: usize = 4;
/// What a heading over persons ends with, but for how they are counted: 参与人次, 学生总数, 教职工数, 志愿者.
const PERSONS: [&str; 9] = ["人次", "人", "师", "生", "员", "工", "者", "家长", "专家"];
/// How persons are counted in a heading, behind who they are.
const HOW_MANY: [&str; 7] = ["总数", "数量", "人数", "数", "参与", "参加", "合计"];

/// The value without printed hints and lines to write on; a cell that holds only these is unfilled.
pub fn filled(form: &Form, value: &Value) -> Value {
    let Value::Text(text) = value else { return value.clone() };
    let mut rest = text.clone();
    for hint in form.template.hints.iter().filter(|hint| text.contains(hint.as_str())) {
        rest = rest.replace(hint.as_str(), "");
    }
    said(form, &rest, &if form.hints.is_empty() { Vec::new() } else { keys(&rest) })
}

/// The same of a cell of a sheet, where there is one: the keys of its text are known as long as nothing of it is a hint.
pub fn filled_at(form: &Form, sheet: &Sheet, row: u32, col: u32) -> Option<Value> {
    let value = sheet.value(row, col)?;
    let Value::Text(text) = value else { return Some(value.clone()) };
    let has_hint = form.template.hints.iter().any(|hint| text.contains(hint.as_str()));
    Some(if has_hint { filled(form, value) } else { said(form, text, sheet.keys_at(row, col)) })
}

fn said(form: &Form, text: &str, keys: &[String]) -> Value {
    let is_hint = keys.iter().any(|key| form.hints.contains(key));
    let rest = text.trim_matches(|c: char| c.is_whitespace() || c == '_');
    let only_marks = text.trim().starts_with('_') && !text.chars().any(char::is_alphanumeric);
    Value::Text(if is_hint || only_marks { String::new() } else { rest.to_owned() })
}

/// What a sheet says that its figures are counted in.
pub struct Measures {
    has_amounts: bool,
    money: Option<&'static str>,
    scale: Option<&'static str>,
    /// Of what is weighed or measured, and by how much that is scaled: 公斤, 万吨.
    measures: Vec<(&'static str, Option<&'static str>)>,
    /// What labels ask for.
    asked: Vec<&'static str>,
}

impl Measures {
    /// Looks for the line that says it of all figures.
    pub fn of(template: &Template, sheet: &Sheet) -> Self {
        let has = |kind: FieldKind| template.fields.iter().any(|field| field.kind == kind);
        let (has_amounts, has_counts) = (has(FieldKind::Amount), has(FieldKind::Count));
        let (mut money, mut scale, mut measures) = (None, None, Vec::new());
        for (cell, text, _) in sheet.texts().filter(|(_, text, _)| text.contains('位')) {
            if !has_amounts && !has_counts {
                break;
            }
            // 单位： and 万元 in two cells.
            let right = sheet.span(cell.row, cell.col).right;
            let behind =
                if squeeze(text).ends_with("单位:") { sheet.text(cell.row, right + 1) } else { "" };
            let words = measured(&format!("{text}{behind}"));
            money = money.or_else(|| only(words.iter().filter_map(|word| money_in(word))));
            // 单位：万人、个 leaves open which of the columns are in 万人.
            // 万吨 and 万元 say nothing of persons.
            let of_persons =
                words.iter().filter(|word| !word.contains('元') && measure_in(unscaled(word)).is_none());
            scale = scale.or_else(|| only(of_persons.map(|word| scale_of(word)))?);
            let weighed = |word: &String| {
                let measure = measure_in(unscaled(word)).filter(|measure| *measure != "元")?;
                Some((measure, scale_of(word)))
            };
            if measures.is_empty() {
                measures.extend(words.iter().filter_map(weighed));
            }
        }
        let asked = template.fields.iter().filter_map(|field| measure_asked(&field.label)).collect();
        Self { has_amounts, money, scale, measures, asked }
    }

    /// What the figures below or beside a heading are counted in: as it says itself, the part of it above or below, or the line
    /// over the table.
    pub fn of_heading(&self, sheet: &Sheet, field: &Field, text: &str, span: Span) -> Option<&'static str> {
        match field.kind {
            // 单位：万人 is of those that count persons.
            FieldKind::Count => {
                let of_sheet = self.scale.filter(|_| counts_persons(text));
                let last = said_in_brackets(text).and_then(|word| weighed_in(&field.label, &word));
                let own = last.or_else(|| in_brackets(text).find_map(|word| scale_of(&word)));
                // 单位：吨 is not of hours.
                let of_line = || {
                    let asked = measure_asked(&field.label)?;
                    // 单位：吨 of a table that asks for 立方米 and nothing in 吨 is meant of those.
                    let is_meant = |measure: &str| {
                        is_alike(measure, asked)
                            || (is_heaped(measure)
                                && is_heaped(asked)
                                && !self.asked.iter().any(|other| is_alike(measure, other)))
                    };
                    let alike = self.measures.iter().filter(|(measure, _)| is_meant(measure));
                    let (measure, scale) = only(alike)?;
                    scale.filter(|_| *measure == asked).or(Some(measure))
                };
                own.or_else(|| measure_of(text)).or(of_sheet).or_else(of_line)
            }
            FieldKind::Amount if self.has_amounts => {
                let own = measure(text).map(|(word, _)| word);
                let below = || money_in(&squeeze(sheet.text(span.bottom + 1, span.left)));
                own.or_else(below).or_else(|| above(sheet, span)).or(self.money)
            }
            _ => None,
        }
    }
}

/// Whether a heading is over figures that count persons. 学生社团数 counts none.
fn counts_persons(heading: &str) -> bool {
    let tight = without_remarks(&squeeze(heading));
    let mut who = tight.as_str();
    while let Some(shorter) = HOW_MANY.iter().find_map(|word| who.strip_suffix(word)) {
        if PERSONS.iter().any(|word| who.ends_with(word)) || who.ends_with("人数") {
            return true;
        }
        who = shorter;
    }
    PERSONS.iter().any(|word| who.ends_with(word))
}

/// What a figure of this kind is counted in by a cell that says nothing else.
pub(super) fn measure_in_cell(field: &Field, text: &str) -> Option<&'static str> {
    match field.kind {
        FieldKind::Amount => money_in(&squeeze(text)),
        FieldKind::Count => {
            let tight = squeeze(text).to_lowercase();
            weighed_in(&field.label, &tight).or_else(|| scale_of(&tight)).filter(|_| is_counted_in(text))
        }
        _ => None,
    }
}

/// The measure that a word says, or what scales it where the label asks for that measure: three 万平方米 are no 30000亩.
fn weighed_in(label: &str, word: &str) -> Option<&'static str> {
    let measure = measure_in(unscaled(word))?;
    let is_other = measure_asked(label) != Some(measure) && is_retyped(label, measure);
    scale_of(word).filter(|_| !is_other).or(Some(measure))
}

/// The measure in the brackets of a heading that covers this one and others: 资金情况（元）.
fn above(sheet: &Sheet, span: Span) -> Option<&'static str> {
    (1..HEADING_ROWS).find_map(|up| {
        let row = span.top.checked_sub(up)?;
        let group = sheet.covering(row, span.left).filter(|over| over.right > over.left)?;
        in_brackets(sheet.text(group.top, group.left)).find_map(|word| money_in(&word))
    })
}

/// What stands in the brackets of a text.
fn in_brackets(text: &str) -> impl Iterator<Item = String> {
    let tight = squeeze(text);
    let inner: Vec<String> = tight
        .split(['(', '[', '〔', '【'])
        .skip(1)
        .map(|rest| rest.split([')', ']', '〕', '】']).next().unwrap_or_default().to_owned())
        .collect();
    inner.into_iter()
}

/// What a line says that figures are counted in: `单位：万元`, `（金额单位：人民币元）`, `单位：人、万元`, also behind a title.
fn measured(text: &str) -> Vec<String> {
    let line = squeeze(text).to_lowercase();
    let words = line.match_indices("单位").find_map(|(at, word)| {
        let before = line.get(..at)?;
        let own = before.rsplit(['(', '[', '〔', '【']).next().unwrap_or_default();
        let is_bracketed = own.len() < before.len();
        let behind = line.get(at + word.len()..)?;
        let said = behind.strip_prefix(':').or(is_bracketed.then_some(behind))?;
        let said = said.trim_start_matches('(').split([')', ']', '〕', '】']).next()?;
        let words: Vec<String> = said
            .split(['、', ',', '/', ';', '和', '及'])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        // 填报单位：甲医院 is another line.
        let is_measure =
            own.chars().count() <= BEFORE_MEASURE && words.iter().any(|word| is_counted_in(word));
        is_measure.then_some(words)
    });
    words.unwrap_or_default()
}

/// The one thing that all say.
fn only<T: PartialEq>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

/// A measure of money, and nothing else: 单位：元氏县卫健局 names a unit.
fn money_in(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(|c| "()[]〔〕【】:".contains(c)).trim_start_matches("单位");
    let word = word.trim_start_matches(':');
    let word = word.strip_prefix("人民币").unwrap_or(word);
    let of_money = MEASURES.iter().map(|(name, _)| *name).filter(|name| name.ends_with('元'));
    of_money.into_iter().find(|name| *name == word)
}

/// By how much a counting word scales: 万人次. None for money, for a word that only counts, and for a measure (千克).
fn scale_of(word: &str) -> Option<&'static str> {
    let word = word.strip_prefix("单位").unwrap_or(word).trim_start_matches(':');
    ["万", "千"]
        .into_iter()
        .find(|scale| !word.contains('元') && word.starts_with(scale) && times(word) > 1.0)
}

/// A bare number with the measure of its heading behind it, where the form has another one.
pub fn in_measure(field: &Field, heading: Option<&str>, value: Value) -> Value {
    let of = |label: &str| measure(label).map_or(1, |(_, of)| of);
    let is_other = |heading: &&str| match field.kind {
        FieldKind::Amount => of(heading) != of(&field.label),
        FieldKind::Count if scale_of(heading).is_none() => is_retyped(&field.label, heading),
        FieldKind::Count => !in_brackets(&field.label).any(|own| scale_of(&own) == scale_of(heading)),
        _ => false,
    };
    let Some(heading) = heading.filter(is_other) else { return value };
    match value {
        // Nothing is nothing in any measure.
        Value::Number(0.0) => value,
        Value::Number(number) => Value::Text(format!("{number}{heading}")),
        Value::Text(text) => Value::Text(behind_number(&text, heading).unwrap_or(text)),
    }
}

/// A text with a measure behind its number, whatever is remarked of that (356000（预算数）, 356000左右); none for what names a
/// measure itself, and for what is no number or several.
fn behind_number(text: &str, measure: &str) -> Option<String> {
    // Whether an amount in brackets is less than nothing has to be asked, in the words of its cell.
    let written = written(text).filter(|written| !written.is_bracketed || !measure.ends_with('元'))?;
    let bare = ABOUT_AFTER
        .iter()
        .fold(written.text.trim_end_matches('整'), |text, word| text.strip_suffix(word).unwrap_or(text));
    if !bare.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut depth = 0_u32;
    let ends = text.char_indices().filter_map(|(at, c)| {
        match c {
            '(' | '（' | '[' | '［' | '〔' => depth += 1,
            ')' | '）' | ']' | '］' | '〕' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_digit = compatible(c.encode_utf8(&mut [0; 4])).ends_with(|c: char| c.is_ascii_digit());
        (is_digit && (depth == 0 || written.is_bracketed)).then_some(at + c.len_utf8())
    });
    let (before, after) = text.split_at_checked(ends.last()?)?;
    Some(format!("{before}{measure}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measure_over_a_table_is_found_however_it_is_written() {
        let money = |text: &str| only(measured(text).iter().filter_map(|word| money_in(word)));
        for (line, word) in [
            ("单位：万元", "万元"),
            ("（金额单位：人民币元）", "元"),
            ("单位：人、万元", "万元"),
            ("2026年经费使用情况表（单位：元）", "元"),
            ("（单位 千元）", "千元"),
            ("填报单位：甲医院 （单位：万元）", "万元"),
            ("单位：（万元）", "万元"),
        ] {
            assert_eq!(money(line), Some(word), "{line}");
        }
        for none in [
            "填报单位：元氏县卫健局",
            "单位：元氏县卫健局",
            "单位：人",
            "单位：元、万元",
            "万元以上项目表",
            "单位元",
        ] {
            assert_eq!(money(none), None, "{none}");
        }
        assert_eq!(scale_of("万人次"), Some("万"));
        for word in ["万元", "人", "万人以上学校", "千人以上", "千克", "千米", "千瓦时", "千伏"]
        {
            assert_eq!(scale_of(word), None, "{word}");
        }
        assert_eq!(
            (scale_of("千人"), scale_of("万方"), scale_of("千字")),
            (Some("千"), Some("万"), Some("千"))
        );
    }
}
