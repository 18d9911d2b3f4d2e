//! A paper that several units of the roster send together, each of which owes such a one: filed for whoever sent the mail it
//! would have the others chased for what they wrote. A person says whose it is; of the others it is written down by hand.

use super::clues::{text_of, title_lines};
use super::parts::{Outcome, Scene};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::PartFacts;
use crate::domain::message::PartState;
use crate::domain::submission::Filing;
use crate::domain::unit::Unit;
use crate::recognition::item;
use crate::recognition::unit::is_over;
use crate::recognition::visited::together;

/// Has what is due once and bears the names of several units that owe it wait for a person.
pub(super) fn ask_whose(scene: &Scene, outcome: &mut Outcome) {
    for (part, facts) in outcome.parts.iter_mut().zip(&scene.case.facts.parts) {
        let counts = matches!(part.state, PartState::Accepted | PartState::Flawed);
        if !counts && part.state != PartState::Review {
            continue;
        }
        let Some(others) = part.filings.first().and_then(|filing| others(scene, filing, facts)) else {
            continue;
        };
        outcome.concerns.extend(others.iter().map(|unit| unit.code.clone()));
        // What waits for another reason is read by a person anyhow.
        if !counts {
            continue;
        }
        let names: Vec<&str> = others.iter().map(|unit| unit.name.as_str()).collect();
        part.why = format!(
            "名称或标题里还写着{}，像是几个单位合报的，请认定计入哪个单位；都算的，其余的请登记为线下收到",
            names.join("、")
        );
        part.state = PartState::Review;
        part.filings.iter_mut().for_each(|filing| filing.state = PartState::Review);
    }
}

/// The units that a paper names beside the one that it was filed for, and that owe the same.
fn others<'s>(scene: &'s Scene, filing: &Filing, part: &PartFacts) -> Option<Vec<&'s Unit>> {
    let campaign = scene.desk.campaign;
    let asked = campaign.requirement(&filing.requirement)?;
    let own = campaign.roster.by_code(&filing.unit)?;
    let is_paper = |kind: ItemKind| matches!(kind, ItemKind::Document | ItemKind::Form | ItemKind::Scan);
    if filing.day.is_some() || !asked.item(&filing.item).is_some_and(|item| is_paper(item.kind)) {
        return None;
    }
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let name = item::stem(part.path.rsplit('/').next().unwrap_or(&part.path)).to_owned();
    let own_lines = [name, titles.join("、")];
    let bears_name = own_lines.iter().any(|line| !scene.desk.book.codes(line).is_empty());
    // The subject speaks of what names nobody itself: of two papers each may be one's.
    let is_said = !bears_name && scene.owners.is_empty();
    let subject = is_said.then(|| scene.case.facts.header.subject.clone());
    let owes = |unit: &Unit| asked.owed_by(&unit.group) && unit.owes_on(asked.last_day(filing.day));
    own_lines.into_iter().chain(subject).find_map(|line| {
        let codes = together(&scene.desk.book, &line);
        let units = codes.iter().filter_map(|code| campaign.roster.by_code(code));
        let others: Vec<&Unit> = units
            .filter(|unit| unit.code != own.code && owes(unit) && !is_over(own, unit) && !is_over(unit, own))
            .collect();
        (codes.contains(&own.code) && !others.is_empty()).then_some(others)
    })
}
