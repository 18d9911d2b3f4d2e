//! A campaign as the judge sees it: its words, names and forms prepared once, and the forms that came in other mails.

use std::collections::{BTreeMap, BTreeSet};

use super::known::KnownForms;
use crate::domain::campaign::Campaign;
use crate::domain::unit::Unit;
use crate::form::{self, Form};
use crate::recognition::business;
use crate::recognition::campaign::{Signs, score};
use crate::recognition::keyword::{Keywords, Lines, Spoken};
use crate::recognition::names::NameBook;
use crate::recognition::rivals::names_a_time;
use crate::recognition::vocabulary::Vocabulary;
use crate::recognition::{item, squeeze, without_brackets};

/// A campaign with its words ready.
pub(super) struct Desk<'a> {
    pub campaign: &'a Campaign,
    pub book: NameBook,
    pub keywords: Keywords,
    /// What the campaign calls itself and its material, lower case.
    pub own: String,
    /// Titles of what it asks for that name a month or a quarter and more: a paper so called is its own, whatever else a mail says.
    timed: Vec<String>,
    /// Words of other business.
    pub business: Vec<String>,
    /// Years that are the campaign's own: of its period, and those that its title, notice and forms name.
    pub years: BTreeSet<i16>,
    /// Words as anybody may mean them.
    pub vocabulary: Vocabulary,
    /// Words as a unit of each group means them.
    by_group: BTreeMap<String, Vocabulary>,
    pub forms: Vec<Form<'a>>,
    /// Forms that came in other mails.
    pub known: KnownForms,
}

impl<'a> Desk<'a> {
    /// Prepares the words of a campaign.
    pub fn of(campaign: &'a Campaign) -> Self {
        let own = own_words(campaign);
        Self {
            campaign,
            business: business::words(campaign, &own),
            book: NameBook::of_campaign(campaign, &[]),
            keywords: Keywords::of(campaign),
            own,
            timed: timed(campaign),
            years: years(campaign),
            vocabulary: Vocabulary::of(campaign, None),
            by_group: by_group(campaign),
            forms: campaign.templates.values().map(Form::of).collect(),
            known: KnownForms::new(),
        }
    }

    /// The words of the campaign as a unit means them.
    pub fn words_of(&self, unit: Option<&Unit>) -> &Vocabulary {
        unit.and_then(|unit| self.by_group.get(&unit.group)).unwrap_or(&self.vocabulary)
    }

    /// How strongly something speaks for the campaign, and how strongly its words alone do; zero for not at all.
    pub fn score(&self, signs: &Signs, forms: usize) -> (usize, usize) {
        let year = self.campaign.period.0.year();
        score(&self.keywords, year, signs, forms, &|text| self.book.mask(text))
    }

    /// How many of its titles with their times stand in lines.
    pub fn titles_in(&self, lines: &str) -> usize {
        if self.timed.is_empty() || lines.is_empty() {
            return 0;
        }
        let lines = squeeze(lines);
        self.timed.iter().filter(|title| lines.contains(title.as_str())).count()
    }

    /// The name of something else that ends like the campaign's, in the names of a mail.
    pub fn another(&self, signs: &Signs) -> Option<String> {
        self.keywords.spoken(&signs.names, &|text| self.book.mask(text)).other
    }

    /// How a text speaks of the campaign.
    pub fn spoken(&self, text: &str) -> Spoken {
        self.keywords.spoken(&Lines::of(text), &|text| self.book.mask(text))
    }
}

fn own_words(campaign: &Campaign) -> String {
    let items = campaign.requirements.iter().flat_map(|requirement| {
        let items = requirement.items.iter();
        items.flat_map(|item| item.names.iter().chain([&item.title])).chain([&requirement.title])
    });
    let forms = campaign.templates.values().map(|form| &form.title);
    let names = [&campaign.title, &campaign.short].into_iter().chain(&campaign.keywords);
    let all: Vec<String> = names.chain(items).chain(forms).map(|name| squeeze(name).to_lowercase()).collect();
    all.join("\n")
}

fn timed(campaign: &Campaign) -> Vec<String> {
    let titles = campaign
        .requirements
        .iter()
        .flat_map(|asked| std::iter::once(&asked.title).chain(asked.items.iter().map(|item| &item.title)));
    let titles = titles.map(|title| without_brackets(&squeeze(title)));
    titles.filter(|title| names_a_time(title) && !item::is_general(title)).collect()
}

/// A report on 2024 may be due in January 2025.
fn years(campaign: &Campaign) -> BTreeSet<i16> {
    let forms = campaign.templates.values();
    let titles =
        forms.clone().map(|form| &form.title).chain([&campaign.title, &campaign.short, &campaign.notice]);
    let (from, to) = campaign.period;
    let named = titles.filter_map(|title| form::year_in(title)).chain(forms.map(|form| form.year));
    named.chain([from.year(), to.year()]).collect()
}

fn by_group(campaign: &Campaign) -> BTreeMap<String, Vocabulary> {
    let groups: BTreeSet<&String> = campaign.roster.units.iter().map(|unit| &unit.group).collect();
    groups.into_iter().map(|group| (group.clone(), Vocabulary::of(campaign, Some(group)))).collect()
}
