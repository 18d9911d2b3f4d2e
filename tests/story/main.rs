//! The main job from outside: the real binary with real configuration files, a real Dovecot or the scripted server
//! before it and a real SMTP receiver behind it. Nothing here looks into the program; what is fixed for staff and
//! scripts (commands, exit statuses, JSON, the mail that leaves) is what is asserted.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod alarm;
mod answers;
#[cfg(feature = "killpoints")]
mod begun_crash;
#[cfg(feature = "killpoints")]
mod carried_crash;
mod chase;
#[path = "../support/contents.rs"]
mod contents;
#[cfg(feature = "killpoints")]
mod crash;
#[cfg(feature = "killpoints")]
mod decided_crash;
mod decisions;
#[cfg(feature = "killpoints")]
mod fault_matrix;
#[cfg(feature = "killpoints")]
#[path = "../support/faults/mod.rs"]
mod faults;
mod flow;
#[cfg(feature = "killpoints")]
#[path = "../support/gate.rs"]
mod gate;
mod grants;
#[path = "../support/interleaving.rs"]
mod interleaving;
mod interleavings;
mod journey;
mod kills;
#[path = "../support/ledger.rs"]
mod ledger;
mod links;
#[path = "../support/mailbag.rs"]
mod mailbag;
mod mending;
mod morning;
#[cfg(feature = "killpoints")]
mod receipt_crash;
mod refusals;
mod releasing;
mod remarks;
mod reminder_kills;
#[path = "../support/reminder_siege.rs"]
mod reminder_siege;
mod replay;
mod running;
#[path = "../support/siege.rs"]
mod siege;
mod stopping;
mod stories;
mod versions;
mod world;
