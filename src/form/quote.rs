//! What a flaw repeats of a cell. Anybody can send a form, and what is said of it leaves in the office's name, in a mail
//! of the office: so a few characters of it, on one line.

use crate::domain::text::one_line;

/// More than any number or name has, too few for a message of its own.
const SHOWN_CHARS: usize = 16;

/// What a cell says, in short.
pub(super) fn quote(text: &str) -> String {
    one_line(text, SHOWN_CHARS)
}
