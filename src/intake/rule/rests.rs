//! What rests on decisions that are about to be taken back: said before it is done, because what was ruled upon them would
//! hang in the air, and what was sent cannot be called back.

use jiff::Timestamp;

use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::message::UnitBy;
use crate::fault::Fault;
use crate::store::{MessageFilter, OutboxState, Store};

/// What rests on some decisions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rests {
    /// Later decisions that count and were made upon them.
    pub decisions: Vec<Decision>,
    /// Register numbers of other mails that are filed by a sender whom they remember.
    pub mails: Vec<i64>,
    /// Mails that left for their units since; they stay with whoever got them.
    pub letters: usize,
}

impl Rests {
    /// Whether nothing does: then nobody need be asked twice.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What rests on the decisions with these numbers, of all that were made.
///
/// # Errors
/// What the store reports.
pub fn resting_on(store: &Store, all: &[Decision], numbers: &[i64]) -> Result<Rests, Fault> {
    let undone: Vec<&Decision> = all.iter().filter(|made| numbers.contains(&made.id)).collect();
    let mut rests = Rests { decisions: made_upon(all, &undone), ..Rests::default() };
    for sender in undone.iter().filter(|made| made.act == Act::Remember) {
        let filter = MessageFilter { from: sender.address.clone(), ..MessageFilter::default() };
        let filed = store.messages(&filter)?.into_iter().filter(|row| {
            row.unit_by == Some(UnitBy::Sender) && row.unit == sender.unit && Some(row.id) != sender.message
        });
        rests.mails.extend(filed.map(|row| row.id));
    }
    let returned = undone.iter().filter(|made| made.act == Act::Return);
    let told: Vec<(&String, Timestamp)> =
        returned.filter_map(|made| Some((made.unit.as_ref()?, made.at))).collect();
    if !told.is_empty() {
        let sent = store.outbox(Some(OutboxState::Sent))?;
        let tells = |(unit, at): &(&String, Timestamp)| {
            sent.iter()
                .any(|row| row.mail.unit.as_ref() == Some(unit) && row.sent_at.is_some_and(|sent| sent > *at))
        };
        rests.letters = told.iter().filter(|one| tells(one)).count();
    }
    Ok(rests)
}

/// Verdicts on a mail rest on whose it was said to be.
fn made_upon(all: &[Decision], undone: &[&Decision]) -> Vec<Decision> {
    let counting = in_force(all, Timestamp::MAX);
    let is_undone = |made: &Decision| undone.iter().any(|one| one.id == made.id);
    let rests = |later: &&&Decision| {
        matches!(later.act, Act::Accept | Act::Return)
            && undone.iter().any(|one| {
                one.act == Act::Assign
                    && one.id < later.id
                    && one.message.is_some()
                    && one.message == later.message
                    && (one.part.is_none() || one.part == later.part)
            })
    };
    counting.iter().filter(|later| !is_undone(later)).filter(rests).map(|later| (*later).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(id: i64, act: Act, message: i64) -> Decision {
        let decision = Decision::new(act, "李某", Timestamp::from_second(id).unwrap(), "");
        Decision { id, message: Some(message), unit: Some("C001".to_owned()), ..decision }
    }

    #[test]
    fn verdicts_rest_on_whose_the_mail_was_said_to_be_and_on_nothing_later() {
        let all = [
            made(1, Act::Accept, 7),
            made(2, Act::Assign, 7),
            made(3, Act::Accept, 7),
            made(4, Act::Accept, 8),
            made(5, Act::Note, 7),
        ];
        let upon = |numbers: &[i64]| -> Vec<i64> {
            let undone: Vec<&Decision> = all.iter().filter(|made| numbers.contains(&made.id)).collect();
            made_upon(&all, &undone).iter().map(|made| made.id).collect()
        };
        assert_eq!(upon(&[2]), [3]);
        assert!(upon(&[2, 3]).is_empty());
        assert!(upon(&[3]).is_empty());
    }
}
