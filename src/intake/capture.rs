//! From UIDs that are new to rows that are durable: raw bytes are written, hashed, synced and named before the row
//! that speaks of them commits, so that a crash leaves at worst a blob without a row. Small mails are committed many at
//! once, and a batch is made durable while the next one is fetched. A UID that does not come blocks no other.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

use super::arrive::{Haul, Taken, Tried, fetch, is_large};
use super::broken::Broken;
use super::discover::announced;
use super::failures::Failures;
use super::memory::Memory;
use super::twice::{Aside, is_misdescribed, recall, refuse_those_of_others, set_aside};
use crate::clock::Clock;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::imap::{Described, Limits, Session};
use crate::store::{Captured, Sighting, Store};

/// How often a UID is asked for in one look: first in company, then alone; a large one in windows and as one literal.
const TRIES_A_LOOK: u32 = 2;
/// The same of a mail that came once, is not believed yet, and cost a try without bytes: claimed to be small, it did not
/// fit in company.
const TRIES_WHERE_IT_CAME_ONCE: u32 = 3;
/// The same of a mail of which each way brought another size: both ways once more.
const TRIES_WHERE_IT_DIFFERS: u32 = 4;
/// So much two clocks may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(30);
/// Mails in one command that were in the company of one over which a connection ended: it may have ended over them.
const SUSPECTS_PER_COMMAND: usize = 16;
/// Mails that may wait for the batch before theirs to be durable, and their bytes on disk.
const WAITING_MAILS: usize = 400;
const WAITING_BYTES: u64 = 64 * 1024 * 1024;

/// The folder that is open and where its mail goes.
pub(super) struct Place<'a> {
    pub mailbox: &'a Mailbox,
    pub folder: &'a str,
    pub uidvalidity: u32,
    pub store: &'a Store,
    pub clock: &'a Clock,
}

impl Place<'_> {
    /// Mailbox, folder, UIDVALIDITY: what the store knows it by.
    pub(super) fn key(&self) -> (String, String, u32) {
        (self.mailbox.id.clone(), self.folder.to_owned(), self.uidvalidity)
    }

    /// The place of one of its mails.
    pub(super) fn sighting(&self, uid: u32) -> Sighting {
        let (mailbox, folder, uidvalidity) = self.key();
        Sighting { mailbox, folder, uidvalidity, uid }
    }
}

