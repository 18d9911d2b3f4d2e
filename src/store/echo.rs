//! What mails that came say of those that left: one came back, one was seen in a mailbox, an address is dead; and what
//! persons rule on mail whose fate nobody knows. It changes the outbox only forward, so that hearing it again, in a
//! replay or from a second copy, changes nothing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::column::{Json, Ms};
use super::{OutboxState, Store, decision};
use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::message::{BAD_ADDRESS, Echo, EchoKind};
use crate::fault::Fault;

/// Servers try so long before a mail comes back (RFC 5321 4.5.4.1: four to five days).
const COMES_BACK_WITHIN: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Clocks differ by so much.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);

/// A mail of ours that another mail may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// Number in the outbox.
    pub id: i64,
    /// Its Message-ID.
    pub message_id: String,
    /// `reminder`, `receipt`, `digest`, `alarm`.
    pub kind: String,
    /// Campaign id.
    pub campaign: Option<String>,
    /// Unit code; none for mail to staff.
    pub unit: Option<String>,
    /// The one recipient.
    pub to: String,
    /// Where it stands.
    pub state: OutboxState,
    /// When it left, or may have; none when it did not.
    pub left_at: Option<Timestamp>,
}

/// An address to which mail cannot be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadAddress {
    /// The address, lower case.
    pub address: String,
    /// The unit that was written to there; none for staff.
    pub unit: Option<String>,
    /// The campaign in whose name.
    pub campaign: Option<String>,
    /// The server's words.
    pub why: String,
    /// Since when it is known.
    pub since: Timestamp,
}

/// A mail of which nobody knows whether it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// Number in the outbox.
    pub id: i64,
    /// Its Message-ID.
    pub message_id: String,
    /// When its final dot was about to go.
    pub dot_at: Timestamp,
}

impl Store {
    /// Mails of ours with one of these Message-IDs, or that left for one of `recipients` so shortly before `received_at`
    /// that they may come back now.
    pub fn ours(
        &self,
        ids: &[String],
        recipients: &[String],
        received_at: Timestamp,
    ) -> Result<Vec<Ours>, Fault> {
        const OURS: &str = "
            SELECT id, message_id, kind, campaign, unit, recipient, state, coalesce(sent_at, dot_at, claimed_at) AS left_at
            FROM outbox
            WHERE message_id IN (SELECT value FROM json_each(:ids))
                OR (lower(recipient) IN (SELECT value FROM json_each(:recipients))
                    AND coalesce(sent_at, dot_at, claimed_at) BETWEEN :from AND :until)
            ORDER BY id";
        if ids.is_empty() && recipients.is_empty() {
            return Ok(Vec::new());
        }
        // A server may name any moment as that of arrival.
        let from = received_at.saturating_sub(COMES_BACK_WITHIN).unwrap_or(Timestamp::MIN);
        let until = received_at.saturating_add(CLOCKS_DIFFER).unwrap_or(Timestamp::MAX);
        self.read(|tx| {
            let mut select = tx.prepare_cached(OURS)?;
            let asked = named_params! {
                ":ids": Json(ids), ":recipients": Json(recipients),
                ":from": Ms(from), ":until": Ms(until),
            };
            Ok(select.query_map(asked, ours)?.collect::<Result<_, _>>()?)
        })
    }

    /// Addresses that are known dead and were not brought back since, in the order in which they became known.
    pub fn dead_addresses(&self) -> Result<Vec<DeadAddress>, Fault> {
        const DEAD: &str = "
            SELECT lower(recipient) AS address, unit, campaign, substr(reply, length(:mark) + 1) AS why,
                   coalesce(settled_at, queued_at) AS since
            FROM outbox
            WHERE state IN ('failed', 'bounced') AND substr(reply, 1, length(:mark)) = :mark ORDER BY since, id";
        self.read(|tx| {
            let decisions = self.known_decisions(tx)?;
            let revived: BTreeMap<&str, Timestamp> = in_force(&decisions, Timestamp::MAX)
                .into_iter()
                .filter(|decision| decision.act == Act::Revive)
                .filter_map(|decision| Some((decision.address.as_deref()?, decision.at)))
                .collect();
            let mut select = tx.prepare_cached(DEAD)?;
            let rows = select.query_map(named_params! { ":mark": BAD_ADDRESS }, |row| {
                Ok(DeadAddress {
                    address: row.get("address")?,
                    unit: row.get("unit")?,
                    campaign: row.get("campaign")?,
                    why: row.get("why")?,
                    since: row.get::<_, Ms>("since")?.0,
                })
            })?;
            let mut dead: Vec<DeadAddress> = rows.collect::<Result<_, _>>()?;
            dead.retain(|dead| revived.get(dead.address.as_str()).is_none_or(|at| *at < dead.since));
            // The last word about an address is the one that is told.
            dead.reverse();
            let mut told = std::collections::BTreeSet::new();
            dead.retain(|dead| told.insert(dead.address.clone()));
            dead.reverse();
            Ok(dead)
        })
    }

