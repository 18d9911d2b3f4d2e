//! Mail on its way: capture, reading, parking. The table is the queue: after a crash the daemon asks which messages
//! have not reached their end.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::column::{Json, Ms, Size};
use super::folder::Sighting;
use super::seal::{Sealed, seal};
use super::seen::Announced;
use super::{Store, filing, mistaken};
use crate::domain::facts::{LinkFacts, MailFacts, PartFacts};
use crate::domain::message::Stage;
use crate::fault::{Fault, kill_point};

/// Hashes that are kept apart from all others: they fill some hundred pages.
const HASHES_LATELY_MAX: i64 = 16 * 1024;

/// A mail whose raw bytes are durable, about to get its row.
#[derive(Debug, Clone)]
pub struct Captured {
    /// SHA-256 of the raw bytes.
    pub sha256: String,
    /// Number of raw bytes.
    pub size: u64,
    /// When the server received it (INTERNALDATE).
    pub received_at: Timestamp,
    /// Where it was seen.
    pub sighting: Sighting,
    /// Whether it is older than the mailbox's `since`: registered, but nothing is asked or answered because of it.
    pub is_history: bool,
    /// A remark of capture for people, e.g. that the server named another size; empty for none.
    pub note: String,
    /// How the server described it where it was seen; all unknown for imported mail.
    pub announced: Announced,
}

/// A message that has not reached its end.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Register number.
    pub id: i64,
    /// SHA-256 of the raw bytes.
    pub sha256: String,
    /// Number of raw bytes.
    pub size: u64,
    /// Where it stands.
    pub stage: Stage,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Mailbox of its first sighting.
    pub mailbox: String,
    /// Older than `since`.
    pub is_history: bool,
    /// How many readers have died or stalled over it.
    pub reader_deaths: u32,
}

/// A mail as its reader reported it.
#[derive(Debug, Clone)]
pub struct Reported {
    /// Register number.
    pub id: i64,
    /// The report.
    pub facts: MailFacts,
    /// For each part the SHA-256 of its blob, where it has one.
    pub hashes: Vec<Option<String>>,
}

impl Store {
    /// Gives rows to a batch of mails whose raw bytes are durable, in one transaction. The same bytes seen before get
    /// another sighting and no second message; the same bytes at the same place change at most how the server describes
    /// them. Returns the register numbers.
    pub fn capture(&self, batch: &[Captured], now: Timestamp) -> Result<Vec<i64>, Fault> {
        self.capture_in_doubt(batch, &[], now)
    }

    /// The same, and in the same transaction it is forgotten what was taken for the mails at these places: they are asked for
    /// again, also after a kill.
    pub fn capture_in_doubt(
        &self,
        batch: &[Captured],
        doubted: &[Sighting],
        now: Timestamp,
    ) -> Result<Vec<i64>, Fault> {
        let (ids, comes_erased) = self.write(|tx| {
            let captured = batch.iter().map(|mail| capture_one(tx, mail, now));
            let captured = captured.collect::<Result<Vec<(i64, bool)>, Fault>>()?;
            doubted.iter().try_for_each(|place| mistaken::doubt(tx, place))?;
            settle_unfetched(tx, batch)?;
            settle_hashes(tx)?;
            kill_point("capture.before_commit");
            let comes_erased = captured.iter().any(|(_, is_erased)| *is_erased);
            Ok((captured.into_iter().map(|(id, _)| id).collect(), comes_erased))
        })?;
        kill_point("capture.after_commit");
        if comes_erased {
            self.clear_erased()?;
        }
        Ok(ids)
    }

