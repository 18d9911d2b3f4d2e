//! Who released, struck or paused what, and what the program withdrew of a release: every act that changes what leaves
//! is written down in the transaction that does it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::Store;
use super::column::{Day, Json, Ms};
use super::outbox::{NewMail, insert_mail, strike_row};
use super::steps::{Approval, StepKey, claim, is_claimed};
use crate::domain::message::words;
use crate::fault::Fault;

words! {
    /// What was done to reminders.
    LogAct {
        /// A person released a mail.
        Approve => "approve", "批准";
        /// A person struck a mail.
        Strike => "strike", "划掉";
        /// The program withdrew a released mail that is not called for any more.
        Drop => "drop", "不再发送";
        /// A person stopped all mail but alarms.
        Pause => "pause", "暂停发信";
        /// A person lets mail leave again.
        Resume => "resume", "恢复发信";
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number; 0 before it is written.
    pub id: i64,
    /// What was done.
    pub act: LogAct,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why; empty for none.
    pub why: String,
    /// Campaign; none for what concerns all mail.
    pub campaign: Option<String>,
    /// Unit code; none for a list for staff and for what concerns all mail.
    pub unit: Option<String>,
    /// To whom the mail was to go; empty for none.
    pub to: String,
    /// Its steps, as [`StepKey`] prints them.
    pub steps: Vec<String>,
    /// Its subject; empty for none.
    pub subject: String,
}

/// Whether mail may leave at all: the last word of a person.
pub(super) const PAUSED: &str = "
    coalesce((SELECT act FROM reminder_log WHERE act IN ('pause', 'resume') ORDER BY id DESC LIMIT 1), 'resume') = 'pause'";

impl Store {
    /// Records a person's release of the steps of a mail, and says so in the log. False when all were released before:
    /// then nothing changes.
    pub fn release(&self, campaign: &str, approvals: &[Approval], entry: &LogEntry) -> Result<bool, Fault> {
        const APPROVE: &str = "
            INSERT INTO approval (campaign, requirement, step, day, unit, approved_by, approved_at)
            VALUES (:campaign, :requirement, :step, :day, :unit, :by, :at)
            ON CONFLICT DO NOTHING";
        self.write(|tx| {
            let mut new = 0;
            for Approval { key, by, from } in approvals {
                new += tx.prepare_cached(APPROVE)?.execute(named_params! {
                    ":campaign": campaign, ":requirement": key.requirement, ":step": key.step,
                    ":day": Day(key.day), ":unit": key.unit, ":by": by, ":at": Ms(*from),
                })?;
            }
            if new > 0 {
                log(tx, entry)?;
            }
            Ok(new > 0)
        })
    }

    /// Takes releases back that are of no use any more, and says so in the log.
    pub fn withdraw(&self, campaign: &str, keys: &[StepKey], entry: &LogEntry) -> Result<(), Fault> {
        const WITHDRAW: &str = "
            DELETE FROM approval WHERE campaign = :campaign AND requirement = :requirement AND step = :step
                AND day = :day AND unit = :unit";
        self.write(|tx| {
            let mut gone = 0;
            for key in keys {
                gone += tx.prepare_cached(WITHDRAW)?.execute(named_params! {
                    ":campaign": campaign, ":requirement": key.requirement, ":step": key.step,
                    ":day": Day(key.day), ":unit": key.unit,
                })?;
            }
            if gone > 0 { log(tx, entry) } else { Ok(()) }
        })
    }

    /// Strikes a mail that was not queued yet: it stands in the outbox as struck, and its steps are never proposed
    /// again. False when it was queued meanwhile.
    pub fn strike_unqueued(&self, mail: &NewMail, entry: &LogEntry) -> Result<bool, Fault> {
        self.write(|tx| {
            let campaign = mail.campaign.as_deref().unwrap_or_default();
            for step in &mail.steps {
                if is_claimed(tx, campaign, step)? {
                    return Ok(false);
                }
            }
            let Some(id) = insert_mail(tx, mail)? else { return Ok(false) };
            for step in &mail.steps {
                claim(tx, campaign, step, id)?;
            }
            log(tx, entry)?;
            strike_row(tx, id, &reply(entry), entry.at)
        })
    }

    /// Strikes a queued mail, and says so in the log. False when it is not queued any more: it may be leaving.
    pub fn strike_and_log(&self, id: i64, entry: &LogEntry) -> Result<bool, Fault> {
        self.write(|tx| {
            let struck = strike_row(tx, id, &reply(entry), entry.at)?;
            if struck {
                log(tx, entry)?;
            }
            Ok(struck)
        })
    }

    /// Stops all mail but alarms, or lets it leave again. False when that was so already.
    pub fn set_paused(&self, entry: &LogEntry) -> Result<bool, Fault> {
        self.write(|tx| {
            let is_paused: bool = tx.query_row(&format!("SELECT {PAUSED}"), [], |row| row.get(0))?;
            let changes = is_paused != (entry.act == LogAct::Pause);
            if changes {
                log(tx, entry)?;
            }
            Ok(changes)
        })
    }

    /// Who paused all mail, if it is paused.
    pub fn paused(&self) -> Result<Option<LogEntry>, Fault> {
        const LAST: &str = "
            SELECT id, act, made_by, made_at, why, campaign, unit, recipient, steps, subject FROM reminder_log
            WHERE act IN ('pause', 'resume') ORDER BY id DESC LIMIT 1";
        let last = self.read(|tx| Ok(tx.prepare_cached(LAST)?.query_row([], entry).optional()?))?;
        Ok(last.filter(|entry| entry.act == LogAct::Pause))
    }

    /// The whole log, oldest first.
    pub fn reminder_log(&self) -> Result<Vec<LogEntry>, Fault> {
        const ALL: &str = "
            SELECT id, act, made_by, made_at, why, campaign, unit, recipient, steps, subject FROM reminder_log
            ORDER BY id";
        self.read(|tx| {
            let mut select = tx.prepare_cached(ALL)?;
            let entries = select.query_map([], entry)?;
            Ok(entries.collect::<Result<_, _>>()?)
        })
    }
}

/// What the outbox says of a mail that a person struck.
fn reply(entry: &LogEntry) -> String {
    match entry.act {
        LogAct::Strike => format!("{}划掉：{}", entry.by, entry.why),
        _ => entry.why.clone(),
    }
}

pub(super) fn log(tx: &Transaction<'_>, entry: &LogEntry) -> Result<(), Fault> {
    const LOG: &str = "
        INSERT INTO reminder_log (act, made_by, made_at, why, campaign, unit, recipient, steps, subject)
        VALUES (:act, :by, :at, :why, :campaign, :unit, :recipient, :steps, :subject)";
    tx.prepare_cached(LOG)?.execute(named_params! {
        ":act": entry.act, ":by": entry.by, ":at": Ms(entry.at), ":why": entry.why,
        ":campaign": entry.campaign, ":unit": entry.unit, ":recipient": entry.to,
        ":steps": Json(&entry.steps), ":subject": entry.subject,
    })?;
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
    Ok(LogEntry {
        id: row.get("id")?,
        act: row.get("act")?,
        by: row.get("made_by")?,
        at: row.get::<_, Ms>("made_at")?.0,
        why: row.get("why")?,
        campaign: row.get("campaign")?,
        unit: row.get("unit")?,
        to: row.get("recipient")?,
        steps: row.get::<_, Json<Vec<String>>>("steps")?.0,
        subject: row.get("subject")?,
    })
}
