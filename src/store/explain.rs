//! Why a mail of the register waits, and how its parts are shown: by what became of their answers beside their fellows.

use rusqlite::Transaction;

use super::catalogue::{Answer, MessageRow, PartRow};
use super::holding::{Key, question_of};
use crate::domain::message::{MessageState, PartState};
use crate::domain::submission::Flaw;
use crate::fault::Fault;

/// An answer that counts by itself and waits beside a newer version.
pub(super) struct Asked {
    pub(super) message: i64,
    /// Place of its part; after the parts for what is loose.
    pub(super) place: u32,
    key: Key,
}

impl Asked {
    /// None for an answer about which nothing is asked, or that waits by its own verdict (`state`).
    pub(super) fn of(message: i64, place: u32, state: PartState, answer: &Answer) -> Option<Self> {
        let counts = matches!(state, PartState::Accepted | PartState::Flawed);
        (counts && answer.state == PartState::Review).then(|| {
            let key = Key {
                campaign: answer.campaign.clone(),
                unit: answer.unit.clone(),
                requirement: answer.requirement.clone(),
                day: answer.day,
                item: answer.item.clone(),
            };
            Self { message, place, key }
        })
    }

    /// The question, in Chinese.
    pub(super) fn told(&self, tx: &Transaction<'_>) -> Result<Option<String>, Fault> {
        let found = question_of(tx, &self.key, (self.message, self.place))?;
        Ok(found.map(|(own, newer)| own.question(&newer)))
    }
}

impl MessageRow {
    /// A person has to choose about an answer of it.
    pub(super) fn ask(&mut self, place: u32, told: &str) {
        if let Some(part) = self.parts.get_mut(place as usize) {
            part.state = PartState::Review;
            part.why = format!("{told}（原判断：{}）", part.why);
        }
        if self.state == Some(MessageState::Review) && self.reason.is_empty() {
            told.clone_into(&mut self.reason);
        }
    }
}

impl PartRow {
    /// The main answer says whether the part is shown as replaced; flaws that several answers share are told once.
    pub(super) fn take_answer(&mut self, answer: Answer, flaws: Vec<Flaw>) {
        if self.answers.is_empty() && matches!(answer.state, PartState::Superseded | PartState::Duplicate) {
            self.state = answer.state;
        }
        for flaw in flaws {
            if !self.flaws.contains(&flaw) {
                self.flaws.push(flaw);
            }
        }
        self.answers.push(answer);
    }
}

/// A mail that waits for one of its parts gives that part's reason.
pub(super) fn explain(message: &mut MessageRow) {
    if message.state == Some(MessageState::Review)
        && message.reason.is_empty()
        && let Some(part) = message.parts.iter().find(|part| part.state == PartState::Review)
    {
        message.reason.clone_from(&part.why);
    }
}
