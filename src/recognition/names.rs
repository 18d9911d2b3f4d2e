//! Finds units of a roster in running text. The longest name wins, so 四川职业技术学院 is not found inside
//! 四川工程职业技术学院; a short form counts only as a whole token, so 工程职院 is not found inside 重庆工程职院.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::above::Above;
use super::branches::branches_of;
use super::companies;
use super::letters::{
    Letter, as_figure, is_figure_of, is_han, letters, lies_in_another_place, plain, stands_behind,
};
use super::shortened::{
    Shorter, houses_of, is_department, is_done, is_numbered_company, is_of_many, is_spoken_of, is_town,
    names_an_office, stands_behind_place,
};
use super::titles::{
    HOSPITALS, IN_TOWN_ENDINGS, INSTITUTIONS, NEXT_TO_TOWN, OF_TOWN_ENDINGS, PLACE_ENDINGS, SCHOOL_ENDINGS,
};
use super::words::{COMPLETE_ENDINGS, LONGER_NAMES, MAY_FOLLOW, MAY_PRECEDE};
use crate::domain::campaign::Campaign;
use crate::domain::decision::TaughtName;
use crate::domain::text::place_of;
use crate::domain::unit::{Roster, Unit};

/// What stands for each letter of a name that is masked.
pub const MASK: char = '\u{25a1}';

/// A name of at most so many characters counts only as a whole token.
const SHORT_CHARS: usize = 3;

/// The name of a place that ends within so many letters may be the end of a longer one.
const SHORT_PLACE_CHARS: usize = 2;
/// So many letters behind a name tell whether a word goes on.
const FOLLOWING_CHARS: usize = 4;
/// So far behind a name a branch of it may be called one (characters).
const BRANCH_CHARS: usize = 8;
/// Letters of the proper name of what lies in a town, at least.
const PROPER_CHARS: usize = 2;
/// Behind a name one of these ends it: another name follows, or where its people go. 和 and 向 begin names of places.
const AND_LETTERS: &str = "与及赴";
/// Letters of the proper name of a branch, at most.
const BRANCH_PROPER_CHARS: usize = 4;

/// Behind 一小, which is a school, these make another word of it.
const SMALL_THINGS: [char; 5] = ['时', '组', '区', '步', '块'];

/// The official name of a unit is whole from so many characters on, whatever kind of unit it is: 东山区阳光幼儿园.
const WHOLE_CHARS: usize = 6;

/// All names of a roster, ready to be found.
#[derive(Debug, Default)]
pub struct NameBook {
    /// By their first letter, those of one in the order of their letters, numerals as figures.
    by_first: BTreeMap<char, Vec<Name>>,
    /// Beginnings of the campaign's own words, which may stand behind a short form.
    own_words: Vec<String>,
    has_shared: bool,
    /// How the names of institutions end that the roster has, beside those of schools.
    endings: Vec<&'static str>,
    /// What the office that asks belongs to, which may stand before the names of its departments: 滨海大学教务处.
    houses: Vec<Vec<char>>,
    /// Cities and counties of the roster, as people call them.
    pub(super) places: Vec<String>,
    above: Above,
}

#[derive(Debug)]
struct Name {
    letters: Vec<char>,
    /// Codes of the units that are called so: one, or several that share what towns are called without their county.
    codes: Vec<String>,
    /// Begins like the full name, so that nothing in front can make it part of another one.
    is_anchored: bool,
    /// Is one of many of a kind, so that what stands in front is a place or makes another of it.
    is_of_many: bool,
    /// Ends like an institution, so that nothing behind belongs to it.
    is_complete: bool,
    /// Of a town, in which others lie.
    is_town: bool,
    /// Of a hospital, which has more kinds of branches.
    is_hospital: bool,
}

/// A unit found in a text; positions count characters of the text without white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Unit code.
    pub code: String,
    /// First character.
    pub start: usize,
    /// Number of characters.
    pub chars: usize,
}

impl NameBook {
    /// Gathers names, aliases and the usual short forms; one that would name two units names none.
    pub fn of(roster: &Roster) -> Self {
        Self::taught(roster, &[])
    }

