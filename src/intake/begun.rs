//! What one process could not finish of a large mail goes on in the next: `once` makes a few connections only, and a server
//! that cuts them all would never get such a mail across. Nothing is believed of it but what was synced and hashes as it
//! did; whether the mail is whole in the end is judged of all its bytes, like any other's. What was laid by stays until it is
//! known to be of no more use: a kill, a disk that does not give it or a look that fails cost what this process fetches.

use tokio::time::Instant;

use super::arrive::Arriving;
use super::capture::{Place, on_blocking_thread};
use super::half::Half;
use super::memory::{LaidBy, Memory};
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::imap::{Described, Session};
use crate::store::Store;

/// What is remembered of a mailbox at the beginning: of which mails something is laid by.
pub(super) async fn remembered(mailbox: &Mailbox, store: &Store) -> Memory {
    let id = mailbox.id.clone();
    let all = on_blocking_thread(store, |store| store.blobs().begun()).await;
    let all = all.unwrap_or_else(|fault| {
        tracing::warn!(mailbox = mailbox.id, "whether mails were begun cannot be told: {fault}");
        Vec::new()
    });
    Memory::of(all.into_iter().filter(|of| of.mailbox == id).collect())
}

/// Goes on with what is laid by of a mail that is about to be asked for: hundreds of megabytes are read for no other, and
/// again only where the mail was asked for in another way meanwhile.
pub(super) async fn take_up(session: &mut Session, place: &Place<'_>, memory: &mut Memory, mail: &Described) {
    let is_it = |begun: &LaidBy| !begun.is_given_up && !begun.is_useless && begun.is_of(place, mail);
    if memory.has_no_windows || memory.halves.have(place, mail) {
        return;
    }
    let Some(laid_by) = memory.begun.iter_mut().find(|begun| is_it(begun)) else { return };
    let (began, of) = (Instant::now(), laid_by.of.clone());
    let read = on_blocking_thread(place.store, move |store| {
        let mut arriving = Arriving::begin(store)?;
        let is_whole = store.blobs().read_begun(&of, |bytes| arriving.take(bytes))?;
        Ok(is_whole.then(|| Half::laid_by(&of, arriving)))
    });
    match read.await {
        Ok(Some(half)) => memory.halves.add(half),
        Ok(None) => laid_by.is_useless = true,
        Err(fault) => {
            laid_by.is_given_up = true;
            tracing::warn!(
                mailbox = place.mailbox.id,
                "the beginning of a mail cannot be read again: {fault}"
            );
        }
    }
    // Our disk's time is not the server's.
    session.be_patient(session.patience() + began.elapsed());
}

/// After a look: removes what is of no more use. `is_all_seen`: it came to its end and missed nothing.
pub(super) async fn tidy(mailbox: &Mailbox, store: &Store, memory: &mut Memory, is_all_seen: bool) {
    let useless = memory.useless(is_all_seen);
    if useless.is_empty() {
        return;
    }
    memory.begun.retain(|begun| !useless.contains(&begun.of));
    let forget = move |store: &Store| useless.iter().try_for_each(|begun| store.blobs().forget_begun(begun));
    warn(mailbox, on_blocking_thread(store, forget).await);
}

/// After the last look: lays by what has come of mails since, where no more of them is laid by. What fails with one is
/// nothing to the others.
pub(super) async fn lay_by(mailbox: &Mailbox, store: &Store, mut memory: Memory) {
    // What is known to be spoilt is in nobody's way.
    tidy(mailbox, store, &mut memory, false).await;
    let given_up: Vec<_> =
        memory.begun.iter().filter(|begun| begun.is_given_up).map(|b| b.of.clone()).collect();
    for half in memory.halves.into_all() {
        if let Some(of) = half.to_lay_by(&mailbox.id) {
            // What led to no mail makes room, however long it is.
            let is_refuted = given_up.contains(&of);
            let lay_by = move |store: &Store| {
                if is_refuted {
                    store.blobs().forget_begun(&of)?;
                }
                store.blobs().lay_by(of, half.arriving.into_incoming())
            };
            warn(mailbox, on_blocking_thread(store, lay_by).await);
        }
    }
}

fn warn(mailbox: &Mailbox, settled: Result<(), Fault>) {
    if let Err(fault) = settled {
        tracing::warn!(mailbox = mailbox.id, "the beginning of a mail is not kept as it should be: {fault}");
    }
}
