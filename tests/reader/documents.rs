//! Documents and workbooks made to exhaust or mislead their reader (`reliability.md` 45, 46, 48, 49), each with its outcome:
//! what could be read, or words for staff; never another mail's loss. All through the real caged child, whose memory is
//! measured.

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use shouwen::domain::facts::{Content, Grid, PartFacts, Value};
use zip::write::SimpleFileOptions;

use crate::caged::{self, base64, desk_in, zip_of};

/// What a reader held at most, in KiB.
const MEMORY_KIB_MAX: u64 = 256 * 1024;
const TIME_MAX: Duration = Duration::from_secs(20);
const MAIN: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Reads a mail with this one file, and the next mail; the file's part.
fn read(name: &str, bytes: &[u8]) -> PartFacts {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = desk_in(scratch.path());
    let begun = Instant::now();
    let mut facts = caged::read(&mut desk, &mail_with(name, bytes));
    let taken = begun.elapsed();
    caged::go_on(&mut desk);
    assert!(taken < TIME_MAX, "{name} took {taken:?}");
    let held = caged::peak_kib(scratch.path()).unwrap();
    assert!(held > 0 && held <= MEMORY_KIB_MAX, "{name} held {held} KiB");
    facts.parts.remove(0)
}

fn mail_with(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut raw = format!(
        "From: a@b.example\nSubject: hostile\nContent-Type: application/octet-stream; name={name}\n\
         Content-Disposition: attachment; filename={name}\nContent-Transfer-Encoding: base64\n\n"
    )
    .into_bytes();
    raw.extend(base64(bytes));
    raw
}

/// A workbook of one sheet; `more` are other parts.
fn xlsx(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let rels = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let book = format!(
        r#"<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let book_rels = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
    );
    let mut members: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", rels.as_bytes())];
    let own: [(&str, &[u8]); 3] = [
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book_rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    members.extend(own.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)));
    members.extend(more);
    zip_of(&members)
}

fn sheet(rows: &str, after: &str) -> String {
    format!("<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>")
}

fn grids(part: &PartFacts) -> &[Grid] {
    let Content::Book { grids } = &part.content else { panic!("{part:?}") };
    grids
}

fn trouble(part: &PartFacts) -> &str {
    part.trouble.as_deref().unwrap_or_else(|| panic!("no trouble: {part:?}"))
}

#[test]
fn a_cell_in_the_far_corner_costs_nothing() {
    let rows =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let part = read("corner.xlsx", &xlsx(&sheet(rows, ""), &[]));
    assert_eq!(grids(&part)[0].cells.len(), 2);
}

