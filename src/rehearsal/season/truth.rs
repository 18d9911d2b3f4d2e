//! How each obligation should stand at a few moments, worked out from the stories alone, without the program's own
//! laws. Where a story leaves the answer open (a file that a person must judge), nothing is said.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::cast::CAST;
use super::mail::CST;
use super::things::may;
use super::{Delivery, Filed, MessageKind, PartState};
use crate::domain::obligation::Standing;

/// Moments worth a look: the last afternoon, the morning after, two days after, the middle of the week, the rolled
/// last day of the summary and the end (RFC 3339).
pub const MOMENTS: [&str; 6] = [
    "2023-05-10T17:00:00+08:00",
    "2023-05-11T09:00:00+08:00",
    "2023-05-12T17:30:00+08:00",
    "2023-05-17T18:00:00+08:00",
    "2023-05-29T17:00:00+08:00",
    "2023-06-02T17:00:00+08:00",
];

/// How one obligation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Full name of the unit.
    pub unit: &'static str,
    /// Requirement id.
    pub requirement: &'static str,
    /// Its day, for the daily material.
    pub day: Option<Date>,
    /// How it stands.
    pub standing: Standing,
}

/// Approved in the middle of the season, so whether it owes the early things depends on the roster.
const NEW_SCHOOL: (&str, Date) = ("遂宁职业学院", date(2023, 5, 16));

/// Requirements with their items (all are needed) and last days on time; the daily one is apart.
const BY_A_DAY: [(&str, &[&str], Date); 2] = [
    // The form answers for the contact (联络员) as well.
    ("plan", &["scheme", "form4", "form4_scan"], date(2023, 5, 10)),
    ("summary", &["form5", "form5_scan", "report"], date(2023, 5, 29)),
];

/// How everything owed stands at `moment`, where the stories make it certain. `season` is in order of arrival.
pub fn truth(season: &[Delivery], moment: Timestamp) -> Vec<Truth> {
    let mut all = Vec::new();
    for member in CAST.iter().filter(|member| matches!(member.group, "city_edu" | "college")) {
        let unit = Unit::of(member.name, season, moment);
        for (requirement, items, last_day) in BY_A_DAY {
            let standing = unit.by_a_day(requirement, items, end_of(last_day));
            all.push((unit.name, requirement, None, last_day, standing));
        }
        for day in (14..=20).map(may) {
            all.push((unit.name, "daily", Some(day), day, unit.daily(day)));
        }
    }
    all.retain(|(unit, _, _, last_day, _)| *unit != NEW_SCHOOL.0 || *last_day >= NEW_SCHOOL.1);
    let certain = all.into_iter().filter_map(|(unit, requirement, day, _, standing)| {
        Some(Truth { unit, requirement, day, standing: standing? })
    });
    certain.collect()
}

fn end_of(day: Date) -> Timestamp {
    let midnight = day.tomorrow().unwrap_or(day).to_datetime(jiff::civil::Time::midnight());
    CST.to_timestamp(midnight).unwrap_or(Timestamp::MAX)
}

/// Whether a file counted when it came: yes, no, or a person has to say.
fn counts(filed: &Filed) -> Option<bool> {
    use PartState::{Accepted, Flawed, Review, Superseded};
    let counting =
        filed.states.iter().filter(|state| matches!(state, Accepted | Flawed | Superseded)).count();
    match counting {
        _ if filed.states.contains(&Review) => None,
        0 => Some(false),
        n if n == filed.states.len() => Some(true),
        _ => None,
    }
}

/// What has come from one unit by a moment.
struct Unit<'a> {
    name: &'static str,
    moment: Timestamp,
    files: Vec<(Timestamp, &'a Filed)>,
    nil_days: Vec<Date>,
    /// A mail came of which nobody can say what it holds, or whose it is.
    is_clouded: bool,
}

impl<'a> Unit<'a> {
    fn of(name: &'static str, season: &'a [Delivery], moment: Timestamp) -> Self {
        let mut unit = Self { name, moment, files: Vec::new(), nil_days: Vec::new(), is_clouded: false };
        for delivery in season.iter().filter(|delivery| delivery.at <= moment) {
            let expect = &delivery.expect;
            if !expect.units.contains(&Some(name)) {
                continue;
            }
            let is_submission = expect.kinds.contains(&MessageKind::Submission);
            let unknown =
                expect.files.iter().any(|file| file.requirement.is_none() && counts(file).is_none());
            unit.is_clouded |=
                is_submission && (expect.units.len() > 1 || unknown || !expect.links.is_empty());
            if expect.kinds == [MessageKind::NilReport] {
                unit.nil_days.push(CST.to_datetime(delivery.at).date());
            }
            unit.files.extend(expect.files.iter().map(|file| (delivery.at, file)));
        }
        unit
    }

    fn arrivals(&self, requirement: &str, fits: impl Fn(&Filed) -> bool) -> Vec<(Timestamp, Option<bool>)> {
        let files = self.files.iter().filter(|(_, file)| file.requirement == Some(requirement) && fits(file));
        files.map(|(at, file)| (*at, counts(file))).collect()
    }

    fn by_a_day(&self, requirement: &str, items: &[&str], due: Timestamp) -> Option<Standing> {
        let mut firsts = Vec::new();
        for item in items {
            let arrivals = self.arrivals(requirement, |file| file.item == Some(item));
            let first = arrivals.iter().find(|(_, counts)| *counts == Some(true)).map(|(at, _)| *at);
            if first.is_none() && (self.is_clouded || arrivals.iter().any(|(_, counts)| counts.is_none())) {
                return None;
            }
            firsts.push(first);
        }
        let is_late = self.moment >= due;
        let complete_at =
            firsts.iter().copied().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
        Some(match complete_at {
            Some(at) if at < due => Standing::Complete,
            Some(_) => Standing::CompleteLate,
            None if firsts.iter().any(Option::is_some) && is_late => Standing::OverduePartial,
            None if firsts.iter().any(Option::is_some) => Standing::Partial,
            None if is_late => Standing::Overdue,
            None => Standing::Open,
        })
    }

    fn daily(&self, day: Date) -> Option<Standing> {
        let due = end_of(day);
        let arrivals = self.arrivals("daily", |file| file.day == Some(day));
        let first = arrivals.iter().find(|(_, counts)| *counts == Some(true)).map(|(at, _)| *at);
        if first.is_none() && (self.is_clouded || arrivals.iter().any(|(_, counts)| counts.is_none())) {
            return None;
        }
        Some(match first {
            Some(at) if at < due => Standing::Complete,
            Some(_) => Standing::CompleteLate,
            None if self.nil_days.contains(&day) => Standing::Nil,
            None if self.moment >= due => Standing::Overdue,
            None if self.moment < end_of(day.yesterday().unwrap_or(day)) => Standing::NotOpen,
            None => Standing::Open,
        })
    }
}
