//! The table of a form: rows below its headings until something else begins, and which of them is the total. A total
//! without a label is known by its sums, since clerks drop the word 合计 as often as they keep it.

use std::collections::HashMap;

use super::grid::Sheet;
use super::label::{Form, Meaning, keys};
use super::number::count;
use super::read::{Entry, Hit, Row, TABLE_FROM_HEADINGS, filled, is_note};
use super::words::{SAMPLE_ROWS, SHARE_ROWS};
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind, Place, Template};
use crate::domain::text::squeeze;

/// Empty rows in a row after which the table is over.
const GAP_ROWS: u32 = 30;
/// A row without a label is the total from this share of matching sums on, in percent.
const TOTAL_FROM_PERCENT: usize = 60;

/// What stands below the headings.
#[derive(Debug, Default)]
pub struct Table {
    /// Its rows without the total.
    pub rows: Vec<Row>,
    /// The total.
    pub total: Option<Row>,
    /// The caption of a further table with the same headings, which is not read.
    pub next: Option<String>,
}

/// Rows of the table, and its total. One blank row when nothing was filled in, so that every flaw has its cell.
pub fn below_headings(form: &Form, sheet: &Sheet, hits: &[Hit], columns: &HashMap<usize, &Hit>) -> Table {
    let template = form.template;
    let Some(bottom) = columns.values().map(|hit| hit.bottom).max() else { return Table::default() };
    let mut rows: Vec<Row> = Vec::new();
    let mut total: Option<Row> = None;
    let mut next: Option<String> = None;
    let mut gap = 0;
    for at in bottom + 1..=sheet.last_row() {
        if ends_table(template, sheet, hits, at) {
            break;
        }
        if repeats_headings(hits, columns, at) {
            // Headings printed anew on each page go on with the table; below a caption they begin another one.
            next = take_caption(template, &mut rows, at);
            if next.is_some() {
                break;
            }
            continue;
        }
        let row = row_at(form, sheet, columns, at);
        if row.entries.values().all(Entry::is_blank) {
            gap += 1;
            if gap > GAP_ROWS {
                break;
            }
            continue;
        }
        gap = 0;
        if is_labelled_total(form, sheet, columns, at) {
            total = Some(match total {
                Some(other) if sum_of_counts(template, &other) >= sum_of_counts(template, &row) => other,
                _ => row,
            });
        } else if !is_numbering(template, &row) && !is_sample(template, &row) {
            rows.push(row);
        }
    }
    if total.is_none() {
        total = take_unlabelled_total(template, &mut rows);
    }
    if total.is_none() {
        drop_shares(template, &mut rows);
    }
    if rows.is_empty() {
        // A table of nothing but its total says all that the unit has to say.
        rows.push(total.take().unwrap_or_else(|| row_at(form, sheet, columns, bottom + 1)));
    }
    Table { rows, total, next }
}

/// Whether the headings of the table, or a level of them, stand in this row once more.
fn repeats_headings(hits: &[Hit], columns: &HashMap<usize, &Hit>, row: u32) -> bool {
    let is_heading =
        |hit: &&Hit| matches!(hit.meaning, Meaning::Field(at) if hit.row == row && columns.contains_key(&at));
    hits.iter().filter(is_heading).count() >= TABLE_FROM_HEADINGS
}

/// Takes out the row right above another one, if it has words in its first column and nothing else, and says them.
fn take_caption(template: &Template, rows: &mut Vec<Row>, below: u32) -> Option<String> {
    let is_caption = |row: &mut Row| {
        let is_unit = |id: &str| template.field(id).is_some_and(|field| field.kind == FieldKind::Unit);
        row.row + 1 == below && row.entries.iter().all(|(id, entry)| entry.is_blank() || is_unit(id))
    };
    rows.pop_if(is_caption).map(|row| unit_text(template, &row))
}

/// Takes out what is counted in a row above it (其中：甲校). Below a single row these are all that follows.
fn drop_shares(template: &Template, rows: &mut Vec<Row>) {
    let is_share = |row: &Row| SHARE_ROWS.iter().any(|word| unit_text(template, row).starts_with(word));
    match rows.iter().position(is_share) {
        Some(1) => rows.truncate(1),
        Some(at) if at > 1 => rows.retain(|row| !is_share(row)),
        _ => {}
    }
}

fn row_at(form: &Form, sheet: &Sheet, columns: &HashMap<usize, &Hit>, row: u32) -> Row {
    let mut entries = std::collections::BTreeMap::new();
    for (at, hit) in columns {
        let Some(field) = form.template.fields.get(*at) else { continue };
        let filled_at = (hit.col..=hit.right).find(|col| sheet.value(row, *col).is_some());
        let col = filled_at.unwrap_or(hit.col);
        let empty = Value::Text(String::new());
        let value = filled(form, sheet.value(row, col).unwrap_or(&empty));
        entries.insert(field.id.clone(), Entry { value, cell: sheet.place(row, col) });
    }
    Row { row, entries }
}

