//! 汇总: one form of all units, every figure with the cell it was read from; who is not in it and why.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde_json::{Map, Value as Json};

use super::failure::Failure;
use super::frame::Visit;
use super::reply::Reply;
use super::who::Who;
use crate::domain::campaign::Campaign;
use crate::domain::submission::Flaw;
use crate::domain::template::{Field, FieldKind, Template};
use crate::form::UNFILLED;
use crate::report::{self, ShownTable, TotalRow, Totals};

/// Why a row has no value of a field.
const NO_COLUMN: &str = "–";
const BLANK: &str = "未填";
const UNREADABLE: &str = "—读不出";

/// The form that is shown where none is named: the first that is added up.
pub(super) fn first(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let mut asked =
        campaign.requirements.iter().flat_map(|r| &r.items).filter_map(|item| item.form.as_deref());
    let form = asked.next_back().ok_or_else(|| Failure::missing("这个任务没有要汇总的表。"))?;
    Ok(Reply::see(format!("/c/{id}/totals/{form}")))
}

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str, form: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    if let Some((form, ending @ ("xlsx" | "csv"))) = form.rsplit_once('.') {
        return file(visit, campaign, form, ending);
    }
    let template = form_of(campaign, form)?;
    let totals = report::totals(&visit.shared.desk.store, campaign, template, visit.now)?;
    let numeric: Vec<&str> = totals
        .fields
        .iter()
        .filter(|field| matches!(field.how, "sum" | "weighted"))
        .map(|field| field.id.as_str())
        .collect();
    let shown: Vec<(&str, &str)> = totals
        .fields
        .iter()
        .filter(|field| numeric.is_empty() || numeric.contains(&field.id.as_str()))
        // Names and numbers of persons are for the contacts' book, not for a table that leaders read.
        .filter(|field| !is_private(template, &field.id))
        .map(|field| (field.id.as_str(), field.label.as_str()))
        .collect();
    let sort = visit.asked.query.get("sort");
    let answers = answers(visit, campaign, template, &totals);
    let (field, falls) = sort.strip_prefix('-').map_or((sort, false), |field| (field, true));
    let mut rows: Vec<&TotalRow> = totals.rows.iter().collect();
    if shown.iter().any(|(id, _)| *id == field) {
        let figure = |row: &&TotalRow| row.values.get(field).and_then(Json::as_f64);
        rows.sort_by(|a, b| figure(a).partial_cmp(&figure(b)).unwrap_or(std::cmp::Ordering::Equal));
        if falls {
            rows.reverse();
        }
    }
    let heads = shown.iter().map(|(id, label)| {
        let query = if sort == format!("-{id}") { (*id).to_owned() } else { format!("-{id}") };
        let order = if sort == *id {
            "ascending"
        } else if sort == format!("-{id}") {
            "descending"
        } else {
            "none"
        };
        context! { id => *id, label => *label, query, order, is_number => is_figure(template, id) }
    });
    let sums = |total: &Map<String, Json>| -> Vec<String> {
        shown.iter().map(|(id, _)| figure(total.get(*id), is_share(template, id))).collect()
    };
    let page = context! {
        title => totals.title.as_str(), heads => heads.collect::<Vec<_>>(),
        total => sums(&totals.total),
        rows => rows.iter().map(|row| line(row, &shown, template, &visit.who)).collect::<Vec<_>>(),
        whole => campaign.roster.whole(), included => totals.included, left_out => left_out(&totals.left_out, visit.who.may_see_mail()), exempt => left_out(&totals.exempt, visit.who.may_see_mail()), notes => totals.notes.clone(),
        groups => totals.groups.iter().map(|group| context! { name => group.name.as_str(), included => group.included, total => sums(&group.total) }).collect::<Vec<_>>(),
        rankings => rankings(&totals, template), owing => totals.included + totals.left_out.len(),
        forms => forms(campaign, form), form, is_sorted => !sort.is_empty(),
        answers => Value::from(Serde(answers)), blanks => blanks(visit, template),
        has_contacts => visit.who.may_decide() && template.fields.iter().any(|field| field.personal),
    };
    visit.page("totals.html", campaign, "totals", &visit.health(campaign)?, page)
}

/// The form of an address.
fn form_of<'c>(campaign: &'c Campaign, form: &str) -> Result<&'c Template, Failure> {
    campaign.templates.get(form).ok_or_else(|| Failure::missing("没有这张表。"))
}

