//! The checks V02 and V04-V16 of `domain.md` b.4 on one reading: every value with its cell, every flaw with place
//! and remedy. Whether the form is the mail's own unit's (V03) and whether the file opened (V01) is known elsewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::amount::{amount, figure as figure_of};
use super::counted::counted;
use super::essay::words;
use super::number::percent;
use super::person::{Cleaned, is_mobile, is_placeholder, mobile, phone, qq, url};
use super::quote::quote;
use super::read::{Entry, Reading, Row};
use super::table;
use super::written::lost_digits;
use crate::domain::facts::NOT_CALCULATED;
use crate::domain::figure::{self, Millionths, ONE};
use crate::domain::message::PartState;
use crate::domain::submission::{Flaw, Level};
use crate::domain::template::{Field, FieldKind, Rule, Template};
use crate::domain::text::squeeze;

/// Words of the flaw of a cell in which nothing stands, told from one whose text could not be read.
pub const UNFILLED: &str = "未填写";

/// What is said of a number that was typed as one and is longer than spreadsheets remember (身份证号).
const LOST: &str = "数字过长，末几位已丢失，请把单元格改为文本格式后重新填写";

/// A text longer than its limit by no more than this share is only noted, in percent.
const TOLERATED_PERCENT: u32 = 10;
/// A running text shorter than this says nothing.
const SHORTEST_ESSAY: u32 = 20;

/// What a reading comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checked {
    /// One entry a unit or school; values beside labels are in the first.
    pub rows: Vec<CheckedRow>,
    /// What is wrong, in the order of the form.
    pub flaws: Vec<Flaw>,
    /// The contact person of the form's own row, if it asks for one.
    pub contact: Option<Contact>,
}

/// One row of values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckedRow {
    /// Unit or school, as written.
    pub school: String,
    /// Values by field id: counts as integers, shares as fractions, unreadable ones null.
    pub values: Map<String, Json>,
    /// Cell of each value.
    pub cells: Map<String, Json>,
}

/// Who can be asked about the material.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// Name as written.
    pub name: String,
    /// Whether a valid mobile number stands beside it.
    pub has_mobile: bool,
    /// QQ number, digits only, empty when there is none.
    pub qq: String,
}

/// Checks a reading by its template.
pub fn check(template: &Template, reading: &Reading) -> Checked {
    let mut checked = Checked::default();
    if let Some(year) = reading.year.filter(|year| *year != template.year) {
        let text = format!("表头为{year}年，请使用{}年下发的《{}》重新填报", template.year, template.title);
        checked.flaws.push(flaw("OLD_TEMPLATE", "", Level::Error, text));
    }
    if reading.is_empty(template) {
        let text = format!("《{}》未填写内容，请填写后重新报送", template.title);
        checked.flaws.push(flaw("V02", "", Level::Error, text));
        return checked;
    }
    if !reading.absent.is_empty() {
        let text = format!("表头缺少“{}”，请使用下发的表样", reading.absent.join("”“"));
        checked.flaws.push(flaw("TEMPLATE_CHANGED", "", Level::Warning, text));
    }
    if let Some(further) = &reading.further {
        let text = format!("表下另有“{}”，不在下发的表样内，没有读取", quote(further));
        checked.flaws.push(flaw("TEMPLATE_CHANGED", "", Level::Info, text));
    }
    checked.flaws.extend(reading.captions.iter().map(|entry| table::caption(template, entry)));
    let is_old = |row: &&Row| reading.rows.len() > 1 && table::other_years(template, row).is_some();
    for row in &reading.rows {
        checked.flaws.extend(table::other_years(template, row));
    }
    let rows: Vec<&Row> = reading.rows.iter().filter(|row| !is_old(row)).collect();
    let misses_figures = table::misses_figures(template, &rows);
    for row in &rows {
        let mut out = CheckedRow::default();
        if checked.rows.is_empty() {
            take(template, &reading.fields, &mut out, &mut checked.flaws);
        }
        if misses_figures && let Some(unfilled) = table::unfilled(template, row) {
            take(template, &row.entries, &mut out, &mut Vec::new());
            checked.flaws.push(unfilled);
            checked.rows.push(out);
            continue;
        }
        take(template, &named_by_stamp(template, reading, row), &mut out, &mut checked.flaws);
        row_rules(template, row, &out, rows.len() == 1, &mut checked.flaws);
        checked.flaws.extend(table::share_of_nothing(template, &out));
        checked.rows.push(out);
    }
    if rows.is_empty() {
        let mut out = CheckedRow::default();
        take(template, &reading.fields, &mut out, &mut checked.flaws);
        checked.rows.push(out);
    }
    checked.flaws.extend(table::between_rows(template, &rows));
    if let Some(total) = &reading.total {
        total_row(template, total, &checked.rows, &mut checked.flaws);
    }
    checked.contact = contact(template, reading);
    checked
}

