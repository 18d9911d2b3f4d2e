//! Folders in whose lists connections end: one mail whose size or date a server cannot tell would keep all others from being listed.
//! After the second time their UIDs alone are listed, with which no mail is missed; that nothing can be compared is told.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::imap::Error;

/// Lists of a folder in one look that may end the connection, before its UIDs alone are asked for.
const CUT_LISTS: u32 = 2;
/// So long the UIDs alone are asked for: each try of more may cost a connection, and providers lock who logs in too often.
const BARE_FOR: SignedDuration = SignedDuration::from_mins(10);

/// What is known of them.
#[derive(Debug, Default)]
pub(super) struct CutLists(BTreeMap<String, Cut>);

#[derive(Debug, Default)]
struct Cut {
    times: u32,
    /// Since when the UIDs alone have been listed.
    bare_since: Option<Timestamp>,
}

impl CutLists {
    /// A connection that ended in an earlier look, and no list of UIDs since, says nothing of this one.
    pub(super) fn begin_look(&mut self) {
        self.0.retain(|_, cut| cut.bare_since.is_some());
    }

    /// Whether a folder's UIDs alone are to be asked for.
    pub(super) fn wants_bare(&self, folder: &str, now: Timestamp) -> bool {
        self.0.get(folder).is_some_and(|cut| match cut.bare_since {
            Some(since) => (since..since + BARE_FOR).contains(&now),
            None => cut.times >= CUT_LISTS,
        })
    }

    /// Takes in how a list went.
    pub(super) fn learn(&mut self, folder: &str, is_bare: bool, error: Option<&Error>, now: Timestamp) {
        let is_cut = error.is_some_and(Error::ends_session);
        if is_cut && !is_bare {
            let cut = self.0.entry(folder.to_owned()).or_default();
            *cut = Cut { times: cut.times + 1, bare_since: None };
        } else if is_bare && error.is_none() {
            self.0.entry(folder.to_owned()).or_default().bare_since.get_or_insert(now);
        } else if !is_bare {
            self.0.remove(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_two_cuts_uids_alone_are_listed_for_a_while_and_then_all_is_asked_for_again() {
        let began: Timestamp = "2023-05-09T12:00:00+08:00".parse().unwrap();
        let minutes = |minutes| began + SignedDuration::from_mins(minutes);
        let cut = Error::Cut("UID FETCH".into());
        let mut lists = CutLists::default();
        lists.learn("INBOX", false, Some(&cut), began);
        assert!(!lists.wants_bare("INBOX", began), "it may have been the network");
        lists.learn("INBOX", false, Some(&cut), began);
        assert!(lists.wants_bare("INBOX", began) && !lists.wants_bare("Junk", began));
        lists.learn("INBOX", true, None, began);
        lists.begin_look();
        assert!(lists.wants_bare("INBOX", minutes(9)) && !lists.wants_bare("INBOX", minutes(10)));
        lists.learn("INBOX", false, Some(&cut), minutes(10));
        assert!(lists.wants_bare("INBOX", minutes(10)), "one more cut is enough");
        lists.begin_look();
        assert!(!lists.wants_bare("INBOX", minutes(11)), "the UIDs did not come either");
        for answer in [None, Some(&Error::Bad("UID FETCH".into(), "what".into()))] {
            (0..2).for_each(|_| lists.learn("INBOX", false, Some(&cut), began));
            lists.learn("INBOX", false, answer, began);
            assert!(!lists.wants_bare("INBOX", began), "{answer:?}");
        }
    }
}
