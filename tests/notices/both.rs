//! One mail that brings material of two notices: each part counts for its own, what could be either asks, and staff can
//! say otherwise part by part.

use crate::alone::form4_of;
use crate::world::{LABOUR, Letter, Office, QUALITY, WEEK, letter};

const MIANYANG: &str = "绵阳职业技术学院";
const LUZHOU: &str = "泸州职业技术学院";
const FROM: &str = "jwc@mianyang-poly.example";

/// The plan of the week and the annual report in one mail.
fn both() -> Letter {
    letter(FROM, &format!("{MIANYANG}职业教育活动周方案、采集表及2023年质量年报"), "05-09 10:00")
        .says(&format!(
            "两项材料一并报送。\n公开网址：https://www.school.example/zlnb/2023.html\n\n{MIANYANG}"
        ))
        .document("活动方案.docx", &[MIANYANG, "2023年职业教育活动周活动方案", "一、时间。"])
        .book("附件4.xlsx", form4_of(MIANYANG))
        .scan("附件4盖章扫描件.pdf")
        .document(
            &format!("{MIANYANG}质量年度报告（2023）.pdf"),
            &[MIANYANG, "2023年质量年度报告", "一、基本情况。"],
        )
        .scan("真实性责任声明签字盖章页.pdf")
}

fn told(office: &Office) {
    let rows = office.json(&["messages", "--json"]);
    let row = &rows[0];
    assert_eq!(
        (row["state"].as_str(), row["unit"].as_str()),
        (Some("registered"), Some(MIANYANG)),
        "{row:#}"
    );
    let own = row["campaign"].as_str().unwrap();
    for (path, campaign, answer) in [
        ("活动方案.docx", WEEK, "plan/scheme"),
        ("附件4.xlsx", WEEK, "plan/form4"),
        ("附件4盖章扫描件.pdf", WEEK, "plan/form4_scan"),
        ("绵阳职业技术学院质量年度报告（2023）.pdf", QUALITY, "annual/report"),
        ("真实性责任声明签字盖章页.pdf", QUALITY, "annual/declaration"),
    ] {
        let part = row["parts"].as_array().unwrap().iter().find(|part| part["path"] == path).unwrap();
        let answered =
            format!("{}/{}", part["requirement"].as_str().unwrap(), part["item"].as_str().unwrap());
        assert_eq!((answered.as_str(), &part["state"]), (answer, &"accepted".into()), "{part:#}");
        assert_eq!(part["campaign"].as_str().unwrap_or(own), campaign, "{part:#}");
        assert_eq!(
            part["campaign"].is_null(),
            campaign == own,
            "told where it differs from the mail's: {part:#}"
        );
    }
}

fn counted(office: &Office) {
    for (campaign, item) in [
        (WEEK, "scheme"),
        (WEEK, "form4"),
        (WEEK, "liaison"),
        (QUALITY, "report"),
        (QUALITY, "declaration"),
        (QUALITY, "page"),
    ] {
        assert_eq!(office.item(campaign, MIANYANG, item), "accepted 1", "{campaign} {item}");
    }
    let totals = office.json(&["totals", "--json", "--form", "form4", "--campaign", WEEK]);
    assert_eq!(totals["included"], 1);
    for campaign in [WEEK, QUALITY] {
        let listed = office.json(&["messages", "--json", "--campaign", campaign, "--unit", MIANYANG]);
        assert_eq!(listed.as_array().unwrap().len(), 1, "{campaign} has something in it");
        let shown = office.json(&["show", MIANYANG, "--campaign", campaign, "--json"]);
        let items = shown["versions"].as_array().unwrap();
        let is_own = |requirement: &str| (requirement == "annual") == (campaign == QUALITY);
        assert!(items.iter().all(|item| is_own(item["requirement"].as_str().unwrap())), "{items:#?}");
    }
}

#[test]
fn each_part_of_a_mail_counts_for_its_own_notice() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    office.fetches(&[both()]);
    told(&office);
    counted(&office);
    let shown = office.run(&["show", "1"]);
    assert!(shown.contains(&format!("〔{QUALITY}〕")) || shown.contains(&format!("〔{WEEK}〕")), "{shown}");
    let changes = office.json(&["replay", "--dry-run", "--json"]);
    assert_eq!(
        (changes["changed"].as_array().unwrap().len(), &changes["messages"]),
        (0, &1.into()),
        "{changes:#}"
    );
    office.run(&["replay", "--json"]);
    told(&office);
    counted(&office);
    office.run(&["verify"]);
}

#[test]
fn the_same_from_files_into_a_store_of_three_notices_and_any_order() {
    let mut office = Office::of(&[QUALITY, LABOUR, WEEK]);
    office.imports(&[both()]);
    told(&office);
    counted(&office);
    assert_eq!(office.item(LABOUR, "绵阳市人力资源和社会保障局", "form4"), "missing 0");
}

