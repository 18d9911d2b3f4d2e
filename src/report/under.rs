//! Schools that report through a unit of the roster and owe nothing themselves: what they send directly counts for them
//! and is shown under that unit.

use jiff::Timestamp;

use crate::domain::campaign::Campaign;
use crate::domain::grant::Grants;
use crate::domain::obligation::{Holdings, Obligation, welcome};
use crate::domain::unit::Unit;
use crate::recognition::unit::is_over;

/// Units under `upper` that owe nothing: by the roster's own word, else those of its city. What belongs to another office
/// (`[[route]]`) is under none of ours.
pub fn units_under<'c>(campaign: &'c Campaign, upper: &Unit) -> Vec<&'c Unit> {
    let owes = |unit: &Unit| campaign.requirements.iter().any(|requirement| requirement.owed_by(&unit.group));
    let belongs_elsewhere =
        |unit: &Unit| campaign.route(&unit.group).is_some_and(|route| !route.instead.is_empty());
    let is_under = |unit: &&Unit| match &unit.parent {
        Some(parent) => upper.names().any(|name| name == parent),
        None => is_over(upper, unit) && !belongs_elsewhere(unit),
    };
    campaign.roster.units.iter().filter(|unit| !owes(unit)).filter(is_under).collect()
}

/// What a unit sent of what it does not owe, be it a unit that owes nothing or one that owes other things.
pub(super) fn not_owed(
    campaign: &Campaign,
    unit: &Unit,
    holdings: &Holdings,
    grants: &Grants,
    now: Timestamp,
) -> Vec<Obligation> {
    let is_owed = |sent: &Obligation| {
        campaign.requirement(&sent.requirement).is_some_and(|asked| asked.owed_by(&unit.group))
    };
    let sent = welcome(campaign, unit, holdings, grants, now);
    sent.into_iter().filter(|sent| !is_owed(sent)).collect()
}
