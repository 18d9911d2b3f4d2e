//! The river: `watch` sees what is new, `capture` makes it durable, `read` has the caged reader open it, `register`
//! judges and files it. Each stage is one file, repeatable, and commits once at its end; the message table is the queue.

mod answers;
mod arrive;
mod capture;
mod clues;
pub mod darkroom;
pub mod decide;
mod decoration;
mod discover;
mod doubles;
pub mod download;
mod downloaded;
pub mod dry_run;
mod filled;
pub mod import;
pub mod judge;
mod limits;
mod listen;
mod look;
mod loose;
mod memory;
pub mod news;
mod owners;
mod parts;
mod queue;
pub mod read;
pub mod register;
mod remarks;
pub mod rule;
pub mod ruled;
pub mod watch;
mod whole;
