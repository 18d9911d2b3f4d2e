//! Never lose a mail: a real Dovecot is restarted and the daemon killed with -9 again and again, and every mail is
//! filed exactly once. The full size (20,000 mails, 200 kills) is `tests/long kills`.

use crate::siege::Siege;

#[test]
fn six_hundred_mails_fifteen_kills_and_a_restart() {
    Siege { mails: 600, large_every: 40, kills: 15, restarts: 1 }.run();
}
