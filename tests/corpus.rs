//! Mails in, facts out: every `tests/corpus/mail/NAME.eml` is read by the real caged reader and must yield
//! `NAME.expect`. To add a case, drop the mail in, run with `UPDATE_EXPECT=1`, read the difference, commit.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shouwen::domain::facts::{Content, Grid, HeaderFacts, MailFacts, PartFacts, Value, cell_name};
use shouwen::reader::ReadingDesk;

const TEXT_SHOWN: usize = 160;
const CELLS_SHOWN: usize = 12;

#[test]
fn every_mail_yields_what_is_expected_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mail");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 30, "only {} cases in {}", cases.len(), folder.display());

    let scratch = tempfile::tempdir().unwrap();
    let mut desk = ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), scratch.path());
    let mut wrong = Vec::new();
    for case in &cases {
        let stored = fs::read(case).unwrap();
        assert!(!stored.windows(2).any(|pair| pair == b"\r\n"), "{} is not stored with LF", case.display());
        let as_lf = facts_of(&mut desk, &stored);
        let as_crlf = facts_of(&mut desk, &with_crlf(&stored));
        let expect = case.with_extension("expect");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expect, &as_lf).unwrap();
        }
        let expected = fs::read_to_string(&expect).unwrap_or_default();
        for (ends, found) in [("LF", &as_lf), ("CRLF", &as_crlf)] {
            if *found != expected {
                wrong.push(format!("{} with {ends}:\n{}", case.display(), difference(&expected, found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The body of text parts would differ with the line ends, and with it sizes and hashes: those parts are shown by text.
fn facts_of(desk: &mut ReadingDesk, raw: &[u8]) -> String {
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), raw).unwrap();
    let facts = desk.read(&File::open(mail.path()).unwrap()).unwrap().unwrap();
    let mut out = String::new();
    header(&mut out, &facts.header);
    section(&mut out, "text", &facts.text);
    section(&mut out, "quoted", &facts.quoted);
    for link in &facts.links {
        let expires = link.expires.map(|at| at.to_string()).unwrap_or_default();
        writeln!(out, "link {} | {} | {} | {expires}", link.provider, link.name, link.url).unwrap();
    }
    for (index, part) in facts.parts.iter().enumerate() {
        let hash = part.file.as_ref().map(|file| hash8(&desk.file(file)));
        line_of(&mut out, index, part, hash);
    }
    for trouble in &facts.trouble {
        writeln!(out, "trouble {trouble}").unwrap();
    }
    check_tree(&facts);
    out
}

fn header(out: &mut String, header: &HeaderFacts) {
    let list = |items: &[String]| items.join(" ");
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let rows = [
        ("message-id", header.message_id.clone()),
        ("from", header.from.clone()),
        ("from-name", header.from_name.clone()),
        ("to", list(&header.to)),
        ("subject", header.subject.clone()),
        ("date", moment(header.date)),
        ("received", moment(header.received)),
        ("refers-to", list(&header.refers_to)),
        ("auto-submitted", header.auto_submitted.clone()),
        ("precedence", header.precedence.clone()),
        ("auto-headers", list(&header.auto_headers)),
        ("list", if header.is_list { "yes".to_owned() } else { String::new() }),
        ("null-return-path", if header.null_return_path { "yes".to_owned() } else { String::new() }),
        ("report-type", header.report_type.clone()),
        ("failed", list(&header.failed_recipients)),
        ("original", header.original_message_id.clone()),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name}: {value}").unwrap();
    }
}

fn section(out: &mut String, name: &str, text: &str) {
    for line in text.lines() {
        writeln!(out, "{name}> {}", line.trim_end()).unwrap();
    }
}

fn line_of(out: &mut String, index: usize, part: &PartFacts, hash: Option<String>) {
    let follows_line_ends = part.media_type.starts_with("text/") || part.media_type.starts_with("message/");
    let bytes = if follows_line_ends {
        "text".to_owned()
    } else {
        format!("{} {}", part.size, hash.unwrap_or_else(|| "-".to_owned()))
    };
    let parent = part.parent.map(|parent| format!(" in {parent}")).unwrap_or_default();
    let role = format!("{:?}", part.role).to_lowercase();
    writeln!(out, "part {index}{parent} | {} | {role} | {} | {bytes}", part.path, part.media_type).unwrap();
    let summary = summary(&part.content);
    if !summary.is_empty() {
        writeln!(out, "    {summary}").unwrap();
    }
    if let Some(trouble) = &part.trouble {
        writeln!(out, "    trouble {trouble}").unwrap();
    }
}

fn summary(content: &Content) -> String {
    let short = |text: &str| {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        flat.chars().take(TEXT_SHOWN).collect::<String>()
    };
    match content {
        Content::Opaque => String::new(),
        Content::Text { text } => format!("text {}", short(text)),
        Content::Pdf { pages, text, is_scan, seal } => {
            format!("pdf {pages} pages, scan {is_scan}, seal {seal:?}: {}", short(text))
        }
        Content::Book { grids } => grids.iter().map(grid).collect::<Vec<_>>().join("\n    "),
        Content::Photo { width, height, taken_at, has_gps } => {
            format!("photo {width}x{height}, taken {taken_at:?}, gps {has_gps}")
        }
        Content::Video { duration_ms, taken_at } => format!("video {duration_ms:?} ms, taken {taken_at:?}"),
        Content::Mail { from, from_name, subject, text } => {
            format!("mail {from} | {from_name} | {subject} | {}", short(text))
        }
    }
}

fn grid(grid: &Grid) -> String {
    let hidden = if grid.hidden { " hidden" } else { "" };
    let cells: Vec<String> = grid
        .cells
        .iter()
        .take(CELLS_SHOWN)
        .map(|cell| match &cell.value {
            Value::Number(number) => format!("{}={number}", cell_name("", cell.row, cell.col)),
            Value::Text(text) => format!("{}={text:?}", cell_name("", cell.row, cell.col)),
        })
        .collect();
    let merges: Vec<String> = grid
        .merges
        .iter()
        .map(|span| {
            format!("{}:{}", cell_name("", span.top, span.left), cell_name("", span.bottom, span.right))
        })
        .collect();
    format!(
        "sheet {}{hidden}, {} cells: {} merged {}",
        grid.sheet,
        grid.cells.len(),
        cells.join(" "),
        merges.join(" ")
    )
}

fn hash8(file: &Path) -> String {
    let digest = Sha256::digest(fs::read(file).unwrap());
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// What holds for every mail: one path a part, parents first, children under their parent's path.
fn check_tree(facts: &MailFacts) {
    let mut paths = std::collections::HashSet::new();
    for (index, part) in facts.parts.iter().enumerate() {
        assert!(paths.insert(&part.path), "{} twice", part.path);
        if let Some(parent) = part.parent {
            assert!(parent < index);
            assert!(part.path.starts_with(&format!("{}/", facts.parts[parent].path)), "{}", part.path);
        }
        assert!(part.file.is_some() || part.trouble.is_some(), "{} has neither bytes nor trouble", part.path);
    }
}

fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 40);
    for &byte in raw {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

fn difference(expected: &str, found: &str) -> String {
    let mut out = String::new();
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    for at in 0..old.len().max(new.len()) {
        if old.get(at) != new.get(at) {
            writeln!(out, "  - {}\n  + {}", old.get(at).unwrap_or(&""), new.get(at).unwrap_or(&"")).unwrap();
        }
    }
    out
}
