//! Stories of looks that do not come to their end: which folders are out, and which are only slow.

use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::support::{NOON, World, at, mail, world};

/// Ends a look at once, whatever came before it.
const BYE: &str = "* BYE Unsafe Login.\r\n";

/// A mailbox whose second folder is empty.
fn with_second() -> World {
    let mut world = world(Profile::Plain);
    world.mailbox.folders.push("报送".into());
    world.server.folder("报送");
    world
}

/// Looks at 12:00, 14:00 and 16:00; since which hour INBOX and the second folder are in trouble after each.
async fn troubled_since(world: &World, before_each: impl Fn(u32)) -> Vec<[Option<i64>; 2]> {
    let mut hours = Vec::new();
    for look in 0..3 {
        world.clock.step_to(at(NOON) + jiff::SignedDuration::from_hours(2 * i64::from(look)));
        before_each(look);
        assert!(world.pass().await.is_err());
        let states = world.store.folder_states().unwrap();
        let since = |folder: &str| {
            let state = states.iter().find(|state| state.folder == folder).unwrap();
            state.trouble_since.map(|since| since.duration_since(at(NOON)).as_hours())
        };
        hours.push([since("INBOX"), since("报送")]);
    }
    hours
}

/// Staff would be told of an outage else while the mailbox is filling: INBOX brings one mail a look, and leaves no time for
/// the second folder.
#[tokio::test]
async fn a_folder_that_brings_mail_is_slow_and_so_are_those_behind_it() {
    let world = with_second();
    let end = "--\r\n)\r\n";
    world.server.always("BODY.PEEK[]", Misdeed::Replace(end.into(), format!("{end}{BYE}").into()));
    let hours = troubled_since(&world, |look| {
        world.server.deliver("INBOX", mail(look + 1), at(NOON));
    });
    assert_eq!(hours.await, [[Some(0); 2], [Some(2); 2], [Some(4); 2]]);
    world.expect_mails(3);
}

/// Mail in INBOX says nothing of a folder that does not open.
#[tokio::test]
async fn mail_of_one_folder_does_not_put_off_the_outage_of_another() {
    let world = with_second();
    let second = shouwen::imap::encode_utf7("报送");
    world.server.always(&format!("EXAMINE \"{second}\""), Misdeed::Say(BYE.into()));
    let hours = troubled_since(&world, |look| {
        world.server.deliver("INBOX", mail(look + 1), at(NOON));
    });
    assert_eq!(hours.await, [[None, Some(0)]; 3]);
    world.expect_mails(3);
}

/// Its turn would never come.
#[tokio::test]
async fn a_folder_at_which_connections_end_holds_up_none_behind_it() {
    let mut world = world(Profile::Plain).with_mails(2);
    world.mailbox.folders = ["坏", "INBOX", "报送"].map(str::to_owned).to_vec();
    for folder in ["坏", "报送"] {
        world.server.folder(folder);
    }
    world.server.deliver("报送", mail(3), at(NOON));
    let first = shouwen::imap::encode_utf7("坏");
    world.server.always(&format!("EXAMINE \"{first}\""), Misdeed::Close);
    assert!(world.pass().await.is_err());
    world.expect_mails(3);
    let troubled = world.store.folder_states().unwrap().into_iter().filter(|state| state.trouble.is_some());
    assert_eq!(troubled.map(|state| state.folder).collect::<Vec<_>>(), ["坏"]);
}

/// Asks for the mails with their sizes and dates.
const SIZES: &str = "1:* (UID RFC822.SIZE";

/// A server that cannot tell the size of one mail may refuse its list from there on, for ever: what lies behind is found by
/// UIDs, and where those are as many as the server counts, none is missed and nothing need be held.
#[tokio::test]
async fn what_lies_behind_a_mail_that_cannot_be_listed_comes_with_the_second_look() {
    let refused = || Misdeed::Replace("OK FETCH completed".into(), "NO [SERVERBUG] internal error".into());
    let bare = "1:* (UID)";
    for (deeds, then, captured) in [
        (vec![Misdeed::OmitUid(2), Misdeed::OmitUid(3), refused()], None, [1, 3]),
        (vec![Misdeed::No("internal error".into())], None, [0, 3]),
        (vec![Misdeed::OmitUid(3), refused()], Some(Misdeed::Close), [2, 2]),
        // In slices.
        (vec![Misdeed::OmitUid(3), refused()], Some(Misdeed::No("what".into())), [2, 3]),
    ] {
        let world = world(Profile::Plain).with_mails(3);
        for (command, deed) in
            deeds.iter().map(|deed| (SIZES, deed)).chain(then.iter().map(|deed| (bare, deed)))
        {
            world.server.always(command, deed.clone());
        }
        for mails in [captured[0], captured[1], captured[1]] {
            assert!(world.pass().await.is_ok(), "{deeds:?} {then:?}");
            assert_eq!(world.captured().len(), mails, "{deeds:?} {then:?}");
            let state = world.store.folder_states().unwrap().pop().unwrap();
            assert_eq!(state.complete_at.is_some(), mails == 3, "{deeds:?} {then:?}");
            let told = if mails == 3 { state.note } else { state.trouble };
            assert!(told.is_some_and(|told| told.contains("internal error")), "{deeds:?} {then:?}");
        }
    }
}
