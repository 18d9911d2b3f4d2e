//! Workbooks of the XML kind.

use std::io::{Read, Seek};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::value::{push, put, shows_percent, spans};
use super::{Caps, Grids, Left};
use crate::domain::facts::{Grid, NOT_CALCULATED, Value};

/// Reads an xlsx. `shared_strings_head`: the first bytes of its shared strings, looked at before the parser reserves
/// room for as many as they announce.
pub fn read_xlsx(file: impl Read + Seek, shared_strings_head: &[u8], caps: &Caps) -> Grids {
    if announced_strings(shared_strings_head) > caps.shared_strings {
        return Err("表格声明的文字数异常，疑为恶意文件，未读取".to_owned());
    }
    let mut book: Xlsx<_> = Xlsx::new(file).map_err(|error| trouble(&error))?;
    let sheets = book.sheets_metadata().to_vec();
    let mut left = Left::of(caps);
    let mut grids = Vec::new();
    for sheet in sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).take(caps.sheets) {
        let mut grid =
            Grid { sheet: sheet.name, hidden: sheet.visible != SheetVisible::Visible, ..Grid::default() };
        read_cells(&mut book, &mut grid, caps, &mut left)?;
        let merges = book.merge_cells_by_sheet_name(&grid.sheet).unwrap_or_default();
        grid.merges = spans(&merges, caps);
        grids.push(grid);
    }
    Ok(grids)
}

fn read_cells(
    book: &mut Xlsx<impl Read + Seek>,
    grid: &mut Grid,
    caps: &Caps,
    left: &mut Left,
) -> Result<(), String> {
    let name = grid.sheet.clone();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| trouble(&error))?;
    let percents: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| shows_percent(&format.format_code)))
        .collect();
    let mut has_blanks = false;
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| trouble(&error))? {
        let is_percent = percents.get(style).copied().unwrap_or(false);
        has_blanks |= *cell.get_value() == DataRef::Empty;
        push(grid, cell.get_position(), cell.get_value().clone(), is_percent, caps, left)?;
    }
    drop(cells);
    if has_blanks { mark_uncalculated(book, grid, left) } else { Ok(()) }
}

/// Cells with a formula and no result. The parser tells blanks from these only in another pass.
fn mark_uncalculated(
    book: &mut Xlsx<impl Read + Seek>,
    grid: &mut Grid,
    left: &mut Left,
) -> Result<(), String> {
    let name = grid.sheet.clone();
    let known = grid.cells.len();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| trouble(&error))?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| trouble(&error))? {
        if cell.value == DataRef::Empty && cell.formula.is_some() {
            put(grid, cell.pos, Value::Text(NOT_CALCULATED.to_owned()), left)?;
        }
    }
    if grid.cells.len() > known {
        grid.cells.sort_by_key(|cell| (cell.row, cell.col));
    }
    Ok(())
}

/// The number in `uniqueCount="N"`; 0 when there is none.
fn announced_strings(head: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(head);
    let after = text.split_once("uniqueCount").map_or("", |(_, after)| after);
    let digits: String = after
        .trim_start_matches(|c: char| !c.is_ascii_digit() && c != '>')
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

fn trouble(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "表格已加密，请发送不加密的文件".to_owned(),
        XlsxError::Zip(_) | XlsxError::Io(_) => "表格文件已损坏，打不开".to_owned(),
        _ => "表格内容已损坏，读不出".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::announced_strings;

    #[test]
    fn the_announced_number_of_strings_is_found() {
        assert_eq!(announced_strings(b"<sst count=\"9\" uniqueCount = '4000000000'>"), 4_000_000_000);
        assert_eq!(announced_strings(b"<sst uniqueCount=\"99999999999999999999999\">"), u64::MAX);
        assert_eq!(announced_strings(b"<sst><si/>"), 0);
    }
}
