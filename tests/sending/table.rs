//! Every answer of the providers' table (`quirks.md` B1, B2, B4) at every step of the conversation: whatever is said where,
//! the mail is never taken for sent, never sent twice, and leaves in the end unless it was refused for what it is.

use std::time::Duration;

use jiff::SignedDuration;
use shouwen::rehearsal::server::SmtpMisdeed;
use shouwen::store::OutboxState;

use super::office::{NOBODY, Office, say, thursday};

const STEPS: [&str; 7] = ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT"];
const FOR_NOW: [&str; 10] = [
    "421 HL:ICC 163 smtp,too many connections",
    "421 HL:IFC 163 smtp",
    "421 HL:REP 163 smtp",
    "450 MI:DMC 163 smtp",
    "451 MI:DMC 163 smtp",
    "450 RP:DRC 163 smtp",
    "451 MI:SFQ 163 smtp",
    "451 RP:QRC 163 smtp",
    "451 DT:SPM 163 smtp,please try again later",
    "454 Transient reject by behaviour spam, too frequently sending",
];
const FOR_GOOD: [&str; 14] = [
    "451 Error: too much fail authentication",
    "550 MI:STC 163 smtp",
    "554 MI:STC 163 smtp",
    "550 RP:TRC 163 smtp",
    "550 RP:RCL 163 smtp",
    "550 too much recipient",
    "550 DT:SPM 163 smtp",
    "554 DT:SPM 163 smtp",
    "550 User suspended",
    "550 Invalid User",
    "553 authentication is required",
    "553 Mail from must equal authorized user",
    "535 Error: authentication failed",
    "550 The mail may contain inappropriate words or content.",
];

async fn said_at_each_step(words: &str) {
    for step in STEPS {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.on(step, say(words));
        let drained = office.drain().await;
        let (state, _) = office.first();
        assert_eq!((drained.sent, office.kept()), (0, vec![]), "{step} {words}");
        // The words of a provider say that it did not take the mail, also after the dot.
        assert!(matches!(state, OutboxState::Queued | OutboxState::Failed), "{step} {words}: {state}");
        // A day later the server is itself again.
        office.server.behave();
        office.sender.clock.step_to(thursday() + SignedDuration::from_hours(30));
        office.drain().await;
        office.drain().await;
        let expected = if state == OutboxState::Queued { 1 } else { 0 };
        assert_eq!(office.kept().len(), expected, "{step} {words}: {state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_for_now_delays_a_mail_and_loses_none() {
    for words in FOR_NOW {
        said_at_each_step(words).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_for_good_is_never_taken_for_sent() {
    for words in FOR_GOOD {
        said_at_each_step(words).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_server_is_waited_for_and_one_that_answers_in_gbk_is_never_believed() {
    for step in STEPS {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.on(step, SmtpMisdeed::Late(Duration::from_millis(300)));
        assert_eq!(office.drain().await.sent, 1, "{step}");
        assert_eq!(office.kept().len(), 1, "{step}");
    }
    for step in STEPS {
        let office = Office::open();
        office.queue(&["a"]);
        office.server.on(step, SmtpMisdeed::Say(b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda".to_vec()));
        assert_eq!(
            (office.drain().await.sent, office.kept()),
            (0, NOBODY.map(str::to_owned).to_vec()),
            "{step}"
        );
        office.server.behave();
        office.sender.clock.step_to(thursday() + SignedDuration::from_hours(30));
        office.drain().await;
        let is_unsure = office.first().0 == OutboxState::Unsure;
        assert_eq!(is_unsure, step == "DOT", "{step}");
        assert_eq!(office.kept().len(), usize::from(!is_unsure), "{step}");
    }
}
