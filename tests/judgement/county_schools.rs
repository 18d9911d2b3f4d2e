//! Stories of a county that asks its schools: they write what they are called there, and two of them may be called alike.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, document, mail};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

fn unit(code: &str, name: &str, county: &str) -> Unit {
    Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        group: "college".to_owned(),
        city: county.to_owned(),
        emails: vec![format!("{}@county.example", code.to_lowercase())],
        ..Unit::default()
    }
}

fn county() -> Campaign {
    let mut county = campaign();
    let unit = |code, name| unit(code, name, "临江县");
    county.roster.units = vec![
        unit("S1", "临江县第一小学"),
        unit("S2", "临江县城关镇第一小学"),
        unit("S3", "临江县龙潭乡初级中学"),
        unit("S4", "临江县龙潭乡红星村小学"),
        unit("S5", "临江县育才学校"),
    ];
    county
}

fn sent(from: &str, subject: &str, cell: &str) -> Judged {
    let table = book("统计表.xls", Sheet::form5(cell, &[(cell, 30)]));
    let mail: Mail = mail(from, subject).with(table);
    mail.at("2023-05-26T10:00:00+08:00").judge_by(&county())
}

#[test]
fn a_school_is_known_by_what_its_county_calls_it() {
    for (subject, cell, code) in [
        ("县一小统计表", "县一小", "S1"),
        ("统计表", "城关一小", "S2"),
        ("龙潭初中统计表", "龙潭初中", "S3"),
        ("红星村小统计表", "龙潭乡红星村小", "S4"),
        ("育才学校统计表", "育才学校", "S5"),
    ] {
        let judged = sent("1@qq.example", subject, cell);
        judged.no_review().unit(code, UnitBy::Form).part("统计表.xls", "accepted summary/form5");
    }
}

#[test]
fn of_two_that_are_called_alike_the_address_tells_or_a_person() {
    for (from, code) in [("s1@county.example", "S1"), ("s2@county.example", "S2")] {
        let own = sent(from, "第一小学统计表", "第一小学");
        own.no_review().part("统计表.xls", "accepted summary/form5");
        assert_eq!(own.registration.unit.as_deref(), Some(code));
    }
    for (from, concerns) in [("1@qq.example", &["S1", "S2"][..]), ("s3@county.example", &["S3", "S1", "S2"])]
    {
        let open = sent(from, "第一小学统计表", "第一小学");
        open.review().concerns(concerns);
        assert_eq!(open.registration.unit, None);
    }
}

#[test]
fn a_school_that_the_county_does_not_ask_is_nobody_of_it() {
    for cell in ["青石县第一小学", "红旗镇第一小学", "县第三小学", "青石一小"] {
        let other = sent("1@qq.example", "统计表", cell);
        other.review();
        assert_eq!(other.registration.unit, None, "{cell}");
    }
}

/// Another one, of which each school is called otherwise than the others.
fn other_county() -> Campaign {
    let mut county = campaign();
    let unit = |code, name| unit(code, name, "青石县");
    county.roster.units = vec![
        unit("P1", "青石县第一小学"),
        unit("M1", "青石县第一中学"),
        unit("K1", "青石县第一幼儿园"),
        unit("T1", "青石县河口镇中心小学"),
        unit("T2", "青石县河口镇初级中学"),
        unit("D1", "青石县河口镇中心小学王庄教学点"),
        unit("K2", "青石县河口镇中心幼儿园"),
        unit("S1", "青石县实验学校"),
    ];
    county
}

#[test]
fn a_school_is_known_without_the_county_of_all() {
    let whose = |subject: &str| {
        let letter = mail("12345@qq.example", &format!("{subject}活动周方案"));
        letter.with(document("活动周方案.docx", "活动周方案\n一、时间。")).judge_by(&other_county())
    };
    for (subject, code) in [
        ("第一小学", "P1"),
        ("青石第一小学", "P1"),
        ("第一中学", "M1"),
        ("第一幼儿园", "K1"),
        ("河口镇中心小学", "T1"),
        ("河口镇初级中学", "T2"),
        ("河口镇中心小学王庄教学点", "D1"),
        ("河口镇中心幼儿园", "K2"),
        ("实验学校", "S1"),
    ] {
        whose(subject).no_review().unit(code, UnitBy::Name);
    }
    for subject in [
        "临江县第一小学",
        "临江县河口镇中心小学",
        "第二小学",
        "城关镇中心小学",
        "实验小学",
        "河口镇中心小学附属幼儿园",
        "河口镇中心小学李庄教学点",
        "河口镇中心小学东街小学",
    ] {
        let judged = whose(subject);
        judged.review();
        assert_eq!(judged.registration.unit, None, "{subject}");
    }
}
