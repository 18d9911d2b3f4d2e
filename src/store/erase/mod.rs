//! Taking out what may not be kept (PIPL 19, 47): a person, or a campaign whose time is over. Rows lose what tells of it, raw mails
//! and files go, and the database is written anew so that no freed page remembers. What came when, and how it counts, stays; such
//! a mail is not read, judged or fetched again.

mod find;
mod scrub;

pub use find::Mention;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::PoisonError;

use jiff::Timestamp;
use rusqlite::{Transaction, named_params};

use super::column::{Json, Ms, Size};
use super::seal::seal_anew;
use super::verify::named_blobs;
use super::{Lock, Store};
use crate::domain::person::Person;
use crate::fault::{Fault, kill_point};

/// What is to be taken out.
#[derive(Debug, Clone)]
pub struct Erasure<'a> {
    /// Whose, or of what.
    pub of: Whose<'a>,
    /// Mails whose raw bytes go.
    pub mails: BTreeSet<i64>,
    /// Those of them whose files go as well.
    pub with_files: BTreeSet<i64>,
    /// Who has it done.
    pub made_by: String,
    /// Why; must not name the person.
    pub why: String,
}

/// Whose content is taken out.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// A person's, wherever named.
    Person(&'a Person),
    /// A campaign's mail.
    Campaign {
        /// Its id.
        id: &'a str,
        /// With its senders, form values and letters, too: of each mail the register entry alone stays.
        all: bool,
    },
}

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Mails.
    pub mails: usize,
    /// Raw mails and files deleted.
    pub files: usize,
    /// Texts of the database that were changed.
    pub places: usize,
    /// Older copies of the database that were deleted.
    pub copies: usize,
}

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct ErasureEntry {
    /// Number.
    pub id: i64,
    /// Campaign whose time was over; none for a person.
    pub campaign: Option<String>,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Why.
    pub why: String,
    /// Register numbers of the mails concerned.
    pub mails: Vec<i64>,
}

impl Store {
    /// Takes out what is told. Safe to repeat after a crash: what was begun is ended by the next call or the next start.
    ///
    /// # Errors
    /// What the disk reports.
    pub fn erase(&self, order: &Erasure<'_>, now: Timestamp, held: &Lock) -> Result<Erased, Fault> {
        // Nobody can tell what is in the half of a mail; each comes anew.
        self.blobs().clear_begun(|_| false, held)?;
        let files = self.write(|tx| count_files(tx, order))?;
        let places = self.write(|tx| {
            let guards = scrub::lift_guards(tx)?;
            let mut places = take_out_mails(tx, order, now)?;
            let why = match order.of {
                Whose::Person(person) => {
                    places += scrub::person(tx, person, now)?;
                    person.taken_out(&order.why).unwrap_or_else(|| order.why.clone())
                }
                Whose::Campaign { id, all } => {
                    if all {
                        places += scrub::campaign(tx, id, &Json(&order.mails))?;
                    }
                    order.why.clone()
                }
            };
            log(tx, order, &why, files, places, now)?;
            scrub::set_guards(tx, &guards)?;
            seal_anew(tx)?;
            Ok(places)
        })?;
        kill_point("erase.committed");
        self.clear_unnamed()?;
        let copies = self.remove_copies(held)?;
        self.write_anew()?;
        Ok(Erased { mails: order.mails.len(), files, places, copies })
    }

