//! The whole daemon is killed with -9 again and again while mail keeps coming to a real Dovecot, letters leave, and people ask
//! for pages. Each life has a later moment, so that the season's steps of chasing fall due among the kills. When a life ends is
//! a matter of counted work, never of time: a quicker or slower machine is killed over the same.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;

use super::visitors::{Visitors, ask, page_of};
use super::{Row, dovecot, harm, middle_and_longest, minutes_in, moment, office, unsure};
use crate::ledger::Ledger;
use crate::mailbag::Mailbag;
use crate::siege::nobody_is_left;
use crate::world::{Daemon, PATIENCE, Post, World};

/// Days over which the lives are spread, and the minutes of each: from nine on, while letters may leave.
const DAYS: u32 = 25;
const MINUTES_A_DAY: u32 = 8 * 60;
/// Of so many lives one is for letters, …
const LETTERS_EVERY: u32 = 3;
/// … of which so many leave at most before the kill.
const LETTERS_MOST: u32 = 3;
/// Mail of one life arrives within this minute before it, a second each.
const MAILS_MOST: u32 = 59;
/// No life has so many minutes.
const SOON: SignedDuration = SignedDuration::from_mins(10);
const VISITORS: usize = 3;
const REST: Duration = Duration::from_millis(20);

const REGISTERED: &str = "message WHERE stage = 'registered'";
const MAIL_IN_HANDS: &str = "message WHERE stage IN ('captured', 'read')";
const LETTERS_IN_HANDS: &str = "outbox WHERE state IN ('queued', 'sending')";
/// What is counted until a life ends: places seen, mails read, mails at their end.
const COUNTED: [&str; 3] = ["sighting", "message WHERE stage <> 'captured'", REGISTERED];

/// How much of everything.
pub struct Kills {
    /// Kills.
    pub kills: u32,
    /// Mails that are on their way to each life, more or less.
    pub mails_each: u32,
}

/// With what a life ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// As soon as its page is bound, with nothing done yet.
    Born,
    /// Once so many more of something are counted.
    Counted(&'static str, u32),
    /// Once so many letters have reached the receiver, or none is due.
    Letters(u32),
}

/// An office that is killed, and what was seen of it.
struct Office {
    world: World,
    bag: Mailbag,
    ledger: Ledger,
    /// Mails that were put into its mailbox.
    delivered: u32,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    recoveries: Vec<Duration>,
    pages: usize,
    wrong: Vec<String>,
    /// Kills with mail that was not registered, those of them with mail that was captured or read, and those with letters
    /// that were not settled.
    over_mail: u32,
    mail_in_hands: u32,
    over_letters: u32,
    for_letters: u32,
}

impl Kills {
    /// Plays it.
    pub fn run(&self) -> Row {
        let world = office(Post::dovecot());
        let mut chance = Chance::of(&["kills under load"]);
        // Whose mailbox has never had a mail is no office yet.
        let bag = Mailbag::new(400);
        for posting in bag.postings(0) {
            dovecot(&world).deliver(OFFICE, posting.folder, &posting.raw, posting.at);
        }
        world.once_without_sending(&moment(self.at(0)));
        let ledger = Ledger::open(&world.data());
        let mut office = Office { world, bag, ledger, delivered: 1, seen: Seen::default() };
        for life in 1..=self.kills {
            office.live(life, self, end_of(life, self.mails_each, &mut chance));
        }
        let Office { world, delivered, seen, .. } = office;
        let among_kills = world.receiver.received().len();
        let end = moment(self.at(self.kills + 1));
        world.once(&end);
        let for_mail = self.kills - seen.for_letters;
        let remark = format!(
            "{delivered} mails, {among_kills} letters among the kills, {} of them unsure, {} pages, {} kills over mail, {} over letters",
            unsure(&world),
            seen.pages,
            seen.over_mail,
            seen.over_letters
        );
        println!("{remark}; mail in hands at {}, {} lives for letters", seen.mail_in_hands, seen.for_letters);
        assert!(seen.over_mail == for_mail, "the kills came too late: {} of {for_mail}", seen.over_mail);
        assert!(seen.mail_in_hands > for_mail / 2, "only {} had mail in their hands", seen.mail_in_hands);
        assert!(seen.over_letters > self.kills / 50, "only {} kills came over letters", seen.over_letters);
        assert!(among_kills as u32 >= seen.for_letters, "only {among_kills} letters left among the kills");
        let (pages, up) = (seen.pages, seen.recoveries.len());
        assert!(pages > self.kills as usize / 2 && up > 0, "only {pages} pages were seen");
        let mut harm = harm(&world, &end);
        harm.wrong.extend(seen.wrong);
        let recovery = format!("page up after {}", middle_and_longest(seen.recoveries));
        Row { fault: "kill -9 under load".into(), rounds: self.kills.into(), harm, recovery, remark }
    }

    /// When a life begins.
    fn at(&self, life: u32) -> Timestamp {
        let minutes = i64::from(life) * i64::from(DAYS * MINUTES_A_DAY) / i64::from(self.kills + 1);
        let (day, minute) = (minutes / i64::from(MINUTES_A_DAY), minutes % i64::from(MINUTES_A_DAY));
        minutes_in(day * 24 * 60 + minute)
    }
}

