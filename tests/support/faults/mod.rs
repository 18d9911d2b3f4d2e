//! The faults that an unattended office meets, each as a story of any size that ends in a row of one table: what was lost, what
//! was there twice, what was otherwise than without the fault, and how long it took until all was well again.

// `tests/run` plays small sizes of some, `tests/long faults` all of them in full.
#![allow(dead_code)]

pub mod burst;
pub mod clock;
pub mod disk;
pub mod flips;
pub mod kills;
pub mod quiet;
pub mod restarts;
pub mod upgrade;
pub mod visitors;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ToSpan as _};
use rusqlite::Connection;
use serde_json::Value;
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::cast::CAST;

use crate::ledger::{Ledger, Told, hashes};
use crate::world::dovecot::Dovecot;
use crate::world::{Post, World};

/// When the stories begin: a Saturday before anything is due.
const BEGIN: &str = "2023-05-06T09:00:00+08:00";

/// What a fault did.
pub struct Row {
    /// The fault, with its size.
    pub fault: String,
    /// How often.
    pub rounds: u64,
    /// What it did.
    pub harm: Harm,
    /// How long until all was well again, in words.
    pub recovery: String,
    /// What else is worth telling.
    pub remark: String,
}

/// What went wrong, a line each.
#[derive(Debug, Default)]
pub struct Harm {
    /// Mail or letters that are nowhere.
    pub lost: Vec<String>,
    /// Mail or letters that are there twice.
    pub doubled: Vec<String>,
    /// What is otherwise than without the fault.
    pub wrong: Vec<String>,
}

/// Head of the table.
pub const HEAD: &str = "| fault | rounds | lost | double | wrong | recovery |\n|---|---|---|---|---|---|";

impl Row {
    /// The row as it stands in docs/OPERATIONS.md.
    pub fn line(&self) -> String {
        let Harm { lost, doubled, wrong } = &self.harm;
        let remark = if self.remark.is_empty() { String::new() } else { format!("; {}", self.remark) };
        format!(
            "| {}{remark} | {} | {} | {} | {} | {} |",
            self.fault,
            self.rounds,
            lost.len(),
            doubled.len(),
            wrong.len(),
            self.recovery
        )
    }

    /// Demands that nothing went wrong, after at least one round.
    pub fn demand(&self) {
        println!("{}", self.line());
        assert!(self.rounds > 0, "{} was not played", self.fault);
        assert!(self.harm.is_none(), "{}: {:#?}", self.fault, self.harm);
    }
}

impl Harm {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.wrong.is_empty()
    }

    /// Adds to it.
    pub fn add(&mut self, other: Self) {
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.wrong.extend(other.wrong);
    }
}

/// An office on this server that can remind every unit of the season and answers those it knows.
pub fn office(post: Post) -> World {
    let known: Vec<&str> = CAST.iter().filter(|unit| !unit.roster.is_empty()).map(|unit| unit.name).collect();
    let world = World::on(post, &known);
    let folders = "folders = [\"INBOX\", \"@junk\"";
    world.reconfigure(&format!("{folders}]"), &format!("{folders}, \"报送材料\"]\npoll_seconds = 10"));
    world.configure("[receipts]\nmode = \"known\"");
    world
}

/// The Dovecot of a world that has one.
pub fn dovecot(world: &World) -> &Dovecot {
    let Post::Dovecot(dovecot) = &world.post else { panic!("no Dovecot") };
    dovecot
}

/// So many minutes after [`BEGIN`].
pub fn minutes_in(minutes: i64) -> Timestamp {
    BEGIN.parse::<Timestamp>().unwrap() + minutes.minutes()
}

/// A moment of 2023 in China as the stories write it.
pub fn moment(at: Timestamp) -> String {
    TimeZone::fixed(offset(8)).to_datetime(at).strftime("%m-%d %H:%M").to_string()
}

