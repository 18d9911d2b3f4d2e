//! Stories of a mailbox: servers as they are, what is asked for and how mail comes, the wait between two looks, and a
//! mailbox that is dead. What servers do that they should not is in `mailbox_faults`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod alarm;
mod capture;
mod catch_up;
#[path = "../support/dovecot.rs"]
mod dovecot;
mod folders;
mod idle;
mod mixed;
mod outage;
#[path = "../support/patience.rs"]
mod patience;
mod profiles;
mod rebuilt;
mod socket;
#[path = "../support/mailbox.rs"]
mod support;
mod worn;
