//! Other people's test files through the real caged reader: mails as mails, anything else as the attachment of one. No
//! reader may die or stall, and no part may be lost. `fuzz/public-corpora` installs the files and runs this.

// A panic here is a verdict.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/peak.rs"]
mod peak;

use std::collections::HashSet;
use std::fs::{self, File};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};
use shouwen::domain::facts::MailFacts;
use shouwen::reader::{Death, ReadingDesk};

/// What is named as costly (`reliability.md` 3): far from the walls, yet more than one file should need.
const COSTLY_TIME: Duration = Duration::from_secs(5);
const COSTLY_MIB: u64 = 256;

/// What became of the files of a corpus.
#[derive(Default)]
struct Tally {
    files: usize,
    /// Read without any trouble.
    read: usize,
    /// Something in it could not be read, and the report says why.
    troubled: usize,
    deaths: usize,
    stalls: usize,
    lost: usize,
    /// Attachments that another parser finds with the same bytes, and files that came back whole.
    matched: usize,
    longest: Duration,
    /// The most memory a reader ever had, in MiB.
    peak_mib: u64,
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.files += other.files;
        self.read += other.read;
        self.troubled += other.troubled;
        self.deaths += other.deaths;
        self.stalls += other.stalls;
        self.lost += other.lost;
        self.matched += other.matched;
        self.longest = self.longest.max(other.longest);
        self.peak_mib = self.peak_mib.max(other.peak_mib);
    }
}

impl Tally {
    fn print(&self, corpus: &str) {
        println!(
            "{corpus:<20} {:>6} {:>6} {:>8} {:>7} {:>7} {:>5} {:>7} {:>8.2} {:>9}",
            self.files,
            self.read,
            self.troubled,
            self.deaths,
            self.stalls,
            self.lost,
            self.matched,
            self.longest.as_secs_f64(),
            self.peak_mib
        );
    }
}

#[test]
fn nothing_dies_hangs_or_is_lost() {
    let folder = std::env::var_os("SHOUWEN_CORPORA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| panic!("run by fuzz/public-corpora, which sets SHOUWEN_CORPORA"));
    println!("corpus                files   read  trouble  deaths  stalls  lost matched  longest  peak MiB");
    let mut total = Tally::default();
    for corpus in below(&folder) {
        let tally = run(&corpus);
        tally.print(&corpus.file_name().unwrap().to_string_lossy());
        total += &tally;
    }
    total.print("all");
    assert!(total.files > 1000, "only {} files", total.files);
    assert_eq!((total.deaths, total.stalls, total.lost), (0, 0, 0), "deaths, stalls, lost parts");
}

fn run(corpus: &Path) -> Tally {
    let mut tally = Tally::default();
    for kind in below(corpus) {
        let is_mail = kind.ends_with("mails");
        for path in below(&kind) {
            tally.count(&path, is_mail);
        }
    }
    tally
}

impl Tally {
    /// Reads one file at a desk of its own: who dies, and who needs how much memory, is told file by file.
    fn count(&mut self, path: &Path, is_mail: bool) {
        let scratch = tempfile::tempdir().unwrap();
        let mut desk = ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), scratch.path());
        let bytes = fs::read(path).unwrap();
        let raw = if is_mail { bytes.clone() } else { attached(path, &bytes) };
        let started = Instant::now();
        let outcome = read(&mut desk, &raw);
        let took = started.elapsed();
        let peak_mib = peak::of_children() / 1024 / 1024;
        self.files += 1;
        self.longest = self.longest.max(took);
        self.peak_mib = self.peak_mib.max(peak_mib);
        if took > COSTLY_TIME || peak_mib > COSTLY_MIB {
            println!("  costly: {}: {:.1} s, {peak_mib} MiB", path.display(), took.as_secs_f64());
        }
        let facts = match outcome {
            Ok(facts) => facts,
            Err(death) => {
                println!("  {}: {}", death.words(), path.display());
                let is_stall = matches!(death, Death::Stalled(_));
                return *(if is_stall { &mut self.stalls } else { &mut self.deaths }) += 1;
            }
        };
        let is_troubled = !facts.trouble.is_empty() || facts.parts.iter().any(|part| part.trouble.is_some());
        *(if is_troubled { &mut self.troubled } else { &mut self.read }) += 1;
        match if is_mail { match_mail(&bytes, &desk, &facts) } else { match_file(&bytes, &facts) } {
            Ok(matched) => self.matched += matched,
            Err(words) => {
                println!("  lost: {}: {words}", path.display());
                self.lost += 1;
            }
        }
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!found.is_empty(), "{} is empty", folder.display());
    found.sort();
    found
}

