//! Who owes: the roster of a campaign. Codes are the stable names; everything people write is an alias.

use jiff::civil::Date;

/// 报送单位: one unit of the roster (`units.csv`, `contract.md` 2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// Stable ASCII code; given in the roster or derived from the name.
    pub code: String,
    /// Full official name.
    pub name: String,
    /// Short forms, old names, conventional abbreviations.
    pub aliases: Vec<String>,
    /// Group id of the campaign (`city_edu`, `college`, …).
    pub group: String,
    /// City or prefecture, for order and filters; may be empty.
    pub city: String,
    /// Name of the unit that this one reports through, if any.
    pub parent: Option<String>,
    /// Addresses that the office knows; the first one that is not dead receives mail.
    pub emails: Vec<String>,
    /// The unit's own mail domains: a hint, never a proof.
    pub domains: Vec<String>,
    /// Contact person on the roster.
    pub contact: String,
    /// Contact's telephone on the roster.
    pub phone: String,
    /// What falls due before this date is exempt.
    pub valid_from: Option<Date>,
    /// What falls due after this date is exempt.
    pub valid_to: Option<Date>,
}

impl Unit {
    /// Whether something that falls due on `day` is owed by this unit at all (`contract.md` 2).
    pub fn owes_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| day >= from) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// The name and every alias, longest claim first being the caller's business.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// As many of a list are named; a person who sees more reads none.
const MOST_NAMED: usize = 12;

/// 「成都航空职业技术学院（C005）、…等12个」: units to choose from.
pub fn listed(units: &[&Unit]) -> String {
    let named: Vec<String> =
        units.iter().take(MOST_NAMED).map(|unit| format!("{}（{}）", unit.name, unit.code)).collect();
    let more = if units.len() > MOST_NAMED { format!("等{}个", units.len()) } else { String::new() };
    format!("{}{more}", named.join("、"))
}

/// All units of a campaign, in the order of the roster (which is the order of every list that staff see).
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The units, in roster order.
    pub units: Vec<Unit>,
}

/// How schools are called; where no unit is, tables speak of units.
const SCHOOLS: [&str; 7] = ["学校", "学院", "大学", "中学", "小学", "幼儿园", "职教中心"];

/// How the cities of a province are called; a city's own districts and counties are not.
const CITIES: [&str; 4] = ["市", "州", "盟", "地区"];

impl Roster {
    /// Whether any of its units is a school.
    pub fn has_schools(&self) -> bool {
        self.units.iter().any(|unit| SCHOOLS.iter().any(|ending| unit.name.ends_with(ending)))
    }

    /// What those under its authorities are called.
    pub fn lower_units(&self) -> &'static str {
        if self.has_schools() { "学校" } else { "单位" }
    }

    /// What is said before the sum over all of them: schools of several cities are a province's.
    pub fn whole(&self) -> &'static str {
        let is_city = |city: &&str| CITIES.iter().any(|ending| city.ends_with(ending));
        let mut cities = self.units.iter().map(|unit| unit.city.as_str()).filter(is_city);
        let first = cities.next();
        let is_province = cities.any(|city| Some(city) != first);
        if self.has_schools() && is_province { "全省" } else { "全部" }
    }

    /// The unit with this code.
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// The units that a person may mean by a piece of a name.
    pub fn like(&self, wanted: &str) -> Vec<&Unit> {
        let is_like = |unit: &&Unit| !wanted.is_empty() && unit.names().any(|name| name.contains(wanted));
        self.units.iter().filter(is_like).collect()
    }

    /// The unit that a person means by `wanted`: code, name or any alias, exactly.
    pub fn find(&self, wanted: &str) -> Option<&Unit> {
        let wanted = wanted.trim();
        self.by_code(wanted)
            .or_else(|| self.units.iter().find(|unit| unit.names().any(|name| name == wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_schools_of_several_cities_are_a_provinces() {
        let whole = |units: &[(&str, &str)]| {
            let unit = |(name, city): &(&str, &str)| Unit {
                name: (*name).into(),
                city: (*city).into(),
                ..Unit::default()
            };
            Roster { units: units.iter().map(unit).collect() }.whole()
        };
        assert_eq!(whole(&[("甲学院", "甲市"), ("乙学院", "乙州")]), "全省");
        assert_eq!(whole(&[("某市第一中学", ""), ("某市第二中学", "")]), "全部");
        assert_eq!(whole(&[("东山小学", "东山区"), ("临水小学", "临水县")]), "全部");
        assert_eq!(whole(&[("甲市水务局", "甲市"), ("乙市水务局", "乙市")]), "全部");
    }
}
