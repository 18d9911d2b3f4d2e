//! Waiting for what another process or task does: it is looked for again and again, and given up with words about what
//! there was instead. Only a loop that has work of its own between two looks, or that must not panic, sleeps elsewhere.

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

/// Waits while `count` grows, until it is `most` or has stood still for `rest`, and gives how far it came.
pub fn wait_while_it_grows(most: u32, rest: Duration, mut count: impl FnMut() -> u32) -> u32 {
    let (mut done, mut since) = (0, Instant::now());
    while done < most && since.elapsed() < rest {
        // To count takes longer than to look.
        std::thread::sleep(5 * GLANCE);
        let now = count();
        if now > done {
            (done, since) = (now, Instant::now());
        }
    }
    done
}

/// Waits until `so`, while tasks of this process go on.
pub async fn until(what: &str, within: Duration, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < within, "waited in vain: {what}");
        tokio::time::sleep(GLANCE).await;
    }
}
