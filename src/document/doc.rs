//! Text of old Word documents and of WPS: the piece table says where in the stream each run of characters stands, in
//! 16-bit characters or in one byte each ([MS-DOC] 2.4.1), however often the file was saved in haste. Word 6 and 95 wrote
//! bytes of the system's charset, which in China was GBK.

use std::io::{Read, Seek};

use encoding_rs::{Encoding, GB18030, UTF_16LE, WINDOWS_1252};

use super::{Caps, DAMAGED, ENCRYPTED, bound};

/// Text of a doc or wps, or why there is none. Headers, notes and comments are left out as in a docx; text boxes are read
/// where the first of them hangs.
pub fn read_doc(file: impl Read + Seek, caps: &Caps) -> Result<String, String> {
    let mut file = cfb::CompoundFile::open(file).map_err(|_| DAMAGED)?;
    let mut stream = |name: &str| -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let found = file.open_stream(name).map_err(|_| DAMAGED)?;
        found.take(caps.doc_stream_bytes).read_to_end(&mut content).map_err(|_| DAMAGED)?;
        Ok(content)
    };
    let word = stream("/WordDocument")?;
    let flags = u16_at(&word, 0x0a).ok_or(DAMAGED)?;
    if flags & 0x0100 != 0 {
        return Err(ENCRYPTED.to_owned());
    }
    let raw = match u16_at(&word, 0) {
        Some(0xa5ec) => {
            let table = stream(if flags & 0x0200 == 0 { "/0Table" } else { "/1Table" })?;
            text_of_97(&word, &table, caps)
        }
        // Word 6 and 95.
        Some(0xa5dc) => text_of_95(&word, flags & 0x0004 != 0, caps),
        _ => return Err("文档格式过旧，读不出，请另存为 docx 或 PDF 后重新发送".to_owned()),
    };
    let mut text = clean(&raw.ok_or(DAMAGED)?);
    bound(&mut text, caps.text_bytes);
    Ok(text)
}

/// Main text with the text boxes, which stand behind everything else in the order of characters.
fn text_of_97(word: &[u8], table: &[u8], caps: &Caps) -> Option<String> {
    let counts: Vec<u32> = (0..7).map(|at| u32_at(word, 0x4c + 4 * at).unwrap_or(0)).collect();
    let [main, notes, headers, _, remarks, ends, boxes] = *counts.as_slice() else { return None };
    let clx = section(table, usize_at(word, 0x01a2)?, usize_at(word, 0x01a6)?)?;
    let before = [notes, headers, remarks, ends].iter().fold(main, |sum, count| sum.saturating_add(*count));
    let pieces = |from: u32, to: u32| pieces(word, clx, from..to, place_97, caps.text_bytes);
    let text = pieces(0, main)?;
    let boxes = if boxes == 0 { String::new() } else { pieces(before, before.saturating_add(boxes))? };
    Some(match text.split_once(ANCHOR) {
        Some((head, tail)) => format!("{head}{boxes}{tail}"),
        None => text + &boxes,
    })
}

/// Plain files hold their text in one run; those saved in haste have a piece table in the same stream.
fn text_of_95(word: &[u8], is_hasty: bool, caps: &Caps) -> Option<String> {
    let count = u32_at(word, 0x34)?;
    if is_hasty {
        let clx = section(word, usize_at(word, 0x0160)?, usize_at(word, 0x0164)?)?;
        return pieces(word, clx, 0..count, place_95, caps.text_bytes);
    }
    let length = usize::try_from(count).ok()?.min(caps.text_bytes.saturating_mul(2));
    section(word, usize_at(word, 0x18)?, length)
        .map(|raw| GB18030.decode_without_bom_handling(raw).0.into_owned())
}

/// Where drawn things hang.
const ANCHOR: char = '\u{8}';

/// Where a piece begins, and in which charset it is.
fn place_97(place: u32) -> (u32, &'static Encoding) {
    let offset = place & 0x3fff_ffff;
    if place & 0x4000_0000 != 0 { (offset / 2, WINDOWS_1252) } else { (offset, UTF_16LE) }
}

fn place_95(place: u32) -> (u32, &'static Encoding) {
    (place, GB18030)
}

