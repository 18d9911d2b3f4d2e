//! What the status of today costs when a season of 100,000 messages is registered: holdings and the standings of all
//! units, as a ratio to the least that any such question could cost here, a plain count over the messages. Fails
//! above the target, so that a slow index is found before staff find it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/store/world.rs"]
#[allow(dead_code)]
mod world;

use std::time::{Duration, Instant};

use jiff::civil::date;
use shouwen::domain::grant::Grants;
use shouwen::domain::message::PartState;
use shouwen::domain::obligation::obligations;
use shouwen::store::{Captured, MessageFilter, Reported};

use world::{World, facts, inbox, minute, registration, unit};

/// As many as the target speaks of; `cargo test --all-targets` also comes by and only wants to see it run.
const MESSAGES: u32 = 100_000;
const MESSAGES_IN_PASSING: u32 = 1_000;
const UNITS: usize = 200;
const TARGET: Duration = Duration::from_millis(50);
const ROUNDS: usize = 11;

fn main() {
    let messages = if std::env::args().any(|arg| arg == "--bench") { MESSAGES } else { MESSAGES_IN_PASSING };
    // Building is not what is measured, so it need not wait for a disk.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let world = world::world_in(dir.unwrap(), UNITS);
    let started = Instant::now();
    build(&world, messages);
    let each = started.elapsed() / messages;
    println!("built {messages} messages of {UNITS} units, {each:?} each");

    let status = median(|| {
        let holdings = world.store.holdings("week").unwrap();
        let units = world.campaign.roster.units.iter();
        units
            .map(|unit| {
                obligations(&world.campaign, unit, &holdings, &Grants::default(), minute(60 * 24 * 20)).len()
            })
            .sum()
    });
    // The one place outside the store with SQL: the yardstick must not be the store's own code.
    let raw = rusqlite::Connection::open(world.dir.path().join("shouwen.db")).unwrap();
    let count = median(|| {
        raw.query_row("SELECT count(*) FROM message", [], |row| row.get::<_, u32>(0)).unwrap() as usize
    });
    let ratio = status.as_secs_f64() / count.as_secs_f64();
    println!("status     {status:?}  (count(*) over the messages {count:?}, ratio {ratio:.1})");
    println!("waiting    {:?}", median(|| world.store.waiting_counts(None).unwrap().review as usize));
    println!("files      {:?}", median(|| world.store.files(&world.campaign, None).unwrap().len()));
    let newest = MessageFilter { newest: Some(100), ..MessageFilter::default() };
    println!("newest 100 {:?}", median(|| world.store.messages(&newest).unwrap().len()));
    println!("all        {:?}", median(|| world.store.messages(&MessageFilter::default()).unwrap().len()));
    let as_of = minute(i64::from(messages) / 2);
    let look_back = || world.store.holdings_as_of(&world.campaign, as_of).unwrap() != Default::default();
    println!("look back  {:?}", median(|| usize::from(look_back())));
    assert!(status <= TARGET, "status takes {status:?}, the target is {TARGET:?}");
}

fn build(world: &World, messages: u32) {
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
            let mail = Reported { id, facts: facts(1), hashes: vec![Some(hash.clone())] };
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
fn median(question: impl Fn() -> usize) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(question());
            started.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}
