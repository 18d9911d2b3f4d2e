//! Connections on which a server goes on answering, and that are of no use any more: the mailbox behind them is lost, or what is
//! shown there is what it once was.

use std::time::Duration;

use super::Look;
use crate::imap::Session;
use crate::intake::memory::ASKED_EVERY;

/// A connection is used so long. Providers lock who logs in too often, and once an hour is seldom.
const USED_FOR: Duration = Duration::from_secs(3600);

impl Look<'_> {
    /// Leaves a connection that has been used for long: there some servers show folders as they once were, however often they are
    /// opened, and nothing but another connection tells of what came since. // hotmail, office 365, 2015 to 2024
    pub(super) async fn leave_if_old(&self, link: &mut Option<Session>) {
        if is_old(self.memory.connected_at.map(|at| at.elapsed()))
            && let Some(old) = link.take()
        {
            old.close().await;
        }
    }

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

/// Whether a connection is left, by its age.
fn is_old(age: Option<Duration>) -> bool {
    age.is_some_and(|age| age >= USED_FOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_left_after_an_hour() {
        let minutes = |minutes: u64| is_old(Some(Duration::from_secs(60 * minutes)));
        assert!(!is_old(None) && !minutes(59) && minutes(60) && minutes(600));
    }
}
