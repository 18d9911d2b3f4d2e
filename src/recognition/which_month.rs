//! Which of several requirements that ask for the same of one month, or one quarter, each a part answers. Name and heading must agree, and a month
//! that nobody asks for is no other one.

use jiff::civil::Date;

use super::months::{months, sums_up};
use super::quarters::quarters;
use super::rivals::{Named, Says, by_day, unplanned};
use super::vocabulary::Target;
use crate::domain::campaign::Campaign;

/// Of a year.
const MONTHS: u64 = 12;

/// Rivals that ask for the same thing of one month, or one quarter, each.
pub(super) struct Months<'c, 't> {
    are_quarters: bool,
    campaign: &'c Campaign,
    rivals: &'t [Target],
    asked: Vec<u64>,
}

impl<'c, 't> Months<'c, 't> {
    /// None where their months do not tell them apart.
    pub(super) fn new(campaign: &'c Campaign, rivals: &'t [Target]) -> Option<Self> {
        let of = |are_quarters: bool| {
            let asked = asked_of(campaign, rivals, |title| read(campaign, are_quarters, title))?;
            Some(Self { are_quarters, campaign, rivals, asked })
        };
        of(false).or_else(|| of(true))
    }

    /// The months, or quarters, that a text names.
    fn read(&self, text: &str) -> Vec<u64> {
        read(self.campaign, self.are_quarters, text)
    }

    /// The rival of the month that a part is of. Name and heading must agree, and a month that nobody asks for is no other
    /// one. A heading alone may have been left standing from the month before, where the next month's is due.
    pub(super) fn meant(
        &self,
        says: &Says,
        with_form: Option<&'t Target>,
        arrived: Date,
    ) -> Option<&'t Target> {
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
        let (printed, signed) = (self.named(&says.heading), self.read(&says.signed));
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
            [] if !self.read(text).is_empty() => Named::Another,
            [_, _, ..] if self.are_quarters || !sums_up(text) => {
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

    /// The rivals whose months a text names.
    fn are_in(&self, text: &str) -> Vec<&'t Target> {
        let named = self.read(text);
        let of_month = self.rivals.iter().zip(&self.asked).filter(|(_, month)| named.contains(month));
        of_month.map(|(rival, _)| rival).collect()
    }
}

/// The months, or quarters, that a text names.
fn read(campaign: &Campaign, are_quarters: bool, text: &str) -> Vec<u64> {
    let years = campaign.period.0.year()..=campaign.period.1.year();
    if are_quarters { quarters(text, &|year| years.contains(&year)) } else { months(text) }
}

/// The month, or quarter, of which each of the rivals asks; none where that does not tell them apart.
fn asked_of(campaign: &Campaign, rivals: &[Target], read: impl Fn(&str) -> Vec<u64>) -> Option<Vec<u64>> {
    let mut asked: Vec<u64> = Vec::new();
    for rival in rivals {
        let requirement = campaign.requirement(&rival.requirement)?;
        let item = requirement.item(&rival.item).map(|item| item.title.as_str());
        let named = std::iter::once(requirement.title.as_str()).chain(item).map(&read);
        let month = named.into_iter().find(|named| !named.is_empty())?;
        let [month] = month.as_slice() else { return None };
        if asked.contains(month) {
            return None;
        }
        asked.push(*month);
    }
    Some(asked)
}
