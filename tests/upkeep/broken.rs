//! A database that a disk has broken: no command takes it for a sound one, and none makes it worse.

use std::fs;
use std::path::PathBuf;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::wait_until;
use super::world::{Post, World};

const UNIT: &str = "泸州职业技术学院";
const REMINDED: &str = "成都市教育局";
const PAGE_BYTES: usize = 4096;

fn database(world: &World) -> PathBuf {
    world.data().join("shouwen.db")
}

fn filled() -> World {
    let world = World::on(Post::scripted(), &[]);
    world.receives([&unit(UNIT).on("05-06 08:12").titled("{unit}报送").sends(plan_set())]);
    world.once_without_sending("05-09 09:00");
    world.verify();
    world
}

/// A way to spoil the bytes of a database.
type Spoil<'a> = &'a dyn Fn(&mut Vec<u8>);

#[test]
fn each_way_of_breaking_the_database_is_told() {
    let world = filled();
    let sound = fs::read(database(&world)).unwrap();
    let pages = sound.len() / PAGE_BYTES;
    assert!(pages > 20);
    let zeroed = |bytes: &mut Vec<u8>| bytes[PAGE_BYTES..4 * PAGE_BYTES].fill(0);
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(pages / 2 * PAGE_BYTES);
    let beheaded = |bytes: &mut Vec<u8>| bytes[..100].fill(7);
    let emptied = |bytes: &mut Vec<u8>| bytes.clear();
    let muddled = |bytes: &mut Vec<u8>| {
        for page in (4..pages).step_by(3) {
            bytes[page * PAGE_BYTES..page * PAGE_BYTES + 64].fill(0xff);
        }
    };
    let ways: [(&str, Spoil); 5] = [
        ("zeroed", &zeroed),
        ("cut", &cut),
        ("beheaded", &beheaded),
        ("emptied", &emptied),
        ("muddled", &muddled),
    ];
    for (way, break_it) in ways {
        let mut broken = sound.clone();
        break_it(&mut broken);
        fs::write(database(&world), &broken).unwrap();
        let found = world.run(&["verify"]);
        found.expect_status(1);
        let told = found.said() + &found.told();
        assert!(["损坏", "不在或是空的", "核对"].iter().any(|word| told.contains(word)), "{way}: {told}");
        fs::write(database(&world), &sound).unwrap();
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(world.data().join(format!("shouwen.db{ending}")));
        }
        world.verify();
    }
    assert_eq!(world.messages().len(), 1);
}

/// A process that was killed over an upgrade or a restore leaves a copy of the database, which nobody would ever look for.
#[test]
fn copies_that_a_killed_upgrade_or_restore_left_are_gone_at_the_next_start() {
    let world = filled();
    let left = [".schema-Ab12", ".shouwen-restore-Cd34", "blobs/tmp/incoming-Ef56"]
        .map(|name| world.data().join(name));
    left.iter().for_each(|file| fs::write(file, b"half").unwrap());
    let kept = world.data().join("shouwen.schema-3.db");
    fs::write(&kept, b"old").unwrap();
    world.once_without_sending("05-09 10:00");
    assert_eq!(left.map(|file| file.exists()), [false; 3]);
    assert!(kept.exists(), "what is kept for people stays");
}

/// What left is remembered outside of the log: nobody is reminded twice on the strength of an older memory.
#[test]
fn a_database_that_forgot_what_it_sent_sends_nothing_more() {
    let world = World::on(Post::scripted(), &[REMINDED]);
    let database = [database(&world), world.data().join("shouwen.db-wal")];
    world.once_without_sending("05-11 08:00");
    let older = fs::read(&database[0]).unwrap();
    world.once("05-11 09:00");
    let sent = world.reminded();
    assert_eq!(sent.len(), 1, "{sent:?}");
    fs::write(&database[0], older).unwrap();
    let _ = fs::remove_file(&database[1]);
    let found = world.run(&["verify"]);
    found.expect_status(1);
    assert!(found.said().contains("比实际旧"), "{}", found.said());
    world.once("05-11 09:30").once("05-11 10:00");
    assert_eq!(world.reminded(), sent, "nothing leaves twice");
    let paused = world.status("05-11 10:01").0["paused"].to_string();
    assert!(paused.contains("比实际旧"), "{paused}");
    world.verify();
}

/// The log holds what was committed last: without it the database is of an earlier moment, and the mailbox brings the rest again.
#[test]
fn what_a_lost_log_held_is_told_and_comes_again() {
    let world = filled();
    world.receives([&unit(UNIT).on("05-07 08:12").titled("{unit}补报").sends(plan_set())]);
    let daemon = world.daemon("05-09 10:00");
    wait_until("both are registered", || (world.messages().len() == 2).then_some(()));
    let register = world.messages();
    daemon.kill();
    let log = world.data().join("shouwen.db-wal");
    assert!(log.metadata().unwrap().len() > 0, "the log holds something");
    fs::remove_file(&log).unwrap();
    let _ = fs::remove_file(world.data().join("shouwen.db-shm"));
    assert_eq!(world.messages().len(), 1, "an earlier moment");
    let found = world.run(&["verify"]);
    assert!(found.said().contains("没有登记指向它"), "{}", found.said());
    world.once_without_sending("05-09 11:00");
    assert_eq!(world.messages().len(), 2);
    let subjects = |rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter().map(|row| format!("{} {}", row["subject"], row["state"])).collect()
    };
    assert_eq!(subjects(&world.messages()), subjects(&register));
    world.verify();
}
