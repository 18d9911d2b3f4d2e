//! 归档: the material of a campaign as folders that a person can open, `campaign/group/unit/requirement/`, with the register
//! and a list of SHA-256. A file stands under its name only when all of it is on disk, and none is ever overwritten: a
//! run that was cut off, or one of a month later, adds what is new.

mod plan;
mod write;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::plan::{Entry, plan};
use super::book::file_name;
use super::messages::messages_json;
use super::narrow::ItemKey;
use super::register::{Places, register_book};
use crate::domain::campaign::Campaign;
use crate::fault::Fault;
use crate::store::{MessageFilter, Store};

/// The list of hashes, as `sha256sum -c` reads it.
const LIST: &str = "SHA-256.txt";
/// The register beside it.
const REGISTER: &str = "收文登记簿.xlsx";

/// What is to be exported.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Only this group.
    pub group: Option<String>,
    /// Only this unit.
    pub unit: Option<String>,
    /// Only this requirement.
    pub requirement: Option<String>,
    /// Only these items; empty for all.
    pub items: Vec<ItemKey>,
    /// What was replaced, does not count or waits too, not only what counts now.
    pub all_versions: bool,
}

/// What an export did.
#[derive(Debug, Clone, Default)]
pub struct Archived {
    /// The campaign's folder.
    pub folder: PathBuf,
    /// Files that are new.
    pub added: usize,
    /// Files that were there already.
    pub kept: usize,
    /// Files that stand here under another size than the original: somebody worked in them. They were left alone.
    pub edited: Vec<String>,
    /// Files of earlier exports that do not count any more, or are another unit's now. They were left alone.
    pub stale: Vec<String>,
    /// Files whose original is not in the store, or not what it was.
    pub lost: Vec<String>,
    /// Mails without a unit: nothing of them is here.
    pub unassigned: usize,
    /// Files that wait for a person and were left out.
    pub waiting: usize,
}

/// Why an export ended before it was done. What it has written is whole.
#[derive(Debug)]
pub enum Unfinished {
    /// The store failed.
    Store(Fault),
    /// This file could not be written, after so many.
    Disk(PathBuf, io::Error, usize),
    /// Another export writes here.
    Busy(PathBuf),
    /// The register could not be made, in the library's words.
    Register(String),
}

impl From<Fault> for Unfinished {
    fn from(fault: Fault) -> Self {
        Unfinished::Store(fault)
    }
}

/// Exports what is wished into `to`.
///
/// # Errors
/// When the store fails or a file cannot be written; what was written by then is whole, and the next run goes on.
pub fn archive(
    store: &Store,
    campaigns: &[Campaign],
    campaign: &Campaign,
    now: Timestamp,
    to: &Path,
    wish: &Wish,
) -> Result<Archived, Unfinished> {
    let folder = to.join(file_name(&campaign.short, ""));
    let failed = |error| Unfinished::Disk(folder.clone(), error, 0);
    fs::create_dir_all(&folder).map_err(failed)?;
    let lock = File::open(&folder).map_err(failed)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Unfinished::Busy(folder.clone()),
        TryLockError::Error(error) => failed(error),
    })?;
    let mut rows = store.messages(&MessageFilter::default())?;
    let concerns = |row: &crate::store::MessageRow| {
        let answers = row.parts.iter().flat_map(|part| &part.answers);
        row.campaign.as_ref().is_none_or(|id| *id == campaign.id)
            || answers.into_iter().any(|answer| answer.campaign == campaign.id)
            || row.parts.iter().any(|part| part.campaign.as_ref() == Some(&campaign.id))
    };
    rows.retain(concerns);
    let all = plan(&rows, campaign);
    let mut done = Archived { folder: folder.clone(), ..Archived::default() };
    done.unassigned = rows.iter().filter(|row| row.unit.is_none() && !row.parts.is_empty()).count();
    let mut listed = write::read_list(&folder.join(LIST));
    for entry in all.iter().filter(|entry| entry.is_of(wish)) {
        if entry.is_current() || wish.all_versions {
            write::add(store, &folder, entry, &mut done)?;
        } else if entry.waits() {
            done.waiting += 1;
        }
    }
    let mut places = Places::new();
    let mut known: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in &all {
        known.insert(&entry.path, entry);
        if folder.join(&entry.path).is_file() {
            places.insert((entry.message, entry.number), entry.path.clone());
            listed.insert(entry.path.clone(), entry.sha256.clone());
        }
    }
    listed.retain(|path, _| path != REGISTER && folder.join(path).is_file());
    let counts =
        |path: &String| known.get(path.as_str()).is_some_and(|entry| entry.is_current() || wish.all_versions);
    done.stale = listed.keys().filter(|path| !counts(path)).cloned().collect();
    let register = register_book(&messages_json(&rows, campaigns, now), campaign, now, Some(&places));
    let register = register.xlsx().map_err(Unfinished::Register)?;
    listed.insert(REGISTER.to_owned(), write::replace(&folder, REGISTER, &register, &done)?);
    write::replace(&folder, LIST, write::list(&listed).as_bytes(), &done)?;
    Ok(done)
}
