//! The nouns and laws of collecting material: who owes what by when, and what has come. Pure: no clock, no disk,
//! no network; time is an argument everywhere.

pub mod calendar;
pub mod campaign;
pub mod chinese;
pub mod contact;
pub mod decision;
pub mod facts;
pub mod figure;
pub mod grant;
pub mod link;
pub mod mailbox;
pub mod mask;
pub mod message;
pub mod obligation;
pub mod person;
pub mod pinyin;
pub mod role;
pub mod submission;
pub mod template;
pub mod text;
pub mod unit;
pub mod version;
