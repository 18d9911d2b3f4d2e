//! What a watcher remembers of a mailbox from one look to the next: which mails are there, so that only newer ones are
//! asked for; what the server cannot do; the mail in whose middle the connection was cut. It dies with the process and
//! is learned again by a full sweep: what must not be forgotten is in the store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::capture::Place;
use super::cut_list::CutLists;
use super::half::{Halves, is_of};
use super::login::Login;
use crate::imap::{Described, Limits, Shunned};
use crate::store::Begun;

/// A remembered list is believed so long; then everything is listed again.
const SWEEP_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// A mail that has failed so often in earlier looks is shown, and rests between two askings; a sweep asks at once.
const RESTS_AFTER: u32 = 3;
pub(super) const ASKED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What mails have beyond what is told of them may cost a look twenty seconds; eight times as much where it did not come by then.
const SPARE_BYTES: u64 = 20 * Limits::SLOWEST_BYTES_PER_SECOND;

/// Windows grow eightfold at most: so much is held in memory until it is known to be what was asked for.
const LONGEST_WINDOW_DOUBLINGS: u32 = 3;
/// What is asked for in one piece grows on to 32 MiB, the most that comes again because a connection is cut.
const LONGEST_PIECE_DOUBLINGS: u32 = 5;

/// What is remembered of one mailbox.
#[derive(Default)]
pub struct Memory {
    pub(super) folders: BTreeMap<String, Listed>,
    /// The server has answered a request for a piece of a mail with all of it, with another piece, or with BAD.
    pub(super) has_no_windows: bool,
    /// Large mails in a row that came without a cut.
    pub(super) calm: u32,
    /// UIDs of large mails that did not come in one piece.
    tried_whole: BTreeSet<u32>,
    /// Bytes that came of mails and were not believed, and how often, by folder, UIDVALIDITY and UID.
    read: BTreeMap<(String, u32, u32), BTreeMap<u64, u32>>,
    /// Mails in whose middle connections were cut.
    pub(super) halves: Halves,
    /// Those of which an earlier process laid by the beginning.
    pub(super) begun: Vec<LaidBy>,
    /// Whether the server told its folders the last time; none before it was asked.
    pub(super) lists_folders: Option<bool>,
    /// Looks in a row in which the server could not be asked for its folders, when the last one was, and why.
    pub(super) unasked_folders: Option<(u32, Timestamp, String)>,
    /// When the folder of sent mail was last looked through.
    pub(super) sent_asked_at: Option<Timestamp>,
    /// Folders said to be empty that are being listed all the same, and connections lost over that.
    pub(super) doubted: BTreeMap<String, u32>,
    /// Folders in whose lists connections ended.
    pub(super) cut_lists: CutLists,
    /// Folders at whose bare UIDs, asked for after a refusal, a connection ended, and when.
    pub(super) numbers_cut: BTreeMap<String, Timestamp>,
    /// Folders of which it was told that the server does not have them.
    pub(super) told_absent: BTreeSet<String>,
    /// Folders of which the look under way has brought mails, or more of one: what is slow is not dead.
    pub(super) brought: BTreeSet<String>,
    /// How the last look stood with the login.
    pub(super) login: Login,
    /// When the connection was made.
    pub(super) connected_at: Option<Instant>,
    /// When a connection was last given up because nothing could be listed on it any more.
    pub(super) renewed_at: Option<Timestamp>,
    /// What the server is better not asked.
    pub(super) shunned: Shunned,
    /// Bytes beyond what is told of mails that may still buy time in the look under way.
    pub(super) spare: u64,
    /// Folders of which the look under way has a list that cost the connection before anything came upon it.
    pub(super) fruitless: BTreeSet<String>,
    /// Folders whose lists are being asked for on, beyond where they ended, and since when.
    pub(super) asked_on: BTreeMap<String, Timestamp>,
}

/// The beginning of a mail that an earlier process laid by.
#[derive(Debug)]
pub(super) struct LaidBy {
    pub of: Begun,
    /// This process does not go on with it: it could not be read, or what came of the mail then was not as it should be.
    pub is_given_up: bool,
    /// It is spoilt, or the mail is there.
    pub is_useless: bool,
}

