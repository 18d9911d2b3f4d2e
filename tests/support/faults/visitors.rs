//! People at the page: each asks for one page after another, as quickly as told, until they are sent home.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Pages that are asked for in turn.
pub const PAGES: [&str; 7] = [
    "/c/2023-activity-week/",
    "/c/2023-activity-week/mail",
    "/c/2023-activity-week/todo",
    "/c/2023-activity-week/chase",
    "/c/2023-activity-week/units",
    "/system",
    "/metrics",
];
/// A page that did not come by then counts as hung.
const PATIENCE: Duration = Duration::from_secs(30);

/// People at a page.
pub struct Visitors {
    go_home: Arc<AtomicBool>,
    all: Vec<JoinHandle<Seen>>,
}

/// What they saw.
#[derive(Default)]
pub struct Seen {
    /// How long each page took that came whole.
    pub times: Vec<Duration>,
    /// The slowest of them, and how long it took.
    pub slowest: (Duration, &'static str),
    /// Whole answers that were no page.
    pub wrong: Vec<String>,
    /// Askings that were cut off: as many as the daemon's deaths allow.
    pub cut: usize,
}

impl Visitors {
    /// So many, each resting that long after a page.
    pub fn come(place: &str, count: usize, rest: Duration) -> Self {
        let go_home = Arc::new(AtomicBool::new(false));
        let one = |number: usize| {
            let (place, told) = (place.to_owned(), Arc::clone(&go_home));
            std::thread::spawn(move || visit(&place, number, rest, &told))
        };
        Self { all: (0..count).map(one).collect(), go_home }
    }

    /// Sends them home; what they saw.
    pub fn end(self) -> Seen {
        self.go_home.store(true, Ordering::SeqCst);
        let mut seen = Seen::default();
        for one in self.all {
            let own = one.join().unwrap();
            seen.times.extend(own.times);
            seen.slowest = seen.slowest.max(own.slowest);
            seen.wrong.extend(own.wrong);
            seen.cut += own.cut;
        }
        seen
    }
}

fn visit(place: &str, number: usize, rest: Duration, go_home: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    for path in PAGES.iter().cycle().skip(number % PAGES.len()) {
        if go_home.load(Ordering::SeqCst) {
            break;
        }
        let began = Instant::now();
        match ask(place, path) {
            Ok(head) if head.starts_with("HTTP/1.1 200") => {
                let took = began.elapsed();
                seen.slowest = seen.slowest.max((took, *path));
                seen.times.push(took);
            }
            Ok(head) => seen.wrong.push(format!("{path}: {}", head.lines().next().unwrap_or_default())),
            Err(_) => seen.cut += 1,
        }
        std::thread::sleep(rest);
    }
    seen
}

/// The head of a page that came whole.
pub fn ask(place: &str, path: &str) -> io::Result<String> {
    let (head, _) = read(place, path)?;
    Ok(head)
}

/// Head and body of a page that came whole.
pub fn read(place: &str, path: &str) -> io::Result<(String, String)> {
    let mut stream = TcpStream::connect(place)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| bytes.len() < head.len() + 4 + length) {
        return Err(cut());
    }
    Ok((head.to_owned(), body.to_owned()))
}

/// Where the page is, once the log says so.
pub fn page_of(log: &str) -> Option<String> {
    let (_, place) = log.rsplit_once("status page on http://")?;
    Some(place.split_once('/')?.0.to_owned())
}
