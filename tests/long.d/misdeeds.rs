//! What of the catalogue of misdeeds is longer than the 20 s of a story: a server that stalls or drips at any step, for as long as
//! it likes, since the wait for a silent server is itself 20 s (`tests/long slow-server`); and pairs of misdeeds by the hundred
//! (`tests/long misdeeds-together`): whichever two a server does in one look, the look ends in time, what it brought is whole,
//! what it did not is told, and the next good look brings the rest.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
// The other chapters are played in `mailbox_faults`.
#![allow(dead_code)]

#[path = "../mailbox_faults/catalogue/mod.rs"]
mod catalogue;
#[path = "../mailbox_faults/door.rs"]
mod door;
#[path = "../mailbox_faults/play.rs"]
mod play;
#[path = "../mailbox_faults/row.rs"]
mod row;
#[path = "../support/mailbox.rs"]
mod support;

use std::time::Duration;

/// However a server behaves, a look ends within this.
const LONGEST_LOOK: Duration = Duration::from_secs(80);

#[tokio::test]
async fn a_look_ends_within_80_seconds_whatever_the_server_does() {
    play::play_all(catalogue::slow().rows, LONGEST_LOOK).await;
}

#[tokio::test]
async fn a_thousand_pairs() {
    let pairs = catalogue::pairs(1_000);
    println!("{} pairs of misdeeds", pairs.len());
    play::play_all(pairs, LONGEST_LOOK).await;
}
