//! A form that several campaigns of a mailbox ask for alike, as two monthly returns with the same columns: it is of the one
//! that its printed title and its name speak for, else of the only one that what it lies in or the mail speaks for. And a
//! paper that names two campaigns.

use std::ops::Range;

use super::choose::closest;
use super::desk::Desk;
use super::judge::Case;
use super::several::{Place, Side, around, name_of, score_of};
use crate::domain::campaign::Campaign;
use crate::domain::text::squeeze;
use crate::recognition::campaign::{claim, could_be_either};

/// Between two words for campaigns in a title that is of both: 安全自查和消防检查工作总结.
const JOINTS: [char; 11] = ['和', '与', '及', '暨', '、', '/', '+', '并', '兼', '含', '&'];
/// Words for campaigns that are joined stand no farther from each other than this (characters).
const JOINT_LETTERS: usize = 12;
/// What such words are not joined over, as it is written without its width.
const ENDS_THOUGHT: [char; 4] = ['。', ',', ';', ':'];

/// What a workbook says of itself.
enum Own {
    /// It is of one of these; of any where there are none.
    Of(Vec<usize>),
    /// Its title and its name contradict each other, or one of them itself.
    Torn(Option<&'static str>),
}

/// Leaves each form that several sides ask for alike to the one that its title and name speak for, before it is judged as
/// anything else's: two campaigns' tables in one mail are no two versions of one.
pub(super) fn set_apart(case: Case, sides: &mut [Side]) {
    for at in 0..case.facts.parts.len() {
        let asks = |side: &Side| side.read.forms.get(at).is_some_and(|forms| !forms.is_empty());
        let several: Vec<usize> =
            (0..sides.len()).filter(|side| sides.get(*side).is_some_and(asks)).collect();
        let Own::Of(own) = own(case, sides, &nearest(case, sides, &several), at) else { continue };
        let [only] = own.as_slice() else { continue };
        for (_, side) in sides.iter_mut().enumerate().filter(|(side, _)| side != only) {
            side.read.forms.get_mut(at).into_iter().for_each(Vec::clear);
        }
    }
}

/// Of these sides those that have most to do with the unit and whose time it is; none where that is only one.
fn nearest(case: Case, sides: &[Side], several: &[usize]) -> Vec<usize> {
    let claims = several.iter().filter_map(|at| sides.get(*at));
    let claims: Vec<_> = claims.map(|side| (side.campaign(), claim(side.campaign(), side.unit()))).collect();
    let closest = closest(&claims, case);
    let is_close = |at: &usize| {
        sides.get(*at).is_some_and(|side| closest.iter().any(|campaign| campaign.id == side.campaign().id))
    };
    let close: Vec<usize> = several.iter().copied().filter(is_close).collect();
    if close.len() > 1 { close } else { Vec::new() }
}

/// Where a workbook goes that is a form of each of these sides; `open`: what else a person would be asked.
pub(super) fn told_apart(case: Case, sides: &[Side], at: usize, open: (Vec<usize>, String)) -> Place {
    let (several, why) = open;
    let Some(part) = case.facts.parts.get(at) else { return Place::Open(several, why) };
    let own = match own(case, sides, &several, at) {
        Own::Of(own) => own,
        Own::Torn(torn) => return Place::Open(several, torn.map_or(why, str::to_owned)),
    };
    if let [only] = own.as_slice() {
        return Place::Side(*only, true);
    }
    let left = if own.is_empty() { several } else { own };
    for around in around(case, part) {
        if let [only] = spoken(sides, &left, around).as_slice() {
            return Place::Side(*only, true);
        }
    }
    let is_spoken = |side: &&usize| sides.get(**side).is_some_and(|side| side.read.words > 0);
    if let [only] = left.iter().filter(is_spoken).collect::<Vec<_>>().as_slice() {
        return Place::Side(**only, false);
    }
    let why = could_be_either(&campaigns(sides, &left));
    Place::Open(left, why)
}

/// The sides that the title printed in a workbook and its name speak for.
fn own(case: Case, sides: &[Side], several: &[usize], at: usize) -> Own {
    let name = case.facts.parts.get(at).map_or("", name_of);
    let read = sides.iter().filter_map(|side| side.read.forms.get(at)).flatten();
    let titles: Vec<&str> = read.map(|form| form.reading.title.as_str()).collect();
    let told = |text: &str| {
        let titled = several.iter().copied().filter(|side| bears(sides, *side, at, text)).collect();
        both(spoken(sides, several, text), titled)
    };
    let (Some(title), Some(name)) = (told(&titles.join("\n")), told(name)) else { return Own::Torn(None) };
    both(title, name).map_or(Own::Torn(Some("表的标题与文件名说的不是同一个报送任务，请打开确认")), Own::Of)
}

/// What a name or title makes of a part that names campaigns one beside the other, 安全自查和消防检查工作总结: it may be what each
/// of them asks for, and a person must say; of those whose time it is, and that have something answered by it.
pub(super) fn of_several(
    case: Case,
    sides: &[Side],
    text: &str,
    answers: impl Fn(&Side) -> usize,
) -> Option<Place> {
    text.lines().find_map(|line| {
        let desks: Vec<&Desk> = sides.iter().map(|side| side.read.desk).collect();
        let several = nearest(case, sides, &beside(&desks, line));
        let answering = |at: &usize| sides.get(*at).is_some_and(|side| answers(side) > 0);
        let several: Vec<usize> = several.into_iter().filter(answering).collect();
        if several.len() < 2 {
            return None;
        }
        let titles: Vec<String> =
            campaigns(sides, &several).iter().map(|campaign| format!("《{}》", campaign.title)).collect();
        let why =
            format!("写明是{}的材料，请认定计入哪一个；都算的，另一个请登记为线下收到", titles.join("和"));
        Some(Place::Open(several, why))
    })
}

/// Those of these campaigns that a line names one beside the other. What is a part of a longer keyword, of a unit's name, or with
/// all of the other one of what one campaign calls itself or its material, names nothing of its own.
pub(super) fn beside(desks: &[&Desk], line: &str) -> Vec<usize> {
    let line = squeeze(&desks.iter().fold(line.to_owned(), |line, desk| desk.book.mask(&line)));
    let said: Vec<(usize, Range<usize>)> =
        (0..).zip(desks).filter_map(|(at, desk)| Some((at, desk.spoken(&line).place?))).collect();
    let is_in = |one: &Range<usize>, other: &Range<usize>| {
        other.start <= one.start && one.end <= other.end && other.len() > one.len()
    };
    let whole: Vec<&(usize, Range<usize>)> =
        said.iter().filter(|(_, one)| !said.iter().any(|(_, other)| is_in(one, other))).collect();
    let joined = |one: &Range<usize>, other: &Range<usize>| {
        let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
        let is_joint = line.get(first.end..second.start).is_some_and(joins);
        let both = line.get(first.start..second.end).unwrap_or_default().to_lowercase();
        is_joint && !desks.iter().any(|desk| desk.own.contains(&both))
    };
    let is_beside = |one: &Range<usize>| whole.iter().any(|(_, other)| joined(one, other));
    whole.iter().filter(|(_, one)| is_beside(one)).map(|(at, _)| *at).collect()
}

/// Those of these campaigns that a text means by their words.
pub(super) fn meant(desks: &[&Desk], text: &str) -> Vec<usize> {
    let text = desks.iter().fold(text.to_owned(), |text, desk| desk.book.mask(&text));
    (0..).zip(desks).filter(|(_, desk)| desk.spoken(&text).own > 0).map(|(at, _)| at).collect()
}

/// Whether what stands between two words for campaigns joins them: 自查和, 工作总结及; not the next thing that a title tells.
fn joins(between: &str) -> bool {
    between.contains(JOINTS) && between.chars().count() <= JOINT_LETTERS && !between.contains(ENDS_THOUGHT)
}

fn campaigns<'a>(sides: &[Side<'_, 'a>], several: &[usize]) -> Vec<&'a Campaign> {
    several.iter().filter_map(|at| Some(sides.get(*at)?.campaign())).collect()
}

/// Of these sides those for whose campaign the words of a text speak most.
fn spoken(sides: &[Side], several: &[usize], text: &str) -> Vec<usize> {
    let score = |at: usize| sides.get(at).map_or(0, |side| score_of(side, "", text));
    let most = several.iter().map(|side| score(*side)).max().filter(|most| *most > 0);
    several.iter().copied().filter(|side| Some(score(*side)) == most).collect()
}

/// Whether a text has the words by which a form of this side that was read in the part is told.
fn bears(sides: &[Side], side: usize, at: usize, text: &str) -> bool {
    let text = squeeze(text);
    sides.get(side).is_some_and(|side| {
        let templates = &side.campaign().templates;
        let read = side.read.forms.get(at).into_iter().flatten();
        read.filter_map(|form| templates.get(&form.form)).any(|template| {
            let ways = template.ways_to_call();
            ways.iter().any(|words| words.iter().all(|word| text.contains(&squeeze(word))))
        })
    })
}

/// Those of whom both speak, where both speak of somebody; none where they contradict each other.
fn both(one: Vec<usize>, other: Vec<usize>) -> Option<Vec<usize>> {
    if one.is_empty() || other.is_empty() {
        return Some(if one.is_empty() { other } else { one });
    }
    let both: Vec<usize> = one.into_iter().filter(|side| other.contains(side)).collect();
    (!both.is_empty()).then_some(both)
}
