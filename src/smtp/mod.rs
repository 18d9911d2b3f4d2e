//! Speaks SMTP; nothing else does. One session, one recipient a mail, and every answer of a server sorted by what to
//! do next, so that a lost connection is never taken for a refusal nor an unanswered dot for a failure.

mod answer;
mod letter;
mod probe;
mod session;
mod wire;

pub use answer::{Answer, Phase, Reply, sounds_like_spam};
pub use letter::{Enclosure, Letter};
pub use probe::probe;
pub use session::{Limits, Session};
