//! A day that is counted over midnight: 5月15日17时至5月16日17时 names two days and is of one. Which of them, the hour tells until which the
//! day before may still be sent: what ends by then is of that day, what ends later of the day on which it ends.

use std::borrow::Cow;

use jiff::civil::{Date, Time};

use super::dates::dates;
use super::day::Range;
use crate::domain::text::compatible;

/// Between the two ends.
const DASHES: [char; 7] = ['至', '到', '-', '—', '~', '–', '－'];
/// The day after the one that was named.
const NEXT_DAY_WORDS: &[&str] = &["次日", "翌日", "第二天", "第二日"];
/// Before an hour of the second half of the day.
const AFTERNOON_WORDS: &[&str] = &["下午", "晚上", "晚", "傍晚"];
/// Minutes of a day, and of half a day.
const DAY_MINUTES: u32 = 24 * 60;
const NOON_MINUTES: u32 = 12 * 60;
/// 17时01分至次日17时 is a whole day too (minutes).
const SLACK_MINUTES: u32 = 1;
/// A date and an hour are no longer (characters).
const MOMENT_CHARS: usize = 24;

/// Twenty-four hours over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The days on which they begin and end.
    pub ends: (Date, Date),
    /// The one that they are of, where it is plain.
    pub day: Option<Date>,
}

/// The twenty-four hours over midnight that a text names. `until`: the hour until which a day may still be sent on the next.
pub fn over_midnight(text: &str, range: &Range, until: Time) -> Option<Hours> {
    found(&joined(text), range, until).map(|(hours, _)| hours)
}

/// A text with the one day instead of such hours, where it is plain: 日报（5月15日17时至5月16日17时） is 日报（5月16日）.
pub fn as_a_day<'t>(text: &'t str, range: &Range, until: Time) -> Cow<'t, str> {
    if !text.contains(DASHES) {
        return Cow::Borrowed(text);
    }
    let tight = joined(text);
    let told = found(&tight, range, until).and_then(|(hours, (at, end))| {
        let is_of_date = |c: char| c.is_ascii_digit() || "年月日号时分点整上下午晚傍.-/: ".contains(c);
        let before = tight.get(..at)?.trim_end_matches(is_of_date);
        Some(format!("{before}{}{}", shown(hours.day?), tight.get(end..)?))
    });
    told.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The hours that a text without white space names, with the places of the dash between their ends and of what stands behind them.
fn found(tight: &str, range: &Range, until: Time) -> Option<(Hours, (usize, usize))> {
    tight.char_indices().filter(|(_, c)| DASHES.contains(c)).find_map(|(at, dash)| {
        let (first, from) = last_moment(tight.get(..at)?, range)?;
        let behind = tight.get(at + dash.len_utf8()..)?;
        let (last, to, chars) = first_moment(behind, first, range)?;
        let is_whole_day = first.tomorrow().ok()? == last && from.abs_diff(to) <= SLACK_MINUTES;
        let end = behind.char_indices().nth(chars).map_or(behind.len(), |(end, _)| end);
        let hours = Hours { ends: (first, last), day: day_of((first, last), to, until) };
        is_whole_day.then_some((hours, (at, at + dash.len_utf8() + end)))
    })
}

