//! One pass over the outbox of one mailbox. It never sleeps: what may not leave yet stays queued, and the answer says
//! when to come again. Each answer of the server is settled before the next mail is touched.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::pace::{PACE_LOOKS_BACK, next_midnight};
use super::timetable::{Opens, Timetable, queue};
use super::{Rate, Settings};
use crate::clock::Clock;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::TAKES_NOTHING;
use crate::fault::{Fault, kill_point};
use crate::smtp::{Answer, Enclosure, Letter, Limits, Reply, Session, sounds_like_spam};
use crate::store::{OutboxRow, OutboxState, RECEIPT, StepKey, Store};

/// A mail that the server put off so often is given up.
const MOST_TRIES: u32 = 10;
/// No sender holds a mail so long: the answer to the dot comes within ten minutes or never.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_mins(30);
/// After a mail was refused for what it is, the next one waits so long: a series of them would close the account.
const AFTER_REJECTION: Duration = Duration::from_secs(15 * 60);

/// The last look at a mail before it is claimed: gives it back as it shall leave, or nothing when it shall not leave
/// now. Called on a blocking thread. The rooms that queue mail provide it; this one knows nothing of what is owed.
pub type LastLook = Arc<dyn Fn(OutboxRow) -> Result<Option<OutboxRow>, Fault> + Send + Sync>;

/// The files that go with a mail; none for most.
pub type Files = Arc<dyn Fn(&OutboxRow) -> Vec<Enclosure> + Send + Sync>;

/// The name shown as sender of a mail: the office whose campaign it is about; may be empty.
pub type Name = Arc<dyn Fn(&OutboxRow) -> String + Send + Sync>;

/// Who sends: a mailbox and all that decides how.
#[derive(Clone)]
pub struct Sender {
    /// The mailbox that mail leaves through.
    pub mailbox: Mailbox,
    /// Name shown as sender.
    pub name: Name,
    /// Where the provider's day begins anew.
    pub timezone: TimeZone,
    /// Pace and allow-list.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Each mail's own hours.
    pub opens: Opens,
    /// The files that go with a mail.
    pub files: Files,
    /// The last look.
    pub last_look: LastLook,
}

impl Sender {
    /// How fast mail may leave through this mailbox.
    pub fn rate(&self) -> Rate {
        let host = self.mailbox.smtp.as_ref().map_or("", |endpoint| endpoint.host.as_str());
        self.settings.pace.rate(host)
    }

    /// Whether this address may receive anything: every one, unless a rehearsal names those that may.
    pub(super) fn may_write_to(&self, address: &str) -> bool {
        let only_to = &self.settings.only_to;
        only_to.is_empty() || only_to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }
}

/// What a pass did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drained {
    /// Mails the server took.
    pub sent: u32,
    /// Mails refused for good.
    pub failed: u32,
    /// Mails without an answer after the dot.
    pub unsure: u32,
    /// When the next queued mail may leave, if its time, the pace or the server keeps it back.
    pub next_at: Option<Timestamp>,
    /// Why the pass ended early: [`Fault::Retry`] passes, [`Fault::Refused`] needs a person.
    pub trouble: Option<Fault>,
}

