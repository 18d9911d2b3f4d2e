//! What persons ruled. Decisions are only ever added: which of them count is worked out here, each time anew, so that
//! every one can be taken back, none is lost, and a look at the past sees those of then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::message::words;

words! {
    /// What was decided.
    Act {
        /// Whose a mail or a part is; without a unit: nobody's.
        Assign => "assign", "归入";
        /// A file counts.
        Accept => "accept", "收下";
        /// A file does not count.
        Return => "return", "退回";
        /// Something is not owed.
        Waive => "waive", "免报";
        /// A later deadline.
        Extend => "extend", "延期";
        /// A remark.
        Note => "note", "备注";
        /// It came on paper.
        Record => "record", "线下收到";
        /// An address writes for a unit.
        Remember => "remember", "记住发件人";
        /// It does not, whoever taught it.
        Forget => "forget", "解除发件人";
        /// People write this for a unit.
        Alias => "alias", "记住写法";
        /// A mail of ours of which nobody knew has left.
        Left => "left", "认定已发出";
        /// It has not, and is queued again.
        Resend => "resend", "重新排队";
        /// An address that was taken for dead is good.
        Revive => "revive", "恢复地址";
        /// An earlier decision does not count.
        Undo => "undo", "撤销";
    }
}

/// What a decision is about: a requirement, an item of it, a day of it. Written `REQUIREMENT[/ITEM][@DAY]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// Requirement id.
    pub requirement: String,
    /// Item id; none for the whole requirement.
    pub item: Option<String>,
    /// Day; none for a requirement of one date, or for every day.
    pub day: Option<Date>,
}

impl Scope {
    /// Whether an item of an obligation is meant by it.
    pub fn covers(&self, requirement: &str, day: Option<Date>, item: &str) -> bool {
        self.covers_obligation(requirement, day) && self.item.as_ref().is_none_or(|own| own == item)
    }

    /// Whether an obligation, or something of it, is meant by it.
    pub fn covers_obligation(&self, requirement: &str, day: Option<Date>) -> bool {
        self.requirement == requirement && self.day.is_none_or(|own| Some(own) == day)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.requirement)?;
        self.item.as_ref().map_or(Ok(()), |item| write!(f, "/{item}"))?;
        self.day.map_or(Ok(()), |day| write!(f, "@{day}"))
    }
}

impl FromStr for Scope {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, day) = match text.split_once('@') {
            Some((place, day)) => (place, Some(day.parse()?)),
            None => (text, None),
        };
        let (requirement, item) = match place.split_once('/') {
            Some((requirement, item)) => (requirement, Some(item.to_owned())),
            None => (place, None),
        };
        Ok(Self { requirement: requirement.to_owned(), item, day })
    }
}

/// A part as it was listed when somebody ruled on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledPart {
    /// Where it stood in the mail.
    pub path: String,
    /// SHA-256 of its bytes, where kept.
    pub sha256: Option<String>,
}

/// 人工认定: what a person ruled, with who, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// What was decided.
    pub act: Act,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, or the remark itself; may be empty.
    pub why: String,
    /// Campaign id.
    pub campaign: Option<String>,
    /// Unit code; none of an assignment: nobody's.
    pub unit: Option<String>,
    /// Register number of the mail that it is about.
    pub message: Option<i64>,
    /// Number in the outbox of the mail of ours that it is about.
    pub outbox: Option<i64>,
    /// The part that it is about; none for the whole mail.
    pub part: Option<RuledPart>,
    /// What it is about.
    pub scopes: Vec<Scope>,
    /// The sender that is remembered or forgotten, or the recipient that is good after all; lower case.
    pub address: Option<String>,
    /// What people write for the unit, as it was taught.
    pub alias: Option<String>,
    /// The last day that is on time now.
    pub until: Option<Date>,
    /// When it came on paper.
    pub came_at: Option<Timestamp>,
    /// The decision that it undoes.
    pub undoes: Option<i64>,
}

impl Decision {
    /// A decision that says nothing yet.
    pub fn new(act: Act, by: &str, at: Timestamp, why: &str) -> Self {
        Self {
            id: 0,
            act,
            by: by.to_owned(),
            at,
            why: why.to_owned(),
            campaign: None,
            unit: None,
            message: None,
            outbox: None,
            part: None,
            scopes: Vec::new(),
            address: None,
            alias: None,
            until: None,
            came_at: None,
            undoes: None,
        }
    }

