//! What is captured of a folder already, and how the server described it: by this it is known again.

use jiff::Timestamp;
use rusqlite::{Row, named_params};

use super::Store;
use super::column::{Ms, Size};
use crate::fault::Fault;

/// How a server describes a mail when it lists it. Unknown is unlike nothing: servers need not tell, and what was
/// captured by older versions of this program did not keep it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Announced {
    /// RFC822.SIZE, bytes; not necessarily the true one.
    pub size: Option<u64>,
    /// INTERNALDATE.
    pub at: Option<Timestamp>,
}

impl Announced {
    /// Whether both may describe the same mail.
    pub fn may_be(&self, other: &Self) -> bool {
        let alike = |a: Option<u64>, b: Option<u64>| a.zip(b).is_none_or(|(a, b)| a == b);
        alike(self.size, other.size) && self.at.zip(other.at).is_none_or(|(a, b)| a == b)
    }
}

/// A UID that is captured already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The UID.
    pub uid: u32,
    /// How the server described it then.
    pub announced: Announced,
    /// How many bytes came of it, where the server did not tell its size.
    pub came: Option<u64>,
}

impl Seen {
    /// Whether it may be the mail that is listed so. Where the server told nothing of it, the bytes that came do.
    pub fn may_be(&self, listed: &Announced) -> bool {
        self.announced.may_be(listed) && self.came.zip(listed.size).is_none_or(|(came, told)| came == told)
    }
}

impl Store {
    /// UIDs of a folder from `first` on that are captured already, ascending; one is there twice where the server has
    /// used it for two mails.
    pub fn seen(
        &self,
        mailbox: &str,
        folder: &str,
        uidvalidity: u32,
        first: u32,
    ) -> Result<Vec<Seen>, Fault> {
        const SEEN: &str = "
            SELECT uid, announced_size, announced_at,
                CASE WHEN announced_size IS NULL THEN (SELECT size FROM message WHERE id = sighting.message) END
            FROM sighting
            WHERE mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid >= :first
            ORDER BY uid";
        self.read(|tx| {
            let place = named_params! {
                ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":first": first,
            };
            let mut select = tx.prepare_cached(SEEN)?;
            let seen = select.query_map(place, seen)?;
            Ok(seen.collect::<Result<_, _>>()?)
        })
    }

    /// Notes how the server describes mails that were captured before this was kept.
    pub fn describe_seen(
        &self,
        mailbox: &str,
        folder: &str,
        uidvalidity: u32,
        described: &[Seen],
    ) -> Result<(), Fault> {
        const DESCRIBE: &str = "
            UPDATE sighting SET announced_size = :size, announced_at = :at
            WHERE mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid = :uid
              AND announced_size IS NULL AND announced_at IS NULL";
        self.write(|tx| {
            let mut describe = tx.prepare_cached(DESCRIBE)?;
            for Seen { uid, announced, .. } in described {
                describe.execute(named_params! {
                    ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
                    ":size": announced.size.map(Size), ":at": announced.at.map(Ms),
                })?;
            }
            Ok(())
        })
    }
}

/// A UID, and how the server described it. By place and not by name: a folder may have 100,000 of them.
pub(super) fn seen(row: &Row<'_>) -> rusqlite::Result<Seen> {
    let size = row.get::<_, Option<Size>>(1)?.map(|size| size.0);
    let at = row.get::<_, Option<Ms>>(2)?.map(|at| at.0);
    let came = row.get::<_, Option<Size>>(3)?.map(|size| size.0);
    Ok(Seen { uid: row.get(0)?, announced: Announced { size, at }, came })
}
