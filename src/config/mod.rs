//! Assembles everything that is data: `shouwen.toml`, campaign folders, rosters, calendars, forms, wording. What is
//! wrong is named with file, line, key and remedy, all at once; each room owns its own `Settings`, this one only
//! fills them. The keys are fixed in `contract.md` 2.

mod calendar;
mod campaign;
mod chase;
mod check;
mod complaint;
mod crossing;
mod csv;
mod dates;
mod domains;
mod error;
mod forms;
mod letters;
mod mailbox;
mod main_file;
mod requirement;
mod roster;
mod roster_book;
mod roster_check;
mod roster_header;
mod section;
mod value;

use std::path::{Path, PathBuf};

pub use self::check::{Finding, report};
use self::error::Notebook;
pub use self::error::{ConfigErrors, Level, Problem};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::{deliver, download, remind, web};

/// Where the main file is looked for when nobody names one (`contract.md` 1).
const MAIN_FILES: [&str; 2] = ["./config/shouwen.toml", "/etc/shouwen/shouwen.toml"];

/// Everything that an administrator has decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// The main file.
    pub path: PathBuf,
    /// Where `shouwen.db` and `blobs/` are.
    pub data_dir: PathBuf,
    /// The campaigns, in the order of the main file.
    pub campaigns: Vec<Campaign>,
    /// The folder of each, in the same order.
    pub folders: Vec<PathBuf>,
    /// The mailboxes, in the order of the main file.
    pub mailboxes: Vec<Mailbox>,
    /// `[reminders]`, `[receipts]`, `[staff]`.
    pub reminders: remind::Settings,
    /// `[sending]`.
    pub sending: deliver::Settings,
    /// `[links]`.
    pub links: download::Settings,
    /// `[web]`.
    pub web: web::Settings,
    /// What was accepted, but somebody should look at.
    pub warnings: Vec<Problem>,
    /// What keeps mail from being fetched or sent (a password that cannot be read) but no other command from
    /// working: staff may look at the status without being allowed to read the office's password.
    pub unready: Vec<Problem>,
}

impl Config {
    /// Whether mail can be fetched and sent: to be asked by whoever is about to log in.
    ///
    /// # Errors
    /// What is missing, if anything.
    pub fn ready(&self) -> Result<(), ConfigErrors> {
        if self.unready.is_empty() { Ok(()) } else { Err(ConfigErrors { problems: self.unready.clone() }) }
    }
}

/// The main file: the one named, else the first of the usual places that exists.
///
/// # Errors
/// None of the usual places has one.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, ConfigErrors> {
    if let Some(path) = explicit {
        return Ok(path.to_owned());
    }
    let found = MAIN_FILES.iter().map(Path::new).find(|path| path.is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        let notes = Notebook::default();
        let [first, _] = MAIN_FILES;
        notes.note(Level::Error, first, 0, "", complaint::no_main_file(&MAIN_FILES));
        ConfigErrors { problems: notes.into_problems() }
    })
}

/// Reads the main file and every file that it leads to.
///
/// # Errors
/// Everything wrong that one reading can find.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    let notes = Notebook::default();
    let config = main_file::read(path, &notes);
    let (errors, accepted): (Vec<_>, Vec<_>) =
        notes.into_problems().into_iter().partition(|problem| problem.level == Level::Error);
    let (unready, warnings) = accepted.into_iter().partition(|problem| problem.level == Level::Unready);
    match config {
        Some(config) if errors.is_empty() => Ok(Config { warnings, unready, ..config }),
        _ => Err(ConfigErrors { problems: errors }),
    }
}

/// Whether `id` can stand in a mail header, an address of the page and a file name.
fn is_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.starts_with('.') && id.bytes().all(allowed)
}

/// Longest id of a campaign, requirement, item, step, unit or mailbox, in bytes: several of them share one header line.
const MAX_ID_BYTES: usize = 64;
