//! The SMTP receiver: takes every mail, keeps it in memory and, for people to look at, in a folder. Correct by
//! default, scripted to misbehave with [`Server::on`].

mod auth;
mod misdeed;
mod session;
#[cfg(test)]
mod tests;

pub use misdeed::SmtpMisdeed;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::host::Protection;
use super::script::Ledger;
use super::scripted::{self, Server};
use crate::clock::Clock;

/// What a new receiver is to be like.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Where each mail is also written, as `NNNN-RECIPIENT.eml`; made if missing.
    pub folder: Option<PathBuf>,
    /// How its connections are protected.
    pub protection: Protection,
    /// The only user and password it takes mail from; none takes mail from everybody.
    pub login: Option<(String, String)>,
    /// Says when a mail was taken.
    pub clock: Clock,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self { folder: None, protection: Protection::Bare, login: None, clock: Clock::system() }
    }
}

/// A mail as the receiver took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// `MAIL FROM`; empty for `<>`.
    pub sender: String,
    /// `RCPT TO`, those that were accepted.
    pub recipients: Vec<String>,
    /// The mail, dots unstuffed, the final dot not included.
    pub raw: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// On which connection, from 1.
    pub connection: usize,
    /// Who had logged in.
    pub user: Option<String>,
}

/// A running SMTP receiver.
pub type SmtpServer = Server<SmtpMisdeed, Letterbox>;

type World = scripted::World<SmtpMisdeed, Letterbox>;

/// Where mail is kept.
pub struct Letterbox {
    clock: Clock,
    folder: Option<PathBuf>,
    /// How many mails the folder held before.
    numbered: usize,
    posted: Ledger<Posted>,
}

impl SmtpServer {
    /// Starts a receiver without TLS that takes mail from everybody and writes it to `folder`.
    ///
    /// # Errors
    /// No port or thread was to be had, or the folder cannot be made.
    pub fn start(folder: Option<PathBuf>) -> io::Result<Self> {
        Self::start_with(SmtpOptions { folder, ..SmtpOptions::default() })
    }

    /// Starts a receiver.
    ///
    /// # Errors
    /// No port or thread was to be had, or the folder cannot be made.
    pub fn start_with(options: SmtpOptions) -> io::Result<Self> {
        let numbered = options.folder.as_deref().map_or(Ok(0), last_number)?;
        let letterbox =
            Letterbox { clock: options.clock, folder: options.folder, numbered, posted: Ledger::new() };
        let world = World::new(options.protection, options.login, letterbox);
        Self::open("rehearsal-smtp", world, session::converse)
    }

    /// Every mail kept so far, in the order of their final dots.
    pub fn received(&self) -> Vec<Posted> {
        self.world.own.posted.rows()
    }

    /// Blocks until the mails kept satisfy `enough` or the time `within` is over; says which.
    pub fn wait_received(&self, within: Duration, enough: impl Fn(&[Posted]) -> bool) -> bool {
        self.world.own.posted.wait(within, enough)
    }
}

impl Letterbox {
    /// Keeps a mail; its number is one more than that of the last.
    fn keep(&self, posted: Posted) -> io::Result<usize> {
        let number = self.numbered + self.posted.rows().len() + 1;
        if let Some(folder) = &self.folder {
            std::fs::write(folder.join(file_name(number, &posted)), &posted.raw)?;
        }
        self.posted.push(posted);
        Ok(number)
    }
}

/// `NNNN-RECIPIENT.eml`, without what could lead out of the folder.
fn file_name(number: usize, posted: &Posted) -> String {
    let recipient = posted.recipients.first().map(String::as_str).unwrap_or_default();
    let harmless = |c: char| if c.is_alphanumeric() || "@._+-".contains(c) { c } else { '_' };
    let recipient: String = recipient.chars().map(harmless).take(100).collect();
    format!("{number:04}-{recipient}.eml")
}

/// The largest number a file in the folder has, so that an earlier rehearsal is not written over.
fn last_number(folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut last = 0;
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.split_once('-')?.0.parse().ok());
        last = last.max(number.unwrap_or(0));
    }
    Ok(last)
}
