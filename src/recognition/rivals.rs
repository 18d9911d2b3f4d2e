//! Which of several requirements a part answers that ask for the same thing (中期、期末的台账): what the part itself says
//! goes first, then the form beside it and the subject, then whose day it is. What tells nothing is for a person.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::dates::{dates, figure, small_number};
use super::day::Range;
use super::months::{is_figure, months, sums_up};
use super::squeeze;
use super::vocabulary::Target;
use crate::domain::campaign::{Campaign, Requirement, When};

/// Letters that tell one title from another; a single one may stand in any word.
const TELLING_LETTERS: usize = 2;
/// So much of a letter says what it brings (characters).
const LETTER_CHARS: usize = 200;
/// Of a year.
const MONTHS: u64 = 12;
/// What a figure before these counts, where 第 does not stand before it: 一周工作周报 is no report of the first week.
const SPANS: [char; 5] = ['周', '天', '日', '年', '月'];

/// What a mail says of one of its parts.
#[derive(Debug, Clone, Default)]
pub struct Says {
    /// Name of the file and its folders.
    pub name: String,
    /// Title inside.
    pub heading: String,
    /// Lines of a month and no more beneath it, of which the paper is, or in which it was signed or printed.
    pub signed: String,
    /// Subject of the mail.
    pub subject: String,
    /// Text of the mail, which may speak of other things beside.
    pub letter: String,
}

/// The one of `rivals` that is meant; each text may be of several lines. `beside`: items that forms of the same mail answer.
pub fn meant<'t>(
    campaign: &Campaign,
    rivals: &'t [Target],
    says: &Says,
    beside: &[Target],
    arrived: Date,
) -> Option<&'t Target> {
    if let [only] = rivals {
        return Some(only);
    }
    let is_beside = |rival: &&Target| beside.iter().any(|form| form.requirement == rival.requirement);
    let mut with_form = rivals.iter().filter(is_beside);
    let with_form = with_form.next().filter(|_| with_form.next().is_none());
    if let Some(asked) = months_of(campaign, rivals) {
        let months = Months { campaign, rivals, asked };
        return months.meant(says, with_form, arrived);
    }
    let marks = marks(campaign, rivals);
    let named = |text: &String| {
        // Line by line: the number of 附件2 stands above 1季度统计表.
        let lines: Vec<String> = text.lines().map(|line| in_digits(&squeeze(line))).collect();
        let said = rivals.iter().zip(&marks);
        let said: Vec<&Target> = said
            .filter(|(_, marks)| marks.iter().any(|mark| lines.iter().any(|line| has(line, mark))))
            .map(|(rival, _)| rival)
            .collect();
        if let [only] = said.as_slice() { Some(*only) } else { None }
    };
    // A file of the week before, sent under the subject or with the words of this one's, may be the wrong one.
    let letter = || named(&says.letter.chars().take(LETTER_CHARS).collect());
    let (by_name, by_heading) = (named(&says.name), named(&says.heading));
    let own = by_name.or(by_heading);
    if own.is_some_and(|own| named(&says.subject).or_else(letter).is_some_and(|said| said != own)) {
        return None;
    }
    let named = by_name.or(with_form).or(by_heading).or_else(|| named(&says.subject));
    let of_days = [&says.name, &says.heading, &says.subject];
    let of_days = of_days.into_iter().find_map(|text| by_span(campaign, rivals, text));
    match (named, of_days) {
        // A heading that was left standing from the week before.
        (Some(named), Some(of_days)) if named != of_days => None,
        (named, of_days) => named.or(of_days).or_else(|| by_day(campaign, rivals, arrived)),
    }
}

