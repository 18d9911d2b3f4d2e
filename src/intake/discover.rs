//! Finds what is new in a folder: everything that the server lists less everything that is captured, never a
//! high-water mark of what was seen. All is listed at first and once a day; in between only what is above the list
//! that is remembered, and the server's count of mails says whether that was all that has happened.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::broken::{Broken, needs_a_person};
use super::capture::{Place, on_blocking_thread};
use super::catch_up::catch_up;
use super::memory::{ASKED_EVERY, Listed, Memory};
use crate::fault::Fault;
use crate::imap::{Described, Error, List, Session};
use crate::store::{Announced, FolderState, Seen};

/// How often a short list is asked for on: a server that lists 500 mails at once has had 50,000 then.
const ASKED_ON: u32 = 100;

/// Connections that may be lost over the list of a folder that is said to be empty, before that is believed.
const DOUBTED: u32 = 2;

/// What is amiss with the list of a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// For staff.
    pub(super) words: String,
    /// Every mail that the server counts is listed by its number at least: none is missed, if nothing else can be compared.
    pub(super) is_numbered: bool,
}

/// Brings the remembered list of the open folder up to date; returns what is amiss with it, if anything is.
///
/// # Errors
/// The list did not come, or the store cannot be asked.
pub(super) async fn discover(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
) -> Result<Option<Gap>, Broken> {
    let now = place.clock.now();
    let mut remembered = memory.folders.remove(place.folder);
    // A list that is never whole is no sweep: what rests goes on resting.
    let asked = remembered.as_ref().filter(|listed| listed.is_unswept(place.uidvalidity));
    let asked = asked.map_or_else(BTreeMap::new, |listed| listed.asked.clone());
    let is_same = |listed: &&Listed| listed.uidvalidity == place.uidvalidity;
    let waited: BTreeSet<u32> = remembered
        .as_ref()
        .filter(is_same)
        .map(|listed| listed.waiting.keys().copied().collect())
        .unwrap_or_default();
    let count = session.most().map(u64::from);
    if let Some(listed) = remembered.take_if(|listed| {
        memory.fruitless.remove(place.folder)
            && listed.uidvalidity == place.uidvalidity
            && count == Some(listed.count)
    }) {
        // Listed on the connection before, a moment ago, and nothing has happened since.
        memory.folders.insert(place.folder.to_owned(), listed);
        return Ok(None);
    }
    if let Some(listed) = remembered.filter(|listed| listed.may_be_caught_up(place.uidvalidity, now)) {
        let asked = listed.asked.clone();
        match catch_up(session, place, listed).await {
            Ok(Some(listed)) => {
                memory.folders.insert(place.folder.to_owned(), listed);
                return Ok(None);
            }
            Ok(None) => {}
            Err(broken) => {
                memory.folders.insert(place.folder.to_owned(), Listed::unswept(place.uidvalidity, asked));
                return Err(broken);
            }
        }
    }
    let (listed, gap) = match sweep(session, place, memory, &waited).await {
        Ok((listed, gap)) => (Listed { asked, ..listed }, Ok(gap)),
        Err(broken) => (Listed::unswept(place.uidvalidity, asked), Err(broken)),
    };
    memory.folders.insert(place.folder.to_owned(), listed);
    gap
}

