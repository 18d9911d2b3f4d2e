//! Which version a file calls itself: V2, 第二稿, 修改3, 终稿, 5月9日稿. Only what says so explicitly: a bare day is the day of the
//! material, a bare (2) is what a browser adds to a copy, and 2023版 is a year. What is not read costs nothing; what is read
//! wrongly asks a person for nothing.

use jiff::civil::Date;

use super::dates::{figure, small_number};
use super::drafts::{
    BEFORE_FIRST, BEFORE_LAST, BEHIND_VERSIONS, DATED_BEFORE, DATED_BEHIND, EDITIONS, FIRST_DRAFTS,
    ITEM_ENDINGS, LAST_DRAFTS, PRINTED_BEFORE, REVISION_WORDS,
};
use super::figures::{after_camera, number_at};
use crate::domain::text::compatible_letter;
use crate::domain::version::{DraftDay, Phase, Version};

/// No paper sees more versions: a larger number counts something else, or is a year (23版).
const MOST_VERSIONS: u32 = 20;
/// V2.1.3 has no more numbers.
const MOST_NUMBERS: usize = 3;
/// A day without separators: 0509, 230509, 20230509.
const SHORT_DAY_DIGITS: usize = 4;
const MIDDLE_DAY_DIGITS: usize = 6;
const WHOLE_DAY_DIGITS: usize = 8;
/// Two-digit years are of this century.
const CENTURY: u64 = 2000;

/// What one mark says.
#[derive(Debug, PartialEq)]
enum Mark {
    Draft(Vec<u32>),
    Revision(u32),
    Phase(Phase, Option<u32>),
    Day(DraftDay),
}

/// What a name, without its ending, says of its version.
pub fn of_name(name: &str) -> Option<Version> {
    let (version, _) = read(name)?;
    Some(version)
}

/// What a line of a title says: at its end, or in brackets.
pub fn of_title(line: &str) -> Option<Version> {
    let (version, end) = read(line)?;
    let is_apart = line.chars().nth(end).is_none_or(|c| ")）]】〕".contains(c));
    is_apart.then_some(Version { in_title: true, ..version })
}

/// The version, and where its last mark ends. Two marks that contradict one another say nothing.
fn read(text: &str) -> Option<(Version, usize)> {
    // One letter for one, so that places stay what they are.
    let letters: Vec<char> = text.chars().map(|c| compatible_letter(c).to_ascii_lowercase()).collect();
    let mut version = Version::default();
    let mut said: Vec<String> = Vec::new();
    let (mut at, mut last) = (0, 0);
    while at < letters.len() {
        let Some((mark, end)) = mark_at(&letters, at) else {
            at += 1;
            continue;
        };
        take(&mut version, mark)?;
        said.push(text.chars().skip(at).take(end - at).collect::<String>().trim().to_owned());
        (at, last) = (end, end);
    }
    version.said = said.join("、");
    (!said.is_empty()).then_some((version, last))
}

/// None where the name says something else already.
fn take(version: &mut Version, mark: Mark) -> Option<()> {
    let draft = |version: &mut Version, numbers: Vec<u32>| {
        let agrees = version.draft.is_empty() || version.draft == numbers;
        version.draft = numbers;
        agrees
    };
    let agrees = match mark {
        Mark::Draft(numbers) => draft(version, numbers),
        Mark::Revision(number) => version.revision.replace(number).is_none_or(|other| other == number),
        Mark::Day(day) => version.dated.replace(day).is_none_or(|other| other == day),
        Mark::Phase(phase, number) => {
            let agrees = matches!(version.phase, Phase::Between) || version.phase == phase;
            version.phase = phase;
            agrees && number.is_none_or(|number| draft(version, vec![number]))
        }
    };
    agrees.then_some(())
}

/// The mark that begins at a place, and where it ends.
fn mark_at(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    day(letters, at)
        .or_else(|| lettered(letters, at))
        .or_else(|| counted(letters, at))
        .or_else(|| revised(letters, at))
        .or_else(|| phase(letters, at))
}

/// V2, v2.0版, Ver 3, V20230509, 版本3.
fn lettered(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
    let word =
        ["version", "ver", "v", "版本号", "版本"].into_iter().find(|word| stands(letters, at, word))?;
    let is_latin = word.starts_with('v');
    if is_latin && (before.is_some_and(|c| c.is_ascii_alphabetic()) || is_of_a_name(letters, at)) {
        return None;
    }
    let mut end = at + word.chars().count();
    if letters.get(end).is_some_and(|c| matches!(c, '.' | ' ' | ':')) {
        end += 1;
    }
    if let Some((number, WHOLE_DAY_DIGITS, after)) = number_at(letters, end).filter(|_| is_latin) {
        let (year, day) = (i16::try_from(number / 10_000).ok()?, number % 10_000);
        return is_end(letters, after, false).then_some((Mark::Day(day_of(Some(year), day)?), after));
    }
    let (first, mut end) = number(letters, end)?;
    let mut numbers = vec![first];
    while numbers.len() < MOST_NUMBERS
        && letters.get(end) == Some(&'.')
        && let Some((next, after)) = figures(letters, end + 1)
    {
        numbers.push(next);
        end = after;
    }
    let end = after_any(letters, end, &["版本", "版", "稿"]).unwrap_or(end);
    is_end(letters, end, false).then_some((Mark::Draft(numbers), end))
}

