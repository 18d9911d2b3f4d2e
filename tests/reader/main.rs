//! The caged reader: what it makes of mail, photos and scans, and mail made to end it, or to have it work for ever, by what
//! hangs in it. Through the real child: the daemon's side gets an answer in time and within memory, and the next mail is
//! read.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod archives;
mod caged;
mod darkroom;
#[path = "../support/desk.rs"]
mod desk;
mod documents;
#[cfg(feature = "killpoints")]
#[path = "../support/dying.rs"]
mod dying;
mod ends;
mod mail;
mod many;
mod media;
mod reading;
mod seal;
