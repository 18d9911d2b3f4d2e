//! Which of several requirements a text means by a week: by the days from the first to the last (周报（9月14日至18日）), by 上周, or
//! by its number. One behind a month or a year is counted from there, not from where the campaign begins.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::dates::{dates, figure};
use super::day::Range;
use super::rivals::{Named, in_digits, opens, unplanned};
use super::squeeze;
use super::vocabulary::Target;
use crate::domain::campaign::{Campaign, Requirement};

/// The week before that in which a mail was sent.
pub const LAST_WEEK: &[&str] = &["上周", "上一周", "上个周", "上星期", "上个星期", "上一星期"];
/// Before 上, which belongs to these then: 附上(周报), 附上(一周小结).
const HANDED_IN: &[char] = &['附', '呈', '奉', '送', '递', '寄'];
/// The same before 上周报, which is last week's only where nothing else goes before: 报上周报, 以上周报, 网上周报系统.
pub(super) const BEFORE_PAPER: &[char] =
    &['附', '呈', '奉', '送', '递', '寄', '报', '交', '发', '传', '补', '以', '网', '线', '马'];
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

/// A week by its number in the year without that is no longer ago, in weeks.
const NEAR_WEEKS: i32 = 5;
/// Between the numbers of weeks that are named together.
const LIST_JOINTS: &str = "、,和及与&+/-—~至到";

/// What a week is called by, and from where that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    year: Option<i16>,
    month: Option<i8>,
    nth: i8,
}

