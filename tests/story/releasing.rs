//! A person at the batch: strikes a mail, pauses everything, and reads in the log who decided what, and what the program
//! took back.

use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{Daemon, PATIENCE, Post, World, at, wait_for};

const FIRST: &str = "泸州职业技术学院";
const SECOND: &str = "成都工贸职业技术学院";
const THIRD: &str = "四川护理职业学院";

/// An office in which a person releases each batch, after its first look of the morning.
fn approving() -> World {
    let world = World::on(Post::scripted(), &[FIRST, SECOND, THIRD]);
    world.reconfigure("mode = \"auto\"", "mode = \"approve\"");
    world.once("05-11 09:00");
    world
}

/// Waits until a daemon that began at `moment` has looked at the mailbox.
pub fn looks_by_itself(world: &World, daemon: &mut Daemon, moment: &str) {
    daemon.wait_until_it_says("status page on");
    wait_for(PATIENCE, || {
        assert!(daemon.is_alive(), "{}", daemon.log());
        let has_looked = world.status(moment).0["last_scan"].as_str() >= Some(&at(moment));
        has_looked.then_some(()).ok_or_else(|| daemon.log())
    });
}

fn remind(world: &World, moment: &str, arguments: &[&str]) -> super::world::Ended {
    let moment = at(moment);
    world.run(&[&["remind", "--now", &moment], arguments].concat())
}

/// Lines of the log: `王某 strike 泸州职业技术学院：电话已催`.
fn log(world: &World) -> Vec<String> {
    let Value::Array(rows) = world.run(&["remind", "--log", "--json"]).json() else { panic!("no array") };
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or("–").to_owned();
    let line = |row: &Value| {
        format!("{} {} {}：{}", word(row, "by"), word(row, "act"), word(row, "unit"), word(row, "why"))
    };
    rows.iter().map(line).collect()
}

#[test]
fn what_a_person_struck_never_leaves_and_the_log_says_who_and_why() {
    let world = approving();
    let without_reason = remind(&world, "05-11 09:01", &["--strike", FIRST]);
    assert!(without_reason.expect_status(2).told().contains("--why"), "{}", without_reason.told());
    remind(&world, "05-11 09:01", &["--strike", FIRST, "--why", "电话已催", "--by", "王某"]).expect_status(0);
    remind(&world, "05-11 09:02", &["--approve", "all", "--by", "李某"]).expect_status(0);
    remind(&world, "05-11 09:02", &["--approve", "all", "--by", "赵某"]).expect_status(0);
    remind(&world, "05-11 09:03", &["--send"]).expect_status(0);
    let reminded = world.reminded();
    assert_eq!(reminded.len(), 2, "{reminded:?}");
    let log = log(&world);
    assert_eq!(log[0], format!("王某 strike {FIRST}：电话已催"));
    assert_eq!(log.iter().filter(|line| line.starts_with("李某 approve ")).count(), 2, "{log:?}");
    assert_eq!(log.len(), 3, "to release again is no second word: {log:?}");
    let text = world.run(&["remind", "--log"]).said();
    assert!(text.contains("划掉") && text.contains("电话已催") && text.contains("共 3 条"), "{text}");
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    let struck: Vec<&Value> = rows.iter().filter(|row| row["state"] == "struck").collect();
    assert!(matches!(struck[..], [row] if row["reply"] == "王某划掉：电话已催"), "{rows:#?}");
    // The next step is another matter.
    world.once("05-12 09:00");
    assert!(remind(&world, "05-12 09:01", &["--preview"]).said().contains(FIRST));
    world.verify();
}

