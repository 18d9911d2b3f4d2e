//! The property of the mailbox on a real Dovecot: however deliveries, moves, rebuilt folders, restarts and kills are
//! interleaved, the register ends the same. A handful of sequences here; hundreds are `tests/long interleavings`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/contents.rs"]
mod contents;
#[path = "support/interleaving.rs"]
mod interleaving;
#[path = "support/ledger.rs"]
mod ledger;
#[allow(dead_code, reason = "the stories use more of it")]
#[path = "story/world.rs"]
mod world;

#[test]
fn a_handful_of_sequences() {
    interleaving::play_all(0..8, 4);
}
