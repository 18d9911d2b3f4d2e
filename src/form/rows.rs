//! The table of a form: rows below its headings until something else begins, and which of them is the total. A total
//! without a label is known by its sums, since clerks drop the word 合计 as often as they keep it.

use std::collections::HashMap;

use super::cell::{filled, in_measure};
use super::grid::Sheet;
use super::label::{Form, Meaning};
use super::read::{Entry, Hit, Row, TABLE_FROM_HEADINGS, is_note};
use super::subtotal::{Called, called, exceeds, settle, sums_up};
use super::words::{SAMPLE_ROWS, SHARE_ROWS};
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind, Place, Template};
use crate::domain::text::squeeze;

/// Empty rows in a row after which the table is over.
const GAP_ROWS: u32 = 30;

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
    let mut lines: Vec<(Row, Called)> = Vec::new();
    let mut next: Option<String> = None;
    let mut gap = 0;
    for at in bottom + 1..=sheet.last_row() {
        if ends_table(template, sheet, hits, at) {
            break;
        }
        if repeats_headings(hits, columns, at) {
            // Headings printed anew on each page go on with the table; below a caption they begin another one.
            next = take_caption(template, &mut lines, at);
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
        let called = called_by(form, sheet, columns, at);
        if called > Called::Row || (!is_numbering(template, &row) && !is_sample(template, &row)) {
            lines.push((row, called));
        }
    }
    let is_labelled = lines.iter().any(|(_, called)| *called > Called::Row);
    let (mut rows, mut total) = settle(template, lines);
    if !is_labelled {
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
fn take_caption(template: &Template, lines: &mut Vec<(Row, Called)>, below: u32) -> Option<String> {
    let is_caption = |(row, _): &mut (Row, Called)| {
        let is_unit = |id: &str| template.field(id).is_some_and(|field| field.kind == FieldKind::Unit);
        row.row + 1 == below && row.entries.iter().all(|(id, entry)| entry.is_blank() || is_unit(id))
    };
    lines.pop_if(is_caption).map(|(row, _)| unit_text(template, &row))
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
        let value = in_measure(field, hit.measure, value);
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
    let is_figure = |field: &&Field| field.kind.adds_up() || field.kind == FieldKind::Percent;
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

/// 合计 stands in the unit's column or left of the first number, in the unit's or one that the form does not have also behind
/// a name (全市合计).
fn called_by(form: &Form, sheet: &Sheet, columns: &HashMap<usize, &Hit>, row: u32) -> Called {
    let field = |at: &usize| form.template.fields.get(*at);
    let is_count = |at: &usize| field(at).is_some_and(|f| f.kind.adds_up());
    let Some(first) = columns.iter().filter(|(at, _)| is_count(at)).map(|(_, hit)| hit.col).min() else {
        return Called::Row;
    };
    let is_text = |at: &usize| field(at).is_some_and(|f| f.kind != FieldKind::Unit);
    let is_other =
        |col: u32| columns.iter().any(|(at, hit)| is_text(at) && (hit.col..=hit.right).contains(&col));
    (0..first).map(|col| called(form, sheet.text(row, col), !is_other(col))).max().unwrap_or(Called::Row)
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
