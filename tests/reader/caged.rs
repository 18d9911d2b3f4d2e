//! The real caged child and what it cost, and the files that mails for it are made of.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use shouwen::domain::facts::MailFacts;
use shouwen::reader::{Death, ReadingDesk};
use zip::write::SimpleFileOptions;

/// A desk whose reader works in this folder.
pub fn desk_in(scratch: &Path) -> ReadingDesk {
    ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), scratch)
}

/// What is read of a mail, or how its reader ended over it.
pub fn ask(desk: &mut ReadingDesk, raw: &[u8]) -> Result<MailFacts, Death> {
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), raw).unwrap();
    desk.read(&File::open(mail.path()).unwrap()).unwrap()
}

pub fn read(desk: &mut ReadingDesk, raw: &[u8]) -> MailFacts {
    ask(desk, raw).unwrap()
}

/// Reads a harmless mail, as the next one is after every hostile one.
pub fn go_on(desk: &mut ReadingDesk) {
    let next = read(desk, b"From: a@b.example\nSubject: next\n\nstill here\n");
    assert_eq!((next.header.subject.as_str(), next.text.as_str()), ("next", "still here"));
}

/// The entry in /proc of the reader that works in a folder.
pub fn reader_in(scratch: &Path) -> Option<PathBuf> {
    let scratch = scratch.canonicalize().unwrap();
    let is_reader = |process: &Path| {
        let words = fs::read(process.join("cmdline")).unwrap_or_default();
        words.split(|byte| *byte == 0).any(|word| word == scratch.as_os_str().as_encoded_bytes())
    };
    let mut processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    processes.find(|process| is_reader(process))
}

/// The most memory that the reader in a folder ever held, in KiB: address space is not memory. None when it has ended.
pub fn peak_kib(scratch: &Path) -> Option<u64> {
    let status = fs::read_to_string(reader_in(scratch)?.join("status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len() * 3 / 2);
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let letter = LETTERS[usize::try_from(bits >> (18 - 6 * place) & 63).unwrap()];
            out.push(if place <= chunk.len() { letter } else { b'=' });
        }
        if out.len() % 77 == 76 {
            out.push(b'\n');
        }
    }
    out
}

pub fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
