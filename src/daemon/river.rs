//! Turning the river: what was captured is read at several desks and registered at the same time, while mail goes on
//! arriving. Daemon and `once` turn it the same way; the daemon does so beat after beat.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{Receiver, UnboundedSender};
use tokio::sync::{Mutex, Notify, watch};

use super::{
    Asked, House, Passed, Stop, Supervisor, blocking, downloading, long_stopped, pass_all, sending, stopped,
};
use crate::fault::Fault;
use crate::intake::news::news;
use crate::intake::register::Registrar;
use crate::intake::{read, watch::Progress};
use crate::reader::ReadingDesk;

/// Fewest and most mails that are read side by side: two, so that one that holds up its reader holds up no other;
/// beyond four, filing them is what takes the time.
const DESKS: (usize, usize) = (2, 4);

/// Progress is told no more often than this: a commit may take a few milliseconds, and counting the mails on their way too.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Longest rest between two beats: reminders open at an hour of the day, not when mail comes.
const BEAT_EVERY: Duration = Duration::from_secs(30);
/// A clock that went on by so much more than this process did was set, or the machine slept.
const SLEPT: SignedDuration = SignedDuration::from_mins(10);
/// Rest after a beat that met a fault.
const AFTER_FAULT: Duration = Duration::from_secs(60);

/// The river with its desks and their caged readers, for one turn after another.
pub struct River {
    house: Arc<House>,
    desks: Vec<ReadingDesk>,
}

impl River {
    /// A river at rest. No reader is started before there is mail.
    pub fn new(house: &Arc<House>) -> Self {
        Self { house: Arc::clone(house), desks: desks(house) }
    }

