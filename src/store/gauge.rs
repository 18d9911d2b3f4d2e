//! How much of what is in the store, what of it waits, and how much room there is. Counts only, no names.

use std::fs;

use jiff::Timestamp;
use rusqlite::named_params;

use super::Store;
use super::column::{Ms, Size};
use crate::fault::Fault;

/// What can be measured of a store.
#[derive(Debug, Clone, Default)]
pub struct Gauges {
    /// Mails by stage.
    pub stages: Vec<(String, u64)>,
    /// Mails of ours by state.
    pub outbox: Vec<(String, u64)>,
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
            outbox: counts("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")?,
            database_bytes: size("") + size("-wal"),
            free_bytes: self.blobs().free_bytes()?,
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
