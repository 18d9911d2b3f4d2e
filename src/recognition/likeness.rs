//! Whether a school's name could be a unit's own, written otherwise: without the province, with an old ending, with a letter
//! wrong. 湖南铁道职业技术学院 is not 四川铁道职业学院, though both are called 铁道职院; a person must say whose such a form is.

use super::names::NameBook;
use super::titles::{SCHOOL_ENDINGS, TOWN_OFFICES};
use super::words::BUREAU_ENDINGS;
use super::{squeeze, without_brackets};
use crate::domain::unit::Unit;

/// Letters of a school's name, at least and at most.
const NAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=20;
/// From so many letters on one may be wrong.
const MISSPELT_LETTERS: usize = 4;

/// What schools are called by kind, the longest first: it changes over the years, and people confuse it.
const KINDS: &[&str] = &[
    "高等专科学校",
    "中等专业学校",
    "职业中专学校",
    "职业高级中学",
    "职业技术大学",
    "职业技术学院",
    "职业技术学校",
    "职业教育中心",
    "职业大学",
    "职业学院",
    "职业学校",
    "职业中专",
    "职业高中",
    "职业中学",
    "高级中学",
    "技师学院",
    "技术学校",
    "技工学校",
    "职教中心",
    "学院",
    "大学",
    "学校",
    "中学",
    "职院",
    "职高",
    "职中",
    "职校",
    "中专",
    "技校",
    "医院",
    "人民政府",
    "街道办事处",
    "居民委员会",
    "居委会",
];
/// Before a school's name, at times left out.
pub(super) const PROVINCES: &[&str] = &[
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
];
/// Numbers of institutions: 第一 and 第二 are two.
const NUMERALS: &str = "一二三四五六七八九十";
/// Letters of the name of a place, at least.
const PLACE_LETTERS: usize = 2;
/// Behind the names of places below a city.
const LOWER_PLACES: &str = "县区市旗";
/// Behind the name of a place, at times left out.
const PLACE_ENDINGS: &[&str] = &["省", "市", "州", "县", "区"];

/// Whether a text is the whole name of a school, or of what else the roster of `book` has of the kind, and of another one than
/// this unit.
pub fn is_another_school(book: &NameBook, unit: &Unit, name: &str) -> bool {
    let name = squeeze(&without_brackets(name));
    let is_institution = book.institutions().any(|ending| name.ends_with(ending)) || is_college(book, &name);
    if !is_institution || !NAME_LETTERS.contains(&name.chars().count()) {
        return false;
    }
    let is_school = is_college(book, &name) || SCHOOL_ENDINGS.iter().any(|ending| name.ends_with(ending));
    let theirs = core(&name, unit);
    !unit.names().map(|own| core(&squeeze(own), unit)).any(|own| is_like(&own, &theirs, is_school))
}

/// Towns and streets, and the communities and villages that lie in them.
const TOWNS: [&str; 3] = ["镇", "乡", "街道"];
const COMMUNITIES: [&str; 4] = ["社区", "村", "居委会", "村委会"];

/// Whether a text names what lies in a town and reports through it: its table has a row for each community.
pub fn is_community_of(unit: &Unit, name: &str) -> bool {
    let stem = TOWN_OFFICES.iter().find_map(|office| unit.name.strip_suffix(office)).unwrap_or(&unit.name);
    let name = squeeze(&without_brackets(name));
    TOWNS.iter().any(|town| stem.ends_with(town)) && COMMUNITIES.iter().any(|ending| name.ends_with(ending))
}

/// Whether a name is that of a university or college, by how it ends; that of a department does not begin with a place that is
/// known here: 机电工程学院.
pub(super) fn is_college(book: &NameBook, name: &str) -> bool {
    let begins_with_place = || {
        PROVINCES.iter().any(|place| name.starts_with(place))
            || book.places.iter().any(|place| name.starts_with(place.as_str()))
    };
    name.ends_with("大学") || (name.ends_with("学院") && begins_with_place())
}

