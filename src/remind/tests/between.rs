//! Stories of what happens between the queueing of a mail and its departure: a deadline is moved, somebody is held, the
//! mode is changed, another list or another campaign asks too.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::date;

use super::stage::{Season, at};
use super::tick::{Office, signed};
use crate::domain::campaign::When;
use crate::domain::decision::{Act, Decision, Scope};
use crate::domain::message::PartState;
use crate::remind::digest::DIGEST;
use crate::remind::{DueState, Mode, approve, held, plan, tick, to_approve, write_digest};
use crate::store::{NewMail, OutboxRow, OutboxState, Ruled, StepKey};

const ALL: [(&str, PartState); 2] = [("scheme", PartState::Accepted), ("form4", PartState::Accepted)];

impl Office {
    /// A person grants a unit something about the plan.
    fn grants(&self, unit: &str, act: Act, until: Option<jiff::civil::Date>, moment: &str) {
        let basis = self.store.decisions().unwrap().last().map_or(0, |decision| decision.id);
        let scope = Scope { requirement: "plan".into(), item: None, day: None };
        let decision = Decision {
            id: basis + 1,
            campaign: Some("week".into()),
            unit: Some(unit.into()),
            scopes: vec![scope],
            until,
            ..Decision::new(act, "某老师", at(moment), "电话说明")
        };
        let campaigns = std::slice::from_ref(&self.campaign);
        let ruled = Ruled { decisions: &[decision], basis, judged: vec![], campaigns };
        assert!(self.store.decide(&ruled, at(moment)).unwrap());
    }

    fn struck(&self) -> Vec<String> {
        let rows = self.store.outbox(Some(OutboxState::Struck)).unwrap();
        rows.into_iter().map(|row| row.reply).collect()
    }
}

#[test]
fn who_is_given_more_time_is_not_chased_before_and_is_chased_then() {
    let office = Office::open();
    office.tick("05-11T08:30");
    office.grants("a", Act::Extend, Some(date(2023, 5, 15)), "05-11T08:31");
    let now = office.scan("05-11T08:32");
    assert!(office.look(office.queued("a"), now).is_none());
    assert!(office.look(office.queued("b"), now).is_some());
    assert_eq!(office.struck(), ["期限已延长，到时再提醒"]);
    office.tick("05-16T09:00");
    let queued = office.outbox(OutboxState::Queued);
    assert!(queued.contains(&"a: plan/first/--/a".to_owned()), "{queued:?}");
}

#[test]
fn whose_material_is_waived_is_told_to_staff_as_waived() {
    let office = Office::open();
    office.tick("05-11T08:30");
    office.grants("a", Act::Waive, None, "05-11T08:31");
    let now = office.scan("05-11T08:32");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.struck(), ["已免报或不再应报，不再发送"]);
}

#[test]
fn a_reminder_that_was_passed_over_lapses_though_others_left_after_it() {
    let mut office = Office::open();
    office.tick("05-09T09:00");
    office.arrive("a", &[], "05-09T09:01", Some("看不出是什么"));
    assert!(office.look(office.queued("a"), office.scan("05-09T09:02")).is_none());
    office.send(&office.queued("b"), at("05-09T09:03"));
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.outbox(OutboxState::Struck), ["a: plan/eve/--/a"]);
}

#[test]
fn what_the_pace_kept_is_dated_of_the_day_on_which_it_leaves() {
    let office = Office::open();
    office.tick("05-09T09:00");
    office.send(&office.queued("a"), at("05-09T09:01"));
    let leaves = office.look(office.queued("b"), office.scan("05-10T09:00")).unwrap().mail.text;
    assert!(leaves.contains("截至5月10日") && leaves.ends_with("2023年5月10日\n"), "{leaves}");
}

