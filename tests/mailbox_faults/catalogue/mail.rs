//! Wrong mails: what is cut, misnumbered or swapped is never filed under a UID, and blocks no other mail.

use shouwen::rehearsal::server::Misdeed;

use super::{cut_after, first, replace};
use crate::row::Outcome::{LeftOut, Noted, NothingComes, TakenUpAgain, Unnoticed};
use crate::row::{BODY, Row, row};
use crate::support::{NOON, World, at, mail};

pub fn rows() -> Vec<Row> {
    [cuts(), literals(), wrong(), sizes(), long_headers(), odd()].into_iter().flatten().collect()
}

/// A mail that has no end to miss.
const PLAIN: &str = "Subject: plain\r\n\r\nOne line.\r\nAnother line, and the half of it is none.\r\n";

/// How the second mail is announced.
fn announced() -> String {
    format!("UID 2 BODY[] {{{}}}\r\n", mail(2).len())
}

fn second() -> String {
    String::from_utf8(mail(2)).unwrap()
}

/// At every kind of byte of a FETCH.
fn cuts() -> Vec<Row> {
    let announced = announced();
    let at_start = |text: &str| format!("{announced}{text}");
    [
        ("in the word FETCH", "* 2 FET".to_owned()),
        ("in a UID", "* 2 FETCH (UID".to_owned()),
        ("in the size of a mail", announced.split_at(announced.len() - 4).0.to_owned()),
        ("between the size of a mail and its line end", announced.trim_end().to_owned()),
        ("before the first byte of a mail", announced.clone()),
        ("behind the first byte of a mail", at_start("S")),
        ("in the middle of a mail", "Subject: mail 2\r\n".to_owned()),
        ("before the last byte of a mail", "--b2--\r".to_owned()),
        ("behind the last byte of a mail", "--b2--\r\n".to_owned()),
        ("behind the parenthesis that ends a mail", "--b2--\r\n)".to_owned()),
        ("behind the line that ends a mail", "--b2--\r\n)\r\n".to_owned()),
        ("in the tag behind the last mail", "--b3--\r\n)\r\nA".to_owned()),
        ("behind the tag", "$TAG".to_owned()),
        ("in the tagged OK", "$TAG O".to_owned()),
        ("before the end of the tagged line", "$TAG OK FETCH completed".to_owned()),
    ]
    .into_iter()
    .map(|(place, text)| row(format!("hangs up {place}"), TakenUpAgain).once(BODY, cut_after(&text)))
    .chain([
        row("hangs up in the middle of one mail, every time", LeftOut(&[4], "中断"))
            .with(6)
            .always(BODY, cut_after("Subject: mail 4")),
        row("says BYE in the middle of a mail", TakenUpAgain)
            .once(BODY, replace("Subject: mail 2\r\n", "Subject: mail 2\r\n* BYE going down\r\n"))
            .always(BODY, cut_after("going down\r\n")),
    ])
    .collect()
}

fn literals() -> Vec<Row> {
    let mut rows = Vec::new();
    for (what, delta) in [("one byte longer", 1), ("three bytes shorter", -3), ("forty bytes shorter", -40)] {
        let misdeed = Misdeed::WrongLiteralLength(delta);
        let name = format!("announces every mail {what} than it is");
        rows.push(row(format!("{name}, once"), TakenUpAgain).once(BODY, misdeed.clone()));
        rows.push(row(name, NothingComes("不合 IMAP 协议")).always(BODY, misdeed));
    }
    let longer = Misdeed::WrongLiteralLength(40);
    rows.push(
        row("announces every mail forty bytes longer than it is, once", TakenUpAgain).once(BODY, longer),
    );
    for (size, bytes) in
        [("10 GB", 10_737_418_240), ("536 MB", 536_000_000), ("all that a number holds", u64::MAX)]
    {
        rows.push(
            row(format!("announces a mail of {size}"), TakenUpAgain)
                .once(BODY, Misdeed::AnnounceLiteral(bytes)),
        );
    }
    rows.push(row("hands out data without end", TakenUpAgain).once(BODY, Misdeed::EndlessUntagged));
    rows.push(row("hands out a line without end", TakenUpAgain).once(BODY, Misdeed::LineWithoutEnd));
    rows
}

