//! Processor time of the thread that reads: many parts that each cost little more than they should cost a mail no more
//! than a bound, and what a part costs does not depend on what else the machine does.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time that may still be spent.
#[derive(Debug)]
pub struct Effort(Duration);

impl Effort {
    /// So much of it.
    pub fn new(left: Duration) -> Self {
        Self(left)
    }

    /// How much of it is left.
    pub fn left(&self) -> Duration {
        self.0
    }

    /// Does a piece of work on it; one that was begun is ended.
    pub fn spend<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begun = thread_time();
        let done = work();
        self.0 = self.0.saturating_sub(thread_time().saturating_sub(begun));
        done
    }
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_until_nothing_is_left() {
        let mut effort = Effort::new(Duration::from_millis(20));
        let mut pieces = 0u64;
        while !effort.left().is_zero() {
            pieces += effort.spend(|| (0..100_000u64).map(std::hint::black_box).sum::<u64>()) & 1;
            pieces += 1;
        }
        assert!(pieces > 1);
    }
}
