//! The intake register as people ask for it: messages with their parts and links, one or many.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, ToSql, Transaction, named_params};

use super::Store;
use super::column::{Day, Json, Ms, Size};
use super::download::{LINKS, LinkRow};
use super::explain::{Asked, explain};
use super::register::FILED_IN_ANY;
use crate::domain::message::{Authenticity, MessageKind, MessageState, PartState, Stage, UnitBy};
use crate::domain::submission::Flaw;
use crate::fault::Fault;

/// Which messages are wanted; empty for all that reached their end.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Only this state.
    pub state: Option<MessageState>,
    /// Only of this kind.
    pub kind: Option<MessageKind>,
    /// Only filed under this unit code (the mail or one of its parts).
    pub unit: Option<String>,
    /// Only from this address.
    pub from: Option<String>,
    /// Only this campaign (the mail, or something in it).
    pub campaign: Option<String>,
    /// Only received at this moment or later.
    pub since: Option<Timestamp>,
    /// Only received before this moment.
    pub until: Option<Timestamp>,
    /// Only this register number.
    pub id: Option<i64>,
    /// Only these register numbers.
    pub ids: Option<Vec<i64>>,
    /// Only with this Message-ID.
    pub message_id: Option<String>,
    /// At most so many, newest first; none for all, oldest first.
    pub newest: Option<u32>,
}

/// One message of the register.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// Register number.
    pub id: i64,
    /// `Message-ID` header.
    pub message_id: String,
    /// SHA-256 of the raw bytes.
    pub sha256: String,
    /// Mailbox of the first sighting.
    pub mailbox: String,
    /// Folder of the first sighting.
    pub folder: String,
    /// When the server received it.
    pub received_at: Timestamp,
    /// When it was captured here.
    pub captured_at: Timestamp,
    /// Sender's clock.
    pub sent_at: Option<Timestamp>,
    /// Sender's address.
    pub from: String,
    /// Sender's display name.
    pub from_name: String,
    /// What the receiving server says of the sender.
    pub sender_check: Authenticity,
    /// Subject.
    pub subject: String,
    /// Stage on the river.
    pub stage: Stage,
    /// What it is, once judged.
    pub kind: Option<MessageKind>,
    /// What became of it, once at its end.
    pub state: Option<MessageState>,
    /// Unit code.
    pub unit: Option<String>,
    /// By what the unit was told.
    pub unit_by: Option<UnitBy>,
    /// Campaign id.
    pub campaign: Option<String>,
    /// Campaigns that it, or something in it, could be of, while a person must say which.
    pub may_be_of: Vec<String>,
    /// Why it waits or was parked, in Chinese; empty when neither.
    pub reason: String,
    /// Remark of its capture; empty for none.
    pub note: String,
    /// Codes of units that a clue in it names.
    pub may_concern: Vec<String>,
    /// Whether it may hold owed material.
    pub may_hold_material: bool,
    /// Evidence in the order it was weighed: rule and text.
    pub evidence: Vec<(String, String)>,
    /// Its parts.
    pub parts: Vec<PartRow>,
    /// What it answers besides its parts: a nil report, a link, a contact in its text.
    pub loose: Vec<Answer>,
    /// Its cloud links.
    pub links: Vec<LinkRow>,
}

/// One part of the register.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Where it stands in the mail.
    pub path: String,
    /// SHA-256 of its bytes, where kept.
    pub sha256: Option<String>,
    /// Size of its bytes.
    pub size: u64,
    /// Type by content.
    pub media_type: String,
    /// Its campaign, where that is another than the mail's.
    pub campaign: Option<String>,
    /// As shown: its own verdict, or superseded, or duplicate.
    pub state: PartState,
    /// Why, in Chinese.
    pub why: String,
    /// What it answers, the main answer first: unit, requirement, day, item, shown state.
    pub answers: Vec<Answer>,
    /// What is wrong with it.
    pub flaws: Vec<Flaw>,
}

/// One answer that a part gives.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Campaign id.
    pub campaign: String,
    /// Unit code.
    pub unit: String,
    /// Requirement id.
    pub requirement: String,
    /// Day, for a requirement of each day.
    pub day: Option<Date>,
    /// Item id.
    pub item: String,
    /// As shown.
    pub state: PartState,
}

impl Store {
    /// Messages that reached their end and fit `filter`, with parts and links.
    pub fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageRow>, Fault> {
        self.read(|tx| {
            let mut found = Found::default();
            for row in select_messages(tx, filter)? {
                found.at.insert(row.id, found.rows.len());
                found.rows.push(row);
            }
            // Parts, answers and links of all of them by one question each, however many they are.
            let ids = Json(found.rows.iter().map(|row| row.id).collect::<Vec<_>>());
            found.add_parts(tx, &ids)?;
            found.add_answers(tx, &ids)?;
            found.add_links(tx, &ids)?;
            found.rows.iter_mut().for_each(explain);
            Ok(found.rows)
        })
    }
}

