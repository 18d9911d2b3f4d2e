//! Stories of days of which a unit says that there was nothing: only those that it says so of, however many days its sentence names.

use crate::mail::{Mail, document, mail, photo, scan};

const SCHOOL: &str = "绵阳职业技术学院";

/// A mail of Wednesday, the 17th, in the afternoon.
fn ours(subject: &str, says: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at("2023-05-17T15:00:00+08:00")
}

#[test]
fn a_day_that_is_named_for_another_reason_is_not_the_empty_one() {
    for (subject, says, days) in [
        ("", "按5月16日通知要求，今日无材料", &[17][..]),
        ("", "按5月16日通知要求今日无材料", &[17]),
        ("", "继5月16日活动后，今日无活动", &[17]),
        ("职教周（5月14日启动）零报告", "", &[17]),
        ("", "按通知要求，5月16日零报告", &[16]),
        ("", "5月16日按要求零报告", &[16]),
        ("", "5月15日、16日我院未开展活动，零报告", &[15, 16]),
    ] {
        let wanted: Vec<String> =
            days.iter().map(|day| format!("daily 2023-05-{day} nil accepted")).collect();
        assert_eq!(ours(subject, says).judge().loose(), wanted, "{subject} {says}");
    }
}

#[test]
fn nothing_of_a_day_of_another_year_is_none_of_today() {
    for (subject, says) in [("2022年5月16日零报告", ""), ("零报告", "2022年5月17日无活动")] {
        let judged = ours(subject, says).judge();
        assert_eq!(judged.loose(), [""; 0], "{subject} {says}");
        judged.kind("question");
    }
    assert_eq!(ours("2023年5月16日零报告", "").judge().loose(), ["daily 2023-05-16 nil accepted"]);
}

#[test]
fn a_stamped_report_of_nothing_is_one() {
    let named = |name: &str| {
        let part = if name.ends_with("jpg") { photo(name) } else { scan(name) };
        ours("零报告", "今日零报告").with(part).judge()
    };
    for name in ["零报告.pdf", "零报告（盖章）.pdf", "5月17日零报告.pdf", "零报告.jpg"] {
        named(name).no_review().part(name, "accepted daily/nil@2023-05-17");
    }
    named("零报告工作现场.jpg").part("零报告工作现场.jpg", "accepted daily/photo@2023-05-17");
    // What is on a page that says nothing of itself nobody knows.
    named("扫描件.pdf").review().part("扫描件.pdf", "review");
}

#[test]
fn days_between_blanks_are_named_and_a_department_is_no_time() {
    for (says, days) in [
        ("5月15日 - 5月16日零报告", &[15, 16][..]),
        ("5月15日--5月16日零报告", &[15, 16]),
        ("今日后勤处无活动", &[17]),
        ("5月16日后勤处无活动", &[16]),
    ] {
        let wanted: Vec<String> =
            days.iter().map(|day| format!("daily 2023-05-{day} nil accepted")).collect();
        assert_eq!(ours("", says).judge().loose(), wanted, "{says}");
    }
    for says in ["今日后无活动", "5月16日后无活动"] {
        ours("", says).judge().kind("question");
    }
}

#[test]
fn each_day_of_which_it_is_said_is_empty() {
    for (subject, says, days) in [
        ("", "5月16日、今日均无活动", &[16, 17][..]),
        ("", "昨日无活动，今日无活动", &[16, 17]),
        ("", "5月16日无活动，今日无活动", &[16, 17]),
        ("", "5月15日无活动。今日无活动。", &[15, 17]),
        ("", "前天、昨天、今天均无活动", &[15, 16, 17]),
        ("", "今日（5月17日）无活动", &[17]),
        ("", "昨日（5月16日）无活动", &[16]),
        ("职教周5月16日-17日零报告", "今日无", &[16, 17]),
    ] {
        let wanted: Vec<String> =
            days.iter().map(|day| format!("daily 2023-05-{day} nil accepted")).collect();
        assert_eq!(ours(subject, says).judge().loose(), wanted, "{subject} {says}");
    }
}

