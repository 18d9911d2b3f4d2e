//! Whose each part is, where one mail brings material of several units: a box that two schools share, an office that
//! hands on what it gathered. Only where every part names exactly one of them by its form, its folder or its own name,
//! and the mail names nobody else, is it certain; anything less waits for a person as a whole.

use std::collections::BTreeSet;

use super::clues::{FormRead, unit_cells};
use super::decoration::decoration;
use super::judge::{Case, Desk};
use crate::domain::facts::{Content, PartFacts, Role};
use crate::domain::unit::Unit;
use crate::recognition::item::is_stationery;
use crate::recognition::unit::is_over;

/// The unit of each part, none for what is no material; none at all where it is not certain.
pub(super) fn owners<'a>(
    desk: &'a Desk<'a>,
    case: Case,
    forms: &[Vec<FormRead>],
) -> Option<Vec<Option<&'a Unit>>> {
    let mut owners = Vec::with_capacity(case.facts.parts.len());
    for (at, part) in case.facts.parts.iter().enumerate() {
        let read = forms.get(at).map_or(&[][..], Vec::as_slice);
        owners.push(if is_material(case, at, part) {
            Some(sole_owner(desk, case, part, read)?)
        } else {
            None
        });
    }
    let units: Vec<&Unit> = distinct(&owners);
    let is_one_over_another = units.iter().any(|upper| units.iter().any(|lower| is_over(upper, lower)));
    let named = desk.book.codes(&format!("{}\n{}", case.facts.header.subject, case.facts.text));
    let is_meant = |code: &String| {
        let gatherer = desk.campaign.roster.by_code(code);
        units.iter().any(|unit| unit.code == *code)
            || gatherer.is_some_and(|upper| units.iter().all(|lower| is_over(upper, lower)))
    };
    (units.len() > 1 && !is_one_over_another && named.iter().all(is_meant)).then_some(owners)
}

/// The units that own something, each once.
pub(super) fn distinct<'a>(owners: &[Option<&'a Unit>]) -> Vec<&'a Unit> {
    let mut seen = BTreeSet::new();
    owners.iter().flatten().filter(|unit| seen.insert(unit.code.as_str())).copied().collect()
}

fn is_material(case: Case, at: usize, part: &PartFacts) -> bool {
    let is_container = matches!(part.role, Role::Archive | Role::Mail) && part.trouble.is_none();
    !is_container
        && part.role != Role::Embedded
        && decoration(case, at).is_none()
        && !is_stationery(&part.name)
}

/// The one unit that a part names by the strongest that names any: its form, its folders and the mail it was attached
/// to, its own name.
fn sole_owner<'a>(desk: &'a Desk<'a>, case: Case, part: &PartFacts, read: &[FormRead]) -> Option<&'a Unit> {
    let cells = || {
        let cells = read.iter().filter_map(|form| Some((desk.campaign.templates.get(&form.form)?, form)));
        cells.flat_map(|(template, form)| unit_cells(template, &form.reading)).map(|entry| entry.text())
    };
    let (folders, name) = part.path.rsplit_once('/').unwrap_or(("", &part.path));
    let subjects = part.ancestors(&case.facts.parts).filter_map(|around| match &around.content {
        Content::Mail { subject, .. } => Some(subject.as_str()),
        _ => None,
    });
    let around = subjects.fold(folders.to_owned(), |all, subject| format!("{all}\n{subject}"));
    let texts = [cells().collect::<Vec<_>>().join("\n"), around, name.to_owned()];
    let codes = texts.iter().map(|text| desk.book.codes(text)).find(|codes| !codes.is_empty())?;
    match codes.as_slice() {
        [code] => desk.campaign.roster.by_code(code),
        _ => None,
    }
}
