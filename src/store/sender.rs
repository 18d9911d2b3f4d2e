//! Addresses and the units that they write for: what forms taught, what persons remembered or dissolved, and what came
//! from whom.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Transaction, named_params};

use super::column::{Ms, Size};
use super::{LearnedSender, Store};
use crate::domain::decision::{Act, Decision, in_force};
use crate::fault::Fault;

/// An address from which something of a unit came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSender {
    /// The address, lower case.
    pub address: String,
    /// Mails of the unit from it.
    pub mails: u64,
    /// Files of the unit in them that answer something.
    pub files: u64,
    /// Arrival of the first.
    pub first_at: Timestamp,
    /// Arrival of the last.
    pub last_at: Timestamp,
}

impl Store {
    /// Addresses that messages or persons taught for a campaign, without those that a person dissolved.
    pub fn learned_senders(&self, campaign: &str) -> Result<Vec<LearnedSender>, Fault> {
        self.read(|tx| learned(tx, campaign, &self.known_decisions(tx)?))
    }

    /// The same under these decisions, of which the last may not be made yet.
    pub fn learned_senders_under(
        &self,
        campaign: &str,
        decisions: &[Decision],
    ) -> Result<Vec<LearnedSender>, Fault> {
        self.read(|tx| learned(tx, campaign, decisions))
    }

    /// Codes of the units as whose mail of a campaign that from an address was taken, each with the number of its mails.
    pub fn units_of_sender(&self, campaign: &str, address: &str) -> Result<Vec<(String, u64)>, Fault> {
        const UNITS: &str = "
            SELECT unit, count(*) FROM message
            WHERE sender = :address AND state IS NOT NULL AND campaign = :campaign AND unit IS NOT NULL GROUP BY unit";
        self.read(|tx| {
            let mut select = tx.prepare_cached(UNITS)?;
            let asked = named_params! { ":address": address, ":campaign": campaign };
            let units = select.query_map(asked, |row| Ok((row.get(0)?, row.get::<_, Size>(1)?.0)))?;
            Ok(units.collect::<Result<_, _>>()?)
        })
    }

    /// Addresses from which mail of a unit came, the busiest first.
    pub fn senders_of(&self, campaign: &str, unit: &str) -> Result<Vec<KnownSender>, Fault> {
        const SENDERS: &str = "
            WITH answer AS (
                SELECT DISTINCT message, ordinal FROM filing
                WHERE unit = :unit AND campaign = :campaign AND is_loose = 0),
            mail AS (
                SELECT id, sender, received_at FROM message
                WHERE state IS NOT NULL AND (id IN (SELECT message FROM answer)
                    OR (unit = :unit AND (campaign = :campaign OR campaign IS NULL))))
            SELECT sender, count(*) AS mails, min(received_at) AS first_at, max(received_at) AS last_at,
                   sum((SELECT count(*) FROM answer WHERE answer.message = mail.id)) AS files
            FROM mail GROUP BY sender ORDER BY mails DESC, sender";
        self.read(|tx| {
            let mut select = tx.prepare_cached(SENDERS)?;
            let senders =
                select.query_map(named_params! { ":campaign": campaign, ":unit": unit }, |row| {
                    Ok(KnownSender {
                        address: row.get("sender")?,
                        mails: row.get::<_, Size>("mails")?.0,
                        files: row.get::<_, Size>("files")?.0,
                        first_at: row.get::<_, Ms>("first_at")?.0,
                        last_at: row.get::<_, Ms>("last_at")?.0,
                    })
                })?;
            Ok(senders.collect::<Result<_, _>>()?)
        })
    }
}

fn learned(
    tx: &Transaction<'_>,
    campaign: &str,
    decisions: &[Decision],
) -> Result<Vec<LearnedSender>, Fault> {
    const TAUGHT: &str = "
        SELECT DISTINCT address, campaign, unit, how FROM sender
        WHERE campaign = :campaign ORDER BY address, unit, how";
    let mut select = tx.prepare_cached(TAUGHT)?;
    let taught = select.query_map(named_params! { ":campaign": campaign }, |row| {
        Ok(LearnedSender {
            address: row.get("address")?,
            campaign: row.get("campaign")?,
            unit: row.get("unit")?,
            how: row.get("how")?,
        })
    })?;
    let mut learned: Vec<LearnedSender> = taught.collect::<Result<_, _>>()?;
    let mut dissolved = BTreeSet::new();
    for decided in in_force(decisions, Timestamp::MAX) {
        let (Some(address), Some(unit)) = (&decided.address, &decided.unit) else { continue };
        if decided.campaign.as_deref() != Some(campaign) {
            continue;
        }
        if decided.act == Act::Forget {
            dissolved.insert((address, unit));
        } else {
            let (address, unit, how) = (address.clone(), unit.clone(), "staff".to_owned());
            learned.push(LearnedSender { address, campaign: campaign.to_owned(), unit, how });
        }
    }
    learned.retain(|sender| !dissolved.contains(&(&sender.address, &sender.unit)));
    learned.sort_by(|a, b| (&a.address, &a.unit, &a.how).cmp(&(&b.address, &b.unit, &b.how)));
    Ok(learned)
}
