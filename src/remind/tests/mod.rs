//! Stories of the due steps: the season of the notice, played without a store.

mod alarm;
mod between;
mod gate;
mod house_alarm;
mod stage;
mod tick;
mod turns;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use std::path::Path;

use super::check_wording;
use stage::{Season, at};

use crate::domain::message::PartState::{Accepted, Flawed, Rejected, Review};

/// Only unit `a` owes anything.
fn alone() -> Season {
    let mut season = Season::new();
    season.campaign.roster.units.truncate(1);
    season
}

#[test]
fn a_silent_unit_is_chased_on_the_days_of_the_notice() {
    let mut season = alone();
    let log = season.play(date(2023, 4, 20), date(2023, 6, 20));
    assert_eq!(
        log,
        [
            "05-06 08:30 a: plan/notice/--/a",
            "05-09 08:30 a: plan/eve/--/a",
            "05-11 08:30 a: plan/first/--/a",
            "05-12 08:30 a: plan/second/--/a",
            "05-15 08:30 staff: plan/phone/--/a",
            "05-16 10:00 a: daily/nudge/2023-05-15/a",
            "05-18 10:00 a: daily/nudge/2023-05-17/a",
            "05-26 08:30 a: summary/eve/--/a",
            "05-30 08:30 a: summary/first/--/a",
            "05-31 08:30 a: summary/second/--/a",
            "06-01 08:30 staff: summary/phone/--/a",
        ]
    );
}

#[test]
fn who_delivered_is_left_alone_and_who_is_not_yet_valid_owes_nothing() {
    let mut season = Season::new();
    season.plan("a", "05-08T10:00");
    let log = season.play(date(2023, 5, 4), date(2023, 5, 15));
    let of = |unit: &str| log.iter().filter(|line| line.contains(unit)).count();
    assert_eq!(of(" a: plan/notice"), 1);
    assert_eq!(of(" a: "), 1, "{log:?}");
    assert_eq!(of(" b: "), 4);
    assert_eq!(of(" c: "), 0);
    assert_eq!(season.mails("05-15T11:00"), [] as [&str; 0]);
}

#[test]
fn a_held_step_lapses_with_its_day() {
    let mut season = alone();
    season.gate.units.insert("a".into(), "来件#7待处理".into());
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a held 来件#7待处理"]);
    season.gate.units.clear();
    assert_eq!(season.mails("05-11T18:00"), ["a: plan/first/--/a held 不在发送时段内"]);
    assert_eq!(season.mails("05-12T09:00"), ["a: plan/second/--/a"]);
    assert_eq!(season.mails("05-13T09:00"), [] as [&str; 0]);
}

#[test]
fn a_step_that_nobody_could_see_is_made_up_once() {
    let mut season = alone();
    season.blind_days = [date(2023, 5, 9)].into();
    assert_eq!(season.mails("05-10T09:00"), ["a: plan/eve/--/a"]);
    season.send(at("05-10T09:00"));
    assert_eq!(season.mails("05-10T10:00"), [] as [&str; 0]);
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a"]);
}

#[test]
fn the_latest_missed_step_replaces_the_ones_before_and_grows_too_old() {
    let mut season = alone();
    season.campaign.chases.retain(|chase| chase.requirement == "plan");
    season.campaign.chases[0].steps.retain(|step| !step.to_staff);
    let blind = |from: i8, to: i8| (from..=to).map(|day| date(2023, 5, day)).collect::<BTreeSet<_>>();
    season.blind_days = blind(11, 14);
    assert_eq!(season.mails("05-15T09:00"), ["a: plan/second/--/a"]);
    assert_eq!(season.mails("05-16T09:00"), [] as [&str; 0], "15 May had a scan: it could have gone then");
    season.blind_days = blind(11, 17);
    assert_eq!(season.mails("05-18T09:00"), ["a: plan/second/--/a"]);
    season.blind_days = blind(11, 18);
    assert_eq!(season.mails("05-19T09:00"), [] as [&str; 0], "five working days old");
}

#[test]
fn the_phone_list_replaces_a_missed_letter() {
    let mut season = alone();
    season.blind_days = (11..=14).map(|day| date(2023, 5, day)).collect();
    assert_eq!(season.mails("05-15T09:00"), ["staff: plan/phone/--/a"]);
}

