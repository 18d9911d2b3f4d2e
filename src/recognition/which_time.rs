//! Which of several requirements that ask for the same of one time each (a month, a quarter) a part answers. Name and heading must agree,
//! and a time of which nobody asks is no other one: not that of another year either.

use jiff::civil::Date;

use super::daywords::BROUGHT_WORDS;
use super::months::{months_of_years, sums_up};
use super::passing::{has, names_a_matter};
use super::quarters::quarters;
use super::rivals::{Named, Says, by_day, opens, unplanned};
use super::times::{Asked, KINDS, Kind, Time};
use super::vocabulary::Target;
use super::which_week::BEFORE_PAPER;
use crate::domain::campaign::{Campaign, Requirement, When};

/// Of a year.
const MONTHS: u64 = 12;
/// Of a quarter.
const QUARTER_MONTHS: u64 = 3;

/// The time before that in which something is written, and that time itself.
const LAST: [&[&str]; 2] =
    [&["上月", "上个月", "上一月", "上一个月"], &["上季度", "上个季度", "上一季度", "上一个季度"]];
const THIS: [&[&str]; 2] = [&["本月", "这个月", "当月"], &["本季度", "这个季度", "本季"]];
/// Of a whole year.
const YEARLY: &[&str] = &["年度总结", "年度工作总结", "年度报告", "年终"];
/// Where a clause of a letter ends.
const CLAUSE_ENDS: [char; 8] = ['，', ',', '。', '；', ';', '！', '!', '\n'];
/// What a clause of a letter may bring, beside what others do.
const PAPERS: &[&str] = &["月报", "季报", "旬报", "台账", "报表", "统计表", "总结"];

/// Rivals that ask for the same thing of one time each.
pub(super) struct Times<'c, 't> {
    kind: Kind,
    campaign: &'c Campaign,
    rivals: &'t [Target],
    asked: Vec<Asked>,
    arrived: Date,
}

impl<'c, 't> Times<'c, 't> {
    /// None where their times do not tell them apart.
    pub(super) fn new(campaign: &'c Campaign, rivals: &'t [Target], arrived: Date) -> Option<Self> {
        KINDS.into_iter().find_map(|kind| {
            let asked = asked_of(campaign, rivals, kind)?;
            Some(Self { kind, campaign, rivals, asked, arrived })
        })
    }

