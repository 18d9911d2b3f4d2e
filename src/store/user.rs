//! Accounts of the page. The name is what decisions are signed with, so it is never changed: who leaves is removed, and
//! what was signed stays signed.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, named_params};

use super::Store;
use super::column::Ms;
use crate::domain::role::Role;
use crate::fault::Fault;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// As decisions are signed.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Hash of the password, as a PHC string.
    pub password: String,
    /// When the account was made.
    pub made_at: Timestamp,
}

impl Store {
    /// All accounts, by name.
    pub fn users(&self) -> Result<Vec<User>, Fault> {
        const USERS: &str = "SELECT name, role, password, made_at FROM user ORDER BY name";
        self.read(|tx| {
            let mut select = tx.prepare_cached(USERS)?;
            Ok(select.query_map([], user)?.collect::<Result<_, _>>()?)
        })
    }

    /// Whether anybody has an account: from then on the page asks who is there.
    pub fn has_users(&self) -> Result<bool, Fault> {
        self.read(|tx| {
            let mut select = tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM user)")?;
            Ok(select.query_row([], |row| row.get(0))?)
        })
    }

    /// The account of this name.
    pub fn user(&self, name: &str) -> Result<Option<User>, Fault> {
        const USER: &str = "SELECT name, role, password, made_at FROM user WHERE name = ?1";
        self.read(|tx| Ok(tx.prepare_cached(USER)?.query_row([name], user).optional()?))
    }

    /// Adds an account. False, and nothing changes, where the name is taken.
    pub fn add_user(&self, user: &User) -> Result<bool, Fault> {
        const ADD: &str = "
            INSERT INTO user (name, role, password, made_at) VALUES (:name, :role, :password, :made_at)
            ON CONFLICT DO NOTHING";
        self.write(|tx| {
            let added = tx.prepare_cached(ADD)?.execute(named_params! {
                ":name": user.name, ":role": user.role, ":password": user.password, ":made_at": Ms(user.made_at),
            })?;
            Ok(added == 1)
        })
    }

    /// Gives an account another password, and ends its sessions: who knew the old one is out. False where there is none.
    pub fn set_password(&self, name: &str, password: &str) -> Result<bool, Fault> {
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM session WHERE user = ?1")?.execute([name])?;
            let mut update = tx.prepare_cached("UPDATE user SET password = ?2 WHERE name = ?1")?;
            Ok(update.execute([name, password])? == 1)
        })
    }

    /// Removes an account with its sessions. False where there is none.
    pub fn remove_user(&self, name: &str) -> Result<bool, Fault> {
        self.write(|tx| Ok(tx.prepare_cached("DELETE FROM user WHERE name = ?1")?.execute([name])? == 1))
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        name: row.get("name")?,
        role: row.get("role")?,
        password: row.get("password")?,
        made_at: row.get::<_, Ms>("made_at")?.0,
    })
}
