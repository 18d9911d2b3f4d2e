//! What keeps everything turning: watchers bring mail, each beat reads and registers it and queues what is due, and
//! beside it what is queued leaves. It owns the runtime; below it only the edges are async.

mod caretaker;
mod downloading;
mod probe;
mod river;
mod running;
mod sending;
mod supervisor;

pub use caretaker::look_before_once;
pub use probe::{Probed, probe_servers};
pub use river::{River, once};
pub use running::{run_until_signal, warn};
pub use sending::{alarm_once, chase_once, forecast, held};
pub use supervisor::Supervisor;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::fault::Fault;
use crate::intake::{self, darkroom::Darkroom};
use crate::store::Store;
use crate::web;

/// How long the mail at hand may take to come to its end once the daemon is told to stop. What is cut off then is as
/// after a crash: read again at the next start, or settled with the outbox.
const LAST_WORK: Duration = Duration::from_secs(5);
/// Rest between two looks for photos that were not made small yet.
const DEVELOP_EVERY: Duration = Duration::from_secs(300);
/// How long a browser may take to have its last page.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// Everything a running shouwen works with.
pub struct House {
    /// What administrators decided.
    pub config: Config,
    /// What is kept.
    pub store: Store,
    /// The moment.
    pub clock: Clock,
}

/// Lets others ask the running daemon to look at once, and to say when it has.
#[derive(Clone)]
pub struct Bell {
    nudges: Arc<Vec<Arc<Notify>>>,
    beats: mpsc::Sender<Asked>,
}

/// Told to a daemon: to end its work, and, of which the first is a part, that the process ends. Only then is work left that takes
/// too long: a daemon that is begun anew in the same process must not find its predecessor still at it.
#[derive(Clone)]
struct Stop {
    work: watch::Receiver<bool>,
    process: watch::Receiver<bool>,
}

/// Somebody who waits to be told that a beat is done.
type Asked = oneshot::Sender<()>;

impl Bell {
    /// Has every watcher look at its mailbox now.
    pub fn nudge(&self) {
        for nudge in self.nudges.iter() {
            nudge.notify_one();
        }
    }

    /// Waits for a whole beat that begins after this call: all mail captured by now is registered, and what is due is
    /// sent. False when the daemon has stopped.
    pub async fn beat(&self) -> bool {
        let (done, answer) = oneshot::channel();
        self.beats.send(done).await.is_ok() && answer.await.is_ok()
    }
}

/// A running daemon's parts that its owner keeps.
pub struct Daemon {
    house: Arc<House>,
    bell: Bell,
    requests: mpsc::Receiver<Asked>,
    supervisor: Arc<Supervisor>,
}

impl Daemon {
    /// A daemon that has not begun, and that nobody supervises.
    pub fn new(house: Arc<House>) -> Self {
        Self::supervised(house, Arc::default())
    }

    /// A daemon that tells a service manager how its river moves.
    fn supervised(house: Arc<House>, supervisor: Arc<Supervisor>) -> Self {
        let (beats, requests) = mpsc::channel(8);
        let nudges = house.config.mailboxes.iter().map(|_| Arc::new(Notify::new())).collect();
        Self { house, bell: Bell { nudges: Arc::new(nudges), beats }, requests, supervisor }
    }

    /// The bell of this daemon.
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Watches, files, reminds and serves the page until `stop` says so, then ends at a stage's edge, or in the middle
    /// of one that takes too long.
    ///
    /// # Errors
    /// When the page cannot be served.
    pub async fn run(self, listener: TcpListener, stop: watch::Receiver<bool>) -> Result<(), Fault> {
        let process = stop.clone();
        self.run_until(listener, Stop { work: stop, process }).await
    }

    async fn run_until(self, listener: TcpListener, all: Stop) -> Result<(), Fault> {
        let stop = all.work.clone();
        let house = Arc::clone(&self.house);
        forget_other_mailboxes(&house);
        let arrived = Arc::new(Notify::new());
        let mut tasks = tokio::task::JoinSet::new();
        for (at, nudge) in self.bell.nudges.iter().cloned().enumerate() {
            let (house, arrived, stop) = (Arc::clone(&house), Arc::clone(&arrived), stop.clone());
            tasks.spawn(async move { watch_mailbox(&house, at, &nudge, &arrived, stop).await });
        }
        let darkroom = Arc::new(Darkroom::new(&house.store));
        let page = web::serve(listener, page_desk(&house, &darkroom), stopped(stop.clone()));
        let page = tokio::spawn(page);
        let (fresh, beaten) = mpsc::unbounded_channel();
        let beat = Notify::new();
        let ears = river::Ears { fresh, beat: &beat, supervisor: &self.supervisor };
        tokio::join!(
            river::file_all(&house, &arrived, self.requests, ears, &all),
            caretaker::look_after(&house, &beat, &arrived, &all),
            sending::send_all(&house, &arrived, beaten, &all),
            downloading::download_all(&house, &arrived, &stop),
            develop_all(&darkroom, &all),
        );
        while tasks.join_next().await.is_some() {}
        let page = tokio::time::timeout(LAST_PAGE, page).await.unwrap_or(Ok(Ok(())));
        page.unwrap_or_else(|error| Err(Fault::Halt(format!("status page: {error}"))))
    }
}

async fn watch_mailbox(
    house: &Arc<House>,
    at: usize,
    nudge: &Notify,
    arrived: &Notify,
    stop: watch::Receiver<bool>,
) {
    let Some(mailbox) = house.config.mailboxes.get(at) else { return };
    intake::watch::watch(mailbox, &house.store, &house.clock, nudge, arrived, stop).await;
}

