//! Which rows of the forms that count enter the table. A school may stand in its own form, in its city's table and in
//! a second file of the same mail; it is counted once, by what it says itself before what others say of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{EXEMPT, LeftOutRow, LeftOutUnit, Occasion, Source, TotalRow};
use crate::domain::campaign::{Campaign, Item, Requirement};
use crate::domain::decision::TaughtName;
use crate::domain::grant::Grants;
use crate::domain::obligation::{Holdings, Standing, standing};
use crate::domain::submission::{ItemState, Level};
use crate::domain::template::{FieldKind, Template};
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::recognition::names::NameBook;
use crate::recognition::unit::{is_authority, is_over};
use crate::store::CountedReading;

/// So many units of which names stand twice are told one by one.
const NAMED_ONE_BY_ONE: usize = 3;

/// The rows of a table and what is not among them.
#[derive(Debug, Default)]
pub(super) struct Picked {
    pub rows: Vec<TotalRow>,
    pub left_out: Vec<LeftOutRow>,
    pub notes: Vec<String>,
}

/// Whom a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    /// The unit that sent it.
    Own,
    /// Another unit of the roster, by code.
    Other(String),
    /// A school that is not in the roster, as written.
    School(String),
}

/// A row on its way into the table.
struct Candidate<'a> {
    unit: &'a Unit,
    /// Its unit's place in the roster.
    place: usize,
    about: About,
    /// Message and path: which file.
    file: (i64, String),
    row: TotalRow,
}

/// Takes every school once.
/// `taught`: what persons taught people write for units.
pub(super) fn pick(
    campaign: &Campaign,
    form: &Template,
    readings: Vec<CountedReading>,
    taught: &[TaughtName],
) -> Picked {
    let mut picked = Picked::default();
    let book = NameBook::taught(&campaign.roster, taught);
    let mut candidates = candidates(campaign, form, readings, &book, &mut picked);
    // Of one unit the order of arrival stays.
    candidates.sort_by_key(|candidate| candidate.place);
    let candidates = without_older_files(candidates, &mut picked);
    let candidates = without_details_of_a_summary(candidates, &mut picked);
    let candidates = without_the_same_elsewhere(campaign, candidates, &mut picked);
    note_doubts(form, campaign.roster.lower_units(), &candidates, &mut picked.notes);
    picked.rows = candidates.into_iter().map(|candidate| candidate.row).collect();
    picked
}

fn candidates<'a>(
    campaign: &'a Campaign,
    form: &Template,
    readings: Vec<CountedReading>,
    book: &NameBook,
    picked: &mut Picked,
) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    let mut rows_of: BTreeMap<(String, i64, String), usize> = BTreeMap::new();
    let file_of = |reading: &CountedReading| (reading.unit.clone(), reading.message, reading.path.clone());
    readings.iter().for_each(|reading| *rows_of.entry(file_of(reading)).or_default() += 1);
    for reading in readings {
        let units = campaign.roster.units.iter().enumerate();
        let known = units.into_iter().find(|(_, unit)| unit.code == reading.unit);
        let file = (reading.message, reading.path.clone());
        let is_alone = rows_of.get(&file_of(&reading)) == Some(&1);
        let about = match about(form, book, &reading) {
            // 本校 in the only row of a school's own table is that school, whatever else its city lists.
            About::School(_) if is_alone && known.is_some_and(|(_, unit)| has_none_below(campaign, unit)) => {
                About::Own
            }
            about => about,
        };
        let row = row(known.map(|(_, unit)| unit), reading);
        match known {
            Some((place, unit)) => found.push(Candidate { unit, place, about, file, row }),
            None => leave(picked, row, "报送单位已不在名册中".to_owned()),
        }
    }
    found
}

/// Whether nobody reports through a unit.
fn has_none_below(campaign: &Campaign, unit: &Unit) -> bool {
    !is_authority(unit) && !campaign.roster.units.iter().any(|other| is_over(unit, other))
}

fn row(unit: Option<&Unit>, reading: CountedReading) -> TotalRow {
    let of = |told: fn(&Unit) -> &String| unit.map(|unit| told(unit).clone()).unwrap_or_default();
    let is_of_row = |place: &str| reading.cells.values().any(|cell| cell.as_str() == Some(place));
    let flaws = reading.flaws.iter().filter(|flaw| is_of_row(&flaw.place)).cloned().collect();
    TotalRow {
        unit: unit.map_or_else(|| reading.unit.clone(), |unit| unit.name.clone()),
        group: of(|unit| &unit.group),
        city: of(|unit| &unit.city),
        code: reading.unit,
        school: reading.school,
        values: reading.values,
        source: Source {
            sha256: reading.sha256,
            message: reading.message,
            path: reading.path,
            place: reading.place,
            cells: reading.cells,
        },
        flaws,
    }
}

