//! Every fault in full, and the table of docs/OPERATIONS.md. Run by `tests/long faults [NAME…] [--share N]`: only those named,
//! with an N-th of their rounds.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/faults/mod.rs"]
mod faults;
#[path = "../support/gate.rs"]
mod gate;
#[path = "../support/ledger.rs"]
mod ledger;
#[path = "../support/mailbag.rs"]
mod mailbag;
#[allow(dead_code, reason = "other stories use more of it")]
#[path = "../support/siege.rs"]
mod siege;
#[allow(dead_code, reason = "other stories use more of it")]
#[path = "../story/world.rs"]
mod world;

use std::time::Duration;

use faults::burst::Burst;
use faults::clock::Jumps;
use faults::disk::FullDisk;
use faults::flips::Flips;
use faults::kills::Kills;
use faults::quiet::Quiet;
use faults::restarts::Restarts;
use faults::upgrade::Upgrades;
use faults::{HEAD, Row};

const NAMES: [&str; 8] = ["kills", "disk", "clock", "restarts", "burst", "quiet", "flips", "upgrade"];

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--nocapture").collect();
    let share = words.iter().position(|word| word == "--share").map_or(1, |at| {
        let share = words.get(at + 1).and_then(|share| share.parse().ok()).expect("--share N");
        words.drain(at..at + 2);
        share
    });
    let unknown: Vec<_> = words.iter().filter(|word| !NAMES.contains(&word.as_str())).collect();
    assert!(unknown.is_empty(), "no fault {unknown:?}; there are {NAMES:?}");
    let mut rows = Vec::new();
    for name in NAMES.iter().filter(|name| words.is_empty() || words.iter().any(|word| word == **name)) {
        for row in play(name, share) {
            println!("{}", row.line());
            rows.push(row);
        }
    }
    println!("\n{HEAD}");
    rows.iter().for_each(|row| println!("{}", row.line()));
    let harmed: Vec<_> = rows.iter().filter(|row| !row.harm.is_none()).collect();
    harmed.iter().for_each(|row| eprintln!("{}: {:#?}", row.fault, row.harm));
    assert!(harmed.is_empty(), "{} faults did harm", harmed.len());
}

fn play(name: &str, share: u32) -> Vec<Row> {
    let every = usize::try_from(share).unwrap().min(7);
    let least = |rounds: u32, at_least: u32| (rounds / share).max(at_least);
    let one = |row: Option<Row>, what: &str| {
        if row.is_none() {
            println!("{name} left out: {what}");
        }
        row.into_iter().collect()
    };
    match name {
        "kills" => vec![Kills { kills: least(500, 8), mails_each: 24 }.run()],
        "disk" => one(FullDisk { every, with_daemon: true }.run(), "no disk of our own here"),
        "clock" => one(Jumps { rounds: least(10, 1) }.run(), "needs apt-get install faketime"),
        "restarts" => vec![Restarts { lasts: Duration::from_secs(least(600, 40).into()) }.run()],
        "burst" => vec![Burst { mails: least(20_000, 200), visitors: 50 }.run()],
        "quiet" => vec![Quiet { hours: least(24, 6).into() }.run()],
        "flips" => Flips { database: least(400, 12), log: least(60, 4) }.run(),
        _ => vec![Upgrades { every }.run()],
    }
}
