//! The faults that an unattended office meets, in sizes that fit a story; `tests/long faults` plays them in full and prints the
//! table of docs/OPERATIONS.md.

use std::process::Command;

use crate::faults::disk::FullDisk;
use crate::faults::flips::Flips;
use crate::faults::kills::Kills;
use crate::faults::quiet::Quiet;
use crate::faults::upgrade::Upgrades;

#[test]
fn a_daemon_killed_eight_times_under_load_loses_and_doubles_nothing() {
    Kills { kills: 8, mails_each: 12 }.run().demand();
}

#[test]
fn a_disk_that_is_full_at_any_stage_is_told_and_does_no_harm() {
    let played = FullDisk { every: 5, with_daemon: false }.run();
    played.map_or_else(|| println!("no disk of our own here"), |row| row.demand());
}

/// Set in the process that a story starts to be alone in.
const ALONE: &str = "SHOUWEN_STORY_ALONE";

/// What a process holds is counted, so it must not be shared with other stories.
#[test]
fn hours_without_mail_need_no_more_than_the_first() {
    if std::env::var_os(ALONE).is_some() {
        return Quiet { hours: 2 }.run().demand();
    }
    let story = "fault_matrix::hours_without_mail_need_no_more_than_the_first";
    let mut alone = Command::new(std::env::current_exe().unwrap());
    let ended = alone.args(["--exact", story, "--nocapture"]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn bits_that_turn_over_are_named_and_mended() {
    Flips { database: 12, log: 4 }.run().iter().for_each(crate::faults::Row::demand);
}

#[test]
fn an_upgrade_killed_at_any_step_ends_like_one_that_was_not() {
    Upgrades { every: 5 }.run().demand();
}
