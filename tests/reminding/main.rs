//! Seasons of the shipped campaign, from the wheel to the receiver: the shipped wording over real SMTP, on a clock that is
//! stepped. What leaves, when, and what does not.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod downtime;
mod office;
mod paced;
mod season;
mod wording;
