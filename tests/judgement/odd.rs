//! Odd mails, each of a kind that some office has had: told in a line or two, with what a careful clerk would make of
//! it. Where the clerk would ask, so must the program; where he would not, neither must it.

use crate::mail::{Judged, Mail, Sheet, book, document, film, mail, nested, pdf, photo, scan};
use shouwen::domain::message::UnitBy;

const DURING: &str = "2023-05-16T16:00:00+08:00";
const AFTER: &str = "2023-05-25T10:00:00+08:00";

/// A mail of 绵阳职业技术学院 from its own address.
fn ours(subject: &str) -> Mail {
    mail("c03@163.example", &format!("绵阳职业技术学院{subject}"))
}

fn kind(subject: &str, says: &str) -> String {
    mail("c03@163.example", subject).says(says).at(DURING).judge().registration.kind.word().to_owned()
}

#[test]
fn nothing_is_said_in_many_ways() {
    for says in [
        "今日无。",
        "老师好，今天我校没有安排活动，特此报告。",
        "5月16日未组织相关活动。",
        "本日暂无可报送的材料",
        "我校今日无新增素材，谢谢老师。",
        "因下雨，今天没有开展活动。",
        "零报告",
        "16日无照片、稿件。",
        "今天没有需要报送的信息",
    ] {
        assert_eq!(kind("绵阳职业技术学院每日报送", says), "nil_report", "{says}");
    }
}

#[test]
fn promises_and_excuses_are_no_nil_reports() {
    for says in [
        "今日无法报送，明天补。",
        "今天没有时间整理，晚些发您。",
        "今日没有收到催报邮件。",
        "昨天没有及时报送材料，抱歉。",
        "今天无人值班，明天上午发。",
        "材料未盖章，盖好就发。",
        "今日无其他事，辛苦了。",
    ] {
        assert_eq!(kind("绵阳职业技术学院", says), "question", "{says}");
    }
}

#[test]
fn nothing_of_several_days_is_reported_for_each() {
    let judged = ours("零报告").says("5月14日、15日我校无活动。\n绵阳职业技术学院").at(DURING).judge();
    assert_eq!(judged.loose(), ["daily 2023-05-14 nil accepted", "daily 2023-05-15 nil accepted"]);
    let span = ours("零报告").says("5月14日至16日无活动安排，特此说明。").at(DURING).judge();
    assert_eq!(span.loose().len(), 3);
}

#[test]
fn questions_stay_questions() {
    for says in [
        "请问今日无活动还要报吗",
        "想咨询一下，覆盖率怎么计算",
        "能否发一份附件4的电子版？",
        "方案需要盖章吗？",
        "老师，我校材料是否收到？",
    ] {
        assert_eq!(kind("绵阳职业技术学院", says), "question", "{says}");
    }
}

#[test]
fn a_poster_beside_a_form_is_no_stamped_copy() {
    for name in ["宣传海报.pdf", "邀请函.pdf", "活动议程.pdf", "校园平面图.pdf"] {
        let judged = ours("采集表")
            .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
            .with(scan(name))
            .judge();
        judged.review().part(name, "review");
    }
    for name in ["扫描件_20230509.pdf", "CCF_0001.pdf", "IMG_2031.pdf", "新建文档(2).pdf", "绵阳职院.pdf"]
    {
        let judged = ours("采集表")
            .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
            .with(scan(name))
            .judge();
        judged.no_review().part(name, "accepted plan/form4_scan");
    }
}

#[test]
fn two_different_copies_of_one_form_wait() {
    let mut other = Sheet::form4("绵阳职业技术学院").titled("2023年职业教育活动周信息采集表");
    other = other.with_mobile("19900009999");
    let judged = ours("采集表")
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .with(book("采集表(1).xlsx", other))
        .judge();
    judged.review();
    assert!(judged.registration.parts.iter().all(|part| part.state.word() == "review"));
}

#[test]
fn the_same_form_in_two_formats_is_one_answer() {
    let judged = ours("采集表")
        .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
        .with(book("采集表.xls", Sheet::form4("绵阳职业技术学院")))
        .judge();
    judged.no_review().part("采集表.xlsx", "accepted plan/form4 plan/liaison").part("采集表.xls", "extra");
    assert_eq!(judged.registration.readings.len(), 1);
}

