//! Dovecot and the SMTP receiver go away and come back every few seconds while mail comes and letters leave; the daemon goes on
//! living.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;

use super::{Row, dovecot, harm, middle_and_longest, minutes_in, moment, office, unsure};
use crate::gate::Gate;
use crate::ledger::{AT_THEIR_END, Ledger};
use crate::mailbag::Mailbag;
use crate::world::{Daemon, Post, World, wait_for};

/// After so long without the servers' doing the office must have all there is: the longest wait after one failure is a minute.
const RECOVERED_WITHIN: Duration = Duration::from_secs(150);
/// Each daemon lives for a while on a day of its own, so that letters fall due.
const LIFE: Duration = Duration::from_secs(40);

/// How long it goes on.
pub struct Restarts {
    /// Time of the whole.
    pub lasts: Duration,
}

impl Restarts {
    /// Plays it.
    pub fn run(&self) -> Row {
        let mut world = office(Post::dovecot());
        let mut gate = Gate::open(SocketAddr::from(([127, 0, 0, 1], 0)), world.receiver.addr());
        let port = |port: u16| format!("port = {port}, tls");
        world.reconfigure(&port(world.receiver.addr().port()), &port(gate.addr().port()));
        let bag = Mailbag::new(400);
        let mut chance = Chance::of(&["restarts"]);
        let (mut restarts, mut mails, mut recoveries, mut life) = (0, 0, Vec::new(), 0_i64);
        let began = Instant::now();
        while began.elapsed() < self.lasts {
            let at = minutes_in(life * 24 * 60);
            let mut daemon = world.daemon(&moment(at));
            let born = Instant::now();
            while born.elapsed() < LIFE && began.elapsed() < self.lasts {
                for _ in 0..chance.between(1, 20) {
                    deliver(&world, &bag, mails, at);
                    mails += 1;
                }
                std::thread::sleep(Duration::from_millis(u64::from(chance.between(1500, 4000))));
                let Post::Dovecot(server) = &mut world.post else { unreachable!() };
                server.restart();
                gate.shut();
                std::thread::sleep(Duration::from_millis(u64::from(chance.between(100, 900))));
                gate.reopen();
                restarts += 2;
                assert!(daemon.is_alive(), "{}", daemon.log());
            }
            recoveries.push(recovered(&world, &mut daemon, mails));
            daemon.stop();
            life += 1;
        }
        let end = moment(minutes_in(life * 24 * 60));
        world.once(&end);
        let sent = world.receiver.received().len();
        assert!(sent > 5, "only {sent} letters left");
        let remark = format!("{mails} mails, {sent} letters, {} of them unsure", unsure(&world));
        let harm = harm(&world, &end);
        let fault = format!("Dovecot and SMTP restarted for {:.0} min", self.lasts.as_secs_f64() / 60.0);
        let recovery = format!("all mail registered after {}", middle_and_longest(recoveries));
        Row { fault, rounds: restarts, harm, recovery, remark }
    }
}

fn deliver(world: &World, bag: &Mailbag, number: u32, day: jiff::Timestamp) {
    for posting in bag.postings(number) {
        let at = day - jiff::Span::new().seconds(60 * 60 - i64::from(number % 3600));
        dovecot(world).deliver(OFFICE, posting.folder, &posting.raw, at);
    }
}

/// How long until all mails are registered, now that the servers stay.
fn recovered(world: &World, daemon: &mut Daemon, mails: u32) -> Duration {
    daemon.wait_until_it_says("status page on");
    let ledger = Ledger::open(&world.data());
    let began = Instant::now();
    wait_for(RECOVERED_WITHIN, || {
        let done = ledger.count(AT_THEIR_END);
        if done < mails { Err(format!("only {done} of {mails} mails")) } else { Ok(()) }
    });
    began.elapsed()
}
