//! An account of the office as configuration describes it. A noun only: speaking IMAP and SMTP is `imap/`, `smtp/`.

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

/// `@junk` among the folders of a mailbox: wherever its server puts spam.
pub const JUNK: &str = "@junk";

/// 邮箱: one account (`contract.md` 2).
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Id in configuration, store and logs.
    pub id: String,
    /// Its address; `From` of all that leaves through it.
    pub address: String,
    /// Login name; default: the address.
    pub user: String,
    /// Its password or authorisation code (授权码).
    pub password: Secret,
    /// Where mail is read.
    pub imap: Endpoint,
    /// Where mail leaves; none for a mailbox that is only read.
    pub smtp: Option<Endpoint>,
    /// Folders as people read them; `@junk` is wherever this server puts spam.
    pub folders: Vec<String>,
    /// Seconds between two looks.
    pub poll_seconds: u32,
    /// Mail received before this day is history.
    pub since: Option<Date>,
    /// Ids of the campaigns whose mail comes here; empty for all.
    pub campaigns: Vec<String>,
}

impl Mailbox {
    /// Whether mail of this campaign comes here.
    pub fn serves(&self, campaign: &str) -> bool {
        self.campaigns.is_empty() || self.campaigns.iter().any(|id| id == campaign)
    }

    /// The moment at which `since` begins: midnight in China, where no summer time is kept.
    pub fn begins(&self) -> Option<Timestamp> {
        jiff::tz::offset(8).to_timestamp(self.since?.at(0, 0, 0, 0)).ok()
    }

    /// The domain of the address, for Message-IDs.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Own certificate authority, PEM; else the system's.
    pub ca_file: Option<PathBuf>,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, demanded.
    StartTls,
    /// Not at all: loopback only.
    None,
}

/// A password. It has no way into a log: `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    /// The file that it stands in, if any.
    file: Option<PathBuf>,
}

impl Secret {
    /// Wraps a password, without the line end that files bring.
    pub fn new(text: &str) -> Self {
        Self { text: text.trim_end_matches(['\r', '\n']).to_owned(), file: None }
    }

    /// The same, kept in a file in which it may be changed.
    pub fn kept_in(self, file: &Path) -> Self {
        Self { file: Some(file.to_owned()), ..self }
    }

    /// The file that it is kept in.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The password, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
