//! Where mail is seen: sightings, looks at folders, and the UIDs that a server lists and does not hand out. What is
//! new is a set difference of UIDs, never a high-water mark, so everything seen is kept per UIDVALIDITY.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, named_params};

use super::Store;
use super::column::{Json, Ms};
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;

/// A folder that was found by its role and not tried for so long while others of its mailbox were is there no more.
const FOLDER_IS_GONE: SignedDuration = SignedDuration::from_hours(24);

/// 邮箱位置: where a mail was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Mailbox id of the configuration.
    pub mailbox: String,
    /// Folder as people read it; for imported mail the path it came from.
    pub folder: String,
    /// UIDVALIDITY of the folder; 0 for imported mail.
    pub uidvalidity: u32,
    /// UID; for imported mail 0 (the path is the place).
    pub uid: u32,
}

/// A complete or failed look at one folder.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Mailbox id.
    pub mailbox: String,
    /// Folder as people read it.
    pub folder: String,
    /// UIDVALIDITY seen.
    pub uidvalidity: u32,
    /// When the list of UIDs was taken.
    pub at: Timestamp,
    /// UIDs that were listed and could not be fetched, with the reason.
    pub unfetched: Vec<(u32, String)>,
    /// UIDs that are known not to come and were not asked for this time.
    pub resting: Vec<u32>,
    /// Why the scan is not complete; none when every listed UID was asked for.
    pub trouble: Option<String>,
    /// What people should know although the scan is complete (the server has no such folder).
    pub note: Option<String>,
}

/// What is known of one folder.
#[derive(Debug, Clone)]
pub struct FolderState {
    /// Mailbox id.
    pub mailbox: String,
    /// Folder as people read it.
    pub folder: String,
    /// When it was last listed completely, and everything in it fetched or recorded as unfetched.
    pub complete_at: Option<Timestamp>,
    /// Last trouble in words, none when the last scan went well.
    pub trouble: Option<String>,
    /// The first look that met trouble since one went well, or the last of these in which mail came all the same.
    pub trouble_since: Option<Timestamp>,
    /// What people should know although nothing is wrong.
    pub note: Option<String>,
    /// When it was last tried.
    pub tried_at: Timestamp,
}

/// A UID that the server lists and does not hand out.
#[derive(Debug, Clone)]
pub struct Unfetched {
    /// Where it is.
    pub sighting: Sighting,
    /// When it was first listed.
    pub first_listed_at: Timestamp,
    /// How often it was asked for.
    pub tries: u32,
    /// The server's words.
    pub reason: String,
}

impl Store {
    /// Whether a UID of a folder is captured, or known not to come.
    pub fn knows_uid(&self, place: &Sighting) -> Result<bool, Fault> {
        const KNOWN: &str = "
            SELECT EXISTS (SELECT 1 FROM sighting WHERE mailbox = :mailbox AND folder = :folder
                    AND uidvalidity = :uidvalidity AND uid = :uid)
                OR EXISTS (SELECT 1 FROM unfetched WHERE mailbox = :mailbox AND folder = :folder
                    AND uidvalidity = :uidvalidity AND uid = :uid)";
        self.read(|tx| {
            let place = named_params! {
                ":mailbox": place.mailbox, ":folder": place.folder, ":uidvalidity": place.uidvalidity,
                ":uid": place.uid,
            };
            Ok(tx.prepare_cached(KNOWN)?.query_row(place, |row| row.get(0))?)
        })
    }