#[test]
fn schools_outside_the_roster_do_not_fill_in_for_their_city() {
    let judged = mail("e07@163.example", "绵阳市教体局采集表")
        .with(book("全市.xlsx", Sheet::form4("绵阳市教育和体育局")))
        .with(book("甲校.xlsx", Sheet::form4("绵阳市安州花荄职业中学")))
        .with(book("乙校.xlsx", Sheet::form4("绵阳市江油太白职业中学")))
        .judge();
    judged.no_review().part("全市.xlsx", "accepted plan/form4 plan/liaison");
    judged.part("甲校.xlsx", "extra").part("乙校.xlsx", "extra");
}

#[test]
fn the_plan_of_one_afternoon_is_not_the_units_plan() {
    let judged = ours("5月16日活动材料")
        .says("今日活动材料见附件。")
        .with(document("校园开放日活动方案.docx", "校园开放日活动方案\n时间：5月16日下午。"))
        .with(photo("1.jpg"))
        .at(DURING)
        .judge();
    judged.review().part("校园开放日活动方案.docx", "review plan/scheme");
    judged.part("1.jpg", "accepted daily/photo@2023-05-16");
    let late = ours("补报活动方案")
        .with(document("方案.docx", "绵阳职业技术学院\n2023年职业教育活动周活动方案\n一、时间。"))
        .at(DURING)
        .judge();
    late.no_review().part("方案.docx", "accepted plan/scheme");
}

#[test]
fn an_account_of_one_day_is_not_the_report() {
    let judged = ours("5月16日活动总结")
        .with(document("5月16日职教活动周活动总结.docx", "5月16日活动总结\n今天举办了开放日。"))
        .at(DURING)
        .judge();
    judged.review().part("5月16日职教活动周活动总结.docx", "review summary/report");
    let report = ours("活动周工作总结")
        .with(document("总结.docx", "绵阳职业技术学院2023年职业教育活动周工作总结\n一、基本情况"))
        .at(AFTER)
        .judge();
    report.no_review().part("总结.docx", "accepted summary/report");
}

#[test]
fn other_business_in_the_words_of_ours_waits() {
    for (subject, file, title) in [
        ("现代学徒制试点总结", "学徒制总结.docx", "现代学徒制试点工作总结报告"),
        ("产教融合实施方案", "方案.docx", "产教融合三年行动实施方案"),
        ("党建工作典型案例", "案例.docx", "一流党建工作案例"),
    ] {
        let judged = ours(subject).with(document(file, title)).at("2023-05-06T09:00:00+08:00").judge();
        let counts = judged.registration.parts.iter().any(|part| part.state.word() == "accepted");
        assert!(!counts, "{subject}");
    }
}

#[test]
fn photos_of_several_days_without_a_word_wait() {
    let judged = ours("14日、15日活动照片").with(photo("a.jpg")).at(DURING).judge();
    judged.review().part("a.jpg", "review daily/photo@2023-05-16");
    let named = ours("14日、15日活动照片").with(photo("5月15日开放日.jpg")).at(DURING).judge();
    named.no_review().part("5月15日开放日.jpg", "accepted daily/photo@2023-05-15");
    let whole = ours("活动周(5月14日-20日)照片").with(photo("a.jpg")).at(DURING).judge();
    whole.no_review().part("a.jpg", "accepted daily/photo@2023-05-16");
}

#[test]
fn days_are_counted_and_years_are_read() {
    let day = |subject: &str, file: &str| {
        let judged = ours(subject).with(photo(file)).at(DURING).judge();
        let part = &judged.registration.parts[0];
        part.filings[0].day.map_or_else(|| part.state.word().to_owned(), |day| day.to_string())
    };
    assert_eq!(day("活动周第二天照片", "a.jpg"), "2023-05-15");
    assert_eq!(day("职教周第1天图片", "a.jpg"), "2023-05-14");
    assert_eq!(day("照片", "20220515开放日.jpg"), "extra");
    assert_eq!(day("照片", "2023.5.14/1.jpg"), "2023-05-14");
    assert_eq!(day("5月16日第二届技能节照片", "a.jpg"), "2023-05-16");
    assert_eq!(day("5/15照片", "a.jpg"), "2023-05-15");
}

