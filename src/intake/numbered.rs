//! Files that are named by nothing but the number of a day: 14.jpg, 15.jpg in the days from the 14th to the 20th. They were filed for the
//! day on which they came. Numbers that count files begin with one, and go beyond the days that are asked for.

use std::collections::BTreeSet;

use super::parts::Scene;
use crate::domain::facts::{PartFacts, Role};
use crate::recognition::day::Range;
use crate::recognition::item::stem;

/// Why a person must say.
const BY_NUMBER: &str = "文件名的数字像是日期，不知是哪一天的，请认定";

/// Why a part is hardly of the day on which it came: its number, like all those of the mail, is that of another day of the range.
pub(super) fn numbered(scene: &Scene, part: &PartFacts, range: &Range) -> Option<&'static str> {
    let today = scene.arrived.date();
    let own = number(part).filter(|number| i8::try_from(*number).ok() != Some(today.day()))?;
    let files = scene.case.facts.parts.iter().filter(|part| !matches!(part.role, Role::Archive | Role::Mail));
    let numbers: BTreeSet<usize> = files.filter_map(number).collect();
    let mut days = range.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= range.to.min(today));
    let days: BTreeSet<usize> = days.by_ref().filter_map(|day| usize::try_from(day.day()).ok()).collect();
    let counts = numbers.first().is_none_or(|first| *first <= numbers.len());
    (numbers.contains(&own) && numbers.is_subset(&days) && !counts).then_some(BY_NUMBER)
}

/// The number by which a file is called, or else its folder.
fn number(part: &PartFacts) -> Option<usize> {
    let mut steps = part.path.rsplit('/');
    let name = steps.next().map(stem).unwrap_or_default();
    let mut called = std::iter::once(name).chain(steps.next());
    called
        .find(|text| (1..=2).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit()))?
        .parse()
        .ok()
}
