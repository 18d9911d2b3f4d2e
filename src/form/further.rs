//! What stands below a table and is none of its rows: the headings once more, on the next page or over another unit's table, a table
//! of another kind, rows behind a remark. What is not read is told, or a person is asked.

use std::collections::BTreeMap;

use super::grid::Sheet;
use super::hits::Hits;
use super::label::{Form, Meaning, without_remarks};
use super::lines::is_sample;
use super::read::{Hit, TABLE_FROM_HEADINGS, is_note};
use super::rows::{called_by, is_full, row_at};
use super::subtotal::Called;
use super::table::is_not_counted;
use super::words::TABLE_HEADS;
use crate::domain::facts::Value;
use crate::domain::text::squeeze;

/// Rows between the title of a further table and its headings: the line of its unit, what it counts in.
const TITLE_ROWS: usize = 4;

/// Whether the headings of the table, or a level of them, stand in this row once more.
pub(super) fn repeats_headings(hits: &Hits, columns: &BTreeMap<usize, &Hit>, row: u32) -> bool {
    let is_heading = |hit: &&Hit| matches!(hit.meaning, Meaning::Field(at) if columns.contains_key(&at));
    hits.of_row(row).filter(is_heading).count() >= TABLE_FROM_HEADINGS
}

/// Whether the headings stand once more a few rows below this one.
pub(super) fn is_above_headings(
    filled: &BTreeMap<u32, Vec<u32>>,
    hits: &Hits,
    columns: &BTreeMap<usize, &Hit>,
    row: u32,
) -> bool {
    filled.range(row + 1..).take(TITLE_ROWS).any(|(row, _)| repeats_headings(hits, columns, *row))
}

/// Where below the end of the table (`end`) its headings stand once more, with rows filled in under them (down to `full`), or rows go on:
/// the next page, schools that came late, or another list, which a person must tell. What another kind of table heads is no row.
pub(super) fn unread_below(
    form: &Form,
    sheet: &Sheet,
    hits: &Hits,
    columns: &BTreeMap<usize, &Hit>,
    filled: &BTreeMap<u32, Vec<u32>>,
    (end, full): (u32, Option<u32>),
) -> Option<String> {
    // 联系电话 | 139…, 宣传场次 | 12: a label with its value is no row.
    let is_labelled =
        |at: u32| filled.get(&at).is_some_and(|cols| cols.iter().any(|col| hits.is_at(at, *col)));
    let is_row = |at: u32| {
        if is_labelled(at) {
            return false;
        }
        let row = row_at(form, sheet, columns, at);
        is_full(form.template, &row)
            && called_by(form, sheet, columns, &row) == Called::Row
            && !is_sample(form.template, sheet, columns, &row)
            && !is_not_counted(form.template, &row)
    };
    let below = filled.range(end + 1..).take_while(|(at, _)| full.is_some_and(|full| **at <= full));
    for (&at, cols) in below {
        let place = || sheet.place(at, cols.iter().min().copied().unwrap_or(0));
        if repeats_headings(hits, columns, at) {
            return (full > Some(at)).then(|| format!("{}起的一张表", place()));
        }
        if heads_another(sheet, filled, at) {
            return None;
        }
        if is_row(at) {
            return Some(format!("{}起的几行", place()));
        }
    }
    None
}

/// Whether the headings of a table of another kind stand in a row, with figures below: 项目 | 金额.
pub(super) fn heads_another(sheet: &Sheet, filled: &BTreeMap<u32, Vec<u32>>, row: u32) -> bool {
    let texts = |row: u32| {
        let cols = filled.get(&row).map_or(&[][..], Vec::as_slice);
        cols.iter().map(move |col| squeeze(sheet.text(row, *col))).filter(|text| !text.is_empty())
    };
    let has_digit = |text: &String| text.contains(|c: char| c.is_ascii_digit());
    let is_head = |text: &String| TABLE_HEADS.iter().any(|end| without_remarks(text).ends_with(end));
    let has_numbers = |row: u32| {
        let cols = filled.get(&row).map_or(&[][..], Vec::as_slice);
        cols.iter().any(|col| matches!(sheet.value(row, *col), Some(Value::Number(_))))
            || texts(row).any(|t| has_digit(&t))
    };
    texts(row).filter(is_head).count() >= 2 && !has_numbers(row) && has_numbers(row + 1)
}

/// The title of a further table, which has its row to itself.
pub(super) fn another_title(form: &Form, sheet: &Sheet, row: u32, cols: &[u32]) -> Option<String> {
    let &[col] = cols else { return None };
    let is_title = form.is_called(sheet.keys_at(row, col));
    (is_title && !form.title.is_empty() && !is_note(sheet.text(row, col)))
        .then(|| sheet.text(row, col).trim().to_owned())
}
