//! Files that were just written and will hardly be read again leave memory, or films and photos would push everything else
//! out of the page cache of a small office server. What leaves must be on disk first; a porter waits for that beside
//! those who write, who wait only when too much is on its way.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rustix::fs::{Advice, fadvise};

/// From this size on a file leaves memory.
pub(super) const LEAVES_BYTES: u64 = 256 * 1024;
/// Bytes, and files, which stay open, that may be on their way to disk while others are written.
const LEAVING_BYTES: u64 = 64 * 1024 * 1024;
const LEAVING_FILES: usize = 64;

/// Files on their way out of memory, oldest first, with their bytes.
#[derive(Default)]
pub(super) struct Leaving {
    files: Mutex<VecDeque<(File, u64)>>,
    changed: Condvar,
}

impl Leaving {
    /// Sends a file on its way, and waits while too much is on it.
    pub(super) fn push(&self, file: File, size: u64) -> io::Result<()> {
        self.files().push_back((file, size));
        self.changed.notify_all();
        self.see_off(LEAVING_BYTES)
    }

    /// Sees the oldest off until no more than so many bytes are on their way: what is not on disk yet cannot leave memory.
    fn see_off(&self, bytes_left: u64) -> io::Result<()> {
        loop {
            let oldest = {
                let mut files = self.files();
                let bytes: u64 = files.iter().map(|(_, bytes)| bytes).sum();
                if bytes > bytes_left || files.len() > LEAVING_FILES { files.pop_front() } else { None }
            };
            let Some((file, _)) = oldest else { return Ok(()) };
            file.sync_data()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }

    /// How many are on their way.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.files().len()
    }

    fn files(&self) -> MutexGuard<'_, VecDeque<(File, u64)>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who sees files off while others write more of them.
pub struct Porter<'a> {
    leaving: &'a Leaving,
    is_dismissed: AtomicBool,
}

impl<'a> Porter<'a> {
    pub(super) fn of(leaving: &'a Leaving) -> Self {
        Self { leaving, is_dismissed: AtomicBool::new(false) }
    }

    /// Sees all files off until it is dismissed and none is left.
    ///
    /// # Errors
    /// When a file cannot be written to disk; then those behind it stay on their way.
    pub fn work(&self) -> io::Result<()> {
        loop {
            self.leaving.see_off(0)?;
            let files = self.leaving.files();
            if !files.is_empty() {
                continue;
            }
            if self.is_dismissed.load(Ordering::Relaxed) {
                return Ok(());
            }
            drop(self.leaving.changed.wait(files));
        }
    }

    /// For as long as somebody writes: dismisses the porter when dropped, however the writing ended.
    pub fn shift(&self) -> Shift<'_> {
        Shift(self)
    }
}

/// The time in which files may come.
pub struct Shift<'a>(&'a Porter<'a>);

impl Drop for Shift<'_> {
    fn drop(&mut self) {
        let Porter { leaving, is_dismissed } = self.0;
        // Held, so that a porter that has just found nothing to do does not miss it.
        let _files = leaving.files();
        is_dismissed.store(true, Ordering::Relaxed);
        leaving.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(leaving: &Leaving, mib: u64) {
        let file = tempfile::tempfile().unwrap();
        file.set_len(mib << 20).unwrap();
        leaving.push(file, mib << 20).unwrap();
    }

    #[test]
    fn who_writes_waits_where_too_much_is_on_its_way() {
        let leaving = Leaving::default();
        push(&leaving, 40);
        push(&leaving, 20);
        assert_eq!(leaving.files().len(), 2);
        push(&leaving, 40);
        assert_eq!(leaving.files().len(), 2, "the oldest was waited for");
    }

    #[test]
    fn a_porter_sees_off_what_comes_and_ends_when_it_is_dismissed() {
        let leaving = Leaving::default();
        let porter = Porter::of(&leaving);
        push(&leaving, 1);
        std::thread::scope(|scope| {
            let shift = porter.shift();
            let at_work = scope.spawn(|| porter.work());
            (0..20).for_each(|_| push(&leaving, 1));
            drop(shift);
            at_work.join().unwrap().unwrap();
        });
        assert!(leaving.files().is_empty());
    }
}
