//! What leaves the office: workbooks, the folders of an export, the paragraph for the leader, and the answers to the
//! thirty questions of the staff. Everything is read again by other eyes than its writer's, and held against the JSON.
// Helpers of stories may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod archive;
#[path = "../support/desk.rs"]
mod desk;
mod questions;
#[path = "../support/served.rs"]
mod served;
mod sheets;
mod situation;
mod terminal;

use std::process::{Command, Output};
use std::sync::LazyLock;

use desk::{Desk, bare_desk};
use serde_json::Value;
use shouwen::config;
use shouwen::rehearsal::season;
use shouwen::store::Store;

/// The morning after the first due day.
const MORNING: &str = "2023-05-11T09:00:00+08:00";
/// When the season is over.
const AFTER: &str = "2023-05-31T10:00:00+08:00";

struct Done {
    status: i32,
    out: String,
    told: String,
}

fn run_at(desk: &Desk, now: &str, words: &[&str]) -> Done {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(words)
        .args(["-c", desk.file.to_str().unwrap(), "--now", now])
        .env_remove("RUST_LOG")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { status: status.code().unwrap(), out: text(stdout), told: text(stderr) }
}

/// The same, which must not fail.
fn ask(desk: &Desk, now: &str, words: &[&str]) -> String {
    let done = run_at(desk, now, words);
    assert_eq!(done.status, 0, "{words:?}: {}", done.told);
    done.out
}

fn json(desk: &Desk, now: &str, words: &[&str]) -> Value {
    serde_json::from_str(&ask(desk, now, words)).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// The same store beside another desk, as a second command opens it.
fn beside(desk: &Desk) -> Desk {
    let (dir, file) = (tempfile::tempdir().unwrap(), desk.file.clone());
    let config = config::load(&file).unwrap();
    let store = Store::open(&config.data_dir).unwrap();
    Desk { dir, file, config, store }
}

/// The season as the river takes it in, read once for all stories that only look.
fn season_desk() -> &'static Desk {
    static DESK: LazyLock<Desk> = LazyLock::new(|| {
        let desk = bare_desk();
        let folder = desk.dir.path().join("in");
        std::fs::create_dir_all(&folder).unwrap();
        let moment: jiff::Timestamp = AFTER.parse().unwrap();
        let mut mails = 0;
        for (n, delivery) in season::season().iter().filter(|delivery| delivery.at <= moment).enumerate() {
            std::fs::write(folder.join(format!("{n:03}.eml")), &delivery.raw).unwrap();
            mails = n + 1;
        }
        assert!(mails > 100);
        ask(&desk, AFTER, &["import", folder.to_str().unwrap()]);
        for folder in [season::INBOX, season::JUNK] {
            desk::scan(&desk.store, folder, moment);
        }
        desk
    });
    &DESK
}
