//! Stories of returns whose titles differ in their year, or are of ten days, quarters and halves: 第4季度 comes again each year. They went by
//! the day on which they came, and the last year's was filed for this one's in silence.

use crate::mail::{document, mail};
use crate::weeks::{CENTRE, of_health, paper_due};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Requirement};

/// A return by each of these titles and days: the first on which it may be sent, where it has one, and the last.
fn returns(asked: &[(&str, Option<Date>, Date)]) -> Campaign {
    let names = ["统计表", "旬报", "台账", "总结", "月报"];
    let one = |(nth, (title, opens, due)): (usize, &(&str, Option<Date>, Date))| Requirement {
        nil_report: true,
        opens: *opens,
        ..paper_due(&format!("r{}", nth + 1), title, ("统计表", &names), *due)
    };
    let last = asked.iter().map(|(_, _, due)| *due).max().unwrap();
    let first = asked.iter().map(|(_, _, due)| *due).min().unwrap();
    let from = first.checked_sub(jiff::Span::new().days(90)).unwrap();
    of_health((from, last), asked.iter().enumerate().map(one).collect())
}

/// Which return each paper answers, or `review`: the day, the subject, the letter, the name and the title.
fn papers(campaign: &Campaign, rows: &[(&str, &str, &str, &str, &str, &str)]) {
    for (at, subject, says, name, title, wanted) in rows {
        let text =
            format!("{CENTRE}{title}\n防控行动：组织培训三次，开展巡查十二次，发现问题五项，已整改四项。");
        let mail = mail("c1@centre.example", subject).says(says).at(&format!("{at}T09:00:00+08:00"));
        let judged = mail.with(document(name, &text)).judge_by(campaign);
        let part = &judged.registration.parts[0];
        let told = match part.filings.as_slice() {
            [filing] if part.state.word() == "accepted" => filing.requirement.as_str(),
            _ => part.state.word(),
        };
        assert_eq!(told, *wanted, "{at} {subject} {says} {name} {title}: {}", part.why);
    }
}

fn nothing(campaign: &Campaign, at: &str, subject: &str, says: &str) -> String {
    let mail = mail("c1@centre.example", &format!("{CENTRE}{subject}")).says(says);
    mail.at(&format!("{at}T09:00:00+08:00")).judge_by(campaign).loose().concat()
}

#[test]
fn a_quarter_is_of_its_year() {
    let two = returns(&[
        ("2023年第4季度统计表", None, date(2024, 1, 10)),
        ("2024年第1季度统计表", None, date(2024, 4, 10)),
    ]);
    papers(
        &two,
        &[
            ("2024-04-05", "第4季度统计表", "", "统计表.docx", "统计表", "r1"),
            ("2024-04-05", "统计表", "", "2024年第四季度统计表.docx", "统计表", "review"),
            ("2024-04-05", "统计表", "", "2023年第一季度统计表.docx", "统计表", "review"),
            ("2024-04-05", "统计表", "", "统计表.docx", "统计表", "r2"),
        ],
    );
    let five = returns(&[
        ("2022年第4季度统计表", None, date(2023, 1, 10)),
        ("2023年第1季度统计表", None, date(2023, 4, 10)),
        ("2023年第2季度统计表", None, date(2023, 7, 10)),
        ("2023年第3季度统计表", None, date(2023, 10, 10)),
        ("2023年第4季度统计表", None, date(2024, 1, 10)),
    ]);
    papers(
        &five,
        &[
            ("2023-01-05", "第4季度统计表", "", "统计表.docx", "统计表", "r1"),
            ("2023-04-05", "第4季度统计表", "", "统计表.docx", "统计表", "r1"),
            ("2024-01-05", "第4季度统计表", "", "统计表.docx", "统计表", "r5"),
            // That of last year, or a slip: this year's has just begun.
            ("2023-10-05", "第4季度统计表", "", "统计表.docx", "统计表", "review"),
            ("2023-10-05", "统计表", "", "统计表（7-9月）.docx", "统计表", "r4"),
        ],
    );
    let same = returns(&[
        ("2022年第四季度台账", None, date(2023, 1, 10)),
        ("2023年第四季度台账", None, date(2024, 1, 10)),
    ]);
    papers(
        &same,
        &[
            ("2023-01-05", "台账", "", "四季度台账.docx", "台账", "r1"),
            ("2023-06-05", "台账", "", "四季度台账.docx", "台账", "r1"),
            ("2024-01-05", "第四季度台账", "", "台账.docx", "台账", "r2"),
            ("2024-01-05", "2021年第四季度台账", "", "台账.docx", "台账", "review"),
        ],
    );
}

