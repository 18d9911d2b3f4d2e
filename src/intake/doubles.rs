//! One form answered twice in one mail. The schools' own copies that a city adds to its form are kept beside it; the same
//! values in a second format are one answer, a list that adds up to its summary stands beside it, and a file that calls
//! itself the corrected one counts; anything else is for a person to choose, since nobody's order of attaching files says
//! which of them is meant. So it is with two papers that bear the name of one: a plan, and that of one of its events.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::clues::{text_of, unit_cells};
use super::judge::range_of;
use super::parts::{Outcome, Scene, plain, texts};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::{Content, Value};
use crate::domain::figure::{self, Millionths};
use crate::domain::message::PartState;
use crate::domain::submission::{Filing, NIL_ITEM};
use crate::recognition::item::Texts;
use crate::recognition::rivals;
use crate::recognition::unit::is_authority;
use crate::recognition::vocabulary::Target;
use crate::recognition::{item, squeeze};
use crate::store::{FiledPart, ReadingRow};

/// Two texts are held against each other by pieces of so many letters, of so many letters of each.
const PIECE_LETTERS: usize = 4;
const MOST_LETTERS: usize = 5000;
/// Two formats of one paper share so much at least (percent).
const ALIKE: usize = 50;
/// And so much a plan with the notice that issues it whole.
const CONTAINED: usize = 90;
/// A notice says that it is one in so many letters.
const ISSUED_LETTERS: usize = 100;

/// Settles forms that several parts answer for one unit.
pub(super) fn settle_doubles(scene: &Scene, outcome: &mut Outcome) {
    let mut answering: HashMap<(String, String, Option<Date>, String), Vec<usize>> = HashMap::new();
    for row in &outcome.readings {
        let Some(part) = outcome.parts.get(row.part) else { continue };
        let Some(filing) = counted(part) else { continue };
        // The same form of two months or days is two answers.
        let is_of_form = |filing: &&Filing| {
            let asked = scene.desk.campaign.requirement(&filing.requirement);
            asked.and_then(|asked| asked.item(&filing.item)?.form.as_ref()) == Some(&row.form)
        };
        let asked = part.filings.iter().find(is_of_form).unwrap_or(filing);
        let parts = answering
            .entry((filing.unit.clone(), asked.requirement.clone(), asked.day, row.form.clone()))
            .or_default();
        if !parts.contains(&row.part) {
            parts.push(row.part);
        }
    }
    for ((unit, _, _, form), mut parts) in answering {
        set_schools_aside(scene, &unit, &form, &mut parts, outcome);
        if parts.len() > 1 {
            choose(scene, &parts, outcome);
        }
    }
    settle_papers(scene, outcome);
    ask_of_copies(outcome);
}

/// Leaves one file that is filed for several days to a person: of one of them it is, or of none.
fn ask_of_copies(outcome: &mut Outcome) {
    let mut filed: BTreeMap<(String, String, String), Vec<(Date, usize)>> = BTreeMap::new();
    for (at, part) in outcome.parts.iter().enumerate() {
        let filing = counted(part).filter(|filing| !filing.sha256.is_empty() && filing.item != NIL_ITEM);
        if let Some((filing, day)) = filing.and_then(|filing| Some((filing, filing.day?))) {
            let file = (filing.unit.clone(), filing.requirement.clone(), filing.sha256.clone());
            filed.entry(file).or_default().push((day, at));
        }
    }
    for copies in filed.into_values() {
        if copies.iter().any(|(day, _)| Some(day) != copies.first().map(|(first, _)| first)) {
            let parts: Vec<usize> = copies.into_iter().map(|(_, at)| at).collect();
            wait(outcome, &parts, "同一份文件报了不同的两天，请认定是哪一天的");
        }
    }
}

/// Leaves papers to a person that answer one item of which only one is asked for, and do not say the same. What says its version
/// is settled by that.
fn settle_papers(scene: &Scene, outcome: &mut Outcome) {
    let mut answering: BTreeMap<(String, String, String), Vec<usize>> = BTreeMap::new();
    for (at, part) in outcome.parts.iter().enumerate() {
        let Some(filing) = counted(part).filter(|filing| filing.version.is_none()) else { continue };
        let asked = scene.desk.campaign.requirement(&filing.requirement);
        let is_single = asked.filter(|asked| range_of(&asked.when).is_none()).is_some_and(|asked| {
            let item = asked.item(&filing.item).filter(|item| item.kind == ItemKind::Document);
            item.is_some_and(|item| item.is_single(false))
        });
        if is_single && has_words(scene, at) {
            let answered = (filing.unit.clone(), filing.requirement.clone(), filing.item.clone());
            answering.entry(answered).or_default().push(at);
        }
    }
    for ((_, requirement, item), parts) in answering {
        // What only the subject calls so gives way to what calls itself so: it may be of another campaign too.
        let named: Vec<usize> =
            parts.iter().copied().filter(|at| is_called(scene, *at, &requirement, &item)).collect();
        let parts = if named.is_empty() { parts } else { named };
        // 12月总结 beside 四季度总结 is no other version of it.
        let (months, whole) = parted_by_time(scene, parts, &requirement, &item);
        wait(outcome, &months, "写明的只是其中一个月，同封另有写明整个时段的一份，请认定");
        let parts = whole;
        let Some((first, others)) = parts.split_first() else { continue };
        if others.iter().all(|other| say_the_same(scene, *first, *other)) {
            continue;
        }
        let asked = scene.desk.campaign.requirement(&requirement);
        let title = asked.and_then(|asked| asked.item(&item)).map_or("材料", |item| item.title.as_str());
        wait(outcome, &parts, &format!("同封有几份内容不同的“{title}”，请认定以哪一份为准"));
    }
}

