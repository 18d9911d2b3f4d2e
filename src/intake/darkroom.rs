//! Where photos are made small: beside the river, one at a time, by a caged reader of its own. A page asks for the
//! thumbnails that it shows; when the river rests, the photos that nobody asked for follow, so that near-duplicates are
//! marked.

use std::sync::{Mutex, PoisonError};

use crate::fault::Fault;
use crate::reader::ReadingDesk;
use crate::store::Store;

/// Photos taken up at a time.
const PHOTOS_AT_ONCE: usize = 50;

/// The place and its one desk.
pub struct Darkroom {
    store: Store,
    desk: Mutex<ReadingDesk>,
}

impl Darkroom {
    /// A darkroom of this store. No reader is started before the first photo.
    pub fn new(store: &Store) -> Self {
        Self::at(store, ReadingDesk::new(&store.blobs().scratch_dir().join("darkroom")))
    }

    /// The same with another desk, for tests.
    pub fn at(store: &Store, desk: ReadingDesk) -> Self {
        Self { store: store.clone(), desk: Mutex::new(desk) }
    }

    /// A JPEG of our own making that shows a photo of the register; none for anything else, and for what cannot be shown.
    ///
    /// # Errors
    /// What the store or the reader reports.
    pub fn thumbnail(&self, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash {
            return Ok(None);
        }
        if let Some(kept) = self.store.thumbnail(sha256)? {
            return Ok(Some(kept));
        }
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have asked for it just before.
        if let Some(kept) = self.store.thumbnail(sha256)? {
            return Ok(Some(kept));
        }
        if !self.store.may_be_shown(sha256)? {
            return Ok(None);
        }
        self.make(&mut desk, sha256)
    }

    /// Makes small what nobody has seen yet, as long as the river rests and `stop` does not say otherwise. Returns how many
    /// photos were looked at.
    ///
    /// # Errors
    /// As [`Darkroom::thumbnail`].
    pub fn develop(&self, stop: &dyn Fn() -> bool) -> Result<usize, Fault> {
        let (mut count, mut after) = (0, String::new());
        loop {
            let unseen = self.store.unseen_photos(&after, PHOTOS_AT_ONCE)?;
            let Some(last) = unseen.last() else { return Ok(count) };
            after.clone_from(last);
            for sha256 in &unseen {
                if stop() || self.store.waiting_counts(None)?.on_the_way > 0 {
                    return Ok(count);
                }
                let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
                self.make(&mut desk, sha256)?;
                count += 1;
            }
        }
    }

    fn make(&self, desk: &mut ReadingDesk, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        // Bytes that are gone are for `verify` to tell; here they are a photo that cannot be shown.
        let made = match self.store.blobs().open(sha256) {
            Ok(photo) => desk.thumbnail(&photo)?,
            Err(fault) => Err(fault.cause().to_owned()),
        };
        let shown = made.as_ref().map(|made| (made.jpeg.as_slice(), made.likeness)).map_err(String::as_str);
        self.store.save_picture(sha256, shown)?;
        Ok(made.ok().map(|made| made.jpeg))
    }
}
