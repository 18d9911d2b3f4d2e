//! 收文 shouwen takes in what units mail to an office, knows who owes what, and reminds those who are late. Built up
//! floor by floor; `docs/ARCHITECTURE.md` draws the finished house.

pub mod form;
pub mod recognition;
pub mod store;

pub mod clock;
pub mod domain;
pub mod fault;

