//! Stories of the days that material is of, told in two other campaigns than the usual one: a week over the turn of the year,
//! and a December of daily papers. Each was once filed in silence under the day on which it came, or under none.

use crate::campaign::campaign;
use crate::mail::{Judged, Part, blank, document, mail, photo};
use jiff::civil::{Date, date, time};
use shouwen::domain::campaign::{Campaign, Item, ItemKind, When};

const SCHOOL: &str = "绵阳职业技术学院";

/// The usual campaign held on other days, with a paper of each day.
fn held(from: Date, to: Date) -> Campaign {
    let mut held = campaign();
    held.title = "2026年冬季流感防控周".to_owned();
    held.short = "流感防控周".to_owned();
    held.period = (from, to);
    for requirement in held.requirements.iter_mut().filter(|requirement| requirement.id == "daily") {
        requirement.when = When::EachDay { from, to, until_next_day: time(9, 0, 0, 0) };
        let article = requirement.item("article").unwrap().clone();
        requirement.items.push(Item {
            id: "bulletin".to_owned(),
            title: "日报".to_owned(),
            kind: ItemKind::Document,
            names: vec!["日报".to_owned()],
            ..article
        });
    }
    held
}

fn turn_of_the_year() -> Campaign {
    held(date(2026, 12, 28), date(2027, 1, 3))
}

fn bulletin(name: &str) -> Part {
    document(name, &format!("流感防控日报\n{SCHOOL}\n接诊9例。"))
}

/// A mail of the school with one part.
fn with(subject: &str, says: &str, at: &str, part: Part) -> Judged {
    let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).with(part).at(at);
    mail.judge_by(&turn_of_the_year())
}

/// A mail of the school without files.
fn bare(subject: &str, says: &str, at: &str) -> Judged {
    let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at(at);
    mail.judge_by(&turn_of_the_year())
}

const THIRD: &str = "2027-01-03T18:00:00+08:00";

#[test]
fn a_number_of_a_day_is_that_of_another_or_none() {
    let photos = |names: &[&str], subject: &str| {
        let mail = mail("c03@163.example", &format!("绵阳职业技术学院{subject}"));
        let mail = mail.at("2023-05-17T15:00:00+08:00");
        names.iter().fold(mail, |mail, name| mail.with(photo(name))).judge()
    };
    for names in [&["14.jpg", "15.jpg"][..], &["14/a.jpg", "15/a.jpg"], &["15.jpg"]] {
        let judged = photos(names, "活动照片");
        judged.review().part(names[0], "review daily/photo@2023-05-17");
    }
    for (names, subject) in [
        (&["1.jpg", "2.jpg"][..], "活动照片"),
        (&["14.jpg", "99.jpg"], "活动照片"),
        (&["14.jpg", "15.jpg"], "5月17日活动照片"),
        (&["17.jpg"], "活动照片"),
        (&["11.jpg", "12.jpg", "13.jpg", "14.jpg"], "活动照片"),
    ] {
        photos(names, subject).no_review().part(names[0], "accepted daily/photo@2023-05-17");
    }
}

#[test]
fn one_file_is_not_of_two_days() {
    let both = || {
        let mail = mail("c03@163.example", "绵阳职业技术学院活动照片").at("2023-05-17T15:00:00+08:00");
        mail.with(photo("5月14日.jpg")).with(photo("5月15日.jpg"))
    };
    both().judge().no_review();
    let mut copies = both();
    copies.is_copied = true;
    let judged = copies.judge();
    judged.review().part("5月14日.jpg", "review daily/photo@2023-05-14");
    judged.part("5月15日.jpg", "review daily/photo@2023-05-15");
}

