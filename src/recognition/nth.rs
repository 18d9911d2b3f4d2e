//! Days that are counted by their place among all of them: 活动周第二天, 首日, 第三、四天. Who counts the days of something else (培训
//! 第二天) names none of the campaign's.

use std::borrow::Cow;

use jiff::civil::Date;

use super::brought::CLAUSE_ENDS;
use super::dates::{figure, is_han, starts};
use super::day::Range;
use super::daywords::{FIRST_DAY_WORDS, LAST_DAY_WORDS, WHOLE_ENDINGS, WRITER_ENDINGS};
use crate::domain::campaign::Campaign;

/// So many letters before a number may say of what it is the nth day.
const NTH_LETTERS: usize = 4;
/// Between days that are counted together.
const LIST_JOINTS: &str = "、,和及与&+/";
/// Between the first and the last of such days.
const SPAN_JOINTS: &str = "-—–~至到";
/// So many days are counted together, at most: what goes on and on is no list of days, and is not gone through from each of them.
const MOST_TOGETHER: usize = 31;
/// Figures of the number of a day.
const NTH_FIGURES: usize = 2;

/// Letters before a counted day that may say of what it is one.
const NAME_LETTERS: usize = 24;
/// Before a word for all of it: then it is the campaign's own.
const OWN_WORDS: &[&str] = &[
    "本", "此", "该", "本次", "此次", "这次", "本届", "该项", "整个", "系列", "主题", "宣传", "我校", "我院",
    "学校", "学院", "全校", "全院",
];
/// With one of these a clause says which day today is: 今天是活动周第二天 may be counted otherwise than the campaign's days are.
const TODAY_IS: &[&str] = &["今天是", "今日是", "今天为", "今日为"];

/// A text without the days that are counted in it of something else than the campaign (技能节首日, 省赛活动第二天), or of which it says
/// that they are today's.
pub fn of_own_days<'t>(text: &'t str, campaign: &Campaign) -> Cow<'t, str> {
    let (mut kept, mut from) = (String::new(), 0);
    for (at, _) in text.char_indices() {
        let Some(end) = counted_end(text, at).filter(|_| at >= from) else { continue };
        let before: Vec<char> = text.get(..at).unwrap_or_default().chars().rev().take(NAME_LETTERS).collect();
        let clause: String = before
            .iter()
            .take_while(|c| !CLAUSE_ENDS.contains(*c))
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        if is_foreign(&clause, campaign) || TODAY_IS.iter().any(|word| clause.contains(word)) {
            kept.push_str(text.get(from..at).unwrap_or_default());
            from = end;
        }
    }
    match from {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(kept + text.get(from..).unwrap_or_default()),
    }
}

/// Where a counted day ends that begins at a place: 首日, 第二天, 第三、四天.
fn counted_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if let Some(word) = FIRST_DAY_WORDS.iter().chain(LAST_DAY_WORDS).find(|word| rest.starts_with(**word)) {
        return Some(at + word.len());
    }
    let behind = rest.strip_prefix('第')?;
    let is_of_it = |c: &char| {
        c.is_ascii_digit() || figure(*c).is_some() || LIST_JOINTS.contains(*c) || SPAN_JOINTS.contains(*c)
    };
    let run: usize = behind.chars().take(NAME_LETTERS).take_while(is_of_it).map(char::len_utf8).sum();
    let is_day = behind.get(run..)?.starts_with(['天', '日']);
    (run > 0 && is_day).then_some(at + '第'.len_utf8() + run + '天'.len_utf8())
}

/// Whether what stands before a counted day is a word for all of something that is not the campaign: 技能节, 省赛活动.
fn is_foreign(before: &str, campaign: &Campaign) -> bool {
    let before = before.trim_end_matches('的');
    let Some(stem) = WHOLE_ENDINGS.iter().find_map(|ending| before.strip_suffix(ending)) else {
        return false;
    };
    let letters: Vec<char> = stem.chars().rev().take_while(is_han).take(2).collect();
    let told: String = letters.iter().rev().collect();
    let mut names = campaign.keywords.iter().chain([&campaign.title, &campaign.short]);
    !told.is_empty()
        && !OWN_WORDS.iter().any(|word| stem.ends_with(word))
        && !names.any(|name| name.contains(&told) || before.ends_with(name.as_str()))
}

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

/// Whether a text says without more that it is of the first or the last day: 首日照片.
pub(super) fn says_edge(text: &str, words: &[&str]) -> bool {
    let mut named = words.iter().flat_map(|word| text.match_indices(word));
    named.any(|(at, _)| text.get(..at).is_some_and(is_of_all))
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
