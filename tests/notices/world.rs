//! An office that runs several notices: the shipped campaign and those of `tests/campaigns`, in mailboxes as a story
//! wants, fed with real mails.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::{docx, film, media_type, pdf, picture, zip};
use shouwen::rehearsal::season::mail::{Attachment, Client, Mail};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Profile};
use shouwen::store::{MessageFilter, Store};
use tempfile::TempDir;

pub const WEEK: &str = "2023-activity-week";
pub const LABOUR: &str = "2023-activity-week-hr";
pub const QUALITY: &str = "2023-quality-report";
pub const WORKS: &str = "2023-works";
/// All of them, in the order of the configuration.
pub const ALL: &[&str] = &[WEEK, LABOUR, QUALITY, WORKS];

const SECRET: &str = "secret";
const ADDRESS: &str = "office@office.example";

/// An office with one mailbox that serves these campaigns.
pub struct Office {
    dir: TempDir,
    server: ImapServer,
    now: String,
    mails: usize,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        // What several campaigns share is a link in the folder of tests.
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

impl Office {
    pub fn of(campaigns: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&root.join("config/campaigns"), &dir.path().join("campaigns"));
        copy(&root.join("tests/campaigns"), &dir.path().join("campaigns"));
        let login = Some((ADDRESS.to_owned(), SECRET.to_owned()));
        let server =
            ImapServer::start_with(ImapOptions { profile: Profile::Plain, login, ..ImapOptions::default() })
                .unwrap();
        fs::write(dir.path().join("secret"), SECRET).unwrap();
        let office = Self { dir, server, now: "2023-05-23T09:00:00+08:00".into(), mails: 0 };
        office.serves(campaigns);
        office
    }

    /// These campaigns are configured from now on.
    pub fn serves(&self, campaigns: &[&str]) {
        let folders: Vec<String> = campaigns.iter().map(|id| format!("\"campaigns/{id}\"")).collect();
        let config = format!(
            "data_dir = \"data\"\ncampaigns = [{}]\n\n[[mailbox]]\nid = \"box\"\naddress = \"{ADDRESS}\"\n\
             password = {{ file = \"secret\" }}\nimap = {{ host = \"127.0.0.1\", port = {}, tls = \"none\" }}\n\
             folders = [\"INBOX\"]\nsince = 2023-04-01\n",
            folders.join(", "),
            self.server.addr().port()
        );
        fs::write(self.dir.path().join("shouwen.toml"), config).unwrap();
    }

    /// Another campaign that is `of` but for these words.
    pub fn twin(&self, id: &str, of: &str, words: &[(&str, &str)]) {
        let folder = self.dir.path().join("campaigns").join(id);
        copy(&self.dir.path().join("campaigns").join(of), &folder);
        let forms = fs::read_dir(folder.join("forms")).unwrap().map(|entry| entry.unwrap().path());
        for file in forms.chain([folder.join("campaign.toml")]) {
            let text = fs::read_to_string(&file).unwrap().replace(of, id);
            let text = words.iter().fold(text, |text, (word, other)| text.replace(word, other));
            fs::write(file, text).unwrap();
        }
    }

    /// Adds a line to the roster of a campaign.
    pub fn knows(&self, campaign: &str, line: &str) {
        let roster = self.dir.path().join("campaigns").join(campaign).join("units.csv");
        let text = fs::read_to_string(&roster).unwrap();
        fs::write(roster, format!("{text}{line}\n")).unwrap();
    }

    /// This is the roster of a campaign.
    pub fn has_roster(&self, campaign: &str, roster: &str) {
        fs::write(self.dir.path().join("campaigns").join(campaign).join("units.csv"), roster).unwrap();
    }

    fn command(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_shouwen"))
            .args(words)
            .arg("-c")
            .arg(self.dir.path().join("shouwen.toml"))
            .args(["--now", &self.now])
            .env_remove("RUST_LOG")
            .output()
            .unwrap()
    }

