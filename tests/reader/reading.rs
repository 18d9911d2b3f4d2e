//! Captured mail becomes facts and blobs; a mail that ends its readers is set aside with what is known, and the rest goes
//! on.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::message::Stage;
use shouwen::intake::read::read_all;
use shouwen::reader::ReadingDesk;
use shouwen::store::{Captured, Download, Sighting, Store};

fn noon() -> Timestamp {
    "2023-05-09T12:00:00+08:00".parse().unwrap()
}

fn capture(store: &Store, uid: u32, raw: &[u8]) -> i64 {
    let mut incoming = store.blobs().begin().unwrap();
    incoming.write_all(raw).unwrap();
    let staged = incoming.finish().unwrap();
    let mail = Captured {
        sha256: staged.sha256.clone(),
        size: staged.size,
        received_at: noon(),
        sighting: Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid },
        is_history: false,
        note: String::new(),
        announced: Default::default(),
    };
    store.blobs().keep(vec![staged]).unwrap();
    store.capture(&[mail], noon()).unwrap()[0]
}

/// Reads everything that waits; the desk's reader is this program or one that is no good.
fn read(store: &Store, program: &Path) -> usize {
    let scratch = |n| store.blobs().scratch_dir().join(format!("reader-{n}"));
    let mut desks = [0, 1].map(|n| ReadingDesk::with_program(program, &scratch(n)));
    read_all(store, &mut desks, &Clock::stepped(noon()), &|_| {}, &|| false, &|| false).unwrap()
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_shouwen"))
}

/// A file over which [`crate::dying::dying_reader`] dies.
#[cfg(feature = "killpoints")]
fn deadly_file() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A mail with that file.
#[cfg(feature = "killpoints")]
fn deadly() -> Vec<u8> {
    let head = b"From: a@b.example\nSubject: deadly\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: binary\n\n";
    [head.as_slice(), &deadly_file(), b"\n--b--\n"].concat()
}

#[test]
fn captured_mail_becomes_facts_and_blobs() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let raw =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mail/zip-with-gbk-names.eml"));
    let id = capture(&store, 1, &raw.unwrap());
    assert_eq!(read(&store, program()), 1);
    assert!(store.waiting(Stage::Captured, 9).unwrap().is_empty());
    assert_eq!(store.waiting(Stage::Read, 9).unwrap()[0].id, id);
    let (facts, hashes) = store.facts(id).unwrap();
    assert_eq!(facts.parts[1].path, "材料.zip/材料/附件5.xlsx");
    for (part, sha256) in facts.parts.iter().zip(&hashes) {
        let blob = store.blobs().path(sha256.as_ref().unwrap());
        assert_eq!(std::fs::metadata(blob).unwrap().len(), part.size, "{}", part.path);
    }
}

#[cfg(feature = "killpoints")]
#[test]
fn a_mail_that_ends_its_readers_is_set_aside_and_the_next_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let bad = capture(&store, 1, &deadly());
    let good = capture(&store, 2, b"From: a@b.example\nSubject: good\n\nhello\n");
    assert_eq!(read(&store, &crate::dying::dying_reader(dir.path())), 2);
    let waiting = store.waiting(Stage::Parked, 9).unwrap();
    assert_eq!((waiting.len(), waiting[0].id, waiting[0].reader_deaths), (1, bad, 2));
    let (facts, _) = store.facts(bad).unwrap();
    assert_eq!(facts.header.subject, "deadly");
    assert!(facts.trouble[0].contains("信号"), "{:?}", facts.trouble);
    assert_eq!(store.facts(good).unwrap().0.text, "hello");
}

#[test]
fn mail_waits_when_no_reader_can_be_started() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    capture(&store, 1, b"From: a@b.example\n\nhello\n");
    let desk = |name| ReadingDesk::with_program(Path::new("/bin/true"), &dir.path().join(name));
    // The other desk has nothing to read, and does not stay for what may come.
    let mut desks = [desk("scratch-0"), desk("scratch-1")];
    assert!(read_all(&store, &mut desks, &Clock::stepped(noon()), &|_| {}, &|| true, &|| false).is_err());
    let waiting = store.waiting(Stage::Captured, 9).unwrap();
    assert_eq!((waiting.len(), waiting[0].reader_deaths), (1, 0));
}

fn corpus(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mail").join(name)).unwrap()
}

/// A file that was downloaded for the only link of a mail.
fn download(store: &Store, id: i64, name: &str, bytes: &[u8]) -> Download {
    let mut incoming = store.blobs().begin().unwrap();
    incoming.write_all(bytes).unwrap();
    let staged = incoming.finish().unwrap();
    let url = store.facts(id).unwrap().0.links[0].url.clone();
    let (sha256, size) = (staged.sha256.clone(), staged.size);
    let file = Download { url, sha256, size, name: name.into(), reader_deaths: 0 };
    store.blobs().keep(vec![staged]).unwrap();
    store.downloaded(id, &file, noon()).unwrap();
    file
}

#[test]
fn what_was_downloaded_is_read_as_if_it_had_been_attached() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let id = capture(&store, 1, &corpus("link-163-card.eml"));
    read(&store, program());
    assert!(store.facts(id).unwrap().0.parts.is_empty());
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("说明.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all("活动照片说明\r\n\0\r\n--=_b--\r\n.\r\n".as_bytes()).unwrap();
    let file = download(&store, id, "活动照片.zip", &zip.finish().unwrap().into_inner());
    assert_eq!(read(&store, program()), 1);
    let (facts, hashes) = store.facts(id).unwrap();
    let paths: Vec<_> = facts.parts.iter().map(|part| part.path.as_str()).collect();
    assert_eq!(paths, ["活动照片.zip", "活动照片.zip/说明.txt"]);
    assert_eq!(hashes[0].as_deref(), Some(file.sha256.as_str()));
    assert!(facts.links[0].fetched);
    assert_eq!(store.verify(&|_, _| {}).unwrap().problems, Vec::<String>::new());
}

#[cfg(feature = "killpoints")]
#[test]
fn a_downloaded_file_that_ends_its_readers_costs_only_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let id = capture(&store, 1, &corpus("link-163-card.eml"));
    read(&store, program());
    let file = download(&store, id, "材料.zip", &deadly_file());
    assert_eq!(read(&store, &crate::dying::dying_reader(dir.path())), 1);
    assert_eq!(store.waiting(Stage::Read, 9).unwrap()[0].id, id);
    let (facts, hashes) = store.facts(id).unwrap();
    let part = &facts.parts[0];
    assert!(part.trouble.is_some() && hashes[0].is_some(), "{part:?}");
    assert_eq!((part.name.as_str(), facts.parts.len()), ("材料.zip", 1));
    // A daemon that died over it as well does not hand it to its readers again; a replay gives it another chance.
    assert_eq!(store.downloads(id).unwrap()[0].reader_deaths, 2);
    store.send_back(Stage::Captured).unwrap();
    store.count_download_death(id, &file.url).unwrap();
    store.count_download_death(id, &file.url).unwrap();
    assert_eq!(read(&store, program()), 1);
    let trouble = store.facts(id).unwrap().0.parts[0].trouble.clone().unwrap();
    assert!(trouble.contains("不再打开"), "{trouble}");
    store.send_back(Stage::Captured).unwrap();
    assert_eq!((read(&store, program()), store.downloads(id).unwrap()[0].reader_deaths), (1, 0));
    assert_eq!(store.facts(id).unwrap().0.parts[0].trouble, None);
}
