//! What it costs to take a mailbox in, as a ratio to the least that anybody could pay: a raw drain, one
//! `UID FETCH 1:* BODY.PEEK[]` read and thrown away, from the same Dovecot in the same run. Three mailboxes: many small
//! mails with a form each, the heavy mails of an activity week, mails of 80 MB; and one of 100,000 mails in which
//! nothing is new. And what it costs to derive 1,000 mails with a form each again, as a ratio to taking them in. Fails
//! above the targets. `cargo bench --bench mailbox [-- small heavy large idle replay]`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../tests/story/world.rs"]
mod world;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan as _};
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::cast::{CAST, Member};
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::files::{docx, film, pdf, picture};
use shouwen::rehearsal::season::mail::{Attachment, Mail};
use shouwen::rehearsal::season::things;
use world::{Dovecot, Post, World};

const KB: usize = 1_000;
const MB: usize = 1_000_000;
const MOMENT: &str = "2023-05-21T09:00:00+08:00";
/// The ratios and sizes that the house promises.
const SMALL_RATIO: f64 = 10.0;
const HEAVY_RATIO: f64 = 4.0;
const LARGE_RSS_BYTES: u64 = 64 * 1024 * 1024;
const IDLE_BEYOND: Duration = Duration::from_millis(50);
const REPLAY_OF_1_000: Duration = Duration::from_secs(30);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let full = arguments.iter().any(|argument| argument == "--bench");
    let wanted = |name: &str| {
        let mut names = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
        names.peek().is_none() || names.any(|argument| argument == name)
    };
    // `cargo test --all-targets` also comes by and only wants to see it run.
    let share = if full { 1 } else { 100 };
    let mut broken = Vec::new();
    // For minutes after many files were deleted, ext4 makes new ones slowly: each office stays until the last is measured.
    let mut offices = Vec::new();
    if wanted("small") {
        broken.extend(drained("small", SMALL_RATIO, full, &mut offices, (0..5_000 / share).map(small)));
    }
    if wanted("heavy") {
        broken.extend(drained("heavy", HEAVY_RATIO, full, &mut offices, (0..600 / share).map(heavy)));
    }
    if wanted("large") {
        broken.extend(large(
            full,
            &mut offices,
            (0..8_usize.div_ceil(share)).map(|number| huge(number, 80 * MB / share)),
        ));
    }
    if wanted("idle") {
        broken.extend(idle(full, &mut offices, 100_000 / share));
    }
    if wanted("replay") {
        broken.extend(replay(full, &mut offices, 1_000 / share));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Takes the mails in and compares with their raw drain. Says what is above the target.
fn drained(
    story: &str,
    target: f64,
    judged: bool,
    offices: &mut Vec<World>,
    mails: impl Iterator<Item = Vec<u8>>,
) -> Option<String> {
    let (world, count, bytes) = office(mails);
    // The first drain has Dovecot build its index; the second finds all in memory, as the program will.
    drain(&world, DRAIN);
    let drain = drain(&world, DRAIN).min(self::drain(&world, DRAIN));
    let run = once(&world);
    let registered = world.messages().iter().filter(|row| row["state"] != "parked").count();
    assert_eq!(registered, count, "every mail is registered");
    let ratio = run.took.as_secs_f64() / drain.as_secs_f64();
    let rate = bytes as f64 / MB as f64 / run.took.as_secs_f64();
    println!(
        "{story:6} {count} mails, {} MB: drain {:.2} s, once {:.2} s ({:.2} ms a mail, {rate:.0} MB/s): ratio {ratio:.1} \
         (wanted {target:.0}); peak RSS {} MB",
        bytes / MB,
        drain.as_secs_f64(),
        run.took.as_secs_f64(),
        run.took.as_secs_f64() * 1e3 / count as f64,
        run.peak_bytes / 1_000_000
    );
    offices.push(world);
    (judged && ratio > target).then(|| format!("{story}: ratio {ratio:.1}, wanted {target}"))
}

/// Takes very large mails in and looks at the memory of every process.
fn large(judged: bool, offices: &mut Vec<World>, mails: impl Iterator<Item = Vec<u8>>) -> Option<String> {
    let (world, count, bytes) = office(mails);
    let run = once(&world);
    assert_eq!(world.messages().len(), count, "every mail is registered");
    let peak = run.peak_bytes;
    println!(
        "large  {count} mails, {} MB: once {:.2} s; peak RSS of any process {} MiB (wanted {})",
        bytes / MB,
        run.took.as_secs_f64(),
        peak >> 20,
        LARGE_RSS_BYTES >> 20
    );
    offices.push(world);
    (judged && peak > LARGE_RSS_BYTES).then(|| format!("large: {} MiB", peak >> 20))
}

/// Looks again at a mailbox in which everything is filed.
fn idle(judged: bool, offices: &mut Vec<World>, mails: usize) -> Option<String> {
    const LIST: &str = "UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE)";
    let (world, count, _) = office((0..mails).map(tiny));
    let first = once(&world);
    assert_eq!(world.messages().len(), count, "every mail is registered");
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let server = median((0..5).map(|_| drain(&world, LIST)).collect());
    let ours = median((0..5).map(|_| once(&world).took).collect());
    let beyond = ours.saturating_sub(server);
    println!(
        "idle   {count} mails filed ({:.0} s); once with nothing new {ours:.0?}, the server's list alone {server:.0?}: \
         {beyond:.0?} beyond it (wanted {IDLE_BEYOND:.0?})",
        first.took.as_secs_f64()
    );
    offices.push(world);
    (judged && beyond > IDLE_BEYOND).then(|| format!("idle: {beyond:?} beyond the server's time"))
}

/// Derives mails with a form each again, from their raw bytes.
fn replay(judged: bool, offices: &mut Vec<World>, mails: usize) -> Option<String> {
    let (world, count, _) = office((0..mails).map(small));
    let first = once(&world);
    let again = run(&world, &["replay", "--now", MOMENT]);
    assert_eq!(world.messages().len(), count, "every mail is registered");
    println!(
        "replay {count} mails with a form: {:.2} s, {:.2} times taking them in (wanted {} s for 1,000)",
        again.took.as_secs_f64(),
        again.took.as_secs_f64() / first.took.as_secs_f64(),
        REPLAY_OF_1_000.as_secs()
    );
    offices.push(world);
    (judged && again.took > REPLAY_OF_1_000).then(|| format!("replay: {:?}", again.took))
}

const DRAIN: &str = "UID FETCH 1:* BODY.PEEK[]";

/// An office whose mailbox holds these mails; how many, and their bytes.
fn office(mails: impl Iterator<Item = Vec<u8>>) -> (World, usize, usize) {
    let world = World::on(Post::dovecot(), &[]);
    let (mut count, mut bytes) = (0, 0);
    for raw in mails {
        dovecot(&world).deliver(OFFICE, "INBOX", &raw, arrival(count));
        count += 1;
        bytes += raw.len();
    }
    // What was delivered is on disk before anything is measured.
    rustix::fs::sync();
    (world, count, bytes)
}

fn dovecot(world: &World) -> &Dovecot {
    let Post::Dovecot(dovecot) = &world.post else { panic!("no Dovecot") };
    dovecot
}

fn arrival(number: usize) -> Timestamp {
    let first: Timestamp = "2023-05-09T08:00:00+08:00".parse().unwrap();
    first + i64::try_from(number).unwrap().seconds()
}

/// How long a client takes that only reads the answer and throws it away.
fn drain(world: &World, command: &str) -> Duration {
    let mut server = TcpStream::connect(("127.0.0.1", dovecot(world).port)).unwrap();
    let login = format!("a LOGIN {OFFICE} {}\r\nb EXAMINE INBOX\r\n", dovecot(world).password());
    let began = Instant::now();
    server.write_all(login.as_bytes()).unwrap();
    read_to(&mut server, b"\r\nb OK");
    server.write_all(format!("c {command}\r\n").as_bytes()).unwrap();
    read_to(&mut server, b"\r\nc OK");
    began.elapsed()
}

fn read_to(server: &mut TcpStream, end: &[u8]) {
    let mut buffer = vec![0; 256 * 1024];
    let mut kept = 0;
    loop {
        let read = server.read(&mut buffer[kept..]).unwrap();
        assert!(read > 0, "the server hung up");
        let filled = kept + read;
        let last = filled.saturating_sub(200);
        if buffer[last..filled].windows(end.len()).any(|window| window == end) {
            return;
        }
        // The end may come in two pieces.
        buffer.copy_within(last..filled, 0);
        kept = filled - last;
    }
}

/// One run of the program.
struct Run {
    took: Duration,
    /// The most that any one process of ours had in memory.
    peak_bytes: u64,
}

fn once(world: &World) -> Run {
    run(world, &["once", "--no-send", "--now", MOMENT])
}

fn run(world: &World, words: &[&str]) -> Run {
    let mut program = world.program(words);
    let began = Instant::now();
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = child.id();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while let Some(own) = peak_of(pid) {
            peak = children_of(pid).into_iter().filter_map(peak_of).fold(peak.max(own), u64::max);
            std::thread::sleep(Duration::from_millis(5));
        }
        peak
    });
    let status = child.wait().unwrap();
    let took = began.elapsed();
    assert!(status.success(), "{status}");
    Run { took, peak_bytes: watcher.join().unwrap() }
}

