//! What people of one county call its schools and offices among themselves: 县一小 and 临江一小 of 临江县第一小学, 龙潭初中 of
//! 临江县龙潭乡初级中学, 民政局. The county goes without saying where all of a roster lie in it, the kind is shortened, and the town
//! only says which. What two of them are called so names neither.

use std::collections::{BTreeMap, BTreeSet};

use super::endings::SHORT_ENDINGS;
use super::letters::plain;
use crate::domain::unit::{Roster, Unit};

/// Last letters of the places of one roster, of which it has but one.
const COUNTIES: [char; 4] = ['县', '区', '市', '旗'];
/// Letters of a place before its kind.
const PLACE_CHARS: std::ops::RangeInclusive<usize> = 2..=4;
/// Places within it, by kind; the longest first.
const WITHIN: &[&str] = &["街道", "社区", "镇", "乡", "村", "区"];
/// A roster of one county has so many units at least.
const UNITS_MIN: usize = 3;
/// What lies in towns too, by kind.
const SCHOOLS: &[&str] =
    &["小学", "中学", "学校", "幼儿园", "职中", "职高", "医院", "卫生院", "保健院", "教学点", "卫生服务中心"];
/// The offices of a county by kind. 城乡 in the name of one is no town.
const OFFICES: &[&str] = &[
    "局",
    "委员会",
    "委",
    "办公室",
    "大队",
    "中心",
    "工会",
    "联合会",
    "联合社",
    "协会",
    "法院",
    "检察院",
    "部",
];
/// What an office that is also another's bears before its county: 国家税务总局临江县税务局, 中共临江县委宣传部.
const ABOVE: &[&str] = &["国家税务总局", "国家统计局", "中国共产党", "中共"];
/// 团县委 is 共青团临江县委员会.
const LEAGUE: &str = "共青团";
const LEAGUE_SHORT: &str = "团";
const COMMITTEE: &str = "委员会";
const COMMITTEE_SHORT: &str = "委";
/// What each of them may be called like, and no name of one.
const NOBODYS: &[&str] = &[
    "小学",
    "中学",
    "学校",
    "幼儿园",
    "初中",
    "高中",
    "医院",
    "卫生院",
    "初级中学",
    "高级中学",
    "中心小学",
    "中心学校",
    "中心校",
    "中心幼儿园",
    "委员会",
    "办公室",
    "小",
    "中心",
    "卫生服务中心",
    "社区卫生服务中心",
];
/// Kinds as they are shortened by everybody.
const SHORTENED: &[(&str, &str)] = &[
    ("实验小学", "实小"),
    ("实验幼儿园", "实幼"),
    ("机关幼儿园", "机幼"),
    ("特殊教育学校", "特教学校"),
    ("特殊教育学校", "特校"),
    ("初级中学", "初中"),
    ("初级中学", "中学"),
    ("高级中学", "高中"),
    ("中心小学", "中心学校"),
    ("中心小学", "中心校"),
    ("中心学校", "中心校"),
    ("中心卫生院", "卫生院"),
    ("人民医院", "医院"),
    ("妇幼保健院", "妇保院"),
    ("疾病预防控制中心", "疾控"),
    ("中心血站", "血站"),
];
/// That of a village: 红星村小.
const SCHOOL: &str = "小学";
const VILLAGE_SCHOOL: &str = "小";
/// Kinds that are numbered: 第一小学 is 一小.
const NUMBERED: &[(&str, &str)] = &[
    ("小学", "小"),
    ("中学", "中"),
    ("幼儿园", "幼"),
    ("初级中学", "中"),
    ("人民医院", "院"),
    ("人民医院", "医院"),
];

/// The only county of a roster.
#[derive(Debug)]
pub(super) struct County {
    name: String,
}

