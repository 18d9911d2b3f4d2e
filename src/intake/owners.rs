//! Whose each part is, where one mail brings material of several units: a box that two schools share, an office that
//! hands on what it gathered. Only where every part names exactly one of them by its form, its folder or its own name,
//! and the mail names nobody else, is it certain; anything less waits for a person as a whole.

use std::collections::BTreeSet;

use super::clues::{FormRead, head_of_book, unit_cells};
use super::decoration::decoration;
use super::desk::Desk;
use super::judge::Case;
use crate::domain::facts::{Content, PartFacts, Role};
use crate::domain::unit::Unit;
use crate::recognition::item::is_stationery;
use crate::recognition::unit::is_over;

/// By what a part names its unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Form,
    Folder,
    Name,
}

/// The unit of each part, none for what is no material; none at all where it is not certain.
pub(super) fn owners<'a>(
    desk: &'a Desk<'a>,
    case: Case,
    forms: &[Vec<FormRead>],
) -> Option<Vec<Option<&'a Unit>>> {
    let mut owners = Vec::with_capacity(case.facts.parts.len());
    let mut told = Vec::new();
    for (at, part) in case.facts.parts.iter().enumerate() {
        let read = forms.get(at).map_or(&[][..], Vec::as_slice);
        let owner =
            if is_material(case, at, part) { Some(sole_owner(desk, case, part, read)?) } else { None };
        owners.push(owner.map(|(unit, _)| unit));
        told.extend(owner);
    }
    let units: Vec<&Unit> = distinct(&owners);
    let is_one_over_another = units.iter().any(|upper| units.iter().any(|lower| is_over(upper, lower)));
    if units.len() < 2 || is_one_over_another {
        return None;
    }
    let mut named = desk.book.codes(&format!("{}\n{}", case.facts.header.subject, case.facts.text));
    named.retain(|code| {
        let gatherer = desk.campaign.roster.by_code(code);
        !gatherer.is_some_and(|upper| units.iter().all(|lower| is_over(upper, lower)))
    });
    let is_meant = |unit: &&Unit| named.contains(&unit.code);
    let names_all = units.iter().all(is_meant) && named.len() == units.len();
    // Somebody's copied form beside one's own papers is no mail of two units.
    let stands_apart = |unit: &&Unit| {
        let mut own = told.iter().filter(|(owner, _)| owner.code == unit.code);
        own.clone().all(|(_, by)| *by == By::Folder) || own.any(|(_, by)| *by == By::Form)
    };
    (names_all || named.is_empty() && units.iter().all(stands_apart)).then_some(owners)
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
fn sole_owner<'a>(
    desk: &'a Desk<'a>,
    case: Case,
    part: &PartFacts,
    read: &[FormRead],
) -> Option<(&'a Unit, By)> {
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
    let cells = cells().collect::<Vec<_>>().join("\n");
    let cells = if read.is_empty() { head_of_book(part).join("\n") } else { cells };
    let texts = [(cells.as_str(), By::Form), (around.as_str(), By::Folder), (name, By::Name)];
    let found = texts.iter().map(|(text, by)| (desk.book.codes(text), *by));
    let (codes, by) = found.into_iter().find(|(codes, _)| !codes.is_empty())?;
    match codes.as_slice() {
        [code] => Some((desk.campaign.roster.by_code(code)?, by)),
        _ => None,
    }
}
