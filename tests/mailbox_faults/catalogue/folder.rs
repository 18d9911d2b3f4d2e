//! Folders that change while they are looked at, or between two looks: what is gone is gone, what is there comes, and
//! nothing comes twice.

use shouwen::rehearsal::server::Misdeed;

use super::{UIDVALIDITY, first, replace};
use crate::row::Outcome::{LeftOut, NothingComes, PartlyListed, TakenUpAgain, Unnoticed};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{NOON, World, at, mail};

pub fn rows() -> Vec<Row> {
    let vanishes = |when: &str, outcome, step| {
        row(format!("loses the folder {when}"), outcome)
            .once(step, Misdeed::VanishFolder)
            .mended_by(|world: &World| world.deliver_mails(3))
    };
    let renumbers = |when: &str, outcome, step| {
        row(format!("numbers the folder anew {when}"), outcome)
            .with(0)
            .before(|world| {
                world.server.skip_to_uid("INBOX", 11);
                world.deliver_mails(3);
            })
            .once(step, Misdeed::ChangeUidvalidity(7))
    };
    let mut rows = vec![
        vanishes("before it is opened", NothingComes("EXAMINE"), "EXAMINE"),
        vanishes("before it is listed", NothingComes("the folder is gone"), LIST),
        vanishes("before its mails are fetched", NothingComes("the folder is gone"), BODY),
        row("takes in a mail while another is fetched", Unnoticed).once(BODY, Misdeed::MailArrives(mail(4))),
        row("takes in a mail while it lists", Unnoticed).once(LIST, Misdeed::MailArrives(mail(4))),
        row("loses a mail between list and fetch", LeftOut(&[2], "没有给出"))
            .once(BODY, Misdeed::VanishMail(2)),
        row("loses a mail between opening and listing", PartlyListed(2, "只列出 2 封"))
            .once(LIST, Misdeed::VanishMail(2)),
        row("says UIDVALIDITY 0", Unnoticed).before(|world| world.server.change_uidvalidity("INBOX", 0)),
        renumbers("while it lists, and says so", TakenUpAgain, LIST)
            .always(LIST, first("* OK [UIDVALIDITY 7] new")),
        renumbers("between list and fetch, and says so", TakenUpAgain, BODY)
            .always(BODY, first("* OK [UIDVALIDITY 7] new")),
        renumbers("between list and fetch without a word", NothingComes("没有给出"), BODY),
        row("has another UIDVALIDITY than at the last look", Unnoticed)
            .since_a_good_look(|world| world.server.change_uidvalidity("INBOX", 7)),
        row("goes back to an old UIDVALIDITY", Unnoticed)
            .since_a_good_look(|world| world.server.change_uidvalidity("INBOX", 7))
            .mended_by(|world| world.server.change_uidvalidity("INBOX", UIDVALIDITY)),
        row("numbers the folder anew under the same UIDVALIDITY", Unnoticed).since_a_good_look(|world| {
            world.server.remove("INBOX", 1);
            world.server.deliver("INBOX", mail(4), at("2023-05-09T12:30:00+08:00"));
            world.server.change_uidvalidity("INBOX", UIDVALIDITY);
        }),
        row("does not tell UIDVALIDITY", Unnoticed)
            .always("EXAMINE", replace(&format!("* OK [UIDVALIDITY {UIDVALIDITY}] UIDs valid\r\n"), "")),
        row("has lost mails since the last look", Unnoticed)
            .since_a_good_look(|world| world.server.remove("INBOX", 2)),
        row("has a new mail at the very moment of opening", Unnoticed)
            .since_a_good_look(|_| {})
            .once("EXAMINE", Misdeed::MailArrives(mail(4))),
        row("holds the same mail a hundred times", Unnoticed).before(|world| {
            for _ in 0..100 {
                world.server.deliver("INBOX", mail(1), at(NOON));
            }
        }),
        row("has an empty folder", Unnoticed).with(0).mended_by(|world| world.deliver_mails(1)),
    ];
    rows.extend(emptied());
    rows
}

/// Folders in which mail was captured and that are empty now, or said to be.
fn emptied() -> Vec<Row> {
    let emptied = |name, outcome| {
        row(name, outcome)
            .since_a_good_look(|world| (1..=3).for_each(|uid| world.server.remove("INBOX", uid)))
            .mended_by(|world| world.deliver_mails(1))
    };
    vec![
        row("says that a folder is empty in which it has had mail, and has new mail in it", Unnoticed)
            .since_a_good_look(|world| {
                world.server.deliver("INBOX", mail(4), at(NOON));
            })
            .always("EXAMINE", replace("* 4 EXISTS", "* 0 EXISTS")),
        emptied("refuses to list a folder that has been emptied", Unnoticed)
            .always(LIST, Misdeed::No(b"No matching messages".to_vec())),
        emptied("does not know how to list a folder that has been emptied", Unnoticed)
            .always(LIST, Misdeed::Bad(b"Bad sequence".to_vec())),
        emptied("hangs up when it is to list a folder that has been emptied", TakenUpAgain)
            .always(LIST, Misdeed::Close),
    ]
}
