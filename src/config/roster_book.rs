//! `units.xlsx`: the roster as an office keeps it, in a workbook. Its first sheet that is not hidden becomes the same
//! records as the lines of `units.csv`, so that mistakes are told with the row as Excel counts it.

use std::fs::File;
use std::path::Path;

use super::csv::Record;
use crate::archive;
use crate::domain::facts::{Grid, Value};
use crate::reader::Limits;
use crate::sheet;

/// The rows of a workbook; those without a value are left out.
///
/// # Errors
/// Why it cannot be read, in words for staff.
pub(super) fn records(file: &Path) -> Result<Vec<Record>, String> {
    let limits = Limits::HOUSE;
    let mut book = File::open(file).map_err(|error| error.to_string())?;
    let plain = archive::plain_book(&mut book, limits.book_xml_bytes)
        .map_err(|_| "不是完好的 xlsx 工作簿".to_owned())?;
    let grids = sheet::read_xlsx(&plain.zip, &limits.sheet)?;
    let grid = grids.into_iter().find(|grid| !grid.hidden).unwrap_or_default();
    Ok(rows(&grid))
}

fn rows(grid: &Grid) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for cell in &grid.cells {
        let line = usize::try_from(cell.row).unwrap_or(usize::MAX).saturating_add(1);
        if records.last().is_none_or(|record| record.line != line) {
            records.push(Record { line, cells: Vec::new() });
        }
        let column = usize::try_from(cell.col).unwrap_or(0);
        if let Some(record) = records.last_mut() {
            if record.cells.len() <= column {
                record.cells.resize(column + 1, String::new());
            }
            if let Some(place) = record.cells.get_mut(column) {
                *place = words(&cell.value);
            }
        }
    }
    records
}

/// Codes and telephone numbers are numbers to a spreadsheet.
fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
    }
}
