//! Stranger still: numbers at the end of their range, floods, mails mixed up with other answers, and refusals of one thing that must
//! not cost all the others.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{UIDVALIDITY, first, replace, say};
use crate::door::{Door, GOOD};
use crate::row::Outcome::{
    LeftOut, NothingComes, Numbered, PartlyListed, SpamGivenUp, TakenUpAgain, Unnoticed,
};
use crate::row::{BODY, LIST, Row, WINDOW, row};
use crate::support::{NOON, World, at, big_mail, mail};

pub fn rows() -> Vec<Row> {
    [ranges(), floods(), opening(), bodies(), refusals(), parts(), folders(), farewells()]
        .into_iter()
        .flatten()
        .collect()
}

fn after(text: &str) -> Misdeed {
    Misdeed::UnsolicitedAfter(text.into())
}

fn ranges() -> Vec<Row> {
    let dated = |name: &str, date: &str| {
        let told = "INTERNALDATE \" 9-May-2023 12:00:00 +0800\"";
        row(name, Unnoticed).always(LIST, replace(told, &format!("INTERNALDATE \"{date}\"")))
    };
    vec![
        row("has UIDs just below the last there is", Unnoticed).with(0).before(|world| {
            world.server.skip_to_uid("INBOX", u32::MAX - 3);
            world.deliver_mails(3);
        }),
        row(
            "lists a mail under the last UID there is, and does not hand it out",
            LeftOut(&[u32::MAX], "没有给出"),
        )
        .always(LIST, replace("(UID 3 ", "(UID 4294967295 ")),
        row("says the last UIDVALIDITY there is", Unnoticed)
            .before(|world| world.server.change_uidvalidity("INBOX", u32::MAX)),
        dated("tells a date that is in no calendar", "31-Feb-2023 12:00:00 +0800"),
        dated("tells dates of the year 9999", "31-Dec-9999 23:59:59 -1200"),
        dated("tells dates of the year 0", "01-Jan-0000 00:00:00 +0000"),
        dated("tells dates with a zone by name", " 9-May-2023 12:00:00 CST"),
    ]
}

/// One line again and again before an answer.
fn floods() -> Vec<Row> {
    let alarms = |times: usize| first(vec!["* OK [ALERT] 邮箱将满"; times].join("\r\n").as_str());
    let mut rows = Vec::new();
    for (step, place) in [("LOGIN", "the login"), ("EXAMINE", "EXAMINE"), (LIST, "its list"), (BODY, "mails")]
    {
        let patience = if step == "LOGIN" { 2_000 } else { 1_000 };
        rows.extend([
            row(format!("says {} alarms before {place}", patience - 100), Unnoticed)
                .always(step, alarms(patience - 100)),
            row(format!("says {} alarms before {place}, once", patience + 100), TakenUpAgain)
                .once(step, alarms(patience + 100)),
        ]);
    }
    rows.push(
        row("says 1,500 alarms before EXAMINE, every time", NothingComes("答复比所问的多"))
            .always("EXAMINE", alarms(1_500)),
    );
    rows
}

/// Of EXAMINE.
fn opening() -> Vec<Row> {
    let tells = |name: &str, line: &str| row(name, Unnoticed).always("EXAMINE", first(line));
    let validity = format!("* OK [UIDVALIDITY {UIDVALIDITY}] UIDs valid\r\n");
    vec![
        tells("says that the folder before it is closed", "* OK [CLOSED] previous mailbox is closed"),
        tells("says that UIDs do not last", "* NO [UIDNOTSTICKY] UIDs are made up"),
        tells("says that it counts no changes", "* OK [NOMODSEQ] not for this folder"),
        tells("tells a number of its own for the folder", "* OK [MAILBOXID (F2212ea87-6097-4256-9d51)] so"),
        row("tells how many mails there are behind the OK alone", Unnoticed)
            .always("EXAMINE", replace("* 3 EXISTS\r\n", ""))
            .always("EXAMINE", after("* 3 EXISTS\r\n")),
        row("tells the UIDVALIDITY behind the end of the answer alone", Unnoticed)
            .always("EXAMINE", replace(&validity, ""))
            .always("EXAMINE", after(&validity)),
        row("tells of mails behind two spaces", Unnoticed)
            .always("EXAMINE", replace("* 3 EXISTS", "*  3 EXISTS")),
    ]
}