fn end_of(life: u32, mails_each: u32, chance: &mut Chance) -> End {
    if life % LETTERS_EVERY == LETTERS_EVERY - 1 {
        return End::Letters(chance.between(1, LETTERS_MOST + 1));
    }
    match chance.between(0, COUNTED.len() as u32 + 1) as usize {
        0 => End::Born,
        what => End::Counted(COUNTED[what - 1], chance.between(1, mails_each)),
    }
}

impl Office {
    /// One life, from its start to its kill.
    fn live(&mut self, life: u32, story: &Kills, end: End) {
        let (at, first) = (story.at(life), self.delivered);
        let letters = self.world.receiver.received().len();
        let is_for_letters = matches!(end, End::Letters(_));
        let begin = if is_for_letters { story.mails_each } else { story.mails_each / 3 };
        self.deliver(at, first, begin);
        let before = match end {
            End::Counted(what, _) => self.ledger.count(what),
            _ => 0,
        };
        let began = Instant::now();
        let daemon = self.world.daemon(&moment(at));
        let (mut visitors, mut is_at_rest) = (None, false);
        loop {
            std::thread::sleep(Duration::from_millis(2));
            assert!(began.elapsed() < 4 * PATIENCE, "{end:?} never came:\n{}", daemon.log());
            let Some(place) = page_of(&daemon.log()) else { continue };
            if visitors.is_none() && ask(&place, "/metrics").is_ok() {
                self.seen.recoveries.push(began.elapsed());
                visitors = Some(Visitors::come(&place, VISITORS, REST));
            }
            let has_come = match end {
                End::Born => true,
                End::Counted(what, more) => self.ledger.count(what) >= before + more,
                End::Letters(most) => {
                    is_at_rest = self.is_at_rest(at);
                    is_at_rest || self.world.receiver.received().len() >= letters + most as usize
                }
            };
            if has_come && self.is_caught(&daemon, first, end) {
                break;
            }
            // Mail comes as quickly as it is taken in, so that there always is some on its way.
            if !is_for_letters && self.ledger.count(REGISTERED) + story.mails_each / 3 > self.delivered {
                self.deliver(at, first, 1);
            }
        }
        let is_any = |what: &str| u32::from(self.ledger.count(what) > 0);
        if is_for_letters {
            self.seen.for_letters += 1;
            self.seen.over_letters += u32::from(!is_at_rest) * is_any(LETTERS_IN_HANDS);
        } else {
            self.seen.over_mail += u32::from(self.is_over_mail());
            self.seen.mail_in_hands += is_any(MAIL_IN_HANDS);
        }
        daemon.kill();
        if let Some(seen) = visitors.map(Visitors::end) {
            self.seen.pages += seen.times.len();
            self.seen.wrong.extend(seen.wrong);
        }
        nobody_is_left(&self.world);
    }

    /// Puts so many more mails into the mailbox, as far as the minute of this life has seconds.
    fn deliver(&mut self, at: Timestamp, first: u32, more: u32) {
        for number in self.delivered..(self.delivered + more).min(first + MAILS_MOST) {
            for posting in self.bag.postings(number) {
                let received = at - jiff::Span::new().seconds(i64::from(MAILS_MOST - (number - first)));
                dovecot(&self.world).deliver(OFFICE, posting.folder, &posting.raw, received);
            }
            self.delivered = number + 1;
        }
    }

    /// Whether all mail is registered and no letter may leave at this hour.
    fn is_at_rest(&self, at: Timestamp) -> bool {
        if self.is_over_mail() {
            return false;
        }
        let now = crate::world::at(&moment(at));
        let due = self.world.run(&["remind", "--preview", "--json", "--now", &now]).json();
        let queued = self.world.run(&["outbox", "--json", "--now", &now]).json();
        let soon = at + SOON;
        let leaves =
            |row: &Value| row["leaves_at"].as_str().is_some_and(|at| at.parse::<Timestamp>().unwrap() < soon);
        let has = |rows: &Value, is: &dyn Fn(&Value) -> bool| rows.as_array().unwrap().iter().any(is);
        !has(&due, &|row| row["state"] == "due") && !has(&queued, &leaves)
    }

    /// Holds the daemon still and looks whether it is over its work: then it may be killed as it stands. Else it goes on, unless
    /// there is no more work to be had.
    fn is_caught(&self, daemon: &Daemon, first: u32, end: End) -> bool {
        let pid = Pid::from_raw(i32::try_from(daemon.pid()).unwrap()).unwrap();
        kill_process(pid, Signal::STOP).unwrap();
        let began = Instant::now();
        while !is_stopped(daemon.pid()) {
            assert!(began.elapsed() < PATIENCE, "does not hold still");
            std::thread::yield_now();
        }
        let is_caught = match end {
            End::Born => self.is_over_mail(),
            End::Counted(..) => self.ledger.count(MAIL_IN_HANDS) > 0 || self.delivered == first + MAILS_MOST,
            End::Letters(_) => true,
        };
        if !is_caught {
            kill_process(pid, Signal::CONT).unwrap();
        }
        is_caught
    }

    fn is_over_mail(&self) -> bool {
        self.ledger.count(REGISTERED) < self.delivered
    }
}

/// Whether every thread of a process was stopped by a signal.
fn is_stopped(pid: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().map(|task| task.unwrap().path());
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.join("stat")).ok());
    let states: Vec<bool> =
        stats.filter_map(|stat| Some(stat.rsplit_once(") ")?.1.starts_with('T'))).collect();
    !states.is_empty() && states.into_iter().all(|is_stopped| is_stopped)
}
