//! Looking after the store by itself, for an office whose server nobody looks after: once a week, in the small hours by the
//! campaign's clock, every row and every blob is proved as `verify` does it, at half the disk's pace. What can be made good
//! is, as by `verify --mend`; what was found stands in the store, where page, monitor and alarm read it.

use std::cell::Cell;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::{House, Stop, blocking, long_stopped, stopped};
use crate::fault::Fault;
use crate::store::{Mended, VerifyReport};

/// Hours of the night in which nobody waits for the disk.
const SMALL_HOURS: std::ops::Range<i8> = 1..5;
/// From one look to the next, less a night's share, so that it stays the same night of the week.
const EVERY: SignedDuration = SignedDuration::from_hours(7 * 24 - 6);
/// The same while something is wrong: whether it was made good is known the next night.
const WHILE_WRONG: SignedDuration = SignedDuration::from_hours(18);
/// A server that is off at night is looked at by day when it is overdue for so long.
const OVERDUE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Longest rest between two blobs.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// Rest after a look that could not even be written down.
const AFTER_FAULT: Duration = Duration::from_secs(3600);

/// Asks after each beat whether it is time, and then looks; `arrived` is told when mail has to be read again or staff to hear.
pub(super) async fn look_after(house: &Arc<House>, beat: &Notify, arrived: &Notify, stop: &Stop) {
    let mut not_before: Option<Instant> = None;
    loop {
        tokio::select! {
            () = beat.notified() => {}
            () = stopped(stop.work.clone()) => return,
        }
        if not_before.is_some_and(|at| Instant::now() < at) {
            continue;
        }
        let (at_work, stop_work) = (Arc::clone(house), stop.work.clone());
        let looked = tokio::select! {
            looked = blocking(move || {
                let pace = Pace::default();
                look_if_due(&at_work, &|| !*stop_work.borrow() && pace.rest())
            }) => looked,
            () = long_stopped(stop) => return,
        };
        match looked {
            Ok(true) => arrived.notify_one(),
            Ok(false) => {}
            Err(fault) => {
                tracing::error!("looking through the store: {fault}");
                not_before = Instant::now().checked_add(AFTER_FAULT);
            }
        }
    }
}

/// The same for an office without a daemon, whose `once` nobody waits for: at the disk's own pace, and before mail is fetched, so
/// that what is to be read or fetched again is, and staff hear of it. What keeps it from looking keeps no mail from coming.
pub fn look_before_once(house: &House) {
    if let Err(fault) = look_if_due(house, &|| true) {
        tracing::error!("looking through the store: {fault}");
    }
}

/// Looks through the store if it is time, for as long as `goes_on` says so after each blob, and has it mended. False when it was
/// not time, or it was broken off.
fn look_if_due(house: &House, goes_on: &dyn Fn() -> bool) -> Result<bool, Fault> {
    let store = &house.store;
    let last = store.checkup()?;
    let since = match &last {
        Some(last) => Some(last.ended_at),
        None => store.first_capture()?,
    };
    let is_wrong = last.is_some_and(|last| !last.problems.is_empty());
    let zone = house.config.campaigns.first().map_or(TimeZone::UTC, |campaign| campaign.timezone.clone());
    if !since.is_some_and(|since| is_due(since, is_wrong, house.clock.now(), &zone)) {
        return Ok(false);
    }
    let was_broken_off = Cell::new(false);
    let found = store.verify_while(&|_, _| {
        let goes_on = goes_on();
        was_broken_off.set(!goes_on);
        goes_on
    });
    if was_broken_off.get() {
        return Ok(false);
    }
    let (found, mended) = match found {
        Ok(found) => {
            let mended = store.mend(&found)?;
            (found, mended)
        }
        Err(fault) => {
            let problems = vec![format!("核对没有做完：{fault}")];
            (VerifyReport { problems, ..VerifyReport::default() }, Mended::default())
        }
    };
    let (problems, again, awaited) = (found.problems.len(), mended.again, mended.awaited);
    match problems {
        0 => tracing::info!(
            messages = found.messages,
            blobs = found.blobs,
            "store looked through, all is sound"
        ),
        _ => tracing::error!(problems, again, awaited, "store is damaged"),
    }
    store.record_checkup(&found, mended, house.clock.now())?;
    Ok(true)
}

/// Whether it is time. A look that is to come only by the clock was made before somebody set the clock back.
fn is_due(since: Timestamp, is_wrong: bool, now: Timestamp, zone: &TimeZone) -> bool {
    let age = now.duration_since(since);
    let is_night = SMALL_HOURS.contains(&zone.to_datetime(now).hour());
    let wait = if is_wrong { WHILE_WRONG } else { EVERY };
    age >= OVERDUE || age < -wait || (is_night && age >= wait)
}

/// Rests after each blob for as long as it took.
struct Pace(Cell<Instant>);

impl Default for Pace {
    fn default() -> Self {
        Self(Cell::new(Instant::now()))
    }
}

impl Pace {
    fn rest(&self) -> bool {
        thread::sleep(self.0.get().elapsed().min(LONGEST_REST));
        self.0.set(Instant::now());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_is_looked_through_once_a_week_at_night_and_every_night_while_it_is_damaged() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |moment: &str| format!("2023-{moment}:00+08:00").parse::<Timestamp>().unwrap();
        let is_due = |is_wrong, now: &str| is_due(at("05-10T03:00"), is_wrong, at(now), &zone);
        for (now, when_sound, when_wrong) in [
            ("05-10T04:00", false, false),
            ("05-11T00:30", false, false),
            ("05-11T02:00", false, true),
            ("05-16T03:00", false, true),
            ("05-17T00:59", false, false),
            ("05-17T01:00", true, true),
            ("05-17T05:00", false, false),
            ("05-24T02:00", true, true),
            ("05-24T12:00", true, true),
            ("04-01T12:00", true, true),
        ] {
            assert_eq!((is_due(false, now), is_due(true, now)), (when_sound, when_wrong), "{now}");
        }
    }
}
