//! 零报告 beside material of another day: 今日零报告，另附昨日日报. The material is filed for its own day, and the day that is said to be
//! empty was chased. Where the letter does not say both that it reports nothing and of which day, a person reads it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::answers::{Answered, loose, own_subject};
use super::judge::range_of;
use super::loose::{plainly, taken_from};
use super::nothing_due::nil_of;
use super::parts::{Outcome, Scene};
use crate::domain::campaign::{Requirement, When};
use crate::domain::message::PartState;
use crate::domain::unit::Unit;
use crate::recognition::counted::{is_night, is_still_yesterday};
use crate::recognition::day::Range;
use crate::recognition::empty_days::{Written, of_sentence};
use crate::recognition::nil::saying;

/// Who writes this reports, and does not only tell that one thing among others is lacking (今日无视频).
const REPORTS: &str = "零报告";

/// Why a person must say.
const OF_ANOTHER_DAY: &str = "来信说没有可报的，所附的却是另一天的材料，请阅读原信";

/// What a letter says of there being nothing.
struct Said {
    days: BTreeSet<Date>,
    is_sure: bool,
}

/// Files the empty days that a letter names beside material of other days. `at`: the place of what it says.
pub(super) fn judge_nil_beside(scene: &Scene, unit: &Unit, at: usize, outcome: &mut Outcome) {
    let takes_nil = taken_from(scene, unit).filter(|asked| asked.nil_report);
    for (asked, range) in takes_nil.filter_map(|asked| Some((asked, range_of(&asked.when)?))) {
        let filings = outcome.parts.iter().flat_map(|part| &part.filings).chain(&outcome.loose);
        let of_it = filings.filter(|filing| filing.requirement == asked.id && filing.unit == unit.code);
        let filed: BTreeSet<Date> = of_it.filter_map(|filing| filing.day).collect();
        let today = scene.arrived.date();
        let Some(said) = said(scene, asked, &range).filter(|_| !filed.is_empty()) else { continue };
        for day in said.days.difference(&filed).copied().filter(|day| range.holds(*day) && *day <= today) {
            let waits = Answered { state: PartState::Review, flaws: vec![], why: OF_ANOTHER_DAY };
            let given = if said.is_sure { plainly("零报告") } else { waits };
            if !said.is_sure {
                outcome.asks.insert(scene.case.facts.parts.len() + at, OF_ANOTHER_DAY.to_owned());
            }
            outcome.loose.extend(loose(
                scene,
                unit,
                &nil_of(&asked.id),
                Some(day),
                given,
                &format!("nil {day}"),
                at,
            ));
        }
    }
}

/// The days that subject and letter say to be empty; none where they report no such thing.
fn said(scene: &Scene, asked: &Requirement, range: &Range) -> Option<Said> {
    let today = scene.arrived.date();
    let When::EachDay { until_next_day, .. } = asked.when else { return None };
    let written =
        Written { range, today, is_still_yesterday: is_still_yesterday(scene.arrived, until_next_day) };
    let text = scene.case.facts.text.split(['\n', '。', '；', '！']);
    let sentences: Vec<&str> =
        text.chain([own_subject(scene)]).filter(|sentence| !saying(sentence).is_empty()).collect();
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
        let reports = sentences.iter().any(|sentence| sentence.contains(REPORTS));
        told = Said { days: reports.then_some(today).into_iter().collect(), is_sure: false };
    }
    (!told.days.is_empty()).then_some(told)
}