#[test]
fn older_papers_do_not_win() {
    for (subject, says) in [
        ("采集表（旧版）", "补发备查。"),
        ("原采集表", "这是之前的旧版，仅供存档参考，以9日所报为准。"),
        ("采集表", "附上第一稿供对照，不作为正式材料。"),
    ] {
        let judged =
            ours(subject).says(says).with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院"))).judge();
        judged.review().part("采集表.xlsx", "review plan/form4 plan/liaison");
    }
    for (subject, says) in [
        ("采集表更正", "之前的采集表作废，以此为准。"),
        ("采集表", "旧版作废，请以附件新版替换，供参考。"),
        ("信息采集表更新", "原来的联系人有变，现重新报送。"),
    ] {
        let judged =
            ours(subject).says(says).with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院"))).judge();
        judged.no_review().part("采集表.xlsx", "accepted plan/form4 plan/liaison");
    }
}

#[test]
fn one_box_for_two_houses_is_split_where_each_stands_apart() {
    let by_folder = mail("group@corp.example", "两校材料")
        .with(nested("材料.zip"))
        .with(photo("材料.zip/四川商务职业学院/1.jpg"))
        .with(photo("材料.zip/四川现代职业学院/1.jpg"))
        .at(DURING)
        .judge();
    by_folder.no_review().part("材料.zip/四川商务职业学院/1.jpg", "accepted daily/photo@2023-05-16");
    assert_eq!(owner(&by_folder, 1), "C02");
    assert_eq!(owner(&by_folder, 2), "C04");
    let by_form = mail("group@corp.example", "两校采集表")
        .with(book("甲.xlsx", Sheet::form4("四川商务职业学院")))
        .with(book("乙.xlsx", Sheet::form4("四川现代职业学院")))
        .judge();
    by_form.no_review();
    assert_eq!((owner(&by_form, 0), owner(&by_form, 1)), ("C02".to_owned(), "C04".to_owned()));
    let copied = mail("group@corp.example", "职教周材料")
        .with(document("四川商务职业学院方案.docx", "四川商务职业学院2023年职业教育活动周方案"))
        .with(book("采集表.xlsx", Sheet::form4("四川现代职业学院")))
        .judge();
    copied.review();
    let one_unnamed = mail("group@corp.example", "两校材料")
        .with(photo("四川商务职业学院/1.jpg"))
        .with(photo("四川现代职业学院/1.jpg"))
        .with(photo("合影.jpg"))
        .at(DURING)
        .judge();
    one_unnamed.review();
}

fn owner(judged: &Judged, at: usize) -> String {
    judged.registration.parts[at].filings.first().map(|filing| filing.unit.clone()).unwrap_or_default()
}

#[test]
fn who_is_thanked_is_not_who_writes() {
    for says in [
        "活动照片见附件，感谢四川商务职业学院的大力支持。\n\n绵阳职业技术学院",
        "本次活动与四川护理职业学院联合举办，照片请查收。\n绵阳职业技术学院宣传部",
        "绵阳职业技术学院活动照片请查收。\n抄送：四川护理职业学院",
    ] {
        let judged = ours("5月16日照片").says(says).with(photo("1.jpg")).at(DURING).judge();
        judged.no_review();
        assert_eq!(judged.registration.unit.as_deref(), Some("C03"));
    }
}

#[test]
fn names_in_odd_dress_are_read() {
    for subject in [
        "绵 阳 职 业 技 术 学 院方案",
        "（绵阳职院）职教周方案",
        "绵职院-活动方案",
        "方案_绵阳职业技术学院_终稿",
        "【绵阳职业技术学院】活动方案",
        "报：绵阳职院职教周方案",
        "绵阳职业技术学院（国家双高校）活动方案",
        "２０２３绵阳职业技术学院活动方案",
    ] {
        let judged = mail("nobody@163.example", subject)
            .with(document("方案.docx", "2023年职业教育活动周活动方案"))
            .judge();
        judged.unit("C03", UnitBy::Name).no_review();
    }
}

#[test]
fn look_alikes_are_nobody_of_ours() {
    for subject in [
        "重庆工程职院活动方案",
        "绵阳职业技术学校活动方案",
        "四川绵阳某某职业技术学院方案",
        "遂宁工程技术学校活动方案",
        "达州职业技术学院附属中学活动方案",
        "四川商务学校职教周方案",
    ] {
        let judged = mail("nobody@163.example", subject)
            .with(document("方案.docx", "2023年职业教育活动周活动方案"))
            .judge();
        judged.review();
        assert_eq!(judged.registration.unit, None, "{subject}");
    }
}

