//! A daemon of a story: started, listened to, stopped or killed.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;

use super::{PATIENCE, wait_for};

/// A daemon that runs until it is stopped; dropped, it is killed.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// The daemon that was started as `child` and logs to `log`.
    pub(super) fn new(child: Child, log: PathBuf) -> Self {
        Self { child, log }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until its log says `words`; returns the log.
    pub fn wait_until_it_says(&mut self, words: &str) -> String {
        wait_for(PATIENCE, || {
            let log = read(&self.log);
            if log.contains(words) {
                return Ok(log);
            }
            assert!(self.is_alive(), "ended without saying {words:?}:\n{log}");
            Err(format!("never said {words:?}:\n{log}"))
        })
    }

    /// Whether it lives.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills it as `kill -9` does; it must have lived until then.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        let ended = self.child.wait().unwrap().signal();
        assert_eq!(ended, Some(9), "ended by itself:\n{}", read(&self.log));
    }

    /// Asks it to stop as a service manager does, and demands that it ends in peace.
    pub fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        wait_for(PATIENCE, || match self.is_alive() {
            true => Err(format!("does not stop:\n{}", read(&self.log))),
            false => Ok(()),
        });
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}:\n{}", read(&self.log));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}
