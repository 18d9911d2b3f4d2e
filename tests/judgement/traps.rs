//! More stories of judgement: mails that a hasty clerk would misfile without noticing, or lay on a colleague's desk
//! without need. Each was found by writing hostile mail against the program.

use crate::campaign::campaign;
use crate::mail::{Sheet, book, document, heavy_pdf, mail, photo, scan};
use shouwen::domain::facts::HeaderFacts;
use shouwen::domain::message::UnitBy;

const DURING: &str = "2023-05-16T16:00:00+08:00";

#[test]
fn what_a_person_must_confirm_first_does_not_count_yet() {
    let asked = mail("c03@163.example", "请问采集表这样填对吗？")
        .with(book("附件4.xlsx", Sheet::form4("绵阳职业技术学院")))
        .judge();
    asked.review().part("附件4.xlsx", "review plan/form4 plan/liaison");
}

#[test]
fn a_file_that_calls_itself_outdated_waits_instead_of_winning() {
    let old = mail("c03@163.example", "绵阳职业技术学院采集表")
        .with(book("采集表(旧版).xlsx", Sheet::form4("绵阳职业技术学院")))
        .judge();
    old.review().part("采集表(旧版).xlsx", "review");
}

#[test]
fn yesterday_and_chinese_figures_name_a_day() {
    let day = |subject: &str, says: &str, at: &str| {
        let judged = mail("c03@163.example", &format!("绵阳职业技术学院{subject}"))
            .says(says)
            .with(photo("a.jpg"))
            .at(at)
            .judge();
        judged.registration.parts[0].filings[0].day.map(|day| day.to_string()).unwrap_or_default()
    };
    let morning = "2023-05-16T08:30:00+08:00";
    assert_eq!(day("昨日活动照片", "", morning), "2023-05-15");
    assert_eq!(day("照片", "这是昨天的照片。", morning), "2023-05-15");
    assert_eq!(day("照片", "昨天电话联系过。", DURING), "2023-05-16");
    assert_eq!(day("五月十五日照片", "", DURING), "2023-05-15");
    assert_eq!(day("昨天活动照片", "", "2023-05-21T09:00:00+08:00"), "2023-05-20");
}

#[test]
fn a_list_of_contacts_is_no_news() {
    let judged = mail("c03@163.example", "绵阳职业技术学院联络员")
        .with(document("联络员信息.docx", "联络员信息\n联络员：甲一，手机19900001234"))
        .with(document("活动方案及联络员信息表.docx", "活动方案\n一、时间。"))
        .judge();
    judged.part("联络员信息.docx", "accepted plan/liaison");
    judged.part("活动方案及联络员信息表.docx", "accepted plan/scheme plan/liaison");
}

#[test]
fn nothing_today_in_other_words_and_in_a_file() {
    for says in ["5月16日：无", "无", "今日未开展活动"] {
        let said = mail("c03@163.example", "绵阳职业技术学院每日报送").says(says).at(DURING).judge();
        said.kind("nil_report");
    }
    let file = mail("c03@163.example", "绵阳职业技术学院零报告")
        .with(document("零报告.docx", "零报告\n5月16日我校无活动"))
        .at(DURING)
        .judge();
    file.part("零报告.docx", "accepted daily/nil@2023-05-16");
    let asks = mail("c03@163.example", "绵阳职业技术学院").says("今日无活动要报吗").at(DURING).judge();
    asks.kind("question");
}

#[test]
fn machines_of_every_make_are_known() {
    let kind = |from: &str, subject: &str| {
        let judged = mail(from, subject).header(|h: &mut HeaderFacts| h.from = from.into()).judge();
        judged.registration.kind.word().to_owned()
    };
    assert_eq!(kind("postmaster@139.example", "退信"), "bounce");
    assert_eq!(kind("microsoftexchange329e71ec@x.example", "未送达: 催报"), "bounce");
    assert_eq!(kind("admin@x.example", "退信通知（无法投递）"), "bounce");
    assert_eq!(kind("a@x.example", "[自动回复]外出"), "auto_reply");
    assert_eq!(kind("a@x.example", "您的邮件已被阅读"), "receipt");
}

#[test]
fn a_forward_quoted_in_the_text_is_from_whom_it_quotes() {
    let judged = mail("x@x.example", "转发：5月16日活动周照片")
        .header(|h| h.from_name = "绵阳市教育局".into())
        .quotes("发件人：绵阳职业技术学院 <a@qq.example>\n主题：5月16日活动周照片\n\n请查收")
        .with(photo("照片.jpg"))
        .at(DURING)
        .judge();
    judged.unit("C03", UnitBy::Text).no_review();
}

