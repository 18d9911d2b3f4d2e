//! Stories of judgement: mails as the reader would report them, and what becomes of each. One story a habit or trap of
//! real senders; the numbers in brackets are the kinds of mail that the office's research lists.

use crate::mail::{Judged, book, document, film, mail, nested, pdf, photo, scan};
use shouwen::domain::message::UnitBy;

const EMPTY: &str = "";

/// A filled form4 of a unit.
fn form4(unit: &str) -> crate::mail::Sheet {
    crate::mail::Sheet::form4(unit)
}

#[test]
fn a_complete_plan_is_filed_under_the_unit_of_its_form() {
    let judged = mail("c03@163.example", "绵阳职业技术学院2023年职教活动周方案、信息采集表")
        .says("您好,请查收。\n绵阳职业技术学院")
        .with(document("活动方案.docx", "绵阳职业技术学院\n2023年职业教育活动周活动方案\n一、时间。"))
        .with(book("附件4.xlsx", form4("绵阳职业技术学院")))
        .with(scan("附件4盖章.pdf"))
        .at("2023-05-09T10:00:00+08:00")
        .judge();
    judged.kind("submission").unit("C03", UnitBy::Form).no_review();
    judged.part("活动方案.docx", "accepted plan/scheme");
    judged.part("附件4.xlsx", "accepted plan/form4 plan/liaison");
    judged.part("附件4盖章.pdf", "accepted plan/form4_scan");
}

#[test]
fn a_form_alone_tells_the_unit_of_an_unknown_sender() {
    let judged =
        mail("19900001@qq.example", EMPTY).with(book("附件4.xls", form4("四川护理职业学院"))).judge();
    judged.unit("C11", UnitBy::Form).no_review().part("附件4.xls", "accepted plan/form4 plan/liaison");
    assert!(judged.registration.learned.is_empty());
}

#[test]
fn a_private_qq_address_is_learned_from_the_forms_own_contact_row() {
    let judged =
        mail("123456789@qq.example", EMPTY).with(book("附件4.xls", form4("四川护理职业学院"))).judge();
    let learned = &judged.registration.learned;
    assert_eq!((learned[0].unit.as_str(), learned[0].how.as_str()), ("C11", "form"));
}

#[test]
fn forms_of_another_year_empty_or_of_another_unit_do_not_count() {
    let old = mail("c02@163.example", "四川商务职业学院2022年职业教育活动周信息采集表")
        .with(book("2022版.xls", form4("四川商务职业学院").titled("2022年职业教育活动周信息采集表")))
        .judge();
    old.unit("C02", UnitBy::Form)
        .part("2022版.xls", "rejected plan/form4")
        .flaw("2022版.xls", "OLD_TEMPLATE");
    let empty = mail("c02@163.example", "四川商务职院职教周材料")
        .with(book("附件4.xlsx", form4(EMPTY).empty()))
        .judge();
    empty.unit("C02", UnitBy::Name).part("附件4.xlsx", "rejected plan/form4").flaw("附件4.xlsx", "V02");
    let foreign = mail("c02@163.example", "四川商务职业学院职教周采集表")
        .says("现将四川商务职业学院采集表报送贵处。\n四川商务职业学院")
        .with(book("采集表.xlsx", form4("四川现代职业学院")))
        .judge();
    foreign.unit("C02", UnitBy::Text).part("采集表.xlsx", "rejected plan/form4").flaw("采集表.xlsx", "V03");
}

#[test]
fn contradictions_go_to_a_person_with_both_units_named() {
    let by_form = mail("stranger@163.example", "四川商务职业学院职教周采集表")
        .with(book("采集表.xlsx", form4("四川现代职业学院")))
        .judge();
    by_form.review().concerns(&["C04", "C02"]);
    let by_text = mail("stranger@163.example", "四川工程职院职教周照片")
        .says("见附件\n遂宁工程职院")
        .with(photo("1.jpg"))
        .judge();
    by_text.review().concerns(&["C09", "C10"]);
    let by_sender =
        mail("c03@163.example", "职教周采集表").with(book("采集表.xlsx", form4("四川现代职业学院"))).judge();
    by_sender.review().concerns(&["C04", "C03"]);
}

