//! What each kind of clue names, held against the others: who gives way to whom, which of several is meant, and whether
//! all that is left agrees.

use std::collections::BTreeSet;

use super::unit::is_over;
use crate::domain::message::UnitBy;
use crate::domain::unit::{Roster, Unit};

/// Units named by one tier.
pub(super) struct Tier {
    pub by: UnitBy,
    pub codes: Vec<String>,
}

impl Tier {
    /// The unit, if it names exactly one.
    pub fn sole(&self) -> Option<&str> {
        match self.codes.as_slice() {
            [code] => Some(code),
            _ => None,
        }
    }
}

/// Who forwards is not who it is from: an authority gives way to the school that is named anywhere.
pub(super) fn drop_authorities(roster: &Roster, tiers: &mut [Tier]) {
    let named: BTreeSet<String> = tiers.iter().flat_map(|tier| tier.codes.iter().cloned()).collect();
    let units: Vec<&Unit> = named.iter().filter_map(|code| roster.by_code(code)).collect();
    let gives_way = |code: &String| {
        roster.by_code(code).is_some_and(|upper| units.iter().any(|lower| is_over(upper, lower)))
    };
    for tier in tiers {
        tier.codes.retain(|code| !gives_way(code));
    }
}

/// A unit that sends its own form beside those of schools that report through it gathers their material: it is from
/// it, though everything names them too.
pub(super) fn keep_gatherer(roster: &Roster, tiers: &mut [Tier]) {
    let is_parent = |upper: &Unit, lower: &Unit| {
        lower.parent.as_deref().is_some_and(|parent| upper.names().any(|name| name == parent))
    };
    let gatherer = |codes: &[String]| {
        let units: Vec<&Unit> = codes.iter().filter_map(|code| roster.by_code(code)).collect();
        let gathers =
            |upper: &&&Unit| units.iter().all(|lower| lower.code == upper.code || is_parent(upper, lower));
        units.iter().find(gathers).map(|upper| upper.code.clone())
    };
    let forms = tiers.iter().find(|tier| tier.by == UnitBy::Form && tier.codes.len() > 1);
    let Some(code) = forms.and_then(|tier| gatherer(&tier.codes)) else { return };
    for tier in tiers.iter_mut().filter(|tier| gatherer(&tier.codes).as_ref() == Some(&code)) {
        tier.codes = vec![code.clone()];
    }
}

/// A tier that names several units is settled by another that names exactly one of them, if all such others agree.
pub(super) fn settle_splits(tiers: &mut [Tier]) {
    let soles: BTreeSet<String> = tiers.iter().filter_map(|tier| tier.sole().map(str::to_owned)).collect();
    if let (Some(sole), 1) = (soles.first(), soles.len()) {
        for tier in tiers.iter_mut().filter(|tier| tier.by != UnitBy::Form && tier.codes.contains(sole)) {
            tier.codes = vec![sole.clone()];
        }
    }
}

pub(super) fn is_sender(tier: &Tier) -> bool {
    matches!(tier.by, UnitBy::Sender | UnitBy::Domain)
}

/// The unit that the tiers agree on, or why they do not.
pub(super) fn choose(
    roster: &Roster,
    tiers: &[Tier],
    said: &[String],
) -> Result<Option<(String, UnitBy)>, String> {
    let named: Vec<&Tier> = tiers.iter().filter(|tier| !tier.codes.is_empty()).collect();
    let Some(first) = named.first() else { return Ok(None) };
    let Some(code) = first.sole() else { return Err(several(roster, first)) };
    let against: Vec<&&Tier> = named.iter().filter(|tier| !tier.codes.iter().any(|c| c == code)).collect();
    let Some(other) = against.first() else { return Ok(Some((code.to_owned(), first.by))) };
    let votes = |code: &str| named.iter().filter(|tier| tier.sole() == Some(code)).count();
    // A city's own address hands on its schools' mail; a clerk's private one has served others before.
    let only_senders = against.iter().all(|tier| is_sender(tier));
    if only_senders
        && (named.iter().filter(|t| !is_sender(t) && t.sole() == Some(code)).count() >= 2
            || all_over(roster, &against, code))
    {
        return Ok(Some((code.to_owned(), first.by)));
    }
    let Some(rival) = other.sole() else { return Err(contradiction(roster, first, other)) };
    let one_rival = against.iter().all(|tier| tier.sole() == Some(rival));
    let material = |code: &str| named.iter().filter(|t| !is_sender(t) && t.sole() == Some(code)).count();
    // The form alone says another unit: somebody's form was copied, and the mail is the unit's all others name.
    let is_copied = first.by == UnitBy::Form && votes(code) == 1 && said.iter().any(|said| said == rival);
    if one_rival && is_copied && votes(rival) >= 2 && material(rival) >= 1 {
        return Ok(Some((rival.to_owned(), other.by)));
    }
    if one_rival && material(code) >= 2 && votes(rival) == 1 && votes(code) > 2 {
        return Ok(Some((code.to_owned(), first.by)));
    }
    Err(contradiction(roster, first, other))
}

fn all_over(roster: &Roster, tiers: &[&&Tier], code: &str) -> bool {
    let Some(lower) = roster.by_code(code) else { return false };
    tiers.iter().all(|tier| {
        tier.sole().and_then(|code| roster.by_code(code)).is_some_and(|upper| is_over(upper, lower))
    })
}

pub(super) fn name<'r>(roster: &'r Roster, code: &'r str) -> &'r str {
    roster.by_code(code).map_or(code, |unit| unit.name.as_str())
}

pub(super) fn names(roster: &Roster, tier: &Tier) -> String {
    tier.codes.iter().map(|code| name(roster, code)).collect::<Vec<_>>().join("、")
}

fn several(roster: &Roster, tier: &Tier) -> String {
    format!("{}提到多个单位（{}），请认定单位", tier.by.chinese(), names(roster, tier))
}

fn contradiction(roster: &Roster, one: &Tier, other: &Tier) -> String {
    format!(
        "{}为{}，{}为{}，互相矛盾，请认定单位",
        one.by.chinese(),
        names(roster, one),
        other.by.chinese(),
        names(roster, other)
    )
}
