//! Sorts the answers of a server by who reads them, told by their first line.

use crate::imap::{aside, fetched};

/// Whose an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `fetched` reads it.
    Fetch,
    /// `aside` reads it. The names of folders are left in the bytes that the server uses.
    Folder,
    /// `aside` reads it, or lets the library.
    Aside,
    /// The library reads it.
    Library,
}

impl Kind {
    pub(super) fn of(line: &[u8]) -> Self {
        match () {
            () if fetched::is_fetch(line) => Self::Fetch,
            () if aside::is_folder(line) => Self::Folder,
            () if aside::is_aside(line) => Self::Aside,
            () => Self::Library,
        }
    }
}
