//! What the two servers have in common: where they listen, what they were asked to do wrong, and what they have heard.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::host::{Host, Protection};
use super::script::{Heard, Ledger, Script};
use super::wire::Wire;

/// A running server on loopback, with misdeeds of the kind `D` and a world `O` of its own; dropped, it ends at once.
pub struct Server<D, O> {
    pub(super) world: Arc<World<D, O>>,
    host: Host,
}

/// What all conversations and the one who scripts them share.
pub(super) struct World<D, O> {
    pub protection: Protection,
    /// The only user and password let in; none lets in everybody.
    pub login: Option<(String, String)>,
    pub script: Script<D>,
    pub log: Ledger<Heard>,
    pub own: O,
}

impl<D: Clone, O> World<D, O> {
    pub fn new(protection: Protection, login: Option<(String, String)>, own: O) -> Self {
        Self { protection, login, script: Script::new(), log: Ledger::new(), own }
    }
}

impl<D: Clone + Send + 'static, O: Send + Sync + 'static> Server<D, O> {
    /// Listens, and lets `converse` talk with each client, numbered from 1.
    pub(super) fn open<C>(
        name: &str,
        world: World<D, O>,
        converse: fn(Arc<World<D, O>>, Wire, usize) -> C,
    ) -> io::Result<Self>
    where
        C: Future<Output = io::Result<()>> + Send + 'static,
    {
        let world = Arc::new(world);
        let shared = Arc::clone(&world);
        let host = Host::open(name, move |stream, connection| {
            let world = Arc::clone(&shared);
            async move {
                let wire = Wire::open(stream, &world.protection).await?;
                converse(world, wire, connection).await
            }
        })?;
        Ok(Self { world, host })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.host.addr()
    }

    /// Misbehaves once, the next time a command comes that contains `step` as whole words (`FETCH`, `BODY.PEEK[]`,
    /// `EXAMINE INBOX`, `RCPT`, `a@unit.example`), or at one of the moments that are no command: `GREETING`, and of
    /// SMTP `DOT`, when a mail is complete and not kept yet, and `KEPT`, when it is kept and not answered yet. A
    /// command to which the misdeed makes no difference (a literal cannot be cut where there is none) is waited out.
    /// Several for one step are done one after the other.
    pub fn on(&self, step: &str, misdeed: D) -> &Self {
        self.world.script.add(step, misdeed, false);
        self
    }

    /// Misbehaves every time, beside what [`Server::on`] asks for.
    pub fn always(&self, step: &str, misdeed: D) -> &Self {
        self.world.script.add(step, misdeed, true);
        self
    }

    /// How many misdeeds asked for have never been done: 0 at the end of a story that proves anything.
    pub fn waiting(&self) -> usize {
        self.world.script.waiting()
    }

    /// Behaves again.
    pub fn behave(&self) {
        self.world.script.clear();
    }

    /// Drops every open connection, as a network does.
    pub fn hang_up(&self) {
        self.host.hang_up();
    }

    /// Every command heard so far.
    pub fn log(&self) -> Vec<Heard> {
        self.world.log.rows()
    }
}
