//! From UIDs that are new to rows that are durable: raw bytes are written, hashed, synced and named before the row
//! that speaks of them commits, so that a crash leaves at worst a blob without a row. Small mails come many to a
//! command and are committed many at once; large ones come in windows straight to disk, so that memory is bounded by
//! `imap::Limits` and not by the mail. A UID that does not come blocks no other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Write as _;

use jiff::Timestamp;
use tokio::time::Instant;

use super::look::Broken;
use super::whole::{Shape, Verdict};
use crate::clock::Clock;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::imap::{Described, Limits, Session, Window};
use crate::store::{Captured, Incoming, Sighting, Staged, Store};

/// How often a UID is asked for in one look: among others, then alone.
const TRIES_A_LOOK: u32 = 2;

/// The folder that is open and where its mail goes.
pub(super) struct Place<'a> {
    pub mailbox: &'a Mailbox,
    pub folder: &'a str,
    pub uidvalidity: u32,
    pub store: &'a Store,
    pub clock: &'a Clock,
}

/// UIDs of a folder that were asked for in this look and did not come: how often, and the last reason.
#[derive(Debug, Default)]
pub(super) struct Failures(BTreeMap<u32, (u32, String)>);

impl Failures {
    fn add(&mut self, uid: u32, reason: &str) {
        let entry = self.0.entry(uid).or_default();
        *entry = (entry.0 + 1, reason.to_owned());
    }

    /// Forgets UIDs that came after all, or are not listed any more.
    fn keep_only(&mut self, wanted: impl Fn(u32) -> bool) {
        self.0.retain(|uid, _| wanted(*uid));
    }

    fn tries(&self, uid: u32) -> u32 {
        self.0.get(&uid).map_or(0, |(tries, _)| *tries)
    }

    /// For the record: every UID that did not come, with the reason.
    pub(super) fn unfetched(&self) -> Vec<(u32, String)> {
        self.0.iter().map(|(uid, (_, reason))| (*uid, reason.clone())).collect()
    }
}

/// What one batch brought.
#[derive(Default)]
struct Haul {
    /// Mails whose bytes are on disk, not yet durable, each with a remark for people.
    taken: Vec<(Described, Staged, String)>,
    /// UIDs whose bytes are not to be filed, with the reason.
    refused: BTreeMap<u32, String>,
}

impl Haul {
    /// Takes a mail, unless its UID was answered with other bytes before: then neither is believed.
    fn take(&mut self, mail: Described, staged: Staged, note: String) {
        match self.taken.iter().position(|(taken, ..)| taken.uid == mail.uid) {
            None if self.refused.contains_key(&mail.uid) => {}
            None => self.taken.push((mail, staged, note)),
            Some(at) if self.taken.get(at).is_some_and(|(_, first, _)| first.sha256 != staged.sha256) => {
                self.taken.remove(at);
                self.refused.insert(mail.uid, "服务器用两封不同的邮件答复同一个编号".into());
            }
            Some(_) => {}
        }
    }
}

/// Fetches `unseen` UIDs of the open folder and gives them rows. What does not come is in `failures` afterwards.
/// `captured` is told how many mails each commit brought.
///
/// # Errors
/// The connection is lost, or the store cannot go on; what was captured before stays.
pub(super) async fn capture(
    session: &mut Session,
    place: &Place<'_>,
    unseen: &[u32],
    failures: &mut Failures,
    captured: &mut (dyn FnMut(usize) + Send),
) -> Result<(), Broken> {
    failures.keep_only(|uid| unseen.contains(&uid));
    let described = session.describe(unseen).await?;
    let known: BTreeSet<u32> = described.iter().map(|mail| mail.uid).collect();
    for uid in unseen.iter().filter(|uid| !known.contains(uid)) {
        failures.add(*uid, "服务器列出了这封邮件，却不说明它的大小和时间");
    }
    // Small ones first: forms are small, and wait for no video.
    let (large, small): (Vec<_>, Vec<_>) = described.into_iter().partition(is_large);
    let mut queue: VecDeque<Described> = small.into_iter().chain(large).collect();
    while let Some(batch) = next_batch(&mut queue, failures) {
        let mut haul = Haul::default();
        let asked = fetch(session, place.store, &batch, &mut haul).await;
        let missing = note_missing(&batch, &haul, &asked, failures);
        let began = Instant::now();
        captured(keep(place, haul.taken).await?);
        // Our disk's time is not the server's.
        session.be_patient(session.patience() + began.elapsed());
        match asked {
            Err(broken) if broken.is_final() => return Err(broken),
            _ => queue.extend(missing),
        }
    }
    Ok(())
}

