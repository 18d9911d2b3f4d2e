//! What people write for the full names of units: shorter endings (职院), and for towns, streets and communities the place without
//! county and office (城关镇 for 东山县城关镇人民政府). Several counties have a 城关镇. Where only one unit of a roster is called so it is that one's name; where several are, it
//! names none of them, but it speaks for them against everybody else.

use std::collections::BTreeSet;

use super::branches::Houses;
use super::companies;
use super::county::County;
use super::endings::SHORT_ENDINGS;
use super::house::Begins;
use super::letters::{Letter, is_han, plain, stands_behind};
use super::likeness::PROVINCES;
use super::titles::{DONE_THERE, NOT_OF_PLACE, PLACE_ENDINGS, TOWN_DOES, TOWN_ENDINGS, TOWN_OFFICES};
use crate::domain::unit::{Roster, Unit};

/// Letters of a place before what it is called by kind, at least: 城关镇, 园区街道; not 区街道.
const PLACE_LETTERS: usize = 2;

/// The name of a company below another one is no longer (characters).
const COMPANY_CHARS: usize = 9;

/// How what has departments is called by kind.
const HOUSES: &[&str] = &["大学", "学院", "学校", "医院", "公司", "集团", "局", "厅", "委员会"];
const COMPANY: &str = "公司";
const GROUP: &str = "集团";
/// What belongs to a university, and bears its number before or behind this.
const ATTACHED: &str = "附属";
/// What bears its number with or without 第.
const BRANCH: &str = "分公司";
/// Of a Chinese numeral.
const NUMERAL_BYTES: usize = 3;
/// An office is called by no more letters: 公共卫生科.
const OFFICE_CHARS: usize = 6;
/// How such an office is called by kind.
const OFFICES: &[&str] = &["科", "处", "室", "部", "办"];
/// What between a short form and an office makes another house of them.
const OTHER_HOUSES: &[&str] =
    &["局", "厅", "院", "校", "所", "公司", "集团", "中心", "厂", "站", "协会", "学会"];
/// What a longer name goes on with: 遂宁工程(建设部).
const GOES_ON: &[&str] = &["建设", "管理", "技术", "职业", "服务", "设计"];
/// What is done with what is somebody's.
const SENT: &[&str] = &["发", "报", "交", "送", "转", "发的", "报的"];
/// How departments are called by kind.
const DEPARTMENTS: &[&str] = &["学院", "系", "部", "处", "中心"];
/// Of these there are many, and one may be called like the end of another.
const MANY: &[&str] = &["小学", "中学", "幼儿园", "医院", "卫生院"];
/// So many of a county may be meant by one name; what more are called is no name of any.
const SCHOOLS_MAX: usize = 3;
/// The last letters of places in which they lie.
const BEFORE_MANY: &str = "省市州盟县区旗镇乡道";
/// A name that begins with a place says so in so many letters: 临江市, 东山县.
const PLACE_HEAD: usize = 4;

/// What the units of a roster are called besides their names and aliases.
pub(super) struct Shorter<'r> {
    houses: Houses<'r>,
    begins: Begins,
    county: Option<County>,
}

impl<'r> Shorter<'r> {
    pub(super) fn of(roster: &'r Roster) -> Self {
        Self { houses: Houses::of(roster), begins: Begins::of(roster), county: County::of(roster) }
    }

    /// Whether what several units are called speaks for one of them, and a person must say of which: a town, or a school of the county.
    pub(super) fn is_shared(&self, name: &str, units: usize) -> bool {
        is_town(name) || (self.county.is_some() && is_of_many_kinds(name) && units <= SCHOOLS_MAX)
    }

