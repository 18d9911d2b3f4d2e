//! The daemon under a service manager: it says that it is ready and that it lives, reads its configuration again when told
//! to, and goes on with the old one when the new one does not hold.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::patience::wait_until;
use super::world::{PATIENCE, Post, World, endpoint};

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
    wait_until("its mail is in", || (world.messages().len() == 1).then_some(()));
    daemon.stop();
    manager.hears("STOPPING=1");
    assert_eq!(world.messages().len(), 1);
    world.verify();
}

/// What the page answers under an address: its head and its body.
fn page(log: &str, address: &str) -> (String, String) {
    let place = log.rsplit_once("status page on http://").unwrap().1.split('/').next().unwrap();
    let mut page = TcpStream::connect(place).unwrap();
    write!(page, "GET {address} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn a_monitor_is_told_whether_all_is_well_and_how_much_there_is() {
    let world = World::on(Post::scripted(), &[]);
    world.receives([&unit(UNIT).on("05-08 08:12").titled("{unit}报送").sends(plan_set())]);
    let mut daemon = world.daemon(MORNING);
    let log = daemon.wait_until_it_says("status page on");
    let registered = "shouwen_mails{stage=\"registered\"} 1\n";
    let metrics = wait_until("one mail is registered", || {
        let (head, body) = page(&log, "/metrics");
        assert!(head.contains("application/openmetrics-text"), "{head}");
        body.contains(registered).then_some(body)
    });
    for line in [
        "shouwen_scan_age_seconds{mailbox=\"zjc\"} ",
        "shouwen_waiting{what=\"review\"} 0",
        "shouwen_disk_free_bytes ",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
    assert!(metrics.ends_with("# EOF\n"));
    assert!(!metrics.contains(UNIT) && !metrics.contains('@'), "no name is in it: {metrics}");
    let (head, body) = page(&log, "/health");
    assert!(head.starts_with("HTTP/1.1 200") && body == "ok\n", "{head}\n{body}");
    daemon.stop();
    // Hours later, at a server that lets nobody in.
    world.reconfigure(&world.imap(), &endpoint("imap", 1));
    let mut daemon = world.daemon("05-09 15:00");
    let log = daemon.wait_until_it_says("status page on");
    let (head, body) = page(&log, "/health");
    assert!(head.starts_with("HTTP/1.1 503") && body.contains("邮箱 zjc：3"), "{head}\n{body}");
    daemon.stop();
}

/// Each look finds it missing again. Heard from a process of its own: where tests share one, the first of them to come by
/// decides whether anybody listens to a line.
#[test]
fn a_missing_folder_is_logged_at_the_first_look_and_not_at_each() {
    let world = World::on(Post::scripted(), &[]);
    world.reconfigure("\"@junk\"]", "\"@junk\", \"报送材料\"]");
    let daemon = world.daemon(MORNING);
    let days = ["05-08 08:12", "05-08 09:12", "05-08 10:12"];
    for (come, day) in (1..).zip(days) {
        world.receives([&unit(UNIT).on(day).titled("{unit}报送").sends(plan_set())]);
        wait_until("a look", || (world.messages().len() == come).then_some(()));
    }
    assert_eq!(daemon.log().matches("the server has no such folder").count(), 1, "{}", daemon.log());
}
