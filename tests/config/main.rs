//! Stories of configuration: the shipped one says what the notice says, every key of it is a default, and each way
//! of writing it wrong is told with file, line, key and remedy.

// Helpers of stories may panic as the stories do: that is their verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod dates;
mod doubts;
mod letters;
mod mistakes;
mod rosters;
mod shipped;
mod world;