impl LaidBy {
    pub fn is_of(&self, place: &Place<'_>, mail: &Described) -> bool {
        is_of(&self.of, place.folder, place.uidvalidity, mail)
    }
}

/// The list of a folder's mails, as far as it has to be remembered.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub uidvalidity: u32,
    /// When all of it was listed; none where the server counted more mails than it listed.
    pub swept_at: Option<Timestamp>,
    /// Mails in it.
    pub count: u64,
    /// The one with the highest UID.
    pub last: Option<Described>,
    /// UIDs of all, ascending.
    pub uids: Vec<u32>,
    /// Those that are not captured.
    pub waiting: BTreeMap<u32, Described>,
    /// When UIDs were asked for that did not come. Gone with the next sweep after a whole one.
    pub asked: BTreeMap<u32, Timestamp>,
}

impl Listed {
    /// Of a folder whose list did not come, what is known still.
    pub fn unswept(uidvalidity: u32, asked: BTreeMap<u32, Timestamp>) -> Self {
        Self { uidvalidity, asked, ..Self::default() }
    }

    /// Whether it was the list of such a folder, and not of all of it.
    pub fn is_unswept(&self, uidvalidity: u32) -> bool {
        self.uidvalidity == uidvalidity && self.swept_at.is_none()
    }

    /// Whether asking for what is new is enough. A clock that was set back knows no better.
    pub fn may_be_caught_up(&self, uidvalidity: u32, now: Timestamp) -> bool {
        let is_recent = |at: Timestamp| (at..at + SWEEP_EVERY).contains(&now);
        self.uidvalidity == uidvalidity && self.swept_at.is_some_and(is_recent)
    }
}

impl Memory {
    /// Of mails that were begun before.
    pub(super) fn of(begun: Vec<Begun>) -> Self {
        let begun = begun.into_iter().map(|of| LaidBy { of, is_given_up: false, is_useless: false });
        Self { begun: begun.collect(), ..Self::default() }
    }

    /// What is known of one look is nothing to the next.
    pub(super) fn begin_look(&mut self) {
        self.brought.clear();
        self.cut_lists.begin_look();
        self.fruitless.clear();
        self.spare = SPARE_BYTES;
        self.login = Login::Open;
    }

    /// The beginnings laid by that are known to be of no more use: spoilt, or the mail is there, or not wanted any more.
    /// `is_all_seen`: the last look came to its end and missed nothing.
    pub(super) fn useless(&self, is_all_seen: bool) -> Vec<Begun> {
        let is_useless = |begun: &&LaidBy| {
            let of = &begun.of;
            begun.is_useless
                || match self.folders.get(&of.folder) {
                    Some(listed) => {
                        let waiting = listed.waiting.get(&of.uid);
                        let is_wanted =
                            waiting.is_some_and(|mail| is_of(of, &of.folder, listed.uidvalidity, mail));
                        listed.swept_at.is_some() && listed.uidvalidity != 0 && !is_wanted
                    }
                    None => is_all_seen,
                }
        };
        self.begun.iter().filter(is_useless).map(|begun| begun.of.clone()).collect()
    }

    /// Why the server is not asked for its folders: it hung up over that in one look after the other, and providers lock
    /// accounts that log in too often. Asked hourly.
    pub(super) fn why_not_folders(&self, now: Timestamp) -> Option<&String> {
        let (looks, at, why) = self.unasked_folders.as_ref()?;
        (*looks > 1 && (*at..*at + ASKED_EVERY).contains(&now)).then_some(why)
    }

    /// A look in which the server could not be asked for its folders.
    pub(super) fn note_unasked_folders(&mut self, why: String, now: Timestamp) {
        let before = self.unasked_folders.as_ref().map_or(0, |(looks, ..)| *looks);
        self.unasked_folders = Some((before + 1, now, why));
    }

    /// How long a window may be: servers skip to its begin from the head of the mail, so that few long ones cost less, as
    /// long as nothing is cut and has to come again.
    pub(super) fn window_bytes(&self) -> u64 {
        Limits::WINDOW_BYTES << self.calm.min(LONGEST_WINDOW_DOUBLINGS)
    }

