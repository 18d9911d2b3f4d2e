//! The world of the stories: an office with the shipped campaign, the thirty units of the season as its roster, a mail
//! server and an SMTP receiver. It is worked as an administrator works it: files are edited, commands are run.

#[path = "../support/dovecot.rs"]
pub mod dovecot;

#[path = "daemon.rs"]
mod daemon;

#[path = "../support/patience.rs"]
pub mod patience;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use daemon::Daemon;
use serde_json::Value;
use shouwen::rehearsal::season::cast::CAST;
use shouwen::rehearsal::season::{Delivery, OFFICE, script::Act};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Posted, Profile, SmtpOptions, SmtpServer};
use shouwen::rehearsal::stage::{self, Addresses, PASSWORD, Stage};

pub use dovecot::Dovecot;
pub use patience::{PATIENCE, wait_for};

/// The server on which the office has its mailbox.
pub enum Post {
    /// What a server says.
    Dovecot(Box<Dovecot>),
    /// What we think servers say.
    Scripted(ImapServer),
}

impl Post {
    /// A real Dovecot.
    pub fn dovecot() -> Self {
        Self::Dovecot(Box::new(Dovecot::start()))
    }

    /// The scripted server, well-behaved.
    pub fn scripted() -> Self {
        Self::Scripted(scripted(ImapOptions::default()))
    }

    fn addr(&self) -> SocketAddr {
        match self {
            Self::Dovecot(dovecot) => SocketAddr::from(([127, 0, 0, 1], dovecot.port)),
            Self::Scripted(server) => server.addr(),
        }
    }

    /// The office's password there.
    pub fn password(&self) -> &str {
        match self {
            Self::Dovecot(dovecot) => dovecot.password(),
            Self::Scripted(_) => PASSWORD,
        }
    }

    fn take(&self, mail: &Delivery) {
        match self {
            Self::Dovecot(dovecot) => dovecot.deliver(OFFICE, mail.folder, &mail.raw, mail.at),
            Self::Scripted(server) => drop(server.deliver(mail.folder, mail.raw.clone(), mail.at)),
        }
    }
}

/// A scripted server that lets only the office in.
pub fn scripted(options: ImapOptions) -> ImapServer {
    let login = Some((OFFICE.to_owned(), PASSWORD.to_owned()));
    ImapServer::start_with(ImapOptions { profile: Profile::Plain, login, ..options }).unwrap()
}

/// `MM-DD hh:mm` of 2023 in China, as `--now` takes it.
pub fn at(moment: &str) -> String {
    format!("2023-{}:00+08:00", moment.replace(' ', "T"))
}

/// An office at work.
pub struct World {
    dir: tempfile::TempDir,
    stage: Stage,
    /// Where its mail arrives.
    pub post: Post,
    /// Where its mail leaves.
    pub receiver: SmtpServer,
    /// Words before each call of the program: what else it is to run under. Mostly none.
    pub under: Vec<String>,
}

impl World {
    /// An office on this server. Of the thirty units it knows the addresses of `known` and can remind only them.
    pub fn on(post: Post, known: &[&str]) -> Self {
        let dir = tempfile::Builder::new().prefix("shouwen-story-").tempdir().unwrap();
        let login = Some((OFFICE.to_owned(), post.password().to_owned()));
        let receiver = SmtpServer::start_with(SmtpOptions { login, ..SmtpOptions::default() }).unwrap();
        let stage = stage::stage(dir.path());
        let page = SocketAddr::from(([127, 0, 0, 1], 0));
        let addresses = Addresses { imap: post.addr(), smtp: receiver.addr(), page };
        let roster =
            |name: &&str| CAST.iter().find(|unit| unit.name == *name).map_or(&[][..], |unit| unit.roster);
        assert!(known.iter().all(|name| !roster(name).is_empty()), "a unit of {known:?} has no address");
        let cast: Vec<(&str, &[&str])> = CAST
            .iter()
            .map(|unit| (unit.name, if known.contains(&unit.name) { unit.roster } else { &[] }))
            .collect();
        stage::build(&stage, &cast, addresses).unwrap();
        let world = Self { dir, stage, post, receiver, under: Vec::new() };
        world.write("zjc.secret", world.post.password());
        world
    }

