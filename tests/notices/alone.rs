//! Each notice in a mailbox of its own: what it asks for is found, what breaks its limits is told, and nobody had to
//! write a line of program for it.

use shouwen::rehearsal::season::cast::{Member, member};
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::files::table::xlsx;

use crate::world::{LABOUR, Letter, Office, QUALITY, WORKS, letter};

const MIANYANG: &str = "绵阳职业技术学院";
const LUZHOU: &str = "泸州职业技术学院";

/// A form4 of a unit that the season's cast need not know.
pub fn form4_of(unit: &'static str) -> Vec<u8> {
    let form = Form4 { unit: Some(unit), ..FORM4 };
    let member = Member { name: unit, ..member(MIANYANG) };
    xlsx(&form.sheets(&member))
}

/// An annual report as a school sends it.
pub fn annual(from: &str, unit: &str, moment: &str) -> Letter {
    letter(from, &format!("{unit}2023年质量年度报告"), moment)
        .says(&format!(
            "现报送{unit}质量年度报告。\n公开网址：https://www.school.example/zlnb/2023.html\n\n{unit}"
        ))
        .document(&format!("{unit}质量年度报告（2023）.pdf"), &[unit, "2023年质量年度报告", "一、基本情况。"])
        .scan("真实性责任声明签字盖章页.pdf")
}

#[test]
fn a_report_with_a_signed_page_and_a_public_address() {
    let mut office = Office::of(&[QUALITY]);
    let bare = letter("nb@luzhou-poly.example", &format!("{LUZHOU}质量年报"), "05-12 10:00")
        .document("质量年报.docx", &[LUZHOU, "质量年度报告（2023）", "正文。"])
        .document("真实性声明.docx", &["内容真实性责任声明", "本校承诺属实。"]);
    let inside = letter("nb@luzhou-poly.example", &format!("{LUZHOU}质量年报网址"), "05-13 10:00")
        .says("质量年报发布网址：http://10.20.1.5/nb.html\n泸州职业技术学院");
    office.imports(&[annual("nb@mianyang-poly.example", MIANYANG, "05-10 10:00"), bare, inside]);
    let register = office.register();
    assert_eq!(
        register[0],
        format!(
            "{QUALITY} {MIANYANG} submission registered: {MIANYANG}质量年度报告（2023）.pdf accepted annual/report, \
             真实性责任声明签字盖章页.pdf accepted annual/declaration"
        )
    );
    assert_eq!(
        register[1],
        format!(
            "{QUALITY} {LUZHOU} submission registered: 质量年报.docx accepted annual/report, \
             真实性声明.docx rejected annual/declaration"
        )
    );
    assert_eq!(office.item(QUALITY, MIANYANG, "page"), "accepted 1");
    assert_eq!(office.item(QUALITY, MIANYANG, "declaration"), "accepted 1");
    assert_eq!(office.item(QUALITY, LUZHOU, "declaration"), "rejected 0");
    assert_eq!(office.item(QUALITY, LUZHOU, "page"), "accepted 1 PAGE", "{register:#?}");
    let status = office.json(&["status", "--json", "--unit", MIANYANG]);
    assert_eq!(status["units"][0]["requirements"][0]["standing"], "complete");
}