/// DJI V5, 3v3, EV5: what stands before makes it a name or a game; 附件4V2 is the second version of a form.
fn is_of_a_name(letters: &[char], at: usize) -> bool {
    let before = letters.get(..at).unwrap_or_default();
    let rest = before.iter().rev().skip_while(|c| c.is_ascii_digit());
    if before.last().is_some_and(char::is_ascii_digit) {
        return !rest.take(1).any(|c| matches!(c, '件' | '表'));
    }
    let mut back = before.iter().rev();
    back.next() == Some(&' ') && back.next().is_some_and(char::is_ascii_alphabetic)
}

/// 第二稿, 第2版, 第三次修改稿; without 第 only where a paper's name ends: 方案二稿.
fn counted(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
    let is_nth = letters.get(at) == Some(&'第');
    let starts = before.is_none_or(|c| is_apart(c) && !matches!(c, '.' | '-' | '/'));
    if !is_nth && !starts && !before.is_some_and(|c| ITEM_ENDINGS.contains(c)) {
        return None;
    }
    let (number, end) = number(letters, at + usize::from(is_nth))?;
    let end = after_any(letters, end, &["次"]).filter(|_| is_nth).unwrap_or(end);
    if let Some(end) = after_any(letters, end, REVISION_WORDS).filter(|_| is_nth) {
        let end = after_any(letters, end, &["稿", "版"]).unwrap_or(end);
        return is_end(letters, end, true).then_some((Mark::Revision(number), end));
    }
    // 日报第4版 is a page of a newspaper, 教材第2版 a printing.
    if stands(letters, end, "版") && before.is_some_and(|c| PRINTED_BEFORE.contains(c)) {
        return None;
    }
    let end = after_any(letters, end, &["版本", "版", "稿"])?;
    is_end(letters, end, true).then_some((Mark::Draft(vec![number]), end))
}

/// 修改3, 修订稿二, 更正2; 修改5月9日 is a day.
fn revised(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    let end = after_any(letters, at, REVISION_WORDS)?;
    let end = after_any(letters, end, &["稿", "版"]).unwrap_or(end);
    let end = after_any(letters, end, &[" ", "第"]).unwrap_or(end);
    let (number, end) = number(letters, end)?;
    let end = after_any(letters, end, &["次", "稿", "版"]).unwrap_or(end);
    is_end(letters, end, false).then_some((Mark::Revision(number), end))
}

/// 初稿, 终稿, 最终版2; not 未定稿, 年终稿.
fn phase(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
    let kinds = [(FIRST_DRAFTS, BEFORE_FIRST, Phase::First), (LAST_DRAFTS, BEFORE_LAST, Phase::Last)];
    let (end, phase) = kinds.into_iter().find_map(|(words, not_after, phase)| {
        let end = after_any(letters, at, words)?;
        (!before.is_some_and(|c| not_after.contains(c))).then_some((end, phase))
    })?;
    if let Some((number, end)) = number(letters, end).filter(|(_, end)| is_end(letters, *end, false)) {
        return Some((Mark::Phase(phase, Some(number)), end));
    }
    is_end(letters, end, true).then_some((Mark::Phase(phase, None), end))
}

/// A day beside a word for a draft: 5月9日稿, 0509修改, 修改稿(5月9日). 终稿 beside it is a mark of its own.
fn day(letters: &[char], at: usize) -> Option<(Mark, usize)> {
    let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
    let goes_on = before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '年' | '月'));
    let (day, end, is_short) = written_day(letters, at).filter(|_| !goes_on)?;
    if after_camera(letters, at) {
        return None;
    }
    let next = end + usize::from(letters.get(end).is_some_and(|c| matches!(c, ' ' | '_' | '-')));
    if after_any(letters, next, LAST_DRAFTS).is_some_and(|end| is_end(letters, end, true)) {
        return Some((Mark::Day(day), end));
    }
    // 日报5月9日版 is a newspaper.
    let is_edition = !is_short && !before.is_some_and(|c| PRINTED_BEFORE.contains(c));
    let edition = || after_any(letters, next, EDITIONS).filter(|_| is_edition);
    let behind = after_any(letters, next, DATED_BEHIND).or_else(edition);
    if let Some(end) = behind.filter(|end| is_end(letters, *end, true)) {
        return Some((Mark::Day(day), end));
    }
    let head: String = letters.iter().take(at).collect();
    let head = head.strip_suffix(['(', ' ', '_', '-', '于']).unwrap_or(&head);
    let mut words = DATED_BEFORE.iter().chain(LAST_DRAFTS);
    let is_told = words.any(|word| head.ends_with(word)) && is_end(letters, end, false);
    is_told.then_some((Mark::Day(day), end))
}

