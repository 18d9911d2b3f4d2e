//! What whoever belongs to a house leaves out of its name. In a group's roster every name begins with the group's, in a city's with the
//! city's, and their clerks write 华东分公司 and 市第一人民医院: the rest of the name, where it is one unit's alone.

use std::collections::{BTreeMap, BTreeSet};

use super::letters::plain;
use crate::domain::unit::{Roster, Unit};

/// How a house is called by kind.
const HOUSES: &[&str] = &["集团", "公司", "银行", "大学", "学院", "医院", "总局", "局"];
/// The kind that is left out even where the house is named: 宏远华东分公司 of 宏远集团.
const BRANDED: &str = "集团";
/// A house is one whose name so many of a roster begin with, at least, and half of it.
const UNITS_MIN: usize = 3;
/// Letters of what is left of a name, at least; so many of them before the kind of company are its own.
const REST_CHARS: usize = 4;
const OWN_CHARS: usize = 2;
/// What companies are called that tells none from another.
const COMPANIES: &[&str] = &["股份有限公司", "集团有限公司", "有限责任公司", "有限公司", "分公司", "公司"];
/// Levels of places that many names of a roster begin with, and letters of a place before that.
const LEVELS: [char; 5] = ['省', '市', '州', '县', '区'];
const PLACE_CHARS: std::ops::RangeInclusive<usize> = 2..=4;
/// Before 区 these make no place of it that has offices.
const NO_DISTRICT: [char; 7] = ['地', '小', '社', '校', '院', '园', '景'];

/// What many names of a roster begin with.
#[derive(Debug, Default)]
pub(super) struct Begins {
    houses: Vec<String>,
    places: Vec<String>,
    /// The city or county of all of them, with its level and without.
    only_city: Option<(String, String)>,
}

impl Begins {
    pub(super) fn of(roster: &Roster) -> Self {
        let names: Vec<String> = roster.units.iter().map(|unit| plain(&unit.name)).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for head in names.iter().flat_map(|name| heads(name)) {
            *counts.entry(head).or_default() += 1;
        }
        let enough = UNITS_MIN.max(names.len().div_ceil(2));
        let houses = counts.into_iter().filter(|(_, count)| *count >= enough);
        let mut by_level: BTreeMap<char, BTreeMap<&str, usize>> = BTreeMap::new();
        for (place, level) in names.iter().filter_map(|name| place(name)) {
            *by_level.entry(level).or_default().entry(place).or_default() += 1;
        }
        // Of two cities either is meant by 市第一人民医院.
        let only = by_level.into_values().filter(|places| places.len() == 1).flatten();
        let places = only.filter(|(_, count)| *count >= UNITS_MIN);
        Self {
            houses: houses.map(|(house, _)| house.to_owned()).collect(),
            places: places.map(|(place, _)| place.to_owned()).collect(),
            only_city: only_city(roster),
        }
    }

    /// What a unit is called within its house, and with the short name of that before it.
    pub(super) fn inside(&self, unit: &Unit) -> BTreeSet<String> {
        let name = plain(&unit.name);
        let mut called = BTreeSet::new();
        for house in &self.houses {
            let brand = house.strip_suffix(BRANDED).filter(|brand| brand.chars().count() >= OWN_CHARS);
            let before = || std::iter::once(house.as_str()).chain(brand);
            if let Some(rest) = name.strip_prefix(house.as_str()).filter(|rest| tells(rest)) {
                called.extend(brand.map(|brand| format!("{brand}{rest}")));
                called.insert(rest.to_owned());
            }
            // An alias is written behind the house, too.
            let aliases = unit.aliases.iter().map(|alias| plain(alias));
            let aliases =
                aliases.filter(|alias| tells(alias) && !before().any(|house| alias.starts_with(house)));
            called.extend(aliases.flat_map(|alias| before().map(move |house| format!("{house}{alias}"))));
        }
        for place in &self.places {
            let level = place.chars().next_back();
            let rest = name.strip_prefix(place.as_str()).filter(|rest| rest.chars().count() >= OWN_CHARS);
            called.extend(rest.zip(level).map(|(rest, level)| format!("{level}{rest}")));
        }
        if let Some((city, short)) = &self.only_city {
            let rest = name.strip_prefix(city.as_str()).or_else(|| name.strip_prefix(short.as_str()));
            if let Some(rest) = rest.filter(|rest| tells(rest)) {
                called.extend([rest.to_owned(), format!("{short}{rest}")]);
            }
        }
        called
    }
}

