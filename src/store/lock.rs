//! One writer of the river a data directory: `run`, `once`, `import`, `replay` and `restore` hold this lock for life.
//! It is the kernel's (flock), so no death leaves it behind; the file only tells people whose it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::create_private_dir;
use crate::fault::{Fault, system_words};

/// Held for the life of the process; the kernel frees it after any death.
#[derive(Debug)]
pub struct Lock {
    _held: File,
}

impl Lock {
    /// Takes the lock of `data_dir`.
    ///
    /// # Errors
    /// [`Fault::Refused`] naming the pid of the process that holds it.
    pub fn take(data_dir: &Path) -> Result<Self, Fault> {
        create_private_dir(data_dir)?;
        let path = data_dir.join("shouwen.lock");
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut file = file.map_err(|error| {
            Fault::Halt(format!(
                "{}：锁不上：{}；请检查该文件夹的权限和磁盘",
                path.display(),
                system_words(&error)
            ))
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held_by_another(&mut file, data_dir)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { _held: file })
    }
}

/// Waits for its turn to open the store of `data_dir`, and keeps it until the file is dropped. A daemon and a command
/// that both find no database yet would make it at the same time, and SQLite does not wait for the other where a
/// database is turned to WAL: one of the two failed with "database is locked".
pub(super) fn alone(data_dir: &Path) -> Result<File, Fault> {
    let folder = File::open(data_dir)?;
    folder.lock()?;
    Ok(folder)
}

fn held_by_another(file: &mut File, data_dir: &Path) -> Fault {
    let mut text = String::new();
    let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
    let holder = pid.map_or_else(|| "另一个进程".to_owned(), |pid| format!("进程 {pid} "));
    Fault::Refused(format!("数据文件夹 {} 正由{holder}使用；请等它结束，或先停止它", data_dir.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_the_pid_of_the_first_and_a_third_may_follow() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let refusal = Lock::take(dir.path()).unwrap_err();
        let pid = std::process::id().to_string();
        assert!(matches!(&refusal, Fault::Refused(cause) if cause.contains(&pid)), "{refusal}");
        drop(first);
        Lock::take(dir.path()).unwrap();
    }
}