#[test]
fn one_digest_lists_all_that_is_owed_and_nothing_that_is_not_asked_yet() {
    let mut season = alone();
    season.arrive("a", "plan/scheme", "05-08T10:00", Accepted);
    let text = season.text("05-16T10:00");
    assert_eq!(
        text,
        "活动周 daily_missing\na职业学院：截至5月16日（星期二）10:00\n方案|2023年5月10日（星期三）||信息采集表|True\n\
         每日材料|2023年5月14日（星期日）|5月14日、5月15日|活动照片、典型案例|True\n2023年5月16日\n"
    );
    season.send(at("05-16T10:00"));
    season.settings.working_days_only = false;
    assert_eq!(season.mails("05-16T11:00"), [] as [&str; 0]);
}

#[test]
fn a_second_digest_of_a_day_is_held() {
    let mut season = alone();
    season.campaign.chases[2].steps[0].every_days = 1;
    season.send(at("05-15T08:30"));
    season.send(at("05-15T10:00"));
    let again = super::due::FIX;
    season.arrive("a", "daily/photo/05-14", "05-15T11:00", Flawed);
    assert_eq!(
        season.mails("05-15T12:00"),
        [format!("a: daily/{again}/2023-05-14/a held 今日已给该单位发过提醒")]
    );
    season.settings.max_per_unit_per_day = 2;
    assert_eq!(season.mails("05-15T12:00"), ["a: daily/fix/2023-05-14/a"]);
}

#[test]
fn flaws_ride_in_the_digest_and_alone_when_nothing_is_missing() {
    let mut season = alone();
    season.arrive("a", "plan/form4", "05-08T10:00", Flawed);
    assert_eq!(season.mails("05-09T09:00"), ["a: plan/eve/--/a plan/fix/--/a"]);
    assert!(season.text("05-09T09:00").contains("信息采集表 Sheet1!F7 大于100%"));
    season.arrive("a", "plan/scheme", "05-09T08:00", Accepted);
    assert_eq!(season.mails("05-09T09:00"), ["a: plan/fix/--/a"]);
    assert!(season.text("05-09T09:00").starts_with("活动周 fix\n"));
    season.send(at("05-09T09:00"));
    assert_eq!(season.play(date(2023, 5, 10), date(2023, 5, 13)), [] as [&str; 0]);
}

#[test]
fn what_was_rejected_is_still_owed_and_what_waits_is_not_chased() {
    let mut season = alone();
    season.arrive("a", "plan/form4", "05-08T10:00", Rejected);
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a plan/fix/--/a"]);
    let mut season = alone();
    season.arrive("a", "plan/form4", "05-08T10:00", Review);
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a held 该单位来件待核，核定前不催报"]);
    assert_eq!(season.mails("05-15T09:00"), [] as [&str; 0], "not on the phone list either");
}

#[test]
fn a_day_with_any_answer_is_not_silent() {
    let mut season = alone();
    season.arrive("a", "daily/nil/05-15", "05-15T17:00", Accepted);
    season.arrive("a", "plan/form4", "05-09T17:00", Accepted);
    season.arrive("a", "plan/scheme", "05-09T17:00", Accepted);
    let log = season.play(date(2023, 5, 14), date(2023, 5, 23));
    assert_eq!(log, ["05-18 10:00 a: daily/nudge/2023-05-17/a"]);
}

#[test]
fn the_next_address_is_used_when_one_is_dead_and_staff_hear_when_none_is_left() {
    let mut season = alone();
    let to =
        |season: &Season| season.situation(at("05-11T09:00"), |situation| situation.mails()[0].to.clone());
    assert_eq!(to(&season), "a@school.example");
    season.dead.insert("a@school.example".into());
    assert_eq!(to(&season), "a@other.example");
    season.dead.insert("a@other.example".into());
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a held 没有可用的收件地址，请在名册中补填"]);
}

#[test]
fn nobody_is_chased_before_the_mailbox_was_seen_after_the_due_moment() {
    let mut season = alone();
    season.gate.scanned_at = Some(at("05-10T23:59"));
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/first/--/a held 截止时刻之后尚未完整收取邮箱"]);
    assert_eq!(season.mails("05-09T09:00"), ["a: plan/eve/--/a"]);
}

