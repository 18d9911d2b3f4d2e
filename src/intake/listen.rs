//! The wait between two looks. Where a server offers IDLE and keeps to it, the wait is spent idling in the mailbox's
//! first folder, and mail ends it at once; everywhere else the time does. What IDLE says is a hint to look and nothing
//! more: a refused, cut or false one costs patience with IDLE, never a mail, and never makes anybody look more often.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use tokio::time::Instant;

use super::broken::Broken;
use super::capture::on_blocking_thread;
use crate::domain::mailbox::Mailbox;
use crate::imap::{Error, Folder, Limits, Session};
use crate::store::{Sighting, Store};

/// IDLEs in a row that may cost the connection; then this server is polled for a while. Providers lock who logs in too often.
const LOST_IDLES: u32 = 2;
/// So long: it may have been the network, and a daemon lives for months.
const POLLED_FOR: Duration = Duration::from_secs(3600);

/// How one mailbox is listened to.
pub(super) struct Ear<'a> {
    mailbox: &'a Mailbox,
    store: &'a Store,
    /// IDLEs in a row that cost the connection, and when the last one did.
    lost: Option<(u32, Instant)>,
    /// This server refuses IDLE, and is polled from now on.
    only_polls: bool,
    /// The last wait was ended by news.
    called: bool,
    /// UIDVALIDITY of the folder when it was last listened in.
    uidvalidity: Option<u32>,
}

impl<'a> Ear<'a> {
    pub(super) fn new(mailbox: &'a Mailbox, store: &'a Store) -> Self {
        Self { mailbox, store, lost: None, only_polls: false, called: false, uidvalidity: None }
    }

    /// Waits until `leave` is ready, or until the server tells of mail. `captured`: mails that the look before brought.
    /// Dropped while it waits, it takes the connection with it.
    pub(super) async fn rest(
        &mut self,
        link: &mut Option<Session>,
        captured: u64,
        leave: impl Future<Output = ()> + Send,
    ) {
        let mut leave = pin!(leave.fuse());
        // Whoever called for nothing is not listened to this once: else it could have us look without end.
        let called_in_vain = std::mem::take(&mut self.called) && captured == 0;
        let may_listen = !called_in_vain && self.may_listen(Instant::now());
        if let Some(mut session) = link.take_if(|session| may_listen && session.can_idle()) {
            let listening = AssertUnwindSafe(self.listen(&mut session, leave.as_mut())).catch_unwind().await;
            if self.learn(listening.ok()) {
                *link = Some(session);
            }
        }
        if !self.called && !leave.is_terminated() {
            leave.await;
        }
    }

    /// Whether the server offers IDLE to some purpose, as far as is known.
    fn may_listen(&self, now: Instant) -> bool {
        let is_lossy = self
            .lost
            .is_some_and(|(times, at)| times >= LOST_IDLES && now.saturating_duration_since(at) < POLLED_FOR);
        !self.only_polls && !is_lossy
    }

    /// Idles. True: there is mail that was not there when the folder was looked at.
    async fn listen(
        &mut self,
        session: &mut Session,
        leave: impl Future<Output = ()> + Send,
    ) -> Result<bool, Broken> {
        let named = self.mailbox.folders.iter().find(|name| !name.starts_with('@'));
        let folder = Folder::named(named.map_or("INBOX", String::as_str));
        session.be_patient(Instant::now() + Limits::COMMAND);
        let uidvalidity = session.examine(&folder).await?.uidvalidity;
        // A server that numbers a folder anew at each opening would have us look without end.
        let is_another = self.uidvalidity.replace(uidvalidity).is_some_and(|before| before != uidvalidity);
        // Mail may have come between the look and this moment, and IDLE tells of changes only.
        if !is_another && let Some(uid) = session.newest_uid().await? {
            let place = Sighting { mailbox: self.mailbox.id.clone(), folder: folder.name, uidvalidity, uid };
            if !on_blocking_thread(self.store, move |store| store.knows_uid(&place)).await? {
                return Ok(true);
            }
        }
        Ok(session.idle(leave).await?)
    }

    /// Takes in how listening ended (none: in a panic of the library). Returns whether the connection is of further use.
    fn learn(&mut self, ended: Option<Result<bool, Broken>>) -> bool {
        let id = &self.mailbox.id;
        match ended {
            Some(Ok(called)) => {
                (self.called, self.lost) = (called, None);
                true
            }
            Some(Err(Broken::Link(refusal @ (Error::No(..) | Error::Bad(..))))) => {
                if matches!(&refusal, Error::No(command, _) | Error::Bad(command, _) if command == "IDLE") {
                    tracing::info!(
                        mailbox = id,
                        "IDLE is refused, the mailbox is polled from now on: {refusal}"
                    );
                    self.only_polls = true;
                }
                true
            }
            lost => {
                let times = self.lost.map_or(0, |(times, _)| times) + 1;
                self.lost = Some((times, Instant::now()));
                let cause =
                    lost.and_then(Result::err).map_or("panic".to_owned(), |broken| broken.to_string());
                tracing::info!(mailbox = id, polled = times >= LOST_IDLES, "IDLE came to a bad end: {cause}");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mailbox::{Endpoint, Secret, Tls};

    #[test]
    fn a_server_that_loses_two_idles_is_polled_for_an_hour_and_one_that_refuses_it_for_good() {
        let imap = Endpoint { host: "localhost".into(), port: 1, tls: Tls::None, ca_file: None };
        let mailbox = Mailbox {
            id: "zjc".into(),
            address: "zjc@mail.example".into(),
            user: "zjc".into(),
            password: Secret::new("code"),
            imap,
            smtp: None,
            folders: vec!["INBOX".into()],
            poll_seconds: 120,
            since: None,
            campaigns: vec![],
        };
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut ear = Ear::new(&mailbox, &store);
        let cut = || Some(Err(Broken::Link(Error::Cut("IDLE".into()))));
        let listens = |ear: &Ear<'_>| {
            [0, 59, 61].map(|minutes| ear.may_listen(Instant::now() + Duration::from_secs(60 * minutes)))
        };
        assert_eq!((ear.learn(cut()), listens(&ear)), (false, [true; 3]));
        assert_eq!((ear.learn(cut()), listens(&ear)), (false, [false, false, true]));
        assert_eq!((ear.learn(cut()), listens(&ear)), (false, [false, false, true]), "and once an hour");
        assert_eq!((ear.learn(Some(Ok(false))), listens(&ear)), (true, [true; 3]));
        let refused = Error::Bad("IDLE".into(), "what".into());
        assert_eq!((ear.learn(Some(Err(Broken::Link(refused)))), listens(&ear)), (true, [false; 3]));
    }
}