#[test]
fn days_over_the_turn_of_the_year_are_of_the_year_that_holds_them() {
    for (subject, says, name) in [
        ("1月2日疫情日报补报", "", "疫情日报1.2.docx"),
        ("日报", "", "0102日报.docx"),
        ("日报", "", "1-2.docx"),
        ("日报", "", "日报27.1.2.docx"),
        ("日报 27.1.2", "", "日报.docx"),
        ("1/2日报", "", "日报.docx"),
        ("日报", "1月2日的，请查收", "日报.docx"),
    ] {
        let judged = with(subject, says, THIRD, bulletin(name));
        judged.no_review().part(name, "accepted daily/bulletin@2027-01-02");
    }
    with("照片", "", THIRD, photo("1月2日_x.jpg")).part("1月2日_x.jpg", "accepted daily/photo@2027-01-02");
    let signed = blank("日报.docx", &format!("流感防控日报\n接诊3例\n{SCHOOL}\n二〇二七年一月二日"));
    with("日报", "", THIRD, signed).part("日报.docx", "accepted daily/bulletin@2027-01-02");
    // The morning after the last day.
    let next = "2027-01-04T08:30:00+08:00";
    with("1月3日日报", "", next, bulletin("日报.docx"))
        .no_review()
        .part("日报.docx", "accepted daily/bulletin@2027-01-03");
    let old = "2026-12-30T18:00:00+08:00";
    with("日报", "", old, bulletin("12.29日报.docx"))
        .part("12.29日报.docx", "accepted daily/bulletin@2026-12-29");
}

#[test]
fn one_paper_of_two_days_over_the_turn_of_the_year_waits() {
    let came = "2027-01-01T18:00:00+08:00";
    for name in ["日报12.31-1.1.docx", "12月31日、1月1日日报.docx"] {
        let judged = with("12.31、1.1日报", "", came, bulletin(name));
        judged.review().part(name, "review daily/bulletin@2027-01-01");
    }
    // The sentence with which it begins tells of its first day only.
    let text = format!("流感防控日报\n12月31日接诊30例，1月1日接诊41例。\n{SCHOOL}");
    let judged = with("12.31、1.1日报", "", came, document("日报12.31-1.1.docx", &text));
    judged.review().part("日报12.31-1.1.docx", "review daily/bulletin@2027-01-01");
}

#[test]
fn nothing_is_reported_of_days_over_the_turn_of_the_year() {
    for (subject, says, at, day) in [
        ("1月1日零报告", "我校1月1日零报告", "2027-01-02T21:00:00+08:00", "2027-01-01"),
        ("1月1日零报告", "", "2027-01-02T08:30:00+08:00", "2027-01-01"),
        ("1月3日零报告", "", "2027-01-04T08:30:00+08:00", "2027-01-03"),
    ] {
        let judged = bare(subject, says, at);
        assert_eq!(judged.loose(), [format!("daily {day} nil accepted")], "{subject} {at}");
    }
    let waits = |subject: &str| {
        let judged = bare(subject, "今日无活动。", "2027-01-02T17:00:00+08:00");
        judged.kind("nil_report").review();
        assert_eq!(judged.loose(), ["daily 2027-01-02 nil review"], "{subject}");
        assert!(judged.registration.may_hold_material, "who reported is not chased meanwhile");
    };
    // The subject may be yesterday's, sent once more; behind midnight the two are the same day.
    waits("1月1日零报告");
    waits("1月1日值守材料");
    let whole = bare("12月28日至1月3日防控周零报告", "今日无活动。", "2027-01-03T17:00:00+08:00");
    assert_eq!(whole.loose(), ["daily 2027-01-03 nil accepted"]);
    let night = bare("1月1日零报告", "今日无活动。", "2027-01-02T00:20:00+08:00");
    assert_eq!(night.loose(), ["daily 2027-01-01 nil accepted"]);
}

#[test]
fn the_old_year_written_in_january_is_asked_about() {
    let name = "日报2026-01-02.docx";
    with("日报", "", THIRD, bulletin(name)).review().part(name, "review daily/bulletin@2027-01-02");
    with("日报2026年1月2日", "", THIRD, bulletin("日报.docx"))
        .review()
        .part("日报.docx", "review daily/bulletin@2027-01-02");
    // Last December is another year's all the same, and so is what is far from January.
    let name = "2025年12月30日日报.docx";
    with("日报", "", THIRD, bulletin(name)).part(name, "extra daily/bulletin");
}

#[test]
fn a_point_stands_between_month_and_day() {
    let december = held(date(2026, 12, 7), date(2026, 12, 20));
    let came = "2026-12-14T18:00:00+08:00";
    for (subject, says, part) in [
        ("日报", "", bulletin("12.13日报.docx")),
        ("12.13日报", "", bulletin("日报.docx")),
        ("日报", "", bulletin("12/13日报.docx")),
        ("", "12.13日的日报", bulletin("日报.docx")),
    ] {
        let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).with(part).at(came);
        let judged = mail.judge_by(&december);
        let told = judged.told().join("\n");
        assert!(told.contains("daily/bulletin@2026-12-13"), "{subject}: {told}");
    }
}

