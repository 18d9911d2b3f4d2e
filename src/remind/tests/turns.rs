//! Stories of what time and other mail do to what is queued: what lapses and what does not, what a phone list takes away,
//! what is told again.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::stage::at;
use super::tick::{Office, signed};
use crate::domain::message::PartState;
use crate::remind::digest::DIGEST;
use crate::remind::tick::message_id;
use crate::remind::{Mode, approve, fix_letter, held, plan, send_fix, tick, untold, write_digest};
use crate::store::{NewMail, OutboxRow, OutboxState, StepKey};

impl Office {
    /// Whether a person who presses 请补正 has a letter sent to `a`; pressed twice, it is one.
    fn sends_fix(&self, moment: &str) -> bool {
        let (now, mailboxes) = (self.scan(moment), &self.mailboxes);
        let due = fix_letter(&self.store, &self.campaign, mailboxes, &self.settings, "a", now).unwrap();
        let Some(due) = due else { return false };
        let letter = (&due, &mailboxes[0]);
        let press = || {
            let hold = SignedDuration::ZERO;
            send_fix(&self.store, &self.campaign, &self.settings, letter, hold, &signed(now)).unwrap()
        };
        let is_sent = press();
        assert!(!press());
        is_sent
    }

    /// Today's digest for the staff.
    pub(super) fn digest(&self, moment: &str) -> OutboxRow {
        let (now, none) = (self.scan(moment), || Ok(BTreeMap::new()));
        let (store, mailboxes) = (&self.store, &self.mailboxes);
        assert_eq!(write_digest(store, &self.campaign, mailboxes, &self.settings, &none, now).unwrap(), 1);
        let mut rows = self.store.outbox(Some(OutboxState::Queued)).unwrap();
        rows.retain(|row| row.mail.kind == DIGEST);
        rows.pop().unwrap()
    }
}

#[test]
fn a_reminder_that_was_held_lapses_whatever_else_left_that_day() {
    let office = Office::open();
    let digest = office.digest("05-09T08:30");
    office.tick("05-09T09:00");
    office.send(&digest, at("05-09T09:01"));
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("a"), now).is_none(), "a digest left, no reminder did");
    assert_eq!(office.outbox(OutboxState::Struck), ["a: plan/eve/--/a"]);
}

#[test]
fn the_pace_keeps_a_reminder_from_one_sending_day_to_the_next_and_no_longer() {
    let office = Office::open();
    office.tick("05-11T09:00");
    office.send(&office.queued("b"), at("05-11T09:01"));
    office.store.hold_back("office", at("05-12T00:00")).unwrap();
    // The 13th and 14th are a weekend; on the 12th nothing left.
    let now = office.scan("05-15T09:00");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.outbox(OutboxState::Struck), ["a: plan/first/--/a"]);
}

#[test]
fn what_was_put_off_on_a_friday_leaves_on_the_monday() {
    let office = Office::open();
    office.tick("05-12T09:00");
    office.store.hold_back("office", at("05-13T00:00")).unwrap();
    let now = office.scan("05-15T09:00");
    assert!(office.look(office.queued("a"), now).is_some());
}

#[test]
fn a_phone_list_takes_away_what_it_asks_for_and_leaves_the_rest() {
    let office = Office::open();
    let step = |requirement: &str, step: &str, day: Option<&str>, unit: &str| StepKey {
        requirement: requirement.into(),
        step: step.into(),
        day: day.map(|day| day.parse().unwrap()),
        unit: unit.into(),
    };
    let second = |unit| step("plan", "second", None, unit);
    let now = at("05-12T09:00");
    for (unit, steps) in [
        ("a", vec![second("a"), step("daily", "nudge", Some("2023-05-14"), "a")]),
        ("b", vec![second("b"), step("plan", "fix", None, "b")]),
    ] {
        let mail = NewMail {
            kind: "reminder".into(),
            campaign: Some("week".into()),
            mailbox: "office".into(),
            unit: Some(unit.into()),
            to: format!("{unit}@school.example"),
            subject: "s".into(),
            text: "方案".into(),
            message_id: format!("<shouwen.reminder.{unit}@mail.example>"),
            cause: unit.into(),
            steps,
            queued_at: now,
            leaves_at: now,
        };
        assert!(office.store.queue(&mail).unwrap().is_some());
    }
    assert_eq!(office.tick("05-15T09:00"), 1);
    assert_eq!(
        office.outbox(OutboxState::Queued),
        ["a: daily/nudge/2023-05-14/a", "staff: plan/phone/--/a plan/phone/--/b"]
    );
    assert_eq!(office.outbox(OutboxState::Struck).len(), 1, "of b nothing is left to say");
    // A digest lists all that a unit owes, whatever its steps.
    let text = office.queued("a").mail.text;
    assert!(text.contains("每日材料"), "{text}");
}