/// Sends what may leave now through the sender's mailbox. `stop` is asked before each mail.
///
/// # Errors
/// Those of the store alone; what the server does is in [`Drained`].
pub async fn drain(
    store: &Store,
    sender: &Sender,
    stop: &(dyn Fn() -> bool + Send + Sync),
) -> Result<Drained, Fault> {
    let mut drained = Drained::default();
    let started = sender.clock.now();
    // Else what an interrupted `remind --send` had in its hands would stay there while the daemon lives.
    in_store(store, move |store| store.recover_left_behind(started - LEFT_BEHIND, started)).await?;
    let sending = sender.clone();
    let mut queue = in_store(store, move |store| queue(store, &sending)).await?;
    let newest = in_store(store, move |store| store.newest_stamp(started)).await?;
    if newest.is_some_and(|newest| newest > sender.clock.now()) && !queue.is_empty() {
        tracing::warn!("nothing is sent: the clock is behind the store's newest record, check it");
        drained.next_at = newest;
        return Ok(drained);
    }
    let mut open: Option<(Session, u32)> = None;
    while !stop() {
        let now = sender.clock.now();
        // Asked anew each time: another process may be sending through the same mailbox.
        let mailbox = sender.mailbox.id.clone();
        let tried = in_store(store, move |store| store.tried_at(&mailbox, now - PACE_LOOKS_BACK)).await?;
        let Some((next, at)) = Timetable::new(sender, &queue, tried, now).next() else { break };
        if at > now {
            drained.next_at = drained.next_at.into_iter().chain([at]).min();
            break;
        }
        let id = next.id;
        let Some(place) = queue.iter().position(|row| row.id == id) else { break };
        let row = queue.remove(place);
        let last_look = Arc::clone(&sender.last_look);
        let Some(row) = blocking(move || last_look(row)).await? else { continue };
        // Asked again: the last look may have found another recipient.
        if !sender.may_write_to(&row.mail.to) {
            continue;
        }
        if !in_store(store, move |store| store.claim_for_sending(row.id, now)).await? {
            continue;
        }
        let session = open.take().filter(|(_, mails)| *mails < sender.rate().per_connection);
        let mut tried = send(store, sender, session, &row, now).await?;
        open = tried.session.take();
        if !settle(store, sender, &row, now, tried, &mut drained).await? {
            break;
        }
    }
    if let Some((session, _)) = open {
        session.close().await;
    }
    Ok(drained)
}

/// What came of trying to send one mail.
struct Tried {
    reply: Reply,
    /// Whether the server spoke of this mail, and not only of itself or of us. What it says before the dot to whoever comes
    /// uses up no tries of the one that happened to be next.
    is_about_it: bool,
    /// The session and the mails that it took, when it may be used again.
    session: Option<(Session, u32)>,
}

/// Sends one claimed mail over the open session or a new one. The session comes back only after a mail was taken:
/// after any other answer a new conversation is the safe one.
async fn send(
    store: &Store,
    sender: &Sender,
    session: Option<(Session, u32)>,
    row: &OutboxRow,
    claimed_at: Timestamp,
) -> Result<Tried, Fault> {
    let (mut session, mails) = match session {
        Some(open) => open,
        None => match Session::open(&sender.mailbox, Limits::default()).await {
            Ok(session) => (session, 0),
            Err(reply) => return Ok(Tried { reply, is_about_it: false, session: None }),
        },
    };
    let steps: Vec<String> = row.mail.steps.iter().map(StepKey::to_string).collect();
    let (files, name) = ((sender.files)(row), (sender.name)(row));
    let now = sender.clock.now();
    let letter = Letter {
        from: &sender.mailbox.address,
        from_name: &name,
        to: &row.mail.to,
        subject: &row.mail.subject,
        text: &row.mail.text,
        message_id: &row.mail.message_id,
        steps: &steps.join(" "),
        is_reply: row.mail.kind == RECEIPT,
        thread: &row.thread,
        date: now,
        files: &files,
    };
    let id = row.id;
    let mut at_dot = false;
    let before_dot = async {
        in_store(store, move |store| store.mark_dot(id, claimed_at, now)).await?;
        at_dot = true;
        Ok(())
    };
    let reply = session.send(&letter, before_dot).await?;
    if matches!(reply.answer, Answer::Sent | Answer::Unsure) {
        kill_point("deliver.after_dot");
    }
    let open = (reply.answer == Answer::Sent).then(|| (session, mails.saturating_add(1)));
    use Answer::{Lost, Refused, Tomorrow, Wait};
    let is_about_it = at_dot || !matches!(reply.answer, Wait(_) | Lost | Tomorrow | Refused);
    Ok(Tried { reply, is_about_it, session: open })
}