/// How the second mail is handed out.
fn bodies() -> Vec<Row> {
    let raw = String::from_utf8(mail(2)).unwrap();
    let size = raw.len();
    let whole = format!("UID 2 BODY[] {{{size}}}\r\n{raw}");
    let half = &raw[..size / 2];
    let cut = format!("UID 2 BODY[] {{{}}}\r\n{half}", half.len());
    let raw_of = |number| String::from_utf8(mail(number)).unwrap();
    let of_2_as_4 = format!("UID 4 BODY[] {{{size}}}\r\n{raw}");
    let hands = |name: &str, text: &str, outcome| {
        row(format!("hands out a mail {name}"), outcome).always(BODY, replace(&whole, text))
    };
    let mixed = "Subject: mail 2\r\n* 3 FETCH (FLAGS (\\Seen))\r\n";
    let mixed = |row: Row, is_once: bool| {
        let misdeed = replace("Subject: mail 2\r\n", mixed);
        if is_once { row.once(BODY, misdeed) } else { row.always(BODY, misdeed) }
    };
    vec![
        hands("as NIL", "UID 2 BODY[] NIL", LeftOut(&[2], "没有给出")),
        hands("as an empty text", "UID 2 BODY[] \"\"", LeftOut(&[2], "空的")),
        hands("as an empty literal", "UID 2 BODY[] {0}\r\n", LeftOut(&[2], "空的")),
        row("ends the line that announces a mail with a line feed alone", Unnoticed)
            .always(BODY, replace(&format!("{{{size}}}\r\n"), &format!("{{{size}}}\n"))),
        hands("with noughts before its size", &format!("UID 2 BODY[] {{000{size}}}\r\n{raw}"), Unnoticed),
        hands("cut, and then whole", &format!("{cut})\r\n* 2 FETCH ({whole}"), LeftOut(&[2], "不完整")),
        row("hands out a mail cut, and then whole, once", Unnoticed)
            .once(BODY, replace(&whole, &format!("{cut})\r\n* 2 FETCH ({whole}"))),
        row("hands out a mail whole, and then cut, once", Unnoticed)
            .once(BODY, replace(&whole, &format!("{whole})\r\n* 2 FETCH ({cut}"))),
        mixed(row("says something else in the middle of a mail, once", TakenUpAgain), true),
        mixed(
            row("says something else in the middle of a mail, every time", LeftOut(&[2], "不合 IMAP 协议")),
            false,
        ),
        row("hands out one mail for another", LeftOut(&[4], "另一封来件"))
            .before(|world| {
                world.server.deliver("INBOX", mail(10_000), at(NOON));
            })
            .always(
                BODY,
                replace(&format!("UID 4 BODY[] {{{}}}\r\n{}", size + 20, raw_of(10_000)), &of_2_as_4),
            ),
        row("hands out mails that nobody asked for, once", Unnoticed)
            .once(LIST, first("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)")),
    ]
}

/// Of one thing, which must not cost the others.
fn refusals() -> Vec<Row> {
    let ends = |end: &str| replace("OK FETCH completed", end);
    vec![
        row("lists all mails and says NO in the end", PartlyListed(3, "internal error"))
            .always(LIST, ends("NO [SERVERBUG] internal error")),
        row("lists all mails and says BAD in the end", PartlyListed(3, "internal error"))
            .always(LIST, ends("BAD internal error")),
        row("lists all mails and says NO in the end, once", PartlyListed(3, "internal error"))
            .once(LIST, ends("NO internal error")),
        row("says OK to EXAMINE and opens nothing, every time", NothingComes("no folder is open"))
            .always("EXAMINE", say("$TAG OK\r\n")),
        row("tells neither how many mails there are nor any mail", NothingComes("没有说有几封邮件"))
            .always("EXAMINE", replace("* 3 EXISTS\r\n", ""))
            .always(LIST, say("$TAG OK\r\n")),
        row("refuses to hand out more than one mail at once", Unnoticed)
            .always("UID FETCH 1:3", Misdeed::No("too many".into())),
        row("lists two mails of three and says NO in the end", PartlyListed(2, "internal error"))
            .always(LIST, Misdeed::OmitUid(2))
            .always(LIST, ends("NO [SERVERBUG] internal error")),
        row("hangs up in its list at one mail, every time", Numbered(&[], "3 封都已列出"))
            .always(LIST, Misdeed::CutAfter("(UID 2 RFC822".into())),
        row("hangs up in its list and in a mail at the same, every time", Numbered(&[2], "3 封都已列出"))
            .always(LIST, Misdeed::CutAfter("(UID 2 RFC822".into()))
            .always(BODY, Misdeed::CutAfter("Subject: mail 2".into())),
        row("hangs up in its list at one mail and leaves another out", PartlyListed(2, "只列出 2 封的编号"))
            .always(LIST, Misdeed::CutAfter("(UID 2 RFC822".into()))
            .always(LIST, Misdeed::OmitUid(3)),
        row("says “Unsafe Login” in the end of its list", crate::row::Outcome::NeedsAPerson("网易"))
            .by(Profile::Netease)
            .always(LIST, ends("NO Unsafe Login. Please contact kefu@mail.example")),
    ]
}

