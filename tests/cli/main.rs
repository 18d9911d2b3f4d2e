//! The command line as staff, scripts and other programs meet it: exit statuses, words, JSON shapes (`contract.md`),
//! files, and the way in from files. The real binary each time, beside a store that holds the season.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod accounts;
mod backup;
mod calendar;
#[path = "../support/desk.rs"]
mod desk;
mod files;
mod import;
mod init;
mod naming;
mod roster;
mod sender;
mod shapes;
mod typing;
mod words;
mod worst_day;

use std::process::{Command, Output};

use desk::Desk;
use serde_json::Value;

/// What a command did.
struct Done {
    status: i32,
    out: String,
    told: String,
}

/// Runs the binary in an empty folder, so that no configuration is found by chance.
fn shouwen(words: &[&str]) -> Done {
    let elsewhere = tempfile::tempdir().unwrap();
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(words)
        .current_dir(elsewhere.path())
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { status: status.code().unwrap(), out: text(stdout), told: text(stderr) }
}

/// The same about a desk, at a moment.
fn at(desk: &Desk, now: &str, words: &[&str]) -> Done {
    let file = desk.file.to_str().unwrap();
    shouwen(&[words, &["-c", file, "--now", now]].concat())
}

/// The one JSON document that a command prints.
fn json(desk: &Desk, now: &str, words: &[&str]) -> Value {
    let done = at(desk, now, words);
    assert_eq!(done.status, 0, "{words:?}: {}", done.told);
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{words:?}: {error}: {}", done.out))
}

/// The morning after the first due day.
const MORNING: &str = "2023-05-11T09:00:00+08:00";
