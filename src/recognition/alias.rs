//! Whether what people write for a unit may be taught: it must mean that unit and nobody and nothing else, because from
//! then on it decides whose a mail is.

use super::endings::SHORT_ENDINGS;
use super::names::NameBook;
use super::squeeze;
use super::words::{ANYBODYS_NAMES, COMPLETE_ENDINGS};
use crate::domain::campaign::Campaign;
use crate::domain::decision::TaughtName;
use crate::domain::unit::Unit;

/// Fewer characters name nothing.
const CHARS_MIN: usize = 2;
/// More are a sentence.
const CHARS_MAX: usize = 30;

/// Why a written name must not be taught for a unit, in Chinese; none: it may. `taught`: what was taught before; `book`: the
/// names of the roster with those, made once for however many names are asked about.
pub fn objection(
    campaign: &Campaign,
    book: &NameBook,
    unit: &Unit,
    taught: &[TaughtName],
    written: &str,
) -> Option<String> {
    let name = squeeze(written);
    let chars = name.chars().count();
    if !(CHARS_MIN..=CHARS_MAX).contains(&chars) {
        return Some(format!("应为{CHARS_MIN}至{CHARS_MAX}个字"));
    }
    if !name.chars().any(char::is_alphabetic) {
        return Some("没有文字，不能当作单位的写法".to_owned());
    }
    let found = book.mentions(&name);
    if found.iter().any(|mention| mention.code == unit.code && mention.chars == chars) {
        return Some(format!("本来就认得是{}", unit.name));
    }
    let of_others = campaign.roster.units.iter().filter(|other| other.code != unit.code);
    let others: Vec<&str> = of_others
        .filter(|other| {
            found.iter().any(|mention| mention.code == other.code)
                || taught.iter().any(|known| known.unit == other.code && squeeze(&known.name).contains(&name))
                || other.names().any(|known| squeeze(known).contains(&name))
        })
        .map(|other| other.name.as_str())
        .collect();
    match others.as_slice() {
        [] => {}
        [only] => return Some(format!("也是{only}的名称或其中几个字")),
        [first, ..] => return Some(format!("太笼统，{first}等{}个单位的名称里都有", others.len())),
    }
    is_common(campaign, &name).then(|| "太笼统，不是一个单位特有的写法".to_owned())
}

/// Whether a word is of the campaign, of a place or of any office.
fn is_common(campaign: &Campaign, name: &str) -> bool {
    let titles = [&campaign.title, &campaign.short, &campaign.notice, &campaign.office];
    let groups = campaign.groups.iter().map(|(_, title)| title);
    let asked = campaign.requirements.iter().flat_map(|requirement| {
        let items = requirement.items.iter().flat_map(|item| item.names.iter().chain([&item.title]));
        items.chain([&requirement.title])
    });
    let forms = campaign.templates.values().map(|form| &form.title);
    let cities = campaign.roster.units.iter().map(|unit| &unit.city);
    let words = titles.into_iter().chain(&campaign.keywords).chain(groups).chain(asked).chain(forms);
    let endings = SHORT_ENDINGS.iter().flat_map(|(long, short)| [*long, *short]);
    let mut anybodys = ANYBODYS_NAMES.iter().chain(COMPLETE_ENDINGS).copied().chain(endings);
    words.chain(cities).any(|word| squeeze(word).contains(name)) || anybodys.any(|word| word == name)
}
