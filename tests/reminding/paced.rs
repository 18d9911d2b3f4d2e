//! A hundred mails through a mailbox that lets out forty a day: each leaves when it was said, before-due steps open early
//! enough for all, and who cannot be reached in time is told to staff beforehand.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use shouwen::deliver::forecast;
use shouwen::remind::plan;
use shouwen::store::OutboxState;

use super::office::{Office, Seen, at, header};

fn days(days: &[(i8, i8, usize)]) -> BTreeMap<Date, usize> {
    days.iter().map(|(month, day, count)| (date(2023, *month, *day), *count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_reminders_take_the_promised_days_and_each_leaves_when_it_was_said() {
    let office = Office::paced(100, |campaign| {
        campaign.chases.retain(|chase| chase.requirement == "plan");
        campaign.chases[0].steps.retain(|step| step.id == "first");
    });
    let begin = at("05-11T08:30");
    office.sender.clock.step_to(begin);
    office.looks(begin, None);
    office.beats(begin, false);
    let said = forecast(&office.store, &office.sender, begin).unwrap();
    assert_eq!(said.len(), 100);
    let mut now = begin;
    for _ in 0..400 {
        office.sender.clock.step_to(now);
        office.looks(now, None);
        office.beats(now, false);
        let again = forecast(&office.store, &office.sender, now).unwrap();
        assert!(again.iter().all(|(id, at)| said.get(id) == Some(at)), "{now}: said otherwise");
        let Some(next) = office.drains().await.next_at else { break };
        now = next;
    }
    let rows = office.store.outbox(None).unwrap();
    assert!(rows.iter().all(|row| row.state == OutboxState::Sent), "{rows:?}");
    let left: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row.sent_at.unwrap())).collect();
    assert_eq!(left, said, "each left when it was said");
    // The 13th and 14th are a weekend.
    assert_eq!(office.days_of("plan/first"), days(&[(5, 11, 40), (5, 12, 40), (5, 15, 20)]));
    let mut connections: BTreeMap<usize, usize> = BTreeMap::new();
    for posted in office.server.received() {
        *connections.entry(posted.connection).or_default() += 1;
    }
    assert!(connections.values().all(|mails| *mails <= 5), "{connections:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_before_the_due_day_open_early_enough_for_all() {
    let office = Office::paced(100, |campaign| campaign.chases.retain(|chase| chase.requirement == "plan"));
    office.plays(at("05-03T00:30"), at("05-11T00:30"), |_| Seen::Well).await;
    // The 7th is a Sunday, the 6th a Saturday that is worked.
    assert_eq!(office.days_of("plan/notice"), days(&[(5, 4, 40), (5, 5, 40), (5, 6, 20)]));
    assert_eq!(office.days_of("plan/eve"), days(&[(5, 8, 40), (5, 9, 40), (5, 10, 20)]));
    assert_eq!(office.server.received().len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_second_reminder_who_never_got_a_first() {
    let office = Office::paced(60, |campaign| campaign.chases.retain(|chase| chase.requirement == "plan"));
    office.plays(at("05-11T00:30"), at("05-13T00:30"), |_| Seen::Well).await;
    assert_eq!(office.days_of("plan/first"), days(&[(5, 11, 40)]));
    assert_eq!(office.days_of("plan/second"), days(&[(5, 12, 40)]));
    let rows = office.store.outbox(Some(OutboxState::Sent)).unwrap();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let kind = row.mail.subject.split('】').next().unwrap_or_default().to_owned();
        told.entry(row.mail.unit.unwrap()).or_default().push(kind);
    }
    assert_eq!(told.len(), 60, "who was told least comes first: everybody was told once");
    for (unit, kinds) in told {
        let right = [vec!["【催报"], vec!["【催报", "【第二次催报"]];
        assert!(right.iter().any(|right| *right == kinds), "{unit}: {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reached_in_time_is_told_to_staff_beforehand() {
    let office =
        Office::paced(320, |campaign| campaign.chases.retain(|chase| chase.requirement == "summary"));
    // Two days before 29 May and the five that a step may open earlier: 280 mails.
    let opens = at("05-19T08:30");
    office.sender.clock.step_to(opens);
    office.looks(opens, None);
    office.beats(opens, true);
    let leaving = forecast(&office.store, &office.sender, opens).unwrap();
    let (mailboxes, settings) = (&office.config.mailboxes, &office.config.reminders);
    let batch = plan(&office.store, office.campaign(), mailboxes, settings, &leaving, opens).unwrap();
    assert_eq!(batch.dues.len(), 320, "{:?}", batch.notes);
    let note = batch.notes.iter().find(|note| note.contains("按发信限额")).expect("a note");
    assert!(note.contains("41个单位"), "the digest itself takes one place: {note}");
    office.drains().await;
    let received = office.server.received();
    assert!(
        header(&received[0], "Message-ID").starts_with("<shouwen.digest."),
        "the staff's digest leaves first"
    );
    let rows = office.store.outbox(Some(OutboxState::Sent)).unwrap();
    let digest = rows.iter().find(|row| row.mail.kind == "digest").unwrap();
    assert!(digest.mail.text.contains("以下40个单位的提醒不能及时发出，请电话联系"), "{}", digest.mail.text);
    assert!(digest.mail.text.contains("联系人：某老师　电话：028-00000000"), "{}", digest.mail.text);
}
