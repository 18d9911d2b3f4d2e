//! Mail that leaves: claimed once, marked before the dot, never sent twice by itself.

use shouwen::fault::Fault;
use shouwen::store::OutboxState::{self, *};
use shouwen::store::{ALARM, Approval, LogAct, LogEntry, NewMail, StepKey};

use crate::world::{World, minute, world};

fn step(step: &str, unit: &str) -> StepKey {
    StepKey { requirement: "plan".into(), step: step.into(), day: None, unit: unit.into() }
}

fn mail(cause: &str, steps: &[StepKey]) -> NewMail {
    NewMail {
        kind: "reminder".into(),
        campaign: Some("week".into()),
        mailbox: "zjc".into(),
        unit: Some("U000".into()),
        to: "office@unit.example".into(),
        subject: "催报".into(),
        text: "请报送".into(),
        message_id: format!("<shouwen.reminder.{cause}@office.example>"),
        cause: cause.into(),
        steps: steps.to_vec(),
        queued_at: minute(1),
        leaves_at: minute(2),
    }
}

fn state(world: &World, id: i64) -> OutboxState {
    world.store.outbox(None).unwrap().iter().find(|row| row.id == id).unwrap().state
}

#[test]
fn a_step_has_one_mail_and_a_cause_is_queued_once() {
    let world = world(1);
    let first = world.store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    assert_eq!(world.store.queue(&mail("a", &[step("second", "U000")])).unwrap(), None);
    assert_eq!(
        world.store.queue(&mail("b", &[step("second", "U000"), step("first", "U000")])).unwrap(),
        None
    );
    let outbox = world.store.outbox(Some(Queued)).unwrap();
    assert_eq!(outbox.len(), 1);
    assert_eq!((outbox[0].id, &outbox[0].mail.steps), (first, &vec![step("first", "U000")]));
    assert!(world.store.queue(&mail("c", &[step("first", "U001")])).unwrap().is_some());
}

#[test]
fn a_mail_is_claimed_once_marked_and_sent() {
    let world = world(1);
    let id = world.store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    assert!(world.store.mark_dot(id, minute(2), minute(2)).is_err());
    assert!(world.store.claim_for_sending(id, minute(2)).unwrap());
    assert!(!world.store.claim_for_sending(id, minute(2)).unwrap());
    world.store.mark_dot(id, minute(2), minute(3)).unwrap();
    world.store.settle(id, Sent, "250 ok", minute(4), None).unwrap();
    for never in [Queued, Struck, Failed, Unsure] {
        assert!(matches!(world.store.settle(id, never, "", minute(5), None), Err(Fault::Refused(_))));
    }
    let steps = world.store.claimed_steps("week").unwrap();
    assert_eq!((steps[0].state, steps[0].sent_at), (Sent, Some(minute(4))));
    world.store.settle(id, Bounced, "550", minute(6), None).unwrap();
    assert_eq!(world.store.outbox(None).unwrap()[0].sent_at, Some(minute(4)));
}

#[test]
fn after_a_crash_what_came_to_its_dot_is_unsure_and_the_rest_is_queued_again() {
    let world = world(1);
    let ids: Vec<i64> =
        ["a", "b", "c"].map(|cause| world.store.queue(&mail(cause, &[])).unwrap().unwrap()).into();
    world.store.claim_for_sending(ids[0], minute(2)).unwrap();
    world.store.claim_for_sending(ids[1], minute(2)).unwrap();
    world.store.mark_dot(ids[1], minute(2), minute(2)).unwrap();
    for _ in 0..2 {
        world.store.recover_outbox(minute(9)).unwrap();
        assert_eq!(ids.iter().map(|id| state(&world, *id)).collect::<Vec<_>>(), [Queued, Unsure, Queued]);
    }
    assert!(world.store.settle(ids[1], Queued, "", minute(9), None).is_err());
    world.store.settle(ids[1], Sent, "见已发送邮件", minute(9), None).unwrap();
    assert!(world.store.claim_for_sending(ids[0], minute(9)).unwrap());
    assert_eq!(world.store.outbox(None).unwrap()[0].tries, 2);
}