/// A day, where it ends, and whether it is written as 5.9 only.
fn written_day(letters: &[char], at: usize) -> Option<(DraftDay, usize, bool)> {
    if let Some((number, digits, end)) = number_at(letters, at) {
        let of = |year: Option<u64>| {
            let year = year.map(i16::try_from).transpose().ok()?;
            Some((day_of(year, number % 10_000)?, end, false))
        };
        match digits {
            SHORT_DAY_DIGITS if !letters.get(end).is_some_and(|c| is_between(*c) || *c == '年') => {
                return of(None);
            }
            SHORT_DAY_DIGITS => return year_month_day(letters, number, end),
            MIDDLE_DAY_DIGITS => return of(Some(CENTURY + number / 10_000)),
            WHOLE_DAY_DIGITS => return of(Some(number / 10_000)),
            _ => {}
        }
    }
    month_day(letters, at).map(|(month, day, end, is_short)| {
        day_of(None, u64::from(month * 100 + day)).map(|day| (day, end, is_short))
    })?
}

fn year_month_day(letters: &[char], year: u64, end: usize) -> Option<(DraftDay, usize, bool)> {
    let separator = *letters.get(end)?;
    let (month, day, end, is_short) = match separator {
        '年' => month_day(letters, end + 1)?,
        _ => {
            let (month, end) = figures(letters, end + 1)?;
            let end = (letters.get(end) == Some(&separator)).then_some(end + 1)?;
            let (day, end) = figures(letters, end)?;
            (month, day, end, false)
        }
    };
    let day = day_of(Some(i16::try_from(year).ok()?), u64::from(month * 100 + day))?;
    Some((day, end, is_short))
}

/// 5月9日, 五月九日, 5.9.
fn month_day(letters: &[char], at: usize) -> Option<(u32, u32, usize, bool)> {
    let (month, end) = figure_run(letters, at)?;
    match letters.get(end)? {
        '月' => {
            let (day, end) = figure_run(letters, end + 1)?;
            let end = after_any(letters, end, &["日", "号"]).unwrap_or(end);
            Some((month, day, end, false))
        }
        '.' => {
            let (day, end) = figures(letters, end + 1)?;
            Some((month, day, end, true))
        }
        _ => None,
    }
}

fn is_between(c: char) -> bool {
    matches!(c, '.' | '-' | '/')
}

/// `day`: month and day in one number, 509.
fn day_of(year: Option<i16>, day: u64) -> Option<DraftDay> {
    let (month, day) = (i8::try_from(day / 100).ok()?, i8::try_from(day % 100).ok()?);
    // Without a year any day may be meant that there is in some year.
    let any = i16::try_from(CENTURY).ok()?;
    let is_recent = year.is_none_or(|year| (any..any + 100).contains(&year));
    (is_recent && Date::new(year.unwrap_or(any), month, day).is_ok()).then_some(DraftDay { year, month, day })
}

/// The number of a version, in figures of either writing.
fn number(letters: &[char], at: usize) -> Option<(u32, usize)> {
    figure_run(letters, at).filter(|(number, _)| *number <= MOST_VERSIONS)
}

fn figure_run(letters: &[char], at: usize) -> Option<(u32, usize)> {
    let run: Vec<char> = letters.iter().skip(at).take_while(|c| figure(**c).is_some()).copied().collect();
    match run.len() {
        0 => figures(letters, at),
        length => Some((small_number(&run)?, at + length)),
    }
}

/// One or two digits.
fn figures(letters: &[char], at: usize) -> Option<(u32, usize)> {
    let (number, digits, end) = number_at(letters, at)?;
    (digits <= 2).then_some((u32::try_from(number).ok()?, end))
}

fn stands(letters: &[char], at: usize, word: &str) -> bool {
    let mut rest = letters.iter().skip(at);
    word.chars().all(|c| rest.next() == Some(&c))
}

/// The end of whichever of these words stands at a place; the longest are listed first.
fn after_any(letters: &[char], at: usize, words: &[&str]) -> Option<usize> {
    let word = words.iter().find(|word| stands(letters, at, word))?;
    Some(at + word.chars().count())
}

fn is_apart(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Whether a mark may end here: 第二稿件, V5汽车 and 修改3.5 go on. `before_number`: a figure may follow.
fn is_end(letters: &[char], at: usize, before_number: bool) -> bool {
    let Some(c) = letters.get(at) else { return true };
    let goes_on = is_between(*c) && letters.get(at + 1).is_some_and(char::is_ascii_digit);
    (is_apart(*c) && (before_number || !goes_on))
        || (before_number && c.is_ascii_digit())
        || BEHIND_VERSIONS.iter().any(|word| stands(letters, at, word))
}
