//! Stories of a mailbox whose server behaves as some real kind of server does.

use std::sync::Arc;
use std::time::Duration;

use shouwen::domain::mailbox::Secret;
use shouwen::domain::message::Stage;
use shouwen::fault::Fault;
use shouwen::intake::watch::{self, Pass};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Misdeed, Profile, Protection};
use tokio::sync::{Notify, watch as channel};

use crate::patience::{PATIENCE, until};
use crate::support::{NOON, PASSWORD, at, mail, world};

#[tokio::test]
async fn every_profile_is_read_completely_and_only_read() {
    for profile in [Profile::Plain, Profile::Netease, Profile::Qq] {
        let world = world(profile).with_mails(5);
        let pass = world.pass().await.unwrap();
        assert_eq!(pass, Pass { captured: 5, ..Pass::default() }, "{profile:?}");
        world.expect_mails(5);
        assert_eq!(world.inbox(), (true, None), "{profile:?}");
        assert_eq!(world.server.seen("INBOX"), [0_u32; 0], "{profile:?}: marked as read");
        assert_eq!(world.heard("SELECT"), 0);

        assert_eq!(world.pass().await.unwrap().captured, 0, "{profile:?}: taken twice");
        assert_eq!(world.heard("UID FETCH"), 3, "{profile:?}: nothing new costs one list");
    }
}

