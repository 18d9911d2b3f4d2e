//! What units of a roster are to each other and to the campaign: one name means one unit, one address one of them, nobody reports
//! through itself, and no alias is a word of everybody's mail.

use std::collections::HashMap;
use std::path::Path;

use super::complaint::{self, Complaint};
use super::error::{Level, Notebook};
use crate::domain::campaign::Campaign;
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::recognition::alias;
use crate::recognition::names::NameBook;

/// A unit and the line it was read from.
pub(super) type Lined = (usize, Unit);

/// An alias of fewer characters may be a word of everybody's.
const TELLING_CHARS: usize = 4;
/// One of more characters says enough, even where it is part of a longer name.
const LONG_CHARS: usize = 8;

/// Where complaints about a roster go.
pub(super) struct Checker<'a> {
    pub(super) file: &'a Path,
    pub(super) notes: &'a Notebook,
}

impl Checker<'_> {
    /// Everything that needs no more than the roster; `ours` are the addresses of our own mailboxes.
    pub(super) fn relations(&self, units: &mut [Lined], ours: &[String]) {
        self.refuse_shared_names(units);
        self.name_parents(units);
        self.break_circles(units);
        self.addresses(units, ours);
    }

    fn refuse_shared_names(&self, units: &[Lined]) {
        let mut owners: HashMap<String, &Lined> = HashMap::new();
        let mut told: Vec<(usize, usize)> = Vec::new();
        for lined in units {
            let (line, unit) = lined;
            let code = std::iter::once(("code", &unit.code));
            let names =
                std::iter::once(("name", &unit.name)).chain(unit.aliases.iter().map(|a| ("aliases", a)));
            for (column, name) in code.chain(names) {
                let owner = owners.entry(folded(name)).or_insert(lined);
                // A line that was copied is told of once.
                if owner.0 != *line && !told.contains(&(*line, owner.0)) {
                    told.push((*line, owner.0));
                    let complaint = complaint::name_taken(name, &owner.1.name, owner.0);
                    self.notes.note(Level::Error, self.file, *line, column, complaint);
                }
            }
        }
    }

    /// A parent may be written as its code or an alias; the rest of the house and whoever reads a letter know its name.
    fn name_parents(&self, units: &mut [Lined]) {
        let known: Vec<Unit> = units.iter().map(|(_, unit)| unit.clone()).collect();
        for (line, unit) in units {
            let Some(parent) = &mut unit.parent else { continue };
            let is_meant = |other: &&Unit| other.code == *parent || other.names().any(|name| name == parent);
            match known.iter().find(is_meant) {
                Some(found) if found.code == unit.code => {
                    self.warn(*line, "parent", complaint::own_parent(&unit.name));
                    unit.parent = None;
                }
                Some(found) => parent.clone_from(&found.name),
                None => self.warn(*line, "parent", complaint::unknown_parent(parent)),
            }
        }
    }

    /// A circle of parents is told once, at its first unit.
    fn break_circles(&self, units: &[Lined]) {
        let parents: HashMap<&str, &str> = units
            .iter()
            .filter_map(|(_, unit)| Some((unit.name.as_str(), unit.parent.as_deref()?)))
            .collect();
        let mut told: Vec<&str> = Vec::new();
        for (line, unit) in units {
            let mut way = vec![unit.name.as_str()];
            while let Some(next) = way.last().and_then(|last| parents.get(last)) {
                let is_back = way.contains(next);
                way.push(next);
                if is_back {
                    break;
                }
            }
            let is_round = way.len() > 1 && way.first() == way.last();
            if is_round && !way.iter().any(|name| told.contains(name)) {
                self.warn(*line, "parent", complaint::parents_in_a_circle(&way));
                told.extend(way);
            }
        }
    }

    fn addresses(&self, units: &mut [Lined], ours: &[String]) {
        let mut owners: HashMap<String, (usize, String)> = HashMap::new();
        for (line, unit) in units {
            let is_ours = |address: &String| ours.iter().any(|own| own.eq_ignore_ascii_case(address));
            for address in unit.emails.extract_if(.., |address| is_ours(address)) {
                self.warn(*line, "emails", complaint::address_of_ours(&address));
            }
            for address in &unit.emails {
                let first = || (*line, unit.name.clone());
                let (at, owner) = owners.entry(address.to_ascii_lowercase()).or_insert_with(first);
                if at != line {
                    self.warn(*line, "emails", complaint::address_shared(address, owner, *at));
                }
            }
        }
    }

    /// Units that owe nothing of what their group owes: a year of the last campaign stayed behind.
    pub(super) fn validity(&self, lines: &[usize], campaign: &Campaign) {
        for (unit, line) in campaign.roster.units.iter().zip(lines) {
            let asked = campaign.requirements.iter().filter(|requirement| requirement.owed_by(&unit.group));
            let mut days =
                asked.flat_map(|asked| asked.days().into_iter().map(|day| asked.last_day(day))).peekable();
            if days.peek().is_some() && !days.any(|day| unit.owes_on(day)) {
                let column = if unit.valid_to.is_some() { "valid_to" } else { "valid_from" };
                self.warn(*line, column, complaint::owes_nothing(&unit.name));
            }
        }
    }

    /// Aliases that a clerk would not be allowed to teach: they decide whose a mail is as much as those.
    pub(super) fn aliases(&self, lines: &[usize], campaign: &Campaign) {
        // Against names alone: an alias in the roster would be known already.
        let mut bare =
            Campaign { wording: Default::default(), blanks: Default::default(), ..campaign.clone() };
        bare.roster.units.iter_mut().for_each(|unit| unit.aliases.clear());
        let known = NameBook::of(&bare.roster);
        let (names, words) = (Names::of(campaign), words(campaign));
        for ((unit, nameless), line) in campaign.roster.units.iter().zip(&bare.roster.units).zip(lines) {
            for alias in &unit.aliases {
                let name = squeeze(alias);
                let chars = name.chars().count();
                if chars > LONG_CHARS {
                    continue;
                }
                let is_of_others = names.are_of_another(&name, &unit.code);
                let is_of_campaign = words.iter().any(|word| word.contains(&name));
                // Whoever starts a command would wait for every alias to be weighed in full.
                if !is_of_others && !is_of_campaign && chars >= TELLING_CHARS {
                    continue;
                }
                // A city's own office may be called like the city.
                let is_own_city = !is_of_others && squeeze(&unit.city).contains(&name);
                let is_told = known.mentions(&name).iter().any(|mention| mention.code == unit.code);
                if is_own_city || is_told {
                    continue;
                }
                if let Some(why) = alias::objection(&bare, &known, nameless, &[], alias) {
                    self.warn(*line, "aliases", complaint::alias_of_others(alias, &why));
                }
            }
        }
    }

    fn warn(&self, line: usize, column: &str, complaint: Complaint) {
        self.notes.note(Level::Warning, self.file, line, column, complaint);
    }
}

