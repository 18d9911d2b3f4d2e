//! How much of what is in the store, and how much room there is: for whoever watches the watcher. Counts only, no names.

use std::fs;

use super::Store;
use super::column::Size;
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
}
