//! Material of a unit that has ended (`valid_to`: merged, renamed under a new code), for what falls due after its end: nobody
//! is asked for it any more but the unit that came after. It counts for that one where the roster tells exactly one: it has
//! the old one's address, or its domain, or the old one reports through it, and it is of its kind: an office over a school that was
//! closed may share its domain, and has its own to report. Else a person must say.

use super::judge::Case;
use super::parts::Outcome;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::message::PartState;
use crate::domain::submission::Filing;
use crate::domain::unit::Unit;

/// What became of the answers of units that have ended.
#[derive(Default)]
pub(super) struct Succession<'a> {
    /// The unit for which all counts now, where all went to one.
    pub heir: Option<&'a Unit>,
    /// What is shown of it.
    pub evidence: Vec<(String, String)>,
}

/// Hands what was sent for units that have ended to those that came after them, or has a person say whose it is.
pub(super) fn hand_on<'a>(campaign: &'a Campaign, case: Case, outcome: &mut Outcome) -> Succession<'a> {
    let mut succession = Succession::default();
    let parts = outcome.parts.iter().flat_map(|part| &part.filings);
    let filings: Vec<&Filing> = parts.chain(&outcome.loose).collect();
    let mut heirs: Vec<Option<&Unit>> = Vec::new();
    for filing in &filings {
        let Some(old) = ended(campaign, filing) else {
            heirs.push(None);
            continue;
        };
        let told = heirs_of(campaign, old, filing);
        if let [heir] = told.as_slice() {
            let text = format!("{}{}，该项计入{}", old.name, until(old), heir.name);
            if !succession.evidence.iter().any(|(_, other)| *other == text) {
                succession.evidence.push(("单位沿革".to_owned(), text));
            }
        }
        heirs.push(told.first().copied().filter(|_| told.len() == 1));
    }
    let first = heirs.first().copied().flatten();
    let is_first = |heir: &Option<&Unit>| heir.map(|heir| &heir.code) == first.map(|heir| &heir.code);
    succession.heir = first.filter(|_| heirs.iter().all(is_first));
    let mut heirs = heirs.into_iter();
    let mut give = |filing: &mut Filing| -> Option<String> {
        let heir = heirs.next().flatten();
        let old = ended(campaign, filing)?;
        if let Some(heir) = heir {
            filing.unit.clone_from(&heir.code);
            return None;
        }
        let is_counted = matches!(filing.state, PartState::Accepted | PartState::Flawed);
        // What came while the unit was there is its own, whoever is asked later.
        if !is_counted || !has_ended(campaign, case, old) {
            return None;
        }
        filing.state = PartState::Review;
        outcome.concerns.extend(heirs_of(campaign, old, filing).iter().map(|heir| heir.code.clone()));
        Some(format!("{}{}，该项已不由它报送，请认定计入哪个单位", old.name, until(old)))
    };
    for part in &mut outcome.parts {
        let mut asks = part.filings.iter_mut().filter_map(&mut give).collect::<Vec<_>>().into_iter();
        if let Some(why) = asks.next() {
            (part.state, part.why) = (PartState::Review, why);
        }
    }
    for filing in &mut outcome.loose {
        if let Some(why) = give(filing) {
            outcome.asks.entry(usize::try_from(filing.ordinal).unwrap_or(usize::MAX)).or_insert(why);
        }
    }
    succession
}

/// Whether a unit had ended when a mail came.
fn has_ended(campaign: &Campaign, case: Case, unit: &Unit) -> bool {
    unit.valid_to.is_some_and(|end| campaign.local(case.received_at).date() > end)
}

/// Whether a unit came after another one that had ended when a mail came, or may have, where the roster tells of nobody who did:
/// that a paper of it still bears the old name says nothing against the mail.
pub(super) fn may_follow(campaign: &Campaign, case: Case, own: &Unit, old: &Unit) -> bool {
    let is_told = || campaign.roster.units.iter().any(|unit| unit.code != old.code && came_after(unit, old));
    has_ended(campaign, case, old) && (came_after(own, old) || (own.group == old.group && !is_told()))
}

/// Whether the roster tells that a unit came after another one.
fn came_after(unit: &Unit, old: &Unit) -> bool {
    let shares = |one: &[String], other: &[String]| {
        one.iter().any(|word| other.iter().any(|known| known.eq_ignore_ascii_case(word)))
    };
    let reports_through = old.parent.as_ref() == Some(&unit.name);
    match unit.group == old.group {
        true => shares(&unit.emails, &old.emails) || shares(&unit.domains, &old.domains) || reports_through,
        // 技工学校 that became a college.
        false => shares(&unit.emails, &old.emails) && !reports_through,
    }
}

/// The unit of an answer, if what it answers falls due only after the unit's end.
fn ended<'a>(campaign: &'a Campaign, filing: &Filing) -> Option<&'a Unit> {
    let unit = campaign.roster.by_code(&filing.unit)?;
    let asked = campaign.requirement(&filing.requirement)?;
    unit.valid_to.filter(|end| asked.last_day(filing.day) > *end && asked.owed_by(&unit.group))?;
    Some(unit)
}

/// The units that the roster tells as having come after an old one and that owe what an answer answers.
fn heirs_of<'a>(campaign: &'a Campaign, old: &Unit, filing: &Filing) -> Vec<&'a Unit> {
    let Some(asked) = campaign.requirement(&filing.requirement) else { return Vec::new() };
    let owes = |unit: &&Unit| asked.owed_by(&unit.group) && unit.owes_on(asked.last_day(filing.day));
    let others = campaign.roster.units.iter().filter(|unit| unit.code != old.code);
    others.filter(owes).filter(|unit| came_after(unit, old)).collect()
}

/// 「的名册有效期到5月12日为止」.
fn until(unit: &Unit) -> String {
    let end = unit.valid_to.map_or_else(String::new, chinese::day);
    format!("的名册有效期到{end}为止")
}
