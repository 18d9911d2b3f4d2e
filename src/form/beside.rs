//! Values beside labels: to the right, in the same cell, else below. Lists of figures have columns of codes, of measures and of
//! the year before between a label and its value; whoever takes the first cell that holds something reads 01 for 120.

use std::collections::{BTreeMap, HashMap};

use super::amount::figure;
use super::cell::{filled, filled_at, in_measure, measure_in_cell};
use super::grid::Sheet;
use super::inline::is_counted_in;
use super::label::{Form, Meaning};
use super::read::{Entry, HEADING_ROWS, Hit, is_note};
use super::words::{CODE_HEADS, MEASURE_HEADS, PAST_ROWS, REMARK_HEADS};
use super::year::year_in;
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind, Template};
use crate::domain::text::squeeze;

/// Columns to the right of a label in which its value may stand (inserted columns).
const REACH_COLUMNS: u32 = 4;
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
    hits: &[Hit],
    columns: &HashMap<usize, &Hit>,
) -> Beside {
    let mut found = Beside { fields: BTreeMap::new(), stamp: None, beyond: None };
    let place = Labels { form, sheet, hits, asides: asides(form.template, sheet, hits, columns) };
    let mut second: Vec<String> = Vec::new();
    for hit in hits {
        let field = match hit.meaning {
            Meaning::Field(at) => form.template.fields.get(at).map(|field| (at, field)),
            Meaning::Stamp => None,
            Meaning::Frame => continue,
        };
        let is_heading = columns.values().any(|column| (column.row, column.col) == (hit.row, hit.col));
        // 单位 over 人 and 所 names no unit either.
        if is_heading || place.asides.contains(&(hit.row, hit.col)) {
            continue;
        }
        let (mut entry, next) = place.beside(hit, field.map(|(_, field)| field));
        if let Some((_, field)) = field {
            entry.value = in_measure(field, hit.measure, entry.value);
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
    hits: &'a [Hit],
    /// Columns with the row of their heading.
    asides: Vec<(u32, u32)>,
}

impl Labels<'_> {
    fn is_label(&self, row: u32, col: u32) -> bool {
        self.hits.iter().any(|hit| (hit.row, hit.col) == (row, col))
    }

    fn entry(&self, row: u32, col: u32) -> Option<Entry> {
        let value = filled_at(self.form, self.sheet, row, col)?;
        let entry = Entry { value, cell: self.sheet.place(row, col) };
        (!entry.is_blank() && !self.is_label(row, col) && !is_note(&entry.text())).then_some(entry)
    }

    /// The value beside a label: in its own cell after a colon, to the right, else below; and the cell right behind it, where
    /// there is a figure in that too.
    fn beside(&self, hit: &Hit, field: Option<&Field>) -> (Entry, Option<String>) {
        let sheet = self.sheet;
        if let Some(value) = &hit.inline {
            let value = filled(self.form, &Value::Text(value.clone()));
            return (Entry { value, cell: sheet.place(hit.row, hit.col) }, None);
        }
        for row in hit.row..=hit.bottom.min(hit.row + HEADING_ROWS) {
            let reach = hit.right + 1..hit.right + 1 + REACH_COLUMNS;
            let reach =
                reach.take_while(|col| !self.is_label(row, *col)).filter(|col| !self.is_aside(row, *col));
            let mut entries = reach.filter_map(|col| self.entry(row, col)).collect::<Vec<_>>().into_iter();
            let Some(mut found) = entries.next() else { continue };
            let Some(field) = field.filter(|field| is_figure(field)) else { return (found, None) };
            // 人 | 120: what is counted, and how many.
            if is_counted_in(&found.text())
                && let Some(next) = entries.as_slice().first().filter(|next| holds_digits(next))
            {
                found = next.clone();
                entries.next();
            }
            // 到位资金 | 元 | 356000: the cell between tells more than the label.
            let measure = (hit.right + 1..hit.right + 1 + REACH_COLUMNS)
                .take_while(|col| !self.is_label(row, *col))
                .find_map(|col| measure_in_cell(field.kind, sheet.text(row, col)));
            found.value = in_measure(field, measure, found.value);
            let next =
                entries.next().filter(|next| holds_digits(next) && figure(field, &next.value).is_some());
            return (found, next.map(|next| next.cell));
        }
        let empty = || Entry { value: Value::Text(String::new()), cell: sheet.place(hit.row, hit.right + 1) };
        let below =
            self.entry(hit.bottom + 1, hit.col).filter(|_| stands_over_its_value(sheet, self.hits, hit));
        (below.unwrap_or_else(empty), None)
    }

    fn is_aside(&self, row: u32, col: u32) -> bool {
        self.asides.iter().any(|(head, aside)| *aside == col && *head < row)
    }
}

fn is_figure(field: &Field) -> bool {
    field.kind.adds_up() || field.kind == FieldKind::Percent
}

fn holds_digits(entry: &Entry) -> bool {
    squeeze(&entry.text()).contains(|c: char| c.is_ascii_digit())
}

/// Columns beside a list of labels that do not hold its values, each with the row of the heading that says so: 代码, 计量单位,
/// 上年数, 备注.
fn asides(
    template: &Template,
    sheet: &Sheet,
    hits: &[Hit],
    columns: &HashMap<usize, &Hit>,
) -> Vec<(u32, u32)> {
    let is_heading = |hit: &Hit| columns.values().any(|head| (head.row, head.col) == (hit.row, hit.col));
    let is_list = |hit: &&Hit| {
        let field = match hit.meaning {
            Meaning::Field(at) => template.fields.get(at),
            Meaning::Stamp | Meaning::Frame => None,
        };
        hit.inline.is_none() && field.is_some_and(is_figure) && !is_heading(hit)
    };
    let list: Vec<&Hit> = hits.iter().filter(is_list).collect();
    if list.is_empty() {
        return Vec::new();
    }
    let says_aside = |row: u32, col: u32, text: &str, keys: &[String]| {
        let is = |heads: &[&str]| keys.iter().any(|key| heads.contains(&key.as_str()));
        let beside = || {
            let below = list.iter().filter(|hit| hit.row > row && hit.right < col);
            below.filter_map(|hit| sheet.value(hit.row, col))
        };
        let holds_figures =
            || beside().any(|value| !matches!(value, Value::Text(text) if !text.contains(char::is_numeric)));
        let is_past = || {
            let tight = squeeze(text);
            PAST_ROWS.iter().any(|word| tight.starts_with(word))
                || year_in(&tight).is_some_and(|year| tight.contains('年') && !template.is_of(year))
        };
        beside().next().is_some()
            && (is(REMARK_HEADS)
                || is_past()
                || (is(CODE_HEADS) && counts_on(beside()))
                || (is(MEASURE_HEADS) && !holds_figures()))
    };
    let heads = sheet.texts().filter(|(cell, text, keys)| says_aside(cell.row, cell.col, text, keys));
    heads.map(|(cell, ..)| (cell.row, cell.col)).collect()
}

/// Whether values are codes: whole numbers, each larger than the one before.
fn counts_on<'v>(values: impl Iterator<Item = &'v Value>) -> bool {
    let codes: Option<Vec<f64>> = values
        .map(|value| match value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => squeeze(text).trim_matches(['(', ')']).parse().ok(),
        })
        .collect();
    codes.is_some_and(|codes| codes.windows(2).all(|pair| matches!(pair, [a, b] if a < b)))
}

/// Whether the value of a label may stand under it: labels that stand side by side head a row of values, and one that
/// has its row to itself heads a text. A label with an empty cell beside it was left unfilled, whatever comes below.
fn stands_over_its_value(sheet: &Sheet, hits: &[Hit], hit: &Hit) -> bool {
    let below = hit.bottom + 1;
    if hits.iter().any(|other| other.row == below) {
        return false;
    }
    let beside = hits.iter().filter(|other| other.row == hit.row && other.col != hit.col);
    let is_next = |other: &Hit| other.right + 1 == hit.col || other.col == hit.right + 1;
    let filled =
        |row: u32| sheet.texts().filter(|(cell, text, _)| cell.row == row && !text.trim().is_empty()).count();
    beside.into_iter().any(is_next) || (filled(hit.row) == 1 && filled(below) == 1)
}
