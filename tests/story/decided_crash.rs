//! A decision is killed around its commit: either nothing of it is there, or all of it and what follows from it.

use std::os::unix::process::ExitStatusExt as _;

use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::stranger;
use shouwen::rehearsal::season::things::{scan4, scheme};

use super::decisions::decided;
use super::world::{Post, World, at};

/// Where these stories kill.
pub const POINTS: [&str; 2] = ["decide.before_commit", "decide.after_commit"];

const NOW: &str = "05-10 18:00";
const UNIT: &str = "绵阳职业技术学院";
const DECIDE: [&str; 4] = ["assign", "1", UNIT, "--remember"];

/// Two mails wait whose sender nobody knows.
fn office() -> World {
    let world = World::on(Post::scripted(), &[]);
    let someone = || stranger("小雨", "30401992@qq.example", Client::Qq);
    let mails = [
        someone().on("05-09 20:11").titled("职业教育活动周材料").says("见附件").sends(vec![scan4()]),
        someone().on("05-09 20:20").titled("职业教育活动周方案").says("见附件").sends(vec![scheme()]),
    ];
    world.receives(&mails).once_without_sending(NOW);
    world
}

/// State, unit and decisions of both mails, without what differs from run to run.
fn told(world: &World) -> Vec<String> {
    let rows = world.messages();
    let row = |row: &serde_json::Value| {
        let decisions = row["decisions"].as_array().map_or(0, Vec::len);
        format!("{} {} {} {decisions}", row["state"], row["unit"], row["parts"][0]["state"])
    };
    rows.iter().map(row).collect()
}

fn killed(world: &World, point: &str) {
    let mut program = world.program(&[&DECIDE[..], &["--by", "李某", "--now", &at(NOW)]].concat());
    let output = program.env("SHOUWEN_KILL", point).output().unwrap();
    assert_eq!(output.status.signal(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
    world.verify();
}

#[test]
fn before_its_commit_nothing_was_decided() {
    let world = office();
    let before = told(&world);
    killed(&world, POINTS[0]);
    assert_eq!(told(&world), before);
    decided(&world, &DECIDE);
    assert_ne!(told(&world), before);
}

#[test]
fn after_its_commit_all_that_follows_is_there() {
    let (world, unbroken) = (office(), office());
    decided(&unbroken, &DECIDE);
    killed(&world, POINTS[1]);
    assert_eq!(told(&world), told(&unbroken));
    assert!(told(&world).iter().all(|row| row.contains(UNIT)), "{:?}", told(&world));
    world.once_without_sending(NOW);
    assert_eq!(told(&world), told(&unbroken));
}
