//! Rows that wait for what is being built. Not run with the others: a row moves to its chapter when its client does
//! what it asks.

use shouwen::rehearsal::server::Misdeed;

use super::{UIDVALIDITY, replace};
use crate::row::Outcome::{LeftOut, TakenUpAgain, Unnoticed};
use crate::row::{BODY, Row, WINDOW, row};
use crate::support::{NOON, World, at, big_mail, mail};

pub fn expected() -> Vec<Row> {
    let second = String::from_utf8(mail(2)).unwrap();
    let whole = format!("{{{}}}\r\n{second}", second.len());
    let head = &second[..40];
    let large = |world: &mut World| {
        world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
    };
    vec![
        row("hands out parts shorter than asked for", Unnoticed)
            .before(large)
            .always(WINDOW, Misdeed::ShortPartial(300_000)),
        row("hangs up whenever asked for a part", TakenUpAgain).before(large).always(WINDOW, Misdeed::Close),
        row("numbers the folder anew under the same UIDVALIDITY", Unnoticed).since_a_good_look(|world| {
            world.server.remove("INBOX", 1);
            world.server.deliver("INBOX", mail(4), at(NOON));
            world.server.change_uidvalidity("INBOX", UIDVALIDITY);
        }),
        row("cuts a mail within its header and says it is whole", LeftOut(&[2], "不完整"))
            .always(BODY, replace(&whole, &format!("{{{}}}\r\n{head}", head.len()))),
    ]
}
