//! What each page of the desk costs over a hostile season of 100,000 messages, asked over HTTP as a browser asks. Fails
//! above the target, so that a slow question is found before staff find it. What counts is the processor's time, which is
//! what a browser waits where nothing else runs: other work on the machine changes how long it waits here. Addresses given
//! as arguments are asked alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/crowd.rs"]
mod crowd;
#[path = "../tests/support/many.rs"]
mod many;
#[path = "../tests/store/world.rs"]
#[allow(dead_code)]
mod world;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use many::{ROUNDS, UNITS, median, messages};
use shouwen::clock::Clock;
use shouwen::intake::darkroom::Darkroom;
use shouwen::remind::Mode;
use shouwen::web;

const TARGET: Duration = Duration::from_millis(100);
/// A matrix of 106 units is to be at most 400 KB; this roster is twice as long.
const MATRIX_BYTES_MAX: usize = 800 * 1024;

/// Each view and what is asked of it.
const PAGES: [&str; 28] = [
    "/c/week/?req=plan",
    "/c/week/?req=daily",
    "/c/week/?req=all",
    "/c/week/?flaw=V05&sort=urgent",
    "/c/week/?as_of=2023-05-20T17:00",
    "/c/week/bulletin?req=plan",
    "/c/week/units",
    "/c/week/units/U007",
    "/c/week/mail",
    "/c/week/mail?q=nowhere&folder=all",
    "/c/week/mail?q=9999.jpg",
    "/c/week/mail?unit=U007&page=2",
    "/c/week/mail?flaw=V05",
    "/c/week/mail?page=1999",
    "/mail/5000",
    "/c/week/todo",
    "/c/week/todo?kind=unassigned",
    "/c/week/chase",
    "/c/week/chase?tab=sent",
    "/c/week/chase?tab=phone",
    "/c/week/media",
    "/c/week/media?day=2023-05-16",
    "/c/week/media?day=all&kind=photo&mark=star",
    "/c/week/media?day=2023-05-16&q=9999",
    "/c/week/totals/form5",
    "/c/week/totals/form5?sort=-students&top=10",
    "/system",
    "/system/log",
];

fn main() {
    let messages = messages();
    // Building is not what is measured, so it need not wait for a disk.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let (world, config) = crowd::crowd(dir.unwrap(), messages);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    let mut reminders = config.reminders.clone();
    reminders.mode = Mode::Approve;
    let desk = web::Desk {
        store: world.store.clone(),
        campaigns: vec![world.campaign.clone()],
        mailboxes: config.mailboxes.clone(),
        reminders,
        settings: web::Settings { listen: at, behind_https: false },
        clock: Clock::stepped(crowd::NOW.parse().unwrap()),
        darkroom: Arc::new(Darkroom::new(&world.store)),
        forecast: Arc::new(|| Ok(Default::default())),
    };
    runtime.spawn(web::serve(listener, desk, std::future::pending()));
    assert!(ask(at, "/c/week/chase").1.contains(&format!("待发 {UNITS}")), "not every unit is due");
    let mut slow = Vec::new();
    let only: Vec<String> = std::env::args().skip(1).filter(|given| given.starts_with('/')).collect();
    for path in PAGES.into_iter().filter(|path| only.is_empty() || only.iter().any(|only| only == path)) {
        let bytes = ask(at, path).0;
        let before = worked();
        let waited = median(|| ask(at, path).0);
        let took = (worked() - before) / ROUNDS;
        println!("{took:>12?} of work  {waited:>12?} waited  {:>5} KB  {path}", bytes / 1024);
        assert!(path != "/c/week/?req=plan" || bytes <= MATRIX_BYTES_MAX, "the matrix is {bytes} bytes long");
        slow.extend((took > TARGET).then(|| format!("{path} {took:?}")));
    }
    println!("{messages} messages, {UNITS} units");
    assert!(slow.is_empty(), "the target is {TARGET:?}: {slow:?}");
}

/// Processor time of all threads of this process so far.
fn worked() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let of_thread = |thread: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        stat.split(' ').next().and_then(|spent| spent.parse().ok()).unwrap_or(0)
    };
    Duration::from_nanos(threads.map(of_thread).sum())
}

/// Asks for a page that must be there; how long it is, and what it says.
fn ask(at: SocketAddr, path: &str) -> (usize, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.starts_with("HTTP/1.1 200"), "{path}: {text}");
    (bytes.len(), text)
}
