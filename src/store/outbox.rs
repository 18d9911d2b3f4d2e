//! Mail that leaves: claimed under unique step keys with its Message-ID before SMTP is spoken to, marked again before
//! the final dot, so that after any crash it is known whether it may be sent once more (`design.md` 4.6).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Params, Row, Transaction, named_params};

use super::Store;
use super::column::{Json, Ms};
use super::steps::{StepKey, claim, is_claimed, step_key};
use crate::domain::message::words;
use crate::fault::{Fault, kill_point};

/// [`NewMail::kind`] of what staff must hear at any hour: it keeps no office hours and waits in no queue.
pub const ALARM: &str = "alarm";

words! {
    /// Where a mail of ours stands (`contract.md` 5).
    OutboxState {
        /// Waits for its time.
        Queued => "queued", "排队";
        /// Claimed by the sender.
        Sending => "sending", "发送中";
        /// Accepted by the server.
        Sent => "sent", "已发";
        /// Refused for good.
        Failed => "failed", "发送失败";
        /// No answer after the final dot: never sent again by itself.
        Unsure => "unsure", "待查实";
        /// Came back.
        Bounced => "bounced", "退信";
        /// Struck by a person, or not needed any more.
        Struck => "struck", "已划掉";
    }
}

/// A mail to be put into the outbox.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// `reminder`, `receipt`, `digest`, `alarm`.
    pub kind: String,
    /// Campaign, none for alarms.
    pub campaign: Option<String>,
    /// Mailbox it leaves through.
    pub mailbox: String,
    /// Unit code, none for mail to staff.
    pub unit: Option<String>,
    /// The one recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// `<shouwen.KIND.…@DOMAIN>`.
    pub message_id: String,
    /// Why it exists, unique for ever: the same cause is never queued twice.
    pub cause: String,
    /// Steps it carries out; each may be claimed once.
    pub steps: Vec<StepKey>,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Earliest moment it may leave.
    pub leaves_at: Timestamp,
}

/// A mail in the outbox.
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// Row number.
    pub id: i64,
    /// As queued.
    pub mail: NewMail,
    /// Where it stands.
    pub state: OutboxState,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
    /// Last change of its state; none while it was never touched.
    pub settled_at: Option<Timestamp>,
    /// The server's last words, or why it was struck.
    pub reply: String,
    /// How often it was tried.
    pub tries: u32,
    /// Message-IDs of the thread that it answers, the answered one last; empty where it answers none.
    pub thread: Vec<String>,
}

/// Gives a mail that was struck a cause of its own, so that its old one may come once more.
pub(super) const NEW_CAUSE: &str =
    "UPDATE outbox SET cause = cause || ' #' || id WHERE id = ?1 AND cause NOT LIKE '% #' || id";

impl OutboxState {
    /// Whether a mail may come from this state to `next`. What was sent, or may have been, is never queued again.
    pub(super) fn may_become(self, next: OutboxState) -> bool {
        use OutboxState::{Bounced, Failed, Queued, Sending, Sent, Struck, Unsure};
        match self {
            Queued => matches!(next, Queued | Failed | Struck),
            Sending => matches!(next, Queued | Sent | Failed | Unsure | Struck),
            Unsure => matches!(next, Unsure | Sent | Failed | Bounced | Struck),
            Sent => matches!(next, Sent | Bounced),
            Failed | Bounced | Struck => next == self,
        }
    }
}

impl Store {
    /// Puts a mail into the outbox and claims its steps in one transaction. None when its cause or one of its steps
    /// is there already: then nothing changes.
    pub fn queue(&self, mail: &NewMail) -> Result<Option<i64>, Fault> {
        let id = self.write(|tx| {
            let campaign = mail.campaign.as_deref().unwrap_or_default();
            for step in &mail.steps {
                if is_claimed(tx, campaign, step)? {
                    return Ok(None);
                }
            }
            let Some(id) = insert_mail(tx, mail)? else { return Ok(None) };
            for step in &mail.steps {
                claim(tx, campaign, step, id)?;
            }
            Ok(Some(id))
        })?;
        kill_point("deliver.queued");
        Ok(id)
    }