fn is_large(mail: &Described) -> bool {
    mail.size > Limits::WINDOW_BYTES
}

/// Takes the next mails off the queue: one that is large or failed before, or as many others as one command may
/// bring. What has failed often enough is dropped.
fn next_batch(queue: &mut VecDeque<Described>, failures: &Failures) -> Option<Vec<Described>> {
    queue.retain(|mail| failures.tries(mail.uid) < TRIES_A_LOOK);
    let goes_alone = |mail: &Described| is_large(mail) || failures.tries(mail.uid) > 0;
    let first = queue.pop_front()?;
    let mut bytes = first.size;
    let mut batch = vec![first];
    while !goes_alone(&first)
        && batch.len() < Limits::UIDS_PER_COMMAND
        && let Some(next) =
            queue.pop_front_if(|next| !goes_alone(next) && bytes + next.size <= Limits::BATCH_BYTES)
    {
        bytes += next.size;
        batch.push(next);
    }
    Some(batch)
}

/// Counts a failure against every mail of the batch that did not come, and returns these mails.
fn note_missing(
    batch: &[Described],
    haul: &Haul,
    asked: &Result<(), Broken>,
    failures: &mut Failures,
) -> Vec<Described> {
    let general = match asked {
        Ok(()) => "服务器答复“完成”，却没有给出这封邮件".to_owned(),
        Err(broken) => broken.to_string(),
    };
    let came = |mail: &Described| haul.taken.iter().any(|(taken, ..)| taken.uid == mail.uid);
    let missing: Vec<Described> = batch.iter().filter(|mail| !came(mail)).copied().collect();
    failures.keep_only(|uid| !batch.iter().any(|mail| mail.uid == uid && came(mail)));
    for mail in &missing {
        failures.add(mail.uid, haul.refused.get(&mail.uid).unwrap_or(&general));
    }
    missing
}

async fn fetch(
    session: &mut Session,
    store: &Store,
    batch: &[Described],
    haul: &mut Haul,
) -> Result<(), Broken> {
    match batch {
        [mail] if is_large(mail) => windows(session, store, mail, haul).await,
        _ => literals(session, store, batch, haul).await,
    }
}

/// Mails as one literal each. The bytes go to disk from within the answer, which is the page cache's business mostly.
/// In company a mail is believed only without any remark: its bytes may be another's, and are asked for again alone.
async fn literals(
    session: &mut Session,
    store: &Store,
    mails: &[Described],
    haul: &mut Haul,
) -> Result<(), Broken> {
    let mut on_disk = Ok(());
    let is_alone = mails.len() == 1;
    let asked = session
        .bodies(mails, |uid, body| {
            if let (Ok(()), Some(mail)) = (&on_disk, mails.iter().find(|mail| mail.uid == uid)) {
                on_disk = Arriving::begin(store).and_then(|mut arriving| {
                    arriving.take(body)?;
                    arriving.finish(mail, is_alone, haul)
                });
            }
        })
        .await;
    on_disk.map_err(Broken::Store)?;
    Ok(asked?)
}

