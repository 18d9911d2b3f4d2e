//! Working days. The State Council fixes holidays and make-up days each winter, so they are data
//! (`calendar.toml`); a year without data has plain weekends, and whoever shows dates says so.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

/// Holidays and make-up working days (调休) of the years that are known.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// Days off that would be working days, and weekends inside a holiday.
    pub days_off: BTreeSet<Date>,
    /// Saturdays and Sundays that are worked.
    pub work_days: BTreeSet<Date>,
    /// Years for which the two sets are complete.
    pub years: BTreeSet<i16>,
}

/// No holiday is longer; bounds every search for a working day.
const LONGEST_HOLIDAY_DAYS: usize = 31;

impl Calendar {
    /// Whether the office works on `day`.
    pub fn is_working_day(&self, day: Date) -> bool {
        if self.work_days.contains(&day) {
            return true;
        }
        !self.days_off.contains(&day) && !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether the year's holidays are known; if not, staff see a warning beside its dates.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// `day` itself if it is worked, else the next day that is (节假日顺延).
    pub fn roll_forward(&self, day: Date) -> Date {
        days_after(day).take(LONGEST_HOLIDAY_DAYS).find(|d| self.is_working_day(*d)).unwrap_or(day)
    }

    /// The `count`-th working day after `day` (before it when negative); `day` itself for zero.
    pub fn add_working_days(&self, day: Date, count: i32) -> Date {
        let step = if count < 0 { -1 } else { 1 };
        let mut left = count.unsigned_abs();
        let mut at = day;
        while left > 0 {
            let next = (0..LONGEST_HOLIDAY_DAYS)
                .scan(at, |d, _| {
                    *d = d.saturating_add(step.days());
                    Some(*d)
                })
                .find(|d| self.is_working_day(*d));
            let Some(next) = next else { return at };
            at = next;
            left -= 1;
        }
        at
    }
}

fn days_after(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |d| d.tomorrow().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn spring_2023() -> Calendar {
        Calendar {
            days_off: (29..=30).map(|d| date(2023, 4, d)).chain((1..=3).map(|d| date(2023, 5, d))).collect(),
            work_days: [date(2023, 4, 23), date(2023, 5, 6)].into(),
            years: [2023].into(),
        }
    }

    #[test]
    fn offsets_count_make_up_days() {
        let calendar = spring_2023();
        let due = date(2023, 5, 10);
        assert_eq!(calendar.add_working_days(due, -3), date(2023, 5, 6));
        assert_eq!(calendar.add_working_days(due, -1), date(2023, 5, 9));
        assert_eq!(calendar.add_working_days(due, 3), date(2023, 5, 15));
        assert_eq!(calendar.add_working_days(due, 0), due);
    }

    #[test]
    fn a_due_saturday_rolls_to_monday_but_a_worked_one_stays() {
        let calendar = spring_2023();
        assert_eq!(calendar.roll_forward(date(2023, 5, 27)), date(2023, 5, 29));
        assert_eq!(calendar.roll_forward(date(2023, 5, 6)), date(2023, 5, 6));
        assert_eq!(calendar.roll_forward(date(2023, 4, 29)), date(2023, 5, 4));
    }
}
