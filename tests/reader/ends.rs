//! Mail made to end its reader. Whatever it does to itself, the daemon's side gets an answer in time and the next mail is
//! read. All through the real caged child.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use shouwen::domain::facts::{Content, MailFacts};
use shouwen::reader::{Death, Limits, Reader, ReadingDesk};

use crate::caged::{ask, base64, go_on, zip_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_shouwen");

/// Reads a hostile mail and then a harmless one at the same desk.
fn read_and_go_on(raw: &[u8]) -> Result<MailFacts, Death> {
    read_and_go_on_with(Path::new(PROGRAM), raw)
}

fn read_and_go_on_with(program: &Path, raw: &[u8]) -> Result<MailFacts, Death> {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = ReadingDesk::with_program(program, scratch.path());
    let outcome = ask(&mut desk, raw);
    go_on(&mut desk);
    outcome
}

fn with_attachment(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut raw = b"From: a@b.example\nSubject: hostile\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n".to_vec();
    write!(raw, "Content-Type: application/octet-stream; name={name}\nContent-Transfer-Encoding: base64\n\n")
        .unwrap();
    raw.extend(base64(bytes));
    raw.extend(b"\n--b--\n");
    raw
}

fn trouble_of_first_part(facts: &MailFacts) -> &str {
    facts.parts.first().and_then(|part| part.trouble.as_deref()).unwrap_or("none")
}

#[test]
fn mails_nested_22000_deep_are_opened_to_a_depth() {
    let mut raw = b"From: a@b.example\nSubject: deep\n".to_vec();
    for _ in 0..22_000 {
        raw.extend(b"Content-Type: message/rfc822\n\n");
    }
    let facts = read_and_go_on(&raw).unwrap();
    assert_eq!((facts.header.subject.as_str(), facts.parts.len()), ("deep", Limits::HOUSE.mail_depth + 1));
    let trouble = facts.parts.last().unwrap().trouble.as_ref().unwrap();
    assert!(trouble.contains("转发超过"), "{trouble}");
}

#[test]
fn forwarded_mails_are_opened_to_a_depth() {
    let mut raw = b"From: a@b.example\n".to_vec();
    for _ in 0..20 {
        raw.extend(b"Content-Type: message/rfc822\n\nFrom: c@d.example\nSubject: inner\nDate: x\n");
    }
    raw.extend(b"\nend\n");
    let facts = read_and_go_on(&raw).unwrap();
    assert_eq!(facts.parts.len(), Limits::HOUSE.mail_depth + 1);
    assert!(facts.parts.last().unwrap().trouble.as_ref().unwrap().contains("未拆开"));
}

#[test]
fn a_workbook_with_one_far_cell_is_read() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "near").unwrap();
    sheet.write_string(1_048_575, 16_383, "far").unwrap();
    let facts = read_and_go_on(&with_attachment("far.xlsx", &book.save_to_buffer().unwrap())).unwrap();
    let Content::Book { grids } = &facts.parts[0].content else { panic!("{:?}", facts.parts) };
    assert_eq!((grids[0].cells.len(), grids[0].cells[1].col), (2, 16_383));
}

#[test]
fn a_workbook_of_too_many_strings_is_refused_whatever_it_announces() {
    let namespace = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";
    let package = r#"<Relationships><Relationship Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    for strings in [
        format!(r#"<sst {namespace} uniqueCount="4000000000"><si><t>a</t></si></sst>"#),
        // Where nobody would look: the parser would ask for 96 GB.
        format!(r#"<sst {} uniqueCount = '4000000000'><si><t>a</t></si></sst>"#, " ".repeat(4000)),
        format!("<sst {namespace}>{}</sst>", "<si/>".repeat(1_500_000)),
    ] {
        let bytes = zip_of(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", package.as_bytes()),
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/sharedStrings.xml", strings.as_bytes()),
        ]);
        let facts = read_and_go_on(&with_attachment("bomb.xlsx", &bytes)).unwrap();
        assert!(trouble_of_first_part(&facts).contains("异常"), "{:?}", facts.parts);
    }
}

#[test]
fn an_archive_that_swells_is_stopped() {
    let zeros = vec![0u8; 64 * 1024 * 1024];
    let facts = read_and_go_on(&with_attachment("bomb.zip", &zip_of(&[("zeros", &zeros)]))).unwrap();
    assert!(trouble_of_first_part(&facts).contains("过大"), "{:?}", facts.parts);
    assert_eq!(facts.parts[1].path, "bomb.zip/zeros");
}

