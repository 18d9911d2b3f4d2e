//! The kinds of value that configuration knows, each with the words for what is wanted. One place says how a date,
//! an hour or an offset is written.

use jiff::civil::{Date, Time};
use toml::Spanned;
use toml::de::DeValue;

use super::complaint;
use crate::domain::campaign::Offset;

/// A kind of value.
pub(super) trait FromToml: Sized {
    /// What is wanted, for the person who wrote something else.
    const WANTED: &'static str;

    /// The value, if it is of this kind.
    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self>;
}

impl FromToml for String {
    const WANTED: &'static str = complaint::WANTED_TEXT;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        value.get_ref().as_str().map(str::to_owned)
    }
}

impl FromToml for bool {
    const WANTED: &'static str = complaint::WANTED_BOOL;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        value.get_ref().as_bool()
    }
}

impl FromToml for u64 {
    const WANTED: &'static str = complaint::WANTED_COUNT;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let number = value.get_ref().as_integer()?;
        u64::from_str_radix(number.as_str(), number.radix()).ok()
    }
}

impl FromToml for u32 {
    const WANTED: &'static str = complaint::WANTED_COUNT;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        u64::from_toml(value)?.try_into().ok()
    }
}

impl FromToml for u16 {
    const WANTED: &'static str = complaint::WANTED_PORT;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        u64::from_toml(value)?.try_into().ok()
    }
}

/// A number of days.
pub(super) struct Days(pub(super) u16);

impl FromToml for Days {
    const WANTED: &'static str = complaint::WANTED_DAYS;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let days = u16::try_from(u64::from_toml(value)?).ok()?;
        (days <= 999).then_some(Self(days))
    }
}

/// A calendar year.
pub(super) struct Year(pub(super) i16);

impl FromToml for Year {
    const WANTED: &'static str = complaint::WANTED_YEAR;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let year = i16::try_from(u64::from_toml(value)?).ok()?;
        (1900..=9998).contains(&year).then_some(Self(year))
    }
}

/// A whole percentage, 1 to 100.
pub(super) struct Percent(pub(super) u8);

impl FromToml for Percent {
    const WANTED: &'static str = complaint::WANTED_PERCENT;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let percent = u8::try_from(u64::from_toml(value)?).ok()?;
        (1..=100).contains(&percent).then_some(Self(percent))
    }
}

impl FromToml for Date {
    const WANTED: &'static str = complaint::WANTED_DATE;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let moment = value.get_ref().as_datetime()?;
        let (Some(date), None, None) = (moment.date, moment.time, moment.offset) else { return None };
        let number = |n: u8| i8::try_from(n).ok();
        Date::new(i16::try_from(date.year).ok()?, number(date.month)?, number(date.day)?).ok()
    }
}

impl FromToml for Time {
    const WANTED: &'static str = complaint::WANTED_TIME;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        time(value.get_ref().as_str()?)
    }
}

fn time(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text.trim()).ok()
}

/// `08:30-18:00`: from, to, on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hours(pub(super) Time, pub(super) Time);

impl Hours {
    /// Whether a moment belongs to both.
    pub(super) fn overlaps(self, other: Hours) -> bool {
        self.0 < other.1 && other.0 < self.1
    }
}

impl FromToml for Hours {
    const WANTED: &'static str = complaint::WANTED_HOURS;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let (from, to) = value.get_ref().as_str()?.split_once('-')?;
        let hours = Self(time(from)?, time(to)?);
        (hours.0 < hours.1).then_some(hours)
    }
}

impl FromToml for Offset {
    const WANTED: &'static str = complaint::WANTED_OFFSET;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let distance = value.get_ref().as_str()?.strip_prefix("due")?;
        if distance.is_empty() {
            return Some(Offset { days: 0, working: false });
        }
        let (number, working) = match distance.strip_suffix("wd") {
            Some(number) => (number, true),
            None => (distance.strip_suffix('d')?, false),
        };
        let digits = number.strip_prefix(['+', '-'])?;
        let plain = digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
        let days = plain.then(|| number.parse().ok())??;
        Some(Offset { days, working })
    }
}

impl<T: FromToml> FromToml for Spanned<T> {
    const WANTED: &'static str = T::WANTED;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        Some(Spanned::new(value.span(), T::from_toml(value)?))
    }
}

impl FromToml for Vec<String> {
    const WANTED: &'static str = complaint::WANTED_TEXTS;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        value.get_ref().as_array()?.iter().map(String::from_toml).collect()
    }
}

impl FromToml for Vec<Spanned<String>> {
    const WANTED: &'static str = complaint::WANTED_TEXTS;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        value.get_ref().as_array()?.iter().map(Spanned::from_toml).collect()
    }
}

impl FromToml for Vec<Date> {
    const WANTED: &'static str = complaint::WANTED_DATES;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        value.get_ref().as_array()?.iter().map(Date::from_toml).collect()
    }
}

/// A pair of whole numbers, smaller first: `[60, 120]`.
pub(super) struct Span(pub(super) u32, pub(super) u32);

impl FromToml for Span {
    const WANTED: &'static str = complaint::WANTED_SPAN;

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        let ends: Option<Vec<u32>> = value.get_ref().as_array()?.iter().map(u32::from_toml).collect();
        match ends?.as_slice() {
            [from, to] if from <= to => Some(Self(*from, *to)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed<T: FromToml>(text: &str) -> Option<T> {
        T::from_toml(&DeValue::parse(text).unwrap())
    }

    #[test]
    fn offsets_are_signed_days_or_working_days() {
        assert_eq!(parsed::<Offset>("'due-3wd'"), Some(Offset { days: -3, working: true }));
        assert_eq!(parsed::<Offset>("'due+1d'"), Some(Offset { days: 1, working: false }));
        assert_eq!(parsed::<Offset>("'due'"), Some(Offset { days: 0, working: false }));
        for bad in ["'due3wd'", "'due-3w'", "'due--3d'", "'-3wd'", "'due+wd'", "'due+9999d'", "3"] {
            assert!(parsed::<Offset>(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn hours_run_forward() {
        let hours: Hours = parsed("'08:30-18:00'").unwrap();
        assert_eq!(hours, Hours(Time::constant(8, 30, 0, 0), Time::constant(18, 0, 0, 0)));
        for bad in ["'18:00-08:30'", "'08:30'", "'08:30-08:30'", "'8h-9h'", "'08:30-25:00'"] {
            assert!(parsed::<Hours>(bad).is_none(), "{bad}");
        }
        let evening: Hours = parsed("'18:00-20:00'").unwrap();
        assert!(!hours.overlaps(evening));
    }

    #[test]
    fn a_date_is_a_day_without_an_hour() {
        assert_eq!(parsed::<Date>("2023-05-10"), Some(jiff::civil::date(2023, 5, 10)));
        assert!(parsed::<Date>("2023-05-10T08:00:00").is_none());
        assert!(parsed::<Date>("'2023-05-10'").is_none());
    }
}
