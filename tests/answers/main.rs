//! What other mail systems and units answer to ours, without processes: bounces in the shapes that servers give them,
//! forged ones too, and receipts over any sequence of mails.

// Clippy's allowance for tests does not reach their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod bounces;
#[path = "../support/desk.rs"]
mod desk;
mod receipts;
mod shapes;
mod world;