#[test]
fn of_two_senders_only_the_one_whose_claim_stands_may_send_and_settle() {
    let world = world(1);
    let store = &world.store;
    let id = store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    assert!(store.claim_for_sending(id, minute(2)).unwrap());
    // Another process starts and takes the first sender for dead.
    store.recover_outbox(minute(3)).unwrap();
    assert!(matches!(store.mark_dot(id, minute(2), minute(3)), Err(Fault::Refused(_))));
    assert!(store.claim_for_sending(id, minute(4)).unwrap());
    assert!(matches!(store.mark_dot(id, minute(2), minute(4)), Err(Fault::Refused(_))));
    store.mark_dot(id, minute(4), minute(5)).unwrap();
    assert!(matches!(store.mark_dot(id, minute(4), minute(5)), Err(Fault::Refused(_))), "one dot a claim");
    // What the first one was told is not about this try.
    assert!(!store.put_back(id, minute(2), "lost", minute(6)).unwrap());
    assert!(!store.settle_claimed(id, minute(2), Queued, "451", minute(6), None).unwrap());
    assert_eq!(state(&world, id), Sending);
    assert!(store.settle_claimed(id, minute(4), Sent, "250 ok", minute(6), None).unwrap());
    assert_eq!(state(&world, id), Sent);
}

#[test]
fn a_claim_is_left_behind_only_when_it_is_old() {
    let world = world(1);
    let ids: Vec<i64> =
        ["a", "b", "c"].map(|cause| world.store.queue(&mail(cause, &[])).unwrap().unwrap()).into();
    for (id, at) in ids.iter().zip([2, 2, 20]) {
        assert!(world.store.claim_for_sending(*id, minute(at)).unwrap());
    }
    world.store.mark_dot(ids[1], minute(2), minute(2)).unwrap();
    world.store.recover_left_behind(minute(10), minute(40)).unwrap();
    assert_eq!(ids.iter().map(|id| state(&world, *id)).collect::<Vec<_>>(), [Queued, Unsure, Sending]);
}

#[test]
fn a_refusal_for_now_goes_back_and_waits_for_its_time() {
    let world = world(1);
    let id = world.store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    world.store.claim_for_sending(id, minute(2)).unwrap();
    world.store.mark_dot(id, minute(2), minute(2)).unwrap();
    world.store.settle(id, Queued, "451 later", minute(3), Some(minute(30))).unwrap();
    let row = &world.store.outbox(Some(Queued)).unwrap()[0];
    assert_eq!((row.mail.leaves_at, row.reply.as_str()), (minute(30), "451 later"));
    world.store.claim_for_sending(id, minute(30)).unwrap();
    world.store.recover_outbox(minute(31)).unwrap();
    assert_eq!(state(&world, id), Queued, "the dot of an earlier try must not count for this one");
}

#[test]
fn only_a_mail_struck_before_its_dot_releases_its_steps() {
    let world = world(1);
    let first = world.store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    world.store.settle(first, Struck, "被后一步取代", minute(3), None).unwrap();
    let second = world.store.queue(&mail("b", &[step("first", "U000")])).unwrap().unwrap();
    let states: Vec<_> = world.store.claimed_steps("week").unwrap().iter().map(|step| step.state).collect();
    assert_eq!(states, [Struck, Queued]);
    world.store.claim_for_sending(second, minute(4)).unwrap();
    world.store.mark_dot(second, minute(4), minute(4)).unwrap();
    world.store.settle(second, Unsure, "timeout", minute(5), None).unwrap();
    world.store.settle(second, Struck, "认定未发", minute(6), None).unwrap();
    assert_eq!(world.store.queue(&mail("c", &[step("first", "U000")])).unwrap(), None);
}

fn entry(act: LogAct, by: &str, at: i64) -> LogEntry {
    let (why, to, subject) = ("电话已催".to_owned(), "u@school.example".to_owned(), "提醒".to_owned());
    let (campaign, unit) = (Some("week".to_owned()), Some("U000".to_owned()));
    let steps = vec![step("first", "U000").to_string()];
    LogEntry { id: 0, act, by: by.into(), at: minute(at), why, campaign, unit, to, steps, subject }
}

