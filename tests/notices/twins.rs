//! Two notices at once whose forms have the same columns: each table counts for the one that its title, its name, what it
//! lies in or the mail speaks for, and a paper that names both asks.

use shouwen::rehearsal::season::files::table::{Table, Value, xlsx};

use crate::world::{Letter, Office, WEEK, letter};

const SAFETY: &str = "2023-campus-safety";
const FIRE: &str = "2023-fire-check";
const READING: &str = "2023-reading-week";
const JOINT: &str = "2023-joint-check";
const COLLEGE: &str = "绵阳职业技术学院";
const SCHOOL: &str = "江南第一中学";

/// An office that asks for the same two tables of campus safety and of fire.
fn office() -> Office {
    let office = Office::of(&[SAFETY]);
    let words =
        [("隐患排查", "火灾防控"), ("校园安全", "消防安全检查"), ("整改进度表", "消防安全检查进度表")];
    office.twin(FIRE, SAFETY, &words);
    office.serves(&[SAFETY, FIRE]);
    office
}

fn table(title: &str, total: &str) -> Vec<u8> {
    let rows = [&[title, ""][..], &["填表学校", SCHOOL], &["序号", "应整改数", "完成数"], &["1", total, "1"]];
    let mut table = Table { sheet: "Sheet1".to_owned(), ..Table::default() };
    for (row, texts) in (0..).zip(rows) {
        for (col, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            table.cells.push((row, col, Value::Text((*text).to_owned())));
        }
    }
    xlsx(&[table])
}

fn sent(subject: &str) -> Letter {
    letter("c@s1.example", &format!("{SCHOOL}{subject}"), "05-11 10:00")
}

/// What the first mail came to.
fn becomes(letter: Letter) -> String {
    let mut office = office();
    office.imports(&[letter]);
    office.register().remove(0)
}

#[test]
fn a_table_that_both_ask_for_is_of_the_one_that_it_or_the_mail_speaks_for() {
    for (subject, name, title, campaign) in [
        ("报表", "进度表.xlsx", "2023年校园安全整改进度表", SAFETY),
        ("报表", "进度表.xlsx", "2023年消防安全检查进度表", FIRE),
        ("报表", "消防安全检查进度表.xlsx", "进度表", FIRE),
        ("消防安全检查进度表", "进度表.xlsx", "进度表", FIRE),
        ("校园安全进度表", "进度表.xlsx", "进度表", SAFETY),
        // The title printed in it says what it is, whatever the mail is called.
        ("校园安全报表", "进度表.xlsx", "2023年消防安全检查进度表", FIRE),
    ] {
        let line = becomes(sent(subject).book(name, table(title, "2")));
        let wanted = format!("{name} accepted middle/middle_progress");
        assert!(line.starts_with(campaign) && line.ends_with(&wanted), "{subject} {name} {title}: {line}");
    }
}

#[test]
fn a_table_that_nothing_tells_or_that_contradicts_its_name_waits() {
    for (subject, name, title) in [
        ("报表", "进度表.xlsx", "进度表"),
        ("校园安全、消防安全检查进度表", "进度表.xlsx", "进度表"),
        ("报表", "校园安全进度表.xlsx", "2023年消防安全检查进度表"),
    ] {
        let line = becomes(sent(subject).book(name, table(title, "2")));
        assert!(line.ends_with(&format!("review: {name} review -/-")), "{subject} {name} {title}: {line}");
    }
}

#[test]
fn tables_of_both_in_one_mail_are_no_two_versions_of_one() {
    let mut office = office();
    let both = sent("校园安全、消防安全检查进度表")
        .book("校园安全进度表.xlsx", table("校园安全整改进度表", "2"))
        .book("消防安全检查进度表.xlsx", table("消防安全检查进度表", "3"));
    office.imports(&[both]);
    for campaign in [SAFETY, FIRE] {
        assert_eq!(office.item(campaign, "S1", "middle_progress"), "accepted 1", "{:?}", office.register());
    }
}

