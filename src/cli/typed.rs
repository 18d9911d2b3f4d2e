//! What people type, as they type it: full-width signs, quotation marks, 第41号, 5月16日. One reading or none: a word that
//! could mean two things is asked about, never guessed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::Failure;
use crate::domain::campaign::Campaign;
use crate::domain::text::compatible;

/// All of China has one time.
const CHINA: Offset = Offset::constant(8);

/// What may stand around a name that was copied out of a sentence.
const QUOTES: [char; 10] = ['“', '”', '‘', '’', '"', '\'', '《', '》', '「', '」'];

/// A word without what its writer's keyboard added: full width, white space and quotation marks around it.
pub(super) fn plain(wanted: &str) -> String {
    compatible(wanted).trim().trim_matches(QUOTES).trim().to_owned()
}

/// The register number of a mail: `41`, `#41`, 来件41, 第41号.
pub(super) fn number(wanted: &str) -> Option<i64> {
    let plain = plain(wanted);
    let bare = ["来件", "编号", "第", "#"]
        .iter()
        .fold(plain.as_str(), |rest, word| rest.strip_prefix(word).unwrap_or(rest).trim_start());
    let bare = bare.strip_suffix('号').unwrap_or(bare);
    bare.parse().ok().filter(|_| bare.bytes().all(|c| c.is_ascii_digit()))
}

/// A day: `2023-05-16`, `2023年5月16日`, `20230516`; without a year that of the campaign: `5-16`, `5月16日`, `5.16`, `5/16`.
///
/// # Errors
/// When it is none, with examples.
pub(super) fn day(campaign: &Campaign, wanted: &str) -> Result<Date, Failure> {
    let complaint = || Failure::usage(format!("看不懂日期“{wanted}”；例如 2023-05-16、5-16 或 5月16日"));
    day_of(campaign, &plain(wanted)).ok_or_else(complaint)
}

fn day_of(campaign: &Campaign, plain: &str) -> Option<Date> {
    let day = plain.strip_suffix(['日', '号']).unwrap_or(plain);
    let numbers: Vec<&str> = day.split(['年', '月', '-', '.', '/']).map(str::trim).collect();
    match numbers.as_slice() {
        [one] if one.len() == 8 => one.parse().ok(),
        [year, month, day] => Date::new(figure(year, 4)?, figure(month, 2)?, figure(day, 2)?).ok(),
        [month, day] => {
            let (from, to) = campaign.period;
            let (month, day) = (figure(month, 2)?, figure(day, 2)?);
            let of_year = |year| Date::new(year, month, day).ok();
            let distance = |day: &Date| {
                let near = (*day).clamp(from.min(to), to);
                (*day - near).get_days().abs()
            };
            (from.year()..=to.year()).filter_map(of_year).min_by_key(distance)
        }
        _ => None,
    }
}

fn figure<N: std::str::FromStr>(text: &str, most: usize) -> Option<N> {
    let is_number = (1..=most).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// A moment: RFC 3339, or a day, as in [`day`], and an hour of the campaign's time: `2023-05-11T09:00`, `5月11日 9:00`,
/// `5-11 9时`. Of a day alone, what `whole` says.
///
/// # Errors
/// When it is none, with examples.
pub(super) fn moment(
    campaign: &Campaign,
    wanted: &str,
    whole: impl Fn(Date) -> Timestamp,
) -> Result<Timestamp, Failure> {
    let plain = plain(wanted);
    let exact = || plain.parse::<Timestamp>().ok();
    let written = || plain.parse::<DateTime>().ok().filter(|_| plain.len() > 10);
    let worded = || {
        let (day, hour) = plain.split_once([' ', 'T']).or_else(|| after_day(&plain))?;
        Some(day_of(campaign, day)?.to_datetime(hour_of(hour.trim())?))
    };
    exact()
        .or_else(|| written().or_else(worded).map(|at| campaign.at(at.date(), at.time())))
        .or_else(|| day_of(campaign, &plain).map(whole))
        .ok_or_else(|| {
            Failure::usage(format!(
                "看不懂时刻“{wanted}”；例如 2023-05-11T09:00、5-11 9:00，或只写日期 2023-05-10"
            ))
        })
}

/// Where the clock starts in a rehearsal, which no campaign tells yet: RFC 3339, or date and time in China.
///
/// # Errors
/// When it is none.
pub(super) fn start(wanted: &str) -> Result<Timestamp, jiff::Error> {
    let plain = plain(wanted);
    plain.parse().or_else(|_| CHINA.to_timestamp(plain.parse::<DateTime>()?))
}

/// 5月11日9时 has no blank.
fn after_day(plain: &str) -> Option<(&str, &str)> {
    let end = plain.find(['日', '号']).map(|at| at + '日'.len_utf8())?;
    plain.split_at_checked(end).filter(|(_, hour)| !hour.is_empty())
}

/// `9:00`, `17:20`, 9时, 17时20分, 9点.
fn hour_of(text: &str) -> Option<Time> {
    let text = text.strip_suffix('分').unwrap_or(text);
    let (hour, minute) = text.split_once([':', '时', '点'])?;
    let minute = if minute.is_empty() && !text.ends_with(':') { 0 } else { figure(minute, 2)? };
    Time::new(figure(hour, 2)?, minute, 0, 0).ok()
}
