//! `mail/*.txt`: the wording of what shouwen sends. The first line is the subject; the rest is filled in by `remind`,
//! which alone knows the words that may stand in braces.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::complaint;
use super::error::{Level, Notebook};
use super::section::read_text;

/// Reads every text of the folder by its name without `.txt`. A folder that is missing has none.
pub(super) fn read_all(folder: &Path, notes: &Notebook) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for (name, path) in files_in(folder, "txt") {
        let Some(text) = read_text(&path, notes) else {
            notes.spoil(name);
            continue;
        };
        let text = text.replace("\r\n", "\n");
        if !text.starts_with("主题:") && !text.starts_with("主题：") {
            notes.note(Level::Error, &path, 1, "", complaint::no_subject_line());
        }
        read.insert(name, text);
    }
    read
}

/// Files of a folder with this extension, by stem, in the order of their names.
pub(super) fn files_in(folder: &Path, extension: &str) -> BTreeMap<String, PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .filter(|(stem, _)| !stem.starts_with('.'))
        .collect()
}
