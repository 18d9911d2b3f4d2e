//! Stories of a bureau that hands on what its schools gave it, by the names that they bear in their own county: 实验小学, of which
//! each county has one. None of it is the bureau's own.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, document, mail, scan};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::unit::Unit;

const BUREAU: &str = "东城区教育局";

/// The usual week of two counties with a bureau and a primary school of the same name each.
fn counties() -> Campaign {
    let mut counties = campaign();
    let unit = |code: &str, name: &str, group: &str, city: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        group: group.to_owned(),
        city: city.to_owned(),
        ..Unit::default()
    };
    counties.roster.units = vec![
        Unit { emails: vec!["dc@county.example".to_owned()], ..unit("K1", BUREAU, "city_edu", "东城区") },
        unit("K2", "临江县教育局", "city_edu", "临江县"),
        unit("S1", "东城区实验小学", "college", "东城区"),
        unit("S2", "临江县实验小学", "college", "临江县"),
        unit("S3", "东城区建设路小学", "college", "东城区"),
    ];
    counties
}

fn from_bureau(subject: &str) -> Mail {
    mail("dc@county.example", subject).says("请查收。\n东城区教育局").at("2023-05-09T10:00:00+08:00")
}

fn judged(mail: Mail) -> Judged {
    mail.judge_by(&counties())
}

#[test]
fn what_bears_the_bare_name_of_a_school_is_not_its_bureaus() {
    for name in ["实验小学", "东城区教育局建设路小学"] {
        let form = judged(from_bureau("转报职教周采集表").with(book("采集表.xlsx", Sheet::form4(name))));
        form.review().part("采集表.xlsx", "review");
    }
    let papers = from_bureau("报送职教周活动方案")
        .with(document("实验小学活动方案.docx", "实验小学职业教育活动周活动方案\n一、时间。"))
        .with(scan("建设路小学采集表盖章.pdf"));
    let papers = judged(papers);
    papers.part("实验小学活动方案.docx", "review").part("建设路小学采集表盖章.pdf", "review");
    papers.concerns(&["K1", "S1", "S3"]);
}

#[test]
fn a_school_that_no_roster_has_is_not_its_bureau_either() {
    let alone = from_bureau("转报职教周采集表").with(book("采集表.xlsx", Sheet::form4("东城区育才小学")));
    judged(alone).review().part("采集表.xlsx", "review plan/form4");
    // Beside the bureau's own it is only enclosed.
    let beside = from_bureau("报送职教周采集表")
        .with(book("采集表.xlsx", Sheet::form4(BUREAU)))
        .with(book("育才小学.xlsx", Sheet::form4("东城区育才小学")));
    let beside = judged(beside);
    beside.no_review().part("采集表.xlsx", "accepted plan/form4 plan/liaison");
    beside.part("育才小学.xlsx", "extra");
}

#[test]
fn what_a_bureau_says_of_its_schools_is_its_own() {
    let own = from_bureau("东城区教育局职教周活动方案")
        .with(document("活动方案.docx", "东城区教育局职业教育活动周活动方案\n一、实验小学承办启动仪式。"))
        .with(document("东城区联络员.docx", "联络员名单\n东城区教育局 甲一 19900001234"));
    judged(own).no_review().part("活动方案.docx", "accepted plan/scheme");
}
