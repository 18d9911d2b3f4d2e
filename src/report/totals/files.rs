//! The merged form as tables for people: on a terminal in short, as CSV row by row with the source of every figure. The
//! workbook beside it is made from the same tables, so that they cannot disagree.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{LeftOutRow, Source, Subtotal, Totals};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::template::{Field, FieldKind, Template, Total};
use crate::report::csv::csv_line;
use crate::report::grid::{Cell, Grid, text, words};
use crate::report::table::{Screen, Table, clean, fit};

/// Columns of the table before those of the form's fields.
const LEADING: usize = 5;
/// Widest cell on a terminal, in cells.
const CELL_CELLS: usize = 30;
/// Fields that have a column of their own. Names and numbers of persons have none: they stand in the list of contacts
/// alone, which is asked for by name.
fn columns(form: &Template) -> impl Iterator<Item = &Field> {
    let told =
        |field: &&Field| field.total != Total::None && field.kind != FieldKind::Unit && !field.personal;
    form.fields.iter().filter(told)
}

pub(super) fn figures(form: &Template) -> impl Iterator<Item = &Field> {
    form.fields.iter().filter(|field| field.total.is_figure())
}

fn cells<'a>(fields: impl Iterator<Item = &'a Field>, values: &Map<String, Json>) -> Vec<Cell> {
    fields.map(|field| Cell::of(field, values.get(&field.id))).collect()
}

/// What is called by the name that a row has beside its unit's.
pub(super) fn row_of(campaign: &Campaign) -> &'static str {
    if campaign.roster.has_schools() { "学校" } else { "所列单位" }
}

/// What a person calls the number of rows and units.
fn counted(totals: &Totals) -> String {
    format!("{} 个单位 {} 行", totals.included, totals.rows.len())
}

/// Whether anything is added up in this form; a list of contacts adds up to nothing.
pub(super) fn has_figures(form: &Template) -> bool {
    figures(form).next().is_some()
}

/// One row a unit or school, and below them the province.
pub(super) fn table(totals: &Totals, campaign: &Campaign, form: &Template) -> Grid {
    let mut head = words(&["序号", "单位", row_of(campaign), "类别", "市州"]);
    head.extend(columns(form).map(|field| field.label.clone()));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (row, number) in totals.rows.iter().zip(1..) {
        let group = campaign.group_title(&row.group);
        let school = if row.school == row.unit { "" } else { &row.school };
        let mut line = vec![Cell::Count(number), text(&row.unit), text(school), text(group), text(&row.city)];
        line.extend(cells(columns(form), &row.values));
        rows.push(line);
    }
    if has_figures(form) {
        let mut line =
            vec![text(""), text(format!("合计（{}）", counted(totals))), text(""), text(""), text("")];
        line.extend(cells(columns(form), &totals.total));
        rows.push(line);
    }
    let foot = usize::from(has_figures(form));
    Grid { rows, foot, ..Grid::of(head) }
}

/// Where every row and each of its figures was read.
pub(super) fn sources(totals: &Totals, campaign: &Campaign, form: &Template) -> Grid {
    let mut head = words(&["序号", "单位", row_of(campaign), "来件", "文件", "文件校验值"]);
    head.extend(columns(form).map(|field| field.label.clone()));
    let rows = totals.rows.iter().zip(1..).map(|(row, number)| {
        let mut line = vec![Cell::Count(number), text(&row.unit), text(&row.school)];
        line.extend(source_cells(&row.source));
        line.extend(cells(columns(form), &row.source.cells));
        line
    });
    Grid { rows: rows.collect(), ..Grid::of(head) }
}

fn source_cells(source: &Source) -> [Cell; 3] {
    let hash = source.sha256.clone().unwrap_or_default();
    [text(format!("#{}", source.message)), text(&source.path), text(hash)]
}

