//! Stories of a large mail that the connections of one `once` do not bring: the next one goes on where it ended.

use std::path::PathBuf;

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::support::{NOON, World, at, big_mail, world};
use super::{UIDVALIDITY, Watching};

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
