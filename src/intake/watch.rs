//! Watches one mailbox: over one long connection, at every poll or nudge, for as long as the daemon lives. Polling is
//! the base case (163 has no IDLE); where there is IDLE, `listen` has mail end the wait. Waits are in real time, moments
//! come from the clock, so that a rehearsal of weeks watches like any other day, and a clock that jumps changes no wait.
//! Failing is normal here: the next try comes later and later, and a refused password is tried twice and then hourly (`login`),
//! because providers lock accounts. Meanwhile it is read again every minute, and another one is tried at once.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{Notify, watch};

use super::begun;
use super::listen::Ear;
use super::login::{self, Login};
use super::look::Look;
pub use super::look::{Pass, Progress};
use super::memory::Memory;
use crate::clock::Clock;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::imap::Session;
use crate::store::Store;

/// First wait after a failure; each further failure doubles it.
const FIRST_BACK_OFF: Duration = Duration::from_secs(60);
/// Longest wait after failures that pass by themselves.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30 * 60);
/// Wait where a person has to do something first, after the second try.
const REFUSED_WAIT: Duration = Duration::from_secs(60 * 60);
/// Rest between two looks at a disk without room: no server is asked for mail that could not be kept.
const ROOM_WAIT: Duration = Duration::from_secs(5);
/// How long a server may take to end an IDLE once the watcher is told to stop.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long the disk may take then to lay by what has come of large mails: a stop must not wait for gigabytes.
const LAYING_BY: Duration = Duration::from_secs(5);

/// One pass over all folders of a mailbox on a connection of its own (`once`). What came of large mails before the last
/// connection was cut is kept for the next pass.
///
/// # Errors
/// [`Fault::Refused`] with the remedy where a person has to do something, [`Fault::Halt`] from the store, else
/// [`Fault::Retry`]. Folders that were not finished are recorded with the trouble.
pub async fn pass(
    mailbox: &Mailbox,
    store: &Store,
    clock: &Clock,
    progress: &Progress<'_>,
) -> Result<Pass, Fault> {
    let mut link = None;
    let mut memory = begun::remembered(mailbox, store).await;
    let outcome = guarded_look(&mut link, &mut memory, mailbox, store, clock, progress).await;
    begun::tidy(mailbox, store, &mut memory, has_seen_all(&outcome)).await;
    begun::lay_by(mailbox, store, memory).await;
    if let Some(session) = link {
        session.close().await;
    }
    outcome
}

/// Watches a mailbox until `stop` turns true or its sender is gone. `nudge`: look now. `arrived` is notified after
/// each commit, so that the river begins before the look ends, and after each good look: what waits for fresh knowledge
/// may leave then.
pub async fn watch(
    mailbox: &Mailbox,
    store: &Store,
    clock: &Clock,
    nudge: &Notify,
    arrived: &Notify,
    stop: watch::Receiver<bool>,
) {
    let mut link = None;
    let mut memory = begun::remembered(mailbox, store).await;
    let mut ear = Ear::new(mailbox, store);
    let mut own = mailbox.clone();
    let mut failures = 0_u32;
    while !is_told(&stop) {
        if !wait_for_room(mailbox, store, &stop).await {
            break;
        }
        let progress = |_done, _total| arrived.notify_one();
        let outcome = tokio::select! {
            outcome = guarded_look(&mut link, &mut memory, &own, store, clock, &progress) => outcome,
            () = told(stop.clone()) => break,
        };
        begun::tidy(mailbox, store, &mut memory, has_seen_all(&outcome)).await;
        failures = failures_after(failures, &outcome, memory.has_brought());
        let wait = match &outcome {
            Ok(_) => {
                arrived.notify_one();
                Duration::from_secs(u64::from(mailbox.poll_seconds.max(1)))
            }
            // Said already, and written down.
            Err(_) if memory.login == Login::Rests => FIRST_BACK_OFF,
            Err(fault) => {
                let wait = wait_after(fault, if memory.login == Login::Refused { 1 } else { failures });
                complain(mailbox, fault, wait);
                wait
            }
        };
        let leave = async {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = nudge.notified() => {}
                () = told(stop.clone()) => {}
            }
        };
        if memory.login != Login::Open {
            tokio::select! {
                () = leave => {}
                () = long_told(stop.clone()) => {}
            }
            own.password = login::password_now(mailbox, store).await;
            continue;
        }
        let captured = outcome.map_or(0, |pass| pass.captured);
        tokio::select! {
            () = ear.rest(&mut link, captured, leave) => {}
            () = long_told(stop.clone()) => {}
        }
    }
    if tokio::time::timeout(LAYING_BY, begun::lay_by(mailbox, store, memory)).await.is_err() {
        tracing::warn!(mailbox = mailbox.id, "the disk is too slow: large mails that were begun begin anew");
    }
    if let Some(session) = link {
        session.close().await;
    }
}

