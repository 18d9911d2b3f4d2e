//! What persons decided, and the one transaction in which a decision and all that follows from it take effect. Commands
//! that decide work beside the river without its lock: so whoever judged a mail says which decisions were known then, and
//! nothing judged without the newest one is written.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::column::{Day, Json, Ms};
use super::mail::no_message;
use super::seal::{Sealed, seal};
use super::{Registration, Store, echo, filing, promise};
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, RuledPart, Scope, in_force};
use crate::domain::facts::MailFacts;
use crate::domain::message::{PartState, Stage};
use crate::fault::{Fault, kill_point};

/// A mail that came to an end, to be judged again as persons ruled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFile {
    /// Register number.
    pub id: i64,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Mailbox of its first sighting.
    pub mailbox: String,
    /// Where it stands.
    pub stage: Stage,
    /// When its report was stored; none: it was never read.
    pub read_at: Option<Timestamp>,
    /// Whose it was found to be.
    pub unit: Option<String>,
    /// Why it waits or was parked; empty when neither.
    pub reason: String,
}

/// What follows from decisions, worked out before they are made.
pub struct Ruled<'a> {
    /// The new decisions, numbered on from `basis`; none to let earlier ones take effect.
    pub decisions: &'a [Decision],
    /// Number of the newest decision that was known.
    pub basis: i64,
    /// The mails concerned, as they were found, with the judgement on them.
    pub judged: Vec<(OnFile, Registration)>,
    /// All campaigns that are configured.
    pub campaigns: &'a [Campaign],
}

impl Store {
    /// All decisions, in the order in which they were made.
    pub fn decisions(&self) -> Result<Vec<Decision>, Fault> {
        self.read(|tx| Ok(self.known_decisions(tx)?.as_ref().clone()))
    }

    /// The same, read anew only when one was added: none is ever changed or taken away, so that the number of the newest
    /// says which they are.
    pub(super) fn known_decisions(&self, tx: &Transaction<'_>) -> Result<Arc<Vec<Decision>>, Fault> {
        let newest = newest(tx)?;
        let known = || self.0.decisions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = known().as_ref().filter(|kept| kept.last().map_or(0, |last| last.id) == newest) {
            return Ok(Arc::clone(kept));
        }
        let read = Arc::new(all(tx)?);
        *known() = Some(Arc::clone(&read));
        Ok(read)
    }

    /// Writes decisions and what follows from them, in one transaction. False, and nothing is written, when another
    /// decision was made meanwhile or one of the mails went on its way: then it has to be judged anew.
    ///
    /// # Errors
    /// [`Fault::Park`] when one of the mails cannot be registered so: then nothing is written.
    pub fn decide(&self, ruled: &Ruled<'_>, now: Timestamp) -> Result<bool, Fault> {
        let done = self.write(|tx| {
            if newest(tx)? != ruled.basis || !are_as_found(tx, ruled)? {
                return Ok(None);
            }
            for decision in ruled.decisions {
                insert(tx, decision)?;
                echo::obey(tx, decision, now)?;
            }
            ruled.judged.iter().try_for_each(|(mail, _)| keep_report(tx, mail))?;
            let judged: Vec<(i64, &Registration)> =
                ruled.judged.iter().map(|(mail, registration)| (mail.id, registration)).collect();
            filing::file(tx, &judged, ruled.campaigns, now)?;
            kill_point("decide.before_commit");
            promise::count(tx).map(Some)
        })?;
        kill_point("decide.after_commit");
        done.map_or(Ok(()), |count| self.promise(count))?;
        Ok(done.is_some())
    }

    /// A mail as it stands; none where there is no such number.
    pub fn on_file(&self, id: i64) -> Result<Option<OnFile>, Fault> {
        self.read(|tx| on_file(tx, id))
    }

    /// Mails from an address that wait because nobody could tell whose they are.
    pub fn unassigned_from(&self, address: &str) -> Result<Vec<i64>, Fault> {
        const UNASSIGNED: &str = "
            SELECT id FROM message
            WHERE id >> 13 IN drawer AND sender = ?1 AND unit IS NULL AND +state = 'review' AND state IS NOT NULL AND +stage = 'registered'
            ORDER BY received_at, id";
        self.ids(UNASSIGNED, &[address])
    }

    /// Mails that wait because nobody could tell whose they are, from addresses for which somebody writes. The state is said
    /// twice so that an index holds all that is asked.
    pub fn unassigned_and_known(&self) -> Result<Vec<i64>, Fault> {
        const KNOWN: &str = "
            SELECT id FROM message
            WHERE +stage = 'registered' AND id IN (
                SELECT id FROM message
                WHERE state IN ('review', 'parked') AND state = 'review' AND unit IS NULL AND sender IN (
                    SELECT address FROM sender UNION ALL SELECT address FROM decision WHERE act = 'remember'))
            ORDER BY received_at, id";
        self.ids(KNOWN, &[])
    }

