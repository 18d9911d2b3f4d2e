//! Which of several requirements a part answers that ask for the same thing (中期、期末的台账): what the part itself says
//! goes first, then the form beside it and the subject, then whose day it is. What tells nothing is for a person.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::dates::{figure, small_number};
use super::months::is_figure;
use super::squeeze;
use super::vocabulary::Target;
use super::which_time::Times;
pub use super::which_time::{is_of_a_part, is_of_another, names_a_time, names_its_time, speaks_of_its_times};
pub use super::which_week::LAST_WEEK;
use super::which_week::{Weeks, counted_from, makes_another_word};
use crate::domain::campaign::{Campaign, Requirement, When};

/// Letters that tell one title from another; a single one may stand in any word.
const TELLING_LETTERS: usize = 2;
/// So much of a letter says what it brings (characters).
const LETTER_CHARS: usize = 200;
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
    if let Some(times) = Times::new(campaign, rivals, arrived) {
        return times.meant(says, with_form);
    }
    let titled = Titled::new(campaign, rivals, arrived);
    // A file of the week before, sent under the subject or with the words of this one's, may be the wrong one.
    let letter: String = says.letter.chars().take(LETTER_CHARS).collect();
    let (by_name, by_heading) = (titled.named(&says.name), titled.named(&says.heading));
    if by_name.is_doubtful() || by_heading.is_doubtful() {
        return None;
    }
    let (by_subject, by_letter) = (titled.named(&says.subject), titled.named(&letter));
    let of_days = [&says.name, &says.heading, &says.subject].map(|text| titled.of_days(text));
    let [days_of_name, days_of_heading, days_of_subject] = &of_days;
    // A name or a heading that was left standing from the week before.
    let own: Vec<&Target> =
        [&by_name, &by_heading, days_of_name, days_of_heading].into_iter().filter_map(Named::one).collect();
    let said = by_subject.one().or(days_of_subject.one()).or(by_letter.one());
    if own.first().is_some_and(|first| own.iter().copied().chain(said).any(|other| other != *first)) {
        return None;
    }
    let named = by_name.one().or(with_form).or(by_heading.one());
    let of_days = of_days.into_iter().find(|told| !matches!(told, Named::Nothing)).unwrap_or(Named::Nothing);
    let is_left_to_subject = named.or(of_days.one()).is_none();
    if of_days.is_doubtful() || (is_left_to_subject && by_subject.is_doubtful()) {
        return None;
    }
    let due = by_day(campaign, rivals, arrived);
    match (named.or(by_subject.one()), of_days.one()) {
        // A heading that was left standing from the week before.
        (Some(named), Some(of_days)) if named != of_days => None,
        (Some(told), _) | (None, Some(told)) => Some(told),
        // A letter may speak of another week beside.
        (None, None) => match by_letter.one().or_else(|| titled.of_days(&letter).one()) {
            Some(told) => {
                Some(told).filter(|told| due.is_none_or(|due| due == *told) || letter.contains('补'))
            }
            None => due,
        },
    }
}

/// The one whose week was the last before the one of a day.
pub fn of_last_week<'t>(campaign: &Campaign, rivals: &'t [Target], arrived: Date) -> Option<&'t Target> {
    Weeks::new(campaign, rivals, arrived)?.last_week().one()
}

/// Which rival a text names.
pub(super) enum Named<'t> {
    /// None in particular.
    Nothing,
    /// This and no other.
    This(&'t Target),
    /// Several: 11月、12月小结 is of both, and a person says so.
    Several,
    /// One of which nothing is asked.
    Another,
}

impl<'t> Named<'t> {
    fn one(&self) -> Option<&'t Target> {
        if let Self::This(rival) = self { Some(*rival) } else { None }
    }

    fn is_doubtful(&self) -> bool {
        matches!(self, Self::Several | Self::Another)
    }
}

/// Rivals that their titles tell apart, or the days in which they are open.
struct Titled<'t> {
    rivals: &'t [Target],
    titles: Vec<String>,
    marks: Vec<Vec<String>>,
    weeks: Option<Weeks<'t>>,
    years: Vec<i16>,
}

