//! The last look at a queued mail before it is sent: time has passed since it was queued, and what it says may not be
//! true any more (`design.md` 4.7).

use jiff::Timestamp;

use super::compose::write;
use super::digest::DIGEST;
use super::due::{FIX, Mail, Situation, flawed_items, is_owed};
use super::hours::opens;
use super::opening::sending_days_before;
use super::release::dropped;
use super::tick::{KIND, load, queued};
use super::{DueState, Mode, Settings, receipt};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::{Obligation, Standing};
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{NewMail, OutboxRow, RECEIPT, StepKey, Store};

/// Why a mail was struck that did not leave on its day.
pub(super) const LAPSED: &str = "当日未能发出，已过期";

/// The last look at a queued mail before it is sent: gives it back as it shall leave, or nothing when it shall not
/// leave now. What is not owed any more is struck with the reason; what is owed otherwise is written anew.
///
/// # Errors
/// Those of the store.
pub fn last_look(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    row: OutboxRow,
    now: Timestamp,
) -> Result<Option<OutboxRow>, Fault> {
    if row.mail.kind == RECEIPT {
        return receipt::last_look(store, campaign, settings, row, now);
    }
    if row.mail.kind == DIGEST {
        return day_paper(store, campaign, row, now);
    }
    if row.mail.kind != KIND {
        return Ok(Some(row));
    }
    let situation = load(store, campaign, mailboxes, settings, now)?;
    if !situation.is_released(&row.mail.steps) || !situation.may_leave(&row.mail) {
        return Ok(None);
    }
    let strike = |why: &str| {
        tracing::info!(id = row.id, "reminder struck: {why}");
        // In mode `approve` a person released it, and is told what became of that.
        if settings.mode == Mode::Approve {
            let due = queued(campaign, None, row.clone());
            return store.strike_and_log(row.id, &dropped(&situation, &due, why));
        }
        store.strike(row.id, why, now)
    };
    if has_lapsed(store, campaign, settings, &row, now)? {
        strike(LAPSED)?;
        return Ok(None);
    }
    let unit = row.mail.unit.as_deref().unwrap_or_default();
    if situation.gate.holds(unit, situation.late_since(&row.mail.steps)).is_some() {
        return Ok(None);
    }
    let steps = situation.still_called_for(&row.mail.steps);
    if steps.is_empty() && row.mail.steps.iter().any(|key| situation.is_in_review(key)) {
        return Ok(None);
    }
    if steps.is_empty() && !row.mail.steps.is_empty() {
        strike("所欠材料已收到，不再发送")?;
        return Ok(None);
    }
    let Some(mail) = situation.rewritten(&row.mail, steps) else { return Ok(Some(row)) };
    // Said as of the moment at which it was queued, unless what it says has changed since.
    let unchanged = write(&situation, &mail, row.mail.queued_at).is_ok_and(|(_, text)| text == row.mail.text);
    if mail.to.is_empty() {
        return Ok(None);
    }
    if unchanged && mail.steps == row.mail.steps && mail.to == row.mail.to {
        return Ok(Some(row));
    }
    let (subject, text) = match write(&situation, &mail, now) {
        Ok(written) => written,
        Err(why) => {
            tracing::error!(id = row.id, "reminder not written: {why}");
            return Ok(None);
        }
    };
    let rewritten = NewMail { to: mail.to, subject, text, steps: mail.steps, ..row.mail };
    if !store.rewrite(row.id, &rewritten)? {
        return Ok(None);
    }
    Ok(Some(OutboxRow { mail: rewritten, ..row }))
}

/// A digest is of its morning: the next day it is of no use, and the next one tells what it told.
fn day_paper(
    store: &Store,
    campaign: &Campaign,
    row: OutboxRow,
    now: Timestamp,
) -> Result<Option<OutboxRow>, Fault> {
    if campaign.local(row.mail.queued_at).date() == campaign.local(now).date() {
        return Ok(Some(row));
    }
    store.strike(row.id, LAPSED, now)?;
    Ok(None)
}

