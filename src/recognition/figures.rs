//! What looks like a date and is none: what cameras count, the time of day in a picture's name, area codes, the daily paper of a week.

use super::daywords::NO_WEEKDAY_AFTER;
use super::words::CAMERA_PREFIXES;

/// A telephone number without its area code has so many digits at least.
const LOCAL_DIGITS: usize = 7;
/// So many letters before a number say what counts it.
const BEFORE_LETTERS: usize = 16;
/// A day written in figures alone has so many at least: 230515.
const DAY_DIGITS: usize = 6;

/// Between days that are named together.
const DAY_LINKS: &str = "至到-—~–、和与及";

/// A run of digits: its value, its length, where it ends.
pub(super) fn number_at(letters: &[char], at: usize) -> Option<(u64, usize, usize)> {
    let digits = letters.get(at..)?.iter().map_while(|c| c.to_digit(10));
    let (mut number, mut length) = (0_u64, 0);
    for digit in digits {
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
        length += 1;
    }
    (length > 0).then_some((number, length, at + length))
}

/// IMG_0515, 第0515号: a number that something else counts.
pub(super) fn after_camera(letters: &[char], at: usize) -> bool {
    let before: String =
        letters.get(at.saturating_sub(BEFORE_LETTERS)..at).unwrap_or_default().iter().collect();
    let before = before.trim_end_matches(['_', '-', ' ']);
    let word: String = before.chars().rev().take_while(char::is_ascii_alphabetic).collect();
    let word: String = word.chars().rev().collect();
    CAMERA_PREFIXES.iter().any(|prefix| word == *prefix || (prefix == &"第" && before.ends_with('第')))
}

/// 0515-88001234, (0515)88001234: a telephone number follows.
pub(super) fn is_area_code(letters: &[char], end: usize) -> bool {
    let at = letters.iter().skip(end).take_while(|c| matches!(c, '-' | ')' | '—')).count() + end;
    at > end && number_at(letters, at).is_some_and(|(_, digits, _)| digits >= LOCAL_DIGITS)
}

/// The 1012 of IMG_20230515_1012: the time behind the day.
pub(super) fn is_time(letters: &[char], at: usize) -> bool {
    let before = letters.get(..at).unwrap_or_default();
    let digits = before.iter().rev().skip(1).take_while(|c| c.is_ascii_digit()).count();
    before.last() == Some(&'_') && digits >= DAY_DIGITS
}

/// Whether 周日 at a place, with its last letter at `end`, is that of 周日报, a daily paper of a week. In 周一至周日报表 it is the last of
/// several days.
pub(super) fn is_daily_paper(letters: &[char], at: usize, end: usize) -> bool {
    let is_listed = at.checked_sub(1).and_then(|at| letters.get(at)).is_some_and(|c| DAY_LINKS.contains(*c));
    let behind: String = letters.iter().skip(end + 1).take(LONGEST_EVENT).collect();
    letters.get(end) == Some(&'日') && is_paper(&behind) && !is_listed
}

/// What is held, or done, on a Sunday, and no paper of a day.
const EVENTS: [&str; 4] = ["报告会", "报到", "报名", "报道"];
const LONGEST_EVENT: usize = 3;

/// Whether what stands behind 周日 makes it a daily paper: 周日报表, 周日报告.
pub(super) fn is_paper(behind: &str) -> bool {
    behind.starts_with('报') && !EVENTS.iter().any(|event| behind.starts_with(event))
}

/// Whether a weekday may begin behind these letters: behind a date it says nothing of its own, and 六周 counts weeks,
/// which 周六、周日 does not.
pub(super) fn begins_a_weekday(letters: &[char]) -> bool {
    let parting = letters.iter().rev().take_while(|c| matches!(c, '(' | ',' | '、')).count();
    let before = letters.get(..letters.len() - parting).unwrap_or_default();
    letters.last().is_none_or(|c| !NO_WEEKDAY_AFTER.contains(*c))
        && before.last().is_none_or(|c| !matches!(c, '日' | '号'))
        && !ends_in_date(before)
}

/// Whether a date in figures ends with the letters: 5.22, 2023-05-22, 0522; of 照片1 or 附表5 it is a number.
fn ends_in_date(letters: &[char]) -> bool {
    let digits = letters.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let mut before = letters.iter().rev().skip(digits);
    let is_parted = before.next().is_some_and(|c| ".-/月".contains(*c));
    digits > 2 || digits > 0 && is_parted && before.next().is_some_and(char::is_ascii_digit)
}
