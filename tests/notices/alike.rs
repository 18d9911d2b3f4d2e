//! A notice that asks for the same thing more than once: of two groups, and of one unit twice; and whose counties send along
//! what their kindergartens wrote.

use shouwen::rehearsal::season::files::table::{Table, Value, xlsx};

use crate::world::{Letter, Office, letter};

const SAFETY: &str = "2023-campus-safety";
const COUNTY: &str = "东山区教育局";
const SCHOOL: &str = "江南第一中学";

/// A workbook of these rows, its first sheet.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut table = Table { sheet: "Sheet1".to_owned(), ..Table::default() };
    for (row, texts) in (0..).zip(rows) {
        for (col, text) in (0..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
            table.cells.push((row, col, Value::Text((*text).to_owned())));
        }
    }
    xlsx(&[table])
}

fn ledger(unit: &str, boss: &str, found: &str) -> Vec<u8> {
    workbook(&[
        &["2023年校园安全隐患台账"],
        &["单位名称", unit, "负责人", boss, "电话", ""],
        &["序号", "隐患数", "已整改数"],
        &["1", found, "3"],
    ])
}

fn progress(unit: &str, total: &str) -> Vec<u8> {
    workbook(&[
        &["2023年校园安全整改进度表"],
        &["填表学校", unit],
        &["序号", "应整改数", "完成数"],
        &["1", total, "3"],
    ])
}

fn plan(from: &str, unit: &str, moment: &str) -> Letter {
    letter(from, &format!("{unit}校园安全隐患排查方案、台账、照片"), moment)
        .document("方案.docx", &[&format!("{unit}校园安全隐患排查工作方案"), "一、目标。"])
        .book("隐患台账.xlsx", ledger(unit, "李四", "5处"))
        .photo("1.jpg")
}

#[test]
fn what_two_groups_are_asked_for_alike_is_each_ones_own() {
    let mut office = Office::of(&[SAFETY]);
    let stray = letter("a@a1.example", &format!("{COUNTY}校园安全承诺书"), "05-09 11:00")
        .document("承诺书.docx", &[&format!("{COUNTY}校园安全承诺书"), "我们承诺。"]);
    office.imports(&[
        plan("c@s1.example", SCHOOL, "05-08 10:00"),
        plan("a@a1.example", COUNTY, "05-09 10:00"),
        stray,
    ]);
    let register = office.register();
    for (line, requirement) in register.iter().zip(["plan_school", "plan_county"]) {
        for (file, item) in [("方案.docx", "scheme"), ("隐患台账.xlsx", "ledger"), ("1.jpg", "photo")] {
            assert!(line.contains(&format!("{file} accepted {requirement}/{item}")), "{register:#?}");
        }
    }
    assert!(register[2].contains("承诺书.docx rejected plan_school/pledge"), "{register:#?}");
    let totals = office.json(&["totals", "--form", "ledger", "--json"]);
    assert_eq!(totals["rows"][0]["values"]["found"], 5, "{totals:#}");
}

#[test]
fn what_a_unit_is_asked_for_twice_goes_by_what_is_said_then_by_its_day() {
    let mut office = Office::of(&[SAFETY]);
    let sends = |subject: &str, file: &str, total: &str, moment: &str| {
        letter("c@s1.example", &format!("{SCHOOL}校园安全{subject}"), moment)
            .book(file, progress(SCHOOL, total))
    };
    office.imports(&[
        sends("进度表", "整改进度表.xlsx", "1", "05-11 10:00"),
        sends("进度表", "整改进度表.xlsx", "2", "05-15 10:00"),
    ]);
    let rows = office.json(&["messages", "--json"]);
    let why = rows[1]["why"].as_str().unwrap();
    assert!(why.contains("“中期材料”或“期末材料”的进度表"), "{why}");
    assert_eq!(office.item(SAFETY, "S1", "final_progress"), "review 0");
    office.imports(&[
        sends("进度表（期末材料）", "期末整改进度表.xlsx", "3", "05-16 10:00"),
        sends("进度表（中期）", "整改进度表.xlsx", "4", "05-20 10:00"),
        sends("进度表", "整改进度表.xlsx", "5", "05-21 10:00"),
    ]);
    let register = office.register();
    let wanted = [
        "registered: 整改进度表.xlsx superseded middle/middle_progress",
        "review: 整改进度表.xlsx superseded middle/middle_progress",
        "期末整改进度表.xlsx superseded final/final_progress",
        "整改进度表.xlsx accepted middle/middle_progress",
        "整改进度表.xlsx accepted final/final_progress",
    ];
    for (line, wanted) in register.iter().zip(wanted) {
        assert!(line.ends_with(wanted), "{wanted}: {register:#?}");
    }
}

