//! `forms/*.toml`: the forms of a campaign, as `form/` reads and checks them. The id of a form is its file's name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::complaint;
use super::error::{Level, Notebook};
use super::letters::files_in;
use super::section::{self, Section};
use super::value::{Percent, Year};
use crate::domain::campaign::Blank;
use crate::domain::template::{Field, FieldKind, Place, Rule, Template, Total};
use crate::form::label_key;

const KEYS: &[&str] =
    &["title", "year", "title_words", "match_percent", "hints", "total_labels", "field", "rule"];

const FIELD: &[&str] = &[
    "id",
    "label",
    "synonyms",
    "at",
    "kind",
    "required",
    "optional_column",
    "personal",
    "max_chars",
    "max_value",
    "total",
];

/// In the label of a number these say that it is money, which has decimals.
const MONEY_WORDS: [&str; 5] = ["万元", "亿元", "(元)", "（元）", "金额"];

/// A sheet that shows fewer of the headings is not this form (V01).
const MATCH_PERCENT: u8 = 70;

/// With fewer headings other tables are taken for this form.
const LEAST_MATCH_PERCENT: u8 = 40;

/// Largest blank form that goes with a mail, MB: some mailboxes of units are nearly full.
const BLANK_MAX_MB: usize = 2;

/// The forms of a campaign.
#[derive(Default)]
pub(super) struct Forms {
    /// By their ids.
    pub(super) templates: BTreeMap<String, Template>,
    /// Where each says its year: file and line.
    pub(super) years: BTreeMap<String, (PathBuf, usize)>,
}

/// Reads every form of the folder. A folder that is missing has none.
pub(super) fn read_all(folder: &Path, notes: &Notebook) -> Forms {
    let mut forms = Forms::default();
    for (id, path) in files_in(folder, "toml") {
        let read = section::open(&path, notes, KEYS, |top| Some((read_form(&id, top)?, top.line_of("year"))));
        match read {
            Some((form, line)) => {
                forms.years.insert(id.clone(), (path, line));
                forms.templates.insert(id, form);
            }
            None => notes.spoil(id),
        }
    }
    forms
}

/// Reads every blank form of the folder (`forms/ID.xlsx`). Units see it under the form's own title.
pub(super) fn read_blanks(
    folder: &Path,
    forms: &BTreeMap<String, Template>,
    notes: &Notebook,
) -> BTreeMap<String, Blank> {
    let read = |(id, path): (String, PathBuf)| {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                notes.note(Level::Error, &path, 0, "", complaint::unreadable_file(&error));
                return None;
            }
        };
        if bytes.len() > BLANK_MAX_MB << 20 {
            notes.note(Level::Error, &path, 0, "", complaint::blank_too_large(BLANK_MAX_MB));
        }
        let title = forms.get(&id).map_or(&id, |form| &form.title);
        Some((id.clone(), Blank { name: format!("{title}.xlsx"), bytes: bytes.into() }))
    };
    files_in(folder, "xlsx").into_iter().filter_map(read).collect()
}

fn read_form(id: &str, top: &Section<'_>) -> Option<Template> {
    let title = top.need_words("title");
    let year = top.need("year");
    let title_words: Option<Vec<String>> = top.need("title_words");
    let (fields, is_sound) = fields(top);
    let match_percent = top.or("match_percent", Percent(MATCH_PERCENT)).0;
    if match_percent < LEAST_MATCH_PERCENT {
        top.note_key(
            Level::Warning,
            "match_percent",
            complaint::match_too_little(match_percent, MATCH_PERCENT),
        );
    }
    if !fields.iter().any(|field| field.kind == FieldKind::Unit) {
        top.complain("field", complaint::form_without_unit());
    }
    let Year(year) = year?;
    Some(Template {
        id: id.to_owned(),
        title: title?,
        year,
        also_years: Vec::new(),
        title_words: title_words?,
        match_percent,
        // What refers to a field whose id is another's is not told of as well.
        rules: if is_sound { rules(top, &fields) } else { Vec::new() },
        fields,
        hints: top.or("hints", Vec::new()),
        total_labels: top.or("total_labels", Vec::new()),
    })
}

/// The fields, and whether all of them could be read and none is another's double.
fn fields(top: &Section<'_>) -> (Vec<Field>, bool) {
    let mut is_sound = true;
    let mut read: Vec<Field> = Vec::new();
    // Of each field read: every command reads every form, and a form may have a hundred fields.
    let mut known: Vec<Vec<String>> = Vec::new();
    let tables = top.sections("field", FIELD);
    for table in &tables {
        let Some(field) = read_field(table) else {
            is_sound = false;
            continue;
        };
        if read.iter().any(|other| other.id == field.id) {
            table.complain("id", complaint::duplicate(&field.id));
            is_sound = false;
            continue;
        }
        if field.kind == FieldKind::Count && MONEY_WORDS.iter().any(|word| field.label.contains(word)) {
            table.note_key(Level::Warning, "kind", complaint::count_of_money(&field.label));
        }
        let keys: Vec<String> = labels(&field).map(|label| label_key(label)).collect();
        for (other, taken) in read.iter().zip(&known).filter(|(other, _)| other.at == field.at) {
            let shared = labels(&field).zip(&keys).find(|(_, key)| taken.contains(key));
            if let Some((label, _)) = shared {
                table.complain("label", complaint::ambiguous_label(label, &other.id));
            }
        }
        known.push(keys);
        read.push(field);
    }
    tables.iter().filter(|table| table.is_table("total")).for_each(|table| weigh(table, &mut read));
    (read, is_sound)
}