    /// All of it for one unit; what several are called so names none of them, unless they are towns.
    pub(super) fn names(&self, unit: &Unit) -> BTreeSet<String> {
        let name = plain(&unit.name);
        let mut names = bare_names(&name, &plain(&unit.city));
        names.extend(self.houses.branch_names(unit));
        names.extend(self.county.iter().flat_map(|county| county.names(unit)));
        names.extend(companies::called(unit));
        let forms = |name: &str| -> BTreeSet<String> {
            let other = other_order(name);
            short_forms(name).into_iter().chain(other.iter().flat_map(|name| short_forms(name))).collect()
        };
        names.extend(forms(&name));
        names.extend(either_office(&name));
        // 物资 of 宏远集团物资有限公司 is a word that everybody writes.
        let is_company = |name: &str| name.ends_with(COMPANY) || name.ends_with(GROUP);
        for name in self.begins.inside(unit) {
            names.extend(forms(&name).into_iter().filter(|form| is_company(form) || !is_company(&name)));
        }
        names
    }
}

/// A name with its number where others write it: 附属第二医院 is 第二附属医院, 华东二分公司 is 华东第二分公司.
fn other_order(name: &str) -> Option<String> {
    if let Some((head, tail)) = name.split_once(ATTACHED) {
        if let Some((before, number)) = head.rsplit_once('第') {
            return is_number(number).then(|| format!("{before}{ATTACHED}第{number}{tail}"));
        }
        let (number, kind) = tail.strip_prefix('第').and_then(|tail| tail.split_at_checked(NUMERAL_BYTES))?;
        return is_number(number).then(|| format!("{head}第{number}{ATTACHED}{kind}"));
    }
    let head = name.strip_suffix(BRANCH)?;
    let number = head.chars().next_back().filter(|c| is_number(&c.to_string()))?;
    let before = head.strip_suffix(number)?;
    Some(match before.strip_suffix('第') {
        Some(before) => format!("{before}{number}{BRANCH}"),
        None => format!("{before}第{number}{BRANCH}"),
    })
}

/// Both names of an office that is two: 学生工作部 and 学生工作处 of 学生工作部(处).
fn either_office(name: &str) -> Vec<String> {
    let split = name.strip_suffix(')').and_then(|name| name.split_once('('));
    let office = split.filter(|(_, other)| OFFICES.contains(other)).and_then(|(first, other)| {
        let kind = OFFICES.iter().find(|kind| first.ends_with(**kind))?;
        Some(vec![first.to_owned(), format!("{}{other}", first.strip_suffix(kind)?)])
    });
    office.unwrap_or_default()
}

/// Whether a text is one Chinese numeral.
fn is_number(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| "一二三四五六七八九十".contains(c)) && letters.next().is_none()
}

/// Usual short forms of a full name: endings, 自治州 to 州, 市 left out before an office.
fn short_forms(name: &str) -> BTreeSet<String> {
    let mut forms: BTreeSet<String> = [name.to_owned()].into();
    if let Some(form) = short_prefecture(name) {
        forms.insert(form);
    }
    for (long, short) in SHORT_ENDINGS {
        let shorter: Vec<String> = forms
            .iter()
            .filter_map(|form| form.strip_suffix(long).map(|head| format!("{head}{short}")))
            .collect();
        forms.extend(shorter);
    }
    let without_city: Vec<String> =
        forms.iter().map(|form| form.replace("市教", "教").replace("市人", "人")).collect();
    forms.extend(without_city);
    forms
}

/// 甘孜藏族自治州… is written 甘孜州….
fn short_prefecture(name: &str) -> Option<String> {
    let (head, tail) = name.split_once("自治州")?;
    let letters: Vec<char> = head.chars().collect();
    let first_people = letters.iter().position(|c| *c == '族')?.checked_sub(1)?;
    let place: String = letters.iter().take(first_people).collect();
    (place.chars().count() >= 2).then(|| format!("{place}州{tail}"))
}