impl<'a> Situation<'a> {
    /// Of `steps` of a unit, those that are still called for now.
    pub(super) fn still_called_for(&self, steps: &[StepKey]) -> Vec<StepKey> {
        let called_for = |key: &&StepKey| {
            let obligation = self.obligation(key);
            obligation.is_some_and(|o| if key.step == FIX { !flawed_items(o).is_empty() } else { is_owed(o) })
        };
        steps.iter().filter(called_for).cloned().collect()
    }

    /// Whether what came for an obligation waits for a person: it may be all that was owed, or nothing.
    pub(super) fn is_in_review(&self, key: &StepKey) -> bool {
        self.obligation(key).is_some_and(|obligation| obligation.standing == Standing::Review)
    }

    /// Whether nobody else has to release these steps, now: the mode may have been changed since they were queued.
    fn is_released(&self, steps: &[StepKey]) -> bool {
        let is_approved = |key: &StepKey| self.approvals.iter().any(|approval| approval.key == *key);
        match self.settings.mode {
            Mode::Off => false,
            Mode::Approve => steps.iter().all(is_approved),
            Mode::Auto => true,
        }
    }

    /// Whether a mail may leave now: a sending day, in the hours of the office and of every step.
    fn may_leave(&self, mail: &NewMail) -> bool {
        opens(self.campaign, self.settings, &mail.kind, &mail.steps, self.now) == Some(self.now)
    }

    /// The latest due moment among the late obligations of `steps`.
    fn late_since(&self, steps: &[StepKey]) -> Option<Timestamp> {
        let late = steps.iter().filter_map(|key| self.obligation(key)).filter(|o| o.standing.is_late());
        late.map(|obligation| obligation.due).max()
    }

    /// A queued mail as it would be written now, for those of its steps that are still called for and to the address
    /// that the roster has now; none for a copy.
    pub(super) fn rewritten(&'a self, mail: &NewMail, steps: Vec<StepKey>) -> Option<Mail<'a>> {
        steps.first()?;
        let (template, requirement) = self.about(&steps);
        let units = || self.units.iter().map(|(unit, _)| *unit);
        let is_listed = |unit: &&Unit| mail.unit.is_none() && steps.iter().any(|key| key.unit == unit.code);
        let unit = mail.unit.as_deref().and_then(|code| units().find(|unit| unit.code == code));
        Some(Mail {
            unit,
            to: unit.map_or_else(|| Some(mail.to.clone()), |unit| self.recipient(unit)).unwrap_or_default(),
            template,
            requirement,
            listed: units().filter(is_listed).collect(),
            state: DueState::Queued,
            why: String::new(),
            steps,
        })
    }

    fn obligation(&self, key: &StepKey) -> Option<&Obligation> {
        let (_, obligations) = self.units.iter().find(|(unit, _)| unit.code == key.unit)?;
        obligations.iter().find(|o| o.requirement == key.requirement && o.day == key.day)
    }
}

/// Whether the day of a queued mail is over and it was not the pace that kept it: on the sending day before this one no
/// reminder left after it was queued, the mailbox's mails of that day were not used up, and the server did not ask to be
/// left alone until that day was over. What was held, paused or without a server on that day is of the past, whatever
/// else left through the mailbox.
fn has_lapsed(
    store: &Store,
    campaign: &Campaign,
    settings: &Settings,
    row: &OutboxRow,
    now: Timestamp,
) -> Result<bool, Fault> {
    let day_of = |moment| campaign.local(moment).date();
    let today = day_of(now);
    if day_of(row.mail.queued_at) >= today {
        return Ok(false);
    }
    let before = sending_days_before(campaign, settings, today, 1);
    if day_of(row.mail.leaves_at) > before {
        return Ok(false);
    }
    let (start, end) = (campaign.start_of(before), campaign.end_of(before));
    if let Some(most) = settings.a_day.get(&row.mail.mailbox) {
        let tried = store.tried_at(&row.mail.mailbox, start)?;
        if tried.iter().filter(|at| **at < end).count() as u64 >= u64::from(*most) {
            return Ok(false);
        }
    }
    Ok(!store.was_tried(&row.mail.mailbox, KIND, start.max(row.mail.queued_at), end)?)
}
