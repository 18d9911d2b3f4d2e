//! Dates as people write them into names and subjects: `5月14日`, `5.14`, `0514`, `20230514`, `230514`, 五月十四日, 14、15日,
//! 活动周第一天, and spans of them. Numbers that cameras count and area codes are no dates.

use jiff::civil::Date;

use super::day::Range;
use super::daywords::{NUMBERED_THINGS, SENDS_THEN_WORDS, WEEK_WORDS, WEEKDAYS};
use super::figures::{after_camera, begins_a_weekday, is_area_code, is_daily_paper, is_time, number_at};
use super::nth::{each_counted, edge_day, nth_day};
use super::spellings::spelled;
use crate::domain::text::{compatible, is_invisible};

/// Behind a number with a point these make an amount or a year of entry of it.
const AMOUNT_ENDINGS: &str = "万亿元米倍个级届%";

/// Behind the first day of a span that is not over.
const UNTIL_NOW: &[&str] = &["至今", "到今", "起至今", "-今", "—今", "~今"];

/// Dates found in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// Single days, each once.
    pub single: Vec<Date>,
    /// Whether a span of days is named.
    pub has_range: bool,
    /// First and last days of such spans.
    pub ends: Vec<Date>,
    /// Whether one lasts until it is written: 5月15日至今.
    pub is_until_now: bool,
}

impl Dates {
    /// Whether several days of the range are named, and not only its whole length.
    pub(super) fn are_several(&self, range: &Range) -> bool {
        let inside = |day: &&Date| range.holds(**day);
        let is_whole = self.ends.iter().filter(inside).all(|day| *day == range.from || *day == range.to);
        self.single.iter().filter(inside).count() > 1 || self.has_range && !is_whole || self.is_until_now
    }

    /// Whether any day is named.
    pub(super) fn are_named(&self) -> bool {
        !self.single.is_empty() || !self.ends.is_empty()
    }

    /// Whether one day is named and nothing else.
    pub(super) fn is_one(&self) -> bool {
        self.single.len() == 1 && !self.has_range
    }

    /// Whether a span is named that has a day of the range.
    pub(super) fn has_span_in(&self, range: &Range) -> bool {
        self.ends.chunks(2).any(|ends| match ends {
            [first, last] => *first <= range.to && range.from <= *last,
            _ => false,
        })
    }
}

/// Dates in a text: `2023年5月14日`, `5月14日`, `5.14`, `05-14`, `0514`, `20230514`, and `14日` within the range.
pub fn dates(text: &str, range: &Range) -> Dates {
    let letters = with_figures(&each_counted(&spelled(&joined(text).to_lowercase(), range)));
    let mut found = Dates::default();
    let mut at = 0;
    let mut after_dash = false;
    while at < letters.len() {
        let Some((day, end)) = date_at(&letters, at, range) else {
            // 至 and dashes between two dates make a range; anything else does not, but a second dash and the 第 of 第3天.
            after_dash &= letters.get(at).is_some_and(|c| matches!(c, '第' | '-' | '—'));
            at = skip(&letters, at);
            continue;
        };
        let dash_follows = letters.get(end).is_some_and(|c| matches!(c, '-' | '—' | '~' | '至' | '到' | '–'))
            && (end + 1..end + 3).any(|next| date_at(&letters, next, range).is_some());
        let is_until_now = UNTIL_NOW.iter().any(|word| starts(&letters, end, word));
        found.is_until_now |= is_until_now;
        if dash_follows || after_dash || is_until_now {
            found.has_range = true;
            found.ends.push(day);
        } else if !found.single.contains(&day) {
            found.single.push(day);
        }
        after_dash = dash_follows;
        at = if dash_follows { end + 1 } else { end };
    }
    found
}

