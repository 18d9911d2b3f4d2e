//! The faults that an unattended office meets, in sizes that fit a story; `tests/long faults` plays them in full and prints the
//! table of docs/OPERATIONS.md.

// A panic here is a story's verdict.
#![cfg(feature = "killpoints")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/faults/mod.rs"]
mod faults;
#[path = "support/gate.rs"]
mod gate;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/mailbag.rs"]
mod mailbag;
#[allow(dead_code, reason = "other stories use more of it")]
#[path = "support/siege.rs"]
mod siege;
#[allow(dead_code, reason = "other stories use more of it")]
#[path = "story/world.rs"]
mod world;

use faults::disk::FullDisk;
use faults::flips::Flips;
use faults::kills::Kills;
use faults::quiet::Quiet;
use faults::upgrade::Upgrades;

#[test]
fn a_daemon_killed_eight_times_under_load_loses_and_doubles_nothing() {
    Kills { kills: 8, mails_each: 12 }.run().demand();
}

#[test]
fn a_disk_that_is_full_at_any_stage_is_told_and_does_no_harm() {
    let played = FullDisk { every: 5, with_daemon: false }.run();
    played.map_or_else(|| println!("no disk of our own here"), |row| row.demand());
}

#[test]
fn hours_without_mail_need_no_more_than_the_first() {
    Quiet { hours: 2 }.run().demand();
}

#[test]
fn bits_that_turn_over_are_named_and_mended() {
    Flips { database: 12, log: 4 }.run().iter().for_each(faults::Row::demand);
}

#[test]
fn an_upgrade_killed_at_any_step_ends_like_one_that_was_not() {
    Upgrades { every: 5 }.run().demand();
}
