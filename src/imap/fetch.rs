//! The commands that list and fetch mail of the folder that is open.
//!
//! Listing is `UID FETCH 1:* (UID)`: one short line a mail, so neither a line of 300,000 numbers (which the library
//! parses again at every read) nor SEARCH (which 腾讯, 网易 and 阿里 each break in another way) nor UIDNEXT (which 163
//! does not tell) is needed, and the count is checked against EXISTS. Sizes and dates are asked for new mails only.

use std::collections::BTreeSet;

use async_imap::imap_proto::{AttributeValue, Response};
use jiff::Timestamp;

use super::{Error, Limits, Session};

/// A mail as the server describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// UID.
    pub uid: u32,
    /// RFC822.SIZE, bytes; not every server keeps to it.
    pub size: u64,
    /// INTERNALDATE, if it can be read.
    pub received_at: Option<Timestamp>,
}

/// The answer to a request for a piece of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// The piece, with the origin that was asked for; shorter than asked only at the end of the mail.
    Piece(Vec<u8>),
    /// The server does not know pieces and sent all of it.
    Whole(Vec<u8>),
    /// The server answered with another piece than was asked for: this mail has to come as one literal.
    Wrong,
    /// The server answered OK and sent nothing.
    Missing,
}

impl Session {
    /// All UIDs of the open folder, and how many mails the server says there are by now.
    ///
    /// # Errors
    /// Any; a list that the server did not end with OK is none.
    pub async fn uids(&mut self) -> Result<(BTreeSet<u32>, Option<u32>), Error> {
        const LINE_BYTES: u64 = 50;
        let mut uids = BTreeSet::new();
        // Some servers answer NO or BAD to 1:* in an empty folder.
        if self.folder.exists != Some(0) {
            let count = self.folder.exists.unwrap_or(Limits::MAILS_PER_FOLDER).min(Limits::MAILS_PER_FOLDER);
            self.be_patient_for(u64::from(self.folder.exists.unwrap_or(0)).saturating_mul(LINE_BYTES));
            let budget = self.budget(count, 0, u64::from(count).saturating_mul(LINE_BYTES));
            self.command("UID FETCH 1:* (UID)", budget, |response| {
                uids.extend(fetched(response).and_then(uid_of))
            })
            .await?;
        }
        uids.remove(&0);
        Ok((uids, self.folder.exists))
    }

