//! 收文 shouwen takes in what units mail to an office, knows who owes what, and reminds those who are late. Built up
//! floor by floor; `docs/ARCHITECTURE.md` draws the finished house.

pub mod imap;
pub mod intake;
pub mod reader;

pub mod archive;
pub mod document;
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

pub mod clock;
pub mod config;
pub mod domain;
pub mod fault;

pub mod rehearsal;