#[test]
fn the_phone_list_names_unit_number_and_what_is_owed() {
    let mut season = alone();
    season.play(date(2023, 5, 4), date(2023, 5, 14));
    let text = season.text("05-15T09:00");
    assert_eq!(text, "电话名单\na职业学院 028-00000000 活动方案、信息采集表 4\n");
}

#[test]
fn a_template_with_a_wrong_field_is_named() {
    let mut campaign = stage::campaign();
    assert_eq!(check_wording(&campaign, Path::new("folder")), [] as [&str; 0]);
    campaign.wording.insert("overdue".into(), "主题: 甲\n{{ unti }}".into());
    campaign.wording.insert("fix".into(), "没有主题\n".into());
    campaign.wording.remove("phone_list");
    let found = check_wording(&campaign, Path::new("folder")).join("\n");
    assert!(found.contains("mail/overdue.txt: 第2行") && found.contains("mail/fix.txt: 第1行"), "{found}");
    assert!(found.contains("mail/phone_list.txt: 没有这个文件"), "{found}");
    assert!(found.contains("folder/mail/overdue.txt: 第2行模板有误：不认识占位符 unti；可用："), "{found}");
    assert!(found.contains("、unit、") || found.contains("：unit、"), "{found}");
}

#[test]
fn braces_that_would_leave_as_they_stand_are_named() {
    let found = |line: &str| {
        let mut campaign = stage::campaign();
        campaign.wording.insert("overdue".into(), format!("主题: 甲\n{{{{ unit }}}}：{line}\n"));
        check_wording(&campaign, Path::new("folder")).join("\n")
    };
    for bad in ["{ notice }", "{notice}", "｛｛ notice ｝｝", "{｛ notice ｝}", "｛notice｝"] {
        let told = found(bad);
        assert!(
            told.contains("overdue.txt: 第2行") && told.contains("notice") && told.contains("原样发出"),
            "{bad}: {told}"
        );
    }
    for fine in ["{{ notice }}", "{{notice}}", "（notice）", "{甲}", "{% if notice %}{{ notice }}{% endif %}"]
    {
        assert_eq!(found(fine), "", "{fine}");
    }
    for (broken, words) in [
        ("{{ notice }", "写法不完整"),
        ("{% if notice %}甲", "endif"),
        ("{% for o in owed %}{{ o.titel }}{% endfor %}", "o.titel"),
    ] {
        let told = found(broken);
        assert!(
            told.contains(words) && !told.contains("expected") && !told.contains("undefined"),
            "{broken}: {told}"
        );
    }
}

/// A small reproducible source of chance for histories.
struct Chance(u64);

impl Chance {
    fn one_in(&mut self, n: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).is_multiple_of(n)
    }
}

#[test]
fn in_any_history_nobody_is_chased_twice_a_day_nor_for_what_is_there() {
    let mut mails = 0;
    for seed in 0..24 {
        let mut chance = Chance(seed);
        let mut season = Season::new();
        if chance.one_in(2) {
            // Three units and one mail a day: steps before the due day open earlier.
            season.settings.a_day.insert("office".into(), 1);
        }
        let days = (4..=31).map(|day| format!("05-{day:02}"));
        for day in days.clone() {
            for unit in ["a", "b", "c"] {
                for what in ["plan/scheme", "plan/form4", "summary/report"] {
                    if chance.one_in(15) {
                        let state = if chance.one_in(3) { Flawed } else { Accepted };
                        season.arrive(unit, what, &format!("{day}T09:15"), state);
                    }
                }
                if chance.one_in(3) && ("05-14".."05-21").contains(&day.as_str()) {
                    season.arrive(unit, &format!("daily/photo/{day}"), &format!("{day}T20:00"), Accepted);
                }
            }
            if chance.one_in(6) {
                season.blind_days.insert(format!("2023-{day}").parse().unwrap());
            }
        }
        let mut steps = BTreeSet::new();
        for day in days {
            let mut a_day: BTreeMap<String, u32> = BTreeMap::new();
            for hour in [8, 9, 10, 12, 17, 18] {
                let now = at(&format!("{day}T{hour:02}:30"));
                let owed = season.situation(now, |situation| {
                    let due = situation.mails().into_iter().flat_map(|mail| mail.steps).collect::<Vec<_>>();
                    (situation.still_called_for(&due), due)
                });
                assert_eq!(owed.0, owed.1, "seed {seed}: every step is called for when it goes");
                let before = season.sent.len();
                for line in season.send(now) {
                    let (who, _) = line.split_once(':').unwrap();
                    *a_day.entry(who.to_owned()).or_default() += u32::from(who != "staff");
                    mails += 1;
                }
                for sent in &season.sent[before..] {
                    assert!(steps.insert(sent.key.clone()), "seed {seed}: {} twice", sent.key);
                }
            }
            assert!(a_day.values().all(|count| *count <= 1), "seed {seed}, {day}: {a_day:?}");
        }
    }
    assert!(mails > 150, "the histories hold enough: {mails}");
}

