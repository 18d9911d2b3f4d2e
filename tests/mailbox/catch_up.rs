//! Stories of a watcher's later looks, which ask only for what is above the list that it remembers: whatever such a question is
//! answered, the mail that has come is there after the next look at the latest.

use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::idle::Watcher;
use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, mail, world};

/// Asks for what is above the first mail.
const LATER: &str = "UID FETCH 2:* (";

fn deeds() -> Vec<Misdeed> {
    let spoil = |new: &str| Misdeed::Replace(b"* 2 FETCH (UID 2 ".into(), new.into());
    vec![
        Misdeed::No(b"not now".into()),
        Misdeed::Bad(b"what".into()),
        Misdeed::Bye(b"going down".into()),
        Misdeed::Close,
        Misdeed::CutAfter(b"* 2 FETCH (UID".into()),
        Misdeed::Say(b"$TAG OK\r\n".into()),
        Misdeed::Say(b"* 1 FETCH (UID 1 RFC822.SIZE 7)\r\n$TAG OK\r\n".into()),
        Misdeed::OmitUid(2),
        Misdeed::AnswerAsUid(2, 1),
        Misdeed::AnswerAsUid(2, 9),
        Misdeed::WithoutUid,
        Misdeed::Duplicate,
        spoil("* 2 FETCH (UID x "),
        spoil("* 2 FETCH (UID 2 UID 3 "),
        spoil("* 2 EXPUNGE\r\n* 2 FETCH (UID 2 "),
        Misdeed::UnsolicitedFirst(b"* 9 EXISTS".into()),
        Misdeed::UnsolicitedFirst(b"* 1 EXPUNGE".into()),
        Misdeed::Replace(b"OK FETCH completed".into(), b"NO [SERVERBUG] internal error".into()),
        Misdeed::UnsolicitedAfter(b"* 2 EXPUNGE\r\n".into()),
        Misdeed::LineWithoutEnd,
    ]
}

/// The look that meets the deed, the next one, and one for which there is another mail.
async fn play(deed: Misdeed) {
    let world: World = world(Profile::Netease).with_mails(1);
    let watcher = Watcher::on(&world);
    until("the first look", PATIENCE, || world.inbox_complete_at().is_some()).await;
    world.server.deliver("INBOX", mail(2), at(NOON));
    world.server.on(LATER, deed.clone());
    for (moment, mails) in [("T13:00", 0), ("T13:30", 2), ("T14:00", 3)] {
        let moment = at(&format!("2023-05-09{moment}:00+08:00"));
        world.clock.step_to(moment);
        if mails == 3 {
            world.server.deliver("INBOX", mail(3), at(NOON));
        }
        watcher.nudge.notify_one();
        let state = || world.store.folder_states().unwrap().remove(0);
        until(&format!("a look at {moment}, with {deed:?}"), PATIENCE, || match mails {
            0 => state().tried_at == moment,
            _ => state().complete_at == Some(moment),
        })
        .await;
        let captured = world.captured().len();
        assert!(mails == 0 || captured == mails, "{captured} mails at {moment}, with {deed:?}");
    }
    watcher.stop().await;
    world.expect_mails(3);
    assert_eq!((world.inbox().1, world.unfetched_uids()), (None, vec![]), "{deed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_later_look_is_answered_the_mail_that_came_is_there() {
    let mut playing = tokio::task::JoinSet::new();
    for deed in deeds() {
        playing.spawn(play(deed));
    }
    while let Some(played) = playing.join_next().await {
        played.unwrap();
    }
}
