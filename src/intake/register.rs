//! The last stage of the river: takes every mail that has been read, has it judged purely, and files it, many to a
//! commit. Safe to repeat: the store replaces what it derived before.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::judge::{Case, Judge};
use super::news::News;
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::Stage;
use crate::fault::{Fault, kill_point};
use crate::store::{LearnedSender, Registration, Store, Waiting};

/// Mails registered in one commit.
const BATCH: u32 = 200;

/// Files what was read.
pub struct Registrar<'a> {
    store: &'a Store,
    campaigns: &'a [Campaign],
    clock: &'a Clock,
    judge: Judge<'a>,
}

impl<'a> Registrar<'a> {
    /// Prepares for judging by these rules.
    ///
    /// # Errors
    /// What the store reports.
    pub fn new(
        store: &'a Store,
        campaigns: &'a [Campaign],
        mailboxes: &'a [Mailbox],
        clock: &'a Clock,
    ) -> Result<Self, Fault> {
        let judge = Judge::new(campaigns, mailboxes, learned(store, campaigns)?);
        Ok(Self { store, campaigns, clock, judge })
    }

    /// Registers all messages that have been read, and whatever is read until nobody is left to give `news` of more;
    /// returns how many. `progress` is told after each commit; `stop` is asked before each.
    ///
    /// # Errors
    /// [`Fault::Retry`] or [`Fault::Halt`] of the store. A single message that cannot be registered is parked.
    pub fn register_all(
        &mut self,
        news: &News,
        progress: &mut dyn FnMut(usize),
        stop: &dyn Fn() -> bool,
    ) -> Result<usize, Fault> {
        let mut registered = 0;
        loop {
            let batch = self.store.waiting(Stage::Read, BATCH)?;
            if stop() {
                return Ok(registered);
            }
            if batch.is_empty() {
                if !news.wait() {
                    return Ok(registered);
                }
                continue;
            }
            self.register(&batch, news)?;
            registered += batch.len();
            progress(registered);
        }
    }

    /// Registers a batch in one commit. One that holds a message that cannot be registered is done again one by one.
    fn register(&mut self, batch: &[Waiting], news: &News) -> Result<(), Fault> {
        let Err(fault) = self.judge_and_file(batch, news) else { return Ok(()) };
        let Fault::Park(cause) = fault else { return Err(fault) };
        // What they taught is not in the store.
        self.judge.learn_anew(&learned(self.store, self.campaigns)?);
        match batch {
            [only] => self.store.park(only.id, &format!("登记未成：{cause}"), self.clock.now()),
            many => many.chunks(1).try_for_each(|one| self.register(one, news)),
        }
    }

    fn judge_and_file(&mut self, batch: &[Waiting], news: &News) -> Result<(), Fault> {
        let mut judged = Vec::with_capacity(batch.len());
        for message in batch {
            let registration = self.judge(message, news)?;
            kill_point("register.judged");
            // A mail helps those behind it.
            self.judge.learn(&registration.learned);
            judged.push((message.id, registration));
        }
        self.store.register(&judged, self.campaigns, self.clock.now())
    }

    fn judge(&self, message: &Waiting, news: &News) -> Result<Registration, Fault> {
        let (facts, hashes) = match news.take(message.id) {
            Some(report) => (report.facts, report.hashes),
            None => self.store.facts(message.id)?,
        };
        let case = Case {
            id: message.id,
            received_at: message.received_at,
            mailbox: &message.mailbox,
            facts: &facts,
            hashes: &hashes,
        };
        // Judging changes nothing: a mail that breaks it is set aside, and the next one is judged.
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge.judge(case)));
        judged.map_err(|_| Fault::Park("判断这封邮件时程序出错".to_owned()))
    }
}

/// All senders that messages and persons taught.
fn learned(store: &Store, campaigns: &[Campaign]) -> Result<Vec<LearnedSender>, Fault> {
    let mut learned = Vec::new();
    for campaign in campaigns {
        learned.extend(store.learned_senders(&campaign.id)?);
    }
    Ok(learned)
}
