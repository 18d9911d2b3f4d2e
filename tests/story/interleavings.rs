//! The property of the mailbox on a real Dovecot: however deliveries, moves, rebuilt folders, restarts and kills are
//! interleaved, the register ends the same. A handful of sequences here; hundreds are `tests/long interleavings`.

#[test]
fn a_handful_of_sequences() {
    crate::interleaving::play_all(0..8, 4);
}