    /// Mails that were given to a unit because of an address of which it was taught since that several units write from it.
    pub fn told_by_shared_sender(&self) -> Result<Vec<i64>, Fault> {
        const SHARED: &str = "
            WITH taught AS (
                SELECT campaign, address, unit FROM sender
                UNION SELECT campaign, address, unit FROM decision WHERE act = 'remember')
            SELECT id FROM message
            WHERE id >> 13 IN drawer AND unit_by = 'sender' AND +stage = 'registered' AND state IS NOT NULL AND sender IN (
                SELECT address FROM taught GROUP BY campaign, address HAVING count(DISTINCT unit) > 1)
            ORDER BY received_at, id";
        self.ids(SHARED, &[])
    }

    /// Mails from an address that were given to a unit because of it.
    pub fn told_by_sender(&self, address: &str, unit: &str) -> Result<Vec<i64>, Fault> {
        const TOLD: &str = "
            SELECT id FROM message
            WHERE id >> 13 IN drawer AND sender = ?1 AND state IS NOT NULL AND +unit = ?2 AND unit_by = 'sender' AND +stage = 'registered'
            ORDER BY received_at, id";
        self.ids(TOLD, &[address, unit])
    }

    /// Mails that wait because nobody could tell whose they are.
    pub fn unassigned(&self) -> Result<Vec<i64>, Fault> {
        const UNASSIGNED: &str = "
            SELECT id FROM message WHERE unit IS NULL AND state = 'review' AND stage = 'registered'
            ORDER BY received_at, id";
        self.ids(UNASSIGNED, &[])
    }

    /// Mails that were given to a unit, and not by a person's word: it may be named in them, or in the name of the sender.
    pub fn told_by_clues(&self, unit: &str) -> Result<Vec<i64>, Fault> {
        const TOLD: &str = "
            SELECT id FROM message
            WHERE id >> 13 IN drawer AND unit = ?1 AND unit_by <> 'staff' AND +stage = 'registered' ORDER BY received_at, id";
        self.ids(TOLD, &[unit])
    }

    /// Parked mails about which a person ruled.
    pub fn parked_and_ruled(&self) -> Result<Vec<i64>, Fault> {
        const PARKED: &str = "
            SELECT id FROM message
            WHERE stage = 'parked' AND EXISTS (SELECT 1 FROM decision WHERE decision.message = message.id
                AND act IN ('assign', 'accept', 'return')) ORDER BY id";
        self.ids(PARKED, &[])
    }

