//! `shouwen calendar`: the days of the notice, which the program must know as a clerk with a wall calendar does.

use serde_json::Value;

use crate::desk::bare_desk;
use crate::{MORNING, at, json};

fn day_of(agenda: &Value, requirement: &str, step: Option<&str>, day: Option<&str>) -> (String, String) {
    let fits = |entry: &&Value| {
        entry["requirement"] == requirement && entry["step"].as_str() == step && entry["day"].as_str() == day
    };
    let found: Vec<&Value> = agenda.as_array().unwrap().iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{requirement} {step:?} {day:?}");
    let text = |key: &str| found[0][key].as_str().unwrap().to_owned();
    (text("at"), text("remark"))
}

#[test]
fn due_days_and_steps_are_those_of_the_notice() {
    let desk = bare_desk();
    let agenda = json(&desk, MORNING, &["calendar", "--json"]);
    let at = |requirement, step, day| day_of(&agenda, requirement, step, day);
    assert_eq!(at("plan", None, None), ("2023-05-11T00:00:00+08:00".into(), String::new()));
    assert_eq!(at("plan", Some("notice"), None).0, "2023-05-06T08:30:00+08:00", "a Saturday that is worked");
    assert_eq!(at("plan", Some("phone"), None).0, "2023-05-15T08:30:00+08:00");
    let (due, remark) = at("summary", None, None);
    assert_eq!(due, "2023-05-30T00:00:00+08:00");
    assert!(remark.contains("5月27日（星期六）") && remark.contains("顺延"), "{remark}");
    assert_eq!(at("summary", Some("eve"), None).0, "2023-05-26T08:30:00+08:00");
    assert_eq!(at("summary", Some("first"), None).0, "2023-05-30T08:30:00+08:00");
    let (nudge, remark) = at("daily", Some("nudge"), Some("2023-05-15"));
    assert_eq!((nudge.as_str(), remark.contains("2天")), ("2023-05-16T10:00:00+08:00", true));
    let (_, remark) = at("daily", Some("nudge"), Some("2023-05-19"));
    assert!(remark.contains("不是工作日"), "{remark}");
    let moments: Vec<&str> =
        agenda.as_array().unwrap().iter().map(|entry| entry["date"].as_str().unwrap()).collect();
    assert!(moments.is_sorted() && moments.len() > 20, "{moments:?}");
}

#[test]
fn a_person_reads_weekdays_and_a_year_without_holidays_says_so() {
    let desk = bare_desk();
    let shown = at(&desk, MORNING, &["calendar"]).out;
    assert!(shown.contains("2023年5月6日（星期六）") && shown.contains("川教函〔2023〕124号"), "{shown}");
    assert!(!shown.contains("没有2023年"), "{shown}");
    let calendar = desk.dir.path().join("config/campaigns/2023-activity-week/calendar.toml");
    std::fs::remove_file(calendar).unwrap();
    let shown = at(&desk, MORNING, &["calendar"]).out;
    assert!(shown.contains("没有2023年的节假日安排"), "{shown}");
}

#[test]
fn the_calendar_file_opens_elsewhere() {
    let desk = bare_desk();
    let file = desk.file.with_file_name("days.ics");
    let done = at(&desk, MORNING, &["calendar", "--ics", file.to_str().unwrap()]);
    assert_eq!((done.status, done.out.as_str()), (0, ""), "{}", done.told);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.lines().all(|line| line.len() <= 75), "no line is longer than 75 octets");
    let whole = text.replace("\r\n ", "");
    let count = |word: &str| whole.lines().filter(|line| *line == word).count();
    assert_eq!(count("BEGIN:VEVENT"), count("END:VEVENT"));
    assert!(count("BEGIN:VEVENT") > 20);
    assert!(whole.contains("DTSTART;VALUE=DATE:20230529\r\n"), "the summary's last day on time");
    assert!(whole.contains("DTSTART:20230506T003000Z\r\n"), "8:30 in Chengdu");
    let ids: Vec<&str> = whole.lines().filter(|line| line.starts_with("UID:")).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "a second import replaces, and adds nothing");
}

#[test]
fn what_a_provider_lets_out_a_day_may_make_steps_open_earlier_and_that_is_said() {
    let desk = bare_desk();
    let remark = |pace: &str| {
        let text = std::fs::read_to_string(&desk.file).unwrap();
        let text = text.split("\n[sending]").next().unwrap().to_owned();
        std::fs::write(&desk.file, format!("{text}\n[sending]\npace = {pace}\n")).unwrap();
        let agenda = json(&desk, MORNING, &["calendar", "--json"]);
        day_of(&agenda, "plan", Some("eve"), None).1
    };
    let few = "{ gap_seconds = [60, 120], per_15_min = 8, per_day = 1, per_connection = 5 }";
    assert!(remark(few).contains("最早可能提前到"), "{}", remark(few));
    assert_eq!(remark("\"none\""), "");
}