#[test]
fn nothing_is_reported_beside_material_of_another_day() {
    for (subject, says, waits, told) in [
        ("零报告", "今日零报告，另附昨日补报稿件。", false, &["daily 2023-05-17 nil accepted"][..]),
        ("5月17日零报告", "补报5月16日稿件。", false, &["daily 2023-05-17 nil accepted"]),
        ("零报告", "无新增，另附昨日补报稿件", true, &["daily 2023-05-17 nil review"]),
        ("补报稿件", "今日无活动。补报昨日稿件。", true, &["daily 2023-05-17 nil review"]),
        // That one thing is lacking, or that the very day was empty of which something came, is no report.
        ("补报稿件", "补报昨日稿件，暂无视频。", false, &[]),
        ("补报稿件", "5月16日无校外活动，稿件见附件。", false, &[]),
    ] {
        let judged = ours(subject, says).with(document("5月16日稿件.docx", "我校举办体验活动。")).judge();
        judged.part("5月16日稿件.docx", "accepted daily/article@2023-05-16");
        assert_eq!(judged.loose(), told, "{subject} {says}");
        if waits {
            judged.review()
        } else {
            judged.no_review()
        };
    }
}

#[test]
fn nothing_is_reported_beside_what_is_asked_for_otherwise() {
    for (subject, says, waits, told) in [
        ("活动方案", "活动方案见附件。另，今日零报告。", false, &["daily 2023-05-17 nil accepted"][..]),
        ("活动方案", "活动方案见附件。今日无活动。", true, &["daily 2023-05-17 nil review"]),
        // How it is to be done, what is only lacking, and days still to come are no report.
        ("活动方案", "活动方案见附件，期间实行零报告制度。", false, &[]),
        ("活动方案", "活动方案见附件，暂无照片。", false, &[]),
        ("活动方案", "活动方案见附件，明日零报告。", false, &[]),
    ] {
        let judged = ours(subject, says).with(document("活动方案.docx", "5月14日举办体验活动。")).judge();
        judged.part("活动方案.docx", "accepted plan/scheme");
        assert_eq!(judged.loose(), told, "{subject} {says}");
        if waits {
            judged.review()
        } else {
            judged.no_review()
        };
    }
}

#[test]
fn today_is_not_chased_while_somebody_reads_of_which_days_to_come_there_is_nothing_either() {
    for (subject, told) in
        [("5月17日、18日零报告", &["daily 2023-05-17 nil review"][..]), ("5月18日零报告", &[])]
    {
        let judged = ours(subject, "").judge();
        assert_eq!(judged.loose(), told, "{subject}");
        judged.kind(if told.is_empty() { "question" } else { "nil_report" });
    }
}

#[test]
fn nothing_of_one_day_beside_what_comes_of_another_is_heard() {
    for (says, of, empty) in [
        ("今日无新增，昨日照片见附件", 16, &[17][..]),
        ("昨日无活动，今日照片见附件。", 17, &[16]),
        ("5月15日、16日无活动，今日照片见附件", 17, &[15, 16]),
        // Of the day of which something comes, and of days still to come, nothing is said.
        ("今日无活动，照片为日常教学", 17, &[]),
        ("明日无活动，今日照片见附件", 17, &[]),
        ("昨日无活动，视频稍后补报，今日照片见附件", 17, &[16]),
        ("除今日外无活动，照片见附件", 17, &[]),
    ] {
        let judged = ours("职教周照片", says).with(photo("a.jpg")).judge();
        judged.part("a.jpg", &format!("accepted daily/photo@2023-05-{of}"));
        let wanted: Vec<String> = empty.iter().map(|day| format!("daily 2023-05-{day} nil review")).collect();
        assert_eq!(judged.loose(), wanted, "{says}");
    }
}

#[test]
fn who_answers_a_reminder_says_of_which_day_there_is_nothing() {
    let answer = |says: &str| {
        let mail = mail("c03@163.example", "回复：关于报送活动周材料的提醒").says(says);
        let mail = mail.at("2023-05-17T15:00:00+08:00");
        let reminder = "<shouwen.reminder.1@163.example>";
        mail.header(|header| header.refers_to = vec![reminder.to_owned()]).judge()
    };
    for says in ["零报告", "我校无活动。"] {
        let judged = answer(says);
        judged.review().kind("nil_report");
        assert_eq!(judged.loose(), ["daily 2023-05-17 nil review"], "{says}");
    }
    assert_eq!(answer("今日无活动").loose(), ["daily 2023-05-17 nil accepted"]);
    assert_eq!(answer("5月16日无活动").loose(), ["daily 2023-05-16 nil accepted"]);
}
