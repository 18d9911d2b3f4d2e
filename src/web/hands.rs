//! How many answers are made at a time. A monitor has a turn of its own: `/health` that waits behind four long exports would
//! say that the program is dead, and whoever watches it would start it anew.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Answers that are made at a time; who asks meanwhile waits for their turn. More would be done no sooner, and each may hold tens
/// of megabytes: fifty people at a register of 20,000 mails took 3 GB, three times what the unit file allows.
const HANDS: usize = 4;

/// The turns there are.
pub(super) struct Hands {
    clerks: Arc<Semaphore>,
    monitor: Arc<Semaphore>,
}

impl Default for Hands {
    fn default() -> Self {
        Self { clerks: Arc::new(Semaphore::new(HANDS)), monitor: Arc::new(Semaphore::new(1)) }
    }
}

impl Hands {
    /// The turn of whoever asks for `path`, once it is theirs; it ends when dropped. None only if the turns were closed, which
    /// nobody does.
    pub(super) async fn turn(&self, path: &[String]) -> Option<OwnedSemaphorePermit> {
        let is_monitor = matches!(path, [page] if page == "health" || page == "metrics");
        let turns = if is_monitor { &self.monitor } else { &self.clerks };
        Arc::clone(turns).acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn a_monitor_does_not_wait_behind_clerks() {
        let hands = Hands::default();
        let at_once = |page: &str| hands.turn(&[page.to_owned()]).now_or_never().flatten();
        let busy: Vec<_> = (0..HANDS).map(|_| at_once("export")).collect();
        assert!(busy.iter().all(Option::is_some));
        assert!(at_once("export").is_none(), "the fifth waits");
        let looks = at_once("health");
        assert!(looks.is_some());
        assert!(at_once("metrics").is_none(), "nor do monitors come in crowds");
        drop(busy);
        assert!(at_once("export").is_some());
    }
}