/// Rows found so far, and where each message stands among them.
#[derive(Default)]
struct Found {
    rows: Vec<MessageRow>,
    at: HashMap<i64, usize>,
}

fn select_messages(tx: &Transaction<'_>, filter: &MessageFilter) -> Result<Vec<MessageRow>, Fault> {
    // Only the conditions that are asked for: each then finds its index.
    let mut sql = "
        SELECT message.id, sha256, received_at, captured_at, sent_at, sender, sender_name, sender_check, subject, message_id,
               stage, kind, state, unit, unit_by, campaign, may_be_of, reason, note, may_concern, may_hold_material,
               evidence, mailbox, folder
        FROM message LEFT JOIN sighting
            ON sighting.id = (SELECT min(id) FROM sighting WHERE sighting.message = message.id)
        WHERE state IS NOT NULL"
        .to_owned();
    let from = filter.from.as_ref().map(|from| from.to_lowercase());
    let ids = filter.ids.as_ref().map(Json);
    let (since, until) = (filter.since.map(Ms), filter.until.map(Ms));
    // Two campaigns may call different units by one code.
    let of_unit = match filter.campaign {
        None => {
            format!(
                " AND (message.id >> 13 IN drawer AND unit = :unit OR message.id IN ({FILED_IN_ANY} WHERE filing.unit = :unit))"
            )
        }
        Some(_) => {
            " AND (message.id >> 13 IN drawer AND unit = :unit AND +campaign = :campaign OR message.id IN (
                SELECT filing.message FROM filing WHERE filing.unit = :unit AND filing.campaign = :campaign))"
                .to_owned()
        }
    };
    // Whose unit is asked for is of the campaign by that.
    // The mails of an address are fewer than those of a campaign.
    let along = if filter.from.is_some() { "+" } else { "" };
    let of_campaign = match filter.unit {
        Some(_) => String::new(),
        None => format!(
            " AND ({along}campaign = :campaign
                OR message.id IN (SELECT part.message FROM part WHERE part.campaign = :campaign)
                OR message.id IN (
                    SELECT filing.message FROM filing WHERE filing.campaign = :campaign AND filing.is_loose = 1))"
        ),
    };
    let wishes = [
        (" AND state = :state", ":state", filter.state.as_ref().map(as_sql)),
        (" AND kind = :kind", ":kind", filter.kind.as_ref().map(as_sql)),
        (of_unit.as_str(), ":unit", filter.unit.as_ref().map(as_sql)),
        (" AND message.id >> 13 IN drawer AND sender = :from", ":from", from.as_ref().map(as_sql)),
        (of_campaign.as_str(), ":campaign", filter.campaign.as_ref().map(as_sql)),
        (" AND received_at >= :since", ":since", since.as_ref().map(as_sql)),
        (" AND received_at < :until", ":until", until.as_ref().map(as_sql)),
        (" AND message.id = :id", ":id", filter.id.as_ref().map(as_sql)),
        (" AND message.id IN (SELECT value FROM json_each(:ids))", ":ids", ids.as_ref().map(as_sql)),
        (" AND message_id = :message_id", ":message_id", filter.message_id.as_ref().map(as_sql)),
    ];
    let mut params: Vec<(&str, &dyn ToSql)> = Vec::new();
    for (condition, name, value) in wishes {
        if let Some(value) = value {
            sql.push_str(condition);
            params.push((name, value));
        }
    }
    match filter.newest {
        None => sql.push_str(" ORDER BY received_at, message.id"),
        Some(_) => sql.push_str(" ORDER BY received_at DESC, message.id DESC"),
    }
    if let Some(newest) = &filter.newest {
        sql.push_str(" LIMIT :newest");
        params.push((":newest", newest));
    }
    let mut select = tx.prepare_cached(&sql)?;
    Ok(select.query_map(params.as_slice(), message_row)?.collect::<Result<_, _>>()?)
}

fn as_sql<T: ToSql>(value: &T) -> &dyn ToSql {
    value
}

fn message_row(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        sha256: row.get("sha256")?,
        mailbox: row.get::<_, Option<String>>("mailbox")?.unwrap_or_default(),
        folder: row.get::<_, Option<String>>("folder")?.unwrap_or_default(),
        received_at: row.get::<_, Ms>("received_at")?.0,
        captured_at: row.get::<_, Ms>("captured_at")?.0,
        sent_at: row.get::<_, Option<Ms>>("sent_at")?.map(|at| at.0),
        from: row.get("sender")?,
        from_name: row.get("sender_name")?,
        sender_check: row.get("sender_check")?,
        subject: row.get("subject")?,
        stage: row.get("stage")?,
        kind: row.get("kind")?,
        state: row.get("state")?,
        unit: row.get("unit")?,
        unit_by: row.get("unit_by")?,
        campaign: row.get("campaign")?,
        may_be_of: row.get::<_, Json<_>>("may_be_of")?.0,
        reason: row.get::<_, Option<String>>("reason")?.unwrap_or_default(),
        note: row.get("note")?,
        may_concern: row.get::<_, Json<_>>("may_concern")?.0,
        may_hold_material: row.get("may_hold_material")?,
        evidence: row.get::<_, Json<_>>("evidence")?.0,
        parts: Vec::new(),
        loose: Vec::new(),
        links: Vec::new(),
    })
}

