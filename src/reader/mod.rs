//! The caged child that meets hostile bytes with other people's parsers: `shouwen reader`. Raw mail in by file
//! descriptor, derived files into a scratch folder, one typed report ([`MailFacts`]) out; no store, no network, no
//! other path. A reader serves many mails; its death costs the mail it was reading, never the daemon.

mod archives;
mod bytes;
mod cage;
mod channel;
mod child;
mod content;
mod desk;
mod effort;
mod enclosed;
mod limits;
pub mod names;
mod own_end;
mod passwords;
mod sniff;
mod unpack;

pub use child::child_main;
pub use content::look_at;
pub use desk::ReadingDesk;
pub use limits::Limits;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use channel::{Hello, Reply, Wish};
use rustix::process::Signal;

use crate::domain::facts::MailFacts;
use crate::fault::Fault;
use crate::media::Thumbnail;

/// This very program, even when its file has been replaced by an upgrade.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// What is said of a reader that answers another question than it was asked.
const NO_ANSWER: &str = "读信进程的报告不合规则：答非所问";

/// The parent's end of a running reader.
pub struct Reader {
    child: Child,
    channel: UnixStream,
    scratch: PathBuf,
    limits: Limits,
    gaps: Vec<String>,
}

/// How a reader failed over a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Death {
    /// The process ended: signal or exit code, in words.
    Died(String),
    /// It said nothing for longer than the limit and was killed.
    Stalled(String),
}

impl Death {
    /// What happened, in words for staff.
    pub fn words(&self) -> &str {
        match self {
            Death::Died(words) | Death::Stalled(words) => words,
        }
    }
}

impl Reader {
    /// Starts a child of this very binary (`/proc/self/exe`) with an empty environment, cwd /, whose only writable
    /// path is `scratch`.
    ///
    /// # Errors
    /// [`Fault::Retry`] when no process could be started or it does not say hello.
    pub fn start(scratch: &Path) -> Result<Self, Fault> {
        Self::start_program(Path::new(OWN_PROGRAM), scratch, &Limits::HOUSE)
    }

    /// The same with another program and the parent's share of other limits, for tests.
    ///
    /// # Errors
    /// As [`Reader::start`].
    pub fn start_program(program: &Path, scratch: &Path, limits: &Limits) -> Result<Self, Fault> {
        std::fs::create_dir_all(scratch)?;
        let scratch = scratch.canonicalize()?;
        let (ours, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg("reader")
            .arg(&scratch)
            .env_clear()
            .current_dir("/")
            // An interrupt from the terminal is for the daemon, which ends its readers itself.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut reader = Self { child, channel: ours, scratch, limits: *limits, gaps: Vec::new() };
        let deadline = Instant::now() + Limits::HOUSE.mail_time;
        let hello: Hello = channel::receive(&reader.channel, limits.frame_bytes, deadline)
            .map_err(|error| Fault::Retry(format!("reader did not start: {error}")))?;
        reader.gaps = hello.gaps;
        Ok(reader)
    }

    /// Has one mail read. Derived files are left in the scratch folder, named by the report; the caller moves them.
    /// After a death the reader is of no more use.
    ///
    /// # Errors
    /// What is not the mail's doing: [`Fault::Halt`] when the scratch folder cannot be written, [`Fault::Retry`] when
    /// somebody told the reader to stop.
    pub fn read(&mut self, raw: &File) -> Result<Result<MailFacts, Death>, Fault> {
        self.report(Wish::Whole, raw)
    }

    /// Has only the header of a mail read: what can be known of one that ends its readers.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read_header(&mut self, raw: &File) -> Result<Result<MailFacts, Death>, Fault> {
        self.report(Wish::Header, raw)
    }

    /// Has a photo made small; or why it cannot be shown, in words for staff.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn thumbnail(&mut self, photo: &File) -> Result<Result<Result<Thumbnail, String>, Death>, Fault> {
        Ok(self.ask(Wish::Thumbnail, photo)?.and_then(|reply| match reply {
            Reply::Thumbnail(made) => Ok(made),
            _ => Err(Death::Died(NO_ANSWER.to_owned())),
        }))
    }

    fn report(&mut self, wish: Wish, raw: &File) -> Result<Result<MailFacts, Death>, Fault> {
        Ok(self.ask(wish, raw)?.and_then(|reply| match reply {
            Reply::Facts(facts) => match self.check(&facts) {
                Ok(()) => Ok(*facts),
                Err(words) => Err(Death::Died(words)),
            },
            _ => Err(Death::Died(NO_ANSWER.to_owned())),
        }))
    }

    fn ask(&mut self, wish: Wish, raw: &File) -> Result<Result<Reply, Death>, Fault> {
        let deadline = Instant::now() + self.limits.mail_time;
        let reply = channel::send_wish(&self.channel, wish, raw.as_fd())
            .and_then(|()| channel::receive(&self.channel, self.limits.frame_bytes, deadline));
        match reply {
            Ok(Reply::ScratchFailed(cause)) => {
                Err(Fault::Halt(format!("reader could not write its scratch folder: {cause}")))
            }
            Ok(reply) => Ok(Ok(reply)),
            Err(error) => self.death(&error).map(Err),
        }
    }

    /// A report is believed only as far as it keeps the rules: its files are plain files of the scratch folder, and
    /// parents come before children.
    fn check(&self, facts: &MailFacts) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("读信进程的报告不合规则：{what}"));
        if facts.parts.len() > self.limits.parts {
            return wrong("附件过多");
        }
        for (index, part) in facts.parts.iter().enumerate() {
            if part.parent.is_some_and(|parent| parent >= index) {
                return wrong("附件次序");
            }
            let Some(file) = &part.file else { continue };
            let is_plain = !file.is_empty() && file.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let metadata = std::fs::symlink_metadata(self.scratch.join(file));
            if !is_plain || !metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() == part.size)
            {
                return wrong("附件文件");
            }
        }
        Ok(())
    }

    fn death(&mut self, error: &io::Error) -> Result<Death, Fault> {
        if error.kind() == io::ErrorKind::TimedOut {
            return Ok(Death::Stalled(format!("读信超过{}秒没有结果", self.limits.mail_time.as_secs())));
        }
        if error.kind() == io::ErrorKind::InvalidData {
            return Ok(Death::Died(format!("读信进程的报告不合规则：{error}")));
        }
        let status = self.child.wait().ok();
        let signal = status.and_then(|status| status.signal());
        let code = status.and_then(|status| status.code());
        let told_to_stop = [Signal::TERM, Signal::INT, Signal::HUP].map(Signal::as_raw);
        if signal.is_some_and(|signal| told_to_stop.contains(&signal)) {
            return Err(Fault::Retry("reader was told to stop".to_owned()));
        }
        Ok(Death::Died(match (signal, code) {
            (Some(signal), _) => format!("读信进程异常终止（信号{signal}）"),
            (None, Some(code)) => format!("读信进程异常退出（代码{code}）"),
            (None, None) => format!("读信进程失去联系：{error}"),
        }))
    }
}

impl Drop for Reader {
    /// No reader outlives its parent's interest in it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What protects this machine from its readers, in words for `check` and the page: empty when all of it works. Starts a
/// reader to find out.
pub fn cage_gaps() -> Vec<String> {
    let found = tempfile::tempdir().map_err(Fault::from).and_then(|scratch| Reader::start(scratch.path()));
    match found {
        Ok(reader) => reader.gaps.clone(),
        Err(fault) => vec![format!("读信进程未能启动：{fault}")],
    }
}
