//! Forms as they were read: the rows that count, for the totals; and what a form said before a newer one replaced it.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};
use serde_json::{Map, Value};

use super::Store;
use super::column::{Day, Json, Ms, Size};
use crate::domain::campaign::Campaign;
use crate::domain::contact::Contacts;
use crate::domain::submission::Flaw;
use crate::domain::version::Version;
use crate::fault::Fault;

/// A row of a form that counts, for the totals.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedReading {
    /// Code of the unit whose file it is.
    pub unit: String,
    /// Register number of the mail that brought the file.
    pub message: i64,
    /// When that arrived.
    pub received_at: Timestamp,
    /// Where the file stands in that mail.
    pub path: String,
    /// Which of its parts it is, counted from nought.
    pub place: u64,
    /// SHA-256 of that file.
    pub sha256: Option<String>,
    /// Id of the requirement that it answers.
    pub requirement: String,
    /// Its day, of a requirement of each day.
    pub day: Option<Date>,
    /// What is wrong with the file, in all of its rows.
    pub flaws: Vec<Flaw>,
    /// What the file says of its own version.
    pub version: Option<Version>,
    /// School or unit the row is about, as written.
    pub school: String,
    /// Values by field id, as JSON.
    pub values: Map<String, Value>,
    /// Cell of each value by field id.
    pub cells: Map<String, Value>,
}

/// A form of a message beside the one that it replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Replaced {
    /// Template id.
    pub form: String,
    /// Register number of the message whose form was replaced.
    pub message: i64,
    /// Its rows.
    pub old: Vec<VersionRow>,
    /// The rows that count instead.
    pub new: Vec<VersionRow>,
}

/// A row of a version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// School or unit the row is about, as written.
    pub school: String,
    /// Values by field id, as JSON.
    pub values: Map<String, Value>,
    /// Cell of each value by field id.
    pub cells: Map<String, Value>,
}