/// The names of a unit without county and office, by its full name; none for whoever is no town, street or community. `city`: of
/// the unit, for a roster of one county names it nowhere else (龙潭乡人民政府).
fn bare_names(name: &str, city: &str) -> BTreeSet<String> {
    let stem = TOWN_OFFICES.iter().find_map(|office| name.strip_suffix(office)).unwrap_or(name);
    let mut bare = BTreeSet::new();
    let Some(place) = last_place(stem).or_else(|| only_place(stem)) else { return bare };
    // 东山县城关镇, 东山城关镇, 城关镇.
    let county = stem.strip_suffix(place).filter(|county| !county.is_empty()).unwrap_or(city);
    let short = PLACE_ENDINGS.iter().find_map(|ending| county.strip_suffix(ending));
    let short = short.filter(|short| short.chars().count() >= PLACE_LETTERS).unwrap_or(county);
    for place in [stem.to_owned(), format!("{county}{place}"), format!("{short}{place}"), place.to_owned()] {
        bare.extend(TOWN_OFFICES.iter().map(|office| format!("{place}{office}")));
        bare.insert(place);
    }
    bare
}

/// Whether a name is that of a town, street or community.
pub(super) fn is_town(name: &str) -> bool {
    let stem = TOWN_OFFICES.iter().find_map(|office| name.strip_suffix(office)).unwrap_or(name);
    TOWN_ENDINGS.iter().any(|ending| stem.ends_with(ending))
}

/// What an office belongs to, by the office's name: 滨海大学 of 滨海大学党委宣传部, and of 滨海大学安全生产委员会办公室 too.
pub(super) fn houses_of(office: &str) -> impl Iterator<Item = &str> {
    let ends = HOUSES.iter().flat_map(|kind| office.match_indices(kind).map(|(at, kind)| at + kind.len()));
    ends.filter(|end| *end < office.len()).filter_map(|end| office.get(..end))
}

/// Whether a name is that of a department, which begins with no place: 管理学院 stands in 公共管理学院 too.
pub(super) fn is_department(name: &str, unit: &Unit) -> bool {
    DEPARTMENTS.iter().any(|kind| name.ends_with(kind)) && !begins_with_place(name, unit)
}

/// Whether a name is that of one of many of a kind whose names differ by what stands in front: 朝阳社区 stands in 新朝阳社区, 实验小学 in
/// 新城实验小学. Only a place may go before it.
pub(super) fn is_of_many(name: &str, unit: &Unit) -> bool {
    let stem = TOWN_OFFICES.iter().find_map(|office| name.strip_suffix(office)).unwrap_or(name);
    let kinds = || TOWN_ENDINGS.iter().chain(MANY);
    kinds().find_map(|kind| stem.strip_suffix(*kind)).is_some_and(|proper| !begins_with_place(proper, unit))
}

fn is_of_many_kinds(name: &str) -> bool {
    MANY.iter().any(|kind| name.ends_with(kind))
}

/// Whether what stands right before is a place, or one of the kind with which this one writes: 临江县(实验小学), 甲中学(乙中学)联合.
pub(super) fn stands_behind_place(text: &[Letter], at: usize) -> bool {
    let is_place = |(c, _): &Letter| BEFORE_MANY.contains(*c);
    let behind = |kind: &&str| stands_behind(text, at, &kind.chars().collect::<Vec<_>>());
    at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(is_place) || MANY.iter().any(behind)
}

fn begins_with_place(name: &str, unit: &Unit) -> bool {
    let city: String = unit.city.chars().take(PLACE_LETTERS).collect();
    PROVINCES.iter().any(|place| name.starts_with(place))
        || (!city.is_empty() && name.starts_with(&city))
        || name.chars().take(PLACE_HEAD).any(|c| PLACE_ENDINGS.iter().any(|place| place.starts_with(c)))
}

/// Whether what stands behind a short form is an office of it, to the end of the word: 市三院(感染科); or only what is done for
/// it: 代东湖妇幼(发).
pub(super) fn names_an_office(text: &[Letter], end: usize) -> bool {
    let behind = text.iter().enumerate().skip(end).take(OFFICE_CHARS + 1);
    let run: String = behind
        .take_while(|(at, (c, gap))| is_han(*c) && (*at == end || !gap))
        .map(|(_, (c, _))| *c)
        .collect();
    let letters = run.chars().count();
    let is_office =
        (2..=OFFICE_CHARS).contains(&letters) && OFFICES.iter().any(|office| run.ends_with(office));
    // 遂宁能源(局办公室) and 成都工贸(学校教务处) are offices of others.
    let is_of_another = OTHER_HOUSES.iter().any(|house| run.contains(house))
        || GOES_ON.iter().any(|word| run.starts_with(word));
    SENT.contains(&run.as_str()) || (is_office && !is_of_another)
}

