//! A sheet as a place to look things up: which text stands at a cell, under which keys it may be a label, and how far
//! it is merged. Made once for a book, however many forms it is tried as.

use std::collections::BTreeMap;

use super::label::keys;
use crate::domain::facts::{Cell, Grid, Span, Value, cell_name};

/// No heading is merged over more columns in which others begin.
const COVER_COLUMNS: usize = 256;

/// All sheets of a workbook, ready to be read as forms.
pub struct Book<'a> {
    pub(super) sheets: Vec<Sheet<'a>>,
}

impl<'a> Book<'a> {
    /// Indexes the sheets that the reader reported.
    pub fn of(grids: &'a [Grid]) -> Self {
        Self { sheets: grids.iter().map(Sheet::of).collect() }
    }
}

/// A sheet indexed by cell.
pub struct Sheet<'a> {
    /// As the reader reported it.
    pub grid: &'a Grid,
    merges: BTreeMap<(u32, u32), Span>,
    /// Merges by their first column, from the upper to the lower ones.
    by_column: BTreeMap<u32, Vec<Span>>,
    /// Merges by their first row.
    by_row: BTreeMap<u32, Vec<Span>>,
    /// Keys of each cell's text, in the order of the cells.
    keys: Vec<Vec<String>>,
    /// Where in that order a cell stands.
    places: BTreeMap<(u32, u32), usize>,
}

impl<'a> Sheet<'a> {
    /// Indexes a sheet. Merges are kept by their first cell only: that is where the value stands.
    pub fn of(grid: &'a Grid) -> Self {
        let places = grid.cells.iter().enumerate().map(|(at, cell)| ((cell.row, cell.col), at)).collect();
        let merges = grid.merges.iter().map(|span| ((span.top, span.left), *span)).collect();
        let keys = grid.cells.iter().map(|cell| match &cell.value {
            Value::Text(text) => keys(text),
            Value::Number(_) => Vec::new(),
        });
        let by_column = spans_by(grid, |span| span.left);
        let by_row = spans_by(grid, |span| span.top);
        Self { grid, merges, by_column, by_row, keys: keys.collect(), places }
    }

    /// The cells that hold text, with that text and its keys.
    pub fn texts(&self) -> impl Iterator<Item = (&'a Cell, &'a str, &[String])> {
        self.grid.cells.iter().zip(&self.keys).filter_map(|(cell, keys)| match &cell.value {
            Value::Text(text) => Some((cell, text.as_str(), keys.as_slice())),
            Value::Number(_) => None,
        })
    }

    /// The value at a cell.
    pub fn value(&self, row: u32, col: u32) -> Option<&'a Value> {
        self.grid.cells.get(*self.places.get(&(row, col))?).map(|cell| &cell.value)
    }

    /// The keys of the text at a cell; none for a number or nothing.
    pub fn keys_at(&self, row: u32, col: u32) -> &[String] {
        self.places.get(&(row, col)).and_then(|at| self.keys.get(*at)).map_or(&[], Vec::as_slice)
    }

    /// The text at a cell; empty for a number or nothing.
    pub fn text(&self, row: u32, col: u32) -> &'a str {
        match self.value(row, col) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The merged range that begins at a cell, or the cell alone.
    pub fn span(&self, row: u32, col: u32) -> Span {
        self.merges.get(&(row, col)).copied().unwrap_or(Span { top: row, left: col, bottom: row, right: col })
    }

    /// The merged range that begins in a column and reaches over a row of it. Ranges that overlap are none that a program writes.
    pub fn merged_from(&self, left: u32, row: u32) -> Option<Span> {
        over_row(self.by_column.get(&left)?, row)
    }

    /// The merged ranges that begin in a row.
    pub fn merges_of_row(&self, top: u32) -> &[Span] {
        self.by_row.get(&top).map_or(&[], Vec::as_slice)
    }

    /// The keys of the text that covers a cell, its own or that of the merge it lies in.
    pub fn keys_covering(&self, row: u32, col: u32) -> &[String] {
        if !self.text(row, col).is_empty() {
            return self.keys_at(row, col);
        }
        self.covering(row, col).map_or(&[], |span| self.keys_at(span.top, span.left))
    }

    /// The merged range that covers a cell: of those that begin in a column at or left of it, the one that reaches over it.
    pub fn covering(&self, row: u32, col: u32) -> Option<Span> {
        let lefts = self.by_column.range(..=col).rev().take(COVER_COLUMNS);
        lefts.filter_map(|(_, spans)| over_row(spans, row)).find(|span| col <= span.right)
    }

    /// The last row that holds anything.
    pub fn last_row(&self) -> u32 {
        self.grid.cells.iter().map(|cell| cell.row).max().unwrap_or(0)
    }

    /// `Sheet1!F7`.
    pub fn place(&self, row: u32, col: u32) -> String {
        cell_name(&self.grid.sheet, row, col)
    }
}

/// Of merged ranges from the upper to the lower ones the one that reaches over a row.
fn over_row(spans: &[Span], row: u32) -> Option<Span> {
    let next = spans.partition_point(|span| span.top <= row);
    spans.get(next.checked_sub(1)?).copied().filter(|span| row <= span.bottom)
}

/// The merged ranges of a sheet by one of their ends, from the upper to the lower ones.
fn spans_by(grid: &Grid, end: impl Fn(&Span) -> u32) -> BTreeMap<u32, Vec<Span>> {
    let mut spans: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for span in &grid.merges {
        spans.entry(end(span)).or_default().push(*span);
    }
    spans.values_mut().for_each(|spans| spans.sort_by_key(|span| span.top));
    spans
}