    /// The log, oldest first.
    pub fn erasures(&self) -> Result<Vec<ErasureEntry>, Fault> {
        const LOG: &str = "SELECT id, campaign, made_by, made_at, why, mails FROM erasure ORDER BY id";
        self.read(|tx| {
            let mut select = tx.prepare_cached(LOG)?;
            let rows = select.query_map([], |row| {
                Ok(ErasureEntry {
                    id: row.get(0)?,
                    campaign: row.get(1)?,
                    made_by: row.get(2)?,
                    made_at: row.get::<_, Ms>(3)?.0,
                    why: row.get(4)?,
                    mails: row.get::<_, Json<_>>(5)?.0,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Deletes the raw bytes of erased mails where they stand: such a mail was seen in the mailbox again, or a killed process had
    /// not come to it.
    pub(super) fn clear_erased(&self) -> Result<(), Fault> {
        const ERASED: &str = "SELECT sha256 FROM message WHERE erased_at IS NOT NULL";
        let erased: Vec<String> = self.read(|tx| {
            let mut select = tx.prepare_cached(ERASED)?;
            Ok(select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })?;
        erased.iter().try_for_each(|sha256| self.remove_blob(sha256))
    }

    fn remove_blob(&self, sha256: &str) -> Result<(), Fault> {
        for place in [self.blobs().path(sha256), self.thumbnail_path(sha256)] {
            match fs::remove_file(place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Deletes every blob that no row names.
    fn clear_unnamed(&self) -> Result<(), Fault> {
        let named = self.read(|tx| named_blobs(tx))?;
        let unnamed = self.blobs().names()?.into_iter().filter(|name| !named.contains_key(name));
        unnamed.into_iter().try_for_each(|name| self.remove_blob(&name))?;
        self.blobs().sync_all()
    }

    /// Deletes older copies of the database that stand beside it; returns how many.
    fn remove_copies(&self, _held: &Lock) -> Result<usize, Fault> {
        let mut copies = 0;
        for entry in fs::read_dir(self.data_dir())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("shouwen.schema-") {
                fs::remove_file(entry.path())?;
                copies += 1;
            } else if name.starts_with("before-restore-") {
                fs::remove_dir_all(entry.path())?;
                copies += 1;
            }
        }
        Ok(copies)
    }

    /// Writes the database anew and empties its log: freed pages and older moments are gone.
    fn write_anew(&self) -> Result<(), Fault> {
        const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
        let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let empty_log = || -> Result<bool, Fault> {
            Ok(writer.query_row(EMPTY_LOG, [], |row| row.get::<_, i64>(0))? == 0)
        };
        empty_log()?;
        writer.execute_batch("VACUUM")?;
        match empty_log()? {
            true => Ok(()),
            false => Err(Fault::Retry(
                "another program reads the store, so its log still holds what was taken out: run this again"
                    .to_owned(),
            )),
        }
    }
}

/// Raw mails and files that will go.
fn count_files(tx: &Transaction<'_>, order: &Erasure<'_>) -> Result<usize, Fault> {
    const RAW: &str = "
        SELECT count(*) FROM message WHERE erased_at IS NULL AND id IN (SELECT value FROM json_each(?1))";
    const FILES: &str = "
        SELECT count(DISTINCT sha256) FROM part WHERE sha256 IS NOT NULL AND message IN (SELECT value FROM json_each(?1))";
    let count = |sql, ids: &BTreeSet<i64>| -> Result<u64, Fault> {
        Ok(tx.prepare_cached(sql)?.query_row([Json(ids)], |row| row.get::<_, Size>(0))?.0)
    };
    Ok(usize::try_from(count(RAW, &order.mails)? + count(FILES, &order.with_files)?).unwrap_or(usize::MAX))
}

/// From here on these mails have no bytes.
fn take_out_mails(tx: &Transaction<'_>, order: &Erasure<'_>, now: Timestamp) -> Result<usize, Fault> {
    const MAILS: &str = "
        UPDATE message SET erased_at = :now, note = :note
        WHERE erased_at IS NULL AND id IN (SELECT value FROM json_each(:ids))";
    const FILES: &str = "
        UPDATE part SET sha256 = NULL
        WHERE sha256 IS NOT NULL AND message IN (SELECT value FROM json_each(:ids))";
    const DOWNLOADS: &str = "
        UPDATE download SET sha256 = NULL, size = NULL, name = NULL, next_at = NULL, trouble = '已删除'
        WHERE message IN (SELECT value FROM json_each(:ids))";
    let note = match order.of {
        Whose::Person(_) => "原信已按个人信息保护的要求删除",
        Whose::Campaign { .. } => "原信已按保存期限删除",
    };
    let mails = Json(&order.mails);
    let mut places =
        tx.prepare_cached(MAILS)?.execute(named_params! { ":now": Ms(now), ":note": note, ":ids": mails })?;
    let with_files = Json(&order.with_files);
    for sql in [FILES, DOWNLOADS] {
        places += tx.prepare_cached(sql)?.execute(named_params! { ":ids": with_files })?;
    }
    Ok(places)
}

fn log(
    tx: &Transaction<'_>,
    order: &Erasure<'_>,
    why: &str,
    files: usize,
    places: usize,
    now: Timestamp,
) -> Result<(), Fault> {
    const ENTRY: &str = "
        INSERT INTO erasure (act, made_by, made_at, why, campaign, mails, files, places)
        VALUES (:act, :made_by, :now, :why, :campaign, :mails, :files, :places)";
    let (act, campaign) = match order.of {
        Whose::Person(_) => ("forget", None),
        Whose::Campaign { id, .. } => ("retention", Some(id)),
    };
    tx.prepare_cached(ENTRY)?.execute(named_params! {
        ":act": act, ":made_by": order.made_by, ":now": Ms(now), ":why": why, ":campaign": campaign,
        ":mails": Json(&order.mails), ":files": Size::from(files), ":places": Size::from(places),
    })?;
    Ok(())
}
