//! The daemon under a service manager: it says that it is ready and that it lives, reads its configuration again when told
//! to, and goes on with the old one when the new one does not hold.

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{PATIENCE, Post, World};

const MORNING: &str = "05-09 09:00";
const UNIT: &str = "泸州职业技术学院";

/// A service manager's ear.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    fn at(world: &World) -> (Self, PathBuf) {
        let path = world.file("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        (Self { socket, heard: Vec::new() }, path)
    }

    fn hears(&mut self, words: &str) {
        let mut bytes = [0; 4096];
        while !self.heard.last().is_some_and(|last| last.contains(words)) {
            let length =
                self.socket.recv(&mut bytes).unwrap_or_else(|error| panic!("never said {words}: {error}"));
            self.heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
        }
        self.heard.clear();
    }
}

fn hang_up(pid: u32) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::HUP).unwrap();
}

#[test]
fn a_manager_hears_of_its_life_and_has_the_roster_read_again() {
    let world = World::on(Post::scripted(), &[]);
    world.receives([&unit(UNIT).on("05-08 08:12").titled("{unit}报送").sends(plan_set())]);
    let (mut manager, address) = Manager::at(&world);
    let mut daemon = world.supervised(MORNING, &address);
    manager.hears("READY=1");
    manager.hears("WATCHDOG=1");
    let roster = world.file("campaigns/2023-activity-week/units.csv");
    let good = std::fs::read_to_string(&roster).unwrap();
    std::fs::write(&roster, good.replace("code,", "kode,")).unwrap();
    hang_up(daemon.pid());
    manager.hears("新配置有误，仍按原配置运行");
    std::fs::write(&roster, format!("{good}N0001,新办职业学院,,college,成都市,,,,,,,\n")).unwrap();
    hang_up(daemon.pid());
    manager.hears("READY=1");
    daemon.wait_until_it_says("configuration read again");
    manager.hears("WATCHDOG=1");
    daemon.stop();
    manager.hears("STOPPING=1");
    assert_eq!(world.messages().len(), 1);
    world.verify();
}
