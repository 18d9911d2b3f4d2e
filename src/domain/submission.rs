//! What has come: filings of parts under requirement, day and item, and what they add up to. Which file counts is
//! computed here from the filings alone, never stored as somebody's mood, so every `--as-of` answers truly.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::message::{PartState, words};

/// Item id under which a nil report (今日无) is filed; no campaign may use it.
pub const NIL_ITEM: &str = "nil";

words! {
    /// How serious a flaw is.
    Level {
        /// The unit has to send it again.
        Error => "E", "须补正";
        /// Worth telling the unit or staff.
        Warning => "W", "请核对";
        /// For staff only.
        Info => "I", "供参考";
    }
}

/// 瑕疵: what is wrong with an input, where, and in which words a person is told. Never an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// `V01`…`V18` of `domain.md` b.4, or `LINK`.
    pub code: String,
    /// `Sheet1!F7`, or empty where the whole file is meant.
    pub place: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
    /// How serious.
    pub level: Level,
}

/// One part (or link, or nil report) filed as an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Campaign id; of one mail some parts may answer another campaign than the rest.
    pub campaign: String,
    /// Unit code.
    pub unit: String,
    /// Requirement id.
    pub requirement: String,
    /// Day, for a requirement of each day; none there means outside its days (`extra`).
    pub day: Option<Date>,
    /// Item id, or [`NIL_ITEM`].
    pub item: String,
    /// Verdict on it by itself: accepted, flawed, rejected, review, extra or unreadable.
    pub state: PartState,
    /// What is wrong with it.
    pub flaws: Vec<Flaw>,
    /// When its mail arrived at the server.
    pub received_at: Timestamp,
    /// Register number of its mail; with `ordinal` the order among equals.
    pub message: i64,
    /// Its place in the mail.
    pub ordinal: u32,
    /// SHA-256 of its bytes in hex; for a nil report or a link a name that tells it from others.
    pub sha256: String,
}

words! {
    /// State of an item (`contract.md` 3).
    ItemState {
        /// Counts.
        Accepted => "accepted", "已收";
        /// Counts, to be corrected.
        Flawed => "flawed", "待补正";
        /// What came does not count.
        Rejected => "rejected", "不计";
        /// Waits for a person.
        Review => "review", "待核";
        /// Nothing came.
        Missing => "missing", "缺";
        /// Not owed.
        Exempt => "exempt", "免报";
    }
}

impl ItemState {
    /// Whether the item is there.
    pub fn counts(self) -> bool {
        matches!(self, ItemState::Accepted | ItemState::Flawed)
    }

    /// Whether nothing more is needed: it is there, or not owed.
    pub fn is_settled(self) -> bool {
        self.counts() || self == ItemState::Exempt
    }

    /// Whether it is still to come: nothing came, or nothing that counts or waits.
    pub fn lacks(self) -> bool {
        matches!(self, ItemState::Missing | ItemState::Rejected)
    }
}

/// What the filings of one item of one obligation add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Item id.
    pub item: String,
    /// State of the newest file that counts, else of what came.
    pub state: ItemState,
    /// Files that count now.
    pub count: u32,
    /// Arrival of the first file that counted.
    pub first_at: Option<Timestamp>,
    /// Arrival of the newest file of any state.
    pub newest_at: Timestamp,
    /// Flaws of the newest file that counts and of whatever came after it.
    pub flaws: Vec<Flaw>,
}

/// Sums up the filings of one item of one obligation, and says how each is shown: the third column of each filing's
/// life besides its own verdict (`superseded`, `duplicate`). `single`: a newer file replaces an older one. None for
/// no filings.
///
/// A newer file that does not count never displaces one that does (`contract.md` 3); files of one mail never
/// displace one another.
pub fn hold(filings: &mut [Filing], single: bool) -> Option<(Holding, Vec<PartState>)> {
    filings.sort_by_key(|filing| (filing.received_at, filing.message, filing.ordinal));
    let newest = filings.last()?;
    let (item, newest_at) = (newest.item.clone(), newest.received_at);
    let mut shown: Vec<PartState> = Vec::with_capacity(filings.len());
    let counts = |state: &PartState| matches!(state, PartState::Accepted | PartState::Flawed);
    let mut seen: HashMap<&str, bool> = HashMap::new();
    for filing in filings.iter() {
        // Sent again in earnest, what only waited or failed before counts after all.
        let earlier = seen.get(filing.sha256.as_str()).copied().filter(|_| !filing.sha256.is_empty());
        let fresh = earlier.is_none_or(|counted| !counted && counts(&filing.state));
        shown.push(if fresh { filing.state } else { PartState::Duplicate });
        *seen.entry(&filing.sha256).or_default() |= counts(&filing.state);
    }
    let first_at = filings.iter().zip(&shown).find(|(_, s)| counts(s)).map(|(filing, _)| filing.received_at);
    let last = filings.iter().zip(&shown).rposition(|(_, s)| counts(s));
    if single && let Some(current) = last.and_then(|at| filings.get(at)).map(|filing| filing.message) {
        for (at, (filing, state)) in filings.iter().zip(shown.iter_mut()).enumerate() {
            let older = filing.message != current && last.is_some_and(|last| at < last);
            if older && (counts(state) || *state == PartState::Review) {
                *state = PartState::Superseded;
            }
        }
    }
    let state = match last.and_then(|at| shown.get(at)) {
        Some(PartState::Flawed) => ItemState::Flawed,
        Some(_) => ItemState::Accepted,
        None if shown.contains(&PartState::Review) => ItemState::Review,
        None => ItemState::Rejected,
    };
    let flaws =
        told(&shown, single).filter_map(|at| filings.get(at)).flat_map(|filing| filing.flaws.iter().cloned());
    let flaws = flaws.collect();
    let count = u32::try_from(shown.iter().filter(|s| counts(s)).count()).unwrap_or(u32::MAX);
    Some((Holding { item, state, count, first_at, newest_at, flaws }, shown))
}