#[test]
fn nobody_is_guessed_where_nothing_tells() {
    let judged = mail("nobody@163.example", "职教周活动方案")
        .with(document("活动方案.docx", "活动方案\n正文。"))
        .judge();
    judged.review().concerns(&[]).part("活动方案.docx", "review");
    let unknown =
        mail("c03@163.example", "职教周采集表").with(book("采集表.xlsx", form4("某某县职业中学"))).judge();
    unknown.review().concerns(&["C03"]);
    let look_alike = mail("nobody@163.example", "四川某某职业技术学院职教周方案")
        .with(document("方案.docx", "方案"))
        .judge();
    look_alike.review().concerns(&[]);
}

#[test]
fn domains_and_known_addresses_tell_when_nothing_else_does() {
    let domain = mail("jwc@mypt.example", "职教周方案").with(document("方案.docx", "活动方案")).judge();
    domain.unit("C03", UnitBy::Domain).no_review();
    let roster = mail("c02@163.example", "职教周方案").with(document("方案.docx", "活动方案")).judge();
    roster.unit("C02", UnitBy::Sender).no_review();
}

#[test]
fn machines_and_chatter_never_count() {
    mail("c02@163.example", "自动回复:请于5月10日前报送")
        .header(|h| h.auto_submitted = "auto-replied".into())
        .judge()
        .kind("auto_reply");
    let bounce = mail("postmaster@163.example", "系统退信")
        .header(|h| h.report_type = "delivery-status".into())
        .with(book("附件4.xlsx", form4("四川商务职业学院")))
        .judge();
    bounce.kind("bounce").part("附件4.xlsx", "ignored");
    mail("c02@163.example", "已读:工作提示").judge().kind("receipt");
    mail("office@163.example", "四川商务职业学院材料").with(photo("1.jpg")).judge().kind("own");
    mail("c02@163.example", "请问采集表一个学校填一张吗?").judge().kind("question").no_review();
    mail("c02@163.example", "回复:提示").says("收到,谢谢!").judge().kind("other").no_review();
    mail("x@spam.example", "您的邮箱即将停用")
        .says("请点击链接升级")
        .with(photo("x.jpg"))
        .judge()
        .kind("other")
        .no_review();
    mail("c02@163.example", "2022年质量年度报告")
        .with(pdf("质量年度报告.pdf", "质量年度报告"))
        .judge()
        .kind("other");
}

#[test]
fn nothing_today_is_a_report_and_a_promise_is_not() {
    let judged = mail("c02@163.example", "四川商务职院今日无")
        .says("今日无新增活动。")
        .at("2023-05-17T19:00:00+08:00")
        .judge();
    judged.kind("nil_report").unit("C02", UnitBy::Name).no_review();
    assert_eq!(judged.loose(), ["daily 2023-05-17 nil accepted"]);
    let late = mail("c02@163.example", "四川商务职院今日无法报送")
        .says("明天补报")
        .at("2023-05-17T19:00:00+08:00")
        .judge();
    late.kind("question");
    assert!(late.loose().is_empty());
}

