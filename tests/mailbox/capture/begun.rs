//! Stories of large mails that the connections of one `once`, or a daemon until it is stopped, do not bring: the next one
//! goes on where it ended.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shouwen::intake::watch;
use tokio::sync::{Notify, watch as channel};

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{UIDVALIDITY, Watching};

use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, big_mail, mail, world};

/// The files of what was begun.
fn begun(world: &World) -> Vec<PathBuf> {
    let folder = world.store.blobs().scratch_dir().with_file_name("begun");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A large mail of which `once` has got two windows before the server wanted a person to act.
async fn begun_by_once() -> (World, Vec<u8>) {
    let world = world(Profile::Plain);
    let raw = big_mail(4_500_000);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    world.server.on("BODY.PEEK[]<2097152", Misdeed::Bye(b"Unsafe Login".to_vec()));
    assert!(world.pass().await.is_err());
    assert_eq!(begun(&world).len(), 1, "two windows are kept");
    (world, raw)
}

fn asked_from(world: &World, uid: u32, offset: u32) -> usize {
    world.heard(&format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}."))
}

/// Demands that the next `once` brings the mail, and says how often it was asked for from its beginning in all.
async fn finished_by_once(world: &World, raw: &[u8]) -> usize {
    assert_eq!(world.pass().await.unwrap().captured, 1);
    assert!(world.captured() == [raw], "bytes differ");
    assert_eq!(begun(world).len(), 0, "what was begun is gone once the mail is there");
    assert_eq!(world.store.blobs().scratch_dir().read_dir().unwrap().count(), 0, "nothing half is left");
    asked_from(world, 1, 0)
}

#[tokio::test]
async fn a_mail_larger_than_the_connections_of_one_pass_bring_comes_in_several() {
    let raw = big_mail(7_300_000);
    let world = world(Profile::Plain);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    // Each connection brings one window of 1 MiB, and there are five in a pass.
    for _ in 0..5 {
        world.server.on("BODY.PEEK[]<", Misdeed::Behave).on("BODY.PEEK[]<", Misdeed::CutMidLiteral);
    }
    assert!(world.pass().await.is_err());
    assert_eq!((world.captured().len(), world.heard("LOGIN"), begun(&world).len()), (0, 5, 1));
    assert_eq!(finished_by_once(&world, &raw).await, 1, "begun anew");
    assert_eq!(asked_from(&world, 1, 5 << 20), 2, "cut in the first pass, whole in the second");
}

#[tokio::test]
async fn what_was_begun_is_gone_on_with_only_where_it_is_what_was_kept() {
    let (world, raw) = begun_by_once().await;
    assert_eq!(finished_by_once(&world, &raw).await, 1);

    let (world, raw) = begun_by_once().await;
    let file = begun(&world).remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1_000_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(finished_by_once(&world, &raw).await, 2, "altered on disk");

    let (world, raw) = begun_by_once().await;
    world.server.change_uidvalidity("INBOX", 7);
    assert_eq!(finished_by_once(&world, &raw).await, 2, "the folder is another");

    let (world, raw) = begun_by_once().await;
    world.server.remove("INBOX", 1);
    world.server.change_uidvalidity("INBOX", UIDVALIDITY);
    let other = big_mail(4_500_100);
    assert_ne!(other.len(), raw.len());
    world.server.deliver("INBOX", other.clone(), at(NOON));
    assert_eq!(finished_by_once(&world, &other).await, 2, "another mail under the same UID");
}

#[tokio::test]
async fn what_was_begun_outlasts_a_look_that_does_not_reach_the_mail() {
    let (world, raw) = begun_by_once().await;
    let kept = std::fs::read(begun(&world).remove(0)).unwrap();
    world.server.on("EXAMINE", Misdeed::Bye(b"Unsafe Login".to_vec()));
    assert!(world.pass().await.is_err());
    assert!(std::fs::read(begun(&world).remove(0)).unwrap() == kept, "as it was");
    assert_eq!(finished_by_once(&world, &raw).await, 1);

    // And is gone where the mail is.
    let (world, _) = begun_by_once().await;
    world.server.remove("INBOX", 1);
    assert_eq!(world.pass().await.unwrap().captured, 0);
    assert_eq!(begun(&world).len(), 0);
}

#[tokio::test]
async fn a_daemon_goes_on_with_what_once_has_begun() {
    let (world, raw) = begun_by_once().await;
    let watching = Watching::begin(world).await;
    assert!(watching.world.captured() == [raw], "bytes differ");
    assert_eq!((asked_from(&watching.world, 1, 0), begun(&watching.world).len()), (1, 0));
    watching.end().await;
}

/// A daemon that is stopped, in peace or not, in the middle of the window from 3 MiB on.
async fn stopped_in_the_middle(world: World, in_peace: bool) -> World {
    world.server.on("BODY.PEEK[]<3145728", Misdeed::Stall);
    let world = Arc::new(world);
    let (stop, stopped) = channel::channel(false);
    let watcher = {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let (nudge, arrived) = (Notify::new(), Notify::new());
            watch::watch(&world.mailbox, &world.store, &world.clock, &nudge, &arrived, stopped).await;
        })
    };
    until("the window is asked for", PATIENCE, || asked_from(&world, 1, 3 << 20) > 0).await;
    if in_peace {
        stop.send(true).unwrap();
    } else {
        watcher.abort();
    }
    let _ = watcher.await;
    Arc::into_inner(world).unwrap()
}

