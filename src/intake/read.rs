//! The second stage of the river: hands each captured mail to a caged reader and takes its report. Several desks read
//! side by side, and a mail that holds one up holds up no other; reports are stored many to a commit. Only a reader's
//! death or stall seen here counts against a mail; after a crash of this process mail is simply read again.

use std::thread;
use std::time::{Duration, Instant};

use super::queue::{Place, Queue};
use crate::clock::Clock;
use crate::domain::facts::MailFacts;
use crate::fault::{Fault, kill_point};
use crate::reader::ReadingDesk;
use crate::store::{Reported, Store, Waiting};

/// Readers that one mail may end before it is set aside.
const DEATHS_MAX: u32 = 2;
/// Reports that one commit may store.
const REPORTS_MAX: usize = 50;
/// Bytes of reports that may wait for their commit, a little more than which a desk holds in memory.
const REPORT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a report may wait for its commit.
const REPORT_AGE_MAX: Duration = Duration::from_secs(1);

/// Reads every captured mail, oldest first, at all desks at once, and returns how many there were. `saved` is called
/// after each commit; `stop` is asked before each mail.
///
/// # Errors
/// What stops all reading: no reader can be started, the disk is full, the store fails. The mails so far are done.
pub fn read_all(
    store: &Store,
    desks: &mut [ReadingDesk],
    clock: &Clock,
    saved: &(dyn Fn() + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<usize, Fault> {
    let queue = Queue::new(store, desks.len());
    thread::scope(|scope| {
        let read = |desk| {
            let place = queue.enter();
            let seat = Seat {
                store,
                clock,
                saved,
                place,
                desk,
                reports: Vec::new(),
                bytes: 0,
                since: Instant::now(),
            };
            scope.spawn(|| seat.read_all(stop))
        };
        let at_work: Vec<_> = desks.iter_mut().map(read).collect();
        let broken = |_| Err(Fault::Retry("a reading thread broke".to_owned()));
        let ended: Vec<_> = at_work.into_iter().map(|desk| desk.join().unwrap_or_else(broken)).collect();
        ended.into_iter().sum()
    })
}

/// A desk at work, with the reports that wait for their commit.
struct Seat<'a> {
    store: &'a Store,
    clock: &'a Clock,
    saved: &'a (dyn Fn() + Sync),
    place: Place<'a>,
    desk: &'a mut ReadingDesk,
    reports: Vec<Reported>,
    /// Bytes of the reports, and when the first of them came.
    bytes: usize,
    since: Instant,
}

impl Seat<'_> {
    fn read_all(mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize, Fault> {
        let mut done = 0;
        while !stop() {
            let Some(mail) = self.place.next()? else {
                self.save()?;
                if self.place.rest() { continue } else { break }
            };
            match self.read_one(&mail) {
                Err(Fault::Park(cause)) => self.park(mail.id, &cause)?,
                outcome => outcome?,
            }
            done += 1;
            if self.is_full() {
                self.save()?;
            }
        }
        self.save()?;
        Ok(done)
    }

    fn read_one(&mut self, mail: &Waiting) -> Result<(), Fault> {
        loop {
            // Opened anew for each try: the reader shares the place in the file with us.
            let raw = self.store.blobs().open(&mail.sha256)?;
            kill_point("read.handed");
            match self.desk.read(&raw)? {
                Ok(facts) => {
                    kill_point("read.reported");
                    return self.keep(mail.id, facts);
                }
                Err(death) => {
                    let deaths = self.store.count_reader_death(mail.id)?;
                    tracing::warn!(
                        message = mail.id,
                        deaths,
                        cause = death.words(),
                        "reader lost over a mail"
                    );
                    if deaths >= DEATHS_MAX {
                        return self.set_aside(mail, death.words());
                    }
                }
            }
        }
    }

    /// Moves the derived files into blobs and puts the report to those that wait for their commit.
    fn keep(&mut self, id: i64, facts: MailFacts) -> Result<(), Fault> {
        let mut hashes = Vec::with_capacity(facts.parts.len());
        for part in &facts.parts {
            let adopt = |file: &String| self.store.blobs().adopt(&self.desk.file(file));
            hashes.push(part.file.as_ref().map(adopt).transpose()?.map(|(sha256, _)| sha256));
        }
        if self.reports.is_empty() {
            self.since = Instant::now();
        }
        self.bytes += facts.bytes();
        self.reports.push(Reported { id, facts, hashes });
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.reports.len() >= REPORTS_MAX
            || self.bytes >= REPORT_BYTES_MAX
            || (!self.reports.is_empty() && self.since.elapsed() >= REPORT_AGE_MAX)
    }

    /// Stores the reports in one commit; where one of them cannot be stored, one by one.
    fn save(&mut self) -> Result<(), Fault> {
        let reports = std::mem::take(&mut self.reports);
        self.bytes = 0;
        if reports.is_empty() {
            return Ok(());
        }
        match self.store.save_facts(&reports, self.clock.now()) {
            Err(Fault::Park(_)) => {
                for report in &reports {
                    match self.store.save_facts(std::slice::from_ref(report), self.clock.now()) {
                        Err(Fault::Park(cause)) => self.park(report.id, &cause)?,
                        outcome => outcome?,
                    }
                }
            }
            outcome => outcome?,
        }
        self.place.done(reports.iter().map(|report| report.id));
        (self.saved)();
        Ok(())
    }

    /// Parks a mail that ends its readers, with what its header tells. A crash between the two steps leaves a mail
    /// whose facts say that it could not be read, which a person sees as well.
    fn set_aside(&mut self, mail: &Waiting, cause: &str) -> Result<(), Fault> {
        let reason = format!("邮件读不出：{cause}");
        let raw = self.store.blobs().open(&mail.sha256)?;
        if let Ok(mut facts) = self.desk.read_header(&raw)? {
            facts.trouble.push(reason.clone());
            let report = Reported { id: mail.id, facts, hashes: Vec::new() };
            self.store.save_facts(&[report], self.clock.now())?;
        }
        self.store.park(mail.id, &reason, self.clock.now())?;
        self.place.done([mail.id]);
        Ok(())
    }

    fn park(&self, id: i64, cause: &str) -> Result<(), Fault> {
        tracing::warn!(message = id, cause, "mail set aside");
        self.store.park(id, &format!("读取失败：{cause}"), self.clock.now())?;
        self.place.done([id]);
        Ok(())
    }
}
