//! The beginning of a large mail in whose middle the last connection was cut, kept for the next process: `once` makes a few
//! connections and ends, and a mail that they cannot bring would never come. One for each mailbox. The bytes are synced
//! before the file gets its name, and at their end stands whose they are and what they hash to: a kill leaves the older
//! beginning or the newer one, and what is not exactly that is never gone on with.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::blobs::{Blobs, Incoming, hash, hex};
use super::create_private_dir;
use crate::fault::{Fault, kill_point};

/// The folder of beginnings, in the folder of blobs.
pub(super) const BEGUN_DIR: &str = "begun";
/// Longest description of a beginning, bytes; the number of its bytes follows it in so many.
const SEAL_BYTES: u64 = 64 * 1024;
const LENGTH_BYTES: u64 = 4;

/// Which mail was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
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
    /// Keeps the beginning of a mail, instead of the one that is kept of this mailbox.
    ///
    /// # Errors
    /// The disk's; the older one stays then.
    pub fn lay_by(&self, mailbox: &str, of: Begun, incoming: Incoming) -> Result<(), Fault> {
        let place = self.begun_place(mailbox);
        let folder = place.parent().unwrap_or(&place);
        create_private_dir(folder)?;
        let (mut file, sha256, bytes) = incoming.into_parts();
        let seal = serde_json::to_vec(&Seal { of, bytes, sha256 }).map_err(io::Error::from)?;
        file.write_all(&seal)?;
        file.write_all(&u32::try_from(seal.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        file.as_file().sync_all()?;
        kill_point("capture.begun_synced");
        file.persist(&place).map_err(|refused| refused.error)?;
        Ok(File::open(folder)?.sync_all()?)
    }

    /// The beginning that is kept of this mailbox: whose it is, how many bytes, and these. None where there is none that is whole.
    ///
    /// # Errors
    /// The disk's.
    pub fn begun(&self, mailbox: &str) -> Result<Option<(Begun, u64, impl io::Read)>, Fault> {
        let mut file = match File::open(self.begun_place(mailbox)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let Some(Seal { of, bytes, sha256 }) = read_seal(&mut file)? else { return Ok(None) };
        file.rewind()?;
        let is_whole = hash((&file).take(bytes))? == (sha256, bytes);
        file.rewind()?;
        Ok(is_whole.then(|| (of, bytes, file.take(bytes))))
    }

    /// Removes the beginning that is kept of this mailbox.
    ///
    /// # Errors
    /// The disk's.
    pub fn forget_begun(&self, mailbox: &str) -> Result<(), Fault> {
        match std::fs::remove_file(self.begun_place(mailbox)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => Ok(removed?),
        }
    }

    /// Under a hash, since a mailbox may be called anything.
    fn begun_place(&self, mailbox: &str) -> PathBuf {
        self.dir().join(BEGUN_DIR).join(hex(Sha256::new().chain_update(mailbox)))
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
    use crate::store::{Lock, Store};

    fn begun(uid: u32) -> Begun {
        let received_at = "2023-05-09T12:00:00+08:00".parse().unwrap();
        Begun { folder: "收件箱/a".into(), uidvalidity: 7, uid, size: 1 << 30, received_at }
    }

    fn lay_by(store: &Store, mailbox: &str, uid: u32, bytes: &[u8]) {
        let mut incoming = store.blobs().begin().unwrap();
        incoming.write_all(bytes).unwrap();
        store.blobs().lay_by(mailbox, begun(uid), incoming).unwrap();
    }

    fn kept(store: &Store, mailbox: &str) -> Option<(u32, Vec<u8>)> {
        let (of, bytes, mut file) = store.blobs().begun(mailbox).unwrap()?;
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert_eq!((of, bytes), (begun(kept_uid(&read)), read.len() as u64));
        Some((kept_uid(&read), read))
    }

    /// The stories write the UID first.
    fn kept_uid(bytes: &[u8]) -> u32 {
        bytes.first().copied().unwrap_or_default().into()
    }

    #[test]
    fn each_mailbox_keeps_its_last_beginning_until_it_is_forgotten_and_no_start_removes_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(kept(&store, "../zjc"), None);
        lay_by(&store, "../zjc", 1, b"\x01one");
        lay_by(&store, "hall", 2, b"\x02");
        lay_by(&store, "../zjc", 3, b"\x03three");
        drop(store.blobs().begin().unwrap());
        let lock = Lock::take(dir.path()).unwrap();
        store.clear_leftovers(&lock).unwrap();
        assert_eq!(kept(&store, "../zjc"), Some((3, b"\x03three".to_vec())));
        assert_eq!(kept(&store, "hall"), Some((2, b"\x02".to_vec())));
        let report = store.verify(&|_, _| {}).unwrap();
        assert!(report.problems.is_empty() && report.notes.is_empty(), "no blob without a row: {report:?}");
        store.blobs().forget_begun("../zjc").unwrap();
        store.blobs().forget_begun("../zjc").unwrap();
        assert_eq!((kept(&store, "../zjc"), kept(&store, "hall").is_some()), (None, true));
        assert_eq!(store.blobs().scratch_dir().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_exactly_what_was_laid_by_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        lay_by(&store, "zjc", 1, b"\x01the beginning of a mail");
        let place = store.blobs().begun_place("zjc");
        let whole = std::fs::read(&place).unwrap();
        let spoil = |bytes: &[u8]| {
            std::fs::write(&place, bytes).unwrap();
            kept(&store, "zjc")
        };
        for cut in 0..whole.len() {
            assert_eq!(spoil(&whole[..cut]), None, "cut at {cut}");
        }
        for at in 0..24 {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            assert_eq!(spoil(&altered), None, "altered at {at}");
        }
        assert_eq!(spoil(&[&whole[..], b"x"].concat()), None, "longer");
        assert_eq!(spoil(&[b"x", &whole[..]].concat()), None, "shifted");
        assert!(spoil(&whole).is_some());
    }
}