/// Lists everything. The store is asked while the server answers. `waited`: UIDs that were listed before and did not come yet; a list
/// without them is asked for once more, since a server that counts too few mails would else have them forgotten.
async fn sweep(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    waited: &BTreeSet<u32>,
) -> Result<(Listed, Option<Gap>), Broken> {
    let now = place.clock.now();
    let is_bare = memory.cut_lists.wants_bare(place.folder, now);
    let listing = async { if is_bare { session.list_bare().await } else { session.list(1).await } };
    let (answer, seen) = tokio::join!(listing, seen(place, 1));
    memory.cut_lists.learn(place.folder, is_bare, answer.as_ref().err(), now);
    let (answer, seen) = (answer, seen?);
    let is_refused = match &answer {
        Ok(list) => list.refusal.is_some(),
        Err(error) => matches!(error, Error::No(..) | Error::Bad(..)),
    };
    let was_refused = is_refused && !is_bare && was_amiss(place).await?;
    let mut list = match answer {
        Err(refusal @ (Error::No(..) | Error::Bad(..))) if was_refused && !needs_a_person(&refusal) => {
            List { refusal: Some(refusal), ..List::default() }
        }
        answer => answer?,
    };
    if is_bare {
        // The same of all would end the connection.
    } else if list.exists == Some(0) && list.mails.is_empty() {
        list = list_all_the_same(session, place, memory).await?;
    } else if list.refusal.is_some() {
        // Whatever ails it may pass, and what is listed with size and date is known better.
        if was_refused {
            list = with_numbers(session, place, memory, list, now).await?;
        }
    } else if gap_of(&list).is_some() || !has_all(&list, waited) {
        list = list_again(session, place, memory, list).await?;
    }
    let (gap, mails) = (gap_of(&list), list.mails);
    let (waiting, described) = difference(&mails, &seen);
    if !described.is_empty() {
        let (mailbox, folder, uidvalidity) = place.key();
        let learn = move |store: &crate::store::Store| {
            store.describe_seen(&mailbox, &folder, uidvalidity, &described)
        };
        on_blocking_thread(place.store, learn).await?;
    }
    let listed = Listed {
        uidvalidity: place.uidvalidity,
        swept_at: gap.is_none().then_some(now),
        count: mails.len() as u64,
        last: mails.last().copied(),
        uids: mails.iter().map(|mail| mail.uid).collect(),
        waiting,
        asked: BTreeMap::new(),
    };
    Ok((listed, gap))
}

/// A list that was refused in its end or altogether, with the UIDs that it did not come to: what a server cannot say of one mail must
/// not cost those behind it. Where connections end over that, it is asked hourly: providers lock who logs in too often.
async fn with_numbers(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    mut list: List,
    now: Timestamp,
) -> Result<List, Broken> {
    let cut_at = memory.numbers_cut.get(place.folder);
    if cut_at.is_none_or(|at| !(*at..*at + ASKED_EVERY).contains(&now)) {
        match session.list_bare().await {
            Ok(bare) => {
                let known: BTreeSet<u32> = list.mails.iter().map(|mail| mail.uid).collect();
                list.mails.extend(bare.mails.into_iter().filter(|mail| !known.contains(&mail.uid)));
                list.mails.sort_by_key(|mail| mail.uid);
                (list.exists, list.is_bare) = (bare.exists, bare.refusal.is_none());
            }
            Err(error) if error.ends_session() || needs_a_person(&error) => {
                memory.numbers_cut.insert(place.folder.to_owned(), now);
                return Err(error.into());
            }
            Err(_) => {}
        }
    }
    match list.refusal.take_if(|_| list.mails.is_empty()) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(list),
    }
}

/// A list that is short: mail may have gone while it was listed, which a second list tells, where it is one; a server may leave out
/// another mail each time; and it may list so many at once and no more, which asking on from there brings. Where that costs the
/// connection it is asked on hourly.
async fn list_again(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    first: List,
) -> Result<List, Broken> {
    let mut list = match session.list(1).await {
        Ok(again) if again.refusal.is_none() && gap_of(&again).is_none() => return Ok(again),
        Ok(again) if again.refusal.is_none() => joined(first, again),
        Err(error) if error.ends_session() || needs_a_person(&error) => return Err(error.into()),
        _ => return Ok(first),
    };
    let now = place.clock.now();
    if memory.asked_on.get(place.folder).is_some_and(|at| (*at..*at + ASKED_EVERY).contains(&now)) {
        return Ok(list);
    }
    memory.asked_on.insert(place.folder.to_owned(), now);
    for _ in 0..ASKED_ON {
        let next = list.mails.last().and_then(|mail| mail.uid.checked_add(1));
        let Some(next) = next.filter(|_| gap_of(&list).is_some()) else { break };
        match session.list(next).await {
            Ok(more) if more.refusal.is_none() && !more.mails.is_empty() => list = joined(list, more),
            Err(error) if error.ends_session() || needs_a_person(&error) => return Err(error.into()),
            _ => break,
        }
    }
    memory.asked_on.remove(place.folder);
    Ok(list)
}

/// Whether all these are listed. Both ascend.
fn has_all(list: &List, waited: &BTreeSet<u32>) -> bool {
    let mut listed = list.mails.iter();
    waited.iter().all(|uid| listed.any(|mail| mail.uid == *uid))
}