/// V14: whoever reports for itself alone counts as one; an authority's single row stands for all of its schools.
pub fn one_each(template: &Template, checked: &Checked) -> Vec<Flaw> {
    let [row] = checked.rows.as_slice() else { return Vec::new() };
    let counts = template.rules.iter().filter_map(|rule| match rule {
        Rule::OneEach { count } => template.field(count),
        _ => None,
    });
    let wrong = counts.filter_map(|field| {
        let said = row.values.get(&field.id)?.as_i64().filter(|said| *said != 1)?;
        let place = row.cells.get(&field.id).and_then(Json::as_str).unwrap_or_default();
        let text = format!("{}：{said}，只为自己报送的应为1，请核对", field.label);
        Some(flaw("V14", place, Level::Warning, text))
    });
    wrong.collect()
}

/// The state that flaws leave a form in (`contract.md` 3).
pub fn state_of(flaws: &[Flaw]) -> PartState {
    let fatal = |flaw: &Flaw| matches!(flaw.code.as_str(), "V01" | "V02" | "V03" | "OLD_TEMPLATE");
    if flaws.iter().any(|flaw| flaw.level == Level::Error && fatal(flaw)) {
        PartState::Rejected
    } else if flaws.iter().any(|flaw| flaw.level == Level::Error) {
        PartState::Flawed
    } else {
        PartState::Accepted
    }
}

pub(super) fn flaw(code: &str, place: &str, level: Level, text: String) -> Flaw {
    Flaw { code: code.to_owned(), place: place.to_owned(), text, level }
}

/// Takes the entries of `fields` over as values and checks each by its kind.
fn take(template: &Template, entries: &BTreeMap<String, Entry>, out: &mut CheckedRow, flaws: &mut Vec<Flaw>) {
    for field in &template.fields {
        let Some(entry) = entries.get(&field.id) else { continue };
        let (value, found) = value_of(field, entry);
        if field.kind == FieldKind::Unit {
            out.school = entry.text();
        }
        out.values.insert(field.id.clone(), value);
        out.cells.insert(field.id.clone(), Json::String(entry.cell.clone()));
        flaws.extend(found);
    }
}

/// The entries of a row; a single row without a name is about the unit of the stamp line.
fn named_by_stamp(template: &Template, reading: &Reading, row: &Row) -> BTreeMap<String, Entry> {
    let mut entries = row.entries.clone();
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit);
    if let (Some(unit), Some(stamp), [_]) = (unit, &reading.stamp, reading.rows.as_slice())
        && entries.get(&unit.id).is_none_or(Entry::is_blank)
        && !stamp.is_blank()
    {
        entries.insert(unit.id.clone(), stamp.clone());
    }
    entries
}