fn read(desk: &mut ReadingDesk, raw: &[u8]) -> Result<MailFacts, Death> {
    let mail = tempfile::NamedTempFile::new().unwrap();
    fs::write(mail.path(), raw).unwrap();
    desk.read(&File::open(mail.path()).unwrap()).unwrap()
}

/// A mail that carries a file. Sent as it is: only its boundary must not stand in it.
fn attached(path: &Path, bytes: &[u8]) -> Vec<u8> {
    let name = path.file_name().unwrap().to_string_lossy().replace(['"', '\\'], "_");
    let head = format!(
        "From: clerk@unit.example\r\nSubject: file\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=_corpus_e3b0c442\"\r\n\r\n--=_corpus_e3b0c442\r\n\
         Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--=_corpus_e3b0c442--\r\n"].concat()
}

/// The file must be the first part, as large as it was.
fn match_file(bytes: &[u8], facts: &MailFacts) -> Result<usize, String> {
    let size = facts.parts.first().map(|part| part.size);
    let is_there = size == u64::try_from(bytes.len()).ok();
    if is_there { Ok(1) } else { Err(format!("{} bytes became {size:?}; {:?}", bytes.len(), facts.trouble)) }
}

/// No mail has fewer parts than another parser finds attachments in it, and what that one decodes to bytes is among
/// ours. Left out is what we do not list: texts without a name and multiparts without a boundary, which are the text of
/// the mail to us wherever they stand; reports of machines, which are read with the header; and what is empty.
fn match_mail(bytes: &[u8], desk: &ReadingDesk, facts: &MailFacts) -> Result<usize, String> {
    let Some(mail) = MessageParser::default().parse(bytes) else { return Ok(0) };
    let wanted: Vec<_> = mail.attachments().filter(|part| is_listed(part)).collect();
    let there: Vec<_> = facts.parts.iter().filter(|part| part.parent.is_none()).collect();
    if there.len() < wanted.len() {
        let kinds: Vec<String> = wanted.iter().map(|part| kind(part)).collect();
        return Err(format!("{} parts, but another parser has {kinds:?}; {:?}", there.len(), facts.trouble));
    }
    let files = there.iter().filter_map(|part| fs::read(desk.file(part.file.as_ref()?)).ok());
    let files: HashSet<Vec<u8>> = files.collect();
    // Of a block of uuencode the other one hands out the letters.
    let is_decoded = |part: &MessagePart| {
        !part.content_transfer_encoding().is_some_and(|encoding| encoding.to_lowercase().contains("uu"))
    };
    let is_binary = |part: &&&MessagePart| {
        matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_)) && is_decoded(part)
    };
    let differs = wanted.iter().filter(is_binary).find(|part| !files.contains(part.contents()));
    match differs {
        None => Ok(wanted.len()),
        Some(part) => {
            Err(format!("another parser has other bytes of {} {:?}", kind(part), part.attachment_name()))
        }
    }
}

fn is_listed(part: &MessagePart) -> bool {
    let kind = kind(part);
    let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_));
    let is_named = part.attachment_name().is_some_and(|name| !name.trim().is_empty());
    let is_attachment = part.content_disposition().is_some_and(|it| it.is_attachment());
    let is_machine = [
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
        "application/applefile",
    ];
    let is_body = is_text && !is_named && !is_attachment || kind.starts_with("multipart/");
    !is_body && !is_machine.contains(&kind.as_str()) && !part.is_empty()
}

/// Its declared type, lower case.
fn kind(part: &MessagePart) -> String {
    let Some(kind) = part.content_type() else { return String::new() };
    format!("{}/{}", kind.c_type, kind.c_subtype.as_deref().unwrap_or_default()).to_ascii_lowercase()
}