/// A text without white space but where figures would run into one another: 5.14 5.15, 2023-05-15 09:30. Figures each by itself
/// are one number that was spaced out: 5 月 1 5 日.
fn joined(text: &str) -> String {
    let text = compatible(text);
    let mut written = String::with_capacity(text.len());
    let (mut gap, mut is_spaced_out) = (false, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || (!is_han(&c) && is_invisible(c)) {
            gap |= c.is_whitespace();
            continue;
        }
        if gap && c.is_ascii_digit() && written.ends_with(|before: char| before.is_ascii_digit()) {
            let is_apart = |c: char| !c.is_ascii_digit() && !".-/:".contains(c);
            let behind = text.get(at + 1..).and_then(|rest| rest.chars().next());
            let is_single = is_spaced_out || written.chars().rev().nth(1).is_none_or(is_apart);
            is_spaced_out = is_single && behind.is_none_or(is_apart);
            written.extend((!is_spaced_out).then_some(' '));
        } else {
            is_spaced_out &= gap && c.is_ascii_digit();
        }
        gap = false;
        written.push(c);
    }
    written
}

/// The letters with 五月十七日 written as 5月17日.
fn with_figures(text: &str) -> Vec<char> {
    let letters: Vec<char> = text.chars().collect();
    let mut written = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let run: Vec<char> = letters.iter().skip(at).take_while(|c| figure(**c).is_some()).copied().collect();
        let end = at + run.len();
        // 五月十五 goes without 日 where nothing is counted by it.
        let ends_here =
            written.last() == Some(&'月') && (run.len() > 1 || !letters.get(end).is_some_and(is_han));
        let is_date = ends_here || letters.get(end).is_some_and(|c| matches!(c, '月' | '日' | '号' | '天'));
        // 周一日报 is the paper of a Monday; 周三天 may be three days of a week.
        let is_of_week = WEEK_WORDS.iter().any(|word| ends(&written, word));
        let is_counted = match written.last() {
            _ if is_of_week => letters.get(end) != Some(&'天'),
            Some('第' | '期') => !matches!(letters.get(end), Some('天' | '日')),
            _ => false,
        };
        // 5.16三天 is no 5.163天.
        let is_apart = !written.last().is_some_and(char::is_ascii_digit);
        match small_number(&run).filter(|_| is_date && is_apart && !is_counted) {
            Some(number) => written.extend(number.to_string().chars()),
            None if run.is_empty() => written.push(*letter),
            None => written.extend(&run),
        }
        at = end.max(at + 1);
    }
    written
}

pub(super) fn is_han(c: &char) -> bool {
    matches!(u32::from(*c), 0x4E00..=0x9FFF)
}

pub(super) fn figure(c: char) -> Option<u32> {
    const FIGURES: [char; 11] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    FIGURES.iter().position(|f| *f == c).and_then(|at| u32::try_from(at).ok())
}

/// 五, 十七, 二十, 三十一.
pub(super) fn small_number(run: &[char]) -> Option<u32> {
    match *run {
        [one] => figure(one).filter(|n| *n > 0),
        ['十', ones] => Some(10 + figure(ones).filter(|n| (1..10).contains(n))?),
        [tens, '十'] => Some(10 * figure(tens).filter(|n| (1..10).contains(n))?),
        [tens, '十', ones] => Some(10 * figure(tens)? + figure(ones).filter(|n| (1..10).contains(n))?),
        _ => None,
    }
}

/// The next place where a date may begin: not in the middle of a number.
fn skip(letters: &[char], at: usize) -> usize {
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    if !is_digit(at) {
        return at + 1;
    }
    (at..letters.len()).find(|next| !is_digit(*next)).unwrap_or(letters.len())
}

/// A date that begins at a place, and where it ends.
fn date_at(letters: &[char], at: usize, range: &Range) -> Option<(Date, usize)> {
    let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
    if before == Some('.') {
        return listed_behind_point(letters, at, range);
    }
    if before.is_some_and(|c| c.is_ascii_digit()) || is_version(letters, at) {
        return None;
    }
    if let Some(found) = weekday(letters, at, range).or_else(|| edge_day(letters, at, range)) {
        return Some(found);
    }
    let (number, digits, end) = number_at(letters, at)?;
    if let Some(day) = nth_day(letters, at, number, end, range) {
        return Some((day, end + 1));
    }
    let is_year = letters.get(end).is_some_and(|c| is_separator(*c));
    match digits {
        8 | 12 | 14 => compact(number, digits, end),
        4 | 6 if is_time(letters, at) => None,
        6 => short_compact(number, end, range),
        4 => with_year(letters, number, end).filter(|_| is_year).or_else(|| {
            let is_counted = after_camera(letters, at) || is_area_code(letters, end);
            range.day_of(number / 100, number % 100).filter(|_| !is_counted).map(|day| (day, end))
        }),
        1 | 2 => dotted_day(letters, number, end, range)
            .or_else(|| listed_day(letters, at, range))
            .or_else(|| month_and_day(letters, number, end, range))
            .or_else(|| with_short_year(letters, number, end, range)),
        _ => None,
    }
}

