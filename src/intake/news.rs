//! How those who read tell the one who registers that a commit brought more, and hand over what they still hold in
//! memory, so that it need not be read back. The table stays the queue: whatever is not here is asked from the store.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::Reported;

/// Bytes of reports that wait here at most; what is beyond is read back.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// Tells of commits. When the last of them is gone, [`News::wait`] says so.
#[derive(Clone)]
pub struct Herald {
    bell: Sender<()>,
    reports: Arc<Mutex<Reports>>,
}

/// Hears of commits.
pub struct News {
    bell: Receiver<()>,
    reports: Arc<Mutex<Reports>>,
}

#[derive(Default)]
struct Reports {
    by_message: HashMap<i64, Reported>,
    bytes: usize,
}

/// Both ends.
pub fn news() -> (Herald, News) {
    let (bell, hears) = channel();
    let reports = Arc::new(Mutex::new(Reports::default()));
    (Herald { bell, reports: Arc::clone(&reports) }, News { bell: hears, reports })
}

impl Herald {
    /// These reports are in the store.
    pub fn tell(&self, stored: Vec<Reported>) {
        let mut reports = lock(&self.reports);
        for report in stored {
            if reports.bytes < BYTES_MAX {
                reports.bytes += report.facts.bytes();
                reports.by_message.insert(report.id, report);
            }
        }
        drop(reports);
        let _ = self.bell.send(());
    }
}

impl News {
    /// Waits for the next commit; false when there will be none.
    pub fn wait(&self) -> bool {
        let is_told = self.bell.recv().is_ok();
        // One question to the store answers all of it.
        while self.bell.try_recv().is_ok() {}
        is_told
    }

    /// The report on a message, if it is still at hand. It is handed out once.
    pub fn take(&self, message: i64) -> Option<Reported> {
        let mut reports = lock(&self.reports);
        let report = reports.by_message.remove(&message)?;
        reports.bytes -= report.facts.bytes();
        Some(report)
    }
}

fn lock(reports: &Mutex<Reports>) -> MutexGuard<'_, Reports> {
    reports.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::MailFacts;

    fn report(id: i64, bytes: usize) -> Reported {
        let facts = MailFacts { text: "x".repeat(bytes), ..MailFacts::default() };
        Reported { id, facts, hashes: Vec::new() }
    }

    #[test]
    fn what_is_at_hand_is_given_out_once_and_bounded() {
        let (herald, news) = news();
        herald.tell(vec![report(1, 10), report(2, BYTES_MAX), report(3, 10)]);
        assert!(news.wait());
        assert_eq!(news.take(1).map(|report| report.id), Some(1));
        assert!(news.take(1).is_none());
        assert!(news.take(3).is_none(), "beyond what is kept: it is in the store");
        assert!(news.take(2).is_some());
        herald.tell(vec![report(4, 10)]);
        assert!(news.take(4).is_some(), "there is room again");
        drop(herald);
        assert!(news.wait(), "told before the herald left");
        assert!(!news.wait());
    }
}