    /// The outbox, oldest first; `state`: only those.
    pub fn outbox(&self, state: Option<OutboxState>) -> Result<Vec<OutboxRow>, Fault> {
        match state {
            // By index, however long the outbox has grown.
            Some(state) => self.outbox_where("WHERE state = ?1", [state]),
            None => self.outbox_where("", []),
        }
    }

    /// Mails to a unit, oldest first.
    pub fn outbox_to(&self, unit: &str) -> Result<Vec<OutboxRow>, Fault> {
        self.outbox_where("WHERE unit = ?1", [unit])
    }

    fn outbox_where(&self, condition: &str, params: impl Params) -> Result<Vec<OutboxRow>, Fault> {
        const STEPS: &str = "
            SELECT requirement, step, day, unit FROM claim WHERE outbox = ?1 ORDER BY requirement, step, day, unit";
        let mails = format!(
            "SELECT id, kind, campaign, mailbox, unit, recipient, subject, text, message_id, cause, state,
                    queued_at, leaves_at, sent_at, settled_at, reply, tries, thread
             FROM outbox {condition} ORDER BY id"
        );
        self.read(|tx| {
            let (mut mails, mut steps) = (tx.prepare_cached(&mails)?, tx.prepare_cached(STEPS)?);
            let mut outbox = Vec::new();
            for row in mails.query_map(params, outbox_row)? {
                let mut row = row?;
                row.mail.steps = steps.query_map([row.id], step_key)?.collect::<Result<_, _>>()?;
                outbox.push(row);
            }
            Ok(outbox)
        })
    }

    /// Strikes a mail that was not claimed for sending, with the reason; its steps are released. False when it is not
    /// queued any more: another process may be sending it.
    pub fn strike(&self, id: i64, why: &str, now: Timestamp) -> Result<bool, Fault> {
        self.write(|tx| strike_row(tx, id, why, now))
    }

    /// Takes a queued mail back whose steps are to come later: they are free, and its cause may come once more. False
    /// when it is not queued any more.
    pub fn take_back(&self, id: i64, why: &str, now: Timestamp) -> Result<bool, Fault> {
        self.write(|tx| {
            let is_back = strike_row(tx, id, why, now)?;
            if is_back {
                tx.prepare_cached("DELETE FROM claim WHERE outbox = ?1")?.execute([id])?;
                tx.prepare_cached(NEW_CAUSE)?.execute([id])?;
            }
            Ok(is_back)
        })
    }

    /// Makes the steps of this name of a struck mail free, as if no mail had ever had them; its cause may come once more.
    pub fn set_free(&self, id: i64, step: &str) -> Result<(), Fault> {
        const FREE: &str = "
            DELETE FROM claim WHERE outbox = :id AND step = :step
                AND EXISTS (SELECT 1 FROM outbox WHERE id = :id AND state = 'struck')";
        self.write(|tx| {
            let freed = tx.prepare_cached(FREE)?.execute(named_params! { ":id": id, ":step": step })?;
            if freed > 0 {
                tx.prepare_cached(NEW_CAUSE)?.execute([id])?;
            }
            Ok(())
        })
    }

    /// The newest moment of this program's own clock in the store: a clock behind it is wrong, and holds sending. When folders were
    /// looked at is known to the hour too, for the first look by a clock that is behind takes the place of the last by the right one.
    /// What is never written over counts for two days only: else one look by a clock that was years ahead would hold for years. A
    /// mail that was queued further ahead counts until the mails after it, a day apart, say that the clock is right again.
    pub fn newest_stamp(&self, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        const KEPT_COUNTS: SignedDuration = SignedDuration::from_hours(48);
        const DAY: i64 = 20 * 60 * 60 * 1000;
        const NEWEST: &str = "
            SELECT max(at) FROM (
                SELECT max(tried_at) AS at FROM folder UNION ALL
                SELECT max((SELECT max(hour) FROM scan_hour
                    WHERE scan_hour.mailbox = folder.mailbox AND scan_hour.folder = folder.folder
                        AND hour * 3600000 <= :until)) * 3600000
                FROM folder UNION ALL
                SELECT max(captured_at) FROM message WHERE id = (SELECT max(id) FROM message) UNION ALL
                SELECT max(made_at) FROM decision
                    WHERE id = (SELECT max(id) FROM decision) AND made_at <= :until UNION ALL
                SELECT max(made_at) FROM reminder_log
                    WHERE id = (SELECT max(id) FROM reminder_log) AND made_at <= :until UNION ALL
                SELECT max(queued_at) FROM outbox WHERE queued_at <= :until OR :day > (
                    SELECT ifnull(max(later.queued_at) - min(later.queued_at), 0) FROM outbox AS later
                    WHERE later.id > outbox.id AND later.queued_at <= :now) UNION ALL
                SELECT max(settled_at) FROM outbox WHERE settled_at <= :until)";
        self.read(|tx| {
            let until = now.saturating_add(KEPT_COUNTS).unwrap_or(Timestamp::MAX);
            let asked = named_params! { ":until": Ms(until), ":now": Ms(now), ":day": DAY };
            let newest: Option<Ms> = tx.prepare_cached(NEWEST)?.query_row(asked, |row| row.get(0))?;
            Ok(newest.map(|at| at.0))
        })
    }

