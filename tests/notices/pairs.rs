//! A form and its stamped copy in two mails are one pair (V17), whichever came first; and what staff decide is told as one
//! JSON document.

use crate::alone::form4_of;
use crate::world::{Letter, Office, WEEK, letter};

const MIANYANG: &str = "绵阳职业技术学院";
const FROM: &str = "jwc@mianyang-poly.example";
const COPY: &str = "附件4盖章扫描件.pdf";

fn form(moment: &str) -> Letter {
    letter(FROM, &format!("{MIANYANG}活动周采集表"), moment).book("附件4.xlsx", form4_of(MIANYANG))
}

/// A copy with a text, whose numbers are not those of the form.
fn copy(moment: &str) -> Letter {
    letter(FROM, &format!("{MIANYANG}活动周采集表盖章件"), moment)
        .document(COPY, &["信息采集表", MIANYANG, "手机 19955556666", "电话 028-00000000"])
}

#[test]
fn a_stamped_copy_in_a_mail_of_its_own_is_compared_with_the_form() {
    for (first, second) in
        [(form("05-08 10:00"), copy("05-09 10:00")), (copy("05-08 10:00"), form("05-09 10:00"))]
    {
        let mut office = Office::of(&[WEEK]);
        office.imports(&[first]);
        office.fetches(&[second]);
        assert!(office.flaws(COPY).contains(&"V17 I".to_owned()), "{:?}", office.flaws(COPY));
        assert_eq!(office.item(WEEK, MIANYANG, "form4_scan"), "accepted 1");
        office.run(&["replay", "--json"]);
        assert!(office.flaws(COPY).contains(&"V17 I".to_owned()), "{:?}", office.flaws(COPY));
        office.run(&["verify"]);
    }
    let mut alone = Office::of(&[WEEK]);
    alone.imports(&[copy("05-08 10:00")]);
    assert!(!alone.flaws(COPY).contains(&"V17 I".to_owned()), "nothing to compare it with");
}

#[test]
fn a_form_that_counts_because_a_person_says_so_is_compared_with_its_copy() {
    let mut office = Office::of(&[WEEK]);
    office.imports(&[form("05-08 10:00")]);
    office.run(&["return", "1", "附件4.xlsx", "--why", "请盖章"]);
    office.fetches(&[copy("05-09 10:00")]);
    assert!(!office.flaws(COPY).contains(&"V17 I".to_owned()), "nothing to compare it with");
    office.run(&["return", "1", "附件4.xlsx", "--undo"]);
    assert!(office.flaws(COPY).contains(&"V17 I".to_owned()), "{:?}", office.flaws(COPY));
}

#[test]
fn decisions_are_told_as_one_document() {
    let mut office = Office::of(&[WEEK]);
    office.imports(&[form("05-08 10:00")]);
    let told = office.json(&["return", "1", "附件4.xlsx", "--why", "请盖章", "--by", "甲一", "--json"]);
    assert_eq!(
        (&told["decisions"][0]["act"], &told["decisions"][0]["by"]),
        (&"return".into(), &"甲一".into())
    );
    assert_eq!(told["messages"][0]["parts"][0]["state"], "rejected", "{told:#}");
    let told = office.json(&["return", "1", "附件4.xlsx", "--undo", "--json"]);
    assert_eq!(told["decisions"][0]["act"], "undo", "{told:#}");
    let told = office.json(&["accept", "1", "附件4.xlsx", "--json"]);
    assert_eq!(told["messages"][0]["parts"][0]["state"], "accepted", "{told:#}");
    let told = office.json(&["assign", "1", MIANYANG, "--alias", "绵职技", "--json"]);
    assert_eq!((told["decisions"].as_array().unwrap().len(), &told["messages"][0]["id"]), (2, &1.into()));
    let told = office.json(&["waive", "绵职技", "plan/form4_scan", "--why", "无公章", "--json"]);
    assert_eq!(told["standings"][0]["unit"], MIANYANG, "what staff taught names the unit: {told:#}");
    let told =
        office.json(&["extend", "绵职技", "plan", "--until", "2023-05-30", "--why", "已说明", "--json"]);
    assert_eq!(told["standings"][0]["requirement"], "plan", "{told:#}");
    let told = office.json(&["record", "绵职技", "plan/scheme", "--why", "机要交换", "--json"]);
    assert_eq!(told["decisions"][0]["act"], "record", "{told:#}");
    let told = office.json(&["note", "1", "已电话核实", "--json"]);
    assert_eq!(told["decisions"][0]["why"], "已电话核实", "{told:#}");
    let listed = office.json(&["messages", "--json", "--unit", "绵职技"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let status = office.json(&["status", "--json", "--unit", "绵职技"]);
    assert_eq!(status["units"][0]["unit"], MIANYANG);
}
