//! Stories of the store: mail that is seen, read, filed, set aside, and answered, and what adds up to what.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[cfg(feature = "killpoints")]
mod crash;
mod filing;
mod outbox;
mod river;
mod world;
