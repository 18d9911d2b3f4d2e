//! Forms that came before: a stamped copy often comes in a mail of its own, and is compared with the form that counts by
//! then (V17). Whoever sends another form later has the copies that came before it compared anew.

use std::collections::HashMap;

use jiff::Timestamp;

use super::judge::Judge;
use crate::domain::campaign::{Campaign, ItemKind};
use crate::domain::message::PartState;
use crate::domain::version::Version;
use crate::fault::Fault;
use crate::form::CheckedRow;
use crate::recognition::vocabulary::Target;
use crate::store::{Registration, Store};

/// The form of a unit that counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Register number of its mail.
    message: i64,
    /// When that arrived.
    pub received_at: Timestamp,
    /// Its rows.
    pub rows: Vec<CheckedRow>,
    /// What it says of its own version: an older one that comes later does not count instead.
    version: Option<Version>,
}

/// Forms by unit and template.
pub(super) type KnownForms = HashMap<(String, String), Known>;

/// A stamped copy whose form says something else by now.
#[derive(PartialEq)]
pub(super) struct Outrun {
    /// Campaign id.
    pub campaign: String,
    /// Unit code.
    pub unit: String,
    /// The item of the copy.
    pub copy: Target,
}

impl Outrun {
    /// Mails with a copy that counts.
    pub fn copies(&self, store: &Store) -> Result<Vec<i64>, Fault> {
        store.mails_with((&self.campaign, &self.unit, &self.copy.requirement, &self.copy.item))
    }
}

impl Judge<'_> {
    /// Knows the forms that count in the store, and no others.
    ///
    /// # Errors
    /// What the store reports.
    pub fn read_anew(&mut self, store: &Store) -> Result<(), Fault> {
        for desk in &mut self.desks {
            let campaign: &Campaign = desk.campaign;
            let mut known = KnownForms::new();
            for form in
                campaign.templates.keys().filter(|form| desk.vocabulary.copies_of(form).next().is_some())
            {
                for row in store.readings(campaign, form)? {
                    let known = known.entry((row.unit, form.clone())).or_default();
                    if known.message != row.message {
                        (known.message, known.received_at) = (row.message, row.received_at);
                        known.version.clone_from(&row.version);
                        known.rows.clear();
                    }
                    known.rows.push(CheckedRow { school: row.school, values: row.values, cells: row.cells });
                }
            }
            desk.known = known;
        }
        Ok(())
    }

    /// Takes in the forms of a mail that count, by its register number and arrival. Says which copies that came before are to be compared with them.
    pub(super) fn take_in(
        &mut self,
        message: i64,
        received_at: Timestamp,
        registration: &Registration,
    ) -> Vec<Outrun> {
        let mut outrun = Vec::new();
        let parts = registration.parts.iter().enumerate();
        let counts = |state: PartState| matches!(state, PartState::Accepted | PartState::Flawed);
        for (at, filing) in parts.filter_map(|(at, part)| Some((at, part.filings.first()?))) {
            let Some(desk) = self.desks.iter_mut().find(|desk| desk.campaign.id == filing.campaign) else {
                continue;
            };
            let read = || registration.readings.iter().filter(|row| row.part == at);
            let Some(form) = read().next().map(|row| row.form.clone()).filter(|_| counts(filing.state))
            else {
                continue;
            };
            let answered = Target {
                requirement: filing.requirement.clone(),
                item: filing.item.clone(),
                kind: ItemKind::Form,
            };
            let Some(copy) = desk.vocabulary.scan_of(&answered).cloned() else { continue };
            let rows = read().filter(|row| row.form == form).map(|row| CheckedRow {
                school: row.school.clone(),
                values: row.values.clone(),
                cells: row.cells.clone(),
            });
            let rows: Vec<CheckedRow> = rows.collect();
            let known = desk.known.entry((filing.unit.clone(), form)).or_default();
            let waits = |own: &Version| {
                let is_older = known.version.as_ref().is_some_and(|known| known.is_newer_than(own));
                is_older && !own.prevails && known.message != message
            };
            if received_at < known.received_at || filing.version.as_ref().is_some_and(waits) {
                continue;
            }
            if known.rows != rows {
                outrun.push(Outrun { campaign: filing.campaign.clone(), unit: filing.unit.clone(), copy });
            }
            *known = Known { message, received_at, rows, version: filing.version.clone() };
        }
        outrun
    }
}
