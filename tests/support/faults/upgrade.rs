//! An upgrade is killed at every step of the schema, from every schema that there ever was: afterwards the database is the old
//! one or the new one, the next start brings it up, and not a row is otherwise than after an upgrade that nothing broke.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Harm, Row, dump, middle_and_longest};
use crate::world::{Post, World};

/// What a first version kept: a mail on its way with a trouble of its folder, one that was read with its files, one that waits.
const OLD_ROWS: &str = r#"
    INSERT INTO message (id, sha256, size, received_at, captured_at, is_history, note, stage, facts, reason) VALUES
        (3, 'a', 1, 1683500000000, 1683500000000, 0, '', 'captured', NULL, NULL),
        (4, 'b', 1, 1683510000000, 1683510000000, 0, '', 'captured', NULL, 'why');
    INSERT INTO sighting VALUES (8, 'zjc', 'INBOX', 7, 5, 3, 1683500000000), (9, 'zjc', 'INBOX', 7, 6, 4, 1683510000000);
    INSERT INTO folder VALUES ('zjc', 'INBOX', 7, 1683520000000, 1683510000000, 'cut');"#;

/// How much of it.
pub struct Upgrades {
    /// Only every so many-th oldest schema and step.
    pub every: usize,
}

impl Upgrades {
    /// Plays it.
    pub fn run(&self) -> Row {
        let steps = steps();
        assert!(steps.len() >= 14, "only {} steps of the schema", steps.len());
        let mut harm = Harm::default();
        let (mut rounds, mut recoveries) = (0, Vec::new());
        for version in (1..steps.len()).step_by(self.every) {
            let whole = dump(&upgraded(&steps, version, None, &mut recoveries).data());
            assert!(whole.contains("'INBOX'") && whole.lines().count() > 40, "{whole}");
            let points =
                (1..=steps.len() - version).step_by(self.every).map(|nth| format!("migrate.step:{nth}"));
            for point in points.chain(["migrate.kept".to_owned(), "migrate.after_commit".to_owned()]) {
                let world = upgraded(&steps, version, Some(&point), &mut recoveries);
                rounds += 1;
                if dump(&world.data()) != whole {
                    harm.wrong.push(format!("from {version}, killed at {point}: another database"));
                }
                let kept = world.data().join(format!("shouwen.schema-{version}.db"));
                if self::version(&kept) != version {
                    harm.lost
                        .push(format!("from {version}, killed at {point}: the old database was not kept"));
                }
            }
        }
        let recovery = format!("next start has it up to date after {}", middle_and_longest(recoveries));
        let fault = format!("upgrade from each of {} schemas, killed at each step", steps.len() - 1);
        Row { fault, rounds, harm, recovery, remark: String::new() }
    }
}

/// Every step of the schema, in order.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// An office whose database is of that schema, upgraded; where `kill` says so, only at the second start.
fn upgraded(steps: &[String], version: usize, kill: Option<&str>, times: &mut Vec<Duration>) -> World {
    let world = World::on(Post::scripted(), &[]);
    std::fs::create_dir_all(world.data()).unwrap();
    let database = Connection::open(world.data().join("shouwen.db")).unwrap();
    // Old already when the story begins: its hundreds of commits need not wait for the disk, which was most of the time.
    database.pragma_update(None, "synchronous", "OFF").unwrap();
    // As the program does it: a table that others refer to is dropped when it is built anew.
    database.pragma_update(None, "foreign_keys", false).unwrap();
    for (at, step) in steps[..version].iter().enumerate() {
        database.execute_batch(step).unwrap();
        if at == 0 {
            database.execute_batch(OLD_ROWS).unwrap();
        }
    }
    database.pragma_update(None, "user_version", u32::try_from(version).unwrap()).unwrap();
    drop(database);
    if let Some(point) = kill {
        let output = world.program(&["messages", "--json"]).env("SHOUWEN_KILL", point).output().unwrap();
        assert_eq!(output.status.code(), None, "{point} was not passed");
        let found = self::version(&world.data().join("shouwen.db"));
        let is_whole = if point == "migrate.after_commit" { found == steps.len() } else { found == version };
        assert!(is_whole, "{point}: schema {found}");
    }
    let began = Instant::now();
    world.run(&["messages", "--json"]).expect_status(0);
    times.push(began.elapsed());
    world
}

fn version(database: &Path) -> usize {
    let Ok(database) = Connection::open(database) else { return 0 };
    database
        .query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))
        .map_or(0, |found| found as usize)
}
