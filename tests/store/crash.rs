//! The process is killed at every point at which the store commits, started again, and has to end like a run that
//! was never broken. The child is this test binary itself, asked for one story only.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use shouwen::domain::message::{PartState, Stage};
use shouwen::store::{Lock, MessageFilter, NewMail, OutboxState, StepKey, Store};

use crate::world::{Wish, World, campaign, inbox, minute};

const DIR: &str = "SHOUWEN_TEST_DIR";
const MAILS: u32 = 3;
const POINTS: [&str; 10] = [
    "capture.blob_synced",
    "capture.before_commit",
    "capture.after_commit",
    "read.before_commit",
    "read.after_commit",
    "register.before_commit",
    "register.after_commit",
    "deliver.queued",
    "deliver.claimed",
    "deliver.before_dot",
];

#[test]
fn a_kill_at_any_commit_leaves_the_state_of_an_unbroken_run() {
    if let Ok(dir) = std::env::var(DIR) {
        return the_childs_part(Path::new(&dir));
    }
    let unbroken = tempfile::tempdir().unwrap();
    assert!(run(unbroken.path(), "").success());
    let (register, outbox) = state(unbroken.path());
    assert_eq!((register.matches("state: Superseded").count(), &outbox[..]), (4, &[OutboxState::Sent][..]));
    for point in POINTS {
        let times = if point.starts_with("deliver") { 1 } else { MAILS };
        for nth in 1..=times {
            let broken = tempfile::tempdir().unwrap();
            let killed = run(broken.path(), &format!("{point}:{nth}"));
            assert_eq!(killed.signal(), Some(9), "{point}:{nth} was not passed: {killed}");
            for _ in 0..2 {
                assert!(run(broken.path(), "").success(), "{point}:{nth}");
                let (again, outbox) = state(broken.path());
                assert_eq!(again, register, "{point}:{nth}");
                // After the mark nobody knows whether the mail left: it is never sent again by itself.
                let sent =
                    if point == "deliver.before_dot" { OutboxState::Unsure } else { OutboxState::Sent };
                assert_eq!(outbox, [sent], "{point}:{nth}");
            }
        }
    }
}

fn run(dir: &Path, kill: &str) -> std::process::ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_kill_at_any_commit_leaves_the_state_of_an_unbroken_run", "--quiet"])
        .env(DIR, dir)
        .env("SHOUWEN_KILL", kill)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap()
}

fn state(dir: &Path) -> (String, Vec<OutboxState>) {
    let store = Store::open(dir).unwrap();
    let report = store.verify(&|_, _| {}).unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!(store.blobs().scratch_dir().read_dir().unwrap().count(), 0, "half-written files are gone");
    let messages = store.messages(&MessageFilter::default()).unwrap();
    let outbox = store.outbox(None).unwrap().iter().map(|row| row.state).collect();
    (format!("{messages:#?}{:#?}", store.holdings("week").unwrap()), outbox)
}

/// One pass of the river and the outbox over whatever an earlier pass left.
fn the_childs_part(dir: &Path) {
    let lock = Lock::take(dir).unwrap();
    let store = Store::open(dir).unwrap();
    store.blobs().clear_leftovers(&lock).unwrap();
    let world = World { dir: tempfile::tempdir().unwrap(), store, campaign: campaign(1) };
    let seen = world.seen("INBOX", 7);
    for n in (1..=MAILS).filter(|n| !seen.contains(n)) {
        world.arrive(&format!("mail {n}"), minute(n.into()), inbox(n));
    }
    for mail in world.store.waiting(Stage::Captured, 99).unwrap() {
        world.read(mail.id, 1);
    }
    for mail in world.store.waiting(Stage::Read, 99).unwrap() {
        let wish: Wish<'_> = ("U000", "plan", None, "form4", PartState::Accepted, &mail.sha256);
        world.register(mail.id, &crate::world::registration(&[wish]));
    }
    send(&world.store);
}

fn send(store: &Store) {
    store.recover_outbox(minute(9)).unwrap();
    let step = StepKey { requirement: "plan".into(), step: "first".into(), day: None, unit: "U000".into() };
    let mail = NewMail {
        kind: "reminder".into(),
        campaign: Some("week".into()),
        mailbox: "zjc".into(),
        unit: Some("U000".into()),
        to: "office@unit.example".into(),
        subject: "催报".into(),
        text: "请报送".into(),
        message_id: "<shouwen.reminder.1@office.example>".into(),
        cause: "week plan/first/--/U000".into(),
        steps: vec![step],
        queued_at: minute(9),
        leaves_at: minute(9),
    };
    store.queue(&mail).unwrap();
    for row in store.outbox(Some(OutboxState::Queued)).unwrap() {
        assert!(store.claim_for_sending(row.id, minute(9)).unwrap());
        store.mark_dot(row.id, minute(9), minute(9)).unwrap();
        store.settle(row.id, OutboxState::Sent, "250 ok", minute(9), None).unwrap();
    }
}