/// Whose flaws are told, of filings in order and shown so: those of the newest that counts and of whatever came after
/// it, of files that add up those of all from the first that counts; where none counts, of the newest.
pub fn told(shown: &[PartState], single: bool) -> impl Iterator<Item = usize> {
    let is_copy = |state: &PartState| *state == PartState::Duplicate;
    let counts = |state: &PartState| matches!(state, PartState::Accepted | PartState::Flawed);
    let counted = if single { shown.iter().rposition(counts) } else { shown.iter().position(counts) };
    let from = counted.or_else(|| shown.iter().rposition(|state| !is_copy(state))).unwrap_or(0);
    shown.iter().enumerate().skip(from).filter(move |(_, state)| !is_copy(state)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filing(minute: i64, state: PartState, sha256: &str) -> Filing {
        Filing {
            campaign: "week".into(),
            unit: "C089".into(),
            requirement: "plan".into(),
            day: None,
            item: "form4".into(),
            state,
            flaws: vec![],
            received_at: Timestamp::from_second(minute * 60).unwrap(),
            message: minute,
            ordinal: 0,
            sha256: sha256.into(),
        }
    }

    #[test]
    fn a_correction_replaces_and_the_first_arrival_stays() {
        let mut filings = [filing(2, PartState::Accepted, "b"), filing(1, PartState::Flawed, "a")];
        let (holding, shown) = hold(&mut filings, true).unwrap();
        assert_eq!(shown, [PartState::Superseded, PartState::Accepted]);
        assert_eq!((holding.state, holding.count), (ItemState::Accepted, 1));
        assert_eq!(holding.first_at.unwrap().as_second(), 60);
    }

    #[test]
    fn a_newer_file_that_does_not_count_displaces_nothing() {
        for bad in [PartState::Rejected, PartState::Unreadable, PartState::Review] {
            let mut filings = [filing(1, PartState::Accepted, "a"), filing(2, bad, "b")];
            let (holding, shown) = hold(&mut filings, true).unwrap();
            assert_eq!(shown, [PartState::Accepted, bad]);
            assert_eq!(holding.state, ItemState::Accepted);
        }
    }

    #[test]
    fn the_same_bytes_again_are_a_duplicate_and_photos_add_up() {
        let mut filings = [
            filing(1, PartState::Accepted, "a"),
            filing(2, PartState::Accepted, "a"),
            filing(3, PartState::Accepted, "b"),
        ];
        let (holding, shown) = hold(&mut filings, false).unwrap();
        assert_eq!(shown, [PartState::Accepted, PartState::Duplicate, PartState::Accepted]);
        assert_eq!(holding.count, 2);
    }

    #[test]
    fn the_same_bytes_sent_again_in_earnest_count() {
        let mut filings = [filing(1, PartState::Review, "a"), filing(2, PartState::Accepted, "a")];
        let (holding, shown) = hold(&mut filings, true).unwrap();
        assert_eq!(shown, [PartState::Superseded, PartState::Accepted]);
        assert_eq!((holding.state, holding.first_at.unwrap().as_second()), (ItemState::Accepted, 120));
        let mut filings = [filing(1, PartState::Accepted, "a"), filing(2, PartState::Review, "a")];
        assert_eq!(hold(&mut filings, true).unwrap().1, [PartState::Accepted, PartState::Duplicate]);
    }

    #[test]
    fn what_only_failed_is_rejected_and_what_waits_is_review() {
        let mut only_bad = [filing(1, PartState::Rejected, "a"), filing(2, PartState::Unreadable, "b")];
        assert_eq!(hold(&mut only_bad, true).unwrap().0.state, ItemState::Rejected);
        let mut waits = [filing(1, PartState::Review, "a"), filing(2, PartState::Rejected, "b")];
        assert_eq!(hold(&mut waits, true).unwrap().0.state, ItemState::Review);
        assert!(hold(&mut [], true).is_none());
    }
}
