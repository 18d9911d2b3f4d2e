//! The machine's clock jumps by a day or a year, forth and back, under a daemon that lives: libfaketime tells the real binary
//! another time, from a file that changes while it runs. What was sent stays sent, what came is filed by when the server had it,
//! and nothing is thrown away.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;

use super::{Row, dovecot, harm, middle_and_longest, minutes_in, moment, office, unsure};
use crate::ledger::{AT_THEIR_END, Ledger};
use crate::mailbag::Mailbag;
use crate::world::{Daemon, Post, World, wait_for};

const DAY: i64 = 24 * 60 * 60;
/// Where the clock jumps to, in seconds from where it belongs.
const JUMPS: [(&str, i64); 4] =
    [("+1 day", DAY), ("-1 day", -DAY), ("+1 year", 365 * DAY), ("-1 year", -365 * DAY)];
/// The longest wait between two looks is a poll of ten seconds; mail makes it shorter.
const NOTICED_WITHIN: Duration = Duration::from_secs(40);

/// How often it jumps there and back.
pub struct Jumps {
    /// Rounds of each jump.
    pub rounds: u32,
}

impl Jumps {
    /// Plays it. None where libfaketime is not installed.
    pub fn run(&self) -> Option<Row> {
        let library = library()?;
        let mut world = office(Post::dovecot());
        let offset = world.file("offset");
        let preload = format!("LD_PRELOAD={}", library.display());
        let from = format!("FAKETIME_TIMESTAMP_FILE={}", offset.display());
        // Waits are real; only what is asked for the time of day is told another.
        let words = ["env", &preload, &from, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
        world.under = words.map(str::to_owned).to_vec();
        let set = |at: Timestamp| {
            let seconds = at.as_second() - Timestamp::now().as_second();
            std::fs::write(&offset, format!("{seconds:+}\n")).unwrap();
        };
        let bag = Mailbag::new(400);
        let mut chance = Chance::of(&["clock"]);
        let (mut mails, mut jumps, mut seen) = (0, 0, Vec::new());
        for round in 0..self.rounds {
            // A working day at nine; the next round is a day later.
            let home = minutes_in(i64::from(3 + round) * 24 * 60);
            set(home);
            let mut daemon = world.spawn(&mut world.program(&["run"]));
            daemon.wait_until_it_says("status page on");
            for (_, jump) in JUMPS {
                for away in [jump, 0] {
                    set(home + jiff::Span::new().seconds(away));
                    jumps += 1;
                    for _ in 0..chance.between(1, 6) {
                        for posting in bag.postings(mails) {
                            let at = home - jiff::Span::new().seconds(3600 - i64::from(mails % 3600));
                            dovecot(&world).deliver(OFFICE, posting.folder, &posting.raw, at);
                        }
                        mails += 1;
                    }
                    seen.push(registered(&world, &mut daemon, mails));
                }
            }
            daemon.stop();
        }
        world.under.clear();
        // Behind all that a jump by a day has stamped.
        let end = moment(minutes_in(i64::from(4 + self.rounds) * 24 * 60 + 10));
        world.once(&end);
        let sent = world.receiver.received().len();
        // A clock behind the newest stamp holds sending (contract 1): a year ahead has stamped what came meanwhile.
        let held = world.run(&["remind", "--preview", "--now", &crate::world::at(&end)]).said();
        assert!(sent > 0 || held.contains("本机时钟早于库中最新记录"), "no letter left:\n{held}");
        let names: Vec<&str> = JUMPS.iter().map(|(name, _)| *name).collect();
        let remark = format!("{mails} mails, {sent} letters, {} of them unsure", unsure(&world));
        let harm = harm(&world, &end);
        let fault = format!("clock jumps {} and back while it runs", names.join(", "));
        let recovery = format!("mail registered after {}", middle_and_longest(seen));
        Some(Row { fault, rounds: jumps, harm, recovery, remark })
    }
}

/// How long until all mails are registered.
fn registered(world: &World, daemon: &mut Daemon, mails: u32) -> Duration {
    let ledger = Ledger::open(&world.data());
    let began = Instant::now();
    wait_for(NOTICED_WITHIN, || {
        assert!(daemon.is_alive(), "{}", daemon.log());
        let done = ledger.count(AT_THEIR_END);
        if done < mails { Err(format!("only {done} of {mails}:\n{}", daemon.log())) } else { Ok(()) }
    });
    began.elapsed()
}

fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    folders.map(|folder| folder.path().join("faketime/libfaketime.so.1")).find(|file| file.exists())
}