    /// Lets mails arrive.
    pub fn receives<'a>(&self, acts: impl IntoIterator<Item = &'a Act>) -> &Self {
        acts.into_iter().for_each(|act| self.post.take(&act.deliver()));
        self
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Where the bytes with this hash lie.
    pub fn blob(&self, sha256: &str) -> PathBuf {
        self.data().join("blobs").join(&sha256[..2]).join(sha256)
    }

    /// Hashes of the raw mails, and of their files.
    pub fn hashes(&self) -> (Vec<String>, Vec<String>) {
        let files = self.messages().into_iter().flat_map(|mail| mail["parts"].as_array().unwrap().clone());
        let files: Vec<String> =
            files.filter_map(|part| part["sha256"].as_str().map(str::to_owned)).collect();
        let mut raw = Vec::new();
        for folder in std::fs::read_dir(self.data().join("blobs")).unwrap() {
            for entry in std::fs::read_dir(folder.unwrap().path()).unwrap() {
                raw.push(entry.unwrap().file_name().into_string().unwrap());
            }
        }
        raw.retain(|name| name.len() == 64 && !files.contains(name));
        (raw, files)
    }

    /// A file of the configuration.
    pub fn file(&self, name: &str) -> PathBuf {
        self.stage.config.with_file_name(name)
    }

    /// Writes a file of the configuration.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    /// Adds lines to the end of `shouwen.toml`.
    pub fn configure(&self, lines: &str) {
        let text = std::fs::read_to_string(&self.stage.config).unwrap();
        self.write("shouwen.toml", &format!("{text}\n{lines}\n"));
    }

    /// Replaces the one place of `shouwen.toml` that says `from`.
    pub fn reconfigure(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(&self.stage.config).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in\n{text}");
        self.write("shouwen.toml", &text.replace(from, to));
    }

    /// The IMAP endpoint as it stands in `shouwen.toml`.
    pub fn imap(&self) -> String {
        endpoint("imap", self.post.addr().port())
    }

    /// The program, about to be run with this configuration.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut words = self.under.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_shouwen")]);
        let mut program = Command::new(words.next().unwrap());
        program.args(words);
        program.current_dir(self.dir.path()).env_remove("RUST_LOG").env_remove("SHOUWEN_KILL");
        program.arg("-c").arg(&self.stage.config).args(arguments).stdin(Stdio::null());
        program
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended(self.program(arguments).output().unwrap())
    }

    /// `once --now`, which must succeed.
    pub fn once(&self, moment: &str) -> &Self {
        self.run(&["once", "--now", &at(moment)]).expect_status(0);
        self
    }

    /// `once --no-send --now`, which must succeed.
    pub fn once_without_sending(&self, moment: &str) -> &Self {
        self.run(&["once", "--no-send", "--now", &at(moment)]).expect_status(0);
        self
    }

    /// `status --json --now`.
    pub fn status(&self, moment: &str) -> Status {
        Status(self.run(&["status", "--json", "--now", &at(moment)]).json())
    }

    /// `messages --json`, in the order of arrival.
    pub fn messages(&self) -> Vec<Value> {
        let Value::Array(mut rows) = self.run(&["messages", "--json"]).json() else { panic!("no array") };
        rows.sort_by_key(|row| (word(row, "received_at").to_owned(), row["id"].as_i64()));
        rows
    }

    /// What became of a mail: `submission registered 绵阳职业技术学院 by form`.
    pub fn register(&self, act: &Act) -> String {
        let id = act.deliver().expect.message_id;
        let rows = self.messages();
        let found: Vec<&Value> = rows.iter().filter(|row| row["message_id"] == *id).collect();
        let [row] = found[..] else { panic!("{} rows of {id} in {rows:#?}", found.len()) };
        let unit = match row["unit"].as_str() {
            Some(unit) => format!("{unit} by {}", word(row, "unit_by")),
            None => "nobody".to_owned(),
        };
        format!("{} {} {unit}", word(row, "kind"), word(row, "state"))
    }

    /// `outbox --json`: recipient and state of each mail but the staff's digests, in the order of recipients.
    pub fn outbox(&self) -> Vec<String> {
        let Value::Array(mut rows) = self.run(&["outbox", "--json"]).json() else { panic!("no array") };
        rows.retain(|row| word(row, "kind") != "digest");
        let mut rows: Vec<String> =
            rows.iter().map(|row| format!("{} {}", word(row, "to"), word(row, "state"))).collect();
        rows.sort();
        rows
    }

    /// What the receiver took, without the digests that staff get.
    pub fn letters(&self) -> Vec<Posted> {
        let is_digest = |mail: &Posted| String::from_utf8_lossy(&mail.raw).contains("<shouwen.digest.");
        self.receiver.received().into_iter().filter(|mail| !is_digest(mail)).collect()
    }

    /// Steps and recipient of every reminder that the receiver took, sorted; of all else that leaves only alarms and
    /// digests, which have stories of their own, do not fail the story.
    pub fn reminded(&self) -> Vec<String> {
        let is_of = |mail: &Posted, id: &[u8]| mail.raw.windows(id.len()).any(|bytes| bytes == id);
        let chases = |mail: &&Posted| !is_of(mail, b"<shouwen.alarm.") && !is_of(mail, b"<shouwen.digest.");
        let mut all: Vec<String> = self.receiver.received().iter().filter(chases).map(reminder).collect();
        all.sort();
        all
    }

    /// Every row has its blob and every hash holds.
    pub fn verify(&self) {
        self.run(&["verify"]).expect_status(0);
    }

    /// Lets the daemon run.
    pub fn daemon(&self, moment: &str) -> Daemon {
        self.start("run", moment)
    }

    /// The same under a service manager that listens at `socket`.
    pub fn supervised(&self, moment: &str, socket: &Path) -> Daemon {
        self.spawn(self.program(&["run", "--now", &at(moment)]).env("NOTIFY_SOCKET", socket))
    }

    /// Starts `run` or `once` and does not wait for its end.
    pub fn start(&self, command: &str, moment: &str) -> Daemon {
        self.spawn(&mut self.program(&[command, "--now", &at(moment)]))
    }

    /// Starts what [`World::program`] gave and does not wait for its end.
    pub fn spawn(&self, program: &mut Command) -> Daemon {
        let log = self.file("daemon.log");
        let child =
            program.stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
        Daemon::new(child, log)
    }
}

