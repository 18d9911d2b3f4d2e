//! How much room the disk of the store has, and where intake and reading halt. They do so before a write fails: what is at hand
//! comes to its end, and the rows that say why they stopped still fit.

use std::io;

use rustix::fs::{StatVfs, StatVfsMountFlags, fstatvfs};

use super::Blobs;
use crate::fault::Fault;

/// Space that intake and reading leave free: room for the rows and the log of what is at hand, and for the alarm that tells why they
/// have stopped.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
/// Files that the disk must still be able to take.
const RESERVE_FILES: u64 = 200;

impl Blobs {
    /// How much room the disk has: none where it can take no more files, as a file system without free inodes or one that the
    /// kernel has made read-only.
    pub fn free_bytes(&self) -> io::Result<u64> {
        Ok(room(&fstatvfs(&self.handle)?))
    }

    /// Whether mail may be taken in and read: asked before each look at a mailbox and each turn of the river.
    ///
    /// # Errors
    /// [`Fault::Halt`] in words for staff when the disk is down to its reserve.
    pub fn demand_room(&self) -> Result<(), Fault> {
        let disk = fstatvfs(&self.handle).map_err(io::Error::from)?;
        match is_read_only(&disk) {
            true => Err(Fault::Halt("数据文件夹所在磁盘成了只读，收信暂停；恢复可写后自动继续".to_owned())),
            false => demand(room(&disk)),
        }
    }
}

fn is_read_only(disk: &StatVfs) -> bool {
    disk.f_flag.contains(StatVfsMountFlags::RDONLY)
}

fn room(disk: &StatVfs) -> u64 {
    let has_inodes = disk.f_files == 0 || disk.f_favail > RESERVE_FILES;
    if has_inodes && !is_read_only(disk) { disk.f_bavail.saturating_mul(disk.f_frsize) } else { 0 }
}

fn demand(free_bytes: u64) -> Result<(), Fault> {
    if free_bytes >= RESERVE_BYTES {
        return Ok(());
    }
    let free = free_bytes / (1024 * 1024);
    Err(Fault::Halt(format!("数据文件夹所在磁盘只剩 {free} MiB，收信暂停；腾出空间后自动继续")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intake_stops_before_the_disk_has_no_room_to_say_so() {
        let disk = StatVfs {
            f_bsize: 4096,
            f_frsize: 4096,
            f_blocks: 1 << 20,
            f_bfree: 1 << 20,
            f_bavail: 1 << 20,
            f_files: 1000,
            f_ffree: 900,
            f_favail: 900,
            f_fsid: 0,
            f_flag: StatVfsMountFlags::empty(),
            f_namemax: 255,
        };
        assert_eq!(room(&disk), 4 << 30);
        assert_eq!(room(&StatVfs { f_favail: RESERVE_FILES, ..disk }), 0, "no more files");
        assert_eq!(
            room(&StatVfs { f_files: 0, f_favail: 0, ..disk }),
            4 << 30,
            "a file system that counts no files"
        );
        assert_eq!(room(&StatVfs { f_flag: StatVfsMountFlags::RDONLY, ..disk }), 0);
        assert_eq!(demand(RESERVE_BYTES), Ok(()));
        assert!(matches!(demand(RESERVE_BYTES - 1), Err(Fault::Halt(cause)) if cause.contains("63 MiB")));
    }
}
