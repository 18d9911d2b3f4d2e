//! A look back: what was held at a moment, summed up from the filings of mail that had come by then. Filings of one key lie side
//! by side in the order of their arrival, so that each sum is one short walk.

use jiff::Timestamp;
use rusqlite::{Transaction, named_params};

use super::Store;
use super::column::{Day, Ms};
use super::holding::{Key, as_holdings, each_group, stored};
use crate::domain::campaign::Campaign;
use crate::domain::obligation::Holdings;
use crate::domain::submission::Holding;
use crate::fault::Fault;

const OF_KEY_BY_THEN: &str = "
    campaign = :campaign AND unit = :unit AND requirement = :requirement AND day = :day AND item = :item
        AND received_at <= :as_of";

/// What the filings of one key added up to, of mail received by `as_of`; none where nothing had come.
fn summed_by(tx: &Transaction<'_>, key: &Key, as_of: Timestamp) -> Result<Option<Holding>, Fault> {
    let params = named_params! {
        ":campaign": key.campaign, ":unit": key.unit, ":requirement": key.requirement, ":day": Day(key.day),
        ":item": key.item, ":as_of": Ms(as_of),
    };
    let mut found = None;
    each_group(tx, OF_KEY_BY_THEN, params, |mut group| {
        found = group.add_up()?.map(|sum| sum.holding);
        Ok(())
    })?;
    Ok(found)
}

impl Store {
    /// What was held at `as_of` for a campaign, from mail received by then.
    pub fn holdings_as_of(&self, campaign: &Campaign, as_of: Timestamp) -> Result<Holdings, Fault> {
        self.read(|tx| {
            let mut held = Vec::new();
            for (key, holding) in stored(tx, &campaign.id)? {
                // Nothing came since: it was then what it is now.
                let holding = match holding.newest_at <= as_of {
                    true => Some(holding),
                    false => summed_by(tx, &key, as_of)?,
                };
                held.extend(holding.map(|holding| (key, holding)));
            }
            Ok(as_holdings(held))
        })
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;
    use rusqlite::config::DbConfig;

    use super::super::holding::filings_where;
    use super::*;

    /// How often SQLite wrote the look back at a key anew, of two looks.
    fn written_anew(tx: &Transaction<'_>) -> i32 {
        for second in [1, 2] {
            let unit = format!("C00{second}");
            let (campaign, requirement, item) = ("week".into(), "plan".into(), "form4".into());
            let key = Key { campaign, unit, requirement, day: None, item };
            assert_eq!(summed_by(tx, &key, Timestamp::from_second(second).unwrap()), Ok(None));
        }
        let question = tx.prepare_cached(&filings_where(OF_KEY_BY_THEN)).unwrap();
        assert_eq!(question.get_status(StatementStatus::Run), 2, "another question");
        question.get_status(StatementStatus::RePrepare)
    }

    #[test]
    fn a_question_that_is_asked_of_many_keys_is_written_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let asked = store.read(|tx| {
            let as_we_do = written_anew(tx);
            tx.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, false)?;
            tx.flush_prepared_statement_cache();
            Ok((as_we_do, written_anew(tx)))
        });
        assert_eq!(asked, Ok((0, 1)), "without a stable plan it is written anew");
    }
}
