//! A table before it has a shape: the same headings and cells become a sheet of a workbook, a page, CSV and lines on a
//! terminal, so that the shapes cannot disagree.

use jiff::civil::DateTime;
use serde_json::Value as Json;

use super::table::clean;
use crate::domain::chinese;
use crate::domain::figure::{self, Millionths};
use crate::domain::template::{Field, FieldKind};

/// Decimals of a share, as people read it: 96.3 %.
const SHARE_DECIMALS: usize = 1;
/// Characters of one cell that a spreadsheet holds, less room for saying that it was cut.
const CELL_CHARS: usize = 32_000;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text, whatever it begins with.
    Text(String),
    /// A count.
    Count(i64),
    /// A share as a fraction.
    Share(f64),
    /// An amount of money in millionths.
    Amount(Millionths),
    /// A moment at the campaign's place.
    Moment(DateTime),
    /// Nothing is known, or nothing could be read.
    Nothing,
}

impl Cell {
    /// The cell of a value that was read from a field of a form.
    pub(super) fn of(field: &Field, value: Option<&Json>) -> Self {
        if field.kind == FieldKind::Amount {
            return value.and_then(figure::of_json).map_or(Cell::Nothing, Cell::Amount);
        }
        match value {
            Some(Json::String(text)) => Cell::Text(text.clone()),
            Some(Json::Number(number)) => number
                .as_i64()
                .map(Cell::Count)
                .or_else(|| number.as_f64().map(Cell::Share))
                .unwrap_or(Cell::Nothing),
            _ => Cell::Nothing,
        }
    }

    /// The cell of a number of things.
    pub(super) fn count(count: impl TryInto<i64>) -> Self {
        Cell::Count(count.try_into().unwrap_or(i64::MAX))
    }

    /// As people read it. What others wrote has lost what could drive a terminal or turn a line around.
    pub(super) fn text(&self) -> String {
        match self {
            Cell::Text(text) => harmless(text),
            Cell::Count(count) => count.to_string(),
            Cell::Share(share) => format!("{:.SHARE_DECIMALS$}%", share * 100.0),
            Cell::Amount(amount) => figure::text(*amount),
            Cell::Moment(at) => chinese::short_moment(*at),
            Cell::Nothing => String::new(),
        }
    }
}

/// Text that may stand in any shape: no control character, no turning of direction, not longer than a cell holds.
fn harmless(text: &str) -> String {
    let clean = clean(text);
    match clean.char_indices().nth(CELL_CHARS) {
        None => clean,
        Some((end, _)) => clean.get(..end).unwrap_or_default().to_owned() + "…（过长，以下从略）",
    }
}

/// Text as a cell.
pub(super) fn text(cell: impl Into<String>) -> Cell {
    Cell::Text(cell.into())
}

/// Headings as a grid takes them.
pub(super) fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// Column headings and rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Grid {
    /// Headings above the headings, each over so many columns; empty for one row of headings.
    pub over: Vec<(String, usize)>,
    /// One heading a column.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// How many of the last rows are totals of those above.
    pub foot: usize,
    /// Width of each column in half-width characters; empty: as wide as what stands in it.
    pub widths: Vec<u8>,
}

impl Grid {
    /// A grid without rows.
    pub(super) fn of(head: Vec<String>) -> Self {
        Self { head, ..Self::default() }
    }

    /// Everything that stands in it, headings first, as people read it.
    pub(super) fn lines(&self) -> impl Iterator<Item = Vec<String>> {
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::text).collect());
        std::iter::once(self.head.clone()).chain(rows)
    }
}