#[test]
fn works_keep_to_their_limits_or_a_person_is_told() {
    let mut office = Office::of(&[WORKS]);
    let long = "字".repeat(1600);
    let from = "tw@mianyang-poly.example";
    let first = letter(from, &format!("{MIANYANG}作品征集"), "05-11 10:00")
        .document("征文-我的技能梦.docx", &["我的技能梦", "我在车间里学会了焊接。"])
        .document("征文-长.docx", &["长征文", &long])
        .document("征文-署名.docx", &["我的老师", "我在绵阳职业技术学院学习。"])
        .film("微视频-焊花.mp4", 200)
        .film("微视频-太长.mp4", 372);
    office.fetches(&[first]);
    let register = office.register();
    assert_eq!(register.len(), 1);
    for (path, item, flaws) in [
        ("征文-我的技能梦.docx", "essay", vec![]),
        ("征文-长.docx", "essay", vec!["WORDS W"]),
        ("征文-署名.docx", "essay", vec!["ANONYMOUS W"]),
        ("微视频-焊花.mp4", "film", vec!["ANONYMOUS I"]),
        ("微视频-太长.mp4", "film", vec!["LENGTH W", "ANONYMOUS I"]),
    ] {
        assert!(register[0].contains(&format!("{path} accepted works/{item}")), "{register:#?}");
        assert_eq!(office.flaws(path), flaws, "{path}");
    }
    assert_eq!(office.item(WORKS, MIANYANG, "essay"), "accepted 3 WORDS ANONYMOUS");
    let fourth = letter(from, &format!("{MIANYANG}学生作品征文"), "05-12 10:00")
        .document("征文-第四篇.pdf", &["第四篇", "正文。"]);
    office.fetches(&[fourth]);
    assert_eq!(office.flaws("征文-第四篇.pdf"), ["FORMAT W"]);
    assert_eq!(office.item(WORKS, MIANYANG, "essay"), "accepted 4 WORDS ANONYMOUS FORMAT QUOTA");
}

#[test]
fn a_work_that_is_only_linked_is_measured_by_its_card_and_one_that_says_nothing_waits() {
    let mut office = Office::of(&[WORKS]);
    let card = "从QQ邮箱发来的超大附件\n\n微视频-远.mov (612.0M, 2023年06月14日 15:29 到期)进入下载页面：\
                https://wx.mail.qq.com/ftn/download?func=3&key=0123456789abcdef&code=01234567";
    let linked =
        letter("tw@luzhou-poly.example", &format!("{LUZHOU}作品征集微视频"), "05-11 10:00").says(card);
    let which =
        letter("tw@luzhou-poly.example", &format!("{LUZHOU}作品征集"), "05-12 10:00").film("01.mp4", 100);
    office.imports(&[linked, which]);
    assert_eq!(office.item(WORKS, LUZHOU, "film"), "flawed 1 LINK FORMAT SIZE");
    let register = office.register();
    assert_eq!(
        register[1],
        format!("{WORKS} {LUZHOU} submission review: 01.mp4 review -/-"),
        "two items are films"
    );
}

#[test]
fn the_same_notice_at_the_labour_office_is_owed_by_its_bureaus() {
    let bureau = "绵阳市人力资源和社会保障局";
    let mut office = Office::of(&[LABOUR]);
    let whole = letter(
        "zjk@mianyang-hr.example",
        &format!("{bureau}技工院校职业教育活动周方案、采集表"),
        "05-09 10:00",
    )
    .document("活动方案.docx", &[bureau, "2023年职业教育活动周活动方案", "一、时间。"])
    .book("附件4.xlsx", form4_of(bureau))
    .scan("附件4盖章扫描件.pdf");
    let college = letter("x@jiuzhou.example", "四川九洲技师学院职业教育活动周方案", "05-08 10:00")
        .document("四川九洲技师学院活动方案.docx", &["四川九洲技师学院", "2023年职业教育活动周活动方案"]);
    let photo =
        letter("x@jiuzhou.example", "四川九洲技师学院5月16日活动周照片", "05-16 15:00").photo("1.jpg");
    office.imports(&[college, whole, photo]);
    let register = office.register();
    assert!(register[0].ends_with("四川九洲技师学院活动方案.docx extra plan/scheme"), "{register:#?}");
    assert!(register[1].contains("附件4.xlsx accepted plan/form4"), "{register:#?}");
    assert!(register[2].ends_with("1.jpg accepted daily/photo"), "{register:#?}");
    let status = office.json(&["status", "--json", "--unit", bureau]);
    let unit = &status["units"][0];
    assert_eq!(unit["requirements"][0]["standing"], "complete", "{unit:#}");
    assert_eq!(unit["under"][0]["unit"], "四川九洲技师学院", "{unit:#}");
    let shown = office.run(&["show", bureau]);
    assert!(shown.contains("下属 四川九洲技师学院：5月16日1件") && shown.contains("下属单位来件"), "{shown}");
}