    fn ids(&self, question: &str, asked: &[&str]) -> Result<Vec<i64>, Fault> {
        self.read(|tx| {
            let mut select = tx.prepare_cached(question)?;
            let ids = select.query_map(rusqlite::params_from_iter(asked), |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }
}

/// Number of the newest decision; 0 for none.
pub(super) fn newest(tx: &Transaction<'_>) -> Result<i64, Fault> {
    let mut select = tx.prepare_cached("SELECT coalesce(max(id), 0) FROM decision")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

/// All decisions, in the order in which they were made.
pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<Decision>, Fault> {
    const DECISIONS: &str = "
        SELECT id, act, made_by, made_at, why, campaign, unit, message, outbox, part_path, part_sha256, scopes, address, alias,
               until, came_at, undoes
        FROM decision ORDER BY id";
    let mut select = tx.prepare_cached(DECISIONS)?;
    Ok(select.query_map([], decision)?.collect::<Result<_, _>>()?)
}

/// Decisions on registered mail that do not show in the register: number and mail.
pub(super) fn unheeded(tx: &Transaction<'_>) -> Result<Vec<(i64, i64)>, Fault> {
    const AS_ASSIGNED: &str = "
        SELECT unit IS :unit AND (:unit IS NULL OR unit_by = 'staff')
        FROM message WHERE id = :message AND stage = 'registered'";
    const AS_RULED: &str = "
        SELECT part.state = :state FROM part JOIN message ON message.id = part.message
        WHERE part.message = :message AND path = :path AND stage = 'registered'";
    let decisions = all(tx)?;
    let counting = in_force(&decisions, Timestamp::MAX);
    let is_nobodys = |message: i64| {
        let about = counting.iter().filter(|ruling| ruling.message == Some(message));
        about.into_iter().any(|ruling| ruling.act == Act::Assign && ruling.unit.is_none())
    };
    let mut unheeded = Vec::new();
    for ruling in counting.iter().filter(|ruling| ruling.rules_mail()) {
        let Some(message) = ruling.message else { continue };
        let heeded: Option<bool> = match (ruling.act, &ruling.part) {
            (Act::Assign, None) => tx
                .prepare_cached(AS_ASSIGNED)?
                .query_row(named_params! { ":unit": ruling.unit, ":message": message }, |row| row.get(0))
                .optional()?,
            (Act::Accept | Act::Return, Some(part)) if !is_nobodys(message) => {
                let state = if ruling.act == Act::Accept { PartState::Accepted } else { PartState::Rejected };
                tx.prepare_cached(AS_RULED)?
                    .query_row(
                        named_params! { ":state": state, ":message": message, ":path": part.path },
                        |row| row.get(0),
                    )
                    .optional()?
            }
            _ => None,
        };
        if heeded == Some(false) {
            unheeded.push((ruling.id, message));
        }
    }
    Ok(unheeded)
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let part: Option<String> = row.get("part_path")?;
    let sha256 = row.get("part_sha256")?;
    Ok(Decision {
        id: row.get("id")?,
        act: row.get("act")?,
        by: row.get("made_by")?,
        at: row.get::<_, Ms>("made_at")?.0,
        why: row.get("why")?,
        campaign: row.get("campaign")?,
        unit: row.get("unit")?,
        message: row.get("message")?,
        outbox: row.get("outbox")?,
        part: part.map(|path| RuledPart { path, sha256 }),
        scopes: scopes(row)?,
        address: row.get("address")?,
        alias: row.get("alias")?,
        until: row.get::<_, Option<Day>>("until")?.and_then(|day| day.0),
        came_at: row.get::<_, Option<Ms>>("came_at")?.map(|at| at.0),
        undoes: row.get("undoes")?,
    })
}

fn scopes(row: &Row<'_>) -> rusqlite::Result<Vec<Scope>> {
    let Json(texts): Json<Vec<String>> = row.get("scopes")?;
    let scopes = texts.iter().map(|text| text.parse().map_err(rusqlite::types::FromSqlError::other));
    Ok(scopes.collect::<Result<_, _>>()?)
}

fn insert(tx: &Transaction<'_>, decision: &Decision) -> Result<(), Fault> {
    const DECIDE: &str = "
        INSERT INTO decision (id, act, made_by, made_at, why, campaign, unit, message, outbox, part_path, part_sha256,
            scopes, address, alias, until, came_at, undoes)
        VALUES (:id, :act, :by, :at, :why, :campaign, :unit, :message, :outbox, :path, :sha256, :scopes, :address, :alias,
            :until, :came_at, :undoes)";
    let part = decision.part.as_ref();
    let scopes: Vec<String> = decision.scopes.iter().map(ToString::to_string).collect();
    tx.prepare_cached(DECIDE)?.execute(named_params! {
        ":id": decision.id, ":act": decision.act, ":by": decision.by, ":at": Ms(decision.at), ":why": decision.why,
        ":campaign": decision.campaign, ":unit": decision.unit, ":message": decision.message,
        ":outbox": decision.outbox, ":path": part.map(|part| &part.path), ":sha256": part.and_then(|part| part.sha256.as_ref()),
        ":scopes": Json(scopes), ":address": decision.address, ":alias": decision.alias, ":until": decision.until.map(|day| Day(Some(day))),
        ":came_at": decision.came_at.map(Ms), ":undoes": decision.undoes,
    })?;
    seal(tx, Sealed::Decision, decision.id)
}

fn on_file(tx: &Transaction<'_>, id: i64) -> Result<Option<OnFile>, Fault> {
    const ON_FILE: &str = "
        SELECT received_at, stage, read_at, coalesce(reason, ''), unit,
               (SELECT mailbox FROM sighting WHERE message = message.id ORDER BY sighting.id LIMIT 1)
        FROM message WHERE id = ?1";
    let mut select = tx.prepare_cached(ON_FILE)?;
    let found = select.query_row([id], |row| {
        Ok(OnFile {
            id,
            received_at: row.get::<_, Ms>(0)?.0,
            stage: row.get(1)?,
            read_at: row.get::<_, Option<Ms>>(2)?.map(|at| at.0),
            reason: row.get(3)?,
            unit: row.get(4)?,
            mailbox: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        })
    });
    Ok(found.optional()?)
}

/// Whether nothing happened to the mails since they were judged.
fn are_as_found(tx: &Transaction<'_>, ruled: &Ruled<'_>) -> Result<bool, Fault> {
    for (mail, _) in &ruled.judged {
        let found = on_file(tx, mail.id)?.ok_or_else(|| no_message(mail.id))?;
        if (found.stage, found.read_at) != (mail.stage, mail.read_at) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A mail that was parked before it could be read is registered with an empty report that says why.
fn keep_report(tx: &Transaction<'_>, mail: &OnFile) -> Result<(), Fault> {
    const REPORT: &str = "
        INSERT INTO report (message, facts)
        SELECT :id, :facts WHERE NOT EXISTS (SELECT 1 FROM report WHERE message = :id)";
    if mail.stage == Stage::Parked {
        let facts = MailFacts { trouble: vec![mail.reason.clone()], ..MailFacts::default() };
        tx.prepare_cached(REPORT)?.execute(named_params! { ":id": mail.id, ":facts": Json(facts) })?;
        seal(tx, Sealed::Report, mail.id)?;
    }
    Ok(())
}