/// Fetches the mails of the open folder that are not captured and gives them rows. What does not come is in `failures`
/// afterwards. `captured` is told how many mails each commit brought.
///
/// # Errors
/// The connection is lost, or the store cannot go on; what was captured before stays.
pub(super) async fn capture(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    failures: &mut Failures,
    captured: &mut (dyn FnMut(usize) + Send),
) -> Result<(), Broken> {
    let mut waiting = memory.waiting(place.folder);
    memory.halves.keep_only(place, &waiting);
    failures.keep_only(|uid| waiting.binary_search_by_key(&uid, |mail| mail.uid).is_ok());
    let failed_before = if waiting.is_empty() { BTreeMap::new() } else { failed_before(place).await? };
    let now = place.clock.now();
    let rests = |mail: &Described| {
        let failed = failed_before.get(&mail.uid).copied().unwrap_or(0);
        memory.rests(place.folder, mail.uid, failed, now)
    };
    failures.resting = waiting.extract_if(.., |mail| rests(mail)).map(|mail| mail.uid).collect();
    failed_before.keys().for_each(|uid| failures.isolate(*uid));
    memory.allow_for(failed_before.values().copied().max().unwrap_or(0));
    // What failed in this look or in earlier ones last, and alone: logins are few, and mails that end connections would
    // use them up in every look. Else small ones first: forms are small, and wait for no video.
    waiting.sort_by_key(|mail| (failed_before.get(&mail.uid), failures.tries(mail.uid), is_large(mail)));
    let mut queue = VecDeque::from(waiting);
    let mut keeping = Keeping::default();
    let (mut outcome, mut is_fruitless) = (Ok(()), true);
    while outcome.is_ok()
        && let Some(batch) =
            next_batch(&mut queue, failures, &|mail| tries_a_look(&memory.read(place, mail.uid)))
    {
        let mut haul = Haul::default();
        let before = batch.iter().any(|mail| failures.tries(mail.uid) > 0);
        let read = if let [mail] = batch.as_slice() { memory.read(place, mail.uid) } else { BTreeMap::new() };
        let tried = Tried { before, read };
        let asked = fetch(session, place, memory, &batch, &tried, &mut haul).await;
        memory.note_read(place, std::mem::take(&mut haul.read));
        if haul.taken.iter().any(is_misdescribed) {
            captured(keeping.flush(place, memory).await?);
            refuse_those_of_others(place, &mut haul).await?;
        }
        recall(place, memory, &mut failures.twice, &haul).await?;
        let aside = set_aside(&mut failures.twice, batch.len() == 1, &mut haul);
        let is_going_on = batch.iter().any(|mail| memory.halves.have_grown(place, mail));
        is_fruitless &= asked.is_err() && haul.taken.is_empty() && !is_going_on;
        if is_going_on {
            memory.note_brought(place.folder);
        } else if !failures.has_no_part(session, &asked) {
            let missing = note_missing(&batch, &haul, &aside, &asked, failures);
            memory.note_asked(place.folder, &missing, place.clock.now());
            queue.extend(missing);
        }
        let began = Instant::now();
        captured(keeping.add(place, memory, haul.taken, &aside.filed).await?);
        if !aside.filed.is_empty() {
            captured(keeping.flush(place, memory).await?);
            aside.filed.iter().for_each(|mail| memory.wait_again(place.folder, mail));
        }
        ask_first(&mut queue, failures, aside);
        // Our disk's time is not the server's.
        session.be_patient(session.patience() + began.elapsed());
        outcome = asked.or_else(|broken| if broken.is_final() { Err(broken) } else { Ok(()) });
    }
    memory.note_fruitless(place.folder, outcome.is_err() && is_fruitless);
    captured(keeping.flush(place, memory).await?);
    if failures.unfetched().iter().any(|(uid, _)| !failed_before.contains_key(uid)) {
        // It may have been listed under a number that is not its own.
        memory.sweep_again(place.folder);
    }
    outcome
}

/// Has mails be asked for before all others: alone, or, what only came beside them, in small company.
fn ask_first(queue: &mut VecDeque<Described>, failures: &mut Failures, aside: Aside) {
    aside.beside.iter().for_each(|mail| failures.suspect(mail.uid));
    let alone: Vec<Described> = aside.filed.into_iter().chain(aside.alone).collect();
    alone.iter().for_each(|mail| failures.isolate(mail.uid));
    alone.into_iter().chain(aside.beside).rev().for_each(|mail| queue.push_front(mail));
}

/// How often UIDs of the folder did not come in earlier looks.
async fn failed_before(place: &Place<'_>) -> Result<BTreeMap<u32, u32>, Fault> {
    let (mailbox, folder, uidvalidity) = place.key();
    let all = on_blocking_thread(place.store, |store| store.unfetched()).await?;
    let here = all.into_iter().filter(|unfetched| {
        let at = &unfetched.sighting;
        at.mailbox == mailbox && at.folder == folder && at.uidvalidity == uidvalidity
    });
    Ok(here.map(|unfetched| (unfetched.sighting.uid, unfetched.tries)).collect())
}

/// How often a mail is asked for in one look, by what came of it and was not believed.
fn tries_a_look(read: &BTreeMap<u64, u32>) -> u32 {
    match (read.len(), read.values().sum::<u32>()) {
        (0, _) => TRIES_A_LOOK,
        (1, 1) => TRIES_WHERE_IT_CAME_ONCE,
        (1, _) => TRIES_A_LOOK,
        _ => TRIES_WHERE_IT_DIFFERS,
    }
}

