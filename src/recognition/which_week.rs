//! Which of several requirements a text means by a week: by the days from the first to the last (周报（9月14日至18日）), by 上周, or
//! by its number. One behind a month or a year is counted from there, not from where the campaign begins.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::dates::dates;
use super::day::Range;
use super::rivals::{Named, in_digits, opens, unplanned};
use super::squeeze;
use super::vocabulary::Target;
use crate::domain::campaign::{Campaign, Requirement};

/// The week before that in which a mail was sent.
const LAST_WEEK: &[&str] = &["上周", "上一周", "上个周", "上星期", "上个星期", "上一星期"];
/// Behind these: a day of that week.
const OF_WEEK: &[char] =
    &['一', '二', '三', '四', '五', '六', '日', '天', '末', '几', '1', '2', '3', '4', '5', '6'];
/// Between a year or a month and the number of a week.
const BETWEEN: &[char] = &['的', '度', '份', '(', '-', '_'];
/// The week in which it was sent; on a Monday perhaps that in which it was written.
const THIS_WEEK: &[&str] = &["本周", "这周", "这一周", "本星期", "这个星期"];
/// A span of no more days is that of a report of a week.
const SPAN_DAYS: i32 = 10;
/// Of a week.
const DAYS: i32 = 7;

/// The rivals in the order of their last days, each with the days since the one before it.
pub(super) struct Weeks<'t> {
    times: Vec<(&'t Target, Range)>,
    /// The numbers that their titles bear, whatever else: 第1周(9月4日-9月8日).
    numbers: Vec<Option<i8>>,
    /// Whose time has not begun: nobody reports of it yet.
    to_come: Vec<&'t Target>,
    /// Whether the titles speak of weeks.
    are_weeks: bool,
    arrived: Date,
}

impl<'t> Weeks<'t> {
    /// None where two of them fall due on one day, and no time tells them apart.
    pub(super) fn new(campaign: &Campaign, rivals: &'t [Target], arrived: Date) -> Option<Self> {
        let asked = rivals.iter().map(|rival| Some((rival, campaign.requirement(&rival.requirement)?)));
        let mut asked: Vec<(&Target, &Requirement)> = asked.collect::<Option<_>>()?;
        asked.sort_by_key(|(_, asked)| asked.last_day(None));
        let mut from = campaign.period.0;
        let mut times: Vec<(&Target, Range)> = Vec::new();
        for (rival, asked) in &asked {
            let to = asked.last_day(None);
            if times.last().is_some_and(|(_, before)| before.to == to) {
                return None;
            }
            times.push((*rival, Range { from: from.min(to), to }));
            from = to.tomorrow().ok()?;
        }
        let is_to_come = |asked: &Requirement| opens(asked).is_some_and(|day| day > arrived);
        let to_come = asked.iter().filter(|(_, asked)| is_to_come(asked)).map(|(rival, _)| *rival).collect();
        let are_weeks =
            asked.iter().all(|(_, asked)| asked.title.contains('周') || asked.title.contains("星期"));
        let number = |(_, asked): &(&Target, &Requirement)| {
            numbered(&in_digits(&squeeze(&asked.title))).map(|(_, number)| number)
        };
        let numbers = asked.iter().map(number).collect();
        Some(Self { times, numbers, to_come, are_weeks, arrived })
    }

