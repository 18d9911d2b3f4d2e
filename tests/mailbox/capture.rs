//! Stories of what is asked for and how mail comes: lists that are caught up and swept, UIDs that are used again, large
//! mails that are cut, servers that know no windows, mails that are read once more.

mod begun;
mod numbers;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shouwen::intake::watch;
use shouwen::rehearsal::server::{Misdeed, Profile};
use shouwen::store::{Announced, Captured, Sighting};
use tokio::sync::{Notify, watch as channel};
use tokio::task::JoinHandle;

use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, big_mail, mail, world};

const UIDVALIDITY: u32 = 1_628_767_717;

/// A watcher that looks when it is told to.
struct Watching {
    world: Arc<World>,
    nudge: Arc<Notify>,
    stop: channel::Sender<bool>,
    watcher: JoinHandle<()>,
}

impl Watching {
    /// Begins to watch and waits until the first look has ended. Only the test calls for looks: the server refuses to tell
    /// of mail, else what is delivered would have looks of its own.
    async fn begin(world: World) -> Self {
        world.server.always("IDLE", Misdeed::No(b"not here".into()));
        let (world, nudge) = (Arc::new(world), Arc::new(Notify::new()));
        let (stop, stopped) = channel::channel(false);
        let watcher = {
            let (world, nudge) = (Arc::clone(&world), Arc::clone(&nudge));
            tokio::spawn(async move {
                let arrived = Notify::new();
                watch::watch(&world.mailbox, &world.store, &world.clock, &nudge, &arrived, stopped).await;
            })
        };
        let watching = Self { world, nudge, stop, watcher };
        watching.until_complete(at(NOON)).await;
        until("IDLE", PATIENCE, || watching.world.heard("IDLE") > 0).await;
        watching
    }

    /// Has it look once more, so many hours later; returns the lists that were asked for.
    async fn look(&self, hours: i64) -> Vec<String> {
        let before = self.world.server.log().len();
        let later = self.world.clock.now() + SignedDuration::from_hours(hours) + SignedDuration::from_mins(1);
        self.world.clock.step_to(later);
        self.nudge.notify_one();
        self.until_complete(later).await;
        let said = self.world.server.log().split_off(before);
        let lists = said.iter().filter_map(|heard| heard.text.strip_prefix("UID FETCH ")?.split_once(":*"));
        lists.map(|(first, _)| first.to_owned()).collect()
    }

    async fn until_complete(&self, moment: Timestamp) {
        until("a complete look", PATIENCE, || self.world.inbox_complete_at() == Some(moment)).await;
    }

    async fn end(self) {
        self.stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.watcher).await.expect("stops").unwrap();
    }
}

#[tokio::test]
async fn between_sweeps_only_what_is_above_the_list_is_asked_for() {
    let watching = Watching::begin(world(Profile::Plain).with_mails(3)).await;
    let world = &watching.world;
    assert_eq!(watching.look(0).await, ["3"], "nothing new");
    world.expect_mails(3);
    world.server.deliver("INBOX", mail(4), at(NOON));
    assert_eq!(watching.look(0).await, ["3"]);
    world.expect_mails(4);
    assert_eq!(watching.look(0).await, ["4"]);

    world.server.remove("INBOX", 2);
    assert_eq!(watching.look(0).await, ["4", "1"], "a mail is gone: the count says so, and all is listed");
    assert_eq!(watching.look(0).await, ["4"]);
    world.server.remove("INBOX", 1);
    world.server.deliver("INBOX", mail(5), at(NOON));
    assert_eq!(watching.look(0).await, ["4", "1"], "one gone and one come");
    world.expect_mails(5);

    assert_eq!(watching.look(25).await, ["1"], "once a day all is listed");
    world.server.change_uidvalidity("INBOX", 7);
    assert_eq!(watching.look(0).await, ["1"], "rebuilt");
    world.expect_mails(5);
    watching.end().await;
}

#[tokio::test]
async fn an_empty_folder_is_never_asked_for_its_mails() {
    let watching = Watching::begin(world(Profile::Plain)).await;
    assert_eq!(watching.look(0).await, [""; 0]);
    watching.world.server.deliver("INBOX", mail(1), at(NOON));
    assert_eq!(watching.look(0).await, ["1"]);
    watching.world.expect_mails(1);
    watching.end().await;
}

