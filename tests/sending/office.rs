//! An office that sends, for the stories of this folder.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shouwen::clock::Clock;
use shouwen::deliver::{Drained, Pace, Sender, Settings, drain};
use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use shouwen::rehearsal::server::{SmtpMisdeed, SmtpOptions, SmtpServer};
use shouwen::store::{NewMail, OutboxRow, OutboxState, StepKey, Store};

/// An office with its store, its receiver and a clock that stands at a Thursday morning.
pub struct Office {
    _dir: tempfile::TempDir,
    pub store: Store,
    pub server: SmtpServer,
    pub sender: Sender,
}

pub fn thursday() -> Timestamp {
    "2023-05-11T09:00:00+08:00".parse().unwrap()
}

pub fn mailbox(server: &SmtpServer) -> Mailbox {
    let addr = server.addr();
    let endpoint = Endpoint { host: addr.ip().to_string(), port: addr.port(), tls: Tls::None, ca_file: None };
    Mailbox {
        id: "office".into(),
        address: "office@mail.example".into(),
        user: "office@mail.example".into(),
        password: Secret::new("code"),
        imap: endpoint.clone(),
        smtp: Some(endpoint),
        folders: vec!["INBOX".into()],
        poll_seconds: 120,
        since: None,
        campaigns: vec![],
    }
}

impl Office {
    pub fn open() -> Self {
        let login = Some(("office@mail.example".to_owned(), "code".to_owned()));
        let server = SmtpServer::start_with(SmtpOptions { login, ..SmtpOptions::default() }).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let sender = Sender {
            mailbox: mailbox(&server),
            name: Arc::new(|_| "某厅职教处".to_owned()),
            timezone: TimeZone::get("Asia/Shanghai").unwrap(),
            settings: Settings { pace: Pace::Auto, only_to: vec![] },
            clock: Clock::stepped(thursday()),
            opens: Arc::new(|_, from| Some(from)),
            files: Arc::new(|_| vec![]),
            last_look: Arc::new(|row| Ok(Some(row))),
        };
        Self { _dir: dir, store, server, sender }
    }

    /// Queues a first reminder for each unit.
    pub fn queue(&self, units: &[&str]) {
        for unit in units {
            let step = StepKey {
                requirement: "plan".into(),
                step: "first".into(),
                day: None,
                unit: (*unit).to_owned(),
            };
            let mail = NewMail {
                kind: "reminder".into(),
                campaign: Some("week".into()),
                mailbox: "office".into(),
                unit: Some((*unit).to_owned()),
                to: format!("{unit}@school.example"),
                subject: "【催报】材料报送提醒".into(),
                text: format!("{unit}：请报送材料。\n"),
                message_id: format!("<shouwen.reminder.{unit}@mail.example>"),
                cause: format!("week {step}"),
                steps: vec![step],
                queued_at: self.sender.clock.now(),
                leaves_at: self.sender.clock.now(),
            };
            self.store.queue(&mail).unwrap().unwrap();
        }
    }

    /// As the daemon does it: as a task of its own.
    pub async fn drain(&self) -> Drained {
        let (store, sender) = (self.store.clone(), self.sender.clone());
        tokio::spawn(async move { drain(&store, &sender, &|| false).await }).await.unwrap().unwrap()
    }

    pub fn rows(&self) -> Vec<OutboxRow> {
        self.store.outbox(None).unwrap()
    }

    /// State and earliest departure, minutes from now, of the first mail.
    pub fn first(&self) -> (OutboxState, i128) {
        let row = self.rows().remove(0);
        (row.state, row.mail.leaves_at.duration_since(self.sender.clock.now()).as_mins().into())
    }

    pub fn kept(&self) -> Vec<String> {
        self.server.received().into_iter().flat_map(|posted| posted.recipients).collect()
    }
}

pub fn say(words: &str) -> SmtpMisdeed {
    SmtpMisdeed::Say(words.as_bytes().to_vec())
}

pub const NOBODY: [&str; 0] = [];
