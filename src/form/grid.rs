//! A sheet as a place to look things up: which text stands at a cell, and how far it is merged.

use std::collections::HashMap;

use crate::domain::facts::{Grid, Span, Value, cell_name};

/// A sheet indexed by cell.
pub struct Sheet<'a> {
    /// As the reader reported it.
    pub grid: &'a Grid,
    values: HashMap<(u32, u32), &'a Value>,
    merges: HashMap<(u32, u32), Span>,
}

impl<'a> Sheet<'a> {
    /// Indexes a sheet. Merges are kept by their first cell only: that is where the value stands.
    pub fn of(grid: &'a Grid) -> Self {
        let values = grid.cells.iter().map(|cell| ((cell.row, cell.col), &cell.value)).collect();
        let merges = grid.merges.iter().map(|span| ((span.top, span.left), *span)).collect();
        Self { grid, values, merges }
    }

    /// The value at a cell.
    pub fn value(&self, row: u32, col: u32) -> Option<&'a Value> {
        self.values.get(&(row, col)).copied()
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

    /// The text that covers a cell, its own or that of the merge it lies in.
    pub fn covering(&self, row: u32, col: u32) -> &'a str {
        let own = self.text(row, col);
        if !own.is_empty() {
            return own;
        }
        let inside = |s: &&Span| s.top <= row && row <= s.bottom && s.left <= col && col <= s.right;
        self.grid.merges.iter().find(inside).map_or("", |span| self.text(span.top, span.left))
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