impl<'t> Titled<'t> {
    fn new(campaign: &Campaign, rivals: &'t [Target], arrived: Date) -> Self {
        let title = |rival: &Target| {
            campaign.requirement(&rival.requirement).map(|asked| in_digits(&squeeze(&asked.title)))
        };
        Self {
            rivals,
            titles: rivals.iter().map(|rival| title(rival).unwrap_or_default()).collect(),
            marks: marks(campaign, rivals),
            weeks: Weeks::new(campaign, rivals, arrived),
            years: (campaign.period.0.year()..=campaign.period.1.year()).collect(),
        }
    }

    /// The rival whose words a text bears. Line by line: the number of 附件2 stands above 1季度统计表.
    fn named(&self, text: &str) -> Named<'t> {
        match self.are_in(text.lines()).as_slice() {
            [only] if !self.lists_weeks(text) => Named::This(only),
            [_] => Named::Several,
            [] => match self.by_number(text) {
                // 2025年上半年, where the half of this year is asked for.
                Named::Nothing if self.is_counted_elsewhere(text) => Named::Another,
                told => told,
            },
            _ => match unplanned(text).map(|kept| self.are_in(kept.into_iter())).as_deref() {
                Some([only]) => Named::This(only),
                _ => Named::Several,
            },
        }
    }

    fn are_in<'s>(&self, lines: impl Iterator<Item = &'s str>) -> Vec<&'t Target> {
        let lines: Vec<String> = lines.map(|line| in_digits(&squeeze(line))).collect();
        let said = self.rivals.iter().zip(&self.titles).zip(&self.marks);
        let said = said.filter(|((rival, title), marks)| {
            marks.iter().any(|mark| lines.iter().any(|line| self.has(line, mark, (rival, title))))
        });
        said.map(|((rival, _), _)| rival).collect()
    }

    /// Whether a line has the mark of a title; that of another year, and of another month what a month has several of, is another.
    fn has(&self, line: &str, mark: &str, (rival, title): (&Target, &str)) -> bool {
        let own = years_in(title);
        standing(line, mark).any(|before| {
            let (year, month) = counted_from(before);
            let is_of_year = |year: i16| match &self.weeks {
                _ if !own.is_empty() => own.contains(&year),
                // The first week of a campaign is none of the year that comes later.
                Some(weeks) if mark.contains(OF_MONTHS) => weeks.are_of(rival, year),
                _ => self.years.contains(&year),
            };
            let is_of_month = |month: i8| !mark.contains(OF_MONTHS) || title.contains(&format!("{month}月"));
            year.is_none_or(is_of_year) && month.is_none_or(is_of_month)
        })
    }

    /// Whether a text has marks, and all of them are of another year or month.
    fn is_counted_elsewhere(&self, text: &str) -> bool {
        let lines: Vec<String> = text.lines().map(|line| in_digits(&squeeze(line))).collect();
        let mut marks = self.marks.iter().flatten();
        marks.any(|mark| lines.iter().any(|line| standing(line, mark).next().is_some()))
    }

    fn lists_weeks(&self, text: &str) -> bool {
        self.weeks.as_ref().is_some_and(|weeks| text.lines().any(|line| weeks.lists_several(line)))
    }

    fn by_number(&self, text: &str) -> Named<'t> {
        let lines = text
            .lines()
            .map(|line| self.weeks.as_ref().map_or(Named::Nothing, |weeks| weeks.of_number(line)));
        lines.into_iter().find(|told| !matches!(told, Named::Nothing)).unwrap_or(Named::Nothing)
    }

    /// The rival whose days a text names, or whose week it calls the last.
    fn of_days(&self, text: &str) -> Named<'t> {
        let Some(weeks) = &self.weeks else { return Named::Nothing };
        match weeks.of_span(text) {
            Named::Nothing => weeks.of_last_week(text),
            told => told,
        }
    }
}

/// What a month has several of, and a title may count otherwise.
const OF_MONTHS: [char; 2] = ['周', '旬'];
/// What a paper says of the time to come.
const PLANS: &[&str] = &["计划", "安排", "打算", "要点"];

