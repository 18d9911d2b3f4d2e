//! The days of a campaign read off beforehand: when what is due, and on which day each step of chasing opens. What the
//! steps say and to whom depends on what has come by then; when they open does not.

use jiff::civil::{Date, Time};

use super::Settings;
use super::opening::{Early, sending_days_before};
use crate::domain::campaign::{Campaign, Chase, Requirement, Step, When};

/// One day of a campaign that somebody should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The day.
    pub on: Date,
    /// From which hour of it, for a step; a due day has none and lasts to its end.
    pub opens: Option<Time>,
    /// The requirement it is about.
    pub requirement: String,
    /// The day of the material, for a requirement of each day.
    pub day: Option<Date>,
    /// Id of the step; none for the due day itself.
    pub step: Option<String>,
    /// What happens, in Chinese.
    pub what: String,
    /// What is to be known besides: rolled, not a working day, no calendar for the year; empty for nothing.
    pub remark: String,
}

/// All due days and steps of a campaign, in the order of time; of one day the due ones first.
/// `early`: steps that may open earlier, so that all mails fit into what may leave a day.
pub fn agenda(campaign: &Campaign, settings: &Settings, early: &Early) -> Vec<Entry> {
    let mut entries = Vec::new();
    for requirement in &campaign.requirements {
        let chases = campaign.chases.iter().filter(|chase| chase.requirement == requirement.id);
        let steps: Vec<(&Chase, &Step)> =
            chases.flat_map(|chase| chase.steps.iter().map(move |step| (chase, step))).collect();
        for day in requirement.days() {
            entries.push(due(campaign, requirement, day));
            entries.extend(steps.iter().map(|(_, step)| {
                let early = early.get(&(requirement.id.clone(), step.id.clone())).copied();
                opening(campaign, settings, (requirement, day), step, early.unwrap_or(0))
            }));
        }
    }
    entries.sort_by_key(|entry| (entry.on, entry.opens));
    entries
}

fn due(campaign: &Campaign, requirement: &Requirement, day: Option<Date>) -> Entry {
    let on = requirement.last_day(day);
    let rolled = match requirement.when {
        When::By { nominal, on_time_through } if nominal != on_time_through => {
            format!("通知的期限是{}，节假日顺延", crate::domain::chinese::day_and_weekday(nominal))
        }
        _ => String::new(),
    };
    Entry {
        on,
        opens: None,
        requirement: requirement.id.clone(),
        day,
        step: None,
        what: format!("{}：截止（当日24时）", requirement.title),
        remark: with_calendar(campaign, on, rolled),
    }
}

fn opening(
    campaign: &Campaign,
    settings: &Settings,
    (requirement, day): (&Requirement, Option<Date>),
    step: &Step,
    early: u32,
) -> Entry {
    let on = step.at.from_day(requirement.last_day(day), &campaign.calendar);
    let to = if step.to_staff { "电话名单发给工作人员" } else { "提醒未报齐的单位" };
    let of_day = day.map(|day| format!("{}的", crate::domain::chinese::day(day))).unwrap_or_default();
    let is_closed = settings.working_days_only && !campaign.calendar.is_working_day(on);
    let earliest = sending_days_before(campaign, settings, on, early);
    let remark = match (is_closed, step.every_days) {
        (_, _) if early > 0 => {
            format!("按发信限额，最早可能提前到{}", crate::domain::chinese::day_and_weekday(earliest))
        }
        (true, _) => "不是工作日，当天不发".to_owned(),
        (false, days) if days > 1 => format!("同一单位至多每{days}天一次"),
        _ => String::new(),
    };
    Entry {
        on,
        opens: Some(step.hours.map_or(settings.hours.0, |(from, _)| from.max(settings.hours.0))),
        requirement: requirement.id.clone(),
        day,
        step: Some(step.id.clone()),
        what: format!("{of_day}{}：{to}", requirement.title),
        remark: with_calendar(campaign, on, remark),
    }
}

/// A remark with the warning that the day was reckoned without the year's holidays.
fn with_calendar(campaign: &Campaign, on: Date, remark: String) -> String {
    let warning =
        (!campaign.calendar.knows(on)).then(|| format!("没有{}年的节假日安排，只按周末推算", on.year()));
    let said = [Some(remark).filter(|remark| !remark.is_empty()), warning];
    said.into_iter().flatten().collect::<Vec<_>>().join("；")
}
