//! The same bytes under two UIDs of one folder: two copies of one mail, or one mail that was handed out for another. A server
//! that answers a command for many mails under wrong UIDs and says OK is seen by nothing else where the mails are of one
//! size. So such bytes are not believed: the two are asked for alone before anything else. Copies are believed when each came twice so, and
//! what came beside them is asked for in small company; a server that was caught mixing mails up is asked for one at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::arrive::{Haul, Taken};
use super::capture::{Place, on_blocking_thread, row};
use super::memory::Memory;
use crate::fault::Fault;
use crate::imap::Described;

/// Of a hash so much tells one mail from another in a folder.
const MARK_CHARS: usize = 16;
/// So many mails are remembered: what is mixed up was asked for together.
const REMEMBERED: usize = 10_000;

/// A server that hands out another mail each time is not asked without end.
const TIMES_AGAIN: u32 = 3;

/// What came last of a folder in one look, by what it is.
#[derive(Debug, Default)]
pub(super) struct Twice {
    first: HashMap<u64, Described>,
    /// UIDs that were asked for alone and came.
    sure: BTreeSet<u32>,
    /// Those that came with the same bytes before.
    agreed: BTreeSet<u32>,
    /// How often others were asked for alone once more, because they did not come twice with the same bytes: an answer to one mail
    /// may be another's too.
    again: BTreeMap<u32, u32>,
    /// Bytes that came for two of those: there are copies of them, and a folder may be full of more.
    copied: BTreeSet<u64>,
    /// What the UIDs that are not believed came with.
    doubted: BTreeMap<u32, u64>,
    /// Whether one of them was another mail when it was asked for alone.
    is_mixed_up: bool,
}

/// What is to be done with a mail that came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// It is filed.
    File,
    /// It is asked for alone.
    AskAlone,
    /// It is filed, and this one, which is filed, asked for alone: it may be another.
    AskForOther(Described),
}

impl Twice {
    /// Whether the server was seen to hand out a mail under the UID of another.
    pub fn is_mixed_up(&self) -> bool {
        self.is_mixed_up
    }

    /// What came under this UID is not filed.
    fn forget(&mut self, uid: u32) {
        self.first.retain(|_, mail| mail.uid != uid);
    }

    /// Whether a mail of these bytes is remembered.
    fn knows(&self, sha256: &str) -> bool {
        mark(sha256).is_some_and(|mark| self.first.contains_key(&mark))
    }

    /// Remembers a mail that is captured with these bytes, if none is.
    fn remember(&mut self, mail: Described, sha256: &str) {
        if let Some(mark) = mark(sha256) {
            self.first.entry(mark).or_insert(mail);
        }
    }

    /// A mail came with bytes of this hash; `is_alone`: nothing else was asked for.
    pub fn note(&mut self, mail: &Described, sha256: &str, is_alone: bool) -> Advice {
        let Some(mark) = mark(sha256) else { return Advice::File };
        if is_alone {
            self.sure.insert(mail.uid);
            match self.doubted.remove(&mail.uid) {
                Some(doubted) if doubted == mark => drop(self.agreed.insert(mail.uid)),
                Some(_) => self.is_mixed_up = true,
                None => {}
            }
        }
        if self.first.len() >= REMEMBERED && !self.first.contains_key(&mark) {
            self.first.clear();
        }
        let first = self.first.entry(mark).or_insert(*mail);
        let is_same = first.uid == mail.uid;
        if self.copied.contains(&mark) {
            return Advice::File;
        }
        if is_same {
            return Advice::File;
        }
        let (agreed, again) = (&self.agreed, &mut self.again);
        let mut has_come_once = |uid: u32| {
            let asked = again.entry(uid).or_default();
            *asked += 1;
            !agreed.contains(&uid) && *asked <= TIMES_AGAIN
        };
        if !self.sure.contains(&mail.uid) || has_come_once(mail.uid) {
            self.doubted.extend([(mail.uid, mark), (first.uid, mark)]);
            return Advice::AskAlone;
        }
        if !self.sure.contains(&first.uid) || has_come_once(first.uid) {
            self.doubted.insert(first.uid, mark);
            return Advice::AskForOther(std::mem::replace(first, *mail));
        }
        self.copied.insert(mark);
        Advice::File
    }
}

fn mark(sha256: &str) -> Option<u64> {
    sha256.get(..MARK_CHARS).and_then(|mark| u64::from_str_radix(mark, 16).ok())
}

/// What is asked for once more before anything else.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Filed all the same.
    pub filed: Vec<Described>,
    /// Not filed, and better asked for alone.
    pub alone: Vec<Described>,
    /// Not filed, for what came beside it.
    pub beside: Vec<Described>,
}

impl Aside {
    /// Whether a mail came and is not filed.
    pub fn keeps_back(&self, uid: u32) -> bool {
        self.alone.iter().chain(&self.beside).any(|mail| mail.uid == uid)
    }
}

/// Remembers which mails of the folder an earlier look has captured with the bytes that came now: it may have been killed before
/// the right ones came. What is listed no more was moved, and is nothing to worry about.
pub(super) async fn recall(
    place: &Place<'_>,
    memory: &Memory,
    twice: &mut Twice,
    haul: &Haul,
) -> Result<(), Fault> {
    let new = haul.taken.iter().filter(|came| !twice.knows(&came.staged.sha256));
    let came: Vec<_> = new.map(|came| (came.staged.sha256.clone(), place.sighting(came.mail.uid))).collect();
    if came.is_empty() || !memory.has_captured(place.folder) {
        return Ok(());
    }
    for (sha256, seen) in on_blocking_thread(place.store, move |store| store.elsewhere(&came)).await? {
        if memory.is_captured(place.folder, seen.uid) {
            let (size, received_at) = (seen.announced.size.unwrap_or(0), seen.announced.at);
            twice.remember(Described { uid: seen.uid, size, received_at }, &sha256);
        }
    }
    Ok(())
}

