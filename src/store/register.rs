//! The register as people leaf through it: one page of the mails that fit, the newest first, and how many there are.

use jiff::Timestamp;
use rusqlite::{ToSql, Transaction, named_params};

use super::column::{Json, Ms, Size};
use super::{MessageFilter, MessageRow, Store};
use crate::domain::message::{MessageKind, MessageState};
use crate::fault::Fault;

/// What is asked of the register; empty for all of it.
#[derive(Debug, Clone, Default)]
pub struct Leaf {
    /// Of this campaign, or of none.
    pub campaign: Option<String>,
    /// Received at this moment or later.
    pub since: Option<Timestamp>,
    /// Received before this moment.
    pub until: Option<Timestamp>,
    /// Filed under one of these unit codes (the mail or one of its parts), or waiting and naming one of them.
    pub units: Option<Vec<String>>,
    /// Of this kind.
    pub kind: Option<MessageKind>,
    /// In this state.
    pub state: Option<MessageState>,
    /// Seen in this folder.
    pub folder: Option<String>,
    /// With this in subject, sender's name or address, or the path of a part.
    pub text: Option<String>,
    /// With this flaw.
    pub flaw: Option<String>,
    /// Whose unit is not known.
    pub is_unassigned: bool,
    /// Which of the mails that fit, counted from the newest.
    pub first: u32,
    /// At most so many.
    pub most: u32,
}

/// Mails with filings under a condition, whatever the campaign: filings lie by campaign and unit, and an index by unit alone
/// would be one more place that each mail is entered in. Campaigns are few, and each is found by one step.
pub(super) const FILED_IN_ANY: &str = "
    WITH RECURSIVE every (campaign) AS (
        SELECT min(campaign) FROM filing UNION ALL
        SELECT (SELECT min(filing.campaign) FROM filing WHERE filing.campaign > every.campaign)
        FROM every WHERE campaign IS NOT NULL)
    SELECT filing.message FROM every CROSS JOIN filing ON filing.campaign = every.campaign";

