//! What reminding asks of the store besides the outbox itself: when it was looked, what came last, and to write
//! a queued mail anew.

use jiff::Timestamp;
use rusqlite::{Transaction, named_params};

use super::column::{Day, Ms};
use super::{NewMail, Scan, Store};
use crate::fault::Fault;

const HOUR_MS: i64 = 3_600_000;

/// A folder that was completely looked at in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanHour {
    /// Mailbox id.
    pub mailbox: String,
    /// Folder as people read it.
    pub folder: String,
    /// When the hour began.
    pub hour: Timestamp,
}

impl Store {
    /// Gives a queued mail the recipient and the words of `mail` and of its own steps those of `mail`; the others are
    /// free again. False when it is not queued any more.
    pub fn rewrite(&self, id: i64, mail: &NewMail) -> Result<bool, Fault> {
        const WORDS: &str = "
            UPDATE outbox SET recipient = :to, subject = :subject, text = :text
            WHERE id = :id AND state = 'queued'";
        const KEEP: &str = "
            UPDATE claim SET is_released = 0 WHERE outbox = :id AND requirement = :requirement AND step = :step
                AND day = :day AND unit = :unit";
        self.write(|tx| {
            let words =
                named_params! { ":to": mail.to, ":subject": mail.subject, ":text": mail.text, ":id": id };
            if tx.prepare_cached(WORDS)?.execute(words)? == 0 {
                return Ok(false);
            }
            tx.prepare_cached("UPDATE claim SET is_released = 1 WHERE outbox = ?1")?.execute([id])?;
            for step in &mail.steps {
                tx.prepare_cached(KEEP)?.execute(named_params! {
                    ":id": id, ":requirement": step.requirement, ":step": step.step, ":day": Day(step.day),
                    ":unit": step.unit,
                })?;
            }
            tx.prepare_cached("DELETE FROM claim WHERE outbox = ?1 AND is_released = 1")?.execute([id])?;
            Ok(true)
        })
    }

    /// The newest arrival of any mail, by its server's clock.
    pub fn newest_arrival(&self) -> Result<Option<Timestamp>, Fault> {
        const NEWEST: &str = "SELECT max(received_at) FROM message";
        self.read(|tx| {
            let newest: Option<Ms> = tx.prepare_cached(NEWEST)?.query_row([], |row| row.get(0))?;
            Ok(newest.map(|at| at.0))
        })
    }

    /// In which hours from `since` on complete looks at folders ended.
    pub fn scan_hours(&self, since: Timestamp) -> Result<Vec<ScanHour>, Fault> {
        const HOURS: &str = "
            SELECT mailbox, folder, hour FROM scan_hour WHERE hour >= :since ORDER BY hour, mailbox, folder";
        self.read(|tx| {
            let mut select = tx.prepare_cached(HOURS)?;
            let hours =
                select.query_map(named_params! { ":since": since.as_millisecond() / HOUR_MS }, |row| {
                    let began = row.get::<_, i64>("hour")?.saturating_mul(HOUR_MS);
                    Ok(ScanHour {
                        mailbox: row.get("mailbox")?,
                        folder: row.get("folder")?,
                        hour: Timestamp::from_millisecond(began).unwrap_or(Timestamp::UNIX_EPOCH),
                    })
                })?;
            Ok(hours.collect::<Result<_, _>>()?)
        })
    }
}

/// Notes that a complete look ended.
pub(super) fn note_hour(tx: &Transaction<'_>, scan: &Scan) -> Result<(), Fault> {
    const NOTE: &str = "
        INSERT INTO scan_hour (mailbox, folder, hour) VALUES (:mailbox, :folder, :hour) ON CONFLICT DO NOTHING";
    tx.prepare_cached(NOTE)?.execute(named_params! {
        ":mailbox": scan.mailbox, ":folder": scan.folder, ":hour": scan.at.as_millisecond() / HOUR_MS,
    })?;
    Ok(())
}
