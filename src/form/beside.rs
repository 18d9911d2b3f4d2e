//! Values beside labels: to the right, in the same cell, else below. Lists of figures have columns of codes, of measures and of
//! the year before between a label and its value; whoever takes the first cell that holds something reads 01 for 120.

use std::collections::BTreeMap;

use super::amount::figure;
use super::asides::Asides;
use super::cell::{filled, filled_at, in_measure, measure_in_cell};
use super::grid::Sheet;
use super::hits::Hits;
use super::inline::is_counted_in;
use super::label::{Form, Meaning, without_remarks};
use super::number::percent;
use super::read::{Entry, HEADING_ROWS, Hit, TABLE_FROM_HEADINGS, is_note};
use super::words::TABLE_HEADS;
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind};
use crate::domain::text::squeeze;

/// Columns to the right of a label in which its value may stand (inserted columns).
pub(super) const REACH_COLUMNS: u32 = 4;
/// Labels of a list with a figure in a second column from which on the list has two.
const TWO_COLUMNS_FROM: usize = 2;

/// What stands beside labels.
pub(super) struct Beside {
    /// By field id.
    pub fields: BTreeMap<String, Entry>,
    /// The cell that names the reporting unit.
    pub stamp: Option<Entry>,
    /// Where a second column of figures begins.
    pub beyond: Option<String>,
}

/// Values beside labels: of fields that stand right, of columns without a table, and of the stamp line.
pub(super) fn beside_labels(
    form: &Form,
    sheet: &Sheet,
    hits: &Hits,
    columns: &BTreeMap<usize, &Hit>,
) -> Beside {
    let mut found = Beside { fields: BTreeMap::new(), stamp: None, beyond: None };
    let mut filled: BTreeMap<u32, usize> = BTreeMap::new();
    for (cell, ..) in sheet.texts().filter(|(_, text, _)| !text.trim().is_empty()) {
        *filled.entry(cell.row).or_default() += 1;
    }
    let asides = Asides::of(form.template, sheet, hits, columns);
    let further = further_headings(hits, columns);
    let place = Labels { form, sheet, hits, filled, asides, further };
    let mut second: Vec<String> = Vec::new();
    for hit in hits.all {
        let field = match hit.meaning {
            Meaning::Field(at) => form.template.fields.get(at).map(|field| (at, field)),
            Meaning::Stamp => None,
            Meaning::Frame => continue,
        };
        let is_heading = columns.values().any(|column| (column.row, column.col) == (hit.row, hit.col));
        // 单位 over 人 and 所 names no unit either.
        if is_heading || place.asides.is_head(hit.row, hit.col) {
            continue;
        }
        let (entry, next) = place.beside(hit, field.map(|(_, field)| field));
        if place.heads_another(hit, &entry) {
            continue;
        }
        match field {
            // 单位：元 names no unit.
            Some((_, field)) if field.kind == FieldKind::Unit && is_counted_in(&entry.text()) => {}
            // A second place that names the unit is the stamp line.
            Some((_, field)) if field.kind == FieldKind::Unit => keep(&mut found.stamp, entry),
            None => keep(&mut found.stamp, entry),
            Some((at, field)) if !columns.contains_key(&at) => {
                second.extend(next);
                let mut slot = found.fields.remove(&field.id);
                keep(&mut slot, entry);
                found.fields.extend(slot.map(|entry| (field.id.clone(), entry)));
            }
            Some(_) => {}
        }
    }
    found.beyond =
        second.first().filter(|_| second.len() >= TWO_COLUMNS_FROM).map(|cell| format!("{cell}起的一栏"));
    found
}

fn keep(slot: &mut Option<Entry>, entry: Entry) {
    if slot.as_ref().is_none_or(Entry::is_blank) && (slot.is_none() || !entry.is_blank()) {
        *slot = Some(entry);
    }
}

/// The labels of a sheet, and the columns beside them in which no values stand.
struct Labels<'a> {
    form: &'a Form<'a>,
    sheet: &'a Sheet<'a>,
    hits: &'a Hits<'a>,
    /// How many texts each row holds.
    filled: BTreeMap<u32, usize>,
    asides: Asides,
    /// The rows below the headings of the table, and whether the headings stand in one once more.
    further: BTreeMap<u32, bool>,
}

/// The rows of labels below the headings of the table, and which of them repeat these.
fn further_headings(hits: &Hits, columns: &BTreeMap<usize, &Hit>) -> BTreeMap<u32, bool> {
    let Some(bottom) = columns.values().map(|head| head.bottom).max() else { return BTreeMap::new() };
    let is_column = |hit: &&Hit| matches!(hit.meaning, Meaning::Field(at) if columns.contains_key(&at));
    let repeats = |row: u32| {
        let heads = hits.of_row(row).filter(is_column).take(TABLE_FROM_HEADINGS);
        heads.count() >= TABLE_FROM_HEADINGS
    };
    hits.rows().filter(|row| *row > bottom).map(|row| (row, repeats(row))).collect()
}