#[test]
fn a_day_of_the_week_that_comes_twice_is_asked_about_unless_it_is_that_day() {
    let december = held(date(2026, 12, 7), date(2026, 12, 20));
    let monday = |subject: &str| {
        let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).with(photo("a.jpg"));
        mail.at("2026-12-14T18:00:00+08:00").judge_by(&december)
    };
    monday("周六活动照片").review().part("a.jpg", "review daily/photo@2026-12-14");
    monday("周一活动照片").no_review().part("a.jpg", "accepted daily/photo@2026-12-14");
}

const SECOND: &str = "2027-01-02T21:00:00+08:00";

#[test]
fn nothing_is_reported_of_the_days_that_the_subject_names() {
    for (subject, says, at, days) in [
        ("1月1日至1月3日均为零报告", "", THIRD, &["2027-01-01", "2027-01-02", "2027-01-03"][..]),
        ("12月29日、12月30日零报告", "", "2026-12-31T21:00:00+08:00", &["2026-12-29", "2026-12-30"]),
        ("零报告", "前天、昨天、今天均零报告", THIRD, &["2027-01-01", "2027-01-02", "2027-01-03"]),
        ("零报告", "昨天（1月1日）零报告", SECOND, &["2027-01-01"]),
        ("日报", "今日无活动，昨日材料已补报", SECOND, &["2027-01-02"]),
        ("流感防控周（12月28日至1月3日）", "今日无活动。", SECOND, &["2027-01-02"]),
        ("流感防控周（12月28日至1月3日）", "我校无活动。", SECOND, &["2027-01-02"]),
    ] {
        let wanted: Vec<String> = days.iter().map(|day| format!("daily {day} nil accepted")).collect();
        assert_eq!(bare(subject, says, at).loose(), wanted, "{subject} {says}");
    }
}

#[test]
fn nothing_of_what_must_be_sent_is_a_question() {
    let before = "2026-12-11T09:40:00+08:00";
    for (subject, says, at) in [
        ("零报告", "今日零报告。新增病例12例，重症1例已转诊。", SECOND),
        ("总结零报告", "经排查我校无此情况，工作总结零报告。", before),
        ("总结零报告", "我校工作总结零报告。", SECOND),
        ("零报告", "我校零报告", before),
        ("零报告", "1月3日零报告", SECOND),
        ("零报告", "12月20日零报告", SECOND),
    ] {
        let judged = bare(subject, says, at);
        judged.kind("question");
        assert_eq!(judged.loose(), [""; 0], "{subject} {says}");
    }
}

#[test]
fn nothing_goes_to_the_daily_requirement_whose_words_it_says() {
    let mut two = turn_of_the_year();
    let daily = two.requirements.iter_mut().find(|requirement| requirement.id == "daily").unwrap();
    daily.title = "元旦值班日报".to_owned();
    let mut snow = daily.clone();
    (snow.id, snow.title) = ("snow".to_owned(), "低温雨雪救助日报".to_owned());
    two.requirements.push(snow);
    let judge = |subject: &str, says: &str| {
        mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at(SECOND).judge_by(&two)
    };
    let told = |subject: &str, says: &str| judge(subject, says).loose();
    assert_eq!(told("雨雪救助零报告", "1月2日救助零报告"), ["snow 2027-01-02 nil accepted"]);
    assert_eq!(told("值班零报告", "1月2日值班零报告"), ["daily 2027-01-02 nil accepted"]);
    for (subject, says) in [("零报告", "1月2日零报告"), ("值班、救助零报告", "今日零报告")]
    {
        judge(subject, says).kind("question");
    }
    // The same said in a paper.
    let paper = |name: &str| {
        let nil = blank(name, &format!("{SCHOOL}\n1月2日无活动，零报告。"));
        mail("c03@163.example", SCHOOL).with(nil).at(SECOND).judge_by(&two)
    };
    paper("救助日报.docx").part("救助日报.docx", "accepted snow/nil@2027-01-02");
    paper("日报.docx").review().part("日报.docx", "review daily/nil@2027-01-02 snow/nil@2027-01-02");
}

