//! A disk that fills up: intake halts at its reserve and before any harm, the page stays up and says so, staff are told, and all goes
//! on by itself as soon as there is room.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{Post, World, at};
use super::{alarms, page, wait_until, with_staff};

const UNIT: &str = "泸州职业技术学院";

/// A file system of its own, whose size can be changed; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn under(place: &Path) -> Self {
        fs::create_dir_all(place).unwrap();
        let disk = Self(place.to_owned());
        disk.mount(&["-t", "tmpfs", "-o", "size=2g", "tmpfs"]);
        disk
    }

    fn resize(&self, size: &str) {
        self.mount(&["-o", &format!("remount,size={size}")]);
    }

    fn mount(&self, words: &[&str]) {
        let done = Command::new("mount").args(words).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn mail(world: &World, day: u8) {
    let mail = unit(UNIT).on(&format!("05-0{day} 08:12"));
    world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(plan_set())]);
}

/// Whoever is not root proves the next story alone.
#[test]
fn intake_halts_at_the_reserve_and_goes_on_by_itself() {
    if !rustix::process::getuid().is_root() {
        return a_write_that_is_refused_leaves_the_store_as_it_was();
    }
    let world = World::on(Post::scripted(), &[]);
    let disk = Disk::under(&world.data());
    with_staff(&world);
    mail(&world, 6);
    world.once_without_sending("05-09 09:00");

    disk.resize("40m");
    mail(&world, 7);
    let mut daemon = world.daemon("05-10 10:00");
    let log = daemon.wait_until_it_says("收信暂停");
    let told = wait_until("the alarm leaves", || Some(alarms(&world)).filter(|told| !told.is_empty()));
    assert_eq!(told, ["【收文告警】磁盘空间不足"]);
    let (status, health) = page(&log, "/health");
    assert!(status.contains("503") && health.contains("收信暂停"), "{status}: {health}");
    let (status, shown) = page(&log, "/c/2023-activity-week/");
    assert!(status.contains("200") && shown.contains("收信暂停"), "{status}");
    let checked = world.run(&["check"]).said();
    assert!(checked.contains("收信暂停；腾出空间后自动继续"), "{checked}");
    assert_eq!(world.messages().len(), 1);
    // To the last byte.
    let ballast = world.data().join("ballast");
    let mut file = fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let (status, shown) = page(&log, "/c/2023-activity-week/");
    assert!(status.contains("200") && shown.contains("磁盘只剩 0 MiB，收信暂停"), "{status}");
    assert!(page(&log, "/health").0.contains("503"));
    assert!(daemon.is_alive());

    fs::remove_file(&ballast).unwrap();
    disk.resize("2g");
    wait_until("the mail that waited is there", || (world.messages().len() == 2).then_some(()));
    let told = wait_until("the end is told", || Some(alarms(&world)).filter(|told| told.len() > 1));
    assert_eq!(told[1..], ["【收文告警解除】磁盘空间不足"]);
    daemon.stop();
    world.verify();
}

/// Where a timer runs `once`, nobody else tells.
#[test]
fn staff_hear_of_it_from_a_pass_that_halts_too() {
    if !rustix::process::getuid().is_root() {
        return;
    }
    let world = World::on(Post::scripted(), &[]);
    let disk = Disk::under(&world.data());
    with_staff(&world);
    disk.resize("40m");
    mail(&world, 7);
    for (moment, option) in [("09:00", Some("--no-send")), ("10:00", None), ("11:00", None)] {
        let now = at(&format!("05-10 {moment}"));
        let pass = world.run(&[&["once", "--now", &now][..], option.as_slice()].concat());
        assert!(pass.expect_status(1).told().contains("收信暂停"), "{}", pass.told());
        let told = ["【收文告警】磁盘空间不足"];
        assert_eq!(alarms(&world), told[..usize::from(option.is_none())], "{moment}");
    }
    disk.resize("2g");
    world.once("05-10 12:00");
    assert_eq!(alarms(&world)[1..], ["【收文告警解除】磁盘空间不足"]);
    assert_eq!(world.messages().len(), 1);
}

/// The kernel refuses what is written beyond a limit, as it does with a quota.
#[test]
fn a_write_that_is_refused_leaves_the_store_as_it_was() {
    let world = World::on(Post::scripted(), &[]);
    with_staff(&world);
    mail(&world, 6);
    world.once_without_sending("05-09 09:00");
    let register = world.messages();
    mail(&world, 7);
    let program = world.program(&["once", "--no-send", "--now", &at("05-10 10:00")]);
    let limited = "trap '' XFSZ; ulimit -f 80; exec \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, "sh"]).arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap());
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(world.messages(), register);
    world.verify();
    world.once_without_sending("05-10 10:05");
    assert_eq!(world.messages().len(), 2);
    world.verify();
}