/// The rivals in the order of their last days, each with the days since the one before it.
pub(super) struct Weeks<'t> {
    times: Vec<(&'t Target, Range)>,
    /// The numbers that their titles bear, whatever else: 第1周(9月4日-9月8日).
    numbers: Vec<Option<Number>>,
    /// Whether each of them is of several weeks: 第1-2周.
    are_several: bool,
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
        let titles: Vec<String> = asked.iter().map(|(_, asked)| in_digits(&squeeze(&asked.title))).collect();
        let numbers = titles.iter().map(|title| numbered(title)).collect();
        let are_several = titles.iter().any(|title| lists_weeks(title));
        Some(Self { times, numbers, are_several, to_come, are_weeks, arrived })
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
            // 9月11日-15日, where one is due on Wednesdays: what was due when these days had not passed is of those before.
            Some(rival) if self.was_due_before_the_end(rival, &days) => Named::Another,
            Some(rival) => self.begun(rival),
            None if (*to - *from).get_days() > SPAN_DAYS || !self.are_weeks => Named::Nothing,
            None => Named::Another,
        }
    }

    /// The rival of 上周; on a Sunday that may be the week that ends with it.
    pub(super) fn of_last_week(&self, text: &str) -> Named<'t> {
        let pieces = unplanned(text).unwrap_or_else(|| vec![text]);
        let says = |words: &[&str]| pieces.iter().any(|piece| words.iter().any(|word| piece.contains(word)));
        let is_said = pieces.iter().any(|piece| says_last_week(piece));
        if self.are_weeks && is_said && !says(THIS_WEEK) { self.last_week() } else { Named::Nothing }
    }

    /// The rival of the week before that in which a mail came. Where no title speaks of weeks, returns that are due week by week are
    /// meant all the same; one is of more days, the first, or that of a holiday.
    pub(super) fn last_week(&self) -> Named<'t> {
        let is_long = |(_, time): &&(&Target, Range)| (time.to - time.from).get_days() > SPAN_DAYS;
        let long = self.times.iter().filter(is_long).count();
        if !self.are_weeks && long > usize::from(self.times.len() > 1) {
            return Named::Another;
        }
        let monday = i64::from(self.arrived.weekday().to_monday_zero_offset());
        let from = self.arrived.checked_sub((monday + i64::from(DAYS)).days());
        let week = from.ok().and_then(week_from).filter(|_| self.arrived.weekday() != Weekday::Sunday);
        week.and_then(|week| self.holding(&week)).map_or(Named::Another, |rival| self.begun(rival))
    }

    /// Whether a rival was due and over before the last working day of these days.
    fn was_due_before_the_end(&self, rival: &Target, days: &Range) -> bool {
        let time = self.times.iter().find(|(other, _)| *other == rival).map(|(_, time)| time);
        time.is_some_and(|time| {
            let behind = time.to.series(1.day()).skip(1).take_while(|day| *day <= days.to);
            let is_work = |day: Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            self.arrived > time.to && behind.into_iter().any(is_work)
        })
    }

    /// The rival of a week by its number: that of a title, or 第37周 of the year, 9月第2周.
    pub(super) fn of_number(&self, line: &str) -> Named<'t> {
        if self.lists_several(line) {
            return Named::Several;
        }
        let Some(said) = numbered(&in_digits(&squeeze(line))).filter(|_| self.are_weeks) else {
            return Named::Nothing;
        };
        if let Some(rival) = self.titled(said) {
            return Named::This(rival);
        }
        // Titles without numbers may be counted by whoever answers them; another week than this is for a person.
        let nth = usize::try_from(said.nth).ok().and_then(|nth| self.times.get(nth.checked_sub(1)?));
        let is_uncounted =
            self.numbers.iter().all(Option::is_none) && (said.year, said.month) == (None, None);
        if let Some((rival, _)) = nth.filter(|(_, time)| is_uncounted && time.holds(self.arrived)) {
            return Named::This(rival);
        }
        let weeks = self.weeks_of(said);
        let mut rivals: Vec<Option<&Target>> = weeks.iter().map(|week| self.holding(week)).collect();
        rivals.dedup();
        match rivals.as_slice() {
            [Some(rival)] => self.begun(rival),
            _ => Named::Another,
        }
    }

    /// The weeks that may be called by a number that is no title's. Where titles count those of a month another one is nobody's; who
    /// counts those of a school's term calls a week by a number that the year had long ago.
    fn weeks_of(&self, said: Number) -> Vec<Range> {
        match said.month {
            Some(_) if self.numbers.iter().flatten().any(|own| own.month.is_some()) => vec![],
            Some(month) => weeks_of_month(said.year.unwrap_or_else(|| self.year_of(month)), month, said.nth),
            None => {
                let year = said.year.unwrap_or(self.arrived.year());
                let week = ISOWeekDate::new(year, said.nth, Weekday::Monday).ok();
                let week = week.and_then(|week| week_from(week.date()));
                let is_near = |week: &Range| (self.arrived - week.to).get_days() <= NEAR_WEEKS * DAYS;
                week.filter(|week| said.year.is_some() || is_near(week)).into_iter().collect()
            }
        }
    }

    /// Whether a line names several weeks, where a title is of one: 第二、三周周报; not 第二周周报和第三周计划.
    pub(super) fn lists_several(&self, line: &str) -> bool {
        let pieces = unplanned(line).unwrap_or_else(|| vec![line]);
        self.are_weeks && !self.are_several && lists_weeks(&in_digits(&squeeze(&pieces.join("、"))))
    }

    /// The one rival whose title bears a number; of several, of different months, that in whose time the mail came.
    fn titled(&self, said: Number) -> Option<&'t Target> {
        let is_said = |time: &Range, own: &Number| {
            let is_of = |year: i16| own.year.map_or(years(time).contains(&year), |own| own == year);
            own.nth == said.nth
                && said.year.is_none_or(is_of)
                && said.month.is_none_or(|month| own.month == Some(month))
        };
        let titled = self.times.iter().zip(&self.numbers);
        let titled = titled.filter(|((_, time), own)| own.as_ref().is_some_and(|own| is_said(time, own)));
        let titled: Vec<&(&Target, Range)> = titled.map(|(rival, _)| rival).collect();
        match titled.as_slice() {
            [(only, _)] => Some(only),
            several => several.iter().find(|(_, time)| time.holds(self.arrived)).map(|(rival, _)| *rival),
        }
    }

    /// Whether days of a year are a rival's.
    pub(super) fn are_of(&self, rival: &Target, year: i16) -> bool {
        self.times.iter().any(|(other, time)| *other == rival && years(time).contains(&year))
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

/// Whether a text says 上周, and not that something comes with it: 附上周报, 现呈上一周工作小结.
fn says_last_week(text: &str) -> bool {
    LAST_WEEK.iter().flat_map(|word| text.match_indices(word)).any(|(at, word)| {
        let (before, behind) =
            (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        let is_handed_in = match word {
            "上周" => before.ends_with(BEFORE_PAPER) && behind.starts_with('报'),
            "上一周" => before.ends_with(HANDED_IN),
            _ => false,
        };
        !is_handed_in && !behind.starts_with(OF_WEEK)
    })
}

/// The one number of a week in a line.
fn numbered(line: &str) -> Option<Number> {
    let number = |(at, nth): (usize, &str)| {
        let (before, behind) = (line.get(..at)?, line.get(at + nth.len()..)?);
        let digits = behind.find(|c: char| !c.is_ascii_digit())?;
        let (nth, unit) = behind.split_at_checked(digits)?;
        let unit = ["周", "个周", "个星期", "星期"].iter().find_map(|word| unit.strip_prefix(word))?;
        let (year, month) = counted_from(before);
        nth.parse::<i8>().ok().filter(|_| !makes_another_word(unit)).map(|nth| Number { year, month, nth })
    };
    let mut found = line.match_indices('第').filter_map(number);
    found.next().filter(|_| found.next().is_none())
}

/// Whether what stands behind 周 makes another word of it: 第二周期, 三周年; not 第二周年度工作.
pub(super) fn makes_another_word(behind: &str) -> bool {
    behind.starts_with(['期', '岁']) || (behind.starts_with('年') && !behind.starts_with("年度"))
}

/// Whether a line with its numbers in digits names several weeks: 第2、3周, 第2周和第3周, 第二三周.
fn lists_weeks(line: &str) -> bool {
    let (mut named, mut is_run) = (BTreeSet::new(), false);
    for piece in line.split('第').skip(1) {
        let is_list = |c: &char| c.is_ascii_digit() || figure(*c).is_some() || LIST_JOINTS.contains(*c);
        let list: String = piece.chars().take_while(is_list).collect();
        let behind = piece.get(list.len()..).unwrap_or_default();
        let goes_on = behind.is_empty() && list.ends_with(is_joint);
        if !(goes_on || behind.starts_with(['周', '个', '星'])) {
            continue;
        }
        for number in list.split(is_joint).filter(|number| !number.is_empty()) {
            is_run |= number.chars().count() > 1 && number.chars().all(|c| figure(c).is_some());
            named.insert(number.to_owned());
        }
    }
    is_run || named.len() > 1
}

fn is_joint(c: char) -> bool {
    LIST_JOINTS.contains(c)
}

/// The years in which days lie.
fn years(time: &Range) -> std::ops::RangeInclusive<i16> {
    time.from.year()..=time.to.year()
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
