//! Mail that could be of two notices: staff accept it for one without naming what it is, one part says nothing of the rest,
//! and neither notice chases its unit meanwhile.

use std::collections::BTreeSet;

use crate::world::{Letter, Office, QUALITY, WEEK, WORKS, letter};

const MIANYANG: &str = "绵阳职业技术学院";
const LUZHOU: &str = "泸州职业技术学院";

fn film() -> Letter {
    letter("tw@mianyang-poly.example", &format!("{MIANYANG}微视频"), "05-16 11:00")
        .film("微视频-焊花.mp4", 100)
}

/// Films of the days that count.
fn films_of_days(office: &Office) -> u64 {
    let status = office.json(&["status", "--json", "--campaign", WEEK, "--unit", MIANYANG]);
    let days = status["units"][0]["requirements"].as_array().unwrap();
    let items = days.iter().flat_map(|day| day["items"].as_array().unwrap());
    items.filter(|item| item["id"] == "video").map(|item| item["count"].as_u64().unwrap()).sum()
}

#[test]
fn a_mail_is_accepted_for_the_notice_that_is_meant_as_what_it_is_there() {
    for order in [[WEEK, WORKS], [WORKS, WEEK]] {
        for (meant, works, days) in [(WORKS, "accepted 1", 0), (WEEK, "missing 0", 1)] {
            let mut office = Office::of(&order);
            office.imports(&[film()]);
            let (campaigns, units) = office.held().remove(0);
            assert_eq!(campaigns, BTreeSet::from([WEEK, WORKS].map(str::to_owned)), "{units:?}");
            assert!(!units.is_empty());
            office.run(&["accept", "1", "--campaign", meant]);
            assert_eq!(office.item(WORKS, MIANYANG, "film"), works, "{order:?} {meant}");
            assert_eq!(films_of_days(&office), days, "{order:?} {meant}");
            assert_eq!(office.held().remove(0).0, BTreeSet::from([meant.to_owned()]));
            office.run(&["replay", "--json"]);
            assert_eq!(films_of_days(&office), days, "{order:?} {meant}");
        }
    }
}

#[test]
fn what_answers_nothing_in_the_notice_that_is_meant_is_not_accepted_there() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    let plan = letter("jwc@mianyang-poly.example", &format!("{MIANYANG}职业教育活动周方案"), "05-09 10:00")
        .document("活动方案.docx", &[MIANYANG, "2023年职业教育活动周活动方案", "一、时间。"]);
    office.imports(&[plan]);
    for words in [
        &["accept", "1", "--campaign", QUALITY][..],
        &["accept", "1", "活动方案.docx", "--campaign", QUALITY],
    ] {
        let told = office.refuses(words);
        assert!(told.contains("活动方案.docx") && told.contains("annual/"), "{told}");
    }
    assert_eq!(office.item(WEEK, MIANYANG, "scheme"), "accepted 1");
    assert_eq!(office.item(QUALITY, MIANYANG, "report"), "missing 0");
}

#[test]
fn one_part_that_is_accepted_says_nothing_of_the_others_and_both_notices_wait() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    let bare =
        letter("x@luzhou-poly.example", &format!("{LUZHOU}职业教育活动周方案及质量年报"), "05-09 11:00")
            .document("1.docx", &["一、时间地点。"])
            .document("2.docx", &["一、活动安排。"]);
    office.imports(&[bare]);
    let state = |path: &str| {
        let rows = office.json(&["messages", "--json"]);
        let parts = rows[0]["parts"].as_array().unwrap();
        parts.iter().find(|part| part["path"] == path).unwrap()["state"].as_str().unwrap().to_owned()
    };
    let both = BTreeSet::from([WEEK, QUALITY].map(str::to_owned));
    assert_eq!((state("1.docx"), state("2.docx")), ("review".into(), "review".into()));
    assert_eq!(office.held()[0].0, both);
    office.run(&["accept", "1", "1.docx", "--item", "annual/report", "--campaign", QUALITY]);
    assert_eq!((state("1.docx"), state("2.docx")), ("accepted".into(), "review".into()));
    assert_eq!(office.held()[0].0, both, "the other part could still be either's");
    office.run(&["accept", "1", "2.docx", "--item", "plan/scheme", "--campaign", WEEK]);
    for (campaign, item) in [(WEEK, "scheme"), (QUALITY, "report")] {
        assert_eq!(office.item(campaign, LUZHOU, item), "accepted 1", "{campaign}");
    }
}

#[test]
fn the_text_of_a_mail_says_nothing_for_a_notice_of_which_nothing_came() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    let subject = format!("{MIANYANG}职业教育活动周方案（质量年报另报）");
    let plan = letter("jwc@mianyang-poly.example", &subject, "05-09 10:00")
        .says(&format!("公开网址：https://www.school.example/zlnb/2023.html\n\n{MIANYANG}"))
        .document("活动方案.docx", &[MIANYANG, "2023年职业教育活动周活动方案", "一、时间。"]);
    office.imports(&[plan]);
    assert_eq!(office.item(WEEK, MIANYANG, "scheme"), "accepted 1");
    assert_eq!(office.item(QUALITY, MIANYANG, "page"), "missing 0");
}

#[test]
fn a_mail_that_could_be_of_two_notices_is_not_given_to_a_unit_before_one_is_named() {
    let mut office = Office::of(&[WEEK, WORKS]);
    let unknown = letter("who@nowhere.example", "微视频", "05-16 11:00").film("微视频-焊花.mp4", 100);
    office.imports(&[film(), unknown]);
    let campaign = |at: usize| office.json(&["messages", "--json"])[at]["campaign"].clone();
    for (number, at) in [("1", 0), ("2", 1)] {
        assert!(campaign(at).is_null(), "{number}");
        for words in [&["assign", number, MIANYANG][..], &["accept", number]] {
            let told = office.refuses_as_wrong(words);
            assert!(told.contains(&format!("--campaign {WEEK}")), "{told}");
            assert!(told.contains(&format!("--campaign {WORKS}  2023年“技能成就梦想”")), "{told}");
        }
        office.run(&["assign", number, MIANYANG, "--campaign", WORKS]);
        assert_eq!(campaign(at), WORKS, "{number}");
    }
    office.run(&["assign", "2", "--none"]);
    assert_eq!(office.item(WORKS, MIANYANG, "film"), "accepted 1");
    assert_eq!(films_of_days(&office), 0);
}