/// Another label of the form, a note or a line for signatures stands in this row.
fn ends_table(template: &Template, sheet: &Sheet, hits: &[Hit], row: u32) -> bool {
    let beside = |hit: &&Hit| match hit.meaning {
        Meaning::Field(at) => template.fields.get(at).is_some_and(|field| field.at == Place::Right),
        Meaning::Stamp => true,
        Meaning::Frame => hit.inline.is_some(),
    };
    if hits.iter().filter(|hit| hit.row == row).any(|hit| beside(&hit)) {
        return true;
    }
    let texts =
        || sheet.grid.cells.iter().filter(|cell| cell.row == row).map(|cell| sheet.text(row, cell.col));
    texts().next().is_some_and(is_note)
        || texts().any(|text| squeeze(text).trim_end_matches('_').ends_with(':'))
}

/// A row numbering the columns (1, 2, 3 …, 甲, 乙 …).
fn is_numbering(template: &Template, row: &Row) -> bool {
    let is_figure = |field: &&Field| matches!(field.kind, FieldKind::Count | FieldKind::Percent);
    let numbers: Vec<f64> = template
        .columns()
        .filter(is_figure)
        .filter_map(|field| match row.entries.get(&field.id).map(|entry| &entry.value) {
            Some(Value::Number(number)) => Some(*number),
            Some(Value::Text(text)) => text.trim().parse().ok(),
            None => None,
        })
        .collect();
    let is_series = numbers.len() >= 3 && numbers.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1.0));
    let unit = unit_text(template, row);
    is_series && (unit.is_empty() || ["甲", "栏次", "序号", "1"].contains(&unit.as_str()))
}

/// 示例, (样例)某某学院, 【例】.
fn is_sample(template: &Template, row: &Row) -> bool {
    let unit = unit_text(template, row);
    let unit = unit.trim_start_matches(['(', '[', '【', '〔', '<', '《', '「', '*']);
    SAMPLE_ROWS.iter().any(|word| unit.starts_with(word))
}

fn unit_text(template: &Template, row: &Row) -> String {
    let unit = template.fields.iter().find(|field| field.kind == FieldKind::Unit);
    unit.and_then(|field| row.entries.get(&field.id)).map(|entry| squeeze(&entry.text())).unwrap_or_default()
}

fn counts(template: &Template) -> impl Iterator<Item = &Field> {
    template.columns().filter(|field| field.kind == FieldKind::Count)
}

/// 合计 stands in the unit's column or left of the first number.
fn is_labelled_total(form: &Form, sheet: &Sheet, columns: &HashMap<usize, &Hit>, row: u32) -> bool {
    let is_count = |at: &usize| form.template.fields.get(*at).is_some_and(|f| f.kind == FieldKind::Count);
    let Some(first) = columns.iter().filter(|(at, _)| is_count(at)).map(|(_, hit)| hit.col).min() else {
        return false;
    };
    (0..first).any(|col| keys(sheet.text(row, col)).iter().any(|key| form.totals.contains(key)))
}

/// Tells the grand total from subtotals, which never exceed it.
fn sum_of_counts(template: &Template, row: &Row) -> i64 {
    let number = |field: &Field| row.entries.get(&field.id).and_then(|entry| count(&entry.value).value);
    counts(template).filter_map(number).fold(0, i64::saturating_add)
}

/// Takes out the last or first row when it sums up the others. A last row without a name that is more than each of them
/// is meant so, whatever it comes to; of two rows only the name that is missing tells.
fn take_unlabelled_total(template: &Template, rows: &mut Vec<Row>) -> Option<Row> {
    let last = rows.len().checked_sub(1).filter(|last| *last > 0)?;
    let is_nameless = |at: usize| rows.get(at).is_some_and(|row| unit_text(template, row).is_empty());
    let is_alone = is_nameless(last) && (0..last).all(|at| !is_nameless(at));
    let at = [last, 0].into_iter().find(|at| {
        let may_be = rows.len() > 2 || (is_alone && *at == last);
        may_be && sums_up(template, rows, *at)
    });
    let meant = || (is_alone && rows.len() > 2 && exceeds(template, rows, last)).then_some(last);
    Some(rows.remove(at.or_else(meant)?))
}

/// Whether each count of a row is at least that of every other one.
fn exceeds(template: &Template, rows: &[Row], at: usize) -> bool {
    let number = |row: &Row, field: &Field| row.entries.get(&field.id).and_then(|e| count(&e.value).value);
    let Some(row) = rows.get(at) else { return false };
    let own: Vec<(&Field, i64)> = counts(template).filter_map(|f| Some((f, number(row, f)?))).collect();
    let is_most =
        |(field, own): &(&Field, i64)| rows.iter().all(|row| number(row, field).is_none_or(|n| n <= *own));
    own.len() >= 2 && own.iter().all(is_most)
}

fn sums_up(template: &Template, rows: &[Row], at: usize) -> bool {
    let Some(row) = rows.get(at) else { return false };
    let number = |row: &Row, field: &Field| row.entries.get(&field.id).and_then(|e| count(&e.value).value);
    let (mut compared, mut equal) = (0_usize, 0_usize);
    for field in counts(template) {
        let Some(own) = number(row, field).filter(|own| *own > 0) else { continue };
        let others = rows.iter().enumerate().filter(|(other, _)| *other != at);
        let sum: i64 = others.filter_map(|(_, row)| number(row, field)).sum();
        compared += 1;
        equal += usize::from(sum == own);
    }
    compared >= 2 && equal * 100 >= compared * TOTAL_FROM_PERCENT
}
