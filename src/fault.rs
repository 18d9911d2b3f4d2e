//! What an edge of the program reports when it fails, sorted by what to do next, and the named points at which
//! the crash stories end the process. Bad *input* is never a fault: it is a value with its flaws.

use std::fmt;

/// A failure at an edge (disk, network, child process), sorted where its cause is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Will pass by itself (connection lost, database busy): try again with back-off.
    Retry(String),
    /// This one message only cannot go on; the next one can.
    Park(String),
    /// Nothing may be written any more (disk full, store damaged, wrong schema): stop intake, keep the page up.
    Halt(String),
    /// Waiting does not help, a person has to change something (password, certificate, configuration).
    Refused(String),
}

impl Fault {
    /// The cause in words: lower case, noun, what happened, the values.
    pub fn cause(&self) -> &str {
        match self {
            Fault::Retry(cause) | Fault::Park(cause) | Fault::Halt(cause) | Fault::Refused(cause) => cause,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause())
    }
}

impl std::error::Error for Fault {}

impl From<std::io::Error> for Fault {
    /// A full or read-only disk halts, a used-up quota too; everything else may pass.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | ReadOnlyFilesystem | FileTooLarge => {
                Fault::Halt(system_words(&error))
            }
            _ => Fault::Retry(system_words(&error)),
        }
    }
}

/// What the system refused, for staff: it says so in English. What an office never meets keeps the system's words.
pub fn system_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::ReadOnlyFilesystem => "所在磁盘是只读的",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘已满",
        ErrorKind::FileTooLarge => "文件超过系统允许的大小",
        ErrorKind::IsADirectory => "是文件夹，不是文件",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "有同名的文件，不是文件夹",
        ErrorKind::AddrInUse => "已被别的程序占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// Ends the process without any clean-up when the crash story asked for this point: `SHOUWEN_KILL=NAME` or
/// `NAME:N` for the N-th time it is passed. Compiled to nothing without the feature `killpoints`.
#[cfg(feature = "killpoints")]
pub fn kill_point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Ok(wish) = std::env::var("SHOUWEN_KILL") else { return };
    let (wanted, nth) = wish.split_once(':').unwrap_or((wish.as_str(), "1"));
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth.parse().unwrap_or(1) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The cage lets nobody be killed.
        std::process::abort();
    }
}

/// See the version under feature `killpoints`; here it is nothing.
#[cfg(not(feature = "killpoints"))]
#[inline(always)]
pub fn kill_point(_name: &str) {}