impl Labels<'_> {
    /// Whether a label below the table is a heading of another one, or of the same one once more: 单位名称 beside 隐患内容 names no unit.
    fn heads_another(&self, hit: &Hit, beside: &Entry) -> bool {
        let is_head = || {
            let text = without_remarks(&squeeze(&beside.text()));
            TABLE_HEADS.iter().any(|end| text.ends_with(end))
        };
        self.further.get(&hit.row).is_some_and(|repeats| *repeats || is_head())
    }

    fn entry(&self, row: u32, col: u32, field: Option<&Field>) -> Option<Entry> {
        let value = filled_at(self.form, self.sheet, row, col)?;
        let entry = Entry { value, cell: self.sheet.place(row, col) };
        let is_no_value = |text: &str| is_note(text) && !field.is_some_and(|field| is_bracketed(field, text));
        (!entry.is_blank() && !self.hits.is_at(row, col) && !is_no_value(&entry.text())).then_some(entry)
    }

    /// The value beside a label: in its own cell after a colon, to the right, else below; and the cell right behind it, where
    /// there is a figure in that too.
    fn beside(&self, hit: &Hit, field: Option<&Field>) -> (Entry, Option<String>) {
        let sheet = self.sheet;
        let in_heading =
            |value: Value| field.map_or(value.clone(), |field| in_measure(field, hit.measure, value));
        if let Some(value) = &hit.inline {
            let value = in_heading(filled(self.form, &Value::Text(value.clone())));
            return (Entry { value, cell: sheet.place(hit.row, hit.col) }, None);
        }
        for row in hit.row..=hit.bottom.min(hit.row + HEADING_ROWS) {
            let reach = || {
                let cols = hit.right + 1..hit.right + 1 + REACH_COLUMNS;
                let cols = cols.take_while(|col| !self.hits.is_at(row, *col));
                cols.filter_map(|col| Some((col, self.entry(row, col, field)?)))
            };
            let values = reach().filter(|(col, _)| !self.asides.hold(row, *col));
            let mut entries = values.collect::<Vec<_>>().into_iter();
            // 填报人 | 甲一 below 指标 | 单位: a name is no measure, wherever it stands.
            let is_word = |entry: &Entry| !holds_digits(entry) && !is_counted_in(&entry.text());
            if entries.as_slice().is_empty() && !field.is_some_and(is_figure) {
                entries = reach().filter(|(_, entry)| is_word(entry)).collect::<Vec<_>>().into_iter();
            }
            let Some((mut at, mut found)) = entries.next() else { continue };
            let Some(field) = field.filter(|field| is_figure(field)) else { return (found, None) };
            // 人 | 120: what is counted, and how many.
            if is_counted_in(&found.text())
                && let Some(next) = entries.as_slice().first().filter(|(_, next)| holds_digits(next))
            {
                (at, found) = next.clone();
                entries.next();
            }
            // 到位资金 | 元 | 356000: the cell between tells more than the label, and the one right behind (3 | 亩). What follows
            // is of something else: 时长 | 2 | 小时.
            let behind = sheet.span(row, at).right + 1;
            // A column of last year's may stand between: 本年 | 上年同期 | 单位.
            let asides = (behind..=hit.right + REACH_COLUMNS).take_while(|col| self.asides.hold(row, *col));
            let measure = (hit.right + 1..=asides.last().unwrap_or(behind))
                .take_while(|col| !self.hits.is_at(row, *col))
                .find_map(|col| measure_in_cell(field, sheet.text(row, col)));
            found.value = in_measure(field, measure.or(hit.measure), found.value);
            let next =
                entries.next().filter(|(_, next)| holds_digits(next) && figure(field, &next.value).is_some());
            return (found, next.map(|(_, next)| next.cell));
        }
        let below = self
            .entry(hit.bottom + 1, hit.col, field)
            .filter(|_| self.stands_over_its_value(hit))
            .map(|entry| Entry { value: in_heading(entry.value), ..entry });
        let empty = || Entry { value: Value::Text(String::new()), cell: sheet.place(hit.row, hit.right + 1) };
        (below.unwrap_or_else(empty), None)
    }

    /// Whether the value of a label may stand under it: labels that stand side by side head a row of values, and one that
    /// has its row to itself heads a text. A label with an empty cell beside it was left unfilled, whatever comes below.
    fn stands_over_its_value(&self, hit: &Hit) -> bool {
        let below = hit.bottom + 1;
        // 备注：含夜查 behind the values is no label of the next ones.
        let is_remark = |other: &Hit| other.meaning == Meaning::Frame && other.inline.is_some();
        if self.hits.of_row(below).any(|other| other.col <= hit.col || !is_remark(other)) {
            return false;
        }
        let is_next = self.hits.is_at(hit.row, hit.right + 1)
            || hit.col.checked_sub(1).is_some_and(|col| self.hits.ends_at(hit.row, col));
        let is_alone = |row: u32| self.filled.get(&row) == Some(&1);
        is_next || (is_alone(hit.row) && is_alone(below))
    }
}

/// Whether a text is a figure in brackets, as accountants write it: (35.6).
fn is_bracketed(field: &Field, text: &str) -> bool {
    let tight = squeeze(text);
    let Some(inner) = tight.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return false };
    let inner = Value::Text(inner.to_owned());
    match field.kind {
        FieldKind::Percent => percent(&inner).value.is_some(),
        _ => figure(field, &inner).is_some(),
    }
}

pub(super) fn is_figure(field: &Field) -> bool {
    field.kind.adds_up() || field.kind == FieldKind::Percent
}

fn holds_digits(entry: &Entry) -> bool {
    squeeze(&entry.text()).contains(|c: char| c.is_ascii_digit())
}
