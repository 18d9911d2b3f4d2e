//! Who owes what as of a moment. `standing` is a pure function of facts and time: nothing about lateness is ever
//! stored, so an extension, a correction or a look back is just another question.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::campaign::{Campaign, Item, Need, Requirement, When};
use super::grant::Grants;
use super::message::words;
use super::submission::{Flaw, Holding, ItemState, Level, NIL_ITEM};
use super::unit::Unit;

words! {
    /// How an obligation stands (`contract.md` 3).
    Standing {
        /// Its day has not begun.
        NotOpen => "not_open", "未开始";
        /// Nothing yet, not late.
        Open => "open", "待报";
        /// Something, not late.
        Partial => "partial", "部分报送";
        /// All there, in time.
        Complete => "complete", "已报齐";
        /// All there, an item after the due moment.
        CompleteLate => "complete_late", "逾期报齐";
        /// Late, nothing counts.
        Overdue => "overdue", "逾期未报";
        /// Late, something is missing.
        OverduePartial => "overdue_partial", "逾期缺项";
        /// Reported that there is nothing.
        Nil => "nil", "零报告";
        /// Not owed.
        Exempt => "exempt", "免报";
        /// What arrived needs a person before it can count.
        Review => "review", "待核";
    }
}

impl Standing {
    /// Nothing more is owed.
    pub fn is_done(self) -> bool {
        matches!(self, Standing::Complete | Standing::CompleteLate | Standing::Nil | Standing::Exempt)
    }

    /// Late and not done.
    pub fn is_late(self) -> bool {
        matches!(self, Standing::Overdue | Standing::OverduePartial)
    }
}

/// All holdings of a campaign by unit code, requirement id and day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Holdings(HashMap<(String, String, Option<Date>), Vec<Holding>>);

impl Holdings {
    /// Adds what one item of one obligation adds up to.
    pub fn add(&mut self, unit: &str, requirement: &str, day: Option<Date>, holding: Holding) {
        self.0.entry((unit.to_owned(), requirement.to_owned(), day)).or_default().push(holding);
    }

    /// What is held for one obligation.
    pub fn of(&self, unit: &str, requirement: &str, day: Option<Date>) -> &[Holding] {
        self.0.get(&(unit.to_owned(), requirement.to_owned(), day)).map_or(&[], Vec::as_slice)
    }
}

/// One item of an obligation as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemStanding {
    /// Item id.
    pub item: String,
    /// Its state.
    pub state: ItemState,
    /// What is held, when anything came.
    pub holding: Option<Holding>,
}

/// One obligation as it stands (应报项).
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// Requirement id.
    pub requirement: String,
    /// Its day, for a requirement of each day.
    pub day: Option<Date>,
    /// The first instant that is late.
    pub due: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// Arrival of the first part or nil report that counts.
    pub first_at: Option<Timestamp>,
    /// When it became complete.
    pub complete_at: Option<Timestamp>,
    /// Its items in the order of the requirement.
    pub items: Vec<ItemStanding>,
}

impl Obligation {
    /// Items that are still to come.
    pub fn lacking(&self) -> impl Iterator<Item = &ItemStanding> {
        self.items.iter().filter(|item| item.state.lacks())
    }
}

/// How the obligation of `unit` for `requirement` (on `day`) stands at `now`, given what is held and what persons
/// granted. Whether it is owed at all goes by the day of the requirement: a later deadline makes nobody owe more.
pub fn standing(
    campaign: &Campaign,
    requirement: &Requirement,
    unit: &Unit,
    day: Option<Date>,
    held: &[Holding],
    grants: &Grants,
    now: Timestamp,
) -> Obligation {
    let last_day = requirement.last_day(day);
    let until = grants.until(&unit.code, &requirement.id, day);
    let due = campaign.end_of(until.map_or(last_day, |until| until.max(last_day)));
    let held = grants.with_paper(&unit.code, &requirement.id, day, held);
    let is_waived = |item: &str| grants.waives_item(&unit.code, &requirement.id, day, item);
    let items = items(requirement, &held, is_waived);
    let exempt = !unit.owes_on(last_day)
        || grants.waives(&unit.code, &requirement.id, day)
        || (!items.is_empty()
            && items.iter().all(|item| item.state == ItemState::Exempt || is_waived(&item.item)));
    let items = if exempt { without_debt(items) } else { items };
    let nil_at = held.iter().find(|holding| holding.item == NIL_ITEM).and_then(|holding| holding.first_at);
    let firsts = || items.iter().filter_map(|item| item.holding.as_ref()?.first_at);
    let complete_at = match requirement.need {
        // Nothing is asked for: nothing is complete.
        _ if exempt => None,
        Need::Any => firsts().min(),
        // What is waived makes nobody late when it comes all the same.
        Need::All if items.iter().all(|item| item.state.is_settled()) => {
            let asked = items.iter().filter(|item| !is_waived(&item.item));
            asked.filter_map(|item| item.holding.as_ref()?.first_at).max()
        }
        Need::All => None,
    };
    let is_late = now >= due;
    let standing = match complete_at {
        _ if exempt => Standing::Exempt,
        Some(at) if at >= due => Standing::CompleteLate,
        Some(_) => Standing::Complete,
        None if nil_at.is_some() => Standing::Nil,
        None if items.iter().any(|item| item.state.counts()) => {
            if is_late {
                Standing::OverduePartial
            } else {
                Standing::Partial
            }
        }
        None if items.iter().any(|item| item.state == ItemState::Review) => Standing::Review,
        None if is_late => Standing::Overdue,
        None if opens_at(campaign, requirement, day).is_some_and(|opens| now < opens) => Standing::NotOpen,
        None => Standing::Open,
    };
    let first_at = firsts().chain(nil_at).min();
    Obligation { requirement: requirement.id.clone(), day, due, standing, first_at, complete_at, items }
}