/// Whether a text is the whole name of an authority, and of another place than this unit's: a county's form in the mail of
/// its city.
pub fn is_another_authority(unit: &Unit, name: &str) -> bool {
    let name = squeeze(&without_brackets(name));
    let city: String = unit.city.chars().take(PLACE_LETTERS).collect();
    // 市教育局 names no place; 夹江县教育局 does.
    let ends_place = |c: char| PLACE_ENDINGS.iter().any(|ending| ending.starts_with(c));
    let names_place = name.chars().position(ends_place).is_some_and(|at| at >= PLACE_LETTERS);
    let is_authority = BUREAU_ENDINGS.iter().any(|ending| name.ends_with(ending));
    is_authority && names_place && !city.is_empty() && !name.contains(&city)
}

/// Whether a text is the whole name of an authority below this one: 成都市龙泉驿区教育局 of 成都市教育局.
pub fn is_lower_authority(unit: &Unit, name: &str) -> bool {
    let name = squeeze(&without_brackets(name));
    let city = unit.city.trim_end_matches(['市', '州', '县', '区']);
    let rest = name.split_once(city).filter(|_| !city.is_empty()).map_or(name.as_str(), |(_, rest)| rest);
    let rest = rest.trim_start_matches(['市', '州']);
    let names_place =
        rest.chars().position(|c| LOWER_PLACES.contains(c)).is_some_and(|at| at >= PLACE_LETTERS);
    names_place && BUREAU_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// What tells a school from others: without what it is called by kind, and without the province that is the unit's too; of
/// a college also without the 市 behind the unit's own city, which is left out or put in.
fn core(name: &str, unit: &Unit) -> String {
    let core = KINDS.iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name);
    let city: String = unit.city.chars().take(PLACE_LETTERS).collect();
    let bare = |province: &&str| {
        let rest = core.strip_prefix(*province)?;
        let rest = rest.strip_prefix('省').unwrap_or(rest);
        let is_own = unit.name.starts_with(*province) || (!city.is_empty() && rest.starts_with(&city));
        is_own.then_some(rest)
    };
    let rest = PROVINCES.iter().find_map(bare).unwrap_or(core);
    // A school may be called by its province alone.
    let core = if rest.is_empty() { core } else { rest };
    let behind = core.strip_prefix(city.as_str()).filter(|_| !city.is_empty());
    let is_college = ["学院", "大学", "高等专科学校"].iter().any(|kind| name.ends_with(kind));
    match behind.and_then(|behind| behind.strip_prefix(['市', '州'])).filter(|_| is_college) {
        Some(behind) => format!("{city}{behind}"),
        None => without_place_ending(core).to_owned(),
    }
}

/// 夹江 of 夹江县; 泸州 stays.
fn without_place_ending(name: &str) -> &str {
    let cut = PLACE_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    cut.filter(|cut| cut.chars().count() >= PLACE_LETTERS).unwrap_or(name)
}

/// `is_school`: a letter may be wrong. Of hospitals and offices 第一 and 第五, 中医 and 中心 tell one from another.
fn is_like(own: &str, theirs: &str, is_school: bool) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (own.chars().collect(), theirs.chars().collect());
    let wrong: Vec<(&char, &char)> = a.iter().zip(&b).filter(|(a, b)| a != b).collect();
    let is_slip = |(a, b): &(&char, &char)| !NUMERALS.contains(**a) && !NUMERALS.contains(**b);
    let is_misspelt = is_school
        && a.len() == b.len()
        && a.len() >= MISSPELT_LETTERS
        && wrong.len() <= 1
        && wrong.iter().all(is_slip);
    // 夹江县 is written 夹江; 武阳县 is not 武阳市.
    let is_place = own == without_place_ending(theirs) || without_place_ending(own) == theirs;
    theirs.is_empty()
        || own == theirs
        || is_place
        || (b.len() >= PLACE_LETTERS && own.contains(theirs))
        || (!is_school && (leaves_out_a_place(&a, &b) || leaves_out_a_place(&b, &a)))
        || is_misspelt
}

