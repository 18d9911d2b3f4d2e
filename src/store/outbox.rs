//! Mail that leaves: claimed under unique step keys with its Message-ID before SMTP is spoken to, marked again before
//! the final dot, so that after any crash it is known whether it may be sent once more (`design.md` 4.6).

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::Store;
use super::column::{Json, Ms};
use super::reminder_log::PAUSED;
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

impl OutboxState {
    /// Whether a mail may come from this state to `next`. What was sent, or may have been, is never queued again.
    fn may_become(self, next: OutboxState) -> bool {
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
        const MAILS: &str = "
            SELECT id, kind, campaign, mailbox, unit, recipient, subject, text, message_id, cause, state,
                   queued_at, leaves_at, sent_at, settled_at, reply, tries, thread
            FROM outbox WHERE state = coalesce(:state, state) ORDER BY id";
        const STEPS: &str = "
            SELECT requirement, step, day, unit FROM claim WHERE outbox = ?1 ORDER BY requirement, step, day, unit";
        self.read(|tx| {
            let mut mails = tx.prepare_cached(MAILS)?;
            let mut steps = tx.prepare_cached(STEPS)?;
            let mut outbox = Vec::new();
            for row in mails.query_map(named_params! { ":state": state }, outbox_row)? {
                let mut row = row?;
                row.mail.steps = steps.query_map([row.id], step_key)?.collect::<Result<_, _>>()?;
                outbox.push(row);
            }
            Ok(outbox)
        })
    }

    /// `queued → sending`, committed before the server is spoken to. False when it is not queued any more, or a person
    /// paused all mail.
    pub fn claim_for_sending(&self, id: i64, now: Timestamp) -> Result<bool, Fault> {
        const CLAIM: &str = "
            UPDATE outbox SET state = 'sending', claimed_at = :now, dot_at = NULL, settled_at = :now, tries = tries + 1
            WHERE id = :id AND state = 'queued'";
        let claimed = self.write(|tx| {
            let may_leave = format!("{CLAIM} AND (kind = '{ALARM}' OR NOT {PAUSED})");
            Ok(tx.prepare_cached(&may_leave)?.execute(named_params! { ":now": Ms(now), ":id": id })? == 1)
        })?;
        kill_point("deliver.claimed");
        Ok(claimed)
    }

    /// Marks that the final dot is about to be sent; from here on no answer means `unsure`.
    ///
    /// # Errors
    /// [`Fault::Refused`] when the mail is not being sent: then the dot must not go.
    pub fn mark_dot(&self, id: i64, now: Timestamp) -> Result<(), Fault> {
        const DOT: &str = "UPDATE outbox SET dot_at = :now WHERE id = :id AND state = 'sending'";
        let marked = self.write(|tx| {
            Ok(tx.prepare_cached(DOT)?.execute(named_params! { ":now": Ms(now), ":id": id })?)
        })?;
        if marked == 0 {
            return Err(Fault::Refused(format!("mail {id} of the outbox is not being sent")));
        }
        kill_point("deliver.before_dot");
        Ok(())
    }

    /// Ends a sending: `sent`, `failed`, `unsure`, `struck`, or back to `queued` (then not before `leaves_at`). The
    /// claims of the mail stay for ever, with one exception: a mail that is struck before its dot was never sent, so
    /// its steps are released and may be carried out by another mail (a later digest).
    ///
    /// # Errors
    /// [`Fault::Refused`] when the mail cannot come to that state, e.g. from `sent` back to `queued`.
    pub fn settle(
        &self,
        id: i64,
        state: OutboxState,
        reply: &str,
        now: Timestamp,
        leaves_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        const RELEASE: &str = "
            UPDATE claim SET is_released = 1
            WHERE outbox = :id AND (SELECT dot_at FROM outbox WHERE id = :id) IS NULL";
        const SETTLE: &str = "
            UPDATE outbox SET state = :state, reply = :reply, settled_at = :now,
                leaves_at = coalesce(:leaves_at, leaves_at),
                sent_at = CASE WHEN :state = 'sent' THEN coalesce(sent_at, :now) ELSE sent_at END,
                claimed_at = CASE WHEN :state = 'queued' THEN NULL ELSE claimed_at END,
                dot_at = CASE WHEN :state = 'queued' THEN NULL ELSE dot_at END
            WHERE id = :id";
        self.write(|tx| {
            let mut select = tx.prepare_cached("SELECT state FROM outbox WHERE id = ?1")?;
            let found: Option<OutboxState> = select.query_row([id], |row| row.get(0)).optional()?;
            let found = found.ok_or_else(|| Fault::Refused(format!("no mail {id} in the outbox")))?;
            if !found.may_become(state) {
                return Err(Fault::Refused(format!(
                    "mail {id} of the outbox is {found} and cannot become {state}"
                )));
            }
            if state == OutboxState::Struck {
                tx.prepare_cached(RELEASE)?.execute(named_params! { ":id": id })?;
            }
            tx.prepare_cached(SETTLE)?.execute(named_params! {
                ":state": state, ":reply": reply, ":now": Ms(now), ":leaves_at": leaves_at.map(Ms), ":id": id,
            })?;
            Ok(())
        })
    }

