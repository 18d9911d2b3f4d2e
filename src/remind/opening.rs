//! On which day each step opens. Where a provider lets out only so many mails a day, steps before the due day open
//! earlier, so that the last of them still comes in time; and what cannot leave in time all the same is told beforehand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::Settings;
use super::due::{Situation, is_owed};
use super::history::configured;
use super::hours::is_sending_day;
use super::steps::last_day;
use super::tick::sender_of;
use crate::domain::campaign::{Campaign, Chase, Step, When};
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::{Holdings, Obligation, obligations};
use crate::domain::unit::Unit;
use crate::store::{OutboxRow, OutboxState, SentStep, StepKey};

/// No step opens earlier than by so many sending days: whoever is asked a month before forgets it.
const MOST_EARLY_DAYS: u32 = 5;
/// No office is closed longer; bounds the search for an earlier sending day.
const LONGEST_CLOSED_DAYS: i32 = 31;

/// By how many sending days steps open earlier than configured, by requirement and step.
pub type Early = BTreeMap<(String, String), u32>;

/// How many of the mails that may leave a day are left for units: each of the staff has a digest every morning.
pub fn for_units(settings: &Settings, sender: Option<&Mailbox>) -> Option<u32> {
    let a_day = settings.a_day.get(&sender?.id)?;
    let digests = u32::try_from(settings.staff.len().max(1)).unwrap_or(u32::MAX);
    Some(a_day.saturating_sub(digests).max(1))
}

/// How much earlier the steps before each due day have to open. `a_day`: mails to units that may leave a sending day; none
/// when there is no such limit.
pub fn early(
    campaign: &Campaign,
    settings: &Settings,
    a_day: Option<u32>,
    units: &[(&Unit, Vec<Obligation>)],
    claimed: &[SentStep],
) -> Early {
    let mut early = Early::new();
    let Some(a_day) = a_day.filter(|count| *count > 0) else { return early };
    for chase in &campaign.chases {
        let Some(requirement) = campaign.requirement(&chase.requirement) else { continue };
        if !matches!(requirement.when, When::By { .. }) {
            continue;
        }
        let last_day = requirement.last_day(None);
        // From the last one backwards: what must be out before the next one opens.
        let mut until = last_day;
        for step in chase.steps.iter().filter(|step| is_before_due(step)).rev() {
            let opens = step.at.from_day(last_day, &campaign.calendar);
            let mails = to_mail(chase, step, units, claimed);
            let there_are = opens.series(1.day()).take_while(|day| *day <= until);
            let there_are = there_are.filter(|day| is_sending_day(campaign, settings, *day)).count();
            let needed = mails.div_ceil(a_day);
            let days =
                needed.saturating_sub(u32::try_from(there_are).unwrap_or(u32::MAX)).min(MOST_EARLY_DAYS);
            if days > 0 {
                early.insert((chase.requirement.clone(), step.id.clone()), days);
            }
            until = sending_days_before(campaign, settings, opens, days).yesterday().unwrap_or(opens);
        }
    }
    early
}

/// The same before anything has come: the earliest that steps may open. `mailboxes`: all of the configuration.
pub fn earliest(campaign: &Campaign, settings: &Settings, mailboxes: &[Mailbox]) -> Early {
    let a_day = for_units(settings, sender_of(mailboxes, campaign));
    let days = campaign.requirements.iter().flat_map(|r| r.days().into_iter().map(|day| r.last_day(day)));
    let Some(last) = days.max() else { return Early::new() };
    let (nothing, end) = (Holdings::default(), campaign.end_of(last));
    let owed = |unit| (unit, obligations(campaign, unit, &nothing, &Grants::default(), end));
    let units: Vec<_> = campaign.owing_units().map(owed).collect();
    early(campaign, settings, a_day, &units, &[])
}

fn is_before_due(step: &Step) -> bool {
    step.at.days <= 0 && !step.to_staff
}

/// How many units a step has to be sent to, those included that have it already: what is reckoned from it stays the same
/// while the mails leave.
fn to_mail(chase: &Chase, step: &Step, units: &[(&Unit, Vec<Obligation>)], claimed: &[SentStep]) -> u32 {
    let has_it = |unit: &Unit| {
        claimed.iter().any(|sent| {
            sent.key.unit == unit.code
                && sent.key.requirement == chase.requirement
                && sent.key.step == step.id
                && sent.state != OutboxState::Struck
        })
    };
    let owes = |obligations: &[Obligation]| {
        obligations
            .iter()
            .any(|obligation| obligation.requirement == chase.requirement && is_owed(obligation))
    };
    let wanted =
        units.iter().filter(|(unit, all)| !unit.emails.is_empty() && (owes(all) || has_it(unit))).count();
    u32::try_from(wanted).unwrap_or(u32::MAX)
}

/// The day that lies so many sending days before `day`.
pub fn sending_days_before(campaign: &Campaign, settings: &Settings, day: Date, count: u32) -> Date {
    (0..count).fold(day, |day, _| {
        let earlier = (1..=LONGEST_CLOSED_DAYS).map(|back| day.saturating_sub(back.days()));
        let mut earlier = earlier.filter(|day| is_sending_day(campaign, settings, *day));
        earlier.next().unwrap_or(day)
    })
}

impl Situation<'_> {
    /// Queued mails to units that will leave too late to be of use: those before the due day only after it, the others not
    /// before the list for the telephone, which has their units anyway.
    pub fn too_late<'r>(
        &self,
        rows: &'r [OutboxRow],
        leaving: &BTreeMap<i64, Timestamp>,
    ) -> Vec<&'r OutboxRow> {
        let is_late = |row: &&OutboxRow| {
            let Some(at) = leaving.get(&row.id) else { return false };
            let day = self.day_of(*at);
            let mut until = row.mail.steps.iter().filter_map(|key| self.useful_until(key));
            row.mail.unit.is_some() && until.any(|until| day > until)
        };
        rows.iter().filter(is_late).collect()
    }

    /// The last day on which a step is of use, by the deadline that its unit has; none when it is of use for ever.
    fn useful_until(&self, key: &StepKey) -> Option<Date> {
        let campaign = self.campaign;
        let (chase, step) = configured(campaign, key)?;
        let last_day = last_day(campaign, self.obligation(key)?);
        if is_before_due(step) {
            return Some(last_day);
        }
        let list = chase.steps.iter().find(|step| step.to_staff)?;
        list.at.from_day(last_day, &campaign.calendar).yesterday().ok()
    }
}