#[test]
fn ten_days_are_of_their_month_and_halves_of_their_year() {
    let thirds = returns(&[
        ("2月上旬旬报", None, date(2023, 2, 12)),
        ("2月中旬旬报", None, date(2023, 2, 22)),
        ("2月下旬旬报", None, date(2023, 3, 2)),
        ("3月上旬旬报", None, date(2023, 3, 12)),
    ]);
    papers(
        &thirds,
        &[
            ("2023-02-20", "上旬旬报", "", "旬报.docx", "旬报", "r1"),
            ("2023-03-10", "上旬旬报", "", "旬报.docx", "旬报", "r4"),
            ("2023-02-20", "旬报", "", "1月中旬旬报.docx", "旬报", "review"),
            ("2023-02-20", "旬报", "", "2月上、中旬旬报.docx", "旬报", "review"),
            ("2023-02-20", "报上旬报", "", "旬报.docx", "旬报", "r2"),
            ("2023-02-20", "旬报", "", "旬报（2月1日-2月10日）.docx", "旬报", "r1"),
            ("2023-03-10", "旬报", "", "3月上旬旬报.docx", "2月上旬旬报", "review"),
        ],
    );
    let years = returns(&[
        ("2022年2月上旬旬报", None, date(2022, 2, 12)),
        ("2023年2月上旬旬报", None, date(2023, 2, 12)),
    ]);
    papers(
        &years,
        &[
            ("2023-02-10", "2月上旬旬报", "", "旬报.docx", "旬报", "r2"),
            ("2023-02-10", "2023年2月中旬旬报", "", "旬报.docx", "旬报", "review"),
        ],
    );
    let halves = returns(&[
        ("2022年下半年总结", None, date(2023, 1, 10)),
        ("2023年上半年总结", None, date(2023, 7, 10)),
        ("2023年下半年总结", None, date(2024, 1, 10)),
    ]);
    papers(
        &halves,
        &[
            ("2023-01-05", "下半年总结", "", "总结.docx", "总结", "r1"),
            ("2024-01-05", "下半年总结", "", "总结.docx", "总结", "r3"),
            ("2024-01-05", "总结", "", "7-12月总结.docx", "总结", "r3"),
            ("2023-07-05", "下半年总结", "", "总结.docx", "总结", "review"),
            ("2024-01-05", "2024年上半年总结", "", "总结.docx", "总结", "review"),
            ("2024-01-05", "三季度总结", "", "总结.docx", "总结", "review"),
        ],
    );
}

