//! The last look at a queued mail before it is sent: time has passed since it was queued, and what it says may not be
//! true any more (`design.md` 4.7).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::compose::write;
use super::digest::DIGEST;
use super::due::{FIX, Mail, Situation, flawed_items, is_owed};
use super::gate::Gate;
use super::history::configured;
use super::hours::opens;
use super::opening::sending_days_before;
use super::release::dropped;
use super::steps::last_day;
use super::tick::{KIND, copied_list, load, queued};
use super::{DueState, Mode, Settings, receipt};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::{Obligation, Standing};
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{NewMail, OutboxRow, OutboxState, RECEIPT, StepKey, Store};

/// Why a mail was struck that nobody needs any more, …
const DELIVERED: &str = "所欠材料已收到，不再发送";
/// … or that nobody owes anything for.
const NOT_OWED: &str = "已免报或不再应报，不再发送";
/// A picture of the mailboxes that is no older will be a fresh one before mail leaves.
const SOON_LOOKED_AT: SignedDuration = SignedDuration::from_hours(1);
/// Why a mail was struck that did not leave on its day.
pub(super) const LAPSED: &str = "当日未能发出，已过期";
/// Why a mail was taken back whose unit was given more time.
pub(super) const POSTPONED: &str = "期限已延长，到时再提醒";

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
    if !situation.may_leave(&row.mail) {
        return Ok(None);
    }
    if has_lapsed(store, campaign, settings, &row, now)? {
        if strike(store, &situation, &row, LAPSED)? {
            // A step has its day; flaws that nobody was told of are told with the next one.
            store.set_free(row.id, FIX)?;
        }
        return Ok(None);
    }
    if situation.holds(&row.mail, &situation.gate).is_some() {
        return Ok(None);
    }
    let asked = situation.asked_by(&row.mail);
    let steps = situation.still_called_for(&asked);
    if steps.is_empty() && asked.iter().any(|key| situation.is_postponed(key)) {
        tracing::info!(id = row.id, "reminder taken back: {POSTPONED}");
        store.take_back(row.id, POSTPONED, now)?;
        return Ok(None);
    }
    if steps.is_empty() && !asked.is_empty() {
        strike(store, &situation, &row, situation.why_not(&asked))?;
        return Ok(None);
    }
    as_of_now(store, &situation, row, &asked, steps)
}

fn strike(store: &Store, situation: &Situation<'_>, row: &OutboxRow, why: &str) -> Result<bool, Fault> {
    tracing::info!(id = row.id, "reminder struck: {why}");
    // In mode `approve` a person released it, and is told what became of that.
    if situation.settings.mode == Mode::Approve {
        let due = queued(situation.campaign, None, row.clone());
        return store.strike_and_log(row.id, &dropped(situation, &due, why));
    }
    store.strike(row.id, why, situation.now)
}

/// A mail as it shall leave now: as it was queued, or written anew where what it says is not so any more. `asked`: what it
/// asked for; `steps`: what of that is still called for.
fn as_of_now(
    store: &Store,
    situation: &Situation<'_>,
    row: OutboxRow,
    asked: &[StepKey],
    steps: Vec<StepKey>,
) -> Result<Option<OutboxRow>, Fault> {
    let Some(mail) = situation.rewritten(&row.mail, steps) else { return Ok(Some(row)) };
    // Said as of the moment at which it was queued, unless that was another day, or what it says has changed since.
    let is_of_today = situation.day_of(row.mail.queued_at) == situation.day_of(situation.now);
    let is_same = |(_, text): (String, String)| text == row.mail.text;
    let unchanged = is_of_today && write(situation, &mail, row.mail.queued_at).is_ok_and(is_same);
    if unchanged && mail.steps == asked && mail.to == row.mail.to {
        return Ok(Some(row));
    }
    let (subject, text) = match write(situation, &mail, situation.now) {
        Ok(written) => written,
        Err(why) => {
            tracing::error!(id = row.id, "reminder not written: {why}");
            return Ok(None);
        }
    };
    // A copy claims nothing, whatever it asks for.
    let steps = if row.mail.steps.is_empty() { Vec::new() } else { mail.steps };
    let rewritten = NewMail { to: mail.to, subject, text, steps, ..row.mail };
    if !store.rewrite(row.id, &rewritten)? {
        return Ok(None);
    }
    Ok(Some(OutboxRow { mail: rewritten, ..row }))
}