/// Keeps back what is not believed, and returns what is asked for once more. Where the same bytes come twice nothing of the whole answer
/// is believed: every mail in it may stand under the UID of the one before, and what is once filed so is not asked for again after a
/// kill. If these turn out to be two copies of one mail, the others need no asking one by one.
pub(super) fn set_aside(twice: &mut Twice, is_alone: bool, haul: &mut Haul) -> Aside {
    let advice: Vec<Advice> =
        haul.taken.iter().map(|came| twice.note(&came.mail, &came.staged.sha256, is_alone)).collect();
    if let Some(second) = advice.iter().position(|advice| *advice == Advice::AskAlone) {
        let mut aside = Aside::default();
        let bytes = haul.taken.get(second).map(|came| came.staged.sha256.clone());
        for (at, Taken { mail, staged, .. }) in std::mem::take(&mut haul.taken).into_iter().enumerate() {
            twice.forget(mail.uid);
            let is_of_the_two = at <= second && Some(staged.sha256) == bytes;
            if is_of_the_two { aside.alone.push(mail) } else { aside.beside.push(mail) }
        }
        return aside;
    }
    let other = |advice| if let Advice::AskForOther(mail) = advice { Some(mail) } else { None };
    Aside { filed: advice.into_iter().filter_map(other).collect(), ..Aside::default() }
}

/// Whether as many bytes came as the server does not tell of the mail.
pub(super) fn is_misdescribed(taken: &Taken) -> bool {
    taken.mail.size != 0 && taken.mail.size != taken.staged.size
}

/// Refuses mails whose bytes are those of another mail that is captured.
pub(super) async fn refuse_those_of_others(place: &Place<'_>, haul: &mut Haul) -> Result<(), Fault> {
    let now = place.clock.now();
    for taken in std::mem::take(&mut haul.taken) {
        let (is_doubted, row) = (is_misdescribed(&taken), row(place, &taken, now));
        if is_doubted && on_blocking_thread(place.store, move |store| store.is_of_another(&row)).await? {
            let words = "服务器给出的是同一文件夹里另一封来件，不是这一封；网页邮箱里确是两封相同的来件时，删去其中一封即可";
            haul.refused.insert(taken.mail.uid, words.into());
        } else {
            haul.taken.push(taken);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_that_came_alone_with_the_same_bytes_each_comes_again() {
        let mut twice = Twice::default();
        assert_eq!(twice.note(&mail(3), AA, true), Advice::File, "it is another's");
        assert_eq!(twice.note(&mail(2), AA, true), Advice::AskAlone);
        assert_eq!(twice.note(&mail(2), AA, true), Advice::AskForOther(mail(3)));
        assert_eq!(twice.note(&mail(3), BB, true), Advice::File);
        assert!(twice.is_mixed_up());
    }

    #[test]
    fn who_comes_with_other_bytes_each_time_is_not_asked_for_without_end() {
        let mut twice = Twice::default();
        assert_eq!(twice.note(&mail(1), AA, false), Advice::File);
        assert_eq!(twice.note(&mail(2), BB, false), Advice::File);
        for others in [AA, BB, AA] {
            assert_eq!(twice.note(&mail(3), others, true), Advice::AskAlone);
        }
        assert_eq!(twice.note(&mail(3), BB, true), Advice::AskForOther(mail(2)));
    }

    const AA: &str = "aa00000000000000ff";
    const BB: &str = "bb00000000000000ff";

    fn mail(uid: u32) -> Described {
        Described { uid, size: 9, received_at: None }
    }

    #[test]
    fn who_comes_with_the_bytes_of_another_is_asked_for_alone_and_then_so_is_the_other() {
        let mut twice = Twice::default();
        assert_eq!(twice.note(&mail(1), AA, false), Advice::File);
        assert_eq!(twice.note(&mail(2), BB, false), Advice::File);
        assert_eq!(twice.note(&mail(3), AA, false), Advice::AskAlone);
        assert_eq!(twice.note(&mail(3), AA, true), Advice::AskForOther(mail(1)));
        assert_eq!(twice.note(&mail(1), AA, true), Advice::File, "a copy");
        assert_eq!(twice.note(&mail(4), AA, false), Advice::File, "one of many copies");
        assert_eq!(twice.note(&mail(2), BB, false), Advice::File, "itself");
        assert!(!twice.is_mixed_up());
    }

    #[test]
    fn a_mail_that_was_another_alone_is_believed() {
        let mut twice = Twice::default();
        assert_eq!(twice.note(&mail(1), AA, false), Advice::File);
        assert_eq!(twice.note(&mail(2), AA, false), Advice::AskAlone);
        assert!(!twice.is_mixed_up());
        assert_eq!(twice.note(&mail(2), BB, true), Advice::File);
        assert!(twice.is_mixed_up());
        assert_eq!(twice.note(&mail(3), AA, true), Advice::AskAlone, "large, or failed before");
        assert_eq!(twice.note(&mail(3), AA, true), Advice::AskForOther(mail(1)));
    }
}
