//! One look at a mailbox: every folder listed, whatever is new captured, and the outcome recorded, so that "nothing
//! new" is only ever said by a server that answered every question. A cut connection is taken up again where it was,
//! but a server is never stormed: so many logins a look, and so much patience.

mod absent;
mod worn;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use super::broken::{Broken, needs_a_person};
use super::capture::{self, Place, on_blocking_thread};
use super::discover::discover;
use super::failures::Failures;
use super::login::{self, Login};
use super::memory::Memory;
use super::sent;
use crate::clock::Clock;
use crate::domain::mailbox::{JUNK, Mailbox};
use crate::fault::Fault;
use crate::imap::{Chosen, Error, Folder, Session, folders_unasked};
use crate::store::{FolderState, Scan, Store};

/// Logins in one look; providers lock accounts that log in too often.
const LOGINS_A_LOOK: u32 = 5;
/// Connections that may be lost in one look because the server was asked for its folders.
const LOST_OVER_FOLDERS: u32 = 2;
/// A look lasts so long at most, and longer only for the bytes that the server has brought.
const PATIENCE: Duration = Duration::from_secs(60);

/// What staff do about mail that the server counts and does not list.
const GAP_REMEDY: &str = "程序每次收信都会再核对；一直如此，请到网页邮箱核对来件，或找邮箱的客服";

/// Told after each commit how many new mails of how many are captured.
pub type Progress<'a> = dyn Fn(u64, u64) + Send + Sync + 'a;

/// What one look brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass {
    /// Mails captured.
    pub captured: u64,
    /// UIDs that were listed and did not come; they are asked for again at the next look.
    pub unfetched: u64,
    /// Folders that could not be listed, each with the reason.
    pub troubles: Vec<String>,
}

/// A mailbox, and where its mail goes.
pub(super) struct Look<'a> {
    pub mailbox: &'a Mailbox,
    pub store: &'a Store,
    pub clock: &'a Clock,
    pub progress: &'a Progress<'a>,
    memory: &'a mut Memory,
    pass: Pass,
    failures: BTreeMap<String, Failures>,
    /// Scans that broke off, by folder.
    broken_off: BTreeMap<String, Scan>,
    done: Vec<String>,
    /// The server has one at least of the folders that configuration names.
    has_named_folder: bool,
    /// Connections of this look that were lost over the question for folders, and how the last one was.
    lost_over_folders: Option<(u32, String)>,
    /// The folders, once the server has told them: one that hangs up behind that would else never be asked for mail.
    chosen: Option<Chosen>,
    /// The connection has served an earlier look.
    is_reused: bool,
    /// A folder has been listed in this look.
    has_listed: bool,
}

impl<'a> Look<'a> {
    pub(super) fn new(
        mailbox: &'a Mailbox,
        store: &'a Store,
        clock: &'a Clock,
        progress: &'a Progress<'a>,
        memory: &'a mut Memory,
    ) -> Self {
        Self {
            mailbox,
            store,
            clock,
            progress,
            memory,
            pass: Pass::default(),
            failures: BTreeMap::new(),
            broken_off: BTreeMap::new(),
            done: Vec::new(),
            has_named_folder: false,
            lost_over_folders: None,
            chosen: None,
            is_reused: false,
            has_listed: false,
        }
    }

