//! Why a look at a mailbox breaks off: by the server, or by our own store. A refusal harms one question, the rest the whole
//! connection.

use std::fmt;

use crate::fault::Fault;
use crate::imap::Error;

/// Why a look cannot go on.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server, or the way to it. NO and BAD are in here too, and harm one question only.
    Link(Error),
    /// The store.
    Store(Fault),
}

impl Broken {
    /// Whether nothing more can be asked on this connection.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Broken::Link(error) => error.ends_session() || needs_a_person(error),
            Broken::Store(_) => true,
        }
    }
}

impl Broken {
    /// In words for people, with what they do about it.
    pub(super) fn with_remedy(&self) -> String {
        match self {
            Broken::Link(error) => error.with_remedy(),
            Broken::Store(fault) => fault.to_string(),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Link(error) => error.fmt(f),
            Broken::Store(fault) => fault.fmt(f),
        }
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Broken::Link(error)
    }
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Broken::Store(fault)
    }
}

/// Whether asking again changes nothing until somebody has done something.
pub(super) fn needs_a_person(error: &Error) -> bool {
    matches!(Fault::from(error.clone()), Fault::Refused(_))
}
