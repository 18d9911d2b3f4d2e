//! What did not come of a folder in one look: how often it was asked for, why it did not come, and what else is better asked for in
//! smaller company because of it.

use std::collections::BTreeMap;

use super::broken::Broken;
use super::twice::Twice;
use crate::imap::{Error, Session};

/// Connections that may end upon a question without a word after one that had ended behind an answer.
const FORGIVEN: u32 = 2;

/// UIDs of a folder that were asked for in this look and did not come: how often, and the last reason.
#[derive(Debug, Default)]
pub(super) struct Failures {
    asked: BTreeMap<u32, Asked>,
    /// Those that still wait and were not asked for: they failed often enough in earlier looks.
    pub resting: Vec<u32>,
    /// What came, and may have been handed out for another.
    pub twice: Twice,
    /// So many connections more may end without a word, and nothing is thought of the mails that were asked for.
    forgiving: u32,
}

#[derive(Debug, Default)]
struct Asked {
    tries: u32,
    reason: String,
    /// Connections that ended while it was in the company of another, over which they may have ended.
    suspicions: u32,
    goes_alone: bool,
}

impl Failures {
    pub fn add(&mut self, uid: u32, reason: &str) {
        let entry = self.asked.entry(uid).or_default();
        entry.tries += 1;
        reason.clone_into(&mut entry.reason);
    }

    /// Whether a connection was lost over none of the mails that were asked for on it: the server had hung up before. One that does so
    /// behind its answers may be a moment late with it, which looks as if it had hung up upon what it was asked for.
    pub fn has_no_part(&mut self, session: &Session, asked: &Result<(), Broken>) -> bool {
        match (asked, session.progress()) {
            (Err(Broken::Link(error)), (false, _)) if error.ends_session() => {
                self.forgiving = FORGIVEN;
                true
            }
            (Err(Broken::Link(Error::Cut(_))), (true, false)) if self.forgiving > 0 => {
                self.forgiving -= 1;
                true
            }
            _ => false,
        }
    }

    /// Forgets a UID that came after all.
    pub fn forget(&mut self, uid: u32) {
        self.asked.remove(&uid);
    }

    /// Forgets UIDs that are not listed any more.
    pub fn keep_only(&mut self, wanted: impl Fn(u32) -> bool) {
        self.asked.retain(|uid, _| wanted(*uid));
    }

    /// This one was in the company of one over which a connection ended.
    pub fn suspect(&mut self, uid: u32) {
        self.asked.entry(uid).or_default().suspicions += 1;
    }

    /// This one is better asked for alone.
    pub fn isolate(&mut self, uid: u32) {
        self.asked.entry(uid).or_default().goes_alone = true;
    }

    pub fn tries(&self, uid: u32) -> u32 {
        self.asked.get(&uid).map_or(0, |asked| asked.tries)
    }

    /// Whether it is asked for alone: a connection that ends over few ends over one of them, and who mixed mails up may do so again.
    pub fn goes_alone(&self, uid: u32) -> bool {
        let enough = if self.twice.is_mixed_up() { 0 } else { 1 };
        self.asked
            .get(&uid)
            .is_some_and(|asked| asked.goes_alone || asked.tries > 0 || asked.suspicions > enough)
    }

    /// Whether it is asked for in small company.
    pub fn is_suspect(&self, uid: u32) -> bool {
        self.asked.get(&uid).is_some_and(|asked| asked.suspicions > 0)
    }

    /// For the record: every UID that did not come, with the reason.
    pub fn unfetched(&self) -> Vec<(u32, String)> {
        let failed = self.asked.iter().filter(|(_, asked)| asked.tries > 0);
        failed.map(|(uid, asked)| (*uid, asked.reason.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::Described;

    #[test]
    fn what_came_beside_mails_that_were_mixed_up_is_asked_for_alone() {
        let mail = |uid| Described { uid, size: 9, received_at: None };
        let (one, other) = ("aa00000000000000", "bb00000000000000");
        let mut failures = Failures::default();
        for uid in [1, 2] {
            failures.twice.note(&mail(uid), one, false);
        }
        failures.suspect(3);
        assert!(failures.is_suspect(3) && !failures.goes_alone(3));
        failures.twice.note(&mail(2), one, true);
        assert!(!failures.goes_alone(3), "two copies, as far as is known");
        failures.twice.note(&mail(1), other, true);
        assert!(failures.goes_alone(3) && !failures.goes_alone(4));
        failures.suspect(5);
        failures.forget(3);
        assert!(failures.goes_alone(5) && !failures.goes_alone(3));
    }
}
