//! A decision and all that follows from it: the mails concerned are judged anew from what their readers reported, and
//! both are written at once. It works beside the river: where that, or another clerk, was quicker, all is judged again.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::echo;
use super::judge::{Case, Judge};
use super::ruled::{self, Rulings};
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision};
use crate::domain::facts::MailFacts;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::Stage;
use crate::fault::Fault;
use crate::store::{OnFile, Registration, Ruled, Store};

/// Rounds until a decision gives up against the river: each takes a moment, and something else was written in each.
const ROUNDS_MAX: usize = 50;

/// With what decisions are weighed.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The store.
    pub store: &'a Store,
    /// All campaigns.
    pub campaigns: &'a [Campaign],
    /// All mailboxes.
    pub mailboxes: &'a [Mailbox],
    /// The moment.
    pub clock: &'a Clock,
}

/// What came of decisions.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// Numbers that they were given.
    pub numbers: Vec<i64>,
    /// Mails of the same address that were judged anew because of them.
    pub looked_back: Vec<i64>,
}

impl Bench<'_> {
    /// Makes decisions: `make` is given all that were made before, so that it may refer to them.
    ///
    /// # Errors
    /// What `make` reports; [`Fault::Retry`] when the river is quicker each time; what the store reports.
    pub fn decide<E: From<Fault>>(
        &self,
        make: impl Fn(&[Decision]) -> Result<Vec<Decision>, E>,
    ) -> Result<Decided, E> {
        for _ in 0..ROUNDS_MAX {
            let mut all = self.store.decisions()?;
            let (known, basis) = (all.len(), all.last().map_or(0, |decision| decision.id));
            let mut new = make(&all)?;
            for (number, decision) in (basis + 1..).zip(&mut new) {
                decision.id = number;
            }
            all.extend(new);
            let new = all.get(known..).unwrap_or_default();
            let (judged, looked_back) = self.follow(&all, new)?;
            let ruled = Ruled { decisions: new, basis, judged, campaigns: self.campaigns };
            if self.store.decide(&ruled, self.clock.now())? {
                let numbers = new.iter().map(|decision| decision.id).collect();
                return Ok(Decided { numbers, looked_back });
            }
        }
        Err(Fault::Retry("来件正在登记，认定没有写入；请再试一次".to_owned()).into())
    }

    /// What one mail would be judged as under decisions, of which `new` may not be made yet; none while it is on its way.
    ///
    /// # Errors
    /// What the store reports.
    pub fn judged_as(&self, id: i64, new: &[Decision]) -> Result<Option<(OnFile, Registration)>, Fault> {
        let mut all = self.store.decisions()?;
        all.extend(new.iter().cloned());
        let judge = self.judge(&all)?;
        judge_again(self.store, self.campaigns, &judge, &Rulings::of(&all), id)
    }

    /// Judges again whatever the new ones of all decisions are about; the second list is of those that only wait for a
    /// sender or a written name to be known, or were given to a unit because it was.
    #[allow(clippy::type_complexity)]
    fn follow(
        &self,
        all: &[Decision],
        new: &[Decision],
    ) -> Result<(Vec<(OnFile, Registration)>, Vec<i64>), Fault> {
        let rulings = Rulings::of(all);
        let mut judge = self.judge(all)?;
        let (mut ids, mut looked_back, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for decision in new {
            let undone = all.iter().find(|earlier| Some(earlier.id) == decision.undoes);
            let meant = undone.unwrap_or(decision);
            ids.extend(meant.message.filter(|_| meant.rules_mail()));
            if let (Act::Remember | Act::Forget, Some(address)) = (meant.act, &meant.address) {
                looked_back.extend(self.store.unassigned_from(address)?);
                looked_back.extend(self.store.told_by_sender(address, meant.unit.as_deref().unwrap_or(""))?);
            }
            if meant.act == Act::Alias {
                named.extend(self.store.unassigned()?);
                named.extend(self.store.told_by_clues(meant.unit.as_deref().unwrap_or(""))?);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        looked_back.retain(|id| !ids.contains(id));
        looked_back.sort_unstable();
        looked_back.dedup();
        let mut judged = Vec::new();
        for id in ids.iter().chain(&looked_back) {
            judged.extend(judge_again(self.store, self.campaigns, &judge, &rulings, *id)?);
        }
        // Most of those that a name might concern do not bear it.
        for id in named.into_iter().filter(|id| !ids.contains(id)).collect::<BTreeSet<_>>() {
            let again = judge_again(self.store, self.campaigns, &judge, &rulings, id)?;
            let Some(again) = again.filter(|(mail, anew)| mail.unit != anew.unit) else { continue };
            if !looked_back.contains(&id) {
                looked_back.push(id);
                judged.push(again);
            }
        }
        self.compare(&mut judge, &rulings, &mut judged)?;
        Ok((judged, looked_back))
    }

    /// Stamped copies that counted before these forms did are compared with them.
    fn compare(
        &self,
        judge: &mut Judge<'_>,
        rulings: &Rulings,
        judged: &mut Vec<(OnFile, Registration)>,
    ) -> Result<(), Fault> {
        let mut copies = BTreeSet::new();
        for (mail, anew) in judged.iter() {
            for outrun in judge.take_in(mail.id, mail.received_at, anew) {
                copies.extend(outrun.copies(self.store)?);
            }
        }
        copies.retain(|id| !judged.iter().any(|(mail, _)| mail.id == *id));
        for id in copies {
            match judge_again(self.store, self.campaigns, judge, rulings, id) {
                Err(Fault::Park(cause)) => tracing::warn!(mail = id, cause, "mail not judged again"),
                again => judged.extend(again?),
            }
        }
        Ok(())
    }

    /// A judge who knows what mails taught, and persons by these decisions.
    fn judge(&self, all: &[Decision]) -> Result<Judge<'_>, Fault> {
        let mut known = Vec::new();
        for campaign in self.campaigns {
            known.extend(self.store.learned_senders_under(&campaign.id, all)?);
        }
        let mut judge = Judge::new(self.campaigns, self.mailboxes, known);
        judge.name_anew(all);
        judge.read_anew(self.store)?;
        Ok(judge)
    }
}

/// Judges one mail that came to an end as persons ruled; none while it is on its way, where the river does it.
pub(super) fn judge_again(
    store: &Store,
    campaigns: &[Campaign],
    judge: &Judge<'_>,
    rulings: &Rulings,
    id: i64,
) -> Result<Option<(OnFile, Registration)>, Fault> {
    let Some(mail) = store.on_file(id)? else { return Ok(None) };
    if matches!(mail.stage, Stage::Captured | Stage::Read) {
        return Ok(None);
    }
    let (facts, hashes) = match store.facts(id) {
        // Parked before it could be read.
        Err(Fault::Park(_)) => {
            (MailFacts { trouble: vec![mail.reason.clone()], ..MailFacts::default() }, Vec::new())
        }
        report => report?,
    };
    let (received_at, mailbox) = (mail.received_at, mail.mailbox.as_str());
    let ours = echo::ours(store, &facts.header, received_at)?;
    let case = Case { id, received_at, mailbox, facts: &facts, hashes: &hashes, ours: &ours };
    let judged = catch_unwind(AssertUnwindSafe(|| ruled::judge(judge, campaigns, case, rulings.on(id))));
    let registration = judged.map_err(|_| Fault::Park("判断这封邮件时程序出错".to_owned()))?;
    Ok(Some((mail, registration)))
}
