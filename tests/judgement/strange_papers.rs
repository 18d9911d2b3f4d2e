//! Stories of mails whose material is not what it looks like: a plan photographed page by page, two plans in one mail, a parent's
//! photo of a school, a mail in traditional characters, nothing to report but a page of news. Each was once counted in silence as
//! something that it is not, or not seen at all.

use shouwen::domain::facts::{Content, Role};

use crate::mail::{Mail, Sheet, blank, book, document, film, mail, nested, photo};

const SCHOOL: &str = "绵阳职业技术学院";
const DURING: &str = "2023-05-16T16:00:00+08:00";

fn ours(subject: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}"))
}

#[test]
fn a_paper_that_comes_as_pictures_is_no_photo_of_a_day() {
    for name in ["活动方案1.jpg", "职教周方案.png", "扫描件_001.jpg", "IMG_0001.jpg"] {
        let judged = ours("活动方案").with(photo(name)).judge();
        judged.review().part(name, "review plan/scheme");
    }
    let judged = ours("5月16日材料").with(photo("工作总结1.jpg")).at(DURING).judge();
    judged.review().part("工作总结1.jpg", "review summary/report");
    let judged = ours("材料").with(photo("扫描件_001.jpg")).at(DURING).judge();
    judged.review().part("扫描件_001.jpg", "review");
    // A meeting about a plan is an activity, and what the week is called after is no paper.
    for name in ["活动方案（第2页）.jpg", "方案第2页.jpg", "方案定稿_01.jpg"] {
        ours("材料").with(photo(name)).at(DURING).judge().review().part(name, "review plan/scheme");
    }
    for name in [
        "方案研讨现场.jpg",
        "活动方案讨论会.jpg",
        "开放日1.jpg",
        "IMG_0001.jpg",
        "校长作总结讲话.jpg",
        "总结发言1.jpg",
        "方案展示.jpg",
    ] {
        let judged = ours("5月16日活动照片").with(photo(name)).at(DURING).judge();
        judged.no_review().part(name, "accepted daily/photo@2023-05-16");
    }
}

#[test]
fn two_plans_that_differ_are_not_both_the_plan() {
    let text = |what: &str| {
        format!("{SCHOOL}2023年职业教育活动周活动方案\n{}", format!("{what}，五月十四日起举行。").repeat(9))
    };
    let plan = text("校园开放日、技能展示和职业体验");
    let other = text("护理技能节由医护教研组承办");
    let judged = ours("活动方案")
        .with(blank("活动方案.docx", &plan))
        .with(blank("护理节活动方案.docx", &other))
        .judge();
    judged
        .review()
        .part("活动方案.docx", "review plan/scheme")
        .part("护理节活动方案.docx", "review plan/scheme");
    // The same in two formats, or twice.
    for name in ["活动方案.pdf", "活动方案(1).docx"] {
        let copy = if name.ends_with("pdf") { format!("{plan}\n1") } else { plan.clone() };
        let judged = ours("活动方案").with(blank("活动方案.docx", &plan)).with(blank(name, &copy)).judge();
        judged.no_review().part("活动方案.docx", "accepted plan/scheme");
    }
}

#[test]
fn a_plan_and_the_notice_that_issues_it_are_one() {
    let parts =
        ["启动", "展示", "体验", "竞赛", "讲座", "走访", "直播", "招生", "汇演", "总结", "义诊", "书画"];
    let days: Vec<String> =
        (1..).zip(parts).map(|(nth, what)| format!("{nth}号场地由各学院轮流举行{what}活动。")).collect();
    let plan = format!("{SCHOOL}2023年职业教育活动周活动方案\n{}", days.join("\n"));
    let notice = format!("{SCHOOL}关于印发职业教育活动周活动方案的通知\n各学院、各部门：\n{plan}");
    let name = "关于印发职教周活动方案的通知.docx";
    let both =
        |plan: &str| ours("活动方案").with(blank("活动方案.docx", plan)).with(blank(name, &notice)).judge();
    both(&plan).no_review().part("活动方案.docx", "accepted plan/scheme");
    let other = plan.replace("由各学院轮流举行", "拟请有关企业一道协办的");
    both(&other).review().part("活动方案.docx", "review plan/scheme");
}