#[test]
fn a_paper_of_a_unit_below_is_not_the_offices_own() {
    let mut office = Office::of(&[SAFETY]);
    let sends = |file: &str, title: &str| {
        letter("a@a1.example", &format!("{COUNTY}校园安全自查报告"), "05-15 10:00")
            .document(file, &[title, &format!("一、共{}处隐患。", file.len())])
    };
    office.imports(&[
        sends("东山区阳光幼儿园自查报告.docx", "校园安全自查报告"),
        sends("2.阳光幼儿园自查报告.docx", "校园安全自查报告"),
        sends("关于东山区阳光幼儿园的自查报告.docx", "校园安全自查报告"),
        sends("自查报告.docx", "东山区阳光幼儿园校园安全自查报告"),
    ]);
    let register = office.register();
    assert!(register[0].ends_with("东山区阳光幼儿园自查报告.docx extra -/-"), "{register:#?}");
    assert!(register[1].ends_with("2.阳光幼儿园自查报告.docx extra -/-"), "{register:#?}");
    assert!(register[2].ends_with("关于东山区阳光幼儿园的自查报告.docx review -/-"), "{register:#?}");
    assert!(register[3].ends_with("自查报告.docx review -/-"), "{register:#?}");
    assert_eq!(office.item(SAFETY, "A1", "self_report"), "missing 0");
    let own = letter("a@a1.example", &format!("{COUNTY}校园安全自查报告"), "05-16 10:00")
        .document("自查报告.docx", &[&format!("{COUNTY}校园安全自查报告"), "一、全区情况。"]);
    office.imports(&[own]);
    assert_eq!(office.item(SAFETY, "A1", "self_report"), "accepted 1");
}

#[test]
fn a_label_left_unfilled_does_not_take_the_heading_below_it() {
    let mut office = Office::of(&[SAFETY]);
    let sent = letter("a@a1.example", &format!("{COUNTY}校园安全台账"), "05-09 10:00")
        .book("隐患台账.xlsx", ledger(COUNTY, "", "5"));
    office.imports(&[sent]);
    assert_eq!(office.flaws("隐患台账.xlsx"), ["V04 E"]);
    let totals = office.json(&["totals", "--form", "ledger", "--json"]);
    assert!(totals["rows"][0]["values"]["boss"].is_null(), "{totals:#}");
}

#[test]
fn a_link_is_what_it_is_called_and_its_address_asks_nothing() {
    let mut office = Office::of(&[SAFETY]);
    let sends = |subject: &str, text: &str, moment: &str| letter("a@a1.example", subject, moment).says(text);
    let subject = format!("{COUNTY}校园安全材料");
    office.imports(&[
        sends(&subject, "方案下载链接：https://pan.baidu.com/s/1zzzzzz 提取码 1234", "05-09 10:00"),
        sends(&format!("{COUNTY}校园安全自查报告"), "https://pan.baidu.com/s/1yyyyyy", "05-15 10:00"),
        sends(
            &format!("{COUNTY}校园安全总结"),
            "工作总结：https://www.example.cn/files/zj.docx",
            "05-21 10:00",
        ),
        sends(&subject, "排查视频 https://drive.weixin.qq.com/s?k=abcdef", "05-21 11:00"),
    ]);
    assert_eq!(office.item(SAFETY, "A1", "scheme"), "flawed 1 LINK");
    assert_eq!(office.item(SAFETY, "A1", "self_report"), "flawed 1 LINK");
    assert_eq!(office.item(SAFETY, "A1", "final_report"), "flawed 1 LINK");
    let rows = office.json(&["messages", "--json"]);
    let link = |at: usize| format!("{} {}", rows[at]["kind"], rows[at]["links"][0]["provider"]);
    assert_eq!(link(2), "\"submission\" \"other\"", "{rows:#}");
    assert_eq!(link(3), "\"submission\" \"wecom\"", "{rows:#}");
    let home = letter("b@a2.example", "西河县教育局校园安全咨询", "05-22 10:00")
        .says("请问几时开始？\n\n西河县教育局\n网址：https://www.xihe.example/index.html");
    office.imports(&[home]);
    let rows = office.json(&["messages", "--json"]);
    assert_eq!(rows[4]["links"].as_array().map(Vec::len), Some(0), "{rows:#}");
}
