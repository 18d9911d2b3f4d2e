//! A zipped workbook made ready for its parser, which opens a sheet for each thing it is asked: what it may unpack to is
//! bounded here, on bytes really read, and what it would go through in vain is left out or put in its way.

use std::io::{Cursor, Read, Seek, Write as _};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memmem;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::errors::with_known_errors;
use super::zip::{PACKAGE_DIRECTORY_BYTES, is_program, open, part_name};

/// Packed bytes of a member that are taken into memory to be unpacked in one go.
const IN_ONE_GO_BYTES: u64 = 256 * 1024;

/// Where programs keep pictures and whole documents that were put on a sheet.
const PASTED: &[&str] = &["xl/media/", "xl/embeddings/"];

/// Why a zipped workbook is not handed to its parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no zip, or a member of it is torn.
    Damaged,
    /// It would unpack to more than it may.
    TooLarge,
    /// It is a binary workbook (xlsb).
    Binary,
}

/// A workbook for its parser.
#[derive(Debug)]
pub struct PlainBook {
    /// A zip of what tells of cells, nothing in it compressed.
    pub zip: Vec<u8>,
    /// Whether the whole has programs that run when it is opened.
    pub has_macros: bool,
    /// Bytes of the pictures and documents on its sheets, as they are packed.
    pub pasted_bytes: u64,
}

/// A zipped workbook once more, with only what tells of cells and with every member stored plain: its parser opens a
/// sheet for each thing it is asked, and unpacking a small one takes longer than reading it. What it may unpack to is
/// bounded here, on bytes really read.
///
/// # Errors
/// Why there is none.
pub fn plain_book(archive: impl Read + Seek, bytes_max: u64) -> Result<PlainBook, Unfit> {
    // Looks, pictures and what other programs left: most of a small workbook, and nothing of it is asked for.
    const ASIDE: &[&str] = &[
        "[content_types]",
        "worksheets/_rels/",
        "theme/",
        "tables/",
        "drawings/",
        "charts/",
        "docprops/",
        "calcchain",
        "pivot",
        "comments",
        "externallinks/",
    ];
    let mut zip = open(archive, PACKAGE_DIRECTORY_BYTES).map_err(|_| Unfit::Damaged)?;
    let (mut wanted, mut declared_bytes, mut has_macros, mut pasted_bytes) =
        (Vec::new(), 0_u64, false, 0_u64);
    for index in 0..zip.len() {
        let Ok(raw) = zip.by_index_raw(index) else { continue };
        let name = part_name(raw.name_raw());
        let lower = name.to_ascii_lowercase();
        if lower == "xl/workbook.bin" {
            return Err(Unfit::Binary);
        }
        has_macros |= is_program(&lower);
        if PASTED.iter().any(|folder| lower.starts_with(folder)) {
            pasted_bytes = pasted_bytes.saturating_add(raw.compressed_size());
        }
        let is_xml = lower.ends_with(".xml") || lower.ends_with(".rels");
        if is_xml && !ASIDE.iter().any(|aside| lower.contains(aside)) {
            declared_bytes = declared_bytes.saturating_add(raw.size());
            wanted.push((index, name));
        }
    }
    if declared_bytes > bytes_max {
        return Err(Unfit::TooLarge);
    }
    // No member unpacks to more than it declares.
    let room = usize::try_from(declared_bytes).unwrap_or(0) + wanted.len() * 256;
    let mut plain = ZipWriter::new(Cursor::new(Vec::with_capacity(room)));
    let mut inflate = Decompress::new(false);
    let stored = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Stored);
    for (index, name) in wanted {
        let xml = with_known_errors(unpack(&mut zip, index, &mut inflate).map_err(|_| Unfit::Damaged)?);
        let ready = if is_style_sheet(&name) { without_looks(xml) } else { merges_first(xml) };
        plain.start_file(name, stored).map_err(|_| Unfit::Damaged)?;
        plain.write_all(&ready).map_err(|_| Unfit::Damaged)?;
    }
    let zip = plain.finish().map_err(|_| Unfit::Damaged)?.into_inner();
    Ok(PlainBook { zip, has_macros, pasted_bytes })
}

/// The bytes of a member. As a rule they are deflated and sound: then one decompressor serves one member after the other and
/// each in one go, since making one ready takes longer than the members of a small workbook. Whatever is out of the
/// ordinary is left to those who know how to say so.
fn unpack<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    index: usize,
    inflate: &mut Decompress,
) -> Result<Vec<u8>, ZipError> {
    let mut raw = zip.by_index_raw(index)?;
    let (size, sum) = (usize::try_from(raw.size()).unwrap_or(0), raw.crc32());
    // One byte more than there should be: the end is seen without another round through the decompressor.
    let mut xml = Vec::with_capacity(size + 1);
    let is_small = raw.compressed_size() <= IN_ONE_GO_BYTES;
    if is_small && raw.compression() == CompressionMethod::Deflated && !raw.encrypted() {
        let mut packed = Vec::with_capacity(usize::try_from(raw.compressed_size()).unwrap_or(0));
        raw.read_to_end(&mut packed)?;
        inflate.reset(false);
        let ended = inflate.decompress_vec(&packed, &mut xml, FlushDecompress::Finish);
        let mut crc = Crc::new();
        crc.update(&xml);
        if matches!(ended, Ok(Status::StreamEnd)) && (xml.len(), crc.sum()) == (size, sum) {
            return Ok(xml);
        }
        xml.clear();
    }
    drop(raw);
    zip.by_index(index)?.read_to_end(&mut xml)?;
    Ok(xml)
}

