//! Archives made to fill disks, memory or time. Each ends within the budget of its mail, in memory and in time; the mail
//! keeps what was read, with a reason, and the next mail is read. All through the real caged child.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use shouwen::domain::facts::{MailFacts, PartFacts, Role};
use shouwen::reader::{Limits, ReadingDesk};
use zip::write::SimpleFileOptions;

const PROGRAM: &str = env!("CARGO_BIN_EXE_shouwen");
const MIB: usize = 1024 * 1024;

/// Reads a mail with this attachment, then a harmless one by the same reader; what both cost is held against the bounds.
fn read_and_go_on(name: &str, archive: &[u8]) -> MailFacts {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = ReadingDesk::with_program(Path::new(PROGRAM), scratch.path());
    let start = Instant::now();
    let facts = read(&mut desk, &mail(name, archive));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let peak = peak_mib(&scratch.path().canonicalize().unwrap());
    assert!(peak <= 256, "{peak} MiB at the peak");
    let next = read(&mut desk, b"From: a@b.example\nSubject: next\n\nstill here\n");
    assert_eq!((next.header.subject.as_str(), next.text.as_str()), ("next", "still here"));
    let written: u64 = facts.parts.iter().filter(|part| part.file.is_some()).map(|part| part.size).sum();
    assert!(written <= Limits::HOUSE.archive.total_bytes + archive.len() as u64, "{written} bytes written");
    facts
}

fn read(desk: &mut ReadingDesk, raw: &[u8]) -> MailFacts {
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), raw).unwrap();
    desk.read(&File::open(mail.path()).unwrap()).unwrap().unwrap()
}

/// The most memory the reader of this scratch folder ever had.
fn peak_mib(scratch: &Path) -> u64 {
    let is_reader = |process: &Path| {
        let words = fs::read(process.join("cmdline")).unwrap_or_default();
        words.split(|&byte| byte == 0).any(|word| word == scratch.as_os_str().as_encoded_bytes())
    };
    let mut processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let reader = processes.find(|process| is_reader(process)).unwrap();
    let status = fs::read_to_string(reader.join("status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// 8-bit: what is to be large need not be larger.
fn mail(name: &str, archive: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: a@b.example\r\nSubject: hostile\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; \
         name={name}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    );
    [head.as_bytes(), archive].concat()
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn trouble(part: &PartFacts) -> &str {
    part.trouble.as_deref().unwrap_or("none")
}

fn troubles(facts: &MailFacts) -> Vec<&str> {
    facts.parts.iter().filter_map(|part| part.trouble.as_deref()).collect()
}

/// Sixteen archives in each of sixteen in each of …, and at the bottom a gigabyte of nothing (42.zip).
#[test]
fn a_nest_of_bombs_ends_at_the_budget() {
    let mut nest = zip_of(&[("zeros", &vec![0; 100 * MIB])]);
    for _ in 0..5 {
        let names: Vec<String> = (0..16).map(|n| format!("lib {n}.zip")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), nest.as_slice())).collect();
        nest = zip_of(&members);
    }
    let facts = read_and_go_on("42.zip", &nest);
    assert!(
        troubles(&facts).iter().any(|why| why.contains("过大") || why.contains("嵌套超过3层")),
        "{:?}",
        troubles(&facts)
    );
    let deepest = facts.parts.iter().map(|part| part.path.matches('/').count()).max();
    assert_eq!(deepest, Some(Limits::HOUSE.archive_depth));
}

/// What contains itself (r.zip) is to a reader what contains another like it for ever.
#[test]
fn an_archive_that_goes_on_inside_itself_ends_at_the_depth() {
    let mut inner = zip_of(&[("r.txt", b"r")]);
    for _ in 0..40 {
        inner = zip_of(&[("r.zip", &inner)]);
    }
    let facts = read_and_go_on("r.zip", &inner);
    assert_eq!(facts.parts.len(), Limits::HOUSE.archive_depth + 1);
    assert!(trouble(facts.parts.last().unwrap()).contains("嵌套超过3层"));
}

/// A central directory that lists one body under many names, or each body as a part of the one before.
fn overlapping(step: u32) -> Vec<u8> {
    let whole = zip_of(&[("body", &vec![0; MIB])]);
    let central = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = whole.windows(4).position(|four| four == b"PK\x05\x06").unwrap();
    let (mut directory, count) = (Vec::new(), 200u16);
    for number in 0..count {
        let mut entry = whole[central..end].to_vec();
        entry[46..50].copy_from_slice(format!("{number:04}").as_bytes());
        entry[42..46].copy_from_slice(&(u32::from(number) * step).to_le_bytes());
        directory.extend(entry);
    }
    let mut tail = whole[end..].to_vec();
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    [&whole[..end].to_vec(), &directory, &tail].map(|part| part.clone()).concat()[..].to_vec().split_off(0)
}

#[test]
fn members_that_share_bytes_are_refused() {
    let bomb = overlapping(0);
    let central =
        zip_of(&[("body", &vec![0; MIB])]).windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let mut fixed = bomb;
    let end = fixed.len() - 22;
    fixed[end + 16..end + 20].copy_from_slice(&u32::try_from(central).unwrap().to_le_bytes());
    let facts = read_and_go_on("overlap.zip", &fixed);
    assert!(
        trouble(&facts.parts[0]).contains("损坏") || trouble(&facts.parts[0]).contains("重叠"),
        "{:?}",
        facts.parts[0]
    );
    assert_eq!(facts.parts.len(), 1);
}
