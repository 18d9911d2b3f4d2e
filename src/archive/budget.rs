//! What unpacking one mail may cost, counted on bytes really read and time really spent, never on what an archive
//! declares. One budget serves all archives of a mail, nested ones included; what it refuses, it refuses for good.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What unpacking may cost (`crates.md` 4.9).
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Members of all archives of one mail.
    pub members: usize,
    /// Bytes read out of all archives of one mail.
    pub total_bytes: u64,
    /// Bytes of one member.
    pub member_bytes: u64,
    /// Bytes read for one byte of an attached archive and of all that lies in it, beyond `slack_bytes`.
    pub ratio: u64,
    /// Bytes any attached archive may yield whatever its size.
    pub slack_bytes: u64,
    /// Bytes of the list of members of one archive.
    pub directory_bytes: u64,
    /// Bytes of the dictionaries of all archives open at a time.
    pub memory_bytes: u64,
    /// Time spent in unpacking alone, all archives of one mail together, trying passwords included.
    pub time: Duration,
}

/// What is left of the caps while a mail is unpacked.
#[derive(Debug)]
pub struct Budget {
    /// What it began with.
    pub(super) caps: Caps,
    members_left: Cell<usize>,
    purse: Rc<Purse>,
}

/// What readers and writers of members draw on.
#[derive(Debug)]
struct Purse {
    bytes_left: Cell<u64>,
    /// What the attached archive that is open may still yield.
    yield_left: Cell<u64>,
    time_left: Cell<Duration>,
    refusal: Cell<Option<&'static str>>,
}

impl Budget {
    /// A full budget for one mail.
    pub fn new(caps: Caps) -> Self {
        let purse = Purse {
            bytes_left: Cell::new(caps.total_bytes),
            yield_left: Cell::new(0),
            time_left: Cell::new(caps.time),
            refusal: Cell::new(None),
        };
        Self { caps, members_left: Cell::new(caps.members), purse: Rc::new(purse) }
    }

    /// Begins with an attached archive of so many bytes. Those inside it live on what it may yield.
    pub fn open(&self, archive_bytes: u64) {
        let most = archive_bytes.saturating_mul(self.caps.ratio).saturating_add(self.caps.slack_bytes);
        self.purse.yield_left.set(most);
        self.purse.refusal.set(None);
    }

    /// Bytes of memory for the dictionaries of an archive at this depth: each has half of what the one around it has,
    /// which stays open meanwhile.
    pub(super) fn memory(&self, depth: usize) -> u64 {
        self.caps.memory_bytes >> (depth + 1).min(63)
    }

    /// Counts one more member, or says why the archive ends here.
    pub(super) fn member(&self) -> Result<(), String> {
        self.check()?;
        let left = self.members_left.get().checked_sub(1);
        self.members_left.set(left.ok_or_else(|| self.too_many())?);
        Ok(())
    }

    /// What is said of an archive with more members than all may have.
    pub(super) fn too_many(&self) -> String {
        format!("压缩包内文件超过{}个，其余未解开", self.caps.members)
    }

    /// Why nothing more is unpacked of this attachment, if so, in words for staff.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.purse.time_left.get().is_zero() {
            self.purse.refusal.set(Some("解压用时过长，其余未解开"));
        }
        self.purse.refusal.get().map_or(Ok(()), |words| Err(words.to_owned()))
    }

    /// Runs a piece of unpacking on the budget's time.
    pub(super) fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        self.purse.timed(work)
    }

    /// Counts time that was spent on unpacking.
    pub(super) fn charge(&self, time: Duration) {
        self.purse.charge(time);
    }

    /// Counts a member while it is read or written.
    pub(super) fn member_of<F>(&self, file: F) -> Metered<F> {
        self.metered(file, self.caps.member_bytes)
    }

    /// Counts many members that come as one stream.
    pub(super) fn stream<F>(&self, file: F) -> Metered<F> {
        self.metered(file, u64::MAX)
    }

    fn metered<F>(&self, file: F, member_left: u64) -> Metered<F> {
        let allowance = Allowance { purse: self.purse.clone(), member_left, last: Instant::now() };
        Metered { file, allowance }
    }
}

impl Purse {
    fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        self.charge(start.elapsed());
        done
    }

    fn charge(&self, time: Duration) {
        self.time_left.set(self.time_left.get().saturating_sub(time));
    }
}

/// What one member may take from the purse.
struct Allowance {
    purse: Rc<Purse>,
    member_left: u64,
    /// When it was made or last used.
    last: Instant,
}

impl Allowance {
    /// Bytes that may still come; none when there is no time left.
    fn room(&self) -> u64 {
        if self.purse.time_left.get().is_zero() {
            return 0;
        }
        self.member_left.min(self.purse.bytes_left.get()).min(self.purse.yield_left.get())
    }

    fn spend(&mut self, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.member_left = self.member_left.saturating_sub(count);
        for left in [&self.purse.bytes_left, &self.purse.yield_left] {
            left.set(left.get().saturating_sub(count));
        }
    }

    fn refuse(&self) -> io::Error {
        let is_late = self.purse.time_left.get().is_zero();
        let (words, own) = if is_late {
            ("解压用时过长，其余未解开", "解压用时过长，未解开")
        } else {
            ("压缩包解开后过大，其余未解开", "解开后过大，未解开")
        };
        self.purse.refusal.set(Some(words));
        io::Error::other(own)
    }
}

/// A member that is counted while it is read or written. Its errors are words for staff.
pub(super) struct Metered<F> {
    file: F,
    allowance: Allowance,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.allowance.room()).map_or(out.len(), |room| room.min(out.len()));
        // At the limit, one more byte tells what ends there from what goes on.
        let mut beyond = [0];
        let slot = if room == 0 { &mut beyond[..] } else { out.get_mut(..room).unwrap_or_default() };
        let read = self.allowance.purse.timed(|| self.file.read(slot));
        let count = read.map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => io::Error::new(error.kind(), super::MEMORY),
            _ => io::Error::other(super::DAMAGED_MEMBER),
        })?;
        if room == 0 && count > 0 {
            return Err(self.allowance.refuse());
        }
        self.allowance.spend(count);
        Ok(count)
    }
}

impl<W: Write> Write for Metered<W> {
    /// The time since the last write was spent on unpacking what is written now.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.allowance.purse.charge(self.allowance.last.elapsed());
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > self.allowance.room() {
            return Err(self.allowance.refuse());
        }
        self.file.write_all(bytes)?;
        self.allowance.spend(bytes.len());
        self.allowance.last = Instant::now();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