#[test]
fn who_is_held_while_queued_is_said_to_be_held_and_why() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    office.arrive("a", &[], "05-11T08:31", Some("看不出是什么"));
    let now = office.scan("05-11T08:32");
    let (a, b) = (office.queued("a").id, office.queued("b").id);
    let leaving: BTreeMap<i64, _> = [(a, now), (b, now)].into();
    let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
    let dues = plan(store, &office.campaign, mailboxes, settings, &leaving, now).unwrap().dues;
    assert_eq!(
        (dues[0].why.as_str(), dues[0].leaves_at),
        ("已排队，暂缓：来件#1待办，可能是该单位的材料", None)
    );
    assert!(dues[1].why.contains("预计") && dues[1].leaves_at == Some(now), "{}", dues[1].why);
    let kept = held(store, &office.campaign, mailboxes, settings, now).unwrap();
    assert_eq!(kept.into_keys().collect::<Vec<_>>(), [a]);
    // Looked at again before anything leaves: some minutes without a look are no reason.
    let kept = held(store, &office.campaign, mailboxes, settings, at("05-11T09:00")).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(held(store, &office.campaign, mailboxes, settings, at("05-11T12:00")).unwrap().len(), 2);
}

#[test]
fn what_was_queued_without_asking_waits_when_a_person_has_to_release_it() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    office.settings.mode = Mode::Approve;
    let now = office.scan("05-11T08:31");
    assert!(office.look(office.queued("a"), now).is_none());
    let batch =
        plan(&office.store, &office.campaign, &office.mailboxes, &office.settings, &BTreeMap::new(), now)
            .unwrap();
    approve(&office.store, &batch.dues[0], SignedDuration::from_mins(1), &signed(now)).unwrap();
    assert!(office.look(office.queued("a"), now).is_some());
    assert!(office.look(office.queued("b"), now).is_none());
}

#[test]
fn what_was_queued_without_asking_can_be_released_when_a_person_has_to() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    office.settings.mode = Mode::Approve;
    let now = office.scan("05-11T08:31");
    let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
    let dues = plan(store, &office.campaign, mailboxes, settings, &BTreeMap::new(), now).unwrap().dues;
    assert!(dues.iter().all(|due| due.state == DueState::Due && due.outbox.is_some()), "{dues:?}");
    assert_eq!(to_approve(store, &office.campaign, mailboxes, settings, now), Ok(2));
    approve(store, &dues[0], SignedDuration::ZERO, &signed(now)).unwrap();
    assert_eq!(office.plan("05-11T08:32"), ["a queued", "b due"]);
    assert_eq!(to_approve(store, &office.campaign, mailboxes, settings, now), Ok(1));
    // What nobody released lapses with its day.
    let now = office.scan("05-12T09:00");
    assert!(office.look(office.queued("b"), now).is_none());
    assert_eq!(office.struck(), ["当日未能发出，已过期"]);
}

#[test]
fn a_copy_of_a_list_names_nobody_who_has_delivered_since() {
    let mut office = Office::open();
    office.settings.staff.push("second@office.example".into());
    office.tick("05-15T09:00");
    office.arrive("a", &ALL, "05-15T09:01", None);
    let now = office.scan("05-15T09:02");
    for row in office.store.outbox(Some(OutboxState::Queued)).unwrap() {
        let text = office.look(row, now).unwrap().mail.text;
        assert!(text.contains("b职业学院") && !text.contains("a职业学院"), "{text}");
    }
    office.arrive("b", &ALL, "05-15T09:03", None);
    let now = office.scan("05-15T09:04");
    for row in office.store.outbox(Some(OutboxState::Queued)).unwrap() {
        assert!(office.look(row, now).is_none());
    }
    assert_eq!(office.struck(), ["所欠材料已收到，不再发送"; 2]);
}

#[test]
fn two_lists_of_one_turn_both_take_their_part_out_of_a_waiting_letter() {
    let mut office = Office::open();
    let due = date(2023, 5, 10);
    office.campaign.requirements[2].when = When::By { nominal: due, on_time_through: due };
    let step = |requirement: &str, step: &str, day: Option<jiff::civil::Date>| StepKey {
        requirement: requirement.into(),
        step: step.into(),
        day,
        unit: "a".into(),
    };
    let now = at("05-12T09:00");
    let mail = NewMail {
        kind: "reminder".into(),
        campaign: Some("week".into()),
        mailbox: "office".into(),
        unit: Some("a".into()),
        to: "a@school.example".into(),
        subject: "s".into(),
        text: "t".into(),
        message_id: "<shouwen.reminder.a@mail.example>".into(),
        cause: "a".into(),
        steps: vec![
            step("plan", "second", None),
            step("summary", "second", None),
            step("daily", "nudge", Some(date(2023, 5, 14))),
        ],
        queued_at: now,
        leaves_at: now,
    };
    office.store.queue(&mail).unwrap().unwrap();
    assert_eq!(office.tick("05-15T09:00"), 2);
    let left = office.queued("a").mail;
    assert_eq!((left.subject.as_str(), left.steps.len()), ("活动周 daily_missing", 1), "{:?}", left.steps);
}

