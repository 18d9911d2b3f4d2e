//! 请补正 at once: the letter of flaws that otherwise rides in a unit's next digest, sent because a person wants the unit to
//! know today. The same wording, the same claim, the same gate: nobody is told twice, nor on stale data.

use jiff::{SignedDuration, Timestamp};

use super::compose::flaw_lines;
use super::due::{FIX, Mail, Situation, flawed_items, key};
use super::hours::opens;
use super::release::{Signed, approve};
use super::tick::{KIND, compose, load, new_mail_of};
use super::{Due, DueState, Mode, Settings};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::Obligation;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{NewMail, OutboxRow, OutboxState, StepKey, Store};

/// A unit with flaws that it was not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Unit code.
    pub unit: String,
    /// The flaws, a line each, as the letter has them.
    pub flaws: Vec<String>,
    /// Why the letter may not be sent now; none when it may.
    pub held: Option<String>,
}

/// The units of `campaign` with flaws that they were not told, in roster order.
///
/// # Errors
/// Those of the store.
pub fn untold(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<Vec<Untold>, Fault> {
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let of_unit = |(unit, obligations): &(&Unit, Vec<_>)| {
        let steps = situation.untold_fixes(unit, obligations);
        (!steps.is_empty()).then(|| Untold {
            unit: unit.code.clone(),
            flaws: flaw_lines(campaign, obligations),
            held: situation.holds_letter(unit),
        })
    };
    Ok(situation.units.iter().filter_map(of_unit).collect())
}

/// When the newest file came of what has to be mended.
fn newest_flawed(obligation: &Obligation) -> Option<Timestamp> {
    let flawed = flawed_items(obligation).into_iter();
    flawed.filter_map(|item| Some(item.holding.as_ref()?.newest_at)).max()
}

/// The letter to one unit with all that it has to mend, as it would leave now; none when there is nothing it was not told.
/// It is held as a reminder is.
///
/// # Errors
/// Those of the store.
pub fn fix_letter(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    unit: &str,
    now: Timestamp,
) -> Result<Option<Due>, Fault> {
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let Some((unit, obligations)) = situation.units.iter().find(|(own, _)| own.code == unit) else {
        return Ok(None);
    };
    let steps = situation.untold_fixes(unit, obligations);
    let Some(first) = steps.first() else { return Ok(None) };
    let held = situation.holds_letter(unit);
    let mail = Mail {
        unit: Some(unit),
        to: situation.recipient(unit).unwrap_or_default(),
        requirement: campaign.requirement(&first.requirement).map_or("", |requirement| &requirement.id),
        steps: steps.clone(),
        copies: vec![],
        template: FIX,
        listed: vec![],
        state: if held.is_some() { DueState::Held } else { DueState::Due },
        why: held.unwrap_or_default(),
    };
    Ok(Some(compose(&situation, &mail)))
}

/// Sends such a letter: released by whoever signs, which mode `approve` asks for, and queued for the next hour of the
/// office, but not before `hold` is over; so long it can be struck. False when somebody was first.
///
/// # Errors
/// Those of the store.
pub fn send_fix(
    store: &Store,
    campaign: &Campaign,
    settings: &Settings,
    (due, sender): (&Due, &Mailbox),
    hold: SignedDuration,
    signed: &Signed,
) -> Result<bool, Fault> {
    let is_ready = due.state == DueState::Due && due.steps.iter().all(|key: &StepKey| key.step == FIX);
    let leaves_at = opens(campaign, settings, KIND, &due.steps, signed.at + hold);
    let Some(leaves_at) = leaves_at.filter(|_| is_ready) else { return Ok(false) };
    tell_again(store, due)?;
    approve(store, due, hold, signed)?;
    let mail = NewMail { leaves_at, ..new_mail_of(due.clone(), sender, signed.at)? };
    Ok(store.queue(&mail)?.is_some())
}

/// Makes room for a letter about flaws where an earlier one told of others: what is claimed by a mail that had ended when this
/// one was found due, and the release that it had, stand in the way of none that tells of what came since.
///
/// # Errors
/// Those of the store.
fn tell_again(store: &Store, due: &Due) -> Result<(), Fault> {
    let fixes: Vec<StepKey> = due.steps.iter().filter(|key| key.step == FIX).cloned().collect();
    if fixes.is_empty() { Ok(()) } else { store.open_again(&due.campaign, &fixes, due.found_at) }
}

impl Situation<'_> {
    /// Keys of the flaws of a unit that it was not told: those that the program tells once by itself, and those of files that
    /// came after it had. A corrected file may be wrong in another way; whether the unit hears of that too a person says.
    fn untold_fixes(&self, unit: &Unit, obligations: &[Obligation]) -> Vec<StepKey> {
        let mut steps = self.fixes(unit, obligations);
        steps.extend(self.wrong_again(unit, obligations));
        steps
    }

    /// Of the flaws that a unit was told, the keys of those to which it answered with a file that has some too.
    pub(super) fn wrong_again(&self, unit: &Unit, obligations: &[Obligation]) -> Vec<StepKey> {
        use OutboxState::{Queued, Sending};
        let is_again = |key: &StepKey, newest: Timestamp| {
            let told = || self.claimed.of(&unit.code).iter().filter(|sent| sent.key == *key);
            let last = told().map(|sent| sent.sent_at.unwrap_or(sent.queued_at)).max();
            let is_leaving = told().any(|sent| matches!(sent.state, Queued | Sending));
            !is_leaving && last.is_some_and(|last| newest > last)
        };
        let flawed =
            obligations.iter().filter_map(|obligation| Some((obligation, newest_flawed(obligation)?)));
        let flawed = flawed.map(|(obligation, newest)| (key(obligation, FIX, unit), newest));
        flawed.filter(|(key, newest)| is_again(key, *newest)).map(|(key, _)| key).collect()
    }

    /// Flaws that an unsent mail was to tell a unit are told by the mail that replaces it.
    pub(super) fn take_over_fixes(&self, mail: &mut Mail<'_>, unsent: &[OutboxRow]) {
        let Some(unit) = mail.unit else { return };
        let own = unsent.iter().filter(|row| {
            row.mail.kind == KIND
                && row.mail.campaign.as_ref() == Some(&self.campaign.id)
                && row.mail.unit.as_ref() == Some(&unit.code)
                && row.state == OutboxState::Queued
        });
        let fixes: Vec<StepKey> =
            own.flat_map(|row| &row.mail.steps).filter(|key| key.step == FIX).cloned().collect();
        for key in self.still_called_for(&fixes) {
            if !mail.steps.contains(&key) {
                mail.steps.push(key);
            }
        }
    }

    /// Why a letter about flaws may not leave for a unit now.
    fn holds_letter(&self, unit: &Unit) -> Option<String> {
        let is_off = self.settings.mode == Mode::Off;
        let to = self.recipient(unit);
        let address = to.as_deref().unwrap_or_default();
        let is_full = || self.digests_today(&unit.code, address) >= self.settings.max_per_unit_per_day;
        let held = is_off.then(|| "催报已关闭，不发信".to_owned());
        held.or_else(|| self.gate.holds(&unit.code, None))
            .or_else(|| is_full().then(|| "今日已给该单位发过提醒".to_owned()))
            .or_else(|| to.is_none().then(|| "没有可用的收件地址，请在名册中补填".to_owned()))
    }
}
