//! The daemon with two mailboxes, one of them dead, on a clock that is stepped: who is told what, and that neither the
//! dead mailbox nor a clock that jumps does any harm.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::config;
use shouwen::daemon::{Bell, Daemon, House};
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::server::{ImapServer, Misdeed, Profile, SmtpServer};
use shouwen::rehearsal::stage::{self, Addresses};
use shouwen::store::{OutboxState, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::patience::{PATIENCE, until};

const SUNDAY_EVENING: &str = "2023-05-14T20:00:00+08:00";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An office with a mailbox `zjc` and another, `hall`, that has no way out of its own.
struct Office {
    dir: tempfile::TempDir,
    zjc: ImapServer,
    hall: ImapServer,
    receiver: SmtpServer,
}

/// Its daemon at work.
struct Running {
    house: Arc<House>,
    bell: Bell,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Office {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let [zjc, hall] = [(); 2].map(|()| ImapServer::start(Profile::Netease).unwrap());
        let receiver = SmtpServer::start(None).unwrap();
        let page = SocketAddr::from(([127, 0, 0, 1], 0));
        let stage = stage::stage(dir.path());
        let addresses = Addresses { imap: zjc.addr(), smtp: receiver.addr(), page };
        stage::build(&stage, &[], addresses).unwrap();
        let text = std::fs::read_to_string(&stage.config).unwrap();
        let port = hall.addr().port();
        let second = format!(
            "\n[[mailbox]]\nid = \"hall\"\naddress = \"hall@163.example\"\npassword = {{ file = \"zjc.secret\" }}\n\
             imap = {{ host = \"127.0.0.1\", port = {port}, tls = \"none\" }}\nfolders = [\"INBOX\"]\n\n\
             [staff]\nmail = [\"boss@office.example\"]\n"
        );
        std::fs::write(&stage.config, text + &second).unwrap();
        Self { dir, zjc, hall, receiver }
    }

    /// A daemon of this office whose clock stands at that moment.
    async fn runs(&self, moment: &str) -> Running {
        let config = config::load(&stage::stage(self.dir.path()).config).unwrap();
        let store = Store::open(&config.data_dir).unwrap();
        let house = Arc::new(House { config, store, clock: Clock::stepped(at(moment)) });
        let daemon = Daemon::new(Arc::clone(&house));
        let (stop, stopped) = watch::channel(false);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bell = daemon.bell();
        let task = tokio::spawn(async move { daemon.run(listener, stopped).await.unwrap() });
        Running { house, bell, stop, task }
    }

    /// Recipients and kinds of what left.
    fn left(&self) -> Vec<String> {
        let tell = |raw: &[u8]| {
            let text = String::from_utf8_lossy(raw).into_owned();
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap().to_owned();
            assert!(
                text.contains(&format!("<{OFFICE}>")),
                "leaves through the mailbox that can send: {text}"
            );
            id.split('.').nth(1).unwrap().to_owned()
        };
        let mails = self.receiver.received();
        mails.iter().map(|mail| format!("{} → {}", tell(&mail.raw), mail.recipients.join(" "))).collect()
    }

    fn logins(server: &ImapServer) -> usize {
        server.log().iter().filter(|heard| heard.text.starts_with("LOGIN")).count()
    }
}

impl Running {
    /// Steps the clock, has every watcher look, and waits until `mailbox` was tried then and a beat has followed.
    async fn looks_at(&self, moment: &str, mailboxes: &[&str]) {
        self.house.clock.step_to(at(moment));
        self.bell.nudge();
        self.was_tried_at(moment, mailboxes).await;
        assert!(self.bell.beat().await);
    }

    async fn was_tried_at(&self, moment: &str, mailboxes: &[&str]) {
        for mailbox in mailboxes {
            let is_tried = || {
                let states = self.house.store.folder_states().unwrap();
                let own: Vec<_> = states.iter().filter(|state| state.mailbox == *mailbox).collect();
                !own.is_empty() && own.iter().all(|state| state.tried_at == at(moment))
            };
            until(&format!("{mailbox} is tried at {moment}"), PATIENCE, is_tried).await;
        }
    }

    async fn ends(self) {
        self.stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.task).await.expect("ends").unwrap();
    }
}

const ALARM: &str = "alarm → boss@office.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dead_mailbox_is_told_once_and_the_other_goes_on() {
    let office = Office::open();
    office.hall.always("LOGIN", Misdeed::No(b"LOGIN Login error or password error".to_vec()));
    let running = office.runs(SUNDAY_EVENING).await;
    running.was_tried_at(SUNDAY_EVENING, &["zjc", "hall"]).await;
    let logins = Office::logins(&office.hall);
    assert_eq!(logins, 1, "a refused password is not tried again at once");
    for moment in ["2023-05-14T21:59:00+08:00", "2023-05-14T22:00:00+08:00", "2023-05-14T23:00:00+08:00"] {
        let before = office.left();
        running.looks_at(moment, &["zjc", "hall"]).await;
        let due = usize::from(moment.contains("T22:00"));
        assert_eq!(office.left()[before.len()..], vec![ALARM; due], "{moment}");
    }
    running.ends().await;

    // Another process, half a day later, whose password is right.
    office.hall.behave();
    let moment = "2023-05-15T08:00:00+08:00";
    let running = office.runs(moment).await;
    running.was_tried_at(moment, &["zjc", "hall"]).await;
    assert!(running.bell.beat().await);
    assert_eq!(office.left(), [ALARM, ALARM]);
    let subjects = running.house.store.outbox(Some(OutboxState::Sent)).unwrap();
    let subjects: Vec<&str> = subjects.iter().map(|row| row.mail.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["【收文告警】邮箱hall@163.example收信中断", "【收文告警解除】邮箱hall@163.example已恢复收信"]
    );
    running.ends().await;
    assert_eq!(Office::logins(&office.zjc), 2, "one connection of the other mailbox for each daemon");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_a_year_ahead_or_a_day_back_does_no_harm() {
    let office = Office::open();
    let both = ["zjc", "hall"];
    let running = office.runs(SUNDAY_EVENING).await;
    running.was_tried_at(SUNDAY_EVENING, &both).await;
    // The clock is a year ahead before anybody has looked: the beat sees old looks only.
    let next_year = "2024-05-14T20:00:00+08:00";
    running.house.clock.step_to(at(next_year));
    assert!(running.bell.beat().await && running.bell.beat().await);
    running.looks_at(next_year, &both).await;
    running.ends().await;
    // Corrected to a day before the first look.
    let yesterday = "2023-05-13T20:00:00+08:00";
    let running = office.runs(yesterday).await;
    running.was_tried_at(yesterday, &both).await;
    assert!(running.bell.beat().await);
    running.looks_at("2023-05-13T23:00:00+08:00", &both).await;
    running.ends().await;
    assert_eq!(office.left(), [] as [&str; 0]);
    for server in [&office.zjc, &office.hall] {
        assert_eq!(Office::logins(server), 2, "one connection for each daemon");
    }
}
