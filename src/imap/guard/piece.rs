//! What comes of mails, piece by piece: no mail is ever held in memory.

use crate::imap::Fetched;

/// A piece of what FETCH answers, in the order in which it comes.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes of a mail. Whose they are is told when they are all there.
    Bytes(&'a [u8]),
    /// An answer is complete: what it says, and that the bytes since the last one were its own. None: it was not
    /// understood, and its bytes are nobody's.
    End(Option<Fetched>),
}

/// Whoever wants the pieces.
pub(in crate::imap) type Taker<'a> = dyn FnMut(Piece<'_>) + Send + 'a;
