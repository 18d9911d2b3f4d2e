//! A mailbox on a scripted server with a store that begins empty: the world of the mailbox stories.

// Each story file uses its own part of this world.
#![allow(dead_code)]

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use shouwen::domain::message::Stage;
use shouwen::fault::Fault;
use shouwen::intake::watch::{self, Pass};
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Profile, Protection};
use shouwen::store::Store;

pub const NOON: &str = "2023-05-09T12:00:00+08:00";

/// The right password, unlike anything that may be shown.
pub const PASSWORD: &str = "canary-7Kq";

/// A moment.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A server, a mailbox on it and a store that begins empty.
pub struct World {
    pub server: ImapServer,
    pub mailbox: Mailbox,
    pub store: Store,
    pub clock: Clock,
    pub dir: tempfile::TempDir,
}

/// A world whose server has these manners.
pub fn world(profile: Profile) -> World {
    protected_world(profile, Protection::Bare)
}

/// A world whose server speaks TLS; the mailbox still has to be told so.
pub fn protected_world(profile: Profile, protection: Protection) -> World {
    let login = Some(("zjc".to_owned(), PASSWORD.to_owned()));
    let server = ImapServer::start_with(ImapOptions { profile, protection, login }).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mailbox = Mailbox {
        id: "zjc".into(),
        address: "zjc@office.example".into(),
        user: "zjc".into(),
        password: Secret::new(PASSWORD),
        imap: Endpoint {
            host: "127.0.0.1".into(),
            port: server.addr().port(),
            tls: Tls::None,
            ca_file: None,
        },
        smtp: None,
        folders: vec!["INBOX".into()],
        poll_seconds: 3600,
        since: None,
        campaigns: vec![],
    };
    let store = Store::open(dir.path()).unwrap();
    World { server, mailbox, store, clock: Clock::stepped(at(NOON)), dir }
}

/// A mail that ends with its closing boundary.
pub fn mail(number: u32) -> Vec<u8> {
    format!(
        "Subject: mail {number}\r\nContent-Type: multipart/mixed; boundary=\"b{number}\"\r\n\r\n\
         --b{number}\r\n\r\n材料 {number}\r\n--b{number}--\r\n"
    )
    .into_bytes()
}

/// A mail of `bytes` bytes or a little more.
pub fn big_mail(bytes: usize) -> Vec<u8> {
    let mut raw =
        b"Subject: big\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\n".to_vec();
    for line in 0.. {
        if raw.len() >= bytes {
            break;
        }
        raw.extend_from_slice(format!("{line:070}\r\n").as_bytes());
    }
    raw.extend_from_slice(b"--b--\r\n");
    raw
}

impl World {
    /// Delivers the mails 1 to `count` to INBOX.
    pub fn with_mails(self, count: u32) -> Self {
        self.deliver_mails(count);
        self
    }

    /// Delivers the mails 1 to `count` to INBOX.
    pub fn deliver_mails(&self, count: u32) {
        for number in 1..=count {
            self.server.deliver("INBOX", mail(number), at(NOON));
        }
    }

    /// One pass, as `once` makes it.
    pub async fn pass(&self) -> Result<Pass, Fault> {
        watch::pass(&self.mailbox, &self.store, &self.clock, &|_, _| {}).await
    }

    /// The raw bytes of all that is captured, sorted.
    pub fn captured(&self) -> Vec<Vec<u8>> {
        let waiting = self.store.waiting(Stage::Captured, 100_000).unwrap();
        let read = |sha256: &str| std::fs::read(self.store.blobs().path(sha256)).unwrap();
        let mut all: Vec<Vec<u8>> = waiting.iter().map(|message| read(&message.sha256)).collect();
        all.sort();
        all
    }

    /// Demands that exactly the mails 1 to `count` are captured, byte for byte.
    pub fn expect_mails(&self, count: u32) {
        let mut want: Vec<Vec<u8>> = (1..=count).map(mail).collect();
        want.sort();
        assert!(
            self.captured() == want,
            "captured {} mails, not the {count} that are there",
            self.captured().len()
        );
    }

    /// Whether INBOX was completely scanned, and its trouble.
    pub fn inbox(&self) -> (bool, Option<String>) {
        let states = self.store.folder_states().unwrap();
        let inbox = states.into_iter().find(|state| state.folder == "INBOX").expect("INBOX was looked at");
        (inbox.complete_at.is_some(), inbox.trouble)
    }

    /// UIDs that are recorded as listed and not fetched.
    pub fn unfetched_uids(&self) -> Vec<u32> {
        self.store.unfetched().unwrap().iter().map(|unfetched| unfetched.sighting.uid).collect()
    }

    /// How many commands of this kind the server heard.
    pub fn heard(&self, command: &str) -> usize {
        self.server.log().iter().filter(|heard| heard.text.to_ascii_uppercase().starts_with(command)).count()
    }

    /// When INBOX was last scanned completely.
    pub fn inbox_complete_at(&self) -> Option<Timestamp> {
        self.store.folder_states().unwrap().into_iter().find(|state| state.folder == "INBOX")?.complete_at
    }
}

impl Drop for World {
    /// A story whose misdeed was never met proves nothing.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.server.waiting(), 0, "misdeeds were not met");
        }
    }
}
