//! Schools, and what else a roster has of the kind (hospitals, streets), that no roster lists. There are hundreds of secondary schools, most of them unknown to a campaign; their mail
//! must neither be dropped nor taken for that of the office whose letter they quote: a person is told the name and whose
//! city it seems to be.

use super::daywords::{TODAY_WORDS, YESTERDAY_WORDS};
use super::likeness::is_college;
use super::names::{MASK, NameBook};
use super::titles::NO_SCHOOL_LETTERS;
use super::unit::{Clue, Source, is_authority};
use crate::domain::text::place_of;
use crate::domain::unit::{Roster, Unit};

/// Letters of a school's name, at least and at most.
const NAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=20;
/// Letters that may stand beside a name in a line that signs.
const BESIDE_LETTERS: usize = 2;
/// What stands behind a school's name in the title of its own paper; what is told of a school goes on otherwise.
const PAPERS: &[&str] = &["方案", "总结", "计划", "汇报", "报告", "采集表", "统计表"];
/// Behind a school's name: its people came, or were visited.
const TELLING_LETTERS: &[&str] = &["到", "来", "赴", "师生", "参观", "走进", "共建", "交流", "考察", "研学"];
/// Before 局 these make another word of it.
const NO_OFFICE_BEFORE: [char; 7] = ['格', '布', '结', '全', '大', '开', '当'];
/// A city stands among the first letters of its school's name, at times behind the province.
const CITY_LETTERS: usize = 6;

/// A school outside the roster that says it has written a mail.
#[derive(Debug, Clone)]
pub(super) struct Stranger {
    /// Where it says so.
    pub place: String,
    /// Its name.
    pub name: String,
    /// Codes of the authorities of the city that its name begins with.
    pub candidates: Vec<String>,
}

/// The school outside the roster with whose name the subject, a line of the signature or the sender's name begins.
pub(super) fn writer(
    book: &NameBook,
    roster: &Roster,
    owes: &dyn Fn(&Unit) -> bool,
    clues: &[Clue],
) -> Option<Stranger> {
    let may_sign =
        |clue: &&Clue| matches!(clue.source, Source::Subject | Source::Signature | Source::SenderName);
    clues.iter().filter(may_sign).find_map(|clue| {
        let line = book.mask(&clue.text);
        let name = leading_school(book, &line).or_else(|| leading_bureau(&line));
        let name = name.filter(|name| !book.is_house(name))?;
        Some(Stranger { place: clue.place.clone(), candidates: candidates(roster, owes, &name), name })
    })
}

/// The school outside the roster whose a paper or a file is, by its title, its closing line or its name.
pub(super) fn author(
    book: &NameBook,
    roster: &Roster,
    owes: &dyn Fn(&Unit) -> bool,
    clues: &[Clue],
) -> Option<Stranger> {
    let papers = clues.iter().filter(|clue| matches!(clue.source, Source::Document | Source::Name));
    papers.into_iter().find_map(|clue| {
        let masked = book.mask(&clue.text);
        let line = masked.rsplit('/').next().unwrap_or_default();
        let name = leading_school(book, line).filter(|name| !book.is_house(name))?;
        let (_, rest) = line.split_once(&name)?;
        let is_bare = rest.chars().count() <= BESIDE_LETTERS;
        let tells_of = TELLING_LETTERS.iter().any(|letters| rest.contains(letters));
        let is_its = (clue.source == Source::Name && !tells_of)
            || is_bare
            || PAPERS.iter().any(|paper| rest.contains(paper));
        is_its.then(|| Stranger {
            place: clue.place.clone(),
            candidates: candidates(roster, owes, &name),
            name,
        })
    })
}

/// Authorities that owe something, of the city that a name begins with.
pub(super) fn candidates(roster: &Roster, owes: &dyn Fn(&Unit) -> bool, name: &str) -> Vec<String> {
    let head: String = name.chars().take(CITY_LETTERS).collect();
    let is_its_city = |unit: &&Unit| {
        let city: String = unit.city.chars().take(2).collect();
        !city.is_empty() && head.contains(&city) && is_authority(unit) && owes(unit)
    };
    roster.units.iter().filter(is_its_city).map(|unit| unit.code.clone()).collect()
}