#[test]
fn two_campaigns_write_to_an_address_once_a_day() {
    let mut office = Office::open();
    assert_eq!(office.tick("05-11T08:30"), 2);
    office.campaign.id = "other".into();
    office.campaign.roster.units[0].emails = vec!["A@school.example".into()];
    office.campaign.roster.units[1].emails = vec!["b@elsewhere.example".into()];
    assert_eq!(office.plan("05-11T08:31"), ["a held", "b due"]);
    let now = office.scan("05-11T08:32");
    assert_eq!(tick(&office.store, &office.campaign, &office.mailboxes, &office.settings, now), Ok(1));
    office.settings.max_per_unit_per_day = 2;
    assert_eq!(office.tick("05-11T08:33"), 1);
}

#[test]
fn what_may_still_come_for_yesterday_is_not_yet_missing() {
    let season = Season::new();
    let list = season.text("05-15T09:00");
    assert!(list.contains("方案") || list.contains("信息采集表"), "{list}");
    assert!(!list.contains("每日材料"), "it may come until ten: {list}");
}

#[test]
fn flaws_of_what_others_wrote_stay_in_their_line() {
    let mut season = Season::new();
    season.campaign.roster.units.truncate(1);
    season.arrive("a", "plan/form4", "05-08T10:00", PartState::Flawed);
    season.filings[0].flaws[0].text = format!("“12\r\n\r\n　　请汇款至…”不是整数{}", "请汇款".repeat(100));
    season.filings[0].flaws[0].place = "Sheet1\n请汇款!F7".into();
    let text = season.text("05-09T09:00");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("请汇款")).collect();
    let [line] = lines[..] else { panic!("{text}") };
    assert!(
        line.starts_with("信息采集表 Sheet1 请汇款!F7 “12 请汇款") && line.chars().count() < 300,
        "{line}"
    );
}

#[test]
fn the_digest_waits_for_a_look_at_the_mailboxes_and_not_for_ever() {
    let office = Office::open();
    let digest = |moment: &str| {
        let (store, mailboxes, none) = (&office.store, &office.mailboxes, || Ok(BTreeMap::new()));
        write_digest(store, &office.campaign, mailboxes, &office.settings, &none, at(moment)).unwrap()
    };
    let text = || {
        let rows = office.store.outbox(Some(OutboxState::Queued)).unwrap();
        let digest = |row: OutboxRow| (row.mail.kind == DIGEST).then_some(row.mail.text);
        rows.into_iter().filter_map(digest).next_back().unwrap()
    };
    assert_eq!(digest("05-09T08:30"), 0, "nothing was looked at yet");
    office.scan("05-09T08:31");
    assert_eq!(digest("05-09T08:32"), 1);
    assert!(!text().contains("未收全"), "{}", text());
    assert_eq!(digest("05-10T10:29"), 0, "the last look is of yesterday");
    assert_eq!(digest("05-10T10:30"), 1);
    assert!(text().contains("来件可能未收全：邮箱office的"), "{}", text());
}

#[test]
fn what_the_pace_kept_of_one_campaign_is_the_days_letter_of_the_other_too() {
    let mut office = Office::open();
    assert_eq!(office.tick("05-11T08:30"), 2);
    office.send(&office.queued("b"), at("05-11T08:31"));
    office.store.hold_back("office", at("05-12T00:00")).unwrap();
    office.campaign.id = "other".into();
    assert_eq!(office.plan("05-12T08:30"), ["a held", "b due"], "the letter to a leaves today");
}