#[test]
fn a_city_in_the_forms_cell_is_its_authority() {
    let judged = mail("1@qq.example", "").with(book("采集表.xlsx", Sheet::form4("绵阳市"))).judge();
    judged.no_review().part("采集表.xlsx", "accepted plan/form4 plan/liaison");
}

#[test]
fn bare_scans_are_not_taken_for_what_else_the_subject_lists() {
    let two = mail("c03@163.example", "绵阳职业技术学院方案、采集表")
        .with(scan("扫描件1.pdf"))
        .with(scan("扫描件2.pdf"))
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .judge();
    two.review().part("扫描件1.pdf", "review").part("扫描件2.pdf", "review");
    let report = mail("c03@163.example", "绵阳职业技术学院活动周总结").with(scan("扫描件.pdf")).judge();
    report.no_review().part("扫描件.pdf", "accepted summary/report");
    let stamped = mail("c03@163.example", "绵阳职业技术学院采集表")
        .with(photo("IMG_0001.jpg"))
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .at("2023-05-26T10:00:00+08:00")
        .judge();
    stamped.review().part("IMG_0001.jpg", "review");
}

#[test]
fn a_page_as_the_only_material_waits_and_an_address_in_a_signature_does_not() {
    let page = mail("c03@163.example", "绵阳职业技术学院5月16日宣传报道")
        .says("推文：https://mp.weixin.example/s/abc")
        .at(DURING)
        .judge();
    page.kind("submission").review();
    assert!(page.registration.may_hold_material);
    let thanks = mail("c03@163.example", "绵阳职业技术学院")
        .says("收到，谢谢。\n网址 https://www.s1.example")
        .at(DURING)
        .judge();
    thanks.kind("other").no_review();
}

#[test]
fn a_city_gathers_its_schools_forms_but_does_not_own_what_it_hands_on() {
    let gathers = mail("x@x.example", "绵阳市教体局采集表")
        .with(book("采集表.xlsx", Sheet::form4("绵阳市教育和体育局")))
        .with(book("涪岸职高采集表.xlsx", Sheet::form4("绵阳市涪岸职业高级中学")))
        .judge();
    gathers.no_review().part("涪岸职高采集表.xlsx", "extra");
    let hands_on = mail("x@x.example", "绵阳市教体局转发涪岸职高5月16日活动照片")
        .with(photo("1.jpg"))
        .at(DURING)
        .judge();
    hands_on.review();
}

#[test]
fn what_was_too_large_to_be_read_counts_and_says_so() {
    let judged = mail("c03@163.example", "绵阳职业技术学院材料")
        .with(heavy_pdf("活动周总结.pdf"))
        .with(heavy_pdf("附件4盖章.pdf"))
        .judge();
    judged.part("活动周总结.pdf", "accepted summary/report").flaw("活动周总结.pdf", "UNREAD");
    judged.part("附件4盖章.pdf", "accepted plan/form4_scan").flaw("附件4盖章.pdf", "UNREAD");
}

#[test]
fn of_two_forms_in_one_mail_the_corrected_one_counts_and_otherwise_a_person_chooses() {
    let changed = || Sheet::form4("绵阳职业技术学院").with_mobile("19900005678");
    let two = |second: &str| {
        mail("c03@163.example", "绵阳职业技术学院信息采集表")
            .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
            .with(book(second, changed()))
            .judge()
    };
    let corrected = two("采集表（更正）.xlsx");
    corrected.part("采集表.xlsx", "superseded");
    corrected.part("采集表（更正）.xlsx", "accepted plan/form4 plan/liaison");
    let unclear = two("采集表2.xlsx");
    unclear.part("采集表.xlsx", "review plan/form4 plan/liaison");
    unclear.part("采集表2.xlsx", "review plan/form4 plan/liaison");
}

