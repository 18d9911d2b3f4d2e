//! What persons granted the units of a campaign: that something is not owed, a later deadline, that it came on paper.
//! Nothing of it is stored with the obligations: how they stand is worked out from it each time, as of any moment.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::decision::{Act, Decision, Scope, in_force};
use super::submission::{Holding, ItemState};

/// All that was granted in a campaign, by unit code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grants(HashMap<String, Vec<Grant>>);

#[derive(Debug, Clone, PartialEq)]
struct Grant {
    scope: Scope,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Waived,
    Until(Date),
    OnPaper(Timestamp),
}

impl Grants {
    /// What counts of `decisions`. `as_of`: waivers and extensions from when they were made, paper from when it came;
    /// none for all of today.
    pub fn of(decisions: &[Decision], campaign: &str, as_of: Option<Timestamp>) -> Self {
        let mut grants = Self::default();
        let as_of = as_of.unwrap_or(Timestamp::MAX);
        let of_then = in_force(decisions, as_of).into_iter().filter(|decision| decision.act != Act::Record);
        let on_paper = in_force(decisions, Timestamp::MAX);
        let on_paper = on_paper.into_iter().filter(|decision| decision.came_at.is_some_and(|at| at <= as_of));
        for decision in of_then.chain(on_paper).filter(|d| d.campaign.as_deref() == Some(campaign)) {
            let kind = match (decision.act, decision.until, decision.came_at) {
                (Act::Waive, _, _) => Kind::Waived,
                (Act::Extend, Some(day), _) => Kind::Until(day),
                (Act::Record, _, Some(at)) => Kind::OnPaper(at),
                _ => continue,
            };
            let given = decision.scopes.iter().map(|scope| Grant { scope: scope.clone(), kind });
            grants.0.entry(decision.unit.clone().unwrap_or_default()).or_default().extend(given);
        }
        grants
    }

    fn about<'a>(
        &'a self,
        unit: &str,
        requirement: &'a str,
        day: Option<Date>,
    ) -> impl Iterator<Item = &'a Grant> {
        let all = self.0.get(unit).map_or(&[][..], Vec::as_slice).iter();
        all.filter(move |grant| grant.scope.covers_obligation(requirement, day))
    }

    /// Whether an obligation is waived as a whole.
    pub fn waives(&self, unit: &str, requirement: &str, day: Option<Date>) -> bool {
        self.about(unit, requirement, day)
            .any(|grant| grant.kind == Kind::Waived && grant.scope.item.is_none())
    }

    /// Whether an item of an obligation is waived.
    pub fn waives_item(&self, unit: &str, requirement: &str, day: Option<Date>, item: &str) -> bool {
        self.about(unit, requirement, day)
            .any(|grant| grant.kind == Kind::Waived && grant.scope.covers(requirement, day, item))
    }

    /// The last day that is on time, where a person moved it.
    pub fn until(&self, unit: &str, requirement: &str, day: Option<Date>) -> Option<Date> {
        let until = self.about(unit, requirement, day).filter_map(|grant| match grant.kind {
            Kind::Until(day) => Some(day),
            _ => None,
        });
        until.max()
    }

    /// What is held of an obligation, with what came on paper: that counts like a file from when it came, but is none.
    pub fn with_paper(
        &self,
        unit: &str,
        requirement: &str,
        day: Option<Date>,
        held: &[Holding],
    ) -> Vec<Holding> {
        let mut held = held.to_vec();
        for grant in self.about(unit, requirement, day) {
            let (Kind::OnPaper(at), Some(item)) = (grant.kind, &grant.scope.item) else { continue };
            match held.iter_mut().find(|holding| holding.item == *item) {
                Some(holding) => add_paper(holding, at),
                None => held.push(Holding {
                    item: item.clone(),
                    state: ItemState::Accepted,
                    count: 0,
                    first_at: Some(at),
                    newest_at: at,
                    flaws: Vec::new(),
                }),
            }
        }
        held
    }
}

/// Paper beside files: what came after them, or counts where they do not, is what the item stands by.
fn add_paper(holding: &mut Holding, at: Timestamp) {
    if at >= holding.newest_at {
        holding.flaws.clear();
    }
    if at >= holding.newest_at || !holding.state.counts() {
        holding.state = ItemState::Accepted;
    }
    holding.first_at = Some(holding.first_at.map_or(at, |first| first.min(at)));
    holding.newest_at = holding.newest_at.max(at);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::submission::{Flaw, Level};

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn holding(state: ItemState, minute: i64) -> Holding {
        let flaw = Flaw { code: "V05".into(), place: "".into(), text: "".into(), level: Level::Error };
        Holding {
            item: "form4".into(),
            state,
            count: u32::from(state.counts()),
            first_at: state.counts().then(|| at(minute)),
            newest_at: at(minute),
            flaws: vec![flaw],
        }
    }

    #[test]
    fn paper_counts_from_when_it_came_and_a_file_after_it_is_told_with_its_flaws() {
        let mut later = holding(ItemState::Flawed, 5);
        add_paper(&mut later, at(3));
        assert_eq!((later.state, later.first_at, later.flaws.len()), (ItemState::Flawed, Some(at(3)), 1));
        let mut earlier = holding(ItemState::Flawed, 2);
        add_paper(&mut earlier, at(3));
        assert_eq!((earlier.state, earlier.first_at, earlier.count), (ItemState::Accepted, Some(at(2)), 1));
        let mut refused = holding(ItemState::Rejected, 5);
        add_paper(&mut refused, at(3));
        assert_eq!(
            (refused.state, refused.first_at, refused.flaws.len()),
            (ItemState::Accepted, Some(at(3)), 1)
        );
    }
}