#[test]
fn who_has_more_time_is_not_told_to_be_reached_too_late() {
    let office = Office::open();
    office.grants("a", Act::Extend, Some(date(2023, 5, 18)), "05-10T08:00");
    office.tick("05-19T09:00");
    let (now, id) = (at("05-19T09:00"), office.queued("a").id);
    let leaving: BTreeMap<i64, _> = [(id, now)].into();
    let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
    let batch = plan(store, &office.campaign, mailboxes, settings, &leaving, now).unwrap();
    assert_eq!(batch.notes, [] as [&str; 0]);
}

#[test]
fn a_list_of_each_day_reaches_every_colleague_each_day() {
    let mut office = Office::open();
    office.settings.staff.push("second@office.example".into());
    let mut list = office.campaign.chases[0].steps.pop().unwrap();
    list.at.days = 1;
    office.campaign.chases[2].steps = vec![list];
    office.campaign.chases.retain(|chase| chase.requirement == "daily");
    for day in ["05-16", "05-17"] {
        assert_eq!(office.tick(&format!("{day}T09:00")), 2, "{day}");
        let now = office.scan(&format!("{day}T09:01"));
        for row in office.store.outbox(Some(OutboxState::Queued)).unwrap() {
            let row = office.look(row, now).unwrap();
            assert!(row.mail.text.contains("a职业学院"), "{}", row.mail.text);
            office.send(&row, now);
        }
    }
}

#[test]
fn what_will_be_struck_when_its_time_comes_is_not_said_to_leave() {
    let mut office = Office::open();
    office.tick("05-09T09:00");
    office.arrive("a", &ALL, "05-09T09:01", None);
    let kept = |moment: &str| {
        let (now, id) = (office.scan(moment), office.queued("a").id);
        let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
        let kept = held(store, &office.campaign, mailboxes, settings, now).unwrap();
        (kept.get(&id).cloned().unwrap_or_default(), kept.len())
    };
    assert_eq!(kept("05-09T09:02"), ("所欠材料已收到，不再发送".to_owned(), 1));
    // The office is closed; nothing left, so nothing of it leaves tomorrow.
    assert_eq!(kept("05-09T20:00"), ("当日未能发出，已过期".to_owned(), 2));
}

#[test]
fn what_keeps_dates_or_mail_from_being_right_stands_above_the_batch() {
    let mut office = Office::open();
    let notes = |office: &Office| {
        let now = office.scan("05-11T09:00");
        let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
        plan(store, &office.campaign, mailboxes, settings, &BTreeMap::new(), now).unwrap().notes.join("\n")
    };
    assert_eq!(notes(&office), "");
    office.campaign.calendar.years.clear();
    office.mailboxes[0].smtp = None;
    let told = notes(&office);
    assert!(told.contains("2023 年的放假安排未知") && told.contains("没有可以发信的邮箱"), "{told}");
}

#[test]
fn what_units_said_instead_of_sending_stands_above_the_batch_and_in_the_morning_paper() {
    let mut office = Office::open();
    office.asks("a", "05-10T20:00");
    let now = office.scan("05-11T08:30");
    let (store, mailboxes, settings) = (&office.store, &office.mailboxes, &office.settings);
    let batch = plan(store, &office.campaign, mailboxes, settings, &BTreeMap::new(), now).unwrap();
    assert!(batch.dues.iter().all(|due| due.state == DueState::Due), "it holds nobody");
    assert!(batch.notes.iter().any(|note| note.contains("来件#1（a职业学院）")), "{:?}", batch.notes);
    let paper = office.digest("05-11T08:31").mail;
    assert!(paper.subject.contains("待办1件"), "{}", paper.subject);
    assert!(paper.text.contains("待答复1封：来件#1（a职业学院）。"), "{}", paper.text);
}

#[test]
fn one_mail_from_the_future_holds_everybody_and_the_morning_paper_says_so() {
    let mut office = Office::open();
    office.arrive_late("a", &ALL, ("06-30T09:00", "05-11T08:29"), None);
    assert_eq!(office.plan("05-11T08:30"), ["b held"]);
    let paper = office.digest("05-11T08:31").mail.text;
    assert!(paper.contains("全部催报暂缓：本机时钟早于最新来件的到达时间（2023年6月30日09:00）"), "{paper}");
}