    /// The names of a campaign's roster, and what persons taught.
    pub fn of_campaign(campaign: &Campaign, taught: &[TaughtName]) -> Self {
        let items = campaign.requirements.iter().flat_map(|requirement| &requirement.items);
        let names = items.flat_map(|item| item.names.iter().chain([&item.title]));
        let forms = campaign.templates.values().map(|form| &form.title);
        let words =
            campaign.keywords.iter().chain([&campaign.title, &campaign.short]).chain(names).chain(forms);
        let begins = |word: &String| plain(word).chars().take(FOLLOWING_CHARS).collect::<String>();
        let words: BTreeSet<String> = words.map(begins).filter(|word| word.chars().count() > 1).collect();
        let houses = houses_of(&plain(&campaign.office)).map(|house| house.chars().collect()).collect();
        Self { own_words: words.into_iter().collect(), houses, ..Self::taught(&campaign.roster, taught) }
    }

    /// The same with what persons taught.
    pub fn taught(roster: &Roster, taught: &[TaughtName]) -> Self {
        let mut owners: HashMap<String, BTreeSet<&str>> = HashMap::new();
        let given = roster.units.iter().flat_map(|unit| unit.names().map(move |name| (unit, name)));
        for (unit, name) in given {
            owners.entry(plain(name)).or_default().insert(&unit.code);
        }
        for known in taught {
            owners.entry(plain(&known.name)).or_default().insert(&known.unit);
        }
        let mut derived: HashMap<String, BTreeSet<&str>> = HashMap::new();
        let shorter = Shorter::of(roster);
        for unit in &roster.units {
            for form in shorter.names(unit).into_iter().filter(|form| !owners.contains_key(form)) {
                derived.entry(form).or_default().insert(&unit.code);
            }
        }
        owners.extend(derived);
        let mut book = Self { above: Above::of(roster), ..Self::default() };
        for (name, codes) in owners {
            let (Some(code), Some(first)) = (codes.first(), name.chars().next()) else { continue };
            let Some(unit) =
                roster.by_code(code).filter(|_| codes.len() == 1 || shorter.is_shared(&name, codes.len()))
            else {
                continue;
            };
            let codes = codes.into_iter().map(str::to_owned).collect();
            book.by_first.entry(first).or_default().push(Name { codes, ..Name::of(unit, &name) });
        }
        let has = |ending: &&str| roster.units.iter().any(|unit| unit.name.ends_with(*ending));
        let families = INSTITUTIONS.iter().filter(|family| family.iter().any(has));
        book.endings = families.flat_map(|family| family.iter().copied()).collect();
        let places =
            roster.units.iter().map(|unit| unit.city.trim_end_matches(['市', '州', '县', '区']).to_owned());
        let places: BTreeSet<String> = places.filter(|place| place.chars().count() > 1).collect();
        book.places = places.into_iter().collect();
        book.has_shared = book.by_first.values().flatten().any(|name| name.codes.len() > 1);
        for names in book.by_first.values_mut() {
            // Of names alike but for numerals the order must be one, whatever a map gave.
            names.sort_by(|one, other| {
                one.figures().cmp(other.figures()).then_with(|| one.letters.cmp(&other.letters))
            });
        }
        book
    }

