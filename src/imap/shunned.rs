//! What a server is not asked any more for a while, because connections ended over it although nothing hangs on it: who hangs up
//! on ID, or falls silent at CAPABILITY, may give mail all the same.

use std::collections::BTreeMap;

use tokio::time::{Duration, Instant};

use super::Error;

/// Connections that may be lost over one of these commands: the first may have been the network.
const LOST: u32 = 2;
/// So long it is not given then.
const SHUNNED_FOR: Duration = Duration::from_secs(3600);

/// The optional commands over which connections ended.
#[derive(Debug, Default)]
pub struct Shunned(BTreeMap<&'static str, (u32, Instant)>);

impl Shunned {
    /// Whether this command is better not given.
    pub(super) fn has(&self, command: &str) -> bool {
        self.0.get(command).is_some_and(|(times, at)| *times >= LOST && at.elapsed() < SHUNNED_FOR)
    }

    /// Takes in how such a command ended. A second silence would leave no time for mail.
    pub(super) fn learn(&mut self, command: &'static str, asked: &Result<(), Error>) {
        match asked {
            Err(error) if error.is_unsafe_login() => {}
            Err(error) if error.ends_session() => {
                let times = if matches!(error, Error::Timeout(_)) { LOST } else { 1 };
                let before = self.0.get(command).map_or(0, |(times, _)| *times);
                self.0.insert(command, (before + times, Instant::now()));
            }
            _ => drop(self.0.remove(command)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_costs_two_connections_or_is_met_with_silence_is_not_given_again() {
        let mut shunned = Shunned::default();
        let cut = Err(Error::Cut("ID".into()));
        shunned.learn("ID", &cut);
        assert!(!shunned.has("ID"), "it may have been the network");
        shunned.learn("ID", &cut);
        assert!(shunned.has("ID") && !shunned.has("CAPABILITY"));
        shunned.learn("ID", &Ok(()));
        assert!(!shunned.has("ID"));
        shunned.learn("CAPABILITY", &Err(Error::Timeout("CAPABILITY".into())));
        assert!(shunned.has("CAPABILITY"));
        for fine in [Error::No("ID".into(), "no".into()), Error::Bye("Unsafe Login.".into())] {
            (0..2).for_each(|_| shunned.learn("ID", &Err(fine.clone())));
            assert!(!shunned.has("ID"), "{fine:?}");
        }
    }
}