    /// Looks at all folders over `link`, which is opened where it is not and left open where all went well.
    ///
    /// # Errors
    /// [`Fault::Refused`] where a person has to do something, [`Fault::Halt`] from the store, else [`Fault::Retry`].
    pub(super) async fn all(mut self, link: &mut Option<Session>) -> Result<Pass, Fault> {
        self.memory.begin_look();
        if link.is_none()
            && let Some(words) = login::rests(self.mailbox, self.store, self.clock.now()).await?
        {
            self.memory.login = Login::Rests;
            self.record_unfinished(&words).await?;
            return Err(Fault::Refused(words));
        }
        self.leave_if_old(link).await;
        let mut until = Instant::now() + PATIENCE;
        let mut logins = 0;
        loop {
            let attempt = self.attempt(link.take(), &mut until, &mut logins).await;
            let error = match attempt {
                Ok(session) => {
                    *link = Some(session);
                    if logins > 0 {
                        login::let_in(self.mailbox, self.store).await?;
                    }
                    return Ok(self.pass);
                }
                Err(Broken::Store(fault)) => {
                    // A disk with no room for mail may have some for this.
                    let _ = self.record_unfinished(fault.cause()).await;
                    return Err(fault);
                }
                Err(Broken::Link(error)) => error,
            };
            tracing::warn!(mailbox = self.mailbox.id, "connection given up: {error}");
            // A server that has handed out mail has let us in, whatever it says then.
            if login::is_refusal(&error) && !self.memory.has_brought() {
                self.memory.login = Login::Refused;
                login::refused(self.mailbox, self.store, error.to_string(), self.clock.now()).await?;
            }
            let pause = Duration::from_secs(u64::from(logins.saturating_sub(1)));
            let unreachable = matches!(error, Error::Unreachable(_)) && logins <= 1;
            if unreachable
                || needs_a_person(&error)
                || logins >= LOGINS_A_LOOK
                || Instant::now() + pause >= until
            {
                self.record_unfinished(&error.with_remedy()).await?;
                return Err(error.into());
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// One connection's share of the look: all folders that are not done.
    async fn attempt(
        &mut self,
        link: Option<Session>,
        until: &mut Instant,
        logins: &mut u32,
    ) -> Result<Session, Broken> {
        self.is_reused = link.is_some();
        let mut session = match link {
            Some(mut session) => {
                session.be_patient(*until);
                session
            }
            None => {
                *logins += 1;
                self.memory.connected_at = Some(Instant::now());
                Session::open(self.mailbox, *until, &mut self.memory.shunned).await?
            }
        };
        let looked = self.folders(&mut session).await;
        *until = session.patience();
        if let Err(Broken::Link(error)) = &looked {
            session.note_lost(error);
        }
        looked.map(|()| session)
    }

    async fn folders(&mut self, session: &mut Session) -> Result<(), Broken> {
        let Chosen { mut folders, no_junk, is_all } = self.choose(session).await?;
        self.note_role(no_junk).await?;
        if is_all {
            self.forget_all_but(&folders).await?;
        }
        let is_named = |folder: &Folder| self.mailbox.folders.contains(&folder.name);
        self.has_named_folder = folders.iter().any(|folder| !folder.is_unlisted && is_named(folder));
        // One at which connections end must not hold up those behind it, whose turn would never come.
        folders.sort_by_key(|folder| self.broken_off.contains_key(&folder.name));
        for folder in folders {
            if self.done.contains(&folder.name) {
                continue;
            }
            let scan = self.scan(session, &folder).await?;
            self.pass.unfetched += (scan.unfetched.len() + scan.resting.len()) as u64;
            if let Some(trouble) = &scan.trouble {
                tracing::warn!(
                    mailbox = self.mailbox.id,
                    folder = folder.name,
                    "folder not listed: {trouble}"
                );
                self.pass.troubles.push(format!("{}: {trouble}", folder.name));
            }
            self.record(scan).await?;
            self.done.push(folder.name);
        }
        let now = self.clock.now();
        if sent::is_time(self.memory.sent_asked_at, now) {
            // Before it is asked: where that costs the connection, the next one is not asked again.
            self.memory.sent_asked_at = Some(now);
            sent::settle(session, self.mailbox, self.store, now).await?;
        }
        Ok(())
    }

    /// The folders to look at. Only the one for spam has to be asked for: a server that hangs up over that is left alone with
    /// it, and gives the mail of the others.
    async fn choose(&mut self, session: &mut Session) -> Result<Chosen, Broken> {
        if let Some(chosen) = &self.chosen {
            return Ok(chosen.clone());
        }
        let (wanted, now) = (&self.mailbox.folders, self.clock.now());
        let given_up = self.lost_over_folders.as_ref().filter(|(times, _)| *times >= LOST_OVER_FOLDERS);
        if let Some(why) = given_up.map(|(_, why)| why).or_else(|| self.memory.why_not_folders(now)) {
            return Ok(folders_unasked(wanted, why));
        }
        let answer = session.folders(wanted).await;
        match &answer {
            Ok(_) => self.memory.unasked_folders = None,
            Err(error) => {
                let before = self.lost_over_folders.as_ref().map_or(0, |(times, _)| *times);
                // A second silence would leave no time for the mail of the others.
                let is_slow = matches!(error, Error::Timeout(_));
                let times = if is_slow { LOST_OVER_FOLDERS } else { before + 1 };
                if times >= LOST_OVER_FOLDERS {
                    self.memory.note_unasked_folders(error.to_string(), now);
                }
                self.lost_over_folders = Some((times, error.to_string()));
            }
        }
        Ok(self.chosen.insert(answer?).clone())
    }

    /// Lists one folder and captures what is new in it. A refusal is the folder's own trouble.
    async fn scan(&mut self, session: &mut Session, folder: &Folder) -> Result<Scan, Broken> {
        let mut scan = self.blank_scan(&folder.name);
        let outcome = self.list_and_capture(session, folder, &mut scan).await;
        let failures = self.failures.entry(folder.name.clone()).or_default();
        (scan.unfetched, scan.resting) = (failures.unfetched(), failures.resting.clone());
        match outcome {
            Ok(()) => Ok(scan),
            Err(broken) if broken.is_final() || self.is_worn_out() => {
                self.broken_off.insert(folder.name.clone(), scan);
                Err(broken)
            }
            Err(refused) => Ok(Scan { trouble: Some(refused.with_remedy()), ..scan }),
        }
    }

    async fn list_and_capture(
        &mut self,
        session: &mut Session,
        folder: &Folder,
        scan: &mut Scan,
    ) -> Result<(), Broken> {
        scan.at = self.clock.now();
        let examined = match session.examine(folder).await {
            Err(error @ Error::No(..))
                if folder.is_unlisted && !needs_a_person(&error) && !error.is_passing() =>
            {
                return self.absent(folder, scan).await;
            }
            answer => answer?,
        };
        scan.uidvalidity = examined.uidvalidity;
        if self.broken_off.get(&folder.name).is_some_and(|before| before.uidvalidity != scan.uidvalidity) {
            // Rebuilt between two connections: the same UIDs mean other mails now.
            self.failures.remove(&folder.name);
        }
        let place = Place {
            mailbox: self.mailbox,
            folder: &folder.name,
            uidvalidity: examined.uidvalidity,
            store: self.store,
            clock: self.clock,
        };
        let gap = discover(session, &place, self.memory).await?;
        self.has_listed = true;
        if let Some(gap) = gap {
            match gap.is_numbered {
                true => scan.note = Some(gap.words),
                false => scan.trouble = Some(format!("{}。{GAP_REMEDY}", gap.words)),
            }
        }
        let total = self.pass.captured + self.memory.waiting(&folder.name).len() as u64;
        let (pass, progress) = (&mut self.pass, self.progress);
        let mut captured = |mails: usize| {
            if mails > 0 {
                pass.captured += mails as u64;
                progress(pass.captured, total);
            }
        };
        let failures = self.failures.entry(folder.name.clone()).or_default();
        capture::capture(session, &place, self.memory, failures, &mut captured).await
    }

    /// Where the server does not tell its folders, mail in the folder for spam may be missed: that is told like the trouble
    /// of a folder, until the server tells them again.
    async fn note_role(&mut self, trouble: Option<String>) -> Result<(), Fault> {
        if trouble.is_none() && self.memory.lists_folders == Some(true) {
            return Ok(());
        }
        let (id, scan) = (self.mailbox.id.clone(), Scan { trouble, ..self.blank_scan(JUNK) });
        if let Some(trouble) = scan.trouble.as_ref().filter(|_| !self.done.iter().any(|done| done == JUNK)) {
            tracing::warn!(mailbox = self.mailbox.id, "{JUNK}: {trouble}");
            self.pass.troubles.push(format!("{JUNK}: {trouble}"));
            self.done.push(JUNK.to_owned());
        }
        self.memory.lists_folders = Some(scan.trouble.is_none());
        let settle = move |store: &Store| {
            let is_own = |state: &FolderState| state.mailbox == id && state.folder == JUNK;
            let is_told = store.folder_states()?.iter().any(|state| is_own(state) && state.trouble.is_some());
            if scan.trouble.is_some() || is_told { store.record_scan(&scan) } else { Ok(()) }
        };
        on_blocking_thread(self.store, settle).await
    }

    /// Says of every folder that was not finished why it was not: reminders are held by this. Where mail of it came all the same,
    /// that is no outage that staff would have to hear of; nor where only the mail of others left no time for it.
    async fn record_unfinished(&mut self, trouble: &str) -> Result<(), Fault> {
        let named = self.mailbox.folders.iter().filter(|name| !name.starts_with('@'));
        let mut unfinished: BTreeMap<String, Scan> = named
            .map(|name| Folder::named(name).name)
            .map(|name| (name.clone(), self.blank_scan(&name)))
            .collect();
        let tried: BTreeSet<String> = self.broken_off.keys().cloned().collect();
        unfinished.append(&mut self.broken_off);
        unfinished.retain(|name, _| !self.done.contains(name));
        let brought = &self.memory.brought;
        let moves = |name: &&String| match tried.contains(*name) {
            true => brought.contains(*name),
            false => !brought.is_empty(),
        };
        let moving: Vec<String> = unfinished.keys().filter(moves).cloned().collect();
        for scan in unfinished.into_values() {
            self.record(Scan { trouble: Some(trouble.to_owned()), ..scan }).await?;
        }
        if moving.is_empty() {
            return Ok(());
        }
        let (id, now) = (self.mailbox.id.clone(), self.clock.now());
        on_blocking_thread(self.store, move |store| store.note_progress(&id, &moving, now)).await
    }

    fn blank_scan(&self, folder: &str) -> Scan {
        Scan {
            mailbox: self.mailbox.id.clone(),
            folder: folder.to_owned(),
            uidvalidity: 0,
            at: self.clock.now(),
            unfetched: Vec::new(),
            resting: Vec::new(),
            trouble: None,
            note: None,
        }
    }

    async fn record(&self, scan: Scan) -> Result<(), Fault> {
        on_blocking_thread(self.store, move |store| store.record_scan(&scan)).await
    }
}
