//! The schema, as numbered append-only migrations over `PRAGMA user_version`, and how a connection to it is made.
//! Old data directories are brought up to date in one transaction; newer ones are refused, never guessed at.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tempfile::NamedTempFile;

use super::backup::copy_database;
use super::column::Size;
use super::says;
use crate::fault::{Fault, kill_point};

/// Every step the schema ever took; number `n` brings `user_version` from `n - 1` to `n`. Never edit one that was
/// released: append.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
    include_str!("migrations/0011.sql"),
    include_str!("migrations/0012.sql"),
    include_str!("migrations/0013.sql"),
    include_str!("migrations/0014.sql"),
    include_str!("migrations/0015.sql"),
    include_str!("migrations/0016.sql"),
    include_str!("migrations/0017.sql"),
    include_str!("migrations/0018.sql"),
    include_str!("migrations/0019.sql"),
    include_str!("migrations/0020.sql"),
    include_str!("migrations/0021.sql"),
    include_str!("migrations/0022.sql"),
    include_str!("migrations/0023.sql"),
    include_str!("migrations/0024.sql"),
    include_str!("migrations/0025.sql"),
    include_str!("migrations/0026.sql"),
    include_str!("migrations/0027.sql"),
    include_str!("migrations/0028.sql"),
];

/// How the copy of an older database is called until it is whole.
pub(super) const COPY: &str = ".schema-";

/// How long a statement waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Statements kept prepared on a connection: more than the river has.
const STATEMENTS_KEPT: usize = 96;

/// Memory that a writing connection keeps of the database, in KiB: a commit of the river touches each index in many
/// places, and reads and writes pages twice that do not fit.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// Pages of the log after which a commit carries them into the database (32 MiB): the same pages come again and again.
const PAGES_LOGGED: u32 = 8_000;

/// Connects to the database, which must be there. `FULL`: under WAL, `NORMAL` may lose the last commits with the
/// power, and a mail would be reminded of twice (SQLite, wal.html). `DEFENSIVE` and an untrusted schema: a database
/// that somebody tampered with must not run code here. A stable plan (QPSG): without it SQLite writes a statement anew
/// whenever a bound value changes that the plan might rest on, which is more work than many a question
/// (sqlite3VdbeSetVarmask; `look_back` tests it).
pub(super) fn connect(database: &Path, writes: bool) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if writes {
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "wal_autocheckpoint", PAGES_LOGGED)?;
    }
    connection.pragma_update(None, "query_only", !writes)?;
    says::teach(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// The schema of this program.
pub(super) fn newest() -> usize {
    MIGRATIONS.len()
}

/// Brings the schema up to date: all steps in one transaction, so that a kill leaves the old one or the new one. The database
/// as it was stays beside it, for whoever wants the older program back.
pub(super) fn migrate(connection: &mut Connection, database: &Path) -> Result<(), Fault> {
    let newest = newest();
    let found = version(connection)?;
    if found == newest {
        return Ok(());
    }
    if found > 0 && found < newest {
        keep_old(connection, found, database)?;
        kill_point("migrate.kept");
    }
    bring_up(connection)
}

/// The same without keeping what was.
pub(super) fn bring_up(connection: &mut Connection) -> Result<(), Fault> {
    // A table that others refer to is dropped when it is built anew (lang_altertable), and no transaction can lift this. Rows that
    // point to none are for `verify` to tell: they were so before, and do not keep an office from a newer program.
    connection.pragma_update(None, "foreign_keys", false)?;
    let brought = bring_up_unguarded(connection);
    connection.pragma_update(None, "foreign_keys", true)?;
    brought
}

fn bring_up_unguarded(connection: &mut Connection) -> Result<(), Fault> {
    let newest = newest();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > newest {
        return Err(Fault::Halt(format!(
            "登记库出自更新的版本（第{found}版，本程序只到第{newest}版）；请改用更新的程序，或由旧备份恢复"
        )));
    }
    for (at, step) in MIGRATIONS.iter().enumerate().skip(found) {
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", Size::from(at + 1))?;
        kill_point("migrate.step");
    }
    tx.commit()?;
    kill_point("migrate.after_commit");
    Ok(())
}

/// Keeps a copy of the database under the number of its schema.
fn keep_old(connection: &Connection, version: usize, database: &Path) -> Result<(), Fault> {
    let kept = database.with_extension(format!("schema-{version}.db"));
    let copy = NamedTempFile::with_prefix_in(COPY, database.parent().unwrap_or(Path::new(".")))?;
    copy_database(connection, copy.path())?;
    copy.as_file().sync_all()?;
    // Another process may have been quicker: then this is no copy of the old one.
    if self::version(&Connection::open(copy.path())?)? == version {
        copy.persist(kept).map_err(|refused| refused.error)?;
    }
    Ok(())
}

/// The schema of a database: 0 when it has none of ours.
pub(super) fn version(connection: &Connection) -> Result<usize, Fault> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))? as usize)
}