    /// Puts a mail that was claimed back as if it had not been: the server was never asked about it.
    pub fn put_back(&self, id: i64, reply: &str, now: Timestamp) -> Result<(), Fault> {
        const BACK: &str = "
            UPDATE outbox SET state = 'queued', reply = :reply, settled_at = :now, claimed_at = NULL, dot_at = NULL,
                tries = max(tries - 1, 0)
            WHERE id = :id AND state = 'sending'";
        self.write(|tx| {
            let values = named_params! { ":reply": reply, ":now": Ms(now), ":id": id };
            tx.prepare_cached(BACK)?.execute(values)?;
            Ok(())
        })
    }

    /// Strikes a mail that was not claimed for sending, with the reason; its steps are released. False when it is not
    /// queued any more: another process may be sending it.
    pub fn strike(&self, id: i64, why: &str, now: Timestamp) -> Result<bool, Fault> {
        self.write(|tx| strike_row(tx, id, why, now))
    }

    /// Nothing that is queued for a mailbox leaves before `until`.
    pub fn hold_back(&self, mailbox: &str, until: Timestamp) -> Result<(), Fault> {
        const HOLD: &str = "
            UPDATE outbox SET leaves_at = :until
            WHERE mailbox = :mailbox AND state = 'queued' AND leaves_at < :until";
        self.write(|tx| {
            tx.prepare_cached(HOLD)?.execute(named_params! { ":until": Ms(until), ":mailbox": mailbox })?;
            Ok(())
        })
    }

    /// When a server was last asked to take each mail of a mailbox that did not go back into the queue: sent, refused
    /// or unanswered. The pace reckons with these.
    pub fn tried_at(&self, mailbox: &str) -> Result<Vec<Timestamp>, Fault> {
        const TRIED: &str = "
            SELECT coalesce(sent_at, dot_at, claimed_at) AS at FROM outbox
            WHERE mailbox = :mailbox AND claimed_at IS NOT NULL ORDER BY at";
        self.read(|tx| {
            let mut select = tx.prepare_cached(TRIED)?;
            let tried = select.query_map(named_params! { ":mailbox": mailbox }, |row| row.get::<_, Ms>(0))?;
            Ok(tried.map(|at| at.map(|at| at.0)).collect::<Result<_, _>>()?)
        })
    }

    /// After a crash: what was `sending` and had not come to its dot goes back to `queued`, the rest is `unsure`. Only
    /// under the lock: the sender must be dead.
    pub fn recover_outbox(&self, now: Timestamp) -> Result<(), Fault> {
        const UNSURE: &str = "
            UPDATE outbox SET state = 'unsure', settled_at = :now,
                reply = '程序在发送结束标记之后中断,未见服务器答复:请查对方或已发送邮件,再作认定'
            WHERE state = 'sending' AND dot_at IS NOT NULL";
        const AGAIN: &str = "
            UPDATE outbox SET state = 'queued', settled_at = :now, claimed_at = NULL
            WHERE state = 'sending' AND dot_at IS NULL";
        self.write(|tx| {
            tx.prepare_cached(UNSURE)?.execute(named_params! { ":now": Ms(now) })?;
            tx.prepare_cached(AGAIN)?.execute(named_params! { ":now": Ms(now) })?;
            Ok(())
        })
    }

    /// The newest moment of this program's own clock in the store: a clock behind it is wrong, and holds sending.
    pub fn newest_stamp(&self) -> Result<Option<Timestamp>, Fault> {
        const NEWEST: &str = "
            SELECT max(at) FROM (
                SELECT max(tried_at) AS at FROM folder UNION ALL
                SELECT max(captured_at) FROM message WHERE id = (SELECT max(id) FROM message) UNION ALL
                SELECT max(queued_at) FROM outbox UNION ALL
                SELECT max(settled_at) FROM outbox)";
        self.read(|tx| {
            let newest: Option<Ms> = tx.prepare_cached(NEWEST)?.query_row([], |row| row.get(0))?;
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