/// Groups and cities.
pub(super) fn subtotals(totals: &Totals, form: &Template) -> Grid {
    let mut head = words(&["类别或市州", "计入单位"]);
    head.extend(figures(form).map(|field| field.label.clone()));
    let line = |subtotal: &Subtotal| {
        let count = i64::try_from(subtotal.included).unwrap_or(i64::MAX);
        let mut line = vec![text(&subtotal.name), Cell::Count(count)];
        line.extend(cells(figures(form), &subtotal.total));
        line
    };
    Grid { rows: totals.groups.iter().chain(&totals.cities).map(line).collect(), ..Grid::of(head) }
}

/// Lowest shares and highest counts.
pub(super) fn rankings(totals: &Totals, form: &Template) -> Grid {
    let mut rows = Vec::new();
    for ranking in &totals.rankings {
        let field = form.field(&ranking.field);
        let order = if ranking.order == "lowest" { "最低" } else { "最高" };
        for ranked in &ranking.units {
            let title = text(format!("{}{order}", ranking.label));
            rows.push(vec![
                title,
                Cell::count(ranked.place),
                text(&ranked.unit),
                field.map_or(Cell::Nothing, |field| Cell::of(field, Some(&ranked.value))),
            ]);
        }
    }
    Grid { rows, ..Grid::of(words(&["栏目", "名次", "单位", "数值"])) }
}

/// Units and rows that are not in the table, and what to look at.
pub(super) fn left_out(totals: &Totals, campaign: &Campaign) -> Grid {
    let units = totals.left_out.iter().chain(&totals.exempt).map(|unit| {
        vec![
            text(&unit.unit),
            text(""),
            text(campaign.group_title(&unit.group)),
            text(&unit.city),
            text(&unit.why),
        ]
    });
    let rows = totals.rows_left_out.iter().map(|row| {
        let place = format!("{}（来件#{} {}）", row.why, row.source.message, row.source.path);
        vec![text(&row.unit), text(&row.school), text(""), text(""), text(place)]
    });
    let notes =
        totals.notes.iter().map(|note| vec![text("请核对"), text(""), text(""), text(""), text(note)]);
    let head = words(&["单位", row_of(campaign), "类别", "市州", "为什么没有计入"]);
    Grid { rows: units.chain(rows).chain(notes).collect(), ..Grid::of(head) }
}

/// Title with the moment; says so where it names people.
pub(super) fn caption(totals: &Totals, campaign: &Campaign, form: &Template) -> String {
    let moment = totals.as_of.parse().ok();
    let at = moment.map_or_else(|| totals.as_of.clone(), |at| chinese::moment(campaign.local(at)));
    let names_people = form.fields.iter().any(|field| field.personal && field.total != Total::None);
    let elsewhere = if names_people && !has_figures(form) { "，个人信息见通讯录" } else { "" };
    format!("{}汇总（截至{at}，计入{}{elsewhere}）", totals.title, counted(totals))
}

/// The table as CSV with the source of every row beside it: UTF-8 with BOM and CRLF, as spreadsheets expect it.
pub fn totals_csv(totals: &Totals, campaign: &Campaign, form: &Template) -> String {
    let grid = table(totals, campaign, form);
    let mut lines = vec![[grid.head, words(&["来件", "文件", "文件校验值", "单元格"])].concat()];
    let mut sources = totals.rows.iter();
    for row in &grid.rows {
        let source = sources.next().map(|row| &row.source);
        let tail = source.map_or_else(
            || vec![String::new(); 4],
            |source| {
                let mut tail: Vec<String> = source_cells(source).iter().map(Cell::text).collect();
                tail.push(cells_in_words(source, form));
                tail
            },
        );
        lines.push(row.iter().map(Cell::text).chain(tail).collect());
    }
    lines.iter().fold(String::from("\u{feff}"), |csv, line| csv + &csv_line(line))
}

