//! What a status comes to: files from whomever they came, and mails that reminded.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::status::{Status, UnitStatus, count};

/// What those are called that sent what they do not owe.
pub const OTHERS: &str = "非应报单位来件";

impl Status {
    /// What units sent that do not owe it: schools under one that does, and all others.
    pub fn not_owing(&self) -> impl Iterator<Item = &UnitStatus> {
        self.units.iter().flat_map(|unit| &unit.under).chain(&self.others)
    }

    /// How many files of a requirement count, of all that sent some: of one item where one is named, on one day.
    pub fn came(&self, requirement: &str, item: Option<&str>, day: impl Fn(Option<Date>) -> bool) -> u32 {
        self.units.iter().chain(self.not_owing()).map(|unit| unit.came(requirement, item, &day)).sum()
    }
}

impl UnitStatus {
    /// How many files of a requirement count; see [`Status::came`].
    pub fn came(&self, requirement: &str, item: Option<&str>, day: impl Fn(Option<Date>) -> bool) -> u32 {
        let own = self.requirements.iter().filter(|own| own.id == requirement && day(own.day));
        let items = own.flat_map(|own| &own.items).filter(|of| item.is_none_or(|item| of.id == item));
        items.map(|of| of.count).sum()
    }

    /// Mails that reminded it of a requirement, of any of its days; where none is chosen, of whatever. A mail about
    /// several days is one mail.
    pub fn reminded(&self, requirement: Option<&str>) -> u32 {
        let Some(id) = requirement else { return self.mails };
        let own = self.requirements.iter().filter(|own| own.id == id).flat_map(|own| &own.mails);
        count(Some(&own.collect::<BTreeSet<_>>()))
    }
}