#[test]
fn a_release_is_not_withdrawn_while_what_came_waits_for_a_person() {
    let mut office = Office::open();
    office.settings.mode = Mode::Approve;
    let now = office.scan("05-11T09:00");
    let dues = {
        let (store, mailboxes) = (&office.store, &office.mailboxes);
        plan(store, &office.campaign, mailboxes, &office.settings, &BTreeMap::new(), now).unwrap().dues
    };
    for due in &dues {
        approve(&office.store, due, jiff::SignedDuration::ZERO, &signed(now)).unwrap();
    }
    let waits = [("scheme", PartState::Review), ("form4", PartState::Review)];
    office.arrive("a", &waits, "05-11T09:01", Some("看不出是什么"));
    assert_eq!(office.plan("05-11T09:02"), ["a held", "b approved"]);
    assert_eq!(office.tick("05-11T09:03"), 1);
    let released = |office: &Office| {
        let approvals = office.store.approvals("week").unwrap();
        approvals.into_iter().map(|approval| approval.key.unit).collect::<Vec<_>>()
    };
    assert_eq!(released(&office), ["a", "b"]);
    let now = office.scan("05-12T09:00");
    tick(&office.store, &office.campaign, &office.mailboxes, &office.settings, now).unwrap();
    assert_eq!(released(&office), ["b"], "a release is for its day all the same");
}

#[test]
fn a_message_id_cannot_be_reckoned_from_what_is_public() {
    let office = Office::open();
    let sender = &office.mailboxes[0];
    let [one, other] = [(); 2].map(|()| message_id("reminder", "week plan/first/--/a", sender).unwrap());
    assert_ne!(one, other);
    assert!(one.starts_with("<shouwen.reminder.") && one.ends_with("@mail.example>"), "{one}");
}

#[test]
fn a_digest_tells_what_no_digest_told_that_left_however_late_it_was_captured() {
    let mut office = Office::open();
    let first = office.digest("05-09T08:30");
    office.send(&first, at("05-09T08:31"));
    office.arrive("a", &[("scheme", PartState::Accepted)], "05-09T20:00", None);
    let lost = office.digest("05-10T08:30");
    assert!(lost.mail.subject.contains("新到1封"), "{}", lost.mail.subject);
    office.store.settle(lost.id, OutboxState::Failed, "550", at("05-10T08:31"), None).unwrap();
    let late = ("05-09T07:00", "05-10T12:00");
    office.arrive_late("b", &[("scheme", PartState::Accepted)], late, None);
    let told = office.digest("05-11T08:30");
    assert!(told.mail.subject.contains("新到2封"), "{}", told.mail.subject);
    office.send(&told, at("05-11T08:31"));
    let next = office.digest("05-12T08:30");
    assert!(next.mail.subject.contains("新到0封"), "{}", next.mail.subject);
}

#[test]
fn a_dead_address_gives_way_to_the_next() {
    let office = Office::open();
    office.tick("05-09T09:00");
    let row = office.queued("a");
    assert!(office.store.claim_for_sending(row.id, at("05-09T09:01")).unwrap());
    let words = format!("{}550 User suspended", crate::domain::message::BAD_ADDRESS);
    office.store.settle(row.id, OutboxState::Failed, &words, at("05-09T09:01"), None).unwrap();
    office.tick("05-11T09:00");
    assert_eq!(office.queued("a").mail.to, "a@other.example");
    assert_eq!(office.queued("b").mail.to, "b@school.example");
}

#[test]
fn what_was_queued_when_the_days_mails_were_used_up_goes_the_next_day() {
    let mut office = Office::open();
    office.tick("05-09T09:00");
    office.send(&office.queued("b"), at("05-09T08:59"));
    office.settings.a_day = [("office".to_owned(), 1)].into();
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("a"), now).is_some(), "the one mail of the 9th was b's");
    office.settings.a_day = [("office".to_owned(), 2)].into();
    assert!(office.look(office.queued("a"), now).is_none(), "there was room for another");
}