    /// How the names of institutions end that may write: schools, and what else the roster has.
    pub fn institutions(&self) -> impl Iterator<Item = &'static str> {
        SCHOOL_ENDINGS.iter().chain(&self.endings).copied()
    }

    /// Whether a name is that of what the office that asks belongs to.
    pub(super) fn is_house(&self, name: &str) -> bool {
        self.houses.iter().any(|house| name.chars().eq(house.iter().copied()))
    }

    /// Units in the order in which the text names them, without overlap.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        self.masked(text).1
    }

    /// What several units are called that a text names, with their codes.
    pub fn shared(&self, text: &str) -> Vec<(String, &[String])> {
        // Few rosters have any; every line of every mail is asked.
        if !self.has_shared {
            return Vec::new();
        }
        let named = self.names_among(&letters(text)).into_iter().filter(|(_, name)| name.codes.len() > 1);
        named.map(|(_, name)| (name.letters.iter().collect(), name.codes.as_slice())).collect()
    }

    fn names_among(&self, letters: &[Letter]) -> Vec<(usize, &Name)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            match self.at(letters, at) {
                Some(name) => {
                    found.push((at, name));
                    at += name.letters.len();
                }
                None => at += 1,
            }
        }
        found
    }

    /// Codes of the units that a text names, each once, in order.
    pub fn codes(&self, text: &str) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for mention in self.mentions(text) {
            if !codes.contains(&mention.code) {
                codes.push(mention.code);
            }
        }
        codes
    }

    /// The text without white space and without names of units, so that 信息 in a school's name is not news.
    pub fn mask(&self, text: &str) -> String {
        self.masked(text).0.into_iter().collect()
    }

    /// The same letter by letter, and the units that it names: text is read through but once for both.
    pub(super) fn masked(&self, text: &str) -> (Vec<char>, Vec<Mention>) {
        let letters = letters(text);
        let named = self.names_among(&letters);
        let mut masked: Vec<char> = letters.iter().map(|(c, _)| *c).collect();
        for (at, name) in &named {
            masked.iter_mut().skip(*at).take(name.letters.len()).for_each(|c| *c = MASK);
        }
        (masked, self.above.meant(&letters, named.into_iter().filter_map(Mention::of).collect()))
    }

    /// The longest name that stands at a place. Of hundreds that begin with 四川 only those are held against the text whose letters
    /// are there: letter by letter the ordered names are narrowed to them.
    fn at(&self, letters: &[Letter], at: usize) -> Option<&Name> {
        let (first, _) = letters.get(at)?;
        let mut names = self.by_first.get(first)?.as_slice();
        let mut there = Vec::new();
        for (nth, (letter, _)) in letters.iter().skip(at).enumerate() {
            let letter = Some(as_figure(*letter));
            let from = names.partition_point(|name| name.figure(nth) < letter);
            let to = names.partition_point(|name| name.figure(nth) <= letter);
            names = names.get(from..to).unwrap_or_default();
            if names.is_empty() {
                break;
            }
            there.extend(names.iter().take_while(|name| name.letters.len() == nth + 1));
        }
        let meant = there.into_iter().rev().filter(|name| name.stands_at(letters, at, self));
        // 东山4中 is the unit that writes itself so, not 东山四中.
        let mut longest: Option<&Name> = None;
        for name in meant {
            match longest {
                Some(known) if known.letters.len() > name.letters.len() || known.is_written(letters, at) => {
                    break;
                }
                _ => longest = Some(name),
            }
        }
        longest
    }
}

impl Mention {
    /// None for what several are called.
    fn of((start, name): (usize, &Name)) -> Option<Self> {
        match name.codes.as_slice() {
            [code] => Some(Self { code: code.clone(), start, chars: name.letters.len() }),
            _ => None,
        }
    }
}

impl Name {
    fn of(unit: &Unit, name: &str) -> Self {
        let letters: Vec<char> = name.chars().collect();
        let full: Vec<char> = plain(&unit.name).chars().collect();
        let is_long = letters.len() > SHORT_CHARS;
        let is_town = is_town(name);
        // 省人民医院 stands in 广东省人民医院 too, and 安县民政局 in 平安县民政局.
        let begins_in_place = letters
            .iter()
            .take(SHORT_PLACE_CHARS)
            .any(|c| PLACE_ENDINGS.iter().any(|place| place.starts_with(*c)));
        Self {
            is_anchored: is_long
                && letters.get(..2) == full.get(..2)
                && !begins_in_place
                && !is_department(name, unit),
            is_complete: is_long && COMPLETE_ENDINGS.iter().any(|ending| name.ends_with(ending))
                || (letters == full && letters.len() >= WHOLE_CHARS)
                || is_town,
            is_of_many: is_of_many(name, unit),
            is_town,
            is_hospital: HOSPITALS.iter().any(|ending| name.ends_with(ending)),
            letters,
            codes: vec![unit.code.clone()],
        }
    }

    /// The letters, numerals as figures: the order in which names are looked for.
    fn figures(&self) -> impl Iterator<Item = char> {
        self.letters.iter().map(|c| as_figure(*c))
    }

    fn figure(&self, nth: usize) -> Option<char> {
        self.letters.get(nth).map(|c| as_figure(*c))
    }

    /// Whether its very letters stand at a place.
    fn is_written(&self, text: &[Letter], at: usize) -> bool {
        text.iter().skip(at).map(|(c, _)| c).take(self.letters.len()).eq(&self.letters)
    }

