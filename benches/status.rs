//! What the status of today costs when a season of 100,000 messages is registered: holdings and the standings of all
//! units, as a ratio to the least that any such question could cost here, a plain count over the messages. Fails
//! above the target, so that a slow index is found before staff find it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/many.rs"]
mod many;
#[path = "../tests/store/world.rs"]
#[allow(dead_code)]
mod world;

use std::time::{Duration, Instant};

use many::{UNITS, build, median, messages};
use shouwen::domain::grant::Grants;
use shouwen::domain::obligation::obligations;
use shouwen::store::MessageFilter;

use world::minute;

const TARGET: Duration = Duration::from_millis(50);

fn main() {
    let messages = messages();
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
