//! Never lose a mail, in full: 20,000 mails, the server restarted in the middle, the daemon killed with -9 at 200 random
//! moments. `tests/story/kills.rs` is the small size. Run by `tests/long kills`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/ledger.rs"]
mod ledger;
#[path = "../support/mailbag.rs"]
mod mailbag;
#[path = "../support/siege.rs"]
mod siege;
#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../story/world.rs"]
mod world;

use siege::Siege;

#[test]
fn twenty_thousand_mails_two_hundred_kills_and_four_restarts() {
    Siege { mails: 20_000, large_every: 400, kills: 200, restarts: 4 }.run();
}
