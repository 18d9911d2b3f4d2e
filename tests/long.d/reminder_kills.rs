//! No reminder twice and none lost, in full: 300 kills with -9 over eight days of the season. `tests/story/siege.rs` is the
//! small size. Run by `tests/long reminders-kills`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/reminder_siege.rs"]
mod reminder_siege;
#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../story/world.rs"]
mod world;

use reminder_siege::ReminderSiege;

#[test]
fn three_hundred_kills_over_eight_days_of_the_season() {
    ReminderSiege { kills: 300, days: 8 }.run();
}