/// Names that look the same are the same: full-width letters and spaces make no difference.
fn folded(name: &str) -> String {
    squeeze(name).to_lowercase()
}

/// Every name of every unit in one text, a line each: a command that starts looks for some hundred aliases in them.
struct Names<'c> {
    text: String,
    /// Where a unit's lines end, and its code.
    ends: Vec<(usize, &'c str)>,
}

impl<'c> Names<'c> {
    fn of(campaign: &'c Campaign) -> Self {
        let mut all = Self { text: String::new(), ends: Vec::new() };
        for unit in &campaign.roster.units {
            unit.names().for_each(|name| all.text.extend([squeeze(name).as_str(), "\n"]));
            all.ends.push((all.text.len(), &unit.code));
        }
        all
    }

    /// Whether it stands in a name of a unit that has another code.
    fn are_of_another(&self, name: &str, code: &str) -> bool {
        let mut places = self.text.match_indices(name).map(|(at, _)| at);
        places.any(|at| {
            let owner = self.ends.partition_point(|(end, _)| *end <= at);
            self.ends.get(owner).is_some_and(|(_, owner)| *owner != code)
        })
    }
}

/// What mails of the campaign say whoever sends them.
fn words(campaign: &Campaign) -> Vec<String> {
    let items = campaign.requirements.iter().flat_map(|requirement| &requirement.items);
    let items = items.flat_map(|item| item.names.iter().chain([&item.title]));
    let titles = campaign.requirements.iter().map(|requirement| &requirement.title);
    let head = [&campaign.title, &campaign.short, &campaign.notice, &campaign.office].into_iter();
    head.chain(&campaign.keywords).chain(items).chain(titles).map(|word| squeeze(word)).collect()
}
