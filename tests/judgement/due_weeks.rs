//! Stories of returns that offices ask for week by week in other ways: on a Monday of the week before, across the end of a year, by
//! titles that bear nothing but the day on which one is due.

use crate::mail::{Judged, document, mail};
use crate::weeks::{CENTRE, of_health, paper_due};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Requirement};

/// A campaign of an office of health from a day on that asks for a paper of the same kind by each of these titles and days.
fn returns(from: Date, asked: &[(&str, Date)]) -> Campaign {
    let item: (&str, &[&str]) = ("工作情况", &["周报", "旬报", "简报", "统计表"]);
    let one = |(nth, (title, due)): (usize, &(&str, Date))| Requirement {
        nil_report: true,
        ..paper_due(&format!("r{}", nth + 1), title, item, *due)
    };
    let last = asked.iter().map(|(_, due)| *due).max().unwrap();
    of_health((from, last), asked.iter().enumerate().map(one).collect())
}

/// So many weeks, the first of which is due on a day: `{n}` of a title is the number of one, `{due}` its day.
fn weeks(from: Date, first: Date, count: i64, title: &str) -> Campaign {
    let day = |nth: i64| first.checked_add((7 * nth).days()).unwrap();
    let titled = |nth: i64| {
        let due = format!("{}月{}日", day(nth).month(), day(nth).day());
        title.replace("{n}", &(nth + 1).to_string()).replace("{due}", &due)
    };
    let titles: Vec<String> = (0..count).map(titled).collect();
    let asked: Vec<(&str, Date)> = titles.iter().map(String::as_str).zip((0..count).map(day)).collect();
    returns(from, &asked)
}

/// What becomes of a paper.
fn paper(campaign: &Campaign, subject: &str, says: &str, at: &str, (name, title): (&str, &str)) -> String {
    let text = "防控行动：组织培训三次，开展巡查十二次，发现问题五项，已整改四项。";
    let mail = mail("c1@centre.example", subject).says(says).at(&format!("{at}T09:00:00+08:00"));
    told(&mail.with(document(name, &format!("{CENTRE}{title}\n{text}"))).judge_by(campaign))
}

/// The one that it answers, or that a person is asked.
fn told(judged: &Judged) -> String {
    let part = &judged.registration.parts[0];
    match part.filings.as_slice() {
        [filing] if part.state.word() == "accepted" => filing.requirement.clone(),
        _ => part.state.word().to_owned(),
    }
}

fn nothing(campaign: &Campaign, says: &str, at: &str) -> String {
    let mail = mail("c1@centre.example", &format!("{CENTRE}周报")).says(says);
    mail.at(&format!("{at}T09:00:00+08:00")).judge_by(campaign).loose().concat()
}

#[test]
fn nothing_of_last_week_is_of_the_return_that_is_due_behind_it() {
    let mondays = weeks(date(2023, 9, 4), date(2023, 9, 11), 4, "第{n}周工作周报");
    let unnumbered = weeks(date(2023, 9, 4), date(2023, 9, 11), 4, "工作简报（{due}）");
    let fridays = weeks(date(2023, 9, 4), date(2023, 9, 8), 4, "第{n}周工作周报");
    for says in ["上周无新增活动", "上一周零报告", "上个星期无新增活动"] {
        for (campaign, at, of) in [
            (&mondays, "2023-09-11", "r1"),
            (&mondays, "2023-09-18", "r2"),
            (&mondays, "2023-09-19", "r2"),
            (&unnumbered, "2023-09-18", "r2"),
            (&unnumbered, "2023-09-21", "r2"),
            (&fridays, "2023-09-18", "r2"),
            (&fridays, "2023-09-20", "r2"),
        ] {
            assert_eq!(nothing(campaign, says, at), format!("{of} - nil accepted"), "{says} {at}");
        }
        // On a Sunday that may be the week that ends.
        assert!(nothing(&mondays, says, "2023-09-17").ends_with("nil review"), "{says}");
    }
}

#[test]
fn what_comes_with_a_letter_is_no_last_week() {
    let fridays = weeks(date(2023, 9, 4), date(2023, 9, 8), 4, "第{n}周工作周报");
    let of =
        |subject: &str, says: &str| paper(&fridays, subject, says, "2023-09-21", ("周报.docx", "工作周报"));
    for says in
        ["附上周报，请查收", "现呈上周报", "以上周报请审阅", "附上一周工作小结", "请到网上周报系统查看"]
    {
        assert_eq!(of("周报", says), "r3", "{says}");
    }
    assert_eq!(of("报上周报", ""), "r3");
    for subject in ["报上周工作周报", "上周周报", "附上周的周报", "上周报表"] {
        assert_eq!(of(subject, ""), "r2", "{subject}");
    }
}

