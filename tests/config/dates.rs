//! Dates that stayed behind when a campaign was copied from last year's, steps that fall on days off, and what else is accepted but
//! hardly meant.

use std::fs;

use shouwen::config::{self, Level};

use crate::world::{CALENDAR, CAMPAIGN, FORM5, World, shipped, spoilt, warned};

const MAIN: &str = "shouwen.toml";
const DUE: &str = "due = 2023-05-10";
const DAILY: &str = "each_day = { from = 2023-05-14, to = 2023-05-20,";

#[test]
fn a_form_of_another_year_than_the_campaigns_is_told() {
    warned(FORM5, "year = 2023", "year = 2022", "year", &["2022", "2023", "退回", "往年"]);
}

#[test]
fn what_opens_after_its_last_day_is_refused() {
    let key = "requirement.opens";
    spoilt(CAMPAIGN, DUE, "due = 2023-05-10\nopens = 2023-06-01", key, "晚于截止日 2023-05-10");
    let world = shipped().with(CAMPAIGN, DAILY, &format!("opens = 2023-05-21\n{DAILY}"));
    world.refused(CAMPAIGN, world.line(CAMPAIGN, "opens = 2023-05-21"), key, "晚于截止日 2023-05-20");
}

#[test]
fn days_far_from_the_period_are_told() {
    let far = &["离活动起止日（2023-05-14 至 2023-05-20）太远"];
    for due in ["2022-05-10", "2024-05-10", "2026-05-10"] {
        let world = shipped().with(CAMPAIGN, DUE, &format!("due = {due}"));
        let line = world.line(CAMPAIGN, &format!("due = {due}"));
        told(&world, &format!("campaign.toml:{line}: requirement.due: 截止日 {due} {}", far[0]));
    }
    for days in [
        "from = 2022-05-14, to = 2022-05-20",
        "from = 2023-05-14, to = 2032-05-20",
        "from = 2023-06-14, to = 2023-06-20",
    ] {
        let world =
            shipped().with(CAMPAIGN, "from = 2023-05-14, to = 2023-05-20, until", &format!("{days}, until"));
        told(&world, far[0]);
    }
    // All was moved to the next year but the days of each day.
    told(
        &shipped().with(
            CAMPAIGN,
            "from = 2023-05-14, to = 2023-05-20 }",
            "from = 2024-05-14, to = 2024-05-20 }",
        ),
        "每天报送的日子",
    );
    for near in ["2023-04-10", "2023-08-10"] {
        silent(&shipped().with(CAMPAIGN, DUE, &format!("due = {near}")), "太远");
    }
}

#[test]
fn a_mailbox_that_begins_after_a_due_day_is_told() {
    let since = "since = 2023-04-20";
    warned(MAIN, since, "since = 2023-05-11", "mailbox.since", &["截止日 2023-05-10", "历史"]);
    silent(&shipped().with(MAIN, since, "since = 2023-05-10"), "历史");
}

#[test]
fn a_step_that_can_never_leave_is_told_with_the_nearest_that_can() {
    let step = "at = \"due+1wd\", template = \"overdue\" },\n  { id = \"second\", at = \"due+2wd\"";
    let key = "reminder.steps.at";
    // 10 May 2023 is a Wednesday.
    for (at, day, nearest) in
        [("due+3d", "5月13日（星期六）", "due+2wd"), ("due+4d", "5月14日（星期日）", "due+3wd")]
    {
        let bad = format!("at = \"{at}\", template = \"overdue\" }},");
        let world = shipped().with(CAMPAIGN, step, &format!("{bad}\n  {{ id = \"second\", at = \"due+5wd\""));
        let world = world.with(CAMPAIGN, "at = \"due+3wd\"", "at = \"due+6wd\"");
        let line = world.line(CAMPAIGN, at);
        told(&world, &format!("campaign.toml:{line}: {key}: 这一步在2023年{day}，不是工作日"));
        told(&world, &format!("at = \"{nearest}\""));
        // Where mail leaves on any day, it leaves.
        silent(&world.with(MAIN, "working_days_only = true", "working_days_only = false"), "永远不会发出");
    }
    let opens = shipped().with(CAMPAIGN, DUE, "due = 2023-05-10\nopens = 2023-05-08");
    told(&opens, "opens = 2023-05-08");
    told(&opens, "2023年5月6日（星期六），那时还没有开始报送");
    // Of every day some may be off.
    silent(&shipped(), "永远不会发出");
}