fn about(form: &Template, book: &NameBook, reading: &CountedReading) -> About {
    let school = squeeze(&reading.school);
    if school.is_empty() || form.total_labels.iter().any(|label| squeeze(label) == school) {
        return About::Own;
    }
    match book.codes(&school).as_slice() {
        [code] if *code == reading.unit => About::Own,
        [code] => About::Other(code.clone()),
        _ => About::School(school),
    }
}

fn leave(picked: &mut Picked, row: TotalRow, why: String) {
    picked.left_out.push(LeftOutRow { unit: row.unit, school: row.school, why, source: row.source });
}

/// Keeps what `why` has nothing against.
fn sift<'a>(
    candidates: Vec<Candidate<'a>>,
    picked: &mut Picked,
    mut why: impl FnMut(&Candidate<'a>) -> Option<String>,
) -> Vec<Candidate<'a>> {
    let mut kept = Vec::new();
    for candidate in candidates {
        match why(&candidate) {
            Some(why) => leave(picked, candidate.row, why),
            None => kept.push(candidate),
        }
    }
    kept
}

/// Files of one mail do not replace one another; of those that speak of the same school the last one counts.
fn without_older_files<'a>(candidates: Vec<Candidate<'a>>, picked: &mut Picked) -> Vec<Candidate<'a>> {
    let mut last: BTreeMap<(usize, About), (i64, String)> = BTreeMap::new();
    for candidate in &candidates {
        last.insert((candidate.place, candidate.about.clone()), candidate.file.clone());
    }
    sift(candidates, picked, |candidate| {
        let newest = last.get(&(candidate.place, candidate.about.clone()))?;
        (*newest != candidate.file).then(|| format!("同一单位的数据在“{}”中还有一份，以那一份为准", newest.1))
    })
}

/// A file with nothing but the unit's own row sums up what its other files list.
fn without_details_of_a_summary<'a>(
    candidates: Vec<Candidate<'a>>,
    picked: &mut Picked,
) -> Vec<Candidate<'a>> {
    let mut files: BTreeMap<(usize, (i64, String)), BTreeSet<About>> = BTreeMap::new();
    for candidate in &candidates {
        let of_file = files.entry((candidate.place, candidate.file.clone())).or_default();
        of_file.insert(candidate.about.clone());
    }
    let is_summary = |about: &BTreeSet<About>| about.len() == 1 && about.contains(&About::Own);
    let summaries = files.iter().filter(|(_, about)| is_summary(about));
    let summaries: BTreeMap<usize, (i64, String)> =
        summaries.map(|((place, file), _)| (*place, file.clone())).collect();
    sift(candidates, picked, |candidate| {
        let summary = summaries.get(&candidate.place).filter(|file| **file != candidate.file)?;
        Some(format!("“{}”已是本单位的汇总数，明细不再计入，请核对两者是否一致", summary.1))
    })
}

/// What a unit says of itself counts before what others say of it, and that once.
fn without_the_same_elsewhere<'a>(
    campaign: &Campaign,
    candidates: Vec<Candidate<'a>>,
    picked: &mut Picked,
) -> Vec<Candidate<'a>> {
    let own = candidates.iter().filter(|candidate| candidate.about == About::Own);
    let own: BTreeSet<String> = own.map(|candidate| candidate.unit.code.clone()).collect();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    sift(candidates, picked, |candidate| {
        let About::Other(code) = &candidate.about else { return None };
        let name = campaign.roster.by_code(code).map_or(code.as_str(), |unit| unit.name.as_str());
        if own.contains(code) {
            return Some(format!("{name}已自行报送，以其自报数为准"));
        }
        let by = taken.entry(code.clone()).or_insert_with(|| candidate.unit.name.clone());
        (*by != candidate.unit.name).then(|| format!("{name}已列在{by}的表中"))
    })
}

