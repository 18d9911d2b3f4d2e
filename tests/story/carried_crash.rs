//! A backup and a restore are killed before their last step, the name: the backup of yesterday stands, and half a restore is
//! seen by every command and run again.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{Post, World};

/// Where only these stories kill.
pub const POINTS: [&str; 2] = ["backup.before_name", "restore.before_name"];

const UNIT: &str = "泸州职业技术学院";

fn killed(world: &World, point: &str, words: &[&str]) {
    let output = world.program(words).env("SHOUWEN_KILL", point).output().unwrap();
    assert_eq!(output.status.signal(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
}

fn filed(world: &World, day: u32) {
    let mail = unit(UNIT).on(&format!("05-0{day} 08:12"));
    world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(plan_set())]);
    world.once_without_sending(&format!("05-0{day} 09:00"));
}

#[test]
fn a_killed_backup_leaves_yesterdays_and_a_killed_restore_is_run_again() {
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.db");
    let name = file.to_str().unwrap();
    let world = World::on(Post::scripted(), &[]);
    filed(&world, 6);
    world.run(&["backup", "--to", name]).expect_status(0);
    let yesterday = std::fs::read(&file).unwrap();
    let before = world.messages();
    filed(&world, 7);
    killed(&world, POINTS[0], &["backup", "--to", name]);
    assert_eq!(std::fs::read(Path::new(&file)).unwrap(), yesterday);
    killed(&world, POINTS[1], &["restore", "--from", name]);
    let refused = world.run(&["status"]);
    assert!(refused.expect_status(1).told().contains("由备份恢复"), "{}", refused.told());
    world.run(&["restore", "--from", name]).expect_status(0);
    assert_eq!(world.messages(), before);
    world.verify();
}