#[test]
fn days_of_daily_material_come_from_the_nearest_word() {
    let judged = mail("c02@163.example", "四川商务职业学院5.14-5.16三天活动材料")
        .with(nested("材料.zip"))
        .with(photo("材料.zip/5.14/开放日1.jpg"))
        .with(photo("材料.zip/5月15日/DSC_0516.jpg"))
        .with(film("材料.zip/微信视频_20230516101010.mp4"))
        .with(document("材料.zip/5.14/典型案例.docx", "我校典型案例\n正文。"))
        .with(photo("材料.zip/5.12预热/1.jpg"))
        .with(photo("材料.zip/其他/1.jpg"))
        .at("2023-05-16T16:00:00+08:00")
        .judge();
    // Of several days, and nothing says of which.
    judged.unit("C02", UnitBy::Name).review().part("材料.zip", "container");
    judged.part("材料.zip/5.14/开放日1.jpg", "accepted daily/photo@2023-05-14");
    judged.part("材料.zip/5月15日/DSC_0516.jpg", "accepted daily/photo@2023-05-15");
    judged.part("材料.zip/微信视频_20230516101010.mp4", "accepted daily/video@2023-05-16");
    judged.part("材料.zip/5.14/典型案例.docx", "accepted daily/case@2023-05-14");
    judged.part("材料.zip/5.12预热/1.jpg", "extra daily/photo");
    judged.part("材料.zip/其他/1.jpg", "review daily/photo@2023-05-16");
}

#[test]
fn early_and_late_photos_are_extra() {
    for at in ["2023-05-08T10:00:00+08:00", "2023-05-22T10:00:00+08:00"] {
        let judged =
            mail("c02@163.example", "四川商务职院职教周活动照片").with(photo("照片.jpg")).at(at).judge();
        judged.no_review().part("照片.jpg", "extra daily/photo");
    }
}

#[test]
fn words_tell_documents_apart() {
    let judged = mail("c12@163.example", "四川信息职业技术学院职教周材料")
        .with(document("四川信息职业技术学院活动方案.docx", "活动方案\n正文。"))
        .with(document(
            "工作总结(含典型案例).docx",
            "工作总结\n一、基本情况\n二、主要做法\n三、成效\n四、亮点\n五、案例\n六、宣传\n七、建议",
        ))
        .with(document("信息采集表.docx", "2023年职业教育活动周信息采集表"))
        .with(document("通讯录.docx", "通讯录"))
        .judge();
    judged.unit("C12", UnitBy::Name);
    judged.part("四川信息职业技术学院活动方案.docx", "accepted plan/scheme");
    judged.part("工作总结(含典型案例).docx", "accepted summary/report");
    judged.part("信息采集表.docx", "rejected plan/form4").flaw("信息采集表.docx", "V01");
    judged.part("通讯录.docx", "extra");
}

#[test]
fn name_and_title_that_disagree_wait_for_a_person() {
    let judged = mail("c02@163.example", "四川商务职院职教周材料")
        .with(document("活动方案.docx", "活动周工作总结报告\n正文。"))
        .judge();
    judged.review().part("活动方案.docx", "review");
    let old = mail("c02@163.example", "四川商务职院职教周材料")
        .with(document("2022年活动周活动方案.docx", "2022年活动周活动方案"))
        .judge();
    old.review().part("2022年活动周活动方案.docx", "review plan/scheme");
}

#[test]
fn scans_find_their_form() {
    let judged = mail("c02@163.example", "四川商务职院职教周材料")
        .with(book("附件4.xlsx", form4("四川商务职业学院")))
        .with(scan("扫描件_20230509.pdf"))
        .judge();
    judged.part("扫描件_20230509.pdf", "accepted plan/form4_scan");
    // Whatever the table is called, what is called so too is its copy.
    for copy in [scan, photo] {
        let name = "我校上报数据.pdf";
        let table = book("我校上报数据.xlsx", form4("四川商务职业学院"));
        let judged = mail("c02@163.example", "四川商务职院职教周材料").with(table).with(copy(name)).judge();
        judged.part(name, "accepted plan/form4_scan");
    }
    let both = mail("c02@163.example", "四川商务职院职教周材料")
        .with(scan("情况统计表盖章.pdf"))
        .with(photo("附件4盖章.jpg"))
        .judge();
    both.part("情况统计表盖章.pdf", "accepted summary/form5_scan")
        .part("附件4盖章.jpg", "accepted plan/form4_scan");
    let red_head = mail("c02@163.example", "四川商务职院职教周材料")
        .with(scan("关于印发活动周活动方案的通知(盖章).pdf"))
        .judge();
    red_head.part("关于印发活动周活动方案的通知(盖章).pdf", "accepted plan/scheme");
    let one_file =
        mail("c02@163.example", "四川商务职院职教周").with(scan("活动方案和信息采集表(盖章).pdf")).judge();
    one_file.part("活动方案和信息采集表(盖章).pdf", "accepted plan/scheme plan/form4_scan");
    mail("c02@163.example", "四川商务职院职教周材料")
        .with(scan("扫描件.pdf"))
        .judge()
        .review()
        .part("扫描件.pdf", "review");
}

