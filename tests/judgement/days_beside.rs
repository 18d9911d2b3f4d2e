//! Stories of days that stand beside the one that is meant: that of a notice, that on which the activity began, that of the day
//! before beside today. Each was once filed in silence under the day that was only named in passing.

use crate::mail::{Mail, document, mail, photo};

const SCHOOL: &str = "绵阳职业技术学院";
const WEDNESDAY: &str = "2023-05-17T17:00:00+08:00";

fn ours(subject: &str, says: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at(WEDNESDAY)
}

#[test]
fn nothing_is_reported_of_each_day_that_is_meant_and_of_none_named_in_passing() {
    let mut wrong = Vec::new();
    for (subject, says, days) in [
        ("", "按5月16日通知要求，今日无材料", &[17][..]),
        ("", "继5月16日活动后，今日无活动", &[17]),
        ("", "5月16日材料已报，今日无新增材料", &[17]),
        ("", "按5月10日通知要求，今日无材料", &[17]),
        ("", "5月16日、今日均无活动", &[16, 17]),
        ("", "昨日无活动，今日无活动", &[16, 17]),
        ("", "昨日无活动。今日无活动。", &[16, 17]),
        ("", "5月16日无活动。今日无活动。", &[16, 17]),
        ("零报告", "昨日无活动", &[16]),
        ("职教周5月16日-17日零报告", "今日无活动", &[16, 17]),
        ("职教周5月15日-19日零报告", "今日无活动", &[17]),
        ("职教周（5月14日启动）零报告", "今日无活动", &[17]),
        ("", "5月16日根据安排放假，无活动", &[16]),
        ("", "昨日按计划正常上课，无活动", &[16]),
        ("", "5月15日、16日已放假，无活动", &[15, 16]),
        ("", "5月16日因会议冲突，无活动", &[16]),
        ("", "今日无活动（昨日已开展）", &[17]),
    ] {
        let wanted: Vec<String> =
            days.iter().map(|day| format!("daily 2023-05-{day} nil accepted")).collect();
        let found = ours(subject, says).judge().loose();
        if found != wanted {
            wrong.push(format!("{subject} {says}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_of_today_beside_another_day_waits_and_holds() {
    for (subject, says) in [
        ("", "今日（5月16日）无活动"),
        ("", "5月16日，今日无活动"),
        ("", "今日无活动。\n2023年5月16日"),
        ("5月16日零报告", "今日无活动"),
    ] {
        let judged = ours(subject, says).judge();
        judged.kind("nil_report").review();
        assert_eq!(judged.loose(), ["daily 2023-05-17 nil review"], "{subject} {says}");
    }
    let morning = ours("", "今日（5月16日）无活动").at("2023-05-17T08:30:00+08:00").judge();
    assert_eq!(morning.loose(), ["daily 2023-05-16 nil accepted"], "the day that may still be today");
}

#[test]
fn the_day_on_which_all_of_it_began_is_not_that_of_a_paper() {
    let paper = |text: &str| {
        let text = format!("{SCHOOL}开展技能展示\n{text}现场气氛热烈，师生踊跃参与。");
        ours("职教周稿件", "").with(document("稿件.docx", &text)).judge().told().join("\n")
    };
    for (text, wanted) in [
        (
            "职业教育活动周于5月14日正式启动以后，学校各专业系陆续开展技能展示。",
            "review daily/article@2023-05-17",
        ),
        ("据悉，职业教育活动周5月14日开幕，学校各专业系开展技能展示。", "review daily/article@2023-05-17"),
        ("职业教育活动周于5月14日正式启动，今天学校开展技能展示。", "accepted daily/article@2023-05-17"),
        ("5月14日，学校成立领导小组，连日来开展技能展示。", "accepted daily/article@2023-05-17"),
        ("5月15日，学校举行职业教育活动周启动仪式。", "accepted daily/article@2023-05-15"),
        ("5月15日上午，学校开展技能展示。", "accepted daily/article@2023-05-15"),
    ] {
        let found = paper(text);
        assert!(found.contains(&format!("稿件.docx: {wanted}")), "{text}: {found}");
    }
}

#[test]
fn a_picture_is_of_no_day_that_its_letter_names_in_passing() {
    let named = |says: &str, name: &str| ours("照片", says).with(photo(name)).judge().told().join("\n");
    let (before, today) = ("微信图片_20230516203012.jpg", "微信图片_20230517103012.jpg");
    for (says, name, wanted) in [
        ("我校活动周于5月14日开幕，照片见附件", before, "accepted daily/photo@2023-05-16"),
        ("我校活动周5月14日拉开帷幕，照片见附件", before, "accepted daily/photo@2023-05-16"),
        ("我校自5月14日开展系列展示，照片见附件", before, "accepted daily/photo@2023-05-16"),
        ("5月14日，学校举行技能展示，照片见附件", today, "review daily/photo@2023-05-17"),
        ("5月16日，学校举行技能展示，照片见附件", today, "accepted daily/photo@2023-05-16"),
        ("5月16日学校举行启动仪式，照片见附件", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月14日方案已上传，照片见附件", "a.jpg", "accepted daily/photo@2023-05-17"),
        ("5月16日照片见附件，5月18日照片后续再报", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("我校技能节于5月16日开幕，现场热烈", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月16日开始了为期三天的技能大赛", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月14日我校启动送教下乡", "a.jpg", "review daily/photo@2023-05-17"),
        ("5月16日召开了座谈会议", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月16日活动已报道于四川日报", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月16日已发放宣传单三百份", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("来自5月16日活动现场", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月16日按照方案要求举办技能大赛", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("5月16日已送教下乡到三个村", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("昨日召开座谈会议，照片见附件", "a.jpg", "accepted daily/photo@2023-05-16"),
        ("昨天我校技能节开幕了", "a.jpg", "review daily/photo@2023-05-17"),
    ] {
        let found = named(says, name);
        assert!(found.contains(&format!("{name}: {wanted}")), "{says}: {found}");
    }
}

#[test]
fn an_opening_behind_brackets_is_what_the_subject_tells() {
    let told = |subject: &str| ours(subject, "").with(photo("a.jpg")).judge().told().join("\n");
    for (subject, day) in [("（高新校区）5月16日开幕演出", 16), ("职教周（5月14日启动）", 17)]
    {
        let found = told(subject);
        assert!(found.contains(&format!("accepted daily/photo@2023-05-{day}")), "{subject}: {found}");
    }
}

#[test]
fn a_day_that_no_calendar_has_is_asked_about() {
    for subject in ["5月32日照片", "2月30日照片", "13月5日照片"] {
        let judged = ours(subject, "").with(photo("a.jpg")).judge();
        judged.review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    let judged = ours("照片", "现报送5月32日照片").with(photo("a.jpg")).judge();
    judged.review().part("a.jpg", "review daily/photo@2023-05-17");
}

#[test]
fn the_counted_day_of_what_may_be_another_activity_is_asked_about() {
    for subject in ["技能节首日照片", "科技文化节第二天照片", "参加省技能大赛活动第一天照片"]
    {
        let judged = ours(subject, "").with(photo("a.jpg")).judge();
        judged.review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    for subject in ["职教周第三天照片", "活动周第3天照片"] {
        let judged = ours(subject, "").with(photo("a.jpg")).judge();
        judged.part("a.jpg", "accepted daily/photo@2023-05-16");
    }
}
