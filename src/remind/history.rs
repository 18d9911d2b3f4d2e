//! What was sent already, and what follows from it: nobody is told twice, nor twice a day, nor at an address from
//! which mail came back.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::due::Situation;
use super::steps::Turn;
use crate::domain::campaign::{Campaign, Chase, Step};
use crate::domain::obligation::{Obligation, Standing};
use crate::domain::unit::Unit;
use crate::store::{OutboxState, SentStep, StepKey};

/// The steps that were claimed, by the unit that they are about: each unit is asked about many times in one turn.
#[derive(Debug, Clone, Default)]
pub struct Claimed(BTreeMap<String, Vec<SentStep>>);

impl Claimed {
    /// Those about one unit.
    pub fn of(&self, unit: &str) -> &[SentStep] {
        self.0.get(unit).map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<SentStep> for Claimed {
    fn from_iter<I: IntoIterator<Item = SentStep>>(steps: I) -> Self {
        let mut by_unit: BTreeMap<String, Vec<SentStep>> = BTreeMap::new();
        for step in steps {
            by_unit.entry(step.key.unit.clone()).or_default().push(step);
        }
        Self(by_unit)
    }
}

impl Situation<'_> {
    /// The unit's first roster address that is not known dead.
    pub fn recipient(&self, unit: &Unit) -> Option<String> {
        unit.emails.iter().find(|email| !self.dead.contains(&email.to_lowercase())).cloned()
    }

    /// For a step that comes at most every N days: the last N days are silent, and the last one went N days ago.
    pub fn is_silent_again(&self, turn: Turn<'_>, unit: &Unit, obligations: &[Obligation]) -> bool {
        let wanted = usize::try_from(turn.step.every_days).unwrap_or(usize::MAX);
        let requirement = &turn.obligation.requirement;
        let upto =
            obligations.iter().filter(|o| o.requirement == *requirement && o.day <= turn.obligation.day);
        let mut latest: Vec<&Obligation> = upto.collect();
        latest.reverse();
        let silent =
            latest.len() >= wanted && latest.iter().take(wanted).all(|o| o.standing == Standing::Overdue);
        let today = self.campaign.local(self.now).date();
        let sent = self.claimed.of(&unit.code).iter().filter(|sent| {
            sent.key.requirement == *requirement
                && sent.key.step == turn.step.id
                && sent.state != OutboxState::Struck
        });
        let last = sent.map(|sent| self.day_sent(sent)).max();
        let rested = last.is_none_or(|last| {
            let days = today.since(last).map_or(0, |span| span.get_days());
            usize::try_from(days).unwrap_or(0) >= wanted
        });
        silent && rested
    }

    /// Whether a mail has the step, or was struck with it.
    pub fn is_claimed(&self, key: &StepKey) -> bool {
        self.claimed.of(&key.unit).iter().any(|sent| sent.key == *key)
    }

    /// Whether a mail with the step was taken by the server, and did not come back.
    pub fn has_left(&self, key: &StepKey) -> bool {
        self.claimed.of(&key.unit).iter().any(|sent| sent.key == *key && sent.has_arrived())
    }

    /// The day of a moment, in the campaign's time.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.campaign.local(moment).date()
    }

    /// The day on which a step went, or was queued if it did not go yet.
    fn day_sent(&self, sent: &SentStep) -> Date {
        self.day_of(sent.sent_at.unwrap_or(sent.queued_at))
    }

    /// How many digests of today the unit has, queued ones included, and those of other campaigns to its address.
    pub fn digests_today(&self, unit: &str, address: &str) -> u32 {
        let today = self.day_of(self.now);
        let of_today = self
            .to_unit(unit)
            .filter(|sent| sent.state != OutboxState::Struck && self.day_sent(sent) == today);
        let mails: BTreeSet<Timestamp> = of_today.map(|sent| sent.queued_at).collect();
        let elsewhere = self.elsewhere.get(&address.to_lowercase()).copied().unwrap_or(0);
        u32::try_from(mails.len()).unwrap_or(u32::MAX).saturating_add(elsewhere)
    }

    /// How many mails reached the unit so far, as far as is known.
    pub fn reminded(&self, unit: &str) -> usize {
        self.to_unit(unit)
            .filter(|sent| sent.has_arrived())
            .map(|sent| sent.queued_at)
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// Claimed steps that are about a unit and went to the unit, not to staff.
    fn to_unit<'s>(&'s self, unit: &'s str) -> impl Iterator<Item = &'s SentStep> {
        self.claimed.of(unit).iter().filter(|sent| !is_to_staff(self.campaign, &sent.key))
    }
}

/// The step of the campaign that a key names; none for [`FIX`].
pub fn configured<'c>(campaign: &'c Campaign, key: &StepKey) -> Option<(&'c Chase, &'c Step)> {
    campaign.step(&key.requirement, &key.step)
}

/// Whether the campaign sends this step to staff.
pub fn is_to_staff(campaign: &Campaign, key: &StepKey) -> bool {
    configured(campaign, key).is_some_and(|(_, step)| step.to_staff)
}