/// `教师数 Sheet1!D5；学生数 Sheet1!E5`.
fn cells_in_words(source: &Source, form: &Template) -> String {
    let place = |field: &Field| Some(format!("{} {}", field.label, source.cells.get(&field.id)?.as_str()?));
    columns(form).filter_map(place).collect::<Vec<_>>().join("；")
}

/// The figures of the province, or the list where nothing is added up; then what is not in it and why.
pub fn totals_text(totals: &Totals, campaign: &Campaign, form: &Template, screen: Screen) -> String {
    let mut out = format!("{}\n\n", clean(&caption(totals, campaign, form)));
    if has_figures(form) {
        out.push_str(&province(totals, campaign, form, screen));
        out.push_str(&format!("\n{}", terminal(&subtotals(totals, form), screen)));
    } else {
        out.push_str(&terminal(&table(totals, campaign, form), screen));
    }
    let free = if totals.exempt.is_empty() {
        String::new()
    } else {
        format!("另有 {} 个免报。", totals.exempt.len())
    };
    out.push_str(&format!("\n未计入的应报单位 {} 个。{free}\n", totals.left_out.len()));
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unit in totals.left_out.iter().chain(&totals.exempt) {
        by_reason.entry(unit.why.as_str()).or_default().push(&unit.unit);
    }
    let reasons =
        by_reason.iter().map(|(why, units)| format!("  {why}（{}）：{}", units.len(), units.join("、")));
    let rows = totals.rows_left_out.iter().map(row_in_words);
    let notes = totals.notes.iter().map(|note| format!("  请核对：{note}"));
    for line in reasons.chain(rows).chain(notes) {
        out.push_str(&format!("{}\n", clean(&line)));
    }
    out
}

fn row_in_words(row: &LeftOutRow) -> String {
    let of = if row.school.is_empty() { String::new() } else { format!("“{}”一行", row.school) };
    format!("  未计入：{}{of}（来件#{} {}）：{}", row.unit, row.source.message, row.source.path, row.why)
}

fn province(totals: &Totals, campaign: &Campaign, form: &Template, screen: Screen) -> String {
    let mut table = Table::new(&["栏目", campaign.roster.whole(), "算法", "有数单位", "缺数单位"]);
    for (field, told) in form.fields.iter().zip(&totals.fields).filter(|(field, _)| field.total.is_figure()) {
        let how = match &field.total {
            Total::Weighted { by } => {
                let by = form.field(by).map_or(by.as_str(), |weight| weight.label.as_str());
                format!("按{by}加权")
            }
            _ => "相加".to_owned(),
        };
        let without = if told.without.is_empty() { "–".to_owned() } else { told.without.join("、") };
        let figure = Cell::of(field, totals.total.get(&field.id)).text();
        table.row(vec![field.label.clone(), figure, how, told.units.to_string(), without]);
    }
    table.on(screen)
}

fn terminal(grid: &Grid, screen: Screen) -> String {
    let head: Vec<&str> = grid.head.iter().map(String::as_str).collect();
    let mut table = Table::new(&head);
    for row in &grid.rows {
        table.row(row.iter().map(|cell| fit(&cell.text(), CELL_CELLS)).collect());
    }
    table.on(screen)
}

/// What is wrong with cells of the table: row and column in [`table`], and the flaw's text.
pub(super) fn flawed_cells(totals: &Totals, form: &Template) -> Vec<(usize, usize, String)> {
    let mut marks = Vec::new();
    for (at, row) in totals.rows.iter().enumerate() {
        for (column, field) in columns(form).enumerate() {
            let cell = row.source.cells.get(&field.id).and_then(Json::as_str);
            let told = row.flaws.iter().filter(|flaw| Some(flaw.place.as_str()) == cell);
            let told: Vec<&str> = told.map(|flaw| flaw.text.as_str()).collect();
            if !told.is_empty() {
                marks.push((at, LEADING + column, told.join("；")));
            }
        }
    }
    marks
}
