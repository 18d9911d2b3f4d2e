//! A server that stalls or drips at any step, for as long as it likes. Longer than the 20 s of a story, because the wait
//! for a silent server is itself 20 s. Run by `tests/long slow-server`.

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

#[tokio::test]
async fn a_look_ends_within_80_seconds_whatever_the_server_does() {
    play::play_all(catalogue::slow().rows, Duration::from_secs(80)).await;
}
