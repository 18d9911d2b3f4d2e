//! Silence and dripping: 20 s without a byte end a command, a minute ends a look, and no story waits for them. Run by
//! `tests/long slow-server`.

use std::time::Duration;

use shouwen::rehearsal::server::Misdeed;

use super::replace;
use crate::row::Outcome::{EndsInTime, SpamGivenUp};
use crate::row::{BODY, LIST, Row, row};

pub fn rows() -> Vec<Row> {
    let steps = [
        ("GREETING", "its greeting"),
        ("LOGIN", "the login"),
        ("CAPABILITY", "CAPABILITY"),
        ("ID", "ID"),
        ("EXAMINE", "EXAMINE"),
        (LIST, "the list of mails"),
        (BODY, "every fetch of mail"),
    ];
    let ways = [
        ("falls silent at", Misdeed::Stall),
        ("needs 0.9 s for each byte of", Misdeed::Drip(Duration::from_millis(900))),
    ];
    let mut rows = Vec::new();
    for (step, what) in steps {
        for (way, misdeed) in &ways {
            rows.push(row(format!("{way} {what}"), EndsInTime).with(6).always(step, misdeed.clone()));
        }
    }
    for (way, misdeed) in &ways {
        let row = row(format!("{way} LIST"), SpamGivenUp("没有按时答复")).with(6);
        let row = row.before(|world| world.mailbox.folders.push("@junk".into()));
        rows.push(row.always("LIST", misdeed.clone()));
    }
    rows.push(
        row("tells of two million mails and lists without end", EndsInTime)
            .with(6)
            .always("EXAMINE", replace("* 6 EXISTS", "* 2000000 EXISTS"))
            .always(LIST, Misdeed::EndlessUntagged),
    );
    let longer = Misdeed::WrongLiteralLength(40);
    rows.push(row("announces every mail forty bytes longer than it is", EndsInTime).always(BODY, longer));
    let announced = Misdeed::AnnounceLiteral(90 * 1024 * 1024);
    rows.push(row("announces a mail of 90 MB and falls silent", EndsInTime).with(1).always(BODY, announced));
    let poured = Misdeed::PourLiteral(500 * 1024 * 1024);
    rows.push(
        row("hands out 500 MB for every mail, each told to be small", EndsInTime)
            .with(6)
            .always(BODY, poured),
    );
    rows
}
