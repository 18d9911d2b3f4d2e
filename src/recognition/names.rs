//! Finds units of a roster in running text. The longest name wins, so 四川职业技术学院 is not found inside
//! 四川工程职业技术学院; a short form counts only as a whole token, so 工程职院 is not found inside 重庆工程职院.

use std::collections::{BTreeSet, HashMap};

use super::words::{
    COMPLETE_ENDINGS, LONGER_NAMES, MAY_FOLLOW, MAY_PRECEDE, SHORT_ENDINGS, SWALLOWING_PLACES,
};
use crate::domain::decision::TaughtName;
use crate::domain::text::compatible;
use crate::domain::unit::{Roster, Unit};

/// What stands for each letter of a name that is masked.
pub const MASK: char = '\u{25a1}';

/// A name of at most so many characters counts only as a whole token.
const SHORT_CHARS: usize = 3;

/// The official name of a unit is whole from so many characters on, whatever kind of unit it is: 东山区阳光幼儿园.
const WHOLE_CHARS: usize = 6;

/// All names of a roster, ready to be found.
#[derive(Debug, Default)]
pub struct NameBook {
    by_first: HashMap<char, Vec<Name>>,
}

#[derive(Debug)]
struct Name {
    letters: Vec<char>,
    code: String,
    /// Begins like the full name, so that nothing in front can make it part of another one.
    is_anchored: bool,
    /// Ends like an institution, so that nothing behind belongs to it.
    is_complete: bool,
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

/// A character and whether white space stood before it.
type Letter = (char, bool);

impl NameBook {
    /// Gathers names, aliases and the usual short forms; one that would name two units names none.
    pub fn of(roster: &Roster) -> Self {
        Self::taught(roster, &[])
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
        for unit in &roster.units {
            for form in short_forms(unit).into_iter().filter(|form| !owners.contains_key(form)) {
                derived.entry(form).or_default().insert(&unit.code);
            }
        }
        owners.extend(derived);
        let mut book = Self::default();
        for (name, codes) in owners {
            let (Some(code), 1, Some(first)) = (codes.first(), codes.len(), name.chars().next()) else {
                continue;
            };
            let Some(unit) = roster.by_code(code) else { continue };
            book.by_first.entry(first).or_default().push(Name::of(unit, &name));
        }
        for names in book.by_first.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.letters.len()));
        }
        book
    }

    /// Units in the order in which the text names them, without overlap.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        self.mentions_among(&letters(text))
    }

    fn mentions_among(&self, letters: &[Letter]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            match self.at(letters, at) {
                Some(name) => {
                    found.push(Mention { code: name.code.clone(), start: at, chars: name.letters.len() });
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
        let mut letters = letters(text);
        for mention in self.mentions_among(&letters) {
            letters.iter_mut().skip(mention.start).take(mention.chars).for_each(|(c, _)| *c = MASK);
        }
        letters.into_iter().map(|(c, _)| c).collect()
    }

    fn at(&self, letters: &[Letter], at: usize) -> Option<&Name> {
        let (first, _) = letters.get(at)?;
        self.by_first.get(first)?.iter().find(|name| name.stands_at(letters, at))
    }
}

impl Name {
    fn of(unit: &Unit, name: &str) -> Self {
        let letters: Vec<char> = name.chars().collect();
        let full: Vec<char> = plain(&unit.name).chars().collect();
        let is_long = letters.len() > SHORT_CHARS;
        Self {
            is_anchored: is_long && letters.get(..2) == full.get(..2),
            is_complete: is_long && COMPLETE_ENDINGS.iter().any(|ending| name.ends_with(ending))
                || (letters == full && letters.len() >= WHOLE_CHARS),
            letters,
            code: unit.code.clone(),
        }
    }

    fn stands_at(&self, text: &[Letter], at: usize) -> bool {
        let Some(here) = text.get(at..at + self.letters.len()) else { return false };
        if !here.iter().zip(&self.letters).all(|((c, _), wanted)| c == wanted) {
            return false;
        }
        if lies_in_another_place(text, at) {
            return false;
        }
        // A space inside a short form separates words: 川 护 is not 川护.
        if self.letters.len() <= SHORT_CHARS && here.iter().skip(1).any(|(_, gap)| *gap) {
            return false;
        }
        (self.is_anchored || begins_word(text, at)) && self.ends_word(text, at + self.letters.len())
    }

    fn ends_word(&self, text: &[Letter], end: usize) -> bool {
        let Some((next, gap)) = text.get(end) else { return true };
        if *gap || !is_han(*next) {
            return true;
        }
        let rest: String = text.iter().skip(end).take(4).map(|(c, _)| *c).collect();
        let starts_with = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
        if self.is_complete { !starts_with(LONGER_NAMES) } else { starts_with(MAY_FOLLOW) }
    }
}

/// Whether the letters here belong to the name of another place: 峨眉山 is not 眉山, 湖南宁乡 not 南宁.
fn lies_in_another_place(text: &[Letter], at: usize) -> bool {
    SWALLOWING_PLACES.iter().any(|place| {
        let letters: Vec<char> = place.chars().collect();
        (1..letters.len()).any(|before| {
            let from = at.checked_sub(before);
            let there = from.and_then(|from| text.get(from..from + letters.len()));
            there.is_some_and(|there| there.iter().map(|(c, _)| c).eq(&letters))
        })
    })
}

fn begins_word(text: &[Letter], at: usize) -> bool {
    let gap = text.get(at).is_some_and(|(_, gap)| *gap);
    let before = at.checked_sub(1).and_then(|at| text.get(at)).map(|(c, _)| *c);
    gap || before.is_none_or(|c| !is_han(c) || MAY_PRECEDE.contains(c))
}

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x9FFF | 0x20000..=0x3FFFF)
}