    /// Messages at `stage`, oldest arrival first, at most `limit`.
    pub fn waiting(&self, stage: Stage, limit: u32) -> Result<Vec<Waiting>, Fault> {
        const WAITING: &str = "
            SELECT id, sha256, size, stage, received_at, is_history, reader_deaths,
                   (SELECT mailbox FROM sighting WHERE message = message.id ORDER BY sighting.id LIMIT 1)
            FROM message WHERE stage = :stage ORDER BY received_at, id LIMIT :limit";
        self.read(|tx| {
            let mut select = tx.prepare_cached(WAITING)?;
            let rows = select.query_map(named_params! { ":stage": stage, ":limit": limit }, waiting)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Counts a reader's death or stall against a message, durably; returns the new count.
    pub fn count_reader_death(&self, id: i64) -> Result<u32, Fault> {
        const COUNT: &str =
            "UPDATE message SET reader_deaths = reader_deaths + 1 WHERE id = :id RETURNING reader_deaths";
        self.write(|tx| {
            let count = tx.prepare_cached(COUNT)?.query_row(named_params! { ":id": id }, |row| row.get(0));
            count.optional()?.ok_or_else(|| no_message(id))
        })
    }

    /// Stores what the readers reported of a batch of mails and moves them to `read`, in one transaction. On a second
    /// reading (replay) what was filed by the first keeps counting until [`Store::register`] replaces it: nobody is
    /// chased between the two.
    ///
    /// # Errors
    /// [`Fault::Park`] when one of them cannot be stored: then none is.
    pub fn save_facts(&self, batch: &[Reported], now: Timestamp) -> Result<(), Fault> {
        self.write(|tx| {
            batch.iter().try_for_each(|mail| save_report(tx, mail, now))?;
            kill_point("read.before_commit");
            Ok(())
        })?;
        kill_point("read.after_commit");
        Ok(())
    }

    /// What the reader reported of a message, with the SHA-256 of each part's blob.
    ///
    /// # Errors
    /// [`Fault::Park`] when it was never read.
    pub fn facts(&self, id: i64) -> Result<(MailFacts, Vec<Option<String>>), Fault> {
        const REPORT: &str = "
            SELECT facts FROM message LEFT JOIN report ON report.message = message.id WHERE message.id = ?1";
        self.read(|tx| {
            let found = tx.prepare_cached(REPORT)?.query_row([id], |row| row.get(0)).optional()?;
            let facts: Option<Json<MailFacts>> = found.ok_or_else(|| no_message(id))?;
            let Some(Json(facts)) = facts else {
                return Err(Fault::Park(format!("message {id} has not been read")));
            };
            let mut select =
                tx.prepare_cached("SELECT sha256 FROM part WHERE message = ?1 ORDER BY place")?;
            let hashes = select.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok((facts, hashes))
        })
    }

    /// Sets a message aside with the reason, keeping what is known of it. Nothing in it counts any more: what an
    /// earlier registration filed is taken back.
    pub fn park(&self, id: i64, reason: &str, now: Timestamp) -> Result<(), Fault> {
        const PARK: &str =
            "UPDATE message SET stage = 'parked', reason = :reason, ended_at = :now WHERE id = :id";
        self.write(|tx| {
            let parked = named_params! { ":reason": reason, ":now": Ms(now), ":id": id };
            if tx.prepare_cached(PARK)?.execute(parked)? == 0 {
                return Err(no_message(id));
            }
            filing::withdraw(tx, id)
        })
    }
}

/// The register number, and whether that mail's content was taken out before: then it is not to be kept again.
fn capture_one(tx: &Transaction<'_>, mail: &Captured, now: Timestamp) -> Result<(i64, bool), Fault> {
    const MESSAGE: &str = "
        INSERT INTO message (sha256, size, received_at, captured_at, is_history, note, stage)
        VALUES (:sha256, :size, :received_at, :now, :is_history, :note, 'captured')";
    const KNOWN: &str = "
        SELECT id, erased_at IS NOT NULL FROM message
        WHERE sha256 = ?1 AND id IN (SELECT message FROM known_hash WHERE start = substr(?1, 1, 12))";
    const SIGHTING: &str = "
        INSERT INTO sighting (mailbox, folder, uidvalidity, uid, message, seen_at, announced_size, announced_at)
        VALUES (:mailbox, :folder, :uidvalidity, :uid, :message, :now, :announced_size, :announced_at)
        ON CONFLICT (mailbox, folder, uidvalidity, uid, message) DO UPDATE SET
            announced_size = excluded.announced_size,
            announced_at = excluded.announced_at";
    let known = tx
        .prepare_cached(KNOWN)?
        .query_row([&mail.sha256], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (id, is_erased) = match known {
        Some(known) => {
            mistaken::forget(tx, known.0, mail)?;
            known
        }
        None => {
            tx.prepare_cached(MESSAGE)?.execute(named_params! {
                ":sha256": mail.sha256, ":size": Size(mail.size), ":received_at": Ms(mail.received_at),
                ":now": Ms(now), ":is_history": mail.is_history, ":note": mail.note,
            })?;
            (tx.last_insert_rowid(), false)
        }
    };
    let Sighting { mailbox, folder, uidvalidity, uid } = &mail.sighting;
    tx.prepare_cached(SIGHTING)?.execute(named_params! {
        ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
        ":message": id, ":now": Ms(now),
        ":announced_size": mail.announced.size.map(Size), ":announced_at": mail.announced.at.map(Ms),
    })?;
    Ok((id, is_erased))
}

/// What is captured is not waited for any more. Nearly always nothing is.
fn settle_unfetched(tx: &Transaction<'_>, batch: &[Captured]) -> Result<(), Fault> {
    const FETCHED: &str = "
        DELETE FROM unfetched
        WHERE mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid = :uid";
    let waits =
        tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM unfetched)")?.query_row([], |row| row.get(0))?;
    if waits {
        for Captured { sighting: Sighting { mailbox, folder, uidvalidity, uid }, .. } in batch {
            tx.prepare_cached(FETCHED)?.execute(named_params! {
                ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
            })?;
        }
    }
    Ok(())
}

/// Enters the hashes of lately among all others once they are many. In order, so that each place where they go is touched once:
/// entered mail by mail, each would touch a place of its own, and these were most of what a mail writes.
fn settle_hashes(tx: &Transaction<'_>) -> Result<(), Fault> {
    let lately: i64 =
        tx.prepare_cached("SELECT count(*) FROM hash_lately")?.query_row([], |row| row.get(0))?;
    if lately > HASHES_LATELY_MAX {
        tx.prepare_cached(
            "INSERT OR IGNORE INTO hash SELECT start, message FROM hash_lately ORDER BY start, message",
        )?
        .execute([])?;
        tx.prepare_cached("DELETE FROM hash_lately")?.execute([])?;
    }
    Ok(())
}

fn save_report(tx: &Transaction<'_>, mail: &Reported, now: Timestamp) -> Result<(), Fault> {
    let Reported { id, facts, hashes } = mail;
    if facts.parts.len() != hashes.len() {
        let (parts, hashes) = (facts.parts.len(), hashes.len());
        return Err(Fault::Park(format!("message {id} has {parts} parts and {hashes} hashes")));
    }
    save_message_facts(tx, *id, facts, now)?;
    tx.prepare_cached("DELETE FROM part WHERE message = ?1")?.execute([id])?;
    for (place, (part, sha256)) in facts.parts.iter().zip(hashes).enumerate() {
        save_part(tx, *id, place, part, sha256.as_deref())?;
    }
    tx.prepare_cached("DELETE FROM link WHERE message = ?1")?.execute([id])?;
    for (place, link) in facts.links.iter().enumerate() {
        save_link(tx, *id, place, link)?;
    }
    if facts.links.iter().any(|link| !link.fetched) {
        read_again_with_downloads(tx, *id)?;
    }
    Ok(())
}

/// What was downloaded while the mail was with its reader is not in the report: the mail is read once more.
fn read_again_with_downloads(tx: &Transaction<'_>, id: i64) -> Result<(), Fault> {
    const AGAIN: &str = "
        UPDATE message SET stage = 'captured' WHERE id = ?1 AND EXISTS (
            SELECT 1 FROM link JOIN download USING (message, url)
            WHERE message = ?1 AND link.state = 'waiting' AND download.sha256 IS NOT NULL)";
    tx.prepare_cached(AGAIN)?.execute([id])?;
    Ok(())
}

fn save_message_facts(tx: &Transaction<'_>, id: i64, facts: &MailFacts, now: Timestamp) -> Result<(), Fault> {
    const READ: &str = "
        UPDATE message SET stage = 'read', state = NULL, reason = NULL, ended_at = NULL, read_at = :now,
            message_id = :message_id, sent_at = :sent_at, sender = :sender, sender_name = :sender_name, sender_check = :sender_check,
            subject = :subject
        WHERE id = :id";
    const REPORT: &str = "
        INSERT INTO report (message, facts) VALUES (:id, :facts)
        ON CONFLICT (message) DO UPDATE SET facts = excluded.facts";
    let header = &facts.header;
    let changed = tx.prepare_cached(READ)?.execute(named_params! {
        ":now": Ms(now), ":message_id": header.message_id, ":sent_at": header.date.map(Ms),
        ":sender": header.from, ":sender_name": header.from_name, ":sender_check": header.sender_check.verdict, ":subject": header.subject, ":id": id,
    })?;
    if changed == 0 {
        return Err(no_message(id));
    }
    tx.prepare_cached(REPORT)?.execute(named_params! { ":id": id, ":facts": Json(facts) })?;
    seal(tx, Sealed::Report, id)
}

fn save_part(
    tx: &Transaction<'_>,
    id: i64,
    place: usize,
    part: &PartFacts,
    sha256: Option<&str>,
) -> Result<(), Fault> {
    const PART: &str = "
        INSERT INTO part (message, place, path, sha256, size, media_type)
        VALUES (:message, :place, :path, :sha256, :size, :media_type)";
    tx.prepare_cached(PART)?.execute(named_params! {
        ":message": id, ":place": Size::from(place), ":path": part.path, ":sha256": sha256,
        ":size": Size(part.size), ":media_type": part.media_type,
    })?;
    Ok(())
}

fn save_link(tx: &Transaction<'_>, id: i64, place: usize, link: &LinkFacts) -> Result<(), Fault> {
    const LINK: &str = "
        INSERT INTO link (message, place, url, provider, name, size, code, expires_at, state)
        VALUES (:message, :place, :url, :provider, :name, :size, :code, :expires_at, :state)";
    tx.prepare_cached(LINK)?.execute(named_params! {
        ":message": id, ":place": Size::from(place), ":url": link.url, ":provider": link.provider,
        ":name": link.name, ":size": link.size.map(Size), ":code": link.code, ":expires_at": link.expires.map(Ms),
        ":state": if link.fetched { "fetched" } else { "waiting" },
    })?;
    Ok(())
}

/// By place, as the question lists them: a column's name is looked up anew in every row.
fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: row.get(0)?,
        sha256: row.get(1)?,
        size: row.get::<_, Size>(2)?.0,
        stage: row.get(3)?,
        received_at: row.get::<_, Ms>(4)?.0,
        is_history: row.get(5)?,
        reader_deaths: row.get(6)?,
        mailbox: row.get(7)?,
    })
}