#[tokio::test]
async fn what_comes_until_a_daemon_is_stopped_is_kept_and_a_killed_one_loses_only_its_own() {
    let (world, raw) = begun_by_once().await;
    let world = stopped_in_the_middle(world, true).await;
    assert_eq!(finished_by_once(&world, &raw).await, 1);
    assert_eq!(
        [2, 3].map(|mib| asked_from(&world, 1, mib << 20)),
        [2, 2],
        "goes on with what the daemon got"
    );

    let (world, raw) = begun_by_once().await;
    let world = stopped_in_the_middle(world, false).await;
    assert_eq!(finished_by_once(&world, &raw).await, 1);
    assert_eq!([2, 3].map(|mib| asked_from(&world, 1, mib << 20)), [3, 2], "goes on with what `once` got");
}

#[tokio::test]
async fn what_was_begun_is_read_only_when_its_mail_is_asked_for() {
    let (world, _) = begun_by_once().await;
    let file = begun(&world).remove(0);
    let mut spoilt = std::fs::read(&file).unwrap();
    spoilt[1_000_000] ^= 1;
    std::fs::write(&file, &spoilt).unwrap();
    world.server.on("EXAMINE", Misdeed::Bye(b"Unsafe Login".to_vec()));
    assert!(world.pass().await.is_err());
    assert!(std::fs::read(&file).unwrap() == spoilt, "nobody has looked into it");
}

#[tokio::test]
async fn what_was_begun_outlasts_a_disk_that_does_not_give_it() {
    let (world, raw) = begun_by_once().await;
    let scratch = world.store.blobs().scratch_dir();
    std::fs::remove_dir(&scratch).unwrap();
    assert!(world.pass().await.is_err(), "nowhere to write");
    assert_eq!(begun(&world).len(), 1);
    std::fs::create_dir(&scratch).unwrap();
    assert_eq!(finished_by_once(&world, &raw).await, 1);
}

#[tokio::test]
async fn what_was_begun_outlasts_a_look_that_ends_well_and_does_not_list_the_folder() {
    let (world, raw) = begun_by_once().await;
    world.server.on("EXAMINE", Misdeed::No(b"busy".to_vec()));
    assert_eq!(world.pass().await.unwrap().troubles.len(), 1);
    assert_eq!(finished_by_once(&world, &raw).await, 1);

    let (world, raw) = begun_by_once().await;
    world.server.on("1:*", Misdeed::OmitUid(1)).on("1:*", Misdeed::OmitUid(1));
    assert_eq!(world.pass().await.unwrap().troubles.len(), 1, "a list that is short");
    assert_eq!(finished_by_once(&world, &raw).await, 1);
}

/// A large mail of which 1 MiB is kept and which did not go on in the last `once`, so that others are asked for first.
async fn begun_and_failed(second: &[u8]) -> (World, Vec<u8>) {
    let world = world(Profile::Plain);
    let raw = big_mail(1_900_000);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    for _ in 0..2 {
        world.server.on("UID FETCH 1 (UID BODY.PEEK[]<1048576", Misdeed::Bye(b"Unsafe Login".to_vec()));
        assert!(world.pass().await.is_err());
    }
    assert_eq!((begun(&world).len(), asked_from(&world, 1, 0)), (1, 1));
    world.server.deliver("INBOX", second, at(NOON));
    (world, raw)
}

#[tokio::test]
async fn what_was_begun_of_a_mail_outlasts_another_large_one_that_is_cut_and_comes() {
    let second = big_mail(2_500_000);
    let (world, raw) = begun_and_failed(&second).await;
    world.server.on("UID FETCH 2 (UID BODY.PEEK[]<1048576", Misdeed::CutMidLiteral);
    assert_eq!(world.pass().await.unwrap().captured, 2);
    assert!(world.captured() == [raw, second], "bytes differ");
    assert_eq!([1, 2].map(|uid| asked_from(&world, uid, 0)), [1, 1], "begun anew");
    assert_eq!(world.heard("UID FETCH 1 (UID BODY.PEEK[])"), 0, "begun anew, in one piece");
    assert_eq!(begun(&world).len(), 0);
}