    /// The rival of whose days a text names the first and the last. A single day may be that on which it was written.
    pub(super) fn of_span(&self, text: &str) -> Named<'t> {
        let (Some((_, first)), Some((_, last))) = (self.times.first(), self.times.last()) else {
            return Named::Nothing;
        };
        let found = dates(text, &Range { from: first.from, to: last.to });
        let [from, to] = found.ends.as_slice() else { return Named::Nothing };
        let days = Range { from: *from, to: *to };
        match self.holding(&days) {
            Some(rival) => self.begun(rival),
            None if (*to - *from).get_days() > SPAN_DAYS || !self.are_weeks => Named::Nothing,
            None => Named::Another,
        }
    }

    /// The rival of 上周; on a Sunday that may be the week that ends with it.
    pub(super) fn of_last_week(&self, text: &str) -> Named<'t> {
        let pieces = unplanned(text).unwrap_or_else(|| vec![text]);
        let says = |words: &[&str]| pieces.iter().any(|piece| words.iter().any(|word| piece.contains(word)));
        let is_said = LAST_WEEK.iter().any(|word| {
            let mut behind = pieces.iter().flat_map(|piece| piece.split(word).skip(1));
            behind.any(|behind| !behind.starts_with(OF_WEEK))
        });
        if !self.are_weeks || !is_said || says(THIS_WEEK) {
            return Named::Nothing;
        }
        let monday = i64::from(self.arrived.weekday().to_monday_zero_offset());
        let from = self.arrived.checked_sub((monday + i64::from(DAYS)).days());
        let week = from.ok().and_then(week_from).filter(|_| self.arrived.weekday() != Weekday::Sunday);
        week.and_then(|week| self.holding(&week)).map_or(Named::Another, |rival| self.begun(rival))
    }

    /// The rival of a week by its number: that of a title, or 第37周 of the year, 9月第2周.
    pub(super) fn of_number(&self, line: &str) -> Named<'t> {
        let line = in_digits(&squeeze(line));
        let Some((before, number)) = numbered(&line).filter(|_| self.are_weeks) else {
            return Named::Nothing;
        };
        let weeks = match counted_from(before) {
            (year, None) if self.titled(year, number).is_some() => {
                return self.titled(year, number).map_or(Named::Another, Named::This);
            }
            (year, Some(month)) => weeks_of_month(year.unwrap_or_else(|| self.year_of(month)), month, number),
            (year, None) => {
                let week = ISOWeekDate::new(year.unwrap_or(self.arrived.year()), number, Weekday::Monday);
                week.ok().and_then(|week| week_from(week.date())).into_iter().collect()
            }
        };
        // Titles without numbers may be counted by whoever answers them; another week than this is for a person.
        let nth = usize::try_from(number).ok().and_then(|number| self.times.get(number.checked_sub(1)?));
        let is_uncounted = self.numbers.iter().all(Option::is_none) && counted_from(before) == (None, None);
        if let Some((rival, _)) = nth.filter(|(_, time)| is_uncounted && time.holds(self.arrived)) {
            return Named::This(rival);
        }
        let mut rivals: Vec<Option<&Target>> = weeks.iter().map(|week| self.holding(week)).collect();
        rivals.dedup();
        match rivals.as_slice() {
            [Some(rival)] => self.begun(rival),
            _ => Named::Another,
        }
    }

    /// The one rival whose title bears a number, in this year.
    fn titled(&self, year: Option<i16>, number: i8) -> Option<&'t Target> {
        let mut titled = self.times.iter().zip(&self.numbers).filter(|((_, time), own)| {
            let years = time.from.year()..=time.to.year();
            **own == Some(number) && year.is_none_or(|year| years.contains(&year))
        });
        titled.next().filter(|_| titled.next().is_none()).map(|((rival, _), _)| *rival)
    }

    /// The one rival of whose time more than half of these days are.
    fn holding(&self, days: &Range) -> Option<&'t Target> {
        let length = |from: Date, to: Date| (to - from).get_days() + 1;
        let all = length(days.from, days.to);
        let inside = |time: &Range| length(days.from.max(time.from), days.to.min(time.to));
        let mut most = self.times.iter().filter(|(_, time)| inside(time) * 2 > all);
        most.next().map(|(rival, _)| *rival)
    }

    fn begun(&self, rival: &'t Target) -> Named<'t> {
        if self.to_come.contains(&rival) { Named::Another } else { Named::This(rival) }
    }

    /// The year whose month of this number is nearest to the day of arrival.
    fn year_of(&self, month: i8) -> i16 {
        let year = self.arrived.year();
        let apart = |year: &i16| {
            Date::new(*year, month, 15).map_or(i32::MAX, |day| (day - self.arrived).get_days().abs())
        };
        (year.saturating_sub(1)..=year.saturating_add(1)).min_by_key(apart).unwrap_or(year)
    }
}

/// The one number of a week in a line, and what stands before it.
fn numbered(line: &str) -> Option<(&str, i8)> {
    let number = |(at, nth): (usize, &str)| {
        let (before, behind) = (line.get(..at)?, line.get(at + nth.len()..)?);
        let digits = behind.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = behind.split_at_checked(digits)?;
        let is_week = ["周", "个周", "个星期", "星期"].iter().any(|word| unit.starts_with(word));
        number.parse::<i8>().ok().filter(|_| is_week).map(|number| (before, number))
    };
    let mut found = line.match_indices('第').filter_map(number);
    found.next().filter(|_| found.next().is_none())
}

/// Year and month behind which a number stands: 2027年第1周, 12月份第4周.
pub(super) fn counted_from(before: &str) -> (Option<i16>, Option<i8>) {
    let number = |text: &str| {
        let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = text.strip_prefix(rest).and_then(|number| number.parse::<i16>().ok());
        (rest.to_owned(), number)
    };
    let before = before.trim_end_matches(BETWEEN);
    let (rest, month) = match before.strip_suffix('月').map(number) {
        Some((rest, Some(month))) if (1..=12).contains(&month) => (rest, i8::try_from(month).ok()),
        _ => (before.to_owned(), None),
    };
    let year = rest.trim_end_matches(BETWEEN).strip_suffix('年').and_then(|rest| number(rest).1);
    let year = year.filter(|year| *year > 1900);
    (year, month)
}

/// The weeks that are called the n-th of a month: its Mondays are counted, or its calendar's lines, or its sevens of days.
fn weeks_of_month(year: i16, month: i8, number: i8) -> Vec<Range> {
    let Ok(first) = Date::new(year, month, 1) else { return vec![] };
    let behind = i64::from(first.weekday().to_monday_zero_offset());
    let to_monday = (i64::from(DAYS) - behind) % i64::from(DAYS);
    let weeks = i64::from(number.max(1) - 1) * i64::from(DAYS);
    let begun =
        [-behind, to_monday, 0].into_iter().filter_map(|days| first.checked_add((days + weeks).days()).ok());
    begun.filter_map(week_from).collect()
}

fn week_from(from: Date) -> Option<Range> {
    Some(Range { from, to: from.checked_add((DAYS - 1).days()).ok()? })
}
