//! What `once` could not finish of a large mail goes on in the next `once`: each makes a few connections only, and a server
//! that cuts them all would never get such a mail across. Nothing is believed of it but what was synced and hashes as it
//! did; whether the mail is whole in the end is judged of all its bytes, like any other's.

use std::io::Read as _;

use super::arrive::Arriving;
use super::capture::on_blocking_thread;
use super::memory::Half;
use crate::domain::mailbox::Mailbox;
use crate::store::Store;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 128 * 1024;

/// The beginning that was laid by. It stays on disk until [`settle`] has a better one or none: a kill costs what this
/// process fetches. A disk that does not give it costs no mail: it is begun anew.
pub(super) async fn take_up(mailbox: &Mailbox, store: &Store) -> Option<Half> {
    let id = mailbox.id.clone();
    let read = on_blocking_thread(store, move |store| {
        let Some((of, bytes, mut file)) = store.blobs().begun(&id)? else { return Ok(None) };
        let mut arriving = Arriving::begin(store)?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok(Some(Half::laid_by(of, arriving, bytes))),
                count => arriving.take(chunk.get(..count).unwrap_or_default())?,
            }
        }
    });
    read.await.unwrap_or_else(|fault| {
        tracing::warn!(mailbox = mailbox.id, "the beginning of a mail cannot be read again: {fault}");
        None
    })
}

/// After a look: lays by what has grown in it, and removes what is of no more use. `is_done`: the look came to its end, so
/// that no mail is left half.
pub(super) async fn settle(mailbox: &Mailbox, store: &Store, half: Option<Half>, is_done: bool) {
    let id = mailbox.id.clone();
    let settled = on_blocking_thread(store, move |store| match half.filter(|_| !is_done) {
        None => store.blobs().forget_begun(&id),
        Some(half) if half.offset > half.laid_by => match half.begun() {
            Some(of) => store.blobs().lay_by(&id, of, half.arriving.into_incoming()),
            None => Ok(()),
        },
        Some(_) => Ok(()),
    });
    if let Err(fault) = settled.await {
        tracing::warn!(mailbox = mailbox.id, "the beginning of a mail is not kept: {fault}");
    }
}
