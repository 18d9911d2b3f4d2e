//! A first look at the records of an old workbook ([MS-XLS] 2.4), for what the parser in use does not tell or finds out
//! too late: which cells show percentages, how large a rectangle each sheet spans, whether it is encrypted.

use std::collections::{HashMap, HashSet};

use super::value::Shown;

/// What the records say.
#[derive(Debug, Default)]
pub struct Survey {
    /// A FILEPASS record is there.
    pub is_encrypted: bool,
    /// BIFF5 text without a code page of its own: Chinese programs meant 936.
    pub codepage_to_force: Option<u16>,
    sheets: Vec<Sheet>,
    plain: Shown,
}

#[derive(Debug, Default)]
struct Sheet {
    offset: usize,
    corner: Option<(u32, u32, u32, u32)>,
    shown: HashMap<(u32, u32), Shown>,
    uncalculated: HashSet<(u32, u32)>,
}

impl Survey {
    /// Rows times columns of the rectangles of all sheets: the parser in use has all of them in memory.
    pub fn area(&self) -> u64 {
        let area = |sheet: &Sheet| {
            let (top, left, bottom, right) = sheet.corner?;
            Some(u64::from(bottom - top + 1) * u64::from(right - left + 1))
        };
        self.sheets.iter().filter_map(area).fold(0, u64::saturating_add)
    }

    /// Whether the cell holds a formula without its result.
    pub fn is_uncalculated(&self, sheet: usize, at: (u32, u32)) -> bool {
        self.sheets.get(sheet).is_some_and(|sheet| sheet.uncalculated.contains(&at))
    }

    /// How the cell of the sheet with this index shows its number.
    pub fn shown(&self, sheet: usize, at: (u32, u32)) -> &Shown {
        self.sheets.get(sheet).and_then(|sheet| sheet.shown.get(&at)).unwrap_or(&self.plain)
    }
}

/// Takes the size that each sheet announces out of its records: the parser in use reserves room for all of it.
pub fn without_announced_sizes(stream: &mut [u8]) {
    const DIMENSIONS: u16 = 0x0200;
    let mut at = 0;
    while let Some((kind, data)) = record(stream, at) {
        let length = data.len();
        if kind == DIMENSIONS
            && let Some(data) = stream.get_mut(at + 4..at + 4 + length)
        {
            data.fill(0);
        }
        at += 4 + length;
    }
}

/// Reads the records once, front to back.
pub fn survey(stream: &[u8]) -> Survey {
    let mut survey = Survey::default();
    let percent = || Shown::by("0%");
    let mut formats: HashMap<u16, Shown> = HashMap::from([(9, percent()), (10, percent())]);
    let mut xf_formats: Vec<u16> = Vec::new();
    let mut current: Option<usize> = None;
    let (mut at, mut is_biff5, mut has_codepage) = (0, false, false);
    while let Some((kind, data)) = record(stream, at) {
        match kind {
            0x0809 => {
                is_biff5 |= u16_at(data, 0) == Some(0x0500);
                current = survey.sheets.iter().position(|sheet| sheet.offset == at);
            }
            0x002f => survey.is_encrypted = true,
            0x0042 => has_codepage = u16_at(data, 0).is_some_and(|page| page != 0 && page != 1252),
            0x0085 => {
                let offset = u32_at(data, 0).and_then(|offset| usize::try_from(offset).ok());
                survey.sheets.push(Sheet { offset: offset.unwrap_or(usize::MAX), ..Sheet::default() });
            }
            0x041e => formats.extend(u16_at(data, 0).map(|id| (id, Shown::by(&format_text(data, is_biff5))))),
            0x00e0 => xf_formats.push(u16_at(data, 2).unwrap_or(0)),
            _ => {
                if let Some(sheet) = current.and_then(|index| survey.sheets.get_mut(index)) {
                    let shown = |xf: u16| formats.get(xf_formats.get(usize::from(xf))?);
                    cells(sheet, kind, data, &shown);
                }
            }
        }
        at += 4 + data.len();
    }
    survey.codepage_to_force = (is_biff5 && !has_codepage).then_some(936);
    survey
}

