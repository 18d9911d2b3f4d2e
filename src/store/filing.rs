//! What was judged: the registration of a message replaces everything that was derived from it before, and what it
//! adds up to follows in the same transaction, so that the status of today is never older than the register.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::column::{Day, Json, Ms, Size};
use super::holding::{Enters, Key, add_up_again};
use super::mail::no_message;
use super::{Store, decision, echo};
use crate::domain::campaign::Campaign;
use crate::domain::message::{Echo, MessageKind, PartState, UnitBy};
use crate::domain::submission::Filing;
use crate::fault::{Fault, kill_point};

/// The judgement on one message.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What it is.
    pub kind: MessageKind,
    /// Campaign it belongs to, none for mail of no campaign.
    pub campaign: Option<String>,
    /// Campaigns that it, or something in it, could be of, while a person must say which.
    pub may_be_of: Vec<String>,
    /// Code of the unit it is filed under.
    pub unit: Option<String>,
    /// By what the unit was told.
    pub unit_by: Option<UnitBy>,
    /// Why a person must decide; none when decided.
    pub review: Option<String>,
    /// Codes of units that a clue in it names: they are held while it waits (Gate).
    pub may_concern: Vec<String>,
    /// Whether it may hold owed material: an attachment or a link.
    pub may_hold_material: bool,
    /// Evidence in the order it was weighed: rule and text.
    pub evidence: Vec<(String, String)>,
    /// One entry a part, in the order of the facts.
    pub parts: Vec<FiledPart>,
    /// Filings that belong to no part: nil report, link, contact in the body.
    pub loose: Vec<Filing>,
    /// Readings of forms: index of the part, and one row a unit or school.
    pub readings: Vec<ReadingRow>,
    /// Senders that this message teaches (a form's own contact row names the address).
    pub learned: Vec<LearnedSender>,
    /// Ordinals of what a person accepted: it counts in history mail too.
    pub accepted: Vec<usize>,
    /// What it says of mails of ours.
    pub echoes: Vec<Echo>,
}

/// What became of one part.
#[derive(Debug, Clone)]
pub struct FiledPart {
    /// Campaign that it belongs to, where that is another than the mail's.
    pub campaign: Option<String>,
    /// Its verdict by itself.
    pub state: PartState,
    /// Why, in Chinese.
    pub why: String,
    /// What it answers, the main answer first; empty for none.
    pub filings: Vec<Filing>,
}

/// One row read from a form.
#[derive(Debug, Clone)]
pub struct ReadingRow {
    /// Index of the part.
    pub part: usize,
    /// Template id.
    pub form: String,
    /// School or unit the row is about, as written.
    pub school: String,
    /// Values by field id, as JSON.
    pub values: serde_json::Map<String, serde_json::Value>,
    /// Cell of each value by field id.
    pub cells: serde_json::Map<String, serde_json::Value>,
}

/// An address known to write for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedSender {
    /// The address, lower case.
    pub address: String,
    /// Campaign whose roster has the unit.
    pub campaign: String,
    /// Unit code.
    pub unit: String,
    /// How it came to be known: `form` or `staff`.
    pub how: String,
}

impl Store {
    /// Registers a batch of messages, each with its judgement: stages, parts, filings, readings and the holdings they
    /// change, in one transaction. A holding is summed up once, however many of the batch change it. Repeating it
    /// replaces what was derived before. `campaigns`: all that are configured; they say which items add up and which
    /// replace, and what is filed under none of them is listed and holds nothing. `message`, `ordinal` and
    /// `received_at` of the filings are the message's own, whatever the caller wrote there.
    ///
    /// # Errors
    /// [`Fault::Park`] when one of them cannot be registered: then none is.
    pub fn register(
        &self,
        batch: &[(i64, Registration)],
        campaigns: &[Campaign],
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.register_upon(batch, campaigns, now, None).map(drop)
    }

