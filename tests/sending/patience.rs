//! Who waits for what: pace, a server that wants peace, mail that is given up, and who receives anything at all.

use std::sync::Arc;

use jiff::SignedDuration;
use shouwen::clock::Clock;
use shouwen::deliver::{Drained, Pace};
use shouwen::fault::Fault;
use shouwen::rehearsal::server::SmtpMisdeed;
use shouwen::store::OutboxState;

use super::office::{NOBODY, Office, say, thursday};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_reached_uses_up_no_tries() {
    let office = Office::open();
    office.queue(&["a"]);
    office.server.always("GREETING", SmtpMisdeed::Close);
    for _ in 0..12 {
        assert!(matches!(office.drain().await.trouble, Some(Fault::Retry(_))));
    }
    office.server.behave();
    office.server.on("GREETING", say("421 HL:ICC 163 smtp"));
    office.drain().await;
    assert_eq!((office.first(), office.rows()[0].tries), ((OutboxState::Queued, 30), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_at_which_the_server_always_hangs_up_keeps_back_no_other_and_uses_up_no_tries() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    office.server.always("a@school.example", SmtpMisdeed::Close);
    assert_eq!(office.drain().await.sent, 0);
    for pass in 0..12 {
        let drained = office.drain().await;
        assert_eq!((drained.sent, drained.failed), (u32::from(pass == 0), 0));
    }
    assert_eq!(office.kept(), ["b@school.example"]);
    assert_eq!((office.first().0, office.rows()[0].tries), (OutboxState::Queued, 0));
    office.server.behave();
    assert_eq!(office.drain().await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_puts_everybody_off_for_hours_loses_no_mail() {
    for step in ["MAIL", "RCPT", "DATA"] {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.always(step, say("421 too busy"));
        for _ in 0..12 {
            let drained = office.drain().await;
            assert_eq!((drained.sent, drained.failed), (0, 0), "{step}");
            office.sender.clock.step_to(drained.next_at.unwrap());
        }
        assert_eq!((office.first().0, office.rows()[0].tries), (OutboxState::Queued, 0), "{step}");
        office.server.behave();
        assert_eq!(office.drain().await.sent, 1, "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_sender_held_goes_after_half_an_hour_unless_it_had_its_dot() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    let ids: Vec<i64> = office.rows().iter().map(|row| row.id).collect();
    for id in &ids {
        assert!(office.store.claim_for_sending(*id, thursday()).unwrap());
    }
    office.store.mark_dot(ids[0], thursday(), thursday()).unwrap();
    office.sender.clock.step_to(thursday() + SignedDuration::from_mins(30));
    assert_eq!(office.drain().await, Drained::default());
    assert!(office.rows().iter().all(|row| row.state == OutboxState::Sending));
    office.sender.clock.step_to(thursday() + SignedDuration::from_mins(31));
    assert_eq!(office.drain().await.sent, 1);
    assert_eq!(office.kept(), ["b@school.example"]);
    assert_eq!(office.first().0, OutboxState::Unsure);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_or_never_answered_counts_for_the_pace() {
    for (step, misdeed) in [("RCPT", say("550 Mailbox not found")), ("DOT", SmtpMisdeed::Close)] {
        let mut office = Office::open();
        office.sender.settings.pace =
            Pace::Limits { gap_seconds: (60, 60), per_15_min: 8, per_day: 40, per_connection: 5 };
        office.queue(&["a", "b"]);
        office.server.on(step, misdeed);
        office.drain().await;
        let next = office.drain().await.next_at;
        assert_eq!(next, Some(thursday() + SignedDuration::from_mins(1)), "{step}");
        assert_eq!(office.kept(), NOBODY, "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_address_does_not_stop_the_others() {
    let office = Office::open();
    office.queue(&["a", "b", "c"]);
    office.server.always("b@school.example", say("550 Mailbox not found"));
    assert_eq!(office.drain().await, Drained { sent: 2, failed: 1, ..Drained::default() });
    assert_eq!(office.kept(), ["a@school.example", "c@school.example"]);
    assert!(office.rows()[1].reply.starts_with(shouwen::domain::message::BAD_ADDRESS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_waits_alone_and_is_given_up_in_the_end() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    office.server.always("a@school.example", say("452 mailbox full"));
    let quarter = SignedDuration::from_mins(15);
    let mut next = Some(thursday());
    for pass in 0..9 {
        office.sender.clock.step_to(next.unwrap());
        let drained = office.drain().await;
        assert_eq!((drained.sent, drained.failed), (u32::from(pass == 0), 0));
        next = office.rows()[0].mail.leaves_at.into();
        assert_eq!(next, Some(office.sender.clock.now() + quarter));
    }
    office.sender.clock.step_to(next.unwrap());
    assert_eq!(office.drain().await.failed, 1);
    assert_eq!(office.kept(), ["b@school.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_peace_gets_it_for_all_mail() {
    let office = Office::open();
    office.queue(&["a", "b", "c"]);
    office.server.on("DOT", say("451 MI:SFQ 163 smtp"));
    let later = thursday() + SignedDuration::from_mins(15);
    assert_eq!(office.drain().await, Drained { next_at: Some(later), ..Drained::default() });
    assert_eq!(office.drain().await, Drained { next_at: Some(later), ..Drained::default() });
    assert!(office.rows().iter().all(|row| row.mail.leaves_at == later));
    office.sender.clock.step_to(later);
    assert_eq!(office.drain().await.sent, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_what_had_no_dot_goes_and_the_rest_is_unsure() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    let ids: Vec<i64> = office.rows().iter().map(|row| row.id).collect();
    for id in &ids {
        assert!(office.store.claim_for_sending(*id, thursday()).unwrap());
    }
    office.store.mark_dot(ids[0], thursday(), thursday()).unwrap();
    office.store.recover_outbox(thursday()).unwrap();
    assert_eq!(office.drain().await.sent, 1);
    assert_eq!(office.kept(), ["b@school.example"]);
    assert_eq!(office.first().0, OutboxState::Unsure);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pace_is_kept_over_restarts_and_nobody_sleeps() {
    let mut office = Office::open();
    office.sender.settings.pace =
        Pace::Limits { gap_seconds: (60, 120), per_15_min: 2, per_day: 3, per_connection: 1 };
    office.queue(&["a", "b", "c", "d"]);
    let mut left = Vec::new();
    for _ in 0..20 {
        let drained = office.drain().await;
        left.extend((0..drained.sent).map(|_| office.sender.clock.now()));
        let Some(next) = drained.next_at else { break };
        assert!(next > office.sender.clock.now());
        office.sender.clock.step_to(next);
    }
    let [a, b, c, d] = left[..] else { panic!("four mails: {left:?}") };
    assert!((60..=120).contains(&b.duration_since(a).as_secs()));
    assert_eq!(c.duration_since(a), SignedDuration::from_mins(15));
    assert_eq!(d, "2023-05-12T00:00:00+08:00".parse().unwrap(), "the fourth one a day later");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_rehearsal_only_the_named_receive_anything() {
    let mut office = Office::open();
    office.queue(&["a", "b"]);
    office.sender.settings.only_to = vec!["B@school.example".into()];
    assert_eq!(office.drain().await.sent, 1);
    assert_eq!(office.kept(), ["b@school.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_rehearsal_nobody_else_receives_what_the_last_look_sends_elsewhere() {
    let mut office = Office::open();
    office.queue(&["a", "b"]);
    office.sender.settings.only_to = vec!["a@school.example".into(), "b@school.example".into()];
    office.sender.last_look = Arc::new(|mut row| {
        // The roster was corrected since it was queued.
        if row.mail.unit.as_deref() == Some("a") {
            row.mail.to = "real@school.example".into();
        }
        Ok(Some(row))
    });
    assert_eq!(office.drain().await.sent, 1);
    assert_eq!(office.kept(), ["b@school.example"]);
    assert_eq!(office.first().0, OutboxState::Queued);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sounds_like_spam_goes_once_more_and_then_never() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    office.server.always("DOT", say("451 DT:SPM 163 smtp,please try again later"));
    let drained = office.drain().await;
    let soon = thursday() + SignedDuration::from_mins(2);
    assert_eq!((drained.failed, drained.next_at, drained.trouble), (0, Some(soon), None));
    for _ in 0..2 {
        office.sender.clock.step_to(office.sender.clock.now() + SignedDuration::from_mins(2));
        office.drain().await;
    }
    let spoken = office.server.log().iter().filter(|heard| heard.text.starts_with("DATA")).count();
    let failed: Vec<_> = office.rows().into_iter().filter(|row| row.state == OutboxState::Failed).collect();
    assert_eq!((spoken, failed.len()), (3, 1), "the other one is left alone after a refusal");
    assert!(failed[0].reply.starts_with(shouwen::domain::message::REJECTED), "{}", failed[0].reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_nothing_for_hours_is_remembered_until_it_takes_a_mail() {
    for (step, misdeed) in [("GREETING", say("421 too busy")), ("MAIL", SmtpMisdeed::Close)] {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.always(step, misdeed);
        for minutes in [0, 60, 120] {
            assert_eq!(office.store.refusals().unwrap(), [], "{step} after {minutes} minutes");
            office.sender.clock.step_to(thursday() + SignedDuration::from_mins(minutes));
            office.drain().await;
        }
        let refusals = office.store.refusals().unwrap();
        let [refusal] = &refusals[..] else { panic!("{step}: {refusals:?}") };
        assert!(refusal.takes_nothing() && refusal.since == thursday(), "{refusal:?}");
        office.server.behave();
        office.sender.clock.step_to(thursday() + SignedDuration::from_hours(3));
        office.drain().await;
        assert_eq!((office.kept().len(), office.store.refusals().unwrap()), (1, vec![]), "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_us_is_remembered_until_it_takes_a_mail() {
    let office = Office::open();
    office.queue(&["a"]);
    office.server.always("MAIL", say("553 Mail from must equal authorized user"));
    office.drain().await;
    office.sender.clock.step_to(thursday() + SignedDuration::from_mins(1));
    office.drain().await;
    let refusals = office.store.refusals().unwrap();
    let [refusal] = &refusals[..] else { panic!("{refusals:?}") };
    assert_eq!((refusal.mailbox.as_str(), refusal.since), ("office", thursday()));
    assert!(refusal.is_meant() && refusal.words.starts_with("553"), "{refusal:?}");
    office.server.behave();
    office.drain().await;
    assert_eq!(office.store.refusals().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mail_bears_the_name_of_its_own_office() {
    let mut office = Office::open();
    office.queue(&["a", "b"]);
    office.sender.name =
        Arc::new(|row| format!("Office of {}", row.mail.unit.as_deref().unwrap_or_default()));
    office.drain().await;
    let from = |raw: &[u8]| {
        let text = String::from_utf8_lossy(raw);
        text.lines().find(|line| line.starts_with("From: ")).unwrap_or_default().to_owned()
    };
    let names: Vec<String> = office.server.received().iter().map(|posted| from(&posted.raw)).collect();
    assert!(names[0].contains("Office of a") && names[1].contains("Office of b"), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_look_can_keep_a_mail_back_and_a_slow_clock_keeps_all() {
    let mut office = Office::open();
    office.queue(&["a", "b"]);
    office.sender.last_look = Arc::new(|row| Ok((row.mail.unit.as_deref() != Some("a")).then_some(row)));
    assert_eq!(office.drain().await.sent, 1);
    office.sender.last_look = Arc::new(|row| Ok(Some(row)));
    office.sender.clock = Clock::stepped(thursday() - SignedDuration::from_hours(1));
    let drained = office.drain().await;
    assert_eq!(drained, Drained { next_at: Some(thursday()), ..Drained::default() });
    assert_eq!(office.kept(), ["b@school.example"]);
}
