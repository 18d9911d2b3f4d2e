//! What judging one mail with a filled form costs, apart from all I/O: the reader's facts in, the registration out, on
//! one core. Beside it, as the yardstick of this machine, the SHA-256 of a megabyte. Fails above the target.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use shouwen::config;
use shouwen::intake::judge::{Case, Judge};
use shouwen::reader::ReadingDesk;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things;
use shouwen::rehearsal::stage::{self, Addresses};

const TARGET: Duration = Duration::from_micros(250);
const ROUNDS: u32 = 2_000;

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let rounds = if full { ROUNDS } else { 10 };
    let dir = tempfile::tempdir().unwrap();
    let stage = stage::stage(dir.path());
    let nowhere = "127.0.0.1:9".parse().unwrap();
    let cast = shouwen::rehearsal::season::cast::CAST.iter().map(|unit| (unit.name, unit.roster));
    let cast: Vec<_> = cast.collect();
    stage::build(&stage, &cast, Addresses { imap: nowhere, smtp: nowhere, page: nowhere }).unwrap();
    let house = config::load(&stage.config).unwrap();
    let judge = Judge::new(&house.campaigns, &house.mailboxes, vec![]);

    let mail = unit("绵阳职业技术学院").on("05-09 10:00").sends(vec![things::form4()]).deliver();
    let mut raw = tempfile::NamedTempFile::new().unwrap();
    raw.write_all(&mail.raw).unwrap();
    let scratch = dir.path().join("scratch");
    let mut desk = ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), &scratch);
    let facts = desk.read(&raw.reopen().unwrap()).unwrap().unwrap();
    let hashes: Vec<_> = facts.parts.iter().map(|_| Some("0".repeat(64))).collect();
    let case =
        Case { id: 1, received_at: mail.at, mailbox: "zjc", facts: &facts, hashes: &hashes, ours: &[] };
    let judged = judge.judge(case);
    assert!(judged.unit.is_some() && judged.readings.len() == 1, "the form is read");

    let each = each(rounds, || drop(black_box(judge.judge(black_box(case)))));
    let megabyte = vec![7_u8; 1_000_000];
    let hashed = self::each(20, || {
        let _ = black_box(Sha256::digest(black_box(&megabyte)));
    });
    let ratio = each.as_secs_f64() / hashed.as_secs_f64();
    println!(
        "judge      {each:?} a mail with one form; the SHA-256 of a megabyte {hashed:?}, ratio {ratio:.2}"
    );
    let json = serde_json::to_vec(&facts).unwrap();
    println!("facts      {} bytes of JSON", json.len());
    assert!(!full || each <= TARGET, "judging takes {each:?}, the target is {TARGET:?}");
}

fn each(rounds: u32, mut work: impl FnMut()) -> Duration {
    let began = Instant::now();
    (0..rounds).for_each(|_| work());
    began.elapsed() / rounds
}
