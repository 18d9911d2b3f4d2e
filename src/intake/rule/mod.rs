//! The rules by which persons decide, the same for the command line and for the page: each finds out in its own way what is
//! meant, and both come here for whether it may be ruled so and what the decision says. A refusal is a value; each says
//! it in its own words, since one speaks of options and the other of boxes to tick.

pub mod assign;
pub mod grant;
pub mod rests;
pub mod verdict;

use jiff::Timestamp;

use crate::domain::campaign::{Campaign, When};
use crate::domain::decision::{Act, Decision, RuledPart, Scope, in_force};
use crate::fault::Fault;
use crate::store::{MessageRow, PartRow};

/// Who decides, when and why.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, or the remark itself; may be empty.
    pub why: String,
}

impl Signature {
    /// A decision so signed, about nothing yet.
    pub fn decision(&self, act: Act) -> Decision {
        Decision::new(act, &self.by, self.at, &self.why)
    }
}

/// Why something cannot be ruled so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The store failed.
    Fault(Fault),
    /// A rule of the campaign, in words that are right for both faces.
    Rule(String),
    /// The mail has no address that could be remembered.
    NoAddress(i64),
    /// The address wrote for these units too.
    SharedAddress(String, Vec<String>),
    /// The mail is not registered yet.
    OnItsWay(i64),
    /// The mail has several parts, and none was named.
    WhichPart(i64),
    /// No part of the mail can be accepted without saying as what.
    NothingToAccept(i64),
    /// No part of the mail counts.
    NothingToReturn(i64),
    /// Nobody said whose the mail is.
    NoUnit(i64),
    /// Nothing tells what the part (its path, its place) is; with an example of what may be said.
    NoItem(String, usize, String),
    /// The part is of no day of the campaign; with an example.
    NoDay(String, String),
    /// The mail has no part, only its text; with an example.
    TextOnly(i64, String),
    /// Which day of this was not said.
    WhichDay(Scope),
    /// Only a whole requirement (its id) has a deadline.
    WholeOnly(String),
    /// It came later than now.
    InFuture,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A part as a decision names it.
pub fn ruled_part(part: &PartRow) -> RuledPart {
    RuledPart { path: part.path.clone(), sha256: part.sha256.clone() }
}

/// The part at a place of a mail, as a decision names it.
fn part_at(row: &MessageRow, at: usize) -> Option<RuledPart> {
    row.parts.get(at).map(ruled_part)
}

/// Whether a scope lacks its day.
pub fn lacks_day(campaign: &Campaign, scope: &Scope) -> bool {
    let requirement = campaign.requirement(&scope.requirement);
    scope.day.is_none() && requirement.is_some_and(|r| matches!(r.when, When::EachDay { .. }))
}

/// Decisions that undo those in force that fit; empty where none does.
pub fn undoing(all: &[Decision], signature: &Signature, fits: impl Fn(&Decision) -> bool) -> Vec<Decision> {
    let undo = signature.decision(Act::Undo);
    let counting = in_force(all, Timestamp::MAX).into_iter().filter(|decision| fits(decision));
    let one = |decision: &Decision| Decision {
        undoes: Some(decision.id),
        message: decision.message,
        campaign: decision.campaign.clone(),
        unit: decision.unit.clone(),
        ..undo.clone()
    };
    counting.map(one).collect()
}
