//! Stories of a watcher's connection that is of no use any more although the server goes on answering on it.

use jiff::SignedDuration;
use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::idle::Watcher;
use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, mail, world};

/// What a machine of Exchange says to everything once it has lost the mailbox behind a connection.
fn lost() -> Misdeed {
    Misdeed::Bad(b"User is authenticated but not connected.".to_vec())
}

/// Has the watcher look once more, so much later; returns how often it logged in.
async fn look(world: &World, watcher: &Watcher, later: SignedDuration) -> usize {
    let (before, moment) = (world.heard("LOGIN"), world.clock.now() + later);
    world.clock.step_to(moment);
    watcher.nudge.notify_one();
    let is_tried = || world.store.folder_states().unwrap().iter().all(|state| state.tried_at == moment);
    until("a look", PATIENCE, is_tried).await;
    world.heard("LOGIN") - before
}

#[tokio::test]
async fn where_no_folder_can_be_looked_at_any_more_the_same_look_goes_on_over_another_connection() {
    for (refused, times) in [("EXAMINE", 1), ("UID FETCH", 2)] {
        let world = world(Profile::Netease).with_mails(1);
        let watcher = Watcher::on(&world);
        until("the first look", PATIENCE, || world.inbox_complete_at() == Some(at(NOON))).await;
        world.server.deliver("INBOX", mail(2), at(NOON));
        for _ in 0..times {
            world.server.on(refused, lost());
        }
        assert_eq!(look(&world, &watcher, SignedDuration::from_mins(5)).await, 1, "{refused}");
        assert_eq!((world.inbox().1, world.captured().len()), (None, 2), "{refused}");
        watcher.stop().await;
    }
}

#[tokio::test]
async fn spam_is_looked_for_over_the_other_connection_as_well() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders.push("@junk".into());
    let watcher = Watcher::on(&world);
    let looked_at =
        || world.store.folder_states().unwrap().iter().filter(|state| state.complete_at.is_some()).count();
    until("the first look", PATIENCE, || looked_at() == 2).await;
    world.server.deliver("垃圾邮件", mail(2), at(NOON));
    world.server.on("LIST", lost()).on("EXAMINE", lost());
    assert_eq!(look(&world, &watcher, SignedDuration::from_mins(5)).await, 1);
    let states = world.store.folder_states().unwrap();
    assert!(states.iter().all(|state| state.trouble.is_none()), "{states:?}");
    until("the spam", PATIENCE, || world.captured().len() == 2).await;
    watcher.stop().await;
}

/// A folder that may not be looked at costs no login at each look: providers lock who logs in too often.
#[tokio::test]
async fn a_folder_that_is_refused_for_good_costs_a_login_an_hour() {
    let world = world(Profile::Netease).with_mails(1);
    let watcher = Watcher::on(&world);
    until("the first look", PATIENCE, || world.inbox_complete_at() == Some(at(NOON))).await;
    world.server.always("EXAMINE", Misdeed::No(b"[NOPERM] not yours".to_vec()));
    let mut logins = Vec::new();
    for minutes in [5, 5, 5, 50, 5] {
        logins.push(look(&world, &watcher, SignedDuration::from_mins(minutes)).await);
        assert!(world.inbox().1.is_some_and(|trouble| trouble.contains("not yours")));
    }
    assert_eq!(logins, [1, 0, 0, 1, 0]);
    watcher.stop().await;
}
