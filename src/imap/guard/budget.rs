//! What a server may cost us with the answer to one command: time, lines, bytes. It cannot buy more of them by saying more
//! than it was asked for.

use std::time::Duration;

use tokio::time::Instant;

/// What one command may cost.
#[derive(Debug, Clone, Copy)]
pub(in crate::imap) struct Budget {
    /// When its answer must be complete.
    pub until: Instant,
    /// How long the server may be silent.
    pub idle: Duration,
    /// Untagged answers it may have.
    pub responses: u32,
    /// Largest mail, or piece of one, among them, bytes.
    pub literal_bytes: u64,
    /// So many bytes of what was asked for buy time by coming. Whatever else is said, without end perhaps, buys none.
    pub awaited_bytes: u64,
}

impl Budget {
    /// For an answer of so many bytes.
    pub fn awaiting(self, bytes: u64) -> Self {
        Self { awaited_bytes: bytes, ..self }
    }
}