/// Of papers that answer what is asked for of a quarter those that name one month, where others name the quarter, and the rest.
fn parted_by_time(
    scene: &Scene,
    parts: Vec<usize>,
    requirement: &str,
    item: &str,
) -> (Vec<usize>, Vec<usize>) {
    let campaign = scene.desk.campaign;
    let target =
        Target { requirement: requirement.to_owned(), item: item.to_owned(), kind: ItemKind::Document };
    let own = |at: &usize| {
        let part = scene.case.facts.parts.get(*at)?;
        let Texts { name, title, .. } = texts(scene, *at, part);
        Some(format!("{name}\n{}", title.join("\n")))
    };
    let names_all = |at: &usize| own(at).is_some_and(|own| rivals::names_its_time(campaign, &target, &own));
    if !parts.iter().any(names_all) {
        return (Vec::new(), parts);
    }
    parts.into_iter().partition(|at| own(at).is_some_and(|own| rivals::is_of_a_part(campaign, &target, &own)))
}

/// Whether a part's own name, title or folder calls it what is asked for.
fn is_called(scene: &Scene, at: usize, requirement: &str, item: &str) -> bool {
    let Some(part) = scene.case.facts.parts.get(at) else { return false };
    let Texts { name, folders, title, subject: _ } = texts(scene, at, part);
    let mut own = std::iter::once(&name).chain(&title).chain(&folders);
    let is_it = |target: &Target| target.requirement == requirement && target.item == item;
    own.any(|text| scene.words(at).named(text).iter().any(is_it))
}

/// Whether there are words in a part, or cells.
fn has_words(scene: &Scene, at: usize) -> bool {
    scene.case.facts.parts.get(at).is_some_and(|part| match &part.content {
        Content::Book { grids } => grids.iter().any(|grid| !grid.cells.is_empty()),
        _ => text_of(part).is_some_and(|text| !text.trim().is_empty()),
    })
}

/// The words of a part, if it has any; of a table those in its cells.
fn text_at<'s>(scene: &'s Scene, at: usize) -> Option<Cow<'s, str>> {
    let part = scene.case.facts.parts.get(at).filter(|_| has_words(scene, at))?;
    let Content::Book { grids } = &part.content else { return text_of(part).map(Cow::Borrowed) };
    let cells = grids.iter().flat_map(|grid| &grid.cells).take(MOST_LETTERS);
    let words: Vec<String> = cells
        .map(|cell| match &cell.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
        })
        .collect();
    Some(Cow::Owned(words.join("\n")))
}

/// Whether two papers are one: letter by letter, in two formats, in which blanks and headings differ, or a plan and the notice that
/// issues it.
fn say_the_same(scene: &Scene, one: usize, other: usize) -> bool {
    let (Some(text), Some(other_text)) = (text_at(scene, one), text_at(scene, other)) else { return true };
    let ending = |at: usize| {
        let name = scene.case.facts.parts.get(at).map_or("", |part| part.name.as_str());
        name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
    };
    let (text, other_text) = (squeeze(&text), squeeze(&other_text));
    let is_issued = |text: &str| text.chars().take(ISSUED_LETTERS).collect::<String>().contains("通知");
    let is_one_notice = is_issued(&text) != is_issued(&other_text);
    let percent = shared_percent(&text, &other_text);
    text == other_text
        || (ending(one) != ending(other) && percent >= ALIKE)
        || (is_one_notice && percent >= CONTAINED)
}

/// How much of the shorter of two texts stands in the other (percent).
fn shared_percent(one: &str, other: &str) -> usize {
    let pieces = |text: &str| -> HashSet<String> {
        let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).take(MOST_LETTERS).collect();
        letters.windows(PIECE_LETTERS).map(String::from_iter).collect()
    };
    let (one, other) = (pieces(one), pieces(other));
    // The page numbers under a scan say nothing.
    let shorter = one.len().min(other.len());
    (one.intersection(&other).count() * 100).checked_div(shorter).unwrap_or(100)
}

/// Leaves parts to a person.
fn wait(outcome: &mut Outcome, parts: &[usize], why: &str) {
    for at in parts {
        let Some(part) = outcome.parts.get_mut(*at) else { continue };
        part.state = PartState::Review;
        part.filings.iter_mut().for_each(|filing| filing.state = PartState::Review);
        part.why = why.to_owned();
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
        && (adds_up(scene, &rows(*one), &rows(*other)) || adds_up(scene, &rows(*other), &rows(*one)))
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
    wait(outcome, parts, "同封有几份内容不同的同一张表，请认定以哪一份为准");
}

/// Whether the counts of several rows come to those of the one row of a summary.
fn adds_up(scene: &Scene, summary: &[&ReadingRow], details: &[&ReadingRow]) -> bool {
    let ([summary], true) = (summary, details.len() > 1) else { return false };
    let template = scene.desk.campaign.templates.get(&summary.form);
    let is_added =
        |field: &String| template.and_then(|of| of.field(field)).is_some_and(|field| field.kind.adds_up());
    let counts = summary
        .values
        .iter()
        .filter(|(field, _)| is_added(field))
        .filter_map(|(field, value)| Some((field, figure::of_json(value)?)));
    let sum = |field: &String| {
        details.iter().filter_map(|row| figure::of_json(row.values.get(field)?)).sum::<Millionths>()
    };
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