impl Found {
    fn row(&mut self, message: i64) -> Option<&mut MessageRow> {
        self.at.get(&message).and_then(|at| self.rows.get_mut(*at))
    }

    fn add_parts(&mut self, tx: &Transaction<'_>, ids: &Json<Vec<i64>>) -> Result<(), Fault> {
        const PARTS: &str = "
            SELECT message, path, sha256, size, media_type, campaign, state, why FROM part
            WHERE message IN (SELECT value FROM json_each(:ids)) ORDER BY message, place";
        let mut select = tx.prepare_cached(PARTS)?;
        let mut rows = select.query(named_params! { ":ids": ids })?;
        while let Some(row) = rows.next()? {
            let part = PartRow {
                path: row.get("path")?,
                sha256: row.get("sha256")?,
                size: row.get::<_, Size>("size")?.0,
                media_type: row.get("media_type")?,
                campaign: row.get("campaign")?,
                state: row.get::<_, Option<_>>("state")?.unwrap_or(PartState::Review),
                why: row.get("why")?,
                answers: Vec::new(),
                flaws: Vec::new(),
            };
            if let Some(message) = self.row(row.get("message")?) {
                message.parts.push(part);
            }
        }
        Ok(())
    }

    fn add_answers(&mut self, tx: &Transaction<'_>, ids: &Json<Vec<i64>>) -> Result<(), Fault> {
        const ANSWERS: &str = "
            SELECT message, ordinal, is_loose, campaign, unit, requirement, day, item, state, shown, flaws FROM filing
            WHERE message IN (SELECT value FROM json_each(:ids)) ORDER BY message, ordinal, answer";
        let mut select = tx.prepare_cached(ANSWERS)?;
        let mut rows = select.query(named_params! { ":ids": ids })?;
        let mut asked = Vec::new();
        while let Some(row) = rows.next()? {
            let answer = Answer {
                campaign: row.get("campaign")?,
                unit: row.get("unit")?,
                requirement: row.get("requirement")?,
                day: row.get::<_, Day>("day")?.0,
                item: row.get("item")?,
                state: row.get("shown")?,
            };
            let (is_loose, place) = (row.get("is_loose")?, row.get::<_, u32>("ordinal")?);
            asked.extend(Asked::of(row.get("message")?, place, row.get("state")?, &answer));
            let Some(message) = self.row(row.get("message")?) else { continue };
            if is_loose {
                message.loose.push(answer);
            } else if let Some(part) = message.parts.get_mut(place as usize) {
                part.take_answer(answer, row.get::<_, Json<Vec<Flaw>>>("flaws")?.0);
            }
        }
        for asked in asked {
            if let (Some(told), Some(message)) = (asked.told(tx)?, self.row(asked.message)) {
                message.ask(asked.place, &told);
            }
        }
        Ok(())
    }

    fn add_links(&mut self, tx: &Transaction<'_>, ids: &Json<Vec<i64>>) -> Result<(), Fault> {
        let question = format!(
            "{LINKS} WHERE link.message IN (SELECT value FROM json_each(:ids)) ORDER BY link.message, link.place"
        );
        let mut select = tx.prepare_cached(&question)?;
        let mut rows = select.query(named_params! { ":ids": ids })?;
        while let Some(row) = rows.next()? {
            let link = LinkRow::of_row(row)?;
            if let Some(message) = self.row(link.message) {
                message.links.push(link);
            }
        }
        Ok(())
    }
}

impl MessageRow {
    /// Campaigns that it, or something in it, belongs to or could, its own first; none for mail of no campaign.
    pub fn campaigns(&self) -> Vec<&str> {
        let parts = self.parts.iter().filter_map(|part| part.campaign.as_ref());
        let loose = self.loose.iter().map(|answer| &answer.campaign);
        let mut campaigns: Vec<&str> = Vec::new();
        for id in self.campaign.iter().chain(parts).chain(loose).chain(&self.may_be_of) {
            if !campaigns.contains(&id.as_str()) {
                campaigns.push(id);
            }
        }
        campaigns
    }
}

impl MessageRow {
    /// Campaigns of which a person must say which it belongs to; none where that is settled, though some of its parts may be
    /// another's.
    pub fn undecided(&self) -> Vec<&str> {
        let is_placed = |id: &String| {
            self.parts.iter().any(|part| part.campaign.as_ref() == Some(id))
                || self.loose.iter().any(|answer| answer.campaign == *id)
        };
        let is_open = self.state == Some(MessageState::Review) && !self.may_be_of.iter().all(is_placed);
        let mut campaigns = self.campaigns();
        campaigns.truncate(if is_open { campaigns.len() } else { 0 });
        campaigns
    }
}
