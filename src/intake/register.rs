//! The last stage of the river: takes every mail that has been read, has it judged purely, and files it. Safe to
//! repeat: the store replaces what it derived before.

use super::judge::{Case, Judge};
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::Stage;
use crate::fault::{Fault, kill_point};
use crate::store::{Store, Waiting};

/// Mails taken from the queue at once.
const BATCH: u32 = 200;

/// Registers all messages that have been read; returns how many.
///
/// # Errors
/// [`Fault::Retry`] or [`Fault::Halt`] of the store. A single message that cannot be registered is parked.
pub fn register_all(
    store: &Store,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    clock: &Clock,
) -> Result<usize, Fault> {
    let mut learned = Vec::new();
    for campaign in campaigns {
        learned.extend(store.learned_senders(&campaign.id)?);
    }
    let mut judge = Judge::new(campaigns, mailboxes, learned);
    let mut registered = 0;
    loop {
        let batch = store.waiting(Stage::Read, BATCH)?;
        if batch.is_empty() {
            return Ok(registered);
        }
        for message in batch {
            match register(store, &mut judge, campaigns, &message, clock) {
                Err(Fault::Park(cause)) => {
                    store.park(message.id, &format!("登记未成：{cause}"), clock.now())?;
                }
                outcome => outcome?,
            }
            registered += 1;
        }
    }
}

fn register(
    store: &Store,
    judge: &mut Judge,
    campaigns: &[Campaign],
    message: &Waiting,
    clock: &Clock,
) -> Result<(), Fault> {
    let (facts, hashes) = store.facts(message.id)?;
    let case = Case {
        id: message.id,
        received_at: message.received_at,
        mailbox: &message.mailbox,
        facts: &facts,
        hashes: &hashes,
        is_ours: store.is_own_message_id(&facts.header.message_id)?,
    };
    let registration = judge.judge(case);
    kill_point("register.judged");
    store.register(message.id, &registration, campaigns, clock.now())?;
    judge.learn(&registration.learned);
    Ok(())
}
