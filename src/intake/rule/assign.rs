//! Whose a mail is, or one of its parts; and who writes for whom, taught only when a person says so.

use std::collections::BTreeSet;

use super::{Refused, Signature};
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, RuledPart};
use crate::domain::mailbox::Mailbox;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{MessageFilter, MessageRow, Store};

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
        let others = other_writers(store, campaign, row, unit)?;
        if !others.is_empty() {
            return Err(Refused::SharedAddress(address, others));
        }
        decisions.push(Decision { act: Act::Remember, address: Some(address), ..assigned });
    }
    Ok(decisions)
}

/// Names of the other units for which the sender of a mail is known to write: then the address tells nothing.
///
/// # Errors
/// What the store reports.
pub fn other_writers(
    store: &Store,
    campaign: &Campaign,
    row: &MessageRow,
    unit: &Unit,
) -> Result<Vec<String>, Fault> {
    let address = row.from.to_lowercase();
    let mut others: BTreeSet<String> = BTreeSet::new();
    for learned in store.learned_senders(&campaign.id)? {
        others.extend((learned.address == address).then_some(learned.unit));
    }
    let lists = |unit: &&Unit| unit.emails.iter().any(|email| email.eq_ignore_ascii_case(&address));
    others.extend(campaign.roster.units.iter().filter(lists).map(|unit| unit.code.clone()));
    let filter = MessageFilter {
        from: Some(address.clone()),
        campaign: Some(campaign.id.clone()),
        ..Default::default()
    };
    let earlier = store.messages(&filter)?;
    others.extend(earlier.into_iter().filter(|mail| mail.id != row.id).filter_map(|mail| mail.unit));
    others.remove(&unit.code);
    let name =
        |code: &String| campaign.roster.by_code(code).map_or_else(|| code.clone(), |unit| unit.name.clone());
    Ok(others.iter().map(name).collect())
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
