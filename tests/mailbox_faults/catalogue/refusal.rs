//! NO, BAD, BYE and silence on the line, to each command: a refusal is never "nothing new", and whatever is not needed
//! may be refused.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{cut_after, replace};
use crate::row::Outcome::{NothingComes, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{World, mail};

const WORDS: &str = "try later";

pub fn rows() -> Vec<Row> {
    [optional(), needed(), cuts(), unknown()].into_iter().flatten().collect()
}

fn refusals() -> [(&'static str, Misdeed); 2] {
    [("says NO to", Misdeed::No(WORDS.into())), ("says BAD to", Misdeed::Bad(WORDS.into()))]
}

/// Each with the words then shown.
fn farewells() -> [(&'static str, Misdeed, &'static str); 2] {
    [("says BYE to", Misdeed::Bye(WORDS.into()), WORDS), ("hangs up at", Misdeed::Close, "中断")]
}

/// LIST is asked only where there is more than INBOX.
fn with_junk(world: &mut World) {
    world.mailbox.folders.push("@junk".into());
}

fn optional() -> Vec<Row> {
    let mut rows = Vec::new();
    for command in ["CAPABILITY", "ID", "LIST"] {
        for (way, misdeed) in refusals() {
            rows.push(row(format!("{way} {command}"), Unnoticed).always(command, misdeed));
        }
        for (way, misdeed, _) in farewells() {
            rows.push(row(format!("{way} {command}"), TakenUpAgain).once(command, misdeed));
        }
    }
    for (way, misdeed) in refusals().into_iter().chain(farewells().map(|(way, misdeed, _)| (way, misdeed))) {
        rows.push(row(format!("{way} LOGOUT"), Unnoticed).always("LOGOUT", misdeed));
    }
    rows.into_iter().map(|row| row.before(with_junk)).collect()
}

fn needed() -> Vec<Row> {
    let mut rows = Vec::new();
    for (step, what) in [("EXAMINE", "EXAMINE"), (LIST, "the list of mails"), (BODY, "the fetch of mails")] {
        for (way, misdeed) in refusals() {
            rows.push(row(format!("{way} {what}, every time"), NothingComes(WORDS)).always(step, misdeed));
        }
        for (way, misdeed, words) in farewells() {
            rows.push(row(format!("{way} {what}, once"), TakenUpAgain).once(step, misdeed.clone()));
            rows.push(row(format!("{way} {what}, every time"), NothingComes(words)).always(step, misdeed));
        }
    }
    for (way, misdeed) in refusals() {
        rows.push(row(format!("{way} the fetch of mails, once"), Unnoticed).once(BODY, misdeed));
    }
    rows
}

fn cuts() -> Vec<Row> {
    let size = mail(3).len();
    let last =
        format!("* 3 FETCH (UID 3 RFC822.SIZE {size} INTERNALDATE \" 9-May-2023 12:00:00 +0800\")\r\n");
    let in_the_tag = format!("{last}A");
    [
        ("EXAMINE", "in the number of mails", "* 3 EX"),
        ("EXAMINE", "in the UIDVALIDITY", "UIDVALIDITY 16"),
        ("EXAMINE", "in the tagged line", "$TAG OK"),
        (LIST, "between two mails of the list", ")\r\n"),
        (LIST, "in a UID of the list", "(UID 1"),
        (LIST, "behind the last mail of the list", &*last),
        (LIST, "in the tag of the list", &in_the_tag),
        (LIST, "before the end of the tagged line of the list", "$TAG OK FETCH completed"),
    ]
    .into_iter()
    .map(|(step, place, text)| row(format!("hangs up {place}"), TakenUpAgain).once(step, cut_after(text)))
    .collect()
}

/// What is not offered is not asked for: 腾讯 hangs up on an unknown command.
fn unknown() -> Vec<Row> {
    vec![
        row("hangs up on commands it does not know", Unnoticed)
            .by(Profile::Qq)
            .before(with_junk)
            .always("CAPABILITY", replace(" XLIST MOVE IDLE XAPPLEPUSHSERVICE NAMESPACE CHILDREN ID ", " "))
            .never(&["ID", "XLIST", "IDLE", "NAMESPACE", "COMPRESS", "NOOP"]),
    ]
}
