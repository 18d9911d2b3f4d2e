//! Whose a mail is, or one of its parts; and who writes for whom, taught only when a person says so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Refused, Signature};
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, RuledPart};
use crate::domain::mailbox::Mailbox;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{LearnedSender, MessageRow, Store};

/// The decisions that give a mail, or one part of it, to a unit; without one it is nobody's. With `remember` its sender
/// writes for the unit from now on.
///
/// # Errors
/// When the sender cannot be remembered; what the store reports.
pub fn assignment(
    (store, mailboxes): (&Store, &[Mailbox]),
    campaign: &Campaign,
    row: &MessageRow,
    (unit, part, remember): (Option<&Unit>, Option<RuledPart>, bool),
    signature: &Signature,
) -> Result<Vec<Decision>, Refused> {
    let assigned = Decision {
        message: Some(row.id),
        campaign: Some(campaign.id.clone()),
        unit: unit.map(|unit| unit.code.clone()),
        part,
        ..signature.decision(Act::Assign)
    };
    let mut decisions = vec![assigned.clone()];
    if let (true, Some(unit)) = (remember, unit) {
        let address = row.from.to_lowercase();
        if address.is_empty() || mailboxes.iter().any(|m| m.address.eq_ignore_ascii_case(&address)) {
            return Err(Refused::NoAddress(row.id));
        }
        let others = Writers::of(store, campaign)?.others(row, unit)?;
        if !others.is_empty() {
            return Err(Refused::SharedAddress(address, others));
        }
        decisions.push(Decision { act: Act::Remember, address: Some(address), ..assigned });
    }
    Ok(decisions)
}

/// Who writes from which address: asked of the store once an address, however many mails came from it.
pub struct Writers<'a> {
    store: &'a Store,
    campaign: &'a Campaign,
    learned: Vec<LearnedSender>,
    heard: RefCell<BTreeMap<String, Vec<(String, u64)>>>,
}

impl<'a> Writers<'a> {
    /// Those of a campaign.
    ///
    /// # Errors
    /// What the store reports.
    pub fn of(store: &'a Store, campaign: &'a Campaign) -> Result<Self, Fault> {
        let learned = store.learned_senders(&campaign.id)?;
        Ok(Self { store, campaign, learned, heard: RefCell::default() })
    }

    /// Codes of the units for which the sender of a mail is known to write, by more than this mail.
    ///
    /// # Errors
    /// What the store reports.
    pub fn of_mail(&self, row: &MessageRow) -> Result<BTreeSet<String>, Fault> {
        let address = row.from.to_lowercase();
        let learned = self.learned.iter().filter(|learned| learned.address == address);
        let mut units: BTreeSet<String> = learned.map(|learned| learned.unit.clone()).collect();
        let lists = |unit: &&Unit| unit.emails.iter().any(|email| email.eq_ignore_ascii_case(&address));
        units.extend(self.campaign.roster.units.iter().filter(lists).map(|unit| unit.code.clone()));
        let mut heard = self.heard.borrow_mut();
        if !heard.contains_key(&address) {
            heard.insert(address.clone(), self.store.units_of_sender(&self.campaign.id, &address)?);
        }
        let own = |unit: &String| u64::from(row.unit.as_ref() == Some(unit));
        let others = heard.get(&address).into_iter().flatten().filter(|(unit, mails)| *mails > own(unit));
        units.extend(others.map(|(unit, _)| unit.clone()));
        Ok(units)
    }

    /// Names of the other units than `unit`: where there are any, the address tells nothing.
    fn others(&self, row: &MessageRow, unit: &Unit) -> Result<Vec<String>, Fault> {
        let mut units = self.of_mail(row)?;
        units.remove(&unit.code);
        let known = |code: &String| self.campaign.roster.by_code(code);
        let name = |code: &String| known(code).map_or_else(|| code.clone(), |unit| unit.name.clone());
        Ok(units.iter().map(name).collect())
    }
}

/// The decision that an address does not write for a unit any more.
///
/// # Errors
/// When nobody learned that it did; what the store reports.
pub fn forgetting(
    store: &Store,
    campaign: &Campaign,
    unit: &Unit,
    address: &str,
    signature: &Signature,
) -> Result<Decision, Refused> {
    let learned = store.learned_senders(&campaign.id)?;
    if !learned.iter().any(|sender| sender.address == address && sender.unit == unit.code) {
        let is_listed = unit.emails.iter().any(|email| email.eq_ignore_ascii_case(address));
        let why = if is_listed { "是名册登记的，请改名册" } else { "没有记为它的发件人" };
        return Err(Refused::Rule(format!("{}：{address} {why}。", unit.name)));
    }
    Ok(Decision {
        campaign: Some(campaign.id.clone()),
        unit: Some(unit.code.clone()),
        address: Some(address.to_owned()),
        ..signature.decision(Act::Forget)
    })
}
