//! Immutable bytes named by their SHA-256 under `blobs/ab/`. Raw mail is synced before its row commits; derived
//! bytes (attachments) are not, since `verify` can make them again.

use std::collections::BTreeSet;
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};
use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};

use super::begun::BEGUN_DIR;
use super::leaving::{LEAVES_BYTES, Leaving, Porter};
use super::{Lock, create_private_dir};
use crate::fault::{Fault, kill_point};

/// Bytes read at a time when hashing.
const HASH_CHUNK_BYTES: usize = 64 * 1024;
/// At least.
const SMALL_CHUNK_BYTES: usize = 4 * 1024;

/// Small files of a batch that are synced one by one; of more the file system is synced once (200 small files here:
/// 56 ms one by one, 5 ms at once). That waits for whatever else is unwritten, so a large file is always synced by itself.
const SYNC_EACH_MOST: usize = 8;
/// From this size on a file is synced by itself.
const LARGE_BYTES: u64 = 1024 * 1024;

/// The folder of blobs.
pub struct Blobs {
    dir: PathBuf,
    /// Open for life: `syncfs` tells each handle of the write errors since it last asked.
    pub(super) handle: File,
    /// Folders that are known to be there, by their two digits.
    folders: Mutex<BTreeSet<String>>,
    /// Derived files that are being written to disk, to leave memory then.
    leaving: Leaving,
    /// How often the disk was waited for, to make files and folders durable.
    syncs: AtomicU64,
}

/// A blob being written; dropped without [`Incoming::finish`] it leaves nothing behind.
pub struct Incoming {
    file: NamedTempFile,
    hash: Sha256,
    size: u64,
}

/// Bytes complete in a temporary file beside their place, hashed, not yet under their name. Closed, so that a large
/// batch does not use up the file descriptors; dropped without [`Blobs::keep`] it leaves nothing behind.
pub struct Staged {
    /// SHA-256 in hex.
    pub sha256: String,
    /// Number of bytes.
    pub size: u64,
    file: TempPath,
}

impl io::Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Incoming {
    /// Ends writing: the bytes are hashed, still unnamed and unsynced.
    pub fn finish(self) -> Result<Staged, Fault> {
        Ok(Staged { sha256: hex(self.hash), size: self.size, file: self.file.into_temp_path() })
    }

    /// The file as it stands, its SHA-256 in hex, and the number of bytes.
    pub(super) fn into_parts(self) -> (NamedTempFile, String, u64) {
        (self.file, hex(self.hash), self.size)
    }
}

impl Blobs {
    /// The blobs under `dir`, which is made where it is missing.
    pub(super) fn at(dir: PathBuf) -> Result<Self, Fault> {
        create_private_dir(&dir)?;
        let blobs = Self {
            handle: File::open(&dir)?,
            dir,
            folders: Mutex::default(),
            leaving: Leaving::default(),
            syncs: AtomicU64::default(),
        };
        create_private_dir(&blobs.scratch_dir())?;
        Ok(blobs)
    }

    /// Begins a blob.
    ///
    /// # Errors
    /// [`Fault::Halt`] when the disk is full, or nearly.
    pub fn begin(&self) -> Result<Incoming, Fault> {
        self.demand_room()?;
        let file = tempfile::Builder::new().prefix("incoming-").tempfile_in(self.scratch_dir())?;
        Ok(Incoming { file, hash: Sha256::new(), size: 0 })
    }

    /// Makes a batch durable under its names: bytes synced, renamed, directories synced. What stands there already is
    /// replaced: the bytes at hand were hashed just now, the others may be torn or were never synced.
    pub fn keep(&self, batch: Vec<Staged>) -> Result<(), Fault> {
        let is_small = |staged: &&Staged| staged.size < LARGE_BYTES;
        let at_once = batch.iter().filter(is_small).count() > SYNC_EACH_MOST;
        let large = batch.iter().filter(|staged| !is_small(staged)).map(|staged| &*staged.file);
        self.sync(false, large)?;
        self.sync(at_once, batch.iter().filter(is_small).map(|staged| &*staged.file))?;
        let mut touched = BTreeSet::from([self.dir.clone()]);
        for staged in batch {
            let (place, folder) = self.make_room(&staged.sha256)?;
            staged.file.persist(place).map_err(|refused| refused.error)?;
            touched.insert(folder);
        }
        self.sync(at_once, touched.iter().map(PathBuf::as_path))?;
        kill_point("capture.blob_synced");
        Ok(())
    }

