//! The staff's page: server-rendered, Chinese, works without script. Standing is computed at each request; nothing is
//! cached that could be stale. What may be done here goes through the same rules as the commands.

mod answer;
mod ask;
mod chase;
mod cover;
mod decide;
mod events;
mod failure;
mod filter;
mod fix;
mod frame;
mod guests;
mod hands;
mod leaving;
mod log;
mod mail;
mod matrix;
mod media;
pub mod password;
mod register;
mod reply;
mod router;
mod sign_in;
mod system;
mod throttle;
mod todo;
mod totals;
mod undo;
mod unit;
mod view;
mod watch;
mod who;
mod words;

use std::net::SocketAddr;

pub use router::{Desk, may_listen, serve};
pub use system::may_be_named;

/// Settings of `[web]` (`contract.md` 2).
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Whether a proxy of ours with HTTPS stands in front. It cannot be guessed: anybody may send such headers. With it
    /// cookies travel by HTTPS only, and visitors are told apart by the last `X-Forwarded-For`.
    pub behind_https: bool,
}

impl Settings {
    /// Whether only this machine's own users reach the page: whoever comes through a proxy comes from the loopback too.
    pub fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && !self.behind_https
    }
}
