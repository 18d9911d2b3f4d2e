//! `calendar.toml`: holidays and make-up working days of whole years, as the State Council announces them each winter.

use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::campaign::read_period;
use super::complaint;
use super::error::{Level, Notebook};
use super::section::{self, Section};
use super::value::Year;
use crate::domain::calendar::Calendar;

/// No holiday is longer; more is a slip of the pen.
const LONGEST_HOLIDAY_DAYS: i32 = 31;

/// Reads the calendar. Without one, weekends are all that is known, which is said once here and again beside every
/// date that depends on it.
pub(super) fn read(path: &Path, notes: &Notebook) -> Calendar {
    if !path.exists() {
        notes.note(Level::Warning, path, 0, "", complaint::no_calendar());
        return Calendar::default();
    }
    let read = section::open(path, notes, &["year"], |top| {
        let mut calendar = Calendar::default();
        for table in top.sections("year", &["year", "holidays"]) {
            let Some(Year(year)) = table.need("year") else { continue };
            if !calendar.years.insert(year) {
                table.complain("year", complaint::year_twice(year));
            }
            let holidays = table.sections("holidays", &["name", "from", "to", "work"]);
            if holidays.is_empty() {
                table.note_key(Level::Warning, "holidays", complaint::year_without_holidays(year));
            }
            holidays.iter().for_each(|holiday| read_holiday(holiday, year, &mut calendar));
        }
        Some(calendar)
    });
    read.unwrap_or_default()
}

fn read_holiday(table: &Section<'_>, year: i16, calendar: &mut Calendar) {
    let worked: Vec<Date> = table.or("work", Vec::new());
    for day in &worked {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            table.complain("work", complaint::make_up_not_weekend(day));
        }
    }
    if let Some(day) = worked.iter().find(|day| calendar.days_off.contains(day)) {
        table.complain("work", complaint::off_and_worked(day));
    }
    calendar.work_days.extend(worked);
    let Some((from, to)) = read_period(table) else { return };
    // New Year's Day may begin in the year before.
    if from.year() != year && to.year() != year {
        table.note_key(Level::Warning, "from", complaint::holiday_of_other_year(from, year));
    }
    if (to - from).get_days() >= LONGEST_HOLIDAY_DAYS {
        table.complain("to", complaint::too_long_a_holiday());
        return;
    }
    let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).collect();
    // Of this holiday alone: one slip would be told at each that follows.
    if let Some(day) = days.iter().find(|day| calendar.work_days.contains(day)) {
        table.complain("work", complaint::off_and_worked(day));
    }
    calendar.days_off.extend(days);
}