/// Takes the next mails off the queue: one that is large, of unknown size or failed before, or as many others as one command may
/// bring. What has failed often enough is dropped.
fn next_batch(
    queue: &mut VecDeque<Described>,
    failures: &Failures,
    tries_a_look: &(dyn Fn(&Described) -> u32 + Sync),
) -> Option<Vec<Described>> {
    let goes_alone = |mail: &Described| mail.size == 0 || is_large(mail) || failures.goes_alone(mail.uid);
    // Only those at the front are looked at: where thousands failed, looking through all for each batch was most of the time.
    let first = loop {
        let mail = queue.pop_front()?;
        let tries = failures.tries(mail.uid);
        if tries < TRIES_A_LOOK || tries < tries_a_look(&mail) {
            break mail;
        }
    };
    let mut bytes = first.size;
    let mut batch = vec![first];
    let is_suspect = failures.is_suspect(first.uid);
    let most = if is_suspect { SUSPECTS_PER_COMMAND } else { Limits::UIDS_PER_COMMAND };
    let fits = |next: &Described| !goes_alone(next) && failures.is_suspect(next.uid) == is_suspect;
    while !goes_alone(&first)
        && batch.len() < most
        && let Some(next) = queue.pop_front_if(|next| fits(next) && bytes + next.size <= Limits::BATCH_BYTES)
    {
        bytes += next.size;
        batch.push(next);
    }
    Some(batch)
}

/// Counts a failure against every mail of the batch that did not come, and returns these mails. A connection is lost over
/// one mail: the first that did not come, most likely; those behind it were not reached.
fn note_missing(
    batch: &[Described],
    haul: &Haul,
    aside: &Aside,
    asked: &Result<(), Broken>,
    failures: &mut Failures,
) -> Vec<Described> {
    let general = match asked {
        Ok(()) => "服务器答复“完成”，却没有给出这封邮件".to_owned(),
        Err(broken) => broken.to_string(),
    };
    let came = |mail: &Described| haul.taken.iter().any(|taken| taken.mail.uid == mail.uid);
    let is_missing = |mail: &&Described| !came(mail) && !aside.keeps_back(mail.uid);
    let missing: Vec<Described> = batch.iter().filter(is_missing).copied().collect();
    batch.iter().filter(|mail| came(mail)).for_each(|mail| failures.forget(mail.uid));
    let is_lost = asked.as_ref().is_err_and(Broken::is_final);
    let mut is_blamed = false;
    for mail in &missing {
        match haul.refused.get(&mail.uid) {
            Some(reason) => failures.add(mail.uid, reason),
            None if is_lost && is_blamed => failures.suspect(mail.uid),
            None => {
                failures.add(mail.uid, &general);
                is_blamed = true;
            }
        }
    }
    missing
}

/// Mails that are fetched and on their way to being durable. One batch is at work on a thread of its own; what comes
/// meanwhile goes together in the next, so that a slow disk makes batches larger and not the server wait. What waits is
/// bounded, and nothing is fetched on when the store has failed.
#[derive(Default)]
struct Keeping {
    at_work: Option<Batch>,
    waiting: Vec<Taken>,
    /// Mails for which these may have been taken before.
    doubted: Vec<Sighting>,
}

/// A batch at work.
struct Batch {
    uids: Vec<u32>,
    work: JoinHandle<Result<(), Fault>>,
}

impl Keeping {
    /// Takes what was fetched; returns how many mails were committed meanwhile. What was taken for those `doubted` may be another's,
    /// and is forgotten with the same commit.
    async fn add(
        &mut self,
        place: &Place<'_>,
        memory: &mut Memory,
        taken: Vec<Taken>,
        doubted: &[Described],
    ) -> Result<usize, Fault> {
        self.waiting.extend(taken);
        self.doubted.extend(doubted.iter().map(|mail| place.sighting(mail.uid)));
        let bytes: u64 = self.waiting.iter().map(|taken| taken.staged.size).sum();
        let is_full = self.waiting.len() >= WAITING_MAILS || bytes >= WAITING_BYTES;
        let is_idle = self.at_work.as_ref().is_none_or(|batch| batch.work.is_finished());
        if !is_full && !is_idle {
            return Ok(0);
        }
        let committed = self.settle(place, memory).await?;
        self.begin(place);
        Ok(committed)
    }

