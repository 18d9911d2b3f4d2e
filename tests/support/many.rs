//! A season of many messages in a store, and how long a question takes: what the benches of status and of pages share.
// Each bench uses the part that it needs; helpers of benches may panic as tests may.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use jiff::civil::date;
use shouwen::domain::message::PartState;
use shouwen::store::{Captured, Reported};

use crate::world::{World, facts, inbox, minute, registration, unit};

/// As many as the targets speak of; `cargo test --all-targets` also comes by and only wants to see it run.
const MESSAGES: u32 = 100_000;
const MESSAGES_IN_PASSING: u32 = 1_000;
/// Units in the roster.
pub const UNITS: usize = 200;
/// How often each question is asked.
pub const ROUNDS: u32 = 11;

/// How many messages are asked for.
pub fn messages() -> u32 {
    if std::env::args().any(|arg| arg == "--bench") { MESSAGES } else { MESSAGES_IN_PASSING }
}

/// Registers so many messages.
pub fn build(world: &World, messages: u32) {
    let first_day = date(2023, 5, 14);
    for batch in (1..=messages).collect::<Vec<_>>().chunks(1000) {
        let mails: Vec<_> = batch.iter().map(|n| captured(*n)).collect();
        let ids = world.store.capture(&mails, minute(0)).unwrap();
        for (id, n) in ids.into_iter().zip(batch) {
            let (n, hash) = (*n as usize, format!("{n:064x}"));
            let day = first_day.checked_add(jiff::Span::new().days((n / UNITS % 7) as i64)).unwrap();
            let code = unit(n % UNITS);
            let wish = match n / UNITS % 4 {
                0 => (code.as_str(), "plan", None, "form4", PartState::Accepted, hash.as_str()),
                1 => (code.as_str(), "daily", Some(day), "article", PartState::Flawed, hash.as_str()),
                _ => (code.as_str(), "daily", Some(day), "photo", PartState::Accepted, hash.as_str()),
            };
            let mut facts = facts(1);
            if wish.3 == "photo" {
                facts.parts[0].media_type = "image/jpeg".to_owned();
                facts.parts[0].path = format!("活动现场照片{n}.jpg");
            }
            let mail = Reported { id, facts, hashes: vec![Some(hash.clone())] };
            world.store.save_facts(&[mail], minute(0)).unwrap();
            world.register(id, &registration(&[wish]));
        }
    }
}

fn captured(n: u32) -> Captured {
    Captured {
        sha256: format!("{n:064x}"),
        size: 1000,
        received_at: minute(n.into()),
        sighting: inbox(n),
        is_history: false,
        note: String::new(),
        announced: Default::default(),
    }
}

/// The median time of a question.
pub fn median(question: impl Fn() -> usize) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(question());
            started.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