#[tokio::test]
async fn a_uid_that_did_not_come_is_asked_for_again_at_first_then_hourly_and_at_every_sweep() {
    let world = world(Profile::Plain).with_mails(3);
    world.server.always("BODY.PEEK[]", Misdeed::OmitUid(2));
    let watching = Watching::begin(world).await;
    let world = &watching.world;
    let is_asked_at = async |hours: i64| {
        let before = world.heard("UID FETCH 2 (UID BODY.PEEK[])");
        watching.look(hours).await;
        assert_eq!(world.unfetched_uids(), [2]);
        world.heard("UID FETCH 2 (UID BODY.PEEK[])") > before
    };
    assert_eq!(world.unfetched_uids(), [2]);
    assert!(is_asked_at(0).await && is_asked_at(0).await);
    assert!(!is_asked_at(0).await && !is_asked_at(0).await, "three failed looks are enough for now");
    assert_eq!(world.store.unfetched().unwrap()[0].tries, 3, "where it rests no try is counted");
    assert!(is_asked_at(1).await && !is_asked_at(0).await);
    // The list is short by a mail, so that everything is listed anew.
    world.server.remove("INBOX", 3);
    assert!(is_asked_at(0).await && !is_asked_at(0).await);

    world.server.behave();
    watching.look(1).await;
    world.expect_mails(3);
    assert_eq!(world.unfetched_uids(), [0_u32; 0]);
    watching.end().await;
}

/// Providers lock who logs in too often.
#[tokio::test]
async fn a_server_that_hangs_up_over_its_folders_costs_few_logins() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders.push("@junk".into());
    world.server.always("LIST", Misdeed::Close);
    let watching = Watching::begin(world).await;
    let world = &watching.world;
    let logins_at = async |hours: i64| {
        let before = world.heard("LOGIN");
        watching.look(hours).await;
        world.heard("LOGIN") - before
    };
    assert_eq!(world.heard("LOGIN"), 3, "the first look");
    assert_eq!(logins_at(0).await, 2, "it may have been the network");
    assert_eq!((logins_at(0).await, logins_at(0).await), (0, 0));
    assert_eq!((logins_at(1).await, logins_at(0).await), (2, 0), "hourly");
    world.server.behave();
    world.server.deliver("Junk", mail(2), at(NOON));
    watching.look(1).await;
    until("what lies in Junk comes", PATIENCE, || world.captured().len() == 2).await;
    watching.end().await;
}

#[tokio::test]
async fn uids_used_again_under_the_same_uidvalidity_are_other_mails() {
    let world = world(Profile::Netease).with_mails(3);
    world.pass().await.unwrap();
    (1..=3).for_each(|uid| world.server.remove("INBOX", uid));
    for number in 4..=6 {
        world.server.deliver("INBOX", mail(number), at("2023-05-10T08:00:00+08:00"));
    }
    world.server.change_uidvalidity("INBOX", 1);
    assert_eq!(world.pass().await.unwrap().captured, 3);
    world.expect_mails(6);
    assert_eq!(world.pass().await.unwrap().captured, 0);
    assert_eq!(world.store.seen("zjc", "INBOX", 1, 1).unwrap().len(), 6, "nothing seen is forgotten");

    // The same mail under another date is fetched once, and is no second message.
    world.server.remove("INBOX", 1);
    world.server.deliver("INBOX", mail(4), at("2023-05-11T08:00:00+08:00"));
    world.server.change_uidvalidity("INBOX", 1);
    assert!(world.pass().await.unwrap().captured > 0);
    world.expect_mails(6);
    assert_eq!(world.pass().await.unwrap().captured, 0);
}

#[tokio::test]
async fn what_an_older_version_captured_is_not_fetched_again_and_learns_what_it_is_like() {
    let world = world(Profile::Plain);
    let raw = mail(1);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    world.pass().await.unwrap();
    let message = world.store.waiting(shouwen::domain::message::Stage::Captured, 1).unwrap().remove(0);
    let older = Captured {
        sha256: message.sha256,
        size: message.size,
        received_at: message.received_at,
        sighting: Sighting {
            mailbox: "zjc".into(),
            folder: "INBOX".into(),
            uidvalidity: UIDVALIDITY,
            uid: 1,
        },
        is_history: false,
        note: String::new(),
        announced: Announced::default(),
    };
    world.store.capture(&[older], at(NOON)).unwrap();
    let described = || world.store.seen("zjc", "INBOX", UIDVALIDITY, 1).unwrap()[0].announced;
    assert_eq!(described(), Announced::default());
    assert_eq!(world.pass().await.unwrap().captured, 0);
    assert_eq!(described(), Announced { size: Some(raw.len() as u64), at: Some(at(NOON)) });
}