/// Why reminders and digests of `campaign` that are queued will not leave as things stand, by row number; those that will
/// are not there.
///
/// # Errors
/// Those of the store.
pub fn held(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<BTreeMap<i64, String>, Fault> {
    let mut rows = store.outbox(Some(OutboxState::Queued))?;
    rows.retain(|row| row.mail.campaign.as_ref() == Some(&campaign.id));
    let (papers, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.mail.kind == DIGEST);
    let rows: Vec<OutboxRow> = rows.into_iter().filter(|row| row.mail.kind == KIND).collect();
    let mut held = match rows.is_empty() {
        true => BTreeMap::new(),
        false => kept(store, &load(store, campaign, mailboxes, settings, now)?, &rows)?,
    };
    let leaves = opens(campaign, settings, DIGEST, &[], now).unwrap_or(now);
    let is_old = |row: &&OutboxRow| !is_of_its_day(campaign, row, leaves);
    held.extend(papers.iter().filter(is_old).map(|row| (row.id, LAPSED.to_owned())));
    Ok(held)
}

/// The same of these reminders.
pub(super) fn kept(
    store: &Store,
    situation: &Situation<'_>,
    rows: &[OutboxRow],
) -> Result<BTreeMap<i64, String>, Fault> {
    let Situation { campaign, settings, now, .. } = *situation;
    let mut held = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state == OutboxState::Queued) {
        // What is kept by the office being closed alone is judged by the day on which it opens.
        let opens = opens(campaign, settings, &row.mail.kind, &row.mail.steps, now).unwrap_or(now);
        let why = match has_lapsed(store, campaign, settings, row, opens)? {
            true => Some(LAPSED.to_owned()),
            false => situation.keeps(&row.mail),
        };
        held.extend(why.map(|why| (row.id, why)));
    }
    Ok(held)
}

/// A digest is of its morning: the next day it is of no use, and the next one tells what it told.
fn day_paper(
    store: &Store,
    campaign: &Campaign,
    row: OutboxRow,
    now: Timestamp,
) -> Result<Option<OutboxRow>, Fault> {
    if is_of_its_day(campaign, &row, now) {
        return Ok(Some(row));
    }
    store.strike(row.id, LAPSED, now)?;
    Ok(None)
}

fn is_of_its_day(campaign: &Campaign, row: &OutboxRow, moment: Timestamp) -> bool {
    campaign.local(row.mail.queued_at).date() == campaign.local(moment).date()
}

impl<'a> Situation<'a> {
    /// Of `steps` of a unit, those that are still called for now.
    pub(super) fn still_called_for(&self, steps: &[StepKey]) -> Vec<StepKey> {
        let called_for = |key: &&StepKey| {
            let obligation = self.obligation(key);
            obligation.is_some_and(|o| match key.step.as_str() {
                FIX => !flawed_items(o).is_empty(),
                _ => is_owed(o) && !self.is_postponed(key),
            })
        };
        steps.iter().filter(called_for).cloned().collect()
    }