/// The items of a requirement as they stand. One that is waived is not asked for; where it came all the same, it counts.
fn items(requirement: &Requirement, held: &[Holding], is_waived: impl Fn(&str) -> bool) -> Vec<ItemStanding> {
    let one = |item: &Item| {
        let holding = held.iter().find(|holding| holding.item == item.id).cloned();
        let holding = holding.map(|holding| within_quota(item, holding));
        let state = holding.as_ref().map_or(ItemState::Missing, |holding| holding.state);
        let state = if is_waived(&item.id) && !state.counts() { ItemState::Exempt } else { state };
        ItemStanding { item: item.id.clone(), state, holding }
    };
    requirement.items.iter().map(one).collect()
}

fn without_debt(items: Vec<ItemStanding>) -> Vec<ItemStanding> {
    items.into_iter().map(|item| ItemStanding { state: ItemState::Exempt, ..item }).collect()
}

/// More files than a unit may send count all the same; which of them stay is for people to say, and they are told.
fn within_quota(item: &Item, mut holding: Holding) -> Holding {
    let most = item.limits.max_count;
    if most > 0 && holding.count > most {
        let text = format!("收到{}件，超过限报的{most}件，请单位确认保留哪几件", holding.count);
        let flaw = Flaw { code: "QUOTA".to_owned(), place: item.title.clone(), text, level: Level::Warning };
        holding.flaws.push(flaw);
    }
    holding
}

/// When an obligation begins: the day itself, or the requirement's own opening; none: from the beginning.
fn opens_at(campaign: &Campaign, requirement: &Requirement, day: Option<Date>) -> Option<Timestamp> {
    let first = match requirement.when {
        When::EachDay { .. } => day,
        When::By { .. } => requirement.opens,
    };
    first.map(|day| campaign.start_of(day))
}

/// Every obligation of `unit` as it stands at `now`, in the order of requirements and days. Nothing for a unit that
/// owes nothing.
pub fn obligations(
    campaign: &Campaign,
    unit: &Unit,
    holdings: &Holdings,
    grants: &Grants,
    now: Timestamp,
) -> Vec<Obligation> {
    standings(campaign, unit, holdings, grants, now, |requirement, _| requirement.owed_by(&unit.group))
}

/// What a unit that owes nothing has sent of what is welcome, by requirement and day.
pub fn welcome(
    campaign: &Campaign,
    unit: &Unit,
    holdings: &Holdings,
    grants: &Grants,
    now: Timestamp,
) -> Vec<Obligation> {
    let is_sent =
        |requirement: &Requirement, held: &[Holding]| requirement.takes_from(&unit.group) && !held.is_empty();
    standings(campaign, unit, holdings, grants, now, is_sent)
}

fn standings(
    campaign: &Campaign,
    unit: &Unit,
    holdings: &Holdings,
    grants: &Grants,
    now: Timestamp,
    is_meant: impl Fn(&Requirement, &[Holding]) -> bool,
) -> Vec<Obligation> {
    let days =
        campaign.requirements.iter().flat_map(|asked| asked.days().into_iter().map(move |day| (asked, day)));
    let held = days.map(|(asked, day)| (asked, day, holdings.of(&unit.code, &asked.id, day)));
    let meant = held.filter(|(asked, _, held)| is_meant(asked, held));
    meant.map(|(asked, day, held)| standing(campaign, asked, unit, day, held, grants, now)).collect()
}