/// Holds all that the server has against all that the office has: mails, letters, hashes, and the register and standings of a
/// run that nothing broke, as of `moment`. The store is moved aside for that.
pub fn harm(world: &World, moment: &str) -> Harm {
    let mut harm = Harm::default();
    let ledger = Ledger::open(&world.data());
    let places = dovecot(world).places(OFFICE);
    let hashes = hashes(dovecot(world), OFFICE);
    let difference = ledger.difference(&places, &hashes);
    let tell = |places: Vec<_>| places.iter().map(|place| format!("{place:?}")).collect::<Vec<_>>();
    (harm.lost, harm.doubled) = (tell(difference.lost), tell(difference.doubled));
    let known: BTreeSet<&String> = hashes.values().collect();
    let strange = ledger.messages().into_iter().filter(|sha256| !known.contains(sha256));
    harm.wrong.extend(strange.map(|sha256| format!("no mail of the server: {sha256}")));
    harm.add(letters(world, 0));
    let verified = world.run(&["verify"]);
    if verified.status() != Some(0) {
        harm.wrong.push(format!("verify: {}{}", verified.said(), verified.told()));
    }
    let broken = Told::by(world, moment);
    std::fs::rename(world.data(), world.data().with_extension("broken")).unwrap();
    world.once_without_sending(moment);
    harm.wrong.extend(broken.differing(&Told::by(world, moment)));
    harm
}

/// Holds the letters that the receiver took, from that number on, against the outbox: none twice, none that is said to be sent
/// and never came, none that nobody knows, no step of chasing in two of them.
pub fn letters(world: &World, from: usize) -> Harm {
    let rows = outbox(world);
    let mut harm = Harm::default();
    let (mut taken, mut steps) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
    for mail in &world.receiver.received()[from..] {
        let text = String::from_utf8_lossy(&mail.raw).replace("\r\n ", " ");
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        *taken.entry(field("Message-ID: ").trim().to_owned()).or_default() += 1;
        for step in field("X-Shouwen-Step: ").split_whitespace() {
            *steps.entry(step.to_owned()).or_default() += 1;
        }
    }
    let twice = taken.iter().chain(&steps).filter(|(_, count)| **count > 1);
    harm.doubled = twice.map(|(what, count)| format!("{what} left {count} times")).collect();
    let in_state = |state: &'static str| rows.iter().filter(move |row| row["state"] == state);
    let id = |row: &Value| row["message_id"].as_str().unwrap_or_default().to_owned();
    harm.lost = in_state("sent").map(id).filter(|id| !taken.contains_key(id)).collect();
    let known: BTreeSet<String> = rows.iter().map(id).collect();
    harm.wrong = taken.into_keys().filter(|id| !known.contains(id)).collect();
    harm.wrong.extend(in_state("sending").map(|row| format!("left half sent: {row}")));
    harm
}

/// The outbox as JSON.
pub fn outbox(world: &World) -> Vec<Value> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    rows
}

/// How many letters nobody knows whether they left.
pub fn unsure(world: &World) -> usize {
    outbox(world).iter().filter(|row| row["state"] == "unsure").count()
}

/// The middle and the longest of some times, in words.
pub fn middle_and_longest(mut times: Vec<Duration>) -> String {
    times.sort();
    let Some(longest) = times.last() else { return "none measured".to_owned() };
    format!("{} in the middle, {} at most", seconds(times[times.len() / 2]), seconds(*longest))
}

/// A time in words.
pub fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// Schema and rows of a database as lines, each row behind the name of its table. Read past the program.
pub fn dump(data: &Path) -> String {
    let database = Connection::open(data.join("shouwen.db")).unwrap();
    let mut lines = Vec::new();
    let mut tables =
        database.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for (name, sql) in tables.collect::<Result<Vec<(String, String)>, _>>().unwrap() {
        lines.push(sql.clone());
        if !sql.starts_with("CREATE TABLE") {
            continue;
        }
        let columns = database.prepare(&format!("SELECT * FROM {name}")).unwrap().column_count();
        let quoted =
            (1..=columns).map(|at| format!("quote(\"{at}\")")).collect::<Vec<_>>().join(" || ',' || ");
        let names = (1..=columns).map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(", ");
        let rows =
            format!("WITH all_of ({names}) AS (SELECT * FROM {name}) SELECT {quoted} FROM all_of ORDER BY 1");
        let mut rows = database.prepare(&rows).unwrap();
        // A bit that was turned over need not leave a letter.
        let rows = rows
            .query_map([], |row| Ok(String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned()))
            .unwrap();
        lines.extend(rows.map(|row| format!("{name}: {}", row.unwrap())));
    }
    lines.join("\n")
}