impl County {
    /// None where a roster has several, or none.
    pub(super) fn of(roster: &Roster) -> Option<Self> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for unit in &roster.units {
            let city = plain(&unit.city);
            let place =
                if city.is_empty() { begins(&plain(&unit.name)).map(str::to_owned) } else { Some(city) };
            *places.entry(place.unwrap_or_default()).or_default() += 1;
        }
        let (name, count) = places.into_iter().next().filter(|(name, _)| begins(name) == Some(name))?;
        (count == roster.units.len() && count >= UNITS_MIN).then_some(Self { name })
    }

    /// What one of its units is called besides. 第四人民医院(精神卫生中心) has two names.
    pub(super) fn names(&self, unit: &Unit) -> BTreeSet<String> {
        let name = plain(&unit.name);
        match name.strip_suffix(')').and_then(|name| name.split_once('(')) {
            Some((outer, inner)) => [outer, inner].into_iter().flat_map(|name| self.names_of(name)).collect(),
            None => self.names_of(&name),
        }
    }

    fn names_of(&self, name: &str) -> BTreeSet<String> {
        if let Some(COMMITTEE) =
            name.strip_prefix(LEAGUE).and_then(|name| name.strip_prefix(self.name.as_str()))
        {
            return self.league();
        }
        let own = ABOVE.iter().find_map(|above| name.strip_prefix(above)).unwrap_or(name);
        let rest = own.strip_prefix(self.name.as_str()).unwrap_or(own);
        let is_one_of = |kinds: &[&str]| kinds.iter().any(|kind| rest.ends_with(kind));
        let (towns, proper) = match (is_one_of(SCHOOLS), is_one_of(OFFICES)) {
            (true, _) => split(rest),
            (false, true) => (Vec::new(), rest),
            (false, false) => return BTreeSet::new(),
        };
        let level = self.name.chars().next_back().map(String::from).unwrap_or_default();
        let short = self.name.strip_suffix(&level).unwrap_or_default();
        let mut names = BTreeSet::new();
        for from in 0..=towns.len() {
            for town in called(towns.get(from..).unwrap_or_default()) {
                for proper in shorter(proper, &town) {
                    let own = format!("{town}{proper}");
                    // 县一小 is that of the county, and none of a town's.
                    let heads = [&self.name, short, &level].into_iter().filter(|_| from == 0);
                    names.extend(heads.map(|head| format!("{head}{own}")));
                    names.insert(own);
                }
            }
        }
        // 县委宣传部 without its county is that of anybody.
        let is_own = |name: &str| !NOBODYS.contains(&name) && !name.starts_with(COMMITTEE_SHORT);
        names.retain(|name| is_own(name) && name.chars().count() > 1);
        names
    }

    /// What its league of youth is called.
    fn league(&self) -> BTreeSet<String> {
        let level = self.name.chars().next_back().map(String::from).unwrap_or_default();
        let called = |league: &str| {
            [&self.name, &level].map(|place| format!("{league}{place}{COMMITTEE_SHORT}")).to_vec()
        };
        [LEAGUE, LEAGUE_SHORT].into_iter().flat_map(called).collect()
    }
}

/// The place of the level of a county with which a name begins.
fn begins(name: &str) -> Option<&str> {
    let (nth, (at, level)) = name.char_indices().enumerate().find(|(_, (_, c))| COUNTIES.contains(c))?;
    PLACE_CHARS.contains(&nth).then(|| name.get(..at + level.len_utf8()))?
}

/// The towns and villages with which a name begins, each with its kind, and what it is called there.
fn split(mut rest: &str) -> (Vec<(&str, &str)>, &str) {
    let mut towns = Vec::new();
    loop {
        let ends = WITHIN.iter().filter_map(|kind| Some((rest.find(kind)?, *kind)));
        let next =
            ends.filter(|(at, _)| PLACE_CHARS.contains(&chars_before(rest, *at))).min_by_key(|(at, _)| *at);
        let Some((own, behind, kind)) = next.and_then(|(at, kind)| {
            let (own, behind) = (rest.get(..at)?, rest.get(at + kind.len()..)?);
            (!behind.is_empty()).then_some((own, behind, kind))
        }) else {
            return (towns, rest);
        };
        towns.push((own, kind));
        rest = behind;
    }
}

fn chars_before(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().chars().count()
}

/// Each way in which a row of places is said: 龙潭乡红星村, 龙潭红星, ….
fn called(towns: &[(&str, &str)]) -> Vec<String> {
    towns.iter().fold(vec![String::new()], |said, (own, kind)| {
        said.iter().flat_map(|before| [format!("{before}{own}{kind}"), format!("{before}{own}")]).collect()
    })
}

