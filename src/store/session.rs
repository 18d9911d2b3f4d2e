//! Who has signed in, and the links that show the page to a leader. What a browser or an address bears is kept as its
//! SHA-256 only.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, named_params};

use super::Store;
use super::column::{Ms, Size};
use crate::domain::role::Role;
use crate::fault::Fault;

/// Without a request for so long, a session ends.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// No session lives longer.
pub const SESSION_WHOLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A session's last use is written down no more often: pages are looked at without writing.
const USE_NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A link that shows the page, read only, to whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderLink {
    /// Its number.
    pub id: i64,
    /// For whom it is.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// From when on it shows nothing.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// How often its address was opened.
    pub uses: u64,
    /// When last.
    pub used_at: Option<Timestamp>,
}

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: String,
    /// What they may do now.
    pub role: Role,
    /// Whether its last use was written down so long ago that it is time to do so again.
    pub is_use_due: bool,
}

impl LeaderLink {
    /// Whether it shows anything at a moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Store {
    /// Begins a session; those that ended are swept away. `token`: the SHA-256 of what the browser keeps.
    pub fn begin_session(&self, token: &str, user: &str, now: Timestamp) -> Result<(), Fault> {
        const SWEEP: &str = "DELETE FROM session WHERE used_at < :idle OR made_at < :whole";
        const BEGIN: &str =
            "INSERT INTO session (token, user, made_at, used_at) VALUES (:token, :user, :now, :now)";
        self.write(|tx| {
            let ends = named_params! { ":idle": Ms(now - SESSION_IDLE), ":whole": Ms(now - SESSION_WHOLE) };
            tx.prepare_cached(SWEEP)?.execute(ends)?;
            let session = named_params! { ":token": token, ":user": user, ":now": Ms(now) };
            tx.prepare_cached(BEGIN)?.execute(session)?;
            Ok(())
        })
    }

    /// The session of a token, with the role as it is now. None when it ended, or there is none.
    pub fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Fault> {
        const SESSION: &str = "
            SELECT user.name, user.role, session.used_at FROM session JOIN user ON user.name = session.user
            WHERE token = :token AND session.used_at >= :idle AND session.made_at >= :whole";
        let found: Option<(String, Role, Ms)> = self.read(|tx| {
            let mut select = tx.prepare_cached(SESSION)?;
            let asked = named_params! {
                ":token": token, ":idle": Ms(now - SESSION_IDLE), ":whole": Ms(now - SESSION_WHOLE),
            };
            Ok(select.query_row(asked, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
        })?;
        let is_due = |used_at: Ms| now - USE_NOTED_EVERY > used_at.0;
        Ok(found.map(|(user, role, used_at)| Session { user, role, is_use_due: is_due(used_at) }))
    }

    /// Writes down that a session was used.
    pub fn note_session(&self, token: &str, now: Timestamp) -> Result<(), Fault> {
        const USED: &str = "UPDATE session SET used_at = ?2 WHERE token = ?1";
        self.write(|tx| {
            tx.prepare_cached(USED)?.execute((token, Ms(now)))?;
            Ok(())
        })
    }

    /// Ends a session.
    pub fn end_session(&self, token: &str) -> Result<(), Fault> {
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM session WHERE token = ?1")?.execute([token])?;
            Ok(())
        })
    }

    /// Makes a link; its number, `uses` and `used_at` are not looked at. Returns the number.
    pub fn add_link(&self, token: &str, link: &LeaderLink) -> Result<i64, Fault> {
        const ADD: &str = "
            INSERT INTO leader_link (token, note, made_by, made_at, expires_at, uses)
            VALUES (:token, :note, :made_by, :made_at, :expires_at, 0) RETURNING id";
        self.write(|tx| {
            let link = named_params! {
                ":token": token, ":note": link.note, ":made_by": link.made_by, ":made_at": Ms(link.made_at),
                ":expires_at": Ms(link.expires_at),
            };
            Ok(tx.prepare_cached(ADD)?.query_row(link, |row| row.get(0))?)
        })
    }

    /// All links, the newest first.
    pub fn leader_links(&self) -> Result<Vec<LeaderLink>, Fault> {
        const LINKS: &str = "
            SELECT id, note, made_by, made_at, expires_at, revoked_at, uses, used_at FROM leader_link ORDER BY id DESC";
        self.read(|tx| Ok(tx.prepare_cached(LINKS)?.query_map([], link)?.collect::<Result<_, _>>()?))
    }

    /// The link of this token, open or not.
    pub fn leader_link(&self, token: &str) -> Result<Option<LeaderLink>, Fault> {
        const LINK: &str = "
            SELECT id, note, made_by, made_at, expires_at, revoked_at, uses, used_at FROM leader_link WHERE token = ?1";
        self.read(|tx| Ok(tx.prepare_cached(LINK)?.query_row([token], link).optional()?))
    }

    /// Counts that a link's address was opened.
    pub fn count_use(&self, id: i64, now: Timestamp) -> Result<(), Fault> {
        const USED: &str = "UPDATE leader_link SET uses = uses + 1, used_at = ?2 WHERE id = ?1";
        self.write(|tx| {
            tx.prepare_cached(USED)?.execute((id, Ms(now)))?;
            Ok(())
        })
    }

    /// Takes a link back; a second time changes nothing.
    pub fn revoke_link(&self, id: i64, now: Timestamp) -> Result<(), Fault> {
        const REVOKE: &str = "UPDATE leader_link SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
        self.write(|tx| {
            tx.prepare_cached(REVOKE)?.execute((id, Ms(now)))?;
            Ok(())
        })
    }
}

fn link(row: &Row<'_>) -> rusqlite::Result<LeaderLink> {
    Ok(LeaderLink {
        id: row.get("id")?,
        note: row.get("note")?,
        made_by: row.get("made_by")?,
        made_at: row.get::<_, Ms>("made_at")?.0,
        expires_at: row.get::<_, Ms>("expires_at")?.0,
        revoked_at: row.get::<_, Option<Ms>>("revoked_at")?.map(|at| at.0),
        uses: row.get::<_, Size>("uses")?.0,
        used_at: row.get::<_, Option<Ms>>("used_at")?.map(|at| at.0),
    })
}
