//! A mail in the hands of its sender: claimed, marked before the dot, settled. Two processes may send from one outbox, and
//! either may die or be taken for dead, so whoever goes on must still hold the claim that it began with (`design.md` 4.6).

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::column::Ms;
use super::reminder_log::PAUSED;
use super::{ALARM, OutboxRow, OutboxState, Store, promise};
use crate::fault::{Fault, kill_point};

impl Store {
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

    /// Marks that the final dot is about to be sent; from here on no answer means `unsure`. Only one can mark it: who
    /// claimed the mail at `claimed_at`.
    ///
    /// # Errors
    /// [`Fault::Refused`] when the mail is not being sent under that claim: then the dot must not go.
    pub fn mark_dot(&self, id: i64, claimed_at: Timestamp, now: Timestamp) -> Result<(), Fault> {
        const DOT: &str = "
            UPDATE outbox SET dot_at = :now
            WHERE id = :id AND state = 'sending' AND dot_at IS NULL AND claimed_at = :claimed_at";
        let values = named_params! { ":now": Ms(now), ":claimed_at": Ms(claimed_at), ":id": id };
        let marked = self.write(|tx| match tx.prepare_cached(DOT)?.execute(values)? {
            0 => Ok(None),
            _ => promise::count(tx).map(Some),
        })?;
        let Some(count) = marked else {
            return Err(Fault::Refused(format!("mail {id} of the outbox is not being sent by us any more")));
        };
        self.promise(count)?;
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
        self.write(|tx| settle(tx, id, state, reply, now, leaves_at))
    }

    /// Ends a sending as [`Store::settle`] does, for who claimed the mail at `claimed_at`. False when it is theirs no
    /// more, because it was taken for left behind meanwhile: then nothing changes.
    ///
    /// # Errors
    /// As there.
    pub fn settle_claimed(
        &self,
        id: i64,
        claimed_at: Timestamp,
        state: OutboxState,
        reply: &str,
        now: Timestamp,
        leaves_at: Option<Timestamp>,
    ) -> Result<bool, Fault> {
        const OURS: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE id = :id AND claimed_at = :claimed_at)";
        self.write(|tx| {
            let claim = named_params! { ":id": id, ":claimed_at": Ms(claimed_at) };
            let is_ours = tx.prepare_cached(OURS)?.query_row(claim, |row| row.get(0))?;
            if is_ours {
                settle(tx, id, state, reply, now, leaves_at)?;
            }
            Ok(is_ours)
        })
    }

    /// Puts a mail that was claimed at `claimed_at` back as if it had not been: what the server said was not about it.
    /// False when it is not theirs any more who claimed it.
    pub fn put_back(
        &self,
        id: i64,
        claimed_at: Timestamp,
        reply: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        const BACK: &str = "
            UPDATE outbox SET state = 'queued', reply = :reply, settled_at = :now, claimed_at = NULL, dot_at = NULL,
                tries = max(tries - 1, 0)
            WHERE id = :id AND state = 'sending' AND claimed_at = :claimed_at";
        self.write(|tx| {
            let values = named_params! {
                ":reply": reply, ":now": Ms(now), ":claimed_at": Ms(claimed_at), ":id": id,
            };
            Ok(tx.prepare_cached(BACK)?.execute(values)? == 1)
        })
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
    /// or unanswered; from `since` on. The pace reckons with these.
    pub fn tried_at(&self, mailbox: &str, since: Timestamp) -> Result<Vec<Timestamp>, Fault> {
        const TRIED: &str = "
            SELECT coalesce(sent_at, dot_at, claimed_at) AS at FROM outbox
            WHERE mailbox = :mailbox AND claimed_at IS NOT NULL AND coalesce(sent_at, dot_at, claimed_at) >= :since
            ORDER BY at";
        self.read(|tx| {
            let mut select = tx.prepare_cached(TRIED)?;
            let asked = named_params! { ":mailbox": mailbox, ":since": Ms(since) };
            let tried = select.query_map(asked, |row| row.get::<_, Ms>(0))?;
            Ok(tried.map(|at| at.map(|at| at.0)).collect::<Result<_, _>>()?)
        })
    }

    /// Whether a mail of a kind was tried through a mailbox in that time, as [`Store::tried_at`] counts, `until` not
    /// included.
    pub fn was_tried(
        &self,
        mailbox: &str,
        kind: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        const TRIED: &str = "
            SELECT EXISTS (SELECT 1 FROM outbox
                WHERE mailbox = :mailbox AND kind = :kind AND claimed_at IS NOT NULL
                    AND coalesce(sent_at, dot_at, claimed_at) >= :since
                    AND coalesce(sent_at, dot_at, claimed_at) < :until)";
        self.read(|tx| {
            let asked = named_params! {
                ":mailbox": mailbox, ":kind": kind, ":since": Ms(since), ":until": Ms(until),
            };
            Ok(tx.prepare_cached(TRIED)?.query_row(asked, |row| row.get(0))?)
        })
    }

    /// Whether the server was asked, from `since` until `until`, to take a mail that stood behind another in the queue
    /// which it was never asked about: then that one was held back. Lists for staff go before letters.
    pub fn was_passed_over(
        &self,
        row: &OutboxRow,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        const BEHIND: &str = "
            SELECT EXISTS (SELECT 1 FROM outbox
                WHERE mailbox = :mailbox AND kind = :kind AND id > :id AND (unit IS NOT NULL OR :is_list)
                    AND claimed_at IS NOT NULL
                    AND coalesce(sent_at, dot_at, claimed_at) >= max(:since, :leaves_at)
                    AND coalesce(sent_at, dot_at, claimed_at) < :until)";
        if row.settled_at.is_some_and(|at| at >= since) {
            return Ok(false);
        }
        self.read(|tx| {
            let asked = named_params! {
                ":mailbox": row.mail.mailbox, ":kind": row.mail.kind, ":id": row.id,
                ":is_list": row.mail.unit.is_none(), ":since": Ms(since), ":leaves_at": Ms(row.mail.leaves_at),
                ":until": Ms(until),
            };
            Ok(tx.prepare_cached(BEHIND)?.query_row(asked, |row| row.get(0))?)
        })
    }

    /// After a crash: what was `sending` and had not come to its dot goes back to `queued`, the rest is `unsure`; and a
    /// database that forgot letters sends no more until a person says so. Only under the lock: the sender must be dead.
    pub fn recover_outbox(&self, now: Timestamp) -> Result<(), Fault> {
        self.pause_if_older(now)?;
        self.write(|tx| recover(tx, Timestamp::MAX, now))
    }

    /// The same for claims of before `claimed_before`: no sender holds a mail so long, it was interrupted.
    pub fn recover_left_behind(&self, claimed_before: Timestamp, now: Timestamp) -> Result<(), Fault> {
        self.write(|tx| recover(tx, claimed_before, now))
    }
}

