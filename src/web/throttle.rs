//! How often somebody may try to sign in: so many failures a name, and so many an address, in a few minutes. It is kept in
//! memory: whoever can restart the program has no need to guess.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long a failure is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);
/// Failures of one name or from one address in that time, before it has to wait.
const FAILURES_MAX: usize = 5;
/// Names and addresses remembered at once; who sends more of them than that is not worth remembering one by one.
const KEYS_MAX: usize = 10_000;

/// Failures of late.
#[derive(Default)]
pub(super) struct Throttle(Mutex<HashMap<String, Vec<Timestamp>>>);

impl Throttle {
    /// Whether one of these has to wait. Asking counts as a failure until [`Throttle::succeeded`] says otherwise, so that
    /// tries sent at once are counted too.
    pub fn must_wait(&self, keys: &[String], now: Timestamp) -> bool {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| {
            times.retain(|at| *at > now - REMEMBERED);
            !times.is_empty()
        });
        let is_full = |key: &String| failures.get(key).is_some_and(|times| times.len() >= FAILURES_MAX);
        if keys.iter().any(is_full) {
            return true;
        }
        for key in keys {
            if failures.len() < KEYS_MAX || failures.contains_key(key) {
                failures.entry(key.clone()).or_default().push(now);
            }
        }
        false
    }

    /// Whoever signed in made no failure; others from the same address are not forgiven.
    pub fn succeeded(&self, keys: &[String]) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            failures.get_mut(key).map(Vec::pop);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_and_then_a_wait_for_the_name_and_for_the_address() {
        let throttle = Throttle::default();
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let keys = |name: &str, peer: &str| vec![format!("u{name}"), format!("a{peer}")];
        for _ in 0..5 {
            assert!(!throttle.must_wait(&keys("li", "1"), at(1)));
        }
        assert!(throttle.must_wait(&keys("li", "2"), at(2)), "the name from elsewhere");
        assert!(throttle.must_wait(&keys("wang", "1"), at(2)), "another name from there");
        assert!(!throttle.must_wait(&keys("wang", "2"), at(2)));
        assert!(!throttle.must_wait(&keys("li", "1"), at(7)), "five minutes later");
    }

    #[test]
    fn whoever_is_remembered_is_counted_however_many_others_try() {
        let throttle = Throttle::default();
        let (own, now) = (["li".to_owned()], Timestamp::UNIX_EPOCH);
        assert!(!throttle.must_wait(&own, now));
        let others: Vec<String> = (0..2 * KEYS_MAX).map(|other| other.to_string()).collect();
        assert!(!throttle.must_wait(&others, now));
        assert_eq!(throttle.0.lock().unwrap().len(), KEYS_MAX);
        for _ in 0..4 {
            assert!(!throttle.must_wait(&own, now));
        }
        assert!(throttle.must_wait(&own, now));
    }

    #[test]
    fn to_sign_in_is_no_failure() {
        let throttle = Throttle::default();
        let (key, now) = (vec!["u".to_owned()], Timestamp::UNIX_EPOCH);
        for _ in 0..20 {
            assert!(!throttle.must_wait(&key, now));
            throttle.succeeded(&key);
        }
    }
}
