//! Units by whose codes things are kept, and what those were called: what a roster that was edited by hand cut off, or gave to
//! another, is found by them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::Store;
use super::column::Size;
use crate::domain::decision::{Act, in_force};
use crate::fault::Fault;

/// A unit for which something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedUnit {
    /// Its campaign; empty for none.
    pub campaign: String,
    /// Its code.
    pub code: String,
    /// Mails of it, or with something of it in them.
    pub mails: u64,
    /// Waivers and extensions that count.
    pub grants: u64,
    /// Other decisions that count.
    pub rulings: u64,
    /// What it was called when that was kept; none from before names were.
    pub name: Option<String>,
}

impl Store {
    /// The units for which something is kept, of those that are `wanted` (campaign, code, its name then).
    pub fn used_units(
        &self,
        wanted: &dyn Fn(&str, &str, Option<&str>) -> bool,
    ) -> Result<Vec<UsedUnit>, Fault> {
        self.read(|tx| {
            let names = names(tx)?;
            let mut found: BTreeMap<(String, String), UsedUnit> = BTreeMap::new();
            for (campaign, code) in filed(tx)? {
                let name = names.get(&(campaign.clone(), code.clone()));
                if wanted(&campaign, &code, name.map(String::as_str)) {
                    let mails = mails(tx, &campaign, &code)?;
                    let of = (campaign, code);
                    found.entry(of.clone()).or_insert_with(|| unused(&of, name)).mails = mails;
                }
            }
            for ruling in in_force(&self.known_decisions(tx)?, Timestamp::MAX) {
                let Some(code) = ruling.unit.clone() else { continue };
                let of = (ruling.campaign.clone().unwrap_or_default(), code);
                let name = names.get(&of);
                if wanted(&of.0, &of.1, name.map(String::as_str)) {
                    let used = found.entry(of.clone()).or_insert_with(|| unused(&of, name));
                    match ruling.act {
                        Act::Waive | Act::Extend => used.grants += 1,
                        _ => used.rulings += 1,
                    }
                }
            }
            Ok(found.into_values().collect())
        })
    }

    /// Keeps what codes of a campaign mean now, where it was not kept or `may_change` says so of a code and its name until now.
    pub fn keep_names(
        &self,
        campaign: &str,
        units: &[(&str, &str)],
        may_change: &dyn Fn(&str, &str) -> bool,
    ) -> Result<(), Fault> {
        const KEPT: &str = "SELECT name FROM unit_name WHERE campaign = ?1 AND code = ?2";
        const KEEP: &str = "INSERT OR REPLACE INTO unit_name (campaign, code, name) VALUES (?1, ?2, ?3)";
        let is_kept = |tx: &Transaction<'_>, code: &str, name: &str| -> Result<bool, Fault> {
            let kept = tx.prepare_cached(KEPT)?.query_row([campaign, code], |row| row.get::<_, String>(0));
            Ok(kept.optional()?.is_some_and(|kept| kept == name || !may_change(code, &kept)))
        };
        // Mostly nothing is new: then nobody's write is waited for.
        let news = self.read(|tx| {
            let mut news = Vec::new();
            for (code, name) in units {
                if !is_kept(tx, code, name)? {
                    news.push((code, name));
                }
            }
            Ok(news)
        })?;
        if news.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            let mut keep = tx.prepare_cached(KEEP)?;
            news.iter().try_for_each(|(code, name)| keep.execute([campaign, code, name]).map(drop))?;
            Ok(())
        })
    }
}

fn unused((campaign, code): &(String, String), name: Option<&String>) -> UsedUnit {
    UsedUnit {
        campaign: campaign.clone(),
        code: code.clone(),
        mails: 0,
        grants: 0,
        rulings: 0,
        name: name.cloned(),
    }
}

fn names(tx: &Transaction<'_>) -> Result<BTreeMap<(String, String), String>, Fault> {
    let mut select = tx.prepare_cached("SELECT campaign, code, name FROM unit_name")?;
    let rows = select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Campaigns and codes under which mails or what is in them are filed. Filings are stepped through from unit to unit: they are many.
fn filed(tx: &Transaction<'_>) -> Result<BTreeSet<(String, String)>, Fault> {
    const NEXT: &str = "
        SELECT campaign, unit FROM filing WHERE (campaign, unit) > (?1, ?2) ORDER BY campaign, unit LIMIT 1";
    const OF_MAILS: &str = "SELECT DISTINCT coalesce(campaign, ''), unit FROM message WHERE unit IS NOT NULL AND state IS NOT NULL";
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let mut select = tx.prepare_cached(OF_MAILS)?;
    let mut found: BTreeSet<(String, String)> = select.query_map([], pair)?.collect::<Result<_, _>>()?;
    let mut next = tx.prepare_cached(NEXT)?;
    let mut last = (String::new(), String::new());
    while let Some(of) = next.query_row([&last.0, &last.1], pair).optional()? {
        last.clone_from(&of);
        found.insert(of);
    }
    Ok(found)
}

fn mails(tx: &Transaction<'_>, campaign: &str, code: &str) -> Result<u64, Fault> {
    const MAILS: &str = "
        SELECT count(*) FROM (
            SELECT message FROM filing WHERE campaign = :campaign AND unit = :code
            UNION
            SELECT id FROM message
            WHERE id >> 13 IN drawer AND unit = :code AND state IS NOT NULL AND coalesce(campaign, '') = :campaign)";
    let asked = named_params! { ":campaign": campaign, ":code": code };
    Ok(tx.prepare_cached(MAILS)?.query_row(asked, |row| row.get::<_, Size>(0))?.0)
}