/// What is said when a register number leads nowhere.
pub(super) fn no_message(id: i64) -> Fault {
    Fault::Refused(format!("no message {id} in the store"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(uid: u32, sha256: String) -> Captured {
        Captured {
            sha256,
            size: 1,
            received_at: Timestamp::UNIX_EPOCH,
            sighting: Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid },
            is_history: false,
            note: String::new(),
            announced: Announced::default(),
        }
    }

    /// Hashes that come in no order.
    fn hash_of(uid: u32) -> String {
        format!("{:08x}{uid:056x}", uid.wrapping_mul(2_654_435_761))
    }

    #[test]
    fn a_mail_is_known_again_however_many_came_since() {
        const MAILS: u32 = 17_000;
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let all: Vec<Captured> = (0..MAILS).map(|uid| mail(uid, hash_of(uid))).collect();
        let count = |table| {
            let sql = format!("SELECT count(*) FROM {table}");
            store.read(|tx| Ok(tx.query_row(&sql, [], |row| row.get::<_, u32>(0))?)).unwrap()
        };
        store.capture(&all[..9_000], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((count("hash"), count("hash_lately")), (0, 9_000));
        store.capture(&all[9_000..16_900], Timestamp::UNIX_EPOCH).unwrap();
        store.capture(&all[16_900..], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((count("hash"), count("hash_lately")), (16_900, 100), "settled in one go");
        let again: Vec<Captured> = [0, 16_899, 16_950].map(|uid| mail(uid + MAILS, hash_of(uid))).to_vec();
        assert_eq!(store.capture(&again, Timestamp::UNIX_EPOCH), Ok(vec![1, 16_900, 16_951]));
        assert_eq!(count("message"), MAILS);
    }

    #[test]
    fn mails_whose_hashes_begin_alike_are_two() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let alike = [format!("{:064x}", 1), format!("{:064x}", 2)];
        let both: Vec<Captured> = (1..).zip(alike).map(|(uid, sha256)| mail(uid, sha256)).collect();
        assert_eq!(store.capture(&both, Timestamp::UNIX_EPOCH), Ok(vec![1, 2]));
        assert_eq!(store.capture(&both, Timestamp::UNIX_EPOCH), Ok(vec![1, 2]));
    }
}