#[test]
fn a_slip_of_the_calendar_is_told_once() {
    let world = shipped().with(CALENDAR, "to = 2023-01-02", "to = 2023-01-28");
    let problems = world.load().expect_err("accepted").problems;
    assert!(problems.len() <= 2, "{problems:#?}");
    let world = shipped().with(CALENDAR, "year = 2023", "year = 2022\nholidays = []\n[[year]]\nyear = 2023");
    told(&world, "2022 年没有列出放假");
    spoilt(CALENDAR, "year = 2024", "year = 2023", "year.year", "2023 年写了两次");
    let other =
        shipped().with(CALENDAR, "from = 2023-06-22, to = 2023-06-24", "from = 2021-06-22, to = 2021-06-24");
    told(&other, "2021-06-22 起的假期写在了 2023 年之下");
}

#[test]
fn what_hardly_was_meant_is_told() {
    warned(
        CAMPAIGN,
        "keywords = [\"职业教育活动周\", \"职教活动周\", \"职教周\", \"活动周\"]",
        "keywords = []",
        "campaign.keywords",
        &["为空", "逐封认定"],
    );
    let mailbox = fs::read_to_string(shipped().path(MAIN)).unwrap();
    let (_, mailbox) = mailbox.split_once("\n[[mailbox]]").unwrap();
    let (mailbox, _) = mailbox.split_once("\n[reminders]").unwrap();
    let again = format!("[[mailbox]]{}\n[reminders]", mailbox.replace("id = \"zjc\"", "id = \"again\""));
    told(&shipped().with(MAIN, "[reminders]", &again), "与邮箱 zjc 是同一个账号");
    spoilt(
        MAIN,
        "/2023-activity-week\"",
        "/2024-activity-week\"",
        "campaigns",
        "campaigns/2024-activity-week”不是文件夹",
    );
}

/// What `check` finds, each with its level.
fn found(world: &World) -> Vec<(Level, String)> {
    let findings = config::report(&world.load().unwrap());
    findings
        .into_iter()
        .map(|finding| (finding.level, format!("{}；{}", finding.what, finding.remedy)))
        .collect()
}

#[test]
fn check_says_what_is_never_chased_and_what_nobody_receives() {
    let text = fs::read_to_string(shipped().path(CAMPAIGN)).unwrap();
    let (_, chase) = text.rsplit_once("[[reminder]]").unwrap();
    let world = shipped().with(CAMPAIGN, &format!("[[reminder]]{chase}"), "");
    let is_told = |world: &World| {
        found(world).into_iter().find(|(_, what)| what.contains("不会催报")).map(|found| found.0)
    };
    assert_eq!(is_told(&world), Some(Level::Note));
    assert_eq!(is_told(&shipped()), None);
    assert_eq!(is_told(&world.with(MAIN, "mode = \"auto\"", "mode = \"off\"")), None);

    // A second campaign with the same words, and then one that no mailbox receives for.
    let two = |campaigns: &str| {
        let world = shipped();
        let other = world.path("campaigns/other");
        fs::create_dir_all(other.join("forms")).unwrap();
        fs::create_dir_all(other.join("mail")).unwrap();
        for file in ["campaign.toml", "units.csv", "calendar.toml"]
            .into_iter()
            .map(str::to_owned)
            .chain(inner(&world, "forms"))
            .chain(inner(&world, "mail"))
        {
            fs::copy(world.path("campaigns/2023-activity-week").join(&file), other.join(&file)).unwrap();
        }
        world
            .with("campaigns/other/campaign.toml", "\"2023-activity-week\"", "\"other\"")
            .with(
                MAIN,
                "campaigns = [\"campaigns/2023-activity-week\"]",
                "campaigns = [\"campaigns/2023-activity-week\", \"campaigns/other\"]",
            )
            .with(MAIN, "campaigns = []", campaigns)
    };
    let said = found(&two("campaigns = []"));
    assert!(
        said.iter().any(|(level, what)| *level == Level::Warning
            && what.contains("2023-activity-week 与 other 共用邮箱")
            && what.contains("职教周")),
        "{said:?}"
    );
    let said = found(&two("campaigns = [\"2023-activity-week\"]"));
    assert!(!said.iter().any(|(_, what)| what.contains("共用邮箱")), "{said:?}");
    assert!(
        said.iter()
            .any(|(level, what)| *level == Level::Warning && what.starts_with("other：没有一个邮箱收取")),
        "{said:?}"
    );
}

fn inner(world: &World, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(world.path("campaigns/2023-activity-week").join(folder)).unwrap();
    entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap())).collect()
}

/// A warning of an accepted configuration says so.
fn told(world: &World, words: &str) {
    let warnings: Vec<String> = world.load().unwrap().warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|warning| warning.contains(words)), "{words} is not in {warnings:#?}");
}

/// No warning does.
fn silent(world: &World, words: &str) {
    let warnings: Vec<String> = world.load().unwrap().warnings.iter().map(ToString::to_string).collect();
    assert!(!warnings.iter().any(|warning| warning.contains(words)), "{words} is in {warnings:#?}");
}