/// A value in the shape of `contract.md` 5, and what is wrong with it.
fn value_of(field: &Field, entry: &Entry) -> (Json, Vec<Flaw>) {
    let told = |code: &str, level: Level, text: String| {
        flaw(code, &entry.cell, level, format!("{}：{text}", field.label))
    };
    if entry.is_blank() && field.required {
        let (code, text) = match field.kind {
            FieldKind::Count | FieldKind::Amount => ("V10", format!("{UNFILLED}，没有的请填0")),
            FieldKind::Percent => ("V11", UNFILLED.to_owned()),
            _ => ("V04", format!("{UNFILLED}，请补填")),
        };
        return (Json::Null, vec![told(code, Level::Error, text)]);
    }
    if let Some(error) = entry.value.error() {
        let code = match field.kind {
            FieldKind::Count | FieldKind::Amount => "V10",
            FieldKind::Percent => "V11",
            _ => "V04",
        };
        let what = if error == NOT_CALCULATED {
            "公式未计算".to_owned()
        } else {
            format!("公式出错（{error}）")
        };
        return (Json::Null, vec![told(code, Level::Error, format!("{what}，请改填结果后重新报送"))]);
    }
    let is_personal = matches!(field.kind, FieldKind::Text | FieldKind::Mobile | FieldKind::Phone);
    if field.required && is_personal && is_placeholder(&entry.text()) {
        let text = format!("写作“{}”，没有实际内容，请补填", quote(&entry.text()));
        return (Json::Null, vec![told("V04", Level::Error, text)]);
    }
    // A count that need not be filled is nothing when it is left blank (县级媒体 of a school of the province).
    if entry.is_blank() && field.kind.adds_up() && !field.optional_column {
        return (Json::from(0), vec![told("V15", Level::Info, format!("{UNFILLED}，按0登记"))]);
    }
    let cleaned = |code: &str, cleaned: Cleaned| {
        let value = if cleaned.text.is_empty() { Json::Null } else { Json::String(cleaned.text) };
        (value, cleaned.problem.map(|text| told(code, Level::Warning, text)).into_iter().collect())
    };
    match field.kind {
        FieldKind::Text | FieldKind::Unit if entry.is_blank() => (Json::Null, vec![]),
        FieldKind::Text | FieldKind::Unit => {
            let lost = lost_digits(&entry.value).then(|| told("V04", Level::Error, LOST.to_owned()));
            (Json::String(entry.text()), lost.into_iter().collect())
        }
        FieldKind::Mobile => cleaned("V05", mobile(&entry.value)),
        FieldKind::Phone => cleaned("V06", phone(&entry.value)),
        FieldKind::Qq => cleaned("V07", qq(&entry.value)),
        FieldKind::Url => cleaned("V08", url(&entry.value)),
        FieldKind::Essay => {
            let value = if entry.is_blank() { Json::Null } else { Json::String(entry.text()) };
            (value, essay(field, entry).map(|(level, text)| told("V09", level, text)).into_iter().collect())
        }
        FieldKind::Count => {
            let parsed = counted(&field.label, &entry.value);
            let value = parsed.value.map(|value| Millionths::from(value) * ONE);
            added_up(field, value, parsed.remark, told)
        }
        FieldKind::Amount => {
            let parsed = amount(&field.label, &entry.value);
            added_up(field, parsed.value, parsed.remark, told)
        }
        FieldKind::Percent => {
            let parsed = percent(&entry.value);
            let flaws = parsed.remark.into_iter().map(|(level, text)| told("V11", level, text)).collect();
            (parsed.value.map_or(Json::Null, Json::from), flaws)
        }
    }
}

/// V10, V16: a figure that is added up with others.
fn added_up(
    field: &Field,
    value: Option<Millionths>,
    remark: Option<(Level, String)>,
    told: impl Fn(&str, Level, String) -> Flaw,
) -> (Json, Vec<Flaw>) {
    let mut flaws: Vec<Flaw> = remark.into_iter().map(|(level, text)| told("V10", level, text)).collect();
    let largest = Millionths::from(field.max_value) * ONE;
    if let Some(value) = value.filter(|value| largest > 0 && *value > largest) {
        let (value, largest) = (figure::text(value), field.max_value);
        flaws.push(told("V16", Level::Warning, format!("{value} 超出常理（{largest}），请核对单位是否有误")));
    }
    (value.map_or(Json::Null, figure::json), flaws)
}

/// V09: the length of a running text. Where none is asked for and the field may be left out, 无 says all (未整改原因).
fn essay(field: &Field, entry: &Entry) -> Option<(Level, String)> {
    if field.max_chars == 0 && !field.required {
        return None;
    }
    if entry.is_blank() {
        return Some((Level::Warning, "未填写（或仍为提示文字）".to_owned()));
    }
    let length = words(&entry.text());
    let limit = field.max_chars;
    if limit > 0 && length > limit {
        let level =
            if length * 100 > limit * (100 + TOLERATED_PERCENT) { Level::Warning } else { Level::Info };
        return Some((level, format!("共{length}字，超过{limit}字，请精简")));
    }
    (length < SHORTEST_ESSAY).then(|| (Level::Warning, format!("只有{length}字，请补充")))
}

/// Rules between the fields of one row (V12, V15, V16). `is_only`: a single school among many may well be reported
/// nowhere, a unit hardly.
fn row_rules(template: &Template, row: &Row, out: &CheckedRow, is_only: bool, flaws: &mut Vec<Flaw>) {
    let number = |id: &String| out.values.get(id).and_then(figure::of_json);
    let label = |id: &String| template.field(id).map_or(id.clone(), |field| field.label.clone());
    let place = |id: &String| row.entries.get(id).map_or("", |entry| entry.cell.as_str());
    for rule in &template.rules {
        match rule {
            Rule::AtLeastSum { whole, parts } => {
                let names = parts.iter().map(label).collect::<Vec<_>>().join("与");
                if let (Some(sum), Some(total)) =
                    (parts.iter().map(number).sum::<Option<Millionths>>(), number(whole))
                    && let Some((level, text)) =
                        against_sum(&label(whole), total, (&names, sum), parts.len() == 1)
                {
                    flaws.push(flaw("V12", place(whole), level, text));
                }
            }
            Rule::NotAllZero { parts } if is_only => {
                if let Some(first) = parts.first().filter(|_| parts.iter().all(|id| number(id) == Some(0))) {
                    let names = parts.iter().map(label).collect::<Vec<_>>().join("、");
                    flaws.push(flaw("V15", place(first), Level::Warning, format!("{names}全部为0，请核实")));
                }
            }
            Rule::Ratio { many, each, least, most } => {
                let (Some(of), Some(per)) = (number(many), number(each)) else { continue };
                if per > 0 && (of < per * Millionths::from(*least) || of > per * Millionths::from(*most)) {
                    let (of, per) = (figure::text(of), figure::text(per));
                    let text = format!("{}{of} 与{}{per} 之比超出常理，请核对", label(many), label(each));
                    flaws.push(flaw("V16", place(many), Level::Warning, text));
                }
            }
            // How many it stands for depends on who reports.
            Rule::NotAllZero { .. } | Rule::OneEach { .. } | Rule::TotalRow => {}
        }
    }
}

