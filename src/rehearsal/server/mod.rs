//! An IMAP server and an SMTP receiver on loopback. They behave by default and misbehave on request, so that the demo
//! needs no account and every sin of a real server can be replayed in a test.
//!
//! Each server owns one thread with a small runtime: it starts and is scripted by plain calls, from blocking tests and
//! from inside any runtime alike, and dropping it ends every conversation. How they are built:
//! `host` accepts, `wire` reads and writes, `script` holds the requests to misbehave, `scripted` is what both servers
//! share; `imap` and `smtp` turn each command into one answer, which the script may replace or bend before it leaves.

#[cfg(test)]
pub(crate) mod certificate;
mod host;
pub mod imap;
mod script;
mod scripted;
pub mod smtp;
mod wire;

pub use host::Protection;
pub use imap::{ImapOptions, ImapServer, Misdeed, Profile};
pub use script::Heard;
pub use scripted::Server;
pub use smtp::{Posted, SmtpMisdeed, SmtpOptions, SmtpServer};
