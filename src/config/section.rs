//! A TOML table that remembers where it stands. Serde stops at the first mistake and speaks of its own types; this
//! walks the parsed document instead, so that every mistake of a file is told at once, each at its own line.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::complaint::{self, Complaint};
use super::error::{Level, Notebook};
use super::is_id;
use super::value::FromToml;

/// The text of a file and its name.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Line of a byte offset, from 1.
    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn text_of_line(&self, line: usize) -> &str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }

    /// The key that a broken line gives a value to, for errors of syntax, which know no keys.
    fn key_on_line(&self, line: usize) -> &str {
        self.text_of_line(line).split_once('=').map_or("", |(key, _)| key.trim())
    }
}

/// Reads a file as text: UTF-8, a byte-order mark taken off. None when it cannot be read, which is noted.
pub(super) fn read_text(path: &Path, notes: &Notebook) -> Option<String> {
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Ok(Err(bytes)) => {
            notes.note(Level::Error, path, 0, "", complaint::not_utf8(path, bytes.as_bytes()));
            None
        }
        Err(error) => {
            notes.note(Level::Error, path, 0, "", complaint::unreadable_file(&error));
            None
        }
    }
}

/// Opens a TOML file and hands its top table to `read`. None when it is no TOML, which is noted.
pub(super) fn open<T>(
    path: &Path,
    notes: &Notebook,
    known: &[&str],
    read: impl FnOnce(&Section<'_>) -> Option<T>,
) -> Option<T> {
    let source = Source { path: path.to_owned(), text: read_text(path, notes)? };
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        let line = source.line(error.span().map_or(0, |span| span.start));
        let key = source.key_on_line(line);
        notes.note(
            Level::Error,
            path,
            line,
            key,
            complaint::bad_toml(error.message(), source.text_of_line(line)),
        );
    }
    if !errors.is_empty() {
        return None;
    }
    let top = Section {
        source: &source,
        notes,
        key: String::new(),
        start: root.span().start,
        table: root.get_ref(),
    };
    top.refuse_unknown(known);
    read(&top)
}