/// The pieces of a text that do not speak of what is planned: 11月工作总结及12月工作计划. None where nothing is: 11、12月小结 is of both.
pub(super) fn unplanned(text: &str) -> Option<Vec<&str>> {
    let is_planned = |piece: &&str| PLANS.iter().any(|word| piece.contains(word));
    let pieces = text.split(['及', '和', '与', '、', '暨', '\n']);
    let (planned, kept): (Vec<&str>, Vec<&str>) = pieces.partition(is_planned);
    (!planned.is_empty()).then_some(kept)
}

/// A text with its small numbers in digits: 第一周 and 第1周 are one.
pub(super) fn in_digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut rest = letters.as_slice();
    let mut written = String::with_capacity(text.len());
    while let Some(letter) = rest.first().copied() {
        let (run, behind) = rest.split_at(rest.iter().take_while(|c| figure(**c).is_some()).count());
        match small_number(run) {
            Some(number) => written.push_str(&number.to_string()),
            None if run.is_empty() => written.push(letter),
            None => written.extend(run),
        }
        rest = if run.is_empty() { behind.get(1..).unwrap_or_default() } else { behind };
    }
    written
}

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
        // 3 of 3月月报 tells nothing without what it counts, nor 中 of 中旬.
        let is_third = matches!(own, ['上' | '中' | '下']);
        let end = if is_figure || is_third { (end + 1).min(title.len()) } else { end };
        let counts = own.first().copied().is_some_and(self::is_figure)
            && title.get(head..end).and_then(<[char]>::last).is_some_and(|unit| SPANS.contains(unit));
        let is_nth = |at: &usize| counts && title.get(*at) == Some(&'第');
        let head = head.checked_sub(1).filter(is_nth).unwrap_or(head);
        let own: String = title.get(head.min(title.len())..end)?.iter().collect();
        (own.chars().count() >= TELLING_LETTERS).then_some(own)
    };
    letters.iter().map(mark).collect()
}

/// What stands before a mark wherever a text has it; a figure is not the end of a longer one.
fn standing<'s>(text: &'s str, mark: &'s str) -> impl Iterator<Item = &'s str> {
    let is_number = mark.starts_with(is_figure);
    let is_word = |at: usize| {
        let behind = text.get(at + mark.len()..).unwrap_or_default();
        !(mark.ends_with('周') && makes_another_word(behind))
    };
    let found = text.match_indices(mark).filter(move |(at, _)| is_word(*at));
    let before = found.filter_map(|(at, _)| text.get(..at));
    before.filter(move |before| !is_number || before.chars().next_back().is_none_or(|c| !is_figure(c)))
}

/// The years that a title names.
fn years_in(title: &str) -> Vec<i16> {
    let before = title.match_indices('年').filter_map(|(at, year)| title.get(..at + year.len()));
    before.filter_map(|before| counted_from(before).0).collect()
}

/// The rival that falls due next, where the one before is not nearer: what came after that may be late for it.
pub(super) fn by_day<'t>(campaign: &Campaign, rivals: &'t [Target], arrived: Date) -> Option<&'t Target> {
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

pub(super) fn opens(requirement: &Requirement) -> Option<Date> {
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
        assert_eq!(of(&["9月上旬旬报", "9月中旬旬报", "9月下旬旬报"]), ["上旬", "中旬", "下旬"]);
        assert_eq!(of(&["2023年上半年总结", "2023年下半年总结"]), ["上半", "下半"]);
        assert_eq!(of(&["11月份月报", "12月份月报"]), ["11月", "12月"]);
        assert_eq!(of(&["1月份月报", "11月份月报"]), ["1月", "11月"]);
        assert_eq!(of(&["十一期简报", "十二期简报"]), ["十一期", "十二期"]);
        assert_eq!(of(&["第1季度报表", "第2季度报表"]), ["1季", "2季"]);
        assert_eq!(of(&["第1周周报", "第2周周报", "第11周周报"]), ["第1周", "第2周", "第11周"]);
        assert_eq!(in_digits("第十一周周报，统一报送"), "第11周周报，统1报送");
        let has = |text: &str, mark: &str| standing(text, mark).next().is_some();
        assert!(has("学校12月月报", "12月") && !has("学校12月月报", "2月"));
        assert!(!has("学校十一期简报", "一期"));
    }
}