#[test]
fn a_departments_plan_does_not_displace_the_schools() {
    let plan = document("机电学院活动周方案.docx", "机电学院2023年职业教育活动周活动方案");
    ours("方案").with(plan).judge().review().part("机电学院活动周方案.docx", "review plan/scheme");
    let judged = ours("去年职教周照片").with(photo("a.jpg")).at(DURING).judge();
    judged.review().part("a.jpg", "review daily/photo@2023-05-16");
}

#[test]
fn what_outsiders_send_of_a_school_is_asked_about() {
    for (subject, says) in [
        ("家长来信", format!("我是{SCHOOL}学生家长，学校宿舍条件很差，见照片。")),
        ("启动仪式现场图", "供贵处参考。\n四川某某传媒有限公司".to_owned()),
        ("5月16日照片", "委托我公司代发。".to_owned()),
        ("开放日照片", format!("我们到过{SCHOOL}参观，拍了一些照片，请查收使用。\n北京某某科技有限公司")),
    ] {
        let judged = mail("x@company.example", &format!("{SCHOOL}{subject}")).says(&says);
        judged.with(photo("a.jpg")).at(DURING).judge().review();
    }
    for says in ["我社区今日活动照片见附件", "照片见附件\n李明 摄影", "照片见附件\n技能大师工作室"]
    {
        let judged = mail("x@qq.example", &format!("{SCHOOL}5月16日照片")).says(says);
        judged.with(photo("a.jpg")).at(DURING).judge().no_review();
    }
    for says in ["邀请学生家长走进校园。", "我校师生走进某某公司，照片见附件。\n绵阳职业技术学院"]
    {
        let judged = mail("x@qq.example", &format!("{SCHOOL}5月16日照片")).says(says);
        judged.with(photo("a.jpg")).at(DURING).judge().no_review();
    }
}

#[test]
fn traditional_characters_say_the_same() {
    let plan = document("活動方案.docx", "綿陽職業技術學院\n2023年職業教育活動週活動方案");
    let judged = mail("x@qq.example", "綿陽職業技術學院活動方案").says("請查收附件").with(plan).judge();
    judged.no_review().part("活動方案.docx", "accepted plan/scheme");
    let judged = mail("x@qq.example", "綿陽職業技術學院").says("今日無活動，特此報告。").at(DURING).judge();
    assert_eq!(judged.loose(), ["daily 2023-05-16 nil accepted"]);
    let judged = mail("x@qq.example", "綿陽職業技術學院昨日視頻").with(film("開幕式.mp4")).at(DURING).judge();
    judged.no_review().part("開幕式.mp4", "accepted daily/video@2023-05-15");
}

#[test]
fn who_has_no_photo_but_a_page_of_news_has_something() {
    for says in [
        "今日无活动照片，只有一条新闻：https://www.school.example/info/1001/1234.htm",
        "今日无照片，新闻链接：https://mp.weixin.example/s/abc",
        "今日无活动照片，照片稍后补。",
    ] {
        let judged = ours("").says(says).at(DURING).judge();
        assert_eq!(judged.loose(), [""; 0], "{says}");
        assert!(!judged.told().join("\n").contains("nil"), "{says}");
    }
    let judged = ours("").says("案例、稿件、照片、视频均无。").at(DURING).judge();
    assert_eq!(judged.loose(), ["daily 2023-05-16 nil accepted"]);
}

#[test]
fn a_letter_that_tells_of_nothing_that_took_place_is_no_article() {
    for (name, title) in [("邀请函", ""), ("文件", "关于举办闭幕式的通知"), ("闭幕式日程", "")]
    {
        let (name, text) = (format!("{name}.docx"), format!("{title}\n现将有关事项说明如下。"));
        let judged = ours("职业教育活动周材料").with(document(&name, &text)).at(DURING).judge();
        judged.review().part(&name, "review");
    }
    let judged =
        ours("职业教育活动周").with(document("匠心.docx", "匠心\n5月16日，我校举行展演。")).at(DURING);
    judged.judge().part("匠心.docx", "accepted daily/article@2023-05-16");
}

