//! The store as something to carry away, and back. A backup is one database file, complete in itself, and beside it a folder
//! `blobs` that all backups of one place share: bytes never change under their name, so each backup adds only what is new,
//! and old database files may be deleted at will. It is taken beside the running daemon, of one committed moment.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::blobs::{self, Blobs};
use super::verify::{Named, named_blobs};
use super::{DATABASE, Lock, LogEntry, Store, create_private_dir, promise, reminder_log, schema};
use crate::fault::{Fault, kill_point};

/// How a database that is being restored is called until it is whole.
pub(super) const COPY: &str = ".shouwen-restore-";
/// Pages that are copied at a time: all of them, under one read lock, for which no writer waits under WAL.
const ALL_PAGES: std::ffi::c_int = -1;

/// What a backup or a restore moved.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    /// Bytes of the database file.
    pub database_bytes: u64,
    /// Blobs that belong to it.
    pub blobs: u64,
    /// Blobs that had to be brought: the others were there.
    pub brought: u64,
    /// What is lost or cannot be read, one line each, in Chinese with place and remedy; empty when all is there.
    pub problems: Vec<String>,
}

impl Store {
    /// Writes a backup to `file`, replacing what stands there, with its blobs in the folder `blobs` beside it. A blob that is
    /// missing here is named among the problems; the backup has all else. `progress` is told how many blobs of how many.
    ///
    /// # Errors
    /// [`Fault::Refused`] when `file` is not a place for a backup; what the disk reports.
    pub fn backup(&self, file: &Path, progress: &dyn Fn(u64, u64)) -> Result<Moved, Fault> {
        let folder = self.folder_for(file)?;
        let pool = Blobs::at(folder.join("blobs"))?;
        let copy = NamedTempFile::with_prefix_in(".shouwen-backup-", &folder)?;
        self.read(|tx| copy_database(tx, copy.path()))?;
        let mut moved = Moved { database_bytes: copy.as_file().metadata()?.len(), ..Moved::default() };
        let ours = self.data_dir().join("blobs");
        bring(&open_copy(copy.path())?, &ours, &pool, Trust::Size, &mut moved, progress)?;
        pool.sync_all()?;
        copy.as_file().sync_all()?;
        kill_point("backup.before_name");
        copy.persist(file).map_err(|refused| refused.error)?;
        File::open(&folder)?.sync_all()?;
        Ok(moved)
    }

    /// The folder a backup goes to: anywhere but in the data directory itself.
    fn folder_for(&self, file: &Path) -> Result<PathBuf, Fault> {
        let refused = |why: &str| Err(Fault::Refused(format!("备份不能写到 {}：{why}", file.display())));
        if file.is_dir() || file.file_name().is_none() {
            return refused("请写明文件名，如 /backup/shouwen-2023-05-10.db");
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            create_private_dir(folder)?;
        }
        let folder = folder.canonicalize()?;
        match folder.starts_with(self.data_dir().canonicalize()?) {
            true => refused("那是数据文件夹本身；请写到另一个文件夹，最好是另一块磁盘"),
            false => Ok(folder),
        }
    }
}

/// Puts the backup `file` in the place of the store in `data_dir`. What stands there is moved aside into a folder whose path is
/// returned, never deleted. Every blob is hashed on its way; those that are there and sound stay. With it comes a `pause`: what
/// left since the backup is in no register, and nobody is told twice on the strength of an older memory.
///
/// # Errors
/// [`Fault::Refused`] when `file` is no backup of this program, or of a newer one: then nothing was touched.
pub fn restore(
    data_dir: &Path,
    file: &Path,
    _held: &Lock,
    pause: &LogEntry,
    progress: &dyn Fn(u64, u64),
) -> Result<(Moved, Option<PathBuf>), Fault> {
    let backup = open_backup(file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let ours = Blobs::at(data_dir.join("blobs"))?;
    let mut moved = Moved::default();
    bring(&backup, &folder.join("blobs"), &ours, Trust::Hash, &mut moved, progress)?;
    ours.sync_all()?;
    let copy = NamedTempFile::with_prefix_in(COPY, data_dir)?;
    copy_database(&backup, copy.path())?;
    // Before it has its name: whoever opens it finds sending paused, however this process ends.
    let mut restored = Connection::open(copy.path())?;
    schema::bring_up(&mut restored)?;
    schema::writing(&mut restored, |tx| reminder_log::log(tx, pause))?;
    drop(restored);
    moved.database_bytes = copy.as_file().metadata()?.len();
    copy.as_file().sync_all()?;
    let aside = move_aside(data_dir)?;
    kill_point("restore.before_name");
    copy.persist(data_dir.join(DATABASE)).map_err(|refused| refused.error)?;
    File::open(data_dir)?.sync_all()?;
    Ok((moved, aside))
}

/// Copies a database, as of the moment the connection sees, into a file of its own without a log beside it, and has SQLite
/// look through the copy.
pub(super) fn copy_database(from: &Connection, to: &Path) -> Result<(), Fault> {
    let mut copy = Connection::open(to)?;
    if Backup::new(from, &mut copy)?.step(ALL_PAGES)? != StepResult::Done {
        return Err(Fault::Retry(format!("database copy {}: somebody writes", to.display())));
    }
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    sound(&copy, to)
}

fn sound(copy: &Connection, file: &Path) -> Result<(), Fault> {
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        _ => Err(Fault::Halt(format!("database copy {}: {verdict}", file.display()))),
    }
}