/// Notes the cells of one record: NUMBER, RK, LABELSST, LABEL, FORMULA, BOOLERR, RSTRING, MULRK.
fn cells<'f>(sheet: &mut Sheet, kind: u16, data: &[u8], shown: &dyn Fn(u16) -> Option<&'f Shown>) {
    let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
    let row = u32::from(row);
    match kind {
        0x0203 | 0x027e | 0x00fd | 0x0204 | 0x0006 | 0x0205 | 0x00d6 => {
            let at = (row, u32::from(first));
            note(sheet, at, u16_at(data, 4).and_then(shown));
            if kind == 0x0006 && lacks_result(data) {
                sheet.uncalculated.insert(at);
            }
        }
        0x00bd => {
            let count = data.len().saturating_sub(6) / 6;
            for index in 0..count {
                let col = u32::from(first) + u32::try_from(index).unwrap_or(0);
                note(sheet, (row, col), u16_at(data, 4 + 6 * index).and_then(shown));
            }
        }
        _ => {}
    }
}

/// FORMULA: an empty text for a result, and the wish to be calculated when the file is opened.
fn lacks_result(data: &[u8]) -> bool {
    let is_empty_text = data.get(6) == Some(&3) && u16_at(data, 12) == Some(0xffff);
    is_empty_text && u16_at(data, 14).is_some_and(|flags| flags & 3 != 0)
}

fn note(sheet: &mut Sheet, at: (u32, u32), shown: Option<&Shown>) {
    let (row, col) = at;
    let (top, left, bottom, right) = sheet.corner.unwrap_or((row, col, row, col));
    sheet.corner = Some((top.min(row), left.min(col), bottom.max(row), right.max(col)));
    if let Some(shown) = shown.filter(|shown| !shown.is_plain()) {
        sheet.shown.insert(at, shown.clone());
    }
}

/// FORMAT: its text follows the id, as 8-bit or 16-bit characters.
fn format_text(data: &[u8], is_biff5: bool) -> String {
    let bytes = |from: usize| data.get(from..).unwrap_or_default();
    if is_biff5 {
        return bytes(3).iter().map(|byte| char::from(*byte)).collect();
    }
    match data.get(4).is_some_and(|flags| flags & 1 == 1) {
        true => {
            let units: Vec<u16> = bytes(5).chunks_exact(2).filter_map(|pair| u16_at(pair, 0)).collect();
            String::from_utf16_lossy(&units)
        }
        false => bytes(5).iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8])> {
    let kind = u16_at(stream, at)?;
    let length = usize::from(u16_at(stream, at + 2)?);
    Some((kind, stream.get(at + 4..at + 4 + length)?))
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record_bytes(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    #[test]
    fn percent_cells_and_far_corners_are_seen() {
        let mut globals = record_bytes(0x0809, &[0, 6, 5, 0]);
        globals.extend(record_bytes(0x041e, &[164, 0, 5, 0, 0, b'0', b'.', b'0', b'0', b'%']));
        globals.extend(record_bytes(0x00e0, &[0, 0, 0, 0]));
        globals.extend(record_bytes(0x00e0, &[0, 0, 164, 0]));
        let sheet_at = u32::try_from(globals.len() + 12).unwrap().to_le_bytes();
        globals.extend(record_bytes(0x0085, &[&sheet_at[..], &[0, 0, 0, 0]].concat()));
        globals.extend(record_bytes(0x0809, &[0, 6, 16, 0]));
        globals.extend(record_bytes(0x0203, &[6, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        globals.extend(record_bytes(0x0203, &[255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        let survey = survey(&globals);
        assert_eq!(survey.shown(0, (6, 5)), &Shown::by("0%"));
        assert!(survey.shown(0, (65535, 255)).is_plain());
        assert_eq!(survey.area(), 65530 * 251);
        assert!(!survey.is_encrypted);
    }
}
