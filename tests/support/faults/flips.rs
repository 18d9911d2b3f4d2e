//! Bits that a disk turns over: in each file of mail and in the database with its log. In files of mail each is named by `verify`
//! and mended. In the database it is refused with words, or named, or lies where nothing is written, or it is in the text of
//! a row, which has no checksum: those are counted and told (docs/OPERATIONS.md says what an office does about them).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{form4, plan_set};

use super::{Harm, Row, dump, letters, middle_and_longest, office, outbox, seconds};
use crate::world::{Post, World, wait_for};

const MOMENT: &str = "05-12 10:00";
const LATER: &str = "05-12 10:20";
const UNITS: [&str; 4] = ["泸州职业技术学院", "四川护理职业学院", "绵阳职业技术学院", "成都工贸职业技术学院"];

/// How much of it.
pub struct Flips {
    /// Bits of the database.
    pub database: u32,
    /// Bits of its log.
    pub log: u32,
}

impl Flips {
    /// Plays all of it: files of mail, database, log.
    pub fn run(&self) -> Vec<Row> {
        let world = worked();
        vec![blobs(&world), self.database(&world), self.log()]
    }

    fn database(&self, world: &World) -> Row {
        let file = world.data().join("shouwen.db");
        let sound = std::fs::read(&file).unwrap();
        let rows = dump(&world.data());
        let mut chance = Chance::of(&["bits of the database"]);
        let (mut harm, mut found, mut harmless) = (Harm::default(), 0, 0);
        let mut unseen = BTreeMap::<String, u32>::new();
        for _ in 0..self.database {
            let bit = usize::try_from(chance.bits() % (sound.len() as u64 * 8)).unwrap();
            without_log(world);
            std::fs::write(&file, flipped(&sound, bit)).unwrap();
            let verified = world.run(&["verify"]);
            let words = format!("{}{}", verified.said(), verified.told());
            match verified.status() {
                Some(0) => match altered(&rows, &dump(&world.data())) {
                    Some(table) => *unseen.entry(table).or_default() += 1,
                    None => harmless += 1,
                },
                Some(1) if !words.trim().is_empty() && !words.contains("panicked") => found += 1,
                status => harm.wrong.push(format!("bit {bit}: ended with {status:?}: {words}")),
            }
        }
        without_log(world);
        std::fs::write(&file, &sound).unwrap();
        world.verify();
        let places: Vec<String> = unseen.iter().map(|(table, count)| format!("{table} {count}")).collect();
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        let remark = format!(
            "{found} named or refused, {harmless} where nothing is written, {} in a row's text and not seen{places}",
            unseen.values().sum::<u32>()
        );
        assert!(found > 0, "of {} bits none was found", self.database);
        for sealed in ["report", "decision"] {
            harm.wrong
                .extend(unseen.get(sealed).map(|count| format!("{count} bits of {sealed} were not seen")));
        }
        let fault = "bit of the database turned over".to_owned();
        Row {
            fault,
            rounds: self.database.into(),
            harm,
            recovery: "from a backup, by a person".into(),
            remark,
        }
    }

    /// The log of a daemon that was killed: what it holds is not in the database yet.
    fn log(&self) -> Row {
        let world = worked_and_killed();
        let whole = copy(&world.data(), "whole");
        let log = world.data().join("shouwen.db-wal");
        let bytes = std::fs::read(&log).unwrap();
        assert!(bytes.len() > 100_000, "a log of {} bytes", bytes.len());
        let register = world.messages();
        let mut chance = Chance::of(&["bits of the log"]);
        let (mut harm, mut found, mut recoveries) = (Harm::default(), 0, Vec::new());
        for _ in 0..self.log {
            replace(&whole, &world.data());
            let bit = usize::try_from(chance.bits() % (bytes.len() as u64 * 8)).unwrap();
            std::fs::write(&log, flipped(&bytes, bit)).unwrap();
            if world.run(&["verify"]).status() != Some(0) {
                found += 1;
                continue;
            }
            let began = Instant::now();
            world.once(LATER);
            recoveries.push(began.elapsed());
            if world.messages() != register {
                harm.wrong.push(format!("bit {bit}: another register"));
            }
            let doubled = letters(&world, 0).doubled;
            if !doubled.is_empty() {
                harm.doubled.push(format!("bit {bit}: {} letters left again", doubled.len()));
                break;
            }
        }
        let remark = format!("{found} named or refused, the others without effect");
        let fault = "bit of the database's log turned over".to_owned();
        let recovery = format!("next run ends after {}", middle_and_longest(recoveries));
        Row { fault, rounds: self.log.into(), harm, recovery, remark }
    }
}

