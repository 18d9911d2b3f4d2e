//! 零报告 beside material of another day: 今日零报告，另附昨日日报. The material is filed for its own day, and the day that is said to be
//! empty was chased. So it is beside what is asked for otherwise: 情况统计表见附件，7月26日零报告. Where the letter does not say both
//! that it reports nothing and of which day, a person reads it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::answers::{Answered, loose, own_subject};
use super::judge::range_of;
use super::loose::{plainly, taken_from};
use super::nothing::{Nil, nil_for};
use super::nothing_due::{TO_COME, nil_of};
use super::parts::{Outcome, Scene, is_due_once};
use crate::domain::campaign::{Requirement, When};
use crate::domain::message::PartState;
use crate::domain::unit::Unit;
use crate::recognition::counted::{is_night, is_still_yesterday};
use crate::recognition::day::Range;
use crate::recognition::empty_days::{Written, of_sentence};
use crate::recognition::nil::saying;
use crate::recognition::vocabulary::Target;

/// Who writes this reports, and does not only tell that one thing among others is lacking (今日无视频).
const REPORTS: &str = "零报告";

/// In these words it is told how to report, as in a notice that is handed on: 实行零报告制度, 各单位无情况的零报告.
const TOLD_TO: &[&str] = &["制度", "机制", "实行", "各单位", "各地", "请各", "如无", "若无", "必须", "应当"];

/// Why a person must say.
const OF_ANOTHER_DAY: &str = "来信说没有可报的，所附的却是另一天的材料，请阅读原信";

/// The same where what comes is none of what may be empty.
const OF_ANOTHER_THING: &str = "来信说没有可报的，所附的却是别的材料，请阅读原信";

/// What a letter says of there being nothing.
struct Said {
    days: BTreeSet<Date>,
    is_sure: bool,
}

/// Files the empty days that a letter names beside material of other days, or of something else that is asked for. `at`: the place
/// of what it says.
pub(super) fn judge_nil_beside(scene: &Scene, unit: &Unit, at: usize, outcome: &mut Outcome) {
    let takes_nil: Vec<&Requirement> = taken_from(scene, unit).filter(|asked| asked.nil_report).collect();
    let filings: Vec<(String, Option<Date>)> = outcome
        .parts
        .iter()
        .flat_map(|part| &part.filings)
        .chain(&outcome.loose)
        .filter(|filing| filing.unit == unit.code)
        .map(|filing| (filing.requirement.clone(), filing.day))
        .collect();
    let is_filed = |asked: &&&Requirement| filings.iter().any(|(requirement, _)| *requirement == asked.id);
    if takes_nil.iter().any(|asked| is_filed(&asked)) {
        for asked in takes_nil.iter().filter(is_filed) {
            let of_it = filings.iter().filter(|(requirement, _)| *requirement == asked.id);
            let filed = of_it.filter_map(|(_, day)| *day).collect::<BTreeSet<Date>>();
            // What is filed for no day waits for a person anyway.
            if !filed.is_empty() {
                file_empty_days(scene, unit, &nil_of(&asked.id), &filed, at, outcome);
            }
        }
    } else if !filings.is_empty() {
        judge_nil_beside_other(scene, unit, at, outcome);
    }
}

/// Files the days that are said to be empty and of which nothing is `filed`.
fn file_empty_days(
    scene: &Scene,
    unit: &Unit,
    target: &Target,
    filed: &BTreeSet<Date>,
    at: usize,
    outcome: &mut Outcome,
) {
    let asked = scene.desk.campaign.requirement(&target.requirement);
    let Some((asked, range)) = asked.and_then(|asked| Some((asked, range_of(&asked.when)?))) else { return };
    let today = scene.arrived.date();
    let Some(said) = said(scene, asked, &range) else { return };
    for day in said.days.difference(filed).copied().filter(|day| range.holds(*day) && *day <= today) {
        let why = if filed.is_empty() { OF_ANOTHER_THING } else { OF_ANOTHER_DAY };
        let waits = Answered { state: PartState::Review, flaws: vec![], why };
        let given = if said.is_sure { plainly("零报告") } else { waits };
        if !said.is_sure {
            outcome.asks.insert(scene.case.facts.parts.len() + at, why.to_owned());
        }
        outcome.loose.extend(loose(scene, unit, target, Some(day), given, &format!("nil {day}"), at));
    }
}

/// The same where nothing comes of what may be empty: 情况统计表见附件，7月26日零报告; 月报见附件，本周零报告.
fn judge_nil_beside_other(scene: &Scene, unit: &Unit, at: usize, outcome: &mut Outcome) {
    // 统计表及今日零报告 in a subject names what comes too; the letter under it says more plainly what there is none of.
    let mut reporting = sentences(scene).filter(|sentence| sentence.contains(REPORTS));
    let Some(says) = reporting.next() else {
        // 本周无新增 may be said of what comes with it.
        if let Nil::To(target) = nil_for(scene, unit, &sentences(scene).collect::<Vec<_>>().join("\n")) {
            file_empty_days(scene, unit, &target, &BTreeSet::new(), at, outcome);
        }
        return;
    };
    match nil_for(scene, unit, says) {
        Nil::To(target) if is_due_once(scene, &target) => {
            let name = format!("nil {}", target.requirement);
            outcome.loose.extend(loose(scene, unit, &target, None, plainly(REPORTS), &name, at));
        }
        Nil::To(target) => file_empty_days(scene, unit, &target, &BTreeSet::new(), at, outcome),
        Nil::Open { why, .. } => {
            outcome.asks.insert(scene.case.facts.parts.len() + at, why);
        }
        Nil::Nowhere => (),
    }
}

/// The sentences of subject and letter that say of something that there is nothing.
fn sentences<'s>(scene: &'s Scene) -> impl Iterator<Item = &'s str> {
    let text = scene.case.facts.text.split(['\n', '。', '；', '！']);
    let is_told_to = |sentence: &str| TOLD_TO.iter().any(|word| sentence.contains(word));
    let said = text.chain([own_subject(scene)]).filter(|sentence| !saying(sentence).is_empty());
    said.filter(move |sentence| !is_told_to(sentence))
}

/// The days that subject and letter say to be empty; none where they report no such thing.
fn said(scene: &Scene, asked: &Requirement, range: &Range) -> Option<Said> {
    let today = scene.arrived.date();
    let When::EachDay { until_next_day, .. } = asked.when else { return None };
    let written =
        Written { range, today, is_still_yesterday: is_still_yesterday(scene.arrived, until_next_day) };
    let sentences: Vec<&str> = sentences(scene).collect();
    let mut told = Said { days: BTreeSet::new(), is_sure: !is_night(scene.arrived) };
    for sentence in &sentences {
        let Some(empty) = of_sentence(sentence, written) else {
            told.is_sure = false;
            continue;
        };
        let days = empty.days.into_iter().chain(empty.is_of_today.then_some(today));
        let before = told.days.len();
        told.days.extend(days);
        told.is_sure &= told.days.len() == before || sentence.contains(REPORTS);
    }
    if told.days.is_empty() {
        let is_to_come = |sentence: &str| TO_COME.iter().any(|word| sentence.contains(word));
        let reports = sentences.iter().any(|sentence| sentence.contains(REPORTS) && !is_to_come(sentence));
        told = Said { days: reports.then_some(today).into_iter().collect(), is_sure: false };
    }
    (!told.days.is_empty()).then_some(told)
}
