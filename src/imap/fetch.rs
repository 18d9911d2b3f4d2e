//! The commands that list and fetch mail of the folder that is open.
//!
//! A list is `UID FETCH n:* (UID RFC822.SIZE INTERNALDATE)`: one short line a mail, so neither a line of 300,000 numbers
//! nor SEARCH (which 腾讯, 网易 and 阿里 each break in another way) nor UIDNEXT (which 163 does not tell) is needed,
//! the count is checked against EXISTS, and what a mail is like is known without asking again.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::guard::{Piece, Taker};
use super::{Error, Limits, Session};

/// A mail as the server describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// UID.
    pub uid: u32,
    /// RFC822.SIZE, bytes; not every server keeps to it. 0 where it did not say.
    pub size: u64,
    /// INTERNALDATE, if it can be read.
    pub received_at: Option<Timestamp>,
}

/// Mails in one command to a server that refuses to list all at once.
const SLICE_MAILS: u32 = 500;

/// The mails of a folder, as far as they are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// Ascending by UID.
    pub mails: Vec<Described>,
    /// How many the server says there are in the whole folder by now; none where it does not say.
    pub exists: Option<u32>,
    /// Lines of the list that nobody understood: a mail each, or nothing.
    pub unread: usize,
    /// How the server refused to list the rest, if it did: it may have no words for one broken mail of thousands.
    pub refusal: Option<Error>,
    /// Sizes and dates were not asked for.
    pub is_bare: bool,
}

impl Session {
    /// The mails of the open folder from UID `first` on.
    ///
    /// # Errors
    /// Any; a list that the server did not end is none, nor is one that it refused before the first mail.
    pub async fn list(&mut self, first: u32) -> Result<List, Error> {
        match self.folder.most {
            // Some servers answer NO or BAD to 1:* in an empty folder.
            Some(0) => Ok(List { exists: Some(0), ..List::default() }),
            count => self.list_up_to(first, count.unwrap_or(Limits::MAILS_PER_FOLDER)).await,
        }
    }

    /// The mails of the open folder, whatever the server says of their number.
    ///
    /// # Errors
    /// Any; NO and BAD also where there is no mail.
    pub async fn list_uncounted(&mut self) -> Result<List, Error> {
        self.list_up_to(1, Limits::MAILS_PER_FOLDER).await
    }

