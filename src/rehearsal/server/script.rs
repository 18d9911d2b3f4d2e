//! What a server was asked to do wrong, and what it has heard: the two things a test shares with a server that runs
//! on another thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Locks, also after a panic elsewhere: a test that failed must not hide behind a second panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The misdeeds asked for, each with the step it waits for.
pub(super) struct Script<D>(Mutex<Vec<Entry<D>>>);

struct Entry<D> {
    step: String,
    deed: D,
    sticky: bool,
}

impl<D: Clone> Script<D> {
    pub fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Adds `deed`, to be done the next time (or, `sticky`, every time) that `step` is said.
    pub fn add(&self, step: &str, deed: D, sticky: bool) {
        lock(&self.0).push(Entry { step: step.to_ascii_uppercase(), deed, sticky });
    }

    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    /// How many single deeds have not been done yet.
    pub fn waiting(&self) -> usize {
        lock(&self.0).iter().filter(|entry| !entry.sticky).count()
    }

    /// What to do now that `said` was heard: the first waiting single deed that fits, then all the sticky ones.
    pub fn take(&self, said: &str) -> Vec<D> {
        let said = said.to_ascii_uppercase();
        let mut entries = lock(&self.0);
        let single = entries.iter().position(|entry| !entry.sticky && names(&said, &entry.step));
        let mut deeds: Vec<D> = single.map(|at| entries.remove(at).deed).into_iter().collect();
        let sticky = entries.iter().filter(|entry| entry.sticky && names(&said, &entry.step));
        deeds.extend(sticky.map(|entry| entry.deed.clone()));
        deeds
    }
}

/// Whether `step` occurs in `said` as whole words: `ID` is in `ID NIL` and not in `UID FETCH 1 FLAGS`.
fn names(said: &str, step: &str) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    said.match_indices(step).any(|(at, _)| {
        let before = said.get(..at).and_then(|text| text.chars().next_back());
        let after = said.get(at + step.len()..).and_then(|text| text.chars().next());
        let starts_in_word = in_word(before) && in_word(step.chars().next());
        let ends_in_word = in_word(after) && in_word(step.chars().next_back());
        !starts_in_word && !ends_in_word
    })
}

/// One command as a server heard it, without its tag; passwords are replaced by `***`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Which connection it came on, from 1.
    pub connection: usize,
    /// The command as sent.
    pub text: String,
}

/// A list that one side writes and the other reads or waits for.
pub(super) struct Ledger<T> {
    rows: Mutex<Vec<T>>,
    grown: Condvar,
}

impl<T: Clone> Ledger<T> {
    pub fn new() -> Self {
        Self { rows: Mutex::new(Vec::new()), grown: Condvar::new() }
    }

    pub fn push(&self, row: T) {
        lock(&self.rows).push(row);
        self.grown.notify_all();
    }

    pub fn rows(&self) -> Vec<T> {
        lock(&self.rows).clone()
    }

    /// Blocks until the rows satisfy `enough` or the time `within` is over; says which.
    pub fn wait(&self, within: Duration, enough: impl Fn(&[T]) -> bool) -> bool {
        let waited = self.grown.wait_timeout_while(lock(&self.rows), within, |rows| !enough(rows));
        let (rows, _) = waited.unwrap_or_else(PoisonError::into_inner);
        enough(&rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_deeds_are_used_up_in_order_and_sticky_ones_stay() {
        let script = Script::new();
        script.add("FETCH", "first", false);
        script.add("FETCH", "always", true);
        script.add("FETCH", "second", false);
        assert_eq!(script.take("UID FETCH 1 FLAGS"), ["first", "always"]);
        assert_eq!(script.take("NOOP"), Vec::<&str>::new());
        assert_eq!(script.waiting(), 1);
        assert_eq!(script.take("uid fetch 1 flags"), ["second", "always"]);
        assert_eq!(script.waiting(), 0);
        assert_eq!(script.take("UID FETCH 1 FLAGS"), ["always"]);
    }

    #[test]
    fn a_step_is_named_by_whole_words() {
        assert!(names("ID (\"NAME\" \"X\")", "ID"));
        assert!(!names("UID FETCH 1 (UID)", "ID"));
        assert!(names("UID FETCH 1 (UID BODY.PEEK[])", "BODY.PEEK[]"));
        assert!(names("UID FETCH 7 (BODY.PEEK[]<0.9>)", "FETCH 7"));
        assert!(!names("UID FETCH 71 (BODY.PEEK[])", "FETCH 7"));
        assert!(names("RCPT TO:<A@B.EXAMPLE>", "A@B.EXAMPLE"));
    }
}