    /// Whether it is meant where letters stand that are its own but for numerals.
    fn stands_at(&self, text: &[Letter], at: usize, book: &NameBook) -> bool {
        let Some(here) = text.get(at..at + self.letters.len()) else { return false };
        if !here.iter().zip(&self.letters).all(|((c, _), wanted)| c == wanted || is_figure_of(*c, *wanted)) {
            return false;
        }
        if lies_in_another_place(text, at) {
            return false;
        }
        // A space inside a short form separates words: 川 护 is not 川护.
        if self.letters.len() <= SHORT_CHARS && here.iter().skip(1).any(|(_, gap)| *gap) {
            return false;
        }
        let is_apart = self.is_anchored && (!self.is_of_many || stands_behind_place(text, at));
        let is_behind = || {
            book.houses.iter().any(|house| stands_behind(text, at, house))
                || book.above.stands_before(&self.codes, text, at)
        };
        (is_apart || begins_word(text, at) || is_behind())
            && self.ends_word(text, at + self.letters.len(), &book.own_words)
    }

    fn ends_word(&self, text: &[Letter], end: usize, own_words: &[String]) -> bool {
        let Some((next, gap)) = text.get(end) else { return true };
        if *gap || !is_han(*next) || self.letters.ends_with(&[')']) {
            return true;
        }
        let rest: String = text.iter().skip(end).take(FOLLOWING_CHARS).map(|(c, _)| *c).collect();
        let starts_with = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
        if self.is_complete {
            !starts_with(LONGER_NAMES) && !self.goes_on(text, end)
        } else {
            let is_apart =
                starts_with(MAY_FOLLOW) || (self.letters.len() >= SHORT_CHARS && names_an_office(text, end));
            is_apart && !text.get(end..).is_some_and(is_numbered_company)
                || own_words.iter().any(|word| rest.starts_with(word.as_str()))
        }
    }

    /// Whether what stands behind makes another institution of a complete name: 第一人民医院南院区, 和平镇中心小学, 某学院城北分院.
    fn goes_on(&self, text: &[Letter], end: usize) -> bool {
        let behind = text.iter().skip(end).take(BRANCH_CHARS);
        let run: String = behind
            .take_while(|(c, gap)| !gap && is_han(*c) && !AND_LETTERS.contains(*c))
            .map(|(c, _)| *c)
            .collect();
        let lies_behind = |ending: &str, proper: RangeInclusive<usize>| {
            let before = place_of(&run, ending).and_then(|at| run.get(..at));
            before.is_some_and(|before| proper.contains(&before.chars().count()) && !is_done(before))
        };
        let branches = branches_of(&self.letters, self.is_hospital);
        // 湖南大学生 are students; a 职业大学 is called so in full.
        let is_students = self.letters.ends_with(&['大', '学'])
            && !self.letters.ends_with(&['业', '大', '学'])
            && !self.letters.ends_with(&['术', '大', '学'])
            && run.starts_with('生')
            && !run.starts_with("生产");
        // 一小时, 二小组.
        let is_small = self.letters.ends_with(&['小']) && run.starts_with(SMALL_THINGS);
        branches.iter().any(|ending| lies_behind(ending, 0..=BRANCH_PROPER_CHARS))
            || is_students
            || is_small
            || text.get(end..).is_some_and(|behind| companies::goes_on(&self.letters, behind))
            || (self.is_town
                && NEXT_TO_TOWN
                    .iter()
                    .any(|place| run.strip_prefix(place).is_some_and(|rest| !is_spoken_of(rest))))
            || (self.is_town
                && OF_TOWN_ENDINGS.iter().any(|ending| lies_behind(ending, 0..=BRANCH_PROPER_CHARS)))
            || (self.is_town
                && IN_TOWN_ENDINGS
                    .iter()
                    .any(|ending| lies_behind(ending, PROPER_CHARS..=BRANCH_PROPER_CHARS)))
    }
}

fn begins_word(text: &[Letter], at: usize) -> bool {
    let gap = text.get(at).is_some_and(|(_, gap)| *gap) || stands_behind(text, at, &['联', '合']);
    let before = at.checked_sub(1).and_then(|at| text.get(at)).map(|(c, _)| *c);
    gap || before.is_none_or(|c| !is_han(c) || MAY_PRECEDE.contains(c))
}
