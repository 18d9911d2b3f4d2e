//! Connections on which a server goes on answering, and only to refuse: the mailbox behind them is lost.

use super::Look;
use crate::intake::memory::ASKED_EVERY;

impl Look<'_> {
    /// Whether a connection on which a folder is refused is better given up, and the look begun anew over another: it has served before,
    /// and in this look nothing could be listed on it. Once an hour, since a folder may be refused for good.
    /// // exchange, to 2024
    pub(super) fn is_worn_out(&mut self) -> bool {
        let now = self.clock.now();
        let is_recent = self.memory.renewed_at.is_some_and(|at| (at..at + ASKED_EVERY).contains(&now));
        if !self.is_reused || self.has_listed || is_recent {
            return false;
        }
        self.memory.renewed_at = Some(now);
        // What was said of the folders on this connection is nothing to the next.
        self.chosen = None;
        self.done.clear();
        self.pass.troubles.clear();
        true
    }
}
