//! What the receiver can be asked to do wrong. A misdeed acts at the one place where replies are made
//! (`Session::bent`); a new one is a variant and an arm.

use std::time::Duration;

use super::session::{Reply, Then};

/// One way to do wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpMisdeed {
    /// None: lets one fitting command pass, to reach the next.
    Behave,
    /// These bytes are the reply, with a line end added if they have none: any code, any text, also raw GBK. With a
    /// code 2xx or 3xx the command takes effect, else it does not; 421 closes the connection (RFC 5321 3.8).
    Say(Vec<u8>),
    /// As [`SmtpMisdeed::Say`], and the connection is closed.
    SayThenClose(Vec<u8>),
    /// The connection is closed without a word.
    Close,
    /// Silence until the client hangs up.
    Stall,
    /// A reply of ever more lines.
    EndlessReply,
    /// The right reply after this wait.
    Late(Duration),
}

impl SmtpMisdeed {
    /// The reply in place of the right one.
    pub(super) fn instead(&self) -> Option<Reply> {
        let reply = match self {
            Self::Behave | Self::Late(_) => return None,
            Self::Say(text) if text.starts_with(b"421") => Reply::new(text.as_slice(), Then::Close),
            Self::Say(text) => Reply::new(text.as_slice(), Then::GoOn),
            Self::SayThenClose(text) => Reply::new(text.as_slice(), Then::Close),
            Self::Close => Reply::silent(Then::Close),
            Self::Stall => Reply::silent(Then::Stall),
            Self::EndlessReply => Reply::silent(Then::Babble),
        };
        Some(reply)
    }

    /// How long the reply is held back.
    pub(super) fn wait(&self) -> Duration {
        match self {
            Self::Late(wait) => *wait,
            _ => Duration::ZERO,
        }
    }
}
