//! An old Excel workbook (BIFF8) by hand: half of the units still send it, and no crate writes it. Only the records
//! that readers ask for; layout as in Microsoft's [MS-XLS].

use std::io::{Cursor, Write as _};
use std::time::{Duration, SystemTime};

use super::table::{Table, Value};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CODEPAGE: u16 = 0x0042;
const FONT: u16 = 0x0031;
const XF: u16 = 0x00E0;
const BOUNDSHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const DIMENSIONS: u16 = 0x0200;
const WINDOW2: u16 = 0x023E;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const MERGECELLS: u16 = 0x00E5;

/// Most bytes that one record holds ([MS-XLS] 2.1.4).
const RECORD_BYTES: usize = 8224;
/// Style formats that every workbook begins with; cell formats follow them.
const STYLE_FORMATS: u16 = 15;
const PLAIN_CELL: u16 = STYLE_FORMATS;
const PERCENT_CELL: u16 = STYLE_FORMATS + 1;
/// Built-in number format `0%`.
const PERCENT_FORMAT: u16 = 9;
/// 2023-04-20 in Unix seconds: the container stamps its root, and the season has no clock.
const MADE_UNIX_SECONDS: u64 = 1_681_948_800;

/// The sheets as an xls workbook; empty only if memory cannot be written to.
pub fn xls(tables: &[Table]) -> Vec<u8> {
    contained(&workbook(tables)).unwrap_or_default()
}

fn contained(workbook: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("/Workbook")?.write_all(workbook)?;
    file.set_modified_time("/", SystemTime::UNIX_EPOCH + Duration::from_secs(MADE_UNIX_SECONDS))?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn workbook(tables: &[Table]) -> Vec<u8> {
    let mut strings = Strings::default();
    let sheets: Vec<Vec<u8>> = tables.iter().map(|table| worksheet(table, &mut strings)).collect();
    // The sheet list holds offsets, so the globals are built twice: once for their length.
    let blank: Vec<u32> = tables.iter().map(|_| 0).collect();
    let mut offset = globals(tables, &blank, &strings).len();
    let mut offsets = Vec::new();
    for sheet in &sheets {
        offsets.push(u32::try_from(offset).unwrap_or(0));
        offset += sheet.len();
    }
    let mut out = globals(tables, &offsets, &strings);
    out.extend(sheets.concat());
    out
}

fn globals(tables: &[Table], offsets: &[u32], strings: &Strings) -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, BOF, &shorts(&[0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 0, 0x0006, 0]));
    record(&mut out, CODEPAGE, &shorts(&[1200]));
    for _ in 0..4 {
        let name = utf16("宋体");
        let mut font = shorts(&[220, 0, 0x7FFF, 400, 0, 0, 0]);
        font.extend([2, 1]);
        font.extend(name);
        record(&mut out, FONT, &font);
    }
    for index in 0..STYLE_FORMATS + 2 {
        let number_format = if index == PERCENT_CELL { PERCENT_FORMAT } else { 0 };
        let parent = if index < STYLE_FORMATS { 0xFFF5 } else { 0x0001 };
        record(&mut out, XF, &shorts(&[0, number_format, parent, 0x0020, 0, 0, 0, 0, 0, 0x20C0]));
    }
    for (table, offset) in tables.iter().zip(offsets) {
        let mut sheet = offset.to_le_bytes().to_vec();
        let length = u8::try_from(table.sheet.encode_utf16().count()).unwrap_or(0);
        sheet.extend([u8::from(table.is_hidden), 0, length, 1]);
        sheet.extend(utf16(&table.sheet));
        record(&mut out, BOUNDSHEET, &sheet);
    }
    strings.write(&mut out);
    record(&mut out, EOF, &[]);
    out
}

fn worksheet(table: &Table, strings: &mut Strings) -> Vec<u8> {
    let mut out = Vec::new();
    record(&mut out, BOF, &shorts(&[0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 0, 0x0006, 0]));
    let rows = table.cells.iter().map(|(row, ..)| row + 1).max().unwrap_or(0);
    let cols = table.cells.iter().map(|(_, col, _)| col + 1).max().unwrap_or(0);
    record(&mut out, DIMENSIONS, &shorts(&[0, 0, rows, 0, 0, cols, 0]));
    let mut cells: Vec<_> = table.cells.iter().collect();
    cells.sort_by_key(|(row, col, _)| (*row, *col));
    for (row, col, value) in cells {
        let (kind, format, held) = match value {
            Value::Text(text) => (LABELSST, PLAIN_CELL, strings.index(text).to_le_bytes().to_vec()),
            Value::Number(number) => (NUMBER, PLAIN_CELL, number.to_le_bytes().to_vec()),
            Value::Percent(number) => (NUMBER, PERCENT_CELL, number.to_le_bytes().to_vec()),
        };
        record(&mut out, kind, &[shorts(&[*row, *col, format]), held].concat());
    }
    record(&mut out, WINDOW2, &shorts(&[0x06B6, 0, 0, 64, 0, 0, 0, 0, 0]));
    let merges =
        table.merges.iter().flat_map(|(top, left, bottom, right)| shorts(&[*top, *bottom, *left, *right]));
    let count = u16::try_from(table.merges.len()).unwrap_or(0);
    record(&mut out, MERGECELLS, &shorts(&[count]).into_iter().chain(merges).collect::<Vec<u8>>());
    record(&mut out, EOF, &[]);
    out
}

/// The shared strings of a workbook.
#[derive(Default)]
struct Strings {
    all: Vec<String>,
    uses: u32,
}

impl Strings {
    fn index(&mut self, text: &str) -> u32 {
        self.uses += 1;
        let known = self.all.iter().position(|known| known == text).unwrap_or_else(|| {
            self.all.push(text.to_owned());
            self.all.len() - 1
        });
        u32::try_from(known).unwrap_or(0)
    }

    /// One record, continued before a string that would not fit.
    fn write(&self, out: &mut Vec<u8>) {
        let count = u32::try_from(self.all.len()).unwrap_or(0);
        let mut kind = SST;
        let mut held = [self.uses.to_le_bytes(), count.to_le_bytes()].concat();
        for text in &self.all {
            let units = u16::try_from(text.encode_utf16().count()).unwrap_or(0);
            let string = [units.to_le_bytes().as_slice(), &[1], &utf16(text)].concat();
            if held.len() + string.len() > RECORD_BYTES {
                record(out, kind, &held);
                (kind, held) = (CONTINUE, Vec::new());
            }
            held.extend(string);
        }
        record(out, kind, &held);
    }
}

fn record(out: &mut Vec<u8>, kind: u16, held: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(u16::try_from(held.len()).unwrap_or(0).to_le_bytes());
    out.extend(held);
}

fn shorts(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
