//! One form answered twice in one mail. The schools' own copies that a city adds to its form are kept beside it; the same
//! values in a second format are one answer, a list that adds up to its summary stands beside it, and a file that calls
//! itself the corrected one counts; anything else is for a person to choose, since nobody's order of attaching files says
//! which of them is meant.

use std::collections::HashMap;

use super::clues::unit_cells;
use super::parts::{Outcome, Scene, plain};
use crate::domain::message::PartState;
use crate::domain::submission::Filing;
use crate::recognition::item;
use crate::recognition::unit::is_authority;
use crate::store::{FiledPart, ReadingRow};

/// Settles forms that several parts answer for one unit.
pub(super) fn settle_doubles(scene: &Scene, outcome: &mut Outcome) {
    let mut answering: HashMap<(String, String, String), Vec<usize>> = HashMap::new();
    for row in &outcome.readings {
        let Some(part) = outcome.parts.get(row.part) else { continue };
        let Some(filing) = counted(part) else { continue };
        // The same form of two months is two answers.
        let is_of_form = |filing: &&Filing| {
            let asked = scene.desk.campaign.requirement(&filing.requirement);
            asked.and_then(|asked| asked.item(&filing.item)?.form.as_ref()) == Some(&row.form)
        };
        let asked = part.filings.iter().find(is_of_form).unwrap_or(filing).requirement.clone();
        let parts = answering.entry((filing.unit.clone(), asked, row.form.clone())).or_default();
        if !parts.contains(&row.part) {
            parts.push(row.part);
        }
    }
    for ((unit, _, form), mut parts) in answering {
        set_schools_aside(scene, &unit, &form, &mut parts, outcome);
        if parts.len() > 1 {
            choose(scene, &parts, outcome);
        }
    }
}

/// The answer of a part that counts.
fn counted(part: &FiledPart) -> Option<&Filing> {
    part.filings.first().filter(|filing| matches!(filing.state, PartState::Accepted | PartState::Flawed))
}

/// A city's mail: forms that name somebody outside the roster, beside one that names the city.
fn set_schools_aside(scene: &Scene, unit: &str, form: &str, parts: &mut Vec<usize>, outcome: &mut Outcome) {
    let campaign = scene.desk.campaign;
    let Some(city) = campaign.roster.by_code(unit).filter(|city| is_authority(city)) else { return };
    let names_city = |at: usize| {
        let read = scene.forms.get(at).into_iter().flatten().find(|read| read.form == form);
        let cells = read.and_then(|read| Some(unit_cells(campaign.templates.get(form)?, &read.reading)));
        let mut cells = cells.unwrap_or_default().into_iter();
        cells.any(|cell| scene.desk.book.codes(&cell.text()).contains(&city.code) || cell.text() == city.city)
    };
    if !parts.iter().any(|at| names_city(*at)) {
        return;
    }
    let schools: Vec<usize> = parts.iter().copied().filter(|at| !names_city(*at)).collect();
    parts.retain(|at| !schools.contains(at));
    for at in schools {
        drop_answer(outcome, at, PartState::Extra, &format!("所属单位的表，随{}来件留存，不另计", city.name));
    }
}

/// Copies of the first are extra; where another says something else, the one that calls itself corrected counts, else
/// all of them wait.
fn choose(scene: &Scene, parts: &[usize], outcome: &mut Outcome) {
    let rows = |at: usize| outcome.readings.iter().filter(|row| row.part == at).collect::<Vec<_>>();
    let said = |at: usize| rows(at).into_iter().map(values).collect::<Vec<_>>();
    let Some((first, others)) = parts.split_first() else { return };
    if others.iter().all(|at| said(*at) == said(*first)) {
        for at in others {
            drop_answer(outcome, *at, PartState::Extra, "与同封另一份表内容相同，不重复登记");
        }
        return;
    }
    if let [one, other] = parts
        && (adds_up(&rows(*one), &rows(*other)) || adds_up(&rows(*other), &rows(*one)))
    {
        return;
    }
    let is_corrected = |at: &&usize| {
        let name = scene.case.facts.parts.get(**at).map_or("", |part| part.name.as_str());
        item::says_corrected(name)
    };
    let corrected: Vec<usize> = parts.iter().filter(is_corrected).copied().collect();
    if let [corrected] = corrected.as_slice() {
        for at in parts.iter().filter(|at| *at != corrected) {
            drop_answer(outcome, *at, PartState::Superseded, "同封另有更正件，以更正件为准");
        }
        return;
    }
    for at in parts {
        let Some(part) = outcome.parts.get_mut(*at) else { continue };
        part.state = PartState::Review;
        part.filings.iter_mut().for_each(|filing| filing.state = PartState::Review);
        part.why = "同封有几份内容不同的同一张表，请认定以哪一份为准".to_owned();
    }
}

/// Whether the counts of several rows come to those of the one row of a summary.
fn adds_up(summary: &[&ReadingRow], details: &[&ReadingRow]) -> bool {
    let ([summary], true) = (summary, details.len() > 1) else { return false };
    let counts = summary.values.iter().filter_map(|(field, value)| Some((field, value.as_i64()?)));
    let sum = |field: &String| details.iter().filter_map(|row| row.values.get(field)?.as_i64()).sum::<i64>();
    let (right, wrong): (Vec<bool>, Vec<bool>) =
        counts.map(|(field, count)| sum(field) == count).partition(|is_right| *is_right);
    right.len() > 1 && wrong.is_empty()
}

fn values(row: &ReadingRow) -> (&str, &serde_json::Map<String, serde_json::Value>) {
    (&row.school, &row.values)
}

fn drop_answer(outcome: &mut Outcome, at: usize, state: PartState, why: &str) {
    outcome.readings.retain(|row| row.part != at);
    if let Some(part) = outcome.parts.get_mut(at) {
        *part = plain(state, why);
    }
}
