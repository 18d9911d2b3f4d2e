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
                table.complain("year", complaint::duplicate(&year.to_string()));
            }
            for holiday in table.sections("holidays", &["name", "from", "to", "work"]) {
                read_holiday(&holiday, &mut calendar);
            }
        }
        Some(calendar)
    });
    read.unwrap_or_default()
}

fn read_holiday(table: &Section<'_>, calendar: &mut Calendar) {
    let worked: Vec<Date> = table.or("work", Vec::new());
    for day in &worked {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            table.complain("work", complaint::make_up_not_weekend(day));
        }
    }
    calendar.work_days.extend(worked);
    let Some((from, to)) = read_period(table) else { return };
    if (to - from).get_days() >= LONGEST_HOLIDAY_DAYS {
        table.complain("to", complaint::too_long_a_holiday());
        return;
    }
    calendar.days_off.extend(from.series(1.day()).take_while(|day| *day <= to));
    if let Some(day) = calendar.days_off.intersection(&calendar.work_days).next() {
        table.complain("work", complaint::off_and_worked(day));
    }
}
