//! Pairs of the catalogue's misdeeds by the hundred: whichever two a server does in one look, the look ends in time,
//! what it brought is whole, what it did not is told, and the next good look brings the rest. Run by
//! `tests/long misdeeds-together`; `tests/mailbox_faults` plays the first few.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
// What is told of a row alone is played in `mailbox_faults`.
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
async fn a_thousand_pairs() {
    let pairs = catalogue::pairs(1_000);
    println!("{} pairs of misdeeds", pairs.len());
    play::play_all(pairs, Duration::from_secs(80)).await;
}
