//! The second stage of the river: hands each captured mail to a caged reader and takes its report. Several desks read
//! side by side, and a mail that holds one up holds up no other; reports are stored many to a commit. Only a reader's
//! death or stall seen here counts against a mail; after a crash of this process mail is simply read again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::downloaded::{self, adopt};
use super::queue::{Place, Queue};
use crate::clock::Clock;
use crate::domain::facts::MailFacts;
use crate::fault::{Fault, kill_point};
use crate::reader::ReadingDesk;
use crate::store::{Reported, Store, Waiting};

/// Readers that one mail may end before it is set aside.
pub(super) const DEATHS_MAX: u32 = 2;
/// Reports that one commit may store: the more, the more of them are entered on the same pages.
const REPORTS_MAX: usize = 1_000;
/// Bytes of reports that may wait for their commit, a little more than which a desk holds in memory.
const REPORT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a report may wait for its commit.
const REPORT_AGE_MAX: Duration = Duration::from_secs(1);

/// Reads every captured mail, oldest first, at all desks at once, and returns how many there were. `saved` is given
/// what each commit stored; `comes` tells whether more may be captured, for which idle desks stay; `stop` is asked before
/// each mail.
///
/// # Errors
/// What stops all reading: no reader can be started, the disk is full, the store fails. The mails so far are done.
pub fn read_all(
    store: &Store,
    desks: &mut [ReadingDesk],
    clock: &Clock,
    saved: &(dyn Fn(Vec<Reported>) + Sync),
    comes: &(dyn Fn() -> bool + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<usize, Fault> {
    let queue = Queue::new(store, desks.len(), comes);
    let room = Room { store, clock, saved, queue, reports: Mutex::default() };
    let porter = store.blobs().porter();
    // What stops one stops all, however much may come.
    let is_broken = AtomicBool::new(false);
    let stop = || is_broken.load(Ordering::Relaxed) || stop();
    thread::scope(|scope| {
        let shift = porter.shift();
        let seen_off =
            scope.spawn(|| porter.work().inspect_err(|_| is_broken.store(true, Ordering::Relaxed)));
        let read = |desk| {
            // A seat whose thread cannot be had is given up with it: nobody waits for it.
            let seat = Seat { room: &room, place: room.queue.enter(), desk };
            let work = || seat.read_all(&stop).inspect_err(|_| is_broken.store(true, Ordering::Relaxed));
            thread::Builder::new().spawn_scoped(scope, work)
        };
        let at_work: Vec<_> = desks.iter_mut().map(read).collect();
        let broken = |_| Err(Fault::Retry("a reading thread broke".to_owned()));
        let ended = at_work.into_iter().map(|desk| desk?.join().unwrap_or_else(broken));
        let ended: Vec<Result<usize, Fault>> = ended.collect();
        drop(shift);
        let seen_off = seen_off.join().unwrap_or_else(|_| Err(std::io::Error::other("the porter broke")));
        let read = ended.into_iter().sum::<Result<usize, Fault>>()?;
        seen_off?;
        Ok(read)
    })
}

/// What the desks share.
struct Room<'a> {
    store: &'a Store,
    clock: &'a Clock,
    saved: &'a (dyn Fn(Vec<Reported>) + Sync),
    queue: Queue<'a>,
    reports: Mutex<Reports>,
}

/// Reports that wait for their commit. Of all desks together: a desk that is held up keeps none back.
#[derive(Default)]
struct Reports {
    all: Vec<Reported>,
    bytes: usize,
    /// When the first of them came.
    since: Option<Instant>,
}

impl Reports {
    /// Whether there are enough for a commit now.
    fn add(&mut self, report: Reported) -> bool {
        let age = self.since.get_or_insert_with(Instant::now).elapsed();
        self.bytes += report.facts.bytes();
        self.all.push(report);
        self.all.len() >= REPORTS_MAX || self.bytes >= REPORT_BYTES_MAX || age >= REPORT_AGE_MAX
    }
}

impl Room<'_> {
    fn reports(&self) -> MutexGuard<'_, Reports> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores the reports in one commit; where one of them cannot be stored, one by one.
    fn save(&self) -> Result<(), Fault> {
        let reports = std::mem::take(&mut *self.reports()).all;
        if reports.is_empty() {
            return Ok(());
        }
        match self.store.save_facts(&reports, self.clock.now()) {
            Err(Fault::Park(_)) => {
                for report in &reports {
                    match self.store.save_facts(std::slice::from_ref(report), self.clock.now()) {
                        Err(Fault::Park(cause)) => self.park(report.id, &cause)?,
                        outcome => outcome?,
                    }
                }
            }
            outcome => outcome?,
        }
        self.queue.done(reports.iter().map(|report| report.id));
        (self.saved)(reports);
        Ok(())
    }

    fn park(&self, id: i64, cause: &str) -> Result<(), Fault> {
        tracing::warn!(mail = id, cause, "mail set aside");
        self.store.park(id, &format!("读取失败：{cause}"), self.clock.now())?;
        self.queue.done([id]);
        Ok(())
    }
}

