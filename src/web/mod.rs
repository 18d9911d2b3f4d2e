//! The staff's page: server-rendered, Chinese, works without script. Until there is sign-in it answers on loopback
//! only. Standing is computed at each request; nothing is cached that could be stale.

mod mail;
mod matrix;
mod pages;
mod router;
mod unit;
mod view;
mod watch;

use std::net::SocketAddr;

pub use router::{Desk, serve};

/// Settings of `[web]` (`contract.md` 2).
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on.
    pub listen: SocketAddr,
}
