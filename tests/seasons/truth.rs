//! What the generator knows of its own mails: written down as each mail is written, never asked of the program.

use std::collections::BTreeMap;

use jiff::Timestamp;
use shouwen::domain::message::{MessageKind, PartState};

/// Where a part is filed: requirement, item, day of May.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filed {
    pub requirement: &'static str,
    pub item: &'static str,
    pub day: Option<i8>,
}

/// Whether a part counts for its unit on arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    Yes,
    No,
    /// A person has to say.
    Open,
}

/// The value of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    Text(String),
    Count(i64),
    Share(f64),
}

/// One row of a form: a unit or a school, with the cell of each value.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub values: BTreeMap<&'static str, (Held, String)>,
}

/// A flaw put into a form on purpose: any of the codes, at any of the cells (none: anywhere).
#[derive(Debug, Clone)]
pub struct Planted {
    pub codes: Vec<&'static str>,
    pub cells: Vec<String>,
}

/// A filled form.
#[derive(Debug, Clone, Default)]
pub struct FormTruth {
    pub rows: Vec<Row>,
    pub planted: Vec<Planted>,
    /// Codes that may be told or not: remarks that only inform.
    pub free: Vec<&'static str>,
}

/// One attachment or member of an archive.
#[derive(Debug, Clone)]
pub struct Part {
    pub path: String,
    pub filed: Option<Filed>,
    pub also: Vec<Filed>,
    pub counts: Counts,
    /// Right states by themselves, before later mail replaces or repeats it.
    pub states: Vec<PartState>,
    /// Unit where it is not the mail's.
    pub unit: Option<String>,
    pub form: Option<FormTruth>,
    /// SHA-256 of the bytes, to know copies by.
    pub sha256: String,
}

/// A whole mail.
#[derive(Debug, Clone)]
pub struct Sent {
    pub at: Timestamp,
    pub raw: Vec<u8>,
    pub id: String,
    /// Address it comes from.
    pub from: String,
    /// Which story of the research it plays, for whoever looks at a failure.
    pub story: &'static str,
    pub subject: String,
    pub kinds: Vec<MessageKind>,
    /// Right units; empty: nobody may be named.
    pub units: Vec<String>,
    /// A clerk would place it without asking.
    pub is_placeable: bool,
    /// Asking a person is right as well.
    pub may_wait: bool,
    pub parts: Vec<Part>,
    /// What its text answers by itself: a nil report, a link, a contact.
    pub loose: Vec<(Filed, Counts)>,
}

impl Part {
    /// Which of its answers there are, the main one first.
    pub fn answers(&self) -> impl Iterator<Item = &Filed> {
        self.filed.iter().chain(&self.also)
    }
}

impl Sent {
    /// Whether it brings what an earlier mail has brought, and nothing else.
    pub fn is_copy(&self) -> bool {
        self.story.ends_with("sent again")
    }
}