/// The rival in whose time the days lie that a text names from the first to the last: 周报（9月14日至18日）. A single day may be that
/// on which it was written.
fn by_span<'t>(campaign: &Campaign, rivals: &'t [Target], text: &str) -> Option<&'t Target> {
    let times = rivals.iter().map(|rival| Some((rival, campaign.requirement(&rival.requirement)?)));
    let mut times: Vec<(&Target, &Requirement)> = times.collect::<Option<_>>()?;
    times.sort_by_key(|(_, asked)| asked.last_day(None));
    let befores = std::iter::once(None).chain(times.iter().map(|(_, asked)| Some(asked.last_day(None))));
    let since = |asked: &Requirement, before: Option<Date>| {
        opens(asked).or_else(|| before?.tomorrow().ok()).unwrap_or(campaign.period.0)
    };
    let times: Vec<(&Target, Range)> = times
        .iter()
        .zip(befores)
        .map(|((rival, asked), before)| {
            (*rival, Range { from: since(asked, before), to: asked.last_day(None) })
        })
        .collect();
    let (first, last) = (times.iter().map(|(_, time)| time.from).min()?, times.last()?.1.to);
    let found = dates(text, &Range { from: first, to: last });
    let [from, to] = found.ends.as_slice() else { return None };
    let mut of_time = times.iter().filter(|(_, time)| time.holds(*from) && time.holds(*to));
    of_time.next().filter(|_| of_time.next().is_none()).map(|(rival, _)| *rival)
}

/// A text with its small numbers in digits: 第一周 and 第1周 are one.
fn in_digits(text: &str) -> String {
    let mut rest: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    while let Some(letter) = rest.first().copied() {
        let run: Vec<char> = rest.iter().take_while(|c| figure(**c).is_some()).copied().collect();
        match small_number(&run) {
            Some(number) => written.push_str(&number.to_string()),
            None if run.is_empty() => written.push(letter),
            None => written.extend(&run),
        }
        rest.drain(..run.len().max(1));
    }
    written
}

/// The month of which each of the rivals asks; none where that does not tell them apart.
fn months_of(campaign: &Campaign, rivals: &[Target]) -> Option<Vec<u64>> {
    let mut asked: Vec<u64> = Vec::new();
    for rival in rivals {
        let requirement = campaign.requirement(&rival.requirement)?;
        let item = requirement.item(&rival.item).map(|item| item.title.as_str());
        let named = std::iter::once(requirement.title.as_str()).chain(item).map(months);
        let month = named.into_iter().find(|named| !named.is_empty())?;
        let [month] = month.as_slice() else { return None };
        if asked.contains(month) {
            return None;
        }
        asked.push(*month);
    }
    Some(asked)
}

/// Rivals that ask for the same thing of one month each.
struct Months<'c, 't> {
    campaign: &'c Campaign,
    rivals: &'t [Target],
    asked: Vec<u64>,
}

/// Which rival the months of a text mean.
enum Named<'t> {
    /// None in particular.
    Nothing,
    This(&'t Target),
    /// Several: 11月、12月小结 is of both, and a person says so.
    Several,
    /// A month of which nothing is asked.
    Another,
}