    /// Makes files or directories durable: each of them, or all of the file system at once.
    fn sync<'a>(&self, at_once: bool, mut paths: impl Iterator<Item = &'a Path>) -> io::Result<()> {
        let wait = |sync: &dyn Fn() -> io::Result<()>| {
            self.syncs.fetch_add(1, Ordering::Relaxed);
            sync()
        };
        match at_once {
            true => wait(&|| Ok(rustix::fs::syncfs(&self.handle)?)),
            false => paths.try_for_each(|path| wait(&|| File::open(path)?.sync_all())),
        }
    }

    /// Takes over a finished derived file (hashed here, moved); returns SHA-256 and size. A blob of the same name and
    /// size stays: it may be raw mail that was synced. A small file is not synced: `verify` can have it made again.
    pub fn adopt(&self, file: &Path) -> Result<(String, u64), Fault> {
        // Its maker is caged but hostile: a link or a pipe that it left must not lead the parent astray.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::open(file, flags, Mode::empty()).map(File::from);
        let opened =
            opened.map_err(|error| Fault::Park(format!("derived file {}: {error}", file.display())))?;
        let metadata = opened.metadata()?;
        if !metadata.is_file() {
            return Err(Fault::Park(format!("derived file {} is not a regular file", file.display())));
        }
        let chunk_bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let (sha256, size) = hash_in_chunks(&opened, chunk_bytes.clamp(SMALL_CHUNK_BYTES, HASH_CHUNK_BYTES))?;
        let (place, _) = self.make_room(&sha256)?;
        if metadata.permissions().mode() & 0o777 != 0o600 {
            opened.set_permissions(Permissions::from_mode(0o600))?;
        }
        // Nearly always new: the folder, which may hold thousands, is searched once.
        if rustix::fs::renameat_with(CWD, file, CWD, &place, RenameFlags::NOREPLACE).is_err() {
            if place.symlink_metadata().is_ok_and(|old| old.len() == size) {
                std::fs::remove_file(file)?;
                return Ok((sha256, size));
            } else {
                std::fs::rename(file, place)?;
            }
        }
        if size >= LEAVES_BYTES {
            self.leaving.push(opened, size)?;
        }
        Ok((sha256, size))
    }

    /// Someone to see the adopted files off, so that a reader does not rest while the disk works.
    pub fn porter(&self) -> Porter<'_> {
        Porter::of(&self.leaving)
    }

    /// Says that a file will not be read again soon: a large one leaves memory as far as it is on disk.
    pub fn let_go(&self, file: &File) -> io::Result<()> {
        if file.metadata()?.len() >= LEAVES_BYTES {
            rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed)?;
        }
        Ok(())
    }

    /// Opens a blob for reading.
    ///
    /// # Errors
    /// [`Fault::Park`] when it is not there: only the message that needs it cannot go on, and `verify` says which.
    pub fn open(&self, sha256: &str) -> Result<File, Fault> {
        File::open(self.path(sha256)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Fault::Park(format!("blob {sha256} is missing")),
            _ => error.into(),
        })
    }

    /// Where a blob stands, whether or not it is there.
    pub fn path(&self, sha256: &str) -> PathBuf {
        place_in(&self.dir, sha256)
    }

    /// Takes in a file of another folder of blobs, which is known to be sound: as a second name of the same bytes where both
    /// are on one file system (they never change), else as a synced copy.
    pub(super) fn bring(&self, source: &Path, sha256: &str) -> Result<(), Fault> {
        let (place, _) = self.make_room(sha256)?;
        let copy = NamedTempFile::with_prefix_in("incoming-", self.scratch_dir())?;
        std::fs::remove_file(copy.path())?;
        if std::fs::hard_link(source, copy.path()).is_err() {
            std::fs::copy(source, copy.path())?;
            std::fs::set_permissions(copy.path(), Permissions::from_mode(0o600))?;
            File::open(copy.path())?.sync_all()?;
        }
        copy.into_temp_path().persist(place).map_err(|refused| refused.error)?;
        Ok(())
    }

    /// Makes all that was brought durable.
    pub(super) fn sync_all(&self) -> Result<(), Fault> {
        Ok(rustix::fs::syncfs(&self.handle).map_err(io::Error::from)?)
    }

    /// The folder of blobs itself.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A folder on the same file system for the reader's scratch files.
    pub fn scratch_dir(&self) -> PathBuf {
        self.dir.join("tmp")
    }

    /// Removes what a dead process left half written. The lock proves that nobody is writing.
    pub fn clear_leftovers(&self, _held: &Lock) -> Result<(), Fault> {
        for entry in std::fs::read_dir(self.scratch_dir())? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => std::fs::remove_dir_all(entry.path())?,
                false => std::fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }

    /// Names of all blobs on disk, in order.
    pub(super) fn names(&self) -> Result<Vec<String>, Fault> {
        let mut names = Vec::new();
        for folder in std::fs::read_dir(&self.dir)? {
            let folder = folder?;
            let is_of_blobs = !["tmp", BEGUN_DIR].iter().any(|other| folder.file_name() == *other);
            if !is_of_blobs || !folder.file_type()?.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(folder.path())? {
                names.push(entry?.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Makes sure that the folder of a blob exists; returns the blob's place and that folder.
    fn make_room(&self, sha256: &str) -> Result<(PathBuf, PathBuf), Fault> {
        let place = self.path(sha256);
        let folder = place.parent().unwrap_or(&self.dir).to_owned();
        let digits = sha256.get(..2).unwrap_or_default();
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(digits) {
            create_private_dir(&folder)?;
            known.insert(digits.to_owned());
        }
        Ok((place, folder))
    }
}

/// Where a blob stands in a folder of blobs.
pub(super) fn place_in(dir: &Path, sha256: &str) -> PathBuf {
    dir.join(sha256.get(..2).unwrap_or_default()).join(sha256)
}

/// SHA-256 in hex and number of bytes of what can be read from `file`.
pub(super) fn hash(file: impl io::Read) -> io::Result<(String, u64)> {
    hash_in_chunks(file, HASH_CHUNK_BYTES)
}

/// The same in chunks of so many bytes: for a small file it takes longer to make a large one ready than to hash the file.
fn hash_in_chunks(mut file: impl io::Read, chunk_bytes: usize) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut chunk = vec![0; chunk_bytes];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok((hex(hash), size)),
            Ok(count) => {
                hash.update(chunk.get(..count).unwrap_or_default());
                size += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

pub(super) fn hex(hash: Sha256) -> String {
    use std::fmt::Write as _;
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