fn page_desk(house: &Arc<House>, darkroom: &Arc<Darkroom>) -> web::Desk {
    let sending = Arc::clone(house);
    web::Desk {
        store: house.store.clone(),
        campaigns: house.config.campaigns.clone(),
        mailboxes: house.config.mailboxes.clone(),
        reminders: house.config.reminders.clone(),
        settings: house.config.web.clone(),
        clock: house.clock.clone(),
        darkroom: Arc::clone(darkroom),
        forecast: Arc::new(move || forecast(&sending)),
    }
}

/// When the river rests, new photos are made small.
async fn develop_all(darkroom: &Arc<Darkroom>, stop: &Stop) {
    while !*stop.work.borrow() {
        let (at_work, stop_work) = (Arc::clone(darkroom), stop.work.clone());
        let developed = tokio::select! {
            developed = blocking(move || at_work.develop(&|| *stop_work.borrow())) => developed,
            () = long_stopped(stop) => return,
        };
        if let Err(fault) = developed {
            tracing::warn!("thumbnails: {fault}");
        }
        tokio::select! {
            () = tokio::time::sleep(DEVELOP_EVERY) => {}
            () = stopped(stop.work.clone()) => return,
        }
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}

/// Ends when the process is ending and the work at hand has had its time.
async fn long_stopped(stop: &Stop) {
    stopped(stop.process.clone()).await;
    tokio::time::sleep(LAST_WORK).await;
    tracing::warn!("work at hand took longer than {} s and was left", LAST_WORK.as_secs());
}

fn answer(asked: &mut Vec<Asked>) {
    for done in asked.drain(..) {
        let _ = done.send(());
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Fault::Retry(format!("worker: {error}"))))
}

/// Runs a future to its end on a runtime of its own, in this thread: for commands that are not async. What it waits for
/// wakes it there, and not by way of another thread. Work that the future left on a blocking thread is not waited for.
///
/// # Errors
/// When no runtime can be made; what the future reports.
pub fn block_on<T>(future: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    run_on(&mut Builder::new_current_thread(), future)
}

/// The same for a daemon, whose tasks are at work side by side.
///
/// # Errors
/// As [`block_on`].
pub fn block_on_threads<T>(future: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    run_on(&mut Builder::new_multi_thread(), future)
}

fn run_on<T>(builder: &mut Builder, future: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let runtime = builder.enable_all().build()?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}

/// A future that ends when the process is told to stop (SIGTERM, SIGINT). From the call on a signal no longer kills the
/// process, not only from the first time the future is waited for.
///
/// # Errors
/// When the signals cannot be listened for.
pub fn signalled() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
    })
}

/// A mailbox that was taken out of the configuration, or has another id now, keeps nobody waiting.
fn forget_other_mailboxes(house: &House) {
    let ids: Vec<String> = house.config.mailboxes.iter().map(|mailbox| mailbox.id.clone()).collect();
    if let Err(fault) = house.store.forget_mailboxes_but(&ids) {
        tracing::warn!("mails of mailboxes that are no more are still waited for: {fault}");
    }
}

/// What became of one mailbox's pass, by mailbox id.
pub type Passed = (String, Result<(), Fault>);

/// One pass over every mailbox, side by side; one that cannot be reached does not hold up the others. Broken off when
/// `stop` says so.
fn pass_all(
    house: &House,
    progress: &intake::watch::Progress<'_>,
    stop: watch::Receiver<bool>,
) -> Vec<Passed> {
    forget_other_mailboxes(house);
    let passes = async {
        let one = |mailbox| async move {
            let outcome = intake::watch::pass(mailbox, &house.store, &house.clock, progress).await;
            (mailbox.id.clone(), outcome.and_then(complete))
        };
        tokio::select! {
            passed = futures_util::future::join_all(house.config.mailboxes.iter().map(one)) => Ok(passed),
            () = stopped(stop) => Err(Fault::Halt("fetching was broken off".to_owned())),
        }
    };
    block_on(passes).unwrap_or_else(|fault| vec![("*".to_owned(), Err(fault))])
}

/// A pass in which a folder could not be listed is no success: what is in there is not known.
fn complete(pass: intake::watch::Pass) -> Result<(), Fault> {
    if pass.troubles.is_empty() { Ok(()) } else { Err(Fault::Retry(pass.troubles.join("；"))) }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use rustix::process::{Signal, getpid, kill_process};

    use super::{block_on, signalled};

    /// A service manager may end a process that has only just begun: it must end in peace then too, not be killed. Played
    /// in a process of its own, since one that listened to signals is deaf to them ever after.
    #[test]
    fn a_signal_that_comes_before_it_is_waited_for_is_heard() {
        const OWN: (&str, &str) = ("SHOUWEN_SIGNALLED", "1");
        if std::env::var_os(OWN.0).is_none() {
            let name = "daemon::tests::a_signal_that_comes_before_it_is_waited_for_is_heard";
            let played = Command::new("/proc/self/exe").args(["--exact", name]).env(OWN.0, OWN.1).output();
            let told = String::from_utf8(played.unwrap().stdout).unwrap();
            assert!(told.contains("1 passed"), "{told}");
            return;
        }
        block_on(async {
            let told = signalled()?;
            kill_process(getpid(), Signal::TERM).map_err(std::io::Error::from)?;
            told.await;
            Ok(())
        })
        .unwrap();
    }
}