/// A table of a TOML file with its place.
pub(super) struct Section<'a> {
    source: &'a Source,
    notes: &'a Notebook,
    key: String,
    start: usize,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// Where problems go.
    pub(super) fn notes(&self) -> &'a Notebook {
        self.notes
    }

    /// `path` as written in this file: relative to the folder that the file is in.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.source.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The value of a key that may be left out; a value of the wrong kind is noted.
    pub(super) fn get<T: FromToml>(&self, key: &str) -> Option<T> {
        let value = self.value(key)?;
        let got = T::from_toml(value);
        if got.is_none() {
            self.note(
                Level::Error,
                value.span().start,
                key,
                complaint::wrong_value(value.get_ref(), T::WANTED),
            );
        }
        got
    }

    /// The value of a key that must be there.
    pub(super) fn need<T: FromToml>(&self, key: &str) -> Option<T> {
        self.demand(key, T::WANTED);
        self.get(key)
    }

    /// A text that must be there, and says something.
    pub(super) fn need_words(&self, key: &str) -> Option<String> {
        let words: String = self.need(key)?;
        if words.trim().is_empty() {
            self.complain(key, complaint::empty_words());
        }
        Some(words)
    }

    /// The value of a key, or its default.
    pub(super) fn or<T: FromToml>(&self, key: &str, default: T) -> T {
        self.get(key).unwrap_or(default)
    }

    /// A value chosen from a few words.
    pub(super) fn choice<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let word: String = self.get(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| value.clone());
        if chosen.is_none() {
            let allowed: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.complain(key, complaint::not_one_of(&word, &allowed));
        }
        chosen
    }

    /// A value chosen from a few words that must be there.
    pub(super) fn need_choice<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        self.demand(key, complaint::WANTED_TEXT);
        self.choice(key, choices)
    }

    /// A whole number from 1, or its default.
    pub(super) fn positive(&self, key: &str, default: u32) -> u32 {
        let number = self.or(key, default);
        if number == 0 {
            self.complain(key, complaint::must_be_positive());
        }
        number
    }

    /// An id that can stand in a mail header, an address of the page and a file name.
    pub(super) fn need_id(&self, key: &str) -> Option<String> {
        let id: String = self.need(key)?;
        if !is_id(&id) {
            self.complain(key, complaint::bad_id(&id));
        }
        Some(id)
    }

    /// A list of names that have to be known; a list that is left out is empty.
    pub(super) fn references(&self, key: &str, kind: &str, known: &[&str]) -> Vec<String> {
        let listed: Vec<Spanned<String>> = self.or(key, Vec::new());
        for name in listed.iter().filter(|name| !self.is_known(name.get_ref(), known)) {
            self.complain_at(name, key, complaint::unknown_reference(kind, name.get_ref(), known));
        }
        listed.into_iter().map(Spanned::into_inner).collect()
    }

    /// A name that has to be known, if it is there.
    pub(super) fn reference(&self, key: &str, kind: &str, known: &[&str]) -> Option<String> {
        let name: String = self.get(key)?;
        if !self.is_known(&name, known) {
            self.complain(key, complaint::unknown_reference(kind, &name, known));
        }
        Some(name)
    }

    /// A name that has to be known and must be there.
    pub(super) fn need_reference(&self, key: &str, kind: &str, known: &[&str]) -> Option<String> {
        self.demand(key, complaint::WANTED_TEXT);
        self.reference(key, kind, known)
    }

    /// Whether the value of a key is a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// The table under a key.
    pub(super) fn section(&self, key: &str, known: &[&str]) -> Option<Section<'a>> {
        let inner = self.inner(key, self.value(key)?)?;
        inner.refuse_unknown(known);
        Some(inner)
    }

    /// The table under a key that must be there.
    pub(super) fn need_section(&self, key: &str, known: &[&str]) -> Option<Section<'a>> {
        self.demand(key, &complaint::wanted_table(known));
        self.section(key, known)
    }

    /// The tables of a list (`[[key]]` or `key = [{…}, …]`).
    pub(super) fn sections(&self, key: &str, known: &[&str]) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.note(Level::Error, value.span().start, key, complaint::not_a_list_of_tables());
            return Vec::new();
        };
        let inner: Vec<_> = list.iter().filter_map(|item| self.inner(key, item)).collect();
        inner.iter().for_each(|section| section.refuse_unknown(known));
        inner
    }

    /// Texts under `inner` of the tables of a list, for who looks ahead: what is wrong is noted where they are read.
    pub(super) fn texts_within(&self, key: &str, inner: &str) -> Vec<String> {
        let list = self.value(key).and_then(|value| value.get_ref().as_array());
        let tables = list.into_iter().flatten().filter_map(|item| item.get_ref().as_table());
        let values = tables.filter_map(|table| table.get(inner));
        values.filter_map(|value| value.get_ref().as_str().map(str::to_owned)).collect()
    }

    /// Keys and texts of a table with free keys, in the order of the file.
    pub(super) fn pairs(&self, key: &str) -> Vec<(String, String)> {
        let Some(table) = self.value(key).and_then(|value| self.inner(key, value)) else { return Vec::new() };
        let mut keys: Vec<_> = table.table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        let keys = keys.into_iter().map(|key| key.get_ref().to_string());
        keys.filter_map(|key| Some((key.clone(), table.get::<String>(&key)?))).collect()
    }

    /// Line of the value of `key`, or of the head of the table where it is missing.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.source.line(self.value(key).map_or(self.start, |value| value.span().start))
    }

    /// Notes an error at the value of `key`, or at the head of the table where it is missing.
    pub(super) fn complain(&self, key: &str, complaint: Complaint) {
        self.note_key(Level::Error, key, complaint);
    }

    /// Notes an error at one element of the list under `key`.
    pub(super) fn complain_at<T>(&self, element: &Spanned<T>, key: &str, complaint: Complaint) {
        self.note(Level::Error, element.span().start, key, complaint);
    }

    /// Notes a problem of any level at the value of `key`.
    pub(super) fn note_key(&self, level: Level, key: &str, complaint: Complaint) {
        let offset = self.value(key).map_or(self.start, |value| value.span().start);
        self.note(level, offset, key, complaint);
    }

    /// Whether a name is known, or would be if what it names could be read.
    fn is_known(&self, name: &str, known: &[&str]) -> bool {
        known.contains(&name) || self.notes.is_spoilt(name)
    }

    fn demand(&self, key: &str, wanted: &str) {
        if !self.has(key) {
            self.note(Level::Error, self.start, key, complaint::missing_key(wanted));
        }
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn inner(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Section<'a>> {
        let start = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            self.note(Level::Error, start, key, complaint::not_a_table());
            return None;
        };
        Some(Section { source: self.source, notes: self.notes, key: self.dotted(key), start, table })
    }

    fn refuse_unknown(&self, known: &[&str]) {
        for name in self.table.keys().filter(|name| !known.contains(&name.get_ref().as_ref())) {
            self.note(Level::Error, name.span().start, name.get_ref(), complaint::unknown_key(known));
        }
    }

    fn dotted(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }

    fn note(&self, level: Level, offset: usize, key: &str, complaint: Complaint) {
        let line = self.source.line(offset);
        self.notes.note(level, &self.source.path, line, &self.dotted(key), complaint);
    }
}
