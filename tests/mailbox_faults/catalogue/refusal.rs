//! NO, BAD, BYE and silence on the line, to each command: a refusal is never "nothing new", and whatever is not needed
//! may be refused.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{cut_after, replace};
use crate::row::Outcome::{NothingComes, SpamUnknown, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{NOON, World, at, mail};

const WORDS: &str = "try later";

pub fn rows() -> Vec<Row> {
    [optional(), roles(), needed(), cuts(), unknown()].into_iter().flatten().collect()
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

fn with_spam(world: &mut World) {
    with_junk(world);
    world.server.deliver("Junk", mail(7), at(NOON));
}

fn optional() -> Vec<Row> {
    let mut rows = Vec::new();
    for command in ["CAPABILITY", "ID", "LIST"] {
        for (way, misdeed) in refusals() {
            // Where spam is kept is not known then, and mail there would be missed.
            let outcome = if command == "LIST" { SpamUnknown(WORDS) } else { Unnoticed };
            rows.push(row(format!("{way} {command}"), outcome).always(command, misdeed));
        }
        for (way, misdeed, _) in farewells() {
            rows.push(row(format!("{way} {command}"), TakenUpAgain).once(command, misdeed));
        }
    }
    let no_list = row("says OK to LIST and lists nothing", SpamUnknown("没有列出"));
    rows.push(no_list.always("LIST", Misdeed::Say(b"$TAG OK\r\n".to_vec())));
    for (way, misdeed) in refusals().into_iter().chain(farewells().map(|(way, misdeed, _)| (way, misdeed))) {
        rows.push(row(format!("{way} LOGOUT"), Unnoticed).always("LOGOUT", misdeed));
    }
    rows.into_iter().map(|row| row.before(with_junk)).collect()
}

/// What a server offers to tell the roles of its folders by, and then refuses: the folder for spam is found without.
fn roles() -> Vec<Row> {
    let spoilt = |row: Row| row.also(&["Junk"]).before(with_spam);
    let mut rows = Vec::new();
    for (way, misdeed) in refusals() {
        let extended = row(format!("offers LIST-EXTENDED and {way} it"), Unnoticed)
            .always("CAPABILITY", replace("SPECIAL-USE", "SPECIAL-USE LIST-EXTENDED"))
            .always("RETURN", misdeed.clone());
        let xlist =
            row(format!("offers XLIST and {way} it"), Unnoticed).by(Profile::Qq).always("XLIST", misdeed);
        rows.extend([extended, xlist].map(spoilt));
    }
    let nothing = Misdeed::Say(b"$TAG OK\r\n".to_vec());
    let empty =
        row("offers XLIST and lists nothing by it", Unnoticed).by(Profile::Qq).always("XLIST", nothing);
    rows.push(spoilt(empty));
    rows
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
    [
        ("EXAMINE", "in the number of mails", "* 1 EX"),
        ("EXAMINE", "in the UIDVALIDITY", "UIDVALIDITY 16"),
        ("EXAMINE", "in the tagged line", "$TAG OK"),
        (LIST, "in the list", "* 1 FET"),
        (LIST, "in a UID of the list", "(UID 1"),
        (LIST, "behind the last mail of the list", "+0800\")\r\n"),
        (LIST, "in the tag of the list", "+0800\")\r\nA"),
        (LIST, "before the end of the tagged line of the list", "$TAG OK FETCH completed"),
    ]
    .into_iter()
    .map(|(step, place, text)| {
        row(format!("hangs up {place}"), TakenUpAgain).with(1).once(step, cut_after(text))
    })
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
