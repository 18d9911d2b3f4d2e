//! Workbooks of the old kind (xls, and et of WPS): BIFF records in a compound file, whatever the file is called.

use std::io::{Cursor, Read, Write};

use calamine::{Reader, SheetVisible, Xls, XlsError, XlsOptions};

use super::value::{borrowed, push, put, spans};
use super::{Caps, Grids, Left, TOO_LARGE, TOO_MANY_SHEETS, biff};
use crate::domain::facts::{Grid, NOT_CALCULATED, Value};

/// Reads an xls or et. The file is opened with the sturdier compound-file crate, and the parser gets a fresh file with
/// nothing but the workbook in it: its own way follows a chain of sectors in a circle until memory ends, and reserves
/// room for as many cells as a sheet announces.
pub fn read_xls(bytes: Vec<u8>, caps: &Caps) -> Grids {
    let mut stream = workbook_stream(&bytes).ok_or("表格文件已损坏，打不开")?;
    drop(bytes);
    let facts = biff::survey(&stream);
    if facts.is_encrypted {
        return Err("表格已加密，请发送不加密的文件".to_owned());
    }
    if facts.area() > caps.old_area {
        return Err(TOO_LARGE.to_owned());
    }
    biff::without_announced_sizes(&mut stream);
    let bytes = packed(&stream).ok_or(TOO_LARGE)?;
    drop(stream);
    let mut book = open(&bytes, facts.codepage_to_force)?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.len() > caps.sheets {
        return Err(TOO_MANY_SHEETS.to_owned());
    }
    let mut left = Left::of(caps);
    let mut grids = Vec::new();
    for (index, sheet) in sheets.into_iter().enumerate() {
        let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let mut grid =
            Grid { sheet: sheet.name, hidden: sheet.visible != SheetVisible::Visible, ..Grid::default() };
        grid.merges = spans(&merges, caps);
        let Ok(range) = book.worksheet_range(&grid.sheet) else { continue };
        let (top, left_col) = range.start().unwrap_or_default();
        for (row, col, value) in range.used_cells() {
            let at = (place(row, top), place(col, left_col));
            if facts.is_uncalculated(index, at) {
                put(&mut grid, at, Value::Text(NOT_CALCULATED.to_owned()), &mut left)?;
            } else {
                push(&mut grid, at, borrowed(value), facts.shown(index, at), caps, &mut left)?;
            }
        }
        grids.push(grid);
    }
    Ok(grids)
}

fn open(bytes: &[u8], codepage: Option<u16>) -> Result<Xls<Cursor<&[u8]>>, String> {
    let mut options = XlsOptions::default();
    options.force_codepage = codepage;
    Xls::new_with_options(Cursor::new(bytes), options).map_err(|error| match error {
        XlsError::Password => "表格已加密，请发送不加密的文件".to_owned(),
        _ => "表格内容已损坏，读不出".to_owned(),
    })
}

fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    // Some programs write the stream and no compound file around it.
    if bytes.starts_with(&[0x09, 0x08]) {
        return Some(bytes.to_vec());
    }
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = Vec::new();
    let name = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"].into_iter().find(|name| file.is_stream(name))?;
    let limit = u64::try_from(bytes.len()).ok()?;
    file.open_stream(name).ok()?.take(limit).read_to_end(&mut stream).ok()?;
    Some(stream)
}

/// A compound file with this one stream.
fn packed(stream: &[u8]) -> Option<Vec<u8>> {
    // The parser takes a file of version 4 without small streams for damaged.
    let file = Cursor::new(Vec::new());
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, file).ok()?;
    file.create_stream("/Workbook").ok()?.write_all(stream).ok()?;
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}

fn place(offset: usize, start: u32) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(start)
}