#[test]
fn a_campaign_that_is_added_later_finds_its_parts_by_replay() {
    let mut office = Office::of(&[WEEK]);
    office.imports(&[both()]);
    assert_eq!(office.item(WEEK, MIANYANG, "form4"), "accepted 1");
    office.serves(&[WEEK, QUALITY]);
    let changes = office.json(&["replay", "--dry-run", "--json"]);
    assert_eq!(changes["changed"].as_array().unwrap().len(), 1, "{changes:#}");
    office.run(&["replay", "--json"]);
    told(&office);
    counted(&office);
}

#[test]
fn what_says_nothing_of_its_own_goes_where_it_answers_or_asks() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    let subject = format!("{MIANYANG}职业教育活动周方案及质量年报");
    let folders = letter(FROM, &subject, "05-09 10:00")
        .zip("材料.zip", &[("活动周/方案.docx", "一、时间地点。"), ("质量年报/正文.docx", "一、基本情况。")]);
    let bare =
        letter("x@luzhou-poly.example", &format!("{LUZHOU}职业教育活动周方案及质量年报"), "05-09 11:00")
            .document("1.docx", &["一、时间地点。"])
            .photo("现场.jpg");
    office.imports(&[folders, bare]);
    let rows = office.json(&["messages", "--json"]);
    let part = |row: usize, path: &str| {
        let parts = rows[row]["parts"].as_array().unwrap();
        parts.iter().find(|part| part["path"] == path).unwrap_or_else(|| panic!("{path}: {parts:#?}")).clone()
    };
    assert_eq!(part(0, "材料.zip/活动周/方案.docx")["item"], "scheme", "{rows:#}");
    assert_eq!(part(0, "材料.zip/质量年报/正文.docx")["item"], "report", "{rows:#}");
    let open = part(1, "1.docx");
    assert_eq!(open["state"], "review", "{open:#}");
    assert!(open["why"].as_str().unwrap().contains("可能属于"), "{open:#}");
    assert_eq!(rows[1]["state"], "review");
    for (campaign, item) in [(WEEK, "scheme"), (QUALITY, "report")] {
        assert_eq!(office.item(campaign, LUZHOU, item), "missing 0", "it counts for neither: {campaign}");
    }
    office.run(&["accept", "2", "1.docx", "--item", "annual/report", "--campaign", QUALITY]);
    assert_eq!(office.item(QUALITY, LUZHOU, "report"), "accepted 1");
    assert_eq!(office.item(WEEK, LUZHOU, "scheme"), "missing 0");
    office.run(&["replay", "--json"]);
    assert_eq!(office.item(QUALITY, LUZHOU, "report"), "accepted 1", "a person's word outlives a replay");
}

#[test]
fn a_file_that_says_one_thing_outside_and_another_inside_asks() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    let odd = letter(FROM, &format!("{MIANYANG}材料：职业教育活动周方案、质量年报"), "05-09 10:00")
        .document("职业教育活动周方案.docx", &[MIANYANG, "质量年度报告（2023）", "一、基本情况。"])
        .document("质量年报.docx", &[MIANYANG, "质量年度报告（2023）", "一、基本情况。"]);
    office.imports(&[odd]);
    let register = office.register();
    assert!(register[0].contains("职业教育活动周方案.docx review -/-"), "{register:#?}");
    assert!(register[0].contains("质量年报.docx accepted annual/report"), "{register:#?}");
}

#[test]
fn staff_move_a_part_to_another_notice_and_back() {
    let mut office = Office::of(&[WEEK, QUALITY]);
    office.imports(&[both()]);
    let part = "真实性责任声明签字盖章页.pdf";
    office.run(&["return", "1", part, "--why", "看不清"]);
    assert_eq!(office.item(QUALITY, MIANYANG, "declaration"), "rejected 0");
    office.run(&["return", "1", part, "--undo"]);
    assert_eq!(office.item(QUALITY, MIANYANG, "declaration"), "accepted 1");
    office.run(&["assign", "1", LUZHOU, "--part", part]);
    assert_eq!(office.item(QUALITY, LUZHOU, "declaration"), "accepted 1");
    assert_eq!(office.item(QUALITY, MIANYANG, "declaration"), "missing 0");
    office.run(&["assign", "1", LUZHOU]);
    for (campaign, item) in [(WEEK, "form4_scan"), (QUALITY, "declaration")] {
        assert_eq!(
            office.item(campaign, LUZHOU, item),
            "accepted 1",
            "whose it is holds in both: {campaign}"
        );
        assert_eq!(office.item(campaign, MIANYANG, item), "missing 0", "{campaign}");
    }
}
