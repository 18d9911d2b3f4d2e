//! Lines that cannot be read, or are written as nobody else writes them: one costs what it says and nothing else, and where
//! mail may be missed because of it that is told.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{first, replace};
use crate::row::Outcome::{SpamUnknown, Unnoticed};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{NOON, World, at, mail};

pub fn rows() -> Vec<Row> {
    [folders(), names(), capabilities(), anywhere()].into_iter().flatten().collect()
}

fn with_spam(world: &mut World) {
    world.mailbox.folders.push("@junk".into());
    world.server.deliver("Junk", mail(7), at(NOON));
}

/// Lines of LIST beside that of the folder for spam.
fn folders() -> Vec<Row> {
    let among = |name: &str, line: &str| {
        row(name, Unnoticed).always("LIST", first(line)).before(with_spam).also(&["Junk"])
    };
    vec![
        among("lists a folder without closing its roles", r#"* LIST (\HasNoChildren "/" "x""#),
        among("lists a folder and breaks off in its name", r#"* LIST () "/" "x"#),
        among("lists a folder and leaves out where it lies", r#"* LIST () "x""#),
        among("lists a folder in a role that begins like another", r#"* LIST (\AllMail \Sentinel) "/" "x""#),
        among("lists a bare name with spaces and parentheses", r#"* LIST () "/" Sent (old)"#),
        among(
            "lists a folder with data behind its name",
            r#"* LIST () "/" "x" ("CHILDINFO" ("SUBSCRIBED"))"#,
        ),
        row("lists a folder under a name in raw GBK", Unnoticed)
            .always("LIST", Misdeed::UnsolicitedFirst(b"* LIST () \"/\" \"\xb1\xa8\xcb\xcd\"".to_vec()))
            .before(with_spam)
            .also(&["Junk"]),
        // 垃圾 in GBK
        row("lists the folder for spam under a name in raw GBK", SpamUnknown("1 个读不懂"))
            .always("LIST", Misdeed::Replace(b"\"Junk\"".to_vec(), b"\"\xc0\xac\xbb\xf8\"".to_vec()))
            .before(|world| world.mailbox.folders.push("@junk".into())),
        row("lists the folder for spam so that it cannot be read", SpamUnknown("1 个读不懂"))
            .always("LIST", replace(r"\Junk) ", r"\Junk "))
            .before(|world| world.mailbox.folders.push("@junk".into())),
    ]
}

/// Names of the folder for spam.
fn names() -> Vec<Row> {
    vec![
        row("has a folder for spam with quotation marks and backslashes in its name", Unnoticed)
            .before(|world| {
                world.mailbox.folders.push("@junk".into());
                world.server.deliver(r#"a"b\c/Junk"#, mail(7), at(NOON));
            })
            .also(&[r#"a"b\c/Junk"#]),
        row("separates folders by backslashes", Unnoticed)
            .always("LIST", replace(r#""/""#, r#""\\""#))
            .before(|world| {
                world.mailbox.folders.push("@junk".into());
                world.server.deliver(r"INBOX\Junk", mail(7), at(NOON));
            })
            .also(&[r"INBOX\Junk"]),
        row("lists the folder for spam under a bare name", Unnoticed)
            .always("LIST", replace(r#""Junk""#, "Junk"))
            .before(with_spam)
            .also(&["Junk"]),
        row("lists the folder for spam as a literal", Unnoticed)
            .always("LIST", replace(r#""Junk""#, "{4}\r\nJunk"))
            .before(with_spam)
            .also(&["Junk"]),
    ]
}

fn capabilities() -> Vec<Row> {
    let offers = |name: &str, line: &str| {
        row(name, Unnoticed)
            .by(Profile::Netease)
            .always("CAPABILITY", replace("IMAP4rev1 XLIST", line))
            .before(|world| {
                world.mailbox.folders.push("@junk".into());
                world.server.deliver("垃圾邮件", mail(7), at(NOON));
            })
            .also(&["垃圾邮件"])
    };
    vec![
        offers("offers IMAP4rev2 and not IMAP4rev1", "IMAP4rev2 XLIST"),
        offers("offers neither IMAP4rev1 nor IMAP4rev2", "IMAP4 XLIST"),
        offers("offers something that cannot be read", "IMAP4rev1 ((\"\\ XLIST"),
    ]
}

/// Before whatever is answered.
fn anywhere() -> Vec<Row> {
    let mut rows = Vec::new();
    for (what, line) in [
        ("an answer that nobody knows", "* XAPPLEPUSHSERVICE \"aps-version\" \"2\" (("),
        ("flags that cannot be read", "* FLAGS (\\Seen"),
        ("a STATUS that cannot be read", "* STATUS \"INBOX\" (UIDNEXT x)"),
        ("an empty line", ""),
    ] {
        for (step, place) in
            [("LOGIN", "the login"), ("EXAMINE", "EXAMINE"), (LIST, "the list of mails"), (BODY, "mails")]
        {
            rows.push(row(format!("puts {what} before {place}"), Unnoticed).always(step, first(line)));
        }
    }
    rows.push(
        row("puts raw GBK that nobody knows before mails", Unnoticed)
            .always(BODY, Misdeed::UnsolicitedFirst(b"* X-NOTE \xcd\xea\xb3\xc9 (".to_vec())),
    );
    rows
}