#[test]
fn a_month_is_of_its_year() {
    let months = returns(&[
        ("2022年12月月报", None, date(2023, 1, 5)),
        ("2023年1月月报", None, date(2023, 2, 5)),
        ("2023年11月月报", None, date(2023, 12, 5)),
        ("2023年12月月报", None, date(2024, 1, 5)),
    ]);
    papers(
        &months,
        &[
            ("2023-02-03", "12月月报", "", "月报.docx", "月报", "r1"),
            ("2023-02-03", "月报", "", "2022年1月月报.docx", "月报", "review"),
            ("2024-01-03", "12月月报", "", "月报.docx", "月报", "r4"),
            ("2023-12-03", "2022年11月月报", "", "月报.docx", "月报", "review"),
            ("2023-12-03", "月报", "2022年11月月报见附件", "月报.docx", "月报", "review"),
            ("2023-12-03", "月报", "按10月通知要求报送", "月报.docx", "月报", "r3"),
            // By the day nobody knows whether it is a late one or an early one.
            ("2023-12-19", "月报", "", "月报.docx", "月报", "review"),
            ("2023-12-22", "月报", "", "月报.docx", "月报", "review"),
            ("2023-12-28", "月报", "", "月报.docx", "月报", "r4"),
            ("2023-12-28", "上月月报", "", "月报.docx", "月报", "r3"),
            ("2023-12-28", "附上月报", "", "月报.docx", "月报", "r4"),
            ("2023-12-28", "本月月报", "", "月报.docx", "月报", "r4"),
        ],
    );
    // What is asked for once: another time than its own is no slip to pass over.
    let one = returns(&[("2023年11月月报", Some(date(2023, 11, 25)), date(2023, 12, 5))]);
    papers(
        &one,
        &[
            ("2023-12-03", "2022年11月月报", "", "月报.docx", "月报", "review"),
            ("2023-12-03", "月报", "", "10月月报.docx", "月报", "review"),
            ("2023-12-03", "11月月报", "", "月报.docx", "月报", "r1"),
            ("2023-12-03", "12月月报", "", "月报.docx", "11月月报", "r1"),
        ],
    );
}

#[test]
fn a_quarter_is_told_by_its_months_and_by_how_far_back_it_lies() {
    let quarters = returns(&[
        ("第三季度台账", Some(date(2023, 9, 25)), date(2023, 10, 15)),
        ("第四季度台账", Some(date(2023, 12, 20)), date(2024, 1, 15)),
    ]);
    papers(
        &quarters,
        &[
            ("2024-01-05", "12月台账", "", "台账.docx", "台账", "r2"),
            ("2024-01-05", "9月台账", "", "台账.docx", "台账", "review"),
            ("2024-01-05", "本季度台账", "", "台账.docx", "台账", "r2"),
            ("2024-01-05", "上季度台账", "", "台账.docx", "台账", "r2"),
            ("2023-12-28", "上季度台账", "", "台账.docx", "台账", "r1"),
            ("2023-12-28", "本季度台账", "", "台账.docx", "台账", "r2"),
            ("2024-01-05", "台账", "2022年第四季度台账见附件", "台账.docx", "台账", "review"),
            ("2024-01-05", "台账", "2023年第四季度台账见附件", "台账.docx", "台账", "r2"),
        ],
    );
}

#[test]
fn nothing_of_another_year_is_no_report_of_this_one() {
    let two = returns(&[
        ("2023年11月月报", Some(date(2023, 11, 25)), date(2023, 12, 5)),
        ("2023年12月月报", Some(date(2023, 12, 25)), date(2024, 1, 5)),
    ]);
    let one = returns(&[("2023年11月月报", Some(date(2023, 11, 25)), date(2023, 12, 5))]);
    for campaign in [&two, &one] {
        for (subject, says, told) in [
            ("2022年11月零报告", "", "r1 - nil review"),
            ("月报", "2022年11月零报告", "r1 - nil review"),
            ("2023年11月零报告", "", "r1 - nil accepted"),
            ("11月零报告", "", "r1 - nil accepted"),
        ] {
            assert_eq!(nothing(campaign, "2023-12-03", subject, says), told, "{subject} {says}");
        }
    }
    let quarter = returns(&[("第四季度统计表", None, date(2024, 1, 10))]);
    for (subject, told) in [
        ("2022年第四季度零报告", "r1 - nil review"),
        ("第三季度零报告", "r1 - nil review"),
        ("第四季度零报告", "r1 - nil accepted"),
    ] {
        assert_eq!(nothing(&quarter, "2024-01-03", subject, ""), told, "{subject}");
    }
}