/// Whether a look came to its end and missed no folder.
fn has_seen_all(outcome: &Result<Pass, Fault>) -> bool {
    outcome.as_ref().is_ok_and(|pass| pass.troubles.is_empty())
}

/// Waits until the disk may take mail, which is asked of it alone. False when the watcher was told to stop meanwhile.
async fn wait_for_room(mailbox: &Mailbox, store: &Store, stop: &watch::Receiver<bool>) -> bool {
    let mut is_said = false;
    while let Err(fault) = store.blobs().demand_room() {
        if !std::mem::replace(&mut is_said, true) {
            complain(mailbox, &fault, ROOM_WAIT);
        }
        tokio::select! {
            () = tokio::time::sleep(ROOM_WAIT) => {}
            () = told(stop.clone()) => return false,
        }
    }
    true
}

fn is_told(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Ends when the watcher is told to stop.
async fn told(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Ends when the watcher has been told to stop and the server has had its time to end an IDLE.
async fn long_told(stop: watch::Receiver<bool>) {
    told(stop).await;
    tokio::time::sleep(FAREWELL).await;
}

fn complain(mailbox: &Mailbox, fault: &Fault, wait: Duration) {
    let (mailbox, wait_seconds) = (&mailbox.id, wait.as_secs());
    match fault {
        Fault::Halt(_) => tracing::error!(mailbox, wait_seconds, "intake halted: {fault}"),
        _ => tracing::warn!(mailbox, wait_seconds, "look failed: {fault}"),
    }
}

/// A look whose panics end the connection and not the daemon: the library under it has had some.
async fn guarded_look(
    link: &mut Option<Session>,
    memory: &mut Memory,
    mailbox: &Mailbox,
    store: &Store,
    clock: &Clock,
    progress: &Progress<'_>,
) -> Result<Pass, Fault> {
    let look = Look::new(mailbox, store, clock, progress, memory).all(link);
    match AssertUnwindSafe(look).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(_) => {
            *memory = begun::remembered(mailbox, store).await;
            Err(Fault::Retry(format!("mailbox {}: an answer of the server broke the reader", mailbox.id)))
        }
    }
}

/// Failures in a row after a look. One that brought mail before it failed is the first of another row: a slow server whose
/// mailbox is filling would else be asked every half an hour.
fn failures_after(before: u32, outcome: &Result<Pass, Fault>, has_brought: bool) -> u32 {
    match outcome {
        Ok(_) => 0,
        Err(_) if has_brought => 1,
        Err(_) => before.saturating_add(1),
    }
}

/// How long to wait after the `failures`-th failure in a row.
fn wait_after(fault: &Fault, failures: u32) -> Duration {
    if matches!(fault, Fault::Refused(_)) && failures > 1 {
        return REFUSED_WAIT;
    }
    let doubled =
        FIRST_BACK_OFF.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
    let wait = doubled.min(LONGEST_BACK_OFF);
    // Up to a fifth less, so that many mailboxes of one provider do not come back at once.
    let dice = RandomState::new().build_hasher().finish() % 200;
    wait - wait.mul_f64(dice as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_a_minute_to_half_an_hour() {
        let fault = Fault::Retry("unreachable".into());
        for (failures, longest_seconds) in [(1, 60), (2, 120), (3, 240), (6, 1800), (40, 1800)] {
            let wait = wait_after(&fault, failures).as_secs();
            assert!(wait <= longest_seconds && wait >= longest_seconds * 4 / 5 - 1, "{failures}: {wait}");
        }
    }

    #[test]
    fn mailboxes_that_fail_together_do_not_come_back_together() {
        let fault = Fault::Retry("unreachable".into());
        let waits: std::collections::BTreeSet<Duration> = (0..20).map(|_| wait_after(&fault, 9)).collect();
        assert!(waits.len() > 5, "{waits:?}");
    }

    #[test]
    fn a_look_that_brings_mail_before_it_fails_is_no_failure_more() {
        let failed = || Err(Fault::Retry("no answer in time".into()));
        assert_eq!(failures_after(4, &failed(), true), 1);
        assert_eq!(failures_after(4, &failed(), false), 5);
        assert_eq!(failures_after(4, &Ok(Pass::default()), false), 0);
    }

    #[test]
    fn what_a_person_has_to_change_is_tried_twice_and_then_hourly() {
        let fault = Fault::Refused("certificate".into());
        assert!(wait_after(&fault, 1) <= FIRST_BACK_OFF);
        assert_eq!(wait_after(&fault, 2), REFUSED_WAIT);
        assert_eq!(wait_after(&fault, 9), REFUSED_WAIT);
    }
}