    /// Records the outcome of a look at a folder. A complete look knows of every UID, so what it does not name as
    /// unfetched or resting is not waited for any more; an incomplete one only adds.
    pub fn record_scan(&self, scan: &Scan) -> Result<(), Fault> {
        const LOOKED: &str = "
            INSERT INTO folder (mailbox, folder, uidvalidity, tried_at, complete_at, trouble, trouble_since, note)
            VALUES (:mailbox, :folder, :uidvalidity, :at, :complete_at, :trouble,
                CASE WHEN :trouble IS NOT NULL THEN :at END, :note)
            ON CONFLICT (mailbox, folder) DO UPDATE SET
                uidvalidity = excluded.uidvalidity,
                tried_at = excluded.tried_at,
                complete_at = coalesce(excluded.complete_at, complete_at),
                trouble = excluded.trouble,
                -- A clock that was set back knows no better.
                trouble_since = CASE WHEN excluded.trouble IS NOT NULL
                    THEN min(coalesce(trouble_since, excluded.tried_at), excluded.tried_at) END,
                note = excluded.note";
        const NOT_HANDED_OUT: &str = "
            INSERT INTO unfetched (mailbox, folder, uidvalidity, uid, first_listed_at, tries, reason)
            VALUES (:mailbox, :folder, :uidvalidity, :uid, :at, 1, :reason)
            ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET
                tries = tries + 1,
                reason = excluded.reason";
        const SETTLED: &str = "
            DELETE FROM unfetched
            WHERE mailbox = :mailbox AND folder = :folder
              AND NOT (uidvalidity = :uidvalidity AND uid IN (SELECT value FROM json_each(:unfetched)))";
        self.write(|tx| {
            let complete_at = scan.trouble.is_none().then_some(Ms(scan.at));
            tx.prepare_cached(LOOKED)?.execute(named_params! {
                ":mailbox": scan.mailbox, ":folder": scan.folder, ":uidvalidity": scan.uidvalidity,
                ":at": Ms(scan.at), ":complete_at": complete_at, ":trouble": scan.trouble,
                ":note": scan.note,
            })?;
            for (uid, reason) in &scan.unfetched {
                tx.prepare_cached(NOT_HANDED_OUT)?.execute(named_params! {
                    ":mailbox": scan.mailbox, ":folder": scan.folder, ":uidvalidity": scan.uidvalidity,
                    ":uid": uid, ":at": Ms(scan.at), ":reason": reason,
                })?;
            }
            if scan.trouble.is_none() {
                super::chase::note_hour(tx, scan)?;
                let uids: Vec<u32> =
                    scan.unfetched.iter().map(|(uid, _)| *uid).chain(scan.resting.iter().copied()).collect();
                tx.prepare_cached(SETTLED)?.execute(named_params! {
                    ":mailbox": scan.mailbox, ":folder": scan.folder, ":uidvalidity": scan.uidvalidity,
                    ":unfetched": Json(uids),
                })?;
            }
            Ok(())
        })
    }

    /// Whether a folder ever brought mail.
    pub fn has_mail_of(&self, mailbox: &str, folder: &str) -> Result<bool, Fault> {
        const HAD: &str =
            "SELECT EXISTS (SELECT 1 FROM sighting WHERE mailbox = :mailbox AND folder = :folder)";
        self.read(|tx| {
            let place = named_params! { ":mailbox": mailbox, ":folder": folder };
            Ok(tx.prepare_cached(HAD)?.query_row(place, |row| row.get(0))?)
        })
    }

    /// Forgets the looks at all other folders of a mailbox, and what they did not hand out. Their mail stays. Where those that
    /// brought mail may be `hidden`, they are not forgotten, and that is their note.
    pub fn forget_folders_but(
        &self,
        mailbox: &str,
        kept: &[String],
        hidden: Option<&str>,
    ) -> Result<(), Fault> {
        const LEFT: &str = "
            SELECT name FROM (
                SELECT folder AS name FROM folder WHERE mailbox = :mailbox
                UNION SELECT folder FROM unfetched WHERE mailbox = :mailbox)
            WHERE name NOT IN (SELECT value FROM json_each(:kept)) AND (:hidden IS NULL
                OR NOT EXISTS (SELECT 1 FROM sighting WHERE mailbox = :mailbox AND folder = name))";
        const UNTOLD: &str = "
            SELECT folder FROM folder
            WHERE mailbox = :mailbox AND folder NOT IN (SELECT value FROM json_each(:kept)) AND note IS NOT :hidden
                AND EXISTS (SELECT 1 FROM sighting
                    WHERE sighting.mailbox = folder.mailbox AND sighting.folder = folder.folder)";
        const TELL: &str = "UPDATE folder SET note = :hidden WHERE mailbox = :mailbox AND folder = :folder";
        let [left, untold] = self.read(|tx| {
            let asked = named_params! { ":mailbox": mailbox, ":kept": Json(kept), ":hidden": hidden };
            let names = |select: &str| -> Result<Vec<String>, Fault> {
                let mut select = tx.prepare_cached(select)?;
                let names = select.query_map(asked, |row| row.get(0))?.collect::<Result<_, _>>()?;
                Ok(names)
            };
            let untold = if hidden.is_some() { names(UNTOLD)? } else { Vec::new() };
            Ok([names(LEFT)?, untold])
        })?;
        if left.is_empty() && untold.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            for folder in &untold {
                let told = named_params! { ":mailbox": mailbox, ":folder": folder, ":hidden": hidden };
                tx.prepare_cached(TELL)?.execute(told)?;
            }
            for folder in &left {
                let place = named_params! { ":mailbox": mailbox, ":folder": folder };
                for table in ["folder", "unfetched"] {
                    let forget = format!("DELETE FROM {table} WHERE mailbox = :mailbox AND folder = :folder");
                    tx.prepare_cached(&forget)?.execute(place)?;
                }
            }
            Ok(())
        })
    }

    /// Forgets mails that were not handed out by mailboxes that configuration has no more: nobody will ask for them again, and they
    /// would be waited for without end. Where one comes back its next look lists them anew.
    pub fn forget_mailboxes_but(&self, kept: &[String]) -> Result<(), Fault> {
        const FORGET: &str =
            "DELETE FROM unfetched WHERE mailbox NOT IN (SELECT value FROM json_each(:kept))";
        if self.unfetched()?.iter().all(|mail| kept.contains(&mail.sighting.mailbox)) {
            return Ok(());
        }
        self.write(|tx| {
            tx.prepare_cached(FORGET)?.execute(named_params! { ":kept": Json(kept) })?;
            Ok(())
        })
    }

    /// Mail came from a mailbox although the look at these folders did not come to its end: their trouble begins anew, since one
    /// that is slow is not out.
    pub fn note_progress(&self, mailbox: &str, folders: &[String], at: Timestamp) -> Result<(), Fault> {
        const MOVED: &str = "
            UPDATE folder SET trouble_since = :at
            WHERE mailbox = :mailbox AND trouble IS NOT NULL AND folder IN (SELECT value FROM json_each(:folders))";
        self.write(|tx| {
            let place = named_params! { ":mailbox": mailbox, ":folders": Json(folders), ":at": Ms(at) };
            tx.prepare_cached(MOVED)?.execute(place)?;
            Ok(())
        })
    }

    /// All folders that were looked at; [`watched`] says which of them matter.
    pub fn folder_states(&self) -> Result<Vec<FolderState>, Fault> {
        const FOLDERS: &str = "
            SELECT mailbox, folder, complete_at, trouble, trouble_since, note, tried_at FROM folder ORDER BY mailbox, folder";
        self.read(|tx| {
            let mut select = tx.prepare_cached(FOLDERS)?;
            let states = select.query_map([], folder_state)?.collect::<Result<_, _>>()?;
            Ok(states)
        })
    }

    /// UIDs that are listed and not fetched.
    pub fn unfetched(&self) -> Result<Vec<Unfetched>, Fault> {
        const UNFETCHED: &str = "
            SELECT mailbox, folder, uidvalidity, uid, first_listed_at, tries, reason FROM unfetched
            ORDER BY mailbox, folder, uidvalidity, uid";
        self.read(|tx| {
            let mut select = tx.prepare_cached(UNFETCHED)?;
            let unfetched = select.query_map([], unfetched_row)?.collect::<Result<_, _>>()?;
            Ok(unfetched)
        })
    }
}

