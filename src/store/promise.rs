//! A database that lost its log, or in whose place somebody put an older one, is sound in itself and knows nothing of the last
//! letters and decisions. Mail is fetched again; a letter would leave twice. So what was promised outside is counted in the
//! database, and the count is kept in a file beside it before the promise is given: a database that knows of fewer is older.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::{LogAct, LogEntry, Store, reminder_log};
use crate::fault::Fault;

/// Name of the file in a data directory.
pub(super) const FILE: &str = "shouwen.promised";

/// Who signs what the program does by itself.
const PROGRAM: &str = "shouwen";

/// Counts one more promise in the transaction that makes it; how many there are.
pub(super) fn count(tx: &Transaction<'_>) -> Result<i64, Fault> {
    const COUNT: &str = "UPDATE promise SET count = count + 1 RETURNING count";
    Ok(tx.prepare_cached(COUNT)?.query_row([], |row| row.get(0))?)
}

fn counted(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection.query_row("SELECT count FROM promise", [], |row| row.get(0))?)
}

impl Store {
    /// Writes down how many promises are committed, before the newest is given.
    pub(super) fn promise(&self, count: i64) -> Result<(), Fault> {
        let mut file = self.promised()?;
        // Another process may have promised more meanwhile.
        if read(&mut file)? < count { write(&mut file, count) } else { Ok(()) }
    }

    /// How many promises the database does not know of: 0 where it is as new as it has to be.
    pub(super) fn forgotten(&self) -> Result<i64, Fault> {
        let promised = match File::open(self.data_dir().join(FILE)) {
            Ok(mut file) => {
                file.lock_shared()?;
                read(&mut file)?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
        // The database is asked last: what is promised meanwhile is in it.
        Ok((promised - self.read(|tx| counted(tx))?).max(0))
    }

    /// Pauses all mail where the database is older than what was promised, and says so to whoever may let it leave again. For
    /// the start, under the lock.
    pub(super) fn pause_if_older(&self, now: Timestamp) -> Result<(), Fault> {
        let forgotten = self.forgotten()?;
        if forgotten == 0 {
            return Ok(());
        }
        let why = older(forgotten);
        tracing::error!("{why}");
        let entry = LogEntry {
            id: 0,
            act: LogAct::Pause,
            by: PROGRAM.to_owned(),
            at: now,
            why,
            campaign: None,
            unit: None,
            to: String::new(),
            steps: vec![],
            subject: String::new(),
        };
        let known = self.write(|tx| {
            reminder_log::log(tx, &entry)?;
            counted(tx)
        })?;
        // It was told, and stays told until a person says otherwise.
        write(&mut self.promised()?, known)
    }

    /// The file, held against other processes until it is dropped.
    fn promised(&self) -> Result<File, Fault> {
        let path = self.data_dir().join(FILE);
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        file.lock()?;
        Ok(file)
    }
}

/// What is the matter with a database that knows of so many promises too few, in Chinese.
pub(super) fn older(forgotten: i64) -> String {
    format!(
        "登记库 shouwen.db 比实际旧,缺最近 {forgotten} 次发信或人工办理:它的日志 shouwen.db-wal 丢失或损坏,或被换成了旧文件。\
         请从备份恢复;不能恢复时,核对“已发送”和最近的办理,再恢复发信"
    )
}

/// An empty file, or one that is none of ours, promises nothing.
fn read(file: &mut File) -> Result<i64, Fault> {
    let mut text = String::new();
    file.rewind()?;
    let is_text = file.read_to_string(&mut text).is_ok();
    Ok(if is_text { text.trim().parse().unwrap_or(0) } else { 0 })
}

/// Always as many bytes, so that a place on the disk is written over and no other is needed; and all in one call, since whoever
/// is killed between two digits of 19 and 20 leaves 29 behind, which would pause all mail.
fn write(file: &mut File, count: i64) -> Result<(), Fault> {
    file.rewind()?;
    file.write_all(format!("{count:020}\n").as_bytes())?;
    Ok(file.sync_data()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promised(store: &Store) {
        let count = store.write(count).unwrap();
        store.promise(count).unwrap();
    }

    #[test]
    fn a_database_that_knows_less_than_was_promised_is_told_and_nothing_leaves() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        (0..3).for_each(|_| promised(&store));
        assert_eq!(store.forgotten(), Ok(0));
        store.pause_if_older(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.reminder_log().unwrap(), []);
        // As when the log is lost: the file beside it is not.
        store.write(|tx| Ok(tx.execute("UPDATE promise SET count = 1", [])?)).unwrap();
        assert_eq!(store.forgotten(), Ok(2));
        assert!(store.verify(&|_, _| {}).unwrap().problems.join("").contains("缺最近 2 次"));
        store.pause_if_older(Timestamp::UNIX_EPOCH).unwrap();
        let log = store.reminder_log().unwrap();
        assert_eq!(log.iter().map(|entry| entry.act).collect::<Vec<_>>(), [LogAct::Pause]);
        assert_eq!(store.forgotten(), Ok(0), "told once");
    }

    #[test]
    fn a_promise_that_was_only_counted_is_none_yet() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        promised(&store);
        store.write(count).unwrap();
        assert_eq!(store.forgotten(), Ok(0));
    }
}