#[test]
fn shared_strings_told_again_and_again_stop_at_the_limit_of_text() {
    let long = "长".repeat(10_000);
    let strings = format!("<sst {MAIN}><si><t>{long}</t></si></sst>");
    let mut rows = String::new();
    for row in 1..20_000 {
        write!(rows, r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#).unwrap();
    }
    let part = read("again.xlsx", &xlsx(&sheet(&rows, ""), &[("xl/sharedStrings.xml", strings.as_bytes())]));
    assert!(trouble(&part).contains("表格过大"), "{part:?}");
}

#[test]
fn a_string_that_swells_beyond_all_bounds_is_not_unpacked() {
    let strings =
        [format!("<sst {MAIN}><si><t>").into_bytes(), vec![b'a'; 300 << 20], b"</t></si></sst>".to_vec()];
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let part = read("swells.xlsx", &xlsx(&sheet(rows, ""), &[("xl/sharedStrings.xml", &strings.concat())]));
    assert!(trouble(&part).contains("过大"), "{part:?}");
}

#[test]
fn entities_are_neither_expanded_nor_fetched() {
    let mut laughs =
        "<!DOCTYPE sst [<!ENTITY a0 \"ha\"><!ENTITY out SYSTEM \"file:///etc/passwd\">".to_owned();
    for n in 1..30 {
        write!(laughs, "<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1).unwrap();
    }
    let strings = format!("{laughs}]><sst {MAIN}><si><t>x&a29;&out;y</t></si></sst>");
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let part = read("laughs.xlsx", &xlsx(&sheet(rows, ""), &[("xl/sharedStrings.xml", strings.as_bytes())]));
    let shown = format!("{part:?}");
    assert!(!shown.contains("haha") && !shown.contains("root:"), "{shown}");
    let word = format!(
        "{laughs}]><w:document xmlns:w='w'><w:body><w:p><w:r><w:t>甲&a29;&out;乙</w:t></w:r></w:p></w:body></w:document>"
    );
    let part = read(
        "laughs.docx",
        &zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", word.as_bytes())]),
    );
    assert_eq!(part.content, Content::Text { text: "甲乙\n".to_owned() });
}

#[test]
fn huge_and_countless_merges_are_kept_up_to_a_number() {
    let mut merges = String::from(r#"<mergeCells><mergeCell ref="A1:XFD1048576"/>"#);
    for row in 1..60_000 {
        write!(merges, r#"<mergeCell ref="A{row}:B{row}"/>"#).unwrap();
    }
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let part = read("merges.xlsx", &xlsx(&sheet(rows, &(merges + "</mergeCells>")), &[]));
    assert_eq!((grids(&part)[0].cells.len(), grids(&part)[0].merges.len()), (1, 20_000));
}

#[test]
fn a_workbook_of_ten_thousand_sheets_says_so() {
    let (mut sheets, mut rels) = (String::new(), String::new());
    for n in 0..10_000 {
        write!(sheets, r#"<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>"#).unwrap();
        write!(rels, r#"<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>"#)
            .unwrap();
    }
    let names: String = (0..10_000)
        .map(|n| format!("<definedName name=\"n{n}\">n{}</definedName>", (n + 1) % 10_000))
        .collect();
    let book = format!(
        r#"<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"#
    );
    let rels = format!(r#"<Relationships xmlns="{PACKAGE}">{rels}</Relationships>"#);
    let rows = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#, "");
    let more: [(&str, &[u8]); 2] =
        [("xl/workbook.xml", book.as_bytes()), ("xl/_rels/workbook.xml.rels", rels.as_bytes())];
    let part = read("sheets.xlsx", &xlsx(&rows, &more));
    assert!(part.trouble.as_deref().is_some_and(|trouble| trouble.contains("工作表过多")), "{part:?}");
}

/// A workbook of records; each cell is a NUMBER.
fn biff(dimensions: &[u8], cells: &[(u16, u16)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    };
    let begins = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let offset = u32::try_from(begins.len() + 4 + 9 + 4).unwrap();
    let named = [&offset.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat();
    let mut stream = [begins, record(0x0085, &named), record(0x000a, &[])].concat();
    stream.extend(record(0x0809, &[0, 6, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    stream.extend(record(0x0200, dimensions));
    for (row, col) in cells {
        let at = [row.to_le_bytes(), col.to_le_bytes(), [0, 0]].concat();
        stream.extend(record(0x0203, &[&at[..], &1.5f64.to_le_bytes()].concat()));
    }
    stream.extend(record(0x000a, &[]));
    stream.resize(stream.len().max(4096), 0);
    compound("/Workbook", &stream)
}

fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream(name).unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn what_was_pasted_on_the_sheets_of_a_workbook_is_weighed() {
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let looks = [7_u8; 90_000];
    let (photo, object) = ([1_u8; 12_000], [2_u8; 500]);
    let more: [(&str, &[u8]); 3] = [
        ("xl/media/image1.jpeg", &photo),
        ("xl/embeddings/Microsoft_Word_Document.docx", &object),
        ("xl/printerSettings/printerSettings1.bin", &looks),
    ];
    let pasted = |more: &[_]| read("photo.xlsx", &xlsx(&sheet(rows, ""), more)).pasted_bytes.unwrap();
    // As they are packed, which these are well.
    assert!(pasted(&more) > pasted(&more[1..]) && pasted(&more[1..]) > 0);
    assert_eq!(pasted(&more[2..]), 0);
}

#[test]
fn an_old_sheet_from_corner_to_corner_is_too_large() {
    let part = read("corner.xls", &biff(&[0; 14], &[(0, 0), (65_535, 255)]));
    assert!(trouble(&part).contains("表格过大"), "{part:?}");
}

#[test]
fn what_an_old_sheet_announces_is_not_believed() {
    let part =
        read("announces.xls", &biff(&[0, 0, 0, 0, 255, 255, 255, 127, 0, 0, 255, 255, 0, 0], &[(2, 3)]));
    let cell = &grids(&part)[0].cells[0];
    assert_eq!((cell.row, cell.col, &cell.value), (2, 3, &Value::Number(1.5)));
}

/// Each sector's successor is itself: the chain never ends.
#[test]
fn compound_files_whose_sectors_go_in_a_circle_are_damaged() {
    for (name, stream) in [("circle.xls", "/Workbook"), ("circle.doc", "/WordDocument")] {
        let mut file = compound(stream, &vec![7; 100_000]);
        // The table of sectors is the first sector.
        for sector in 2..120u32 {
            let at = 512 + usize::try_from(sector).unwrap() * 4;
            file[at..at + 4].copy_from_slice(&sector.to_le_bytes());
        }
        let part = read(name, &file);
        assert!(trouble(&part).contains("损坏"), "{part:?}");
    }
}

fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        write!(out, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    let xref = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(out, "{place:010} 00000 n ").unwrap();
    }
    write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    out
}

#[test]
fn a_page_tree_that_contains_itself_has_no_pages() {
    let part = read(
        "tree.pdf",
        &pdf(&[
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 >>",
            "<< /Type /Pages /Kids [2 0 R] /Parent 3 0 R >>",
        ]),
    );
    assert!(trouble(&part).contains("损坏"), "{part:?}");
}

#[test]
fn arrays_nested_without_end_cost_their_object_only() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let page = "<< /Type /Page /Parent 2 0 R >>";
    let part = read(
        "deep.pdf",
        &pdf(&[
            "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('http://evil.example'\\)) >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            &deep,
        ]),
    );
    assert!(matches!(part.content, Content::Pdf { pages: 1, .. }), "{part:?}");
}

#[test]
fn tables_of_places_that_lead_to_each_other_end() {
    let mut file = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R >>",
    ]);
    let text = String::from_utf8(file.clone()).unwrap();
    let place = text.rfind("startxref\n").unwrap() + 10;
    let xref: usize = text[place..].lines().next().unwrap().parse().unwrap();
    file = text.replace("/Root 1 0 R", &format!("/Root 1 0 R /Prev {xref}")).into_bytes();
    let part = read("xref.pdf", &file);
    assert!(part.trouble.is_some() || matches!(part.content, Content::Pdf { pages: 1, .. }), "{part:?}");
}

#[test]
fn a_page_that_unpacks_to_a_gigabyte_is_a_page_without_text() {
    let mut zeros = flate_of_spaces(1 << 30);
    let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", zeros.len());
    let mut file = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n4 0 obj\n".to_vec();
    file.extend(head.into_bytes());
    file.append(&mut zeros);
    file.extend(b"\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    let part = read("gigabyte.pdf", &file);
    assert!(
        matches!(&part.content, Content::Pdf { pages: 1, text, .. } if text.trim().is_empty()),
        "{part:?}"
    );
}

/// Blanks as a zlib stream: the deflated bytes of a zip member, with a head; the checksum is left out, as by many writers.
fn flate_of_spaces(count: usize) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("x", SimpleFileOptions::default()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    (0..count >> 20).for_each(|_| writer.write_all(&blanks).unwrap());
    let bytes = writer.finish().unwrap().into_inner();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let member = archive.by_index_raw(0).unwrap();
    let (from, length) = (member.data_start().unwrap(), member.compressed_size());
    let raw = &bytes[usize::try_from(from).unwrap()..usize::try_from(from + length).unwrap()];
    [&[0x78, 0x9c][..], raw].concat()
}

#[test]
fn a_large_pdf_must_begin_and_end_as_one() {
    let whole = [&b"%PDF-1.4\n"[..], &vec![b'x'; 25 << 20], b"\n%%EOF\n"].concat();
    let part = read("large.pdf", &whole);
    assert!(matches!(part.content, Content::Pdf { pages: 0, is_scan: true, seal: None, .. }), "{part:?}");
    let part = read("large.pdf", &whole[..25 << 20]);
    assert!(trouble(&part).contains("损坏"), "{part:?}");
}

#[test]
fn a_docx_that_swells_is_read_as_far_as_its_limit() {
    let head = b"<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>";
    let text = [&head[..], "题".as_bytes(), b"</w:t></w:r></w:p>", &b"<w:p/>".repeat(30 << 20)].concat();
    let part =
        read("swells.docx", &zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &text)]));
    assert!(matches!(&part.content, Content::Text { text } if text.starts_with('题')), "{:?}", part.trouble);
    let deep = [&head[..], &b"<w:t>".repeat(5 << 20)].concat();
    let part =
        read("deep.docx", &zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &deep)]));
    assert!(trouble(&part).contains("损坏"), "{part:?}");
}

#[test]
fn tables_of_text_and_markup_are_bounded() {
    let commas = vec![b','; 20 << 20];
    let part = read("commas.csv", &commas);
    assert!(
        matches!(&part.content, Content::Book { grids } if grids[0].cells.is_empty()),
        "{:?}",
        part.trouble
    );
    let part = read("cells.csv", &b"a,".repeat(2 << 20));
    assert!(trouble(&part).contains("表格过大"));
    let part =
        read("cells.xls", &[&b"<html><table><tr>"[..], &b"<td colspan=1000>a".repeat(1 << 20)].concat());
    assert!(trouble(&part).contains("表格过大"));
}