/// A desk at work.
struct Seat<'a> {
    room: &'a Room<'a>,
    place: Place<'a>,
    desk: &'a mut ReadingDesk,
}

impl Seat<'_> {
    fn read_all(mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize, Fault> {
        let mut done = 0;
        while !stop() {
            let Some(mail) = self.room.queue.next()? else {
                self.room.save()?;
                if self.place.rest() { continue } else { break }
            };
            match self.read_one(&mail) {
                Err(Fault::Park(cause)) => self.room.park(mail.id, &cause)?,
                outcome => outcome?,
            }
            done += 1;
        }
        self.room.save()?;
        Ok(done)
    }

    fn read_one(&mut self, mail: &Waiting) -> Result<(), Fault> {
        let store = self.room.store;
        loop {
            // Opened anew for each try: the reader shares the place in the file with us.
            let raw = store.blobs().open(&mail.sha256)?;
            kill_point("read.handed");
            match self.desk.read(&raw)? {
                Ok(facts) => {
                    store.blobs().let_go(&raw)?;
                    kill_point("read.reported");
                    return self.keep(mail.id, facts);
                }
                Err(death) => {
                    let deaths = store.count_reader_death(mail.id)?;
                    tracing::warn!(mail = mail.id, deaths, cause = death.words(), "reader lost over a mail");
                    if deaths >= DEATHS_MAX {
                        return self.set_aside(mail, death.words());
                    }
                }
            }
        }
    }

    /// Moves the derived files into blobs and puts the report to those that wait for their commit.
    fn keep(&mut self, id: i64, mut facts: MailFacts) -> Result<(), Fault> {
        let store = self.room.store;
        let mut hashes = adopt(store, self.desk, &facts)?;
        downloaded::add(store, self.desk, id, &mut facts, &mut hashes)?;
        let is_enough = self.room.reports().add(Reported { id, facts, hashes });
        if is_enough { self.room.save() } else { Ok(()) }
    }

    /// Parks a mail that ends its readers, with what its header tells. A crash between the two steps leaves a mail
    /// whose facts say that it could not be read, which a person sees as well.
    fn set_aside(&mut self, mail: &Waiting, cause: &str) -> Result<(), Fault> {
        let Room { store, clock, queue, .. } = self.room;
        let reason = format!("邮件读不出：{cause}");
        let raw = store.blobs().open(&mail.sha256)?;
        if let Ok(mut facts) = self.desk.read_header(&raw)? {
            facts.trouble.push(reason.clone());
            store.save_facts(&[Reported { id: mail.id, facts, hashes: Vec::new() }], clock.now())?;
        }
        store.park(mail.id, &reason, clock.now())?;
        queue.done([mail.id]);
        Ok(())
    }
}