    /// Waits until all is committed; returns how many mails that were.
    async fn flush(&mut self, place: &Place<'_>, memory: &mut Memory) -> Result<usize, Fault> {
        let committed = self.settle(place, memory).await?;
        self.begin(place);
        Ok(committed + self.settle(place, memory).await?)
    }

    fn begin(&mut self, place: &Place<'_>) {
        if self.waiting.is_empty() {
            return;
        }
        let now = place.clock.now();
        let (mut uids, mut rows, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        for taken in self.waiting.drain(..) {
            uids.push(taken.mail.uid);
            rows.push(row(place, &taken, now));
            bytes.push(taken.staged);
        }
        let (store, doubted) = (place.store.clone(), std::mem::take(&mut self.doubted));
        let keep = move || {
            store.blobs().keep(bytes)?;
            store.capture_in_doubt(&rows, &doubted, now).map(drop)
        };
        self.at_work = Some(Batch { uids, work: spawn_blocking(keep) });
    }

    /// Waits until the batch at work is committed; returns how many mails it had.
    async fn settle(&mut self, place: &Place<'_>, memory: &mut Memory) -> Result<usize, Fault> {
        let Some(Batch { uids, work }) = self.at_work.take() else { return Ok(0) };
        ended(work.await)?;
        memory.settle(place.folder, &uids);
        Ok(uids.len())
    }
}

/// Where the server does not tell when a mail arrived, its header does: a first look at a mailbox, or one after days
/// without it, would otherwise make everything in it late, and answer mail of years ago. Nor is it believed that a mail
/// arrived days before it was written, where that would have it count for nothing: clocks begin in 1970 or 2000 anew; or that it is
/// yet to arrive, where it was written or received before now: some servers write their local time as if it were Greenwich's.
pub(super) fn row(place: &Place<'_>, taken: &Taken, now: Timestamp) -> Captured {
    let Taken { mail, staged, note, arrived_at } = taken;
    let is_refuted = |at: Timestamp, told: Timestamp| {
        told.duration_since(at) > SignedDuration::from_hours(24) && !is_history(place.mailbox, told)
    };
    let (received_at, remark) = match (mail.received_at, arrived_at) {
        (Some(at), Some(told)) if is_refuted(at, *told) => {
            (*told, "服务器给出的收到时间早于信头所记，以信头所记时间为准")
        }
        (Some(at), Some(told)) if is_to_come(at, now) => {
            (*told, "服务器给出的收到时间还没有到，以信头所记时间为准")
        }
        (Some(at), _) => (at, ""),
        (None, Some(at)) => ((*at).min(now), "服务器没有给出收到时间，以信头所记时间为准"),
        (None, None) => (now, "服务器没有给出收到时间，以收取时间为准"),
    };
    let note = format!("{note} {remark}").trim().to_owned();
    Captured {
        sha256: staged.sha256.clone(),
        size: staged.size,
        received_at,
        sighting: place.sighting(mail.uid),
        is_history: is_history(place.mailbox, received_at),
        note,
        announced: announced(mail),
    }
}

/// Whether a server says that a mail arrived later than now by more than clocks differ: by the hours of a time zone, or by years. It
/// would count for nothing until then, and hold all letters.
pub(super) fn is_to_come(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > CLOCKS_DIFFER
}

/// Whether a mail came before the mailbox's `since`.
pub(super) fn is_history(mailbox: &Mailbox, received_at: Timestamp) -> bool {
    mailbox.begins().is_some_and(|since| received_at < since)
}

/// The store syncs files and waits for its lock: not on a thread that serves connections.
pub(super) async fn on_blocking_thread<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&Store) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let store = store.clone();
    ended(spawn_blocking(move || work(&store)).await)
}

fn ended<T>(done: Result<Result<T, Fault>, tokio::task::JoinError>) -> Result<T, Fault> {
    done.unwrap_or_else(|error| Err(Fault::Retry(format!("store work ended early: {error}"))))
}
