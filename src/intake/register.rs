//! The last stage of the river: takes every mail that has been read, has it judged purely, and files it, many to a
//! commit. Safe to repeat: the store replaces what it derived before.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::decide::judge_again;
use super::echo;
use super::judge::{Case, Judge};
use super::known::Outrun;
use super::news::News;
use super::ruled::{self, Rulings};
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::Stage;
use crate::fault::{Fault, kill_point};
use crate::store::{LearnedSender, Registration, Ruled, Store, Waiting};

/// Mails registered in one commit: the more, the more of them are entered on the same pages.
const BATCH: u32 = 1_000;

/// Files what was read.
pub struct Registrar<'a> {
    store: &'a Store,
    campaigns: &'a [Campaign],
    clock: &'a Clock,
    judge: Judge<'a>,
    rulings: Rulings,
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
        let mut judge = Judge::new(campaigns, mailboxes, learned(store, campaigns)?);
        judge.read_anew(store)?;
        let decisions = store.decisions()?;
        judge.name_anew(&decisions);
        let rulings = Rulings::of(&decisions);
        Ok(Self { store, campaigns, clock, judge, rulings })
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
        self.look_back()?;
        loop {
            let batch = self.store.waiting(Stage::Read, BATCH)?;
            if stop() {
                return Ok(registered);
            }
            if batch.is_empty() {
                if !news.wait() {
                    self.settle_parked()?;
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
        self.learn_anew()?;
        match batch {
            [only] => self.store.park(only.id, &format!("登记未成：{cause}"), self.clock.now()),
            many => many.chunks(1).try_for_each(|one| self.register(one, news)),
        }
    }

    /// Judged anew for as long as persons decide meanwhile: nothing is filed without their latest word.
    fn judge_and_file(&mut self, batch: &[Waiting], news: &News) -> Result<(), Fault> {
        loop {
            let mut judged = Vec::with_capacity(batch.len());
            let mut has_taught = false;
            let mut outrun = Vec::new();
            for message in batch {
                let (registration, forms) = self.judge(message, news)?;
                outrun.extend(forms);
                kill_point("register.judged");
                // A mail helps those behind it, and those before it that wait.
                let new = registration.learned.iter().filter(|sender| !self.rulings.dissolves(sender));
                let new: Vec<LearnedSender> = new.cloned().collect();
                has_taught |= self.judge.learn(&new);
                judged.push((message.id, registration));
            }
            let basis = Some(self.rulings.basis());
            if self.store.register_upon(&judged, self.campaigns, self.clock.now(), basis)? {
                if has_taught {
                    self.look_back()?;
                }
                return self.compare_again(&outrun);
            }
            self.learn_anew()?;
        }
    }

    /// What persons decided and mails taught, as the store has it now.
    fn learn_anew(&mut self) -> Result<(), Fault> {
        let decisions = self.store.decisions()?;
        self.rulings = Rulings::of(&decisions);
        self.judge.name_anew(&decisions);
        self.judge.learn_anew(&learned(self.store, self.campaigns)?);
        self.judge.read_anew(self.store)
    }

    /// Stamped copies that came before their form are compared with it; they teach nothing new of forms themselves.
    fn compare_again(&mut self, outrun: &[Outrun]) -> Result<(), Fault> {
        let mut copies = BTreeSet::new();
        for (at, form) in outrun.iter().enumerate() {
            // A unit that sends its form ten times is asked once for its copies.
            if !outrun.iter().take(at).any(|before| before == form) {
                copies.extend(form.copies(self.store)?);
            }
        }
        self.file_again(&copies.into_iter().collect::<Vec<_>>(), &|_| true).map(|_| ())
    }

    /// Mails that wait for a unit are judged anew where it is known by now for whom their address writes, and so are those
    /// that went to a unit by an address from which another one writes too. Asked of the store each time: whatever was
    /// learned before a crash is looked back upon after it.
    fn look_back(&mut self) -> Result<(), Fault> {
        let waiting = self.store.unassigned_and_known()?;
        self.judge_again(&waiting, &|registration| registration.unit.is_some())?;
        let shared = self.store.told_by_shared_sender()?;
        self.judge_again(&shared, &|_| true)
    }

    /// A parked mail about which a person ruled is registered as ruled: nobody waits for what was decided.
    fn settle_parked(&mut self) -> Result<(), Fault> {
        let mut parked = self.store.parked_and_ruled()?;
        parked.retain(|id| !self.rulings.on(*id).is_empty());
        self.judge_again(&parked, &|_| true)
    }

    /// Judges mails again that came to an end, files those whose judgement is wanted, and has copies compared with their
    /// forms.
    fn judge_again(&mut self, ids: &[i64], is_wanted: &dyn Fn(&Registration) -> bool) -> Result<(), Fault> {
        let outrun = self.file_again(ids, is_wanted)?;
        self.compare_again(&outrun)
    }

    /// Judges and files again. An old mail that fails stays as it is: those that come now are not set aside for it.
    fn file_again(
        &mut self,
        ids: &[i64],
        is_wanted: &dyn Fn(&Registration) -> bool,
    ) -> Result<Vec<Outrun>, Fault> {
        loop {
            let mut judged = Vec::new();
            for id in ids {
                match judge_again(self.store, self.campaigns, &self.judge, &self.rulings, *id) {
                    Err(Fault::Park(cause)) => tracing::warn!(mail = id, cause, "mail not judged again"),
                    again => {
                        judged.extend(again?.filter(|(_, registration)| is_wanted(registration)));
                    }
                }
            }
            if judged.is_empty() {
                return Ok(Vec::new());
            }
            let (basis, campaigns) = (self.rulings.basis(), self.campaigns);
            let ruled = Ruled { decisions: &[], basis, judged, campaigns };
            match (self.store.decide(&ruled, self.clock.now()), ids) {
                (Ok(true), _) => {
                    let filed = ruled.judged.iter();
                    return Ok(filed
                        .flat_map(|(mail, anew)| self.judge.take_in(mail.id, mail.received_at, anew))
                        .collect());
                }
                (Ok(false), _) => self.learn_anew()?,
                (Err(Fault::Park(cause)), [id]) => {
                    tracing::warn!(mail = id, cause, "mail not filed again");
                    return Ok(Vec::new());
                }
                (Err(Fault::Park(_)), several) => {
                    let one_by_one = several.chunks(1).map(|one| self.file_again(one, is_wanted));
                    return Ok(one_by_one.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
                }
                (Err(fault), _) => return Err(fault),
            }
        }
    }

    /// The judgement on a mail, and which stamped copies its forms outrun.
    fn judge(&mut self, message: &Waiting, news: &News) -> Result<(Registration, Vec<Outrun>), Fault> {
        let (facts, hashes) = match news.take(message.id) {
            Some(report) => (report.facts, report.hashes),
            None => self.store.facts(message.id)?,
        };
        let rulings = self.rulings.on(message.id);
        // Judging changes nothing: a mail that breaks it is set aside, and the next one is judged.
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let ours = echo::ours(self.store, &facts.header, message.received_at)?;
            let case = Case {
                id: message.id,
                received_at: message.received_at,
                mailbox: &message.mailbox,
                facts: &facts,
                hashes: &hashes,
                ours: &ours,
            };
            Ok::<_, Fault>(match rulings {
                [] => self.judge.judge(case),
                rulings => ruled::judge(&self.judge, self.campaigns, case, rulings),
            })
        }));
        let registration = judged.map_err(|_| Fault::Park("判断这封邮件时程序出错".to_owned()))??;
        let outrun = self.judge.take_in(message.id, message.received_at, &registration);
        Ok((registration, outrun))
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