#[test]
fn a_large_mail_passes_the_cage() {
    let noise: Vec<u8> =
        (0..60_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let facts = read_and_go_on(&with_attachment("noise.bin", &noise)).unwrap();
    assert_eq!(facts.parts[0].size, 60_000_000);
    assert_eq!(facts.parts[0].trouble, None);
}

/// What is large is looked into where it lies: an archive, a mail, a photo; a PDF too large for its parser is a scan.
#[test]
fn large_parts_come_out_whole() {
    let mut photo = Cursor::new(Vec::new());
    let noise = image::RgbImage::from_fn(900, 900, |x, y| {
        image::Rgb(
            (x.wrapping_mul(y).wrapping_mul(2_654_435_761) >> 3).to_le_bytes()[..3].try_into().unwrap(),
        )
    });
    noise.write_to(&mut photo, image::ImageFormat::Jpeg).unwrap();
    let photo = photo.into_inner();
    let pdf = [b"%PDF-1.4\n".to_vec(), vec![b'x'; 25 * 1024 * 1024], b"%%EOF\n".to_vec()].concat();
    assert!(photo.len() > 300_000, "{}", photo.len());
    let inner = with_attachment("inner.zip", &zip_of(&[("photo.jpg", &photo), ("scan.pdf", &pdf)]));
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = ReadingDesk::with_program(Path::new(PROGRAM), scratch.path());
    let facts =
        ask(&mut desk, &with_attachment("inner.eml", &[inner, vec![b' '; 300_000]].concat())).unwrap();
    let paths: Vec<&str> = facts.parts.iter().map(|part| part.path.as_str()).collect();
    let zip = "inner.eml/inner.zip";
    assert_eq!(paths, ["inner.eml", zip, &format!("{zip}/photo.jpg"), &format!("{zip}/scan.pdf")]);
    assert!(facts.parts.iter().all(|part| part.trouble.is_none()), "{:?}", facts.parts);
    for (part, bytes) in facts.parts[2..].iter().zip([&photo, &pdf]) {
        assert!(fs::read(desk.file(part.file.as_ref().unwrap())).unwrap() == *bytes, "{}", part.path);
    }
    assert!(matches!(facts.parts[2].content, Content::Photo { width: 900, height: 900, .. }));
    assert!(matches!(facts.parts[3].content, Content::Pdf { pages: 0, is_scan: true, seal: None, .. }));
}

#[test]
fn a_reader_that_says_nothing_in_time_is_replaced() {
    let scratch = tempfile::tempdir().unwrap();
    let limits = Limits { mail_time: Duration::from_millis(1), ..Limits::HOUSE };
    let mut reader = Reader::start_program(Path::new(PROGRAM), scratch.path(), &limits).unwrap();
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), with_attachment("x.bin", &vec![7; 5_000_000])).unwrap();
    let outcome = reader.read(&File::open(mail.path()).unwrap()).unwrap();
    assert!(matches!(outcome, Err(Death::Stalled(_))), "{outcome:?}");
}

#[test]
fn a_program_that_is_no_reader_is_a_fault_and_not_a_death() {
    let scratch = tempfile::tempdir().unwrap();
    assert!(Reader::start_program(Path::new("/bin/true"), scratch.path(), &Limits::HOUSE).is_err());
}

#[test]
fn a_report_that_names_foreign_files_is_not_believed() {
    let scratch = tempfile::tempdir().unwrap();
    let program = scratch.path().join("liar");
    let frame = |json: &str| {
        let length: String =
            u32::try_from(json.len()).unwrap().to_be_bytes().iter().map(|b| format!("\\{b:03o}")).collect();
        format!("printf '{length}'; printf '%s' '{json}'")
    };
    let part = r#"{"path":"a","name":"a","parent":null,"file":"../liar","size":1,"media_type":"x","role":"attachment","content":"opaque","trouble":null}"#;
    let facts = serde_json::to_string(&MailFacts::default())
        .unwrap()
        .replace("\"parts\":[]", &format!("\"parts\":[{part}]"));
    let hello = frame(r#"{"gaps":[]}"#);
    let reply = frame(&format!(r#"{{"Facts":{facts}}}"#));
    fs::write(&program, format!("#!/bin/sh\nexec 1>&0\n{hello}\nhead -c1 >/dev/null\n{reply}\n")).unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut reader = Reader::start_program(&program, &scratch.path().join("work"), &Limits::HOUSE).unwrap();
    let outcome = reader.read(&File::open("/dev/null").unwrap()).unwrap();
    let Err(Death::Died(words)) = outcome else { panic!("believed: {outcome:?}") };
    assert!(words.contains("不合规则"), "{words}");
}

#[cfg(feature = "killpoints")]
#[test]
fn a_reader_that_dies_costs_its_mail_only() {
    let scratch = tempfile::tempdir().unwrap();
    let program = crate::dying::dying_reader(scratch.path());
    let deadly = with_attachment("a.zip", &zip_of(&[("a.txt", b"a")]));
    let outcome = read_and_go_on_with(&program, &deadly);
    let Err(Death::Died(words)) = outcome else { panic!("{outcome:?}") };
    assert!(words.contains("信号6"), "{words}");
}

/// Such a mail can come from a mailbox too, as it was put there.
#[test]
fn a_mail_whose_lines_end_in_carriage_returns_alone_is_read() {
    let mut raw = with_attachment("a.txt", b"material");
    raw.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'\r');
    let facts = read_and_go_on(&raw).unwrap();
    let names: Vec<(&str, u64)> = facts.parts.iter().map(|part| (part.name.as_str(), part.size)).collect();
    assert_eq!((facts.header.subject.as_str(), names), ("hostile", vec![("a.txt", 8)]));
}
