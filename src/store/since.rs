//! Where history ends. Mail from before a mailbox's `since` counts for nothing; whoever corrects that day finds the mails between
//! filed by the old one, until everything is filed anew.

use jiff::Timestamp;
use rusqlite::named_params;

use super::Store;
use super::column::{Ms, Size};
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;

/// Whether a mail was first seen in a mailbox; what is seen in two is dated by that of the first.
const FIRST_SEEN: &str = "
    (SELECT mailbox FROM sighting WHERE sighting.message = message.id ORDER BY sighting.id LIMIT 1) = :mailbox";

impl Store {
    /// How many mails of a mailbox are kept as history that came after it ended.
    pub fn kept_as_history(&self, mailbox: &Mailbox) -> Result<u64, Fault> {
        self.read(|tx| {
            let count = format!(
                "SELECT count(*) FROM message
                WHERE state = 'history' AND received_at >= :since AND erased_at IS NULL AND {FIRST_SEEN}"
            );
            let asked = named_params! { ":since": since(mailbox), ":mailbox": mailbox.id };
            Ok(tx.prepare_cached(&count)?.query_row(asked, |row| row.get::<_, Size>(0))?.0)
        })
    }

    /// Says of each mail anew whether it is history, by the mailbox in which it was first seen. It must be filed anew then.
    pub fn date_history(&self, mailboxes: &[Mailbox]) -> Result<(), Fault> {
        self.write(|tx| {
            let date = format!(
                "UPDATE message SET is_history = (received_at < :since)
                WHERE is_history <> (received_at < :since) AND erased_at IS NULL AND {FIRST_SEEN}"
            );
            for mailbox in mailboxes {
                let asked = named_params! { ":since": since(mailbox), ":mailbox": mailbox.id };
                tx.prepare_cached(&date)?.execute(asked)?;
            }
            Ok(())
        })
    }
}

fn since(mailbox: &Mailbox) -> Ms {
    Ms(mailbox.begins().unwrap_or(Timestamp::MIN))
}
