//! The rehearsal: what `shouwen demo` and the tests play the main job against, so that both prove the real daemon
//! over real IMAP and SMTP without any account.

pub mod season;
pub mod server;
pub mod stage;
