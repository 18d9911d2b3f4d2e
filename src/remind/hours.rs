//! When mail of ours may leave: in the hours of the office on its sending days, and in those of every step where they
//! are narrower. The sender's timetable and the last look ask the same question.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _};

use super::history::configured;
use super::tick::KIND;
use super::{Mode, Settings};
use crate::domain::campaign::Campaign;
use crate::store::{ALARM, StepKey};

/// No office is closed longer; bounds the search for a day on which mail may leave.
const LONGEST_CLOSED_DAYS: usize = 31;

/// Whether mail may leave on `day` at all.
pub fn is_sending_day(campaign: &Campaign, settings: &Settings, day: Date) -> bool {
    !settings.working_days_only || campaign.calendar.is_working_day(day)
}

/// The first sending day from `day` on.
pub fn sending_day(campaign: &Campaign, settings: &Settings, day: Date) -> Option<Date> {
    let days = day.series(1.day()).take(LONGEST_CLOSED_DAYS);
    days.into_iter().find(|day| is_sending_day(campaign, settings, *day))
}

/// The first moment from `from` on at which a mail of this kind with these steps may leave; none when its hours do not
/// overlap, or reminding was turned off. Alarms and answers to a mail keep no hours.
pub fn opens(
    campaign: &Campaign,
    settings: &Settings,
    kind: &str,
    steps: &[StepKey],
    from: Timestamp,
) -> Option<Timestamp> {
    if kind == ALARM || kind == "receipt" {
        return Some(from);
    }
    if kind == KIND && settings.mode == Mode::Off {
        return None;
    }
    let (start, end) = hours(campaign, settings, steps)?;
    let mut day = campaign.local(from).date();
    loop {
        day = sending_day(campaign, settings, day)?;
        let moment = campaign.at(day, start).max(from);
        if moment < campaign.at(day, end) {
            return Some(moment);
        }
        day = day.tomorrow().ok()?;
    }
}

/// The hours of the office that all these steps may use.
fn hours(campaign: &Campaign, settings: &Settings, steps: &[StepKey]) -> Option<(Time, Time)> {
    let own = steps.iter().filter_map(|key| configured(campaign, key)?.1.hours);
    let (start, end) = own.fold(settings.hours, |(start, end), (from, to)| (start.max(from), end.min(to)));
    (start < end).then_some((start, end))
}
