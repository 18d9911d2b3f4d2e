//! A sheet before it is a file: cells and merges. The forms are laid out once, then written as xlsx or xls.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number as it is shown.
    Number(f64),
    /// A fraction shown as a percentage.
    Percent(f64),
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name of the sheet.
    pub sheet: String,
    /// Row, column (from 0) and value.
    pub cells: Vec<(u16, u16, Value)>,
    /// First row, first column, last row, last column.
    pub merges: Vec<(u16, u16, u16, u16)>,
    /// Excel does not show it.
    pub is_hidden: bool,
}

impl Table {
    /// An empty sheet.
    pub fn named(sheet: &str) -> Self {
        Self { sheet: sheet.to_owned(), ..Self::default() }
    }

    /// Puts a value into a cell.
    pub fn put(&mut self, row: u16, col: u16, value: Value) {
        self.cells.push((row, col, value));
    }

    /// Puts text into a cell; empty text leaves it empty.
    pub fn text(&mut self, row: u16, col: u16, text: &str) {
        if !text.is_empty() {
            self.put(row, col, Value::Text(text.to_owned()));
        }
    }

    /// Puts text into the first cell of a range and merges it.
    pub fn wide(&mut self, row: u16, cols: (u16, u16), text: &str) {
        self.text(row, cols.0, text);
        self.merges.push((row, cols.0, row, cols.1));
    }

    /// Moves everything from `row` on down by `by` rows.
    pub fn push_down(&mut self, row: u16, by: u16) {
        for (at, _, _) in self.cells.iter_mut().filter(|(at, _, _)| *at >= row) {
            *at += by;
        }
        for (top, _, bottom, _) in self.merges.iter_mut().filter(|(top, ..)| *top >= row) {
            *top += by;
            *bottom += by;
        }
    }

    /// Moves everything from `col` on to the right by `by` columns; a range across it grows.
    pub fn push_right(&mut self, col: u16, by: u16) {
        for (_, at, _) in self.cells.iter_mut().filter(|(_, at, _)| *at >= col) {
            *at += by;
        }
        for (_, left, _, right) in self.merges.iter_mut().filter(|(.., right)| *right >= col) {
            *left += if *left >= col { by } else { 0 };
            *right += by;
        }
    }
}

/// The sheets as an xlsx workbook. Its creation date is fixed.
pub fn xlsx(tables: &[Table]) -> Vec<u8> {
    written(tables).unwrap_or_default()
}

fn written(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2023, 4, 20)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let (plain, percent) = (Format::new().set_text_wrap(), Format::new().set_num_format("0.0%"));
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(&table.sheet)?;
        sheet.set_hidden(table.is_hidden);
        for (top, left, bottom, right) in &table.merges {
            sheet.merge_range(u32::from(*top), *left, u32::from(*bottom), *right, "", &plain)?;
        }
        for (row, col, value) in &table.cells {
            let row = u32::from(*row);
            match value {
                Value::Text(text) => sheet.write_string_with_format(row, *col, text, &plain)?,
                Value::Number(number) => sheet.write_number(row, *col, *number)?,
                Value::Percent(number) => sheet.write_number_with_format(row, *col, *number, &percent)?,
            };
        }
    }
    book.save_to_buffer()
}