/// `…/FORM.xlsx` and `.csv`: the table as the command line writes it. Who does not decide reads of a file's name and of
/// what is wrong in it no number of anybody, as on the page.
fn file(visit: &Visit<'_>, campaign: &Campaign, form: &str, ending: &str) -> Result<Reply, Failure> {
    if !visit.who.may_see_mail() {
        return Err(Failure::forbidden(visit.who.role));
    }
    let template = form_of(campaign, form)?;
    let mut totals = report::totals(&visit.shared.desk.store, campaign, template, visit.now)?;
    if !visit.who.may_decide() {
        cover(&mut totals, template);
    }
    let book = report::totals_book(&totals, campaign, template);
    let bytes = match ending {
        "xlsx" => book.xlsx().map_err(|error| Failure::broken(&error))?,
        _ => report::totals_csv(&totals, campaign, template).into_bytes(),
    };
    Ok(Reply::Saved(bytes, report::file_name(&book.name, &format!(".{ending}"))))
}

fn cover(totals: &mut Totals, template: &Template) {
    let cover = |text: &mut String| *text = report::masked(text);
    for row in &mut totals.rows {
        let private: Vec<String> = row
            .flaws
            .iter()
            .filter(|flaw| quotes_a_person(row, template, flaw))
            .map(|flaw| flaw.place.clone())
            .collect();
        row.flaws.retain(|flaw| !private.contains(&flaw.place));
        row.flaws.iter_mut().for_each(|flaw| cover(&mut flaw.text));
        cover(&mut row.source.path);
    }
    totals.left_out.iter_mut().for_each(|unit| cover(&mut unit.why));
    totals
        .rows_left_out
        .iter_mut()
        .for_each(|row| [&mut row.why, &mut row.source.path].into_iter().for_each(cover));
    totals.notes.iter_mut().for_each(cover);
}

/// What is asked beside the table itself, answered as the command answers it: who comes first (`sort`, `top`), and who left
/// a field blank (`blank`).
fn answers(visit: &Visit<'_>, campaign: &Campaign, form: &Template, totals: &Totals) -> Vec<ShownTable> {
    let query = &visit.asked.query;
    let field = |id: &str| form.fields.iter().find(|field| field.id == id && !is_private(form, &field.id));
    let sort = query.get("sort");
    let (by, falls) = sort.strip_prefix('-').map_or((sort, false), |by| (by, true));
    let top = query.get("top").parse().ok();
    let ranked = field(by).filter(|field| field.total.is_figure());
    let ranked = ranked.map(|field| report::ranking_book(totals, campaign, form, (field, falls), top));
    // It names files, as units call them.
    let blank = field(query.get("blank")).filter(|_| visit.who.may_see_mail());
    let blank = blank.map(|field| report::blank_book(totals, campaign, form, field));
    ranked.into_iter().chain(blank).flat_map(|book| book.tables()).collect()
}

/// Fields of which it may be asked who left them blank.
fn blanks(visit: &Visit<'_>, form: &Template) -> Vec<Value> {
    let fields = form.fields.iter().filter(|field| visit.who.may_see_mail() && !is_private(form, &field.id));
    let asked = visit.asked.query.get("blank");
    fields
        .map(|field| context! { id => field.id.as_str(), label => field.label.as_str(), is_current => field.id == asked })
        .collect()
}

/// `…/contacts.xlsx`: 通讯录, for whoever works with it; it says on each page that it stays in the office.
pub(super) fn contacts(visit: &Visit<'_>, id: &str, form: &str) -> Result<Reply, Failure> {
    if !visit.who.may_decide() {
        return Err(Failure::forbidden(visit.who.role));
    }
    let campaign = visit.campaign(id)?;
    let template = form_of(campaign, form)?;
    let totals = report::totals(&visit.shared.desk.store, campaign, template, visit.now)?;
    let book = report::contact_book(&totals, campaign, template);
    let bytes = book.xlsx().map_err(|error| Failure::broken(&error))?;
    Ok(Reply::Saved(bytes, report::file_name(&book.name, ".xlsx")))
}

fn forms(campaign: &Campaign, current: &str) -> Vec<Value> {
    let one = |template: &Template| {
        context! { id => template.id.as_str(), title => template.title.as_str(), is_current => template.id == current }
    };
    campaign.templates.values().map(one).collect()
}

fn left_out(units: &[report::LeftOutUnit], sees_mail: bool) -> Vec<Value> {
    let one = |unit: &report::LeftOutUnit| {
        // What follows the colon is quoted from a form.
        let why = if sees_mail { &unit.why } else { unit.why.split('：').next().unwrap_or_default() };
        let why = if sees_mail { why.to_owned() } else { report::masked(why) };
        context! { name => unit.unit.as_str(), code => unit.code.as_str(), why }
    };
    units.iter().map(one).collect()
}

