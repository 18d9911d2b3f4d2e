//! Files that each cost a little more than they should, in great number, or that lean on one another: one mail costs no more
//! than a bound of processor time and memory, what was not read says so, and the next mail is read. All through the real
//! caged child, whose own clock is looked at, so that a busy machine changes nothing.

use std::fmt::Write as _;
use std::fs::{self};
use std::io::{Cursor, Write};
use std::path::Path;

use shouwen::domain::facts::{Content, MailFacts, PartFacts};
use shouwen::reader::Limits;
use zip::write::SimpleFileOptions;

use crate::caged::{desk_in, go_on, read, reader_in};

const CPU_SECONDS_MAX: u64 = 20;
const RSS_KIB_MAX: u64 = 256 * 1024;
const MIB: usize = 1024 * 1024;

/// Reads a mail with this one file, and a harmless one after it.
fn read_and_go_on(name: &str, file: &[u8]) -> MailFacts {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = desk_in(scratch.path());
    let head = format!(
        "From: a@b.example\nSubject: many\nContent-Type: application/octet-stream; name={name}\n\
         Content-Transfer-Encoding: binary\n\n"
    );
    let facts = read(&mut desk, &[head.as_bytes(), file].concat());
    let (cpu, rss) = cost(scratch.path());
    assert!(cpu <= CPU_SECONDS_MAX, "{name} took {cpu} s");
    assert!(rss <= RSS_KIB_MAX, "{name} held {rss} KiB");
    go_on(&mut desk);
    facts
}

/// Processor seconds and the most memory, in KiB, of the reader that works in this scratch folder.
fn cost(scratch: &Path) -> (u64, u64) {
    const TICKS_A_SECOND: u64 = 100;
    let reader = reader_in(scratch).unwrap();
    let status = fs::read_to_string(reader.join("status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let stat = fs::read_to_string(reader.join("stat")).unwrap();
    // proc(5): behind the name in brackets, the 12th and 13th are ticks of user and system.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks: u64 = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    (ticks / TICKS_A_SECOND, peak.split_whitespace().next().unwrap().parse().unwrap())
}

fn zip_of(members: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What deflate makes of bytes, as a zlib stream without its checksum.
fn flate(bytes: &[u8]) -> Vec<u8> {
    let archive = zip_of([("x".to_owned(), bytes.to_vec())]);
    let mut archive = zip::ZipArchive::new(Cursor::new(&archive)).unwrap();
    let mut packed = Vec::new();
    std::io::copy(&mut archive.by_index_raw(0).unwrap(), &mut packed).unwrap();
    [&[0x78, 0x9c][..], &packed].concat()
}

/// A PDF of pages that all draw `content`, with fonts that all have the table `characters`.
fn pdf(pages: usize, content: &[u8], fonts: usize, characters: &[u8]) -> Vec<u8> {
    let mut kids = String::new();
    (0..pages).for_each(|page| write!(kids, "{} 0 R ", 6 + page).unwrap());
    let mut names = String::new();
    (0..fonts).for_each(|font| write!(names, "/F{font} 5 0 R ").unwrap());
    let stream = |bytes: &[u8]| {
        let packed = flate(bytes);
        let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
        [head.as_bytes(), &packed, b"\nendstream"].concat()
    };
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>").into_bytes(),
        stream(content),
        stream(characters),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 4 0 R >>".to_vec(),
    ];
    let page = format!("<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << {names}>> >> >>");
    objects.extend(vec![page.into_bytes(); pages]);
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", number + 1).as_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    places.iter().for_each(|place| out.extend(format!("{place:010} 00000 n \n").as_bytes()));
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    [out, end.into_bytes()].concat()
}

/// A PDF of 20 pages whose text is as long as is read of one.
fn long_winded() -> Vec<u8> {
    let words = b"(abcdefgh) Tj 1 0 0 1 0 0 Tm ";
    let content =
        [&b"BT /F0 12 Tf "[..], &words.repeat(Limits::HOUSE.document.pdf_content_bytes / 30), b"ET"];
    pdf(20, &content.concat(), 1, b"")
}

fn says(part: &PartFacts, words: &str) -> bool {
    part.trouble.as_ref().is_some_and(|trouble| trouble.contains(words))
}

#[test]
fn pages_that_draw_without_end_share_what_a_document_may_cost() {
    let facts = read_and_go_on("a.pdf", &long_winded());
    assert!(
        matches!(&facts.parts[0].content, Content::Pdf { pages: 20, text, .. } if !text.trim().is_empty())
    );
}

#[test]
fn fonts_that_share_one_table_pay_for_it_each() {
    let table =
        [&b"1 beginbfrange\n"[..], &b"<0001> <0001> <0041>\n".repeat(50_000), b"endbfrange\n"].concat();
    for fonts in [90, 3_000] {
        let facts = read_and_go_on("a.pdf", &pdf(20, b"BT /F0 12 Tf <0001> Tj ET", fonts, &table));
        assert!(matches!(facts.parts[0].content, Content::Pdf { pages: 20, .. }), "{:?}", facts.parts[0]);
    }
}

#[test]
fn documents_beyond_what_a_mail_may_cost_are_listed_unread() {
    let one = long_winded();
    let facts =
        read_and_go_on("a.zip", &zip_of((0..150).map(|number| (format!("{number}.pdf"), one.clone()))));
    let unread = facts.parts.iter().filter(|part| says(part, "未读取内容")).count();
    assert_eq!(facts.parts.len(), 151);
    assert!((1..150).contains(&unread), "{unread} unread");
    assert!(facts.parts.iter().skip(1).all(|part| part.file.is_some()), "each keeps its bytes");
}

#[test]
fn pictures_of_many_documents_share_their_room() {
    let text = b"<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>";
    let members = [
        ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
        ("word/document.xml".to_owned(), text.to_vec()),
        ("word/media/image1.png".to_owned(), vec![0; 45 * MIB]),
    ];
    let one = zip_of(members);
    let facts =
        read_and_go_on("a.zip", &zip_of((0..9).map(|number| (format!("{number}.docx"), one.clone()))));
    let pictures: Vec<&PartFacts> =
        facts.parts.iter().filter(|part| part.path.ends_with("image1.png")).collect();
    let taken: u64 = pictures.iter().filter(|part| part.file.is_some()).map(|part| part.size).sum();
    assert_eq!(pictures.len(), 9, "each is listed");
    assert!(taken <= Limits::HOUSE.document.pictures_bytes, "{taken} bytes taken");
    assert!(pictures.iter().any(|part| says(part, "过大")), "{pictures:?}");
}