/// Two lists of one folder, in which each names what the other leaves out.
fn joined(mut first: List, second: List) -> List {
    let known: BTreeSet<u32> = second.mails.iter().map(|mail| mail.uid).collect();
    first.mails.retain(|mail| !known.contains(&mail.uid));
    first.mails.extend(second.mails);
    first.mails.sort_by_key(|mail| mail.uid);
    List { mails: first.mails, ..second }
}

/// Lists a folder that is said to be empty: a count that is wrong must not lose any mail, and of what was never seen nobody would
/// know. An empty one may be refused, or cost the connection; where it cost two, which may have been the network once, it is not asked.
async fn list_all_the_same(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
) -> Result<List, Broken> {
    let empty = List { exists: Some(0), ..List::default() };
    let lost = memory.doubted.entry(place.folder.to_owned()).or_default();
    if *lost >= DOUBTED {
        // Next time one is enough.
        *lost = DOUBTED - 1;
        return Ok(empty);
    }
    *lost += 1;
    let answer = session.list_uncounted().await.map_err(Broken::from);
    let (is_asked, _) = session.progress();
    if !is_asked && answer.is_err() {
        // It hung up before, and not over this list.
        *lost -= 1;
        return answer;
    }
    // What is no IMAP at all says nothing of the folder.
    let is_told = !matches!(answer, Err(Broken::Link(Error::Protocol(_))));
    if is_told && answer.as_ref().is_err_and(Broken::is_final) {
        return answer;
    }
    memory.doubted.remove(place.folder);
    match answer {
        Err(Broken::Link(error)) if !is_told || error.names_another_reason() => Err(error.into()),
        answer => Ok(answer.unwrap_or(empty)),
    }
}

/// Why mail may be missing in a list of the whole folder. Where the server says how many there are, that decides.
fn gap_of(list: &List) -> Option<Gap> {
    let (listed, unread) = (list.mails.len(), list.unread);
    let is_numbered = list.is_bare && list.exists.is_some_and(|count| count as usize == listed);
    let words = match (&list.refusal, list.is_bare, list.exists) {
        (Some(refusal), ..) if is_numbered => {
            format!("服务器说不全邮件的大小和时间（{refusal}），已按编号核对，{listed} 封都已列出")
        }
        (Some(refusal), ..) => format!("{refusal}，只列出 {listed} 封"),
        (_, true, _) if is_numbered => {
            format!("服务器一列出邮件的大小和时间就中断，已按编号核对，{listed} 封都已列出")
        }
        (_, true, _) => format!(
            "服务器一列出邮件的大小和时间就中断，只列出 {listed} 封的编号：新来件照收，有没有遗漏无从核对"
        ),
        (_, _, Some(count)) if listed < count as usize => {
            format!("服务器称有 {count} 封邮件，只列出 {listed} 封")
        }
        (_, _, None) if unread > 0 => {
            format!("服务器没有说有几封邮件，列出了 {listed} 封，另有 {unread} 行读不懂")
        }
        // Every server has to say so (RFC 3501 6.3.1): one that answers everything with OK alone has not been understood.
        (_, _, None) if listed == 0 => "服务器没有说有几封邮件，也没有列出邮件".to_owned(),
        _ => return None,
    };
    Some(Gap { words, is_numbered })
}

/// Whether the last look at the folder met something to tell.
async fn was_amiss(place: &Place<'_>) -> Result<bool, Fault> {
    let (mailbox, folder, _) = place.key();
    let states = on_blocking_thread(place.store, |store| store.folder_states()).await?;
    let is_it = |state: &&FolderState| state.mailbox == mailbox && state.folder == folder;
    Ok(states.iter().find(is_it).is_some_and(|state| state.trouble.is_some() || state.note.is_some()))
}

pub(super) async fn seen(place: &Place<'_>, first: u32) -> Result<Vec<Seen>, Fault> {
    let (mailbox, folder, uidvalidity) = place.key();
    on_blocking_thread(place.store, move |store| store.seen(&mailbox, &folder, uidvalidity, first)).await
}

