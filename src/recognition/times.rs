//! Times of which papers are asked for one after the other: thirds of months, months, quarters, halves of years. A title names its own,
//! with the year or without; one without is of that in which, or behind which, it falls due. 第4季度 comes again each year: who names no
//! year means the last that has begun.

use jiff::civil::Date;

use super::months::months_of_years;
use super::quarters::{halves, quarters};
use super::thirds::{Third, thirds};
use crate::domain::campaign::Requirement;

/// Months of a year.
const MONTHS: u64 = 12;
/// The first days of the thirds of a month.
const THIRDS: [i8; 3] = [1, 11, 21];
/// In the last part of so many nobody wonders at a paper of all of it.
const LAST_PART: i32 = 4;

/// Which times they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Thirds,
    Months,
    Quarters,
    Halves,
}

/// The kinds, the shortest first: 2月上旬 is no month.
pub(super) const KINDS: [Kind; 4] = [Kind::Thirds, Kind::Months, Kind::Quarters, Kind::Halves];

/// A time as a text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub year: Option<i16>,
    /// The month of a third.
    pub month: Option<u64>,
    /// Its number among those of a year, or of a month.
    pub nth: u64,
}

impl Time {
    fn of_year((year, nth): (Option<i16>, u64)) -> Self {
        Self { year, month: None, nth }
    }
}

/// A time of which something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub year: i16,
    month: Option<u64>,
    pub nth: u64,
    /// Its first day.
    pub from: Date,
    /// Its last one.
    pub to: Date,
}

impl Asked {
    /// Whether a text that names this time may mean it.
    pub fn is_named(&self, named: &Time) -> bool {
        named.nth == self.nth
            && named.year.is_none_or(|year| year == self.year)
            && (named.month.is_none() || named.month == self.month)
    }

    /// Whether a paper of it may be written by a day: so near to its end, or to the day on which it falls due, whichever is first.
    pub fn is_ripe(&self, due: Date, day: Date) -> bool {
        let last_part = (self.to - self.from).get_days() / LAST_PART;
        (self.to.min(due) - day).get_days() <= last_part
    }

    /// How far a day is from it (days).
    fn distance(&self, day: Date) -> i32 {
        (self.from - day).get_days().max((day - self.to).get_days()).max(0)
    }
}

impl Kind {
    /// The times of this kind that a text names.
    pub fn read(self, text: &str) -> Vec<Time> {
        let third = |Third { year, month, nth }| Time { year, month, nth };
        match self {
            Self::Thirds => thirds(text).into_iter().map(third).collect(),
            Self::Months => months_of_years(text).into_iter().map(Time::of_year).collect(),
            Self::Quarters => quarters(text).into_iter().map(Time::of_year).collect(),
            Self::Halves => halves(text).into_iter().map(Time::of_year).collect(),
        }
    }

    /// The time that a requirement asks for, if its title, or that of one of its items, names one and no more.
    pub fn asked_by(self, requirement: &Requirement, item: &str) -> Option<Asked> {
        let item = requirement.item(item).map(|item| item.title.as_str());
        let mut titles = std::iter::once(requirement.title.as_str()).chain(item);
        let named = titles.by_ref().map(|title| self.read(title)).find(|named| !named.is_empty())?;
        let (first, others) = named.split_first()?;
        // 2026年11月（11月1日至11月30日） names one.
        let is_same = |other: &Time| (other.month, other.nth) == (first.month, first.nth);
        let year = named.iter().find_map(|time| time.year);
        let titled = Time { year, ..*first };
        others.iter().all(is_same).then(|| self.nearest(&titled, requirement.last_day(None))).flatten()
    }

    /// The time of this name that is nearest to the day on which something falls due.
    fn nearest(self, titled: &Time, due: Date) -> Option<Asked> {
        let near = due.year().saturating_sub(1)..=due.year().saturating_add(1);
        let years = titled.year.map_or(near, |year| year..=year);
        let months = titled.month.map_or(1..=MONTHS, |month| month..=month);
        let months = if self == Self::Thirds { months } else { 0..=0 };
        let times =
            years.flat_map(|year| months.clone().filter_map(move |month| self.days(year, month, titled.nth)));
        times.min_by_key(|time| time.distance(due))
    }

    /// The months that it goes through.
    fn months(self) -> u64 {
        match self {
            Self::Thirds | Self::Months => 1,
            Self::Quarters => 3,
            Self::Halves => 6,
        }
    }

    /// The time of this kind in which a day lies.
    pub fn holding(self, day: Date) -> Option<Asked> {
        let month = u64::try_from(day.month()).ok()?;
        let third = THIRDS.iter().filter(|first| **first <= day.day()).count() as u64;
        let nth = if self == Self::Thirds { third } else { month.div_ceil(self.months()) };
        self.days(day.year(), month, nth)
    }

    /// The time before that in which a day lies.
    pub fn before(self, day: Date) -> Option<Asked> {
        self.holding(self.holding(day)?.from.yesterday().ok()?)
    }

    /// The days of a time. `month`: that of a third.
    fn days(self, year: i16, month: u64, nth: u64) -> Option<Asked> {
        let before = nth.checked_sub(1)?;
        let first = if self == Self::Thirds { month } else { before * self.months() + 1 };
        let (first, last) = (i8::try_from(first).ok()?, i8::try_from(first + self.months() - 1).ok()?);
        let to = Date::new(year, last, 1).ok()?.last_of_month();
        let (from, to) = match self {
            Self::Thirds => {
                let place = usize::try_from(before).ok()?;
                let next = THIRDS.get(place + 1).map(|day| Date::new(year, first, *day - 1));
                (*THIRDS.get(place)?, next.transpose().ok()?.unwrap_or(to))
            }
            _ => (1, to),
        };
        let month = (self == Self::Thirds).then_some(month);
        Some(Asked { year, month, nth, from: Date::new(year, first, from).ok()?, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_title_without_a_year_is_of_the_time_before_it_falls_due() {
        for (kind, (month, nth), due, wanted) in [
            (Kind::Quarters, (None, 4), date(2027, 1, 10), (date(2026, 10, 1), date(2026, 12, 31))),
            (Kind::Quarters, (None, 4), date(2026, 12, 20), (date(2026, 10, 1), date(2026, 12, 31))),
            (Kind::Months, (None, 12), date(2027, 1, 5), (date(2026, 12, 1), date(2026, 12, 31))),
            // A plan.
            (Kind::Months, (None, 1), date(2026, 12, 28), (date(2027, 1, 1), date(2027, 1, 31))),
            (Kind::Thirds, (Some(2), 3), date(2026, 3, 2), (date(2026, 2, 21), date(2026, 2, 28))),
            (Kind::Thirds, (None, 2), date(2026, 2, 22), (date(2026, 2, 11), date(2026, 2, 20))),
            (Kind::Halves, (None, 2), date(2027, 1, 10), (date(2026, 7, 1), date(2026, 12, 31))),
        ] {
            let found = kind.nearest(&Time { year: None, month, nth }, due).unwrap();
            assert_eq!((found.from, found.to), wanted, "{kind:?} {nth} {due}");
        }
        assert!(Kind::Halves.nearest(&Time { year: None, month: None, nth: 0 }, date(2027, 1, 10)).is_none());
    }
}