#[test]
fn a_title_outranks_the_day_on_which_a_paper_was_signed() {
    for (title, signed, at, day) in [
        ("流感防控日报（2026年12月30日）", "2026年12月31日", "2026-12-31T08:40:00+08:00", "2026-12-30"),
        ("流感防控日报（截至12月31日24时）", "2027年1月1日", "2027-01-01T08:40:00+08:00", "2026-12-31"),
        ("流感防控日报", "2026年12月30日", "2026-12-31T08:40:00+08:00", "2026-12-30"),
    ] {
        let paper = blank("日报.docx", &format!("{title}\n接诊23例\n{SCHOOL}\n{signed}"));
        let judged = with("日报", "", at, paper);
        judged.no_review().part("日报.docx", &format!("accepted daily/bulletin@{day}"));
    }
}

#[test]
fn what_comes_later_or_came_before_is_not_what_comes_now() {
    for (subject, says, at, day) in [
        ("日报", "今天是29日的，明天补30日", "2026-12-30T18:05:00+08:00", "2026-12-29"),
        ("日报", "1月2日的，1月3日稍后报", "2027-01-03T09:00:00+08:00", "2027-01-02"),
        ("2号日报（1号已报）", "", SECOND, "2027-01-02"),
    ] {
        let judged = with(subject, says, at, bulletin("日报.docx"));
        judged.no_review().part("日报.docx", &format!("accepted daily/bulletin@{day}"));
    }
    // What is left must be one day.
    let judged = with("29日、30日日报（31日稍后报）", "", "2026-12-31T18:00:00+08:00", bulletin("日报.docx"));
    judged.review().part("日报.docx", "review daily/bulletin@2026-12-31");
}

#[test]
fn files_named_each_by_its_own_day_need_no_question() {
    let at = "2026-12-29T18:10:00+08:00";
    for (subject, names) in [
        ("周一、周二日报", ["周一日报.docx", "周二日报.docx"]),
        ("12月29日日报和12月28日补报", ["日报28.docx", "日报29.docx"]),
        ("12月28日、29日日报", ["28.docx", "29.docx"]),
    ] {
        let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).at(at);
        let judged = mail.with(bulletin(names[0])).with(bulletin(names[1])).judge_by(&turn_of_the_year());
        judged.no_review();
        judged.part(names[0], "accepted daily/bulletin@2026-12-28");
        judged.part(names[1], "accepted daily/bulletin@2026-12-29");
    }
    // Numbers that may count the files, and pictures, say nothing.
    let mail = mail("c03@163.example", &format!("{SCHOOL}1日、2日日报")).at(THIRD);
    let judged = mail.with(bulletin("日报1.docx")).with(bulletin("日报2.docx")).judge_by(&turn_of_the_year());
    judged.review().part("日报1.docx", "review daily/bulletin@2027-01-03");
    with("28日、29日照片", "", THIRD, photo("29.jpg")).review();
}

#[test]
fn what_is_shown_of_a_day_to_come_is_no_report_of_today() {
    let article = |name: &str, says: &str| {
        let paper = document(name, &format!("{says}\n{SCHOOL}"));
        let mail = mail("c03@163.example", &format!("{SCHOOL}职教活动周稿件")).with(paper);
        mail.at("2023-05-16T18:00:00+08:00").judge()
    };
    for (name, title) in [
        ("明日活动预告.docx", "职教活动周明日活动预告"),
        ("5月17日活动安排预告.docx", "5月17日活动安排预告"),
        ("稿件.docx", "职教活动周明日活动安排"),
    ] {
        article(name, title).part(name, "review daily/article@2023-05-16");
    }
    for (name, title) in [
        ("稿件.docx", "职教活动周5月16日活动信息"),
        ("活动信息及明日安排.docx", "职教活动周今日活动信息及明日安排"),
    ] {
        article(name, title).no_review().part(name, "accepted daily/article@2023-05-16");
    }
}

#[test]
fn a_paper_of_hours_over_midnight_is_of_the_day_on_which_they_end() {
    let hours = "1月1日17时至1月2日17时";
    let of_second = "accepted daily/bulletin@2027-01-02";
    let name = format!("日报（{hours}）.docx");
    with("日报", "", SECOND, bulletin(&name)).no_review().part(&name, of_second);
    with(&format!("{hours}日报"), "", SECOND, bulletin("日报.docx")).no_review().part("日报.docx", of_second);
    let dated = blank("日报.docx", &format!("流感防控日报\n（{hours}）\n{SCHOOL}\n接诊9例。"));
    with("日报", "", SECOND, dated).no_review().part("日报.docx", of_second);
    let noon = "日报（1月1日12时至1月2日12时）.docx";
    with("日报", "", SECOND, bulletin(noon)).review();
}
