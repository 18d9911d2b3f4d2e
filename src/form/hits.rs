//! The labels of a sheet, to be asked by place: a hostile sheet has as many of them as cells, and is asked for each.

use std::collections::{BTreeMap, BTreeSet};

use super::read::Hit;

/// All labels of a sheet in the order in which they were found, and where they stand.
pub(super) struct Hits<'h> {
    /// Whatever their place.
    pub all: &'h [Hit],
    rows: BTreeMap<u32, Vec<usize>>,
    places: BTreeSet<(u32, u32)>,
    /// The last column of each, by row.
    ends: BTreeSet<(u32, u32)>,
}

impl<'h> Hits<'h> {
    /// Indexes labels by where they stand.
    pub fn of(all: &'h [Hit]) -> Self {
        let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, hit) in all.iter().enumerate() {
            rows.entry(hit.row).or_default().push(at);
        }
        let places = all.iter().map(|hit| (hit.row, hit.col)).collect();
        let ends = all.iter().map(|hit| (hit.row, hit.right)).collect();
        Self { all, rows, places, ends }
    }

    /// Whether a label stands at a cell.
    pub fn is_at(&self, row: u32, col: u32) -> bool {
        self.places.contains(&(row, col))
    }

    /// Whether a label of this row ends in this column.
    pub fn ends_at(&self, row: u32, col: u32) -> bool {
        self.ends.contains(&(row, col))
    }

    /// The labels of a row.
    pub fn of_row(&self, row: u32) -> impl Iterator<Item = &'h Hit> {
        let places = self.rows.get(&row).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.all.get(*at))
    }

    /// The labels of some rows, in the order in which they were found.
    pub fn of_rows(&self, rows: std::ops::Range<u32>) -> impl Iterator<Item = &'h Hit> {
        let mut places: Vec<usize> = self.rows.range(rows).flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|at| self.all.get(at))
    }

    /// The rows in which labels stand.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        self.rows.keys().copied()
    }
}