/// The most that a process had in memory so far; none when it is gone.
fn peak_of(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

fn children_of(pid: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<u32>>()).collect()
}

/// A short mail without files.
fn tiny(number: usize) -> Vec<u8> {
    format!(
        "From: <clerk{}@unit.example>\r\nSubject: question {number}\r\nMessage-ID: <{number}@unit.example>\r\n\
         Date: Tue, 9 May 2023 10:00:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请问第{number}项怎么填？\r\n",
        number % 90
    )
    .into_bytes()
}

/// A mail with one filled form, never the same twice.
fn small(number: usize) -> Vec<u8> {
    let mobile: &'static str = format!("199000{number:05}").leak();
    let form = things::form4_with(Form4 { mobile: Some(mobile), ..FORM4 });
    let member = &CAST[number % CAST.len()];
    mail(number, member, vec![file("附件4：信息采集表.xlsx", "application/octet-stream", form.bytes(member))])
}

/// A mail of the activity week: photos, a scan with a plan, a case with pictures in it, or a film; 2 GB in 600.
fn heavy(number: usize) -> Vec<u8> {
    let member = &CAST[number % CAST.len()];
    let mut chance = Chance::of(&["heavy", &number.to_string()]);
    let photo = |chance: &mut Chance, bytes| padded(picture::photo(Some(moment()), chance), bytes, chance);
    let files = match number % 30 {
        0 => {
            let film = film::mp4(60, arrival(number), &mut chance);
            vec![file("活动视频.mp4", "video/mp4", with_box(film, 18 * MB, &mut chance))]
        }
        1..=4 => {
            let page = photo(&mut chance, 2 * MB);
            vec![
                file("方案盖章扫描件.pdf", "application/pdf", pdf::scan(&[page])),
                file("活动方案.docx", "application/octet-stream", docx::docx(&["活动方案".into()], &[])),
            ]
        }
        5..=9 => {
            let pictures = (0..3).map(|_| photo(&mut chance, 1_200 * KB)).collect::<Vec<_>>();
            let text = docx::docx(&["典型案例".into(), "产教融合共育工匠。".into()], &pictures);
            vec![file("典型案例.docx", "application/octet-stream", text)]
        }
        _ => (1..=2)
            .map(|at| file(&format!("活动照片{at}.jpg"), "image/jpeg", photo(&mut chance, 900 * KB)))
            .collect(),
    };
    mail(number, member, files)
}

