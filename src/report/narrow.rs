//! Which units of a status are asked about: by group, city, how they stand, what they have and lack. What waits for a
//! person is neither had nor lacked; those units are named beside the answer, so that it never hides them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check_names;
use super::situation::is_asked;
use super::status::{ItemStatus, RequirementStatus, Status, UnitStatus};
use crate::domain::campaign::Campaign;
use crate::domain::obligation::Standing;
use crate::domain::submission::ItemState;

/// An item of a requirement, by their ids.
pub type ItemKey = (String, String);

/// What is asked. Every list that is empty asks for nothing; what stands in one list is joined by "or", lists by "and".
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Group ids.
    pub groups: Vec<String>,
    /// Cities as the roster has them.
    pub cities: Vec<String>,
    /// Code of one unit.
    pub unit: Option<String>,
    /// Requirement id: only what is owed for it is left.
    pub requirement: Option<String>,
    /// One day of it.
    pub day: Option<Date>,
    /// How an obligation stands.
    pub standings: Vec<Standing>,
    /// Items of which something counts, each of them.
    pub has: Vec<ItemKey>,
    /// Items of which nothing counts and nothing waits, each of them.
    pub lacks: Vec<ItemKey>,
    /// Codes of flaws; see [`Narrow::any_flaw`].
    pub flaws: Vec<String>,
    /// Any flaw at all.
    pub any_flaw: bool,
    /// Nothing came on so many days in a row, up to the last day that is over.
    pub silent: Option<u32>,
    /// Something that is open is not done.
    pub missing: bool,
}

impl Narrow {
    /// Leaves in `status` what is asked about; answers with the names of units that would fit if what waits for a person
    /// were decided so.
    pub fn apply(&self, status: &mut Status) -> Vec<String> {
        let is_meant = |own: &RequirementStatus| {
            self.requirement.as_ref().is_none_or(|id| *id == own.id)
                && self.day.is_none_or(|day| own.day == Some(day))
        };
        for unit in &mut status.units {
            unit.requirements.retain(is_meant);
            unit.under.iter_mut().for_each(|unit| unit.requirements.retain(is_meant));
        }
        status.others.iter_mut().for_each(|unit| unit.requirements.retain(is_meant));
        // They owe nothing: no condition about what is owed is met by them.
        let is_about_debt = self.is_about_debt();
        status.others.retain(|unit| !is_about_debt && self.is_of(unit) && !unit.requirements.is_empty());
        let mut undecided = Vec::new();
        status.units.retain(|unit| {
            let fits = self.is_of(unit) && !unit.requirements.is_empty() && self.stands(unit);
            match self.holds(unit) {
                Some(holds) => fits && holds,
                None => {
                    if fits {
                        undecided.push(unit.unit.clone());
                    }
                    false
                }
            }
        });
        undecided
    }

    fn is_about_debt(&self) -> bool {
        let Self { standings, has, lacks, flaws, any_flaw, silent, missing, .. } = self;
        let lists = [standings.is_empty(), has.is_empty(), lacks.is_empty(), flaws.is_empty()];
        lists.contains(&false) || *any_flaw || silent.is_some() || *missing
    }

    fn is_of(&self, unit: &UnitStatus) -> bool {
        (self.groups.is_empty() || self.groups.contains(&unit.group))
            && (self.cities.is_empty() || self.cities.contains(&unit.city))
            && self.unit.as_ref().is_none_or(|code| *code == unit.code)
    }

    fn stands(&self, unit: &UnitStatus) -> bool {
        let stands = |own: &RequirementStatus| self.standings.contains(&own.standing);
        let flawed = |own: &RequirementStatus| {
            own.items.iter().flat_map(|item| &item.flaws).any(|flaw| is_asked(flaw, &self.flaws))
        };
        (self.standings.is_empty() || unit.requirements.iter().any(stands))
            && (!self.missing || unit.owes())
            && ((self.flaws.is_empty() && !self.any_flaw) || unit.requirements.iter().any(flawed))
            && self.silent.is_none_or(|days| silent_days(unit) >= days.max(1))
    }

    /// Whether it has and lacks what is asked; none where that waits for a person.
    fn holds(&self, unit: &UnitStatus) -> Option<bool> {
        let mut waits = false;
        let mut is = |wanted: &ItemKey, has: bool| {
            let items = || items_of(unit, wanted);
            let counts = items().any(|item| item.state.counts());
            let review = items().any(|item| item.state == ItemState::Review);
            let lacks = items().any(|item| item.state.lacks());
            waits |= !counts && review;
            if has { counts || review } else { !counts && (lacks || review) }
        };
        let fits = self.has.iter().all(|wanted| is(wanted, true))
            & self.lacks.iter().all(|wanted| is(wanted, false));
        if fits && waits { None } else { Some(fits) }
    }