#[test]
fn flaws_that_nobody_was_told_of_are_told_by_the_next_mail() {
    let flawed = [("form4", PartState::Flawed)];
    let mut office = Office::open();
    office.arrive("a", &flawed, "05-10T10:00", None);
    office.tick("05-11T08:30");
    assert_eq!(office.queued("a").mail.steps.len(), 2);
    // The pace keeps it, and tomorrow's replaces it.
    office.store.hold_back("office", at("05-12T00:00")).unwrap();
    office.tick("05-12T08:30");
    let queued = office.outbox(OutboxState::Queued);
    assert!(queued.contains(&"a: plan/fix/--/a plan/second/--/a".to_owned()), "{queued:?}");

    let mut office = Office::open();
    office.arrive("a", &flawed, "05-10T10:00", None);
    office.tick("05-11T08:30");
    // It could not leave on its day, and by the next one only the flaws are left.
    let now = office.scan("05-12T08:30");
    assert!(office.look(office.queued("a"), now).is_none());
    office.arrive("a", &[("scheme", PartState::Accepted)], "05-12T08:31", None);
    office.tick("05-12T08:32");
    let queued = office.outbox(OutboxState::Queued);
    assert!(queued.contains(&"a: plan/fix/--/a".to_owned()), "{queued:?}");
}

#[test]
fn what_is_wrong_with_a_corrected_file_is_shown_and_a_person_has_it_told() {
    let flawed = [("form4", PartState::Flawed)];
    for mode in [Mode::Auto, Mode::Approve] {
        let mut office = Office::open();
        let told = |office: &Office, moment: &str| {
            let now = office.scan(moment);
            let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
            let all = untold(store, &office.campaign, mailboxes, settings, now).unwrap();
            all.into_iter().map(|untold| untold.unit).collect::<Vec<_>>()
        };
        office.settings.mode = mode;
        office.arrive("a", &[("scheme", PartState::Accepted), flawed[0]], "05-10T10:00", None);
        assert!(office.sends_fix("05-11T08:30"));
        let first = office.queued("a");
        office.send(&first, at("05-11T08:31"));
        assert_eq!(told(&office, "05-11T08:40"), [""; 0]);
        office.arrive("a", &flawed, "05-11T09:00", None);
        assert_eq!(told(&office, "05-11T09:01"), ["a"]);
        assert!(!office.sends_fix("05-11T09:02"), "one letter a day");
        let digest = office.digest("05-12T08:30").mail.text;
        assert!(digest.contains("a职业学院补正后仍有问题"), "{digest}");
        assert!(office.sends_fix("05-12T08:31"));
        assert_eq!(told(&office, "05-12T08:32"), [""; 0], "it is being told");
        let again = office.queued("a");
        assert_eq!(again.mail.steps, first.mail.steps);
        let now = office.scan("05-12T08:33");
        assert!(office.look(again.clone(), now).is_some());
        office.send(&again, now);
        assert_eq!((told(&office, "05-12T08:34"), office.sends_fix("05-15T08:30")), (vec![], false));
        let sent = office.outbox(OutboxState::Sent);
        assert_eq!(sent, ["a: plan/fix/--/a", "a: plan/fix/--/a"], "both stay on record");
    }
}

#[test]
fn flaws_of_two_requirements_that_one_letter_told_may_both_be_told_again() {
    let mut office = Office::open();
    let flawed = [("form4", PartState::Flawed), ("report", PartState::Flawed)];
    office.arrive("a", &[&[("scheme", PartState::Accepted)], &flawed[..]].concat(), "05-10T10:00", None);
    assert!(office.sends_fix("05-11T08:30"));
    let first = office.queued("a");
    assert_eq!(first.mail.steps.len(), 2);
    office.send(&first, at("05-11T08:31"));
    office.arrive("a", &flawed, "05-11T09:00", None);
    assert!(office.sends_fix("05-12T08:31"));
    let again = office.queued("a");
    assert_eq!(again.mail.steps, first.mail.steps);
    office.send(&again, at("05-12T08:33"));
    // One of them alone, when the other was told by the same mail.
    office.arrive("a", &flawed[1..], "05-12T09:00", None);
    assert!(office.sends_fix("05-15T08:31"));
    office.send(&office.queued("a"), at("05-15T08:33"));
    office.arrive("a", &flawed[..1], "05-15T09:00", None);
    assert!(office.sends_fix("05-16T08:31"));
}

#[test]
fn a_digest_of_another_day_is_not_said_to_leave() {
    let office = Office::open();
    let digest = office.digest("05-09T08:30");
    let kept = |moment: &str| {
        let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
        let kept = held(store, &office.campaign, mailboxes, settings, office.scan(moment)).unwrap();
        kept.get(&digest.id).cloned()
    };
    assert_eq!(kept("05-09T17:59"), None);
    assert_eq!(kept("05-09T18:00").as_deref(), Some("当日未能发出，已过期"));
    assert_eq!(kept("05-10T08:30").as_deref(), Some("当日未能发出，已过期"));
}
