//! Servers that do not let us read a mailbox until a person changes something. Kept here, so that a timer that runs `once`
//! and a daemon that is started again leave them alone as long as one that never ended.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, named_params};

use super::Store;
use super::column::Ms;
use crate::fault::Fault;

/// That a login was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRefusal {
    /// Refusals in a row of one user name and password.
    pub times: u32,
    /// The last one.
    pub at: Timestamp,
    /// What was told of it.
    pub words: String,
    /// By which another password is known.
    pub mark: u16,
}

impl Store {
    /// The server of a mailbox refused our login.
    pub fn note_login_refusal(
        &self,
        mailbox: &str,
        mark: u16,
        words: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        const NOTE: &str = "
            INSERT INTO login_refusal (mailbox, times, at, words, mark) VALUES (:mailbox, 1, :now, :words, :mark)
            ON CONFLICT (mailbox) DO UPDATE SET at = :now, words = :words, mark = :mark,
                times = CASE WHEN mark = :mark THEN times + 1 ELSE 1 END";
        self.write(|tx| {
            let values = named_params! {
                ":mailbox": mailbox, ":now": Ms(now), ":words": words, ":mark": mark,
            };
            tx.prepare_cached(NOTE)?.execute(values)?;
            Ok(())
        })
    }

    /// The server of a mailbox lets us in.
    pub fn forget_login_refusal(&self, mailbox: &str) -> Result<(), Fault> {
        if self.login_refusal(mailbox)?.is_none() {
            return Ok(());
        }
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM login_refusal WHERE mailbox = ?1")?.execute([mailbox])?;
            Ok(())
        })
    }

    /// How the server of a mailbox refused our last login, if it did.
    pub fn login_refusal(&self, mailbox: &str) -> Result<Option<LoginRefusal>, Fault> {
        const REFUSED: &str = "SELECT times, at, words, mark FROM login_refusal WHERE mailbox = ?1";
        self.read(|tx| {
            let refusal = tx.prepare_cached(REFUSED)?.query_row([mailbox], |row| {
                Ok(LoginRefusal {
                    times: row.get(0)?,
                    at: row.get::<_, Ms>(1)?.0,
                    words: row.get(2)?,
                    mark: row.get(3)?,
                })
            });
            Ok(refusal.optional()?)
        })
    }
}
