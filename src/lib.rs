//! 收文 shouwen takes in what units mail to an office, knows who owes what, and reminds those who are late.
//!
//! The journey of a mail, in the order of these modules: [`imap`] fetches it, [`intake`] captures it, hands it to
//! the caged [`reader`] (with [`mime`], [`archive`], [`sheet`], [`document`], [`media`] as its instruments), judges it
//! with [`form`] and [`recognition`], and registers it in the [`store`]; [`report`] and [`web`] show what stands;
//! [`remind`] says what is due to be sent, and [`deliver`] lets it leave over [`smtp`]. The nouns are in [`domain`].
//! `docs/ARCHITECTURE.md` draws it; `tests/tidy.rs` holds the floors.

pub mod imap;
pub mod intake;
pub mod reader;

pub mod archive;
pub mod document;
pub mod download;
pub mod media;
pub mod mime;
pub mod sheet;

pub mod form;
pub mod recognition;
pub mod store;

pub mod report;
pub mod web;

pub mod deliver;
pub mod remind;
pub mod smtp;
pub mod talk;

pub mod clock;
pub mod config;
pub mod domain;
pub mod fault;

pub mod cli;
pub mod daemon;
pub mod rehearsal;