/// Runs `work` on a connection as one transaction that only reads: all its statements see the same moment.
pub(super) fn reading<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    work(&connection.transaction()?)
}

/// Runs `work` on a connection as one transaction that is committed when it succeeds and leaves nothing when not.
pub(super) fn writing<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&tx)?;
    tx.commit()?;
    Ok(result)
}

impl From<rusqlite::Error> for Fault {
    /// Sorted by what to do next: a busy database passes, a constraint that does not hold concerns one message, a full
    /// or failing disk and a damaged database stop everything that writes.
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode::{
            CannotOpen, ConstraintViolation, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull,
            NotADatabase, OperationInterrupted, OutOfMemory, ReadOnly, SchemaChanged, SystemIoFailure,
            TooBig,
        };
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => {
                Fault::Retry(format!("登记库正被别的程序占用（{error}）；请稍后再试"))
            }
            Some(OperationInterrupted | OutOfMemory | SchemaChanged) => {
                Fault::Retry(format!("登记库：{error}"))
            }
            Some(ConstraintViolation | TooBig) => Fault::Park(format!("登记库：{error}")),
            Some(CannotOpen | ReadOnly) => {
                Fault::Halt(format!("登记库打不开或不能写入（{error}）；请检查数据文件夹的权限和磁盘"))
            }
            Some(DiskFull) => Fault::Halt(format!("登记库所在磁盘已满（{error}）；请腾出空间")),
            Some(DatabaseCorrupt | NotADatabase) => Fault::Halt(format!(
                "登记库已损坏（{error}）；请把它移到一旁，由备份恢复（shouwen restore --from FILE）"
            )),
            Some(SystemIoFailure) => Fault::Halt(format!("登记库读写出错（{error}）；请检查磁盘")),
            // Values that cannot be read back.
            _ => Fault::Halt(format!("登记库：{error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::Json;
    use super::*;
    use crate::domain::facts::{Content, HeaderFacts, MailFacts, PartFacts, Role};
    use rusqlite::ffi;
    use std::path::PathBuf;

    fn fresh() -> (tempfile::TempDir, PathBuf, Connection) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("shouwen.db");
        std::fs::File::create(&file).unwrap();
        let mut connection = connect(&file, true).unwrap();
        migrate(&mut connection, &file).unwrap();
        (dir, file, connection)
    }

    fn fault_of(code: i32) -> Fault {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    #[test]
    fn sqlite_errors_are_sorted_by_what_to_do_next() {
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_READONLY,
        ] {
            assert!(matches!(fault_of(code), Fault::Halt(_)), "{code}");
        }
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED, ffi::SQLITE_BUSY_SNAPSHOT] {
            assert!(matches!(fault_of(code), Fault::Retry(_)), "{code}");
        }
        assert!(matches!(fault_of(ffi::SQLITE_CONSTRAINT), Fault::Park(_)));
    }