    /// The same, unless a person decided something since decision number `basis`: then nothing is written, and the
    /// answer is false.
    ///
    /// # Errors
    /// As [`Store::register`].
    pub fn register_upon(
        &self,
        batch: &[(i64, Registration)],
        campaigns: &[Campaign],
        now: Timestamp,
        basis: Option<i64>,
    ) -> Result<bool, Fault> {
        let is_done = self.write(|tx| {
            if let Some(basis) = basis
                && decision::newest(tx)? != basis
            {
                return Ok(false);
            }
            let batch: Vec<_> = batch.iter().map(|(id, registration)| (*id, registration)).collect();
            file(tx, &batch, campaigns, now)?;
            kill_point("register.before_commit");
            Ok(true)
        })?;
        kill_point("register.after_commit");
        Ok(is_done)
    }
}

/// Files a batch within a transaction: see [`Store::register`].
pub(super) fn file(
    tx: &Transaction<'_>,
    batch: &[(i64, &Registration)],
    campaigns: &[Campaign],
    now: Timestamp,
) -> Result<(), Fault> {
    let mut keys = BTreeSet::new();
    let mut mails = Vec::with_capacity(batch.len());
    for (id, registration) in batch {
        let mail = Registered::find(tx, *id, registration, campaigns)?;
        if mail.is_known {
            keys.append(&mut keys_of(tx, *id)?);
            forget(tx, *id)?;
        }
        mail.save_parts(tx, &mut keys)?;
        mail.save_readings(tx)?;
        mail.save_senders(tx)?;
        if !mail.is_history {
            echo::hear(tx, &registration.echoes, now)?;
        }
        mails.push(mail);
    }
    let mut touched = add_up(tx, &keys)?;
    for mail in &mails {
        mail.save_verdict(tx, now)?;
        touched.remove(&mail.id);
    }
    settle(tx, touched)
}

/// Takes back what a message filed, and what it taught: it was parked.
pub(super) fn withdraw(tx: &Transaction<'_>, id: i64) -> Result<(), Fault> {
    const PARTS_WAIT: &str = "
        UPDATE part SET state = 'review', why = (SELECT coalesce(reason, '') FROM message WHERE id = :id)
        WHERE message = :id";
    let keys = keys_of(tx, id)?;
    forget(tx, id)?;
    tx.prepare_cached(PARTS_WAIT)?.execute(named_params! { ":id": id })?;
    let mut touched = add_up(tx, &keys)?;
    touched.insert(id);
    settle(tx, touched)
}

/// What `messages --json` says of a message: derived here, in the transaction that changes what it depends on. The
/// rule once, for writing it and for `verify`.
pub(super) const STATE_OF_MESSAGE: &str = "
    CASE
        WHEN stage = 'parked' THEN 'parked'
        WHEN stage <> 'registered' THEN NULL
        WHEN is_history THEN 'history'
        WHEN reason IS NOT NULL THEN 'review'
        WHEN EXISTS (SELECT 1 FROM filing WHERE filing.message = message.id AND filing.shown = 'review') THEN 'review'
        WHEN EXISTS (
            SELECT 1 FROM part WHERE part.message = message.id AND part.state = 'review' AND NOT EXISTS (
                SELECT 1 FROM filing WHERE filing.message = part.message AND filing.ordinal = part.place)
        ) THEN 'review'
        WHEN EXISTS (SELECT 1 FROM filing WHERE filing.message = message.id)
            AND NOT EXISTS (SELECT 1 FROM filing WHERE filing.message = message.id AND filing.shown <> 'duplicate')
            THEN 'duplicate'
        ELSE 'registered'
    END";

/// Sums up every key anew, and returns the messages whose filings are shown otherwise now.
fn add_up(tx: &Transaction<'_>, keys: &BTreeSet<Key>) -> Result<BTreeSet<i64>, Fault> {
    let mut touched = BTreeSet::new();
    for key in keys {
        add_up_again(tx, key, &mut touched)?;
    }
    Ok(touched)
}

