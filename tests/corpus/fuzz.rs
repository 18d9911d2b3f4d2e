//! What the fuzz targets of `fuzz/` once found, fed to the same functions again: every file of
//! `fuzz/corpus-kept/TARGET/`, and beside the findings some whole mails of `tests/corpus`, so that none is asked nothing.

#[path = "../../fuzz/src/lib.rs"]
mod entries;

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_fuzzing_found_is_found_no_more() {
    let mut met = 0;
    for (target, entry) in entries::TARGETS {
        for file in files(&format!("fuzz/corpus-kept/{target}")) {
            println!("{}", file.display());
            entry(&fs::read(&file).unwrap());
            met += 1;
        }
    }
    let kept: usize =
        files("fuzz/corpus-kept").iter().map(|folder| fs::read_dir(folder).unwrap().count()).sum();
    assert_eq!(met, kept, "a folder of fuzz/corpus-kept belongs to no target");
    assert!(met > 0, "nothing is kept");
}

#[test]
fn every_mail_of_the_corpus_keeps_the_rules() {
    let mails =
        files("tests/corpus/mail").into_iter().filter(|path| path.extension().is_some_and(|e| e == "eml"));
    let mut met = 0;
    for mail in mails {
        println!("{}", mail.display());
        let bytes = fs::read(&mail).unwrap();
        entries::mime_walk(&bytes);
        entries::headers(&bytes);
        met += 1;
    }
    assert!(met >= 30, "only {met} mails");
}
