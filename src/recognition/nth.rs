//! Days that are counted by their place among all of them: 活动周第二天, 首日, 第三、四天. Who counts the days of something else (培训
//! 第二天) names none of the campaign's.

use std::borrow::Cow;

use jiff::civil::Date;

use super::dates::{figure, is_han, starts};
use super::day::Range;
use super::daywords::{FIRST_DAY_WORDS, LAST_DAY_WORDS, OTHER_WHOLE_ENDINGS, WHOLE_ENDINGS, WRITER_ENDINGS};
use crate::domain::campaign::Campaign;

/// So many letters before a number may say of what it is the nth day.
const NTH_LETTERS: usize = 4;
/// Between days that are counted together.
const LIST_JOINTS: &str = "、,和及与&+/";
/// Between the first and the last of such days.
const SPAN_JOINTS: &str = "-—–~至到";
/// So many days are counted together, at most: what goes on and on is no list of days, and is not gone through from each of them.
const MOST_TOGETHER: usize = 31;
/// So many letters before a counted day, the last of which says that it is one of a whole, are a name's: 读书节.
const OWN_LETTERS: usize = 3;
/// Figures of the number of a day.
const NTH_FIGURES: usize = 2;

/// A text in which each day that is counted with others is written out: 第三、四天 as 第三天、第四天, 第1至第3天 as 第1天-第3天.
pub(super) fn each_counted(text: &str) -> String {
    if !text.contains('第') {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        match counted_together(&letters, at) {
            Some((days, end)) => {
                written.push_str(&days);
                at = end;
            }
            None => {
                written.push(*letter);
                at += 1;
            }
        }
    }
    written
}

/// Days counted together that begin at a place, each written out, and where they end.
fn counted_together(letters: &[char], at: usize) -> Option<(String, usize)> {
    let before: String = letters.get(at.saturating_sub(NTH_LETTERS)..at)?.iter().collect();
    let mut end = at + usize::from(letters.get(at) == Some(&'第'));
    if end == at || !is_of_all(&before) {
        return None;
    }
    let (mut days, mut count) = (String::new(), 0);
    loop {
        let is_figure = |c: &&char| c.is_ascii_digit() || figure(**c).is_some();
        let run: String = letters.iter().skip(end).take_while(is_figure).collect();
        let figures = run.chars().count();
        ((1..=NTH_FIGURES).contains(&figures) && count < MOST_TOGETHER).then_some(())?;
        (days, end, count) = (days + "第" + &run + "天", end + figures, count + 1);
        let is_day = |at: usize| letters.get(at).is_some_and(|c| matches!(c, '天' | '日'));
        let next = end + usize::from(is_day(end));
        let joint = letters.get(next).and_then(|c| joint(*c));
        let is_listed = next == end || letters.get(next + 1) == Some(&'第');
        match joint.filter(|_| is_listed) {
            Some(joint) => {
                days.push(joint);
                end = next + 1 + usize::from(letters.get(next + 1) == Some(&'第'));
            }
            None => return (is_day(end) && count > 1).then_some((days, next)),
        }
    }
}

/// A joint as one that any day may stand behind.
fn joint(c: char) -> Option<char> {
    match c {
        _ if LIST_JOINTS.contains(c) => Some('、'),
        _ if SPAN_JOINTS.contains(c) => Some('-'),
        _ => None,
    }
}

/// Whether what stands before a counted day says that it is one of all of them: nothing, a word for all, or who writes.
pub(super) fn is_of_all(before: &str) -> bool {
    let is_bare = before.chars().next_back().is_none_or(|c| !is_han(&c) && !c.is_alphanumeric());
    is_bare || WHOLE_ENDINGS.iter().chain(WRITER_ENDINGS).any(|word| before.ends_with(word))
}

/// Whether what stands before a counted day may be another activity than that of which material is asked for.
pub(super) fn is_of_another(before: &str) -> bool {
    OTHER_WHOLE_ENDINGS.iter().any(|word| before.ends_with(word))
}

/// A text in which the days that are counted of the campaign by its own name (读书节第二天, where it is called so) are counted as
/// of all of it.
pub fn of_campaign<'t>(text: &'t str, campaign: &Campaign) -> Cow<'t, str> {
    let (mut written, mut from) = (String::new(), 0);
    let words = FIRST_DAY_WORDS.iter().chain(LAST_DAY_WORDS).chain(&["第"]);
    let mut places: Vec<usize> = words.flat_map(|word| text.match_indices(word)).map(|(at, _)| at).collect();
    places.sort_unstable();
    places.dedup();
    let names = || campaign.keywords.iter().chain([&campaign.title, &campaign.short]);
    for at in places {
        let before = text.get(..at).unwrap_or_default().trim_end_matches('的');
        let run: Vec<char> = before.chars().rev().take(OWN_LETTERS).take_while(is_han).collect();
        let own: String = run.iter().rev().collect();
        let is_own =
            run.len() == OWN_LETTERS && is_of_another(&own) && names().any(|name| name.contains(&own));
        if is_own {
            written.push_str(text.get(from..at).unwrap_or_default());
            written.push_str("活动周");
            from = at;
        }
    }
    match from {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(written + text.get(from..).unwrap_or_default()),
    }
}

/// Whether a text says without more that it is of the first or the last day: 首日照片.
pub(super) fn says_edge(text: &str, words: &[&str]) -> bool {
    let mut named = words.iter().flat_map(|word| text.match_indices(word));
    named.any(|(at, _)| text.get(..at).is_some_and(|before| is_of_all(before) || is_of_another(before)))
}

/// 活动周首日, 活动周最后一天.
pub(super) fn edge_day(letters: &[char], at: usize, range: &Range) -> Option<(Date, usize)> {
    let before: String = letters.get(at.saturating_sub(NTH_LETTERS)..at)?.iter().collect();
    if !WHOLE_ENDINGS.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let ends = |words: &[&str]| {
        words.iter().find(|word| starts(letters, at, word)).map(|word| at + word.chars().count())
    };
    let first = ends(FIRST_DAY_WORDS).map(|end| (range.from, end));
    first.or_else(|| ends(LAST_DAY_WORDS).map(|end| (range.to, end)))
}

/// 活动周第二天: a day counted from the first of the range, behind a word for all of it; so is a 第二天 that nothing stands
/// before, or only who writes. 培训第二天 is a day of something else.
pub(super) fn nth_day(letters: &[char], at: usize, number: u64, end: usize, range: &Range) -> Option<Date> {
    let before: String = letters.get(at.saturating_sub(NTH_LETTERS)..at)?.iter().collect();
    let before = before.strip_suffix('第')?;
    if !is_of_all(before) || !letters.get(end).is_some_and(|c| matches!(c, '天' | '日')) {
        return None;
    }
    let days = i64::try_from(number.checked_sub(1)?).ok()?;
    let day = range.from.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    range.holds(day).then_some(day)
}
