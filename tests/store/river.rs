//! Mail on its way: identity by bytes, the set of seen UIDs, facts that come back as they were.

use std::os::unix::fs::PermissionsExt as _;

use shouwen::domain::facts::{Cell, Content, Grid, LinkFacts, MailFacts, Span, Taken, TakenBy, Value};
use shouwen::domain::message::{MessageState, Stage};
use shouwen::fault::Fault;
use shouwen::remind::Signed;
use shouwen::store::{LogAct, MessageFilter, Reported, Scan, Sighting, Store};

use crate::world::{World, facts, inbox, minute, world};

#[test]
fn the_same_bytes_in_two_folders_are_one_message_with_two_sightings() {
    let world = world(1);
    let first = world.arrive("mail", minute(1), inbox(5));
    let junk = Sighting { folder: "垃圾邮件".into(), ..inbox(9) };
    assert_eq!(world.arrive("mail", minute(2), junk), first);
    assert_eq!(world.arrive("mail", minute(3), inbox(5)), first);
    assert_eq!(world.seen("INBOX", 7), [5]);
    assert_eq!(world.seen("垃圾邮件", 7), [9]);
    assert!(world.seen("INBOX", 8).is_empty());
    let waiting = world.store.waiting(Stage::Captured, 10).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].received_at, waiting[0].mailbox.as_str()), (minute(1), "zjc"));
}

#[test]
fn two_mails_of_one_mbox_file_share_their_place_and_neither_is_lost() {
    let world = world(1);
    let place = Sighting { mailbox: "zjc".into(), folder: "archive.mbox".into(), uidvalidity: 0, uid: 0 };
    let first = world.arrive("mail 1", minute(1), place.clone());
    let second = world.arrive("mail 2", minute(2), place.clone());
    assert_ne!(first, second);
    assert_eq!(world.arrive("mail 1", minute(1), place), first);
    assert_eq!(world.store.waiting(Stage::Captured, 10).unwrap().len(), 2);
}

#[test]
fn a_uid_that_is_not_handed_out_waits_until_it_is_captured_or_gone() {
    let world = world(1);
    let look = |at, unfetched: &[u32], trouble: Option<&str>| {
        world.store.record_scan(&Scan {
            mailbox: "zjc".into(),
            folder: "INBOX".into(),
            uidvalidity: 7,
            at: minute(at),
            unfetched: unfetched.iter().map(|uid| (*uid, "NIL".to_owned())).collect(),
            resting: vec![],
            trouble: trouble.map(str::to_owned),
            note: None,
        })
    };
    look(1, &[4, 5, 6], None).unwrap();
    look(2, &[5], Some("connection lost")).unwrap();
    let unfetched = world.store.unfetched().unwrap();
    assert_eq!(
        unfetched.iter().map(|u| (u.sighting.uid, u.tries)).collect::<Vec<_>>(),
        [(4, 1), (5, 2), (6, 1)]
    );
    assert_eq!(unfetched[1].first_listed_at, minute(1));
    world.arrive("mail", minute(2), inbox(4));
    look(3, &[5], None).unwrap();
    assert_eq!(world.store.unfetched().unwrap().len(), 1);
    let folder = &world.store.folder_states().unwrap()[0];
    assert_eq!((folder.complete_at, folder.tried_at, &folder.trouble), (Some(minute(3)), minute(3), &None));
    look(4, &[], Some("connection lost")).unwrap();
    let folder = &world.store.folder_states().unwrap()[0];
    assert_eq!((folder.complete_at, folder.tried_at), (Some(minute(3)), minute(4)));
    assert!(folder.trouble.is_some());
}

#[test]
fn each_folder_remembers_its_last_complete_look() {
    let world = world(1);
    let look = |mailbox: &str, folder: &str, at, trouble: Option<&str>| {
        let (mailbox, folder, trouble) = (mailbox.into(), folder.into(), trouble.map(str::to_owned));
        world.store.record_scan(&Scan {
            mailbox,
            folder,
            uidvalidity: 7,
            at: minute(at),
            unfetched: vec![],
            resting: vec![],
            trouble,
            note: None,
        })
    };
    let complete = || -> Vec<(String, Option<jiff::Timestamp>)> {
        let states = world.store.folder_states().unwrap();
        states
            .into_iter()
            .map(|state| (format!("{}/{}", state.mailbox, state.folder), state.complete_at))
            .collect()
    };
    assert_eq!((complete(), world.store.newest_stamp(minute(5)).unwrap()), (vec![], None));
    look("zjc", "INBOX", 1, None).unwrap();
    look("zwk", "垃圾邮件", 3, Some("timeout")).unwrap();
    let (inbox, junk) = ("zjc/INBOX".to_owned(), "zwk/垃圾邮件".to_owned());
    assert_eq!(
        complete(),
        [(inbox.clone(), Some(minute(1))), (junk.clone(), None)],
        "one was never complete"
    );
    look("zwk", "垃圾邮件", 4, None).unwrap();
    look("zjc", "INBOX", 5, Some("timeout")).unwrap();
    assert_eq!(
        complete(),
        [(inbox, Some(minute(1))), (junk, Some(minute(4)))],
        "a failed look takes nothing back"
    );
    assert_eq!(world.store.newest_stamp(minute(5)).unwrap(), Some(minute(5)));
    look("zjc", "INBOX", 24 * 60 + 5, None).unwrap();
    look("zjc", "INBOX", 6, None).unwrap();
    assert_eq!(
        world.store.newest_stamp(minute(5)).unwrap(),
        Some(minute(24 * 60)),
        "a look by a clock that is behind does not hide that it is"
    );
    let said = Signed { by: "李".into(), at: minute(48 * 60), why: "核对".into() };
    world.store.set_paused(&said.entry(LogAct::Pause)).unwrap();
    assert_eq!(
        world.store.newest_stamp(minute(5)).unwrap(),
        Some(minute(48 * 60)),
        "what people did has its hour too"
    );
    let behind = world.store.newest_stamp(minute(-1)).unwrap();
    assert_eq!(behind, Some(minute(24 * 60)), "two days ahead is a clock that was wrong then");
}