/// An endpoint without protection, as [`stage::build`] writes it.
pub fn endpoint(protocol: &str, port: u16) -> String {
    format!("{protocol} = {{ host = \"127.0.0.1\", port = {port}, tls = \"none\" }}")
}

fn word<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("no {key} in {row:#}"))
}

/// Checks what every reminder must have (`contract.md` 6) and tells `STEPS → RECIPIENT`.
fn reminder(mail: &Posted) -> String {
    let text = String::from_utf8_lossy(&mail.raw).replace("\r\n ", " ");
    let header = |name: &str| {
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let mut found = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = found.next().unwrap_or_else(|| panic!("no {name} in\n{head}"));
        assert_eq!(found.next(), None, "{name} twice");
        value.trim().to_owned()
    };
    let [recipient] = &mail.recipients[..] else { panic!("recipients {:?}", mail.recipients) };
    assert_eq!((mail.sender.as_str(), mail.user.as_deref()), (OFFICE, Some(OFFICE)));
    assert!(header("From").contains(OFFICE) && header("To").contains(recipient));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("X-Auto-Response-Suppress"), "All");
    let id = header("Message-ID");
    assert!(id.starts_with("<shouwen.reminder.") && id.ends_with("@163.example>"), "{id}");
    format!("{} → {recipient}", header("X-Shouwen-Step"))
}

/// A command that has ended.
pub struct Ended(Output);

impl Ended {
    /// Demands this exit status.
    pub fn expect_status(&self, status: i32) -> &Self {
        assert_eq!(self.status(), Some(status), "{}{}", self.told(), self.said());
        self
    }

    /// Its exit status; none when it was killed.
    pub fn status(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// Standard output.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// Standard error.
    pub fn told(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Standard output as the one JSON document that it must be.
    pub fn json(&self) -> Value {
        self.expect_status(0);
        serde_json::from_str(&self.said()).unwrap_or_else(|error| panic!("{error}:\n{}", self.said()))
    }
}

/// What `status --json` says.
pub struct Status(pub Value);

impl Status {
    /// One obligation; for a requirement of each day the first.
    pub fn of(&self, unit: &str, requirement: &str) -> &Value {
        let units = self.0["units"].as_array().unwrap();
        let unit = units.iter().find(|row| row["unit"] == unit).unwrap_or_else(|| panic!("no {unit}"));
        let mut requirements = unit["requirements"].as_array().unwrap().iter();
        requirements.find(|row| row["id"] == requirement).unwrap_or_else(|| panic!("no {requirement}"))
    }

    /// How an obligation stands.
    pub fn standing(&self, unit: &str, requirement: &str) -> &str {
        word(self.of(unit, requirement), "standing")
    }

    /// How those units stand with a requirement that have sent anything, by their names.
    pub fn heard_of(&self, requirement: &str) -> BTreeMap<String, String> {
        let units = self.0["units"].as_array().unwrap().iter().map(|row| word(row, "unit"));
        let standings = units.map(|unit| (unit.to_owned(), self.standing(unit, requirement).to_owned()));
        let silent = ["not_open", "open", "overdue", "exempt"];
        standings.filter(|(_, standing)| !silent.contains(&standing.as_str())).collect()
    }

    /// The items of an obligation: `scheme accepted, form4 missing`.
    pub fn items(&self, unit: &str, requirement: &str) -> String {
        let items = self.of(unit, requirement)["items"].as_array().unwrap().iter();
        let items = items.map(|item| format!("{} {}", word(item, "id"), word(item, "state")));
        items.collect::<Vec<_>>().join(", ")
    }

    /// What waits: `unassigned 1, review 1, …`, without what is nought.
    pub fn waiting(&self) -> String {
        let waiting = self.0["waiting"].as_object().unwrap().iter();
        let waiting = waiting.filter(|(_, count)| count.as_u64() != Some(0));
        waiting.map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
    }
}