/// What the table cannot decide and a person should know.
fn note_doubts(form: &Template, lower: &str, candidates: &[Candidate<'_>], notes: &mut Vec<String>) {
    if !form.fields.iter().any(|field| field.total.is_figure()) {
        return;
    }
    let is_listed = form.columns().any(|field| field.kind == FieldKind::Unit);
    let mut of_unit: BTreeMap<usize, Vec<&Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates {
        of_unit.entry(candidate.place).or_default().push(candidate);
    }
    let mut with_names_twice: Vec<(&str, String)> = Vec::new();
    for rows in of_unit.values() {
        let Some(unit) = rows.first().map(|candidate| &candidate.unit.name) else { continue };
        let own = rows.iter().filter(|candidate| candidate.about == About::Own).count();
        if own == rows.len()
            && rows.iter().any(|row| candidates.iter().any(|other| is_over(row.unit, other.unit)))
        {
            notes.push(format!("{unit}只报了合计一行，请核实其中没有另行报送的{lower}"));
        }
        if own > 0 && own < rows.len() {
            notes.push(format!("{unit}的表中既有本单位一行又有所属{lower}，均已计入，请核对是否重复"));
        }
        let mut seen = BTreeSet::new();
        // Beside one name of the unit a table may list anything, line by line.
        let is_named = |candidate: &&&Candidate| is_listed || !candidate.row.school.is_empty();
        let twice = rows.iter().filter(is_named).filter(|candidate| !seen.insert(&candidate.about));
        let twice: BTreeSet<&str> = twice.map(|candidate| candidate.row.school.as_str()).collect();
        if !twice.is_empty() {
            let names = twice.into_iter().collect::<Vec<_>>().join("”“");
            with_names_twice.push((unit, names));
        }
        let others = rows.iter().filter(|candidate| matches!(candidate.about, About::Other(_)));
        notes.extend(others.map(|other| format!("{}未自行报送，按{unit}所列计入", other.row.school)));
    }
    notes.extend(names_twice(&with_names_twice));
}

/// A table that lists persons or cases has one row for each, and so have most units' then: a line for each would bury all else.
fn names_twice(of_units: &[(&str, String)]) -> Vec<String> {
    match of_units {
        [(first, _), .., (_, _)] if of_units.len() > NAMED_ONE_BY_ONE => {
            let count = of_units.len();
            vec![format!(
                "{first}等{count}个单位的表中同一名称不止一行（如逐人、逐项填报），均已计入，请核对是否重复"
            )]
        }
        _ => {
            let told = |(unit, names): &(&str, String)| {
                format!("{unit}的表中“{names}”不止一行，均已计入，请核对是否重复")
            };
            of_units.iter().map(told).collect()
        }
    }
}

/// What is held and granted at a moment.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub holdings: &'a Holdings,
    pub grants: &'a Grants,
    pub occasion: &'a Occasion,
    pub now: Timestamp,
}

/// Units that are asked for the form and have no row, each with the reason.
pub(super) fn left_out(
    campaign: &Campaign,
    form: &Template,
    known: Known<'_>,
    picked: &Picked,
) -> Vec<LeftOutUnit> {
    let is_asked =
        |asked: &Requirement| asked.days().into_iter().any(|day| known.occasion.is(&asked.id, day));
    let asked: Vec<(&Requirement, &Item)> =
        campaign.items_of_form(&form.id).filter(|(asked, _)| is_asked(asked)).collect();
    let has_row: BTreeSet<&str> = picked.rows.iter().map(|row| row.code.as_str()).collect();
    let mut left_out = Vec::new();
    for unit in campaign.roster.units.iter().filter(|unit| !has_row.contains(unit.code.as_str())) {
        let owed = asked.iter().filter(|(requirement, _)| requirement.owed_by(&unit.group));
        let whys: Vec<String> =
            owed.map(|(requirement, item)| why_not(campaign, requirement, item, unit, known)).collect();
        if let Some(why) = whys.into_iter().next() {
            let Unit { name, code, group, city, .. } = unit.clone();
            left_out.push(LeftOutUnit { unit: name, code, group, city, why });
        }
    }
    left_out
}

fn why_not(
    campaign: &Campaign,
    requirement: &Requirement,
    item: &Item,
    unit: &Unit,
    Known { holdings, grants, occasion, now }: Known<'_>,
) -> String {
    let day = occasion.day.or_else(|| requirement.days().into_iter().next().flatten());
    let held = holdings.of(&unit.code, &requirement.id, day);
    let obligation = standing(campaign, requirement, unit, day, held, grants, now);
    let Some(found) = obligation.items.iter().find(|other| other.item == item.id) else {
        return String::new();
    };
    // A remark is no reason.
    let flaws = found.holding.iter().flat_map(|holding| &holding.flaws);
    let flaw = flaws.clone().find(|flaw| flaw.level == Level::Error);
    let flaw = flaw.map_or_else(String::new, |flaw| format!("：{}", flaw.text));
    match found.state {
        _ if obligation.standing == Standing::Exempt => EXEMPT.to_owned(),
        _ if obligation.standing == Standing::Nil => "零报告".to_owned(),
        ItemState::Missing => "未报送".to_owned(),
        ItemState::Exempt => EXEMPT.to_owned(),
        ItemState::Review => format!("待人工核定{flaw}"),
        ItemState::Rejected => format!("收到的不计{flaw}"),
        ItemState::Accepted | ItemState::Flawed => "已收，但没有可以计入的数据，请查看原件".to_owned(),
    }
}