#[test]
fn a_report_that_names_both_is_not_one_s_alone() {
    for (name, title) in [
        ("中期总结.docx", "校园安全和消防安全检查中期总结"),
        ("校园安全、消防安全检查中期总结.docx", "中期总结"),
    ] {
        let line = becomes(sent("中期总结").document(name, &[&format!("{SCHOOL}{title}"), "一、基本情况。"]));
        assert!(line.ends_with(&format!("review: {name} review -/-")), "{name} {title}: {line}");
    }
    let line = becomes(
        sent("校园安全、消防安全检查中期总结")
            .document("中期总结.docx", &[&format!("{SCHOOL}消防安全检查中期总结"), "一、基本情况。"]),
    );
    assert!(line.starts_with(FIRE) && line.ends_with("accepted middle/middle_report"), "{line}");
}

#[test]
fn a_paper_of_one_that_has_a_word_of_the_other_beside_its_own_does_not_ask() {
    let becomes = |whose: &str, title: &str| {
        let mut office = office();
        // A third one is of both by its own title.
        office.twin(JOINT, SAFETY, &[("校园安全", "校园安全和消防安全检查"), ("隐患排查", "联合督查")]);
        office.serves(&[SAFETY, FIRE, JOINT]);
        for campaign in [SAFETY, FIRE, JOINT] {
            office.knows(campaign, "S9,校园安全和消防安全检查学校,,school,,,x@s9.example");
        }
        let lines = [&format!("{whose}{title}"), "一、基本情况。"];
        let from = if whose == SCHOOL { "c@s1.example" } else { "x@s9.example" };
        let mail = letter(from, &format!("{whose}中期总结"), "05-11 10:00");
        office.imports(&[mail.document("中期总结.docx", &lines)]);
        office.register().remove(0)
    };
    for (whose, title, campaign) in [
        (SCHOOL, "消防安全检查中期总结", FIRE),
        (SCHOOL, "校园安全工作推进、会议开展和物资到位的情况以及消防安全检查中期总结", FIRE),
        (SCHOOL, "校园安全工作部署：各部门与消防安全检查中期总结", FIRE),
        (SCHOOL, "校园安全和消防安全检查中期总结", JOINT),
        ("校园安全和消防安全检查学校", "消防安全检查中期总结", FIRE),
    ] {
        let line = becomes(whose, title);
        assert!(
            line.starts_with(campaign) && line.ends_with("accepted middle/middle_report"),
            "{title}: {line}"
        );
    }
}

#[test]
fn a_mail_without_files_that_names_both_is_not_one_s_alone() {
    let mut office = Office::of(&[WEEK]);
    let words = [("职业教育活动周", "全民阅读周"), ("职教活动周", "书香校园周"), ("职教周", "阅读周")];
    office.twin(READING, WEEK, &words);
    office.serves(&[WEEK, READING]);
    let sent = |subject: &str, moment, text: &str| {
        letter("a@college.example", &format!("{COLLEGE}{subject}"), moment).says(text)
    };
    office.imports(&[
        sent("职教周和书香校园周联络员", "05-10 17:00", "两项工作的联络员：张三，电话13800000000。"),
        sent("职教周和书香校园周5月16日零报告", "05-16 17:00", "今日无活动。"),
        sent("零报告", "05-17 17:00", "职教活动周、阅读周今日均无活动。"),
        sent("职教周零报告", "05-18 17:00", "今日职教周无活动，书香校园周的总结另报。"),
        sent("零报告", "05-19 17:00", "职教周今日无活动。\n书香校园周今日无活动。"),
        sent("职教周零报告", "05-20 17:00", "书香校园周今日也无活动。"),
    ]);
    let register = office.register();
    let wanted = ["review", "review", "review", "registered", "review", "review"];
    for (line, wanted) in register.iter().zip(wanted) {
        assert!(line.contains(&format!(" {wanted}: ")), "{register:#?}");
    }
    assert!(register[3].starts_with(WEEK), "{register:#?}");
}
