//! Stories of names that several units share, that hold another one, or that no roster lists: a street of two districts, a
//! branch of a hospital, a county's bureau behind its city's address. Each was once counted for somebody in silence.

use crate::campaign::campaign;
use crate::mail::{Judged, Sheet, book, document, mail};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::unit::Unit;

/// The campaign with streets, towns and hospitals on its roster.
fn of_towns() -> Campaign {
    let mut campaign = campaign();
    let unit = |code: &str, name: &str, city: &str, email: &str| Unit {
        code: code.into(),
        name: name.into(),
        group: "college".into(),
        city: city.into(),
        emails: vec![email.into()],
        ..Unit::default()
    };
    campaign.roster.units.extend([
        unit("X01", "城东区新华街道办事处", "城东区", "x01@town.example"),
        unit("X02", "城西区新华街道办事处", "城西区", "x02@town.example"),
        unit("X03", "城东区和平街道办事处", "城东区", "x03@town.example"),
        unit("X04", "东山县太平镇人民政府", "东山县", "x04@town.example"),
        Unit {
            aliases: vec!["市一院".into()],
            ..unit("M01", "临江市第一人民医院", "临江市", "m01@hospital.example")
        },
        unit("M02", "省人民医院", "", "m02@hospital.example"),
        unit("M03", "安县民政局", "安县", "m03@bureau.example"),
    ]);
    campaign
}

fn plan(from: &str, subject: &str, title: &str) -> Judged {
    let letter = mail(from, subject).with(document("活动周方案.docx", title));
    letter.judge_by(&of_towns())
}

fn code(judged: &Judged) -> Option<&str> {
    judged.registration.unit.as_deref()
}

#[test]
fn a_street_of_two_districts_is_asked_about_with_both() {
    let open = plan("a@qq.example", "新华街道活动周方案", "活动周方案");
    open.review().concerns(&["X01", "X02"]);
    // Whose address is neither's has not written in their name.
    let other = plan("x03@town.example", "新华街道活动周方案", "新华街道活动周方案");
    other.review();
    assert!(code(&other).is_none(), "{:?}", other.registration.unit);
    let own = plan("x02@town.example", "新华街道活动周方案", "活动周方案");
    assert_eq!(code(&own), Some("X02"), "{:?} {:?}", own.registration.evidence, own.registration.review);
    assert_eq!(code(&plan("a@qq.example", "城西区新华街道活动周方案", "活动周方案")), Some("X02"));
    assert_eq!(code(&plan("a@qq.example", "和平街道活动周方案", "活动周方案")), Some("X03"));
    assert_eq!(code(&plan("a@qq.example", "太平镇综治办活动周方案", "活动周方案")), Some("X04"));
}

#[test]
fn what_lies_in_a_town_or_beside_a_hospital_is_not_it() {
    for subject in [
        "太平镇向阳社区活动周方案",
        "太平镇和平小学活动周方案",
        "太平镇司法所活动周方案",
        "太平镇市场监管所活动周方案",
        "太平镇卫生院活动周方案",
        "太平镇中学活动周方案",
        "太平镇商会活动周方案",
        "临江市第一人民医院南院区活动周方案",
        "临江市第一人民医院和平院区活动周方案",
    ] {
        assert_eq!(code(&plan("a@qq.example", subject, "活动周方案")), None, "{subject}");
    }
    // What a town does there is the town's.
    for subject in [
        "太平镇农贸市场整治活动周方案",
        "太平镇中小学周边排查活动周方案",
        "太平镇医院专项检查活动周方案",
        "太平镇加油站整治活动周方案",
        "太平镇开展学校排查活动周方案",
        "太平镇对幼儿园专项检查活动周方案",
    ] {
        assert_eq!(code(&plan("a@qq.example", subject, "活动周方案")), Some("X04"), "{subject}");
    }
    // What an institution may do in itself is not.
    for subject in [
        "太平镇中心小学活动周方案",
        "太平镇农贸市场活动周方案",
        "太平镇联合小学活动周方案",
        "太平镇对河村村委会活动周方案",
        "太平镇加油站安全检查活动周方案",
        "太平镇中学安全工作活动周方案",
    ] {
        assert_eq!(code(&plan("a@qq.example", subject, "活动周方案")), None, "{subject}");
    }
    assert_eq!(code(&plan("a@qq.example", "临江市第1人民医院活动周方案", "活动周方案")), Some("M01"));
    for subject in ["广东省人民医院活动周方案", "平安县民政局活动周方案"] {
        assert_eq!(code(&plan("a@qq.example", subject, "活动周方案")), None, "{subject}");
    }
    assert_eq!(code(&plan("a@qq.example", "省人民医院活动周方案", "活动周方案")), Some("M02"));
}

