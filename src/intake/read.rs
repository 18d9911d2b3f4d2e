//! The second stage of the river: hands each captured mail to a caged reader and takes its report. Only a reader's death
//! or stall seen here counts against a mail; after a crash of this process mail is simply read again.

use jiff::Timestamp;

use crate::clock::Clock;
use crate::domain::facts::MailFacts;
use crate::domain::message::Stage;
use crate::fault::{Fault, kill_point};
use crate::reader::ReadingDesk;
use crate::store::{Store, Waiting};

/// Mails asked for at a time.
const BATCH: u32 = 200;
/// Readers that one mail may end before it is set aside.
const DEATHS_MAX: u32 = 2;

/// Reads every captured mail, oldest first, and returns how many there were. `progress` is told after each; `stop` is
/// asked before each.
///
/// # Errors
/// What stops all reading: no reader can be started, the disk is full, the store fails. The mails so far are done.
pub fn read_all(
    store: &Store,
    desk: &mut ReadingDesk,
    clock: &Clock,
    progress: &mut dyn FnMut(usize),
    stop: &dyn Fn() -> bool,
) -> Result<usize, Fault> {
    let mut done = 0;
    loop {
        let batch = store.waiting(Stage::Captured, BATCH)?;
        if batch.is_empty() {
            return Ok(done);
        }
        for mail in &batch {
            if stop() {
                return Ok(done);
            }
            match read_one(store, desk, mail, clock.now()) {
                Err(Fault::Park(cause)) => {
                    tracing::warn!(message = mail.id, cause, "mail set aside");
                    store.park(mail.id, &format!("读取失败：{cause}"), clock.now())?;
                }
                outcome => outcome?,
            }
            done += 1;
            progress(done);
        }
    }
}

fn read_one(store: &Store, desk: &mut ReadingDesk, mail: &Waiting, now: Timestamp) -> Result<(), Fault> {
    loop {
        // Opened anew for each try: the reader shares the place in the file with us.
        let raw = store.blobs().open(&mail.sha256)?;
        kill_point("read.handed");
        match desk.read(&raw)? {
            Ok(facts) => {
                kill_point("read.reported");
                return keep(store, desk, mail.id, &facts, now);
            }
            Err(death) => {
                let deaths = store.count_reader_death(mail.id)?;
                tracing::warn!(message = mail.id, deaths, cause = death.words(), "reader lost over a mail");
                if deaths >= DEATHS_MAX {
                    return set_aside(store, desk, mail, death.words(), now);
                }
            }
        }
    }
}

/// Moves the derived files into blobs and stores the report.
fn keep(store: &Store, desk: &ReadingDesk, id: i64, facts: &MailFacts, now: Timestamp) -> Result<(), Fault> {
    let mut hashes = Vec::with_capacity(facts.parts.len());
    for part in &facts.parts {
        let adopted = part.file.as_ref().map(|file| store.blobs().adopt(&desk.file(file))).transpose()?;
        hashes.push(adopted.map(|(sha256, _)| sha256));
    }
    store.save_facts(id, facts, &hashes, now)
}

/// Parks a mail that ends its readers, with what its header tells. A crash between the two steps leaves a mail whose
/// facts say that it could not be read, which a person sees as well.
fn set_aside(
    store: &Store,
    desk: &mut ReadingDesk,
    mail: &Waiting,
    cause: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let reason = format!("邮件读不出：{cause}");
    let raw = store.blobs().open(&mail.sha256)?;
    if let Ok(mut facts) = desk.read_header(&raw)? {
        facts.trouble.push(reason.clone());
        store.save_facts(mail.id, &facts, &[], now)?;
    }
    store.park(mail.id, &reason, now)
}
