//! How every obligation stands at eight moments, worked out from the generator's own notes by a few plain rules of the
//! notice, without the program's laws: what is due by when, what counts, what a person must still decide.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use shouwen::rehearsal::season::mail::CST;

use super::crew::{Clerk, may};
use super::truth::{Counts, Filed, Sent};

/// Before, at and after each due moment, and in the week.
pub const MOMENTS: [&str; 8] = [
    "2023-05-05T12:00:00+08:00",
    "2023-05-10T17:00:00+08:00",
    "2023-05-11T09:00:00+08:00",
    "2023-05-13T18:00:00+08:00",
    "2023-05-17T18:00:00+08:00",
    "2023-05-21T10:30:00+08:00",
    "2023-05-29T17:00:00+08:00",
    "2023-06-02T17:00:00+08:00",
];

/// One obligation: unit, requirement, day of May, and how it may stand; empty where nobody can say.
#[derive(Debug)]
pub struct Stands {
    pub unit: String,
    pub requirement: &'static str,
    pub day: Option<i8>,
    pub any_of: Vec<&'static str>,
}

/// What came for one unit: when, as what, and whether it counts.
type Came<'a> = Vec<(Timestamp, &'a Filed, Counts)>;

pub fn stands(clerks: &[Clerk], season: &[Sent], moment: Timestamp) -> Vec<Stands> {
    let mut all = Vec::new();
    for clerk in clerks.iter().filter(|clerk| clerk.owes()) {
        let came = came(&clerk.unit.name, season, moment);
        let clouded = is_clouded(&clerk.unit.name, season, moment);
        for (requirement, items, last) in [
            ("plan", &["scheme", "liaison", "form4", "form4_scan"][..], date(2023, 5, 10)),
            ("summary", &["form5", "form5_scan", "report"][..], date(2023, 5, 29)),
        ] {
            let any_of = if exempt(clerk, last) {
                vec!["exempt"]
            } else {
                of_all(&came, requirement, items, end_of(last), moment, clouded)
            };
            all.push(Stands { unit: clerk.unit.name.clone(), requirement, day: None, any_of });
        }
        for day in 14..=20 {
            let any_of =
                if exempt(clerk, may(day)) { vec!["exempt"] } else { of_any(&came, day, moment, clouded) };
            all.push(Stands { unit: clerk.unit.name.clone(), requirement: "daily", day: Some(day), any_of });
        }
    }
    all
}

fn exempt(clerk: &Clerk, last: Date) -> bool {
    clerk.unit.valid_from.is_some_and(|from| last < from)
}

fn end_of(day: Date) -> Timestamp {
    CST.to_timestamp(day.tomorrow().unwrap().at(0, 0, 0, 0)).unwrap()
}

fn came<'a>(unit: &str, season: &'a [Sent], moment: Timestamp) -> Came<'a> {
    let mut came = Vec::new();
    for mail in season.iter().filter(|mail| mail.at <= moment) {
        let is_mine = mail.units.iter().any(|known| known == unit);
        for part in &mail.parts {
            if part.unit.as_deref().map_or(is_mine, |own| own == unit) {
                came.extend(part.answers().map(|filed| (mail.at, filed, part.counts)));
            }
        }
        if is_mine {
            came.extend(mail.loose.iter().map(|(filed, counts)| (mail.at, filed, *counts)));
        }
    }
    came
}

/// Something came of which nobody can say what it holds or whose it is.
fn is_clouded(unit: &str, season: &[Sent], moment: Timestamp) -> bool {
    season.iter().filter(|mail| mail.at <= moment && mail.units.iter().any(|known| known == unit)).any(
        |mail| {
            mail.units.len() > 1 && !mail.parts.is_empty()
                || mail.parts.iter().any(|part| part.filed.is_none() && part.counts == Counts::Open)
        },
    )
}

fn firsts(came: &Came, fits: impl Fn(&Filed) -> bool) -> (Option<Timestamp>, bool) {
    let fitting: Vec<_> = came.iter().filter(|(_, filed, _)| fits(filed)).collect();
    let first = fitting.iter().filter(|(.., counts)| *counts == Counts::Yes).map(|(at, ..)| *at).min();
    (first, fitting.iter().any(|(.., counts)| *counts == Counts::Open))
}

/// All of the items are asked for.
fn of_all(
    came: &Came,
    requirement: &str,
    items: &[&str],
    due: Timestamp,
    moment: Timestamp,
    clouded: bool,
) -> Vec<&'static str> {
    let each: Vec<_> = items
        .iter()
        .map(|item| firsts(came, |filed| filed.requirement == requirement && filed.item == *item))
        .collect();
    let is_open = each.iter().any(|(first, open)| first.is_none() && (*open || clouded));
    let is_late = moment >= due;
    let last = each
        .iter()
        .map(|(first, _)| *first)
        .collect::<Option<Vec<_>>>()
        .and_then(|all| all.into_iter().max());
    let has_any = each.iter().any(|(first, _)| first.is_some());
    if is_open {
        return vec![];
    }
    vec![match last {
        Some(at) if at < due => "complete",
        Some(_) => "complete_late",
        None if has_any && is_late => "overdue_partial",
        None if has_any => "partial",
        None if is_late => "overdue",
        None => "open",
    }]
}

/// Anything of the day will do.
fn of_any(came: &Came, day: i8, moment: Timestamp, clouded: bool) -> Vec<&'static str> {
    let of_day = |filed: &Filed| filed.requirement == "daily" && filed.day == Some(day);
    let (first, open) = firsts(came, |filed| of_day(filed) && filed.item != "nil");
    let (nil, _) = firsts(came, |filed| of_day(filed) && filed.item == "nil");
    let due = end_of(may(day));
    if first.is_none() && (open || clouded) {
        return vec![];
    }
    vec![match first {
        Some(at) if at < due => "complete",
        Some(_) => "complete_late",
        None if nil.is_some() => "nil",
        None if moment >= due => "overdue",
        None if moment < end_of(may(day).yesterday().unwrap()) => "not_open",
        None => "open",
    }]
}
