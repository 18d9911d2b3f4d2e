//! Nasty mails by the table: each row is a mail and what a careful clerk would say of it. What may not be decided in
//! silence must wait for a person; what is plain must not.

use crate::campaign::campaign;
use crate::mail::{Mail, Sheet, blank, book, document, film, mail, nested, pdf, photo, scan};
use shouwen::domain::campaign::Campaign;

const PLAN: &str = "2023-05-09T10:00:00+08:00";
const DURING: &str = "2023-05-16T16:00:00+08:00";
const LAST: &str = "2023-05-20T18:00:00+08:00";
const AFTER: &str = "2023-05-26T10:00:00+08:00";
const MY: &str = "绵阳职业技术学院";
const SCHOOL: &str = "绵阳市安昌职业高级中学";

/// A mail, and what is demanded: `kind`, `unit CODE`, `unit -`, `review`, `settled`, `why TEXT`, or `PATH: STATE ANSWERS`.
type Row = (Mail, &'static [&'static str]);

fn my(subject: &str, at: &str) -> Mail {
    mail("c03@163.example", &format!("{MY}{subject}")).at(at)
}

fn stranger(subject: &str, at: &str) -> Mail {
    mail("12345@qq.example", subject).at(at)
}

/// Judges all rows, and tells of every one that is judged otherwise.
fn holds(campaign: &Campaign, rows: Vec<Row>, at_least: usize) {
    assert!(rows.len() >= at_least, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for (mail, wants) in rows {
        let subject = mail.subject();
        let judged = mail.judge_by(campaign);
        let told = judged.told();
        for want in wants {
            if !told.iter().any(|line| line == want || want.starts_with("why ") && line.contains(&want[4..]))
            {
                wrong.push(format!("{subject}: {want}\n    {}", told.join("\n    ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn other_activities_do_not_count() {
    let scheme = |name: &str, title: &str| document(name, &format!("{MY}\n{title}\n一、时间。"));
    let rows: Vec<Row> = vec![
        (
            my("全民终身学习活动周方案", PLAN)
                .with(scheme("全民终身学习活动周方案.docx", "全民终身学习活动周实施方案")),
            &["review", "unit C03"],
        ),
        (my("方案", PLAN).with(scheme("活动方案.docx", "2023年全民终身学习活动周方案")), &["review"]),
        (
            my("职教周方案", PLAN).with(scheme("全民终身学习活动周方案.docx", "全民终身学习活动周实施方案")),
            &["review", "全民终身学习活动周方案.docx: review plan/scheme"],
        ),
        (my("科技活动周照片", DURING).with(photo("1.jpg")), &["review", "why 科技活动周"]),
        (my("职业技能活动周方案", PLAN).with(scheme("方案.docx", "职业技能活动周方案")), &["review"]),
        (
            my("活动周照片", DURING).with(photo("全民国防教育活动周/1.jpg")),
            &["全民国防教育活动周/1.jpg: review daily/photo@2023-05-16"],
        ),
        (
            my("活动周方案", PLAN).with(scheme("方案.docx", "第九届职业教育活动周方案")),
            &["settled", "方案.docx: accepted plan/scheme"],
        ),
        (
            my("2023年成渝地区双城经济圈职业教育活动周方案", PLAN).with(scheme("方案.docx", "活动方案")),
            &["settled"],
        ),
        (my("关于报送活动周方案的函", PLAN).with(scheme("方案.docx", "活动方案")), &["settled"]),
        (my("2022年质量年度报告", PLAN).with(pdf("质量年度报告.pdf", "质量年度报告")), &["other"]),
        (my("防溺水工作方案", PLAN).with(scheme("防溺水工作方案.docx", "防溺水工作方案")), &["other"]),
        (my("实习管理工作总结", AFTER).with(scheme("总结.docx", "实习管理工作总结")), &["other"]),
        (my("材料", PLAN).with(scheme("实施方案.docx", "学生宿舍消防演练实施方案")), &["review"]),
    ];
    let mut rows = rows;
    let both = my("活动周方案、质量年报", PLAN)
        .with(scheme("活动方案.docx", "活动周方案"))
        .with(pdf("质量年度报告（2023）.pdf", "质量年度报告（2023）"));
    rows.push((
        both,
        &["活动方案.docx: accepted plan/scheme", "质量年度报告（2023）.pdf: review plan/scheme"],
    ));
    holds(&campaign(), rows, 14);
}

#[test]
fn news_of_a_plan_is_no_plan() {
    let news = |name: &str, title: &str| document(name, &format!("{title}\n5月16日，我校召开会议。"));
    let rows: Vec<Row> = vec![
        (
            my("5月16日活动周稿件", DURING).with(news("稿件.docx", "我校召开活动周方案研讨会")),
            &["settled", "稿件.docx: accepted daily/article@2023-05-16"],
        ),
        (
            my("5月16日活动周材料", DURING)
                .with(news("我校召开活动周方案研讨会.docx", "我校召开活动周方案研讨会")),
            &["我校召开活动周方案研讨会.docx: accepted daily/article@2023-05-16"],
        ),
        (
            my("5月16日活动周新闻", DURING).with(news("总结暨表彰大会.docx", "我校举行总结暨表彰大会")),
            &["总结暨表彰大会.docx: accepted daily/article@2023-05-16"],
        ),
        (
            my("5月16日活动周新闻", DURING).with(news("教学案例分享会.docx", "我校举办教学案例分享会")),
            &["教学案例分享会.docx: accepted daily/article@2023-05-16"],
        ),
        (
            my("活动周方案", PLAN).with(news("活动周方案部署会议新闻.docx", "我校召开活动周方案部署会议")),
            &["unit C03", "活动周方案部署会议新闻.docx: extra daily/article"],
        ),
        (
            my("活动周方案（研讨会后修改）", PLAN)
                .with(document("活动周方案（研讨会后修改稿）.docx", "活动周方案\n一、时间。")),
            &["settled", "活动周方案（研讨会后修改稿）.docx: accepted plan/scheme"],
        ),
        (
            my("活动周工作总结", AFTER)
                .with(document("工作总结.docx", "职业教育活动周工作总结\n一、基本情况。")),
            &["settled", "工作总结.docx: accepted summary/report"],
        ),
        (
            my("5月15日典型案例", DURING).with(document("典型案例.docx", "典型案例\n产教融合。")),
            &["典型案例.docx: accepted daily/case@2023-05-15"],
        ),
        (
            my("活动周方案、联络员", PLAN)
                .with(document("活动周方案及联络员.docx", "活动周方案\n一、时间。")),
            &["活动周方案及联络员.docx: accepted plan/scheme plan/liaison"],
        ),
    ];
    holds(&campaign(), rows, 9);
}

#[test]
fn photos_of_a_span_are_of_no_day_by_themselves() {
    let rows: Vec<Row> = vec![
        (
            my("活动周照片", DURING).with(photo("5月14日-5月20日/1.jpg")),
            &["review", "5月14日-5月20日/1.jpg: review daily/photo@2023-05-16"],
        ),
        (my("活动周照片", DURING).with(photo("5.14-5.20/现场.jpg")), &["review"]),
        (
            my("活动周照片", AFTER).with(photo("5月14日-5月20日/1.jpg")),
            &["review", "5月14日-5月20日/1.jpg: review daily/photo"],
        ),
        (
            my("活动周照片", DURING).with(photo("5月14日-5月20日/微信图片_20230515101010.jpg")),
            &["5月14日-5月20日/微信图片_20230515101010.jpg: accepted daily/photo@2023-05-15"],
        ),
        (my("5月14日至20日活动周照片", LAST).with(photo("1.jpg")), &["review"]),
        (
            my("5月14日至20日活动周照片", DURING).with(photo("1.jpg")),
            &["settled", "1.jpg: accepted daily/photo@2023-05-16"],
        ),
        (my("5月15日、16日照片", DURING).with(photo("1.jpg")), &["review"]),
        (my("5月18日活动预告照片", DURING).with(photo("1.jpg")), &["1.jpg: accepted daily/photo@2023-05-16"]),
        (
            my("5月15日照片", DURING).with(photo("DSC_0514.JPG")),
            &["DSC_0514.JPG: accepted daily/photo@2023-05-15"],
        ),
        (
            my("活动周预热照片", "2023-05-12T10:00:00+08:00").with(photo("1.jpg")),
            &["1.jpg: extra daily/photo"],
        ),
        (my("2022年活动周照片", DURING).with(photo("1.jpg")), &["1.jpg: review daily/photo@2023-05-16"]),
        (
            my("昨日活动视频", "2023-05-17T09:00:00+08:00").with(film("a.mp4")),
            &["a.mp4: accepted daily/video@2023-05-16"],
        ),
    ];
    holds(&campaign(), rows, 12);
}

#[test]
fn schools_outside_the_roster_wait_with_their_names() {
    let rows: Vec<Row> = vec![
        (
            stranger(&format!("{SCHOOL}5月15日活动照片"), DURING).with(photo("1.jpg")),
            &["review", "unit -", "why 安昌职业高级中学", "why 绵阳市教育和体育局", "concerns E07"],
        ),
        (stranger("5月15日安昌职中活动照片", DURING).with(photo("1.jpg")), &["review", "unit -"]),
        (
            stranger("活动照片", DURING)
                .says(&format!("按绵阳市教育和体育局要求，现报送我校照片。\n\n{SCHOOL}\n5月16日"))
                .with(photo("1.jpg")),
            &["review", "unit -", "why 安昌"],
        ),
        (
            mail("e07@163.example", &format!("{SCHOOL}5月16日活动照片")).at(DURING).with(photo("1.jpg")),
            &["review", "unit -"],
        ),
        (
            mail("e07@163.example", &format!("转发：{SCHOOL}5月16日活动照片"))
                .at(DURING)
                .with(photo("1.jpg")),
            &["unit E07"],
        ),
        (
            mail("c03@163.example", &format!("{SCHOOL}5月16日稿件"))
                .at(DURING)
                .with(document("稿件.docx", "我校举行开放日")),
            &["review", "unit -"],
        ),
        (
            stranger(&format!("{SCHOOL}今日无"), DURING).says("今日无新增活动"),
            &["nil_report", "review", "unit -"],
        ),
        (
            stranger("", DURING).with(book("附件4.xlsx", Sheet::form4(SCHOOL))),
            &["review", "unit -", "why 绵阳市教育和体育局"],
        ),
        (my("5月16日赴安昌职业高级中学活动照片", DURING).with(photo("1.jpg")), &["settled", "unit C03"]),
        (
            mail("c03@163.example", "机电工程学院5月16日活动照片").at(DURING).with(photo("1.jpg")),
            &["settled", "unit C03"],
        ),
        (
            mail("s01@163.example", "绵阳市涪岸职业高级中学5月16日照片").at(DURING).with(photo("1.jpg")),
            &["settled", "unit S01", "1.jpg: accepted daily/photo@2023-05-16"],
        ),
        (
            mail("s01@163.example", "涪岸职高活动周方案")
                .at(PLAN)
                .with(document("方案.docx", "活动周方案\n一、时间。")),
            &["方案.docx: extra plan/scheme"],
        ),
        (
            mail("t01@163.example", "达州技师学院活动周方案")
                .at(PLAN)
                .with(document("方案.docx", "活动周方案\n一、时间。")),
            &["方案.docx: rejected plan/scheme"],
        ),
        (stranger("达州渠江技师学院5月16日活动照片", DURING).with(photo("1.jpg")), &["review", "unit -"]),
    ];
    holds(&campaign(), rows, 14);
}

#[test]
fn names_that_look_alike_are_told_apart_or_asked_about() {
    let form = |unit: &str| book("附件4.xlsx", Sheet::form4(unit));
    let rows: Vec<Row> = vec![
        (stranger("四川职院职教周采集表", PLAN).with(form("四川职业技术学院")), &["unit C01", "settled"]),
        (stranger("四川商务职院职教周采集表", PLAN).with(form("四川商务职业学院")), &["unit C02"]),
        (stranger("采集表", PLAN).with(form("四川商务职业技术学院")), &["review", "unit -"]),
        (stranger("华新现代活动周采集表", PLAN).with(form("四川现代职业学院")), &["review", "unit -"]),
        (stranger("遂宁职院采集表", PLAN).with(form("遂宁工程职业学院")), &["review"]),
        (stranger("成工职、成工贸活动周照片", DURING).with(photo("1.jpg")), &["review", "unit -"]),
        (
            stranger("川护活动周方案", PLAN).with(document("方案.docx", "活动周方案\n一、时间。")),
            &["unit C11"],
        ),
        (
            stranger("川护士学校活动周方案", PLAN).with(document("方案.docx", "活动周方案\n一、时间。")),
            &["unit -"],
        ),
        (stranger("采集表", PLAN).with(form("绵阳职院")), &["unit C03"]),
        (stranger("采集表", PLAN).with(form("绵阳")), &["unit E07"]),
        (stranger("绵阳职业技术学院附属中学活动照片", DURING).with(photo("1.jpg")), &["unit -", "review"]),
        (my("采集表", PLAN).with(form("四川职业技术学院")), &["unit C03", "附件4.xlsx: rejected plan/form4"]),
        (my("方案", PLAN).with(document("四川职业技术学院方案.docx", "活动周方案\n一、时间。")), &["review"]),
        (
            my("职教周材料", PLAN)
                .with(document("方案.docx", "四川职业技术学院\n2023年职业教育活动周方案\n一、时间。")),
            &["review"],
        ),
    ];
    holds(&campaign(), rows, 14);
}

#[test]
fn letters_that_are_no_reports() {
    let form = || book("附件4.xlsx", Sheet::form4(MY));
    let rows: Vec<Row> = vec![
        (my("请问采集表怎么填", PLAN).says("请问学校数填几？"), &["question"]),
        (
            my("采集表这样填可以吗", PLAN).with(form()),
            &["review", "附件4.xlsx: review plan/form4 plan/liaison"],
        ),
        (my("采集表", PLAN).says("初稿，仅供参考，正式稿另报。").with(form()), &["review"]),
        (my("采集表（作废）", PLAN).with(form()), &["review"]),
        (
            my("关于更正采集表的说明", PLAN).says("昨天报送的采集表手机号有误，应为19900001234。"),
            &["review", "submission"],
        ),
        (my("活动周方案", PLAN).says("方案见附件。"), &["review", "submission"]),
        (my("回复：催报", PLAN).says("收到，谢谢。"), &["other"]),
        (
            mail("ad@x.example", "您的邮箱即将停用")
                .at(PLAN)
                .says("点击链接升级")
                .with(document("说明.docx", "升级说明")),
            &["other"],
        ),
        (my("今日无法报送", DURING).says("今日无法报送，明日补报。"), &["question"]),
        (my("5月16日", DURING).says("今日无。"), &["nil_report"]),
        (
            my("5月16日", DURING)
                .says("今日无活动，明日活动方案见附件。")
                .with(document("明日开放日方案.docx", "开放日方案\n一、时间。")),
            &["submission"],
        ),
        (my("活动周材料", PLAN).with(nested("材料.zip").broken("压缩包有密码")), &["review"]),
        (my("活动周视频", DURING).link("全程.mp4").link_ends("2023-05-15T00:00:00+08:00"), &["review"]),
        (my("活动周材料", DURING).link("资料包"), &["review"]),
    ];
    holds(&campaign(), rows, 14);
}

/// The same notice at the labour office: its bureaus owe, technician colleges are welcome.
fn labour() -> Campaign {
    let mut campaign = campaign();
    campaign.routes.clear();
    for requirement in &mut campaign.requirements {
        requirement.groups = vec!["city_hr".into()];
        let is_daily = requirement.id == "daily";
        requirement.also_from = if is_daily { vec!["technician".into()] } else { vec![] };
    }
    campaign
}

#[test]
fn the_labour_office_has_other_owners() {
    let bureau = "达州市人力资源和社会保障局";
    let sends = |subject: &str, at: &str| mail("h17@163.example", subject).at(at);
    let rows: Vec<Row> = vec![
        (
            sends("达州市人社局活动周方案", PLAN).with(document("方案.docx", "活动周方案\n一、时间。")),
            &["settled", "unit H17", "方案.docx: accepted plan/scheme"],
        ),
        (
            sends("采集表", PLAN).with(book("附件4.xlsx", Sheet::form4(bureau))),
            &["settled", "附件4.xlsx: accepted plan/form4 plan/liaison"],
        ),
        (sends("采集表", PLAN).with(book("附件4.xlsx", Sheet::form4("达州市"))), &["unit H17"]),
        (
            sends("采集表", PLAN).with(book("附件4.xlsx", Sheet::form4(bureau))).with(scan("附件4盖章.pdf")),
            &["附件4盖章.pdf: accepted plan/form4_scan"],
        ),
        (
            my("职教周方案", PLAN).with(document("方案.docx", "活动周方案\n一、时间。")),
            &["方案.docx: rejected plan/scheme"],
        ),
        (
            mail("t01@163.example", "达州技师学院5月16日活动周照片").at(DURING).with(photo("1.jpg")),
            &["1.jpg: accepted daily/photo@2023-05-16"],
        ),
        (
            mail("t01@163.example", "达州技师学院活动周总结")
                .at(AFTER)
                .with(document("总结.docx", "活动周工作总结\n一、基本情况。")),
            &["总结.docx: rejected summary/report"],
        ),
        (
            stranger("达州渠江技工学校5月16日活动周照片", DURING).with(photo("1.jpg")),
            &["review", "unit -", "why 达州市人力资源和社会保障局"],
        ),
    ];
    holds(&labour(), rows, 8);
}

#[test]
fn a_page_of_the_web_or_a_note_is_no_document_whatever_it_is_called() {
    let note = |path: &str, media_type: &str| {
        document(path, "四川商务职业学院2023年职业教育活动周活动方案").of_type(media_type)
    };
    let judged = |part| mail("c02@163.example", "四川商务职院职教周活动方案").with(part).judge();
    judged(note("活动方案.html", "text/html")).review().part("活动方案.html", "review plan/scheme");
    judged(note("a.txt", "text/plain")).review().part("a.txt", "review plan/scheme");
    // Word processors save pages under their own endings too.
    judged(note("活动方案.doc", "text/html")).no_review().part("活动方案.doc", "accepted plan/scheme");
    judged(blank("活动方案.docx", "。")).review().part("活动方案.docx", "review plan/scheme");
}