    /// Whether a large mail is asked for in windows: not where it would be a single one, nor where mails of its size have
    /// come without a cut. What did not come one way is asked for the other way (`is_again`), and what came in part goes on.
    pub(super) fn wants_windows(&mut self, place: &Place<'_>, mail: &Described, is_again: bool) -> bool {
        let was_whole = self.tried_whole.remove(&mail.uid);
        let is_next = if is_again { was_whole } else { mail.size > self.piece_bytes() };
        !self.has_no_windows && (is_next || self.halves.have_grown(place, mail))
    }

    /// The largest mail that is asked for in one piece.
    fn piece_bytes(&self) -> u64 {
        Limits::WINDOW_BYTES << self.calm.min(LONGEST_PIECE_DOUBLINGS)
    }

    /// A large mail was asked for in one piece and did not come, perhaps because the connection was cut.
    pub(super) fn note_tried_whole(&mut self, mail: &Described, is_cut: bool) {
        self.tried_whole.insert(mail.uid);
        if is_cut {
            self.calm = 0;
            // A BAD may have been of a bad moment, and windows are what such a mail needs.
            self.has_no_windows = false;
        }
    }

    /// What was laid by of this mail has not led to it.
    pub(super) fn give_up(&mut self, place: &Place<'_>, mail: &Described) {
        for begun in self.begun.iter_mut().filter(|begun| begun.is_of(place, mail)) {
            begun.is_given_up = true;
        }
    }

    /// So many bytes came of mails, which were not believed.
    pub(super) fn note_read(&mut self, place: &Place<'_>, read: BTreeMap<u32, u64>) {
        for (uid, size) in read {
            let key = (place.folder.to_owned(), place.uidvalidity, uid);
            *self.read.entry(key).or_default().entry(size).or_default() += 1;
        }
    }

    /// What came of a mail before and was not believed, and how often.
    pub(super) fn read(&self, place: &Place<'_>, uid: u32) -> BTreeMap<u64, u32> {
        self.read.get(&(place.folder.to_owned(), place.uidvalidity, uid)).cloned().unwrap_or_default()
    }

    /// A large mail came without a cut.
    pub(super) fn note_calm(&mut self) {
        self.calm = self.calm.saturating_add(1);
    }

    /// Mails of a folder that are listed and not captured.
    pub(super) fn waiting(&self, folder: &str) -> Vec<Described> {
        self.folders.get(folder).map_or_else(Vec::new, |listed| listed.waiting.values().copied().collect())
    }

    /// Whether any mail that is listed is captured.
    pub(super) fn has_captured(&self, folder: &str) -> bool {
        self.folders.get(folder).is_some_and(|listed| listed.uids.len() > listed.waiting.len())
    }

    /// Whether this mail is listed, and captured.
    pub(super) fn is_captured(&self, folder: &str, uid: u32) -> bool {
        self.folders.get(folder).is_some_and(|listed| {
            listed.uids.binary_search(&uid).is_ok() && !listed.waiting.contains_key(&uid)
        })
    }

    /// A mail that was captured has to be asked for again.
    pub(super) fn wait_again(&mut self, folder: &str, mail: &Described) {
        if let Some(listed) = self.folders.get_mut(folder) {
            listed.waiting.insert(mail.uid, *mail);
        }
    }

    /// The look under way has brought mail, or more of one, of this folder.
    pub(super) fn note_brought(&mut self, folder: &str) {
        if !self.brought.contains(folder) {
            self.brought.insert(folder.to_owned());
        }
    }

    /// Mails have failed in so many earlier looks: one that is larger than the server says may need more time to come.
    pub(super) fn allow_for(&mut self, failed: u32) {
        let more = SPARE_BYTES.saturating_mul(8_u64.saturating_pow(failed));
        self.spare = self.spare.max(more.min(Limits::MAIL_BYTES));
    }

    /// Whether a list led to nothing but the end of the connection: a server that hangs up behind each of its answers would else list
    /// again and again, and never hand out a mail.
    pub(super) fn note_fruitless(&mut self, folder: &str, is_fruitless: bool) {
        if is_fruitless {
            self.fruitless.insert(folder.to_owned());
        }
    }