/// Derives the states of messages anew.
fn settle(tx: &Transaction<'_>, touched: BTreeSet<i64>) -> Result<(), Fault> {
    let settle = format!("UPDATE message SET state = {STATE_OF_MESSAGE} WHERE id = ?1");
    for message in touched {
        tx.prepare_cached(&settle)?.execute([message])?;
    }
    Ok(())
}

/// The holdings that filings of a message enter.
fn keys_of(tx: &Transaction<'_>, id: i64) -> Result<BTreeSet<Key>, Fault> {
    const KEYS: &str = "
        SELECT campaign, unit, requirement, day, item FROM filing WHERE message = ?1 AND enters <> 'not'";
    Ok(tx.prepare_cached(KEYS)?.query_map([id], Key::of_row)?.collect::<Result<_, _>>()?)
}

fn forget(tx: &Transaction<'_>, id: i64) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM filing WHERE message = ?1")?.execute([id])?;
    tx.prepare_cached("DELETE FROM reading WHERE message = ?1")?.execute([id])?;
    tx.prepare_cached("DELETE FROM sender WHERE message = ?1")?.execute([id])?;
    Ok(())
}

/// A message being registered: its row beside its judgement.
struct Registered<'a> {
    id: i64,
    received_at: Ms,
    is_history: bool,
    /// Whether something was derived from it before.
    is_known: bool,
    registration: &'a Registration,
    campaigns: &'a [Campaign],
}