#[tokio::test]
async fn id_comes_after_login_and_before_examine_on_every_connection() {
    let world = world(Profile::Netease).with_mails(1);
    world.pass().await.unwrap();
    world.pass().await.unwrap();
    for connection in [1, 2] {
        let said: Vec<String> =
            world.server.log().into_iter().filter(|h| h.connection == connection).map(|h| h.text).collect();
        let place = |verb: &str| said.iter().position(|text| text.starts_with(verb)).expect(verb);
        assert!(place("LOGIN") < place("ID (") && place("ID (") < place("EXAMINE"), "{said:?}");
        assert!(said.iter().all(|text| !text.ends_with(' ')), "{said:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_once_with_the_remedy_and_never_shown() {
    let mut world = world(Profile::Netease).with_mails(1);
    world.mailbox.password = Secret::new("wr0ng-canary");
    let Err(Fault::Refused(words)) = world.pass().await else { panic!("not refused") };
    assert!(words.contains("授权码") && !words.contains("canary"), "{words}");
    assert_eq!(world.heard("LOGIN"), 1, "a refused login is not repeated");
    assert!(world.inbox().1.is_some_and(|trouble| trouble.contains("授权码")));
}

#[tokio::test]
async fn a_password_may_hold_whatever_keys_there_are() {
    for password in [r#"a"b\c d"#, "{7}", "%*()", "密码１"] {
        let mut world = world(Profile::Plain);
        let login = Some(("zjc".to_owned(), password.to_owned()));
        let (profile, protection) = (Profile::Plain, Protection::Bare);
        world.server = ImapServer::start_with(ImapOptions { profile, protection, login }).unwrap();
        world.mailbox.imap.port = world.server.addr().port();
        world.mailbox.password = Secret::new(password);
        world.deliver_mails(1);
        assert_eq!(world.pass().await, Ok(Pass { captured: 1, ..Pass::default() }), "{password}");
    }
}

/// Each pass is a process of its own: a timer every five minutes would have the provider lock the account.
#[tokio::test]
async fn a_refused_password_is_offered_twice_and_then_hourly_whatever_restarts() {
    let mut world = world(Profile::Netease).with_mails(1);
    let right = world.mailbox.password.clone();
    world.mailbox.password = Secret::new("wr0ng-canary");
    for (minutes, logins) in [(0, 1), (5, 2), (5, 2), (5, 2), (49, 2), (1, 3), (5, 3)] {
        world.clock.step_to(world.clock.now() + jiff::SignedDuration::from_mins(minutes));
        let Err(Fault::Refused(words)) = world.pass().await else { panic!("not refused") };
        assert!(words.contains("授权码") && !words.contains("canary"), "{words}");
        assert_eq!(world.heard("LOGIN"), logins, "after {minutes} minutes more");
        assert_eq!(world.inbox().1, Some(words));
    }
    assert!(world.inbox().1.is_some_and(|trouble| trouble.contains("约56分钟后再试")));
    world.mailbox.password = right;
    world.pass().await.unwrap();
    assert_eq!(world.store.login_refusal(&world.mailbox.id), Ok(None));
}

#[tokio::test]
async fn a_password_that_is_changed_in_its_file_is_tried_without_a_restart() {
    let mut world = world(Profile::Netease).with_mails(1);
    let file = world.dir.path().join("zjc.secret");
    std::fs::write(&file, "wr0ng-canary").unwrap();
    world.mailbox.password = Secret::new("wr0ng-canary").kept_in(&file);
    let (nudge, arrived, (stop, stopped)) = (Notify::new(), Notify::new(), channel::channel(false));
    let changed = async {
        until("two refusals", PATIENCE, || {
            nudge.notify_one();
            world.heard("LOGIN") == 2
        })
        .await;
        std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
        until("the mail", PATIENCE, || {
            nudge.notify_one();
            world.inbox().0
        })
        .await;
        stop.send(true).unwrap();
    };
    let watched = watch::watch(&world.mailbox, &world.store, &world.clock, &nudge, &arrived, stopped);
    tokio::join!(watched, changed);
    world.expect_mails(1);
    assert_eq!(world.heard("LOGIN"), 3);
}

#[tokio::test]
async fn an_unreachable_server_is_tried_again_later() {
    let mut world = world(Profile::Plain);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    world.mailbox.imap.port = closed;
    assert!(matches!(world.pass().await, Err(Fault::Retry(_))));
    assert!(!world.inbox().0);
}

#[tokio::test]
async fn a_rebuilt_folder_brings_new_sightings_and_no_second_message() {
    let world = world(Profile::Plain).with_mails(3);
    world.pass().await.unwrap();
    world.server.change_uidvalidity("INBOX", 7);
    world.server.deliver("INBOX", mail(4), at(NOON));
    assert_eq!(world.pass().await.unwrap().captured, 4, "all are sighted again");
    world.expect_mails(4);
}

#[tokio::test]
async fn mail_before_since_is_history() {
    let mut world = world(Profile::Plain);
    world.mailbox.since = Some("2023-04-20".parse().unwrap());
    world.server.deliver("INBOX", mail(1), at("2023-04-19T23:59:59+08:00"));
    world.server.deliver("INBOX", mail(2), at("2023-04-20T00:00:00+08:00"));
    world.pass().await.unwrap();
    let history: Vec<bool> =
        world.store.waiting(Stage::Captured, 10).unwrap().iter().map(|message| message.is_history).collect();
    assert_eq!(history, [true, false]);
}

/// A first look would make all of it late, and answer letters of years ago.
#[tokio::test]
async fn where_the_server_tells_no_date_the_header_does() {
    let mut world = world(Profile::Plain);
    world.mailbox.since = Some("2023-04-20".parse().unwrap());
    let told = b"INTERNALDATE \" 9-May-2023 12:00:00 +0800\"".to_vec();
    world.server.always("INTERNALDATE", Misdeed::Replace(told, b"INTERNALDATE NIL".to_vec()));
    let received = "Received: from a by b; Wed, 19 Apr 2023 10:00:00 +0800";
    let written = "Date: Fri, 21 Apr 2023 10:00:00 +0800";
    let to_come = "Date: Fri, 21 Apr 2033 10:00:00 +0800";
    for (number, header) in [received, written, to_come, "X-Nothing: said"].into_iter().enumerate() {
        let raw = format!("{header}\r\nSubject: {number}\r\n\r\ntext\r\n");
        world.server.deliver("INBOX", raw, at(NOON));
    }
    world.pass().await.unwrap();
    let waiting = world.store.waiting(Stage::Captured, 10).unwrap();
    let found: Vec<_> = waiting.iter().map(|message| (message.received_at, message.is_history)).collect();
    let wanted = [("2023-04-19T10:00:00+08:00", true), (NOON, false), (NOON, false), (NOON, false)];
    assert_eq!(found, wanted.map(|(moment, is_history)| (at(moment), is_history)));
}

/// Clocks begin in 1970 or 2000 anew, and then all mail would count for nothing.
#[tokio::test]
async fn no_mail_is_history_that_was_written_later_than_the_server_says_it_came() {
    let mut world = world(Profile::Plain);
    world.mailbox.since = Some("2023-04-20".parse().unwrap());
    const EPOCH: &str = "2000-01-01T08:10:00+08:00";
    const EVE: &str = "2023-04-19T23:00:00+08:00";
    let received = "Received: from a by b; Fri, 21 Apr 2023 10:00:00 +0800";
    let written =
        "Received: from a by b; Sat, 1 Jan 2000 08:09:00 +0800\r\nDate: Fri, 21 Apr 2023 10:00:00 +0800";
    let next_day = "Received: from a by b; Thu, 20 Apr 2023 00:00:05 +0800";
    let to_come = "Date: Fri, 21 Apr 2033 10:00:00 +0800";
    let before = "Date: Wed, 19 Apr 2023 10:00:00 +0800";
    let told = "2023-04-21T10:00:00+08:00";
    let cases = [
        (EPOCH, received, told, false),
        (EPOCH, written, told, false),
        (EVE, next_day, EVE, true),
        (EPOCH, to_come, EPOCH, true),
        (EPOCH, before, EPOCH, true),
        (EPOCH, "X-Nothing: said", EPOCH, true),
    ];
    for (number, (came, header, ..)) in cases.iter().enumerate() {
        world.server.deliver("INBOX", format!("{header}\r\nSubject: {number}\r\n\r\ntext\r\n"), at(came));
    }
    world.pass().await.unwrap();
    let mut waiting = world.store.waiting(Stage::Captured, 10).unwrap();
    waiting.sort_by_key(|message| message.id);
    let found: Vec<_> = waiting.iter().map(|message| (message.received_at, message.is_history)).collect();
    let wanted: Vec<_> = cases.iter().map(|(.., moment, is_history)| (at(moment), *is_history)).collect();
    assert_eq!(found, wanted);
}

/// Some servers write their local time as if it were Greenwich's; until then a mail would count for nothing, and hold all letters.
#[tokio::test]
async fn a_mail_that_is_yet_to_come_as_the_server_says_came_when_its_header_says() {
    const LATER: &str = "2023-05-09T20:00:00+08:00";
    const SOON: &str = "2023-05-09T12:20:00+08:00";
    let received =
        "Received: from a by b; Tue, 9 May 2023 11:59:58 +0800\r\nDate: Tue, 9 May 2023 11:58:00 +0800";
    // Our own clock may be the one that is wrong.
    let both =
        "Received: from a by b; Tue, 9 May 2023 20:00:00 +0800\r\nDate: Tue, 9 May 2023 11:58:00 +0800";
    let cases = [
        (LATER, received, "2023-05-09T11:59:58+08:00"),
        ("2036-02-07T06:28:16+08:00", "Date: Tue, 9 May 2023 11:58:00 +0800", "2023-05-09T11:58:00+08:00"),
        (SOON, received, SOON),
        (LATER, both, LATER),
        (LATER, "X-Nothing: said", LATER),
    ];
    let world = world(Profile::Plain);
    for (number, (came, header, _)) in cases.iter().enumerate() {
        world.server.deliver("INBOX", format!("{header}\r\nSubject: {number}\r\n\r\ntext\r\n"), at(came));
    }
    world.pass().await.unwrap();
    let mut waiting = world.store.waiting(Stage::Captured, 10).unwrap();
    waiting.sort_by_key(|message| message.id);
    let found: Vec<_> = waiting.iter().map(|message| message.received_at).collect();
    assert_eq!(found, cases.map(|(.., moment)| at(moment)));
}

/// A bad date of one mail must not pass for our own clock being behind what we wrote ourselves. (It holds reminders under
/// its own name, as a mail dated after the moment of a rehearsal does.)
#[tokio::test]
async fn a_mail_from_the_future_moves_no_moment_of_our_own_clock() {
    let world = world(Profile::Plain).with_mails(1);
    let future = at("2036-02-07T06:28:16+08:00");
    world.server.deliver("INBOX", mail(2), future);
    world.pass().await.unwrap();
    assert_eq!(world.store.newest_stamp(at(NOON)), Ok(Some(at(NOON))));
    assert_eq!(world.store.newest_arrival(), Ok(Some(future)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_watcher_looks_at_a_nudge_tells_the_river_and_stops_when_told() {
    let world = Arc::new(world(Profile::Netease).with_mails(2));
    let (nudge, arrived) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (stop, stopped) = channel::channel(false);
    let watcher = {
        let (world, nudge, arrived) = (Arc::clone(&world), Arc::clone(&nudge), Arc::clone(&arrived));
        tokio::spawn(async move {
            watch::watch(&world.mailbox, &world.store, &world.clock, &nudge, &arrived, stopped).await;
        })
    };
    arrived.notified().await;
    until("the first look ends", PATIENCE, || world.inbox_complete_at().is_some()).await;
    world.expect_mails(2);

    let later = at("2023-05-09T13:00:00+08:00");
    world.clock.step_to(later);
    world.server.deliver("INBOX", mail(3), later);
    nudge.notify_one();
    until("the second look ends", PATIENCE, || world.inbox_complete_at() == Some(later)).await;
    world.expect_mails(3);
    assert_eq!(world.heard("LOGIN"), 1, "one long connection");

    // The connection dies between two looks: the next look makes a new one.
    world.server.hang_up();
    world.server.deliver("INBOX", mail(4), later);
    nudge.notify_one();
    until("mail 4 comes over a new connection", PATIENCE, || world.captured().len() == 4).await;

    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), watcher).await.expect("stops").unwrap();
}