impl<'t> Months<'_, 't> {
    /// The rival of the month that a part is of. Name and heading must agree, and a month that nobody asks for is no other
    /// one. A heading alone may have been left standing from the month before, where the next month's is due.
    fn meant(&self, says: &Says, with_form: Option<&'t Target>, arrived: Date) -> Option<&'t Target> {
        let by_day = || by_day(self.campaign, self.rivals, arrived);
        let confirmed = |told: &&'t Target| {
            let is_said = [&says.subject, &says.letter].iter().any(|text| self.are_in(text).contains(told));
            is_said || with_form == Some(*told) || by_day().is_none_or(|due| due == *told)
        };
        match (self.named(&says.name), self.heading(says, arrived)) {
            (Named::Another | Named::Several, _) | (_, Named::Another | Named::Several) => None,
            (Named::This(name), Named::This(heading)) if name != heading => None,
            (Named::This(name), Named::This(_) | Named::Nothing) => match self.named(&says.subject) {
                // The file of the month before, sent under this one's subject.
                Named::This(subject) if subject != name => None,
                _ => Some(name),
            },
            (Named::Nothing, Named::This(heading)) => {
                // Who sends November's in December may call it so; who names the month before means that one.
                let place = |told: &Target| self.rivals.iter().position(|rival| rival == told);
                let is_due = |said: &Target| place(said) > place(heading) && by_day() == Some(heading);
                match (self.named(&says.subject), self.named(&says.letter)) {
                    (Named::This(said), _) | (Named::Nothing, Named::This(said)) if said != heading => {
                        Some(heading).filter(|_| is_due(said))
                    }
                    _ => Some(heading).filter(confirmed),
                }
            }
            (Named::Nothing, Named::Nothing) => match (with_form, self.named(&says.subject)) {
                (Some(form), _) => Some(form),
                (None, Named::Another | Named::Several) => None,
                (None, Named::This(subject)) => Some(subject),
                (None, Named::Nothing) => match self.named(&says.letter) {
                    Named::This(letter) => Some(letter),
                    _ => by_day(),
                },
            },
        }
    }

    /// What the heading names. The month in which a paper was signed is that of which it is, or the next one: where another is
    /// named it says nothing.
    fn heading(&self, says: &Says, arrived: Date) -> Named<'t> {
        let (printed, signed) = (self.named(&says.heading), months(&says.signed));
        let is_due = |told: &Target| by_day(self.campaign, self.rivals, arrived) == Some(told);
        let told = match (self.named(&says.name), &printed, self.named(&says.subject)) {
            (Named::This(name), ..) => Some(name),
            (_, Named::This(heading), _) => Some(*heading),
            (Named::Nothing, Named::Nothing, Named::This(subject)) if is_due(subject) => Some(subject),
            _ => None,
        };
        let of = |told: &Target| self.rivals.iter().zip(&self.asked).find(|(rival, _)| *rival == told);
        let month = told.and_then(of).map(|(_, month)| *month);
        let is_signed = |month: u64| signed.iter().all(|signed| [month, month % MONTHS + 1].contains(signed));
        match month.is_some_and(is_signed) {
            true => printed,
            false => self.named(&format!("{}\n{}", says.heading, says.signed)),
        }
    }

    fn named(&self, text: &str) -> Named<'t> {
        match self.are_in(text).as_slice() {
            [only] => Named::This(only),
            [] if !months(text).is_empty() => Named::Another,
            [_, _, ..] if !sums_up(text) => self.without_plans(text).map_or(Named::Several, Named::This),
            _ => Named::Nothing,
        }
    }

    /// The one of whose month a text is that names more: 11月工作总结及12月工作计划.
    fn without_plans(&self, text: &str) -> Option<&'t Target> {
        let is_planned = |piece: &&str| PLANS.iter().any(|word| piece.contains(word));
        let pieces = text.split(['及', '和', '与', '、', '暨', '\n']).filter(|piece| !is_planned(piece));
        match self.are_in(&pieces.collect::<Vec<_>>().join("\n")).as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The rivals whose months a text names.
    fn are_in(&self, text: &str) -> Vec<&'t Target> {
        let named = months(text);
        let of_month = self.rivals.iter().zip(&self.asked).filter(|(_, month)| named.contains(month));
        of_month.map(|(rival, _)| rival).collect()
    }
}

/// What a paper says of the month to come.
const PLANS: &[&str] = &["计划", "安排", "打算", "要点"];

/// What tells each of the rivals from the others: the titles of its requirement and its item without what they share.
fn marks(campaign: &Campaign, rivals: &[Target]) -> Vec<Vec<String>> {
    let asked = |rival: &Target| campaign.requirement(&rival.requirement);
    let titles: Vec<String> = rivals
        .iter()
        .map(|rival| asked(rival).map(|r| in_digits(&squeeze(&r.title))).unwrap_or_default())
        .collect();
    let item = |rival: &Target| Some(in_digits(&squeeze(&asked(rival)?.item(&rival.item)?.title)));
    let items: Vec<String> = rivals.iter().map(|rival| item(rival).unwrap_or_default()).collect();
    let (titles, items) = (telling(&titles), telling(&items));
    titles.into_iter().zip(items).map(|(title, item)| title.into_iter().chain(item).collect()).collect()
}

