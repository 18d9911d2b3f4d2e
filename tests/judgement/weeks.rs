//! Stories of another office's notice: the same paper asked for week by week, and words that are other business to a school only.

use crate::campaign::campaign;
use crate::mail::{Judged, blank, document, mail};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Need, Requirement, When};
use shouwen::domain::unit::Unit;

pub const CENTRE: &str = "临江县疾病预防控制中心";

/// A paper that is due by a day, `item` its title.
pub fn paper_due(id: &str, title: &str, (item, names): (&str, &[&str]), due: Date) -> Requirement {
    Requirement {
        id: id.to_owned(),
        title: title.to_owned(),
        groups: vec!["center".to_owned()],
        also_from: vec![],
        opens: None,
        when: When::By { nominal: due, on_time_through: due },
        need: Need::All,
        nil_report: false,
        items: vec![Item {
            id: "report".to_owned(),
            title: item.to_owned(),
            kind: ItemKind::Document,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            form: None,
            of: None,
            from_form: None,
            sections: vec![],
            limits: Default::default(),
        }],
    }
}

/// A campaign of an office of health, whose centres are asked for this.
pub fn of_health(period: (Date, Date), requirements: Vec<Requirement>) -> Campaign {
    let unit = |code: &str, name: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: vec![name.replace("疾病预防控制中心", "疾控中心")],
        group: "center".to_owned(),
        emails: vec![format!("{}@centre.example", code.to_lowercase())],
        ..Unit::default()
    };
    let mut campaign = campaign();
    campaign.title = "2023年秋季传染病防控行动".to_owned();
    campaign.short = "防控行动".to_owned();
    campaign.keywords = vec!["防控行动".to_owned()];
    campaign.groups = vec![("center".to_owned(), "县(市、区)疾病预防控制中心".to_owned())];
    campaign.routes = vec![];
    campaign.templates.clear();
    campaign.roster.units = vec![unit("C1", CENTRE), unit("C2", "青石县疾病预防控制中心")];
    campaign.period = period;
    campaign.requirements = requirements;
    campaign
}

/// The same, asked for a paper in each of three weeks.
fn weekly() -> Campaign {
    let week = |id: &str, title: &str, due: Date| Requirement {
        opens: due.checked_sub(jiff::Span::new().days(4)).ok(),
        ..paper_due(id, &format!("{title}工作周报"), (&format!("{title}周报"), &["周报"]), due)
    };
    let weeks = vec![
        week("w1", "第一周", date(2023, 9, 8)),
        week("w2", "第二周", date(2023, 9, 15)),
        week("w3", "第三周", date(2023, 9, 22)),
    ];
    of_health((date(2023, 9, 4), date(2023, 9, 24)), weeks)
}

fn sent(subject: &str, at: &str, (name, title): (&str, &str)) -> Judged {
    sent_to(&weekly(), subject, at, (name, title))
}

fn sent_to(campaign: &Campaign, subject: &str, at: &str, (name, title): (&str, &str)) -> Judged {
    let text = "防控行动：本周组织培训三次，开展巡查十二次，发现问题五项，已整改四项，下周继续推进。";
    mail("c1@centre.example", subject)
        .at(&format!("2023-09-{at}:00+08:00"))
        .with(document(name, &format!("{CENTRE}{title}\n{text}")))
        .judge_by(campaign)
}

#[test]
fn a_paper_is_of_the_week_that_it_names_or_whose_days_it_names() {
    for (subject, at, part, told) in [
        ("周报", "08T10:00", ("周报.docx", "第一周周报"), "w1"),
        // What is due by now is not what it says.
        ("周报", "18T09:00", ("周报.docx", "第二周周报"), "w2"),
        ("第2周周报", "18T09:00", ("周报.docx", "工作周报"), "w2"),
        ("临江县疾控中心第1周工作周报", "15T09:00", ("第1周周报.docx", "周报"), "w1"),
        ("周报", "18T09:00", ("周报（9月11日—9月15日）.docx", "工作周报"), "w2"),
        ("周报", "18T09:00", ("周报9.11-9.15.docx", "工作周报"), "w2"),
        ("周报", "22T09:00", ("周报.docx", "工作周报"), "w3"),
        // To the Sunday behind the day on which it is due, or by weeks that do not begin on Monday.
        ("周报", "18T09:00", ("周报（9月11日—9月17日）.docx", "工作周报"), "w2"),
        ("周报", "18T09:00", ("周报（9月9日—9月15日）.docx", "工作周报"), "w2"),
        ("上周周报", "18T09:00", ("周报.docx", "工作周报"), "w2"),
        ("周报", "18T09:00", ("周报.docx", "9月11日—17日工作周报"), "w2"),
        ("周报", "18T09:00", ("周报.docx", "工作周报（2023年9月11日—17日）"), "w2"),
        ("周报", "18T09:00", ("上周工作周报及本周工作安排.docx", "工作周报"), "w2"),
        ("周报", "18T09:00", ("第二周周报和第三周计划.docx", "工作周报"), "w2"),
        ("2023年第二周周报", "18T09:00", ("周报.docx", "2023年第二周周报"), "w2"),
        // Of the year.
        ("第37周周报", "18T09:00", ("周报.docx", "工作周报"), "w2"),
        ("9月第一周周报", "08T10:00", ("周报.docx", "2023年9月4日至8日工作周报"), "w1"),
    ] {
        sent(subject, at, part).no_review().part(part.0, &format!("accepted {told}/report"));
    }
}