#[tokio::test]
async fn what_was_begun_of_a_mail_outlasts_another_large_one_that_comes_at_once() {
    let second = big_mail(2_500_000);
    let (world, raw) = begun_and_failed(&second).await;
    assert_eq!(world.pass().await.unwrap().captured, 2);
    assert!(world.captured() == [raw, second], "bytes differ");
    assert_eq!(
        world.heard("UID FETCH 1 (UID BODY.PEEK[])"),
        0,
        "in one piece, as large mails may come after a calm one"
    );
    assert_eq!(asked_from(&world, 1, 0), 1, "begun anew");
}

#[tokio::test]
async fn what_was_begun_of_two_mails_goes_on_in_the_next_once() {
    let second = big_mail(3_500_000);
    let (world, raw) = begun_and_failed(&second).await;
    world.server.on("UID FETCH 2 (UID BODY.PEEK[]<2097152", Misdeed::Bye(b"Unsafe Login".to_vec()));
    assert!(world.pass().await.is_err());
    assert_eq!(begun(&world).len(), 2);
    assert_eq!(world.pass().await.unwrap().captured, 2);
    assert!(world.captured() == [raw, second], "bytes differ");
    assert_eq!([1, 2].map(|uid| asked_from(&world, uid, 0)), [1, 1], "begun anew");
    assert_eq!(begun(&world).len(), 0);
}

#[tokio::test]
async fn small_mails_and_another_folder_leave_alone_what_was_begun() {
    let (mut world, raw) = begun_by_once().await;
    world.server.deliver("Junk", mail(7), at(NOON));
    let inbox = std::mem::replace(&mut world.mailbox.folders, vec!["Junk".into()]);
    world.server.on("EXAMINE", Misdeed::No(b"busy".to_vec()));
    assert_eq!(world.pass().await.unwrap().troubles.len(), 1);
    world.mailbox.folders = inbox;
    assert_eq!(finished_by_once(&world, &raw).await, 1);

    // A folder that nobody looks into any more is no reason to keep it.
    let (mut world, _) = begun_by_once().await;
    world.mailbox.folders = vec!["Junk".into()];
    assert_eq!(world.pass().await.unwrap().troubles.len(), 0);
    assert_eq!(begun(&world).len(), 0);
}

#[tokio::test]
async fn what_was_begun_goes_on_although_the_first_tries_of_a_daemon_bring_nothing() {
    let (world, raw) = begun_by_once().await;
    world.server.on("BODY.PEEK[]<2097152", Misdeed::CutMidLiteral).on("BODY.PEEK[])", Misdeed::CutMidLiteral);
    let watching = Watching::begin(world).await;
    let world = Arc::clone(&watching.world);
    assert_eq!((world.captured().len(), world.heard("UID FETCH 1 (UID BODY.PEEK[])")), (0, 1));
    world.server.on("BODY.PEEK[]<3145728", Misdeed::Stall);
    watching.nudge.notify_one();
    until("the window is asked for", PATIENCE, || asked_from(&world, 1, 3 << 20) > 0).await;
    watching.end().await;
    assert_eq!(finished_by_once(&world, &raw).await, 1, "begun anew");
    assert_eq!(asked_from(&world, 1, 2 << 20), 3, "nothing, what the daemon got");
}

#[tokio::test]
async fn what_cannot_be_kept_of_one_mail_is_nothing_to_the_others() {
    let world = world(Profile::Plain);
    let (first, second) = (big_mail(1_900_000), big_mail(3_500_000));
    for raw in [&first, &second] {
        world.server.deliver("INBOX", raw.clone(), at(NOON));
    }
    for _ in 0..2 {
        world.server.on("UID FETCH 1 (UID BODY.PEEK[]<1048576", Misdeed::CutMidLiteral);
    }
    world.server.on("UID FETCH 2 (UID BODY.PEEK[]<2097152", Misdeed::Bye(b"Unsafe Login".to_vec()));
    let name = Sha256::digest(format!("{}\0INBOX\0{UIDVALIDITY}\x001", world.mailbox.id));
    let hex: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let in_the_way = world.store.blobs().scratch_dir().with_file_name("begun").join(hex);
    std::fs::create_dir_all(in_the_way.join("x")).unwrap();
    assert!(world.pass().await.is_err());
    assert_eq!(begun(&world).len(), 2);
    std::fs::remove_dir_all(in_the_way).unwrap();
    assert_eq!(world.pass().await.unwrap().captured, 2);
    assert!(world.captured() == [first, second], "bytes differ");
    assert_eq!(asked_from(&world, 2, 0), 1, "begun anew");
}