/// The XML of a sheet with its merged ranges before its cells: the parser looks for them in a pass of its own, which ends
/// where it has found them.
fn merges_first(xml: Vec<u8>) -> Vec<u8> {
    const END: &[u8] = b"</mergeCells>";
    let find = |what: &[u8], from: usize| memmem::find(xml.get(from..)?, what).map(|at| at + from);
    let places = || {
        let merges = find(b"<mergeCells", 0)?;
        let cells = find(b"<sheetData", 0).filter(|cells| *cells < merges)?;
        let end = find(END, merges)? + END.len();
        // What is commented out, or text, stays where it is.
        find(b"<!", 0).is_none().then_some((cells, merges, end))
    };
    let Some((cells, merges, end)) = places() else { return xml };
    let mut xml = xml;
    if let Some(turned) = xml.get_mut(cells..end) {
        turned.rotate_right(end - merges);
    }
    xml
}

fn is_style_sheet(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("styles.xml"))
}

/// The XML of a style sheet without fonts, fills, borders and what follows the formats of cells: most of it, and nothing of
/// it is asked for.
fn without_looks(xml: Vec<u8>) -> Vec<u8> {
    const END: &[u8] = b"</cellXfs>";
    let find = |what: &[u8], from: usize| memmem::find(xml.get(from..)?, what).map(|at| at + from);
    let places = || {
        let formats = find(b"<cellXfs", 0)?;
        let behind = find(END, formats)? + END.len();
        let end = find(b"</styleSheet>", behind)?;
        let looks = find(b"<fonts", 0).filter(|looks| *looks < formats)?;
        let has_more = [b"<numFmts", b"<cellXfs"]
            .iter()
            .any(|more| find(*more, looks).is_some_and(|at| at < formats) || find(*more, behind).is_some());
        (!has_more && find(b"<!", 0).is_none()).then_some((looks, formats, behind, end))
    };
    let Some((looks, formats, behind, end)) = places() else { return xml };
    let mut xml = xml;
    xml.drain(behind..end);
    xml.drain(looks..formats);
    xml
}

#[cfg(test)]
mod tests {
    use super::{merges_first, without_looks};

    #[test]
    fn of_a_style_sheet_the_formats_remain() {
        let formats = "<numFmts count=\"1\"><numFmt/></numFmts>";
        let cells = "<cellXfs count=\"1\"><xf numFmtId=\"9\"/></cellXfs>";
        let sheet =
            |before: &str, behind: &str| format!("<styleSheet>{formats}{before}{cells}{behind}</styleSheet>");
        let looks = "<fonts><font/></fonts><fills/><borders/><cellStyleXfs/>";
        let whole = sheet(looks, "<cellStyles/><dxfs><dxf><numFmt/></dxf></dxfs>");
        assert_eq!(String::from_utf8(without_looks(whole.into())).unwrap(), sheet("", ""));
        for same in [
            sheet("", "<dxfs/>"),
            sheet(&format!("{looks}{formats}"), ""),
            sheet(looks, cells),
            sheet(looks, "<!-- <cellStyles/> -->"),
            "<worksheet><sheetData/></worksheet>".to_owned(),
        ] {
            assert_eq!(without_looks(same.clone().into()), same.as_bytes(), "{same}");
        }
    }

    #[test]
    fn merged_ranges_come_before_the_cells() {
        for (xml, wanted) in [
            (
                "<ws><cols/><sheetData><row/></sheetData><x/><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells><y/></ws>",
                "<ws><cols/><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells><sheetData><row/></sheetData><x/><y/></ws>",
            ),
            (
                "<ws><sheetData/><mergeCells></mergeCells></ws>",
                "<ws><mergeCells></mergeCells><sheetData/></ws>",
            ),
        ] {
            assert_eq!(String::from_utf8(merges_first(xml.into())).unwrap(), wanted);
        }
        for same in [
            "<ws><sheetData/></ws>",
            "<ws><sheetData/><mergeCells count=\"0\"/></ws>",
            "<ws><mergeCells></mergeCells><sheetData/></ws>",
            "<ws><sheetData/><!-- <mergeCells></mergeCells> --></ws>",
            "<ws><sheetData/><mergeCells>",
        ] {
            assert_eq!(merges_first(same.into()), same.as_bytes(), "{same}");
        }
    }
}
