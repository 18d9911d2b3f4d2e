//! The property of the mailbox, by the hundred: `tests/story/interleavings.rs` plays the first few sequences. Run by
//! `tests/long interleavings`; a sequence that fails is told with its steps.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/contents.rs"]
mod contents;
#[path = "../support/interleaving.rs"]
mod interleaving;
#[path = "../support/ledger.rs"]
mod ledger;
#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../story/world.rs"]
mod world;

#[test]
fn three_hundred_sequences() {
    interleaving::play_all(0..300, 4);
}
