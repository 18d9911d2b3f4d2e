//! Which of several requirements a part answers that ask for the same thing (中期、期末的台账): what the part itself says
//! goes first, then the form beside it and the subject, then whose day it is. What tells nothing is for a person.

use jiff::civil::Date;

use super::squeeze;
use super::vocabulary::Target;
use crate::domain::campaign::{Campaign, Requirement, When};

/// Letters that tell one title from another; a single one may stand in any word.
const TELLING_LETTERS: usize = 2;

/// The one of `rivals` that is meant. `texts`: what may say it, nearest first; each may be of several lines. `beside`: items
/// that forms of the same mail answer.
pub fn meant<'t>(
    campaign: &Campaign,
    rivals: &'t [Target],
    texts: &[String],
    beside: &[Target],
    arrived: Date,
) -> Option<&'t Target> {
    if let [only] = rivals {
        return Some(only);
    }
    let marks = marks(campaign, rivals);
    let named = |text: &String| {
        let text = squeeze(text);
        let said = rivals.iter().zip(&marks);
        let said: Vec<&Target> = said
            .filter(|(_, marks)| marks.iter().any(|mark| says(&text, mark)))
            .map(|(rival, _)| rival)
            .collect();
        if let [only] = said.as_slice() { Some(*only) } else { None }
    };
    let is_beside = |rival: &&Target| beside.iter().any(|form| form.requirement == rival.requirement);
    let mut with_form = rivals.iter().filter(is_beside);
    let (own, around) = texts.split_first().map_or((None, texts), |(own, around)| (Some(own), around));
    own.and_then(named)
        .or_else(|| with_form.next().filter(|_| with_form.next().is_none()))
        .or_else(|| around.iter().find_map(named))
        .or_else(|| by_day(campaign, rivals, arrived))
}

/// What tells each of the rivals from the others: the titles of its requirement and its item without what they share.
fn marks(campaign: &Campaign, rivals: &[Target]) -> Vec<Vec<String>> {
    let asked = |rival: &Target| campaign.requirement(&rival.requirement);
    let titles: Vec<String> =
        rivals.iter().map(|rival| asked(rival).map(|r| squeeze(&r.title)).unwrap_or_default()).collect();
    let item = |rival: &Target| Some(squeeze(&asked(rival)?.item(&rival.item)?.title));
    let items: Vec<String> = rivals.iter().map(|rival| item(rival).unwrap_or_default()).collect();
    let (titles, items) = (telling(&titles), telling(&items));
    titles.into_iter().zip(items).map(|(title, item)| title.into_iter().chain(item).collect()).collect()
}

/// Of each title the part that the others do not share; none where that is too little to tell anything.
fn telling(titles: &[String]) -> Vec<Option<String>> {
    let letters: Vec<Vec<char>> = titles.iter().map(|title| title.chars().collect()).collect();
    let Some(first) = letters.first() else { return vec![] };
    let shared = |at: usize, from_end: bool| {
        let letter = |title: &Vec<char>| match from_end {
            true => title.iter().rev().nth(at).copied(),
            false => title.get(at).copied(),
        };
        letters.iter().all(|title| letter(title).is_some() && letter(title) == letter(first))
    };
    let head = (0..first.len()).take_while(|at| shared(*at, false)).count();
    let tail = (0..first.len()).take_while(|at| shared(*at, true)).count();
    let mark = |title: &Vec<char>| {
        let end = title.len().saturating_sub(tail).max(head.min(title.len()));
        let own = title.get(head.min(title.len())..end)?;
        let is_figure = !own.is_empty() && own.iter().all(char::is_ascii_digit);
        // 3 of 3月月报 tells nothing without what it counts.
        let end = if is_figure { (end + 1).min(title.len()) } else { end };
        let own: String = title.get(head.min(title.len())..end)?.iter().collect();
        (own.chars().count() >= TELLING_LETTERS).then_some(own)
    };
    letters.iter().map(mark).collect()
}

/// Whether a text has a mark; a figure is not the end of a longer one.
fn says(text: &str, mark: &str) -> bool {
    let is_figure = mark.starts_with(|c: char| c.is_ascii_digit());
    text.match_indices(mark).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !is_figure || before.is_none_or(|c| !c.is_ascii_digit())
    })
}

/// The rival that falls due next, where the one before is not nearer: what came after that may be late for it.
fn by_day<'t>(campaign: &Campaign, rivals: &'t [Target], arrived: Date) -> Option<&'t Target> {
    let asked = rivals.iter().filter_map(|rival| Some((rival, campaign.requirement(&rival.requirement)?)));
    let open: Vec<(&Target, Date)> = asked
        .filter(|(_, requirement)| opens(requirement).is_none_or(|day| day <= arrived))
        .map(|(rival, requirement)| (rival, requirement.last_day(None)))
        .collect();
    if let [(only, _)] = open.as_slice() {
        return Some(only);
    }
    let next = open.iter().filter(|(_, due)| *due >= arrived).min_by_key(|(_, due)| *due)?;
    let before = open.iter().map(|(_, due)| *due).filter(|due| *due < arrived).max();
    let days = |from: Date, to: Date| from.until(to).map_or(i32::MAX, |span| span.get_days());
    let is_alone = open.iter().filter(|(_, due)| *due == next.1).count() == 1;
    let is_nearest = before.is_none_or(|due| days(due, arrived) >= days(arrived, next.1));
    (is_alone && is_nearest).then_some(next.0)
}

fn opens(requirement: &Requirement) -> Option<Date> {
    match requirement.when {
        When::EachDay { from, .. } => Some(requirement.opens.unwrap_or(from)),
        When::By { .. } => requirement.opens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_titles_do_not_share_tells_them_apart() {
        let of = |titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
            telling(&titles).into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        assert_eq!(of(&["中期材料", "期末材料"]), ["中期", "期末"]);
        assert_eq!(of(&["2月份月报", "3月份月报", "12月份月报"]), ["2月", "3月", "12月"]);
        assert_eq!(of(&["总结", "中期总结"]), ["", "中期"]);
        assert_eq!(of(&["台账", "台账"]), ["", ""]);
        assert!(says("学校12月月报", "12月") && !says("学校12月月报", "2月"));
    }
}