fn shown(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A text without white space but where figures would run into one another: 2023-05-15 17:00.
fn joined(text: &str) -> String {
    let text = compatible(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut written = String::with_capacity(text.len());
    for word in words {
        let is_digit = |c: char| c.is_ascii_digit();
        let runs_on = written.ends_with(is_digit) && word.starts_with(is_digit);
        written.extend(runs_on.then_some(' '));
        written.push_str(word);
    }
    written
}

/// The day that holds most of them, if it is the one that the hour until which may be sent tells too.
fn day_of((first, last): (Date, Date), to: u32, until: Time) -> Option<Date> {
    let until = u32::from(until.hour().unsigned_abs()) * 60 + u32::from(until.minute().unsigned_abs());
    match (to <= until, to.cmp(&NOON_MINUTES)) {
        (true, std::cmp::Ordering::Less) => Some(first),
        (false, std::cmp::Ordering::Greater) => Some(last),
        _ => None,
    }
}

/// The day and hour with which a text ends.
fn last_moment(text: &str, range: &Range) -> Option<(Date, u32)> {
    let tail: Vec<char> = text.chars().rev().take(MOMENT_CHARS).collect();
    let tail: Vec<char> = tail.into_iter().rev().collect();
    let (start, minutes) = (0..tail.len())
        .find_map(|at| clock(&tail, at).filter(|(_, end)| *end == tail.len()).map(|(m, _)| (at, m)))?;
    let before: String = tail.get(..start)?.iter().collect();
    let found = dates(&before, range);
    match found.single.as_slice() {
        [day] if !found.has_range => Some((*day, in_afternoon(&before, minutes))),
        _ => None,
    }
}

/// The day and hour with which a text begins, and how many letters those are: 5月16日17时, 次日17时.
fn first_moment(text: &str, first: Date, range: &Range) -> Option<(Date, u32, usize)> {
    let head: Vec<char> = text.chars().take(MOMENT_CHARS).collect();
    let (start, minutes, end) =
        (1..head.len()).find_map(|at| clock(&head, at).map(|(m, end)| (at, m, end)))?;
    let before: String = head.get(..start)?.iter().collect();
    let minutes = in_afternoon(&before, minutes);
    if NEXT_DAY_WORDS.iter().any(|word| before.starts_with(word)) {
        return Some((first.tomorrow().ok()?, minutes, end));
    }
    let found = dates(&before, range);
    match found.single.as_slice() {
        [day] if !found.has_range => Some((*day, minutes, end)),
        _ => None,
    }
}

/// An hour at a place, in minutes, and where it ends: 17时, 17:00, 8点30分, 24时整.
fn clock(letters: &[char], at: usize) -> Option<(u32, usize)> {
    let number = |at: usize| {
        let digits: String = letters.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
        let number = digits.parse::<u32>().ok().filter(|_| digits.len() <= 2)?;
        Some((number, at + digits.len()))
    };
    let is_middle = at.checked_sub(1).and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let (hour, end) = number(at).filter(|(hour, _)| *hour <= 24 && !is_middle)?;
    let mark = letters.get(end).filter(|c| matches!(c, '时' | '点' | ':'))?;
    let minute = number(end + 1).filter(|(minute, _)| *minute < 60);
    if *mark == ':' && minute.is_none() {
        return None;
    }
    let (minute, mut end) = minute.unwrap_or((0, end + 1));
    while letters.get(end).is_some_and(|c| matches!(c, '分' | '整' | '许')) {
        end += 1;
    }
    (hour * 60 + minute <= DAY_MINUTES).then_some((hour * 60 + minute, end))
}

fn in_afternoon(before: &str, minutes: u32) -> u32 {
    let is_later = AFTERNOON_WORDS.iter().any(|word| before.ends_with(word)) && minutes < NOON_MINUTES;
    if is_later { minutes + NOON_MINUTES } else { minutes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn told(text: &str, until: i8) -> Option<Option<i8>> {
        let range = Range { from: date(2023, 5, 14), to: date(2023, 5, 20) };
        let hours = over_midnight(text, &range, time(until, 0, 0, 0))?;
        Some(hours.day.map(Date::day))
    }

    #[test]
    fn a_day_over_midnight_is_of_the_day_by_whose_hour_it_ends() {
        for text in [
            "5月15日17时至5月16日17时",
            "情况统计表（5月15日17:00—16日17:00）",
            "2023年5月15日17时00分到2023年5月16日17时00分",
            "统计时间：15日17时-16日17时",
            "5月15日17时01分至次日17时",
            "5月15日下午5点至5月16日下午5点",
            "2023-05-15 17:00至2023-05-16 17:00",
            "5 月 15 日 17 时至 5 月 16 日 17 时",
        ] {
            assert_eq!(told(text, 10), Some(Some(16)), "{text}");
        }
        for text in ["5月15日8时至5月16日8时", "5月15日0时至5月16日0时", "5月15日8:30至次日8:30"]
        {
            assert_eq!(told(text, 10), Some(Some(15)), "{text}");
        }
        // Most of it is of the day before, whose hour is over by then; and noon is in the middle.
        assert_eq!(
            (told("5月15日8时至5月16日8时", 7), told("5月15日12时至5月16日12时", 9)),
            (Some(None), Some(None))
        );
        for text in [
            "5月15日17时至5月17日17时",
            "5月15日8时至5月16日17时",
            "5月15日8时至17时",
            "5月15日至5月16日",
            "5月15日17时",
            "截至5月16日17时",
            "请于5月15日17时前报送5月16日情况",
        ] {
            assert_eq!(told(text, 10), None, "{text}");
        }
    }

    #[test]
    fn hours_over_midnight_are_written_as_their_day() {
        let range = Range { from: date(2023, 5, 14), to: date(2023, 5, 20) };
        let day = |text: &str| as_a_day(text, &range, time(10, 0, 0, 0)).into_owned();
        assert_eq!(day("防汛日报（5月15日17时至5月16日17时）.docx"), "防汛日报(2023年5月16日).docx");
        assert_eq!(day("5月15日8:00—次日8:00值班日报"), "2023年5月15日值班日报");
        for other in ["5月15日12时至5月16日12时日报", "5月15日至16日日报", "日报 5月16日", "a-b"]
        {
            assert_eq!(day(other), other);
        }
    }
}