impl Store {
    /// One page of the register, the newest mail first, and how many fit in all.
    pub fn leaf(&self, leaf: &Leaf) -> Result<(Vec<MessageRow>, u64), Fault> {
        let since = leaf.since.map(Ms);
        let until = leaf.until.map(Ms);
        let units = leaf.units.as_ref().map(Json);
        let of_unit = format!(
            "(id >> 13 IN drawer AND unit IN (SELECT value FROM json_each(:units))
              OR id IN ({FILED_IN_ANY} WHERE filing.unit IN (SELECT value FROM json_each(:units)))
              OR id IN (SELECT named.id FROM message AS named
                        WHERE named.state IN ('review', 'parked') AND named.may_concern <> '[]' AND EXISTS (
                            SELECT 1 FROM json_each(named.may_concern)
                            WHERE value IN (SELECT value FROM json_each(:units)))))"
        );
        let says = "(says(:text, subject, sender, sender_name)
            OR id IN (SELECT part.message FROM part WHERE says(:text, part.path)))";
        let flawed = "id IN (SELECT filing.message FROM filing WHERE filing.flaws <> '[]' AND EXISTS (
                SELECT 1 FROM json_each(filing.flaws) WHERE json_extract(value, '$.code') = :flaw))";
        let (of_campaign, order) = ways(leaf);
        let in_folder =
            "EXISTS (SELECT 1 FROM sighting WHERE sighting.message = message.id AND folder = :folder)";
        let wishes: [(&str, &str, Option<&dyn ToSql>); 9] = [
            (of_campaign, ":campaign", leaf.campaign.as_ref().map(as_sql)),
            ("received_at >= :since", ":since", since.as_ref().map(as_sql)),
            ("received_at < :until", ":until", until.as_ref().map(as_sql)),
            (&of_unit, ":units", units.as_ref().map(as_sql)),
            ("kind = :kind", ":kind", leaf.kind.as_ref().map(as_sql)),
            ("state = :state", ":state", leaf.state.as_ref().map(as_sql)),
            (in_folder, ":folder", leaf.folder.as_ref().map(as_sql)),
            (says, ":text", leaf.text.as_ref().map(as_sql)),
            (flawed, ":flaw", leaf.flaw.as_ref().map(as_sql)),
        ];
        let mut fits = "state IS NOT NULL".to_owned();
        if leaf.is_unassigned {
            fits.push_str(" AND unit IS NULL");
        }
        if leaf.campaign.is_none() {
            fits.push_str(&format!(" AND {of_campaign}"));
        }
        let mut params: Vec<(&str, &dyn ToSql)> = Vec::new();
        for (condition, name, value) in wishes {
            if let Some(value) = value {
                fits.push_str(&format!(" AND {condition}"));
                params.push((name, value));
            }
        }
        let (ids, total) = self.read(|tx| {
            match (params.as_slice(), &leaf.campaign) {
                ([], _) if !leaf.is_unassigned => return newest(tx, leaf),
                ([_], Some(campaign)) if !leaf.is_unassigned => return newest_of(tx, leaf, campaign),
                _ => {}
            }
            // One walk through all that fit finds both the page and how many there are: looking into texts is slow.
            let all = format!("SELECT id FROM message WHERE {fits} ORDER BY {order}");
            let mut select = tx.prepare_cached(&all)?;
            let mut rows = select.query(params.as_slice())?;
            let (mut ids, mut total) = (Vec::new(), 0_u64);
            let page = u64::from(leaf.first)..u64::from(leaf.first) + u64::from(leaf.most);
            while let Some(row) = rows.next()? {
                if page.contains(&total) {
                    ids.push(row.get::<_, i64>(0)?);
                }
                total += 1;
            }
            Ok((ids, total))
        })?;
        let filter = MessageFilter { ids: Some(ids), newest: Some(leaf.most), ..MessageFilter::default() };
        Ok((self.messages(&filter)?, total))
    }

    /// Numbers of the newest mail and the newest decision; 0 for none.
    pub fn newest_numbers(&self) -> Result<(i64, i64), Fault> {
        const NEWEST: &str = "
            SELECT (SELECT coalesce(max(id), 0) FROM message), (SELECT coalesce(max(id), 0) FROM decision)";
        self.read(|tx| {
            let mut select = tx.prepare_cached(NEWEST)?;
            Ok(select.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
    }
}

/// How a campaign is said, or every one, and the order, so that the right index is taken: words are looked for along the one that
/// holds them and what is found is put in order, units are found along theirs.
fn ways(leaf: &Leaf) -> (&'static str, &'static str) {
    const ALONG: &str = "received_at DESC, id DESC";
    const AFTERWARDS: &str = "+received_at DESC, +id DESC";
    match (&leaf.text, &leaf.units, &leaf.campaign) {
        (_, Some(_), Some(_)) => ("(+campaign = :campaign OR +campaign IS NULL)", ALONG),
        (Some(_), None, Some(_)) => ("coalesce(campaign, '') IN (:campaign, '')", AFTERWARDS),
        (Some(_), None, None) => ("coalesce(campaign, '') >= ''", AFTERWARDS),
        (None, None, Some(_)) => ("(campaign = :campaign OR campaign IS NULL)", ALONG),
        (_, _, None) => ("TRUE", ALONG),
    }
}

/// A page of the whole register: counted by one index and leafed through by another.
fn newest(tx: &Transaction<'_>, leaf: &Leaf) -> Result<(Vec<i64>, u64), Fault> {
    const TOTAL: &str = "SELECT count(*) FROM message WHERE state IS NOT NULL";
    const PAGE: &str = "
        SELECT id FROM message WHERE state IS NOT NULL ORDER BY received_at DESC, id DESC LIMIT :most OFFSET :first";
    let total = tx.prepare_cached(TOTAL)?.query_row([], |row| row.get::<_, Size>(0))?.0;
    let mut select = tx.prepare_cached(PAGE)?;
    let ids =
        select.query_map(named_params! { ":most": leaf.most, ":first": leaf.first }, |row| row.get(0))?;
    Ok((ids.collect::<Result<_, _>>()?, total))
}

/// The same of one campaign, with what is of none: two walks along one index, and what they meet is put in order.
fn newest_of(tx: &Transaction<'_>, leaf: &Leaf, campaign: &str) -> Result<(Vec<i64>, u64), Fault> {
    const TOTAL: &str = "
        SELECT (SELECT count(*) FROM message WHERE campaign = ?1 AND state IS NOT NULL)
             + (SELECT count(*) FROM message WHERE campaign IS NULL AND state IS NOT NULL)";
    const PAGE: &str = "
        SELECT id FROM (
            SELECT * FROM (
                SELECT received_at, id FROM message WHERE campaign = :campaign AND state IS NOT NULL
                ORDER BY received_at DESC, id DESC LIMIT :first + :most)
            UNION ALL
            SELECT * FROM (
                SELECT received_at, id FROM message WHERE campaign IS NULL AND state IS NOT NULL
                ORDER BY received_at DESC, id DESC LIMIT :first + :most))
        ORDER BY received_at DESC, id DESC LIMIT :most OFFSET :first";
    let total = tx.prepare_cached(TOTAL)?.query_row([campaign], |row| row.get::<_, Size>(0))?.0;
    let mut select = tx.prepare_cached(PAGE)?;
    let asked = named_params! { ":campaign": campaign, ":most": leaf.most, ":first": leaf.first };
    let ids = select.query_map(asked, |row| row.get(0))?;
    Ok((ids.collect::<Result<_, _>>()?, total))
}

fn as_sql<T: ToSql>(value: &T) -> &dyn ToSql {
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sought_in_an_index_with_one_campaign_and_with_several() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        for campaign in [None, Some("week".to_owned())] {
            let (of_campaign, order) =
                ways(&Leaf { text: Some("x".to_owned()), campaign, ..Leaf::default() });
            let plan = format!(
                "EXPLAIN QUERY PLAN SELECT id FROM message
                 WHERE state IS NOT NULL AND {of_campaign} AND says('x', subject, sender, sender_name) ORDER BY {order}"
            );
            let plan = plan.replace(":campaign", "'week'");
            let told = store.read(|tx| Ok(tx.query_row(&plan, [], |row| row.get::<_, String>(3))?)).unwrap();
            assert!(told.contains("COVERING INDEX message_said"), "{told}");
        }
    }
}