/// Puts together what the pieces hold of the characters `wanted`.
fn pieces(
    word: &[u8],
    clx: &[u8],
    wanted: std::ops::Range<u32>,
    place: fn(u32) -> (u32, &'static Encoding),
    bytes_max: usize,
) -> Option<String> {
    let mut at = 0;
    while clx.get(at) == Some(&1) {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    (clx.get(at) == Some(&2)).then_some(())?;
    let plc = section(clx, at + 5, usize_at(clx, at + 1)?)?;
    let count = plc.len().checked_sub(4)? / 12;
    let mut text = String::new();
    for index in 0..count {
        let start = u32_at(plc, index * 4)?;
        let from = start.max(wanted.start);
        let to = u32_at(plc, index * 4 + 4)?.min(wanted.end);
        let Some(length) = to.checked_sub(from).and_then(|length| usize::try_from(length).ok()) else {
            continue;
        };
        let (offset, charset) = place(u32_at(plc, (count + 1) * 4 + index * 8 + 2)?);
        let skipped = usize::try_from(from - start).ok()?;
        let width = if charset == UTF_16LE { 2 } else { 1 };
        let offset = usize::try_from(offset).ok()?.checked_add(skipped.checked_mul(width)?)?;
        let raw = section(word, offset, length.checked_mul(width)?)?;
        text.push_str(&charset.decode_without_bom_handling(raw).0);
        if text.len() > bytes_max.saturating_mul(2) {
            break;
        }
    }
    Some(text)
}

/// Paragraph and cell marks become line ends and tabs; the instructions of fields are left out, their results stay.
fn clean(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut in_instruction = 0u32;
    for c in raw.chars() {
        match c {
            '\u{13}' => in_instruction += 1,
            '\u{14}' | '\u{15}' => in_instruction = in_instruction.saturating_sub(1),
            _ if in_instruction > 0 => {}
            '\r' | '\u{b}' | '\u{c}' => text.push('\n'),
            '\u{7}' | '\t' => text.push('\t'),
            _ if c.is_control() => {}
            _ => text.push(c),
        }
    }
    text
}

fn section(data: &[u8], start: usize, length: usize) -> Option<&[u8]> {
    data.get(start..start.checked_add(length)?)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn usize_at(data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(data, at)?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::document::TEST_CAPS;

    /// The least that is a Word document: one 16-bit and one 8-bit piece.
    fn doc_of(wide: &str, narrow: &str) -> Vec<u8> {
        let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let count = [wide.len() / 2, narrow.len()].map(|count| u32::try_from(count).unwrap());
        let mut word = vec![0u8; 0x400];
        word[..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
        word[0x4c..0x50].copy_from_slice(&(count[0] + count[1]).to_le_bytes());
        let mut clx = vec![2u8];
        clx.extend(28u32.to_le_bytes());
        for cp in [0, count[0], count[0] + count[1]] {
            clx.extend(cp.to_le_bytes());
        }
        let narrow_at = ((0x400 + u32::try_from(wide.len()).unwrap()) * 2) | 0x4000_0000;
        for place in [0x400, narrow_at] {
            clx.extend([0u8; 2]);
            clx.extend(place.to_le_bytes());
            clx.extend([0u8; 2]);
        }
        word[0x01a6..0x01aa].copy_from_slice(&u32::try_from(clx.len()).unwrap().to_le_bytes());
        word.extend(wide);
        word.extend(narrow.as_bytes());
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/WordDocument").unwrap().write_all(&word).unwrap();
        file.create_stream("/0Table").unwrap().write_all(&clx).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn both_kinds_of_pieces_are_read_and_field_instructions_are_not() {
        let bytes = doc_of("活动方案\r\u{13} TOC \u{14}目录\u{15}\u{7}", "2023\r");
        assert_eq!(super::super::compound(Cursor::new(&bytes)), Some(super::super::Compound::Document));
        assert_eq!(read_doc(Cursor::new(&bytes), &TEST_CAPS).unwrap(), "活动方案\n目录\t2023\n");
    }

    #[test]
    fn a_damaged_document_says_so() {
        assert!(read_doc(Cursor::new(b"\xd0\xcf\x11\xe0rubbish"), &TEST_CAPS).unwrap_err().contains("损坏"));
    }
}
