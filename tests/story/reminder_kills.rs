//! Sending under siege, small: `tests/long reminders-kills` is the full size.

use crate::reminder_siege::ReminderSiege;

#[test]
fn a_few_kills_on_two_days_send_nothing_twice_and_lose_nothing() {
    ReminderSiege { kills: 4, days: 2 }.run();
}
