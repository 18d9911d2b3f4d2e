//! What every answer at every step leads to, and what silence means before and after the dot.

use std::time::Duration;

use jiff::SignedDuration;
use shouwen::deliver::Drained;
use shouwen::domain::mailbox::Secret;
use shouwen::fault::Fault;
use shouwen::rehearsal::server::SmtpMisdeed;
use shouwen::smtp::{Answer, Letter, Limits, Session};
use shouwen::store::OutboxState;

use super::office::{NOBODY, Office, say, thursday};

#[tokio::test(flavor = "multi_thread")]
async fn queued_mails_leave_once_over_one_connection() {
    let office = Office::open();
    office.queue(&["a", "b", "c"]);
    assert_eq!(office.drain().await, Drained { sent: 3, ..Drained::default() });
    assert_eq!(office.drain().await, Drained::default());
    assert_eq!(office.kept(), ["a@school.example", "b@school.example", "c@school.example"]);
    let received = office.server.received();
    assert!(received.iter().all(|posted| posted.connection == 1 && posted.sender == "office@mail.example"));
    let raw = String::from_utf8(received[0].raw.clone()).unwrap();
    assert!(raw.contains("X-Shouwen-Step: plan/first/--/a\r\n"), "{raw}");
    assert!(raw.contains("Message-ID: <shouwen.reminder.a@mail.example>\r\n"), "{raw}");
    let rows = office.rows();
    assert!(rows.iter().all(|row| row.state == OutboxState::Sent && row.sent_at == Some(thursday())));
    assert!(rows[0].reply.starts_with("250"), "{}", rows[0].reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_at_each_step_has_its_consequence() {
    use OutboxState::{Failed, Queued, Unsure};
    for (step, words, state, minutes) in [
        ("GREETING", "421 HL:ICC 163 smtp", Queued, 30),
        ("EHLO", "421 HL:IFC", Queued, 30),
        ("AUTH", "535 Error: authentication failed", Queued, 0),
        (
            "AUTH",
            "535 Login fail. Password is incorrect, login frequency limited, or system is busy",
            Queued,
            0,
        ),
        ("AUTH", "451 Error: too much fail authentication", Queued, 0),
        ("AUTH", "454 temporary failure", Queued, 15),
        ("MAIL", "451 MI:SFQ 163 smtp", Queued, 15),
        ("MAIL", "450 MI:DMC 163 smtp", Queued, 0),
        ("MAIL", "550 MI:STC 163 smtp", Queued, 15 * 60),
        ("MAIL", "553 Mail from must equal authorized user", Queued, 0),
        ("MAIL", "554 5.7.1 sender blocked", Queued, 0),
        ("RCPT", "451 RP:QRC", Queued, 60),
        ("RCPT", "501 5.1.3 bad recipient address syntax", Failed, 0),
        ("RCPT", "550 User suspended", Failed, 0),
        ("RCPT", "452 mailbox full", Queued, 15),
        ("RCPT", "550 5.7.1 relaying denied", Queued, 0),
        ("RCPT", "550 5.7.1 refused by policy", Failed, 0),
        ("DATA", "451 DT:SPM please try again later", Queued, 2),
        ("DOT", "451 DT:SPM please try again later", Queued, 2),
        ("DOT", "554 DT:SPM 163 smtp", Failed, 0),
        ("DOT", "421 closing", Unsure, 0),
        ("DOT", "not a reply at all", Unsure, 0),
    ] {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.on(step, say(words));
        let drained = office.drain().await;
        assert_eq!(office.first(), (state, minutes), "{step} {words}: {drained:?}");
        assert_eq!(office.kept(), NOBODY, "{step} {words}");
        let needs_a_person = matches!(drained.trouble, Some(Fault::Refused(_)));
        let alarms = ["535", "too much fail", "authorized user", "554 DT", "5.7.1"];
        assert_eq!(needs_a_person, alarms.iter().any(|alarm| words.contains(alarm)), "{drained:?}");
        assert_eq!(matches!(drained.trouble, Some(Fault::Retry(_))), state == Unsure, "{drained:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_the_dot_is_tried_again_and_after_it_never() {
    for step in ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"] {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.on(step, SmtpMisdeed::Close);
        let drained = office.drain().await;
        assert!(matches!(drained.trouble, Some(Fault::Retry(_))), "{step}: {drained:?}");
        assert_eq!(office.drain().await.sent, 1, "{step}");
        assert_eq!(office.kept().len(), 1, "{step}");
    }
    for (step, kept) in [("DOT", 0), ("KEPT", 1)] {
        let office = Office::open();
        office.queue(&["a", "b"]);
        office.server.on(step, SmtpMisdeed::Close);
        let drained = office.drain().await;
        assert_eq!((drained.sent, drained.unsure), (0, 1), "{step}: after silence the pass ends");
        assert_eq!(office.drain().await.sent, 1);
        assert_eq!(office.drain().await, Drained::default());
        assert_eq!(office.first().0, OutboxState::Unsure);
        assert_eq!(office.kept().len(), kept + 1, "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_refused_in_raw_gbk_is_no_network_fault() {
    let office = Office::open();
    office.queue(&["a"]);
    let gbk = b"535 Login Fail. \xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb".to_vec();
    office.server.always("AUTH", SmtpMisdeed::Say(gbk));
    let drained = office.drain().await;
    assert!(matches!(&drained.trouble, Some(Fault::Refused(_))), "{drained:?}");
    assert_eq!(office.first(), (OutboxState::Queued, 0));
    office.server.behave();
    assert_eq!(office.drain().await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_refused_in_raw_gbk_does_not_stop_the_others_for_ever() {
    let office = Office::open();
    office.queue(&["a", "b"]);
    office.server.always(
        "a@school.example",
        SmtpMisdeed::Say(b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda".to_vec()),
    );
    let later = thursday() + SignedDuration::from_mins(15);
    assert_eq!(office.drain().await, Drained { sent: 1, next_at: Some(later), ..Drained::default() });
    assert_eq!(office.first(), (OutboxState::Queued, 15));
    assert_eq!(office.kept(), ["b@school.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_tried_once_a_pass() {
    let mut office = Office::open();
    office.queue(&["a", "b"]);
    office.sender.mailbox.password = Secret::new("wrong");
    let drained = office.drain().await;
    assert!(matches!(drained.trouble, Some(Fault::Refused(_))), "{drained:?}");
    let logins = office.server.log().iter().filter(|heard| heard.text.starts_with("AUTH")).count();
    assert_eq!(logins, 1, "a second mail does not try the same login again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let office = Office::open();
    let short = Duration::from_millis(300);
    let limits = Limits { connect: short, command: short, dot: short };
    let letter = Letter {
        from: "office@mail.example",
        from_name: "",
        to: "a@school.example",
        subject: "s",
        text: "t",
        message_id: "<shouwen.alarm.1@mail.example>",
        steps: "",
        is_reply: false,
        thread: &[],
        date: thursday(),
        files: &[],
    };
    for (step, answer) in [("RCPT", Answer::Lost), ("DATA", Answer::Lost), ("DOT", Answer::Unsure)] {
        office.server.on(step, SmtpMisdeed::Stall);
        let mut session = Session::open(&office.sender.mailbox, limits).await.ok().unwrap();
        let reply = session.send(&letter, async { Ok(()) }).await.unwrap();
        assert_eq!(reply.answer, answer, "{step}");
    }
    office.server.on("GREETING", SmtpMisdeed::Stall);
    let silent = Session::open(&office.sender.mailbox, limits).await.err().unwrap();
    assert_eq!(silent.answer, Answer::Lost);
    let mut session = Session::open(&office.sender.mailbox, limits).await.ok().unwrap();
    let unmarked = session.send(&letter, async { Err(Fault::Halt("disk full".into())) }).await;
    assert_eq!(unmarked, Err(Fault::Halt("disk full".into())));
    drop(session);
    assert_eq!(office.kept(), NOBODY, "without the mark the dot does not go");
}
