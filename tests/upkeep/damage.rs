//! A disk that loses bytes while nobody looks: the store is looked through at night, what can be is made good, staff are told once
//! and told once that it is over.

use std::fs;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{photos, plan_set};

use super::people::holds;
use super::world::{Post, World};
use super::{alarms, page, wait_until, with_staff};

const UNIT: &str = "泸州职业技术学院";

#[test]
fn what_a_disk_loses_is_found_at_night_made_good_and_told_once() {
    let world = World::on(Post::scripted(), &[]);
    with_staff(&world);
    let mails = [
        unit(UNIT).on("05-06 08:12").titled("{unit}报送").sends(plan_set()),
        unit(UNIT).on("05-07 08:12").titled("{unit}照片").sends(photos(7, 1)),
    ];
    world.receives(&mails);
    world.once_without_sending("05-09 09:00");
    let register = world.messages();
    let (raw, files) = world.hashes();
    assert_eq!((raw.len(), files.is_empty()), (2, false));
    let altered = world.blob(&files[0]);
    let mut bytes = fs::read(&altered).unwrap();
    bytes[7] ^= 1;
    fs::write(&altered, &bytes).unwrap();
    // Of the other mail: what is made again is made from raw mail that is sound.
    let id = mails[1].deliver().expect.message_id;
    let is_second = |sha256: &&String| holds(&fs::read(world.blob(sha256)).unwrap(), &id);
    fs::remove_file(world.blob(raw.iter().find(is_second).unwrap())).unwrap();
    // By day, and within the week, nothing is looked through.
    let mut daemon = world.daemon("05-12 10:00");
    daemon.wait_until_it_says("status page on");
    wait_until("a look at the mailbox", || {
        world.status("05-12 10:01").0["fresh"].as_bool().filter(|fresh| *fresh)
    });
    daemon.stop();
    assert_eq!(alarms(&world), [] as [&str; 0]);

    let mut daemon = world.daemon("05-17 02:00");
    let log = daemon.wait_until_it_says("store is damaged");
    let told = wait_until("the alarm leaves", || Some(alarms(&world)).filter(|told| !told.is_empty()));
    assert_eq!(told, ["【收文告警】登记库或原始内容有损坏"]);
    let (status, health) = page(&log, "/health");
    assert!(status.contains("503") && health.contains("2 处损坏"), "{status}: {health}");
    let (_, system) = page(&log, "/system");
    assert!(system.contains("2处不符") && system.contains("1封的附件已重新生成"), "{system}");
    let is_whole = || fs::read(&altered).is_ok_and(|found| found != bytes);
    wait_until("the file is made again", || is_whole().then_some(()));
    daemon.stop();
    let troubles = world.status("05-17 02:10").0["troubles"].to_string();
    assert!(troubles.contains("2 处损坏"), "{troubles}");

    // A look from the beginning brings the raw mail; the next night all is sound.
    world.once_without_sending("05-17 09:00");
    let mut daemon = world.daemon("05-18 02:00");
    daemon.wait_until_it_says("all is sound");
    let told = wait_until("the end is told", || Some(alarms(&world)).filter(|told| told.len() > 1));
    assert_eq!(told[1..], ["【收文告警解除】登记库或原始内容有损坏"]);
    daemon.stop();
    world.verify();
    assert_eq!(world.messages(), register);
}

#[test]
fn an_office_without_a_daemon_has_its_store_looked_through_by_once() {
    let world = World::on(Post::scripted(), &[]);
    with_staff(&world);
    world.receives([&unit(UNIT).on("05-06 08:12").titled("{unit}报送").sends(plan_set())]);
    world.once_without_sending("05-09 09:00");
    let register = world.messages();
    let sound = database(&world, "SELECT facts FROM report");
    database(&world, "UPDATE report SET facts = replace(facts, '教务处', '总务处') RETURNING 1");
    assert_ne!(database(&world, "SELECT facts FROM report"), sound);
    let altered = world.blob(&world.hashes().1[0]);
    fs::write(&altered, "otherwise").unwrap();
    world.once("05-12 03:00");
    assert_eq!(alarms(&world), [] as [&str; 0], "within the week nothing is looked through");
    world.once("05-17 03:00");
    assert_eq!(alarms(&world), ["【收文告警】登记库或原始内容有损坏"]);
    world.once("05-18 03:00");
    assert_eq!(alarms(&world)[1..], ["【收文告警解除】登记库或原始内容有损坏"]);
    world.verify();
    assert_eq!((world.messages(), database(&world, "SELECT facts FROM report")), (register, sound));
}

/// The first value that a statement gives, past the program.
fn database(world: &World, sql: &str) -> String {
    let database = rusqlite::Connection::open(world.data().join("shouwen.db")).unwrap();
    database
        .query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
        .map(|value| format!("{value:?}"))
        .unwrap()
}