/// The one of several requirements of which a text says words that neither the others nor the campaign itself bear:
/// 值班零报告 beside a 救助日报.
pub fn spoken_of<'r>(campaign: &Campaign, rivals: &[&'r Requirement], text: &str) -> Option<&'r Requirement> {
    let text = squeeze(text);
    // A keyword by which an item goes tells of that item: 早报 beside 晚报.
    let items = rivals.iter().flat_map(|asked| &asked.items).flat_map(|item| &item.names);
    let items: BTreeSet<String> = items.map(|name| squeeze(name)).collect();
    let keywords = campaign.keywords.iter().filter(|word| !items.contains(&squeeze(word)));
    let shared = pieces([&campaign.title, &campaign.short].into_iter().chain(keywords));
    let of = |asked: &Requirement| {
        let items = asked.items.iter().flat_map(|item| item.names.iter().chain([&item.title]));
        pieces(items.chain([&asked.title]))
    };
    let all: Vec<BTreeSet<String>> = rivals.iter().map(|asked| of(asked)).collect();
    let is_said = |at: usize| {
        let others = || all.iter().enumerate().filter(|(other, _)| *other != at);
        let own = all.get(at).into_iter().flatten().filter(|piece| !shared.contains(*piece));
        let mut own = own.filter(|piece| !others().any(|(_, other)| other.contains(*piece)));
        own.any(|piece| text.contains(piece.as_str()))
    };
    let said: Vec<usize> = (0..rivals.len()).filter(|at| is_said(*at)).collect();
    if let [only] = said.as_slice() { rivals.get(*only).copied() } else { None }
}

/// The pairs of letters that stand in names: a short form of a name is made of some of them.
fn pieces<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<String> {
    let pairs = names.flat_map(|name| {
        let letters: Vec<char> = squeeze(name).chars().collect();
        letters.windows(TELLING_LETTERS).map(String::from_iter).collect::<Vec<_>>()
    });
    pairs.filter(|pair| pair.chars().all(|c| !c.is_ascii_punctuation() && !is_figure(c))).collect()
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
    let is_inside = |title: &Vec<char>, at: usize| {
        let figure = |at: usize| title.get(at).copied().is_some_and(is_figure);
        at.checked_sub(1).is_some_and(figure) && figure(at)
    };
    // The 1 that 11月 and 12月 share tells as much of them as the rest.
    let head = (0..=head).rev().find(|at| !letters.iter().any(|title| is_inside(title, *at))).unwrap_or(0);
    let cuts =
        |title: &Vec<char>, at: usize| title.len().checked_sub(at).is_some_and(|at| is_inside(title, at));
    let tail = (0..=tail).rev().find(|at| !letters.iter().any(|title| cuts(title, *at))).unwrap_or(0);
    let mark = |title: &Vec<char>| {
        let end = title.len().saturating_sub(tail).max(head.min(title.len()));
        let own = title.get(head.min(title.len())..end)?;
        let is_figure = !own.is_empty() && own.iter().copied().all(is_figure);
        // 3 of 3月月报 tells nothing without what it counts.
        let end = if is_figure { (end + 1).min(title.len()) } else { end };
        let counts = own.first().copied().is_some_and(self::is_figure)
            && title.get(head..end).and_then(<[char]>::last).is_some_and(|unit| SPANS.contains(unit));
        let is_nth = |at: &usize| counts && title.get(*at) == Some(&'第');
        let head = head.checked_sub(1).filter(is_nth).unwrap_or(head);
        let own: String = title.get(head.min(title.len())..end)?.iter().collect();
        (own.chars().count() >= TELLING_LETTERS).then_some(own)
    };
    letters.iter().map(mark).collect()
}

/// Whether a text has a mark; a figure is not the end of a longer one.
fn has(text: &str, mark: &str) -> bool {
    let is_number = mark.starts_with(is_figure);
    text.match_indices(mark).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !is_number || before.is_none_or(|c| !is_figure(c))
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
        assert_eq!(of(&["11月份月报", "12月份月报"]), ["11月", "12月"]);
        assert_eq!(of(&["1月份月报", "11月份月报"]), ["1月", "11月"]);
        assert_eq!(of(&["十一期简报", "十二期简报"]), ["十一期", "十二期"]);
        assert_eq!(of(&["第1季度报表", "第2季度报表"]), ["1季", "2季"]);
        assert_eq!(of(&["第1周周报", "第2周周报", "第11周周报"]), ["第1周", "第2周", "第11周"]);
        assert_eq!(in_digits("第十一周周报，统一报送"), "第11周周报，统1报送");
        assert!(has("学校12月月报", "12月") && !has("学校12月月报", "2月"));
        assert!(!has("学校十一期简报", "一期"));
    }
}