fn open_copy(file: &Path) -> Result<Connection, Fault> {
    Ok(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// Opens what should be a backup, and makes sure that it is one which this program can use.
fn open_backup(file: &Path) -> Result<Connection, Fault> {
    let refused = |why: String| Fault::Refused(format!("不能从 {} 恢复：{why}", file.display()));
    if !file.is_file() {
        return Err(refused("没有这个文件".to_owned()));
    }
    // What SQLite says of a file that is none is no word about our own register.
    let not_ours = |fault: Fault| {
        tracing::debug!("{}: {fault}", file.display());
        refused("不是收文的备份，或已损坏；请换一份备份".to_owned())
    };
    let backup = open_copy(file).map_err(not_ours)?;
    sound(&backup, file).map_err(not_ours)?;
    match schema::version(&backup)? {
        0 => Err(refused("不是收文的备份".to_owned())),
        found if found > schema::newest() => {
            Err(refused(format!("它出自更新的版本（{found}，本程序 {}）；请先升级程序", schema::newest())))
        }
        _ => Ok(backup),
    }
}

/// What is asked of a blob that is there already. A backup was hashed when it was brought, and is not read whole again
/// every day; what a restore leaves in place has to be proved.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    Size,
    Hash,
}

/// Brings the blobs that the database `of` names from the folder `from`, where they are not there already.
fn bring(
    of: &Connection,
    from: &Path,
    to: &Blobs,
    trust: Trust,
    moved: &mut Moved,
    progress: &dyn Fn(u64, u64),
) -> Result<(), Fault> {
    let named = named_blobs(of)?;
    let all = named.len() as u64;
    for (sha256, blob) in &named {
        match bring_one(sha256, blob, from, to, trust)? {
            Ok(is_new) => moved.brought += u64::from(is_new),
            Err(problem) => moved.problems.push(format!("{}：{problem}。{}", blob.place, blob.remedy())),
        }
        moved.blobs += 1;
        progress(moved.blobs, all);
    }
    Ok(())
}

/// Whether it had to be brought; or what is wrong with it.
fn bring_one(
    sha256: &str,
    blob: &Named,
    from: &Path,
    to: &Blobs,
    trust: Trust,
) -> Result<Result<bool, String>, Fault> {
    let is_sound = |path: &Path| {
        let (hash, size) = blobs::hash(&File::open(path)?)?;
        Ok::<_, io::Error>(hash == sha256 && size == blob.size)
    };
    let (source, place) = (blobs::place_in(from, sha256), to.path(sha256));
    let is_there = match trust {
        Trust::Size => place.metadata().is_ok_and(|found| found.len() == blob.size),
        Trust::Hash => is_sound(&place).unwrap_or(false),
    };
    if is_there {
        return Ok(Ok(false));
    }
    match is_sound(&source) {
        Ok(true) => to.bring(&source, sha256).map(|()| Ok(true)),
        Ok(false) => Ok(Err(format!("文件 {sha256} 的内容已改变"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Err(format!("文件 {sha256} 不在"))),
        Err(error) => Ok(Err(format!("文件 {sha256} 读不出（{error}）"))),
    }
}

/// Moves the database that stands in `data_dir`, with its log, into a folder of its own; none when there is none.
fn move_aside(data_dir: &Path) -> Result<Option<PathBuf>, Fault> {
    let there = |name: &str| Some(data_dir.join(name)).filter(|file| file.exists());
    // The database first: killed after it, what is left is refused; a database without its log would be an older moment.
    let files: Vec<PathBuf> = {
        let names = ["", "-wal", "-shm"].map(|ending| format!("{DATABASE}{ending}"));
        names.iter().map(String::as_str).chain([promise::FILE]).filter_map(there).collect()
    };
    if files.is_empty() {
        return Ok(None);
    }
    let number = (1..).find(|number| !data_dir.join(format!("before-restore-{number}")).exists());
    let aside = data_dir.join(format!("before-restore-{}", number.unwrap_or(1)));
    create_private_dir(&aside)?;
    for file in files {
        fs::rename(&file, aside.join(file.file_name().unwrap_or_default()))?;
    }
    File::open(&aside)?.sync_all()?;
    Ok(Some(aside))
}
