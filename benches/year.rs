//! A year of an office of national size: half a million messages in one mailbox, two campaigns, hundreds of units. A probe of
//! mails costs as much processor time when half a million are filed as when a thousand are; a look with nothing new, the pages,
//! a backup and a check stay within bounds. `cargo bench --bench year [-- MESSAGES]`, run by `tests/long year`. Processor time,
//! because the machines it runs on have other work; the time on the clock is told beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../tests/story/world.rs"]
mod world;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use rusqlite::Connection;
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::cast::CAST;
use shouwen::rehearsal::season::things;
use world::{Daemon, Dovecot, Post, World};

const MESSAGES: usize = 500_000;
const MESSAGES_IN_PASSING: usize = 400;
/// The day after the year.
const NOW: &str = "2024-04-20T09:00:00+08:00";
const FIRST_ARRIVAL: &str = "2023-04-20T08:00:00+08:00";
const YEAR_SECONDS: usize = 365 * 24 * 60 * 60;
/// Schools beside those of the shipped roster.
const MORE_UNITS: usize = 260;
const CAMPAIGNS: [&str; 2] = ["2023-activity-week", "2023-skills-contest"];
/// What the house promises.
const IDLE_BEYOND: Duration = Duration::from_millis(100);
const PAGE_WITHIN: Duration = Duration::from_millis(100);
const FLAT_WITHIN: f64 = 0.2;
const LIST: &str = "UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE)";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let full = arguments.iter().any(|argument| argument == "--bench");
    let asked = arguments.iter().find_map(|argument| argument.parse().ok());
    let messages = asked.unwrap_or(if full { MESSAGES } else { MESSAGES_IN_PASSING });
    let probe = (messages / 160).clamp(50, 3_000);
    let world = office();
    let mut office = Office { forms: forms(), world, delivered: 0, messages };
    let mut costs = Vec::new();
    let levels = [500, 50, 10, 4, 2].map(|share| messages / share);
    for level in levels.into_iter().chain([messages - 3 * probe]) {
        office.fill(level);
        // The machine is not ours alone: one probe swings by a tenth.
        let mut three = [(); 3].map(|()| office.probe(probe));
        three.sort_by(f64::total_cmp);
        costs.push(three[1]);
    }
    office.log(probe);
    let mut broken = flat(&costs);
    broken.extend(office.idle());
    broken.extend(office.pages());
    office.kept();
    assert_eq!(office.world.messages().len(), office.delivered, "every mail is registered");
    assert!(!full || broken.is_empty(), "{}", broken.join("\n"));
}

/// The office, and how far its year is.
struct Office {
    world: World,
    forms: Vec<Vec<u8>>,
    delivered: usize,
    messages: usize,
}

/// What a run of the program took.
#[derive(Clone, Copy)]
struct Took {
    clock: Duration,
    processor: Duration,
}

impl Office {
    /// Takes in all mail up to that number.
    fn fill(&mut self, until: usize) {
        let count = until.saturating_sub(self.delivered);
        self.deliver(count);
        if count > 0 {
            let took = self.once();
            println!("fill   {count} mails: {:.0?}, of processor {:.0?}", took.clock, took.processor);
        }
    }

    /// What a mail costs now, beyond a look that brings nothing: milliseconds of the processor.
    fn probe(&mut self, count: usize) -> f64 {
        let filed = self.delivered;
        let idle = self.once();
        self.deliver(count);
        let took = self.once();
        let each =
            |whole: Duration, idle: Duration| whole.saturating_sub(idle).as_secs_f64() * 1e3 / count as f64;
        let cost = each(took.processor, idle.processor);
        println!(
            "probe  {count} mails after {filed}: {cost:.3} ms of processor a mail, {:.3} ms on the clock; database {} MB",
            each(took.clock, idle.clock),
            size(&self.world.data().join("shouwen.db")) / 1_000_000
        );
        cost
    }

    /// What the database's log says of a mail: the bytes that a replica is sent. Somebody who reads keeps SQLite from writing
    /// over the log's beginning.
    fn log(&mut self, count: usize) {
        let reader = Connection::open(self.world.data().join("shouwen.db")).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM sighting").unwrap();
        self.deliver(count);
        self.once();
        let log = size(&self.world.data().join("shouwen.db-wal"));
        println!("log    {count} mails: {:.1} KB a mail", log as f64 / 1e3 / count as f64);
    }

    fn deliver(&mut self, count: usize) {
        for number in self.delivered..self.delivered + count {
            let at = FIRST_ARRIVAL.parse::<Timestamp>().unwrap()
                + i64::try_from(number * (YEAR_SECONDS / self.messages).max(1)).unwrap().seconds();
            dovecot(&self.world).deliver(OFFICE, "INBOX", &self.mail(number), at);
        }
        self.delivered += count;
    }

