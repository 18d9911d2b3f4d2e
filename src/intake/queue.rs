//! Who reads what: captured mails are handed out to the desks one by one, oldest first, and each to one desk only. A
//! desk that finds nothing stays as long as another is busy, since mail may come meanwhile and the other may be long.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::message::Stage;
use crate::fault::Fault;
use crate::store::{Store, Waiting};

/// Mails asked for at a time.
const BATCH: usize = 200;
/// How often a desk without work looks for mail that came meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The mails that wait to be read in one turn.
pub(super) struct Queue<'a> {
    store: &'a Store,
    /// Whether more may be captured meanwhile.
    comes: &'a (dyn Fn() -> bool + Sync),
    hands: Mutex<Hands>,
    changed: Condvar,
}

struct Hands {
    waiting: VecDeque<Waiting>,
    /// Handed out, and in the store still as captured.
    taken: BTreeSet<i64>,
    desks: usize,
    idle: usize,
}

/// A desk's place at the queue, until dropped.
pub(super) struct Place<'a>(&'a Queue<'a>);

impl<'a> Queue<'a> {
    /// For so many desks, each of which is expected to [`Queue::enter`].
    pub(super) fn new(store: &'a Store, desks: usize, comes: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let hands = Hands { waiting: VecDeque::new(), taken: BTreeSet::new(), desks, idle: 0 };
        Self { store, comes, hands: Mutex::new(hands), changed: Condvar::new() }
    }

    /// A desk's place.
    pub(super) fn enter(&'a self) -> Place<'a> {
        Place(self)
    }

    /// The next mail to read; none when no mail waits just now.
    pub(super) fn next(&self) -> Result<Option<Waiting>, Fault> {
        let mut hands = self.hands();
        if hands.waiting.is_empty() {
            // Those in hand are found again each time, and may be thousands.
            let limit = u32::try_from(BATCH.max(hands.taken.len()) + hands.taken.len()).unwrap_or(u32::MAX);
            let mut found = self.store.waiting(Stage::Captured, limit)?;
            found.retain(|mail| !hands.taken.contains(&mail.id));
            hands.waiting.extend(found);
        }
        let next = hands.waiting.pop_front();
        hands.taken.extend(next.as_ref().map(|mail| mail.id));
        Ok(next)
    }

    /// These have left the stage of captured mail.
    pub(super) fn done(&self, ids: impl IntoIterator<Item = i64>) {
        let mut hands = self.hands();
        for id in ids {
            hands.taken.remove(&id);
        }
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Waits a little while another desk is busy or more may come. False when neither is: there is nothing left to read.
    pub(super) fn rest(&self) -> bool {
        let mut hands = self.0.hands();
        hands.idle += 1;
        let is_over = |hands: &Hands| hands.idle >= hands.desks && !(self.0.comes)();
        if !is_over(&hands) {
            let waited = self.0.changed.wait_timeout(hands, LOOK_EVERY);
            hands = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let is_over = is_over(&hands);
        if !is_over {
            hands.idle -= 1;
        }
        drop(hands);
        if is_over {
            self.0.changed.notify_all();
        }
        !is_over
    }
}

impl Drop for Place<'_> {
    /// Whoever leaves, for whatever reason, is not waited for. One that left because all rest stays counted among them.
    fn drop(&mut self) {
        let mut hands = self.0.hands();
        if hands.idle < hands.desks {
            hands.desks -= 1;
        }
        drop(hands);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Announced, Captured, Sighting};
    use jiff::Timestamp;

    fn store(mails: u32) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mail = |uid| Captured {
            sha256: format!("{uid:064x}"),
            size: 1,
            received_at: Timestamp::UNIX_EPOCH,
            sighting: Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid },
            is_history: false,
            note: String::new(),
            announced: Announced::default(),
        };
        store.capture(&(1..=mails).map(mail).collect::<Vec<_>>(), Timestamp::UNIX_EPOCH).unwrap();
        (dir, store)
    }

    #[test]
    fn each_mail_is_handed_out_once_however_many_are_in_hand() {
        let (_dir, store) = store(450);
        let queue = Queue::new(&store, 1, &|| false);
        let handed: Vec<i64> = std::iter::from_fn(|| Some(queue.next().unwrap()?.id)).collect();
        assert_eq!(handed, (1..=450).collect::<Vec<_>>());
        queue.done([7]);
        assert_eq!(
            queue.next().unwrap().map(|mail| mail.id),
            Some(7),
            "still captured and in nobody's hands"
        );
    }

    #[test]
    fn a_desk_stays_while_another_is_busy_and_no_longer() {
        let (_dir, store) = store(0);
        let queue = Queue::new(&store, 3, &|| false);
        let (first, second, broken) = (queue.enter(), queue.enter(), queue.enter());
        assert!(first.rest(), "the others may find more");
        drop(broken);
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| while first.rest() {});
            while second.rest() {}
            waits.join().unwrap();
        });
    }

    #[test]
    fn an_idle_desk_stays_while_more_may_come() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let (_dir, store) = store(0);
        let looks = AtomicU32::new(0);
        let comes = || looks.fetch_add(1, Ordering::Relaxed) < 4;
        let queue = Queue::new(&store, 1, &comes);
        let only = queue.enter();
        let rests = std::iter::repeat_with(|| only.rest()).take_while(|goes_on| *goes_on).count();
        assert!(rests > 0 && looks.load(Ordering::Relaxed) > 4, "{rests}");
    }
}