fn wrong() -> Vec<Row> {
    let whole = format!("{{{}}}\r\n{}", mail(2).len(), second());
    vec![
        row("leaves a mail out and says OK", LeftOut(&[2], "没有给出")).always(BODY, Misdeed::OmitUid(2)),
        row("leaves a mail out and says OK, once", Unnoticed).once(BODY, Misdeed::OmitUid(2)),
        row("hands out a mail under a UID nobody asked for", LeftOut(&[2], "没有给出"))
            .always(BODY, Misdeed::AnswerAsUid(2, 9)),
        row("hands out mails without their UIDs", LeftOut(&[1, 2, 3], "没有给出"))
            .always(BODY, Misdeed::WithoutUid),
        row("hands out two mails under the UID of the later", Unnoticed)
            .once(BODY, Misdeed::AnswerAsUid(2, 3)),
        row("hands out two mails under the UID of the earlier", Unnoticed)
            .once(BODY, Misdeed::AnswerAsUid(3, 2)),
        row("hands out NIL for a mail", LeftOut(&[2], "没有给出")).always(BODY, replace(&whole, "NIL")),
        row("hands out nothing for a mail", LeftOut(&[2], "空的")).always(BODY, replace(&whole, "{0}\r\n")),
        row("hands out OK and nothing else", LeftOut(&[1, 2, 3], "没有给出"))
            .always(BODY, Misdeed::Say(b"$TAG OK\r\n".to_vec())),
    ]
}

fn sizes() -> Vec<Row> {
    let size = mail(2).len();
    let whole = format!("{{{size}}}\r\n{}", second());
    let part = &second()[..size - 12];
    let cut = replace(&whole, &format!("{{{}}}\r\n{part}", part.len()));
    let (plain, half) = (format!("{{{}}}\r\n{PLAIN}", PLAIN.len()), PLAIN.split_at(PLAIN.len() / 2).0);
    let claims = |more: &str| replace(&format!("RFC822.SIZE {size}"), more);
    vec![
        row("cuts a mail and says it is whole", LeftOut(&[2], "不完整")).always(BODY, cut.clone()),
        row("cuts a mail and says it is whole, once", Unnoticed).once(BODY, cut),
        row("cuts a mail within its header and says it is whole", LeftOut(&[2], "不完整"))
            .always(BODY, replace(&whole, &format!("{{40}}\r\n{}", &second()[..40]))),
        row("claims mails to be larger than they are", Noted("实收"))
            .always("RFC822.SIZE", claims(&format!("RFC822.SIZE {}", size + 40))),
        row("claims mails to be smaller than they are", Noted("实收"))
            .always("RFC822.SIZE", claims("RFC822.SIZE 7")),
        row("claims mails to be of 4 GB", Noted("实收"))
            .always("RFC822.SIZE", claims("RFC822.SIZE 4294967295")),
        row("claims mails to have no size", Unnoticed).always("RFC822.SIZE", claims("RFC822.SIZE 0")),
        row("does not tell sizes", Unnoticed).always("RFC822.SIZE", claims("FLAGS ()")),
        row("does not tell sizes, and hands out half of a mail without parts", Unnoticed)
            .before(|world| {
                world.server.deliver("INBOX", PLAIN, at(NOON));
            })
            .always("RFC822.SIZE", replace(&format!("RFC822.SIZE {}", PLAIN.len()), "FLAGS ()"))
            .once(BODY, replace(&plain, &format!("{{{}}}\r\n{half}", half.len()))),
        row("holds a mail without its closing boundary", Noted("没有结束标记")).before(|world| {
            let mut cut = mail(4);
            cut.truncate(cut.len() - "--b4--\r\n".len());
            world.server.deliver("INBOX", cut, at(NOON));
        }),
        row("leaves a mail without parts out, then hands out half of it", Unnoticed)
            .before(|world| {
                world.server.deliver("INBOX", PLAIN, at(NOON));
            })
            .once(BODY, Misdeed::OmitUid(4))
            .once(BODY, replace(&plain, &format!("{{{}}}\r\n{half}", half.len()))),
        row("holds an empty mail", LeftOut(&[4], "空的"))
            .before(|world| {
                world.server.deliver("INBOX", "", at(NOON));
            })
            .mended_by(|world| world.server.remove("INBOX", 4)),
        row("holds a mail with bare line feeds, NUL and 8-bit bytes", Unnoticed).before(|world| {
            let raw = b"Subject: \xb8\xbd\n\nA1 OK done\r\n* BYE {9}\r\n)\0\xff".to_vec();
            world.server.deliver("INBOX", raw, at(NOON));
        }),
    ]
}

