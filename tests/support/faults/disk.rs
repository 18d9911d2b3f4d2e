//! The disk is full, to the last byte or nearly, at each stage of a mail and of a letter: the program ends with words, nothing is
//! half done, and with room again it goes on as if nothing had been. The disk is a small one of our own, in memory.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{form4, plan_set};

use super::visitors::{Visitors, page_of, read};
use super::{Harm, Row, letters, middle_and_longest, office, outbox, seconds};
use crate::ledger::Told;
use crate::world::{Post, World, wait_for};

const MOMENT: &str = "05-12 10:00";
const LATER: &str = "05-12 10:20";
const UNITS: [&str; 3] = ["泸州职业技术学院", "绵阳职业技术学院", "成都工贸职业技术学院"];
/// Room for the season above the 64 MiB at which intake halts.
const DISK_KB: u64 = 160 * 1024;
/// Where a first run is broken off, so that the next begins at that stage on the full disk.
const STAGES: [&str; 8] = [
    "nothing yet",
    "capture.after_commit:1",
    "read.reported:4",
    "read.after_commit:1",
    "register.judged:6",
    "register.after_commit:1",
    "deliver.queued:1",
    "deliver.claimed:6",
];
/// What is left on the disk, in kilobytes.
const ROOMS: [u64; 9] = [0, 4, 12, 32, 100, 400, 1000, 1100, 2500];
/// A daemon that halted tries again after a minute.
const RESUMED_WITHIN: Duration = Duration::from_secs(150);

/// How much of it.
pub struct FullDisk {
    /// Only every so many-th room at each stage.
    pub every: usize,
    /// Whether a daemon is played too, which takes a minute or two.
    pub with_daemon: bool,
}

/// A small disk that only who enters its namespace sees.
struct SmallDisk {
    holder: Child,
    place: PathBuf,
}

impl FullDisk {
    /// Plays it. None where this machine lets us have no disk of our own.
    pub fn run(&self) -> Option<Row> {
        let mut world = office(Post::scripted());
        for (day, name) in (6..10).flat_map(|day| UNITS.map(|name| (day, name))) {
            let mail = unit(name).on(&format!("05-{day:02} 08:12"));
            let things = if day % 2 == 0 { plan_set() } else { vec![form4()] };
            world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(things)]);
        }
        let disk = SmallDisk::at(world.data())?;
        world.under = disk.words();
        world.once(MOMENT);
        world.once(LATER);
        let unbroken = Told::by(&world, LATER);
        let letters_due = outbox(&world).len();
        assert!(letters_due > 10 && world.messages().len() == 12, "{letters_due} letters");
        let mut harm = Harm::default();
        let (mut rounds, mut refused, mut recoveries) = (0, 0, Vec::new());
        for (stage, room) in
            STAGES.iter().flat_map(|stage| ROOMS.iter().step_by(self.every).map(move |room| (stage, room)))
        {
            let before = world.receiver.received().len();
            disk.empty();
            if stage.contains('.') {
                let killed = world
                    .program(&["once", "--now", &crate::world::at(MOMENT)])
                    .env("SHOUWEN_KILL", stage)
                    .status();
                assert_eq!(killed.unwrap().code(), None, "{stage} was not passed");
            }
            disk.fill(*room);
            refused += u32::from(told_in_words(&world, &format!("{stage}, {room} KB"), &mut harm));
            disk.make_room();
            let began = Instant::now();
            world.once(LATER);
            recoveries.push(began.elapsed());
            rounds += 1;
            let place = format!("{stage}, {room} KB");
            let named = |lines: Vec<String>| {
                lines.into_iter().map(|line| format!("{place}: {line}")).collect::<Vec<_>>()
            };
            let own = letters(&world, before);
            harm.lost.extend(named(own.lost));
            harm.doubled.extend(named(own.doubled));
            harm.wrong.extend(named(own.wrong));
            harm.wrong.extend(named(Told::by(&world, LATER).differing(&unbroken)));
            if outbox(&world).len() != letters_due {
                harm.lost.push(format!("{place}: {} letters, not {letters_due}", outbox(&world).len()));
            }
            let verified = world.run(&["verify"]);
            harm.wrong
                .extend((verified.status() != Some(0)).then(|| format!("{place}: {}", verified.said())));
        }
        assert!(refused > u32::try_from(STAGES.len()).unwrap(), "only {refused} runs met the full disk");
        let mut recovery = format!("next run ends after {}", middle_and_longest(recoveries));
        if self.with_daemon {
            disk.empty();
            recovery.push_str(&format!(
                "; a daemon resumes by itself after {}",
                daemon(&world, &disk, &unbroken, &mut harm)
            ));
            rounds += 1;
        }
        let fault = format!("disk full at each of {} stages, 0 to 2.5 MB left", STAGES.len());
        Some(Row { fault, rounds, harm, recovery, remark: format!("{refused} runs met it and said so") })
    }
}