#[test]
fn a_release_is_recorded_once_with_its_author_and_can_be_withdrawn() {
    let world = world(1);
    let approve = |by: &str, at| {
        let approval = Approval { key: step("first", "U000"), by: by.into(), from: minute(at) };
        world.store.release("week", &[approval], &entry(LogAct::Approve, by, at)).unwrap()
    };
    assert!(approve("甲", 1));
    assert!(!approve("乙", 2));
    let approvals = world.store.approvals("week").unwrap();
    assert_eq!(approvals.len(), 1);
    assert_eq!((approvals[0].by.as_str(), approvals[0].from), ("甲", minute(1)));
    assert!(world.store.approvals("other").unwrap().is_empty());
    for at in [3, 4] {
        let gone = entry(LogAct::Drop, "程序", at);
        world.store.withdraw("week", &[step("first", "U000")], &gone).unwrap();
    }
    assert!(world.store.approvals("week").unwrap().is_empty());
    let log = world.store.reminder_log().unwrap();
    let told: Vec<_> = log.iter().map(|entry| (entry.act, entry.by.as_str(), entry.at)).collect();
    assert_eq!(told, [(LogAct::Approve, "甲", minute(1)), (LogAct::Drop, "程序", minute(3))]);
    assert_eq!(log[0].steps, ["plan/first/--/U000"]);
}

#[test]
fn what_a_person_struck_stands_in_the_outbox_and_is_never_queued() {
    let world = world(1);
    let struck = entry(LogAct::Strike, "甲", 1);
    assert!(world.store.strike_unqueued(&mail("a", &[step("first", "U000")]), &struck).unwrap());
    assert!(!world.store.strike_unqueued(&mail("a", &[step("first", "U000")]), &struck).unwrap());
    let second = world.store.queue(&mail("b", &[step("second", "U000")])).unwrap().unwrap();
    assert!(!world.store.strike_unqueued(&mail("c", &[step("second", "U000")]), &struck).unwrap());
    assert!(world.store.strike_and_log(second, &entry(LogAct::Strike, "甲", 2)).unwrap());
    assert!(!world.store.strike_and_log(second, &entry(LogAct::Strike, "甲", 3)).unwrap());
    let rows = world.store.outbox(None).unwrap();
    assert!(rows.iter().all(|row| row.state == Struck && row.reply == "甲划掉：电话已催"), "{rows:?}");
    assert_eq!((rows.len(), world.store.reminder_log().unwrap().len()), (2, 2));
}

#[test]
fn while_all_mail_is_paused_only_an_alarm_can_be_claimed() {
    let world = world(1);
    let reminder = world.store.queue(&mail("a", &[step("first", "U000")])).unwrap().unwrap();
    let alarm = NewMail { kind: ALARM.into(), ..mail("b", &[]) };
    let alarm = world.store.queue(&alarm).unwrap().unwrap();
    assert!(world.store.set_paused(&entry(LogAct::Pause, "甲", 1)).unwrap());
    assert!(!world.store.set_paused(&entry(LogAct::Pause, "乙", 2)).unwrap());
    assert_eq!(world.store.paused().unwrap().unwrap().by, "甲");
    assert!(!world.store.claim_for_sending(reminder, minute(3)).unwrap());
    assert!(world.store.claim_for_sending(alarm, minute(3)).unwrap());
    assert!(world.store.set_paused(&entry(LogAct::Resume, "乙", 4)).unwrap());
    assert_eq!(world.store.paused().unwrap(), None);
    assert!(world.store.claim_for_sending(reminder, minute(5)).unwrap());
}

#[test]
fn a_clock_that_was_a_year_ahead_holds_until_mails_of_two_days_say_that_it_is_right() {
    let world = world(1);
    let year = 365 * 24 * 60;
    let queue = |cause: &str, at: i64| {
        let mail = NewMail { queued_at: minute(at), ..mail(cause, &[]) };
        world.store.queue(&mail).unwrap().unwrap()
    };
    let newest = |at: i64| world.store.newest_stamp(minute(at)).unwrap();
    let first = queue("first", 0);
    assert_eq!(newest(5), Some(minute(0)));
    queue("ahead", year);
    world.store.settle(first, OutboxState::Struck, "a year old", minute(year), None).unwrap();
    assert_eq!(newest(5), Some(minute(year)));
    queue("today", 6);
    queue("today too", 60);
    assert_eq!(newest(61), Some(minute(year)), "one day tells no clock right");
    queue("tomorrow", 24 * 60 + 6);
    assert_eq!(newest(24 * 60 + 7), Some(minute(24 * 60 + 6)));
    // A clock that is itself a year behind all that the store knows.
    assert_eq!(newest(-year), Some(minute(year)));
}
