//! How much of what is in the store, what of it waits, and how much room there is. Counts only, no names.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use rusqlite::named_params;

use super::column::{Ms, Size};
use super::{OutboxState, Store};
use crate::fault::Fault;

/// Free room below which the disk is a trouble: a day of films. Intake goes on until the reserve is reached.
pub const ROOM_BYTES: u64 = 1_000_000_000;
/// Free room from which on it is one no more: well above, so that one mail does not move it to and fro.
pub const AMPLE_BYTES: u64 = ROOM_BYTES + ROOM_BYTES / 5;

/// What does not come to its end as it should.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stuck {
    /// Mails that were set aside in that time.
    pub parked: u64,
    /// Mails that were captured or read before that time and went no further since.
    pub waiting: u64,
}

/// What can be measured of a store.
#[derive(Debug, Clone, Default)]
pub struct Gauges {
    /// Mails by stage.
    pub stages: Vec<(String, u64)>,
    /// Mails of ours by state.
    pub outbox: BTreeMap<OutboxState, u64>,
    /// Bytes of the database with its log.
    pub database_bytes: u64,
    /// Bytes that may still be written to its disk.
    pub free_bytes: u64,
}

/// How much waits for a person or for the river, optionally as of a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WaitingCounts {
    /// In review without a unit.
    pub unassigned: u64,
    /// In review with a unit, or with a part in review.
    pub review: u64,
    /// Parked.
    pub parked: u64,
    /// Captured or read, not at an end.
    pub on_the_way: u64,
    /// Listed by a server and not fetched.
    pub unfetched: u64,
}

impl Store {
    /// The schema: its number, SQLite's version, and every table as it was made.
    pub fn schema(&self) -> Result<String, Fault> {
        const TABLES: &str = "
            SELECT ifnull(group_concat(sql || ';', char(10) || char(10)), '') FROM sqlite_schema WHERE sql IS NOT NULL";
        self.read(|tx| {
            let number = super::schema::version(tx)?;
            let tables: String = tx.query_row(TABLES, [], |row| row.get(0))?;
            Ok(format!("-- schema {number}, SQLite {}\n{tables}\n", rusqlite::version()))
        })
    }

    /// How many mails of ours are in each state; none where there is none.
    pub fn outbox_counts(&self) -> Result<BTreeMap<OutboxState, u64>, Fault> {
        const COUNTS: &str = "SELECT state, count(*) FROM outbox GROUP BY state";
        self.read(|tx| {
            let mut select = tx.prepare_cached(COUNTS)?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, Size>(1)?.0)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Measures the store.
    pub fn gauges(&self) -> Result<Gauges, Fault> {
        let counts = |sql: &str| {
            self.read(|tx| {
                let mut select = tx.prepare_cached(sql)?;
                let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, Size>(1)?.0)))?;
                Ok(rows.collect::<Result<Vec<(String, u64)>, _>>()?)
            })
        };
        let size = |ending: &str| {
            let file = self.data_dir().join(format!("{}{ending}", super::DATABASE));
            fs::metadata(file).map_or(0, |found| found.len())
        };
        Ok(Gauges {
            stages: counts("SELECT stage, count(*) FROM message GROUP BY stage ORDER BY stage")?,
            outbox: self.outbox_counts()?,
            database_bytes: size("") + size("-wal"),
            free_bytes: self.blobs().free_bytes()?,
        })
    }

    /// How many mails were set aside since `parked_since`, and how many wait since before `waiting_since` in spite of the river.
    /// Mail that was sent back to be read once more is not among these: it waits since then, and that is not written down.
    pub fn stuck(&self, parked_since: Timestamp, waiting_since: Timestamp) -> Result<Stuck, Fault> {
        const STUCK: &str = "
            SELECT (SELECT count(*) FROM message WHERE stage = 'parked' AND ended_at >= :parked_since),
                   (SELECT count(*) FROM message WHERE stage = 'captured' AND read_at IS NULL AND captured_at < :waiting_since)
                   + (SELECT count(*) FROM message WHERE stage = 'read' AND read_at < :waiting_since)";
        let moments =
            named_params! { ":parked_since": Ms(parked_since), ":waiting_since": Ms(waiting_since) };
        self.read(|tx| {
            let counts = tx.prepare_cached(STUCK)?.query_row(moments, |row| {
                Ok(Stuck { parked: row.get::<_, Size>(0)?.0, waiting: row.get::<_, Size>(1)?.0 })
            })?;
            Ok(counts)
        })
    }

    /// How much waits, among mail received by `as_of`.
    pub fn waiting_counts(&self, as_of: Option<Timestamp>) -> Result<WaitingCounts, Fault> {
        const COUNTS: &str = "
            SELECT
                (SELECT count(*) FROM message
                 WHERE state = 'review' AND unit IS NULL AND received_at <= :as_of) AS unassigned,
                (SELECT count(*) FROM message
                 WHERE state = 'review' AND unit IS NOT NULL AND received_at <= :as_of) AS review,
                (SELECT count(*) FROM message WHERE state = 'parked' AND received_at <= :as_of) AS parked,
                (SELECT count(*) FROM message WHERE state IS NULL AND received_at <= :as_of) AS on_the_way,
                (SELECT count(*) FROM unfetched WHERE first_listed_at <= :as_of) AS unfetched";
        let as_of = Ms(as_of.unwrap_or(Timestamp::MAX));
        self.read(|tx| {
            let counts = tx.prepare_cached(COUNTS)?.query_row(named_params! { ":as_of": as_of }, |row| {
                Ok(WaitingCounts {
                    unassigned: row.get::<_, Size>("unassigned")?.0,
                    review: row.get::<_, Size>("review")?.0,
                    parked: row.get::<_, Size>("parked")?.0,
                    on_the_way: row.get::<_, Size>("on_the_way")?.0,
                    unfetched: row.get::<_, Size>("unfetched")?.0,
                })
            })?;
            Ok(counts)
        })
    }
}
