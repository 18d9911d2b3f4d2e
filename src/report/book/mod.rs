//! 工作簿: what an office prints and sends, as titled tables. One book becomes a workbook, a page of its own or lines on a
//! terminal; which tables stand in it is said elsewhere.

mod html;
mod names;
mod xlsx;

use jiff::civil::DateTime;

pub use names::file_name;
pub(super) use names::up_to;

use super::grid::Grid;
use super::table::{Screen, Table};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;

/// A book: sheets that go out together.
#[derive(Debug, Clone)]
pub struct Book {
    /// File name without its ending, as people would write it; see [`file_name`].
    pub name: String,
    /// Who signs.
    office: String,
    /// The moment it is about.
    as_of: DateTime,
    /// Whether it holds telephone or QQ numbers and stays in the office.
    is_internal: bool,
    sheets: Vec<Sheet>,
}

/// A table as people read it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ShownTable {
    /// Title above it, with the name of its sheet.
    pub title: String,
    /// Sentence between title and table; empty for none.
    pub lead: String,
    /// Headings above the headings, each over so many columns.
    pub over: Vec<(String, usize)>,
    /// One heading a column.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// From which row on they are totals.
    pub first_total: usize,
    /// Paragraphs below it.
    pub notes: Vec<String>,
}

/// A table with its title and what stands around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    /// Name of the sheet; made unique and legal when written.
    pub name: String,
    /// Title above the table.
    pub title: String,
    /// Sentence between title and table; empty for none.
    pub lead: String,
    /// The table.
    pub grid: Grid,
    /// Paragraphs below the table.
    pub notes: Vec<String>,
    /// Whether office and day stand below it, as under a letter.
    pub is_signed: bool,
    /// Whether it is printed upright instead of across.
    pub is_upright: bool,
    /// Remarks on cells of the grid: row, column, text.
    pub remarks: Vec<(usize, usize, String)>,
}

impl Book {
    /// A book of `campaign` about a moment. What it is called: `{short}{what}（截至…）`.
    pub(super) fn new(campaign: &Campaign, as_of: DateTime, what: &str, sheets: Vec<Sheet>) -> Self {
        let name = format!("{}{what}（截至{}）", campaign.short, chinese::moment_in_name(as_of));
        Self { name, office: campaign.office.clone(), as_of, is_internal: false, sheets }
    }

    /// The same, marked as one that stays in the office.
    pub(super) fn internal(mut self) -> Self {
        self.is_internal = true;
        self
    }

    /// The workbook's bytes.
    ///
    /// # Errors
    /// When it cannot be built, in the library's words.
    pub fn xlsx(&self) -> Result<Vec<u8>, String> {
        xlsx::write(self).map_err(|error| error.to_string())
    }

    /// One page without script or outside reference, which prints like the workbook.
    pub fn html(&self) -> String {
        html::write(self)
    }

    /// The tables for a page that has a frame of its own.
    pub fn tables(&self) -> Vec<ShownTable> {
        let shown = |sheet: &Sheet| ShownTable {
            title: format!("{}　{}", sheet.title, sheet.name).trim_end().to_owned(),
            lead: sheet.lead.clone(),
            over: sheet.grid.over.clone(),
            head: sheet.grid.head.clone(),
            rows: sheet.grid.lines().skip(1).collect(),
            first_total: sheet.grid.rows.len().saturating_sub(sheet.grid.foot),
            notes: sheet.notes.clone(),
        };
        self.sheets.iter().filter(|sheet| !sheet.grid.head.is_empty()).map(shown).collect()
    }

    /// The first table as CSV.
    pub fn csv(&self) -> String {
        self.sheets.first().map(|sheet| super::csv::csv(&sheet.grid)).unwrap_or_default()
    }

    /// The tables one below the other, for a terminal.
    pub fn text(&self, screen: Screen) -> String {
        let mut out = String::new();
        for sheet in &self.sheets {
            if !out.is_empty() {
                out.push('\n');
            }
            for line in [&sheet.title, &sheet.lead] {
                if !line.is_empty() {
                    out.push_str(&format!("{}\n", super::table::clean(line)));
                }
            }
            if !sheet.grid.rows.is_empty() {
                let head = sheet.grid.head.iter().map(String::as_str).collect::<Vec<_>>();
                let mut table = Table::new(&head);
                sheet.grid.lines().skip(1).for_each(|line| table.row(line));
                out.push_str(&format!("\n{}", table.on(screen)));
            }
            for note in &sheet.notes {
                out.push_str(&format!("{}\n", super::table::clean(note)));
            }
            if sheet.is_signed {
                out.push_str(&format!("{}\n", super::table::clean(&self.signature())));
            }
        }
        out
    }

    /// 落款: who reports, and the day.
    fn signature(&self) -> String {
        format!("{}　{}", self.office, chinese::full_day(self.as_of.date()))
    }

    /// What stands at the foot of each printed page on the right.
    fn stamp(&self) -> String {
        let inside = if self.is_internal { "　内部使用" } else { "" };
        format!("截至{}{inside}", chinese::full_moment(self.as_of))
    }
}
