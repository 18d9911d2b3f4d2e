//! Odd manners: what is said in another way than others say it, twice, unasked or in the wrong place. Nothing of it may cost
//! a mail, and as little as possible a connection.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{first, replace, say};
use crate::door::{Door, GOOD};
use crate::row::Outcome::{LeftOut, NothingComes, PartlyListed, SpamGivenUp, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, WINDOW, row};
use crate::support::{NOON, World, at, big_mail, mail};

pub fn rows() -> Vec<Row> {
    [spelling(), told(), unasked(), opening(), list_of_folders(), list_of_mails(), mails(), parts()]
        .into_iter()
        .flatten()
        .collect()
}

fn with_junk(world: &mut World) {
    world.mailbox.folders.push("@junk".into());
}

fn spelling() -> Vec<Row> {
    let size = mail(2).len();
    let every = |name: &str, step, misdeed| row(name, Unnoticed).always(step, misdeed);
    vec![
        every("ends the lines of EXAMINE with a line feed alone", "EXAMINE", replace("\r\n", "\n")),
        every("ends the lines of the list with a line feed alone", LIST, replace("\r\n", "\n")),
        every("ends the lines between mails with a line feed alone", BODY, replace(")\r\n", ")\n")),
        every("ends the line of the login with a line feed alone", "LOGIN", replace("\r\n", "\n")),
        every("says ok in small letters", BODY, replace(" OK ", " ok ")),
        every("says everything of the list in small letters", LIST, replace(" FETCH (UID ", " fetch (uid ")),
        every("labels mails in small letters", BODY, replace("UID 2 BODY[]", "uid 2 body[]")),
        every(
            "announces mails as LITERAL+ does",
            BODY,
            replace(&format!("{{{size}}}"), &format!("{{{size}+}}")),
        ),
        every(
            "adds flags to each mail",
            BODY,
            replace("(UID 2 ", "(FLAGS (\\Seen $Label \"\") UID 2 MODSEQ (7) "),
        ),
        every(
            "tells sizes below nought",
            "RFC822.SIZE",
            replace(&format!("RFC822.SIZE {size}"), "RFC822.SIZE -1"),
        ),
        every(
            "tells sizes beyond any number",
            "RFC822.SIZE",
            replace(&format!("RFC822.SIZE {size}"), "RFC822.SIZE 99999999999999999999"),
        ),
        every(
            "tells dates as nobody else does",
            LIST,
            replace(" 9-May-2023 12:00:00 +0800", "2023-05-09T12:00:00"),
        ),
    ]
}

/// What is told in the wrong place or in a way that cannot be used.
fn told() -> Vec<Row> {
    let capabilities = "X-EXTENSION ".repeat(2000);
    let size = big_mail(2_500_000).len();
    vec![
        row("tells 2,000 capabilities with the login", Unnoticed).always(
            "LOGIN",
            replace("LOGIN completed", &format!("[CAPABILITY IMAP4rev1 {capabilities}] come in")),
        ),
        row("answers ID so that it cannot be read", Unnoticed)
            .always("ID", say("* ID (\"name\"\r\n$TAG OK\r\n")),
        row("numbers all mails alike", Unnoticed)
            .always("FETCH", replace("* 2 FETCH", "* 1 FETCH"))
            .always("FETCH", replace("* 3 FETCH", "* 1 FETCH")),
        row("claims a large mail to be small", TakenUpAgain)
            .always(LIST, replace(&format!("RFC822.SIZE {size}"), "RFC822.SIZE 7"))
            .before(|world| {
                world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
            }),
        row("hangs up under TLS in the middle of a mail", TakenUpAgain)
            .behind(Door::Tls(GOOD))
            .once(BODY, Misdeed::CutMidLiteral),
    ]
}

fn unasked() -> Vec<Row> {
    let mut rows = Vec::new();
    for (step, place) in [("EXAMINE", "EXAMINE"), (LIST, "the list of mails"), (BODY, "mails")] {
        for (what, line) in [
            ("a warning", "* NO [ALERT] mailbox is 95% full"),
            ("a complaint", "* BAD what was that"),
            ("a call to go on", "+ go on"),
        ] {
            rows.push(row(format!("puts {what} before {place}"), Unnoticed).always(step, first(line)));
        }
        rows.push(
            row(format!("says goodbye before {place} and goes on"), TakenUpAgain)
                .once(step, first("* BYE soon")),
        );
    }
    rows.push(
        row("answers a command twice", TakenUpAgain)
            .once("CAPABILITY", say("* CAPABILITY IMAP4rev1\r\n$TAG OK\r\n$TAG OK\r\n")),
    );
    rows.push(
        row("says OK to a login and lets nobody in", NothingComes("log in first"))
            .always("LOGIN", say("$TAG OK\r\n")),
    );
    rows
}

fn opening() -> Vec<Row> {
    let tells = |name: &str, old: &str, new: &str| row(name, Unnoticed).always("EXAMINE", replace(old, new));
    vec![
        tells("opens the folder for writing, as it says", "[READ-ONLY]", "[READ-WRITE]"),
        tells("tells fewer mails than it lists", "* 3 EXISTS", "* 2 EXISTS"),
        tells("tells two numbers of mails", "* 3 EXISTS", "* 9 EXISTS\r\n* 3 EXISTS"),
        tells("tells a UIDVALIDITY beyond any number", "UIDVALIDITY 1628767717", "UIDVALIDITY 99999999999"),
        tells("tells the UIDVALIDITY twice", "* 0 RECENT", "* OK [UIDVALIDITY 1628767717] so"),
    ]
}

