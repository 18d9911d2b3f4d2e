//! One fault upon another: in the second batch only, after a connection is taken up again, or so that what one answer got wrong looks
//! right in the next.

use shouwen::rehearsal::server::Misdeed;

use super::{cut_after, first, replace, say};
use crate::row::Outcome::{EndsInTime, PartlyListed, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{NOON, at, mail};

pub fn rows() -> Vec<Row> {
    [batches(), resumed(), mistaken(), folders(), shapes()].into_iter().flatten().collect()
}

/// 230 mails are asked for in two commands.
fn batches() -> Vec<Row> {
    const SECOND: &str = "UID FETCH 201:230";
    let second = |name: &str, misdeed, outcome| {
        row(format!("{name} the second batch of mails"), outcome).with(230).once(SECOND, misdeed)
    };
    vec![
        second("hangs up at", Misdeed::Close, TakenUpAgain),
        second("says NO to", Misdeed::No("no".into()), Unnoticed),
        second("says BAD to", Misdeed::Bad("no".into()), Unnoticed),
        second("says OK and nothing else to", say("$TAG OK\r\n"), Unnoticed),
        second("leaves a mail out of", Misdeed::OmitUid(222), Unnoticed),
        second("hands out one mail under another's UID in", Misdeed::AnswerAsUid(222, 223), Unnoticed),
        second(
            "hands out one mail under the UID of one that came before in",
            Misdeed::AnswerAsUid(222, 12),
            Unnoticed,
        ),
        second("leaves out all UIDs in", Misdeed::WithoutUid, Unnoticed),
        second("hands out everything twice in", Misdeed::Duplicate, Unnoticed),
        second("cuts a mail in", Misdeed::CutMidLiteral, TakenUpAgain),
        second("numbers the folder anew in", first("* OK [UIDVALIDITY 7] new"), TakenUpAgain),
        second("loses a mail before", Misdeed::VanishMail(222), EndsInTime),
        second("takes in a mail before", Misdeed::MailArrives(mail(231)), Unnoticed),
        second("says BYE behind the OK to", Misdeed::UnsolicitedAfter("* BYE so\r\n".into()), Unnoticed),
    ]
}

fn resumed() -> Vec<Row> {
    let cut = |name: &str, outcome| {
        row(format!("hangs up in a mail, then {name}"), outcome).once(BODY, cut_after("Subject: mail 2"))
    };
    vec![
        cut("lists another short", TakenUpAgain).once(LIST, Misdeed::Behave).once(LIST, Misdeed::OmitUid(3)),
        cut("says NO to EXAMINE", PartlyListed(1, "busy"))
            .once("EXAMINE", Misdeed::Behave)
            .once("EXAMINE", Misdeed::No("busy".into())),
        cut("says that the folder is empty", TakenUpAgain)
            .once("EXAMINE", Misdeed::Behave)
            .once("EXAMINE", replace("* 3 EXISTS", "* 0 EXISTS")),
        cut("refuses the password", EndsInTime)
            .once("LOGIN", Misdeed::Behave)
            .once("LOGIN", Misdeed::No("LOGIN Login error or password error".into())),
        cut("has lost another", EndsInTime).once(LIST, Misdeed::Behave).once(LIST, Misdeed::VanishMail(3)),
        cut("hands out the third for the second", EndsInTime).once(BODY, Misdeed::AnswerAsUid(3, 2)),
    ]
}

fn mistaken() -> Vec<Row> {
    let raw = |number| String::from_utf8(mail(number)).unwrap();
    let line = |uid: u32, number: u32| {
        format!("* {number} FETCH (UID {uid} BODY[] {{{}}}\r\n{})\r\n", raw(number).len(), raw(number))
    };
    vec![
        row("hands out a mail under the UID of the next, which it leaves out, once", Unnoticed)
            .once(BODY, say(&format!("{}{}$TAG OK\r\n", line(1, 1), line(3, 2)))),
        row("hands out a mail under the UID of the one before, which it leaves out, once", Unnoticed)
            .once(BODY, say(&format!("{}{}$TAG OK\r\n", line(1, 2), line(3, 3)))),
        row("hands out each mail for the next one, once", Unnoticed)
            .once(BODY, say(&format!("{}{}{}$TAG OK\r\n", line(1, 1), line(2, 1), line(3, 2)))),
        row("hands out one mail under all UIDs, once", Unnoticed)
            .once(BODY, say(&format!("{}{}{}$TAG OK\r\n", line(1, 1), line(2, 1), line(3, 1)))),
        row("says that a folder is empty that has never been looked at", Unnoticed)
            .always("EXAMINE", replace("* 3 EXISTS", "* 0 EXISTS")),
        row("takes all its mails back before it lists them", Unnoticed).always(LIST, first("* 0 EXISTS")),
    ]
}

fn folders() -> Vec<Row> {
    vec![
        row("keeps a folder below another, which people call by its last name", Unnoticed)
            .before(|world| {
                world.mailbox.folders.push("报送".into());
                world.server.deliver("其他文件夹/报送", mail(7), at(NOON));
            })
            .also(&["其他文件夹/报送"]),
        row("keeps spam in Junk, which people call 垃圾箱", Unnoticed)
            .before(|world| {
                world.mailbox.folders.push("垃圾箱".into());
                world.server.deliver("Junk", mail(7), at(NOON));
            })
            .also(&["Junk"]),
    ]
}

fn shapes() -> Vec<Row> {
    let holds = |name: &str, before: fn(&mut crate::support::World)| {
        row(format!("holds a mail {name}"), Unnoticed).before(before)
    };
    vec![
        holds("of carriage returns alone", |world| {
            world.server.deliver(
                "INBOX",
                mail(9).into_iter().filter(|b| *b != b'\n').collect::<Vec<u8>>(),
                at(NOON),
            );
        }),
        holds("of one byte", |world| {
            world.server.deliver("INBOX", b"x".to_vec(), at(NOON));
        }),
        holds("of line ends alone", |world| {
            world.server.deliver("INBOX", b"\r\n\r\n\r\n".to_vec(), at(NOON));
        }),
        holds("of noughts", |world| {
            world.server.deliver("INBOX", vec![0; 5000], at(NOON));
        }),
        holds("that looks like an answer", |world| {
            world.server.deliver(
                "INBOX",
                b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\nA0004 OK done\r\n".to_vec(),
                at(NOON),
            );
        }),
    ]
}