#[test]
fn whom_a_letter_is_addressed_to_has_not_written_it() {
    let letter = "绵阳市教体局：现将我校方案报送贵局。\n某县职业高级中学";
    let school = mail("1@qq.example", "关于报送职教周方案的报告")
        .says(letter)
        .with(document("方案.docx", "某县职业高级中学2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    school.review().part("方案.docx", "review");
    let own = mail("1@qq.example", "方案")
        .says("尊敬的绵阳市教体局领导：附件是我院方案。\n绵阳职业技术学院")
        .with(document("方案.docx", "2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    own.unit("C03", UnitBy::Text).no_review();
}

#[test]
fn mail_about_material_that_brings_none_is_not_passed_over() {
    let says = |subject: &str, text: &str| mail("c03@163.example", subject).says(text).judge();
    says("绵阳职业技术学院职教周方案", "方案见附件，请查收。谢谢！").review();
    says("绵阳职业技术学院", "误发，请删除上一封邮件。").review();
    says("绵阳职业技术学院采集表", "表里手机号写错了，应为19900004321。").review();
    let paper = "一、指导思想。二、活动时间：5月14日至20日。三、活动内容：校园开放、技能展示。".repeat(4);
    says("绵阳职业技术学院活动周方案", &paper).review();
    says("绵阳职业技术学院", "收到，我们马上更正。").no_review().kind("other");
}

#[test]
fn who_asks_whether_a_file_is_right_or_sends_a_draft_has_not_yet_sent_it() {
    let asks = mail("c03@163.example", "绵阳职业技术学院采集表")
        .says("先按一所学校填了一份，不知对否，不对我再改。")
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .judge();
    asks.review().part("采集表.xlsx", "review plan/form4 plan/liaison");
    let polite = mail("c03@163.example", "绵阳职业技术学院采集表")
        .says("请查收。请问收到了吗？如有问题请联系我。")
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .judge();
    polite.no_review();
    let draft = mail("c03@163.example", "绵阳职业技术学院活动方案")
        .with(document("方案（征求意见稿）.docx", "绵阳职业技术学院2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    draft.review().part("方案（征求意见稿）.docx", "review");
}

#[test]
fn weekdays_and_first_days_name_a_day_and_another_year_does_not() {
    let judged = |subject: &str| {
        mail("c03@163.example", &format!("绵阳职业技术学院{subject}"))
            .with(photo("a.jpg"))
            .at("2023-05-17T08:30:00+08:00")
            .judge()
    };
    judged("周二照片").no_review().part("a.jpg", "accepted daily/photo@2023-05-16");
    judged("活动周首日照片").part("a.jpg", "accepted daily/photo@2023-05-14");
    judged("昨晚活动照片").part("a.jpg", "accepted daily/photo@2023-05-16");
    judged("职教周一组照片").part("a.jpg", "accepted daily/photo@2023-05-17");
    judged("2022年5月15日照片").review();
}

#[test]
fn an_article_may_look_back_at_other_years() {
    let judged = mail("c03@163.example", "绵阳职业技术学院16号稿件")
        .with(document(
            "稿件.docx",
            "绵阳职业技术学院：技能展示\n2022年以来，学校坚持育人。16日，学校举行展示。",
        ))
        .at(DURING)
        .judge();
    judged.no_review().part("稿件.docx", "accepted daily/article@2023-05-16");
}

#[test]
fn a_doubtful_number_is_told_and_the_contact_counts() {
    let ten = Sheet::form4("绵阳职业技术学院").with_mobile("1990000123");
    let judged = mail("c03@163.example", "绵阳职业技术学院采集表").with(book("附件4.xlsx", ten)).judge();
    judged.part("附件4.xlsx", "accepted plan/form4 plan/liaison").flaw("附件4.xlsx", "V05");
    let states: Vec<&str> =
        judged.registration.parts[0].filings.iter().map(|filing| filing.state.word()).collect();
    assert_eq!(states, ["accepted", "accepted"]);
    let none = Sheet::form4("绵阳职业技术学院").with_mobile("");
    let judged = mail("c03@163.example", "绵阳职业技术学院采集表").with(book("附件4.xlsx", none)).judge();
    judged.part("附件4.xlsx", "flawed plan/form4 plan/liaison");
    assert_eq!(judged.registration.parts[0].filings[1].state.word(), "flawed");
}

#[test]
fn a_paper_of_a_school_is_not_its_citys_own_and_a_photo_of_one_is() {
    let city = "绵阳市教育和体育局";
    let path = "绵阳市涪岸职业高级中学活动周活动方案.docx";
    let judged = mail("e07@163.example", &format!("{city}2023年职业教育活动周活动方案"))
        .with(document(path, "2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    judged.unit("E07", UnitBy::Name).part(path, "extra");
    let owing = "绵阳职业技术学院活动周活动方案.docx";
    let judged = mail("e07@163.example", &format!("{city}2023年职业教育活动周活动方案"))
        .with(document(owing, "2023年职业教育活动周活动方案\n一、时间。"))
        .judge();
    judged.review().part(owing, "review").concerns(&["E07", "C03"]);
    let shot = "涪岸职高5月16日活动.jpg";
    let judged =
        mail("e07@163.example", &format!("{city}5月16日活动周照片")).with(photo(shot)).at(DURING).judge();
    judged.part(shot, "accepted daily/photo@2023-05-16");
}

#[test]
fn years_and_terms_that_are_the_campaigns_own_make_nothing_else_of_its_material() {
    let mut own = campaign();
    own.title = "2022—2023学年秋季学期职业教育活动周总结报送".into();
    let name = "2022年秋季学期活动周工作总结.docx";
    let text = "2022年秋季学期活动周工作总结\n一、基本情况。";
    let sent = || {
        let subject = "绵阳职业技术学院秋季学期活动周总结";
        mail("c03@163.example", subject).with(document(name, text)).at("2023-05-25T10:00:00+08:00")
    };
    sent().judge_by(&own).no_review().part(name, "accepted summary/report");
    let judged = sent().judge();
    judged.part(name, "review summary/report");
    assert!(judged.registration.parts[0].why.contains("2022年"), "{:?}", judged.registration.parts[0].why);
}

#[test]
fn a_mail_that_says_what_came_before_is_valid_does_not_win() {
    let plan = |says: &str, name: &str| {
        let text = "绵阳职业技术学院\n2023年职业教育活动周活动方案\n一、时间。";
        mail("c03@163.example", "绵阳职业技术学院活动周方案").says(says).with(document(name, text)).judge()
    };
    for says in ["附件方案请忽略，以上午发的为准。", "以第一封邮件为准", "本邮件作废"]
    {
        plan(says, "方案.docx").review().part("方案.docx", "review plan/scheme");
    }
    plan("附件为方案。", "方案(初稿).docx").review().part("方案(初稿).docx", "review");
    for says in ["上午发的有误，以此件为准。", "以本次报送的为准，之前的作废。"] {
        plan(says, "方案.docx").no_review().part("方案.docx", "accepted plan/scheme");
    }
}

#[test]
fn days_in_the_spellings_of_cameras_folders_and_lists() {
    let subject = "绵阳职业技术学院职教周照片";
    let of = |path: &str, day: &str| {
        let judged = mail("c03@163.example", subject).with(photo(path)).at(DURING).judge();
        judged.no_review().part(path, &format!("accepted daily/photo@{day}"));
    };
    of("0515_1.jpg", "2023-05-15");
    of("230515.jpg", "2023-05-15");
    of("23.5.15开幕.jpg", "2023-05-15");
    of("五月十五.jpg", "2023-05-15");
    of("第二天/1.jpg", "2023-05-15");
    of("IMG_20230515_1012.jpg", "2023-05-15");
    of("培训第二天.jpg", "2023-05-16");
    let told = |subject: &str, says: &str| {
        let subject = format!("绵阳职业技术学院{subject}");
        mail("c03@163.example", &subject).says(says).with(photo("a.jpg")).at(DURING).judge()
    };
    told("14-16日活动照片", "").review().part("a.jpg", "review daily/photo@2023-05-16");
    told("职教周照片", "5月14日、5月15日照片见附件。").review();
    told("职教周照片", "电话0515-88001234").part("a.jpg", "accepted daily/photo@2023-05-16");
    told("前天活动照片", "").no_review().part("a.jpg", "accepted daily/photo@2023-05-14");
}

#[test]
fn nothing_of_the_day_that_the_sentence_names() {
    let nil = |says: &str| {
        let judged = mail("c03@163.example", "绵阳职业技术学院零报告").says(says).at(DURING).judge();
        judged.kind("nil_report");
        judged.loose()
    };
    assert_eq!(nil("昨日无活动。"), ["daily 2023-05-15 nil accepted"]);
    assert_eq!(nil("前天无活动"), ["daily 2023-05-14 nil accepted"]);
    assert_eq!(nil("昨日材料已报，今日无活动"), ["daily 2023-05-16 nil accepted"]);
    let signed = mail("c03@163.example", "").says("今日无 绵阳职业技术学院").at(DURING).judge();
    signed.kind("nil_report");
}

#[test]
fn a_case_called_after_a_plan_does_not_displace_the_plan() {
    let subject = "绵阳职业技术学院职教周典型案例";
    let sent = |subject: &str, name: &str| {
        let text = "产教融合实施方案\n我校与企业共建产业学院。";
        mail("c03@163.example", subject).with(document(name, text)).at(DURING).judge()
    };
    for name in
        ["职教周典型案例：产教融合实施方案.docx", "【典型案例】产教融合实施方案.docx", "案例2-实施方案.docx"]
    {
        sent(subject, name).no_review().part(name, "accepted daily/case@2023-05-16");
        sent("绵阳职业技术学院职教周材料", name).review().part(name, "review");
    }
    sent(subject, "产教融合实施方案.docx").review().part("产教融合实施方案.docx", "review plan/scheme");
    let plan = "活动方案-绵阳职业技术学院.docx";
    sent("绵阳职业技术学院职教周方案", plan).no_review().part(plan, "accepted plan/scheme");
}