/// A mail of so many bytes with one film.
fn huge(number: usize, bytes: usize) -> Vec<u8> {
    let mut chance = Chance::of(&["huge", &number.to_string()]);
    let film = with_box(film::mp4(300, arrival(number), &mut chance), bytes * 3 / 4, &mut chance);
    mail(number, &CAST[number % CAST.len()], vec![file("全程录像.mp4", "video/mp4", film)])
}

fn mail(number: usize, member: &Member, attachments: Vec<Attachment>) -> Vec<u8> {
    let mail = Mail {
        client: member.client,
        hand: member.client.hand(),
        from: (member.nick.to_owned(), member.address.to_owned()),
        subject: format!("{}2023年职业教育活动周材料{number}", member.name),
        text: format!("老师您好,材料见附件,请查收。\n\n{}", member.name),
        html: None,
        attachments,
        headers: Vec::new(),
        arrives: arrival(number),
        clock_off_seconds: 0,
        body: None,
    };
    mail.write().0
}

fn file(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Attachment {
    Attachment { name: name.to_owned(), media_type, bytes, cid: None }
}

fn moment() -> DateTime {
    "2023-05-15T10:00:00".parse().unwrap()
}

/// Bytes after the end of a picture, as long photos are: viewers and parsers pass them over.
fn padded(mut bytes: Vec<u8>, size: usize, chance: &mut Chance) -> Vec<u8> {
    bytes.reserve(size);
    while bytes.len() < size {
        bytes.extend_from_slice(&chance.bits().to_le_bytes());
    }
    bytes
}

/// A film with so much more in it.
fn with_box(mut film: Vec<u8>, size: usize, chance: &mut Chance) -> Vec<u8> {
    film.extend_from_slice(&u32::try_from(size).unwrap().to_be_bytes());
    film.extend_from_slice(b"mdat");
    let end = film.len() + size - 8;
    padded(film, end, chance)
}