#[test]
fn a_paper_of_no_certain_week_waits_at_those_that_may_be_meant() {
    // A heading that was left standing from the week before.
    let judged = sent("周报", "22T09:00", ("周报（9月18日—9月22日）.docx", "第二周周报"));
    judged.review().part("周报（9月18日—9月22日）.docx", "review w1/report w2/report w3/report");
    // 一周 counts the days that the paper is about; the third week's cannot be meant yet.
    let judged = sent("一周工作周报", "11T09:00", ("一周工作周报.docx", "一周工作周报"));
    judged.review().part("一周工作周报.docx", "review w1/report w2/report");
    for (subject, at, name) in [
        ("周报", "22T09:00", "2024年第一周周报"),
        ("2022年第三周周报", "22T09:00", "周报"),
        ("周报", "22T09:00", "9月第三周周报"),
        ("12月第三周周报", "22T09:00", "周报"),
        ("周报", "22T09:00", "第四周周报"),
        ("周报", "22T09:00", "第二周、第三周周报"),
        ("周报", "22T09:00", "周报（10月9日—10月13日）"),
        // A Monday's mail of the week to come.
        ("周报", "18T09:00", "周报（9月11日—9月24日）"),
    ] {
        let name = format!("{name}.docx");
        let judged = sent(subject, at, (&name, "工作周报"));
        judged.review().part(&name, "review w1/report w2/report w3/report");
    }
}

#[test]
fn the_paper_of_another_week_than_subject_or_letter_say_waits() {
    let part = ("第二周周报.docx", "第二周周报");
    sent("第三周周报", "22T09:00", part).review().part(part.0, "review w1/report w2/report w3/report");
    let letter = |says: &str| {
        let mail = mail("c1@centre.example", "周报").says(says).at("2023-09-22T09:00:00+08:00");
        let text = format!("{CENTRE}第二周周报\n防控行动：本周组织培训三次，下周继续推进。");
        mail.with(document(part.0, &text)).judge_by(&weekly())
    };
    let bare = ("周报.docx", "第二周周报");
    sent("第三周周报", "22T09:00", bare).review().part(bare.0, "review w1/report w2/report w3/report");
    letter("第三周的，表头没有改，请见谅").review().part(part.0, "review w1/report w2/report w3/report");
    letter("第二周的见附件，第三周的下周报").part(part.0, "accepted w2/report");
}

#[test]
fn the_letter_tells_the_week_where_nothing_else_does() {
    let letter = |says: &str, at: &str| {
        let mail = mail("c1@centre.example", "周报").says(says).at(&format!("2023-09-{at}:00+08:00"));
        let text = format!("{CENTRE}工作周报\n防控行动：本周组织培训三次，下周继续推进。");
        mail.with(document("周报.docx", &text)).judge_by(&weekly())
    };
    for (says, at, told) in [
        ("现补报第二周的周报，请查收", "20T09:00", "w2"),
        ("补交上周周报，迟报了，抱歉", "20T09:00", "w2"),
        ("补报9月11日至9月17日的周报", "20T09:00", "w2"),
        ("第三周的周报见附件", "21T09:00", "w3"),
        ("本周的周报见附件", "21T09:00", "w3"),
    ] {
        letter(says, at).no_review().part("周报.docx", &format!("accepted {told}/report"));
    }
    // The week before may be spoken of beside.
    for says in ["第二周的周报收到了吗？", "上周的周报按要求改了格式", "9月11日至9月15日我中心停电"]
    {
        letter(says, "21T09:00").review().part("周报.docx", "review w1/report w2/report w3/report");
    }
    // On a Sunday 上周 is the week that ends, or the one before.
    sent("上周周报", "17T09:00", ("周报.docx", "工作周报")).review();
}