/// The name of a school at the beginning of a line, behind a date or brackets; names of the roster are masked in it.
fn leading_school(book: &NameBook, line: &str) -> Option<String> {
    let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && *c != MASK;
    let is_of_date = |c: &char| matches!(c, '年' | '月' | '日' | '号');
    let begin = line.chars().position(|c| is_han(&c) && !is_of_date(&c) || c == MASK)?;
    let run: String = line.chars().skip(begin).take_while(is_han).collect();
    let ends = book.institutions().filter_map(|ending| Some(place_of(&run, ending)? + ending.len()));
    let name = match ends.min() {
        Some(end) => run.get(..end)?,
        None => college(book, &run)?,
    };
    // 职业中专学校 goes on behind 职业中专.
    let rest = run.get(name.len()..).unwrap_or_default();
    let name = if rest.starts_with("学校") { run.get(..name.len() + "学校".len())? } else { name };
    let is_day = TODAY_WORDS.iter().chain(YESTERDAY_WORDS).any(|day| name.starts_with(day));
    let is_plain = !name.contains(NO_SCHOOL_LETTERS) && NAME_LETTERS.contains(&name.chars().count());
    (is_plain && !is_day).then(|| name.to_owned())
}

/// The name of a university or college at the beginning of a run of letters; 大学生 are students.
fn college<'r>(book: &NameBook, run: &'r str) -> Option<&'r str> {
    let ends = ["大学", "学院"].iter().filter_map(|ending| Some(place_of(run, ending)? + ending.len()));
    let end = ends.min()?;
    let name = run.get(..end)?;
    (is_college(book, name) && !run.get(end..)?.starts_with('生')).then_some(name)
}

/// The name of a county's authority at the beginning of a line: 成都市龙泉驿区教育局活动方案.
fn leading_bureau(line: &str) -> Option<String> {
    let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && *c != MASK;
    let run: String = line.chars().skip_while(|c| !is_han(c)).take_while(is_han).collect();
    let end = run.find('局')?;
    // 新格局, 布局, 局面 are no offices.
    let is_word =
        NO_OFFICE_BEFORE.iter().any(|word| run.get(..end).is_some_and(|before| before.ends_with(*word)))
            || run.get(end..)?.starts_with("局面");
    let name = run.get(..end + '局'.len_utf8()).filter(|_| !is_word)?;
    let is_plain = !name.contains(NO_SCHOOL_LETTERS) && NAME_LETTERS.contains(&name.chars().count());
    let place = name.find(['县', '区', '旗', '市']).and_then(|at| name.get(at..))?;
    let is_place = !place.chars().nth(1).is_some_and(|c| "域场内级".contains(c));
    (is_plain && is_place).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_is_named_where_a_line_begins_with_it() {
        for (line, school) in [
            ("绵阳市安昌职业高级中学5月15日活动照片", "绵阳市安昌职业高级中学"),
            ("5月15日安昌职中活动照片", "安昌职中"),
            ("【安昌县职业中专学校】照片", "安昌县职业中专学校"),
            ("安昌县职教中心 张老师", "安昌县职教中心"),
        ] {
            assert_eq!(
                leading_school(&NameBook::default(), &line.replace(' ', "")).as_deref(),
                Some(school),
                "{line}"
            );
        }
        for line in [
            "赴安昌职业高级中学开展活动",
            "机电工程学院5月15日活动照片",
            "我校5月15日照片",
            "□□□□赴安昌职业中学照片",
            "与安昌职业中学共建",
            "学校活动照片",
            "今日职业中学停课",
            "",
        ] {
            assert_eq!(leading_school(&NameBook::default(), line), None, "{line}");
        }
    }
}
