//! Stories of the intake against a real Dovecot, required in CI: the scripted server says what we think servers say,
//! this one says what a server says.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/patience.rs"]
mod patience;
#[path = "support/dovecot.rs"]
mod support;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::mailbox::{Mailbox, Secret, Tls};
use shouwen::domain::message::Stage;
use shouwen::fault::Fault;
use shouwen::intake::watch::{self, Pass};
use shouwen::store::{Store, Waiting};
use support::Dovecot;

const MORNING: &str = "2023-05-09T08:30:00+08:00";
const NOON: &str = "2023-05-09T12:00:00+08:00";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mail(subject: &str) -> Vec<u8> {
    format!("From: a@college.example\r\nSubject: {subject}\r\n\r\n{subject}\r\n").into_bytes()
}

struct World {
    dovecot: Dovecot,
    store: Store,
    clock: Clock,
    _dir: tempfile::TempDir,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    World { dovecot: Dovecot::start(), store, clock: Clock::stepped(at(NOON)), _dir: dir }
}

impl World {
    fn deliver(&self, folder: &str, raw: &[u8]) {
        self.dovecot.deliver(self.dovecot.user(), folder, raw, at(MORNING));
    }

    async fn pass(&self, mailbox: &Mailbox) -> Result<Pass, Fault> {
        watch::pass(mailbox, &self.store, &self.clock, &|_, _| {}).await
    }

    fn captured(&self) -> Vec<Waiting> {
        self.store.waiting(Stage::Captured, 100_000).unwrap()
    }

    fn raw(&self, message: &Waiting) -> Vec<u8> {
        std::fs::read(self.store.blobs().path(&message.sha256)).unwrap()
    }
}

#[tokio::test]
async fn three_batches_come_once_each_with_their_bytes_and_the_servers_time() {
    let world = world();
    let mailbox = world.dovecot.mailbox();
    for batch in 1..=3 {
        for number in 1..=4 {
            world.deliver("INBOX", &mail(&format!("batch {batch} mail {number}")));
        }
        assert_eq!(world.pass(&mailbox).await.unwrap(), Pass { captured: 4, ..Pass::default() });
        assert_eq!(world.pass(&mailbox).await.unwrap().captured, 0, "taken twice");
    }
    let captured = world.captured();
    assert_eq!(captured.len(), 12);
    for message in &captured {
        assert!(world.raw(message).starts_with(b"From: a@college.example\r\nSubject: batch "));
        assert_eq!(message.received_at, at(MORNING));
    }
    let states = world.store.folder_states().unwrap();
    assert_eq!((states[0].folder.as_str(), states[0].complete_at), ("INBOX", Some(at(NOON))));
}

#[tokio::test]
async fn junk_by_special_use_and_chinese_folders_by_name() {
    let world = world();
    let mut mailbox = world.dovecot.mailbox();
    mailbox.folders = vec!["INBOX".into(), "@junk".into(), "报送材料".into()];
    world.deliver("INBOX", &mail("one"));
    world.deliver("Junk", &mail("two"));
    world.deliver("垃圾邮件", &mail("three"));
    world.deliver("报送材料", &mail("four"));
    let pass = world.pass(&mailbox).await.unwrap();
    assert_eq!(pass, Pass { captured: 4, ..Pass::default() });
    let folders: Vec<String> =
        world.store.folder_states().unwrap().into_iter().map(|state| state.folder).collect();
    assert_eq!(folders, ["INBOX", "Junk", "垃圾邮件", "报送材料"]);
}

#[tokio::test]
async fn tls_from_the_first_byte_and_by_starttls_with_an_own_authority() {
    let world = world();
    world.deliver("INBOX", &mail("one"));
    let mut mailbox = world.dovecot.mailbox();
    mailbox.imap.ca_file = Some(world.dovecot.ca_file());
    for (tls, port) in [(Tls::Implicit, world.dovecot.tls_port), (Tls::StartTls, world.dovecot.port)] {
        (mailbox.imap.tls, mailbox.imap.port) = (tls, port);
        world.pass(&mailbox).await.unwrap_or_else(|fault| panic!("{tls:?}: {fault}"));
    }
    assert_eq!(world.captured().len(), 1);

    mailbox.imap.ca_file = None;
    for tls in [Tls::Implicit, Tls::StartTls] {
        mailbox.imap.tls = tls;
        mailbox.imap.port = if tls == Tls::Implicit { world.dovecot.tls_port } else { world.dovecot.port };
        let refused = world.pass(&mailbox).await;
        assert!(
            matches!(&refused, Err(Fault::Refused(words)) if words.contains("证书")),
            "{tls:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_with_the_remedy() {
    let world = world();
    let mut mailbox = world.dovecot.mailbox();
    mailbox.password = Secret::new("wrong");
    let refused = world.pass(&mailbox).await;
    assert!(matches!(&refused, Err(Fault::Refused(words)) if words.contains("授权码")), "{refused:?}");
}

#[tokio::test]
async fn a_large_mail_comes_in_windows_byte_for_byte() {
    let world = world();
    let mut raw = b"Subject: video\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n".to_vec();
    for line in 0..120_000 {
        raw.extend_from_slice(format!("{line:068}\r\n").as_bytes());
    }
    raw.extend_from_slice(b"--x--\r\n");
    world.deliver("INBOX", &raw);
    world.deliver("INBOX", &mail("small"));
    assert_eq!(world.pass(&world.dovecot.mailbox()).await.unwrap().captured, 2);
    assert!(world.captured().iter().any(|message| world.raw(message) == raw), "bytes differ");
}

#[tokio::test]
async fn a_new_uidvalidity_sights_everything_again_and_registers_nothing_twice() {
    let world = world();
    let mailbox = world.dovecot.mailbox();
    for number in 1..=3 {
        world.deliver("INBOX", &mail(&format!("mail {number}")));
    }
    world.pass(&mailbox).await.unwrap();
    world.dovecot.doveadm(&["mailbox", "update", "--uid-validity", "7", "INBOX"]);
    assert_eq!(world.pass(&mailbox).await.unwrap().captured, 3, "sighted again");
    assert_eq!(world.captured().len(), 3, "registered once");
    assert_eq!(world.store.seen("zjc", "INBOX", 7, 1).unwrap().len(), 3);
}

#[tokio::test]
async fn a_restarted_server_is_come_back_to() {
    let mut world = world();
    let mailbox = world.dovecot.mailbox();
    world.deliver("INBOX", &mail("before"));
    world.pass(&mailbox).await.unwrap();
    world.dovecot.restart();
    world.deliver("INBOX", &mail("after"));
    assert_eq!(world.pass(&mailbox).await.unwrap().captured, 1);
}

#[tokio::test]
async fn five_hundred_mails_are_captured_at_line_speed() {
    let world = world();
    for number in 0..500 {
        world.deliver("INBOX", &mail(&format!("mail {number}")));
    }
    let began = Instant::now();
    assert_eq!(world.pass(&world.dovecot.mailbox()).await.unwrap().captured, 500);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    let again = Instant::now();
    assert_eq!(world.pass(&world.dovecot.mailbox()).await.unwrap().captured, 0);
    eprintln!("500 mails: {:?}, nothing new: {:?}", began.elapsed(), again.elapsed());
}
