//! Waiting for what another process or task does: it is looked for again and again, and given up with words about what
//! there was instead. The only place where a test sleeps until something is so.

// Each story file uses its own part of this.
#![allow(dead_code)]

use std::time::{Duration, Instant};

/// Longest wait for anything that another process does.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(10);

/// Waits until `look` finds `what`, and gives it.
pub fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    wait_for(PATIENCE, || look().ok_or_else(|| what.to_owned()))
}

/// Waits so long until `look` finds something, and gives it; what it finds instead is told when that does not come.
pub fn wait_for<T>(within: Duration, mut look: impl FnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(instead) => assert!(began.elapsed() < within, "waited in vain: {instead}"),
        }
        std::thread::sleep(GLANCE);
    }
}

/// Waits until `so`, while tasks of this process go on.
pub async fn until(what: &str, within: Duration, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < within, "waited in vain: {what}");
        tokio::time::sleep(GLANCE).await;
    }
}
