//! What a corrected form changed: field by field, old value and new one with their cells. Shown beside the message that
//! brought the newer version, so that nobody has to lay two workbooks side by side.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use crate::domain::campaign::Campaign;
use crate::domain::template::{FieldKind, Template};
use crate::domain::text::squeeze;
use crate::fault::Fault;
use crate::store::{Replaced, Store, VersionRow};

/// A form beside the version that it replaced.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correction {
    /// Template id.
    pub form: String,
    /// Title of the form.
    pub title: String,
    /// Register number of the message whose form was replaced.
    pub replaced: i64,
    /// What is different; empty when every field says the same.
    pub changes: Vec<Change>,
}

/// One field that says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// School of the row, as written; empty in a form of one row.
    pub school: String,
    /// Field id; empty where a whole row came or went.
    pub field: String,
    /// Its label.
    pub label: String,
    /// What it said; null where the row is new.
    pub old: Json,
    /// Where.
    pub old_cell: Option<String>,
    /// What it says; null where the row is gone.
    pub new: Json,
    /// Where.
    pub new_cell: Option<String>,
    /// Whether its number is a share, which people write in hundredths.
    #[serde(skip)]
    pub is_share: bool,
}

/// What the forms of a message changed.
///
/// # Errors
/// What the store reports.
pub fn corrections(store: &Store, campaign: &Campaign, message: i64) -> Result<Vec<Correction>, Fault> {
    let replaced = store.replaced(campaign, message)?;
    let told = replaced
        .iter()
        .filter_map(|replaced| Some(correction(campaign.templates.get(&replaced.form)?, replaced)));
    Ok(told.collect())
}

fn correction(form: &Template, replaced: &Replaced) -> Correction {
    let changes = match (replaced.old.as_slice(), replaced.new.as_slice()) {
        // The one row of a form is the unit's, however it writes its name.
        ([old], [new]) => in_row(form, "", Some(old), Some(new)),
        (old, new) => by_school(form, old, new),
    };
    let (id, title) = (form.id.clone(), form.title.clone());
    Correction { form: id, title, replaced: replaced.message, changes }
}

fn by_school(form: &Template, old: &[VersionRow], new: &[VersionRow]) -> Vec<Change> {
    let keyed = |rows: &[VersionRow]| -> BTreeMap<String, usize> {
        rows.iter().enumerate().map(|(at, row)| (squeeze(&row.school), at)).rev().collect()
    };
    let (before, after) = (keyed(old), keyed(new));
    let mut changes = Vec::new();
    for row in new {
        let earlier = before.get(&squeeze(&row.school)).and_then(|at| old.get(*at));
        changes.extend(in_row(form, &row.school, earlier, Some(row)));
    }
    for row in old.iter().filter(|row| !after.contains_key(&squeeze(&row.school))) {
        changes.extend(in_row(form, &row.school, Some(row), None));
    }
    changes
}

fn in_row(form: &Template, school: &str, old: Option<&VersionRow>, new: Option<&VersionRow>) -> Vec<Change> {
    let change = |field: &str, label: &str, was: Json, is: Json| Change {
        school: school.to_owned(),
        field: field.to_owned(),
        label: label.to_owned(),
        old: was,
        old_cell: cell(old, field),
        new: is,
        new_cell: cell(new, field),
        is_share: form.fields.iter().any(|of| of.id == field && of.kind == FieldKind::Percent),
    };
    let (Some(before), Some(after)) = (old, new) else {
        let whole = |row: Option<&VersionRow>| row.map_or(Json::Null, |row| Json::from(row.school.clone()));
        return vec![change("", "整行", whole(old), whole(new))];
    };
    let value = |row: &VersionRow, field: &str| row.values.get(field).cloned().unwrap_or_default();
    let fields = form.fields.iter().map(|field| (field, value(before, &field.id), value(after, &field.id)));
    let differ = fields.filter(|(_, was, is)| was != is);
    differ.map(|(field, was, is)| change(&field.id, &field.label, was, is)).collect()
}

fn cell(row: Option<&VersionRow>, field: &str) -> Option<String> {
    row?.cells.get(field)?.as_str().map(str::to_owned)
}

impl Change {
    /// What it said, with its cell.
    pub fn old_words(&self) -> String {
        said(&self.old, &self.old_cell, self.is_share)
    }

    /// What it says, with its cell.
    pub fn new_words(&self) -> String {
        said(&self.new, &self.new_cell, self.is_share)
    }
}

/// The corrections as lines of `show`.
pub(super) fn in_words(correction: &Correction) -> Vec<String> {
    let mut lines = vec![format!("  改动  《{}》替代来件#{}的一份", correction.title, correction.replaced)];
    if correction.changes.is_empty() {
        lines.push("        各栏填写相同".to_owned());
    }
    for change in &correction.changes {
        let school = if change.school.is_empty() { String::new() } else { format!("{} ", change.school) };
        lines.push(format!(
            "        {school}{}：{} → {}",
            change.label,
            change.old_words(),
            change.new_words()
        ));
    }
    lines
}

fn said(value: &Json, cell: &Option<String>, is_share: bool) -> String {
    let share = value.as_f64().filter(|_| is_share);
    let value = match value {
        _ if let Some(share) = share => format!("{}%", (share * 10_000.0).round() / 100.0),
        Json::Null => "（空）".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    cell.as_ref().map_or(value.clone(), |cell| format!("{value}（{cell}）"))
}