/// A bit in every file of mail at once.
fn blobs(world: &World) -> Row {
    let files = files_below(&world.data().join("blobs"));
    let register = world.messages();
    let mut chance = Chance::of(&["bits of files"]);
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        let bit = usize::try_from(chance.bits() % (bytes.len() as u64 * 8)).unwrap();
        std::fs::remove_file(file).unwrap();
        std::fs::write(file, flipped(&bytes, bit)).unwrap();
    }
    let mut harm = Harm::default();
    let found = world.run(&["verify"]);
    let said = found.said();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        if !said.contains(&*name) {
            harm.wrong.push(format!("{name} was not named"));
        }
    }
    let began = Instant::now();
    let mut turns = 0;
    while world.run(&["verify"]).status() != Some(0) && turns < 4 {
        world.run(&["verify", "--mend", "--now", &crate::world::at(LATER)]);
        world.once_without_sending(LATER);
        turns += 1;
    }
    harm.lost.extend((turns == 4).then(|| world.run(&["verify"]).said()));
    harm.wrong.extend((world.messages() != register).then(|| "the register changed".to_owned()));
    let recovery = format!("`verify --mend` and a look, {turns} times: {}", seconds(began.elapsed()));
    let fault = "bit turned over in every file of mail".to_owned();
    Row { fault, rounds: files.len() as u64, harm, recovery, remark: "each named".into() }
}

/// An office with mail before its door.
fn prepared() -> World {
    let world = office(Post::scripted());
    for (day, name) in (6..10).flat_map(|day| UNITS.map(|name| (day, name))) {
        let mail = unit(name).on(&format!("05-{day:02} 08:12"));
        let things = if day % 2 == 0 { plan_set() } else { vec![form4()] };
        world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(things)]);
    }
    world
}

/// An office that has received, registered and sent.
fn worked() -> World {
    let world = prepared();
    world.once(MOMENT);
    assert!(world.receiver.received().len() > 10);
    for unit in UNITS {
        world
            .run(&["note", unit, "已电话核实", "--by", "李某", "--now", &crate::world::at(LATER)])
            .expect_status(0);
    }
    world
}

/// The same by a daemon that is killed after it.
fn worked_and_killed() -> World {
    let world = prepared();
    let mut daemon = world.daemon(MOMENT);
    daemon.wait_until_it_says("status page on");
    let is_sent = |row: &serde_json::Value| row["state"] == "sent";
    wait_for(Duration::from_secs(60), || {
        let rows = outbox(&world);
        let have_left = rows.len() > 10 && rows.iter().all(is_sent);
        have_left.then_some(()).ok_or_else(|| format!("letters stay away: {}", daemon.log()))
    });
    daemon.kill();
    world
}

/// The table whose rows are others than they were; none where all are the same.
fn altered(rows: &str, now: &str) -> Option<String> {
    // What the last look found is written anew by each look.
    let kept =
        |rows: &'_ str| rows.lines().filter(|row| !row.starts_with("checkup: ")).map(str::to_owned).collect();
    let (rows, now): (BTreeSet<String>, BTreeSet<String>) = (kept(rows), kept(now));
    let other = rows.symmetric_difference(&now).next()?;
    let table = other.split_once(": ").map_or("", |(table, _)| table);
    let is_row =
        !table.is_empty() && table.chars().all(|letter| letter == '_' || letter.is_ascii_lowercase());
    Some(if is_row { table } else { "remarks of the schema" }.to_owned())
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn without_log(world: &World) {
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(world.data().join(format!("shouwen.db{ending}")));
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn copy(folder: &Path, name: &str) -> PathBuf {
    let copy = folder.with_extension(name);
    assert!(Command::new("cp").arg("-a").args([folder, &copy]).status().unwrap().success());
    copy
}

fn replace(from: &Path, to: &Path) {
    std::fs::remove_dir_all(to).unwrap();
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}
