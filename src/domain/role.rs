//! Who may do what at the desk: three roles, each of which may all that the one before it may.

use super::message::words;

words! {
    /// What a person who signs in may do.
    Role {
        /// Looks, and exports without telephone numbers.
        View => "view", "查看";
        /// Decides, approves, sends.
        Clerk => "clerk", "经办";
        /// Users, links for leaders, pauses.
        Admin => "admin", "管理";
    }
}

impl Role {
    /// The role that a person means: its word or what staff call it.
    pub fn named(wanted: &str) -> Option<Self> {
        Self::from_word(wanted).or_else(|| Self::ALL.iter().copied().find(|role| role.chinese() == wanted))
    }
}
