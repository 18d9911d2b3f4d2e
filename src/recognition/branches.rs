//! How a branch is written that the roster has beside its house: 某市第一中学（东校区） and 市一中东校区 are 某市第一中学东校区. Without
//! these the name of the house alone is found, and what the branch sends displaces what the house has sent.

use std::collections::{BTreeSet, HashMap};

use super::letters::plain;
use crate::domain::unit::{Roster, Unit};

/// Of a name so much stands at least before the branch, and at least and at most for it (characters).
const HOUSE_CHARS: usize = 2;
const BRANCH_CHARS: std::ops::RangeInclusive<usize> = 2..=10;

/// How a branch of a company is called by kind, and letters of its whole name, at least.
const COMPANY: &str = "分公司";
const TELLING_CHARS: usize = 5;

fn is_telling(branch: &str) -> bool {
    branch.ends_with(COMPANY) && branch.chars().count() >= TELLING_CHARS
}

/// A few letters behind a complete name one of these makes another institution of it: 某学院城北分院.
const BRANCHES: &[&str] = &["分院", "分校", "分局", "分公司", "教学点"];

/// The same behind the name of a hospital.
const HOSPITAL_BRANCHES: &[&str] = &["分院", "院区", "分部", "门诊部", "卫生服务中心", "卫生服务站"];

/// The same behind that of a town's central school, which has others below it: 河口镇中心小学(东街小学).
const CENTRAL_BRANCHES: &[&str] = &["分校", "教学点", "小学", "幼儿园"];

/// What makes another institution of a name behind which it stands.
pub(super) fn branches_of(name: &[char], is_hospital: bool) -> &'static [&'static str] {
    match name {
        [.., '中', '心', '小', '学'] => CENTRAL_BRANCHES,
        _ if is_hospital => HOSPITAL_BRANCHES,
        _ => BRANCHES,
    }
}

/// The units of a roster by all their names.
pub(super) struct Houses<'r>(HashMap<String, &'r Unit>);

impl<'r> Houses<'r> {
    pub(super) fn of(roster: &'r Roster) -> Self {
        let named = roster.units.iter().flat_map(|unit| unit.names().map(move |name| (plain(name), unit)));
        Self(named.collect())
    }

    /// What a unit is called besides, if it is a branch: each name of its house, with the branch behind it or in brackets.
    pub(super) fn branch_names(&self, unit: &Unit) -> BTreeSet<String> {
        let mut called = BTreeSet::new();
        for name in unit.names().map(plain) {
            let Some((house, branch)) = self.split(unit, &name) else { continue };
            let known = self.0.get(house).into_iter().flat_map(|house| house.names().map(plain));
            for house in known.chain([house.to_owned()]) {
                called.extend([format!("{house}{branch}"), format!("{house}({branch})")]);
            }
            // Of one roster 东城分公司 is nobody else's.
            called.extend(Some(branch.to_owned()).filter(|branch| is_telling(branch)));
        }
        called
    }

    /// The house and the branch: by the brackets, else by the longest name of another unit with which this one begins.
    fn split<'n>(&self, unit: &Unit, name: &'n str) -> Option<(&'n str, &'n str)> {
        let is_split = |(house, branch): &(&str, &str)| {
            house.chars().count() >= HOUSE_CHARS && BRANCH_CHARS.contains(&branch.chars().count())
        };
        if let Some(split) = name.strip_suffix(')').and_then(|name| name.rsplit_once('(')) {
            return Some(split).filter(is_split);
        }
        let heads = name.char_indices().rev().filter_map(|(at, _)| name.split_at_checked(at));
        let is_house = |house: &str| self.0.get(house).is_some_and(|other| other.code != unit.code);
        heads.filter(is_split).find(|(house, _)| is_house(house))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::names::NameBook;

    fn codes(text: &str) -> String {
        let unit = |code: &str, name: &str, aliases: &[&str]| Unit {
            code: code.into(),
            name: name.into(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..Unit::default()
        };
        let units = vec![
            unit("A", "某市第一中学", &["市一中"]),
            unit("B", "某市第一中学东校区", &["一中东校区"]),
            unit("C", "某市第一中学（西校区）", &[]),
            unit("D", "某市第一中学附属小学", &[]),
            unit("E", "某市第十一中学", &["十一中"]),
        ];
        NameBook::of(&Roster { units }).codes(text).concat()
    }

    #[test]
    fn a_branch_is_known_by_its_brackets_and_without_them() {
        for (text, wanted) in [
            ("某市第一中学（东校区）", "B"),
            ("某市第一中学(东校区)自查表", "B"),
            ("市一中（东校区）自查表", "B"),
            ("市一中东校区", "B"),
            ("某市第一中学 东校区", "B"),
            ("某市第一中学西校区", "C"),
            ("市一中（西校区）报送自查表", "C"),
            ("市一中（附属小学）", "D"),
            // What the roster does not have is a part of the house.
            ("某市第一中学（高中部）", "A"),
            ("某市第一中学（盖章）", "A"),
            ("某市第十一中学（东校区）", "E"),
        ] {
            assert_eq!(codes(text), wanted, "{text}");
        }
    }
}