#[test]
fn a_word_by_which_something_else_is_called_is_no_synonym() {
    let mut campaign = weekly();
    for requirement in campaign.requirements.iter_mut().filter(|asked| asked.id == "w2") {
        requirement.items[0].names = vec!["小结".to_owned()];
    }
    for requirement in campaign.requirements.iter_mut().filter(|asked| asked.id == "w3") {
        requirement.items[0].names = vec!["总结".to_owned()];
    }
    let of = |name: &str| sent_to(&campaign, "材料", "22T09:00", (name, name.trim_end_matches(".docx")));
    of("工作小结.docx").part("工作小结.docx", "accepted w2/report");
    of("总结报告.docx").part("总结报告.docx", "accepted w3/report");
}

#[test]
fn what_is_other_business_depends_on_who_is_asked() {
    let part = ("周报.docx", "周报");
    let subject = "临江县疾控中心体检督导工作周报（第二周）";
    sent(subject, "15T09:00", part).kind("submission").part("周报.docx", "accepted w2/report");
    let mut campaign = weekly();
    campaign.other_business = Some(vec!["体检".to_owned()]);
    let text = "本周开展学生体检三千二百人次，发现疑似病例两例，均已处置并上报。";
    let check_up = |campaign: &Campaign| {
        mail("c1@centre.example", "临江县疾控中心体检周报")
            .at("2023-09-15T09:00:00+08:00")
            .with(document("周报.docx", &format!("{CENTRE}周报\n{text}")))
            .judge_by(campaign)
    };
    check_up(&campaign).kind("other");
    check_up(&weekly()).kind("submission").part("周报.docx", "accepted w2/report");
    // What the campaign is about is no advertisement.
    campaign.short = "优惠促销专项检查".to_owned();
    let promotion = mail("x@qq.example", "优惠促销")
        .with(document("材料.docx", "临江县优惠促销检查表"))
        .judge_by(&campaign);
    promotion.kind("submission").review();
    mail("x@qq.example", "限时中奖")
        .with(document("材料.docx", "限时中奖"))
        .judge_by(&campaign)
        .kind("other");
}

/// What a mail without files becomes where every week may be answered with nothing.
fn says_nothing(subject: &str, says: &str, at: &str) -> Judged {
    let mut weekly = weekly();
    weekly.requirements.iter_mut().for_each(|asked| asked.nil_report = true);
    mail("c1@centre.example", &format!("{CENTRE}{subject}"))
        .says(says)
        .at(&format!("2023-09-{at}:00+08:00"))
        .judge_by(&weekly)
}

#[test]
fn nothing_of_a_week_answers_the_return_of_that_week() {
    for (subject, says, at, told) in [
        ("零报告", "", "15T09:00", "w2"),
        ("本周零报告", "本周无。", "08T10:00", "w1"),
        ("周报", "本周无新增活动，特此报告。", "22T09:00", "w3"),
        ("第二周周报", "第二周无新增情况。零报告", "15T09:00", "w2"),
        ("第1周零报告", "", "12T09:00", "w1"),
        ("周报", "9月4日-9月8日零报告", "15T09:00", "w1"),
        ("周报", "上周无新增活动", "11T09:00", "w1"),
        ("周报", "今日报送本周零报告", "15T09:00", "w2"),
    ] {
        let judged = says_nothing(subject, says, at);
        judged.no_review().kind("nil_report");
        assert_eq!(judged.loose(), [format!("{told} - nil accepted")], "{subject} {says}");
    }
}

#[test]
fn nothing_of_no_certain_week_of_a_day_or_of_the_time_to_come_is_a_question() {
    for (subject, says, at) in [
        ("周报", "今日无活动。", "15T09:00"),
        ("周报", "下周无活动。", "15T09:00"),
        ("第三周零报告", "", "12T09:00"),
    ] {
        let judged = says_nothing(subject, says, at);
        assert_eq!(judged.loose(), [""; 0], "{subject} {says}");
        judged.kind("question");
    }
    // Nobody is chased for it while a person reads which is meant.
    for (subject, says, at, waits) in [
        ("防控行动零报告", "", "18T09:00", "w3"),
        ("第一周周报", "第二周零报告", "15T09:00", "w2"),
        ("第一、二周零报告", "均无", "15T09:00", "w2"),
        ("周报", "上周无，本周无", "15T09:00", "w2"),
        ("周报", "9月8日零报告", "15T09:00", "w2"),
    ] {
        let judged = says_nothing(subject, says, at);
        judged.review().kind("nil_report");
        assert_eq!(judged.loose(), [format!("{waits} - nil review")], "{subject} {says}");
    }
    // Whoever answers a reminder may mean what is overdue, and not what is due next.
    let answer = |says: &str| {
        let mut weekly = weekly();
        weekly.requirements.iter_mut().for_each(|asked| asked.nil_report = true);
        let mail = mail("c1@centre.example", "回复：关于报送工作周报的提醒").says(says);
        let reminder = "<shouwen.reminder.1@163.example>";
        let mail = mail.header(|header| header.refers_to = vec![reminder.to_owned()]);
        mail.at("2023-09-12T10:00:00+08:00").judge_by(&weekly)
    };
    answer("零报告").review();
    assert_eq!(answer("第一周零报告").loose(), ["w1 - nil accepted"]);
    // Where no week takes it, a person reads it, as before.
    let none = mail("c1@centre.example", &format!("{CENTRE}零报告")).at("2023-09-15T09:00:00+08:00");
    assert_eq!(none.judge_by(&weekly()).loose(), [""; 0]);
}

