//! What persons noted and granted, and when a unit was last heard from us: the column 备注 of lists. It may leave the
//! office, so it gives no reasons and no numbers.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::mask::masked;
use crate::fault::Fault;
use crate::store::Store;

/// Remarks on the units of a campaign as of a moment.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    granted: HashMap<String, Vec<Granted>>,
    noted: HashMap<String, String>,
    contacts: HashMap<String, (Timestamp, &'static str)>,
}

#[derive(Debug, Clone)]
struct Granted {
    /// Requirements that it is about.
    requirements: Vec<String>,
    words: String,
}

/// Gathers the remarks on all units that were known at `as_of`.
///
/// # Errors
/// What the store reports.
pub fn remarks(store: &Store, campaign: &Campaign, as_of: Timestamp) -> Result<Remarks, Fault> {
    let mut remarks = Remarks::default();
    let all = store.decisions()?;
    let own = |decision: &&Decision| decision.campaign.as_ref().is_none_or(|id| *id == campaign.id);
    for decision in in_force(&all, as_of).into_iter().filter(own) {
        remarks.add(decision, campaign);
    }
    for step in store.claimed_steps(&campaign.id)? {
        if let Some(at) = step.sent_at.filter(|at| step.has_told(campaign) && *at <= as_of) {
            remarks.contacted(&step.key.unit, at, "催报");
        }
    }
    Ok(remarks)
}

impl Remarks {
    fn add(&mut self, decision: &Decision, campaign: &Campaign) {
        let Some(unit) = &decision.unit else { return };
        let words = match (decision.act, decision.until) {
            (Act::Note, _) => {
                self.noted.insert(unit.clone(), masked(&decision.why));
                self.contacted(unit, decision.at, "记录");
                return;
            }
            (Act::Extend, Some(until)) => format!("经同意延期至{}", chinese::day(until)),
            (Act::Waive, _) => format!("经同意免报{}", scopes(decision, campaign)),
            (Act::Record, _) => format!("线下收到{}", scopes(decision, campaign)),
            _ => return,
        };
        let requirements = decision.scopes.iter().map(|scope| scope.requirement.clone()).collect();
        self.granted.entry(unit.clone()).or_default().push(Granted { requirements, words });
    }

    fn contacted(&mut self, unit: &str, at: Timestamp, how: &'static str) {
        let newest = self.contacts.entry(unit.to_owned()).or_insert((at, how));
        if newest.0 <= at {
            *newest = (at, how);
        }
    }

    /// The newest note on a unit and what it was granted in these requirements; empty for nothing.
    pub fn of(&self, unit: &str, requirements: &[&str]) -> String {
        let granted = self.granted.get(unit).map_or(&[][..], Vec::as_slice).iter();
        let about =
            |granted: &&Granted| granted.requirements.iter().any(|id| requirements.contains(&id.as_str()));
        let mut words: Vec<&str> = granted.filter(about).map(|granted| granted.words.as_str()).collect();
        words.extend(self.noted.get(unit).map(String::as_str));
        words.join("；")
    }

    /// When a unit was last written to, or something was noted about it: 「5-11 09:30 催报」.
    pub(super) fn last_contact(&self, campaign: &Campaign, unit: &str) -> Option<String> {
        let (at, how) = self.contacts.get(unit)?;
        Some(format!("{} {how}", chinese::short_moment(campaign.local(*at))))
    }
}

fn scopes(decision: &Decision, campaign: &Campaign) -> String {
    let all = decision.scopes.iter().map(|scope| chinese::scope(scope, Some(campaign)));
    all.collect::<Vec<_>>().join("、")
}