/// Whether the shorter of two names is the longer one without the letter behind a place: 武阳中医 for 武阳市中医.
fn leaves_out_a_place(long: &[char], short: &[char]) -> bool {
    let is_place = |c: &char| PLACE_ENDINGS.iter().any(|ending| ending.starts_with(*c));
    let places = long.iter().enumerate().skip(PLACE_LETTERS).filter(|(_, c)| is_place(c));
    places.into_iter().any(|(at, _)| {
        let (before, behind) = long.split_at(at);
        before.iter().chain(behind.iter().skip(1)).eq(short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Roster;

    #[test]
    fn hospitals_differ_by_number_kind_and_place() {
        let unit = |name: &str| Unit { name: name.to_owned(), ..Unit::default() };
        let book = NameBook::of(&Roster { units: vec![unit("临江市第一人民医院")] });
        for (own, other) in [
            ("东川市第一人民医院", "东川市第五人民医院"),
            ("武阳市中医医院", "武阳县中医医院"),
            ("临江市中医医院", "临江市中心医院"),
            ("临江市第一人民医院", "临江市妇幼保健院"),
        ] {
            assert!(is_another_school(&book, &unit(own), other), "{other}");
        }
        for (own, same) in
            [("临江市第一人民医院", "第一人民医院"), ("武阳市中医医院", "武阳中医医院"), ("省医院", "医务科")]
        {
            assert!(!is_another_school(&book, &unit(own), same), "{same}");
        }
    }

    #[test]
    fn another_school_is_told_from_an_odd_spelling() {
        let book = NameBook::default();
        let unit = |name: &str, alias: &str| Unit {
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            ..Unit::default()
        };
        let rail = unit("四川铁道职业学院", "铁道职院");
        for own in [
            "四川铁道职业技术学院",
            "铁道职业学院",
            "铁道职业技术学院（教务处）",
            "四川省铁道职业学院",
            "教务处",
            "铁道系",
            "我校",
        ] {
            assert!(!is_another_school(&book, &rail, own), "{own}");
        }
        for other in ["湖南铁道职业技术学院", "南江县小河职业中学", "重庆电子工程职业学院", "XX职业技术学院"]
        {
            assert!(is_another_school(&book, &rail, other), "{other}");
        }
        let city = unit("巴中职业技术学院", "巴中职院");
        for own in ["巴中市职业技术学院", "巴中职业技术学校", "巴中职业学院"] {
            assert!(!is_another_school(&book, &city, own), "{own}");
        }
        assert!(is_another_school(&book, &city, "巴中外国语职业中学"));
        let of = |name: &str, city: &str| Unit { city: city.to_owned(), ..unit(name, "无") };
        for (name, place, own) in [
            ("泸州职业技术学院", "泸州市", "泸州市职业技术学院"),
            ("达州中医药职业学院", "达州市", "达州市中医药职业学院"),
            ("绵阳飞行职业学院", "绵阳市", "绵阳市飞行职业学院"),
            ("成都航空职业技术学院", "成都市", "四川省成都市航空职业技术学院"),
        ] {
            assert!(!is_another_school(&book, &of(name, place), own), "{own}");
        }
        for (name, place, other) in [
            ("成都工业职业技术学院", "成都市", "成都市工业职业技术学校"),
            ("广安职业技术学院", "广安市", "广州职业技术学院"),
            ("四川长江职业学院", "成都市", "湖北长江职业学院"),
        ] {
            assert!(is_another_school(&book, &of(name, place), other), "{other}");
        }
        let bureau = Unit { city: "乐山市".into(), ..unit("乐山市教育局", "乐山教育局") };
        for own in ["乐山市教育局", "四川省乐山市教育局", "市教育局", "教育局", "职成科"]
        {
            assert!(!is_another_authority(&bureau, own), "{own}");
        }
        assert!(
            is_another_authority(&bureau, "峨眉山市教育局") && is_another_authority(&bureau, "夹江县教育局")
        );
        assert!(is_another_school(&book, &unit("绵阳第一职业中学", "无"), "绵阳第二职业中学"));
        assert!(
            is_lower_authority(&bureau, "乐山市夹江县教育局")
                && is_lower_authority(&bureau, "峨眉山市教育局")
        );
        assert!(!is_lower_authority(&bureau, "乐山市教育局") && !is_lower_authority(&bureau, "教育局"));
        let arts = unit("四川文化艺术职业学院", "文艺职院");
        assert!(!is_another_school(&book, &arts, "四川文华艺术职业学院"), "a letter wrong");
    }
}
