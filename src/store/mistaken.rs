//! Mails that a server has mixed up: it lists one and hands out the bytes of another. Sizes tell, where it lists them with sizes that
//! differ; what is taken for the bytes of a mail must be no other mail's of its folder, or the mail would count as
//! captured and be lost without a word.

use rusqlite::{Transaction, named_params};

use super::Store;
use super::column::Size;
use super::folder::Sighting;
use super::mail::Captured;
use super::seen::{Seen, seen};
use crate::fault::Fault;

// In both the few mails of these bytes come first: a folder may have 100,000, and would be gone through for each mail that comes. Where a
// UID was given again, only what came under it last is there.

const ANOTHER: &str = "
    SELECT EXISTS (
        SELECT 1 FROM message CROSS JOIN sighting INDEXED BY sighting_by_message ON sighting.message = message.id
        WHERE message.sha256 = :sha256
            AND message.id IN (SELECT message FROM known_hash WHERE start = substr(:sha256, 1, 12))
            AND mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid <> :uid
            AND announced_size <> :announced
            AND NOT EXISTS (
                SELECT 1 FROM sighting AS later
                WHERE later.mailbox = :mailbox AND later.folder = :folder AND later.uidvalidity = :uidvalidity
                    AND later.uid = sighting.uid AND later.id > sighting.id))";

const ELSEWHERE: &str = "
    SELECT uid, announced_size, announced_at, NULL
    FROM message CROSS JOIN sighting INDEXED BY sighting_by_message ON sighting.message = message.id
    WHERE message.sha256 = :sha256
        AND message.id IN (SELECT message FROM known_hash WHERE start = substr(:sha256, 1, 12))
        AND mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid <> :uid
        AND NOT EXISTS (
            SELECT 1 FROM sighting AS later
            WHERE later.mailbox = :mailbox AND later.folder = :folder AND later.uidvalidity = :uidvalidity
                AND later.uid = sighting.uid AND later.id > sighting.id)
    ORDER BY sighting.id DESC LIMIT 8";

impl Store {
    /// Whether there is a mail of exactly these bytes.
    pub fn knows_bytes(&self, sha256: &str) -> Result<bool, Fault> {
        const KNOWN: &str = "
            SELECT EXISTS (
                SELECT 1 FROM message
                WHERE sha256 = ?1 AND id IN (SELECT message FROM known_hash WHERE start = substr(?1, 1, 12)))";
        self.read(|tx| Ok(tx.prepare_cached(KNOWN)?.query_row([sha256], |row| row.get(0))?))
    }

    /// Whether these bytes are captured as those of another mail of the same folder, of which the server tells another size.
    pub fn is_of_another(&self, mail: &Captured) -> Result<bool, Fault> {
        let Sighting { mailbox, folder, uidvalidity, uid } = &mail.sighting;
        self.read(|tx| {
            let place = named_params! {
                ":sha256": mail.sha256, ":announced": mail.announced.size.map(Size),
                ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
            };
            Ok(tx.prepare_cached(ANOTHER)?.query_row(place, |row| row.get(0))?)
        })
    }
}

impl Store {
    /// Which of these bytes, each come for the mail at a place, are captured as those of other mails of the same folder, and of
    /// which: the last few of each.
    pub fn elsewhere(&self, came: &[(String, Sighting)]) -> Result<Vec<(String, Seen)>, Fault> {
        self.read(|tx| {
            let mut select = tx.prepare_cached(ELSEWHERE)?;
            let mut found = Vec::new();
            for (sha256, Sighting { mailbox, folder, uidvalidity, uid }) in came {
                let place = named_params! {
                    ":sha256": sha256,
                    ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
                };
                for seen in select.query_map(place, seen)? {
                    found.push((sha256.clone(), seen?));
                }
            }
            Ok(found)
        })
    }
}

/// Forgets which mail was taken for the one at this place, where that was seen in another place too: it is asked for again.
pub(super) fn doubt(tx: &Transaction<'_>, place: &Sighting) -> Result<(), Fault> {
    const DOUBTED: &str = "
        DELETE FROM sighting
        WHERE mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity AND uid = :uid
            AND EXISTS (
                SELECT 1 FROM sighting AS other WHERE other.message = sighting.message AND other.id <> sighting.id)";
    let Sighting { mailbox, folder, uidvalidity, uid } = place;
    tx.prepare_cached(DOUBTED)?.execute(named_params! {
        ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
    })?;
    Ok(())
}

