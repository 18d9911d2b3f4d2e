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
#[cfg(feature = "killpoints")]
mod crash;
#[cfg(feature = "killpoints")]
mod decided_crash;
mod decisions;
mod flow;
mod grants;
mod journey;
mod links;
mod mending;
mod morning;
#[cfg(feature = "killpoints")]
mod receipt_crash;
mod refusals;
mod releasing;
mod remarks;
#[path = "../support/reminder_siege.rs"]
mod reminder_siege;
mod replay;
mod running;
mod siege;
mod stopping;
mod stories;
mod versions;
mod world;
