//! Who has to be reminded of what, now: due steps as a pure function, the gate that never lets anybody be chased on
//! stale data, and the wording. Mail leaves only through the outbox.

mod agenda;
mod alarm;
mod asked;
mod compose;
mod digest;
mod due;
mod fix;
mod gate;
mod history;
mod hours;
mod house_alarm;
mod last_look;
mod opening;
mod receipt;
mod refusal_alarm;
mod release;
mod steps;
#[cfg(test)]
mod tests;
mod tick;
mod way;
mod wording;

pub use agenda::{Entry, agenda};
pub use alarm::raise_alarms;
pub use compose::attached;
pub use digest::write_digest;
pub use fix::{Untold, fix_letter, send_fix, untold};
pub use hours::opens;
pub use last_look::{held, last_look};
pub use opening::earliest;
pub use receipt::queue_receipts;
pub use release::{Signed, approve, pause, strike};
pub use tick::{Batch, KIND, plan, sender_of, tick, to_approve};
pub use wording::{check_wording, thin_wording};

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;

use crate::domain::campaign::Campaign;
use crate::domain::message::words;
use crate::store::StepKey;

/// Settings of `[reminders]` and `[receipts]` (`contract.md` 2).
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who releases a batch.
    pub mode: Mode,
    /// Hours of the day in which reminders leave.
    pub hours: (Time, Time),
    /// Whether only on working days.
    pub working_days_only: bool,
    /// Digests a unit and day.
    pub max_per_unit_per_day: u32,
    /// Whether known senders get receipts (`receipts.mode = "known"`).
    pub receipts: bool,
    /// Mails that may leave a sending day, by mailbox id; a mailbox that is not among them has no such limit.
    pub a_day: BTreeMap<String, u32>,
    /// Addresses of staff for digests, phone lists, alarms; empty: the mailbox's own address.
    pub staff: Vec<String>,
}

/// Who releases reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// None leave.
    Off,
    /// A person releases each batch.
    Approve,
    /// They leave when due.
    Auto,
}

words! {
    /// How far a due mail has come (`contract.md` 5).
    DueState {
        /// Its time has come.
        Due => "due", "应发";
        /// Kept back, with the reason.
        Held => "held", "暂缓";
        /// Released by a person.
        Approved => "approved", "已批准";
        /// In the outbox.
        Queued => "queued", "排队";
    }
}

/// One mail that is due, held or queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Campaign id.
    pub campaign: String,
    /// Unit code; none for a phone list to staff.
    pub unit: Option<String>,
    /// The unit's name; empty for staff.
    pub unit_name: String,
    /// The one recipient; empty when none is known, then it is held.
    pub to: String,
    /// The steps it carries out.
    pub steps: Vec<StepKey>,
    /// The steps of the list that it is a copy of; empty for any other mail.
    pub copies: Vec<StepKey>,
    /// Its row in the outbox, once it is queued.
    pub outbox: Option<i64>,
    /// How far it has come.
    pub state: DueState,
    /// Why it is due or held, in Chinese.
    pub why: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// When it will leave as things stand, once it is queued.
    pub leaves_at: Option<Timestamp>,
    /// As of which moment it was found due, or when it was queued.
    pub found_at: Timestamp,
}

impl Due {
    /// As `remind --json` prints it.
    pub fn json(&self, campaign: &Campaign) -> serde_json::Value {
        let unit = self.unit.as_ref().map(|_| &self.unit_name);
        let steps: Vec<String> = self.steps.iter().map(StepKey::to_string).collect();
        serde_json::json!({
            "unit": unit, "to": self.to, "steps": steps, "state": self.state.word(),
            "why": self.why, "subject": self.subject, "text": self.text,
            "leaves_at": self.leaves_at.map(|at| campaign.rfc3339(at)),
        })
    }
}