    fn once(&self) -> Took {
        run(&self.world, &["once", "--no-send", "--now", NOW])
    }

    /// A look with nothing new against the server's own list.
    fn idle(&self) -> Option<String> {
        let median = |mut times: Vec<Duration>| {
            times.sort();
            times[times.len() / 2]
        };
        let server = median((0..5).map(|_| list(&self.world)).collect());
        let ours = median((0..5).map(|_| self.once().clock).collect());
        let beyond = ours.saturating_sub(server);
        println!(
            "idle   once with nothing new {ours:.0?}, the server's list alone {server:.0?}: {beyond:.0?} beyond it"
        );
        (beyond > IDLE_BEYOND)
            .then(|| format!("idle: {beyond:?} beyond the server's time, wanted {IDLE_BEYOND:?}"))
    }

    /// Each page of each campaign.
    fn pages(&self) -> Vec<String> {
        let mut program = self.world.program(&["run", "--now", NOW]);
        let mut daemon = self.world.spawn(&mut program);
        let place = place(&mut daemon);
        let mut slow = Vec::new();
        let own = [
            "",
            "?req=daily",
            "units",
            "units/N0001",
            "mail",
            "mail?q=nowhere&folder=all",
            // 无此词
            "mail?q=%E6%97%A0%E6%AD%A4%E8%AF%8D&folder=all",
            "mail?unit=N0001",
            "todo",
            "chase",
            "media",
            "totals/form4",
        ];
        let of_campaigns =
            CAMPAIGNS.iter().flat_map(|campaign| own.map(|path| format!("/c/{campaign}/{path}")));
        for path in of_campaigns.chain(["/system".to_owned(), "/system/log".to_owned(), "/health".to_owned()])
        {
            let mut times: Vec<Duration> = (0..5).map(|_| ask(&place, &path)).collect();
            times.sort();
            println!("page   {:>8.1?}  {path}", times[2]);
            slow.extend(
                (times[2] > PAGE_WITHIN).then(|| format!("{path}: {:.0?}, wanted {PAGE_WITHIN:?}", times[2])),
            );
        }
        daemon.stop();
        slow
    }

    /// What is kept, and how long it takes to back it up and to check it.
    fn kept(&self) {
        let database = size(&self.world.data().join("shouwen.db"));
        println!("kept   {} mails: database {} MB", self.delivered, database / 1_000_000);
        for (nth, name) in [("first", "1.db"), ("second", "2.db")] {
            let to = self.world.file("backup").join(name);
            let took = run(&self.world, &["backup", "--to", to.to_str().unwrap()]);
            println!("backup {nth}: {:.1} s", took.clock.as_secs_f64());
        }
        let took = run(&self.world, &["verify"]);
        println!("verify {:.1} s", took.clock.as_secs_f64());
    }

    /// Mail of this number: a form, a case, pictures' list or a question, of one campaign or the other.
    fn mail(&self, number: usize) -> Vec<u8> {
        let (unit, address) = sender(number);
        let campaign = ["职业教育活动周", "技能竞赛季"][number % 2];
        let (name, kind, bytes) = match number % 20 {
            0 => (
                "信息采集表.xlsx",
                "application/octet-stream",
                self.forms[number / 20 % self.forms.len()].clone(),
            ),
            1..=9 => (
                "典型案例.txt",
                "text/plain",
                format!("{unit}典型案例{number}：产教融合共育工匠。").into_bytes(),
            ),
            10..=14 => {
                ("活动简报.txt", "text/plain", format!("{unit}简报{number}：今日开展宣传活动。").into_bytes())
            }
            _ => ("", "", Vec::new()),
        };
        let mut mail = format!(
            "From: <{address}>\r\nTo: <{OFFICE}>\r\nSubject: {unit}{campaign}材料{number}\r\nMessage-ID: <{number}@year.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{campaign}第{number}件，请查收。\r\n"
        );
        if !name.is_empty() {
            write!(
                mail,
                "--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}",
                base64(&bytes)
            )
            .unwrap();
        }
        mail.push_str("\r\n--b--\r\n");
        mail.into_bytes()
    }
}

/// Whether the cost of a mail stays.
fn flat(costs: &[f64]) -> Vec<String> {
    let first = costs[0];
    let worst = costs
        .iter()
        .map(|cost| cost / first - 1.0)
        .fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
    println!(
        "flat   from {:.3} to {:.3} ms a mail, at worst {:+.0} %",
        first,
        costs[costs.len() - 1],
        worst * 100.0
    );
    let is_flat = worst.abs() <= FLAT_WITHIN;
    (!is_flat).then(|| format!("a mail costs {:+.0} % of the first", worst * 100.0)).into_iter().collect()
}