    /// The rival of the time that a part is of. A heading alone may have been left standing from the time before, where the next one's
    /// is due.
    pub(super) fn meant(&self, says: &Says, with_form: Option<&'t Target>) -> Option<&'t Target> {
        // 四季度总结 under the subject of 12月月报.
        let own = [&says.name, &says.heading];
        if own.iter().any(|text| self.is_of_more(text))
            && own.iter().all(|text| self.kind.read(text).is_empty())
        {
            return None;
        }
        let by_day = || by_day(self.campaign, self.rivals, self.arrived);
        let confirmed = |told: &&'t Target| {
            let is_said = [&says.subject, &says.letter].iter().any(|text| self.are_in(text).contains(told));
            is_said || with_form == Some(*told) || by_day().is_none_or(|due| due == *told)
        };
        match (self.named(&says.name), self.heading(says)) {
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
                (None, Named::Nothing) => self.by_hints(says),
            },
        }
    }

    /// What the heading names. The month in which a paper was signed is that of which it is, or the next one: where another is
    /// named it says nothing.
    fn heading(&self, says: &Says) -> Named<'t> {
        let (printed, signed) = (self.named(&says.heading), self.kind.read(&says.signed));
        let is_due = |told: &Target| by_day(self.campaign, self.rivals, self.arrived) == Some(told);
        let told = match (self.named(&says.name), &printed, self.named(&says.subject)) {
            (Named::This(name), ..) => Some(name),
            (_, Named::This(heading), _) => Some(*heading),
            (Named::Nothing, Named::Nothing, Named::This(subject)) if is_due(subject) => Some(subject),
            _ => None,
        };
        let of = |told: &Target| self.rivals.iter().zip(&self.asked).find(|(rival, _)| *rival == told);
        let month = told.and_then(of).map(|(_, asked)| asked.nth);
        let is_signed =
            |month: u64| signed.iter().all(|signed| [month, month % MONTHS + 1].contains(&signed.nth));
        match month.is_some_and(is_signed) {
            true => printed,
            false => self.named(&format!("{}\n{}", says.heading, says.signed)),
        }
    }

    fn named(&self, text: &str) -> Named<'t> {
        match self.are_in(text).as_slice() {
            [only] => Named::This(only),
            [] if !self.kind.read(text).is_empty() => Named::Another,
            [_, _, ..] if self.kind != Kind::Months || !sums_up(text) => {
                self.without_plans(text).map_or(Named::Several, Named::This)
            }
            _ => Named::Nothing,
        }
    }

    /// The one of whose month a text is that names more: 11月工作总结及12月工作计划.
    fn without_plans(&self, text: &str) -> Option<&'t Target> {
        match self.are_in(&unplanned(text)?.join("\n")).as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The rivals whose times a text names.
    fn are_in(&self, text: &str) -> Vec<&'t Target> {
        self.of(&self.kind.read(text))
    }

    /// The rivals of these times. 第4季度 without a year is the last that has begun.
    fn of(&self, named: &[Time]) -> Vec<&'t Target> {
        let mut found: Vec<usize> = Vec::new();
        for time in named {
            let fitting = self.asked.iter().enumerate().filter(|(_, asked)| asked.is_named(time));
            let fitting: Vec<(usize, &Asked)> = fitting.collect();
            let begun = fitting.iter().filter(|(_, asked)| asked.from <= self.arrived);
            // What has only just begun is not reported of: that of the year before, or a slip.
            match begun.max_by_key(|(_, asked)| asked.from) {
                Some((last, time)) if fitting.len() == 1 || time.is_ripe(time.to, self.arrived) => {
                    found.push(*last);
                }
                _ => found.extend(fitting.iter().map(|(at, _)| *at)),
            }
        }
        let rivals = self.rivals.iter().enumerate();
        rivals.filter(|(at, _)| found.contains(at)).map(|(_, rival)| rival).collect()
    }

    /// The rival that is meant where no text names one: by how far back its time lies (上月, 本季度), by the letter, by the day.
    fn by_hints(&self, says: &Says) -> Option<&'t Target> {
        let own = [&says.name, &says.heading, &says.subject];
        let brought = brought(&says.letter);
        let texts = own.into_iter().map(String::as_str).chain(brought.iter().copied());
        let is_told = |told: &Named<'t>| !matches!(told, Named::Nothing);
        match texts.map(|text| self.by_distance(text)).find(is_told) {
            Some(Named::This(told)) => return Some(told),
            Some(_) => return None,
            None => (),
        }
        match self.named(&says.letter) {
            Named::This(told) => return Some(told),
            // 2025年第四季度台账见附件; what else a letter speaks of may be of any time.
            Named::Another if brought.iter().any(|clause| matches!(self.named(clause), Named::Another)) => {
                return None;
            }
            _ => (),
        }
        let due = self.due()?;
        if own.into_iter().any(|text| self.is_of_more(text)) {
            return None;
        }
        // 12月台账 is of the fourth quarter, if of any.
        let named = own.into_iter().find_map(|text| self.of_months(text));
        named.is_none_or(|named| named == [due]).then_some(due)
    }

    /// The rival whose time a text names by its distance. Nobody reports of a time that has just begun: 本季度 is the one that is due.
    fn by_distance(&self, text: &str) -> Named<'t> {
        let words = match self.kind {
            Kind::Months => Some((LAST[0], THIS[0])),
            Kind::Quarters => Some((LAST[1], THIS[1])),
            Kind::Thirds | Kind::Halves => None,
        };
        let Some((last, this)) = words else { return Named::Nothing };
        let meant = match () {
            // 附上月报 hands it in.
            () if stands(text, last) => self.kind.before(self.arrived),
            () if has(text, this) => {
                self.kind.holding(self.arrived).filter(|time| time.is_ripe(time.to, self.arrived))
            }
            () => None,
        };
        let Some(meant) = meant else { return Named::Nothing };
        let of = self.rivals.iter().zip(&self.asked).find(|(_, asked)| **asked == meant);
        of.map_or(Named::Another, |(rival, _)| Named::This(rival))
    }

    /// Whether a text that names no month names a quarter or a year, of which no month's paper is; not where the campaign is called so.
    fn is_of_more(&self, text: &str) -> bool {
        let says = |text: &str| has(text, YEARLY) || !quarters(text).is_empty();
        let Campaign { title, short, keywords, .. } = self.campaign;
        let is_called_so = || keywords.iter().chain([title, short]).any(|word| says(word));
        self.kind == Kind::Months && says(text) && !is_called_so()
    }

    /// The rivals of the quarters of the months that a text names; none where it names none.
    fn of_months(&self, text: &str) -> Option<Vec<&'t Target>> {
        let quarter = |(year, month): (Option<i16>, u64)| Time {
            year,
            month: None,
            nth: month.div_ceil(QUARTER_MONTHS),
        };
        let named: Vec<Time> = months_of_years(text).into_iter().map(quarter).collect();
        (self.kind == Kind::Quarters && !named.is_empty()).then(|| self.of(&named))
    }

    /// The rival that is due; none where its time is far from over, and the one before may come late.
    fn due(&self) -> Option<&'t Target> {
        let due = by_day(self.campaign, self.rivals, self.arrived)?;
        let asked = self.campaign.requirement(&due.requirement)?;
        let (_, time) = self.rivals.iter().zip(&self.asked).find(|(rival, _)| *rival == due)?;
        let is_first = self.asked.iter().all(|other| time.from <= other.from);
        let is_open = opens(asked).is_some();
        (is_first || is_open || time.is_ripe(asked.last_day(None), self.arrived)).then_some(due)
    }
}