/// V5.16; not SCTV5.16, V5月16日.
fn is_version(letters: &[char], at: usize) -> bool {
    let mut before = letters.get(..at).unwrap_or_default().iter().rev();
    let is_marked = before.next() == Some(&'v') && !before.next().is_some_and(char::is_ascii_alphabetic);
    let end = || number_at(letters, at).and_then(|(_, _, end)| letters.get(end));
    is_marked && end().is_some_and(|c| matches!(c, '.' | '-' | '_'))
}

/// 230515: not far from the range, for other things are counted in six digits too.
fn short_compact(number: u64, end: usize, range: &Range) -> Option<(Date, usize)> {
    let day = with_century(number / 10_000, number / 100 % 100, number % 100)?;
    range.is_about(day).then_some((day, end))
}

fn with_century(year: u64, month: u64, day: u64) -> Option<Date> {
    new_date(i16::try_from(year).ok()?.checked_add(2000)?, month, day)
}

/// 23.5.15
fn with_short_year(letters: &[char], year: u64, end: usize, range: &Range) -> Option<(Date, usize)> {
    let separator = letters.get(end).filter(|c| matches!(c, '.' | '-' | '/' | '_'))?;
    let (month, _, end) = number_at(letters, end + 1)?;
    let (day, digits, end) = number_at(letters, end + 1).filter(|_| letters.get(end) == Some(separator))?;
    let day = with_century(year, month, day).filter(|_| digits <= 2)?;
    range.is_about(day).then_some((day, end))
}

/// 12.13日 and 5/6日 where that is a day of the range: points and strokes stand between month and day before they list days.
fn dotted_day(letters: &[char], number: u64, end: usize, range: &Range) -> Option<(Date, usize)> {
    let is_dotted = matches!(letters.get(end), Some('.' | '/'));
    month_and_day(letters, number, end, range).filter(|(day, _)| is_dotted && range.holds(*day))
}

/// The first of 14、15、16日, 14-16日: days of the range whose month is not written, as their order shows.
fn listed_day(letters: &[char], at: usize, range: &Range) -> Option<(Date, usize)> {
    let (first, _, first_end) = number_at(letters, at)?;
    let (mut last, mut next) = (0, at);
    loop {
        let (number, digits, end) = number_at(letters, next)?;
        day_of_range(number, range).filter(|_| digits <= 2 && number > last)?;
        match letters.get(end)? {
            '日' | '号' if next == at => return None,
            '日' | '号' => return Some((day_of_range(first, range)?, first_end)),
            '-' | '—' | '~' | '至' | '到' | '–' | '、' | ',' | '和' | '及' | '/' | '.' => {
                (last, next) = (number, end + 1);
            }
            _ => return None,
        }
    }
}

/// The 15 of 14.15日: what stands behind a point is a day only in a list of days.
fn listed_behind_point(letters: &[char], at: usize, range: &Range) -> Option<(Date, usize)> {
    let before = letters.get(..at.checked_sub(1)?)?;
    let digits = before.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let (first, ..) = number_at(letters, before.len() - digits).filter(|_| (1..3).contains(&digits))?;
    let (number, _, end) = number_at(letters, at)?;
    day_of_range(first, range).filter(|_| first < number)?;
    match letters.get(end)? {
        '日' | '号' => month_and_day(letters, number, end, range),
        _ => listed_day(letters, at, range),
    }
}

/// The day of the range's months with this number, if it is in the range.
fn day_of_range(number: u64, range: &Range) -> Option<Date> {
    [range.from, range.to].iter().find_map(|m| {
        new_date(m.year(), u64::try_from(m.month()).ok()?, number).filter(|day| range.holds(*day))
    })
}

