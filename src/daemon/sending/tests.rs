//! How long servers are left alone that refuse us or cannot be reached, and with which password we come again.

use super::*;
use crate::domain::mailbox::{Endpoint, Secret, Tls};

const MINUTE: Duration = Duration::from_secs(60);

fn pass(sent: u32, trouble: Option<Fault>) -> Drained {
    Drained { sent, trouble, ..Drained::default() }
}

/// Minutes for which the server is left alone after a pass.
fn waits(patience: &mut Patience, drained: &Drained) -> u64 {
    let now = Instant::now();
    patience.learn(drained, now);
    patience.until.map_or(0, |until| until.duration_since(now).as_secs() / 60)
}

#[test]
fn a_refused_login_is_tried_twice_and_then_hourly() {
    let (mut patience, refused) = (Patience::default(), pass(0, Some(Fault::Refused("535".into()))));
    assert_eq!([(); 4].map(|()| waits(&mut patience, &refused)), [1, 60, 60, 60]);
    let now = Instant::now();
    assert!(!patience.allows(now) && !patience.allows(now + 59 * MINUTE));
    assert!(patience.allows(now + 61 * MINUTE));
    patience.learn(&pass(0, None), now);
    assert_eq!(waits(&mut patience, &refused), 60, "a pass without mail forgives nothing");
    assert_eq!(waits(&mut patience, &pass(1, None)), 0, "mail left: all is well");
    assert_eq!(waits(&mut patience, &refused), 1);
}

#[tokio::test]
async fn whoever_was_refused_comes_with_the_password_that_its_file_has_now() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("zjc.secret");
    std::fs::write(&file, "second\n").unwrap();
    let imap = Endpoint { host: "localhost".into(), port: 1, tls: Tls::None, ca_file: None };
    let mailbox = Mailbox {
        id: "zjc".into(),
        address: "zjc@mail.example".into(),
        user: "zjc".into(),
        password: Secret::new("first").kept_in(&file),
        smtp: Some(imap.clone()),
        imap,
        folders: vec![],
        poll_seconds: 120,
        since: None,
        campaigns: vec![],
    };
    let (mut own, mut patience) = (mailbox.clone(), Patience::default());
    let refused = pass(0, Some(Fault::Refused("535".into())));
    for (drained, password) in [
        (pass(0, Some(Fault::Retry("lost".into()))), "first"),
        (refused, "second"),
        (pass(1, None), "second"),
    ] {
        patience.learn(&drained, Instant::now());
        own = for_the_next_try(&mailbox, &own, &patience).await.unwrap();
        assert_eq!(own.password.reveal(), password, "{drained:?}");
    }
}

#[test]
fn a_lost_server_is_tried_less_and_less_often() {
    let (mut patience, lost) = (Patience::default(), pass(0, Some(Fault::Retry("lost".into()))));
    assert_eq!([(); 7].map(|()| waits(&mut patience, &lost)), [1, 2, 4, 8, 15, 15, 15]);
}
