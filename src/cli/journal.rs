//! Where the log goes: to standard error for whoever looks on, or to the journal with a field for each mail, unit and mailbox where
//! systemd started the program (systemd.exec(5), `$JOURNAL_STREAM`; its native protocol is one datagram an entry). Numbers and
//! addresses of people are covered in both, unless somebody asks for `debug`; whatever `RUST_LOG` says, the mail libraries stay
//! quiet: at their finest levels they print passwords and whole mails (`crates.md` 3a).

use std::fmt::Debug;
use std::io::{self, IsTerminal as _, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::domain::mask::masked;

/// Where the journal listens.
const SOCKET: &str = "/run/systemd/journal/socket";
/// Longest value of a field: a datagram has to take them all.
const VALUE_CHARS_MAX: usize = 4000;

/// Begins to log.
pub(super) fn start_logging() {
    let wanted = std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,shouwen=info".to_owned());
    let muted = format!("{wanted},async_imap=warn,imap_proto=warn,lettre=warn,rustls=warn,lopdf=error");
    let log = tracing_subscriber::registry().with(EnvFilter::new(muted));
    match Journal::of_environment() {
        Some(journal) => log.with(journal).init(),
        None => {
            let colours = io::stderr().is_terminal();
            let lines = tracing_subscriber::fmt::layer().with_writer(Masking).with_ansi(colours);
            log.with(lines.with_target(false)).init();
        }
    }
}

/// Whether people are covered at this level.
fn is_masked(level: &Level) -> bool {
    *level <= Level::INFO
}

/// Standard error, one event a write.
struct Masking;

struct Line {
    is_masked: bool,
}

impl MakeWriter<'_> for Masking {
    type Writer = Line;

    fn make_writer(&self) -> Line {
        Line { is_masked: true }
    }

    fn make_writer_for(&self, about: &Metadata<'_>) -> Line {
        Line { is_masked: is_masked(about.level()) }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.is_masked {
            true => io::stderr().write_all(masked(&String::from_utf8_lossy(bytes)).as_bytes())?,
            false => io::stderr().write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The journal of this machine.
struct Journal(UnixDatagram);

impl Journal {
    /// The journal, where standard error leads to it.
    fn of_environment() -> Option<Self> {
        let stream = std::env::var("JOURNAL_STREAM").ok()?;
        let stderr = rustix::fs::fstat(io::stderr()).ok()?;
        if stream != format!("{}:{}", stderr.st_dev, stderr.st_ino) {
            return None;
        }
        Self::at(Path::new(SOCKET))
    }

    fn at(socket: &Path) -> Option<Self> {
        let journal = UnixDatagram::unbound().ok()?;
        journal.connect(socket).ok()?;
        Some(Self(journal))
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let level = event.metadata().level();
        let mut entry = Entry { is_masked: is_masked(level), ..Entry::default() };
        event.record(&mut entry);
        let priority = match *level {
            Level::ERROR => '3',
            Level::WARN => '4',
            Level::INFO => '6',
            _ => '7',
        };
        // A journal that does not listen is no trouble of ours.
        let _ = self.0.send(&entry.bytes(priority));
    }
}

/// One entry on its way to the journal.
#[derive(Default)]
struct Entry {
    is_masked: bool,
    /// What `journalctl` shows: the words, and behind them the fields.
    message: String,
    fields: Vec<(String, String)>,
}

impl Entry {
    fn put(&mut self, field: &Field, value: &str) {
        let value = if self.is_masked { masked(value) } else { value.to_owned() };
        let value: String = value.chars().take(VALUE_CHARS_MAX).collect();
        match field.name() {
            "message" => self.message.insert_str(0, &value),
            name => {
                self.message.push_str(&format!(" {name}={value}"));
                self.fields.push((format!("SHOUWEN_{}", name.to_uppercase()), value));
            }
        }
    }

    /// As the journal reads it: `NAME=value`, or for values of several lines `NAME`, length and value.
    fn bytes(&self, priority: char) -> Vec<u8> {
        let mut bytes = format!("PRIORITY={priority}\nSYSLOG_IDENTIFIER=shouwen\n").into_bytes();
        let message = ("MESSAGE".to_owned(), self.message.clone());
        for (name, value) in std::iter::once(&message).chain(&self.fields) {
            bytes.extend_from_slice(name.as_bytes());
            match value.contains('\n') {
                true => {
                    bytes.push(b'\n');
                    bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
                }
                false => bytes.push(b'='),
            }
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}

impl Visit for Entry {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_hears_the_words_the_fields_and_nobodys_number() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("journal");
        let journal = UnixDatagram::bind(&socket).unwrap();
        let log = tracing_subscriber::registry().with(Journal::at(&socket).unwrap());
        tracing::subscriber::with_default(log, || {
            tracing::warn!(mailbox = "zjc", mail = 17, "refused: <zhang.xf@school.example> 13800138000");
            tracing::debug!("to zhang.xf@school.example");
            tracing::info!(cause = "two\nlines", "done");
        });
        let mut bytes = [0; 4096];
        let mut hear = || {
            let length = journal.recv(&mut bytes).unwrap();
            bytes[..length].to_vec()
        };
        let told = String::from_utf8(hear()).unwrap();
        for line in ["PRIORITY=4", "SYSLOG_IDENTIFIER=shouwen", "SHOUWEN_MAILBOX=zjc", "SHOUWEN_MAIL=17"] {
            assert!(told.lines().any(|found| found == line), "{line} in {told}");
        }
        assert!(told.contains("MESSAGE=refused: <") && told.contains("mailbox=zjc mail=17"), "{told}");
        assert!(!told.contains("zhang.xf@") && !told.contains("13800138000"), "{told}");
        assert!(String::from_utf8(hear()).unwrap().contains("MESSAGE=to zhang.xf@school.example\n"));
        let told = hear();
        let long = b"SHOUWEN_CAUSE\n\x09\0\0\0\0\0\0\0two\nlines\n";
        assert!(told.windows(long.len()).any(|found| found == long), "{told:?}");
    }
}
