//! Two campaigns that chase the same addresses on one day. A unit gets so many letters a day and no more, and what is held on its day
//! lapses: the campaign that stands later in `campaigns` would remind nobody, and nobody would know.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Config;
use super::check::Finding;
use super::error::Level;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::remind::{Mode, Settings};

/// A letter that a unit is to get: to which address, on which day.
type Letter = (String, Date);

/// What is told of each two campaigns of which the later one's letters would lapse.
pub(super) fn crossings(config: &Config) -> Vec<Finding> {
    let settings = &config.reminders;
    if settings.mode == Mode::Off || settings.max_per_unit_per_day > 1 {
        return Vec::new();
    }
    let letters: Vec<_> =
        config.campaigns.iter().map(|campaign| (campaign, letters(campaign, settings))).collect();
    let pairs = letters
        .iter()
        .enumerate()
        .flat_map(|(at, first)| letters.iter().skip(at + 1).map(move |later| (first, later)));
    pairs.filter_map(|((first, ours), (later, theirs))| told(first, later, ours, theirs)).collect()
}

fn told(
    first: &Campaign,
    later: &Campaign,
    ours: &BTreeSet<Letter>,
    theirs: &BTreeSet<Letter>,
) -> Option<Finding> {
    let both: Vec<&Letter> = ours.intersection(theirs).collect();
    let days: BTreeSet<Date> = both.iter().map(|(_, day)| *day).collect();
    let addresses: BTreeSet<&str> = both.iter().map(|(address, _)| address.as_str()).collect();
    let (count, day) = (days.len(), chinese::full_day(*days.first()?));
    Some(Finding {
        level: Level::Warning,
        what: format!(
            "{} 与 {} 有 {count} 天（{day}起）催报同样的单位（{} 个地址）；每单位每天至多 1 封，那几天只发 {} 的，{} 的当天作废",
            first.id,
            later.id,
            addresses.len(),
            first.id,
            later.id
        ),
        remedy: "请把两个任务的催报步骤错开，或把 [reminders] 的 max_per_unit_per_day 改为 2".to_owned(),
    })
}

/// The letters that the steps of a campaign send at most. What is asked day by day finds another day by itself.
fn letters(campaign: &Campaign, settings: &Settings) -> BTreeSet<Letter> {
    let mut letters = BTreeSet::new();
    let is_sending_day = |day: Date| !settings.working_days_only || campaign.calendar.is_working_day(day);
    for chase in &campaign.chases {
        let Some(requirement) = campaign.requirement(&chase.requirement) else { continue };
        if requirement.days().iter().any(Option::is_some) {
            continue;
        }
        let last_day = requirement.last_day(None);
        let steps = chase.steps.iter().filter(|step| !step.to_staff);
        let days: Vec<Date> = steps
            .map(|step| step.at.from_day(last_day, &campaign.calendar))
            .filter(|day| is_sending_day(*day))
            .collect();
        let units = campaign.owing_units().filter(|unit| requirement.owed_by(&unit.group));
        for address in units.filter_map(|unit| unit.emails.first()) {
            letters.extend(days.iter().map(|day| (address.to_lowercase(), *day)));
        }
    }
    letters
}
