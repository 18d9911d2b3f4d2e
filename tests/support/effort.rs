//! How much of the processor a thread has used: that work grows with what it is about and no faster is asked of the work,
//! which a busy machine does not change.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time of this thread until now.
pub fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}
