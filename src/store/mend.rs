//! What can be made good of what `verify` found: files of mails are made again from the raw mail, and raw mail is fetched again
//! from where it was seen. What neither helps against stays a problem, and a person brings a backup.

use std::collections::BTreeSet;
use std::fs;
use std::io;

use super::Store;
use super::verify::{BlobOf, VerifyReport};
use crate::fault::Fault;

/// What was set right, or will be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Mails that are to be read again, so that their files or what was told of them are made anew.
    pub again: usize,
    /// Mails that are to be fetched again at the next full look at their folder.
    pub awaited: usize,
}

impl Store {
    /// Has what is unsound made again or fetched again. An altered raw mail stays until its better is here: it may be all that
    /// is left. Only for who holds the lock.
    pub fn mend(&self, found: &VerifyReport) -> Result<Mended, Fault> {
        // A mail described otherwise than the server does is one that was not seen yet (see `sighting` in docs/DATA.md); none
        // has no bytes.
        const AWAIT: &str = "UPDATE sighting SET announced_size = 0 WHERE message = ?1 AND uid > 0";
        const READ_AGAIN: &str = "
            UPDATE message SET stage = 'captured', state = NULL, reason = NULL, ended_at = NULL, reader_deaths = 0
            WHERE id = ?1 AND erased_at IS NULL";
        // What is known of hashes follows from the mails.
        const UNKNOWN: &str = "
            INSERT OR IGNORE INTO hash_lately SELECT substr(sha256, 1, 12), id FROM message WHERE NOT EXISTS (
                SELECT 1 FROM known_hash WHERE start = substr(sha256, 1, 12) AND known_hash.message = message.id)";
        let raw: BTreeSet<i64> = found
            .unsound
            .iter()
            .filter_map(|blob| if let BlobOf::Raw(message) = blob.of { Some(message) } else { None })
            .collect();
        let mut again: BTreeSet<i64> = found.altered.iter().copied().filter(|id| !raw.contains(id)).collect();
        for blob in &found.unsound {
            let BlobOf::Part(message) = blob.of else { continue };
            if raw.contains(&message) {
                continue;
            }
            // One of equal size would be taken for sound and left in place.
            match fs::remove_file(self.blobs().path(&blob.sha256)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => again.insert(message),
            };
        }
        self.write(|tx| {
            if !found.problems.is_empty() {
                tx.execute(UNKNOWN, [])?;
            }
            let mut awaited = 0;
            for message in &raw {
                awaited += usize::from(tx.execute(AWAIT, [message])? > 0);
            }
            for message in &again {
                tx.execute(READ_AGAIN, [message])?;
            }
            Ok(Mended { again: again.len(), awaited })
        })
    }
}