impl<'a> Registered<'a> {
    fn find(
        tx: &Transaction<'_>,
        id: i64,
        registration: &'a Registration,
        campaigns: &'a [Campaign],
    ) -> Result<Self, Fault> {
        const MESSAGE: &str = "
            SELECT received_at, is_history,
                   EXISTS (SELECT 1 FROM filing WHERE message = message.id)
                       OR EXISTS (SELECT 1 FROM reading WHERE message = message.id)
                       OR EXISTS (SELECT 1 FROM sender WHERE message = message.id),
                   (SELECT count(*) FROM part WHERE message = message.id)
            FROM message WHERE id = ?1";
        let found = tx
            .prepare_cached(MESSAGE)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Size>(3)?)))
            .optional()?;
        let (received_at, is_history, is_known, parts) = found.ok_or_else(|| no_message(id))?;
        let judged = registration.parts.len();
        if Size::from(judged) != parts {
            return Err(Fault::Park(format!(
                "message {id} has {} parts and {judged} of them are judged",
                parts.0
            )));
        }
        Ok(Self { id, received_at, is_history, is_known, registration, campaigns })
    }

    /// Comes after its filings were summed up: so its state is known, and its row is written once.
    fn save_verdict(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<(), Fault> {
        let verdict = format!(
            "UPDATE message SET stage = 'registered', ended_at = :now, kind = :kind, campaign = :campaign, may_be_of = :may_be_of,
                unit = :unit, unit_by = :unit_by, reason = :reason, may_concern = :may_concern,
                may_hold_material = :may_hold_material, evidence = :evidence, state = (
                    SELECT {STATE_OF_MESSAGE} FROM (
                        SELECT message.id AS id, 'registered' AS stage, message.is_history AS is_history, :reason AS reason) AS message)
            WHERE id = :id"
        );
        let mut statement = tx.prepare_cached(&verdict)?;
        let verdict = self.registration;
        statement.execute(named_params! {
            ":now": Ms(now), ":kind": verdict.kind, ":campaign": verdict.campaign,
            ":may_be_of": Json(&verdict.may_be_of), ":unit": verdict.unit,
            ":unit_by": verdict.unit_by, ":reason": verdict.review, ":may_concern": Json(&verdict.may_concern),
            ":may_hold_material": verdict.may_hold_material, ":evidence": Json(&verdict.evidence), ":id": self.id,
        })?;
        Ok(())
    }

    /// Adds the holdings that its filings enter to `keys`.
    fn save_parts(&self, tx: &Transaction<'_>, keys: &mut BTreeSet<Key>) -> Result<(), Fault> {
        const PART: &str = "
            UPDATE part SET state = :state, why = :why, campaign = :campaign
            WHERE message = :message AND place = :place";
        let parts = &self.registration.parts;
        for (place, part) in parts.iter().enumerate() {
            let other = part.campaign.as_ref().filter(|id| Some(*id) != self.registration.campaign.as_ref());
            tx.prepare_cached(PART)?.execute(named_params! {
                ":state": part.state, ":why": part.why, ":campaign": other, ":message": self.id,
                ":place": Size::from(place),
            })?;
            for (answer, filing) in part.filings.iter().enumerate() {
                keys.extend(self.save_filing(tx, filing, place, answer, false)?);
            }
        }
        for (at, filing) in self.registration.loose.iter().enumerate() {
            keys.extend(self.save_filing(tx, filing, parts.len() + at, 0, true)?);
        }
        Ok(())
    }

    /// Returns the holding that it enters, if any.
    fn save_filing(
        &self,
        tx: &Transaction<'_>,
        filing: &Filing,
        ordinal: usize,
        answer: usize,
        is_loose: bool,
    ) -> Result<Option<Key>, Fault> {
        const FILING: &str = "
            INSERT INTO filing (message, ordinal, answer, is_loose, campaign, unit, requirement, day, item, sha256,
                received_at, state, flaws, enters, shown, version)
            VALUES (:message, :ordinal, :answer, :is_loose, :campaign, :unit, :requirement, :day, :item, :sha256,
                :received_at, :state, :flaws, :enters, :state, :version)";
        let is_told = !self.is_history || self.registration.accepted.contains(&ordinal);
        let enters = match self.campaigns.iter().find(|campaign| campaign.id == filing.campaign) {
            Some(campaign) if is_told => Enters::of(filing, campaign),
            _ => Enters::Not,
        };
        let key = Key {
            campaign: filing.campaign.clone(),
            unit: filing.unit.clone(),
            requirement: filing.requirement.clone(),
            day: filing.day,
            item: filing.item.clone(),
        };
        tx.prepare_cached(FILING)?.execute(named_params! {
            ":message": self.id, ":ordinal": Size::from(ordinal), ":answer": Size::from(answer),
            ":is_loose": is_loose, ":campaign": key.campaign, ":unit": key.unit, ":requirement": key.requirement,
            ":day": Day(key.day), ":item": key.item,
            ":sha256": filing.sha256, ":received_at": self.received_at, ":state": filing.state,
            ":flaws": Json(&filing.flaws), ":enters": enters, ":version": filing.version.as_ref().map(Json),
        })?;
        Ok((enters != Enters::Not).then_some(key))
    }

    fn save_readings(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        const READING: &str = "
            INSERT INTO reading (message, ordinal, row, form, school, fields, cells)
            VALUES (:message, :ordinal, :row, :form, :school, :fields, :cells)";
        for (row, reading) in self.registration.readings.iter().enumerate() {
            tx.prepare_cached(READING)?.execute(named_params! {
                ":message": self.id, ":ordinal": Size::from(reading.part), ":row": Size::from(row),
                ":form": reading.form, ":school": reading.school, ":fields": Json(&reading.values),
                ":cells": Json(&reading.cells),
            })?;
        }
        Ok(())
    }

    fn save_senders(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        const SENDER: &str = "
            INSERT INTO sender (campaign, address, unit, how, message)
            VALUES (:campaign, :address, :unit, :how, :message) ON CONFLICT DO NOTHING";
        for sender in &self.registration.learned {
            tx.prepare_cached(SENDER)?.execute(named_params! {
                ":campaign": sender.campaign, ":address": sender.address, ":unit": sender.unit, ":how": sender.how,
                ":message": self.id,
            })?;
        }
        Ok(())
    }
}
