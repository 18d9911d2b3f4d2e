//! The only caller of `now`. Everything else is told the moment, so that a season of weeks can be played in
//! seconds and every answer can be asked for again as of then.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Where the present moment comes from. Cheap to clone; all clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The machine's clock.
    System,
    /// `--now T`: starts at T and ticks from there.
    Shifted { from: Timestamp, started: Instant },
    /// The rehearsal's: stands still until it is set, and never goes back.
    Stepped { unix_ms: AtomicI64, changed: Mutex<()> },
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(Kind::System))
    }

    /// A clock that reads `from` now and ticks on (`--now`).
    pub fn starting_at(from: Timestamp) -> Self {
        Self(Arc::new(Kind::Shifted { from, started: Instant::now() }))
    }

    /// A clock that stands at `at` until [`Clock::step_to`] moves it.
    pub fn stepped(at: Timestamp) -> Self {
        let unix_ms = AtomicI64::new(at.as_millisecond());
        Self(Arc::new(Kind::Stepped { unix_ms, changed: Mutex::new(()) }))
    }

    /// The present moment, to the millisecond: what is stored is what is compared.
    pub fn now(&self) -> Timestamp {
        let moment = match &*self.0 {
            Kind::System => Timestamp::now(),
            Kind::Shifted { from, started } => {
                let passed = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
                from.checked_add(jiff::SignedDuration::from_millis(passed)).unwrap_or(*from)
            }
            Kind::Stepped { unix_ms, .. } => {
                Timestamp::from_millisecond(unix_ms.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        };
        Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
    }

    /// Moves a stepped clock forward to `to`; a step backwards and other clocks are left as they are.
    pub fn step_to(&self, to: Timestamp) {
        if let Kind::Stepped { unix_ms, changed } = &*self.0 {
            let _one_at_a_time: MutexGuard<'_, ()> = changed.lock().unwrap_or_else(PoisonError::into_inner);
            unix_ms.fetch_max(to.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// Whether waiting in real time brings the next moment nearer. On a stepped clock it does not, so whoever
    /// would sleep until a moment has to be woken by the one who steps.
    pub fn ticks(&self) -> bool {
        !matches!(&*self.0, Kind::Stepped { .. })
    }

    /// How long to sleep in real time until `moment` on this clock; zero when it has passed.
    pub fn until(&self, moment: Timestamp) -> Duration {
        Duration::try_from(moment.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_stands_still_and_never_goes_back() {
        let start: Timestamp = "2023-05-10T00:00:00Z".parse().unwrap();
        let clock = Clock::stepped(start);
        assert_eq!(clock.now(), start);
        clock.step_to("2023-05-09T00:00:00Z".parse().unwrap());
        assert_eq!(clock.now(), start);
        let later = "2023-05-11T00:00:00Z".parse().unwrap();
        clock.clone().step_to(later);
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn a_shifted_clock_starts_where_told_and_ticks() {
        let start: Timestamp = "2023-05-10T00:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(start);
        assert!(clock.now() >= start);
        assert!(clock.now() < start + jiff::SignedDuration::from_secs(60));
    }
}
