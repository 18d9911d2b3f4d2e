//! Mailboxes whose server refuses our login or our sender: no mail leaves through them until a person changes something.
//! Kept here, so that status, page, alarm and forecast of every process tell the same.

use jiff::Timestamp;
use rusqlite::named_params;

use super::Store;
use super::column::Ms;
use crate::fault::Fault;

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
    /// Whether it was said more than once: the first may be a hiccup.
    pub fn is_meant(&self) -> bool {
        self.at > self.since
    }
}

impl Store {
    /// The server of a mailbox refused our login or our sender.
    pub fn note_refusal(&self, mailbox: &str, words: &str, now: Timestamp) -> Result<(), Fault> {
        const NOTE: &str = "
            INSERT INTO refusal (mailbox, since, at, words) VALUES (:mailbox, :now, :now, :words)
            ON CONFLICT (mailbox) DO UPDATE SET at = :now, words = :words";
        self.write(|tx| {
            let values = named_params! { ":mailbox": mailbox, ":now": Ms(now), ":words": words };
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

    /// The mailboxes whose server refuses us.
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
            Ok(refusals.collect::<Result<_, _>>()?)
        })
    }
}