/// The campaign with two companies on its roster.
fn of_companies() -> Campaign {
    let mut campaign = of_towns();
    let unit = |code: &str, name: &str, alias: &str| Unit {
        code: code.into(),
        name: name.into(),
        aliases: vec![alias.into()],
        group: "college".into(),
        ..Unit::default()
    };
    campaign.roster.units.extend([
        unit("Y01", "海东省路桥集团有限公司", "路桥集团"),
        unit("Y02", "海东省高速公路建设有限公司", "高速建设公司"),
        unit("Y03", "海东交投物流有限公司", "物流公司"),
    ]);
    campaign
}

#[test]
fn companies_are_told_from_those_below_and_from_those_that_work_for_units() {
    let sent = |subject: &str, says: &str| {
        let mail = mail("a@qq.example", subject).says(says).at("2023-05-16T16:00:00+08:00");
        mail.with(crate::mail::photo("1.jpg")).judge_by(&of_companies())
    };
    for (subject, says, whose) in [
        ("路桥集团活动周照片", "我集团今日照片\n路桥集团安全部", "Y01"),
        ("路桥集团第三季度活动周照片", "", "Y01"),
        ("高速建设公司活动周照片", "我公司今日照片\n海东高速公路建设有限公司", "Y02"),
        ("绵阳职业技术学院活动周照片", "照片见附件", "C03"),
        ("海东交投物流活动周照片", "", "Y03"),
        ("海东交投物流公司活动周照片", "", "Y03"),
    ] {
        let judged = sent(subject, says);
        assert_eq!(code(judged.no_review()), Some(whose), "{subject}");
    }
    for (subject, says) in [
        ("路桥集团第一工程有限公司活动周照片", ""),
        ("路桥集团第三工程公司活动周照片", ""),
        ("高速建设公司活动周照片", "照片供参考\n海东光影文化传播有限公司"),
        // One company on the roster does not make all of them units.
        ("绵阳职业技术学院活动周照片", "我公司拍摄的照片"),
    ] {
        sent(subject, says).review();
    }
}

/// The campaign of a university that asks its departments.
fn of_departments() -> Campaign {
    let mut campaign = campaign();
    let unit = |code: &str, name: &str| Unit {
        code: code.into(),
        name: name.into(),
        group: "college".into(),
        emails: vec![format!("{}@u.example", code.to_lowercase())],
        ..Unit::default()
    };
    campaign.office = "滨海大学党委宣传部".into();
    campaign.roster.units =
        vec![unit("D1", "管理学院"), unit("D2", "机械工程学院"), unit("D3", "教务处"), unit("D4", "图书馆")];
    campaign
}

#[test]
fn a_department_is_known_behind_its_own_university_and_not_inside_another_name() {
    let sent = |from: &str, subject: &str, says: &str| {
        let letter = mail(from, subject).says(says).with(document("方案.docx", "活动周活动方案"));
        letter.judge_by(&of_departments())
    };
    for (from, subject, says, whose) in [
        ("a@qq.example", "管理学院活动周方案", "", "D1"),
        ("a@qq.example", "滨海大学机械工程学院活动周方案", "", "D2"),
        ("a@qq.example", "活动周方案", "方案见附件。\n滨海大学教务处", "D3"),
        ("d3@u.example", "活动周方案", "方案见附件。\n滨海大学教务处", "D3"),
        ("d2@u.example", "活动周方案", "方案见附件，已与教务处、图书馆沟通。", "D2"),
    ] {
        let judged = sent(from, subject, says);
        assert_eq!(code(judged.no_review()), Some(whose), "{subject} {says}");
    }
    for subject in ["公共管理学院活动周方案", "东海大学机械工程学院活动周方案", "东海大学教务处活动周方案"]
    {
        assert_eq!(code(&sent("a@qq.example", subject, "")), None, "{subject}");
    }
}

