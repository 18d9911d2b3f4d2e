//! Whether the database is older than what it had sent: one that lost its log, or that somebody put back by hand, remembers less than
//! left, and would remind twice. So the number of the last mail that was claimed for sending stands in a file of its own, too.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rusqlite::Connection;

use super::{LogEntry, Store, reminder_log};
use crate::fault::Fault;

/// The file beside the database.
pub(super) const FENCE: &str = "shouwen.sent";

const BEHIND: &str = "登记库比发信记录旧:丢失了数据库日志,或被人换回了旧的。此后发出的邮件不在册。请从备份恢复,或核对“已发送”后恢复发信";

impl Store {
    /// Notes durably that a mail may leave, before its server is spoken to.
    pub(super) fn raise_fence(&self, id: i64) -> Result<(), Fault> {
        self.set_fence(id.max(self.fence()?))
    }

    /// Takes back what was noted of a mail of which the server would not hear (0: only what the database does not know).
    pub(super) fn lower_fence(&self, without: i64) -> Result<(), Fault> {
        self.set_fence(self.read(|tx| last_claimed(tx, without))?)
    }

    fn set_fence(&self, id: i64) -> Result<(), Fault> {
        let place = self.data_dir().join(FENCE);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(place)?;
        file.write_all(format!("{id:020}\n").as_bytes())?;
        Ok(file.sync_data()?)
    }

    /// The last mail that was claimed for sending, as the file tells; 0 for none.
    fn fence(&self) -> Result<i64, Fault> {
        match fs::read_to_string(self.data_dir().join(FENCE)) {
            Ok(text) => Ok(text.trim().parse().unwrap_or(0)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// What is wrong when more left than the database remembers, in Chinese with the remedy; none when it remembers all.
    pub(super) fn behind_fence(&self, tx: &Connection) -> Result<Option<&'static str>, Fault> {
        Ok((self.fence()? > last_claimed(tx, 0)?).then_some(BEHIND))
    }

    /// Pauses sending when more left than the database remembers. True when it did. For who holds the lock.
    pub fn heed_fence(&self, pause: &LogEntry) -> Result<bool, Fault> {
        if self.read(|tx| self.behind_fence(tx))?.is_none() {
            return Ok(false);
        }
        self.write(|tx| reminder_log::log(tx, pause))?;
        self.lower_fence(0)?;
        Ok(true)
    }
}

/// The last mail other than `without` that was ever claimed, as the database remembers.
fn last_claimed(tx: &Connection, without: i64) -> Result<i64, Fault> {
    const LAST: &str =
        "SELECT ifnull(max(id), 0) FROM outbox WHERE (claimed_at IS NOT NULL OR tries > 0) AND id <> ?1";
    Ok(tx.query_row(LAST, [without], |row| row.get(0))?)
}
