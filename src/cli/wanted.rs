//! What a person means by the words of a question: which requirement, item, city, day. One reading or none, as with all
//! that is typed: what fits several is listed, never guessed.

use jiff::civil::Date;

use super::{Failure, typed};
use crate::domain::campaign::{Campaign, Item, Requirement};
use crate::domain::text::squeeze;
use crate::report::{ItemKey, short_city};

/// The members of a list as people type it: `a,b`, `a，b`. Titles may hold the other comma (、).
pub(super) fn list(words: Option<&str>) -> impl Iterator<Item = &str> {
    words
        .into_iter()
        .flat_map(|words| words.split([',', '，']))
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

/// A requirement by id, title or a part of its title that only one has.
pub(super) fn requirement<'c>(campaign: &'c Campaign, wanted: &str) -> Result<&'c Requirement, Failure> {
    let word = squeeze(&typed::plain(wanted));
    let all = || campaign.requirements.iter();
    let exact = all().find(|one| one.id.eq_ignore_ascii_case(&word) || squeeze(&one.title) == word);
    let like: Vec<&Requirement> = all().filter(|one| squeeze(&one.title).contains(&word)).collect();
    match (exact, like.as_slice()) {
        (Some(one), _) | (None, &[one]) if !word.is_empty() => Ok(one),
        _ => {
            let known =
                all().map(|one| format!("{}（{}）", one.id, one.title)).collect::<Vec<_>>().join("、");
            Err(Failure::usage(format!("没有或不止一项报送要求“{wanted}”；可用：{known}")))
        }
    }
}

/// An item by id, `REQUIREMENT/ITEM`, title, name or a part of its title that only one has, of one requirement where
/// that is given.
pub(super) fn item(
    campaign: &Campaign,
    within: Option<&Requirement>,
    wanted: &str,
) -> Result<ItemKey, Failure> {
    let word = squeeze(&typed::plain(wanted));
    let requirements =
        || campaign.requirements.iter().filter(|one| within.is_none_or(|within| within.id == one.id));
    let all: Vec<(&Requirement, &Item)> =
        requirements().flat_map(|one| one.items.iter().map(move |item| (one, item))).collect();
    // The plainer way of saying it first.
    let says = |way: usize, one: &Requirement, item: &Item| match way {
        0 => format!("{}/{}", one.id, item.id) == word,
        1 => item.id == word || squeeze(&item.title) == word,
        2 => item.names.contains(&word),
        _ => squeeze(&item.title).contains(&word),
    };
    for way in (0..4).filter(|_| !word.is_empty()) {
        let found: Vec<_> = all.iter().filter(|(one, item)| says(way, one, item)).collect();
        match found.as_slice() {
            [] => {}
            [(one, item)] => return Ok((one.id.clone(), item.id.clone())),
            several => return Err(unclear(wanted, several.iter().copied())),
        }
    }
    Err(unclear(wanted, all.iter()))
}

fn unclear<'a>(wanted: &str, items: impl Iterator<Item = &'a (&'a Requirement, &'a Item)>) -> Failure {
    let known = items.map(|(one, item)| format!("{}/{}（{}）", one.id, item.id, item.title));
    Failure::usage(format!("没有或不止一件材料“{wanted}”；可用：{}", known.collect::<Vec<_>>().join("、")))
}

/// A city as the roster has it: 成都市, or 成都; 临江 for 临江县 and 恩施 for 恩施土家族苗族自治州, where only one begins so.
pub(super) fn city(campaign: &Campaign, wanted: &str) -> Result<String, Failure> {
    let word = typed::plain(wanted);
    let mut cities: Vec<&String> =
        campaign.roster.units.iter().map(|unit| &unit.city).filter(|city| !city.is_empty()).collect();
    let is = |city: &&&String| **city == &word || short_city(city) == word;
    let found = cities.iter().find(is).map(|city| (*city).clone());
    cities.sort_unstable();
    cities.dedup();
    let begin = cities.iter().filter(|city| word.chars().count() > 1 && city.starts_with(&word));
    let begin: Vec<&&String> = begin.collect();
    let only = if let [only] = begin.as_slice() { Some((**only).clone()) } else { None };
    found.or(only).ok_or_else(|| {
        let known: Vec<&str> = cities.iter().map(|city| city.as_str()).collect();
        Failure::usage(format!("没有市州“{wanted}”；可用：{}", known.join("、")))
    })
}

/// A day as [`typed::day`] reads it, or 今天, 昨天.
pub(super) fn day(campaign: &Campaign, today: Date, wanted: &str) -> Result<Date, Failure> {
    match typed::plain(wanted).as_str() {
        "today" | "今天" | "今日" => Ok(today),
        "yesterday" | "昨天" | "昨日" => Ok(today.yesterday().unwrap_or(today)),
        _ => typed::day(campaign, wanted),
    }
}