#[test]
fn a_copy_with_other_numbers_is_told() {
    let text = |mobile: &str| {
        format!(
            "2023年职业教育活动周信息采集表\n填报单位 绵阳职业技术学院\n联系人 乙二 手机 {mobile}\n网址 https://s1.example/zt"
        )
    };
    let judged = |mobile: &str| {
        ours("采集表")
            .with(book("采集表.xlsx", Sheet::form4("绵阳职业技术学院")))
            .with(pdf("采集表.pdf", &text(mobile)))
            .judge()
    };
    judged("19900004321").flaw("采集表.pdf", "V17");
    let same = judged("199 0000 1234");
    let codes: Vec<&str> =
        same.registration.parts[1].filings.iter().flat_map(|f| &f.flaws).map(|f| f.code.as_str()).collect();
    assert!(!codes.contains(&"V17"), "{codes:?}");
}

#[test]
fn a_plan_for_another_week_is_told() {
    let plan = |days: &str| {
        let text = format!("绵阳职业技术学院2023年职业教育活动周活动方案\n时间：{days}。");
        ours("方案").with(document("方案.docx", &text)).judge()
    };
    plan("5月8日至12日").flaw("方案.docx", "V18");
    let right = plan("2023年5月14日至20日，5月10日前报送");
    assert!(right.registration.parts[0].filings[0].flaws.is_empty());
}

#[test]
fn films_and_articles_of_the_week_need_no_word() {
    let judged = ours("5月16日材料")
        .with(film("VID_20230516_101010.mp4"))
        .with(document("我校举办开放日.docx", "绵阳职业技术学院举办校园开放日\n5月16日，学院迎来市民。"))
        .at(DURING)
        .judge();
    judged.no_review().part("VID_20230516_101010.mp4", "accepted daily/video@2023-05-16");
    judged.part("我校举办开放日.docx", "accepted daily/article@2023-05-16");
}

#[test]
fn an_article_is_of_the_day_with_which_it_begins() {
    let article = |begins: &str| {
        let text = format!("绵阳职业技术学院举办校园开放日\n{begins}，学院迎来市民，活动持续到5月20日。");
        ours("职教周稿件").with(document("稿件.docx", &text)).at(DURING).judge()
    };
    for begins in ["5月14日", "（通讯员 某某）5月14日上午", "2023年5月14日"] {
        article(begins).no_review().part("稿件.docx", "accepted daily/article@2023-05-14");
    }
    article("近日").part("稿件.docx", "accepted daily/article@2023-05-16");
}

#[test]
fn a_mail_says_which_of_its_files_is_valid_whatever_that_calls_itself() {
    let version = |subject: &str, text: &str, path: &str| {
        let judged = mail("c03@163.example", subject)
            .says(text)
            .with(document(path, "绵阳职业技术学院\n2023年职业教育活动周活动方案\n一、时间。"))
            .with(book("附件4V3.xlsx", Sheet::form4("绵阳职业技术学院")))
            .judge();
        let of = |at: usize| {
            let version = judged.registration.parts[at].filings[0].version.clone();
            version.map(|version| (version.said, version.prevails))
        };
        (of(0), of(1))
    };
    let marks = |scheme, form| (Some(("V1".to_owned(), scheme)), Some(("V3".to_owned(), form)));
    let plain = "绵阳职业技术学院活动周材料";
    for (subject, text, wanted) in [
        (plain, "见附件。", marks(false, false)),
        (plain, "附件为最新材料，请查收。", marks(false, false)),
        (plain, "请以此为准。", marks(true, true)),
        (plain, "活动方案有误，请以此为准。", marks(true, false)),
        (plain, "信息采集表更正如下。请以此为准。", marks(false, true)),
        ("绵阳职业技术学院活动方案更正", "见附件。", marks(true, false)),
    ] {
        assert_eq!(version(subject, text, "活动方案V1.docx"), wanted, "{subject} {text}");
    }
    let own = version(plain, "见附件。", "活动方案V1（以此为准）.docx");
    assert_eq!(own, marks(true, false));
    assert_eq!(version(plain, "见附件。", "活动方案5月9日.docx").0, None, "the day of the material");
}
