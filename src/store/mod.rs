//! Everything that is kept: rows in SQLite, bytes in blobs. All SQL of the program is in this room. One writer, many
//! readers; every public function is one transaction and is safe to repeat.

mod backup;
mod begun;
mod blobs;
mod catalogue;
mod chase;
mod checkup;
mod column;
mod decision;
mod download;
mod echo;
mod erase;
mod explain;
mod filing;
mod folder;
mod gauge;
mod holding;
mod leaving;
mod lock;
mod login_refusal;
mod look_back;
mod mail;
mod marks;
mod material;
mod mend;
mod mistaken;
mod outbox;
mod pending;
mod picture;
mod promise;
mod reading;
mod receipt;
mod refusal;
mod register;
mod reminder_log;
mod replay;
mod room;
mod says;
mod schema;
mod seal;
mod seen;
mod sender;
mod sending;
mod session;
mod since;
mod steps;
mod used;
mod user;
mod verify;

pub use backup::{Moved, restore};
pub use begun::Begun;
pub use blobs::{Blobs, Incoming, Staged};
pub use catalogue::{Answer, MessageFilter, MessageRow, PartRow};
pub use chase::ScanHour;
pub use checkup::Checkup;
pub use decision::{OnFile, Ruled};
pub use download::{Download, LinkRow};
pub use echo::{DeadAddress, Ours, Unsure};
pub use erase::{Erased, Erasure, ErasureEntry, Mention, Whose};
pub use filing::{FiledPart, LearnedSender, ReadingRow, Registration};
pub use folder::{FolderState, Scan, Sighting, Unfetched, watched};
pub use gauge::{AMPLE_BYTES, Gauges, ROOM_BYTES, Stuck, WaitingCounts};
pub use lock::Lock;
pub use login_refusal::LoginRefusal;
pub use mail::{Captured, Reported, Waiting};
pub use marks::MarksMade;
pub use material::{Gallery, Mark, MarkWish, Material, MaterialFilter, Push};
pub use mend::Mended;
pub use outbox::{ALARM, NewMail, OutboxRow, OutboxState};
pub use pending::PendingMail;
pub use picture::Alike;
pub use reading::{CountedReading, Replaced, VersionRow};
pub use receipt::RECEIPT;
pub use refusal::Refusal;
pub use register::Leaf;
pub use reminder_log::{LogAct, LogEntry};
pub use seen::{Announced, Seen};
pub use sender::KnownSender;
pub use session::{LeaderLink, SESSION_IDLE, SESSION_WHOLE, Session};
pub use steps::{Approval, SentStep, StepKey};
pub use used::UsedUnit;
pub use user::User;
pub use verify::{BlobOf, Unsound, VerifyReport};

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction};

use crate::domain::decision::Decision;
use crate::fault::{Fault, system_words};

/// Reading connections kept open between questions; more are made when more ask at once.
const READERS_KEPT: usize = 4;

/// Name of the database file in a data directory.
const DATABASE: &str = "shouwen.db";

/// How unfinished copies of the database are called, until they have their names.
const COPIES: [&str; 2] = [schema::COPY, backup::COPY];

/// The store of one data directory: `shouwen.db` and `blobs/`. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: PathBuf,
    /// Thumbnails of photos: may be deleted at any time.
    thumbnails: PathBuf,
    blobs: Blobs,
    /// The one connection that writes. Readers never wait for it: WAL gives them the last committed moment.
    writer: Mutex<Connection>,
    /// Connections that nobody uses just now.
    idle_readers: Mutex<Vec<Connection>>,
    /// Decisions as they were read last.
    decisions: Mutex<Option<Arc<Vec<Decision>>>>,
}

impl Store {
    /// Opens the store in `data_dir`, creating it or bringing its schema up to date. Needs no [`Lock`]: commands that
    /// read or decide open it beside the daemon.
    ///
    /// # Errors
    /// [`Fault::Halt`] when the directory cannot be used, the database is damaged or its schema is newer than this
    /// program.
    pub fn open(data_dir: &Path) -> Result<Self, Fault> {
        create_private_dir(data_dir)?;
        let _alone = lock::alone(data_dir)?;
        let blobs = Blobs::at(data_dir.join("blobs"))?;
        let thumbnails = data_dir.join("thumbnails");
        create_private_dir(&thumbnails)?;
        let database = data_dir.join(DATABASE);
        let is_new = !database.metadata().is_ok_and(|found| found.len() > 0);
        if is_new && !blobs.names()?.is_empty() {
            return Err(Fault::Halt(format!(
                "登记库 {} 不在或是空的，旁边却有收下的原信；请由备份恢复（shouwen restore --from FILE），新建的会忘记已经发过什么",
                database.display()
            )));
        }
        // SQLite gives its -wal and -shm files the mode of the database.
        OpenOptions::new().append(true).create(true).mode(0o600).open(&database).map_err(|error| {
            Fault::Halt(format!(
                "登记库 {}：打不开：{}；请检查该文件夹的权限和磁盘",
                database.display(),
                system_words(&error)
            ))
        })?;
        let mut writer = schema::connect(&database, true)?;
        schema::migrate(&mut writer, &database)?;
        let inner = Inner {
            database,
            thumbnails,
            blobs,
            writer: Mutex::new(writer),
            idle_readers: Mutex::new(Vec::new()),
            decisions: Mutex::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The bytes.
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// Removes what a process left half done that was killed: bytes on their way, and copies of the database for an upgrade or a
    /// restore. The lock proves that nobody is at it.
    pub fn clear_leftovers(&self, held: &Lock) -> Result<(), Fault> {
        for entry in std::fs::read_dir(self.data_dir())? {
            let entry = entry?;
            let name = entry.file_name();
            if COPIES.iter().any(|copy| name.to_string_lossy().starts_with(copy)) {
                std::fs::remove_file(entry.path())?;
            }
        }
        self.clear_erased()?;
        self.blobs().clear_leftovers(held)
    }

    fn data_dir(&self) -> &Path {
        self.0.database.parent().unwrap_or(Path::new("."))
    }

    fn thumbnail_path(&self, sha256: &str) -> PathBuf {
        self.0.thumbnails.join(format!("{sha256}.jpg"))
    }

    /// One transaction that writes: all or nothing.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        // A panic under the lock rolled its transaction back; the connection is good for the next.
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        schema::writing(&mut writer, work)
    }

    /// One transaction that reads: all statements see the same moment.
    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let idle = || self.0.idle_readers.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => schema::connect(&self.0.database, false)?,
        };
        let answer = schema::reading(&mut reader, work);
        let mut idle = idle();
        if idle.len() < READERS_KEPT {
            idle.push(reader);
        }
        answer
    }
}

