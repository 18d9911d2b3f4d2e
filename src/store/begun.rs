//! The beginnings of large mails in whose middle the last connection was cut, kept for the next process: `once` makes a few
//! connections and ends, and a mail that they cannot bring would never come. A file for each mail. The bytes are synced
//! before the file gets its name, and at their end stands whose they are and what they hash to: a kill leaves the older
//! beginning or the newer one, and what is not exactly that is never gone on with.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::blobs::{Blobs, Incoming, hex};
use super::{Lock, create_private_dir};
use crate::fault::{Fault, kill_point};

/// The folder of beginnings, in the folder of blobs.
pub(super) const BEGUN_DIR: &str = "begun";
/// Longest description of a beginning, bytes; the number of its bytes follows it in so many.
const SEAL_BYTES: u64 = 64 * 1024;
const LENGTH_BYTES: u64 = 4;
/// Bytes read at a time.
const CHUNK_BYTES: usize = 128 * 1024;

/// Which mail was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Mailbox.
    pub mailbox: String,
    /// Folder as people read it.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uidvalidity: u32,
    /// UID.
    pub uid: u32,
    /// RFC822.SIZE, bytes.
    pub size: u64,
    /// INTERNALDATE.
    pub received_at: Timestamp,
}

/// What stands behind the bytes.
#[derive(Serialize, Deserialize)]
struct Seal {
    of: Begun,
    bytes: u64,
    sha256: String,
}

impl Blobs {
    /// Keeps the beginning of a mail, instead of the one that is kept of it, unless that is longer.
    ///
    /// # Errors
    /// The disk's; the older one stays then.
    pub fn lay_by(&self, of: Begun, incoming: Incoming) -> Result<(), Fault> {
        let place = self.begun_place(&of);
        let folder = self.begun_dir();
        create_private_dir(&folder)?;
        let (mut file, sha256, bytes) = incoming.into_parts();
        let is_longer = |seal: Seal| seal.of == of && seal.bytes > bytes;
        let kept = File::open(&place).and_then(|mut kept| read_seal(&mut kept));
        if kept.is_ok_and(|seal| seal.is_some_and(is_longer)) {
            return Ok(());
        }
        let seal = serde_json::to_vec(&Seal { of, bytes, sha256 }).map_err(io::Error::from)?;
        file.write_all(&seal)?;
        file.write_all(&u32::try_from(seal.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        file.as_file().sync_all()?;
        kill_point("capture.begun_synced");
        file.persist(&place).map_err(|refused| refused.error)?;
        Ok(File::open(folder)?.sync_all()?)
    }

    /// The mails of which beginnings are kept, as far as their files say so: the bytes are looked at by [`Blobs::read_begun`].
    ///
    /// # Errors
    /// The disk's.
    pub fn begun(&self) -> Result<Vec<Begun>, Fault> {
        let mut all = Vec::new();
        for place in self.begun_files()? {
            all.extend(read_seal(&mut File::open(place)?)?.map(|seal| seal.of));
        }
        Ok(all)
    }

    /// Hands the beginning of a mail to `take`, piece by piece. False where there is none that is whole, which is known at
    /// its end only: what was taken is of no use then.
    ///
    /// # Errors
    /// The disk's, and those of `take`.
    pub fn read_begun(
        &self,
        of: &Begun,
        mut take: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<bool, Fault> {
        let mut file = match File::open(self.begun_place(of)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened?,
        };
        let Some(seal) = read_seal(&mut file)?.filter(|seal| seal.of == *of) else { return Ok(false) };
        file.rewind()?;
        let (mut rest, mut sha256) = (file.take(seal.bytes), Sha256::new());
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let count = rest.read(&mut chunk)?;
            let bytes = chunk.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(hex(sha256) == seal.sha256);
            }
            sha256.update(bytes);
            take(bytes)?;
        }
    }

    /// Removes the beginning that is kept of a mail.
    ///
    /// # Errors
    /// The disk's.
    pub fn forget_begun(&self, of: &Begun) -> Result<(), Fault> {
        remove(&self.begun_place(of))
    }

    /// Removes every beginning but those of mails that `is_wanted`, and what is none. The lock proves that nobody goes on
    /// with one.
    ///
    /// # Errors
    /// The disk's.
    pub fn clear_begun(&self, is_wanted: impl Fn(&Begun) -> bool, _held: &Lock) -> Result<(), Fault> {
        for place in self.begun_files()? {
            let seal = read_seal(&mut File::open(&place)?)?;
            if !seal.is_some_and(|seal| self.begun_place(&seal.of) == place && is_wanted(&seal.of)) {
                remove(&place)?;
            }
        }
        Ok(())
    }

    fn begun_files(&self) -> Result<Vec<PathBuf>, Fault> {
        let entries = match std::fs::read_dir(self.begun_dir()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
    }

    fn begun_dir(&self) -> PathBuf {
        self.dir().join(BEGUN_DIR)
    }

    /// Under a hash, since mailbox and folder may be called anything.
    fn begun_place(&self, of: &Begun) -> PathBuf {
        let Begun { mailbox, folder, uidvalidity, uid, .. } = of;
        let name = format!("{mailbox}\0{folder}\0{uidvalidity}\0{uid}");
        self.begun_dir().join(hex(Sha256::new().chain_update(name)))
    }
}

fn remove(place: &Path) -> Result<(), Fault> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => Ok(removed?),
    }
}

