//! The whole daemon is killed with -9 again and again while mail keeps coming to a real Dovecot, letters leave, and people ask
//! for pages. Each life has a later moment, so that the season's steps of chasing fall due among the kills.

use std::time::{Duration, Instant};

use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;

use super::visitors::{Visitors, ask, page_of};
use super::{Row, dovecot, harm, middle_and_longest, minutes_in, moment, office, unsure};
use crate::ledger::Ledger;
use crate::mailbag::Mailbag;
use crate::siege::nobody_is_left;
use crate::world::{PATIENCE, Post, World};

/// Days over which the lives are spread.
const DAYS: u32 = 25;
const VISITORS: usize = 3;
const REST: Duration = Duration::from_millis(20);

/// How much of everything.
pub struct Kills {
    /// Kills.
    pub kills: u32,
    /// Mails that come in each life.
    pub mails_each: u32,
}

impl Kills {
    /// Plays it.
    pub fn run(&self) -> Row {
        let world = office(Post::dovecot());
        let bag = Mailbag::new(400);
        let mut chance = Chance::of(&["kills under load"]);
        let at =
            |life: u32| minutes_in(i64::from(life) * i64::from(DAYS) * 24 * 60 / i64::from(self.kills + 1));
        let deliver = |life: u32, share: std::ops::Range<u32>| {
            for number in share {
                let number = life * self.mails_each + number;
                for posting in bag.postings(number) {
                    // Seconds of their own, before the daemon of this life looks.
                    let received =
                        at(life) - jiff::Span::new().seconds(60 - i64::from(number % self.mails_each));
                    dovecot(&world).deliver(OFFICE, posting.folder, &posting.raw, received);
                }
            }
        };
        deliver(0, 0..self.mails_each);
        let span = undisturbed(&world, &moment(at(0)), self.mails_each);
        let (mut recoveries, mut pages, mut wrong, mut over_work) = (Vec::new(), 0, Vec::new(), 0);
        let ledger = Ledger::open(&world.data());
        for life in 1..=self.kills {
            deliver(life, 0..self.mails_each / 3);
            let began = Instant::now();
            let daemon = world.daemon(&moment(at(life)));
            deliver(life, self.mails_each / 3..self.mails_each);
            // Some live long enough for letters to leave.
            let (least, most) = if life % 4 == 0 { (700, 2500) } else { (50, 700) };
            let end = span.mul_f64(f64::from(chance.between(least, most)) / 1000.0);
            let mut visitors = None;
            while began.elapsed() < end {
                if visitors.is_none()
                    && let Some(place) = page_of(&daemon.log())
                    && ask(&place, "/metrics").is_ok()
                {
                    recoveries.push(began.elapsed());
                    visitors = Some(Visitors::come(&place, VISITORS, REST));
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            over_work +=
                u32::from(ledger.count("message WHERE stage = 'registered'") < (life + 1) * self.mails_each);
            daemon.kill();
            if let Some(seen) = visitors.map(Visitors::end) {
                pages += seen.times.len();
                wrong.extend(seen.wrong);
            }
            nobody_is_left(&world);
        }
        let end = moment(at(self.kills + 1));
        world.once(&end);
        assert!(over_work > self.kills / 2, "the kills came too late: {over_work} of {}", self.kills);
        assert!(pages > self.kills as usize / 2 && !recoveries.is_empty(), "only {pages} pages were seen");
        let sent = world.receiver.received().len();
        assert!(sent > 0, "no letter left");
        let remark = format!(
            "{} mails, {sent} letters, {} of them unsure, {pages} pages, {over_work} kills over work",
            (self.kills + 1) * self.mails_each,
            unsure(&world)
        );
        let mut harm = harm(&world, &end);
        harm.wrong.extend(wrong);
        let recovery = format!("page up after {}", middle_and_longest(recoveries));
        Row { fault: "kill -9 under load".into(), rounds: self.kills.into(), harm, recovery, remark }
    }
}

/// How long one life takes over its mail when nobody kills it.
fn undisturbed(world: &World, moment: &str, mails: u32) -> Duration {
    let began = Instant::now();
    let mut daemon = world.daemon(moment);
    daemon.wait_until_it_says("status page on");
    let ledger = Ledger::open(&world.data());
    while ledger.count("message WHERE stage = 'registered'") < mails {
        assert!(began.elapsed() < PATIENCE, "only {} mails", ledger.count("message"));
        std::thread::sleep(Duration::from_millis(5));
    }
    let span = began.elapsed();
    daemon.stop();
    span
}
