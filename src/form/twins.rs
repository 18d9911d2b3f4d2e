//! Headings that stand twice in one row: a table folded into two blocks side by side, last year's figures beside this
//! year's. Nobody knows which of them is meant by what it says alone, and the one that is not read would be lost.

use std::collections::BTreeMap;

use super::grid::Sheet;
use super::inline::is_counted_in;
use super::label::Meaning;
use super::read::Hit;
use crate::domain::facts::Value;
use crate::domain::template::{FieldKind, Template};

/// Rows below the headings in which a second column is looked for something.
const LOOK_ROWS: u32 = 30;

/// The columns, that of the unit's name being the one in which most names stand: 单位 is merged over what 学校名称 lists.
pub(super) fn fuller<'h>(
    template: &Template,
    sheet: &Sheet,
    hits: &'h [Hit],
    mut columns: BTreeMap<usize, &'h Hit>,
) -> BTreeMap<usize, &'h Hit> {
    let Some(unit) = template.fields.iter().position(|field| field.kind == FieldKind::Unit) else {
        return columns;
    };
    let Some(own) = columns.get(&unit).copied() else { return columns };
    let bottom = columns.values().map(|hit| hit.bottom).max().unwrap_or(own.bottom);
    let others: Vec<&Hit> =
        beside(hits, &columns).filter(|(at, _)| *at == unit).map(|(_, hit)| hit).collect();
    if others.is_empty() {
        return columns;
    }
    let is_name = |text: &str| !text.trim().is_empty() && !is_counted_in(text);
    let mut by_column: BTreeMap<u32, usize> = BTreeMap::new();
    for (cell, ..) in sheet.texts().filter(|(cell, text, _)| cell.row > bottom && is_name(text)) {
        *by_column.entry(cell.col).or_default() += 1;
    }
    let names = |hit: &Hit| by_column.range(hit.col..=hit.right).map(|(_, names)| names).sum::<usize>();
    let other = others.into_iter().max_by_key(|hit| names(hit)).filter(|other| names(other) > names(own));
    if let Some(other) = other {
        columns.insert(unit, other);
    }
    columns
}

/// Headings of the table's fields that stand in its heading rows once more.
fn beside<'h>(hits: &'h [Hit], columns: &BTreeMap<usize, &'h Hit>) -> impl Iterator<Item = (usize, &'h Hit)> {
    let top = columns.values().map(|hit| hit.row).min().unwrap_or(0);
    let bottom = columns.values().map(|hit| hit.bottom).max().unwrap_or(0);
    let owns: BTreeMap<usize, u32> = columns.iter().map(|(at, hit)| (*at, hit.col)).collect();
    hits.iter().filter(move |hit| (top..=bottom).contains(&hit.row) && hit.inline.is_none()).filter_map(
        move |hit| match hit.meaning {
            Meaning::Field(at) => owns.get(&at).filter(|own| **own != hit.col).map(|_| (at, hit)),
            Meaning::Stamp | Meaning::Frame => None,
        },
    )
}

/// Where a second column of the same heading begins that says something else.
pub(super) fn twin(sheet: &Sheet, hits: &[Hit], columns: &BTreeMap<usize, &Hit>) -> Option<String> {
    let bottom = columns.values().map(|hit| hit.bottom).max()?;
    let said = |row: u32, hit: &Hit| {
        let value = sheet.value(row, hit.col);
        value.filter(|value| !matches!(value, Value::Text(text) if text.trim().is_empty()))
    };
    let end = (bottom + LOOK_ROWS).min(sheet.last_row());
    beside(hits, columns).find_map(|(at, other)| {
        let own = columns.get(&at)?;
        // 职务 and 职称 are two things, though the form asks for either.
        let is_same = sheet.keys_at(own.row, own.col) == sheet.keys_at(other.row, other.col);
        let mut rows = (bottom + 1)..=end;
        let differs = |row: u32| said(row, other).is_some_and(|value| Some(value) != said(row, own));
        (is_same && rows.any(differs)).then(|| format!("{}起同名的一栏", sheet.place(other.row, other.col)))
    })
}
