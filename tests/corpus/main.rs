//! Mails and files in, facts out: every `tests/corpus/mail/NAME.eml`, and every `tests/corpus/file/NAME` as the one
//! attachment of a mail, is read by the real caged reader and must yield its `.expect`. To add a case, drop the file in,
//! run with `UPDATE_EXPECT=1`, read the difference, commit. Lines at the top of an `.expect` that begin with `#` say what
//! the case is for; they stay.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/campaign.rs"]
mod campaign;
#[path = "../support/effort.rs"]
mod effort;
mod forms;
mod fuzz;
mod show;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use shouwen::domain::facts::MailFacts;
use shouwen::reader::ReadingDesk;
use show::{hash8, header, line_of, section};

#[test]
fn every_mail_yields_what_is_expected_of_it() {
    let cases = cases("mail");
    assert!(cases.len() >= 30, "only {} mails", cases.len());
    compare(cases, |desk, case, stored| {
        assert!(!stored.windows(2).any(|pair| pair == b"\r\n"), "{} is not stored with LF", case.display());
        vec![("LF", mail(desk, &stored)), ("CRLF", mail(desk, &with_crlf(&stored)))]
    });
}

#[test]
fn every_file_yields_what_is_expected_of_it() {
    let cases = cases("file");
    assert!(cases.len() >= 60, "only {} files", cases.len());
    compare(cases, |desk, case, stored| {
        let name = case.file_name().unwrap().to_str().unwrap();
        vec![("base64", parts(desk, &with_attachment(name, &stored)))]
    });
}

/// The cases of a folder: all files but the expectations.
fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|ending| ending != "expect"))
        .collect();
    cases.sort();
    cases
}

/// Reads each case in every form it is sent in, and compares what comes with its expectation.
fn compare(
    cases: Vec<PathBuf>,
    read: impl Fn(&mut ReadingDesk, &Path, Vec<u8>) -> Vec<(&'static str, String)>,
) {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), scratch.path());
    let mut wrong = Vec::new();
    for case in &cases {
        let found = read(&mut desk, case, fs::read(case).unwrap());
        let expect = expectation(case);
        let before = fs::read_to_string(&expect).unwrap_or_default();
        let (remarks, expected): (Vec<_>, Vec<_>) =
            before.split_inclusive('\n').partition(|l| l.starts_with('#'));
        let mut expected = expected.concat();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            expected = found[0].1.clone();
            fs::write(&expect, remarks.concat() + &expected).unwrap();
        }
        for (form, found) in &found {
            if *found != expected {
                wrong.push(format!("{} with {form}:\n{}", case.display(), difference(&expected, found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `mail.eml` has `mail.expect`; a file keeps its own ending before it.
fn expectation(case: &Path) -> PathBuf {
    if case.extension().is_some_and(|ending| ending == "eml") && case.parent().unwrap().ends_with("mail") {
        return case.with_extension("expect");
    }
    let mut name = case.as_os_str().to_owned();
    name.push(".expect");
    name.into()
}

/// The body of text parts would differ with the line ends, and with it sizes and hashes: those parts are shown by text.
fn mail(desk: &mut ReadingDesk, raw: &[u8]) -> String {
    let facts = read(desk, raw);
    let mut out = String::new();
    header(&mut out, &facts.header);
    section(&mut out, "text", &facts.text);
    section(&mut out, "quoted", &facts.quoted);
    for link in &facts.links {
        let expires = link.expires.map(|at| at.to_string()).unwrap_or_default();
        let size = link.size.map(|size| size.to_string()).unwrap_or_default();
        let code = link.code.as_deref().unwrap_or_default();
        writeln!(out, "link {} | {} | {} | {expires} | {size} | {code}", link.provider, link.name, link.url)
            .unwrap();
    }
    out + &listed(desk, &facts)
}

fn parts(desk: &mut ReadingDesk, raw: &[u8]) -> String {
    let facts = read(desk, raw);
    listed(desk, &facts)
}

fn read(desk: &mut ReadingDesk, raw: &[u8]) -> MailFacts {
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), raw).unwrap();
    let facts = desk.read(&File::open(mail.path()).unwrap()).unwrap().unwrap();
    check_tree(&facts);
    facts
}

fn listed(desk: &ReadingDesk, facts: &MailFacts) -> String {
    let mut out = String::new();
    for (index, part) in facts.parts.iter().enumerate() {
        let hash = part.file.as_ref().map(|file| hash8(&desk.file(file)));
        line_of(&mut out, index, part, hash);
    }
    for trouble in &facts.trouble {
        writeln!(out, "trouble {trouble}").unwrap();
    }
    out
}

/// A mail with this one file.
fn with_attachment(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: clerk@unit.example\r\nSubject: file\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    let mut mail = head.into_bytes();
    for line in base64(bytes).as_bytes().chunks(76) {
        mail.extend(line);
        mail.extend(b"\r\n");
    }
    mail
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

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let letter = char::from(LETTERS[usize::try_from(bits >> (18 - 6 * place) & 63).unwrap()]);
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}
