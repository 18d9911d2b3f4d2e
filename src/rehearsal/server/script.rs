//! What a server was asked to do wrong, and what it has heard: the two things a test shares with a server that runs
//! on another thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Locks, also after a panic elsewhere: a test that failed must not hide behind a second panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The misdeeds asked for, each with the step it waits for.
pub(super) struct Script<D>(Mutex<Entries<D>>);

struct Entries<D> {
    rows: Vec<Entry<D>>,
    /// How many there ever were: the next one's number.
    count: usize,
}

struct Entry<D> {
    number: usize,
    step: String,
    deed: D,
    sticky: bool,
    done: bool,
}

impl<D: Clone> Script<D> {
    pub fn new() -> Self {
        Self(Mutex::new(Entries { rows: Vec::new(), count: 0 }))
    }

    /// Adds `deed`, to be done the next time (or, `sticky`, every time) that `step` is said.
    pub fn add(&self, step: &str, deed: D, sticky: bool) {
        let mut entries = lock(&self.0);
        let number = entries.count;
        entries.count += 1;
        entries.rows.push(Entry { number, step: step.to_ascii_uppercase(), deed, sticky, done: false });
    }

    pub fn clear(&self) {
        lock(&self.0).rows.clear();
    }

    /// How many deeds have never been done.
    pub fn waiting(&self) -> usize {
        lock(&self.0).rows.iter().filter(|entry| !entry.done).count()
    }

    /// What might be done now that `said` was heard: the first waiting single deed that fits, then all the sticky
    /// ones, each with its number for [`Script::done`].
    pub fn fitting(&self, said: &str) -> Vec<(usize, D)> {
        let said = said.to_ascii_uppercase();
        let entries = lock(&self.0);
        let fits = |entry: &&Entry<D>| names(&said, &entry.step);
        let single = entries.rows.iter().filter(|entry| !entry.sticky).find(fits);
        let sticky = entries.rows.iter().filter(|entry| entry.sticky).filter(fits);
        single.into_iter().chain(sticky).map(|entry| (entry.number, entry.deed.clone())).collect()
    }

    /// A deed was really done: a single one is used up.
    pub fn done(&self, number: usize) {
        lock(&self.0).rows.retain_mut(|entry| {
            entry.done |= entry.number == number;
            entry.sticky || !entry.done
        });
    }

    /// What to do now that `said` was heard, where whatever fits is done.
    pub fn take(&self, said: &str) -> Vec<D> {
        let fitting = self.fitting(said);
        fitting.iter().for_each(|(number, _)| self.done(*number));
        fitting.into_iter().map(|(_, deed)| deed).collect()
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
        assert_eq!(script.waiting(), 1, "what has been done once does not wait");
        assert_eq!(script.take("uid fetch 1 flags"), ["second", "always"]);
        assert_eq!(script.waiting(), 0);
        assert_eq!(script.take("UID FETCH 1 FLAGS"), ["always"]);
    }

    #[test]
    fn what_fits_and_is_not_done_goes_on_waiting() {
        let script = Script::new();
        script.add("FETCH", "single", false);
        script.add("FETCH", "always", true);
        let fitting = script.fitting("FETCH 1 FLAGS");
        assert_eq!((fitting.len(), script.waiting()), (2, 2));
        script.done(fitting[1].0);
        assert_eq!((script.fitting("FETCH 2 FLAGS").len(), script.waiting()), (2, 1));
        script.done(fitting[0].0);
        assert_eq!((script.fitting("FETCH 3 FLAGS").len(), script.waiting()), (1, 0));
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
