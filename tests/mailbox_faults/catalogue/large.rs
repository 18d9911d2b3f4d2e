//! Large mail comes in windows, and where a server does not know windows or gets them wrong, as one literal; its bytes
//! are the server's either way.

use shouwen::rehearsal::server::Misdeed;

use super::replace;
use crate::row::Outcome::{Noted, TakenUpAgain, Unnoticed};
use crate::row::{LIST, Row, WINDOW, row};
use crate::support::{NOON, at, big_mail};

pub fn rows() -> Vec<Row> {
    let with_a_large_mail = |row: Row| {
        row.with(1).before(|world| {
            world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
        })
    };
    [
        row("hands out a large mail in windows", Unnoticed).once(WINDOW, Misdeed::Behave),
        row("ignores that only a part was asked for", Unnoticed).always(WINDOW, Misdeed::IgnorePartial),
        row("hands out another part than was asked for", Unnoticed).always(WINDOW, Misdeed::WrongOrigin),
        row("hands out another part than was asked for, once", Unnoticed).once(WINDOW, Misdeed::WrongOrigin),
        row("says BAD to parts", Unnoticed).always(WINDOW, Misdeed::Bad("what".into())),
        row("says NO to parts", Unnoticed).always(WINDOW, Misdeed::No("no".into())),
        row("says NO to the second part", Unnoticed)
            .once(WINDOW, Misdeed::Behave)
            .once(WINDOW, Misdeed::No("no".into())),
        row("says OK to a part and hands out nothing", Unnoticed).always(WINDOW, Misdeed::OmitUid(2)),
        row("hands out a part under another UID", Unnoticed).always(WINDOW, Misdeed::AnswerAsUid(2, 1)),
        row("hands out parts shorter than asked for", Unnoticed)
            .always(WINDOW, Misdeed::ShortPartial(300_000)),
        row("hangs up whenever asked for a part", TakenUpAgain).always(WINDOW, Misdeed::Close),
        row("hangs up in the middle of a part", TakenUpAgain).once(WINDOW, Misdeed::CutMidLiteral),
        row("hangs up in the middle of the second part", TakenUpAgain)
            .once(WINDOW, Misdeed::Behave)
            .once(WINDOW, Misdeed::CutMidLiteral),
        row("hangs up between two parts", TakenUpAgain)
            .once(WINDOW, Misdeed::Behave)
            .once(WINDOW, Misdeed::Close),
        row("announces a part of 10 GB", TakenUpAgain).once(WINDOW, Misdeed::AnnounceLiteral(10_737_418_240)),
        row("announces a part one byte longer than it is", TakenUpAgain)
            .once(WINDOW, Misdeed::WrongLiteralLength(1)),
        row("announces a part one byte shorter than it is", TakenUpAgain)
            .once(WINDOW, Misdeed::WrongLiteralLength(-1)),
    ]
    .map(with_a_large_mail)
    .into_iter()
    .chain(in_one_piece())
    .chain(in_two_sizes())
    .collect()
}

/// After a large mail that came in windows, one that would be a single longer window.
fn in_one_piece() -> impl Iterator<Item = Row> {
    const WHOLE: &str = "UID FETCH 3 (UID BODY.PEEK[])";
    const WINDOW_OF_IT: &str = "UID FETCH 3 (UID BODY.PEEK[]<";
    let with_two_large_mails = |row: Row| {
        row.with(1).before(|world| {
            world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
            world.server.deliver("INBOX", big_mail(1_500_000), at(NOON));
            world.server.deliver("INBOX", big_mail(1_400_000), at(NOON));
        })
    };
    [
        row("hands out a large mail in one piece", Unnoticed).once(WHOLE, Misdeed::Behave),
        row("hangs up in the middle of a large mail in one piece", TakenUpAgain)
            .once(WHOLE, Misdeed::CutMidLiteral),
        row("hangs up whenever asked for a large mail in one piece", TakenUpAgain)
            .always(WHOLE, Misdeed::Close),
        row("hangs up in a large mail in one piece, then in its second part", TakenUpAgain)
            .once(WINDOW_OF_IT, Misdeed::Behave)
            .once(WINDOW_OF_IT, Misdeed::CutMidLiteral)
            .always(WHOLE, Misdeed::Close),
        row("says NO to a large mail in one piece", Unnoticed).always(WHOLE, Misdeed::No("no".into())),
        row("says NO to two large mails in one piece", Unnoticed)
            .always(WHOLE, Misdeed::No("no".into()))
            .always("UID FETCH 4 (UID BODY.PEEK[])", Misdeed::No("no".into())),
        // Parts are asked for again after a cut, or this mail would never come.
        row("says BAD to a part, then hangs up whenever asked for a large mail in one piece", TakenUpAgain)
            .once(WINDOW, Misdeed::Bad("what".into()))
            .always(WHOLE, Misdeed::Close),
    ]
    .into_iter()
    .map(with_two_large_mails)
}

/// A mail that is smaller than its size is claimed to be, and of which one of the two ways brings still less: the larger one
/// is filed once it came twice.
fn in_two_sizes() -> impl Iterator<Item = Row> {
    const BYTES: usize = 1_500_000;
    const SECOND_WINDOW: usize = 1 << 20;
    let raw = big_mail(BYTES);
    let answer = |label: &str, bytes: &[u8]| {
        let head = format!("* 2 FETCH (UID 2 {label} {{{}}}\r\n", bytes.len());
        Misdeed::Say([head.as_bytes(), bytes, b")\r\n$TAG OK\r\n"].concat())
    };
    // Without its last line but one, and yet closed.
    let end = raw.len() - "--b--\r\n".len();
    let less = [&raw[..end - 72], &raw[end..]].concat();
    let claim = replace(&format!("RFC822.SIZE {}", raw.len()), &format!("RFC822.SIZE {}", raw.len() + 40));
    let windows = answer(&format!("BODY[]<{SECOND_WINDOW}>"), &less[SECOND_WINDOW..]);
    [
        row("hands out less of a large mail in parts than in one piece", Noted("实收"))
            .always(&format!("BODY.PEEK[]<{SECOND_WINDOW}."), windows),
        row("hands out less of a large mail in one piece than in parts", Noted("实收"))
            .always("UID FETCH 2 (UID BODY.PEEK[])", answer("BODY[]", &less)),
    ]
    .into_iter()
    .map(move |row| {
        row.with(1).always(LIST, claim.clone()).before(|world| {
            world.server.deliver("INBOX", big_mail(BYTES), at(NOON));
        })
    })
}
