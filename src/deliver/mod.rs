//! Lets queued mail leave: one at a time, at the provider's pace, claimed before SMTP and marked before the dot.

mod drain;
mod pace;
mod timetable;

pub use drain::{Drained, Files, LastLook, Name, Sender, drain};
pub use pace::{Rate, a_day};
pub use timetable::{Opens, forecast};

/// Settings of `[sending]` (`contract.md` 2).
#[derive(Debug, Clone)]
pub struct Settings {
    /// How fast mail may leave.
    pub pace: Pace,
    /// When not empty, nobody else receives anything (rehearsal).
    pub only_to: Vec<String>,
}

/// How fast mail may leave through one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pace {
    /// By the SMTP host: personal providers are slow, enterprise ones faster, others unlimited.
    Auto,
    /// As fast as the server takes it.
    None,
    /// As told.
    Limits {
        /// Shortest and longest random gap between two mails, seconds.
        gap_seconds: (u32, u32),
        /// Most mails in any 15 minutes.
        per_15_min: u32,
        /// Most mails a day.
        per_day: u32,
        /// Mails a connection.
        per_connection: u32,
    },
}