    #[test]
    fn a_newer_schema_is_refused_in_words_and_left_alone() {
        let (_dir, file, mut connection) = fresh();
        migrate(&mut connection, &file).unwrap();
        connection.pragma_update(None, "user_version", 999).unwrap();
        let refusal = migrate(&mut connection, &file).unwrap_err();
        assert!(
            matches!(&refusal, Fault::Halt(cause) if cause.contains("第999版") && cause.contains("更新的程序")),
            "{refusal}"
        );
    }

    /// A database as version `version` of the schema left it, with these rows in it, brought up to date.
    fn brought_up_to_date(version: usize, rows: &str) -> (tempfile::TempDir, Connection) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("shouwen.db");
        std::fs::File::create(&file).unwrap();
        let mut connection = connect(&file, true).unwrap();
        for step in &MIGRATIONS[..version] {
            connection.execute_batch(step).unwrap();
        }
        connection.pragma_update(None, "user_version", Size::from(version)).unwrap();
        connection.execute_batch(rows).unwrap();
        migrate(&mut connection, &file).unwrap();
        let kept = connect(&file.with_extension(format!("schema-{version}.db")), false).unwrap();
        assert_eq!(super::version(&kept), Ok(version), "the database as it was stays");
        let broken = connection.query_row("PRAGMA foreign_key_check", [], |_| Ok(()));
        assert_eq!(broken, Err(rusqlite::Error::QueryReturnedNoRows));
        (dir, connection)
    }

    #[test]
    fn what_an_older_version_kept_is_kept() {
        let old = "INSERT INTO message (id, sha256, size, received_at, captured_at, is_history, note, stage)
                VALUES (3, 'a', 1, 1, 1, 0, '', 'captured');
            INSERT INTO sighting VALUES (8, 'zjc', 'INBOX', 7, 5, 3, 1);
            INSERT INTO folder VALUES ('zjc', 'INBOX', 7, 2, 1, 'cut');";
        let (_dir, connection) = brought_up_to_date(1, old);
        let sighting = connection.query_row("SELECT * FROM sighting", [], |row| {
            Ok((row.get("id")?, row.get("uid")?, row.get("message")?, row.get("announced_size")?))
        });
        assert_eq!(sighting, Ok((8, 5, 3, None::<i64>)));
        let folder = connection.query_row("SELECT * FROM folder", [], |row| {
            Ok((row.get("complete_at")?, row.get("trouble")?, row.get("trouble_since")?, row.get("note")?))
        });
        assert_eq!(folder, Ok((1, "cut".to_owned(), 2, None::<String>)));
    }

    #[test]
    fn what_persons_decided_under_an_older_version_is_kept_and_still_never_changed() {
        let old = "INSERT INTO decision VALUES (1, 'note', '甲', 5, 'w', NULL, 'U', NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL),
                (2, 'remember', '乙', 6, '', 'k', 'U', NULL, NULL, NULL, '[]', 'a@b', NULL, NULL, NULL),
                (3, 'undo', '乙', 7, '', 'k', 'U', NULL, NULL, NULL, '[]', NULL, '2023-05-12', 9, 1);";
        let (_dir, connection) = brought_up_to_date(7, old);
        let told = "SELECT group_concat(id || act || made_by || made_at || ifnull(address, '-') || ifnull(undoes, '-')
            || ifnull(until, '-') || ifnull(came_at, '-') || ifnull(alias, '-')) FROM decision";
        let told = connection.query_row(told, [], |row| row.get(0));
        assert_eq!(told, Ok("1note甲5-----,2remember乙6a@b----,3undo乙7-12023-05-129-".to_owned()));
        for change in ["UPDATE decision SET why = ''", "DELETE FROM decision"] {
            assert!(connection.execute(change, []).unwrap_err().to_string().contains("never"), "{change}");
        }
    }

    #[test]
    fn what_readers_reported_to_an_older_version_is_kept() {
        let part = |path: &str| PartFacts {
            path: path.into(),
            name: path.into(),
            parent: None,
            file: None,
            size: 7,
            media_type: "text/plain".into(),
            role: Role::Attachment,
            content: Content::Text { text: "say \"是\"\n0.1".into() },
            trouble: None,
            has_macros: false,
            pasted_bytes: None,
        };
        let header = HeaderFacts { subject: "材料 [1]".into(), ..HeaderFacts::default() };
        let mail = MailFacts { header, text: "{}".into(), ..MailFacts::default() };
        let whole = MailFacts { parts: vec![part("甲.txt"), part("乙.txt")], ..mail.clone() };
        let [of_mail, first, second] = [json(&mail), json(&whole.parts[0]), json(&whole.parts[1])];
        let old = format!(
            "INSERT INTO message (id, sha256, size, received_at, captured_at, is_history, note, stage, facts, reason)
                VALUES (3, 'a', 1, 1, 1, 0, '', 'captured', NULL, NULL), (4, 'b', 1, 1, 1, 0, '', 'read', '{of_mail}', 'why'),
                       (5, 'c', 1, 1, 1, 0, '', 'read', '{of_mail}', NULL);
            INSERT INTO part (message, place, path, sha256, size, media_type, facts, state, why)
                VALUES (4, 1, '乙.txt', 'y', 7, 'text/plain', '{second}', 'review', 'w'),
                       (4, 0, '甲.txt', 'x', 7, 'text/plain', '{first}', NULL, '');"
        );
        for version in [1, 2] {
            let (_dir, connection) = brought_up_to_date(version, &old);
            let mut reports = connection.prepare("SELECT * FROM report ORDER BY message").unwrap();
            let reports =
                reports.query_map([], |row| Ok((row.get(0)?, row.get::<_, Json<_>>(1)?.0))).unwrap();
            let reports: Vec<(i64, MailFacts)> = reports.collect::<Result<_, _>>().unwrap();
            assert_eq!(reports, [(4, whole.clone()), (5, mail.clone())], "from version {version}");
            let kept =
                "SELECT reason, path, part.sha256, part.state, why FROM message JOIN part ON message = id
                WHERE place = 1";
            let kept = connection.query_row(kept, [], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?])
            });
            assert_eq!(kept, Ok(["why", "乙.txt", "y", "review", "w"].map(str::to_owned)));
            let again = "SELECT count(*) FROM message WHERE stage = 'captured'";
            assert_eq!(
                connection.query_row(again, [], |row| row.get(0)),
                Ok(3),
                "to be read by this version"
            );
        }
    }

    fn json(facts: &impl serde::Serialize) -> String {
        serde_json::to_string(facts).unwrap().replace('\'', "''")
    }

    #[test]
    fn every_table_and_column_is_explained_in_the_schema_and_in_the_data_page() {
        let (_dir, _, connection) = fresh();
        let page = include_str!("../../docs/DATA.md");
        let tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut tables = connection.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let tables: Vec<(String, String)> = tables.collect::<Result<_, _>>().unwrap();
        assert!(tables.len() >= 13);
        for (table, sql) in tables {
            assert!(sql.contains("STRICT"), "{table} is not strict");
            let (_, section) = page.split_once(&format!("\n### {table}:")).expect(&table);
            let section = section.split("\n### ").next().unwrap();
            let mut columns = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            for column in columns.query_map([&table], |row| row.get::<_, String>(0)).unwrap() {
                let column = column.unwrap();
                assert!(section.contains(&format!("`{column}`")), "{table}.{column} is not in docs/DATA.md");
                // A column that was added later stands behind the one before it.
                let (own, added) = (format!("{column} "), format!(", {column} "));
                let is_its = |line: &&str| line.trim_start().starts_with(&own) || line.contains(&added);
                let line = sql.lines().find(is_its).unwrap();
                assert!(line.contains("-- "), "{table}.{column} has no comment in its migration");
            }
        }
    }
}