#[test]
fn wrong_office_and_wrong_route_are_kept_and_not_counted() {
    let labour = mail("h17@163.example", "达州市人力资源和社会保障局技工院校职业教育活动周方案")
        .with(document("活动方案.wps", "达州市人力资源和社会保障局\n活动方案"))
        .judge();
    labour
        .kind("submission")
        .unit("H17", UnitBy::Text)
        .no_review()
        .part("活动方案.wps", "rejected plan/scheme");
    assert!(labour.registration.parts[0].why.contains("人力资源社会保障"));
    assert!(labour.registration.parts[0].why.contains("hr@office.example"), "the right address");
    labour.flaw("活动方案.wps", "WRONG_BOX");
    let college = mail("t01@163.example", "达州技师学院5月16日技能开放日照片")
        .with(photo("1.jpg"))
        .at("2023-05-16T15:00:00+08:00")
        .judge();
    college.unit("T01", UnitBy::Name).part("1.jpg", "accepted daily/photo@2023-05-16");
    assert!(college.registration.parts[0].why.contains("同时报送"));
    let school = mail("s01@163.example", "绵阳市涪岸职业高级中学职教周方案")
        .with(document("方案.docx", "活动方案"))
        .judge();
    school.unit("S01", UnitBy::Name).part("方案.docx", "extra plan/scheme");
    school.flaw("方案.docx", "WRONG_ROUTE");
    let daily = mail("s01@163.example", "绵阳市涪岸职业高级中学5月16日照片")
        .with(photo("1.jpg"))
        .at("2023-05-16T15:00:00+08:00")
        .judge();
    daily.unit("S01", UnitBy::Name).part("1.jpg", "accepted daily/photo@2023-05-16");
}

#[test]
fn forwarded_by_its_city_the_school_is_credited() {
    let judged = mail("e07@163.example", "转发:涪岸职高5月15日活动照片")
        .says("请查收。\n绵阳市教育和体育局")
        .with(nested("涪岸职高.eml"))
        .with(photo("涪岸职高.eml/1.jpg"))
        .at("2023-05-15T17:00:00+08:00")
        .judge();
    judged
        .unit("S01", UnitBy::Name)
        .no_review()
        .part("涪岸职高.eml/1.jpg", "accepted daily/photo@2023-05-15");
}

#[test]
fn a_mail_with_two_schools_folders_is_filed_under_each_or_waits() {
    let judged = mail("group@corp.example", "职教周材料")
        .with(nested("材料.zip"))
        .with(photo("材料.zip/四川商务职业学院/1.jpg"))
        .with(photo("材料.zip/四川现代职业学院/1.jpg"))
        .at("2023-05-15T17:00:00+08:00")
        .judge();
    judged.no_review().part("材料.zip/四川现代职业学院/1.jpg", "accepted daily/photo@2023-05-15");
    let units: Vec<&str> =
        judged.registration.parts[1..].iter().map(|part| part.filings[0].unit.as_str()).collect();
    assert_eq!(units, ["C02", "C04"]);
    let one_known = mail("c02@163.example", "四川商务职业学院5月15日活动照片")
        .with(photo("四川商务职业学院/1.jpg"))
        .with(photo("四川现代职业学院/1.jpg"))
        .at("2023-05-15T17:00:00+08:00")
        .judge();
    one_known
        .review()
        .part("四川现代职业学院/1.jpg", "review")
        .part("四川商务职业学院/1.jpg", "accepted daily/photo@2023-05-15");
}