#[tokio::test]
async fn a_cut_connection_is_taken_up_again_inside_the_mail_that_it_was_in() {
    let raw = big_mail(4_500_000);
    let world = world(Profile::Plain);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    world.server.on("BODY.PEEK[]<2097152", Misdeed::CutMidLiteral);
    world.server.on("BODY.PEEK[]<3145728", Misdeed::CutAfterBytes(70_000));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.unfetched, world.heard("LOGIN")), (1, 0, 3));
    assert!(world.captured() == [raw], "bytes differ");
    let asked = |offset: u32| world.heard(&format!("UID FETCH 1 (UID BODY.PEEK[]<{offset}.1048576>)"));
    assert_eq!([0, 1, 2, 3, 4].map(|window| asked(window << 20)), [1, 1, 2, 2, 1]);
    assert_eq!(world.store.blobs().scratch_dir().read_dir().unwrap().count(), 0, "nothing half is left");
}

#[tokio::test]
async fn another_mail_is_not_taken_for_the_rest_of_the_one_that_was_cut() {
    let raws = [big_mail(3_000_000), big_mail(3_000_070)];
    let world = world(Profile::Plain);
    for raw in &raws {
        world.server.deliver("INBOX", raw.clone(), at(NOON));
    }
    world.server.on("BODY.PEEK[]<1048576", Misdeed::CutMidLiteral);
    // Between the two connections the folder is built anew.
    world.server.on("EXAMINE", Misdeed::Behave).on("EXAMINE", Misdeed::ChangeUidvalidity(7));
    assert_eq!(world.pass().await.unwrap().captured, 2);
    assert!(world.captured() == raws, "bytes differ");
    assert_eq!(world.heard("UID FETCH 1 (UID BODY.PEEK[]<0."), 2, "begun anew");
}

#[tokio::test]
async fn a_server_that_knows_no_windows_is_asked_for_literals_from_then_on() {
    for misdeed in [Misdeed::IgnorePartial, Misdeed::WrongOrigin, Misdeed::Bad(b"what".to_vec())] {
        let world = world(Profile::Plain);
        let mut raws: Vec<Vec<u8>> = [1_500_000, 1_600_000, 2_700_000].map(big_mail).into();
        for raw in &raws {
            world.server.deliver("INBOX", raw.clone(), at(NOON));
        }
        world.server.always("BODY.PEEK[]<", misdeed.clone());
        assert_eq!(world.pass().await.unwrap().captured, 3, "{misdeed:?}");
        let windows = world.server.log().iter().filter(|heard| heard.text.contains("BODY.PEEK[]<")).count();
        assert_eq!(windows, 1, "{misdeed:?}");
        raws.sort();
        assert!(world.captured() == raws, "{misdeed:?}: bytes differ");
    }
}

#[tokio::test]
async fn windows_grow_from_mail_to_mail_and_begin_small_again_after_a_cut() {
    let world = world(Profile::Plain);
    let mut raws: Vec<Vec<u8>> = [2_500_000, 2_600_000, 5_700_000, 5_800_000].map(big_mail).into();
    for raw in &raws {
        world.server.deliver("INBOX", raw.clone(), at(NOON));
    }
    // The third mail is cut in its first window; it comes last, as one literal.
    world.server.on("UID FETCH 3 (UID BODY.PEEK[]<0", Misdeed::CutMidLiteral);
    assert_eq!(world.pass().await.unwrap().captured, 4);
    let log = world.server.log();
    let asked = log.iter().filter_map(|heard| heard.text.split_once(" (UID BODY.PEEK[]<"));
    let asked: Vec<String> = asked.map(|(fetch, window)| format!("{fetch} {window}")).collect();
    let windows = [(1, 1, 3), (2, 2, 2), (3, 4, 1), (4, 1, 6)].map(|(uid, mib, count)| {
        (0..count).map(move |at| format!("UID FETCH {uid} {}.{}>)", (at * mib) << 20, mib << 20))
    });
    assert_eq!(asked, windows.into_iter().flatten().collect::<Vec<_>>());
    raws.sort();
    assert!(world.captured() == raws, "bytes differ");
}

