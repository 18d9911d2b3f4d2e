//! What the receiving server says of a sender, and what it changes: an address that failed decides nothing, teaches
//! nobody and outweighs nothing; one of which nothing is said is believed as ever.

use crate::mail::{Judged, Mail, Sheet, book, document, mail};
use shouwen::domain::facts::SenderCheck;
use shouwen::domain::message::{Authenticity, UnitBy};

fn checked(mail: Mail, verdict: Authenticity) -> Mail {
    mail.header(|header| header.sender_check = SenderCheck { verdict, why: "SPF未通过".into() })
}

fn bare(from: &str, verdict: Authenticity) -> Judged {
    let plain = mail(from, "职教周方案").with(document("方案.docx", "活动方案"));
    checked(plain, verdict).judge()
}

#[test]
fn an_address_that_failed_places_no_mail() {
    for against in [Authenticity::Fail, Authenticity::Ambiguous] {
        let roster = bare("c02@163.example", against);
        roster.review().concerns(&["C02"]).part("方案.docx", "review");
        assert!(
            roster.registration.review.unwrap().contains("四川商务职业学院"),
            "the unit that is claimed is named"
        );
        bare("jwc@mypt.example", against).review().concerns(&["C03"]);
    }
    for believed in [Authenticity::Pass, Authenticity::Unverified] {
        bare("c02@163.example", believed).unit("C02", UnitBy::Sender).no_review();
        bare("jwc@mypt.example", believed).unit("C03", UnitBy::Domain).no_review();
    }
}

#[test]
fn what_the_material_says_stands_without_the_address() {
    let form =
        |from: &str| mail(from, "职教周采集表").with(book("采集表.xlsx", Sheet::form4("四川护理职业学院")));
    let own = checked(form("123456789@qq.example"), Authenticity::Fail).judge();
    own.unit("C11", UnitBy::Form).no_review();
    assert!(own.registration.learned.is_empty(), "a forged address is learned");
    let known = checked(form("123456789@qq.example"), Authenticity::Pass).judge();
    assert_eq!(known.registration.learned.len(), 1);
    let claimed = checked(form("c02@163.example"), Authenticity::Fail).judge();
    claimed.unit("C11", UnitBy::Form).no_review();
    let evidence = &claimed.registration.evidence;
    assert!(
        evidence.iter().any(|(rule, text)| rule == "发件人验证" && text.contains("SPF未通过")),
        "{evidence:?}"
    );
}

#[test]
fn a_forged_address_does_not_tip_the_balance() {
    let copied = |verdict| {
        let copied = mail("c02@163.example", "四川商务职业学院职教周采集表")
            .with(book("采集表.xlsx", Sheet::form4("四川现代职业学院")));
        checked(copied, verdict).judge()
    };
    copied(Authenticity::Pass).unit("C02", UnitBy::Name);
    copied(Authenticity::Fail).review();
}

#[test]
fn a_form_that_names_two_units_waits_unless_something_else_tells() {
    let form = || book("采集表.xlsx", Sheet::form4("四川护理职业学院").stamped("四川商务职业学院"));
    let alone = mail("19900001@qq.example", "信息采集表").with(form()).judge();
    alone.review().concerns(&["C02", "C11"]).part("采集表.xlsx", "review");
    let signed = mail("c02@163.example", "信息采集表").with(form()).judge();
    signed.unit("C02", UnitBy::Form).flaw("采集表.xlsx", "V03");
}

#[test]
fn a_school_that_is_visited_has_not_written() {
    let at = "2023-05-16T16:00:00+08:00";
    let subject = "关于赴四川职业技术学院交流的活动周稿件";
    let paper = document("稿件.docx", "我校赴四川职业技术学院交流\n5月16日，师生一行前往遂宁。");
    let signed = mail("19900001@qq.example", subject)
        .says("请查收。\n绵阳职业技术学院宣传部")
        .with(paper)
        .at(at)
        .judge();
    signed.unit("C03", UnitBy::Text).no_review();
    let guests = mail("19900001@qq.example", "活动周：四川职业技术学院领导到我校指导")
        .with(document("稿件.docx", "四川职业技术学院领导到我校指导\n5月16日，领导一行到校。"))
        .at(at)
        .judge();
    guests.review().part("稿件.docx", "review");
    let photos = mail("c03@163.example", "绵阳职业技术学院活动周照片")
        .with(crate::mail::photo("赴四川职业技术学院交流.jpg"))
        .at(at)
        .judge();
    photos.no_review().part("赴四川职业技术学院交流.jpg", "accepted daily/photo@2023-05-16");
}

#[test]
fn what_a_city_hands_on_is_the_schools_and_a_sentence_signs_nothing() {
    let name = "绵阳职业技术学院方案.docx";
    let handed = mail("e07@163.example", "绵阳市教体局转报绵阳职业技术学院职教周方案")
        .says("请查收。\n绵阳市教育和体育局")
        .with(document(name, "绵阳职业技术学院2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    handed.unit("C03", UnitBy::Text).no_review().part(name, "accepted plan/scheme");
    let told = document("方案.docx", "活动周活动方案\n一、时间。\n四川商务职业学院师生到场参加。");
    let mail = mail("c03@163.example", "绵阳职业技术学院职教周方案").with(told).judge();
    mail.unit("C03", UnitBy::Name).no_review();
}

#[test]
fn a_row_of_a_school_that_is_not_the_units_own_is_asked_about() {
    let form = |unit: &str, row: &str| {
        mail("c03@163.example", "绵阳职业技术学院采集表")
            .with(book("附件4.xlsx", Sheet::form4(row).stamped(unit)))
            .judge()
    };
    let own = form("绵阳职业技术学院", "绵阳职院");
    own.no_review().part("附件4.xlsx", "accepted plan/form4 plan/liaison");
    // Nobody's school by the roster: whose form was it?
    let strange = form("绵阳职业技术学院", "江油市财经职业中学");
    strange.review();
    let told = strange.told().join("\n");
    assert!(told.contains("江油市财经职业中学") && told.contains("不在名册"), "{told}");
}

#[test]
fn a_paper_of_a_school_outside_the_roster_is_not_its_messengers() {
    let judged = mail("123456789@qq.example", "活动周方案")
        .with(document("安昌县职业中学活动周方案.docx", "安昌县职业中学活动周方案"))
        .judge();
    let review = judged.registration.review.clone().unwrap_or_default();
    assert!(judged.registration.unit.is_none() && review.contains("安昌县职业中学"), "{review}");
    // A short name may be another province's school too.
    let another = mail("123456789@qq.example", "商务职院活动周方案")
        .with(document("方案.docx", "湖南商务职业学院活动周方案"))
        .judge();
    let review = another.registration.review.clone().unwrap_or_default();
    assert!(another.registration.unit.is_none() && review.contains("湖南商务职业学院"), "{review}");
}

#[test]
fn an_answer_to_a_reminder_that_says_more_than_thanks_is_shown() {
    for says in ["已用教务处邮箱报送", "已于5月8日邮寄，请查", "该老师已调离", "我校今年不参加，申请免报"]
    {
        mail("c03@163.example", "Re: 活动周材料提醒").says(says).judge().kind("question");
    }
    mail("x@qq.example", "Re: 活动周材料提醒").says("已从另一邮箱报送，请再查一下").judge().kind("question");
    for says in ["收到，谢谢", "好的，马上报送", "知悉"] {
        mail("c03@163.example", "Re: 活动周材料提醒").says(says).judge().kind("other");
    }
}
