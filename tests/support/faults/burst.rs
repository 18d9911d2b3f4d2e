//! All of a season's mail at once while a whole office looks at the page.

use std::time::{Duration, Instant};

use shouwen::rehearsal::season::OFFICE;

use super::visitors::Visitors;
use super::{Row, dovecot, harm, office, seconds};
use crate::ledger::{AT_THEIR_END, Ledger};
use crate::mailbag::Mailbag;
use crate::siege::nobody_is_left;
use crate::world::Post;
use crate::world::patience::wait_while_it_grows;

const MOMENT: &str = "05-14 09:00";
/// Each visitor reads what came for a while.
const REST: Duration = Duration::from_secs(1);
/// So long without a mail taken in, none will be.
const STUCK: Duration = Duration::from_secs(60);
/// What the unit file allows the daemon.
const MEMORY_MOST: u64 = 1024 * 1024 * 1024;
/// A page that takes longer sends people away.
const PAGE_WITHIN: Duration = Duration::from_secs(5);

/// How much of everything.
pub struct Burst {
    /// Mails that are there at once.
    pub mails: u32,
    /// People at the page.
    pub visitors: usize,
}

impl Burst {
    /// Plays it.
    pub fn run(&self) -> Row {
        let world = office(Post::dovecot());
        let bag = Mailbag::new(400);
        for posting in (0..self.mails).flat_map(|number| bag.postings(number)) {
            dovecot(&world).deliver(OFFICE, posting.folder, &posting.raw, posting.at);
        }
        let mut daemon = world.daemon(MOMENT);
        let log = daemon.wait_until_it_says("status page on");
        let began = Instant::now();
        let visitors = Visitors::come(&super::visitors::page_of(&log).unwrap(), self.visitors, REST);
        let ledger = Ledger::open(&world.data());
        let done = wait_while_it_grows(self.mails, STUCK, || ledger.count(AT_THEIR_END));
        assert!(done >= self.mails, "stuck at {done} of {}", self.mails);
        let took = began.elapsed();
        let seen = visitors.end();
        let memory = most_held(daemon.pid());
        daemon.stop();
        nobody_is_left(&world);
        let mut times = seen.times;
        times.sort();
        assert!(times.len() > self.visitors, "only {} pages were seen", times.len());
        let of = |share: usize| times[(times.len() - 1) * share / 100];
        let mut harm = harm(&world, MOMENT);
        harm.wrong.extend(seen.wrong);
        harm.wrong.extend((seen.cut > 0).then(|| format!("{} pages were cut off", seen.cut)));
        let (slowest, path) = seen.slowest;
        harm.wrong.extend((slowest > PAGE_WITHIN).then(|| format!("{path} took {}", seconds(slowest))));
        harm.wrong.extend((memory > MEMORY_MOST).then(|| format!("the daemon held {memory} bytes")));
        let remark = format!(
            "{} pages, half of them within {}, 99 of 100 within {}; memory at most {} MiB",
            times.len(),
            seconds(of(50)),
            seconds(of(99)),
            memory / (1024 * 1024)
        );
        let fault = format!("{} mails at once, {} people at the page", self.mails, self.visitors);
        Row { fault, rounds: 1, harm, recovery: format!("all registered after {}", seconds(took)), remark }
    }
}

/// The most memory that a process ever held.
fn most_held(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    most.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
