//! Days on which nothing comes: a daemon that looks, beats and shows its page as ever must need no more at their end than at
//! their beginning. The clock is stepped, so that a day takes seconds; what is counted is memory, open files and the log of the
//! database.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::{Timestamp, ToSpan as _};
use shouwen::clock::Clock;
use shouwen::config;
use shouwen::daemon::{Daemon, House};
use shouwen::rehearsal::season::OFFICE;
use shouwen::store::Store;
use tokio::sync::watch;

use super::visitors::{PAGES, ask};
use super::{Harm, Row, dovecot, letters, minutes_in, moment, office, seconds};
use crate::mailbag::Mailbag;
use crate::world::patience::until;
use crate::world::{PATIENCE, Post, World};

/// A beat every so many seconds, as the daemon has them, a look every fourth time.
const BEAT_SECONDS: i64 = 30;
/// From then on nothing may grow: caches are filled.
const SETTLED_HOURS: i64 = 4;
/// What the connections' caches may still take: that of the one that writes has 16 MiB. They fill as the log grows, and no further:
/// four days need hardly more than two.
const MEMORY_MAY_GROW: u64 = 16 * 1024 * 1024;
/// SQLite begins its log anew at eight thousand pages (32 MiB); a digest or a reminder may write a few more.
const LOG_MOST: u64 = 36 * 1024 * 1024;

/// How long it is quiet.
pub struct Quiet {
    /// Hours.
    pub hours: i64,
}

/// What a process holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    memory: u64,
    files: usize,
    log: u64,
}

impl Quiet {
    /// Plays it.
    pub fn run(&self) -> Row {
        let world = office(Post::dovecot());
        let bag = Mailbag::new(400);
        for posting in (0..200).flat_map(|number| bag.postings(number)) {
            dovecot(&world).deliver(OFFICE, posting.folder, &posting.raw, posting.at);
        }
        // Two days after the last mail: a working day with its reminders and digest.
        let begin = minutes_in(5 * 24 * 60);
        world.once(&moment(begin));
        let before = world.messages();
        let began = Instant::now();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let held = runtime.block_on(self.live(&world, begin));
        drop(runtime);
        let mut harm = letters(&world, 0);
        let settled = held[usize::try_from(SETTLED_HOURS.min(self.hours / 2)).unwrap()];
        let last = *held.last().unwrap();
        grown(settled, last, held.iter().map(|held| held.log).max().unwrap(), &mut harm);
        if world.messages() != before {
            harm.wrong.push("the register changed".to_owned());
        }
        let mib = |bytes: u64| bytes as f64 / (1024.0 * 1024.0);
        let remark = format!(
            "memory {:.1} MiB, then {:.1}; open files {}, then {}; log at most {:.1} MiB",
            mib(settled.memory),
            mib(last.memory),
            settled.files,
            last.files,
            mib(held.iter().map(|held| held.log).max().unwrap())
        );
        Row {
            fault: format!("{} h without mail, clock stepped by {BEAT_SECONDS} s", self.hours),
            rounds: u64::try_from(self.hours * 3600 / BEAT_SECONDS).unwrap(),
            harm,
            recovery: format!("none needed; played in {}", seconds(began.elapsed())),
            remark,
        }
    }

    /// Lets a daemon live; what the process held at the end of each hour.
    async fn live(&self, world: &World, begin: Timestamp) -> Vec<Held> {
        let config = config::load(&world.file("shouwen.toml")).unwrap();
        let store = Store::open(&config.data_dir).unwrap();
        let house = Arc::new(House { config, store, clock: Clock::stepped(begin) });
        let daemon = Daemon::new(Arc::clone(&house));
        let (stop, stopped) = watch::channel(false);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let bell = daemon.bell();
        let task = tokio::spawn(async move { daemon.run(listener, stopped).await.unwrap() });
        let mut held = Vec::new();
        for step in 0..self.hours * 3600 / BEAT_SECONDS {
            let now = begin + (step * BEAT_SECONDS).seconds();
            house.clock.step_to(now);
            if step % 4 == 0 {
                bell.nudge();
                looked(&house, now).await;
            }
            assert!(bell.beat().await);
            if step % (3600 / BEAT_SECONDS) == 0 {
                for path in PAGES {
                    let place = place.clone();
                    let head = tokio::task::spawn_blocking(move || ask(&place, path)).await.unwrap().unwrap();
                    assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
                }
                held.push(here(&world.data()));
            }
        }
        held.push(here(&world.data()));
        stop.send(true).unwrap();
        tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap();
        held
    }
}

/// Waits until every folder was looked at at that moment.
async fn looked(house: &House, at: Timestamp) {
    let is_looked = || {
        let folders = house.store.folder_states().unwrap();
        !folders.is_empty() && folders.iter().all(|folder| folder.tried_at >= at)
    };
    until(&format!("a look at {at}"), PATIENCE, is_looked).await;
}

/// What this process holds, with the log of that store.
fn here(data: &Path) -> Held {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let memory = memory.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024;
    let files = std::fs::read_dir("/proc/self/fd").unwrap().count();
    let log = std::fs::metadata(data.join("shouwen.db-wal")).map_or(0, |found| found.len());
    Held { memory, files, log }
}

fn grown(settled: Held, last: Held, log: u64, harm: &mut Harm) {
    if last.memory > settled.memory + MEMORY_MAY_GROW {
        harm.wrong.push(format!("memory grew from {} to {}", settled.memory, last.memory));
    }
    if last.files > settled.files + 2 {
        harm.wrong.push(format!("open files grew from {} to {}", settled.files, last.files));
    }
    if log > LOG_MOST {
        harm.wrong.push(format!("the log of the database grew to {log} bytes"));
    }
}
