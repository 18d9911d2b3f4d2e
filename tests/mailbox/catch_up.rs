//! Stories of a watcher's later looks, which ask only for what is above the list that it remembers, and for the last mail of that list:
//! whatever such a question is answered, the mail that has come is there after the next look at the latest.

use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::idle::Watcher;
use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, mail, world};

/// Asks for the second mail and what is above it.
const LATER: &str = "UID FETCH 2:* (";

fn deeds() -> Vec<Misdeed> {
    let spoil = |new: &str| Misdeed::Replace(b"* 3 FETCH (UID 3 ".into(), new.into());
    vec![
        Misdeed::No(b"not now".into()),
        Misdeed::Bad(b"what".into()),
        Misdeed::Bye(b"going down".into()),
        Misdeed::Close,
        Misdeed::CutAfter(b"* 3 FETCH (UID".into()),
        Misdeed::Say(b"$TAG OK\r\n".into()),
        Misdeed::Say(b"* 2 FETCH (UID 2 RFC822.SIZE 7)\r\n$TAG OK\r\n".into()),
        Misdeed::OmitUid(2),
        Misdeed::OmitUid(3),
        Misdeed::AnswerAsUid(2, 9),
        Misdeed::AnswerAsUid(3, 2),
        Misdeed::AnswerAsUid(3, 9),
        Misdeed::WithoutUid,
        Misdeed::Duplicate,
        spoil("* 3 FETCH (UID x "),
        spoil("* 3 FETCH (UID 3 UID 4 "),
        spoil("* 3 EXPUNGE\r\n* 3 FETCH (UID 3 "),
        Misdeed::UnsolicitedFirst(b"* 9 EXISTS".into()),
        Misdeed::UnsolicitedFirst(b"* 1 EXPUNGE".into()),
        Misdeed::Replace(b"OK FETCH completed".into(), b"NO [SERVERBUG] internal error".into()),
        Misdeed::UnsolicitedAfter(b"* 3 EXPUNGE\r\n".into()),
        Misdeed::LineWithoutEnd,
    ]
}

/// The look that meets the deed, the next one, and one for which there is another mail.
async fn play(deed: Misdeed) {
    let world: World = world(Profile::Netease).with_mails(2);
    let watcher = Watcher::on(&world);
    until("the first look", PATIENCE, || world.inbox_complete_at().is_some()).await;
    world.server.deliver("INBOX", mail(3), at(NOON));
    world.server.on(LATER, deed.clone());
    for (moment, mails) in [("T13:00", 0), ("T13:30", 3), ("T14:00", 4)] {
        let moment = at(&format!("2023-05-09{moment}:00+08:00"));
        world.clock.step_to(moment);
        if mails == 4 {
            world.server.deliver("INBOX", mail(4), at(NOON));
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
    world.expect_mails(4);
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

/// 163 gives every mailbox the UIDVALIDITY 1. One that is put back to a copy of yesterday gives UIDs again, and as many mails may have
/// come since as were lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_put_back_to_what_it_was_brings_what_came_since_under_the_same_numbers() {
    for (lost, come) in [(1, 1), (2, 2), (1, 3), (4, 4)] {
        let world = world(Profile::Netease).with_mails(4);
        let watcher = Watcher::on(&world);
        until("the first look", PATIENCE, || world.inbox_complete_at().is_some()).await;
        (5 - lost..=4).for_each(|uid| world.server.remove("INBOX", uid));
        world.server.change_uidvalidity("INBOX", world.server.uidvalidity("INBOX"));
        let moment = at("2023-05-09T13:00:00+08:00");
        world.clock.step_to(moment);
        for number in 5..5 + come {
            world.server.deliver("INBOX", mail(number), moment);
        }
        watcher.nudge.notify_one();
        until("a look", PATIENCE, || world.inbox_complete_at() == Some(moment)).await;
        watcher.stop().await;
        world.expect_mails(4 + come);
    }
}