fn ends(letters: &[char], word: &str) -> bool {
    word.chars().rev().enumerate().all(|(nth, letter)| letters.iter().rev().nth(nth) == Some(&letter))
}

pub(super) fn starts(letters: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(nth, letter)| letters.get(at + nth) == Some(&letter))
}

/// 周二, 星期日: a day of a range no longer than a week. Behind a date (5月16日，周二) it says nothing of its own.
fn weekday(letters: &[char], at: usize, range: &Range) -> Option<(Date, usize)> {
    let end = at + WEEK_WORDS.iter().find(|word| starts(letters, at, word))?.chars().count();
    let name = letters.get(end)?;
    let is_apart = begins_a_weekday(letters.get(..at)?);
    let mut days = range.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= range.to);
    let is_named = |day: &Date| {
        let nth = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        WEEKDAYS.get(nth).is_some_and(|names| names.contains(name))
    };
    let sends = SENDS_THEN_WORDS.iter().any(|word| starts(letters, end + 1, word));
    let day = days.find(is_named).filter(|_| is_apart && !sends && !is_daily_paper(letters, at, end))?;
    days.find(is_named).is_none().then_some((day, end + 1))
}

fn compact(number: u64, digits: usize, end: usize) -> Option<(Date, usize)> {
    let day = number / 10_u64.pow(u32::try_from(digits - 8).unwrap_or(0));
    let year = i16::try_from(day / 10_000).ok()?;
    if !(2000..2100).contains(&year) {
        return None;
    }
    Some((new_date(year, day / 100 % 100, day % 100)?, end))
}

fn with_year(letters: &[char], year: u64, end: usize) -> Option<(Date, usize)> {
    let year = i16::try_from(year).ok().filter(|year| (2000..2100).contains(year))?;
    let (month, _, end) = number_at(letters, end + 1)?;
    if !letters.get(end).is_some_and(|c| is_separator(*c)) {
        return None;
    }
    let (day, _, end) = number_at(letters, end + 1)?;
    Some((new_date(year, month, day)?, past_day_word(letters, end)))
}

/// `5月14日`, `5.14`, or `14日` of a month of the range.
fn month_and_day(letters: &[char], number: u64, end: usize, range: &Range) -> Option<(Date, usize)> {
    let separator = letters.get(end).copied()?;
    if matches!(separator, '日' | '号') {
        let behind: String = letters.iter().skip(end + 1).take(2).collect();
        let is_place = separator == '号' && NUMBERED_THINGS.iter().any(|thing| behind.starts_with(thing));
        return Some((day_of_range(number, range).filter(|_| !is_place)?, end + 1));
    }
    if !is_separator(separator) {
        return None;
    }
    let (day, digits, end) = number_at(letters, end + 1)?;
    let is_longer = digits > 2
        || (separator == '.' && letters.get(end) == Some(&'.') && number_at(letters, end + 1).is_some());
    if is_longer || is_amount(letters, separator, end) {
        return None;
    }
    let day = range.day_of(number, day)?;
    // 附件1-5月15日 is number one; 4-5 in a name counts something unless it is a day of the range.
    let is_number = separator == '-' && (is_dated_behind(letters, end) || !range.holds(day));
    (!is_number).then(|| (day, past_day_word(letters, end)))
}

/// 5.15万人次, 4.23级.
fn is_amount(letters: &[char], separator: char, end: usize) -> bool {
    separator == '.' && letters.get(end).is_some_and(|c| AMOUNT_ENDINGS.contains(*c))
}

/// Whether a number goes on to a date of its own: the 5 of 1-5月15日, 1-5.15.
fn is_dated_behind(letters: &[char], end: usize) -> bool {
    letters.get(end).is_some_and(|c| matches!(c, '月' | '.')) && number_at(letters, end + 1).is_some()
}

fn past_day_word(letters: &[char], end: usize) -> usize {
    if letters.get(end).is_some_and(|c| matches!(c, '日' | '号')) { end + 1 } else { end }
}

fn is_separator(c: char) -> bool {
    matches!(c, '年' | '月' | '.' | '-' | '/' | '_')
}

pub(super) fn new_date(year: i16, month: u64, day: u64) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
