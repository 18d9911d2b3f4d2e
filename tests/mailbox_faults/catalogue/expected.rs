//! Rows that wait for what is being built. Not run with the others: a row moves to its chapter when its client does
//! what it asks.

use shouwen::rehearsal::server::Misdeed;

use super::replace;
use crate::row::Outcome::Unnoticed;
use crate::row::{Row, WINDOW, row};
use crate::support::{NOON, World, at, big_mail};

pub fn expected() -> Vec<Row> {
    let large = |world: &mut World| {
        world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
    };
    vec![
        row("hands out parts shorter than asked for", Unnoticed)
            .before(large)
            .always(WINDOW, Misdeed::ShortPartial(300_000)),
        row("hangs up whenever asked for a part", Unnoticed).before(large).always(WINDOW, Misdeed::Close),
        row("numbers the folder anew under the same UIDVALIDITY", Unnoticed)
            .after_a_good_look()
            .once("EXAMINE", Misdeed::ChangeUidvalidity(1_628_767_717)),
        row("does not tell UIDVALIDITY", Unnoticed)
            .always("EXAMINE", replace("* OK [UIDVALIDITY 1628767717] UIDs valid\r\n", "")),
    ]
}
