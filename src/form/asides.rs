//! Columns beside a list of labels that do not hold its values: 代码, 计量单位, 上年数, 备注. A value of the list that reads like
//! such a heading (成立时间 | 2015年) is none; whoever takes it for one loses every figure below.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::beside::{REACH_COLUMNS, is_figure};
use super::grid::Sheet;
use super::hits::Hits;
use super::label::{Meaning, without_remarks};
use super::read::Hit;
use super::words::{CODE_HEADS, LIST_HEADS, MEASURE_HEADS, PAST_HEAD_ENDS, PAST_ROWS, REMARK_HEADS};
use super::year::year_of_heading;
use crate::domain::facts::Value;
use crate::domain::template::Template;
use crate::domain::text::squeeze;

/// The columns beside the lists of a sheet that do not hold values.
#[derive(Default)]
pub(super) struct Asides {
    heads: HashSet<(u32, u32)>,
    /// The row of the first heading that says so, by column.
    tops: HashMap<u32, u32>,
}

impl Asides {
    /// Whether the heading of such a column stands at a cell.
    pub fn is_head(&self, row: u32, col: u32) -> bool {
        self.heads.contains(&(row, col))
    }

    /// Whether a cell is in such a column.
    pub fn hold(&self, row: u32, col: u32) -> bool {
        self.tops.get(&col).is_some_and(|top| *top < row)
    }

    /// Looks for their headings.
    pub fn of(template: &Template, sheet: &Sheet, hits: &Hits, columns: &BTreeMap<usize, &Hit>) -> Self {
        let is_heading = |hit: &Hit| columns.values().any(|head| (head.row, head.col) == (hit.row, hit.col));
        let is_list = |hit: &&Hit| {
            let field = match hit.meaning {
                Meaning::Field(at) => template.fields.get(at),
                Meaning::Stamp | Meaning::Frame => None,
            };
            hit.inline.is_none() && field.is_some_and(is_figure) && !is_heading(hit)
        };
        let mut labels: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for hit in hits.all.iter().filter(is_list) {
            let place = labels.entry(hit.row).or_insert((hit.col, hit.right));
            *place = (*place).min((hit.col, hit.right));
        }
        let mut asides = Self::default();
        if labels.is_empty() {
            return asides;
        }
        let values = Values::beside(sheet, &labels);
        let mut heads: Vec<(u32, u32, What)> = sheet
            .texts()
            .filter_map(|(cell, text, keys)| Some((cell.row, cell.col, what(template, text, keys)?)))
            .collect();
        heads.sort_unstable_by_key(|(row, col, _)| (*col, *row));
        for (row, col, what) in heads {
            let Some((column, at)) = values.below(row, col) else { continue };
            let says_so = || match what {
                What::Remark => true,
                What::Past => {
                    let first = column.rows.get(at).and_then(|row| labels.get(row));
                    first.is_some_and(|label| is_over_list(sheet, &labels, *label, (row, col)))
                }
                What::Code => at >= column.codes_from,
                What::Measure => at >= column.words_from,
            };
            // Headings printed anew on each page say nothing else than the first.
            if asides.tops.contains_key(&col) || says_so() {
                asides.heads.insert((row, col));
                asides.tops.entry(col).or_insert(row);
            }
        }
        asides
    }
}

/// What a heading says that the column below it holds instead of values.
#[derive(Debug, Clone, Copy)]
enum What {
    Remark,
    Past,
    Code,
    Measure,
}

fn what(template: &Template, text: &str, keys: &[String]) -> Option<What> {
    let is = |heads: &[&str]| keys.iter().any(|key| heads.contains(&key.as_str()));
    let is_past =
        || year_of_heading(text, template.year).is_some_and(|year| !template.is_of(year)) || is_of_past(text);
    match () {
        () if is(REMARK_HEADS) => Some(What::Remark),
        () if is(CODE_HEADS) => Some(What::Code),
        () if is(MEASURE_HEADS) => Some(What::Measure),
        () if is_past() => Some(What::Past),
        () => None,
    }
}