#[test]
fn a_queued_mail_can_be_struck_and_what_is_not_there_cannot() {
    let world = World::on(Post::scripted(), &[FIRST, SECOND]);
    world.configure(
        "[sending]\npace = { gap_seconds = [600, 600], per_15_min = 2, per_day = 9, per_connection = 1 }",
    );
    world.run(&["once", "--now", &at("05-11 09:00")]).expect_status(0);
    assert_eq!(world.reminded().len(), 0, "the digest came first");
    let Value::Array(rows) = world.run(&["outbox", "--json", "--now", &at("05-11 09:05")]).json() else {
        panic!("no array")
    };
    let leaves: Vec<&str> = rows
        .iter()
        .filter(|row| row["state"] == "queued")
        .filter_map(|row| row["leaves_at"].as_str())
        .collect();
    assert_eq!(leaves.len(), 2, "{rows:#?}");
    assert!(
        leaves[0].starts_with("2023-05-11T09:10") && leaves[1].starts_with("2023-05-11T09:2"),
        "{leaves:?}"
    );
    let status = world.run(&["status", "--now", &at("05-11 09:05")]).said();
    assert!(status.contains("待发：2封，预计5-11 09:10至5-11 09:2"), "{status}");
    remind(&world, "05-11 09:05", &["--strike", SECOND, "--why", "延期"]).expect_status(0);
    remind(&world, "05-11 09:05", &["--strike", SECOND, "--why", "延期"]).expect_status(2);
    world.once("05-11 09:30");
    world.once("05-11 09:50");
    assert_eq!(world.reminded().len(), 1, "{:?}", world.reminded());
}

#[test]
fn while_sending_is_paused_nothing_leaves_and_everybody_is_told_so() {
    let world = approving();
    remind(&world, "05-11 09:01", &["--approve", "all", "--by", "李某"]).expect_status(0);
    remind(&world, "05-11 09:02", &["--pause"]).expect_status(2);
    remind(&world, "05-11 09:02", &["--pause", "--why", "核对名册", "--by", "王某"]).expect_status(0);
    remind(&world, "05-11 09:03", &["--send"]).expect_status(0);
    world.once("05-11 09:04");
    let mut daemon = world.daemon("05-11 09:05");
    looks_by_itself(&world, &mut daemon, "05-11 09:05");
    daemon.stop();
    assert_eq!(world.reminded(), [] as [&str; 0]);
    for command in ["status", "outbox"] {
        let said = world.run(&[command, "--now", &at("05-11 09:06")]).said();
        assert!(said.contains("发信已暂停：王某，5月11日（星期四）09:02，核对名册"), "{command}: {said}");
    }
    assert_eq!(world.status("05-11 09:06").0["paused"], "核对名册");
    remind(&world, "05-11 09:07", &["--resume", "--by", "王某"]).expect_status(0);
    world.once("05-11 09:08");
    assert_eq!(world.reminded().len(), 3);
    assert_eq!(world.status("05-11 09:09").0["paused"], Value::Null);
    let log = log(&world);
    assert!(log.contains(&"王某 pause –：核对名册".to_owned()), "{log:?}");
    assert!(log.contains(&"王某 resume –：".to_owned()), "{log:?}");
}

#[test]
fn a_release_is_taken_back_when_the_material_has_come_or_the_day_is_over() {
    let world = approving();
    remind(&world, "05-11 09:01", &["--approve", FIRST, SECOND, "--by", "李某"]).expect_status(0);
    world.receives(&[unit(FIRST).on("05-11 09:02").sends(plan_set())]);
    // No look at sending: it is found at the next turn, the day after.
    world.once_without_sending("05-11 18:30");
    world.once("05-12 09:00");
    assert_eq!(world.reminded(), [] as [&str; 0]);
    let log = log(&world);
    assert!(log.contains(&format!("程序 drop {FIRST}：所欠材料已收到，不再发送")), "{log:?}");
    assert!(log.contains(&format!("程序 drop {SECOND}：当日未能发出，已过期")), "{log:?}");
}

#[test]
fn where_reminders_are_off_nothing_is_released() {
    let world = approving();
    world.reconfigure("mode = \"approve\"", "mode = \"off\"");
    let refused = remind(&world, "05-11 09:01", &["--approve", "all"]);
    assert!(refused.expect_status(2).told().contains("mode = \"approve\""), "{}", refused.told());
    assert!(log(&world).is_empty());
    // Nothing is left behind that would go as soon as somebody turns them on.
    world.reconfigure("mode = \"off\"", "mode = \"approve\"");
    world.once("05-11 09:02");
    assert_eq!(world.reminded().len(), 0);
}
