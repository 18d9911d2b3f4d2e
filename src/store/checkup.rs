//! What the last look through the whole store found. It is kept in the store itself: page, monitor and alarm tell the same,
//! and a restart neither forgets a damage nor looks for it anew.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, named_params};

use super::column::{Json, Ms, Size};
use super::seal::seal_bare;
use super::{Mended, Store, VerifyReport};
use crate::fault::Fault;

/// One look through the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// When it ended.
    pub ended_at: Timestamp,
    /// Mails looked at.
    pub messages: u64,
    /// Blobs looked at.
    pub blobs: u64,
    /// What is wrong, one line each, in Chinese with place and remedy; empty when sound.
    pub problems: Vec<String>,
    /// Mails that are read again, so that their files are made anew.
    pub again: u64,
    /// Raw mails that are fetched again at the next full look.
    pub awaited: u64,
}

impl Store {
    /// The last look through the store; none when there was none.
    pub fn checkup(&self) -> Result<Option<Checkup>, Fault> {
        const LAST: &str = "SELECT ended_at, messages, blobs, problems, again, awaited FROM checkup";
        self.read(|tx| {
            let last = tx.prepare_cached(LAST)?.query_row([], |row| {
                Ok(Checkup {
                    ended_at: row.get::<_, Ms>(0)?.0,
                    messages: row.get::<_, Size>(1)?.0,
                    blobs: row.get::<_, Size>(2)?.0,
                    problems: row.get::<_, Json<Vec<String>>>(3)?.0,
                    again: row.get::<_, Size>(4)?.0,
                    awaited: row.get::<_, Size>(5)?.0,
                })
            });
            Ok(last.optional()?)
        })
    }

    /// When the first mail was captured: since then there is something to look after.
    pub fn first_capture(&self) -> Result<Option<Timestamp>, Fault> {
        const FIRST: &str = "SELECT captured_at FROM message ORDER BY id LIMIT 1";
        self.read(|tx| {
            let first = tx.prepare_cached(FIRST)?.query_row([], |row| row.get::<_, Ms>(0));
            Ok(first.optional()?.map(|at| at.0))
        })
    }

    /// Keeps what a look through the store found, and what was set right after it.
    pub fn record_checkup(&self, found: &VerifyReport, mended: Mended, now: Timestamp) -> Result<(), Fault> {
        const KEEP: &str = "
            INSERT OR REPLACE INTO checkup (id, ended_at, messages, blobs, problems, again, awaited)
            VALUES (1, :now, :messages, :blobs, :problems, :again, :awaited)";
        self.write(|tx| {
            tx.prepare_cached(KEEP)?.execute(named_params! {
                ":now": Ms(now), ":messages": Size(found.messages), ":blobs": Size(found.blobs),
                ":problems": Json(&found.problems), ":again": Size::from(mended.again), ":awaited": Size::from(mended.awaited),
            })?;
            seal_bare(tx)
        })
    }
}
