//! All notices in one mailbox: every part lands in its own, nothing is counted in two, and what could be either asks.

use crate::alone::{annual, form4_of};
use crate::world::{ALL, LABOUR, Letter, Office, QUALITY, WEEK, WORKS, letter};

const MIANYANG: &str = "绵阳职业技术学院";
const BUREAU: &str = "绵阳市人力资源和社会保障局";

fn plan(unit: &'static str, from: &str) -> Letter {
    letter(from, &format!("{unit}职业教育活动周方案、信息采集表"), "05-09 10:00")
        .document("活动方案.docx", &[unit, "2023年职业教育活动周活动方案", "一、时间。"])
        .book("附件4.xlsx", form4_of(unit))
        .scan("附件4盖章扫描件.pdf")
}

fn mails() -> Vec<Letter> {
    let works =
        letter("tw@mianyang-poly.example", &format!("{MIANYANG}“技能成就梦想”作品征集"), "05-16 11:00")
            .document("征文-我的技能梦.docx", &["我的技能梦", "我在车间里学会了焊接。"])
            .film("微视频-焊花.mp4", 200);
    let daily =
        letter("jwc@mianyang-poly.example", &format!("{MIANYANG}5月16日活动周照片、视频"), "05-16 15:00")
            .photo("现场1.jpg")
            .film("活动视频.mp4", 60);
    vec![
        annual("nb@mianyang-poly.example", MIANYANG, "05-08 10:00"),
        plan(MIANYANG, "jwc@mianyang-poly.example"),
        plan(BUREAU, "zjk@mianyang-hr.example"),
        works,
        daily,
    ]
}

/// Campaign of each mail, and states of its parts.
fn told(office: &Office) {
    let register = office.register();
    let campaigns: Vec<&str> = register.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(campaigns, [QUALITY, WEEK, LABOUR, WORKS, WEEK], "{register:#?}");
    assert!(
        register.iter().all(|line| line.contains("submission registered: ") && !line.contains(" review "))
    );
    for (line, answers) in [
        (0, ["annual/report", "annual/declaration"]),
        (1, ["plan/form4", "plan/form4_scan"]),
        (2, ["plan/form4", "plan/form4_scan"]),
        (3, ["works/essay", "works/film"]),
        (4, ["daily/photo", "daily/video"]),
    ] {
        assert!(
            answers.iter().all(|answer| register[line].contains(&format!("accepted {answer}"))),
            "{register:#?}"
        );
    }
}

fn counted_once(office: &Office) {
    assert_eq!(office.item(WEEK, MIANYANG, "form4"), "accepted 1");
    assert_eq!(office.item(LABOUR, BUREAU, "form4"), "accepted 1");
    assert_eq!(office.item(WORKS, MIANYANG, "film"), "accepted 1");
    assert_eq!(office.item(WORKS, MIANYANG, "shot"), "missing 0", "photos of a day are no works");
    assert_eq!(office.item(QUALITY, MIANYANG, "report"), "accepted 1");
    let count = |campaign: &str, form: &str| {
        office.json(&["totals", "--json", "--form", form, "--campaign", campaign])["included"].clone()
    };
    assert_eq!((count(WEEK, "form4"), count(LABOUR, "form4")), (1.into(), 1.into()));
}

#[test]
fn every_part_lands_in_its_own_notice_from_files() {
    let mut office = Office::of(ALL);
    office.imports(&mails());
    told(&office);
    counted_once(&office);
}

#[test]
fn every_part_lands_in_its_own_notice_over_imap_whatever_their_order_is() {
    let reversed: Vec<&str> = ALL.iter().rev().copied().collect();
    let mut office = Office::of(&reversed);
    office.fetches(&mails());
    told(&office);
    counted_once(&office);
}

#[test]
fn what_could_be_either_asks_a_person_and_counts_nowhere() {
    let mut office = Office::of(ALL);
    let film =
        letter("tw@mianyang-poly.example", &format!("{MIANYANG}视频"), "05-16 11:00").film("视频.mp4", 100);
    let unknown = letter("who@nowhere.example", "职业教育活动周方案", "05-09 10:00")
        .document("方案.docx", &["职业教育活动周活动方案", "一、时间。"]);
    office.imports(&[unknown, film]);
    let rows = office.json(&["messages", "--json"]);
    for row in rows.as_array().unwrap() {
        assert_eq!(row["state"], "review", "{row:#}");
    }
    let why = rows[1]["why"].as_str().unwrap();
    assert!(why.contains("可能属于") && why.contains("作品征集") && why.contains("活动周》"), "{why}");
    assert_eq!(office.item(WORKS, MIANYANG, "film"), "missing 0");
    for day in
        office.json(&["status", "--json", "--campaign", WEEK, "--unit", MIANYANG])["units"][0]["requirements"]
            .as_array()
            .unwrap()
    {
        assert!(day["items"].as_array().unwrap().iter().all(|item| item["count"] == 0), "{day:#}");
    }
}

