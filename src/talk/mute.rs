//! Addresses that take a connection and then say nothing, or hang up: one machine of several behind a name may hang, at
//! whatever step, or be closed for repairs, or a network may let IPv6 through to its first packet only. Which of them answers
//! first says nothing of whether it serves, and one that does not would be tried first at every login; so it comes after the
//! others for a while.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long it comes last.
const REMEMBERED: Duration = Duration::from_secs(600);

static MUTE: Mutex<Vec<(SocketAddr, Instant)>> = Mutex::new(Vec::new());

/// Those that are remembered still.
fn remembered() -> MutexGuard<'static, Vec<(SocketAddr, Instant)>> {
    let mut all = MUTE.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|(_, at)| at.elapsed() < REMEMBERED);
    all
}

/// This one took a connection, and nothing came of it.
pub fn note_mute(address: SocketAddr) {
    let mut all = remembered();
    all.retain(|(known, _)| *known != address);
    all.push((address, Instant::now()));
}

/// Addresses of one name, in the order in which they are to be tried.
pub(super) fn mute_last(addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut addresses: Vec<SocketAddr> = addresses.collect();
    let all = remembered();
    // Of several the one that has been mute longest first.
    addresses
        .sort_by_key(|address| all.iter().position(|(known, _)| known == address).map_or(0, |at| at + 1));
    addresses
}

/// Whether some of these are mute, and some are not.
pub(super) fn are_partly_mute(addresses: impl Iterator<Item = SocketAddr>) -> bool {
    let all = remembered();
    let (mute, others): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.partition(|address| all.iter().any(|(known, _)| known == address));
    !mute.is_empty() && !others.is_empty()
}

/// Whether this one is mute.
pub fn is_mute(address: SocketAddr) -> bool {
    remembered().iter().any(|(known, _)| *known == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_a_connection_and_says_nothing_comes_after_the_others() {
        let [a, b, c] =
            ["[2001:db8::1]:993", "192.0.2.1:993", "192.0.2.2:993"].map(|text| text.parse().unwrap());
        let order = || mute_last([a, b, c].into_iter());
        let has_others = || are_partly_mute([a, b, c].into_iter());
        assert!(order() == [a, b, c] && !has_others());
        note_mute(a);
        assert!(has_others() && is_mute(a) && !is_mute(b));
        assert_eq!(order(), [b, c, a]);
        note_mute(b);
        assert_eq!(order(), [c, a, b]);
        note_mute(a);
        assert_eq!(order(), [c, b, a], "all have their turn, however often");
        note_mute(c);
        assert_eq!(order(), [b, a, c]);
        assert!(!has_others(), "none is left");
    }
}