/// Makes `dir` and closes it to others: mail is nobody else's business.
fn create_private_dir(dir: &Path) -> Result<(), Fault> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    let closed = made.and_then(|()| match dir.metadata()?.permissions().mode() & 0o777 {
        0o700 => Ok(()),
        _ => std::fs::set_permissions(dir, Permissions::from_mode(0o700)),
    });
    closed.map_err(|error| {
        Fault::Halt(format!(
            "文件夹 {}：用不了：{}；请检查它的权限和磁盘，数据文件夹可在 data_dir 改",
            dir.display(),
            system_words(&error)
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Stage;
    use jiff::Timestamp;

    fn mail(uid: u32) -> Captured {
        let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid };
        Captured {
            sha256: format!("{uid:064x}"),
            size: 1,
            received_at: Timestamp::UNIX_EPOCH,
            sighting,
            is_history: false,
            note: String::new(),
            announced: Announced::default(),
        }
    }

    #[test]
    fn readers_here_and_elsewhere_do_not_wait_for_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.capture(&[mail(1)], Timestamp::UNIX_EPOCH).unwrap();
        let elsewhere = Store::open(dir.path()).unwrap();
        let seen_meanwhile = store.write(|tx| {
            tx.execute("UPDATE message SET stage = 'parked'", [])?;
            let late = Store::open(dir.path())?;
            let counts =
                [&store, &elsewhere, &late].map(|store| store.waiting(Stage::Captured, 9).unwrap().len());
            Ok(counts)
        });
        assert_eq!(seen_meanwhile, Ok([1, 1, 1]), "the last committed moment");
        assert!(elsewhere.waiting(Stage::Captured, 9).unwrap().is_empty());
    }

    #[test]
    fn a_reading_connection_cannot_write_and_a_failed_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let written = store.read(|tx| Ok(tx.execute("DELETE FROM message", [])?));
        assert!(matches!(written, Err(Fault::Halt(_))));
        let failed = store.write(|tx| {
            tx.execute(
                "INSERT INTO folder (mailbox, folder, uidvalidity, tried_at) VALUES ('a', 'b', 1, 1)",
                [],
            )?;
            Err::<(), _>(Fault::Retry("on the way".into()))
        });
        assert!(failed.is_err());
        assert!(store.folder_states().unwrap().is_empty());
    }

    #[test]
    fn a_message_is_filed_by_writing_its_row_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let ids = store.capture(&[mail(1), mail(2)], Timestamp::UNIX_EPOCH).unwrap();
        let changes = || store.write(|tx| Ok(tx.query_row("SELECT total_changes()", [], |row| row.get(0))?));
        let before: i64 = changes().unwrap();
        let verdict = |review: Option<&str>| Registration {
            kind: crate::domain::message::MessageKind::Question,
            campaign: None,
            may_be_of: vec![],
            unit: None,
            unit_by: None,
            review: review.map(str::to_owned),
            may_concern: vec![],
            may_hold_material: false,
            evidence: vec![],
            parts: vec![],
            loose: vec![],
            readings: vec![],
            learned: vec![],
            accepted: vec![],
            echoes: vec![],
        };
        let batch: Vec<_> = ids.into_iter().zip([verdict(None), verdict(Some("请认定"))]).collect();
        store.register(&batch, &[], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(changes(), Ok(before + 2));
        let states =
            "SELECT group_concat(state || coalesce(reason, '')) FROM (SELECT * FROM message ORDER BY id)";
        let states = store.read(|tx| Ok(tx.query_row(states, [], |row| row.get::<_, String>(0))?));
        assert_eq!(states, Ok("registered,review请认定".to_owned()));
    }

    #[test]
    fn a_store_that_many_make_at_the_same_moment_is_there_for_all() {
        for _ in 0..20 {
            let dir = tempfile::tempdir().unwrap();
            let start = std::sync::Barrier::new(6);
            let open = || {
                start.wait();
                Store::open(dir.path()).map(drop)
            };
            std::thread::scope(|scope| {
                let opened: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
                opened.into_iter().for_each(|opened| assert_eq!(opened.join().unwrap(), Ok(())));
            });
        }
    }

    #[test]
    fn many_threads_read_and_write_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let store = store.clone();
                scope.spawn(move || {
                    for n in 0..5 {
                        store.capture(&[mail(thread * 5 + n)], Timestamp::UNIX_EPOCH).unwrap();
                        store.waiting(Stage::Captured, 1).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.waiting(Stage::Captured, 99).unwrap().len(), 40);
    }
}
