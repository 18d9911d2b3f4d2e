//! What persons do with a batch: release or strike its mails, pause everything; and what the program takes back of a
//! release, because the material came meanwhile or the day is over. All of it is in the log, with its author.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Due;
use super::due::{FIX, Situation};
use super::last_look::{LAPSED, POSTPONED};
use super::tick::new_mail_of;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::store::{Approval, LogAct, LogEntry, StepKey, Store};

/// Who is named in the log when nobody decided.
const PROGRAM: &str = "程序";

/// A person's word on a mail: who, when, why.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why; empty for none.
    pub why: String,
}

impl Signed {
    /// The line of the log for what concerns all mail.
    pub fn entry(&self, act: LogAct) -> LogEntry {
        LogEntry {
            id: 0,
            act,
            by: self.by.clone(),
            at: self.at,
            why: self.why.clone(),
            campaign: None,
            unit: None,
            to: String::new(),
            steps: Vec::new(),
            subject: String::new(),
        }
    }

    fn about(&self, act: LogAct, due: &Due) -> LogEntry {
        LogEntry {
            campaign: Some(due.campaign.clone()),
            unit: due.unit.clone(),
            to: due.to.clone(),
            steps: due.steps.iter().map(StepKey::to_string).collect(),
            subject: due.subject.clone(),
            ..self.entry(act)
        }
    }
}

/// Releases a due mail (mode `approve`): every step that it carries out. It is queued with the next turn of the wheel, and
/// leaves not before `hold` is over: so long it can be taken back. False when it was released before.
///
/// # Errors
/// Those of the store.
pub fn approve(store: &Store, due: &Due, hold: SignedDuration, signed: &Signed) -> Result<bool, Fault> {
    let from = signed.at + hold;
    let approval = |key: &StepKey| Approval { key: key.clone(), by: signed.by.clone(), from };
    let approvals: Vec<Approval> = due.steps.iter().map(approval).collect();
    store.release(&due.campaign, &approvals, &signed.about(LogAct::Approve, due))
}

/// Strikes a mail, due or queued: its steps are never carried out. `sender`: through whom it would have left. False when
/// it is leaving or has left.
///
/// # Errors
/// Those of the store.
pub fn strike(store: &Store, due: &Due, sender: &Mailbox, signed: &Signed) -> Result<bool, Fault> {
    let entry = signed.about(LogAct::Strike, due);
    match due.outbox {
        Some(id) => store.strike_and_log(id, &entry),
        None => store.strike_unqueued(&new_mail_of(due.clone(), sender, signed.at)?, &entry),
    }
}

/// Pauses all mail but alarms, or lets it leave again. False when that was so already.
///
/// # Errors
/// Those of the store.
pub fn pause(store: &Store, pauses: bool, signed: &Signed) -> Result<bool, Fault> {
    store.set_paused(&signed.entry(if pauses { LogAct::Pause } else { LogAct::Resume }))
}

/// Takes back the releases that are of no use any more: what was released is not sent to whoever delivered meanwhile,
/// and a release is for its day.
pub(super) fn withdraw_needless(store: &Store, situation: &Situation<'_>) -> Result<(), Fault> {
    let mut needless: BTreeMap<(&str, &str), Vec<StepKey>> = BTreeMap::new();
    let unclaimed = situation.approvals.iter().filter(|approval| !situation.is_claimed(&approval.key));
    for Approval { key, .. } in unclaimed {
        if let Some(why) = situation.needless(key) {
            needless.entry((key.unit.as_str(), why)).or_default().push(key.clone());
        }
    }
    for ((unit, why), keys) in needless {
        let signed = Signed { by: PROGRAM.to_owned(), at: situation.now, why: why.to_owned() };
        let entry = LogEntry {
            campaign: Some(situation.campaign.id.clone()),
            unit: Some(unit.to_owned()),
            steps: keys.iter().map(StepKey::to_string).collect(),
            ..signed.entry(LogAct::Drop)
        };
        tracing::info!(unit, "release withdrawn: {}", entry.steps.join(" "));
        store.withdraw(&situation.campaign.id, &keys, &entry)?;
    }
    Ok(())
}

/// The log line of a released mail that the last look struck.
pub(super) fn dropped(situation: &Situation<'_>, due: &Due, why: &str) -> LogEntry {
    Signed { by: PROGRAM.to_owned(), at: situation.now, why: why.to_owned() }.about(LogAct::Drop, due)
}

impl Situation<'_> {
    /// Until when a person may still take the release of these steps back; long ago where nothing was released.
    pub(super) fn held_until(&self, steps: &[StepKey]) -> Timestamp {
        let given = self.approvals.iter().filter(|approval| steps.contains(&approval.key));
        given.map(|approval| approval.from).max().unwrap_or(Timestamp::MIN)
    }

    /// Why a release is of no use any more, if so.
    fn needless(&self, key: &StepKey) -> Option<&'static str> {
        // What merely waits for a person is not yet what was owed.
        let is_called_for =
            self.is_in_review(key) || !self.still_called_for(std::slice::from_ref(key)).is_empty();
        let today = self.today();
        let of_unit = self.units.iter().find(|(unit, _)| unit.code == key.unit);
        let obligations = of_unit.map_or(&[][..], |(_, obligations)| obligations.as_slice());
        let mut turns = self.campaign.chases.iter().flat_map(|chase| today.turns(chase, obligations));
        let has_its_turn = key.step == FIX
            || turns.any(|turn| {
                let obligation = turn.obligation;
                turn.step.id == key.step
                    && (&obligation.requirement, obligation.day) == (&key.requirement, key.day)
            });
        match (is_called_for, has_its_turn) {
            (false, _) if self.is_postponed(key) => Some(POSTPONED),
            (false, _) => Some(self.why_not(std::slice::from_ref(key))),
            (true, false) => Some(LAPSED),
            (true, true) => None,
        }
    }
}
