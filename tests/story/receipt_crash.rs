//! A receipt is killed at every named point of its way: after a restart it has left once, or nobody knows and it is not
//! sent again.

use std::os::unix::process::ExitStatusExt as _;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::form4;

use super::world::{Post, World, at};

/// Where only these stories kill.
pub const POINTS: [&str; 2] = ["receipt.before_commit", "receipt.queued"];

const UNIT: &str = "绵阳职业技术学院";

fn killed_at(point: &str) -> World {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.reconfigure("mode = \"auto\"", "mode = \"off\"");
    world.configure("[receipts]\nmode = \"known\"");
    // The morning's digest has left.
    world.once("05-09 08:40");
    world.receives([&unit(UNIT).on("05-09 09:12").titled("{unit}采集表").sends(vec![form4()])]);
    let mut program = world.program(&["once", "--now", &at("05-09 09:20")]);
    let output = program.env("SHOUWEN_KILL", format!("{point}:1")).output().unwrap();
    assert_eq!(output.status.signal(), Some(9), "{point}: {}", String::from_utf8_lossy(&output.stderr));
    world.verify();
    world.once("05-09 09:25").once("05-09 09:30");
    world
}

#[test]
fn until_its_dot_it_leaves_once() {
    for point in POINTS.iter().chain(&["register.after_commit", "deliver.claimed"]) {
        let world = killed_at(point);
        assert_eq!(world.letters().len(), 1, "{point}");
        assert_eq!(world.outbox(), ["jwc@mypt.example sent"], "{point}");
    }
}

#[test]
fn from_its_dot_on_it_is_unsure_and_never_sent_again() {
    for (point, left) in [("deliver.before_dot", 0), ("deliver.after_dot", 1), ("deliver.before_settle", 1)] {
        let world = killed_at(point);
        assert_eq!(world.letters().len(), left, "{point}");
        assert_eq!(world.outbox(), ["jwc@mypt.example unsure"], "{point}");
    }
}