    /// Reads and registers all that was captured, and what is captured meanwhile; returns how many mails were
    /// registered. `progress` is told how many of how many; `stop` is asked before each mail and each commit.
    ///
    /// # Errors
    /// What the store or the readers report. What was registered until then stays so.
    pub fn turn(
        &mut self,
        progress: &dyn Fn(u64, u64),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<usize, Fault> {
        let mut registered = 0;
        self.turn_while(&|| false, &mut registered, progress, stop)?;
        Ok(registered)
    }

    /// The same for as long as more may be captured, as far as `comes` tells. What was registered is added to `registered`,
    /// also before a fault. A panic is one too: whatever comes after a turn, alarms above all, comes after it as well.
    fn turn_while(
        &mut self,
        comes: &(dyn Fn() -> bool + Sync),
        registered: &mut usize,
        progress: &dyn Fn(u64, u64),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Fault> {
        let turned = guarded(|| self.turn_unguarded(comes, registered, progress, stop));
        turned.unwrap_or_else(|fault| {
            // A reader may be in the middle of a mail: its answer must not be taken for the next one's.
            self.desks = desks(&self.house);
            Err(fault)
        })
    }

    fn turn_unguarded(
        &mut self,
        comes: &(dyn Fn() -> bool + Sync),
        registered: &mut usize,
        progress: &dyn Fn(u64, u64),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Fault> {
        let House { config, store, clock } = &*self.house;
        store.blobs().demand_room()?;
        let mut registrar = Registrar::new(store, &config.campaigns, &config.mailboxes, clock)?;
        let mut told: Option<Instant> = None;
        let before = *registered;
        let mut tell = |done: usize| {
            *registered = before + done;
            if told.is_some_and(|at| at.elapsed() < TELL_EVERY) {
                return;
            }
            told = Some(Instant::now());
            let on_the_way = store.waiting_counts(None).map_or(0, |counts| counts.on_the_way);
            let done = *registered as u64;
            progress(done, done + on_the_way);
        };
        let is_broken = AtomicBool::new(false);
        let stop = || is_broken.load(Ordering::Relaxed) || stop();
        let desks = &mut self.desks;
        thread::scope(|scope| {
            let (herald, news) = news();
            let (stop, is_broken) = (&stop, &is_broken);
            let reading = scope.spawn(move || {
                read::read_all(store, desks, clock, &|stored| herald.tell(stored), comes, stop)
            });
            let registered = registrar.register_all(&news, &mut tell, stop);
            is_broken.store(registered.is_err(), Ordering::Relaxed);
            let read = reading.join().unwrap_or_else(|_| Err(Fault::Retry("reading broke".to_owned())));
            read.and(registered).map(drop)
        })
    }
}

fn desks(house: &House) -> Vec<ReadingDesk> {
    let (fewest, most) = DESKS;
    let desks = thread::available_parallelism().map_or(fewest, |cores| cores.get().clamp(fewest, most));
    let scratch = house.store.blobs().scratch_dir();
    (0..desks).map(|n| ReadingDesk::new(&scratch.join(format!("reader-{n}")))).collect()
}

/// What `work` gives, or that it broke.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    let broken = |_| Fault::Retry("filing broke: an error in this program, told above".to_owned());
    catch_unwind(AssertUnwindSafe(work)).map_err(broken)
}

/// Since when this process has been at work without the machine being asleep: hours in which nobody looked are no outage.
struct Awake {
    since: Timestamp,
    /// The clock and this process's own time when they were last compared.
    last: (Timestamp, Instant),
}

impl Awake {
    fn since(now: Timestamp, own: Instant) -> Self {
        Self { since: now, last: (now, own) }
    }

    /// Compares the clock with the time of this process, which does not go on while the machine sleeps.
    fn compare(&mut self, now: Timestamp, own: Instant) {
        let (then, own_then) = self.last;
        let passed = SignedDuration::try_from(own.duration_since(own_then)).unwrap_or(SignedDuration::MAX);
        if now.duration_since(then).saturating_sub(passed) >= SLEPT {
            self.since = now;
        }
        self.last = (now, own);
    }
}

/// One pass over every mailbox, side by side, and all that they bring read and registered meanwhile: what became of
/// each, and how many mails were registered. `fetched` and `filed` are told how many of how many.
///
/// # Errors
/// What turning the river reports. A [`Fault::Halt`] of it ends the passes too; after anything else it is tried again.
pub fn once(
    house: &Arc<House>,
    fetched: &Progress<'_>,
    filed: &dyn Fn(u64, u64),
) -> Result<(Vec<Passed>, usize), Fault> {
    let mut river = River::new(house);
    let (stop_passes, stop) = watch::channel(false);
    thread::scope(|scope| {
        let (arrived, news) = mpsc::channel();
        let passing = scope.spawn(move || {
            let progress = |done, all| {
                fetched(done, all);
                let _ = arrived.send(());
            };
            pass_all(house, &progress, stop)
        });
        let mut registered = 0;
        let trouble = loop {
            let comes = || !passing.is_finished();
            let turned = river.turn_while(&comes, &mut registered, filed, &|| false);
            if matches!(turned, Err(Fault::Halt(_))) {
                let _ = stop_passes.send(true);
            }
            // The passes have ended, and this turn began after their last mail.
            if news.recv().is_err() {
                break turned.err();
            }
            while news.try_recv().is_ok() {}
        };
        if trouble.is_none() && downloading::download_once(house)? > 0 {
            registered += river.turn(&|_, _| {}, &|| false)?;
        }
        let passed = passing.join().map_err(|_| Fault::Retry("fetching broke".to_owned()))?;
        trouble.map_or(Ok((passed, registered)), Err)
    })
}

/// Who hears of each beat.
pub(super) struct Ears<'a> {
    /// The sender: mail leaves from fresh knowledge only.
    pub fresh: UnboundedSender<Beaten>,
    /// The caretaker.
    pub beat: &'a Notify,
    /// Whoever watches over the process.
    pub supervisor: &'a Arc<Supervisor>,
}

/// A beat that has ended.
pub(super) struct Beaten {
    /// Whether all was registered. Else only alarms may leave.
    pub is_good: bool,
    /// Who waits for it.
    pub asked: Vec<Asked>,
}

/// One beat after another: whenever mail has arrived, somebody asks or it is time. After each one whoever asked is handed on
/// to the sender.
pub(super) async fn file_all(
    house: &Arc<House>,
    arrived: &Notify,
    mut requests: Receiver<Asked>,
    ears: Ears<'_>,
    stop: &Stop,
) {
    let Ears { fresh, beat: caretaker, supervisor } = ears;
    let river = Arc::new(Mutex::new(River::new(house)));
    let mut awake = Awake::since(house.clock.now(), Instant::now());
    let mut asked: Vec<Asked> = Vec::new();
    while !*stop.work.borrow() {
        if house.clock.ticks() {
            awake.compare(house.clock.now(), Instant::now());
        }
        let done = tokio::select! {
            done = beat(house, &river, awake.since, supervisor, &stop.work) => done,
            () = long_stopped(stop) => return,
        };
        supervisor.alive();
        let is_good = done.is_ok();
        let _ = fresh.send(Beaten { is_good, asked: std::mem::take(&mut asked) });
        caretaker.notify_one();
        let rest = match done {
            Ok(()) => BEAT_EVERY,
            Err(fault) => {
                tracing::error!("beat: {fault}");
                AFTER_FAULT
            }
        };
        tokio::select! {
            () = arrived.notified() => {}
            Some(done) = requests.recv() => asked.push(done),
            () = tokio::time::sleep(rest) => {}
            () = stopped(stop.work.clone()) => return,
        }
    }
}

/// One beat on a blocking thread: what was captured is read and registered, what is due is queued. Whatever becomes of that,
/// staff hear what is wrong.
async fn beat(
    house: &Arc<House>,
    river: &Arc<Mutex<River>>,
    started: Timestamp,
    supervisor: &Arc<Supervisor>,
    stop: &watch::Receiver<bool>,
) -> Result<(), Fault> {
    let supervisor = Arc::clone(supervisor);
    let (house, stop, mut river) = (Arc::clone(house), stop.clone(), Arc::clone(river).lock_owned().await);
    blocking(move || {
        let turned = river.turn(&|_, _| supervisor.alive(), &|| *stop.borrow());
        if *stop.borrow() {
            return Ok(());
        }
        sending::raise_alarms(&house, Some(started))?;
        turned?;
        sending::queue_due(&house)?;
        sending::queue_digests(&house)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_breaks_is_a_fault_like_others() {
        assert_eq!(guarded(|| 7), Ok(7));
        assert!(matches!(guarded(|| -> u32 { panic!("broken") }), Err(Fault::Retry(_))));
    }

    #[test]
    fn a_machine_that_slept_has_been_looking_since_it_woke() {
        let begun: Timestamp = "2023-05-14T21:00:00+08:00".parse().unwrap();
        let (own, hours) = (Instant::now(), |hours| begun + SignedDuration::from_hours(hours));
        let mut awake = Awake::since(begun, own);
        awake.compare(hours(3), own + Duration::from_secs(3 * 3600));
        assert_eq!(awake.since, begun, "a beat that took long");
        awake.compare(hours(11), own + Duration::from_secs(3 * 3600 + 30));
        assert_eq!(awake.since, hours(11));
        awake.compare(hours(9), own + Duration::from_secs(3 * 3600 + 60));
        assert_eq!(awake.since, hours(11), "a clock that was set back");
    }
}
