//! Workbooks of the XML kind, whose members are stored plain: what they mention is seen before they are parsed.

use std::io::{Cursor, Read, Seek};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use memchr::memmem::find_iter;

use super::value::{Shown, push, put, spans};
use super::{Caps, Grids, Left, TOO_MANY_SHEETS};
use crate::domain::facts::{Grid, NOT_CALCULATED, Value};

/// Reads an xlsx whose members are not compressed.
///
/// # Errors
/// Why it cannot be read, in words for staff.
pub fn read_xlsx(file: &[u8], caps: &Caps) -> Grids {
    // The parser reserves room for as many as they announce, and keeps as many as there are.
    let strings = u64::try_from(elements(file, "si").count()).unwrap_or(u64::MAX);
    if announced_strings(file).max(strings) > caps.shared_strings {
        return Err("表格声明的文字数异常，疑为恶意文件，未读取".to_owned());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(|error| trouble(&error))?;
    let mut sheets = book.sheets_metadata().to_vec();
    sheets.retain(|sheet| sheet.typ == SheetType::WorkSheet);
    if sheets.len() > caps.sheets {
        return Err(TOO_MANY_SHEETS.to_owned());
    }
    let has = Has {
        formulas: elements(file, "f").next().is_some(),
        merges: elements(file, "mergeCell").next().is_some(),
    };
    let mut left = Left::of(caps);
    let mut grids = Vec::new();
    for sheet in sheets {
        let mut grid =
            Grid { sheet: sheet.name, hidden: sheet.visible != SheetVisible::Visible, ..Grid::default() };
        read_cells(&mut book, &mut grid, has, caps, &mut left)?;
        if has.merges {
            let merges = book.merge_cells_by_sheet_name(&grid.sheet).unwrap_or_default();
            grid.merges = spans(&merges, caps);
        }
        grids.push(grid);
    }
    Ok(grids)
}

/// What stands anywhere in a workbook: the parser finds each only in a pass of its own over a sheet.
#[derive(Clone, Copy)]
struct Has {
    formulas: bool,
    merges: bool,
}

/// Where elements of this name begin, with or without a prefix.
fn elements<'x>(file: &'x [u8], name: &'x str) -> impl Iterator<Item = usize> + 'x {
    let is_element = move |at: &usize| {
        let begins =
            at.checked_sub(1).and_then(|at| file.get(at)).is_some_and(|before| b"<:".contains(before));
        begins && file.get(at + name.len()).is_some_and(|next| b"> /\t\r\n".contains(next))
    };
    find_iter(file, name).filter(is_element)
}

fn read_cells(
    book: &mut Xlsx<impl Read + Seek>,
    grid: &mut Grid,
    has: Has,
    caps: &Caps,
    left: &mut Left,
) -> Result<(), String> {
    let name = grid.sheet.clone();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| trouble(&error))?;
    let formats = cells.styles().iter().map(|style| style.number_format.as_ref());
    let shown: Vec<Shown> = formats
        .map(|format| format.map_or_else(Shown::default, |format| Shown::by(&format.format_code)))
        .collect();
    let plain = Shown::default();
    let mut has_blanks = false;
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| trouble(&error))? {
        let shown = shown.get(style).unwrap_or(&plain);
        has_blanks |= *cell.get_value() == DataRef::Empty;
        push(grid, cell.get_position(), cell.get_value().clone(), shown, caps, left)?;
    }
    drop(cells);
    if has_blanks && has.formulas { mark_uncalculated(book, grid, left) } else { Ok(()) }
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

/// The largest number in a `uniqueCount="N"`; 0 when there is none.
fn announced_strings(file: &[u8]) -> u64 {
    const NAME: &str = "uniqueCount";
    let announced = |at: usize| {
        let after = file.get(at + NAME.len()..).unwrap_or_default();
        let digits = after.iter().skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>');
        let digits: String =
            digits.take_while(|byte| byte.is_ascii_digit()).map(|b| char::from(*b)).collect();
        if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
    };
    find_iter(file, NAME).map(announced).max().unwrap_or(0)
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
    use super::{announced_strings, elements};

    #[test]
    fn elements_are_found_by_their_whole_name() {
        for xml in ["<c><f>A1</f></c>", "<x:c><x:f t=\"shared\"/>", "<c><f\n>"] {
            assert_eq!(elements(xml.as_bytes(), "f").count(), 1, "{xml}");
        }
        let none = "<fonts count=\"1\"><font/><fill></fill></fonts><c><v>f</v></c>";
        assert_eq!(elements(none.as_bytes(), "f").count(), 0);
        assert_eq!(elements(b"<si><t>si</t></si><si/>", "si").count(), 2);
    }

    #[test]
    fn the_announced_number_of_strings_is_found() {
        assert_eq!(announced_strings(b"<sst count=\"9\" uniqueCount = '4000000000'>"), 4_000_000_000);
        assert_eq!(announced_strings(b"<sst uniqueCount=\"99999999999999999999999\">"), u64::MAX);
        assert_eq!(announced_strings(b"<sst><si/>"), 0);
    }
}