/// A mail with a long header, its boundary named at the end of that.
fn long_headed(bytes: usize) -> Vec<u8> {
    let to: String = (0..=bytes / 69).map(|n| format!("{n:065},\r\n ")).collect();
    let body = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";
    format!("To: {to}\r\n{body}").into_bytes()
}

/// What the boundary is looked for in is bounded; that must keep no mail unseen for ever, and let no half of one pass for
/// a whole.
fn long_headers() -> Vec<Row> {
    const LONG: usize = 100_000;
    const ENDLESS: usize = 1_200_000;
    let claims = |bytes: usize| {
        let size = long_headed(bytes).len();
        replace(&format!("RFC822.SIZE {size}"), &format!("RFC822.SIZE {}", size + 40))
    };
    let whole = long_headed(LONG);
    let half = [format!("{{{LONG}}}\r\n").as_bytes(), &whole[..LONG]].concat();
    let whole = [format!("{{{}}}\r\n", whole.len()).as_bytes(), &whole].concat();
    let with = |name: &str, outcome, before| row(name, outcome).before(before);
    let long = |world: &mut World| {
        world.server.deliver("INBOX", long_headed(LONG), at(NOON));
    };
    let endless = |world: &mut World| {
        world.server.deliver("INBOX", long_headed(ENDLESS), at(NOON));
    };
    vec![
        with("claims a mail with a header of 100 kB to be larger than it is", Noted("实收"), long)
            .always("RFC822.SIZE", claims(LONG)),
        with("cuts a mail within a header of 100 kB and says it is whole", LeftOut(&[4], "不完整"), long)
            .always(BODY, Misdeed::Replace(whole, half)),
        with("claims a mail with a header of 1.2 MB to be larger than it is", Noted("信头过长"), endless)
            .always("RFC822.SIZE", claims(ENDLESS)),
    ]
}

fn odd() -> Vec<Row> {
    let every = |name: &str, misdeed| row(name, Unnoticed).always(BODY, misdeed);
    vec![
        every("hands out every mail twice", Misdeed::Duplicate),
        every("hands out mails in reverse", Misdeed::OutOfOrder),
        every("tells of flags while handing out", first("* 1 FETCH (FLAGS (\\Seen))")),
        every("tells of an EXPUNGE while handing out", first("* 3 EXPUNGE")),
        every("tells of new mail while handing out", first("* 4 EXISTS")),
        every("closes a mail in raw GBK", Misdeed::Raw8bit),
        every("hands out byte by byte", Misdeed::Drip(std::time::Duration::from_millis(1))),
        every("takes its time", Misdeed::Late(std::time::Duration::from_millis(300))),
        row("tells a date of NIL", Unnoticed).always(
            "INTERNALDATE",
            replace("INTERNALDATE \" 9-May-2023 12:00:00 +0800\"", "INTERNALDATE NIL"),
        ),
    ]
}