#[test]
fn days_that_end_behind_what_was_due_are_of_another_week() {
    let wednesdays = weeks(date(2023, 9, 4), date(2023, 9, 13), 3, "工作周报（{due}）");
    let fridays = weeks(date(2023, 9, 4), date(2023, 9, 8), 3, "工作周报（{due}）");
    for (campaign, at, days, of) in [
        // Of the week before a Wednesday; that of the one before it was due when these days had not passed.
        (&wednesdays, "2023-09-18", "9月11日-15日", "review"),
        (&wednesdays, "2023-09-18", "9月11日-17日", "r2"),
        (&wednesdays, "2023-09-11", "9月4日-8日", "r1"),
        (&wednesdays, "2023-09-13", "9月11日-15日", "r1"),
        (&fridays, "2023-09-18", "9月11日-17日", "r2"),
    ] {
        let name = format!("周报（{days}）.docx");
        assert_eq!(paper(campaign, "周报", "", at, (&name, "工作周报")), of, "{at} {name}");
    }
}

#[test]
fn a_number_is_of_the_weeks_that_are_counted_by_it() {
    // Schools count from the first day of a term: the tenth week of this one is the seventeenth of the year.
    let term = weeks(date(2023, 2, 20), date(2023, 3, 3), 15, "周报（{due}）");
    let numbered = weeks(date(2023, 9, 4), date(2023, 9, 8), 3, "第{n}周工作周报");
    // Titles of a campaign that goes on into the next year.
    let winter = weeks(date(2023, 12, 4), date(2023, 12, 8), 6, "第{n}周工作周报");
    for (campaign, at, name, of) in [
        (&term, "2023-04-28", "第10周周报", "review"),
        (&term, "2023-03-15", "第10周周报", "r2"),
        (&numbered, "2023-09-22", "第二周期建设工作周报", "r3"),
        (&numbered, "2023-09-22", "第二周年度重点工作周报", "r2"),
        (&numbered, "2023-09-22", "第二、三周周报", "review"),
        (&numbered, "2023-09-22", "第2-3周周报", "review"),
        (&numbered, "2023-09-22", "第二三周周报", "review"),
        (&winter, "2024-01-05", "2024年第1周周报", "r5"),
        (&winter, "2024-01-05", "2023年第1周周报", "r1"),
        (&winter, "2024-01-05", "2023年第52周周报", "r4"),
        (&winter, "2024-01-05", "周报（1月1日-1月5日）", "r5"),
        (&winter, "2024-01-05", "周报（12月30日-1月5日）", "r5"),
        (&winter, "2024-01-05", "第五周周报", "r5"),
    ] {
        let name = format!("{name}.docx");
        assert_eq!(paper(campaign, "周报", "", at, (&name, "工作周报")), of, "{at} {name}");
    }
}

#[test]
fn a_title_may_count_the_weeks_of_its_month() {
    let counted = returns(
        date(2026, 12, 1),
        &[
            ("12月第3周周报", date(2026, 12, 18)),
            ("12月第4周周报", date(2026, 12, 25)),
            ("12月第5周周报", date(2027, 1, 1)),
            ("1月第1周周报", date(2027, 1, 8)),
            ("1月第2周周报", date(2027, 1, 15)),
            ("1月第3周周报", date(2027, 1, 22)),
        ],
    );
    for (at, name, of) in [
        ("2027-01-08", "第一周周报", "r4"),
        ("2027-01-22", "第三周周报", "r6"),
        ("2026-12-18", "第三周周报", "r1"),
        ("2027-01-22", "1月份第3周周报", "r6"),
        ("2027-01-22", "12月份第三周周报", "r1"),
        ("2027-01-22", "12月第二周周报", "review"),
        ("2027-01-22", "1月第2周、第3周周报", "review"),
        ("2027-01-22", "1月第二周周报及第三周计划", "r5"),
        ("2027-01-22", "2027年第3周周报", "r6"),
    ] {
        let name = format!("{name}.docx");
        assert_eq!(paper(&counted, "周报", "", at, (&name, "工作周报")), of, "{at} {name}");
    }
}

#[test]
fn name_and_heading_of_different_weeks_are_asked_about() {
    let fridays = weeks(date(2023, 9, 4), date(2023, 9, 8), 3, "第{n}周工作周报");
    let of =
        |name: &str, title: &str| paper(&fridays, "周报", "", "2023-09-22", (&format!("{name}.docx"), title));
    for (name, title) in [
        ("第三周周报", "第二周周报"),
        ("第二周周报", "第三周工作周报"),
        ("周报9.18-9.22", "工作周报（9月11日-15日）"),
        ("第三周周报", "工作周报（9月11日-15日）"),
    ] {
        assert_eq!(of(name, title), "review", "{name} {title}");
    }
    assert_eq!(of("第二周周报", "工作周报（9月11日-15日）"), "r2");
}