#[test]
fn a_technician_college_is_told_where_its_plan_goes_and_its_days_are_welcome() {
    let mut office = Office::of(&[WEEK]);
    let from = "x@jiuzhou.example";
    let plan = letter(from, "四川九洲技师学院职业教育活动周方案", "05-08 10:00")
        .document("四川九洲技师学院活动方案.docx", &["四川九洲技师学院", "2023年职业教育活动周活动方案"]);
    let bureau = letter("zjk@mianyang-hr.example", &format!("{BUREAU}职业教育活动周方案"), "05-09 10:00")
        .document("活动方案.docx", &[BUREAU, "2023年职业教育活动周活动方案"]);
    let day = letter(from, "四川九洲技师学院5月16日活动周照片", "05-16 15:00").photo("现场1.jpg");
    office.imports(&[plan, bureau, day]);
    let rows = office.json(&["messages", "--json"]);
    for (row, state) in [(0, "rejected"), (1, "rejected"), (2, "accepted")] {
        let part = &rows[row]["parts"][0];
        assert_eq!(part["state"], state, "{part:#}");
        let is_wrong_box =
            part["flaws"][0]["code"] == "WRONG_BOX" && part["why"].as_str().unwrap().contains("@qq.com");
        assert_eq!(is_wrong_box, state == "rejected", "{part:#}");
    }
    assert!(rows[2]["parts"][0]["why"].as_str().unwrap().contains("同时报送人力资源社会保障部门"));
    let city = office.json(&["status", "--json", "--unit", "绵阳市教育和体育局"]);
    assert!(city["units"][0]["under"].is_null(), "a technician college is not under the education bureau");
}

#[test]
fn a_school_under_a_city_counts_for_itself_and_shows_under_it() {
    let (school, city) = ("绵阳市涪岸职业高级中学", "绵阳市教育和体育局");
    let mut office = Office::of(&[WEEK]);
    office.knows(WEEK, &format!("S01,{school},涪岸职高,secondary,绵阳市,{city},,,,,,"));
    let plan = letter("fuan@school.example", &format!("{school}职业教育活动周方案"), "05-08 10:00")
        .document("活动方案.docx", &[school, "2023年职业教育活动周活动方案"]);
    let day = letter("fuan@school.example", &format!("{school}5月15日活动周照片"), "05-15 15:00")
        .photo("现场1.jpg");
    let forwarded =
        letter("myzck@mianyang.example", &format!("转发：{school}5月16日活动周照片"), "05-16 15:00")
            .says("转发涪岸职高材料。\n绵阳市教育和体育局")
            .photo("涪岸职高2.jpg");
    office.imports(&[plan, day, forwarded]);
    let register = office.register();
    assert!(
        register.iter().all(|line| line.starts_with(&format!("{WEEK} {school} submission registered"))),
        "{register:#?}"
    );
    assert!(register[0].ends_with("活动方案.docx extra plan/scheme"), "{register:#?}");
    let shown = office.json(&["show", city, "--json"]);
    let under = &shown["unit"]["under"][0];
    let days: Vec<&str> =
        under["requirements"].as_array().unwrap().iter().map(|row| row["day"].as_str().unwrap()).collect();
    assert_eq!(
        (under["unit"].as_str().unwrap(), days),
        (school, vec!["2023-05-15", "2023-05-16"]),
        "{shown:#}"
    );
    assert_eq!(shown["under"].as_array().unwrap().len(), 3, "its plan is there for reference");
    let own = shown["unit"]["requirements"].as_array().unwrap();
    assert!(
        own.iter().all(|row| row["items"].as_array().unwrap().iter().all(|item| item["count"] == 0)),
        "{own:#?}"
    );
    let text = office.run(&["show", city]);
    assert!(text.contains(&format!("{city}下属 {school}：5月15日")), "{text}");
}