    /// Why steps that nothing is owed for any more are not carried out.
    pub(super) fn why_not(&self, steps: &[StepKey]) -> &'static str {
        let mut standings = steps.iter().filter_map(|key| self.obligation(key)).map(|o| o.standing);
        if standings.all(|standing| standing == Standing::Exempt) { NOT_OWED } else { DELIVERED }
    }

    /// Whether a step would come before its day, because a person moved the deadline since it was queued.
    pub(super) fn is_postponed(&self, key: &StepKey) -> bool {
        let (Some((chase, step)), Some(obligation)) = (configured(self.campaign, key), self.obligation(key))
        else {
            return false;
        };
        let last_day = last_day(self.campaign, obligation);
        let requirement = self.campaign.requirement(&key.requirement);
        let is_moved = requirement.is_some_and(|requirement| requirement.last_day(key.day) < last_day);
        let today = self.today();
        is_moved && is_owed(obligation) && today.opening(chase, step, last_day) > today.local.date()
    }

    /// Whether what came for an obligation waits for a person: it may be all that was owed, or nothing.
    pub(super) fn is_in_review(&self, key: &StepKey) -> bool {
        self.obligation(key).is_some_and(|obligation| obligation.standing == Standing::Review)
    }

    /// Why a queued mail may not leave now, its hours apart; `gate`: who is held.
    fn holds(&self, mail: &NewMail, gate: &Gate) -> Option<String> {
        if !self.is_released(&mail.steps) {
            let is_off = self.settings.mode == Mode::Off;
            return Some(if is_off { "自动催报已关闭" } else { "尚未批准" }.to_owned());
        }
        let unit = mail.unit.as_deref().unwrap_or_default();
        if let Some(why) = gate.holds(unit, self.late_since(&mail.steps)) {
            return Some(why);
        }
        let is_called_for = !self.still_called_for(&mail.steps).is_empty();
        if !is_called_for && mail.steps.iter().any(|key| self.is_in_review(key)) {
            return Some("该单位来件待核，核定前不催报".to_owned());
        }
        let to = self.rewritten(mail, mail.steps.clone()).map(|mail| mail.to);
        to.is_some_and(|to| to.is_empty()).then(|| "没有可用的收件地址，请在名册中补填".to_owned())
    }

    /// Why a queued mail will not leave as things stand. That the mailboxes were not looked at for some minutes is no
    /// reason: they are, before anything leaves.
    pub(super) fn keeps(&self, mail: &NewMail) -> Option<String> {
        let is_passing = self.gate.scanned_at.is_some_and(|at| self.now.duration_since(at) < SOON_LOOKED_AT);
        let looked_at = || Gate { all: None, scanned_at: Some(self.now), ..self.gate.clone() };
        let gate = if is_passing { looked_at() } else { self.gate.clone() };
        self.holds(mail, &gate).or_else(|| self.will_be_struck(mail).map(str::to_owned))
    }

    /// Why a queued mail will be struck when its time comes: nothing of what it asks for is called for any more.
    fn will_be_struck(&self, mail: &NewMail) -> Option<&'static str> {
        let asked = self.asked_by(mail);
        if asked.is_empty() || !self.still_called_for(&asked).is_empty() {
            return None;
        }
        let is_postponed = asked.iter().any(|key| self.is_postponed(key));
        Some(if is_postponed { POSTPONED } else { self.why_not(&asked) })
    }

    /// Whether a queued mail waits for a person's word: the mode was changed since it was queued.
    pub(super) fn waits_for_release(&self, row: &OutboxRow) -> bool {
        row.state == OutboxState::Queued
            && self.settings.mode == Mode::Approve
            && !self.is_released(&row.mail.steps)
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
            copies: vec![],
        })
    }

    /// What a mail asks for: its steps. A copy of a list has none, and asks for those of the list that it is a copy of.
    fn asked_by(&self, mail: &NewMail) -> Vec<StepKey> {
        copied_list(mail).unwrap_or_else(|| mail.steps.clone())
    }

    pub(super) fn obligation(&self, key: &StepKey) -> Option<&Obligation> {
        let (_, obligations) = self.units.iter().find(|(unit, _)| unit.code == key.unit)?;
        obligations.iter().find(|o| o.requirement == key.requirement && o.day == key.day)
    }
}

/// Whether the day of a queued mail is over and it was not the pace that kept it. The pace kept it when the mailbox's mails
/// of the sending day before this one were used up, when the server asked to be left alone until that day was over, or when
/// its turn never came: reminders left after it was queued, none of them from behind it. What was held, paused or without a
/// server on that day is of the past, whatever else left through the mailbox.
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
    let since = start.max(row.mail.queued_at);
    Ok(!store.was_tried(&row.mail.mailbox, KIND, since, end)? || store.was_passed_over(row, since, end)?)
}
