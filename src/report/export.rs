//! The status as a file: CSV for machines, a workbook and one self-contained page for people. Nothing here carries a
//! telephone or QQ number, so it may leave the office; text that starts like a formula stays text.

use rust_xlsxwriter::{Format, FormatBorder, Workbook, XlsxError};

use super::status::{Status, UnitStatus};
use super::text::{deadline, lead_sentence};
use super::words::{item_sign, sign, standing_word};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;

/// Column headings and one row a unit, shared by all three forms so that they cannot disagree.
fn grid(status: &Status, campaign: &Campaign) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head: Vec<String> = ["序号", "单位", "类别", "市州"].map(str::to_owned).into();
    for requirement in &campaign.requirements {
        match requirement.when {
            When::By { .. } => {
                head.push(format!("{}（{}）", requirement.title, deadline(requirement)));
                head.extend(requirement.items.iter().map(|item| item.title.clone()));
                head.extend(["首次报送", "报齐时间"].map(str::to_owned));
            }
            When::EachDay { .. } => {
                head.extend(requirement.days().iter().flatten().map(|day| chinese::day(*day)))
            }
        }
    }
    head.push("催报次数".to_owned());
    let rows = status.units.iter().enumerate().map(|(at, unit)| row(at + 1, unit, campaign)).collect();
    (head, rows)
}

fn row(number: usize, unit: &UnitStatus, campaign: &Campaign) -> Vec<String> {
    let group = campaign.group_title(&unit.group).to_owned();
    let mut row = vec![number.to_string(), unit.unit.clone(), group, unit.city.clone()];
    for requirement in &campaign.requirements {
        row.extend(cells(unit, requirement, campaign));
    }
    row.push(unit.requirements.iter().map(|r| r.reminded).sum::<u32>().to_string());
    row
}

fn cells(unit: &UnitStatus, requirement: &Requirement, campaign: &Campaign) -> Vec<String> {
    let mut cells = Vec::new();
    for status in unit.requirements.iter().filter(|r| r.id == requirement.id) {
        let word = format!("{} {}", sign(status.standing), standing_word(status.standing, status.lacking()));
        cells.push(word);
        if matches!(requirement.when, When::By { .. }) {
            cells.extend(status.items.iter().map(|item| item_sign(item.state).to_owned()));
            for moment in [&status.first_at, &status.complete_at] {
                let at = moment.as_ref().and_then(|at| at.parse().ok());
                cells.push(at.map_or_else(|| "–".to_owned(), |at| chinese::short_moment(campaign.local(at))));
            }
        }
    }
    if cells.is_empty() {
        let items = if matches!(requirement.when, When::By { .. }) { requirement.items.len() + 2 } else { 0 };
        cells = vec!["–".to_owned(); requirement.days().len() + items];
    }
    cells
}

/// The status as CSV: UTF-8 with BOM and CRLF, as spreadsheets expect it.
pub fn status_csv(status: &Status, campaign: &Campaign) -> String {
    let (head, rows) = grid(status, campaign);
    let mut text = String::from("\u{feff}");
    for row in std::iter::once(&head).chain(&rows) {
        text.push_str(&csv_line(row));
    }
    text
}

/// One line of CSV with its end.
pub(super) fn csv_line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    cells.join(",") + "\r\n"
}

/// Quotes a cell where needed; one that a spreadsheet would take for a formula gets an apostrophe.
fn csv_cell(cell: &str) -> String {
    let guarded = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if guarded.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// The status as one page without script or outside reference.
pub fn status_html(status: &Status, campaign: &Campaign) -> String {
    let (head, rows) = grid(status, campaign);
    let as_of = as_of(status, campaign);
    let cells = |row: &[String], tag: &str| -> String {
        row.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
    };
    let body: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row, "td"))).collect();
    let leads = campaign
        .requirements
        .iter()
        .map(|r| format!("<p>{}</p>\n", escape(&lead_sentence(status, campaign, r))));
    let (title, leads) = (escape(&campaign.title), leads.collect::<String>());
    let style = "body{font:14px \"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;margin:16px}\
        table{border-collapse:collapse}th,td{border:1px solid #999;padding:2px 6px;text-align:left}\
        th{background:#ededed}@page{size:A4 landscape}";
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{style}</style></head>\n<body><h1>{title}材料报送情况（截至{as_of}）</h1>\n{leads}\
         <table><thead><tr>{}</tr></thead>\n<tbody>{body}</tbody></table></body></html>\n",
        cells(&head, "th")
    )
}

fn as_of(status: &Status, campaign: &Campaign) -> String {
    let moment = status.as_of.parse().ok();
    moment.map_or_else(|| status.as_of.clone(), |at| chinese::moment(campaign.local(at)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The status as a workbook, ready to print on A4 landscape.
///
/// # Errors
/// When the workbook cannot be built, in the library's words.
pub fn status_workbook(status: &Status, campaign: &Campaign) -> Result<Vec<u8>, String> {
    build(status, campaign).map_err(|error| error.to_string())
}

fn build(status: &Status, campaign: &Campaign) -> Result<Vec<u8>, XlsxError> {
    let (head, rows) = grid(status, campaign);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let last = u16::try_from(head.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let title = Format::new().set_bold().set_font_size(16).set_font_name("宋体");
    let heading = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(0xED_ED_ED);
    let heading = heading.set_text_wrap().set_font_name("黑体").set_font_size(10.5);
    let cell = Format::new().set_border(FormatBorder::Thin).set_font_name("宋体").set_font_size(10.5);
    sheet.set_name("报送情况")?;
    let caption = format!("{}材料报送情况（截至{}）", campaign.short, as_of(status, campaign));
    sheet.merge_range(0, 0, 0, last, &caption, &title)?;
    for (row, cells) in (1u32..).zip(std::iter::once(&head).chain(&rows)) {
        let format = if row == 1 { &heading } else { &cell };
        for (column, text) in (0u16..).zip(cells) {
            let is_count = row > 1 && (column == 0 || column == last);
            match text.parse::<u32>() {
                Ok(number) if is_count => sheet.write_number_with_format(row, column, number, format)?,
                _ => sheet.write_string_with_format(row, column, text, format)?,
            };
        }
    }
    sheet.set_column_width(0, 5)?;
    sheet.set_column_width(1, 30)?;
    sheet.set_freeze_panes(2, 2)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 1)?;
    let footer = format!(
        "&L{}&C第 &P 页，共 &N 页&R截至{}",
        campaign.office.replace('&', "&&"),
        as_of(status, campaign)
    );
    sheet.set_footer(footer);
    workbook.save_to_buffer()
}
