//! The IMAP server: one account, folders, any number of clients. Correct by default, scripted to misbehave with
//! [`Server::on`].

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
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use self::folders::{Folders, wire_name};
use super::host::Protection;
use super::script::{Heard, lock};
use super::scripted::{self, Server};

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

/// A running IMAP server.
pub type ImapServer = Server<Misdeed, Account>;

type World = scripted::World<Misdeed, Account>;

/// The one account there is.
pub struct Account {
    profile: Profile,
    folders: Mutex<Folders>,
    /// Told of every change to the folders.
    changed: watch::Sender<()>,
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
        let account = Account {
            profile: options.profile,
            folders: Mutex::new(Folders::new(options.profile.folders())),
            changed: watch::Sender::new(()),
        };
        let world = World::new(options.protection, options.login, account);
        Self::open("rehearsal-imap", world, session::converse)
    }

    /// Makes a folder of this name (as people read it), unless there is one.
    pub fn folder(&self, name: &str) {
        self.change(|folders| {
            folders.ensure(name);
        });
    }

    /// Deletes a folder with all that is in it.
    pub fn delete(&self, folder: &str) {
        self.change(|folders| folders.remove(&wire_name(folder)));
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

    /// UIDVALIDITY of a folder; 0 when it is gone.
    pub fn uidvalidity(&self, folder: &str) -> u32 {
        lock(&self.world.own.folders).get(&wire_name(folder)).map_or(0, |folder| folder.uidvalidity)
    }

    /// The mails of a folder as they are now: UID and bytes.
    pub fn mails(&self, folder: &str) -> Vec<(u32, Vec<u8>)> {
        let folders = lock(&self.world.own.folders);
        let mails = folders.get(&wire_name(folder)).map(|folder| folder.mails.as_slice()).unwrap_or_default();
        mails.iter().map(|mail| (mail.uid, mail.raw.to_vec())).collect()
    }

    /// The UIDs of the mails that a client has marked as read by fetching them.
    pub fn seen(&self, folder: &str) -> Vec<u32> {
        let folders = lock(&self.world.own.folders);
        let mails = folders.get(&wire_name(folder)).map(|folder| folder.mails.as_slice()).unwrap_or_default();
        mails.iter().filter(|mail| mail.seen).map(|mail| mail.uid).collect()
    }

    /// Blocks until the commands heard satisfy `enough` or the time `within` is over; says which.
    pub fn wait_log(&self, within: Duration, enough: impl Fn(&[Heard]) -> bool) -> bool {
        self.world.log.wait(within, enough)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Folders) -> T) -> T {
        let changed = change(&mut lock(&self.world.own.folders));
        self.world.own.changed.send_replace(());
        changed
    }
}