impl Store {
    /// Rows of a form from the files that count now, by unit and in the order of arrival.
    pub fn readings(&self, campaign: &Campaign, form: &str) -> Result<Vec<CountedReading>, Fault> {
        // A workbook may hold several forms; each of its rows stands and falls with the answer to its own form. Found from
        // what is held, in this order of tables: of a form that a unit sends every week all but one version are the past.
        const READINGS: &str = "
            SELECT filing.unit, filing.requirement, filing.day, filing.message, filing.received_at, part.path, part.place, part.sha256, filing.flaws, filing.version, reading.school,
                reading.fields, reading.cells
            FROM holding
            CROSS JOIN filing ON filing.campaign = holding.campaign AND filing.unit = holding.unit
                AND filing.requirement = holding.requirement AND filing.day = holding.day AND filing.item = holding.item
            CROSS JOIN reading ON reading.message = filing.message AND reading.ordinal = filing.ordinal
            JOIN part ON part.message = reading.message AND part.place = reading.ordinal
            WHERE holding.campaign = :campaign
              AND holding.requirement || '/' || holding.item IN (SELECT value FROM json_each(:items))
              AND filing.enters <> 'not' AND filing.shown IN ('accepted', 'flawed') AND reading.form = :form
            ORDER BY filing.unit, filing.received_at, filing.message, filing.ordinal, reading.row";
        let items =
            campaign.items_of_form(form).map(|(requirement, item)| format!("{}/{}", requirement.id, item.id));
        let items = Json(items.collect::<Vec<_>>());
        self.read(|tx| {
            let mut select = tx.prepare_cached(READINGS)?;
            let asked = named_params! { ":form": form, ":campaign": campaign.id, ":items": items };
            let rows = select.query_map(asked, |row| {
                Ok(CountedReading {
                    unit: row.get("unit")?,
                    requirement: row.get("requirement")?,
                    day: row.get::<_, Day>("day")?.0,
                    message: row.get("message")?,
                    received_at: row.get::<_, Ms>("received_at")?.0,
                    path: row.get("path")?,
                    place: row.get::<_, Size>("place")?.0,
                    sha256: row.get("sha256")?,
                    flaws: row.get::<_, Json<_>>("flaws")?.0,
                    version: row.get::<_, Option<Json<_>>>("version")?.map(|version| version.0),
                    school: row.get("school")?,
                    values: row.get::<_, Json<_>>("fields")?.0,
                    cells: row.get::<_, Json<_>>("cells")?.0,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whom to call in each unit, as the forms that count say, and how the last call went.
    pub fn contacts(&self, campaign: &Campaign) -> Result<Contacts, Fault> {
        let mut contacts = Contacts::default();
        for form in campaign.templates.values().filter(|form| form.fields.iter().any(|field| field.personal))
        {
            let rows = self.readings(campaign, &form.id)?;
            contacts.read(form, rows.iter().map(|row| (row.unit.as_str(), &row.values)));
        }
        contacts.note_calls(&self.decisions()?, campaign);
        Ok(contacts)
    }

    /// Mails that brought something that counts for an item which is due once.
    pub fn mails_with(&self, key: (&str, &str, &str, &str)) -> Result<Vec<i64>, Fault> {
        const MAILS: &str = "
            SELECT DISTINCT message FROM filing
            WHERE campaign = ?1 AND unit = ?2 AND requirement = ?3 AND day = '' AND item = ?4 AND is_loose = 0
              AND shown IN ('accepted', 'flawed') ORDER BY received_at, message";
        self.read(|tx| {
            let mut select = tx.prepare_cached(MAILS)?;
            let (campaign, unit, requirement, item) = key;
            let mails = select.query_map([campaign, unit, requirement, item], |row| row.get(0))?;
            Ok(mails.collect::<Result<_, _>>()?)
        })
    }

    /// The forms of a message that replaced an older version, each with that version.
    pub fn replaced(&self, campaign: &Campaign, message: i64) -> Result<Vec<Replaced>, Fault> {
        self.read(|tx| {
            let mut found = Vec::new();
            for form in campaign.templates.keys() {
                for (requirement, item) in campaign.items_of_form(form) {
                    found.extend(of_item(tx, &campaign.id, form, (&requirement.id, &item.id), message)?);
                }
            }
            Ok(found)
        })
    }
}

fn of_item(
    tx: &Transaction<'_>,
    campaign: &str,
    form: &str,
    (requirement, item): (&str, &str),
    message: i64,
) -> Result<Vec<Replaced>, Fault> {
    const NEWER: &str = "
        SELECT ordinal, unit, day, received_at FROM filing
        WHERE message = :message AND +campaign = :campaign AND requirement = :requirement AND item = :item
          AND enters = 'replacing' AND shown IN ('accepted', 'flawed')";
    const OLDER: &str = "
        SELECT message, ordinal FROM filing
        WHERE campaign = :campaign AND requirement = :requirement AND item = :item AND unit = :unit AND day = :day
          AND shown = 'superseded' AND (received_at, message) < (:received_at, :message)
        ORDER BY received_at DESC, message DESC, ordinal DESC LIMIT 1";
    let mut select = tx.prepare_cached(NEWER)?;
    let asked = named_params! {
        ":message": message, ":campaign": campaign, ":requirement": requirement, ":item": item,
    };
    let newer = select.query_map(asked, newer)?.collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::new();
    for (ordinal, unit, day, received_at) in newer {
        let asked = named_params! {
            ":campaign": campaign, ":requirement": requirement, ":item": item, ":unit": unit, ":day": day,
            ":received_at": Ms(received_at), ":message": message,
        };
        let place = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Size>(1)?));
        let older = tx.prepare_cached(OLDER)?.query_row(asked, place).optional()?;
        let Some((older, place)) = older else { continue };
        let (old, new) = (rows(tx, form, older, place)?, rows(tx, form, message, ordinal)?);
        if !old.is_empty() && !new.is_empty() {
            found.push(Replaced { form: form.to_owned(), message: older, old, new });
        }
    }
    Ok(found)
}

fn newer(row: &Row<'_>) -> rusqlite::Result<(Size, String, String, Timestamp)> {
    Ok((row.get("ordinal")?, row.get("unit")?, row.get("day")?, row.get::<_, Ms>("received_at")?.0))
}

fn rows(tx: &Transaction<'_>, form: &str, message: i64, ordinal: Size) -> Result<Vec<VersionRow>, Fault> {
    const ROWS: &str = "
        SELECT school, fields, cells FROM reading
        WHERE message = :message AND ordinal = :ordinal AND form = :form ORDER BY row";
    let mut select = tx.prepare_cached(ROWS)?;
    let asked = named_params! { ":message": message, ":ordinal": ordinal, ":form": form };
    let rows = select.query_map(asked, |row| {
        Ok(VersionRow {
            school: row.get("school")?,
            values: row.get::<_, Json<_>>("fields")?.0,
            cells: row.get::<_, Json<_>>("cells")?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
