//! A bit that a disk turns over in a row's text is read as if it had been written so: SQLite has no checksum. What all else is made
//! from (what a reader told of a mail) and what nothing can make again (what a person decided) is therefore sealed with a hash
//! when it is written, and `verify` holds it against that.

use rusqlite::Transaction;
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;

/// Rows from before there were seals that get theirs at one look through the store: it must not keep the river waiting.
const SEALED_AT_ONCE: u32 = 20_000;

/// Tables whose rows are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sealed {
    /// What a reader told of a mail, by its message.
    Report,
    /// What a person decided, by its number.
    Decision,
}

impl Sealed {
    const ALL: [Self; 2] = [Self::Report, Self::Decision];

    const fn table(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Decision => "decision",
        }
    }

    /// Key and text of every row.
    const fn rows(self) -> &'static str {
        match self {
            Self::Report => "SELECT message AS row, facts AS text FROM report",
            Self::Decision => {
                "SELECT id AS row, json_array(act, made_by, made_at, why, campaign, unit, message, outbox, part_path, part_sha256,
                     scopes, address, alias, until, came_at, undoes) AS text FROM decision"
            }
        }
    }
}

/// Seals a row as it stands now in its transaction.
pub(super) fn seal(tx: &Transaction<'_>, of: Sealed, row: i64) -> Result<(), Fault> {
    let select = format!("SELECT text FROM ({}) WHERE row = ?1", of.rows());
    let hash =
        tx.prepare_cached(&select)?.query_row([row], |found| Ok(hash(found.get_ref(0)?.as_bytes()?)))?;
    keep(tx, of, row, hash)
}

/// Seals what has no seal: rows that were written before there were any.
pub(super) fn seal_bare(tx: &Transaction<'_>) -> Result<(), Fault> {
    for of in Sealed::ALL {
        let bare = format!(
            "SELECT row, text FROM ({}) AS bare
             WHERE NOT EXISTS (SELECT 1 FROM seal WHERE of = '{}' AND seal.row = bare.row) LIMIT {SEALED_AT_ONCE}",
            of.rows(),
            of.table()
        );
        seal_each(tx, of, &bare)?;
    }
    Ok(())
}

/// Seals everything anew: for who lawfully changed what was sealed.
pub(super) fn seal_anew(tx: &Transaction<'_>) -> Result<(), Fault> {
    tx.execute("DELETE FROM seal", [])?;
    Sealed::ALL.into_iter().try_for_each(|of| seal_each(tx, of, of.rows()))
}

/// Keys of the rows that do not say any more what they said when they were sealed, or are gone.
pub(super) fn broken(tx: &Transaction<'_>, of: Sealed) -> Result<Vec<i64>, Fault> {
    let sealed = format!(
        "SELECT seal.row, text, hash FROM seal LEFT JOIN ({}) AS sealed ON sealed.row = seal.row WHERE of = '{}' ORDER BY seal.row",
        of.rows(),
        of.table()
    );
    let mut select = tx.prepare(&sealed)?;
    let mut rows = select.query([])?;
    let mut broken = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_bytes_or_null();
        if text.ok().flatten().map(hash) != Some(row.get(2)?) {
            broken.push(row.get(0)?);
        }
    }
    Ok(broken)
}

fn seal_each(tx: &Transaction<'_>, of: Sealed, select: &str) -> Result<(), Fault> {
    let mut select = tx.prepare(select)?;
    let hashes = select.query_map([], |row| Ok((row.get(0)?, hash(row.get_ref(1)?.as_bytes()?))))?;
    // What is read must not grow under the reader.
    let hashes: Vec<(i64, i64)> = hashes.collect::<Result<_, _>>()?;
    hashes.into_iter().try_for_each(|(row, hash)| keep(tx, of, row, hash))
}

fn keep(tx: &Transaction<'_>, of: Sealed, row: i64, hash: i64) -> Result<(), Fault> {
    const KEEP: &str = "INSERT OR REPLACE INTO seal (of, row, hash) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(KEEP)?.execute((of.table(), row, hash))?;
    Ok(())
}

fn hash(text: &[u8]) -> i64 {
    let digest = Sha256::digest(text);
    digest.iter().take(8).fold(0, |hash, byte| hash << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    const MAIL: &str = "
        INSERT INTO message (id, sha256, size, received_at, captured_at, is_history, note, stage)
            VALUES (1, 'a', 1, 0, 0, 0, '', 'captured');
        INSERT INTO report (message, facts) VALUES (1, '{\"a\":1}')";

    #[test]
    fn a_bit_in_what_was_told_of_a_mail_breaks_its_seal_and_reading_it_again_makes_another() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let broken = || -> Vec<i64> { store.read(|tx| broken(tx, Sealed::Report)).unwrap() };
        store.write(|tx| Ok(tx.execute_batch(MAIL)?)).unwrap();
        assert!(broken().is_empty(), "from before there were seals");
        store.write(seal_bare).unwrap();
        let says = |facts: &str| {
            store.write(|tx| Ok(tx.execute("UPDATE report SET facts = ?1", [facts])?)).unwrap();
        };
        says("{\"a\":3}");
        store.write(seal_bare).unwrap();
        assert_eq!(broken(), [1], "what is sealed is not sealed anew by a look");
        assert_eq!(store.verify(&|_, _| {}).unwrap().altered, [1]);
        store.write(|tx| seal(tx, Sealed::Report, 1)).unwrap();
        assert!(broken().is_empty());
        says("{\"a\":2}");
        store.write(seal_anew).unwrap();
        assert!(broken().is_empty());
        store.write(|tx| Ok(tx.execute("DELETE FROM report", [])?)).unwrap();
        assert_eq!(broken(), [1], "a row that is gone");
    }
}