/// A proper name and its short forms behind a town or village.
fn shorter(proper: &str, town: &str) -> BTreeSet<String> {
    let mut forms: BTreeSet<String> = [proper.to_owned()].into();
    for (long, short) in SHORTENED.iter().chain(SHORT_ENDINGS) {
        let shorter: Vec<&String> = forms.iter().filter(|form| form.ends_with(long)).collect();
        let shorter =
            shorter.into_iter().filter_map(|form| Some(format!("{}{short}", form.strip_suffix(long)?)));
        forms.extend(shorter.collect::<Vec<_>>());
    }
    let nth = proper.rsplit_once('第');
    let numbers = nth.into_iter().flat_map(|(head, nth)| {
        NUMBERED.iter().filter_map(move |(kind, short)| Some((head, nth.strip_suffix(kind)?, short)))
    });
    let is_number =
        |number: &str| !number.is_empty() && number.chars().all(|c| "一二三四五六七八九十".contains(c));
    let numbers = numbers.filter(|(_, number, _)| is_number(number));
    forms.extend(numbers.map(|(head, number, short)| format!("{head}{number}{short}")));
    forms.extend((town.ends_with('村') && proper == SCHOOL).then(|| VILLAGE_SCHOOL.to_owned()));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::names::NameBook;

    fn codes(units: &[&str], city: &str, text: &str) -> String {
        let unit = |(nth, name): (usize, &&str)| Unit {
            code: format!("{}", nth + 1),
            name: (*name).to_owned(),
            city: city.to_owned(),
            ..Unit::default()
        };
        NameBook::of(&Roster { units: units.iter().enumerate().map(unit).collect() }).codes(text).join(" ")
    }

    #[test]
    fn in_its_county_a_school_goes_without_it_and_by_its_short_name() {
        let county = [
            "临江县第一小学",
            "临江县第二中学",
            "临江县实验小学",
            "临江县城关镇第一小学",
            "临江县龙潭乡中心小学",
            "临江县龙潭乡初级中学",
            "临江县东风镇初级中学",
            "临江县东风镇胜利村小学",
            "临江县石桥乡胜利村小学",
            "临江县小太阳幼儿园",
            "临江县龙潭乡小太阳幼儿园",
            "临江县育才学校",
        ];
        for (text, wanted) in [
            ("县一小材料", "1"),
            ("临江一小报送", "1"),
            ("城关镇一小", "4"),
            ("城关一小材料", "4"),
            ("二中报送", "2"),
            ("县实验小学", "3"),
            ("实验小学统计表", "3"),
            ("龙潭中心校材料", "5"),
            ("龙潭初中情况", "6"),
            ("东风镇胜利村小", "8"),
            ("石桥胜利小学", "9"),
            ("育才学校材料", "12"),
            ("临江县小太阳幼儿园", "10"),
            ("龙潭小太阳幼儿园", "11"),
            // Either may be meant, or neither.
            ("第一小学", ""),
            ("一小报送", ""),
            ("胜利村小学", ""),
            ("小太阳幼儿园", ""),
            ("初级中学", ""),
            ("县第三小学", ""),
            ("青石县第二中学", ""),
            ("青石二中报送", ""),
            ("红旗镇第二中学", ""),
            ("临江县一小时经济圈", ""),
        ] {
            assert_eq!(codes(&county, "临江县", text), wanted, "{text}");
            assert_eq!(codes(&county, "", text), wanted, "{text}");
        }
    }

    #[test]
    fn so_do_the_offices_of_a_county_and_the_schools_whose_roster_leaves_it_out() {
        let offices = [
            "临江县民政局",
            "临江县住房和城乡建设局",
            "临江县教育和体育局",
            "临江县城关镇人民政府",
            "临江县文化广播电视和旅游局",
            "临江县妇女联合会",
            "临江县人民法院",
            "国家税务总局临江县税务局",
            "中共临江县委宣传部",
            "共青团临江县委员会",
        ];
        for (text, wanted) in [
            ("民政局10月月报", "1"),
            ("民政局情况", "1"),
            ("住建局：报送", "2"),
            ("县住建局", "2"),
            ("临江住建局报送", "2"),
            ("教体局材料", "3"),
            ("县文旅局报送", "5"),
            ("妇联材料", "6"),
            ("县法院", "7"),
            ("县税务局材料", "8"),
            ("县委宣传部", "9"),
            ("团县委材料", "10"),
            ("党委宣传部", ""),
            ("宣传部材料", ""),
            ("市民政局材料", ""),
            ("青石县民政局材料", ""),
        ] {
            assert_eq!(codes(&offices, "临江县", text), wanted, "{text}");
        }
        let hospitals = [
            "云江市第一人民医院",
            "云江市第四人民医院（云江市精神卫生中心）",
            "云江市东城区人民路社区卫生服务中心",
        ];
        for (text, wanted) in [
            ("市一医院报送", "1"),
            ("云江市一院", "1"),
            ("市第四人民医院", "2"),
            ("市精神卫生中心", "2"),
            ("人民路社区卫生服务中心", "3"),
            ("市三医院报送", ""),
            ("社区卫生服务中心", ""),
        ] {
            assert_eq!(codes(&hospitals, "云江市", text), wanted, "{text}");
        }
        let schools = ["第一小学", "第二小学", "龙潭乡中心小学"];
        for (text, wanted) in [("县一小", "1"), ("临江二小报送", "2"), ("龙潭中心校", "3")] {
            assert_eq!(codes(&schools, "临江县", text), wanted, "{text}");
        }
    }

    #[test]
    fn of_several_counties_none_goes_without_saying() {
        let several = ["临江县第一小学", "临江县第二小学", "临江县实验小学", "青石县第三小学"];
        for text in ["县一小", "第一小学", "临江二小报送", "第三小学"] {
            assert_eq!(codes(&several, "", text), "", "{text}");
        }
    }
}