/// 上年同期数, 较上年增减（%）. Not 上年结余, which is a source of money.
fn is_of_past(text: &str) -> bool {
    let tight = without_remarks(&squeeze(text));
    PAST_ROWS.iter().filter_map(|word| tight.strip_prefix(word)).any(ends_heading)
}

/// Whether nothing follows in a heading but what is counted of a time: 数, 同期数, 实际完成数.
pub(super) fn ends_heading(rest: &str) -> bool {
    let mut rest = rest;
    while let Some(shorter) = PAST_HEAD_ENDS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    rest.is_empty()
}

/// Whether a text heads a column of the list below, and is not the value of a label: nothing stands beside it where the labels
/// stand, or what heads those (指标名称), or the labels begin below it and it heads one column of several.
fn is_over_list(
    sheet: &Sheet,
    labels: &BTreeMap<u32, (u32, u32)>,
    (left, right): (u32, u32),
    (row, col): (u32, u32),
) -> bool {
    if labels.get(&row).is_some_and(|(_, right)| *right < col) {
        return false;
    }
    if sheet.text(row, left).trim().is_empty()
        || sheet.keys_at(row, left).iter().any(|key| LIST_HEADS.contains(&key.as_str()))
    {
        return sheet.value(row, left).is_none_or(|value| matches!(value, Value::Text(_)));
    }
    let is_other = |other: &u32| {
        let text = without_remarks(sheet.text(row, *other));
        let is_words = !text.trim().is_empty() && !text.contains(|c: char| c.is_ascii_digit());
        *other != col && (is_words || year_of_heading(&text, 0).is_some())
    };
    labels.range(..row).next().is_none()
        && (right + 1..right + 1 + REACH_COLUMNS).any(|other| is_other(&other))
}

/// What stands beside the labels of a list, by column.
struct Values(HashMap<u32, Column>);

/// The cells of a column that stand beside labels, from the first row on.
struct Column {
    rows: Vec<u32>,
    /// From this one on they are codes: whole numbers, each larger than the one before.
    codes_from: usize,
    /// From this one on there is no figure in them.
    words_from: usize,
}

impl Values {
    fn beside(sheet: &Sheet, labels: &BTreeMap<u32, (u32, u32)>) -> Self {
        let mut columns: HashMap<u32, Vec<(u32, &Value)>> = HashMap::new();
        for cell in &sheet.grid.cells {
            if labels.get(&cell.row).is_some_and(|(_, right)| *right < cell.col) {
                columns.entry(cell.col).or_default().push((cell.row, &cell.value));
            }
        }
        Self(columns.into_iter().map(|(col, values)| (col, Column::of(values))).collect())
    }

    /// The column of a cell, with the place in it of the first value below that cell.
    fn below(&self, row: u32, col: u32) -> Option<(&Column, usize)> {
        let column = self.0.get(&col)?;
        let at = column.rows.partition_point(|own| *own <= row);
        (at < column.rows.len()).then_some((column, at))
    }
}

impl Column {
    fn of(mut values: Vec<(u32, &Value)>) -> Self {
        values.sort_by_key(|(row, _)| *row);
        let mut next = f64::INFINITY;
        let counts_on = |(_, value): &&(u32, &Value)| {
            let code = code(value).filter(|code| *code < next);
            next = code.unwrap_or(next);
            code.is_some()
        };
        let codes = values.iter().rev().take_while(counts_on).count();
        let is_word = |(_, value): &&(u32, &Value)| matches!(value, Value::Text(text) if !text.contains(char::is_numeric));
        let words = values.iter().rev().take_while(is_word).count();
        let (codes_from, words_from) = (values.len() - codes, values.len() - words);
        Self { rows: values.into_iter().map(|(row, _)| row).collect(), codes_from, words_from }
    }
}

fn code(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => squeeze(text).trim_matches(['(', ')']).parse().ok(),
    }
}