/// Of a mail of 2.5 MB with UID 2.
fn parts() -> Vec<Row> {
    const SECOND: &str = "BODY.PEEK[]<1048576";
    [
        row("labels parts as they were asked for", Unnoticed)
            .always(WINDOW, replace("BODY[]<0>", "BODY[]<0.1048576>"))
            .always(SECOND, replace("BODY[]<1048576>", "BODY[]<1048576.1048576>")),
        row("tells of an EXPUNGE between two parts", Unnoticed).once(SECOND, first("* 1 EXPUNGE")),
        row("tells of new mail between two parts", Unnoticed).once(SECOND, Misdeed::MailArrives(mail(3))),
        row("loses a large mail between two parts", LeftOut(&[2], "没有给出"))
            .once(SECOND, Misdeed::VanishMail(2))
            .mended_by(|world| {
                world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
            }),
        row("says an alarm in Chinese in front of every part", Unnoticed)
            .always(WINDOW, first("* OK [ALERT]将满")),
    ]
    .map(|row| {
        row.with(1).before(|world| {
            world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
        })
    })
    .into()
}

fn folders() -> Vec<Row> {
    fn with_junk(world: &mut World) {
        world.mailbox.folders.push("@junk".into());
        world.server.deliver("Junk", mail(7), at(NOON));
    }
    let lists = |count: usize| {
        let lines: Vec<String> = (0..count).map(|n| format!("* LIST () \"/\" \"archive/{n}\"")).collect();
        first(&lines.join("\r\n"))
    };
    let spam =
        |name: &str, misdeed| row(name, Unnoticed).also(&["Junk"]).before(with_junk).always("LIST", misdeed);
    vec![
        spam("lists 5,000 folders", lists(5_000)),
        row("lists 20,000 folders", SpamGivenUp("答复比所问的多"))
            .before(|world| world.mailbox.folders.push("@junk".into()))
            .always("LIST", lists(20_000)),
        spam(
            "calls a folder one for spam that is not there",
            first(r#"* LIST (\Junk \NonExistent) "/" "x""#),
        ),
        spam("tells a role that nobody knows", replace("\\Junk", "\\Junk \\Memos")),
        spam("writes INBOX in small letters", replace("\"INBOX\"", "\"inbox\"")),
        row("has a folder with ampersands, percent signs and stars in its name", Unnoticed)
            .before(|world| {
                world.mailbox.folders.push("a&b%c*".into());
                world.server.deliver("a&b%c*", mail(7), at(NOON));
            })
            .also(&["a&b%c*"]),
        row("is asked for INBOX in other letters", Unnoticed)
            .before(|world| world.mailbox.folders = vec!["Inbox".into(), "@junk".into()]),
    ]
}

/// Puts a machine before the server that hangs up on who comes first.
fn lose_first(world: &mut World) {
    let (server, door) = (world.server.addr(), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    world.mailbox.imap.port = door.local_addr().unwrap().port();
    door.set_nonblocking(true).unwrap();
    tokio::spawn(async move {
        let door = tokio::net::TcpListener::from_std(door).unwrap();
        drop(door.accept().await);
        while let Ok((mut caller, _)) = door.accept().await {
            let mut server = tokio::net::TcpStream::connect(server).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut caller, &mut server).await });
        }
    });
}

fn farewells() -> Vec<Row> {
    let dropped = || Misdeed::DropAfter("Subject: mail 2".into());
    vec![
        row("is gone under TLS in the middle of a mail, without a farewell", TakenUpAgain)
            .behind(Door::Tls(GOOD))
            .once(BODY, dropped()),
        row("is gone under STARTTLS in the middle of a mail, without a farewell", TakenUpAgain)
            .behind(Door::StartTls)
            .once(BODY, dropped()),
        row("is gone under TLS behind the OK to its mails, without a farewell", TakenUpAgain)
            .behind(Door::Tls(GOOD))
            .once(BODY, Misdeed::DropAfter("FETCH completed\r".into())),
        row("hangs up in the TLS handshake, once", Unnoticed).behind(Door::Tls(GOOD)).before(lose_first),
        row("hangs up under TLS before greeting, once", TakenUpAgain)
            .behind(Door::Tls(GOOD))
            .once("GREETING", Misdeed::Close),
        row("says goodbye before EXAMINE and falls silent", TakenUpAgain)
            .once("EXAMINE", say("* BYE going down\r\n")),
        row("says OK to LOGOUT and no goodbye", Unnoticed).always("LOGOUT", say("$TAG OK\r\n")),
        row("falls silent at LOGOUT", Unnoticed).always("LOGOUT", Misdeed::Stall),
    ]
}