#[test]
fn a_paper_that_says_nothing_of_a_week_is_a_nil_report_too() {
    let mut weekly = weekly();
    weekly.requirements.iter_mut().for_each(|asked| asked.nil_report = true);
    let judged = mail("c1@centre.example", &format!("{CENTRE}防控行动报告"))
        .at("2023-09-15T09:00:00+08:00")
        .with(document("零报告.docx", &format!("{CENTRE}\n本周零报告\n本周无新增活动。")))
        .judge_by(&weekly);
    judged.no_review().part("零报告.docx", "accepted w2/nil");
    // A short one of which it is the title is the paper itself.
    let judged = mail("c1@centre.example", &format!("{CENTRE}第二周周报"))
        .at("2023-09-15T09:00:00+08:00")
        .with(blank(
            "第二周周报.docx",
            &format!("{CENTRE}第二周周报\n防控行动：本周组织职工学习，开展环境整治，无新增情况。"),
        ))
        .judge_by(&weekly);
    judged.no_review().part("第二周周报.docx", "accepted w2/report");
}

#[test]
fn what_is_of_another_year_or_month_than_the_titles_is_none_of_them() {
    let mut ten_days = weekly();
    for (requirement, title) in ten_days.requirements.iter_mut().zip(["上旬", "中旬", "下旬"]) {
        requirement.title = format!("2023年9月{title}工作旬报");
        requirement.items[0].title = format!("9月{title}旬报");
        requirement.items[0].names = vec!["旬报".to_owned()];
    }
    let of = |name: &str| sent_to(&ten_days, "旬报", "15T09:00", (name, "工作旬报"));
    for name in ["9月中旬旬报.docx", "2023年9月中旬旬报.docx", "中旬旬报.docx", "旬报（9月11日至20日）.docx"]
    {
        of(name).no_review().part(name, "accepted w2/report");
    }
    for name in ["8月中旬旬报.docx", "2022年9月中旬旬报.docx"] {
        of(name).review().part(name, "review w1/report w2/report");
    }
}

#[test]
fn a_title_may_bear_its_days_beside_its_number() {
    let mut dated = weekly();
    let days = ["9月4日-9月8日", "9月11日-9月15日", "9月18日-9月22日"];
    for ((requirement, days), nth) in dated.requirements.iter_mut().zip(days).zip(["一", "二", "三"]) {
        requirement.title = format!("第{nth}周周报（{days}）");
        requirement.items[0].title = "工作周报".to_owned();
    }
    let of = |name: &str, at: &str| sent_to(&dated, "周报", at, (name, "工作周报"));
    for (name, at, told) in [
        ("第二周周报.docx", "18T09:00", "w2"),
        ("第1周周报.docx", "08T09:00", "w1"),
        ("周报（9.11-9.15）.docx", "18T09:00", "w2"),
        ("周报.docx", "22T09:00", "w3"),
    ] {
        of(name, at).no_review().part(name, &format!("accepted {told}/report"));
    }
    for name in ["第四周周报.docx", "2022年第三周周报.docx"] {
        of(name, "22T09:00").review().part(name, "review w1/report w2/report w3/report");
    }
    for (requirement, days) in dated.requirements.iter_mut().zip(days) {
        requirement.title = format!("周报（{days}）");
    }
    let of = |name: &str, at: &str| sent_to(&dated, "周报", at, (name, "工作周报"));
    of("第二周周报.docx", "14T09:00").no_review().part("第二周周报.docx", "accepted w2/report");
    of("第二周周报.docx", "21T09:00")
        .review()
        .part("第二周周报.docx", "review w1/report w2/report w3/report");
}
