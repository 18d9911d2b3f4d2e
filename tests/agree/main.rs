//! What is told of one thing in several places is told alike: figures of the matrix, the sentences, the tables, the morning
//! paper and the list for the telephone, all of one moment; and nobody is named before others whose mail waits for a person.
//! The real binary on the scripted server.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod figures;
mod named;
// This crate uses its own part of the world.
#[allow(dead_code)]
#[path = "../story/world.rs"]
mod world;
