//! Receipts: which mails could still be answered, and the one transaction that queues an answer under a cause that is
//! the mail's own, so that no crash, replay or second copy of it makes another.

use jiff::Timestamp;
use rusqlite::named_params;

use super::column::{Json, Ms, Size};
use super::outbox::insert_mail;
use super::{NewMail, Store};
use crate::fault::{Fault, kill_point};

/// `NewMail::kind` of receipts.
pub const RECEIPT: &str = "receipt";

impl Store {
    /// Registered material of a unit from one of these addresses, received in that time, oldest first: register numbers.
    /// History and second copies are never answered.
    pub fn answerable(&self, from: &[String], since: Timestamp, until: Timestamp) -> Result<Vec<i64>, Fault> {
        const ANSWERABLE: &str = "
            SELECT id FROM message
            WHERE received_at BETWEEN :since AND :until AND is_history = 0
                AND state IN ('registered', 'review') AND kind IN ('submission', 'nil_report') AND unit IS NOT NULL
                AND sender IN (SELECT value FROM json_each(:from))
            ORDER BY received_at, id";
        self.read(|tx| {
            let mut select = tx.prepare_cached(ANSWERABLE)?;
            let asked = named_params! { ":since": Ms(since), ":until": Ms(until), ":from": Json(from) };
            Ok(select.query_map(asked, |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
    }

    /// Queues a receipt in the thread of the mail that it answers. None when its cause is there already, or when its
    /// recipient has `most` receipts whose causes begin with `day`: then nothing changes.
    pub fn queue_receipt(
        &self,
        mail: &NewMail,
        thread: &[String],
        day: &str,
        most: u64,
    ) -> Result<Option<i64>, Fault> {
        const OF_DAY: &str = "
            SELECT count(*) FROM outbox
            WHERE kind = 'receipt' AND lower(recipient) = lower(:to) AND substr(cause, 1, length(:day)) = :day";
        const THREAD: &str = "UPDATE outbox SET thread = :thread WHERE id = :id";
        let id = self.write(|tx| {
            let asked = named_params! { ":to": mail.to, ":day": day };
            let of_day: Size = tx.prepare_cached(OF_DAY)?.query_row(asked, |row| row.get(0))?;
            if of_day.0 >= most {
                return Ok(None);
            }
            let Some(id) = insert_mail(tx, mail)? else { return Ok(None) };
            tx.prepare_cached(THREAD)?.execute(named_params! { ":thread": Json(thread), ":id": id })?;
            kill_point("receipt.before_commit");
            Ok(Some(id))
        })?;
        if id.is_some() {
            kill_point("receipt.queued");
        }
        Ok(id)
    }

    /// How many receipts left for an address since a moment, or may have.
    pub fn receipts_since(&self, to: &str, since: Timestamp) -> Result<u64, Fault> {
        const SENT: &str = "
            SELECT count(*) FROM outbox
            WHERE kind = 'receipt' AND lower(recipient) = lower(:to) AND dot_at >= :since
                AND state IN ('sending', 'sent', 'unsure', 'bounced')";
        self.read(|tx| {
            let mut select = tx.prepare_cached(SENT)?;
            let count: Size =
                select.query_row(named_params! { ":to": to, ":since": Ms(since) }, |row| row.get(0))?;
            Ok(count.0)
        })
    }
}
