//! The end of a daemon: asked to stop, it is gone within ten seconds with exit status 0, whatever it is at, and the
//! next one goes on as if nothing had been.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;
use shouwen::rehearsal::server::SmtpMisdeed;

use super::world::patience::wait_until;
use super::world::{Post, World};

const MORNING: &str = "05-11 09:00";
const LATER: &str = "05-11 09:30";
const UNIT: &str = "泸州职业技术学院";
/// What a service manager grants before it kills.
const TO_STOP: Duration = Duration::from_secs(10);

/// State and parent of a process, as its `stat` tells after its name (proc(5)).
fn stat(pid: &str) -> Option<(String, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut words = stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned);
    Some((words.next()?, words.next()?))
}

/// The living child of a daemon: its reader, after the one that tried the cage.
pub(super) fn reader_of(daemon: u32) -> Option<Pid> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let mut pids = processes.filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_reader =
        |pid: &String| stat(pid).is_some_and(|(state, parent)| parent == daemon.to_string() && state != "Z");
    Pid::from_raw(pids.find(is_reader)?.parse().unwrap())
}

fn is_gone(pid: Pid) -> bool {
    stat(&pid.to_string()).is_none_or(|(state, _)| state == "Z")
}

/// Mail enough to find a reader busy.
pub(super) fn twelve_mails(world: &World) {
    for day in 1..=12 {
        let mail = unit(UNIT).on(&format!("05-{:02} 08:12", day / 2 + 1));
        world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(plan_set())]);
    }
}

#[test]
fn a_daemon_that_is_over_a_mail_stops_in_time_and_takes_its_reader_along() {
    let world = World::on(Post::scripted(), &[]);
    twelve_mails(&world);
    let mut daemon = world.daemon(MORNING);
    daemon.wait_until_it_says("status page on");
    let reader = wait_until("a reader", || reader_of(daemon.pid()));
    kill_process(reader, Signal::STOP).unwrap();
    assert!(world.status(MORNING).waiting().contains("on_the_way"), "the reader was too quick");
    let began = Instant::now();
    daemon.stop();
    assert!(began.elapsed() < TO_STOP, "{:?}", began.elapsed());
    wait_until("the reader is gone", || is_gone(reader).then_some(()));
    world.once_without_sending(MORNING);
    assert_eq!((world.messages().len(), world.status(MORNING).waiting()), (12, String::new()));
    world.verify();
}

#[test]
fn a_daemon_whose_smtp_server_is_silent_stops_in_time_and_the_mail_leaves_later() {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.receiver.on("MAIL", SmtpMisdeed::Stall);
    let daemon = world.daemon(MORNING);
    wait_until("the server is silent over a mail", || (world.receiver.waiting() == 0).then_some(()));
    let began = Instant::now();
    daemon.stop();
    assert!(began.elapsed() < TO_STOP, "{:?}", began.elapsed());
    assert_eq!(world.reminded(), Vec::<String>::new());
    world.receiver.behave();
    // Later by the clock than anything the daemon wrote down, however slow this machine was.
    world.once(LATER);
    assert_eq!(world.reminded().len(), 1, "{:?}", world.outbox());
    world.verify();
}

#[test]
fn a_daemon_killed_over_a_mail_leaves_no_reader_behind() {
    let world = World::on(Post::scripted(), &[]);
    twelve_mails(&world);
    let mut daemon = world.daemon(MORNING);
    daemon.wait_until_it_says("status page on");
    let reader = wait_until("a reader", || reader_of(daemon.pid()));
    daemon.kill();
    wait_until("the reader is gone", || is_gone(reader).then_some(()));
    world.once_without_sending(MORNING);
    assert_eq!((world.messages().len(), world.status(MORNING).waiting()), (12, String::new()));
    world.verify();
}