#[test]
fn flaws_alone_wait_for_the_hours_of_their_step() {
    let mut season = alone();
    season.arrive("a", "plan/scheme", "05-05T10:00", Accepted);
    season.arrive("a", "plan/form4", "05-05T10:00", Flawed);
    assert_eq!(season.mails("05-11T07:00"), ["a: plan/fix/--/a held 不在发送时段内"]);
    assert_eq!(season.mails("05-11T08:30"), ["a: plan/fix/--/a"]);
    assert_eq!(season.mails("05-11T18:00"), ["a: plan/fix/--/a held 不在发送时段内"]);
}

#[test]
fn nobody_is_asked_to_mend_a_link_that_we_have_not_fetched_yet() {
    let mut season = alone();
    season.plan("a", "05-05T10:00");
    season.arrive("a", "plan/form4", "05-05T11:00", Flawed);
    season.filings.last_mut().unwrap().flaws[0].code = "LINK".into();
    assert_eq!(season.mails("05-11T09:00"), [] as [&str; 0]);
    season.arrive("a", "plan/form4", "05-05T12:00", Flawed);
    assert_eq!(season.mails("05-11T09:00"), ["a: plan/fix/--/a"]);
}

#[test]
fn days_that_come_to_their_turn_on_one_day_are_all_asked_for() {
    let mut season = alone();
    let mut list = season.campaign.chases[0].steps.pop().unwrap();
    let nudge = &mut season.campaign.chases[2].steps[0];
    (nudge.every_days, nudge.at.working) = (1, true);
    list.at.days = 2;
    season.campaign.chases[2].steps.push(list);
    let friday_and_saturday = ["a: daily/nudge/2023-05-19/a daily/nudge/2023-05-20/a"];
    assert_eq!(season.mails("05-22T10:00")[..1], friday_and_saturday);
    assert_eq!(
        season.text("05-23T10:00").matches("a职业学院").count(),
        1,
        "once on the list for the telephone"
    );
    season.arrive("a", "daily/photo/05-20", "05-20T20:00", Accepted);
    let friday = ["a: daily/nudge/2023-05-19/a"];
    assert_eq!(season.mails("05-22T10:00")[..1], friday, "the last day is not all");
    assert_eq!(season.mails("05-23T10:00"), ["staff: daily/phone/2023-05-19/a"]);
}

#[test]
fn nobody_is_asked_to_mend_anything_before_the_deadline_of_the_notice() {
    let mut season = alone();
    season.campaign.wording.insert("fix".into(), "主题: 补正\n{{ new_due }}".into());
    season.arrive("a", "plan/scheme", "05-05T10:00", Accepted);
    season.arrive("a", "plan/form4", "05-05T10:00", Flawed);
    assert_eq!(season.text("05-06T09:00"), "补正\n5月10日（星期三）\n");
    assert_eq!(season.text("05-11T09:00"), "补正\n5月15日（星期一）\n");
}

#[test]
fn the_staffs_digest_is_reckoned_with_where_steps_open_early() {
    let mut season = Season::new();
    season.campaign.roster.units.truncate(2);
    // On the 9th and 10th four mails may leave, two of them to staff: two are left for two units.
    season.settings.a_day.insert("office".into(), 2);
    assert_eq!(season.mails("05-08T09:00"), [] as [&str; 0]);
    season.settings.staff.push("second@office.example".into());
    assert_eq!(season.mails("05-08T09:00"), [] as [&str; 0], "at least one a day is left for units");
    season
        .campaign
        .roster
        .units
        .push(crate::domain::unit::Unit { code: "d".into(), ..season.campaign.roster.units[0].clone() });
    season.settings.staff.pop();
    assert_eq!(season.mails("05-08T09:00").len(), 3, "three letters do not fit beside two digests");
}
