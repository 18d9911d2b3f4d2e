//! A sheet being filled, which remembers in which cell each value ends, whatever is slipped in above or before it.

use std::collections::BTreeMap;

use shouwen::rehearsal::season::files::table::{Table, Value};

use super::truth::{Held, Row};

/// A table and the places of its values: row of the form, field, cell.
pub struct Draft {
    pub table: Table,
    marks: Vec<(usize, &'static str, Held, (u16, u16))>,
}

impl Draft {
    pub fn named(sheet: &str) -> Self {
        Self { table: Table::named(sheet), marks: Vec::new() }
    }

    /// Writes what a clerk typed and remembers what it means.
    pub fn fill(
        &mut self,
        row: usize,
        field: &'static str,
        at: (u16, u16),
        typed: Value,
        means: Option<Held>,
    ) {
        self.table.put(at.0, at.1, typed);
        if let Some(means) = means {
            self.marks.push((row, field, means, at));
        }
    }

    pub fn push_down(&mut self, row: u16, by: u16) {
        self.table.push_down(row, by);
        self.marks.iter_mut().filter(|(.., at)| at.0 >= row).for_each(|(.., at)| at.0 += by);
    }

    pub fn push_right(&mut self, col: u16, by: u16) {
        self.table.push_right(col, by);
        self.marks.iter_mut().filter(|(.., at)| at.1 >= col).for_each(|(.., at)| at.1 += by);
    }

    /// `Sheet1!F7`.
    fn address(&self, (row, col): (u16, u16)) -> String {
        format!("{}!{}{}", self.table.sheet, column(col), row + 1)
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut all: BTreeMap<usize, Row> = BTreeMap::new();
        for (row, field, held, at) in &self.marks {
            all.entry(*row).or_default().values.insert(field, (held.clone(), self.address(*at)));
        }
        all.into_values().collect()
    }

    /// The cell of a field that means nothing readable too; `fields` of row `row`.
    pub fn cells(&self, row: usize, fields: &[&str]) -> Vec<String> {
        let marks = self.marks.iter().filter(|(at, field, ..)| *at == row && fields.contains(field));
        marks.map(|(.., at)| self.address(*at)).collect()
    }
}

fn column(col: u16) -> String {
    let letter = |n: u16| char::from(b'A' + u8::try_from(n).unwrap());
    if col < 26 { letter(col).to_string() } else { format!("{}{}", letter(col / 26 - 1), letter(col % 26)) }
}