    /// What is asked, in words: 「高职学校；缺活动方案」; empty for all.
    pub fn in_words(&self, campaign: &Campaign) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut say = |list: Vec<String>| {
            if !list.is_empty() {
                words.push(list.join("、"));
            }
        };
        say(self.groups.iter().map(|id| campaign.group_title(id).to_owned()).collect());
        say(self.cities.clone());
        say(self.standings.iter().map(|standing| standing.chinese().to_owned()).collect());
        let titles = |what: &str, items: &[ItemKey]| {
            items.iter().map(|key| format!("{what}{}", title(campaign, key))).collect::<Vec<_>>()
        };
        say(titles("已有", &self.has));
        say(titles("缺", &self.lacks));
        say(if self.any_flaw {
            vec!["有问题".to_owned()]
        } else {
            self.flaws.iter().map(|code| check_names::in_words(code)).collect()
        });
        say(self.silent.map(|days| format!("连续{days}天没有报送")).into_iter().collect());
        say(self.missing.then(|| "未报齐".to_owned()).into_iter().collect());
        words.join("；")
    }
}

/// What an item is called; one that the requirement does not have by its name elsewhere, and never by its id.
fn title(campaign: &Campaign, (requirement, item): &ItemKey) -> String {
    let own = campaign.requirement(requirement).and_then(|requirement| requirement.item(item));
    let anywhere = || campaign.requirements.iter().find_map(|requirement| requirement.item(item));
    own.or_else(anywhere).map_or_else(|| "不在要求之列的材料".to_owned(), |item| item.title.clone())
}

fn items_of<'a>(
    unit: &'a UnitStatus,
    (requirement, item): &'a ItemKey,
) -> impl Iterator<Item = &'a ItemStatus> {
    let own = unit.requirements.iter().filter(move |own| own.id == *requirement);
    own.flat_map(|own| &own.items).filter(move |of| of.id == *item)
}

/// On how many days in a row nothing came, up to the last day that is over; none where something came since. Of several
/// requirements of each day the one that is silent longest.
fn silent_days(unit: &UnitStatus) -> u32 {
    let mut by_requirement: BTreeMap<&str, Vec<Standing>> = BTreeMap::new();
    for own in unit.requirements.iter().filter(|own| own.day.is_some()) {
        by_requirement.entry(own.id.as_str()).or_default().push(own.standing);
    }
    let silent = |standings: &Vec<Standing>| {
        let begun = standings.iter().rev().filter(|standing| **standing != Standing::NotOpen);
        let over = begun.skip_while(|standing| **standing == Standing::Open);
        over.take_while(|standing| **standing == Standing::Overdue).count()
    };
    let longest = by_requirement.values().map(silent).max().unwrap_or(0);
    u32::try_from(longest).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(id: &str, day: i8, standing: Standing) -> RequirementStatus {
        RequirementStatus {
            id: id.into(),
            day: Some(jiff::civil::date(2023, 5, day)),
            due: String::new(),
            standing,
            first_at: None,
            complete_at: None,
            reminded: 0,
            mails: BTreeSet::new(),
            items: vec![],
        }
    }

    #[test]
    fn days_of_two_daily_requirements_are_not_added_up() {
        use Standing::{Complete, NotOpen, Open, Overdue};
        let unit = |first: [Standing; 4], second: [Standing; 4]| {
            let of = |id: &'static str, standings: [Standing; 4]| {
                (14..).zip(standings).map(move |(on, standing)| day(id, on, standing))
            };
            let requirements = of("photos", first).chain(of("figures", second)).collect();
            let (name, none) = ("某学院".to_owned(), String::new);
            UnitStatus {
                code: "C1".into(),
                unit: name,
                group: none(),
                city: none(),
                requirements,
                mails: 0,
                may_have_sent: false,
                under: vec![],
            }
        };
        let silent = [Overdue, Overdue, Open, NotOpen];
        assert_eq!(silent_days(&unit(silent, silent)), 2, "two days, whatever was due on each");
        assert_eq!(
            silent_days(&unit(silent, [Complete, Complete, Open, NotOpen])),
            2,
            "one of them is silent"
        );
        assert_eq!(
            silent_days(&unit([Overdue, Complete, Open, NotOpen], [Complete, Overdue, Open, NotOpen])),
            1
        );
    }
}
