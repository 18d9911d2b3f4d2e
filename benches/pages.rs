//! What each page of the desk costs when a season of 100,000 messages is registered, asked over HTTP as a browser asks.
//! Fails above the target, so that a slow question is found before staff find it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/many.rs"]
mod many;
#[path = "../tests/store/world.rs"]
#[allow(dead_code)]
mod world;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::time;
use many::{UNITS, build, median, messages};
use shouwen::clock::Clock;
use shouwen::intake::darkroom::Darkroom;
use shouwen::remind::{Mode, Settings};
use shouwen::store::Scan;
use shouwen::web;

use world::minute;

const TARGET: Duration = Duration::from_millis(100);
/// A matrix of 106 units is to be at most 400 KB; this roster is twice as long.
const MATRIX_BYTES_MAX: usize = 800 * 1024;

fn main() {
    let messages = messages();
    // Building is not what is measured, so it need not wait for a disk.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let world = world::world_in(dir.unwrap(), UNITS);
    build(&world, messages);
    let now = minute(60 * 24 * 20);
    for folder in ["INBOX", "垃圾邮件"] {
        let (mailbox, folder) = ("zjc".to_owned(), folder.to_owned());
        let (unfetched, resting, trouble, note) = (vec![], vec![], None, None);
        let scan = Scan { mailbox, folder, uidvalidity: 7, at: now, unfetched, resting, trouble, note };
        world.store.record_scan(&scan).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    let settings = Settings {
        mode: Mode::Approve,
        hours: (time(8, 30, 0, 0), time(18, 0, 0, 0)),
        working_days_only: true,
        max_per_unit_per_day: 1,
        receipts: false,
        a_day: std::collections::BTreeMap::new(),
        staff: vec![],
    };
    let desk = web::Desk {
        store: world.store.clone(),
        campaigns: vec![world.campaign.clone()],
        mailboxes: vec![],
        reminders: settings,
        settings: web::Settings { listen: at, behind_https: false },
        clock: Clock::stepped(now),
        darkroom: Arc::new(Darkroom::new(&world.store)),
        forecast: Arc::new(|| Ok(Default::default())),
    };
    runtime.spawn(web::serve(listener, desk, std::future::pending()));
    let mut slowest = Duration::ZERO;
    for path in [
        "/c/week/",
        "/c/week/?req=daily",
        "/c/week/units",
        "/c/week/units/U007",
        "/c/week/mail",
        "/c/week/mail?q=nowhere&folder=all",
        "/c/week/mail?unit=U007&page=2",
        "/mail/5000",
        "/c/week/todo",
        "/c/week/chase",
        "/c/week/chase?tab=phone",
        "/c/week/media",
        "/system",
        "/system/log",
    ] {
        let bytes = ask(at, path);
        let took = median(|| ask(at, path));
        println!("{took:>12?}  {:>7} KB  {path}", bytes / 1024);
        assert!(path != "/c/week/" || bytes <= MATRIX_BYTES_MAX, "the matrix is {bytes} bytes long");
        slowest = slowest.max(took);
    }
    println!("slowest of {messages} messages, {UNITS} units: {slowest:?}");
    assert!(slowest <= TARGET, "a page takes {slowest:?}, the target is {TARGET:?}");
}

/// Asks for a page that must be there; how long it is.
fn ask(at: SocketAddr, path: &str) -> usize {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&bytes));
    bytes.len()
}
