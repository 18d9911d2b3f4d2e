//! How values stand in columns: moments as Unix milliseconds, days and words as text, the rest as JSON. Kept apart
//! so that the SQL around it reads as prose and a value that cannot be read back is one kind of error.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::holding::Enters;
use super::material::Push;
use super::outbox::OutboxState;
use super::reminder_log::LogAct;
use crate::domain::decision::Act;
use crate::domain::message::{Authenticity, MessageKind, MessageState, PartState, Stage, UnitBy};
use crate::domain::role::Role;
use crate::domain::submission::ItemState;

/// A moment as Unix milliseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ms(pub(super) Timestamp);

impl ToSql for Ms {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Ms {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let unix_ms = i64::column_result(value)?;
        Timestamp::from_millisecond(unix_ms).map(Ms).map_err(|_| FromSqlError::OutOfRange(unix_ms))
    }
}

/// A number of bytes or things, as SQLite counts: nothing of ours comes near 2^63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

impl From<usize> for Size {
    fn from(count: usize) -> Self {
        Size(count as u64)
    }
}

impl ToSql for Size {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Size {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let size = i64::column_result(value)?;
        u64::try_from(size).map(Size).map_err(|_| FromSqlError::OutOfRange(size))
    }
}

/// A day as `YYYY-MM-DD`, none as the empty text: it stands in keys, where NULL would equal nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) Option<Date>);

impl ToSql for Day {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.map_or_else(String::new, |day| day.to_string()).into())
    }
}

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "" => Ok(Day(None)),
            text => text.parse().map(|day| Day(Some(day))).map_err(FromSqlError::other),
        }
    }
}

/// Anything else, as JSON.
#[derive(Debug, Clone)]
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

impl<T: DeserializeOwned> Json<T> {
    /// From text that was taken out of its column.
    pub(super) fn of_text(text: &str) -> rusqlite::Result<Self> {
        Ok(Self::column_result(text.into())?)
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Json).map_err(FromSqlError::other)
    }
}

macro_rules! stored_as_word {
    ($($name:ty),+) => { $(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let word = value.as_str()?;
                let unknown = || FromSqlError::other(UnknownWord(word.to_owned()));
                Self::from_word(word).ok_or_else(unknown)
            }
        }
    )+ };
}
stored_as_word!(
    Stage,
    MessageKind,
    MessageState,
    PartState,
    UnitBy,
    ItemState,
    OutboxState,
    Enters,
    Act,
    Authenticity,
    LogAct,
    Role,
    Push
);

/// A word in a column that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown word {0:?} in the store")]
struct UnknownWord(String);