    /// What it is a decision about: of several with one subject the latest counts. None for remarks, which stand side by
    /// side.
    pub fn subject(&self) -> Option<Subject<'_>> {
        let part = self.part.as_ref().map(|part| part.path.as_str());
        match self.act {
            Act::Assign => Some(Subject::Unit(self.message, part)),
            Act::Accept | Act::Return => Some(Subject::Verdict(self.message, part)),
            Act::Remember | Act::Forget => {
                Some(Subject::Sender(self.campaign.as_deref(), self.unit.as_deref(), self.address.as_deref()))
            }
            Act::Alias => {
                Some(Subject::Name(self.campaign.as_deref(), self.unit.as_deref(), self.alias.as_deref()))
            }
            Act::Left | Act::Resend => Some(Subject::Letter(self.outbox)),
            Act::Revive => Some(Subject::Address(self.address.as_deref())),
            Act::Waive | Act::Extend | Act::Record => Some(Subject::Grant(
                self.act,
                self.campaign.as_deref(),
                self.unit.as_deref(),
                self.scopes.first(),
            )),
            Act::Note | Act::Undo => None,
        }
    }

    /// Whether it says what becomes of a mail.
    pub fn rules_mail(&self) -> bool {
        matches!(self.act, Act::Assign | Act::Accept | Act::Return) && self.message.is_some()
    }
}

/// What a decision is about, as far as another may replace it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject<'a> {
    /// Whose a mail or part is.
    Unit(Option<i64>, Option<&'a str>),
    /// Whether a mail or part counts.
    Verdict(Option<i64>, Option<&'a str>),
    /// For whom an address writes: campaign, unit, address.
    Sender(Option<&'a str>, Option<&'a str>, Option<&'a str>),
    /// What people write for whom: campaign, unit, name.
    Name(Option<&'a str>, Option<&'a str>, Option<&'a str>),
    /// What became of a mail of ours.
    Letter(Option<i64>),
    /// Whether an address is good.
    Address(Option<&'a str>),
    /// What a unit was granted: campaign, unit, scope.
    Grant(Act, Option<&'a str>, Option<&'a str>, Option<&'a Scope>),
}

/// The decisions that count, of those made by `as_of`, in the order in which they were made. `all` is in that order.
pub fn in_force(all: &[Decision], as_of: Timestamp) -> Vec<&Decision> {
    let known = || all.iter().filter(|decision| decision.at <= as_of);
    let undone: BTreeSet<i64> = known().filter_map(|decision| decision.undoes).collect();
    let mut latest: BTreeMap<Subject<'_>, i64> = BTreeMap::new();
    let mut counting: Vec<&Decision> = Vec::new();
    for decision in known().filter(|decision| decision.act != Act::Undo && !undone.contains(&decision.id)) {
        if let Some(subject) = decision.subject() {
            latest.insert(subject, decision.id);
        }
        counting.push(decision);
    }
    let is_latest = |decision: &&Decision| {
        decision.subject().is_none_or(|subject| latest.get(&subject) == Some(&decision.id))
    };
    counting.retain(is_latest);
    counting
}

/// What people write for a unit, as a person taught it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaughtName {
    /// Unit code.
    pub unit: String,
    /// As it is written.
    pub name: String,
}

/// Names that persons taught for the units of a campaign and did not take back.
pub fn taught_names(all: &[Decision], campaign: &str) -> Vec<TaughtName> {
    let taught = in_force(all, Timestamp::MAX)
        .into_iter()
        .filter(|decision| decision.act == Act::Alias && decision.campaign.as_deref() == Some(campaign));
    let name = |decision: &Decision| {
        Some(TaughtName { unit: decision.unit.clone()?, name: decision.alias.clone()? })
    };
    taught.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn ruled(id: i64, act: Act, message: i64) -> Decision {
        let decision = Decision::new(act, "甲", at(id), "");
        Decision { id, message: Some(message), ..decision }
    }

    fn counting(all: &[Decision], minute: i64) -> Vec<i64> {
        in_force(all, at(minute)).iter().map(|decision| decision.id).collect()
    }

    #[test]
    fn the_latest_about_a_thing_counts_and_undoing_it_brings_back_the_one_before() {
        let undo = Decision { undoes: Some(3), ..ruled(4, Act::Undo, 17) };
        let all = [ruled(1, Act::Accept, 17), ruled(2, Act::Assign, 17), ruled(3, Act::Return, 17), undo];
        assert_eq!(counting(&all, 1), [1]);
        assert_eq!(counting(&all, 2), [1, 2], "whose it is and whether it counts are two things");
        assert_eq!(counting(&all, 3), [2, 3]);
        assert_eq!(counting(&all, 4), [1, 2]);
    }

    #[test]
    fn remarks_stand_side_by_side() {
        let all = [ruled(1, Act::Note, 17), ruled(2, Act::Note, 17)];
        assert_eq!(counting(&all, 2), [1, 2]);
    }

    #[test]
    fn a_scope_is_written_as_it_is_typed() {
        for text in ["plan", "plan/form4", "daily@2023-05-16", "daily/photo@2023-05-16"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        assert!("daily@tomorrow".parse::<Scope>().is_err());
    }
}
