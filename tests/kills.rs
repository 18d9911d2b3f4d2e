//! Never lose a mail: a real Dovecot is restarted and the daemon killed with -9 again and again, and every mail is
//! filed exactly once. The full size (20,000 mails, 200 kills) is `tests/long kills`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/mailbag.rs"]
mod mailbag;
#[path = "support/siege.rs"]
mod siege;
#[allow(dead_code, reason = "the stories use more of it")]
#[path = "story/world.rs"]
mod world;

use siege::Siege;

#[test]
fn six_hundred_mails_fifteen_kills_and_a_restart() {
    Siege { mails: 600, large_every: 40, kills: 15, restarts: 1 }.run();
}