/// Runs on the full disk: done, or failed with words that name a cause. Whether it failed.
fn told_in_words(world: &World, place: &str, harm: &mut Harm) -> bool {
    let ended = world.run(&["once", "--now", &crate::world::at(MOMENT)]);
    let told = ended.told();
    match ended.status() {
        Some(0) => false,
        Some(1) if !told.trim().is_empty() && !told.contains("panicked") => true,
        status => {
            harm.wrong.push(format!("{place}: ended with {status:?}: {told}"));
            true
        }
    }
}

/// A daemon on a full disk: its page stays up and says so, and with room again all comes in without anybody's doing.
fn daemon(world: &World, disk: &SmallDisk, unbroken: &Told, harm: &mut Harm) -> String {
    world.run(&["messages"]).expect_status(0);
    disk.fill(64);
    let mut daemon = world.daemon(MOMENT);
    let place = page_of(&daemon.wait_until_it_says("status page on")).unwrap();
    daemon.wait_until_it_says("收信暂停");
    let (head, health) = read(&place, "/health").unwrap();
    if !head.starts_with("HTTP/1.1 503") || !health.contains("磁盘") {
        harm.wrong.push(format!("health on a full disk: {head}\n{health}"));
    }
    let visitors = Visitors::come(&place, 2, Duration::from_millis(100));
    disk.make_room();
    let began = Instant::now();
    wait_for(RESUMED_WITHIN, || {
        assert!(daemon.is_alive(), "{}", daemon.log());
        let all = "shouwen_mails{stage=\"registered\"} 12\n";
        let has_all = read(&place, "/metrics").is_ok_and(|(_, body)| body.contains(all));
        has_all.then_some(()).ok_or_else(|| daemon.log())
    });
    let took = began.elapsed();
    let seen = visitors.end();
    harm.wrong.extend(seen.wrong);
    daemon.stop();
    world.once(LATER);
    harm.wrong.extend(Told::by(world, LATER).differing(unbroken));
    seconds(took)
}

impl SmallDisk {
    fn at(place: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&place).unwrap();
        let script = format!(
            "mount -t tmpfs -o size={DISK_KB}k shouwen '{}' && echo mounted && exec sleep 3600",
            place.display()
        );
        let mut holder = Command::new("unshare")
            .args(["-rm", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (line == "mounted\n").then_some(Self { holder, place })
    }

    /// What brings a program onto this disk.
    fn words(&self) -> Vec<String> {
        let holder = self.holder.id().to_string();
        ["nsenter", "--preserve-credentials", "-U", "-m", "-t", &holder, "--"].map(str::to_owned).to_vec()
    }

    fn shell(&self, script: &str) {
        let words = self.words();
        let done = Command::new(&words[0]).args(&words[1..]).args(["sh", "-c", script]).output().unwrap();
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn empty(&self) {
        self.shell(&format!("find '{}' -mindepth 1 -delete", self.place.display()));
    }

    /// Leaves so many kilobytes.
    fn fill(&self, room_kb: u64) {
        let place = self.place.display();
        self.shell(&format!(
            "cd '{place}'; free=$(df --output=avail -k . | tail -1); \
             if [ $free -gt {room_kb} ]; then dd if=/dev/zero of=ballast bs=1024 count=$((free - {room_kb})) status=none; fi"
        ));
    }

    fn make_room(&self) {
        self.shell(&format!("rm -f '{}/ballast'", self.place.display()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
