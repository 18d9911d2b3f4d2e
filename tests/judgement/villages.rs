//! Stories of a county that asks its towns and their villages alike: names that lie in one another, and villages that write their town in
//! front of their own name.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, mail, photo};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

fn county() -> Campaign {
    let mut county = campaign();
    let unit = |code: &str, name: &str, aliases: &[&str], parent: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        group: "college".to_owned(),
        parent: Some(parent.to_owned()).filter(|parent| !parent.is_empty()),
        emails: vec![format!("{}@county.example", code.to_lowercase())],
        ..Unit::default()
    };
    county.roster.units = vec![
        unit("T1", "东风镇", &["东风镇政府", "东风镇人民政府"], ""),
        unit("T2", "王庄镇", &[], ""),
        unit("V1", "东风村", &[], "东风镇"),
        unit("V2", "新东风村", &[], "东风镇"),
        unit("V3", "东风社区", &[], "东风镇"),
        unit("V4", "王庄村", &[], "王庄镇"),
        unit("V5", "大王庄村", &["大王庄"], "王庄镇"),
        unit("V6", "小王庄村", &["小王庄"], "王庄镇"),
    ];
    county
}

fn sent(mail: Mail) -> Judged {
    mail.at("2023-05-26T10:00:00+08:00").judge_by(&county())
}

fn table(name: &str, unit: &str) -> crate::mail::Part {
    book(name, Sheet::form5(unit, &[(unit, 30)]))
}

#[test]
fn a_village_may_write_its_town_in_front() {
    for (subject, cell, code) in [
        ("东风镇东风村统计表", "东风镇东风村", "V1"),
        ("统计表", "东风镇人民政府东风村", "V1"),
        ("东风镇新东风村", "东风镇新东风村村委会", "V2"),
        ("统计表", "东风镇东风社区", "V3"),
        ("王庄镇大王庄", "大王庄", "V5"),
        ("王庄镇大王庄统计表", "王庄镇大王庄", "V5"),
        ("王庄镇统计表", "王庄镇", "T2"),
        ("王庄镇王庄村统计表", "王庄村", "V4"),
    ] {
        let judged = sent(mail("1@qq.example", subject).with(table("统计表.xls", cell)));
        judged.no_review().unit(code, UnitBy::Form).part("统计表.xls", "accepted summary/form5");
    }
    let named = sent(mail("1@qq.example", "王庄镇小王庄统计表盖章件").with(photo("IMG_1.jpg")));
    named.unit("V6", UnitBy::Name);
}

#[test]
fn a_village_of_another_town_is_not_the_rosters() {
    let other = sent(mail("1@qq.example", "统计表").with(table("统计表.xls", "王庄镇东风村")));
    other.review();
    assert_eq!(other.registration.unit, None);
}

#[test]
fn two_villages_of_a_town_in_one_mail_own_a_table_each() {
    let two = mail("1@qq.example", "东风镇东风村、东风社区统计表")
        .with(table("东风村.xls", "东风村"))
        .with(table("东风社区.xls", "东风社区"));
    let two = sent(two);
    two.no_review()
        .part("东风村.xls", "accepted summary/form5")
        .part("东风社区.xls", "accepted summary/form5");
}