    /// Whether the look under way has brought anything: its server lets us in, and is at work.
    pub(super) fn has_brought(&self) -> bool {
        !self.brought.is_empty()
    }

    /// These mails are captured.
    pub(super) fn settle(&mut self, folder: &str, uids: &[u32]) {
        if !uids.is_empty() {
            self.note_brought(folder);
        }
        self.read.retain(|(there, _, uid), _| there != folder || !uids.contains(uid));
        for begun in self.begun.iter_mut().filter(|begun| begun.of.folder == folder) {
            begun.is_useless |= uids.contains(&begun.of.uid);
        }
        if let Some(listed) = self.folders.get_mut(folder) {
            for uid in uids {
                listed.waiting.remove(uid);
            }
        }
    }

    /// These mails were asked for and did not come.
    pub(super) fn note_asked(&mut self, folder: &str, mails: &[Described], now: Timestamp) {
        if let Some(listed) = self.folders.get_mut(folder) {
            listed.asked.extend(mails.iter().map(|mail| (mail.uid, now)));
        }
    }

    /// The next look lists all of a folder.
    pub(super) fn sweep_again(&mut self, folder: &str) {
        if let Some(listed) = self.folders.get_mut(folder) {
            listed.swept_at = None;
        }
    }

    /// Whether a mail that failed in so many earlier looks is left alone in this one: a large one that is broken on the
    /// server would be downloaded again every minute.
    pub(super) fn rests(&self, folder: &str, uid: u32, failed: u32, now: Timestamp) -> bool {
        let asked_at = self.folders.get(folder).and_then(|listed| listed.asked.get(&uid));
        let is_recent = |at: &Timestamp| (*at..*at + ASKED_EVERY).contains(&now);
        failed >= RESTS_AFTER && asked_at.is_some_and(is_recent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_while_nothing_is_cut_and_what_is_held_in_memory_stays_small() {
        let mut memory = Memory::default();
        assert_eq!((memory.window_bytes(), memory.piece_bytes()), (1 << 20, 1 << 20));
        (0..100).for_each(|_| memory.note_calm());
        assert_eq!((memory.window_bytes(), memory.piece_bytes()), (8 << 20, 32 << 20));
        let mail = Described { uid: 7, size: 20 << 20, received_at: None };
        memory.note_tried_whole(&mail, true);
        assert_eq!((memory.window_bytes(), memory.piece_bytes()), (1 << 20, 1 << 20), "cut");
    }

    #[test]
    fn a_server_that_hangs_up_over_its_folders_twice_is_asked_for_them_hourly() {
        let mut memory = Memory::default();
        let began: Timestamp = "2023-05-09T12:00:00+08:00".parse().unwrap();
        let minutes = |minutes| began + SignedDuration::from_mins(minutes);
        memory.note_unasked_folders("cut".into(), began);
        assert_eq!(memory.why_not_folders(minutes(1)), None, "it may have been the network");
        memory.note_unasked_folders("cut".into(), minutes(2));
        assert!(
            memory.why_not_folders(minutes(3)).is_some() && memory.why_not_folders(minutes(61)).is_some()
        );
        assert_eq!(memory.why_not_folders(minutes(62)), None);
    }

    #[test]
    fn a_list_is_caught_up_for_a_day_while_the_folder_is_the_same() {
        let swept: Timestamp = "2023-05-09T12:00:00+08:00".parse().unwrap();
        let listed = Listed { uidvalidity: 7, swept_at: Some(swept), ..Listed::default() };
        let hours = |hours| swept + SignedDuration::from_hours(hours);
        assert!(listed.may_be_caught_up(7, swept) && listed.may_be_caught_up(7, hours(23)));
        assert!(!listed.may_be_caught_up(7, hours(24)), "a day is over");
        assert!(!listed.may_be_caught_up(7, hours(-1)), "the clock was set back");
        assert!(!listed.may_be_caught_up(8, swept), "rebuilt");
        assert!(!Listed { swept_at: None, ..listed }.may_be_caught_up(7, swept), "never whole");
    }
}