    /// Sizes and dates of mails. A UID that the server leaves out is left out.
    ///
    /// # Errors
    /// Any.
    pub async fn describe(&mut self, uids: &[u32]) -> Result<Vec<Described>, Error> {
        let mut described = Vec::new();
        for some in uids.chunks(Limits::UIDS_PER_COMMAND) {
            let command = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE)", sequence_set(some));
            let budget = self.budget(Limits::UIDS_PER_COMMAND as u32, Limits::SMALL_LITERAL_BYTES, 0);
            self.command(&command, budget, |response| {
                described.extend(fetched(response).and_then(description))
            })
            .await?;
        }
        let wanted: BTreeSet<u32> = uids.iter().copied().collect();
        let mut once = BTreeSet::new();
        described.retain(|mail| wanted.contains(&mail.uid) && once.insert(mail.uid));
        described.sort_by_key(|mail| mail.uid);
        self.be_patient_for(described.iter().map(|mail| mail.size.min(Limits::MAIL_BYTES)).sum());
        Ok(described)
    }

    /// Whole mails, each given to `take` as it comes. Which did not come, or came twice, is for the caller to see. A mail asked for
    /// alone may be as large as [`Limits::LITERAL_BYTES`], whatever the server said of its size.
    ///
    /// # Errors
    /// Any; what was taken before is whole nevertheless.
    pub async fn bodies(
        &mut self,
        mails: &[Described],
        mut take: impl FnMut(u32, &[u8]) + Send,
    ) -> Result<(), Error> {
        let uids: Vec<u32> = mails.iter().map(|mail| mail.uid).collect();
        let largest = match mails {
            [_] => Limits::LITERAL_BYTES,
            _ => 2 * Limits::WINDOW_BYTES,
        };
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", sequence_set(&uids));
        let bytes = mails.iter().map(|mail| mail.size).sum();
        let budget = self.budget(uids.len() as u32, largest, bytes);
        let wanted: BTreeSet<u32> = uids.into_iter().collect();
        self.command(&command, budget, |response| {
            let Some(attributes) = fetched(response) else { return };
            if let (Some(uid), Some((None, Some(body)))) = (uid_of(attributes), body_of(attributes))
                && wanted.contains(&uid)
            {
                take(uid, body);
            }
        })
        .await
    }

    /// A piece of a mail, [`Limits::WINDOW_BYTES`] long unless the mail ends in it.
    ///
    /// # Errors
    /// Any.
    pub async fn window(&mut self, mail: &Described, offset: u64) -> Result<Window, Error> {
        let asked = Limits::WINDOW_BYTES;
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<{offset}.{asked}>)", mail.uid);
        // A server that ignores the piece sends all of it at the first one: that must fit.
        let (largest, bytes) = if offset == 0 {
            (Limits::LITERAL_BYTES, mail.size)
        } else {
            (asked + Limits::SMALL_LITERAL_BYTES, asked)
        };
        let mut window = Window::Missing;
        self.command(&command, self.budget(1, largest, bytes), |response| {
            let Some(attributes) = fetched(response) else { return };
            if uid_of(attributes) == Some(mail.uid)
                && let Some((origin, body)) = body_of(attributes)
            {
                let body = body.unwrap_or_default();
                window = match origin {
                    Some(origin) if u64::from(origin) == offset && body.len() as u64 <= asked => {
                        Window::Piece(body.to_vec())
                    }
                    None if offset == 0 && body.len() as u64 > asked => Window::Whole(body.to_vec()),
                    _ => Window::Wrong,
                };
            }
        })
        .await?;
        Ok(window)
    }
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

pub(super) fn fetched<'a>(response: &'a Response<'a>) -> Option<&'a [AttributeValue<'a>]> {
    if let Response::Fetch(_, attributes) = response { Some(attributes) } else { None }
}

pub(super) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|a| if let AttributeValue::Uid(uid) = a { Some(*uid) } else { None })
}

/// Origin and bytes of `BODY[]`; bytes are none for NIL.
pub(super) fn body_of<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<(Option<u32>, Option<&'a [u8]>)> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, index, data } => Some((*index, data.as_deref())),
        _ => None,
    })
}

pub(super) fn description(attributes: &[AttributeValue<'_>]) -> Option<Described> {
    let mut mail = Described { uid: uid_of(attributes)?, size: 0, received_at: None };
    let mut is_description = false;
    for attribute in attributes {
        match attribute {
            AttributeValue::Rfc822Size(size) => (mail.size, is_description) = (u64::from(*size), true),
            AttributeValue::InternalDate(date) => {
                (mail.received_at, is_description) = (internal_date(date), true)
            }
            _ => {}
        }
    }
    is_description.then_some(mail)
}

/// `17-Jul-1996 02:44:25 -0700`, the day padded with a space or a zero (RFC 3501 date-time).
fn internal_date(text: &str) -> Option<Timestamp> {
    let moment = jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?;
    moment.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_ascend_and_join_runs() {
        assert_eq!(sequence_set(&[9, 3, 4, 5, 1_733_220_355, u32::MAX]), "3:5,9,1733220355,4294967295");
    }

    #[test]
    fn internal_dates_are_read_with_either_padding() {
        let want: Timestamp = "2023-05-09T15:59:00+08:00".parse().unwrap();
        assert_eq!(internal_date(" 9-May-2023 15:59:00 +0800"), Some(want));
        assert_eq!(internal_date("09-May-2023 07:59:00 +0000"), Some(want));
        assert_eq!(internal_date(""), None);
    }
}