/// The place in which all units of a roster lie, as people call it: 青石县, 青石.
fn only_city(roster: &Roster) -> Option<(String, String)> {
    let mut cities = roster.units.iter().map(|unit| plain(&unit.city));
    let city = cities.next().filter(|city| !city.is_empty())?;
    let short = city.strip_suffix(LEVELS).filter(|short| short.chars().count() >= OWN_CHARS)?.to_owned();
    (roster.units.len() >= UNITS_MIN && cities.all(|other| other == city)).then_some((city, short))
}

/// What a name begins with that may be the name of a house, itself not among them.
fn heads(name: &str) -> BTreeSet<&str> {
    let ends = HOUSES.iter().flat_map(|kind| name.match_indices(kind).map(|(at, kind)| at + kind.len()));
    ends.filter(|end| *end < name.len()).filter_map(|end| name.get(..end)).collect()
}

/// The place that a name begins with, and its level.
fn place(name: &str) -> Option<(&str, char)> {
    let (nth, (at, level)) = name.char_indices().enumerate().find(|(_, (_, c))| LEVELS.contains(c))?;
    let before = name.get(..at)?;
    let is_place = PLACE_CHARS.contains(&nth) && !(level == '区' && before.ends_with(NO_DISTRICT));
    is_place.then_some((name.get(..at + level.len_utf8())?, level))
}

/// Whether what is left of a name tells who it is: 华东分公司; not 股份有限公司.
fn tells(rest: &str) -> bool {
    let own = COMPANIES.iter().find_map(|company| rest.strip_suffix(company)).unwrap_or(rest);
    rest.chars().count() >= REST_CHARS && own.chars().count() >= OWN_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::names::NameBook;

    fn codes(units: &[(&str, &str)], text: &str) -> String {
        let unit = |(nth, (name, alias)): (usize, &(&str, &str))| Unit {
            code: format!("{}", nth + 1),
            name: (*name).to_owned(),
            aliases: Some((*alias).to_owned()).filter(|alias| !alias.is_empty()).into_iter().collect(),
            ..Unit::default()
        };
        NameBook::of(&Roster { units: units.iter().enumerate().map(unit).collect() }).codes(text).concat()
    }

    const GROUP: [(&str, &str); 7] = [
        ("宏远集团股份有限公司", ""),
        ("宏远集团第一工程有限公司", "一公司"),
        ("宏远集团物资有限责任公司", ""),
        ("宏远集团华东分公司", ""),
        ("宏远集团华东第二分公司", "华东二分公司"),
        ("宏远集团华东一分公司", ""),
        ("成渝高速LJ1标项目经理部", ""),
    ];

    #[test]
    fn in_its_house_a_unit_goes_without_the_name_of_the_house() {
        for (text, wanted) in [
            ("华东分公司10月月报", "4"),
            ("报送单位：华东分公司", "4"),
            ("宏远华东分公司", "4"),
            ("宏远集团华东二分公司", "5"),
            ("华东第二分公司", "5"),
            ("华东一分公司", "6"),
            ("华东第一分公司", "6"),
            ("宏远集团物资有限公司", "3"),
            ("物资有限责任公司", "3"),
            ("宏远第一工程有限公司", "2"),
            ("第一工程有限公司", "2"),
            ("成渝高速LJ1标项目部", "7"),
            // Of others, or of nobody.
            ("中天华东分公司", ""),
            ("股份有限公司", ""),
            ("物资统计表", ""),
            ("第一工程情况表", ""),
            ("宏远集团第三工程有限公司", ""),
            ("宏远集团", ""),
            ("宏远集团华东三分公司", ""),
        ] {
            assert_eq!(codes(&GROUP, text), wanted, "{text}");
        }
    }

    #[test]
    fn of_the_only_city_of_a_roster_its_name_is_left_out() {
        let city = [
            ("云江市第一人民医院", "市一院"),
            ("云江市人民医院", ""),
            ("云江市中医院", ""),
            ("云江医学院第二附属医院", ""),
            ("临江县人民医院", ""),
            ("青石县人民医院", ""),
        ];
        for (text, wanted) in [
            ("市第一人民医院流感日报", "1"),
            ("市人民医院", "2"),
            ("市中医医院报送", "3"),
            ("云江市中医医院", "3"),
            ("云江医学院附属第二医院", "4"),
            // Either county may be meant, and another city is.
            ("县人民医院", ""),
            ("东湖市第一人民医院", ""),
            ("市第三人民医院", ""),
            ("云江医学院附属第三医院", ""),
        ] {
            assert_eq!(codes(&city, text), wanted, "{text}");
        }
        let cities = [&city[..], &[("东湖市人民医院", "")]].concat();
        assert_eq!(codes(&cities, "市第一人民医院流感日报"), "");
    }
}
