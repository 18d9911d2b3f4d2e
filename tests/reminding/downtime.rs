//! The season with trouble: the program is down over each due moment, the mailbox cannot be read, nothing can be sent, the
//! clock is wrong. Nobody is told twice, and nobody is chased for what could not be seen.

use jiff::Timestamp;
use jiff::civil::date;
use shouwen::rehearsal::server::SmtpMisdeed;
use shouwen::remind::tick;
use shouwen::store::OutboxState;

use super::office::{Office, Seen, at, header, morning};
use super::season::whole_season;

fn between(now: Timestamp, from: &str, to: &str) -> bool {
    (at(from)..at(to)).contains(&now)
}

#[tokio::test(flavor = "multi_thread")]
async fn to_be_down_over_each_due_moment_changes_nothing() {
    let office = Office::with_units(3);
    let sees = |now| {
        let nights = [("05-10T17:00", "05-11T09:20"), ("05-29T17:00", "05-30T09:20")];
        let nights = nights.iter().any(|(from, to)| between(now, from, to));
        let days = (15..=21)
            .any(|day| between(now, &format!("05-{:02}T20:00", day - 1), &format!("05-{day:02}T10:20")));
        if nights || days { Seen::Down } else { Seen::Well }
    };
    let begin = morning(office.campaign(), date(2023, 5, 4));
    office.plays(begin, at("06-03T00:00"), sees).await;
    assert_eq!(office.log(), whole_season(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_mailbox_cannot_be_read_nobody_is_chased_and_staff_hear_of_it_once() {
    let office = Office::with_units(3);
    let sees = |now| if between(now, "05-09T00:00", "05-12T12:00") { Seen::Blind } else { Seen::Well };
    let begin = morning(office.campaign(), date(2023, 5, 4));
    office.plays(begin, at("05-13T00:00"), sees).await;
    let expected: Vec<String> = ["05-06 plan/notice/--", "05-12 plan/second/--"]
        .iter()
        .flat_map(|step| (0..3).map(move |unit| format!("{step}/U{unit:03}")))
        .collect();
    assert_eq!(office.log(), expected);
    let rows = office.store.outbox(Some(OutboxState::Sent)).unwrap();
    let alarms: Vec<&str> =
        rows.iter().filter(|row| row.mail.kind == "alarm").map(|row| row.mail.subject.as_str()).collect();
    assert!(
        matches!(alarms[..], [alarm, end] if alarm.contains("【收文告警】") && end.contains("解除")),
        "{alarms:?}"
    );
    let second = rows.iter().filter(|row| row.mail.steps.iter().any(|step| step.step == "second"));
    for row in second {
        assert!(row.mail.subject.starts_with("【催报】"), "no first one had left: {}", row.mail.subject);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_for_two_days_lapses_and_the_telephone_list_counts_rightly() {
    let office = Office::with_units(3);
    let begin = morning(office.campaign(), date(2023, 5, 4));
    office.plays(begin, at("05-11T00:30"), |_| Seen::Well).await;
    office.server.always("GREETING", SmtpMisdeed::Close);
    office.plays(at("05-11T00:30"), at("05-13T00:00"), |_| Seen::Well).await;
    assert_eq!(office.log().len(), 6, "{:?}", office.log());
    office.server.behave();
    office.plays(at("05-13T00:30"), at("05-16T00:00"), |_| Seen::Well).await;
    let phone: Vec<String> = office.log().into_iter().filter(|line| line > &"05-11".to_owned()).collect();
    assert_eq!(phone, ["05-15 plan/phone/--/U000", "05-15 plan/phone/--/U001", "05-15 plan/phone/--/U002"]);
    let rows = office.store.outbox(None).unwrap();
    let list = rows.iter().find(|row| row.mail.text.contains("请电话联系")).unwrap();
    assert!(list.mail.text.contains("已提醒：2 次"), "{}", list.mail.text);
    let struck = rows.iter().filter(|row| row.state == OutboxState::Struck).count();
    assert_eq!(struck, 6, "first and second, each told as struck");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_sends_nothing_twice_and_nothing_while_it_is_behind() {
    let office = Office::with_units(3);
    office.plays(at("05-09T00:30"), at("05-11T12:00"), |_| Seen::Well).await;
    let before = office.log();
    assert_eq!(before.len(), 6);
    for wrong in ["05-09T09:00", "05-10T23:59", "04-01T10:00"] {
        let now = at(wrong);
        let behind = office.with_clock_at(now);
        let (mailboxes, settings) = (&office.config.mailboxes, &office.config.reminders);
        assert_eq!(tick(&office.store, office.campaign(), mailboxes, settings, now).unwrap(), 0, "{wrong}");
        shouwen::deliver::drain(&office.store, &behind, &|| false).await.unwrap();
        assert_eq!(office.log(), before, "{wrong}");
    }
    // Forward by a week: what was missed is too old or replaced, what is due now leaves once.
    office.plays(at("05-18T00:30"), at("05-20T00:00"), |_| Seen::Well).await;
    let mut log = office.log();
    let count = log.len();
    log.dedup();
    assert_eq!(log.len(), count, "twice: {log:?}");
    let late: Vec<&String> = log.iter().filter(|line| line.as_str() > "05-12").collect();
    assert!(late.iter().all(|line| line.contains("nudge") || line.contains("phone")), "{late:?}");
    assert!(!late.is_empty());
    assert!(office.server.received().iter().all(|posted| !header(posted, "X-Shouwen-Step").is_empty()));
}
