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
            WHERE id >> 13 IN drawer AND sender = :address AND state IS NOT NULL AND campaign = :campaign AND unit IS NOT NULL
            GROUP BY unit";
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
            WITH answer AS MATERIALIZED (
                SELECT message, count(DISTINCT ordinal) AS files FROM filing
                WHERE unit = :unit AND campaign = :campaign AND is_loose = 0 GROUP BY message)
            SELECT sender, count(*) AS mails, min(received_at) AS first_at, max(received_at) AS last_at,
                   coalesce(sum(answer.files), 0) AS files
            FROM message LEFT JOIN answer ON answer.message = message.id
            WHERE state IS NOT NULL AND (id IN (SELECT message FROM answer)
                OR (id >> 13 IN drawer AND unit = :unit AND (+campaign = :campaign OR +campaign IS NULL)))
            GROUP BY sender ORDER BY mails DESC, sender";
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Three mails of two units from one address, in three drawers.
    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let insert = "
            INSERT INTO message (id, sha256, size, received_at, captured_at, is_history, note, stage, sender, campaign, unit, state)
            VALUES (7, 'a', 1, 1, 1, 0, '', 'registered', 'a@b.example', 'week', 'U1', 'registered'),
                   (8200, 'b', 1, 2, 1, 0, '', 'registered', 'a@b.example', 'week', 'U1', 'registered'),
                   (99000, 'c', 1, 3, 1, 0, '', 'registered', 'a@b.example', 'week', 'U2', 'registered')";
        store.write(|tx| Ok(tx.execute(insert, [])?)).unwrap();
        (dir, store)
    }

    #[test]
    fn mails_are_found_in_every_drawer() {
        let (_dir, store) = store();
        let units = store.units_of_sender("week", "a@b.example");
        assert_eq!(units, Ok(vec![("U1".to_owned(), 2), ("U2".to_owned(), 1)]));
        let senders = store.senders_of("week", "U1").unwrap();
        assert_eq!(senders.iter().map(|sender| (sender.mails, sender.files)).collect::<Vec<_>>(), [(2, 0)]);
    }

    #[test]
    fn drawers_are_asked_by_their_index() {
        let (_dir, store) = store();
        for (column, index) in [("sender", "message_by_sender"), ("unit", "message_by_unit")] {
            let plan = format!(
                "EXPLAIN QUERY PLAN SELECT id FROM message
                 WHERE id >> 13 IN drawer AND {column} = 'x' AND state IS NOT NULL"
            );
            let told = store.read(|tx| Ok(tx.query_row(&plan, [], |row| row.get::<_, String>(3))?)).unwrap();
            assert!(told.contains(&format!("{index} (<expr>=? AND {column}=?)")), "{told}");
        }
    }
}