fn letters(text: &str) -> Vec<Letter> {
    let text = compatible(text);
    let mut gap = false;
    let mut letters = Vec::with_capacity(text.chars().count());
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{200b}' {
            gap = true;
        } else {
            letters.push((c, gap));
            gap = false;
        }
    }
    letters
}

fn plain(name: &str) -> String {
    letters(name).into_iter().map(|(c, _)| c).collect()
}

/// Usual short forms of a full name: endings, 自治州 to 州, 市 left out before an office.
fn short_forms(unit: &Unit) -> BTreeSet<String> {
    let mut forms: BTreeSet<String> = [plain(&unit.name)].into();
    if let Some(form) = short_prefecture(&plain(&unit.name)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> NameBook {
        let unit = |code: &str, name: &str, aliases: &[&str]| Unit {
            code: code.into(),
            name: name.into(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..Unit::default()
        };
        NameBook::of(&Roster {
            units: vec![
                unit("A", "四川职业技术学院", &["四川职院", "川职院"]),
                unit("B", "四川工程职业技术学院", &["工程职院"]),
                unit("C", "遂宁工程职业学院", &["遂宁工程"]),
                unit("D", "遂宁职业学院", &[]),
                unit("E", "四川现代职业学院", &["川现代"]),
                unit("F", "四川华新现代职业学院", &["华新现代"]),
                unit("G", "四川护理职业学院", &["川护"]),
                unit("H", "甘孜藏族自治州教育和体育局", &[]),
                unit("I", "绵阳市教育局", &[]),
                unit("J", "绵阳职业技术学院", &["绵职院"]),
                unit("K", "东山区阳光幼儿园", &[]),
            ],
        })
    }

    fn codes(text: &str) -> String {
        book().codes(text).concat()
    }

    #[test]
    fn the_longest_name_wins_and_parts_of_other_names_are_none() {
        for (text, wanted) in [
            ("四川工程职业技术学院方案", "B"),
            ("四川某某职业技术学院方案", ""),
            ("四 川 职业技术学院", "A"),
            ("四川职院报送", "A"),
            ("四川商务职院报送", ""),
            ("遂宁职院", "D"),
            ("遂宁工程职院", "C"),
            ("遂宁工程建设公司", ""),
            ("四川华新现代职业学院", "F"),
            ("四川现代职院", "E"),
            ("重庆工程职院材料", ""),
            ("现将工程职院材料报送", "B"),
            ("绵阳市职教周", ""),
            ("东山区阳光幼儿园自查报告", "K"),
        ] {
            assert_eq!(codes(text), wanted, "{text}");
        }
    }

    #[test]
    fn short_names_are_whole_tokens() {
        for (text, wanted) in [
            ("川护-信息采集表", "G"),
            ("川护职教周方案", "G"),
            ("5月14日川护活动周信息", "G"),
            ("四川护理", ""),
            ("在川护士长培训", ""),
            ("川护理学会", ""),
            ("川 护", ""),
            ("绵职院 张老师", "J"),
            ("(绵职院)", "J"),
        ] {
            assert_eq!(codes(text), wanted, "{text}");
        }
    }

    #[test]
    fn usual_short_forms_of_authorities_are_known() {
        for (text, wanted) in [
            ("甘孜州教体局", "H"),
            ("甘孜州教育和体育局", "H"),
            ("绵阳教体局", "I"),
            ("绵阳市教育和体育局", "I"),
            ("绵阳市涪城区教育局", ""),
        ] {
            assert_eq!(codes(text), wanted, "{text}");
        }
    }

    #[test]
    fn masking_takes_names_out() {
        assert_eq!(book().mask("四川护理职业学院 方案"), format!("{}方案", "\u{25a1}".repeat(8)));
    }
}
