//! Wrong lists: what is listed is taken, what the list hides is noticed by its count, and what it says beside the
//! point harms nothing.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{first, replace};
use crate::row::Outcome::{LeftOut, NothingComes, PartlyListed, TakenUpAgain, Unnoticed};
use crate::row::{LIST, Row, row};
use crate::support::World;

pub fn rows() -> Vec<Row> {
    [hidden(), odd(), excess(), silent_examine()].into_iter().flatten().collect()
}

fn hidden() -> Vec<Row> {
    vec![
        row("leaves a mail out of the list", PartlyListed(2, "只列出 2 封"))
            .always(LIST, Misdeed::OmitUid(2)),
        row("leaves a mail out of the list, once", Unnoticed).once(LIST, Misdeed::OmitUid(2)),
        row("lists mails without their UIDs", NothingComes("服务器")).always(LIST, Misdeed::WithoutUid),
        row("lists a mail under UID 0", PartlyListed(2, "只列出 2 封"))
            .always(LIST, Misdeed::AnswerAsUid(2, 0)),
        row("lists a mail under another UID", LeftOut(&[9], "这封邮件"))
            .always(LIST, Misdeed::AnswerAsUid(2, 9)),
        row("lists two mails under one UID", PartlyListed(2, "只列出 2 封"))
            .always(LIST, Misdeed::AnswerAsUid(2, 3)),
        row("claims more mails than it lists", PartlyListed(3, "只列出 3 封"))
            .always(LIST, first("* 9 EXISTS")),
        row("answers the list with OK and nothing else", NothingComes("只列出 0 封"))
            .always(LIST, Misdeed::Say(b"$TAG OK\r\n".to_vec())),
    ]
}

fn odd() -> Vec<Row> {
    let every = |name: &str, misdeed| row(name, Unnoticed).always(LIST, misdeed);
    vec![
        every("lists every mail twice", Misdeed::Duplicate),
        every("lists mails in reverse", Misdeed::OutOfOrder),
        every("tells of flags nobody asked for", first("* 1 FETCH (FLAGS (\\Seen))")),
        every("tells of an EXPUNGE that was none", first("* 3 EXPUNGE")),
        every("repeats the UIDVALIDITY with Chinese behind it", first("* OK [UIDVALIDITY 1628767717]中文")),
        every("says a date of NIL", first("* 2 FETCH (UID 2 INTERNALDATE NIL)")),
        every("ends a remark like the announcement of a literal", first("* OK done {12}")),
        every(
            "puts raw GBK into a remark",
            Misdeed::UnsolicitedFirst(b"* OK \xcd\xea\xb3\xc9 {12}".to_vec()),
        ),
        every("closes the list in raw GBK", Misdeed::Raw8bit),
        every(
            "adds a remark behind the tagged OK",
            Misdeed::UnsolicitedAfter(b"* OK still here\r\n".to_vec()),
        ),
        row("has UIDs like clock readings", Unnoticed).with(0).before(|world| {
            world.server.skip_to_uid("INBOX", 1_733_220_355);
            world.deliver_mails(3);
        }),
        row("has 163's manners: no UIDNEXT, `STATUS \"INBOX\" ()`, UIDVALIDITY 1", Unnoticed)
            .by(Profile::Netease),
        row("has QQ's manners: no closing texts, `(UID 1 )`, no roles in LIST", Unnoticed)
            .by(Profile::Qq)
            .before(|world: &mut World| world.mailbox.folders.push("@junk".into())),
    ]
}

fn excess() -> Vec<Row> {
    let once = |name: &str, misdeed| row(name, TakenUpAgain).once(LIST, misdeed);
    let nested = format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(400));
    vec![
        once("lists mails without end", Misdeed::EndlessUntagged),
        row("lists mails without end, every time", NothingComes("答复比所问的多"))
            .always(LIST, Misdeed::EndlessUntagged),
        once("has a line without end in the list", Misdeed::LineWithoutEnd),
        row("has a line without end in the list, every time", NothingComes("64 KiB"))
            .always(LIST, Misdeed::LineWithoutEnd),
        row("answers EXAMINE without end", TakenUpAgain).once("EXAMINE", Misdeed::EndlessUntagged),
        once("announces a literal of 10 GB in the list", first("* 1 FETCH (UID 1 FLAGS {10737418240}")),
        once("announces a literal of 536 MB in the list", first("* 1 FETCH (UID 1 FLAGS {536000000}")),
        row("announces a literal larger than any number", Unnoticed)
            .once(LIST, first("* 1 FETCH (UID 1 FLAGS {99999999999999999999999}")),
        once("nests an answer 400 deep", first(&nested)),
        row("throws in a broken BODYSTRUCTURE", Unnoticed)
            .once(LIST, first("* 1 FETCH (BODYSTRUCTURE (\"PDF\" NAME=\"x.pdf\"\"))")),
        row("throws in NUL bytes", Unnoticed)
            .once(LIST, Misdeed::UnsolicitedFirst(b"* 1 FETCH (UID \0 1\0)".to_vec())),
        row("throws in what is no IMAP", Unnoticed).once(LIST, first("* 1 FETCH ((( UID")),
        once("answers under another tag", Misdeed::Say(b"X99 OK done\r\n".to_vec())),
        once("answers with neither OK, NO nor BAD", Misdeed::Say(b"$TAG MAYBE done\r\n".to_vec())),
    ]
}

fn silent_examine() -> Vec<Row> {
    let lacks = |what: &str, line: &str| {
        row(format!("does not tell {what}"), Unnoticed).always("EXAMINE", replace(line, ""))
    };
    vec![
        lacks("UIDNEXT", "* OK [UIDNEXT 4] predicted next UID\r\n"),
        lacks("how many mails there are", "* 3 EXISTS\r\n"),
    ]
}