/// What stands at the end of a file of [`Blobs::lay_by`]; none of any other file.
fn read_seal(file: &mut File) -> io::Result<Option<Seal>> {
    let whole = file.metadata()?.len();
    let Some(end) = whole.checked_sub(LENGTH_BYTES) else { return Ok(None) };
    file.seek(SeekFrom::Start(end))?;
    let mut length = [0; LENGTH_BYTES as usize];
    file.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    let Some(begin) = end.checked_sub(length).filter(|_| length <= SEAL_BYTES) else { return Ok(None) };
    file.seek(SeekFrom::Start(begin))?;
    let mut text = Vec::new();
    file.take(length).read_to_end(&mut text)?;
    let seal: Option<Seal> = serde_json::from_slice(&text).ok();
    Ok(seal.filter(|seal| seal.bytes == begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn begun(mailbox: &str, uid: u32) -> Begun {
        let received_at = "2023-05-09T12:00:00+08:00".parse().unwrap();
        Begun {
            mailbox: mailbox.into(),
            folder: "收件箱/a".into(),
            uidvalidity: 7,
            uid,
            size: 1 << 30,
            received_at,
        }
    }

    fn lay_by(store: &Store, mailbox: &str, uid: u32, bytes: &[u8]) {
        let mut incoming = store.blobs().begin().unwrap();
        incoming.write_all(bytes).unwrap();
        store.blobs().lay_by(begun(mailbox, uid), incoming).unwrap();
    }

    fn kept(store: &Store, mailbox: &str, uid: u32) -> Option<Vec<u8>> {
        let mut read = Vec::new();
        let take = |bytes: &[u8]| {
            read.extend_from_slice(bytes);
            Ok(())
        };
        let is_whole = store.blobs().read_begun(&begun(mailbox, uid), take).unwrap();
        is_whole.then_some(read)
    }

    fn all(store: &Store) -> Vec<(String, u32)> {
        let mut all: Vec<_> =
            store.blobs().begun().unwrap().into_iter().map(|of| (of.mailbox, of.uid)).collect();
        all.sort();
        all
    }

    #[test]
    fn each_mail_keeps_its_longest_beginning_until_it_is_forgotten_and_no_start_removes_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert_eq!((kept(&store, "../zjc", 1), all(&store)), (None, vec![]));
        lay_by(&store, "../zjc", 1, b"one");
        lay_by(&store, "../zjc", 2, b"two");
        lay_by(&store, "hall", 2, b"");
        lay_by(&store, "../zjc", 1, b"longer");
        lay_by(&store, "../zjc", 1, b"short");
        drop(store.blobs().begin().unwrap());
        let lock = Lock::take(dir.path()).unwrap();
        store.clear_leftovers(&lock).unwrap();
        assert_eq!(kept(&store, "../zjc", 1), Some(b"longer".to_vec()));
        assert_eq!(kept(&store, "../zjc", 2), Some(b"two".to_vec()));
        assert_eq!(kept(&store, "hall", 2), Some(vec![]));
        let report = store.verify(&|_, _| {}).unwrap();
        assert!(report.problems.is_empty() && report.notes.is_empty(), "no blob without a row: {report:?}");
        store.blobs().forget_begun(&begun("../zjc", 2)).unwrap();
        store.blobs().forget_begun(&begun("../zjc", 2)).unwrap();
        assert_eq!(all(&store), [("../zjc".to_owned(), 1), ("hall".to_owned(), 2)]);
        assert_eq!(store.blobs().scratch_dir().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn what_nobody_wants_is_cleared_and_what_is_no_beginning() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let lock = Lock::take(dir.path()).unwrap();
        store.blobs().clear_begun(|_| false, &lock).unwrap();
        lay_by(&store, "zjc", 1, b"one");
        lay_by(&store, "gone", 1, b"one");
        std::fs::write(store.blobs().begun_dir().join("x"), "no seal").unwrap();
        store.blobs().clear_begun(|of| of.mailbox == "zjc", &lock).unwrap();
        assert_eq!(store.blobs().begun_files().unwrap(), [store.blobs().begun_place(&begun("zjc", 1))]);
    }

    #[test]
    fn what_is_not_exactly_what_was_laid_by_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        lay_by(&store, "zjc", 1, b"the beginning of a mail");
        let place = store.blobs().begun_place(&begun("zjc", 1));
        let whole = std::fs::read(&place).unwrap();
        let spoil = |bytes: &[u8]| {
            std::fs::write(&place, bytes).unwrap();
            kept(&store, "zjc", 1)
        };
        for cut in 0..whole.len() {
            assert_eq!(spoil(&whole[..cut]), None, "cut at {cut}");
        }
        for at in 0..23 {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            assert_eq!(spoil(&altered), None, "altered at {at}");
        }
        assert_eq!(spoil(&[&whole[..], b"x"].concat()), None, "longer");
        assert_eq!(spoil(&[b"x", &whole[..]].concat()), None, "shifted");
        assert!(spoil(&whole).is_some());
    }
}
