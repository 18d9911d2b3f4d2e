//! What a unit is granted: that something is not owed, a later deadline, that it came on paper.

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::{Refused, Signature};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, Scope, in_force};
use crate::domain::unit::Unit;

/// The unit and the scope that a grant is about.
#[derive(Debug, Clone)]
pub struct Grant<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// The unit.
    pub unit: &'a Unit,
    /// What of it.
    pub scope: Scope,
}

impl Grant<'_> {
    /// The decision that grants this, as `act`; what it needs besides is added by the caller.
    pub fn decision(&self, act: Act, signature: &Signature) -> Decision {
        Decision {
            campaign: Some(self.campaign.id.clone()),
            unit: Some(self.unit.code.clone()),
            scopes: vec![self.scope.clone()],
            ..signature.decision(act)
        }
    }

    /// Whether a decision is about the same.
    pub fn is_about(&self, decision: &Decision) -> bool {
        decision.campaign.as_ref() == Some(&self.campaign.id)
            && decision.unit.as_ref() == Some(&self.unit.code)
            && decision.scopes.first() == Some(&self.scope)
    }

    /// What is not owed cannot be waived or put off.
    ///
    /// # Errors
    /// When the unit does not owe it.
    pub fn must_owe(&self) -> Result<(), Refused> {
        let requirement = self.campaign.requirement(&self.scope.requirement);
        let owes = requirement.is_some_and(|requirement| requirement.owed_by(&self.unit.group));
        let title = requirement.map_or("", |requirement| requirement.title.as_str());
        owes.then_some(()).ok_or_else(|| Refused::Rule(format!("{}本来就不应报“{title}”。", self.unit.name)))
    }

    /// The same is not granted twice: whoever took one of the two back would leave the other in force, unseen. Of paper that
    /// came it is the first that counts, whenever a second clerk writes it down. `decision` is this grant as it would be made.
    ///
    /// # Errors
    /// When one of `all` that is in force grants it.
    pub fn must_be_new(&self, decision: &Decision, all: &[Decision]) -> Result<(), Refused> {
        let is_same = |made: &&Decision| {
            made.act == decision.act && self.is_about(made) && made.until == decision.until
        };
        match in_force(all, Timestamp::MAX).into_iter().find(is_same) {
            Some(made) => Err(Refused::Rule(format!(
                "第{}号认定已经办过：{}，不必重复；要改理由，请先撤销那一项。",
                made.id,
                chinese::ruling(made, Some(self.campaign))
            ))),
            None => Ok(()),
        }
    }

    /// A whole requirement is put off, or none.
    ///
    /// # Errors
    /// When only an item of it is meant.
    pub fn must_be_whole(&self) -> Result<(), Refused> {
        match self.scope.item {
            Some(_) => Err(Refused::WholeOnly(self.scope.requirement.clone())),
            None => Ok(()),
        }
    }

    /// Whether the deadline may be moved to the end of `until`: only to a later day, and not by a mistyped year.
    ///
    /// # Errors
    /// When not.
    pub fn may_extend(&self, until: Date) -> Result<(), Refused> {
        let requirement = self.campaign.requirement(&self.scope.requirement);
        let Some(last) = requirement.map(|requirement| requirement.last_day(self.scope.day)) else {
            return Ok(());
        };
        if until <= last {
            return Err(Refused::Rule(format!(
                "本来就到{}为止，{}不是延期；延期只能更晚。",
                chinese::day_in(last, Some(self.campaign)),
                chinese::day_in(until, Some(self.campaign))
            )));
        }
        if is_far(last, until) {
            let until = chinese::full_day(until);
            return Err(Refused::Rule(format!("延期到{until}，晚了一年以上；请核对年份。")));
        }
        Ok(())
    }

    /// Of several extensions that cover something the latest day counts: a shorter one would be none.
    ///
    /// # Errors
    /// When another one of `all` reaches as far.
    pub fn must_be_latest(&self, until: Date, all: &[Decision]) -> Result<(), Refused> {
        let covers = |decision: &&Decision| {
            let scope = decision.scopes.first().filter(|scope| **scope != self.scope);
            decision.act == Act::Extend
                && decision.campaign.as_ref() == Some(&self.campaign.id)
                && decision.unit.as_ref() == Some(&self.unit.code)
                && scope.is_some_and(|scope| scope.covers_obligation(&self.scope.requirement, self.scope.day))
        };
        let others = in_force(all, Timestamp::MAX).into_iter().filter(covers);
        let later = others.filter_map(|decision| Some((decision.until?, decision.id))).max();
        match later.filter(|(day, _)| *day >= until) {
            Some((day, id)) => Err(Refused::Rule(format!(
                "第{id}号认定已延期至{}，再延只能更晚；要改短，请先撤销那一项。",
                chinese::day_in(day, Some(self.campaign))
            ))),
            None => Ok(()),
        }
    }

    /// Whether something may have come on paper at `at`.
    ///
    /// # Errors
    /// When not, or its day was not said.
    pub fn may_have_come(&self, at: Timestamp, now: Timestamp) -> Result<(), Refused> {
        if super::lacks_day(self.campaign, &self.scope) {
            return Err(Refused::WhichDay(self.scope.clone()));
        }
        if at > now {
            return Err(Refused::InFuture);
        }
        let came_on = self.campaign.local(at).date();
        if is_far(came_on, self.campaign.period.0) {
            let came_on = chinese::full_day(came_on);
            return Err(Refused::Rule(format!("收到的时间（{came_on}）比活动早一年以上；请核对年份。")));
        }
        Ok(())
    }
}

/// Whether the second day is more than a year behind the first, as it is when a year is mistyped.
fn is_far(first: Date, second: Date) -> bool {
    first.checked_add(Span::new().years(1)).is_ok_and(|year_later| second > year_later)
}
