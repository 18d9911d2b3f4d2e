//! Answers that are right but for their form or their hour: padded with blanks, behind which the server hangs up, which come only
//! in pieces, or before they are asked for. The mail is there, and comes.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{UIDVALIDITY, first, replace};
use crate::row::Outcome::{EndsInTime, LeftOut, NothingComes, PartlyListed, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, WINDOW, row};
use crate::support::{NOON, World, at, big_mail, mail};

pub fn rows() -> Vec<Row> {
    [
        blanks(),
        behind(),
        optional(),
        pieces(),
        hidden(),
        beforehand(),
        wavering(),
        bodies(),
        codes(),
        folders(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn after(text: &str) -> Misdeed {
    Misdeed::UnsolicitedAfter(text.into())
}

fn with_spam(world: &mut World) {
    world.mailbox.folders.push("@junk".into());
    world.server.deliver("Junk", mail(7), at(NOON));
}

fn blanks() -> Vec<Row> {
    let size = mail(2).len();
    let every = |name: &str, step, old: &str, new: &str| row(name, Unnoticed).always(step, replace(old, new));
    let code = format!("* OK [UIDVALIDITY {UIDVALIDITY}]");
    let behind_size = |blank| (format!("{{{size}}}\r\n"), format!("{{{size}}}{blank}\r\n"));
    let (one, tab) = (behind_size(" "), behind_size("\t "));
    vec![
        every("puts a space behind the size of a mail", BODY, &one.0, &one.1),
        every("puts a tab behind the size of a mail", BODY, &tab.0, &tab.1),
        every("lists mails with two spaces between the words", LIST, "* 2 FETCH (", "*  2  FETCH  ("),
        every("hands out mails with tabs between the words", BODY, "* 2 FETCH (", "* 2\tFETCH\t("),
        every("tells of mails with tabs between the words", "EXAMINE", " EXISTS", "\tEXISTS"),
        every("tells the UIDVALIDITY behind two spaces", "EXAMINE", &code, &code.replace("OK ", "OK  ")),
        every("says OK behind two spaces", BODY, " OK ", "  OK  "),
    ]
}

/// It hangs up as soon as it has answered.
fn behind() -> Vec<Row> {
    let hangs_up = |what: &str, step| {
        row(format!("hangs up behind {what}, every time"), TakenUpAgain).always(step, Misdeed::CloseAfter)
    };
    vec![
        row("says BYE behind its list of mails, every time", TakenUpAgain)
            .always(LIST, after("* BYE so\r\n")),
        hangs_up("its list of mails", LIST),
        hangs_up("whatever it fetches", "FETCH"),
        row("hangs up behind whatever it fetches of 230 mails", EndsInTime)
            .with(230)
            .always("FETCH", Misdeed::CloseAfter),
        hangs_up("each part of a mail", WINDOW).with(1).before(|world| {
            world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
        }),
        hangs_up("its list of folders", "LIST").before(with_spam).also(&["Junk"]),
        row("hangs up behind EXAMINE, every time", NothingComes("中断"))
            .always("EXAMINE", Misdeed::CloseAfter),
        row("hangs up behind EXAMINE of the folder for spam, every time", TakenUpAgain)
            .always("EXAMINE \"Junk\"", Misdeed::CloseAfter)
            .before(|world| world.mailbox.folders.push("@junk".into())),
    ]
}

/// Commands on which nothing hangs.
fn optional() -> Vec<Row> {
    let mut rows = Vec::new();
    for command in ["ID", "CAPABILITY"] {
        for (way, misdeed) in [
            ("hangs up at", Misdeed::Close),
            ("says BYE to", Misdeed::Bye("what".into())),
            ("answers without end at", Misdeed::EndlessUntagged),
        ] {
            rows.push(row(format!("{way} {command}, every time"), TakenUpAgain).always(command, misdeed));
        }
    }
    rows.push(
        row("hangs up at ID, every time, and is 163's", NothingComes("中断"))
            .by(Profile::Netease)
            .always("ID", Misdeed::Close),
    );
    rows
}

/// Lists that are not all of it.
fn pieces() -> Vec<Row> {
    let two_at_once = |row: Row| {
        let row = row.with(5);
        [3, 4, 5].into_iter().fold(row, |row, uid| row.always(LIST, Misdeed::OmitUid(uid)))
    };
    vec![
        two_at_once(row("lists two mails at once and no more", Unnoticed)).always("3:*", Misdeed::OmitUid(5)),
        two_at_once(row(
            "lists two mails and refuses to list those behind them",
            PartlyListed(2, "只列出 2 封"),
        ))
        .always("3:*", Misdeed::No("no".into())),
        two_at_once(row(
            "lists two mails and hangs up over those behind them",
            PartlyListed(2, "只列出 2 封"),
        ))
        .always("3:*", Misdeed::Close),
        row("leaves a mail out of the list and tells of one less", PartlyListed(2, "只列出 2 封"))
            .always(LIST, Misdeed::OmitUid(2))
            .always(LIST, first("* 2 EXISTS")),
        row(
            "leaves a mail out of the list and tells that one is gone that was not there",
            PartlyListed(2, "只列出 2 封"),
        )
        .always(LIST, Misdeed::OmitUid(2))
        .always(LIST, first("* 99 EXPUNGE")),
        row("says that a folder is empty and that it may not be listed", NothingComes("not yours"))
            .always("EXAMINE", replace("* 3 EXISTS", "* 0 EXISTS"))
            .always(LIST, Misdeed::No("[NOPERM] not yours".into())),
        row("leaves another mail out of each list", Unnoticed)
            .once(LIST, Misdeed::OmitUid(2))
            .once(LIST, Misdeed::OmitUid(3)),
        row("hangs up when asked for more than sixteen mails at once", TakenUpAgain)
            .with(40)
            .always("UID FETCH 1:40", Misdeed::Bye("too many".into())),
        row("hands out two mails at once and no more", Unnoticed)
            .with(5)
            .always("1:5", Misdeed::OmitUid(3))
            .always("1:5", Misdeed::OmitUid(4))
            .always("1:5", Misdeed::OmitUid(5)),
    ]
}

/// What one answer hides, and another one has shown or does not say.
fn hidden() -> Vec<Row> {
    let too_few = |row: Row, told: &str| row.always("EXAMINE", replace("* 3 EXISTS", told));
    vec![
        too_few(
            row("says that a folder is empty and hangs up over its list, once", TakenUpAgain),
            "* 0 EXISTS",
        )
        .once(LIST, Misdeed::Close),
        too_few(
            row("counts too few mails, hangs up in one, then lists another short", TakenUpAgain),
            "* 2 EXISTS",
        )
        .once(BODY, Misdeed::CutAfter("Subject: mail 2".into()))
        .once(LIST, Misdeed::Behave)
        .once(LIST, Misdeed::OmitUid(3)),
        too_few(
            row("says that a folder is empty and lists what is no IMAP, once", TakenUpAgain),
            "* 0 EXISTS",
        )
        .once(LIST, first("* 1 FETCH (UID 1 FLAGS {10737418240}")),
        too_few(
            row("says that a folder is empty and lists what is no IMAP", NothingComes("不合 IMAP 协议")),
            "* 0 EXISTS",
        )
        .always(LIST, first("* 1 FETCH (UID 1 FLAGS {10737418240}")),
    ]
}

/// Answers to the next command, before it is given.
fn beforehand() -> Vec<Row> {
    let says = |what: &str, step, tag: &str| {
        row(format!("says OK to {what} before it is asked"), TakenUpAgain)
            .once(step, after(&format!("{tag} OK done\r\n")))
    };
    vec![says("its list of mails", "EXAMINE", "A0005"), says("the fetch of mails", LIST, "A0006")]
}

/// What is told of a mail changes from look to look.
fn wavering() -> Vec<Row> {
    let size = format!("RFC822.SIZE {} ", mail(2).len());
    let date = "INTERNALDATE \" 9-May-2023 12:00:00 +0800\"";
    vec![
        row("tells another size than at the last look", Unnoticed)
            .since_a_good_look(|_| {})
            .always(LIST, replace(&size, "RFC822.SIZE 999 ")),
        row("tells another date than at the last look", Unnoticed)
            .since_a_good_look(|_| {})
            .always(LIST, replace(date, "INTERNALDATE \"10-May-2023 12:00:00 +0800\"")),
    ]
}

fn bodies() -> Vec<Row> {
    let raw = String::from_utf8(mail(2)).unwrap();
    let whole = format!("UID 2 BODY[] {{{}}}\r\n{raw}", raw.len());
    let hands = |name: &str, text: String| {
        row(format!("hands out a mail {name}"), LeftOut(&[2], "没有给出"))
            .always(BODY, replace(&whole, &text))
    };
    let head = "UID 2 BODY[HEADER] {3}\r\n\r\nx BODY[] ";
    vec![
        hands("behind its header, both as literals", whole.replace("UID 2 BODY[] ", head)),
        hands(
            "and its UID in an answer of its own",
            format!("{})\r\n* 2 FETCH (UID 2", &whole["UID 2 ".len()..]),
        ),
        hands("behind flags that are a literal", whole.replace("BODY[] ", "FLAGS ({5}\r\n\\Seen) BODY[] ")),
    ]
}

/// Refusals with a code (RFC 5530, 9208).
fn codes() -> Vec<Row> {
    let mut rows = Vec::new();
    for code in ["[INUSE]", "[LIMIT]", "[OVERQUOTA]", "[UNAVAILABLE]", "[NOPERM]"] {
        for (step, what) in
            [("EXAMINE", "EXAMINE"), (LIST, "the list of mails"), (BODY, "the fetch of mails")]
        {
            let no = Misdeed::No(format!("{code} not now").into());
            rows.push(row(format!("says NO {code} to {what}"), NothingComes("not now")).always(step, no));
        }
    }
    for code in ["[INUSE]", "[LIMIT]", "[SERVERBUG]"] {
        let no = Misdeed::No(format!("{code} not now").into());
        rows.push(row(format!("says NO {code} to a login, once"), TakenUpAgain).once("LOGIN", no));
    }
    rows
}

fn folders() -> Vec<Row> {
    vec![
        row("keeps all folders below INBOX, which people call by their last name", Unnoticed)
            .always("LIST", replace("\"/\"", "\".\""))
            .before(|world| {
                world.mailbox.folders.push("报送".into());
                world.server.deliver("INBOX.报送", mail(7), at(NOON));
            })
            .also(&["INBOX.报送"])
            .mended_by(|world| {
                world.server.deliver("报送", mail(7), at(NOON));
            }),
        row("keeps spam below INBOX", Unnoticed)
            .always("LIST", replace("\"/\"", "\".\""))
            .before(|world| {
                world.mailbox.folders.push("@junk".into());
                world.server.deliver("INBOX.Junk", mail(7), at(NOON));
            })
            .also(&["INBOX.Junk"]),
    ]
}
