//! A season of mail: what 30 units and some strangers send to an office from late April to early June 2023, as real
//! bytes in order of arrival, each mail with the truth about it. `shouwen demo` plays it; tests judge by it.
//!
//! The stories stand in [`plan`] (before the activity week), [`daily`] (during it), [`summary`] (after it) and
//! [`strays`] (what belongs to nobody); they are told in the words of [`script`] and [`things`]. Nothing here asks the
//! time or a random source: the same program gives the same bytes.

pub mod cast;
pub mod chance;
pub mod daily;
pub mod files;
pub mod hand;
pub mod mail;
pub mod plan;
pub mod prose;
pub mod script;
pub mod strays;
pub mod summary;
pub mod things;
pub mod truth;

use jiff::Timestamp;
use jiff::civil::Date;

pub use crate::domain::message::{MessageKind, MessageState, PartState};
pub use mail::OFFICE;
pub use truth::{MOMENTS, Truth, truth};

/// When the season begins: 24 April 2023 in China, before the first mail.
pub const START: Timestamp = Timestamp::constant(1_682_265_600, 0);
/// When it is over: 5 June 2023 in China, after the last mail.
pub const END: Timestamp = Timestamp::constant(1_685_894_400, 0);

/// The folder where mail usually arrives.
pub const INBOX: &str = "INBOX";
/// Where the server puts what it takes for spam, as people read the name.
pub const JUNK: &str = "垃圾邮件";

/// One mail on its way to the office.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// When it arrives at the server (INTERNALDATE); its topmost `Received` says the same.
    pub at: Timestamp,
    /// Folder in which it arrives: [`INBOX`] or [`JUNK`].
    pub folder: &'static str,
    /// The mail.
    pub raw: Vec<u8>,
    /// The truth about it.
    pub expect: Expect,
}

/// What a mail is and what should have become of it when the season is over. Where several answers are right, all are
/// listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    /// Its Message-ID.
    pub message_id: String,
    /// What it is.
    pub kinds: Vec<MessageKind>,
    /// Full name of its unit; none: nobody may be named.
    pub units: Vec<Option<&'static str>>,
    /// Its state in the register.
    pub states: Vec<MessageState>,
    /// Every attachment and archive member in order; pictures inside documents are left out.
    pub files: Vec<Filed>,
    /// Cloud attachments in its text.
    pub links: Vec<String>,
}

/// What should have become of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    /// Its name, after those of its containers: `PARENT/NAME`.
    pub path: String,
    /// Requirement that it answers; none: nothing, or nobody can say.
    pub requirement: Option<&'static str>,
    /// Item that it answers.
    pub item: Option<&'static str>,
    /// Day for which it counts.
    pub day: Option<Date>,
    /// Its state after the last mail.
    pub states: Vec<PartState>,
    /// Codes of flaws that must be named.
    pub flaws: Vec<&'static str>,
}

/// The whole season in order of arrival.
pub fn season() -> Vec<Delivery> {
    let acts = [plan::acts(), daily::acts(), summary::acts(), strays::acts()].concat();
    let mut all: Vec<Delivery> = acts.iter().map(script::Act::deliver).collect();
    all.sort_by_key(|delivery| delivery.at);
    all
}

/// Which addresses the demo's roster knows, by full name of the unit; for some none.
pub fn roster_emails() -> Vec<(&'static str, &'static [&'static str])> {
    cast::CAST.iter().map(|member| (member.name, member.roster)).collect()
}
