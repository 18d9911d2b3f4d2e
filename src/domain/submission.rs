//! What has come: filings of parts under requirement, day and item, and what they add up to. Which file counts is
//! computed here from the filings alone, never stored as somebody's mood, so every `--as-of` answers truly.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::message::{PartState, words};
use super::version::Version;

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
    /// What it says of its own version.
    pub version: Option<Version>,
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
/// displace one another. A file that calls itself older than one that came before waits for a person, unless it is said
/// to be the valid one.
pub fn hold(filings: &mut [Filing], single: bool) -> Option<(Holding, Vec<PartState>)> {
    let Weighed { mut shown, .. } = weigh(filings, single);
    let newest = filings.last()?;
    let (item, newest_at) = (newest.item.clone(), newest.received_at);
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

/// Of each filing, in the order of [`hold`], the place of the newer version that was there before it; none where no person
/// has to choose.
pub fn older_than(filings: &mut [Filing], single: bool) -> Vec<Option<usize>> {
    weigh(filings, single).older_than
}

fn counts(state: &PartState) -> bool {
    matches!(state, PartState::Accepted | PartState::Flawed)
}

/// Filings in the order in which they came, each beside those before it.
#[derive(Default)]
struct Weighed {
    /// As shown, before anything is replaced.
    shown: Vec<PartState>,
    older_than: Vec<Option<usize>>,
}

/// Puts filings in order and weighs mail by mail.
fn weigh(filings: &mut [Filing], single: bool) -> Weighed {
    filings.sort_by_key(|filing| (filing.received_at, filing.message, filing.ordinal));
    let mut weighed = Weighed::default();
    let mut seen: HashMap<&str, bool> = HashMap::new();
    // What a version is compared with: all that counted since somebody said which is valid.
    let mut before: Vec<(usize, &Version)> = Vec::new();
    for mail in filings.chunk_by(|one, other| one.message == other.message) {
        let from = weighed.shown.len();
        let mut known = Vec::new();
        for filing in mail {
            // Sent again in earnest, what only waited or failed before counts after all.
            let earlier = seen.get(filing.sha256.as_str()).copied().filter(|_| !filing.sha256.is_empty());
            let fresh = earlier.is_none_or(|counted| !counted && counts(&filing.state));
            weighed.shown.push(if fresh { filing.state } else { PartState::Duplicate });
            known.push(earlier.is_some());
            *seen.entry(&filing.sha256).or_default() |= counts(&filing.state);
        }
        let shown = weighed.shown.get_mut(from..).unwrap_or_default();
        let older = older_of(mail, shown, if single { &before } else { &[] });
        if older.iter().any(Option::is_some) {
            for (((filing, state), older), known) in mail.iter().zip(shown).zip(&older).zip(known) {
                if older.is_some() {
                    // What waits already does not wait twice.
                    *state = if known { PartState::Duplicate } else { PartState::Review };
                    seen.insert(&filing.sha256, false);
                }
            }
        } else {
            let counting = mail.iter().zip(&*shown).enumerate().filter(|(_, (_, state))| counts(state));
            let marked = counting.filter_map(|(at, (filing, _))| Some((from + at, filing.version.as_ref()?)));
            let marked: Vec<_> = marked.collect();
            if marked.iter().any(|(_, version)| version.prevails) {
                before.clear();
            }
            before.extend(marked);
        }
        weighed.older_than.extend(older);
    }
    weighed
}

/// Of each filing of a mail the newest of those `before` that is the newer version, where all that counts in the mail is
/// older than something: one file that is not has replaced what was there anyway.
fn older_of(mail: &[Filing], shown: &[PartState], before: &[(usize, &Version)]) -> Vec<Option<usize>> {
    let older = |filing: &Filing| {
        let own = filing.version.as_ref().filter(|own| !own.prevails)?;
        before.iter().rev().find(|(_, other)| other.is_newer_than(own)).map(|(at, _)| *at)
    };
    let weighed = mail.iter().zip(shown).map(|(filing, state)| counts(state).then(|| older(filing)));
    let weighed: Vec<Option<Option<usize>>> = weighed.collect();
    let is_older = weighed.iter().flatten().all(Option::is_some);
    weighed.into_iter().map(|older| older.flatten().filter(|_| is_older)).collect()
}

/// Whose flaws are told, of filings in order and shown so: those of the newest that counts and of whatever came after
/// it, of files that add up those of all from the first that counts; where none counts, of the newest.
pub fn told(shown: &[PartState], single: bool) -> impl Iterator<Item = usize> {
    let is_copy = |state: &PartState| *state == PartState::Duplicate;
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
            version: None,
        }
    }

    /// The file of this version, which came then.
    fn version(minute: i64, draft: u32) -> Filing {
        let mark = Version { said: format!("V{draft}"), draft: vec![draft], ..Version::default() };
        Filing { version: Some(mark), ..filing(minute, PartState::Accepted, &format!("{minute} of {draft}")) }
    }

    fn said_to_be_valid(mut filing: Filing) -> Filing {
        filing.version.as_mut().unwrap().prevails = true;
        filing
    }

    fn shown(filings: &mut [Filing]) -> Vec<PartState> {
        let at_first = hold(filings, true).unwrap();
        filings.reverse();
        assert_eq!(hold(filings, true).unwrap(), at_first, "in whatever order they are given");
        at_first.1
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

    #[test]
    fn a_version_that_calls_itself_older_waits_and_the_newer_one_is_held() {
        use PartState::{Accepted, Review, Superseded};
        assert_eq!(shown(&mut [version(1, 1), version(2, 2)]), [Superseded, Accepted]);
        let mut filings = [version(1, 2), version(2, 1)];
        assert_eq!(shown(&mut filings), [Accepted, Review]);
        assert_eq!(older_than(&mut filings, true), [None, Some(0)]);
        let (holding, _) = hold(&mut filings, true).unwrap();
        assert_eq!((holding.state, holding.count), (ItemState::Accepted, 1));
        assert_eq!(shown(&mut [version(1, 2), version(2, 2)]), [Superseded, Accepted], "equals");
        let unmarked = filing(2, Accepted, "x");
        assert_eq!(shown(&mut [version(1, 2), unmarked.clone()]), [Superseded, Accepted]);
        let replaced = shown(&mut [version(1, 3), unmarked, version(3, 2)]);
        assert_eq!(replaced, [Superseded, Accepted, Review], "older than what was replaced");
        let settled = shown(&mut [version(1, 2), version(2, 1), version(3, 3)]);
        assert_eq!(settled, [Superseded, Superseded, Accepted]);
        assert_eq!(hold(&mut [version(1, 2), version(2, 1)], false).unwrap().1, [Accepted; 2], "both add up");
        let mut failed = version(1, 2);
        failed.state = PartState::Rejected;
        assert_eq!(shown(&mut [failed, version(2, 1)]), [PartState::Rejected, Accepted]);
    }

    #[test]
    fn what_is_said_to_be_valid_wins_whatever_its_mark() {
        use PartState::{Accepted, Duplicate, Review, Superseded};
        let valid = || said_to_be_valid(version(2, 1));
        assert_eq!(shown(&mut [version(1, 3), valid()]), [Superseded, Accepted]);
        let after = shown(&mut [version(1, 3), valid(), version(3, 2)]);
        assert_eq!(after, [Superseded, Superseded, Accepted], "newer than what is valid");
        let mut back = version(3, 1);
        back.version.as_mut().unwrap().draft = vec![0, 9];
        assert_eq!(shown(&mut [version(1, 3), valid(), back]), [Superseded, Accepted, Review]);
        let again = |minute| Filing { sha256: "same".into(), ..version(minute, 1) };
        assert_eq!(shown(&mut [version(1, 2), again(2), again(3)]), [Accepted, Review, Duplicate]);
        let in_earnest = shown(&mut [version(1, 2), again(2), said_to_be_valid(again(3))]);
        assert_eq!(in_earnest, [Superseded, Superseded, Accepted]);
        assert_eq!(shown(&mut [again(1), version(2, 2), again(3)]), [Superseded, Accepted, Duplicate]);
    }

    #[test]
    fn a_mail_that_brings_the_newer_version_too_replaces() {
        use PartState::{Accepted, Review, Superseded};
        let beside = |ordinal, draft| Filing { ordinal, ..version(2, draft) };
        let brings = |one, other| shown(&mut [version(1, 2), beside(0, one), beside(1, other)]);
        assert_eq!(brings(1, 3), [Superseded, Accepted, Accepted]);
        assert_eq!(brings(0, 1), [Accepted, Review, Review]);
    }
}