/// Writes down what became of a mail that was claimed at `claimed_at`. Returns whether the next one may be tried in this pass.
async fn settle(
    store: &Store,
    sender: &Sender,
    row: &OutboxRow,
    claimed_at: Timestamp,
    tried: Tried,
    drained: &mut Drained,
) -> Result<bool, Fault> {
    kill_point("deliver.before_settle");
    let now = sender.clock.now();
    let Tried { mut reply, is_about_it, .. } = tried;
    if matches!(reply.answer, Answer::Again(_)) && sounds_like_spam(&row.reply) {
        // Said a second time it is meant: repeated once more the mail would close the account (`quirks.md` B1, B6).
        reply.answer = Answer::Rejected;
    }
    let gave_up = is_about_it && row.tries.saturating_add(1) >= MOST_TRIES;
    let or_failed = if gave_up { OutboxState::Failed } else { OutboxState::Queued };
    let after = |wait: Duration| Some(now + SignedDuration::try_from(wait).unwrap_or_default());
    // Until when this mail waits, and until when all the others do.
    let (state, waits, all_wait) = match reply.answer {
        Answer::Sent => (OutboxState::Sent, None, None),
        Answer::Unsure => (OutboxState::Unsure, None, None),
        Answer::BadAddress => (OutboxState::Failed, None, None),
        Answer::Rejected => (OutboxState::Failed, None, after(AFTER_REJECTION)),
        Answer::Later(wait) => (or_failed, after(wait), None),
        Answer::Wait(wait) => (or_failed, None, after(wait)),
        Answer::Again(wait) => (OutboxState::Queued, None, after(wait)),
        Answer::Reconnect | Answer::Lost => (or_failed, None, None),
        Answer::Tomorrow => (OutboxState::Queued, None, Some(next_midnight(now, &sender.timezone))),
        Answer::Refused => (OutboxState::Queued, None, None),
    };
    drained.sent += u32::from(state == OutboxState::Sent);
    drained.failed += u32::from(state == OutboxState::Failed);
    drained.unsure += u32::from(state == OutboxState::Unsure);
    drained.trouble = match reply.answer {
        Answer::Lost | Answer::Unsure => Some(Fault::Retry(reply.words.clone())),
        Answer::Refused | Answer::Rejected => Some(Fault::Refused(reply.words.clone())),
        _ => None,
    };
    tracing::info!(id = row.id, state = state.word(), "mail: {}", reply.words);
    let (id, words, mailbox) = (row.id, reply.to_string(), sender.mailbox.id.clone());
    in_store(store, move |store| {
        match reply.answer {
            Answer::Sent => store.forget_refusal(&mailbox)?,
            Answer::Refused => store.note_refusal(&mailbox, &words, now)?,
            // Hours of this are told: else reminders would lapse day after day, and nobody would know.
            Answer::Lost | Answer::Wait(_) => {
                store.note_refusal(&mailbox, &format!("{TAKES_NOTHING}{words}"), now)?;
            }
            _ => {}
        }
        let is_ours = if is_about_it {
            store.settle_claimed(id, claimed_at, state, &words, now, waits)?
        } else {
            store.put_back(id, claimed_at, &words, now)?
        };
        if !is_ours {
            tracing::warn!(
                id,
                "the mail was taken for left behind while it was being sent: nothing is written down"
            );
        }
        all_wait.map_or(Ok(()), |until| store.hold_back(&mailbox, until))
    })
    .await?;
    let again = all_wait.or(waits.filter(|_| state == OutboxState::Queued));
    drained.next_at = drained.next_at.into_iter().chain(again).min();
    Ok(all_wait.is_none() && drained.trouble.is_none())
}

/// Asks the store on a blocking thread.
async fn in_store<T: Send + 'static>(
    store: &Store,
    question: impl FnOnce(&Store) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let store = store.clone();
    blocking(move || question(&store)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => Err(Fault::Retry(format!("blocking thread ended: {error}"))),
    }
}
