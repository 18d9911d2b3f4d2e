//! The IMAP server: one account, folders, any number of clients. Correct by default, scripted to misbehave with
//! [`ImapServer::on`].

mod answer;
mod command;
mod fetch;
mod folders;
mod misdeed;
mod profile;
mod session;
#[cfg(test)]
mod tests;

pub use misdeed::Misdeed;
pub use profile::Profile;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use self::folders::{Folder, Folders, wire_name};
use super::host::{Host, Protection};
use super::script::{Heard, Ledger, Script, lock};
use super::wire::Wire;

/// What a new server is to be like.
#[derive(Clone, Default)]
pub struct ImapOptions {
    /// Whose manners it has.
    pub profile: Profile,
    /// How its connections are protected.
    pub protection: Protection,
    /// The only user and password it lets in; none lets in everybody.
    pub login: Option<(String, String)>,
}

/// A running IMAP server on loopback; dropped, it ends at once.
pub struct ImapServer {
    world: Arc<World>,
    host: Host,
}

/// What all conversations and the one who scripts them share.
struct World {
    profile: Profile,
    protection: Protection,
    login: Option<(String, String)>,
    folders: Mutex<Folders>,
    /// Told of every change to the folders.
    changed: watch::Sender<()>,
    script: Script<Misdeed>,
    log: Ledger<Heard>,
}

impl ImapServer {
    /// Starts a server with these manners, without TLS, that lets everybody in.
    ///
    /// # Errors
    /// No port or thread was to be had.
    pub fn start(profile: Profile) -> io::Result<Self> {
        Self::start_with(ImapOptions { profile, ..ImapOptions::default() })
    }

    /// Starts a server.
    ///
    /// # Errors
    /// No port or thread was to be had.
    pub fn start_with(options: ImapOptions) -> io::Result<Self> {
        let world = Arc::new(World {
            profile: options.profile,
            protection: options.protection,
            login: options.login,
            folders: Mutex::new(Folders::new(options.profile.folders())),
            changed: watch::Sender::new(()),
            script: Script::new(),
            log: Ledger::new(),
        });
        let shared = Arc::clone(&world);
        let host = Host::open("rehearsal-imap", move |stream, connection| {
            let world = Arc::clone(&shared);
            async move {
                let wire = Wire::open(stream, &world.protection).await?;
                session::converse(world, wire, connection).await
            }
        })?;
        Ok(Self { world, host })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.host.addr()
    }

    /// Makes a folder of this name (as people read it), unless there is one.
    pub fn folder(&self, name: &str) {
        self.change(|folders| {
            folders.ensure(name);
        });
    }

    /// Puts a mail into a folder, made if missing, and tells clients that idle there. The bytes are kept exactly as
    /// given. Returns its UID.
    pub fn deliver(&self, folder: &str, raw: impl Into<Vec<u8>>, received_at: Timestamp) -> u32 {
        self.change(|folders| folders.ensure(folder).deliver(raw.into(), received_at))
    }

    /// Lets the next mail of a folder have this UID, if it is larger than what the next would be.
    pub fn skip_to_uid(&self, folder: &str, uid: u32) {
        self.change(|folders| {
            let folder = folders.ensure(folder);
            folder.uidnext = folder.uidnext.max(uid);
        });
    }

    /// Removes a mail.
    pub fn remove(&self, folder: &str, uid: u32) {
        self.change(|folders| folders.ensure(folder).mails.retain(|mail| mail.uid != uid));
    }

    /// Gives a folder this UIDVALIDITY and its mails new UIDs from 1.
    pub fn change_uidvalidity(&self, folder: &str, uidvalidity: u32) {
        self.change(|folders| folders.ensure(folder).rebuild(uidvalidity));
    }

    /// The mails of a folder as they are now: UIDVALIDITY, and each UID with its bytes.
    pub fn holds(&self, folder: &str) -> (u32, Vec<(u32, Arc<Vec<u8>>)>) {
        let folders = lock(&self.world.folders);
        let held = |folder: &Folder| {
            let mails = folder.mails.iter().map(|mail| (mail.uid, Arc::clone(&mail.raw))).collect();
            (folder.uidvalidity, mails)
        };
        folders.get(&wire_name(folder)).map(held).unwrap_or_default()
    }

    /// The UIDs of the mails that a client has marked as read by fetching them.
    pub fn seen(&self, folder: &str) -> Vec<u32> {
        let folders = lock(&self.world.folders);
        let mails = folders.get(&wire_name(folder)).map(|folder| folder.mails.as_slice()).unwrap_or_default();
        mails.iter().filter(|mail| mail.seen).map(|mail| mail.uid).collect()
    }

    /// Misbehaves once, the next time a command comes that contains `step` as whole words (`FETCH`, `BODY.PEEK[]`,
    /// `FETCH 7`, `EXAMINE INBOX`), or at `GREETING`, and the misdeed makes a difference to it (a literal cannot be cut
    /// where there is none). Several for one step are done one after the other.
    pub fn on(&self, step: &str, misdeed: Misdeed) -> &Self {
        self.world.script.add(step, misdeed, false);
        self
    }

    /// Misbehaves every time, beside what [`ImapServer::on`] asks for.
    pub fn always(&self, step: &str, misdeed: Misdeed) -> &Self {
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

    /// Blocks until the commands heard satisfy `enough` or the time `within` is over; says which.
    pub fn wait_log(&self, within: Duration, enough: impl Fn(&[Heard]) -> bool) -> bool {
        self.world.log.wait(within, enough)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Folders) -> T) -> T {
        let changed = change(&mut lock(&self.world.folders));
        self.world.changed.send_replace(());
        changed
    }
}
