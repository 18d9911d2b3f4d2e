//! What is wrong with the rows of a table beside one another: one that says nobody's name, one that stands there twice,
//! a share that contradicts what it is a share of. Each of them would be added up with the rest without a word.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::amount::figure;
use super::check::{CheckedRow, flaw};
use super::lines::{has_figures, is_name_alone};
use super::quote::quote;
use super::read::{Entry, Row};
use super::words::{DERIVED_ROWS, NO_NAMES, PAST_ROWS};
use super::year::year_in;
use crate::domain::submission::{Flaw, Level};
use crate::domain::template::{Field, FieldKind, Rule, Template, Total};
use crate::domain::text::squeeze;

/// V04: a row with figures and without a name, among others that have one. V16: a name that has two rows.
pub(super) fn between_rows(template: &Template, rows: &[&Row]) -> Vec<Flaw> {
    // Where nothing is added up, a school may have as many rows as it has things to list.
    let is_added_up = template.rules.contains(&Rule::TotalRow);
    let Some(unit) = template.columns().find(|field| field.kind == FieldKind::Unit && is_added_up) else {
        return Vec::new();
    };
    let counts = || template.columns().filter(|field| field.kind.adds_up());
    let number =
        |row: &Row, field: &Field| row.entries.get(&field.id).and_then(|entry| figure(field, &entry.value));
    let has_figures = |row: &&&Row| counts().any(|field| number(row, field).is_some_and(|n| n > 0));
    let figured: Vec<&Row> = rows.iter().filter(has_figures).copied().collect();
    let named = |row: &Row| row.entries.get(&unit.id).map(|entry| squeeze(&entry.text())).unwrap_or_default();
    if figured.iter().all(|row| named(row).is_empty()) {
        return Vec::new();
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let told = figured.iter().filter_map(|row| {
        let place = row.entries.get(&unit.id).map_or("", |entry| entry.cell.as_str());
        let name = named(row);
        if name.is_empty() {
            let text = format!("{}：这一行有数字而没有单位名称，请补填；是合计的请写“合计”", unit.label);
            return Some(flaw("V04", place, Level::Error, text));
        }
        if NO_NAMES.iter().any(|start| name.to_lowercase().starts_with(start)) {
            let text = format!("{}：写作“{}”，请写明单位；是示例的请删去这一行", unit.label, quote(&name));
            return Some(flaw("V04", place, Level::Error, text));
        }
        let line = seen.insert(name, row.row + 1)?;
        let text = format!("{}：与第{line}行是同一单位，请核对是否重复填报", unit.label);
        Some(flaw("V16", place, Level::Warning, text))
    });
    told.collect()
}

/// V10: a name with nothing beside it, among rows that are filled in. One word tells it as well as one for each column.
pub(super) fn unfilled(template: &Template, row: &Row) -> Option<Flaw> {
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit)?;
    let entry = row.entries.get(&unit.id)?;
    let text = format!("{}：这一行只有名称，没有数字，没有的请填0，不报送的请删去这一行", unit.label);
    is_name_alone(template, row).then(|| flaw("V10", &entry.cell, Level::Error, text))
}

/// V10: a name with nothing beside it over some of the rows, which may be their caption.
pub(super) fn caption(template: &Template, entry: &Entry) -> Flaw {
    let label =
        template.columns().find(|field| field.kind == FieldKind::Unit).map_or("", |f| f.label.as_str());
    let name = quote(&entry.text());
    let text = format!("{label}：“{name}”下面没有数字，当作以下几行的标题，没有计入；是单位的请补填");
    flaw("V10", &entry.cell, Level::Info, text)
}

/// Whether a name with nothing beside it is missed: where figures are asked for, and some row has them.
pub(super) fn misses_figures(template: &Template, rows: &[&Row]) -> bool {
    template.columns().any(|field| field.required && field.kind.adds_up())
        && rows.iter().any(|row| has_figures(template, row))
}

/// V16: a row of the table that says it is of another year, of the time before (上年度, 较上年增减) or calculated from the others
/// (平均), is not counted with the rest.
pub(super) fn other_years(template: &Template, row: &Row) -> Option<Flaw> {
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit)?;
    let entry = row.entries.get(&unit.id)?;
    let text = entry.text();
    let year = year_in(&text).filter(|year| !template.is_of(*year) && text.contains('年'));
    let tight = squeeze(&text);
    if begins(&tight, DERIVED_ROWS) {
        let told = format!("“{}”一行是算出来的，不是哪个单位的；没有计入，请删去", quote(&text));
        return Some(flaw("V16", &entry.cell, Level::Warning, told));
    }
    let (what, own) = match year {
        Some(year) => (format!("{year}年"), format!("{}年", template.year)),
        None if begins(&tight, PAST_ROWS) => (format!("“{}”", quote(&text)), "本期".to_owned()),
        None => return None,
    };
    let told = format!("这一行写明是{what}，只报{own}的数据；没有计入，请删去后重新报送");
    Some(flaw("V16", &entry.cell, Level::Error, told))
}

/// Whether a row is counted with none by what it is called: 平均, 上年同期, 2022年.
pub(super) fn is_not_counted(template: &Template, row: &Row) -> bool {
    other_years(template, row).is_some()
}

fn begins(tight: &str, words: &[&str]) -> bool {
    words.iter().any(|word| tight.starts_with(word))
}

/// V11: a share of nought where something is counted that it is a share of.
pub(super) fn share_of_nothing(template: &Template, row: &CheckedRow) -> Vec<Flaw> {
    let number = |id: &String| row.values.get(id).and_then(Json::as_f64);
    let told = template.fields.iter().filter_map(|field| {
        let Total::Weighted { by } = &field.total else { return None };
        let counted = number(by).filter(|counted| *counted > 0.0 && number(&field.id) == Some(0.0))?;
        let place = row.cells.get(&field.id).and_then(Json::as_str).unwrap_or_default();
        let of = template.field(by).map_or(by.as_str(), |field| field.label.as_str());
        let text = format!("{}：为0，而{of}为{counted}，请核对", field.label);
        Some(flaw("V11", place, Level::Warning, text))
    });
    told.collect()
}
