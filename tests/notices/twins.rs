//! Two notices at once whose forms have the same columns: each table counts for the one that its title, its name, what it
//! lies in or the mail speaks for, and a paper that names both asks.

use shouwen::rehearsal::season::files::table::{Table, Value, xlsx};

use crate::world::{Letter, Office, letter};

const SAFETY: &str = "2023-campus-safety";
const FIRE: &str = "2023-fire-check";
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