    /// Runs the program, which must succeed.
    pub fn run(&self, words: &[&str]) -> String {
        let done = self.command(words);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{words:?}: {told}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Runs the program, which must refuse to do it; what it says.
    pub fn refuses(&self, words: &[&str]) -> String {
        let done = self.command(words);
        assert!(!done.status.success(), "{words:?}");
        String::from_utf8_lossy(&done.stderr).into_owned()
    }

    /// Runs the program, which must find the words wrong (exit status 2); what it says.
    pub fn refuses_as_wrong(&self, words: &[&str]) -> String {
        let done = self.command(words);
        assert_eq!(done.status.code(), Some(2), "{words:?}");
        String::from_utf8_lossy(&done.stderr).into_owned()
    }

    /// Campaigns that each mail is of or could be, as the gate asks, and the codes of the units that it holds.
    pub fn held(&self) -> Vec<(BTreeSet<String>, BTreeSet<String>)> {
        let store = Store::open(&self.dir.path().join("data")).unwrap();
        let rows = store.messages(&MessageFilter::default()).unwrap();
        let held = rows.iter().map(|row| {
            let campaigns = row.campaigns().into_iter().map(str::to_owned).collect();
            (campaigns, row.may_concern.iter().chain(&row.unit).cloned().collect())
        });
        held.collect()
    }

    pub fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.run(words)).unwrap()
    }

    /// These mails come as files.
    pub fn imports(&mut self, letters: &[Letter]) -> &Self {
        let folder = self.dir.path().join("in");
        fs::create_dir_all(&folder).unwrap();
        for letter in letters {
            self.mails += 1;
            fs::write(folder.join(format!("{:03}.eml", self.mails)), letter.raw()).unwrap();
        }
        self.run(&["import", folder.to_str().unwrap()]);
        self
    }

    /// These mails come over IMAP.
    pub fn fetches(&mut self, letters: &[Letter]) -> &Self {
        for letter in letters {
            self.server.deliver("INBOX", letter.raw(), letter.mail.arrives);
        }
        self.run(&["once", "--no-send"]);
        self
    }

    /// What became of each mail and part, in the order of arrival:
    /// `2023-works W01 submission registered: film.mp4 accepted works/film`.
    pub fn register(&self) -> Vec<String> {
        let rows = self.json(&["messages", "--json"]);
        let word = |value: &Value, key: &str| value[key].as_str().unwrap_or("-").to_owned();
        let line = |row: &Value| {
            let parts = row["parts"].as_array().unwrap().iter().map(|part| {
                format!(
                    "{} {} {}/{}",
                    word(part, "path"),
                    word(part, "state"),
                    word(part, "requirement"),
                    word(part, "item")
                )
            });
            let parts: Vec<String> = parts.collect();
            let (unit, kind) = (word(row, "unit"), word(row, "kind"));
            format!("{} {unit} {kind} {}: {}", word(row, "campaign"), word(row, "state"), parts.join(", "))
        };
        rows.as_array().unwrap().iter().map(line).collect()
    }

    /// Codes of the flaws of a part, with their levels: `SIZE W`.
    pub fn flaws(&self, path: &str) -> Vec<String> {
        let rows = self.json(&["messages", "--json"]);
        let parts = rows.as_array().unwrap().iter().flat_map(|row| row["parts"].as_array().unwrap());
        let part = parts
            .into_iter()
            .find(|part| part["path"] == path)
            .unwrap_or_else(|| panic!("no {path} in {rows:#}"));
        let flaws = part["flaws"].as_array().cloned().unwrap_or_default();
        for flaw in &flaws {
            assert!(
                flaw["text"].as_str().unwrap().contains('请') || flaw["level"] == "I",
                "no remedy: {flaw}"
            );
        }
        flaws
            .iter()
            .map(|flaw| format!("{} {}", flaw["code"].as_str().unwrap(), flaw["level"].as_str().unwrap()))
            .collect()
    }

    /// An item of a unit in the status of a campaign: state, count, and codes of flaws.
    pub fn item(&self, campaign: &str, unit: &str, item: &str) -> String {
        let status = self.json(&["status", "--json", "--campaign", campaign, "--unit", unit]);
        let requirements = status["units"][0]["requirements"].as_array().unwrap();
        let items = requirements.iter().flat_map(|requirement| requirement["items"].as_array().unwrap());
        let found =
            items.into_iter().find(|other| other["id"] == item).unwrap_or_else(|| panic!("no {item}"));
        let flaws = found["flaws"].as_array().unwrap().iter();
        let codes: Vec<&str> =
            flaws.filter(|flaw| flaw["level"] == "W").map(|flaw| flaw["code"].as_str().unwrap()).collect();
        format!("{} {} {}", found["state"].as_str().unwrap(), found["count"], codes.join(" "))
            .trim_end()
            .to_owned()
    }
}

/// A mail being written.
#[derive(Clone)]
pub struct Letter {
    mail: Mail,
}

/// A mail from an address under a subject, at `MM-DD hh:mm` of 2023.
pub fn letter(from: &str, subject: &str, moment: &str) -> Letter {
    let client = Client::Coremail;
    let mail = Mail {
        client,
        hand: client.hand(),
        from: (String::new(), from.to_owned()),
        subject: subject.to_owned(),
        text: "老师您好，材料见附件，请查收。".to_owned(),
        html: None,
        attachments: vec![],
        headers: vec![],
        arrives: format!("2023-{}:00+08:00", moment.replace(' ', "T")).parse().unwrap(),
        clock_off_seconds: -3,
        body: None,
    };
    Letter { mail }
}

impl Letter {
    pub fn says(mut self, text: &str) -> Self {
        self.mail.text = text.to_owned();
        self
    }

    fn with(mut self, name: &str, bytes: Vec<u8>) -> Self {
        let (name, media_type, cid) = (name.to_owned(), media_type(name), None);
        self.mail.attachments.push(Attachment { name, media_type, bytes, cid });
        self
    }

    /// A text document with these lines.
    pub fn document(self, name: &str, lines: &[&str]) -> Self {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let bytes = if name.ends_with(".pdf") { pdf::text(&lines) } else { docx::docx(&lines, &[]) };
        self.with(name, bytes)
    }

    /// A page with a seal, scanned.
    pub fn scan(self, name: &str) -> Self {
        let page = picture::page(&mut Chance::of(&[name, &self.mail.from.1]));
        self.with(name, pdf::scan(&[page]))
    }

    /// A film of so many seconds.
    pub fn film(self, name: &str, seconds: u32) -> Self {
        let chance = &mut Chance::of(&[name, &self.mail.from.1]);
        let bytes = film::mp4(seconds, self.mail.arrives, chance);
        self.with(name, bytes)
    }

    pub fn photo(self, name: &str) -> Self {
        let chance = &mut Chance::of(&[name, &self.mail.from.1]);
        self.with(name, picture::photo(None, chance))
    }

    /// An archive of text documents, each with its one line.
    pub fn zip(self, name: &str, members: &[(&str, &str)]) -> Self {
        let document =
            |(path, line): &(&str, &str)| ((*path).to_owned(), docx::docx(&[(*line).to_owned()], &[]));
        let members: Vec<(String, Vec<u8>)> = members.iter().map(document).collect();
        self.with(name, zip::zip(zip::Style::Gbk, &members))
    }

    /// A workbook.
    pub fn book(self, name: &str, bytes: Vec<u8>) -> Self {
        self.with(name, bytes)
    }

    pub fn raw(&self) -> Vec<u8> {
        self.mail.write().0
    }
}
