//! What every conversation with a server has in common, whatever its protocol: reaching the server, TLS, and a
//! transcript that a clerk can send to support because no secret is in it.

mod dial;
mod mute;
mod password;
mod remedy;
mod secrets;
mod transcript;
mod trials;

pub use dial::{Refusal, dial, has_others, read_line, secure, tls_version};
pub use mute::{is_mute, note_mute};
pub use password::password_now;
pub use remedy::{LOGIN_REMEDY, SUPPORT_REMEDY, connection_remedy};
pub use secrets::Secrets;
pub use transcript::{Tap, readable};
pub use trials::{Trial, Trials, Verdict};