/// What is `sending` under a claim of before a moment: `unsure` when it came to its dot, else `queued`.
fn recover(tx: &Transaction<'_>, claimed_before: Timestamp, now: Timestamp) -> Result<(), Fault> {
    const UNSURE: &str = "
        UPDATE outbox SET state = 'unsure', settled_at = :now,
            reply = '程序在发送结束标记之后中断,未见服务器答复:请查对方或已发送邮件,再作认定'
        WHERE state = 'sending' AND claimed_at < :before AND dot_at IS NOT NULL";
    const AGAIN: &str = "
        UPDATE outbox SET state = 'queued', settled_at = :now, claimed_at = NULL
        WHERE state = 'sending' AND claimed_at < :before AND dot_at IS NULL";
    let values = named_params! { ":now": Ms(now), ":before": Ms(claimed_before) };
    tx.prepare_cached(UNSURE)?.execute(values)?;
    tx.prepare_cached(AGAIN)?.execute(values)?;
    Ok(())
}

/// [`Store::settle`] within a transaction.
fn settle(
    tx: &Transaction<'_>,
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
    let mut select = tx.prepare_cached("SELECT state FROM outbox WHERE id = ?1")?;
    let found: Option<OutboxState> = select.query_row([id], |row| row.get(0)).optional()?;
    let found = found.ok_or_else(|| Fault::Refused(format!("no mail {id} in the outbox")))?;
    if !found.may_become(state) {
        return Err(Fault::Refused(format!("mail {id} of the outbox is {found} and cannot become {state}")));
    }
    if state == OutboxState::Struck {
        tx.prepare_cached(RELEASE)?.execute(named_params! { ":id": id })?;
    }
    tx.prepare_cached(SETTLE)?.execute(named_params! {
        ":state": state, ":reply": reply, ":now": Ms(now), ":leaves_at": leaves_at.map(Ms), ":id": id,
    })?;
    Ok(())
}
