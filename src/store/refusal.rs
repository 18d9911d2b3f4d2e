//! Mailboxes whose server refuses our login or our sender, so that no mail leaves through them until a person changes
//! something; or takes nothing for hours, because it cannot be reached or puts everybody off. Kept here, so that status, page, alarm and forecast of every process tell the same.

use jiff::{SignedDuration, Timestamp};
use rusqlite::named_params;

use super::Store;
use super::column::Ms;
use crate::domain::message::TAKES_NOTHING;
use crate::fault::Fault;

/// A server that took nothing for so long is told of: as long as a mailbox that cannot be read.
const TAKES_NOTHING_LONG: SignedDuration = SignedDuration::from_hours(2);

/// A server that refuses to take mail of a mailbox, whatever the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Id of the mailbox.
    pub mailbox: String,
    /// The first refusal since mail last left.
    pub since: Timestamp,
    /// The last one.
    pub at: Timestamp,
    /// What the server said last.
    pub words: String,
}

impl Refusal {
    /// Whether it was said more than once: the first may be a hiccup. That nothing was taken passes more often than not.
    pub fn is_meant(&self) -> bool {
        let lasts = if self.takes_nothing() { TAKES_NOTHING_LONG } else { SignedDuration::ZERO };
        self.at > self.since && self.at.duration_since(self.since) >= lasts
    }

    /// Whether the server does not mind us, and takes nothing all the same.
    pub fn takes_nothing(&self) -> bool {
        self.words.starts_with(TAKES_NOTHING)
    }
}

impl Store {
    /// The server of a mailbox refused our login or our sender, or, in words that begin so, took nothing.
    pub fn note_refusal(&self, mailbox: &str, words: &str, now: Timestamp) -> Result<(), Fault> {
        const NOTE: &str = "
            INSERT INTO refusal (mailbox, since, at, words) VALUES (:mailbox, :now, :now, :words)
            ON CONFLICT (mailbox) DO UPDATE SET at = :now, words = :words,
                since = CASE WHEN (instr(words, :mark) = 1) = (instr(:words, :mark) = 1) THEN since ELSE :now END";
        self.write(|tx| {
            let values = named_params! {
                ":mailbox": mailbox, ":now": Ms(now), ":words": words, ":mark": TAKES_NOTHING,
            };
            tx.prepare_cached(NOTE)?.execute(values)?;
            Ok(())
        })
    }

    /// Mail left through a mailbox: its server refuses nothing any more.
    pub fn forget_refusal(&self, mailbox: &str) -> Result<(), Fault> {
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM refusal WHERE mailbox = ?1")?.execute([mailbox])?;
            Ok(())
        })
    }

    /// The mailboxes whose server refuses us, and those whose server has been taking nothing for long.
    pub fn refusals(&self) -> Result<Vec<Refusal>, Fault> {
        self.read(|tx| {
            let mut select =
                tx.prepare_cached("SELECT mailbox, since, at, words FROM refusal ORDER BY mailbox")?;
            let refusals = select.query_map([], |row| {
                Ok(Refusal {
                    mailbox: row.get(0)?,
                    since: row.get::<_, Ms>(1)?.0,
                    at: row.get::<_, Ms>(2)?.0,
                    words: row.get(3)?,
                })
            })?;
            let mut refusals: Vec<Refusal> = refusals.collect::<Result<_, _>>()?;
            refusals.retain(|refusal| !refusal.takes_nothing() || refusal.is_meant());
            Ok(refusals)
        })
    }
}