#[test]
fn a_paper_of_another_institution_is_not_its_messengers_though_the_address_is_known() {
    let sent = |title: &str| {
        let letter = mail("m01@hospital.example", "活动周方案").with(document("方案.docx", title));
        letter.judge_by(&of_towns())
    };
    let judged = sent("临江市仁爱医院活动周方案");
    judged.review();
    assert_eq!(code(&judged), None);
    sent("临江市第1人民医院活动周方案").no_review();
    sent("活动周方案").no_review();
    // 今日医院 is no hospital, and whose office signs or for whom something is sent is told.
    let letter = |from: &str, says: &str| {
        let letter = mail(from, "活动周方案").says(says).with(document("方案.docx", "活动周方案"));
        letter.judge_by(&of_towns())
    };
    letter("m01@hospital.example", "今日医院停诊，方案见附件").no_review();
    assert_eq!(code(&letter("a@qq.example", "附上方案\n市一院感染科")), Some("M01"));
    letter("m02@hospital.example", "代市一院报").review();
}

#[test]
fn who_else_a_subject_names_hides_no_unit() {
    for subject in [
        "绵阳职业技术学院参观长虹公司活动周方案",
        "绵阳职业技术学院职教集团活动周方案",
        "绵阳职业技术学院学生志愿服务站活动周方案",
        "绵阳职业技术学院携手绵阳医院活动周方案",
    ] {
        assert_eq!(code(&plan("a@qq.example", subject, "活动周方案")), Some("C03"), "{subject}");
    }
}

#[test]
fn another_institution_behind_a_known_address_is_asked_about() {
    for (from, subject) in [
        ("c03@163.example", "西南科技大学活动周方案"),
        ("c03@163.example", "绵阳师范学院活动周方案"),
        ("m01@hospital.example", "东川市第五人民医院活动周方案"),
    ] {
        let judged = plan(from, subject, "活动周方案");
        assert!(code(&judged).is_none(), "{subject}: {:?}", judged.registration.unit);
        judged.review();
    }
    assert_eq!(code(&plan("c03@163.example", "构建县域职教新格局活动周方案", "活动周方案")), Some("C03"));
}

#[test]
fn a_campus_that_owes_for_itself_is_not_its_school() {
    let mut campaign = of_towns();
    let school = campaign.roster.by_code("X04").unwrap().clone();
    let unit = |code: &str, name: &str| Unit {
        code: code.into(),
        name: name.into(),
        emails: vec![],
        ..school.clone()
    };
    campaign.roster.units.extend([unit("S01", "江城市第一中学"), unit("S02", "江城市第一中学东校区")]);
    let sent = |name: &str| {
        let letter = mail("a@qq.example", "活动周信息采集表").with(book("采集表.xlsx", Sheet::form4(name)));
        letter.judge_by(&campaign)
    };
    for (name, meant) in [
        ("江城市第一中学", Some("S01")),
        ("江城市第一中学（东校区）", Some("S02")),
        ("江城市第一中学东校区", Some("S02")),
        ("江城市第一中学（本部）", Some("S01")),
    ] {
        assert_eq!(code(&sent(name)), meant, "{name}");
    }
}

#[test]
fn a_town_lists_its_communities_and_nobody_is_asked() {
    let of = |rows: &[(&str, u32)]| {
        let sheet = Sheet::form5("太平镇人民政府", rows);
        mail("x04@town.example", "太平镇活动周情况统计表")
            .with(book("情况统计表.xlsx", sheet))
            .judge_by(&of_towns())
    };
    of(&[("东街社区", 100), ("幸福村", 50)]).no_review().part("情况统计表.xlsx", "accepted summary/form5");
    // One of another town is none of its rows.
    of(&[("东街社区", 100), ("和平街道", 50)]).review();
}

#[test]
fn one_paper_of_two_houses_is_asked_about() {
    for (subject, name, title) in [
        ("绵阳职业技术学院（四川商务职业学院）活动方案", "方案.docx", ""),
        ("活动方案", "绵阳职业技术学院（四川商务职业学院）活动方案.docx", ""),
        ("活动方案", "方案.docx", "绵阳职业技术学院（四川商务职业学院）"),
    ] {
        let text = format!("{title}2023年职业教育活动周活动方案\n一、时间。");
        let judged = mail("c03@163.example", subject).with(document(name, &text)).judge();
        judged.review().part(name, "review plan/scheme").concerns(&["C03", "C02"]);
    }
}