/// What of `listed` is not captured; and how the server describes what was captured before its description was kept.
/// A UID that is captured and described otherwise now is another mail: 163 gives every mailbox the UIDVALIDITY 1, also
/// one that was built anew. Both lists ascend.
pub(super) fn difference(listed: &[Described], seen: &[Seen]) -> (BTreeMap<u32, Described>, Vec<Seen>) {
    let (mut waiting, mut described) = (BTreeMap::new(), Vec::new());
    let mut seen = seen.iter().peekable();
    for mail in listed {
        let announced = announced(mail);
        let (mut is_captured, mut is_undescribed) = (false, false);
        while let Some(known) = seen.next_if(|known| known.uid <= mail.uid) {
            if known.uid == mail.uid {
                let is_it = known.may_be(&announced);
                is_captured |= is_it;
                is_undescribed |= is_it && known.announced == Announced::default();
            }
        }
        if !is_captured {
            waiting.insert(mail.uid, *mail);
        } else if is_undescribed && announced != Announced::default() {
            described.push(Seen { uid: mail.uid, announced, came: None });
        }
    }
    (waiting, described)
}

/// How the store keeps what the server says of a mail.
pub(super) fn announced(mail: &Described) -> Announced {
    Announced { size: (mail.size > 0).then_some(mail.size), at: mail.received_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_makes_a_list_short_only_where_nobody_counts() {
        let is_short = |listed: u32, exists, unread| {
            let mails = (1..=listed).map(|uid| mail(uid, 10)).collect();
            gap_of(&List { mails, exists, unread, ..List::default() }).is_some()
        };
        assert!(is_short(2, Some(3), 0) && is_short(2, Some(3), 1) && is_short(2, None, 1));
        assert!(is_short(0, None, 0) && !is_short(0, Some(0), 0));
        assert!(!is_short(3, Some(3), 1) && !is_short(3, None, 0) && !is_short(4, Some(3), 0));
    }

    fn mail(uid: u32, size: u64) -> Described {
        Described { uid, size, received_at: Some(Timestamp::from_second(i64::from(uid)).unwrap()) }
    }

    fn known(uid: u32, size: u64) -> Seen {
        Seen { uid, announced: announced(&mail(uid, size)), came: None }
    }

    fn waiting(listed: &[Described], seen: &[Seen]) -> Vec<u32> {
        difference(listed, seen).0.into_keys().collect()
    }

    #[test]
    fn what_is_listed_and_not_captured_waits() {
        let listed = [mail(2, 10), mail(3, 10), mail(5, 10), mail(9, 10)];
        assert_eq!(waiting(&listed, &[known(1, 10), known(3, 10), known(7, 10)]), [2, 5, 9]);
        assert_eq!(waiting(&listed, &[]), [2, 3, 5, 9]);
        assert_eq!(waiting(&[], &[known(1, 10)]), [0_u32; 0]);
    }

    #[test]
    fn a_uid_used_again_is_another_mail_until_any_sighting_of_it_fits() {
        assert_eq!(waiting(&[mail(4, 20)], &[known(4, 10)]), [4]);
        assert_eq!(waiting(&[mail(4, 20)], &[known(4, 10), known(4, 20)]), [0_u32; 0]);
        let later = Described { received_at: Some(Timestamp::UNIX_EPOCH), ..mail(4, 10) };
        assert_eq!(waiting(&[later], &[known(4, 10)]), [4], "another date");
        let unknown = Described { size: 0, received_at: None, ..mail(4, 10) };
        assert_eq!(waiting(&[unknown], &[known(4, 10)]), [0_u32; 0], "unknown is not another");
    }

    #[test]
    fn what_was_captured_before_descriptions_were_kept_learns_its_own() {
        let undescribed = |came| Seen { uid: 4, announced: Announced::default(), came };
        for came in [None, Some(10)] {
            let seen = [known(3, 9), undescribed(came)];
            let (waiting, described) = difference(&[mail(3, 9), mail(4, 10)], &seen);
            assert_eq!((waiting.len(), described), (0, vec![known(4, 10)]));
        }
        let (waiting, described) = difference(&[mail(4, 10)], &[undescribed(Some(11))]);
        assert_eq!((waiting.len(), described), (1, vec![]), "another mail");
        let (waiting, described) = difference(&[mail(4, 10)], &[undescribed(Some(11)), known(4, 10)]);
        assert_eq!((waiting.len(), described), (0, vec![]), "what is described is the other of the two");
    }
}
