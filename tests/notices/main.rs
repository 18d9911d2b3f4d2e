//! Other notices without code: three campaigns that are nothing but folders (`tests/campaigns`), through the real binary,
//! from files and over IMAP, each in a mailbox of its own and sharing one with the campaign that is shipped.
// Helpers of stories may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod alike;
mod alone;
mod both;
mod either;
mod pairs;
mod renamed;
mod shared;
mod together;
mod twins;
mod world;