/// V12: a total less than the sum of its parts, or no more than it. What there is of a single part may be all: 发现 and 整改.
fn against_sum(
    whole: &str,
    total: Millionths,
    (names, sum): (&str, Millionths),
    is_single: bool,
) -> Option<(Level, String)> {
    let order = total.cmp(&sum);
    let (total, sum) = (figure::text(total), figure::text(sum));
    match order {
        std::cmp::Ordering::Less if is_single => {
            Some((Level::Error, format!("{whole}{total} 小于{names}{sum}，请核实")))
        }
        std::cmp::Ordering::Equal if is_single => None,
        std::cmp::Ordering::Less => {
            Some((Level::Error, format!("{whole}{total} 小于{names}之和 {sum}，请核实")))
        }
        std::cmp::Ordering::Equal => {
            Some((Level::Info, format!("{whole}{total} 等于{names}之和，没有计入其他方面的")))
        }
        std::cmp::Ordering::Greater => None,
    }
}

/// V13: the total row equals the sums of its columns; shares are never summed.
fn total_row(template: &Template, total: &Row, rows: &[CheckedRow], flaws: &mut Vec<Flaw>) {
    if !template.rules.contains(&Rule::TotalRow) {
        return;
    }
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit);
    let name = unit.and_then(|unit| total.entries.get(&unit.id)).map(Entry::text);
    let is_told =
        |name: &String| !name.is_empty() && !template.total_labels.iter().any(|l| *l == squeeze(name));
    let name =
        name.filter(is_told).map_or_else(|| "合计".to_owned(), |name| format!("“{}”一行", quote(&name)));
    for field in template.columns().filter(|field| field.kind.adds_up()) {
        let Some(entry) = total.entries.get(&field.id) else { continue };
        let Some(said) = figure_of(field, &entry.value) else { continue };
        let cells: Vec<&Json> = rows.iter().filter_map(|row| row.values.get(&field.id)).collect();
        // A blank or unreadable cell above has its own flaw; the sum would only repeat it.
        let Some(sum) = cells.iter().map(|value| figure::of_json(value)).sum::<Option<Millionths>>() else {
            continue;
        };
        if said != sum {
            let text = format!(
                "{}：{name} {} 与各行之和 {} 相差 {}，请核实",
                field.label,
                figure::text(said),
                figure::text(sum),
                figure::text((said - sum).abs())
            );
            flaws.push(flaw("V13", &entry.cell, Level::Error, text));
        }
    }
}

/// The first person named beside a mobile number, in the form's own row.
pub fn contact(template: &Template, reading: &Reading) -> Option<Contact> {
    let mobile_id = &template.fields.iter().find(|field| field.kind == FieldKind::Mobile)?.id;
    let in_rows = reading.rows.iter().map(|row| &row.entries).find(|e| e.contains_key(mobile_id));
    let entries = in_rows.unwrap_or(&reading.fields);
    let of_kind = |kind: FieldKind| template.fields.iter().filter(move |field| field.kind == kind);
    let entry = |field: &Field| entries.get(&field.id);
    let name = of_kind(FieldKind::Text).find_map(&entry).map(Entry::text);
    let name = name.filter(|name| !is_placeholder(name)).unwrap_or_default();
    let mobiles = entry(template.field(mobile_id)?).map(|e| mobile(&e.value).text).unwrap_or_default();
    let qq = of_kind(FieldKind::Qq).find_map(&entry).map(|e| qq(&e.value)).unwrap_or_default();
    let qq = if qq.problem.is_none() { qq.text } else { String::new() };
    Some(Contact { name, has_mobile: mobiles.split('、').any(is_mobile), qq })
}