fn list_of_folders() -> Vec<Row> {
    let mut rows = Vec::new();
    for (way, misdeed, words) in [
        ("hangs up at every LIST", Misdeed::Close, "中断"),
        ("says BYE to every LIST", Misdeed::Bye("no folders".into()), "no folders"),
        ("answers every LIST without end", Misdeed::EndlessUntagged, "答复比所问的多"),
        ("answers every LIST with a line without end", Misdeed::LineWithoutEnd, "64 KiB"),
    ] {
        rows.push(row(way, SpamGivenUp(words)).always("LIST", misdeed).before(with_junk));
    }
    let spam = |row: Row| {
        row.also(&["Junk"]).before(|world| {
            with_junk(world);
            world.server.deliver("Junk", mail(7), at(NOON));
        })
    };
    let lists = |name: &str, misdeed| spam(row(name, Unnoticed).always("LIST", misdeed));
    rows.extend([
        lists("lists every folder twice", Misdeed::Duplicate),
        lists("calls its INBOX a folder for spam", replace(r#") "/" "INBOX""#, r#" \Junk) "/" "inbox""#)),
        lists(
            "calls another folder one for spam, which cannot be opened",
            first(r#"* LIST (\Junk \Noselect) "/" "x""#),
        ),
        spam(row("lists folders by XLIST under the name of LIST", Unnoticed))
            .by(Profile::Qq)
            .always("XLIST", replace("* XLIST", "* LIST")),
    ]);
    rows
}

fn list_of_mails() -> Vec<Row> {
    let unread = "* 2 FETCH (UID 2 RFC822.SIZE";
    let spoil = |with: &str| replace(unread, with);
    let untold = |row: Row| row.always("EXAMINE", replace("* 3 EXISTS\r\n", ""));
    vec![
        row("throws in what is no IMAP, every time", Unnoticed).always(LIST, first("* 1 FETCH ((( UID")),
        row("tells of flags so that they cannot be read", Unnoticed)
            .always(LIST, first("* 1 FETCH (FLAGS (\\Seen)")),
        row("lists a mail so that it cannot be read", PartlyListed(2, "只列出 2 封"))
            .always(LIST, spoil("* 2 FETCH (UID x RFC822.SIZE")),
        row("lists a mail so that it cannot be read, once", Unnoticed)
            .once(LIST, spoil("* 2 FETCH (UID x RFC822.SIZE")),
        row("lists a mail under a UID beyond any number", PartlyListed(2, "只列出 2 封"))
            .always(LIST, spoil("* 2 FETCH (UID 4294967296 RFC822.SIZE")),
        untold(row(
            "does not tell how many mails there are, and lists one so that it cannot be read",
            PartlyListed(2, "另有 1 行读不懂"),
        ))
        .always(LIST, spoil("* 2 FETCH (UID x RFC822.SIZE")),
        untold(row(
            "does not tell how many mails there are, and lists one so that it cannot be read, once",
            Unnoticed,
        ))
        .once(LIST, spoil("* 2 FETCH (UID x RFC822.SIZE")),
    ]
}

fn mails() -> Vec<Row> {
    vec![
        row("tells of flags so that they cannot be read while handing out", Unnoticed)
            .always(BODY, first("* 1 FETCH (FLAGS (\\Seen)")),
        row("hands out a mail labelled as nobody asked for it", LeftOut(&[2], "没有给出"))
            .always(BODY, replace("UID 2 BODY[]", "UID 2 BODY[TEXT]")),
        row("hands out a mail under a UID that cannot be read", LeftOut(&[2], "没有给出"))
            .always(BODY, replace("UID 2 BODY[]", "UID x BODY[]")),
    ]
}

/// Of a mail of 2.5 MB with UID 2.
fn parts() -> Vec<Row> {
    const WINDOW_BYTES: usize = 1 << 20;
    const BYTES: usize = 2_500_000;
    let raw = big_mail(BYTES);
    let part = |from: usize, bytes: &[u8]| {
        let head = format!("* 2 FETCH (UID 2 BODY[]<{from}> {{{}}}\r\n", bytes.len());
        Misdeed::Say([head.as_bytes(), bytes, b")\r\n$TAG OK\r\n"].concat())
    };
    let second = format!("BODY.PEEK[]<{WINDOW_BYTES}.");
    let longer = WINDOW_BYTES + 100;
    [
        row("hands out a first part longer than asked for", Unnoticed)
            .always(WINDOW, part(0, &raw[..longer])),
        row("hands out a second part longer than asked for", TakenUpAgain)
            .always(&second, part(WINDOW_BYTES, &raw[WINDOW_BYTES..WINDOW_BYTES + longer])),
        row("hands out an empty first part", Unnoticed).always(WINDOW, part(0, b"")),
        row("hands out an empty second part", Unnoticed).always(&second, part(WINDOW_BYTES, b"")),
        row("hands out the first part again for the second", Unnoticed)
            .always(&second, part(0, &raw[..WINDOW_BYTES])),
        row("hands out a second part with a NIL", Unnoticed)
            .always(&second, say(&format!("* 2 FETCH (UID 2 BODY[]<{WINDOW_BYTES}> NIL)\r\n$TAG OK\r\n"))),
    ]
    .map(|row| {
        row.with(1).before(|world| {
            world.server.deliver("INBOX", big_mail(BYTES), at(NOON));
        })
    })
    .into()
}