/// An office with a larger roster and a second campaign half a year after the first.
fn office() -> World {
    let world = World::on(Post::dovecot(), &[]);
    let [first, second] = CAMPAIGNS.map(|campaign| world.file("campaigns").join(campaign));
    let roster = include_str!("../config/campaigns/2023-activity-week/units.csv");
    let more: String = (0..MORE_UNITS)
        .map(|n| format!("N{n:04},{},,college,成都市,,,unit{n}.example,,,,\n", school(n)))
        .collect();
    std::fs::write(first.join("units.csv"), format!("{roster}{more}")).unwrap();
    copy(&first, &second);
    let text = std::fs::read_to_string(second.join("campaign.toml")).unwrap();
    let text = text.replace(CAMPAIGNS[0], CAMPAIGNS[1]).replace("-05-", "-10-").replace("-04-", "-09-");
    let keywords = text.lines().find(|line| line.starts_with("keywords")).unwrap().to_owned();
    std::fs::write(second.join("campaign.toml"), text.replace(&keywords, "keywords = [\"技能竞赛季\"]"))
        .unwrap();
    world.reconfigure(
        "campaigns = [\"campaigns/2023-activity-week\"]",
        "campaigns = [\"campaigns/2023-activity-week\", \"campaigns/2023-skills-contest\"]",
    );
    world
}

fn school(number: usize) -> String {
    const PROVINCES: [&str; 13] = [
        "湖南", "湖北", "河南", "河北", "山东", "山西", "江苏", "江西", "广东", "广西", "云南", "贵州",
        "福建",
    ];
    format!("{}第{}职业学院", PROVINCES[number % PROVINCES.len()], number / PROVINCES.len() + 1)
}

/// Unit and address of a mail.
fn sender(number: usize) -> (String, String) {
    if number.is_multiple_of(20) {
        let member = &CAST[number / 20 % CAST.len()];
        return (member.name.to_owned(), member.address.to_owned());
    }
    let unit = number % MORE_UNITS;
    (school(unit), format!("office@unit{unit}.example"))
}

fn forms() -> Vec<Vec<u8>> {
    CAST.iter().map(|member| things::form4().bytes(member)).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (at, group) in bytes.chunks(3).enumerate() {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let is_there = place <= group.len();
            text.push(if is_there { LETTERS[(bits >> (18 - 6 * place) & 63) as usize] as char } else { '=' });
        }
        if at % 19 == 18 {
            text.push_str("\r\n");
        }
    }
    text
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).map(|_| ()).unwrap()
        }
    }
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

fn dovecot(world: &World) -> &Dovecot {
    let Post::Dovecot(dovecot) = &world.post else { panic!("no Dovecot") };
    dovecot
}

/// Runs the program to its end. It has waited for its readers, so their time is in its own.
fn run(world: &World, words: &[&str]) -> Took {
    let (began, before) = (Instant::now(), processor_of_children());
    let log = world.file("bench.log");
    let told = std::fs::File::create(&log).unwrap();
    let status = world.program(words).stdout(Stdio::null()).stderr(told).status().unwrap();
    assert!(status.success(), "{words:?}: {}", std::fs::read_to_string(&log).unwrap());
    Took { clock: began.elapsed(), processor: processor_of_children() - before }
}

/// Processor time of all children that were waited for, and of theirs (proc(5): `cutime`, `cstime`, in hundredths).
fn processor_of_children() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    // The state is field 3.
    let hundredths: u64 = fields[16 - 3..=17 - 3].iter().map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(hundredths * 10)
}

/// How long the server takes to list the folder to somebody who throws the list away.
fn list(world: &World) -> Duration {
    let began = Instant::now();
    let mut server = TcpStream::connect(("127.0.0.1", dovecot(world).port)).unwrap();
    let login = format!(
        "a LOGIN {OFFICE} {}\r\nb EXAMINE INBOX\r\nc {LIST}\r\nd LOGOUT\r\n",
        dovecot(world).password()
    );
    server.write_all(login.as_bytes()).unwrap();
    assert!(server.read_to_end(&mut Vec::new()).unwrap() > 100);
    began.elapsed()
}

fn place(daemon: &mut Daemon) -> String {
    let log = daemon.wait_until_it_says("status page on");
    log.rsplit_once("status page on http://").unwrap().1.split('/').next().unwrap().to_owned()
}

fn ask(place: &str, path: &str) -> Duration {
    let began = Instant::now();
    let mut stream = TcpStream::connect(place).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
    let is_there = ["200", "503"].iter().any(|status| head.starts_with(&format!("HTTP/1.1 {status}")));
    assert!(is_there, "{path}: {head}");
    began.elapsed()
}
