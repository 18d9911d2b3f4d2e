//! Much mail and large mail through the real binary: what it costs is printed, and held under generous bounds, since the
//! binary of tests is not optimised. Run by `tests/long`, one story at a time.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../story/world.rs"]
mod world;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use world::{Post, World, wait_for};

const MOMENT: &str = "05-12 09:00";
const MIB: u64 = 1024 * 1024;

/// A small mail with an attachment, never twice the same.
fn mail(number: u32) -> String {
    format!(
        "From: <clerk{unit}@unit{unit}.example>\r\nTo: <office@163.example>\r\nSubject: material {number}\r\n\
         Message-ID: <{number}@unit.example>\r\nDate: Tue, 9 May 2023 10:00:00 +0800\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         材料 {number}\r\n--b\r\nContent-Type: text/csv\r\n\
         Content-Disposition: attachment; filename=\"{number}.csv\"\r\n\r\na,b,{number}\r\n--b--\r\n",
        unit = number % 90
    )
}

/// A mail with a film of so many bytes.
fn large_mail(bytes: u64) -> String {
    let mut text = "From: <clerk@unit.example>\r\nSubject: film\r\nMIME-Version: 1.0\r\n\
                    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: video/mp4\r\n\
                    Content-Disposition: attachment; filename=\"film.mp4\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_owned();
    for line in 0..bytes / 78 {
        write!(text, "{line:0>76}\r\n").unwrap();
    }
    text + "--b--\r\n"
}

fn arrival() -> Timestamp {
    "2023-05-09T10:00:00+08:00".parse().unwrap()
}

fn deliver(world: &World, mails: impl Iterator<Item = String>) {
    let Post::Scripted(server) = &world.post else { panic!("not scripted") };
    for (number, raw) in mails.enumerate() {
        server.deliver("INBOX", raw, arrival() + i64::try_from(number).unwrap().seconds());
    }
}

/// Runs the program to its end; returns how long that took, and tells.
fn timed(world: &World, arguments: &[&str]) -> Duration {
    let began = Instant::now();
    world.run(arguments).expect_status(0);
    println!("{arguments:?}: {:.1} s", began.elapsed().as_secs_f32());
    began.elapsed()
}

fn registered(world: &World) -> usize {
    let rows = world.messages();
    assert!(rows.iter().all(|row| !row["state"].as_str().unwrap().is_empty()));
    rows.len()
}

/// A number that the kernel tells of a process, e.g. `VmHWM` in bytes.
fn told(pid: &str, key: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * if line.contains("kB") { 1024 } else { 1 })
}

/// The children of a process that live or have not been waited for.
fn children(pid: u32) -> Vec<String> {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.unwrap().file_name().into_string().ok());
    all.filter(|child| told(child, "PPid") == Some(u64::from(pid))).collect()
}

fn open_files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// Waits until so many mails are at their end; `each` is called meanwhile.
fn settled(world: &World, mails: usize, mut each: impl FnMut()) {
    wait_for(Duration::from_secs(120), || {
        each();
        let waiting = world.status(MOMENT).waiting();
        if registered(world) < mails || waiting.contains("on_the_way") { Err(waiting) } else { Ok(()) }
    });
}

#[test]
fn a_mailbox_of_20_000_mails() {
    let world = World::on(Post::scripted(), &[]);
    deliver(&world, (0..20_000).map(mail));
    let once = ["once", "--no-send", "--now", "2023-05-12T09:00:00+08:00"];
    let first = timed(&world, &once);
    assert!(first < Duration::from_secs(600), "{first:?}");
    assert_eq!(registered(&world), 20_000);
    let again = timed(&world, &once);
    assert!(again < Duration::from_secs(10), "{again:?}");
    let status = timed(&world, &["status", "--now", "2023-05-12T09:00:00+08:00"]);
    assert!(status < Duration::from_secs(5), "{status:?}");
    assert_eq!(registered(&world), 20_000);
    world.verify();
}

#[test]
fn five_thousand_files() {
    let world = World::on(Post::scripted(), &[]);
    let folder = tempfile::tempdir().unwrap();
    for number in 0..5_000 {
        std::fs::write(folder.path().join(format!("{number:04}.eml")), mail(number)).unwrap();
    }
    let import = ["import", folder.path().to_str().unwrap(), "--now", "2023-05-12T09:00:00+08:00"];
    let first = timed(&world, &import);
    assert!(first < Duration::from_secs(180), "{first:?}");
    let again = timed(&world, &import);
    assert!(again < first / 2, "{again:?}");
    assert_eq!(registered(&world), 5_000);
    world.verify();
}

#[test]
fn a_mail_of_90_mb() {
    let world = World::on(Post::scripted(), &[]);
    deliver(&world, std::iter::once(large_mail(90 * MIB)));
    let daemon = world.daemon(MOMENT);
    let (mut house, mut reader) = (0, 0);
    settled(&world, 1, || {
        house = house.max(told(&daemon.pid().to_string(), "VmHWM").unwrap_or(0));
        let readers = children(daemon.pid());
        reader = readers.iter().filter_map(|pid| told(pid, "VmHWM")).fold(reader, u64::max);
    });
    println!("peak memory: daemon {} MiB, reader {} MiB", house / MIB, reader / MIB);
    assert!(house > 0 && reader > 0);
    assert!(house < 64 * MIB, "daemon: {} MiB", house / MIB);
    assert!(reader < 64 * MIB, "reader: {} MiB", reader / MIB);
    daemon.stop();
    world.verify();
}

#[test]
fn a_daemon_over_500_mails() {
    let world = World::on(Post::scripted(), &[]);
    deliver(&world, (0..10).map(mail));
    let first = world.daemon(MOMENT);
    settled(&world, 10, || {});
    let few = open_files(first.pid());
    first.stop();
    deliver(&world, (10..510).map(mail));
    let daemon = world.daemon(MOMENT);
    settled(&world, 510, || {});
    let many = open_files(daemon.pid());
    println!("open files: {few} after 10 mails, {many} after 500");
    assert!(many <= few + 8, "{few} → {many}");
    // A reader is replaced after so many mails; what it leaves must be waited for. A desk has one, a core a desk.
    let readers = children(daemon.pid());
    let is_left = |pid: &String| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.contains("State:\tZ")
    };
    assert!(!readers.iter().any(is_left), "{readers:?}");
    let desks = std::thread::available_parallelism().unwrap().get().clamp(2, 4);
    assert!((1..=desks).contains(&readers.len()), "{readers:?}");
    daemon.stop();
    world.verify();
}
