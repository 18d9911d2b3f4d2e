//! What 总览 is narrowed to, as it stands in the address; the keys are those of the command line, and so is what they mean.
//! None of them can be wrong: what means nothing shows no unit.

use std::collections::BTreeSet;

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::ask::{Fields, encoded};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::decision::TaughtName;
use crate::domain::obligation::Standing;
use crate::domain::pinyin::is_short_for;
use crate::report::{ItemKey, Narrow, Status, UnitStatus};

/// What the address says for all requirements at once.
pub(super) const ALL: &str = "all";

/// The conditions; a list is separated by commas.
#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct Filter {
    /// Requirement shown; empty: the one that matters today.
    pub req: String,
    /// Group ids.
    pub group: String,
    /// Cities.
    pub city: String,
    /// Standings, one of which one of the shown obligations has.
    pub standing: String,
    /// Items that count already.
    pub has: String,
    /// Items that are missing or do not count.
    pub lacks: String,
    /// Codes of flaws, one of which something of the unit has.
    pub flaw: String,
    /// On how many days in a row nothing came.
    pub silent: String,
    /// `1`: only units that still owe something.
    pub missing: String,
    /// Part of a unit's name.
    pub q: String,
    /// `urgent`: the worst first in each group; else as in the roster.
    pub sort: String,
    /// The moment asked about, `2023-05-10T18:00` in the campaign's time.
    pub as_of: String,
}

impl Filter {
    /// What a query asks for.
    pub fn of(query: &Fields) -> Self {
        let get = |name: &str| query.get(name).to_owned();
        Self {
            req: get("req"),
            group: get("group"),
            city: get("city"),
            standing: get("standing"),
            has: get("has"),
            lacks: get("lacks"),
            flaw: get("flaw"),
            silent: get("silent"),
            missing: get("missing"),
            q: get("q"),
            sort: get("sort"),
            as_of: get("as_of"),
        }
    }

    /// The conditions by their keys, as a form carries them on.
    pub fn pairs(&self) -> [(&'static str, &String); 12] {
        [
            ("req", &self.req),
            ("group", &self.group),
            ("city", &self.city),
            ("standing", &self.standing),
            ("has", &self.has),
            ("lacks", &self.lacks),
            ("flaw", &self.flaw),
            ("silent", &self.silent),
            ("missing", &self.missing),
            ("q", &self.q),
            ("sort", &self.sort),
            ("as_of", &self.as_of),
        ]
    }

    /// The query that asks for this.
    pub fn query(&self) -> String {
        let pairs = self.pairs();
        let set = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query = set.map(|(key, value)| format!("{key}={}", encoded(value)));
        format!("?{}", query.collect::<Vec<_>>().join("&"))
    }

    /// The same moment and requirement, all units.
    pub fn cleared(&self) -> Self {
        Self { req: self.req.clone(), sort: self.sort.clone(), as_of: self.as_of.clone(), ..Self::default() }
    }

    /// The same of another requirement: conditions about items and standings are left behind, which that one may not know.
    pub fn of_requirement(&self, id: &str) -> Self {
        let none = String::new;
        Self { req: id.to_owned(), standing: none(), has: none(), lacks: none(), ..self.clone() }
    }

    /// Whether it leaves units out.
    pub fn narrows(&self) -> bool {
        let conditions = [
            &self.group,
            &self.city,
            &self.standing,
            &self.has,
            &self.lacks,
            &self.flaw,
            &self.silent,
            &self.missing,
            &self.q,
        ];
        conditions.iter().any(|value| !value.is_empty())
    }

    /// Whether a requirement is shown.
    pub fn shows(&self, requirement: &Requirement) -> bool {
        self.req == ALL || self.req == requirement.id
    }

    /// The only requirement that is shown; none for all.
    pub fn requirement<'c>(&self, campaign: &'c Campaign) -> Option<&'c Requirement> {
        campaign.requirement(&self.req)
    }

    /// The requirement of the items that are asked about.
    pub fn implied<'c>(&self, campaign: &'c Campaign) -> Option<&'c Requirement> {
        let item = list(&self.has).into_iter().chain(list(&self.lacks)).next()?;
        campaign.requirements.iter().find(|requirement| requirement.item(&item).is_some())
    }

    /// The same as the command line narrows.
    fn narrow(&self, campaign: &Campaign) -> Narrow {
        let items = |text: &str| list(text).into_iter().map(|item| self.key(campaign, item)).collect();
        Narrow {
            groups: list(&self.group),
            cities: list(&self.city),
            requirement: self.requirement(campaign).map(|requirement| requirement.id.clone()),
            standings: list(&self.standing).iter().filter_map(|word| Standing::from_word(word)).collect(),
            has: items(&self.has),
            lacks: items(&self.lacks),
            flaws: list(&self.flaw),
            silent: self.silent.parse().ok(),
            missing: !self.missing.is_empty(),
            ..Narrow::default()
        }
    }

    /// An item as a condition names it: of the requirement that is shown, else of the first that has such a one.
    fn key(&self, campaign: &Campaign, item: String) -> ItemKey {
        let shown = campaign.requirements.iter().filter(|requirement| self.shows(requirement));
        let of = shown.into_iter().find(|requirement| requirement.item(&item).is_some());
        (of.map_or_else(String::new, |requirement| requirement.id.clone()), item)
    }

    /// Whether a condition means nothing.
    fn is_odd(&self) -> bool {
        list(&self.standing).iter().any(|word| Standing::from_word(word).is_none())
            || (!self.silent.is_empty() && self.silent.parse::<u32>().is_err())
    }

    /// Leaves in `status` the units that are asked about. Answers with the names of those that would fit if what waits
    /// for a person were decided so.
    pub fn apply(&self, status: &mut Status, campaign: &Campaign, taught: &[TaughtName]) -> Vec<String> {
        if !self.narrows() {
            return Vec::new();
        }
        let q = self.q.trim();
        for units in [&mut status.units, &mut status.others] {
            units.retain(|unit| (q.is_empty() || is_named(campaign, taught, unit, q)) && !self.is_odd());
        }
        let mut narrowed = status.clone();
        let undecided = self.narrow(campaign).apply(&mut narrowed);
        status.others = narrowed.others;
        let fitting: BTreeSet<String> = narrowed.units.into_iter().map(|unit| unit.code).collect();
        // A search by name alone shows what is not owed too.
        let by_name_alone = Self { q: String::new(), ..self.clone() };
        status.units.retain(|unit| !by_name_alone.narrows() || fitting.contains(&unit.code));
        undecided
    }

    /// All conditions in words; empty for none.
    pub fn in_words(&self, campaign: &Campaign) -> String {
        let named = (!self.q.trim().is_empty()).then(|| format!("名称含“{}”", self.q.trim()));
        let narrowed = Some(self.narrow(campaign).in_words(campaign)).filter(|words| !words.is_empty());
        narrowed.into_iter().chain(named).collect::<Vec<_>>().join("；")
    }

    /// As the templates take it.
    pub fn value(&self, campaign: &Campaign) -> Value {
        context! {
            filter => Serde(self), conditions => self.in_words(campaign),
            clear => self.narrows().then(|| self.cleared().query()),
            query => self.query(),
        }
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_named(campaign: &Campaign, taught: &[TaughtName], unit: &UnitStatus, part: &str) -> bool {
    let entry = campaign.roster.by_code(&unit.code);
    let fits = |name: &str| name.contains(part) || is_short_for(part, name);
    entry.is_some_and(|entry| entry.code == part || entry.names().any(fits))
        || taught.iter().any(|known| known.unit == unit.code && known.name.contains(part))
}