    /// The UIDs of the open folder and nothing else: a server that breaks over the size or the date of one mail would else
    /// never list the others. Where it refuses that, too, so many at once.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub async fn list_bare(&mut self) -> Result<List, Error> {
        let count = self.folder.most.unwrap_or(Limits::MAILS_PER_FOLDER);
        let list = match self.take_list("UID FETCH 1:* (UID)", 1, count).await {
            Ok(list) if list.refusal.is_none() => list,
            Err(error) if error.ends_session() || error.is_unsafe_login() => return Err(error),
            refused => self.list_in_slices(refused).await?,
        };
        Ok(List { is_bare: true, ..list })
    }

    /// The UIDs of the open folder by the places of mails in it, some hundred at once; `refused` is what came of asking for all.
    async fn list_in_slices(&mut self, refused: Result<List, Error>) -> Result<List, Error> {
        let Some(count) = self.folder.most.filter(|count| *count <= Limits::MAILS_PER_FOLDER) else {
            return refused;
        };
        let mut all = List::default();
        for first in (1..=count).step_by(SLICE_MAILS as usize) {
            let last = count.min(first.saturating_add(SLICE_MAILS - 1));
            match self.take_list(&format!("FETCH {first}:{last} (UID)"), 1, SLICE_MAILS).await {
                Ok(slice) if slice.refusal.is_none() => all.mails.extend(slice.mails),
                Err(error) if error.ends_session() => return Err(error),
                _ => return refused,
            }
        }
        all.mails.sort_by_key(|mail| mail.uid);
        all.mails.dedup_by_key(|mail| mail.uid);
        Ok(List { exists: self.folder.most, ..all })
    }

    async fn list_up_to(&mut self, first: u32, count: u32) -> Result<List, Error> {
        let command = format!("UID FETCH {first}:* (UID RFC822.SIZE INTERNALDATE)");
        self.take_list(&command, first, count).await
    }

    async fn take_list(&mut self, command: &str, first: u32, count: u32) -> Result<List, Error> {
        let mut listed = Vec::new();
        let count = count.min(Limits::MAILS_PER_FOLDER);
        let budget = self.budget(count, 0).awaiting(u64::from(count) * Limits::LISTED_BYTES);
        let patience = self.patience();
        let mut nameless = 0;
        let asked = self
            .fetch(command, budget, &mut |piece| {
                if let Piece::End(Some(fetched)) = piece {
                    // Flags are told unasked, sizes are not.
                    nameless += usize::from(fetched.uid.is_none() && fetched.size.is_some());
                    // The last mail answers to n:* even where it is below n (RFC 3501 6.4.8).
                    listed.extend(fetched.described().filter(|mail| mail.uid >= first.max(1)));
                }
            })
            .await;
        if asked.as_ref().is_err_and(Error::ends_session) {
            // A list without an end has bought no time for others. One that is refused in its end has taken what it bought.
            self.be_patient(patience);
        }
        let refusal = match asked {
            Err(error) if listed.is_empty() || error.ends_session() || error.is_unsafe_login() => {
                return Err(error);
            }
            asked => asked.err(),
        };
        let unread = self.asides().unread_mails + nameless;
        listed.sort_by_key(|mail| mail.uid);
        // What the server says unasked (new flags) is joined to its answer.
        listed.dedup_by(|later, first| {
            let is_same = later.uid == first.uid;
            if is_same {
                first.size = first.size.max(later.size);
                first.received_at = first.received_at.or(later.received_at);
            }
            is_same
        });
        Ok(List { mails: listed, exists: self.folder.most, unread, refusal, is_bare: false })
    }

    /// Whole mails, handed to `take` as they come. Which did not come, or came twice, is for the caller to see. A mail
    /// asked for alone may be as large as [`Limits::MAIL_BYTES`], whatever the server said of its size; what it has beyond twice of that
    /// buys time out of `spare` bytes.
    ///
    /// # Errors
    /// Any; what was complete before is whole nevertheless.
    pub async fn bodies(
        &mut self,
        mails: &[Described],
        spare: &mut u64,
        take: &mut Taker<'_>,
    ) -> Result<(), Error> {
        let uids: Vec<u32> = mails.iter().map(|mail| mail.uid).collect();
        let (largest, told) = bounds(mails);
        let allowed = if mails.len() == 1 { told.saturating_add(*spare) } else { told };
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", sequence_set(&uids));
        let budget = self.budget(uids.len() as u32, largest).awaiting(allowed);
        let asked = self.fetch(&command, budget, take).await;
        let paid = allowed.saturating_sub(self.unpaid_bytes());
        *spare = spare.saturating_sub(paid.saturating_sub(told));
        asked
    }

    /// The piece of a mail from `offset` on, `length` bytes unless the mail ends in it. A server that does
    /// not know pieces sends all of it, which is tolerated at the first one.
    ///
    /// # Errors
    /// Any.
    pub async fn window(
        &mut self,
        mail: &Described,
        offset: u64,
        length: u64,
        take: &mut Taker<'_>,
    ) -> Result<(), Error> {
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<{offset}.{length}>)", mail.uid);
        // A server that does not know pieces sends all of it at the first one: that must fit.
        let largest = if offset == 0 { Limits::MAIL_BYTES } else { length };
        let budget = self.budget(1, largest).awaiting(awaited(mail).max(length));
        self.fetch(&command, budget, take).await
    }
}

/// The largest literal among these mails, and bytes for which a server is waited: sizes are told a little wrong.
fn bounds(mails: &[Described]) -> (u64, u64) {
    let largest = if mails.len() == 1 { Limits::MAIL_BYTES } else { 2 * Limits::WINDOW_BYTES };
    (largest, mails.iter().map(awaited).sum())
}

/// Bytes of a mail for which a server is waited by what it said of it.
fn awaited(mail: &Described) -> u64 {
    mail.size.saturating_mul(2).min(Limits::MAIL_BYTES)
}

/// Ascending, with runs joined: 腾讯 refuses descending sets.
fn sequence_set(uids: &[u32]) -> String {
    let sorted: BTreeSet<u32> = uids.iter().copied().collect();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let words = runs.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") });
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_asked_for_alone_may_be_large_whatever_is_said_of_its_size_and_has_the_time_that_is_told() {
        let mail = |size| Described { uid: 1, size, received_at: None };
        assert_eq!(bounds(&[mail(60_000)]), (Limits::MAIL_BYTES, 120_000));
        assert_eq!(bounds(&[mail(60_000), mail(5_000)]), (2 * Limits::WINDOW_BYTES, 130_000));
        assert_eq!(bounds(&[mail(0)]), (Limits::MAIL_BYTES, 0), "not told");
        assert_eq!(bounds(&[mail(u64::MAX)]).1, Limits::MAIL_BYTES);
    }

    #[test]
    fn sets_ascend_and_join_runs() {
        assert_eq!(sequence_set(&[9, 3, 4, 5, 1_733_220_355, u32::MAX]), "3:5,9,1733220355,4294967295");
    }
}