/// Whether one of these words stands in a text, and not behind a letter that hands something in.
fn stands(text: &str, words: &[&str]) -> bool {
    let mut found = words.iter().flat_map(|word| text.match_indices(word));
    found.any(|(at, _)| !text.get(..at).unwrap_or_default().ends_with(BEFORE_PAPER))
}

/// The clauses of a letter that bring something.
fn brought(letter: &str) -> Vec<&str> {
    let brings =
        |clause: &&str| (has(clause, BROUGHT_WORDS) || has(clause, PAPERS)) && !names_a_matter(clause);
    letter.split(CLAUSE_ENDS).filter(brings).collect()
}

/// The time of which each of the rivals asks; none where that does not tell them apart.
fn asked_of(campaign: &Campaign, rivals: &[Target], kind: Kind) -> Option<Vec<Asked>> {
    let mut asked: Vec<Asked> = Vec::new();
    for rival in rivals {
        let requirement = campaign.requirement(&rival.requirement)?;
        let time = kind.asked_by(requirement, &rival.item)?;
        if asked.contains(&time) {
            return None;
        }
        asked.push(time);
    }
    Some(asked)
}

/// Whether a text names times of the kind of which something due once is asked, and not that: 2025年11月零报告 for 2026年11月月报.
pub fn is_of_another(campaign: &Campaign, target: &Target, text: &str) -> bool {
    named_beside(campaign, target, text)
        .is_some_and(|(asked, named)| !named.iter().any(|time| asked.is_named(time)))
}

/// Whether a text names times of the kind of which something due once is asked.
pub fn names_its_time(campaign: &Campaign, target: &Target, text: &str) -> bool {
    named_beside(campaign, target, text).is_some()
}

/// Whether a text names a third of a month, a month, a quarter or a half of a year.
pub fn names_a_time(text: &str) -> bool {
    KINDS.iter().any(|kind| !kind.read(text).is_empty())
}

/// Whether a text says of which of the times of something due once it speaks, by name or by distance: 11月, 本月, 上季度.
pub fn speaks_of_its_times(campaign: &Campaign, target: &Target, text: &str) -> bool {
    let Some(kind) = kind_of(campaign, target) else { return false };
    let by_distance = |nth: usize| {
        [LAST, THIS].into_iter().filter_map(|words| words.get(nth).copied()).any(|words| has(text, words))
    };
    !kind.read(text).is_empty()
        || match kind {
            Kind::Months => by_distance(0),
            Kind::Quarters => by_distance(1),
            Kind::Thirds | Kind::Halves => false,
        }
}

/// Whether a text names single months and not the longer time of which something due once is asked: 12月零报告 for a quarter's return.
pub fn is_of_a_part(campaign: &Campaign, target: &Target, text: &str) -> bool {
    let kind = kind_of(campaign, target).filter(|kind| matches!(kind, Kind::Quarters | Kind::Halves));
    kind.is_some_and(|kind| kind.read(text).is_empty()) && !Kind::Months.read(text).is_empty()
}

/// The kind of time of which something due once is asked.
fn kind_of(campaign: &Campaign, target: &Target) -> Option<Kind> {
    let due_once = |asked: &&Requirement| matches!(asked.when, When::By { .. });
    let requirement = campaign.requirement(&target.requirement).filter(due_once)?;
    KINDS.into_iter().find(|kind| kind.asked_by(requirement, &target.item).is_some())
}

/// The time of which something due once is asked, and those of its kind that a text names, if it names any.
fn named_beside(campaign: &Campaign, target: &Target, text: &str) -> Option<(Asked, Vec<Time>)> {
    let due_once = |asked: &&Requirement| matches!(asked.when, When::By { .. });
    let requirement = campaign.requirement(&target.requirement).filter(due_once)?;
    let of = |kind: Kind| Some((kind, kind.asked_by(requirement, &target.item)?));
    let (kind, asked) = KINDS.into_iter().find_map(of)?;
    let named = kind.read(text);
    (!named.is_empty()).then_some((asked, named))
}