/// The folder states that matter for one mailbox: those of its configured names, and for a role such as `@junk`
/// whatever else was looked at there, unless it has not been tried for a day while its mailbox has: the server has no
/// such folder any more. A name that was never looked at has no state: `None`.
pub fn watched<'a>(
    mailbox: &'a Mailbox,
    folders: &'a [FolderState],
) -> Vec<(&'a str, Option<&'a FolderState>)> {
    let own = || folders.iter().filter(|state| state.mailbox == mailbox.id);
    let mut watched = Vec::new();
    for name in mailbox.folders.iter().filter(|name| !name.starts_with('@')) {
        watched.push((name.as_str(), own().find(|state| state.folder.eq_ignore_ascii_case(name))));
    }
    if mailbox.folders.iter().any(|name| name.starts_with('@')) {
        let named =
            |state: &FolderState| mailbox.folders.iter().any(|n| n.eq_ignore_ascii_case(&state.folder));
        let tried_at = own().map(|state| state.tried_at).max().unwrap_or_default();
        let is_there = |state: &FolderState| tried_at.duration_since(state.tried_at) <= FOLDER_IS_GONE;
        // A role itself has a state only where its folder cannot be found.
        let matters = |state: &FolderState| match state.folder.starts_with('@') {
            true => state.trouble.is_some(),
            false => !named(state),
        };
        let others = own().filter(|state| matters(state) && is_there(state));
        watched.extend(others.map(|state| (state.folder.as_str(), Some(state))));
    }
    watched
}

fn folder_state(row: &Row<'_>) -> rusqlite::Result<FolderState> {
    Ok(FolderState {
        mailbox: row.get("mailbox")?,
        folder: row.get("folder")?,
        complete_at: row.get::<_, Option<Ms>>("complete_at")?.map(|at| at.0),
        trouble: row.get("trouble")?,
        trouble_since: row.get::<_, Option<Ms>>("trouble_since")?.map(|at| at.0),
        note: row.get("note")?,
        tried_at: row.get::<_, Ms>("tried_at")?.0,
    })
}

fn unfetched_row(row: &Row<'_>) -> rusqlite::Result<Unfetched> {
    Ok(Unfetched {
        sighting: Sighting {
            mailbox: row.get("mailbox")?,
            folder: row.get("folder")?,
            uidvalidity: row.get("uidvalidity")?,
            uid: row.get("uid")?,
        },
        first_listed_at: row.get::<_, Ms>("first_listed_at")?.0,
        tries: row.get("tries")?,
        reason: row.get("reason")?,
    })
}