#[test]
fn a_picture_beside_thanks_is_that_of_a_signature() {
    let logo = || photo("image001.png").inline(60_000, 400);
    for (subject, says) in [
        ("回复：活动照片的催报", "收到，谢谢老师！"),
        ("职教周", "老师您好，请问今天的材料最晚几点交？"),
        ("职教周", "今日无新增活动。"),
        ("Re: 职教周", "您好，我正在休假，急事请联系办公室。"),
    ] {
        let says = format!("{says}\n{SCHOOL}");
        let judged = mail("c03@163.example", subject).says(&says).with(logo()).at(DURING).judge();
        judged.review().part("image001.png", "review daily/photo@2023-05-16");
    }
    for (subject, says) in
        [("5月16日活动照片", "请收，谢谢老师！"), ("职教周", "今天的开放日现场。"), ("职教周", "")]
    {
        let judged = ours(subject).says(says).with(logo()).at(DURING).judge();
        judged.no_review().part("image001.png", "accepted daily/photo@2023-05-16");
    }
}

#[test]
fn a_workbook_full_of_pictures_is_looked_at() {
    let mut heavy = book("今天.xlsx", Sheet::other());
    heavy.0.size = 700_000;
    ours("5月16日照片").with(heavy).at(DURING).judge().review().part("今天.xlsx", "review");
    // Where the reader saw what is on its sheets its weight says nothing: a small photo, a heavy form with a logo.
    for (size, pasted, wanted) in
        [(25_000, 12_000, "review"), (700_000, 3_000, "extra"), (90_000, 0, "extra")]
    {
        let mut known = book("今天.xlsx", Sheet::other());
        (known.0.size, known.0.pasted_bytes) = (size, Some(pasted));
        ours("5月16日照片").with(known).at(DURING).judge().part("今天.xlsx", wanted);
    }
    let light = book("安排.xlsx", Sheet::other());
    ours("5月16日照片").with(light).at(DURING).judge().part("安排.xlsx", "extra");
}

#[test]
fn what_word_lays_beside_a_page_is_no_material() {
    for name in ["filelist.xml", "themedata.thmx", "colorschememapping.xml", "image001.wmz", "editdata.mso"] {
        let mut beside = document(name, "");
        (beside.0.content, beside.0.media_type) = (Content::Opaque, "application/octet-stream".into());
        let judged = ours("活动方案").with(document("活动方案.docx", "活动方案")).with(beside).judge();
        judged.no_review().part(name, "ignored");
    }
}

#[test]
fn a_form_that_is_an_object_in_a_document_is_the_form() {
    let inside = |sheet| {
        let mut object = book("活动方案.docx/Worksheet.xlsx", sheet);
        (object.0.parent, object.0.role) = (Some(0), Role::Embedded);
        let text = "绵阳职业技术学院职业教育活动周活动方案";
        ours("活动方案").with(document("活动方案.docx", text)).with(object).judge()
    };
    let path = "活动方案.docx/Worksheet.xlsx";
    inside(Sheet::form4(SCHOOL)).no_review().part(path, "accepted plan/form4 plan/liaison");
    inside(Sheet::form4(SCHOOL).empty()).no_review().part(path, "extra");
    inside(Sheet::other()).no_review().part(path, "extra");
}

#[test]
fn the_blank_form_that_we_sent_is_nobodys_answer() {
    let answer = |from: &str| {
        let mut ours_before = nested("通知.eml");
        let (from, from_name, subject) = (from.to_owned(), String::new(), "通知".to_owned());
        ours_before.0.content =
            Content::Mail { from, from_name, subject, text: String::new(), written: None };
        let mut form = book("通知.eml/附件4.xlsx", Sheet::form4(SCHOOL).empty());
        form.0.parent = Some(0);
        ours("回复：活动周通知")
            .header(|header| header.to = vec!["office@163.example".into()])
            .with(ours_before)
            .with(form)
            .judge()
    };
    answer("office@163.example").part("通知.eml/附件4.xlsx", "extra");
    answer("c03@163.example").part("通知.eml/附件4.xlsx", "rejected plan/form4");
}

#[test]
fn scraps_of_the_text_between_files_are_no_papers() {
    let scrap = |name: &str, text| blank(name, text).of_type("text/html");
    let judged = ours("5月16日稿件")
        .with(document("5月16日新闻稿.docx", "绵阳职业技术学院职业教育活动周开幕"))
        .with(scrap("ATT00001.htm", "发自我的iPhone"))
        .with(scrap("未命名附件 00002.html", ""))
        .at(DURING)
        .judge();
    judged.no_review().part("ATT00001.htm", "ignored").part("未命名附件 00002.html", "ignored");
    let long = "绵阳职业技术学院今天举办职业教育活动周开放日，三百名市民走进校园，体验技艺。";
    ours("5月16日稿件").with(scrap("ATT00001.htm", long)).at(DURING).judge().review();
}
