//! Marks of material as whoever looks back on them asks: who made them when, and which mails brought what is marked.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Store;
use super::column::{Ms, Size};
use super::material::{MarkWish, Push};
use crate::fault::Fault;

/// Files that a person marked alike at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarksMade {
    /// Campaign id.
    pub campaign: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Among the best.
    pub is_starred: bool,
    /// Whether they are passed on.
    pub push: Push,
    /// How many.
    pub files: u64,
}

impl Store {
    /// What was marked last of each file, by who did it and when: files that were marked together in one.
    pub fn marks_made(&self) -> Result<Vec<MarksMade>, Fault> {
        const MADE: &str = "
            SELECT campaign, made_by, made_at, is_starred, push, count(*) AS files FROM mark
            GROUP BY campaign, made_by, made_at, is_starred, push ORDER BY made_at";
        self.read(|tx| {
            let mut select = tx.prepare_cached(MADE)?;
            let made = select.query_map([], |row| {
                Ok(MarksMade {
                    campaign: row.get("campaign")?,
                    by: row.get("made_by")?,
                    at: row.get::<_, Ms>("made_at")?.0,
                    is_starred: row.get("is_starred")?,
                    push: row.get("push")?,
                    files: row.get::<_, Size>("files")?.0,
                })
            })?;
            Ok(made.collect::<Result<_, _>>()?)
        })
    }

    /// What a mail's files are marked with, by register number: stars and whether they are passed on, in words.
    pub fn marked_mails(&self) -> Result<BTreeMap<i64, String>, Fault> {
        const MARKED: &str = "
            SELECT DISTINCT filing.message, mark.is_starred, mark.push FROM mark
            JOIN filing ON filing.sha256 = mark.sha256 AND filing.campaign = mark.campaign
            WHERE mark.is_starred = 1 OR mark.push <> ''";
        self.read(|tx| {
            let mut mails: BTreeMap<i64, String> = BTreeMap::new();
            let mut select = tx.prepare_cached(MARKED)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let push: Push = row.get("push")?;
                let star = if row.get("is_starred")? { MarkWish::Star.chinese() } else { "" };
                let words = mails.entry(row.get("message")?).or_default();
                for word in [star, if push == Push::No { "" } else { push.chinese() }] {
                    if !words.contains(word) {
                        words.push_str(&format!(" {word}"));
                    }
                }
            }
            Ok(mails)
        })
    }
}
