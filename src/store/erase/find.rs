//! Where a person is named: in what was read of mails, in what was registered of them, and in every other text of the store.

use rusqlite::{OptionalExtension as _, Transaction};
use serde_json::Value;

use super::super::Store;
use super::super::column::{Ms, Size};
use super::scrub;
use crate::domain::person::Person;
use crate::fault::Fault;
use jiff::Timestamp;

/// A mail that names a person.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Register number.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// Its subject.
    pub subject: String,
    /// Code of its unit.
    pub unit: Option<String>,
    /// Whether a file of it names the person: then its files go, too; else its text alone does.
    pub in_files: bool,
}

impl Store {
    /// Mails that name the person and still have their bytes, in the order of arrival, and how many texts of the store name them at
    /// all. Only what can be read is found: of a scan the register knows nothing.
    pub fn mentions(&self, person: &Person) -> Result<(Vec<Mention>, usize), Fault> {
        const MAILS: &str = "
            SELECT id, received_at, subject, unit, sender, sender_name, message_id, facts,
                   (SELECT group_concat(fields || school, char(10)) FROM reading WHERE reading.message = message.id)
            FROM message LEFT JOIN report ON report.message = message.id
            WHERE erased_at IS NULL ORDER BY received_at, id";
        self.read(|tx| {
            let mut select = tx.prepare(MAILS)?;
            let mut rows = select.query([])?;
            let mut mentions = Vec::new();
            while let Some(row) = rows.next()? {
                let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
                let facts = text(7)?;
                let in_forms = person.is_in(&text(8)?);
                let (in_text, in_files) = where_in(person, &facts);
                let in_header = [2, 4, 5, 6].iter().try_fold(false, |found, at| {
                    Ok::<_, rusqlite::Error>(found || person.is_in(&text(*at)?))
                })?;
                if in_text || in_files || in_forms || in_header {
                    mentions.push(Mention {
                        id: row.get(0)?,
                        received_at: row.get::<_, Ms>(1)?.0,
                        subject: text(2)?,
                        unit: row.get(3)?,
                        in_files: in_files || in_forms,
                    });
                }
            }
            Ok((mentions, scrub::count(tx, person)?))
        })
    }

    /// Files that nobody can search, of the units that these mails are from: scans and what could not be read. Register number and
    /// path of each.
    pub fn unsearchable(&self, units: &[String]) -> Result<Vec<(i64, String)>, Fault> {
        const SCANS: &str = "
            SELECT message.id, part.path FROM part JOIN message ON message.id = part.message
            WHERE part.sha256 IS NOT NULL AND message.id >> 13 IN drawer AND message.unit = ?1
              AND (part.media_type = 'application/pdf' OR part.state IN ('unreadable', 'review')
                   OR EXISTS (SELECT 1 FROM filing WHERE filing.message = part.message AND filing.ordinal = part.place
                              AND part.media_type LIKE 'image/%' AND filing.item LIKE '%scan%'))
            ORDER BY message.id, part.place";
        self.read(|tx| {
            let mut select = tx.prepare_cached(SCANS)?;
            let mut found = Vec::new();
            for unit in units {
                for row in select.query_map([unit], |row| Ok((row.get(0)?, row.get(1)?)))? {
                    found.push(row?);
                }
            }
            Ok(found)
        })
    }

    /// Mails of a campaign alone that still have their bytes, and how many it shares with others.
    pub fn mails_of(&self, campaign: &str) -> Result<(Vec<i64>, usize), Fault> {
        const MAILS: &str = "
            SELECT id, EXISTS (SELECT 1 FROM filing WHERE filing.message = message.id AND +filing.campaign NOT IN ('', ?1))
                    OR EXISTS (SELECT 1 FROM part WHERE part.message = message.id AND part.campaign <> ?1)
                    OR ifnull(campaign, '') <> ?1
            FROM message WHERE erased_at IS NULL AND (campaign = ?1
                OR EXISTS (SELECT 1 FROM filing WHERE filing.message = message.id AND +filing.campaign = ?1)) ORDER BY id";
        self.read(|tx| {
            let mut select = tx.prepare_cached(MAILS)?;
            let rows = select.query_map([campaign], |row| Ok((row.get(0)?, row.get::<_, bool>(1)?)))?;
            let all: Vec<(i64, bool)> = rows.collect::<Result<_, _>>()?;
            let shared = all.iter().filter(|(_, is_shared)| *is_shared).count();
            Ok((all.into_iter().filter(|(_, is_shared)| !is_shared).map(|(id, _)| id).collect(), shared))
        })
    }

    /// Whether a mail is in the register.
    pub fn has_message(&self, id: i64) -> Result<bool, Fault> {
        self.read(|tx| {
            let found = tx.prepare_cached("SELECT id FROM message WHERE id = ?1")?;
            exists(found, id)
        })
    }

    /// How many raw mails could not be read at all, and so not be searched.
    pub fn parked_count(&self) -> Result<u64, Fault> {
        const PARKED: &str = "SELECT count(*) FROM message WHERE stage = 'parked' AND erased_at IS NULL";
        self.read(|tx: &Transaction<'_>| Ok(tx.query_row(PARKED, [], |row| row.get::<_, Size>(0))?.0))
    }
}

fn exists(mut select: rusqlite::CachedStatement<'_>, id: i64) -> Result<bool, Fault> {
    Ok(select.query_row([id], |_| Ok(())).optional()?.is_some())
}

/// Whether the mail's own text and header, and whether one of its files names the person.
fn where_in(person: &Person, facts: &str) -> (bool, bool) {
    let Ok(Value::Object(mut facts)) = serde_json::from_str(facts) else {
        return (person.is_in(facts), false);
    };
    let parts = facts.remove("parts").unwrap_or_default();
    (is_in(person, &Value::Object(facts)), is_in(person, &parts))
}

/// Whether a text in it, or the whole of it, names the person: a number may stand in a cell as a number.
fn is_in(person: &Person, value: &Value) -> bool {
    match value {
        Value::String(text) => person.is_in(text),
        Value::Number(number) => person.is_in(&number.to_string()),
        Value::Array(values) => values.iter().any(|value| is_in(person, value)),
        Value::Object(values) => values.iter().any(|(key, value)| person.is_in(key) || is_in(person, value)),
        Value::Null | Value::Bool(_) => false,
    }
}