/// `total = { weighted_by = "students" }`: a share is weighted by something that is counted, in any field of the form.
fn weigh(table: &Section<'_>, fields: &mut [Field]) {
    let counts = fields.iter().filter(|field| field.kind.adds_up());
    let counts: Vec<String> = counts.map(|field| field.id.clone()).collect();
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    let total = table.section("total", &["weighted_by"]);
    let by = total.and_then(|total| total.need_reference("weighted_by", "计数栏目", &counts));
    let id: Option<String> = table.get("id");
    let Some(field) = fields.iter_mut().find(|field| Some(&field.id) == id.as_ref()) else { return };
    if field.kind != FieldKind::Percent {
        table.complain("total", complaint::total_not_for_kind("weighted_by", "percent"));
    }
    field.total = by.map_or(Total::List, |by| Total::Weighted { by });
}

fn read_field(table: &Section<'_>) -> Option<Field> {
    let kinds = [
        ("text", FieldKind::Text),
        ("unit", FieldKind::Unit),
        ("mobile", FieldKind::Mobile),
        ("phone", FieldKind::Phone),
        ("qq", FieldKind::Qq),
        ("url", FieldKind::Url),
        ("essay", FieldKind::Essay),
        ("count", FieldKind::Count),
        ("amount", FieldKind::Amount),
        ("percent", FieldKind::Percent),
    ];
    let id = table.need_id("id");
    let label = table.need_words("label");
    let at = table.need_choice("at", &[("right", Place::Right), ("below", Place::Below)]);
    let kind = table.need_choice("kind", &kinds);
    let total = total(table, kind?);
    Some(Field {
        id: id?,
        label: label?,
        synonyms: table.or("synonyms", Vec::new()),
        at: at?,
        kind: kind?,
        required: table.or("required", false),
        optional_column: table.or("optional_column", false),
        personal: table.or("personal", false),
        max_chars: table.or("max_chars", 0),
        max_value: table.or("max_value", 0),
        total,
    })
}

/// `total = "sum" | "list" | "none"`; a weight is looked at when all fields are known.
fn total(table: &Section<'_>, kind: FieldKind) -> Total {
    let words = [("sum", Total::Sum), ("list", Total::List), ("none", Total::None)];
    let chosen = if table.is_table("total") { None } else { table.choice("total", &words) };
    if chosen == Some(Total::Sum) && !kind.adds_up() {
        table.complain("total", complaint::total_not_for_kind("sum", "count\" 或 \"amount"));
    }
    chosen.unwrap_or_else(|| Total::of_kind(kind))
}

fn labels(field: &Field) -> impl Iterator<Item = &String> {
    std::iter::once(&field.label).chain(&field.synonyms)
}

fn rules(top: &Section<'_>, fields: &[Field]) -> Vec<Rule> {
    let ids: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
    let tables = top.sections("rule", &["at_least_sum", "not_all_zero", "ratio", "one_each", "total_row"]);
    tables.iter().filter_map(|table| read_rule(table, &ids)).collect()
}

/// `at_least_sum = { whole = "…", parts = ["…"] }`, `not_all_zero = ["…"]`, `ratio = { many = "…", each = "…", least = 2,
/// most = 80 }`, `one_each = "…"` or `total_row = true`.
fn read_rule(table: &Section<'_>, ids: &[&str]) -> Option<Rule> {
    if table.or("total_row", false) {
        return Some(Rule::TotalRow);
    }
    let parts = table.references("not_all_zero", "栏目", ids);
    if !parts.is_empty() {
        return Some(Rule::NotAllZero { parts });
    }
    if let Some(ratio) = table.section("ratio", &["many", "each", "least", "most"]) {
        let (many, each) =
            (ratio.need_reference("many", "栏目", ids), ratio.need_reference("each", "栏目", ids));
        let (least, most) = (ratio.or("least", 0), ratio.or("most", u32::MAX));
        return Some(Rule::Ratio { many: many?, each: each?, least, most });
    }
    if table.has("one_each") {
        return table.need_reference("one_each", "栏目", ids).map(|count| Rule::OneEach { count });
    }
    let sum = table.need_section("at_least_sum", &["whole", "parts"])?;
    let whole = sum.need_reference("whole", "栏目", ids);
    let parts = sum.references("parts", "栏目", ids);
    if parts.is_empty() {
        sum.complain("parts", complaint::empty_list());
    }
    Some(Rule::AtLeastSum { whole: whole?, parts })
}