#[tokio::test]
async fn a_mail_that_neither_windows_nor_a_literal_bring_blocks_no_other() {
    let world = world(Profile::Plain).with_mails(2);
    let raw = big_mail(2_500_000);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    world.server.deliver("INBOX", raw[..1_300_000].to_vec(), at(NOON));
    world.server.always("UID FETCH 3 (UID BODY.PEEK[]", Misdeed::No(b"mail is locked".to_vec()));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.unfetched, pass.troubles.len()), (3, 1, 0));
    let unfetched = world.store.unfetched().unwrap().remove(0);
    assert!(unfetched.sighting.uid == 3 && unfetched.reason.contains("mail is locked"), "{unfetched:?}");
    world.server.behave();
    assert_eq!(world.pass().await.unwrap().captured, 1);
    assert!(world.captured().contains(&raw));
}

#[tokio::test]
async fn a_mail_with_one_wrong_sign_is_read_once_more_and_then_filed() {
    let whole = mail(1);
    let line = |size: usize| {
        let date = "09-May-2023 12:00:00 +0800";
        format!("* 1 FETCH (UID 1 RFC822.SIZE {size} INTERNALDATE \"{date}\")\r\n$TAG OK\r\n").into_bytes()
    };
    let answer = |bytes: &[u8]| {
        let head = format!("* 1 FETCH (BODY[] {{{}}}\r\n", bytes.len());
        Misdeed::Say([head.as_bytes(), bytes, b" UID 1)\r\n$TAG OK\r\n"].concat())
    };
    let asked = |world: &World| world.heard("UID FETCH 1 (UID BODY.PEEK[])");

    // The server misstates the size for ever.
    let stubborn = world(Profile::Plain).with_mails(1);
    stubborn.server.always("FETCH 1:*", Misdeed::Say(line(whole.len() + 40)));
    assert_eq!(stubborn.pass().await.unwrap().captured, 1);
    stubborn.expect_mails(1);
    assert_eq!(asked(&stubborn), 2);

    // The mail is spoilt on the way, once: shorter, and yet closed.
    let spoilt = world(Profile::Plain).with_mails(1);
    spoilt.server.on("BODY.PEEK[]", answer(String::from_utf8_lossy(&whole).replace("材料", "x").as_bytes()));
    assert_eq!(spoilt.pass().await.unwrap().captured, 1);
    spoilt.expect_mails(1);
    assert_eq!(asked(&spoilt), 2);

    // A good one is read once.
    let good = world(Profile::Plain).with_mails(1);
    good.pass().await.unwrap();
    assert_eq!(asked(&good), 1);
}

#[tokio::test]
async fn a_mail_of_unknown_size_and_date_comes_all_the_same() {
    let world = world(Profile::Plain);
    let raw = big_mail(3_000_000);
    world.server.deliver("INBOX", raw.clone(), at(NOON));
    world.server.always("FETCH 1:*", Misdeed::Say(b"* 1 FETCH (UID 1)\r\n$TAG OK\r\n".to_vec()));
    assert_eq!(world.pass().await.unwrap().captured, 1);
    assert!(world.captured() == [raw], "bytes differ");
    assert_eq!(world.pass().await.unwrap().captured, 0);
}

#[tokio::test]
async fn large_mails_that_end_the_connection_hold_up_no_other_for_ever() {
    let world = world(Profile::Plain);
    let sizes = [1_200_000, 1_210_000, 1_220_000, 1_230_000];
    for bytes in sizes {
        world.server.deliver("INBOX", big_mail(bytes), at(NOON));
    }
    for uid in 1..4 {
        world.server.always(&format!("UID FETCH {uid} (UID BODY.PEEK[]"), Misdeed::Close);
    }
    for _ in 0..2 {
        assert!(world.pass().await.is_err());
    }
    assert!(world.captured() == [big_mail(1_230_000)], "the last one comes");
}

#[tokio::test]
async fn small_mails_that_end_the_connection_hold_up_no_other_for_ever() {
    let world = world(Profile::Plain).with_mails(7);
    // Whatever holds one of the mails 1 to 5 and is asked for.
    for set in ["1:7", "2:7", "1", "2", "3", "4", "5"] {
        world.server.always(&format!("UID FETCH {set} (UID BODY.PEEK[]"), Misdeed::Close);
    }
    for _ in 0..2 {
        assert!(world.pass().await.is_err());
    }
    assert!(world.captured() == [mail(6), mail(7)], "the last ones come");
}