#[test]
fn facts_come_back_exactly_as_the_reader_reported_them() {
    let world = world(1);
    let id = world.arrive("mail", minute(1), inbox(1));
    assert!(matches!(world.store.facts(id), Err(Fault::Park(_))));
    let reported = rich_facts();
    let hashes = vec![Some("ab".repeat(32)), None];
    world
        .store
        .save_facts(&[Reported { id, facts: reported.clone(), hashes: hashes.clone() }], minute(2))
        .unwrap();
    assert_eq!(world.store.facts(id).unwrap(), (reported, hashes));
    world.store.save_facts(&[Reported { id, facts: facts(1), hashes: vec![None] }], minute(3)).unwrap();
    assert_eq!(world.store.facts(id).unwrap(), (facts(1), vec![None]));
    assert_eq!(world.store.waiting(Stage::Read, 10).unwrap().len(), 1);
}

fn rich_facts() -> MailFacts {
    let numbers = [0.1 + 0.2, 1.0 / 3.0, -0.0, 3.0, 1e300, 5e-324, 9007199254740993.0, 13800.000000000002];
    let cells = numbers.iter().enumerate().map(|(row, number)| Cell {
        row: row as u32,
        col: 0,
        value: Value::Number(*number),
    });
    let text = Cell { row: 99, col: 5, value: Value::Text("12\u{0}三".into()) };
    let grid = Grid {
        sheet: "Sheet1".into(),
        hidden: true,
        cells: cells.chain([text]).collect(),
        merges: vec![Span { top: 0, left: 0, bottom: 1, right: 3 }],
    };
    let mut facts = facts(2);
    facts.parts[0].content = Content::Book { grids: vec![grid] };
    facts.parts[1].parent = Some(0);
    facts.parts[1].file = Some("f1".into());
    facts.parts[1].content = Content::Video {
        duration_ms: Some(5),
        width: 640,
        height: 480,
        taken: Some(Taken { at: "2023-05-14T08:00:00".parse().unwrap(), by: TakenBy::Container }),
        has_gps: true,
    };
    facts.header.date = Some("2023-05-09T01:02:03.123456789Z".parse().unwrap());
    facts.links = vec![LinkFacts {
        url: "https://files.example/1".into(),
        provider: "qq".into(),
        name: "视频.mp4".into(),
        size: Some(5),
        expires: Some("2023-06-01T00:00:00.5Z".parse().unwrap()),
        code: Some("x7k2".into()),
        fetched: false,
    }];
    facts.trouble = vec!["第3部分读不出".into()];
    facts
}

#[test]
fn a_readers_deaths_are_counted_and_a_parked_mail_is_listed_with_its_reason() {
    let world = world(1);
    let id = world.arrive("mail", minute(1), inbox(1));
    assert_eq!(world.store.count_reader_death(id).unwrap(), 1);
    assert_eq!(world.store.count_reader_death(id).unwrap(), 2);
    assert_eq!(world.store.waiting(Stage::Captured, 1).unwrap()[0].reader_deaths, 2);
    assert!(world.store.messages(&MessageFilter::default()).unwrap().is_empty());
    assert_eq!(world.store.waiting_counts(None).unwrap().on_the_way, 1);
    world.store.park(id, "读取程序两次中断", minute(2)).unwrap();
    let parked = &world.store.messages(&MessageFilter::default()).unwrap()[0];
    assert_eq!((parked.state, parked.reason.as_str()), (Some(MessageState::Parked), "读取程序两次中断"));
    let counts = world.store.waiting_counts(Some(minute(1))).unwrap();
    assert_eq!((counts.on_the_way, counts.parked), (0, 1));
    assert_eq!(world.store.waiting_counts(Some(minute(0))).unwrap().parked, 0);
}

#[test]
fn an_unknown_message_is_refused_in_words() {
    let world = world(1);
    let refusals = [
        world.store.facts(17).map(|_| ()),
        world.store.park(17, "x", minute(1)),
        world.store.save_facts(&[Reported { id: 17, facts: facts(0), hashes: vec![] }], minute(1)),
        world.store.count_reader_death(17).map(|_| ()),
    ];
    for refusal in refusals {
        assert_eq!(refusal, Err(Fault::Refused("no message 17 in the store".into())));
    }
}

#[test]
fn the_data_directory_is_closed_to_others_and_never_starts_empty_beside_mail() {
    let world = world(1);
    world.arrive("mail", minute(1), inbox(1));
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(world.dir.path()), 0o700);
    let database = world.dir.path().join("shouwen.db");
    assert_eq!(mode(&database), 0o600);
    assert_eq!(mode(&world.dir.path().join("shouwen.db-wal")), 0o600);
    Store::open(world.dir.path()).unwrap();
    let World { dir, store, .. } = world;
    drop(store);
    std::fs::remove_file(&database).unwrap();
    let refusal = Store::open(dir.path()).err().unwrap();
    assert!(matches!(&refusal, Fault::Halt(cause) if cause.contains("由备份恢复")), "{refusal}");
    std::fs::write(&database, [7; 4096]).unwrap();
    assert!(matches!(Store::open(dir.path()).err().unwrap(), Fault::Halt(_)));
}