fn line(row: &TotalRow, shown: &[(&str, &str)], template: &Template, who: &Who) -> Value {
    let sees_mail = who.may_see_mail();
    let cells = shown.iter().map(|(id, _)| {
        let cell = row.source.cells.get(*id).and_then(Json::as_str);
        context! { text => told_value(row, template, id), cell }
    });
    // Whoever may not read mail reads of a flaw what is wrong, and nobody's name or number that is quoted in it.
    let told = |text: String| if sees_mail { text } else { report::masked(&text) };
    let is_told = |flaw: &&Flaw| sees_mail || !quotes_a_person(row, template, flaw);
    let flaws = row.flaws.iter().filter(is_told).map(|flaw| told(format!("{} {}", flaw.place, flaw.text)));
    context! {
        unit => row.unit.as_str(), code => row.code.as_str(), school => row.school.as_str(), cells => cells.collect::<Vec<_>>(),
        path => told(row.source.path.clone()), message => sees_mail.then_some(row.source.message), place => who.may_decide().then_some(row.source.place),
        flaws => flaws.collect::<Vec<_>>().join("；"),
    }
}

fn is_private(template: &Template, id: &str) -> bool {
    let is_number =
        |field: &Field| matches!(field.kind, FieldKind::Mobile | FieldKind::Phone | FieldKind::Qq);
    template.fields.iter().any(|field| field.id == id && (field.personal || is_number(field)))
}

/// Whether a flaw is about a cell that holds somebody's name or number.
fn quotes_a_person(row: &TotalRow, template: &Template, flaw: &Flaw) -> bool {
    let mut cells = row.source.cells.iter();
    cells.any(|(id, cell)| cell.as_str() == Some(flaw.place.as_str()) && is_private(template, id))
}

fn is_share(template: &Template, id: &str) -> bool {
    template.fields.iter().any(|field| field.id == id && field.kind == FieldKind::Percent)
}

fn is_figure(template: &Template, id: &str) -> bool {
    template.field(id).is_some_and(|field| field.total.is_figure())
}

/// A value of a row, and where there is none, why: this form has no such column, nothing stands in the cell, or what stands
/// there could not be read as a number.
fn told_value(row: &TotalRow, template: &Template, id: &str) -> String {
    match row.values.get(id) {
        None => NO_COLUMN.to_owned(),
        Some(Json::Null) => {
            let cell = row.source.cells.get(id).and_then(Json::as_str);
            let is_of_cell = |flaw: &&Flaw| Some(flaw.place.as_str()) == cell;
            let mut odd = row.flaws.iter().filter(is_of_cell).filter(|flaw| !flaw.text.contains(UNFILLED));
            let is_odd = is_figure(template, id) && odd.next().is_some();
            if is_odd { UNREADABLE } else { BLANK }.to_owned()
        }
        value => figure(value, is_share(template, id)),
    }
}

/// A figure as people read it: thousands apart, shares with one decimal; nothing where nothing adds up to one.
fn figure(value: Option<&Json>, is_share: bool) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::Number(number)) if is_share => {
            number.as_f64().map_or_else(String::new, |share| format!("{:.1}%", share * 100.0))
        }
        Some(Json::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), thousands),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn thousands(number: i64) -> String {
    let figures = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (at, figure) in figures.chars().enumerate() {
        if at > 0 && (figures.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(figure);
    }
    if number < 0 { format!("-{grouped}") } else { grouped }
}

/// The rankings, each value with the length of its bar in hundredths of the longest.
fn rankings(totals: &Totals, template: &Template) -> Vec<Value> {
    let one = |ranking: &report::Ranking| {
        let most = ranking.units.iter().filter_map(|unit| unit.value.as_f64()).fold(0.0, f64::max);
        let units = ranking.units.iter().map(|unit| {
            let share = unit.value.as_f64().filter(|_| most > 0.0).map_or(0.0, |value| value / most * 100.0);
            context! { name => unit.unit.as_str(), text => figure(Some(&unit.value), is_share(template, &ranking.field)), bar => format!("{share:.0}") }
        });
        let order = if ranking.order == "lowest" { "最低" } else { "最高" };
        context! { label => ranking.label.as_str(), order, units => units.collect::<Vec<_>>() }
    };
    totals.rankings.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_read_at_a_glance_and_what_is_missing_is_no_nought() {
        assert_eq!(figure(Some(&json!(1234567)), false), "1,234,567");
        assert_eq!(figure(Some(&json!(120)), false), "120");
        assert_eq!(figure(Some(&json!(0.831)), true), "83.1%");
        assert_eq!(thousands(-1000), "-1,000");
        assert_eq!(figure(None, true), "", "there is nothing to add up");
    }
}