/// Bytes that are as many as the server tells of this mail were not those of another, of which it tells another size and for which
/// they were taken: that one is asked for again.
pub(super) fn forget(tx: &Transaction<'_>, message: i64, mail: &Captured) -> Result<(), Fault> {
    const MISTAKEN: &str = "
        DELETE FROM sighting
        WHERE message = :message AND mailbox = :mailbox AND folder = :folder AND uidvalidity = :uidvalidity
            AND uid <> :uid AND announced_size <> :size";
    let Sighting { mailbox, folder, uidvalidity, uid } = &mail.sighting;
    if mail.announced.size == Some(mail.size) {
        tx.prepare_cached(MISTAKEN)?.execute(named_params! {
            ":message": message, ":size": Size(mail.size),
            ":mailbox": mailbox, ":folder": folder, ":uidvalidity": uidvalidity, ":uid": uid,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::Announced;

    /// A mail of `size` bytes that the server calls one of `announced`.
    fn mail(uid: u32, size: u64, announced: u64) -> Captured {
        Captured {
            sha256: format!("{size:064x}"),
            size,
            received_at: Timestamp::UNIX_EPOCH,
            sighting: Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid },
            is_history: false,
            note: String::new(),
            announced: Announced { size: Some(announced), at: None },
        }
    }

    #[test]
    fn bytes_are_another_mails_where_that_is_told_to_be_of_another_size() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.capture(&[mail(1, 70, 70), mail(2, 80, 95)], Timestamp::UNIX_EPOCH).unwrap();
        for (asked, is_of_another) in [
            (mail(3, 70, 90), true),
            (mail(3, 80, 90), true),
            (mail(3, 80, 95), false),
            (mail(2, 80, 90), false),
            (mail(3, 90, 70), false),
            (Captured { announced: Announced::default(), ..mail(3, 70, 0) }, false),
            (
                Captured {
                    sighting: Sighting { uidvalidity: 2, ..mail(3, 0, 0).sighting },
                    ..mail(3, 70, 90)
                },
                false,
            ),
        ] {
            assert_eq!(store.is_of_another(&asked).unwrap(), is_of_another, "{asked:?}");
        }
    }

    #[test]
    fn what_came_under_a_uid_before_it_was_given_again_is_nobody_elses() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.capture(&[mail(1, 70, 70)], Timestamp::UNIX_EPOCH).unwrap();
        let (moved, misdescribed) = (mail(3, 70, 70), mail(3, 70, 90));
        let elsewhere = || store.elsewhere(&[(moved.sha256.clone(), moved.sighting.clone())]).unwrap().len();
        assert!(elsewhere() == 1 && store.is_of_another(&misdescribed).unwrap());
        store.capture(&[mail(1, 80, 80)], Timestamp::UNIX_EPOCH).unwrap();
        assert!(elsewhere() == 0 && !store.is_of_another(&misdescribed).unwrap());
    }

    #[test]
    fn no_folder_is_gone_through_for_a_mail_that_comes() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        for query in [super::ANOTHER, super::ELSEWHERE] {
            let plan = store.read(|tx| {
                let mut explain = tx.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
                Ok(explain
                    .raw_query()
                    .mapped(|row| row.get::<_, String>("detail"))
                    .collect::<Result<Vec<_>, _>>()?)
            });
            let plan = plan.unwrap();
            assert!(plan.iter().any(|step| step.contains("sighting_by_message (message=?)")), "{plan:?}");
            let later = "(mailbox=? AND folder=? AND uidvalidity=? AND uid=?)";
            assert!(plan.iter().any(|step| step.contains("later") && step.contains(later)), "{plan:?}");
        }
    }

    #[test]
    fn what_was_taken_for_a_mail_is_forgotten_with_the_commit_that_casts_doubt_on_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let (one, copy) = (mail(1, 70, 70), mail(2, 70, 70));
        store.capture(std::slice::from_ref(&one), Timestamp::UNIX_EPOCH).unwrap();
        let elsewhere = |mail: &Captured| {
            let found = store.elsewhere(&[(mail.sha256.clone(), mail.sighting.clone())]).unwrap();
            found.iter().map(|(_, seen)| seen.uid).collect::<Vec<_>>()
        };
        assert_eq!((elsewhere(&one), elsewhere(&copy)), (vec![], vec![1]));
        let doubted = [one.sighting.clone()];
        store.capture_in_doubt(&[mail(3, 80, 80)], &doubted, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(elsewhere(&copy), [1], "nobody else has these bytes");
        store.capture_in_doubt(std::slice::from_ref(&copy), &doubted, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((elsewhere(&one), elsewhere(&copy)), (vec![2], vec![]));
    }

    #[test]
    fn a_mail_whose_bytes_turn_out_to_be_anothers_is_asked_for_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let uids = || {
            let seen = store.seen("zjc", "INBOX", 1, 1).unwrap();
            seen.iter().map(|seen| seen.uid).collect::<Vec<_>>()
        };
        store.capture(&[mail(1, 70, 50)], Timestamp::UNIX_EPOCH).unwrap();
        store.capture(&[mail(2, 70, 60)], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(uids(), [1, 2], "nobody can say whose they are");
        assert_eq!(store.capture(&[mail(3, 70, 70)], Timestamp::UNIX_EPOCH), Ok(vec![1]));
        assert_eq!(uids(), [3]);
    }
}