    /// Mails of a mailbox of which nobody knows whether they left, whose dot was due at or after `since`.
    pub fn unsure(&self, mailbox: &str, since: Timestamp) -> Result<Vec<Unsure>, Fault> {
        const UNSURE: &str = "
            SELECT id, message_id, dot_at FROM outbox
            WHERE mailbox = :mailbox AND state = 'unsure' AND dot_at >= :since ORDER BY id";
        self.read(|tx| {
            let mut select = tx.prepare_cached(UNSURE)?;
            let rows =
                select.query_map(named_params! { ":mailbox": mailbox, ":since": Ms(since) }, |row| {
                    let dot_at = row.get::<_, Ms>(2)?.0;
                    Ok(Unsure { id: row.get(0)?, message_id: row.get(1)?, dot_at })
                })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Adds a note for people to the reply of a mail that is still unsure; the same note is added once.
    pub fn note_unsure(&self, id: i64, note: &str) -> Result<(), Fault> {
        const NOTE: &str = "
            UPDATE outbox SET reply = CASE WHEN reply = '' THEN :note ELSE reply || '；' || :note END
            WHERE id = :id AND state = 'unsure' AND instr(reply, :note) = 0";
        self.write(|tx| {
            tx.prepare_cached(NOTE)?.execute(named_params! { ":note": note, ":id": id })?;
            Ok(())
        })
    }

    /// Takes in what was learned of mails of ours beside the register: from a folder of sent mail.
    pub fn hear(&self, echoes: &[Echo], now: Timestamp) -> Result<(), Fault> {
        self.write(|tx| hear(tx, echoes, now))
    }
}

/// Takes in what mails say of ours, within the transaction that registers them.
pub(super) fn hear(tx: &Transaction<'_>, echoes: &[Echo], now: Timestamp) -> Result<(), Fault> {
    // A mail that a person queued again, after its server was asked, has left after all.
    const LEFT: &str = "
        UPDATE outbox SET state = 'sent', sent_at = coalesce(sent_at, dot_at, claimed_at, :now), settled_at = :now,
            reply = :words
        WHERE id = :id AND (state = 'unsure' OR (state = 'queued' AND tries > 0))";
    const DELAYED: &str =
        "UPDATE outbox SET reply = :words WHERE id = :id AND state = 'sent' AND reply <> :words";
    const BACK: &str = "
        UPDATE outbox SET state = 'bounced', reply = :words, settled_at = :now, sent_at = coalesce(sent_at, dot_at)
        WHERE id = :id AND (state IN ('sent', 'unsure')
            OR (state = 'bounced' AND :is_dead AND substr(reply, 1, length(:mark)) <> :mark))";
    for echo in echoes {
        let words = match echo.kind {
            EchoKind::Dead => format!("{BAD_ADDRESS}{}", echo.words),
            _ => echo.words.clone(),
        };
        match echo.kind {
            EchoKind::Seen | EchoKind::Delayed => {
                tx.prepare_cached(LEFT)?
                    .execute(named_params! { ":words": words, ":now": Ms(now), ":id": echo.outbox })?;
                if echo.kind == EchoKind::Delayed {
                    tx.prepare_cached(DELAYED)?
                        .execute(named_params! { ":words": words, ":id": echo.outbox })?;
                }
            }
            EchoKind::Bounced | EchoKind::Dead => {
                tx.prepare_cached(BACK)?.execute(named_params! {
                    ":words": words, ":now": Ms(now), ":id": echo.outbox, ":mark": BAD_ADDRESS,
                    ":is_dead": echo.kind == EchoKind::Dead,
                })?;
            }
        }
    }
    Ok(())
}

/// Carries out what a person ruled on mail that leaves; `all` are the decisions made before.
///
/// # Errors
/// [`Fault::Refused`], in Chinese, when the mail is not where the ruling needs it.
pub(super) fn obey(tx: &Transaction<'_>, decision: &Decision, now: Timestamp) -> Result<(), Fault> {
    const MOVE: &str = "
        UPDATE outbox SET state = :to, settled_at = :now, reply = :words,
            leaves_at = CASE WHEN :to = 'queued' THEN :now ELSE leaves_at END,
            sent_at = CASE WHEN :to = 'sent' THEN coalesce(sent_at, dot_at, claimed_at, :now) ELSE NULL END
        WHERE id = :id AND state = :from";
    let (undone, ruling) = match decision.undoes {
        Some(id) => (true, decision::all(tx)?.into_iter().find(|earlier| earlier.id == id)),
        None => (false, Some(decision.clone())),
    };
    let Some((ruling, id)) = ruling.and_then(|ruling| ruling.outbox.map(|id| (ruling, id))) else {
        return Ok(());
    };
    let ruled = match ruling.act {
        Act::Left => OutboxState::Sent,
        Act::Resend => OutboxState::Queued,
        _ => return Ok(()),
    };
    let (from, to) = if undone { (ruled, OutboxState::Unsure) } else { (OutboxState::Unsure, ruled) };
    let words = match (undone, ruling.act) {
        (true, _) => "认定已撤销，仍待查实".to_owned(),
        (false, Act::Left) => format!("{}认定已发出", decision.by),
        (false, _) => format!("{}认定没有发出，重新排队", decision.by),
    };
    let moved = tx.prepare_cached(MOVE)?.execute(named_params! {
        ":from": from, ":to": to, ":now": Ms(now), ":words": words, ":id": id,
    })?;
    if moved == 1 {
        return Ok(());
    }
    let mut select = tx.prepare_cached("SELECT state FROM outbox WHERE id = ?1")?;
    let found: Option<OutboxState> = select.query_row([id], |row| row.get(0)).optional()?;
    let found = found.map_or("不存在", OutboxState::chinese);
    Err(Fault::Refused(format!("发信 {id} 现在是“{found}”，不是“{}”，不能这样认定", from.chinese())))
}

fn ours(row: &Row<'_>) -> rusqlite::Result<Ours> {
    Ok(Ours {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        kind: row.get("kind")?,
        campaign: row.get("campaign")?,
        unit: row.get("unit")?,
        to: row.get("recipient")?,
        state: row.get("state")?,
        left_at: row.get::<_, Option<Ms>>("left_at")?.map(|at| at.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_of_any_date_may_be_about_ours() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let ids = ["<shouwen.x@mail.example>".to_owned()];
        for received_at in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
            assert_eq!(store.ours(&ids, &[], received_at), Ok(vec![]), "{received_at}");
        }
    }
}
