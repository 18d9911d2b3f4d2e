//! Speaks IMAP; nothing else does. The library (`async-imap`) is used for its parser and its framing only: its
//! convenience methods answer a refusal, a cut line and an empty mailbox with the same empty success (`session`
//! says how that is mended), and its parser can be killed by a line (`guard` stands between it and the wire). What it
//! would do slowly, long lists and large mails, it does not get to see (`fetched`).
//!
//! The mailbox is only ever read: `EXAMINE` and `BODY.PEEK[]`. Nobody in this program can change or lose the
//! office's own mail.

mod aside;
mod connect;
mod error;
mod examined;
mod fetch;
mod fetched;
mod folders;
mod guard;
mod idle;
mod probe;
mod quirks;
mod session;
mod shunned;

pub use error::Error;
pub use examined::Examined;
pub use fetch::{Described, List};
pub use fetched::{Body, Fetched};
pub use folders::{Chosen, Folder, decode_utf7, encode_utf7, folders_unasked};
pub use guard::Piece;
pub use probe::probe;
pub use session::Session;
pub use shunned::Shunned;

use std::time::Duration;

/// Everything of a server that is bounded, with its unit.
pub struct Limits;

impl Limits {
    /// Until a connection stands, until its TLS handshake is done, until its greeting is read: each.
    pub const CONNECT: Duration = Duration::from_secs(20);
    /// No byte for so long ends a command and the connection.
    pub const IDLE: Duration = Duration::from_secs(20);
    /// A command may take so long ...
    pub const COMMAND: Duration = Duration::from_secs(30);
    /// ... and one second more for so many bytes of what was asked for.
    pub const SLOWEST_BYTES_PER_SECOND: u64 = 50_000;
    /// IDLE is renewed after so long: servers may end it after 30 minutes (RFC 2177), networks forget it sooner.
    pub const IDLE_RENEWED: Duration = Duration::from_secs(9 * 60);
    /// Untagged answers to one IDLE: somebody may mark a whole folder as read meanwhile.
    pub const IDLE_RESPONSES: u32 = 100_000;
    /// A connection without traffic is probed by the machine after so long ...
    pub const KEEPALIVE: Duration = Duration::from_secs(60);
    /// ... and again after so long, this many times.
    pub const KEEPALIVE_AGAIN: Duration = Duration::from_secs(15);
    /// Probes without an answer that end a connection.
    pub const KEEPALIVE_PROBES: u32 = 4;
    /// Longest line outside literals. The library parses a growing line again and again: 1 MB costs 0.14 s.
    pub const LINE_BYTES: usize = 64 * 1024;
    /// Longest greeting or answer to STARTTLS, which are read before the guard stands.
    pub const GREETING_BYTES: usize = 8 * 1024;
    /// Untagged answers to a command beyond those that it asks for.
    pub const CHATTER_RESPONSES: u32 = 1_000;
    /// Opening parentheses in one answer. We ask for nothing nested; the library aborts at some 375 levels.
    pub const PARENTHESES: u32 = 64;
    /// Longest answer in lines and small literals together.
    pub const ANSWER_BYTES: u64 = 256 * 1024;
    /// Bytes taken off the wire at once.
    pub const READ_BYTES: usize = 128 * 1024;
    /// Literals that are not mail (folder names).
    pub const SMALL_LITERAL_BYTES: u64 = 64 * 1024;
    /// Longest name of a folder that is believed: a server may list thousands.
    pub const FOLDER_NAME_BYTES: usize = 1000;
    /// Mails listed in one folder; what a server claims beyond is not believed.
    pub const MAILS_PER_FOLDER: u32 = 2_000_000;
    /// Bytes of a mail's line in a list, as far as they buy it time.
    pub const LISTED_BYTES: u64 = 100;
    /// UIDs in one command: keeps the command line under the 8 kB that servers take.
    pub const UIDS_PER_COMMAND: usize = 200;
    /// Bytes of small mails asked for in one command.
    pub const BATCH_BYTES: u64 = 4 * 1024 * 1024;
    /// Mails larger than this come alone, and in windows where they are longer than one; windows begin with this size.
    pub const WINDOW_BYTES: u64 = 1024 * 1024;
    /// Largest mail that is taken at all.
    pub const MAIL_BYTES: u64 = 512 * 1024 * 1024;

    /// The time that so many bytes may take.
    fn time_of(bytes: u64) -> Duration {
        Duration::from_micros(bytes.saturating_mul(1_000_000) / Self::SLOWEST_BYTES_PER_SECOND)
    }
}
