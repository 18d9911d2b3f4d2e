//! Who is at the page. While there are no accounts a single clerk works at the machine itself and is 管理, signed 「本机」;
//! once there is one, everybody signs in. A leader's link shows some of the pages to whoever has it, and nothing else.

use jiff::Timestamp;

use super::ask::Asked;
use super::password::digest;
use crate::domain::role::Role;
use crate::fault::Fault;
use crate::store::{Session, Store};

/// The name under which the machine's own user decides.
pub(super) const LOCAL: &str = "本机";
/// The cookie of a session.
pub(super) const SESSION: &str = "shouwen";
/// The cookie of a leader's link.
pub(super) const LEADER: &str = "shouwen_view";

/// Somebody who may look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    /// As decisions are signed.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How they came in.
    pub door: Door,
    /// What each form of theirs bears, and no other page can know.
    pub token: String,
    /// Whether it is time to write down that their session was used.
    pub is_use_due: bool,
}

/// How somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// At the machine itself, while there are no accounts.
    Local,
    /// With name and password.
    SignedIn,
    /// By a leader's link.
    Link,
}

impl Who {
    /// Whether they may decide.
    pub fn may_decide(&self) -> bool {
        self.role >= Role::Clerk
    }

    /// Whether they may see to users and links.
    pub fn may_manage(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether mail, contacts and clerks' names are for them.
    pub fn may_see_mail(&self) -> bool {
        self.door != Door::Link
    }
}

/// What forms bear for a secret that only this browser has.
pub(super) fn form_token(secret: &str) -> String {
    digest("form", secret)
}

/// Who asks; none where somebody has to sign in first. `local_secret`: what forms of the local user rest on.
///
/// # Errors
/// What the store reports.
pub(super) fn who(
    store: &Store,
    asked: &Asked,
    local_secret: &str,
    now: Timestamp,
) -> Result<Option<Who>, Fault> {
    if !store.has_users()? {
        let token = form_token(local_secret);
        return Ok(Some(Who {
            name: LOCAL.to_owned(),
            role: Role::Admin,
            door: Door::Local,
            token,
            is_use_due: false,
        }));
    }
    if let Some(secret) = asked.cookie(SESSION)
        && let Some(Session { user: name, role, is_use_due }) =
            store.session(&digest("session", secret), now)?
    {
        return Ok(Some(Who { name, role, door: Door::SignedIn, token: form_token(secret), is_use_due }));
    }
    let Some(secret) = asked.cookie(LEADER) else { return Ok(None) };
    let link = store.leader_link(&digest("link", secret))?;
    Ok(link.filter(|link| link.is_open(now)).map(|link| {
        let name = if link.note.is_empty() { "只读链接".to_owned() } else { link.note };
        Who { name, role: Role::View, door: Door::Link, token: form_token(secret), is_use_due: false }
    }))
}
