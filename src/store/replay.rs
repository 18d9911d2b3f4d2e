//! Everything derived, again. Mail goes back to an earlier stage and comes down the river once more; until it is
//! registered anew, what it had filed counts. What a changed rule would do is tried on a copy of the database.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;

use super::{Store, schema};
use crate::domain::message::Stage;
use crate::fault::Fault;

/// Pages copied between two looks whether somebody writes.
const PAGES: i32 = 1000;
/// Rest between them, when somebody does.
const REST: Duration = Duration::from_millis(5);

impl Store {
    /// Sends mail back: all of it, to be read again from its raw bytes ([`Stage::Captured`]), or what is registered, to be
    /// judged again by what its reader reported ([`Stage::Read`]). What mails taught is learned again as they come.
    /// Mail whose content was taken out stays as it was registered. Returns how many.
    pub fn send_back(&self, to: Stage) -> Result<usize, Fault> {
        const TO_BE_READ: &str = "
            UPDATE message SET stage = 'captured', state = NULL, reason = NULL, ended_at = NULL, reader_deaths = 0
            WHERE stage <> 'captured' AND erased_at IS NULL";
        const TO_BE_JUDGED: &str = "
            UPDATE message SET stage = 'read', state = NULL, reason = NULL, ended_at = NULL
            WHERE stage = 'registered' AND erased_at IS NULL";
        const UNLEARN: &str =
            "DELETE FROM sender WHERE message IN (SELECT id FROM message WHERE erased_at IS NULL)";
        self.write(|tx| {
            tx.execute(UNLEARN, [])?;
            if to == Stage::Read {
                return Ok(tx.execute(TO_BE_JUDGED, [])?);
            }
            tx.execute("UPDATE download SET reader_deaths = 0 WHERE reader_deaths > 0", [])?;
            Ok(tx.execute(TO_BE_READ, [])?)
        })
    }

    /// Sends one parked mail back to be read again. False where it is not parked any more.
    pub fn read_again(&self, id: i64) -> Result<bool, Fault> {
        const AGAIN: &str = "
            UPDATE message SET stage = 'captured', state = NULL, reason = NULL, ended_at = NULL, reader_deaths = 0
            WHERE id = ?1 AND stage = 'parked' AND erased_at IS NULL";
        self.write(|tx| Ok(tx.prepare_cached(AGAIN)?.execute([id])? == 1))
    }

    /// A store in `folder` with the same rows and no bytes, to try something on.
    pub fn copy_rows(&self, folder: &Path) -> Result<Store, Fault> {
        let database = folder.join("shouwen.db");
        std::fs::create_dir_all(folder)?;
        std::fs::File::create(&database)?;
        let source = schema::connect(&self.0.database, false)?;
        let mut copy = rusqlite::Connection::open(&database)?;
        Backup::new(&source, &mut copy)?.run_to_completion(PAGES, REST, None)?;
        drop(copy);
        Store::open(folder)
    }
}
