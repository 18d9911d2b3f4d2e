//! Stories of a county whose schools write as they are called there, without the county: 河口镇中心小学, 第一小学. What bears another
//! county's name, or is a school that the roster has not, is none of them.

use crate::campaign::campaign;
use crate::mail::{document, mail};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

fn county() -> Campaign {
    let mut county = campaign();
    let unit = |code: &str, name: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        group: "college".to_owned(),
        city: "青石县".to_owned(),
        ..Unit::default()
    };
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
        letter.with(document("活动周方案.docx", "活动周方案\n一、时间。")).judge_by(&county())
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