    /// Why mails of this kind were ever queued, and when.
    pub fn causes(&self, kind: &str) -> Result<BTreeMap<String, Timestamp>, Fault> {
        const CAUSES: &str = "SELECT cause, queued_at FROM outbox WHERE kind = ?1";
        self.read(|tx| {
            let mut select = tx.prepare_cached(CAUSES)?;
            let causes = select.query_map([kind], |row| Ok((row.get(0)?, row.get::<_, Ms>(1)?.0)))?;
            Ok(causes.collect::<Result<_, _>>()?)
        })
    }
}

/// Strikes a queued mail and releases its steps. False when it is not queued any more.
pub(super) fn strike_row(tx: &Transaction<'_>, id: i64, why: &str, now: Timestamp) -> Result<bool, Fault> {
    const STRIKE: &str = "
        UPDATE outbox SET state = 'struck', reply = :why, settled_at = :now WHERE id = :id AND state = 'queued'";
    let values = named_params! { ":why": why, ":now": Ms(now), ":id": id };
    if tx.prepare_cached(STRIKE)?.execute(values)? == 0 {
        return Ok(false);
    }
    tx.prepare_cached("UPDATE claim SET is_released = 1 WHERE outbox = ?1")?.execute([id])?;
    Ok(true)
}

/// None when a mail of the same cause is there.
pub(super) fn insert_mail(tx: &Transaction<'_>, mail: &NewMail) -> Result<Option<i64>, Fault> {
    const MAIL: &str = "
        INSERT INTO outbox (kind, campaign, mailbox, unit, recipient, subject, text, message_id, cause, state,
            queued_at, leaves_at)
        VALUES (:kind, :campaign, :mailbox, :unit, :recipient, :subject, :text, :message_id, :cause, 'queued',
            :queued_at, :leaves_at)
        ON CONFLICT (cause) DO NOTHING RETURNING id";
    let mut insert = tx.prepare_cached(MAIL)?;
    let id = insert.query_row(
        named_params! {
            ":kind": mail.kind, ":campaign": mail.campaign, ":mailbox": mail.mailbox, ":unit": mail.unit,
            ":recipient": mail.to, ":subject": mail.subject, ":text": mail.text, ":message_id": mail.message_id,
            ":cause": mail.cause, ":queued_at": Ms(mail.queued_at), ":leaves_at": Ms(mail.leaves_at),
        },
        |row| row.get(0),
    );
    Ok(id.optional()?)
}

fn outbox_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let mail = NewMail {
        kind: row.get("kind")?,
        campaign: row.get("campaign")?,
        mailbox: row.get("mailbox")?,
        unit: row.get("unit")?,
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        text: row.get("text")?,
        message_id: row.get("message_id")?,
        cause: row.get("cause")?,
        steps: Vec::new(),
        queued_at: row.get::<_, Ms>("queued_at")?.0,
        leaves_at: row.get::<_, Ms>("leaves_at")?.0,
    };
    Ok(OutboxRow {
        id: row.get("id")?,
        mail,
        state: row.get("state")?,
        sent_at: row.get::<_, Option<Ms>>("sent_at")?.map(|at| at.0),
        settled_at: row.get::<_, Option<Ms>>("settled_at")?.map(|at| at.0),
        reply: row.get("reply")?,
        tries: row.get("tries")?,
        thread: row.get::<_, Json<Vec<String>>>("thread")?.0,
    })
}