#[test]
fn logos_are_ignored_and_pasted_photos_count() {
    let judged = mail("c02@163.example", "四川商务职院5月15日照片")
        .with(photo("logo.png").inline(3_000, 120))
        .with(photo("pasted.jpg").inline(300_000, 1200))
        .at("2023-05-15T17:00:00+08:00")
        .judge();
    judged.part("logo.png", "ignored").part("pasted.jpg", "accepted daily/photo@2023-05-15");
}

#[test]
fn links_count_as_flawed_until_the_file_is_there() {
    let judged = mail("c02@163.example", "四川商务职院5月15日活动视频")
        .says("视频较大,请下载")
        .link("活动视频.mp4")
        .at("2023-05-15T20:00:00+08:00")
        .judge();
    judged.kind("submission").unit("C02", UnitBy::Name).no_review();
    assert_eq!(judged.loose(), ["daily 2023-05-15 video flawed LINK"]);
}

#[test]
fn a_link_that_had_ended_when_it_came_waits_for_a_person() {
    let judged = mail("c02@163.example", "四川商务职院5月15日活动视频")
        .says("视频较大,请下载")
        .link("活动视频.mp4")
        .link_ends("2023-05-14T20:00:00+08:00")
        .at("2023-05-15T20:00:00+08:00")
        .judge();
    judged.kind("submission").unit("C02", UnitBy::Name).review();
    assert_eq!(judged.loose(), ["daily 2023-05-15 video review LINK"]);
}

#[test]
fn a_downloaded_file_counts_in_place_of_its_link() {
    let judged = mail("c02@163.example", "四川商务职院5月15日活动视频")
        .says("视频较大,请下载")
        .link("活动视频.mp4")
        .link_is_fetched()
        .with(film("活动视频.mp4"))
        .at("2023-05-15T20:00:00+08:00")
        .judge();
    judged.kind("submission").no_review().part("活动视频.mp4", "accepted daily/video@2023-05-15");
    assert!(judged.loose().is_empty());
}

#[test]
fn what_cannot_be_opened_is_told_and_a_locked_archive_waits() {
    let damaged = mail("c02@163.example", "四川商务职院职教周采集表")
        .with(book("附件4.xlsx", form4(EMPTY)).broken("已加密"))
        .judge();
    damaged
        .unit("C02", UnitBy::Name)
        .no_review()
        .part("附件4.xlsx", "unreadable plan/form4")
        .flaw("附件4.xlsx", "V01");
    let locked = mail("c02@163.example", "四川商务职院职教周材料")
        .says("密码见电话")
        .with(nested("材料.rar").broken("已加密"))
        .judge();
    locked.review().part("材料.rar", "unreadable");
}

#[test]
fn a_contact_person_may_stand_in_the_text() {
    let judged =
        mail("c02@163.example", "四川商务职院职教周联络员").says("联络员:甲一,科长,手机19900001234").judge();
    judged.kind("submission").unit("C02", UnitBy::Name);
    assert_eq!(judged.loose(), ["plan - liaison accepted"]);
}

#[test]
fn every_part_has_one_state_and_a_reason() {
    let judged: Judged = mail("c02@163.example", "四川商务职院职教周材料")
        .with(document("a.txt", "x"))
        .with(photo("b.jpg"))
        .with(book("c.xlsx", crate::mail::Sheet::other()))
        .with(nested("d.zip"))
        .judge();
    assert!(judged.registration.parts.iter().all(|part| !part.why.is_empty()));
}
