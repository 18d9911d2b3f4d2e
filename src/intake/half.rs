//! The beginnings of large mails in whose middle connections were cut: each goes on where it ended, also when another mail
//! was cut in between. They are few, since each may be as large as a mail.

use super::arrive::Arriving;
use super::capture::Place;
use crate::fault::Fault;
use crate::imap::Described;
use crate::store::Begun;

/// Beginnings that are kept of one mailbox; of more the shortest is begun anew, which costs least.
const HALVES_MOST: usize = 4;

/// The first part of a large mail.
pub(super) struct Half {
    folder: String,
    uidvalidity: u32,
    mail: Described,
    pub arriving: Arriving,
    /// Bytes that came in complete windows.
    pub offset: u64,
    /// Where the last connection took it up.
    resumed_at: u64,
    /// Bytes of it that are laid by for another process.
    laid_by: u64,
}

impl Half {
    /// What an earlier process laid by.
    pub fn laid_by(of: &Begun, arriving: Arriving) -> Self {
        let mail = Described { uid: of.uid, size: of.size, received_at: Some(of.received_at) };
        let (folder, uidvalidity, bytes) = (of.folder.clone(), of.uidvalidity, arriving.size());
        // As if it had come over the last connection: then it goes on, however large mails are asked for else.
        Self { folder, uidvalidity, mail, arriving, offset: bytes, resumed_at: 0, laid_by: bytes }
    }

    /// What it is to be laid by as, if more of it came than is laid by. Without a UIDVALIDITY or a date nobody could say that
    /// another mail is another.
    pub fn to_lay_by(&self, mailbox: &str) -> Option<Begun> {
        let received_at = self.mail.received_at.filter(|_| self.uidvalidity != 0)?;
        let Described { uid, size, .. } = self.mail;
        let (mailbox, folder, uidvalidity) = (mailbox.to_owned(), self.folder.clone(), self.uidvalidity);
        (self.is_whole() && self.offset > self.laid_by).then_some(Begun {
            mailbox,
            folder,
            uidvalidity,
            uid,
            size,
            received_at,
        })
    }

    /// Whether it ends with a window: one that was being written when everything was stopped may be another's.
    fn is_whole(&self) -> bool {
        self.arriving.size() == self.offset
    }

    /// Whether it is the beginning of this mail. Where a folder has no UIDVALIDITY nobody can say so.
    fn is_of(&self, place: &Place<'_>, mail: &Described) -> bool {
        place.uidvalidity != 0
            && self.folder == place.folder
            && self.uidvalidity == place.uidvalidity
            && self.mail == *mail
    }
}

/// Whether a beginning that was laid by is one of this mail.
pub(super) fn is_of(begun: &Begun, folder: &str, uidvalidity: u32, mail: &Described) -> bool {
    uidvalidity != 0
        && (begun.folder.as_str(), begun.uidvalidity) == (folder, uidvalidity)
        && (begun.uid, begun.size, Some(begun.received_at)) == (mail.uid, mail.size, mail.received_at)
}

/// Those of one mailbox, the last that was at work last.
#[derive(Default)]
pub(super) struct Halves(Vec<Half>);

impl Halves {
    /// Goes on with a mail, or begins it. It is what [`Halves::at_work`] returns from now on.
    pub fn resume(&mut self, place: &Place<'_>, mail: &Described) -> Result<(), Fault> {
        let half = match self.take(place, mail) {
            Some(half) => Half { resumed_at: half.offset, ..half },
            None => {
                let (folder, uidvalidity) = (place.folder.to_owned(), place.uidvalidity);
                let arriving = Arriving::begin(place.store)?;
                Half { folder, uidvalidity, mail: *mail, arriving, offset: 0, resumed_at: 0, laid_by: 0 }
            }
        };
        self.add(half);
        Ok(())
    }

    /// Adds one, which is at work.
    pub fn add(&mut self, half: Half) {
        if self.0.len() >= HALVES_MOST
            && let Some((shortest, _)) = self.0.iter().enumerate().min_by_key(|(_, half)| half.offset)
        {
            self.0.remove(shortest);
        }
        self.0.push(half);
    }

    /// The one at work.
    pub fn at_work(&mut self) -> Option<&mut Half> {
        self.0.last_mut()
    }

    /// Takes out the one at work.
    pub fn finish(&mut self) -> Option<Half> {
        self.0.pop()
    }

    /// Takes out what came of this mail.
    pub fn take(&mut self, place: &Place<'_>, mail: &Described) -> Option<Half> {
        let at = self.0.iter().position(|half| half.is_of(place, mail))?;
        let half = self.0.remove(at);
        half.is_whole().then_some(half)
    }

    /// Whether more of this mail came over the last connection than before it. That is no failure of the mail.
    pub fn have_grown(&self, place: &Place<'_>, mail: &Described) -> bool {
        self.0.iter().any(|half| half.is_of(place, mail) && half.offset > half.resumed_at)
    }

    /// Whether something of this mail has come.
    pub fn have(&self, place: &Place<'_>, mail: &Described) -> bool {
        self.0.iter().any(|half| half.is_of(place, mail))
    }

    /// Drops those of mails of the open folder that are not wanted any more.
    pub fn keep_only(&mut self, place: &Place<'_>, wanted: &[Described]) {
        self.0
            .retain(|half| half.folder != place.folder || wanted.iter().any(|mail| half.is_of(place, mail)));
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Half> {
        self.0
    }
}
