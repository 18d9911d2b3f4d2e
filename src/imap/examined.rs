//! What a server says of the folder that is open, at any moment and unasked.

use async_imap::imap_proto::{MailboxDatum, Outcome, Response, ResponseCode};

use super::Error;

/// What the server says of the folder that is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Examined {
    /// Mails in it; none when the server did not say.
    pub exists: Option<u32>,
    /// UIDVALIDITY; 0 when the server did not say.
    pub uidvalidity: u32,
    /// The most that it has said since the folder was opened, less those of which it said that they are gone: a number that shrinks
    /// without that (RFC 3501 7.3.1) may hide mail that it does not list.
    pub(super) most: Option<u32>,
}

impl Examined {
    /// The folder is open; of what it has said until now the last counts.
    pub(super) fn opened(&mut self) -> Self {
        self.most = self.exists;
        *self
    }

    /// Keeps up with what the server says of the open folder at any moment.
    pub(super) fn learn(&mut self, response: &Response<'_>) -> Result<(), Error> {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.exists = Some(*count);
                self.most = self.most.max(self.exists);
            }
            // Of a mail that is not there nothing is gone.
            Response::Expunge(at) => {
                let less = |count: u32| count - u32::from((1..=count).contains(at));
                (self.exists, self.most) = (self.exists.map(less), self.most.map(less));
            }
            Response::Data {
                outcome: Outcome { code: Some(ResponseCode::UidValidity(value)), .. }, ..
            } => {
                if self.uidvalidity != 0 && self.uidvalidity != *value {
                    return Err(Error::Protocol("文件夹打开之后编号标记（UIDVALIDITY）变了".into()));
                }
                self.uidvalidity = *value;
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_imap::imap_proto::Status;

    #[test]
    fn exists_is_kept_up_with_and_a_changed_uidvalidity_is_noticed() {
        let mut folder = Examined { exists: Some(5), uidvalidity: 1, most: Some(5) };
        for expunged in [2, 5, 0] {
            folder.learn(&Response::Expunge(expunged)).unwrap();
        }
        assert_eq!((folder.exists, folder.most), (Some(4), Some(4)), "of 4 the fifth is not there");
        for count in [3, 4] {
            folder.learn(&Response::MailboxData(MailboxDatum::Exists(count))).unwrap();
            assert_eq!((folder.exists, folder.most), (Some(count), Some(4)));
        }
        let changed = Response::Data {
            status: Status::Ok,
            outcome: Outcome { code: Some(ResponseCode::UidValidity(2)), information: None },
        };
        assert!(folder.learn(&changed).unwrap_err().ends_session());
    }
}
