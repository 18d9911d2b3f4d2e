//! Dates that contradict one another: a campaign is copied from last year's, and one date of many stays behind. What cannot be meant
//! is refused; what is merely far away is told.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::complaint;
use super::error::{Level, Notebook};
use super::forms::Forms;
use super::section::Section;
use crate::domain::campaign::{Campaign, Offset, Requirement, Step, When};
use crate::domain::mailbox::Mailbox;

/// Days between a due day and the campaign's period that are more than anybody gives.
const FAR_DUE_DAYS: i64 = 180;
/// Days before or behind the period in which something is asked every day that are more than anybody asks.
const FAR_DAILY_DAYS: i64 = 60;
/// Working days around a due day among which another day for a step is looked for.
const OFFSETS: std::ops::RangeInclusive<i32> = -60..=60;

/// `opens`, `due` and `each_day` of a requirement, against one another and the period.
pub(super) fn requirement(table: &Section<'_>, campaign: &Campaign, read: &Requirement) {
    let last_day = read.last_day(None);
    if read.opens.is_some_and(|opens| opens > last_day) {
        table.complain("opens", complaint::opens_too_late(last_day));
    }
    let (from, to) = campaign.period;
    match read.when {
        When::By { nominal, .. } if is_far(nominal, campaign.period, FAR_DUE_DAYS) => {
            table.note_key(Level::Warning, "due", complaint::far_from_period("截止日", nominal, from, to));
        }
        When::EachDay { from: first, to: last, .. } => {
            let is_outside = last < from || first > to;
            let is_odd = |day: &Date| is_outside || is_far(*day, campaign.period, FAR_DAILY_DAYS);
            if let Some(day) = [first, last].into_iter().find(is_odd) {
                table.note_key(
                    Level::Warning,
                    "each_day",
                    complaint::far_from_period("每天报送的日子", day, from, to),
                );
            }
        }
        When::By { .. } => {}
    }
}

fn is_far(day: Date, (from, to): (Date, Date), days: i64) -> bool {
    day < from.saturating_sub(days.days()) || day > to.saturating_add(days.days())
}

/// The day of a step on which reminders never leave: one off, or one before the requirement opens. Of something that is asked
/// every day some days may be so.
pub(super) fn step(
    table: &Section<'_>,
    campaign: &Campaign,
    of: &Requirement,
    step: &Step,
    working_days_only: bool,
) {
    let calendar = &campaign.calendar;
    let may_leave = |day: Date| !working_days_only || calendar.is_working_day(day);
    let days: Vec<Date> = match of.when {
        When::By { on_time_through, .. } => vec![on_time_through],
        When::EachDay { from, to, .. } => {
            [from, to].into_iter().chain(of.days().into_iter().flatten()).collect()
        }
    };
    let on = |day: &Date| step.at.from_day(*day, calendar);
    let Some(first) = days.first().map(on) else { return };
    if !days.iter().map(on).any(may_leave) {
        let other = days.first().and_then(|day| nearest(*day, first, campaign));
        table.note_key(Level::Warning, "at", complaint::step_on_a_day_off(first, other));
    } else if let Some(opens) = of.opens.filter(|opens| days.iter().map(on).all(|day| day < *opens)) {
        table.note_key(Level::Warning, "at", complaint::step_before_opening(first, opens));
    }
}

/// The working day that is nearest to one off, as an offset from the due day; of two as near, the earlier.
fn nearest(due: Date, off: Date, campaign: &Campaign) -> Option<(Offset, Date)> {
    let offsets = OFFSETS.map(|days| Offset { days, working: true });
    let days = offsets.map(|offset| (offset, offset.from_day(due, &campaign.calendar)));
    let worked = days.filter(|(_, day)| campaign.calendar.is_working_day(*day));
    worked.min_by_key(|(_, day)| (*day - off).get_days().abs())
}

/// Forms whose year is none of the period's: a form of that year would be refused as an old one.
pub(super) fn forms(forms: &Forms, campaign: &Campaign, notes: &Notebook) {
    let (from, to) = campaign.period;
    for (id, form) in &campaign.templates {
        if (from.year()..=to.year()).contains(&form.year) {
            continue;
        }
        let complaint = complaint::year_of_no_period(form.year, from.year());
        if let Some((path, line)) = forms.years.get(id) {
            notes.note(Level::Warning, path, *line, "year", complaint);
        }
    }
}

/// A mailbox whose mail counts only from a day on which something was late already.
pub(super) fn since(table: &Section<'_>, mailbox: &Mailbox, campaigns: &[Campaign]) {
    let Some(since) = mailbox.since else { return };
    let served = campaigns.iter().filter(|campaign| mailbox.serves(&campaign.id));
    let asked = served.flat_map(|campaign| &campaign.requirements);
    if let Some(late) =
        asked.filter(|requirement| requirement.last_day(None) < since).max_by_key(|r| r.last_day(None))
    {
        let complaint = complaint::since_too_late(&late.title, late.last_day(None));
        table.note_key(Level::Warning, "since", complaint);
    }
}