/// Whether a company below another one is named behind it: 路桥集团(第一工程有限公司).
pub(super) fn is_numbered_company(behind: &[Letter]) -> bool {
    if behind.first().is_none_or(|(c, _)| *c != '第') {
        return false;
    }
    let run = behind.iter().take(COMPANY_CHARS).take_while(|(c, gap)| !gap && is_han(*c));
    let run: String = run.map(|(c, _)| *c).collect();
    run.contains("公司")
}

/// The last place in a row of them: 城关镇 of 东山县城关镇, 新华社区 of 和平街道新华社区.
fn last_place(stem: &str) -> Option<&str> {
    let ending = TOWN_ENDINGS.iter().find(|ending| stem.ends_with(**ending))?;
    let proper = stem.strip_suffix(*ending)?;
    let begins =
        PLACE_ENDINGS.iter().flat_map(|place| proper.match_indices(place).map(|(at, _)| at + place.len()));
    let long =
        begins.filter(|at| proper.get(*at..).is_some_and(|rest| rest.chars().count() >= PLACE_LETTERS));
    stem.get(long.max()?..)
}

/// A place that is named without the one in which it lies.
fn only_place(stem: &str) -> Option<&str> {
    let proper = TOWN_ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending))?;
    (proper.chars().count() >= PLACE_LETTERS).then_some(stem)
}

/// Whether what stands behind a place in a town shows that it is only spoken of: 小学生, 农贸市场整治.
pub(super) fn is_spoken_of(behind: &str) -> bool {
    behind.starts_with(NOT_OF_PLACE) || DONE_THERE.iter().any(|word| behind.starts_with(word))
}

/// Whether what stands before a place in a town is what the town does there, and no name of it.
pub(super) fn is_done(before: &str) -> bool {
    // 联合小学 is called so; 联合开展学校排查 is done together with others.
    let before = before.strip_prefix("联合").unwrap_or(before);
    before == "对" || TOWN_DOES.iter().any(|word| before.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_that_is_two_has_both_names_and_a_department_stands_behind_its_university() {
        assert_eq!(either_office("学生工作部(处)"), ["学生工作部", "学生工作处"]);
        assert!(either_office("第一中学(东校区)").is_empty() && either_office("教务处").is_empty());
        let houses: Vec<&str> = houses_of("滨海大学安全生产委员会办公室").collect();
        assert_eq!(houses, ["滨海大学", "滨海大学安全生产委员会"]);
        assert_eq!(houses_of("滨海大学").count(), 0);
    }

    #[test]
    fn a_town_is_called_without_its_county() {
        for (name, bare) in [
            ("东山县城关镇人民政府", "城关镇"),
            ("城东区和平街道办事处", "和平街道"),
            ("高新区园区街道办事处", "园区街道"),
            ("城西区新华街道新华社区居民委员会", "新华社区"),
            ("东山县李家沟乡人民政府", "李家沟乡"),
            ("城东区建设路街道", "建设路街道"),
        ] {
            let names = bare_names(name, "");
            assert!(names.contains(bare) && is_town(name), "{name}: {names:?}");
            let of_county = name.trim_end_matches("人民政府").trim_end_matches("办事处");
            assert!(names.contains(of_county) || name.ends_with("居民委员会"), "{name}");
        }
        for name in ["龙潭乡人民政府", "龙潭乡"] {
            let names = bare_names(name, "青河区");
            for called in ["龙潭乡", "青河区龙潭乡", "青河龙潭乡人民政府", "龙潭乡政府"]
            {
                assert!(names.contains(called), "{name}: {called}");
            }
        }
        for name in ["成都市教育局", "绵阳职业技术学院", "临江市第一人民医院", "新镇"]
        {
            assert!(bare_names(name, "").is_empty(), "{name}");
        }
    }
}