/// A large mail in windows, to the first that is short: its announced size is not to be trusted. A server that does
/// not know windows, or answers with another one than asked for, is asked for one literal.
async fn windows(
    session: &mut Session,
    store: &Store,
    mail: &Described,
    haul: &mut Haul,
) -> Result<(), Broken> {
    let mut arriving = Arriving::begin(store)?;
    let mut offset = 0;
    loop {
        match session.window(mail, offset).await {
            Ok(Window::Whole(bytes)) => {
                arriving.take(&bytes)?;
                break;
            }
            Ok(Window::Piece(bytes)) => {
                arriving.take(&bytes)?;
                offset += bytes.len() as u64;
                if (bytes.len() as u64) < Limits::WINDOW_BYTES {
                    break;
                }
            }
            Ok(Window::Missing) if offset > 0 && offset >= mail.size => break,
            Err(error) if error.ends_session() => return Err(error.into()),
            _ if mail.size > Limits::LITERAL_BYTES => {
                haul.refused.insert(mail.uid, "邮件很大，而服务器不能分段给出".into());
                return Ok(());
            }
            _ => return literals(session, store, &[*mail], haul).await,
        }
        if offset > Limits::MAIL_BYTES {
            haul.refused.insert(mail.uid, "邮件超过 512 MiB".into());
            return Ok(());
        }
    }
    Ok(arriving.finish(mail, true, haul)?)
}

/// A mail on its way to disk.
struct Arriving {
    incoming: Incoming,
    shape: Shape,
}

impl Arriving {
    fn begin(store: &Store) -> Result<Self, Fault> {
        Ok(Self { incoming: store.blobs().begin()?, shape: Shape::default() })
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.shape.take(bytes);
        Ok(self.incoming.write_all(bytes)?)
    }

    fn finish(self, mail: &Described, is_alone: bool, haul: &mut Haul) -> Result<(), Fault> {
        match self.shape.verdict(mail.size) {
            Verdict::File(note) if note.is_empty() || is_alone => {
                haul.take(*mail, self.incoming.finish()?, note)
            }
            Verdict::File(reason) | Verdict::Cut(reason) => drop(haul.refused.insert(mail.uid, reason)),
        }
        Ok(())
    }
}

/// Makes a batch durable, then gives it rows; returns how many.
async fn keep(place: &Place<'_>, taken: Vec<(Described, Staged, String)>) -> Result<usize, Fault> {
    if taken.is_empty() {
        return Ok(0);
    }
    let now = place.clock.now();
    let (mut rows, mut bytes) = (Vec::new(), Vec::new());
    for (mail, staged, note) in taken {
        rows.push(row(place, &mail, &staged, note, now));
        bytes.push(staged);
    }
    on_blocking_thread(place.store, move |store| {
        store.blobs().keep(bytes)?;
        store.capture(&rows, now)?;
        Ok(rows.len())
    })
    .await
}

fn row(place: &Place<'_>, mail: &Described, staged: &Staged, mut note: String, now: Timestamp) -> Captured {
    if mail.received_at.is_none() {
        note = format!("{note} 服务器没有给出收到时间，以收取时间为准").trim().to_owned();
    }
    let received_at = mail.received_at.unwrap_or(now);
    Captured {
        sha256: staged.sha256.clone(),
        size: staged.size,
        received_at,
        sighting: Sighting {
            mailbox: place.mailbox.id.clone(),
            folder: place.folder.to_owned(),
            uidvalidity: place.uidvalidity,
            uid: mail.uid,
        },
        is_history: is_history(place.mailbox, received_at),
        note,
    }
}

/// Whether a mail came before the mailbox's `since`, which begins at midnight in China (no summer time there).
pub(super) fn is_history(mailbox: &Mailbox, received_at: Timestamp) -> bool {
    let midnight = |day: jiff::civil::Date| jiff::tz::offset(8).to_timestamp(day.at(0, 0, 0, 0)).ok();
    mailbox.since.and_then(midnight).is_some_and(|since| received_at < since)
}

/// The store syncs files and waits for its lock: not on a thread that serves connections.
pub(super) async fn on_blocking_thread<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&Store) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let store = store.clone();
    let done = tokio::task::spawn_blocking(move || work(&store)).await;
    done.unwrap_or_else(|error| Err(Fault::Retry(format!("store work ended early: {error}"))))
}
