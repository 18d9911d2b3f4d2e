//! Stories of a table that is asked for month by month. Each month's is the same form, so that only words and days tell of which
//! month one is; once the 1 that 11月 and 12月 share was cut from both, and one month's table displaced the other's.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, document, mail};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Requirement, When};
use shouwen::domain::facts::{Cell, Value};

const SCHOOL: &str = "绵阳职业技术学院";
/// The table of December may come, that of November is overdue.
const LATE: &str = "2023-12-28T10:00:00+08:00";
/// Only the table of November may come.
const EARLY: &str = "2023-12-04T10:00:00+08:00";

/// The usual campaign with the form of its plan asked for in November and December.
fn monthly() -> Campaign {
    let mut monthly = campaign();
    let plan = monthly.requirements.remove(0);
    let table = |id: &str, month: u8, opens: Date, due: Date| {
        let mut items: Vec<_> = plan.items.iter().filter(|item| item.id == "form4").cloned().collect();
        items[0].title = format!("{month}月份信息采集表");
        Requirement {
            id: id.to_owned(),
            title: format!("{month}月份月报"),
            opens: Some(opens),
            when: When::By { nominal: due, on_time_through: due },
            items,
            ..plan.clone()
        }
    };
    monthly.period = (date(2023, 11, 1), date(2023, 12, 31));
    monthly.requirements = vec![
        table("m11", 11, date(2023, 11, 25), date(2023, 12, 5)),
        table("m12", 12, date(2023, 12, 20), date(2024, 1, 3)),
    ];
    monthly
}

fn sheet(month: &str) -> Sheet {
    Sheet::form4(SCHOOL).titled(&format!("2023年{month}月职业教育活动周信息采集表"))
}

fn sent(subject: &str, at: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).at(at)
}

fn with(subject: &str, says: &str, at: &str, (name, month): (&str, &str)) -> Judged {
    sent(subject, at).says(says).with(book(name, sheet(month))).judge_by(&monthly())
}

#[test]
fn a_table_is_of_the_month_that_its_words_name() {
    for (subject, says, at, named, told) in [
        ("补11月报表", "", LATE, ("月报.xlsx", "11"), "m11"),
        ("十一月月报补报", "", LATE, ("月报表.xlsx", "十一"), "m11"),
        ("月报", "补报11月和12月", LATE, ("11.xlsx", "11"), "m11"),
        ("月报", "补报11月和12月", LATE, ("12.xlsx", "12"), "m12"),
        ("12月份月报（更正11月）", "", LATE, ("11月月报表（更正）.xlsx", "11"), "m11"),
        ("十二月月报", "", LATE, ("月报.xlsx", ""), "m12"),
        ("月报", "", EARLY, ("月报表.xlsx", "11"), "m11"),
        // The day of a letter is no month of a table.
        ("12月4日报送月报", "", EARLY, ("月报表.xlsx", "11"), "m11"),
    ] {
        let judged = with(subject, says, at, named);
        judged.part(named.0, &format!("accepted {told}/form4"));
    }
    let both = sent("11月份、12月份月报", LATE)
        .with(book("11月月报表.xlsx", sheet("11")))
        .with(book("12月月报表.xlsx", sheet("12")))
        .judge_by(&monthly());
    both.part("11月月报表.xlsx", "accepted m11/form4").part("12月月报表.xlsx", "accepted m12/form4");
}

#[test]
fn a_table_of_a_month_that_nobody_asks_for_waits() {
    for (subject, at, named) in [
        ("10月月报", EARLY, ("10月月报表.xlsx", "10")),
        ("月报表", "2024-01-04T10:30:00+08:00", ("月报表.xlsx", "1")),
        ("11月月报", EARLY, ("月报.xlsx", "10")),
        ("十月月报", EARLY, ("月报.xlsx", "")),
        // The file of the month before, under this one's subject.
        ("12月月报", LATE, ("11月月报表.xlsx", "11")),
        // A paper of both, of which one would be missing.
        ("11、12月月报", LATE, ("11月、12月月报表.xlsx", "")),
        ("月报", LATE, ("11-12月月报表.xlsx", "")),
        ("月报", LATE, ("11、12月月报表.xlsx", "")),
        // Name and heading say different months.
        ("月报", LATE, ("12月月报表.xlsx", "11")),
    ] {
        let judged = with(subject, "", at, named);
        judged.review().part(named.0, "review m11/form4 m12/form4");
    }
}

/// A table whose title names no month: one line beneath it does, or its sheet.
fn captioned(caption: &[&str], page: &str) -> Sheet {
    let mut sheet = Sheet::form4(SCHOOL);
    sheet.0.sheet = page.to_owned();
    sheet.0.cells.iter_mut().filter(|cell| cell.row > 0).for_each(|cell| cell.row += 1);
    let line = (0..).zip(caption).map(|(col, text)| Cell { row: 1, col, value: Value::Text((*text).into()) });
    sheet.0.cells.splice(1..1, line);
    sheet
}

#[test]
fn a_table_is_of_the_month_that_stands_beneath_its_title() {
    let told = |subject: &str, at: &str, caption: &[&str], page: &str| {
        sent(subject, at).with(book("月报表.xlsx", captioned(caption, page))).judge_by(&monthly())
    };
    for (subject, at, caption, page, wanted) in [
        // Whoever reports in December says so in the subject; the table is of November.
        ("12月月报", EARLY, vec!["（2023年11月）"], "Sheet1", "accepted m11/form4"),
        ("12月月报", EARLY, vec!["统计月份：11月"], "Sheet1", "accepted m11/form4"),
        ("12月月报", EARLY, vec!["2023年11月计划执行情况"], "Sheet1", "accepted m11/form4"),
        ("12月月报", EARLY, vec!["统计月份", "2023年11月", "单位：人"], "Sheet1", "accepted m11/form4"),
        ("12月月报", EARLY, vec![], "11月", "accepted m11/form4"),
        ("12月月报", EARLY, vec!["统计时间：2023年11月1日至11月30日"], "Sheet1", "accepted m11/form4"),
        ("月报", LATE, vec!["（2023.11.1-11.30）"], "Sheet1", "review m11/form4 m12/form4"),
        ("月报", LATE, vec!["（2023年12月）"], "Sheet1", "accepted m12/form4"),
        ("11月月报", LATE, vec!["（2023年11月）"], "Sheet1", "accepted m11/form4"),
        ("月报", LATE, vec!["（2023年11月）"], "Sheet1", "review m11/form4 m12/form4"),
        // When it was filled in, and a heading among others, say nothing.
        // Who makes up for November has it in December's table, or under its heading.
        ("补报11月月报", LATE, vec!["（2023年12月）"], "Sheet1", "review m11/form4 m12/form4"),
        ("补报11月月报", LATE, vec![], "12月", "review m11/form4 m12/form4"),
        ("11月月报", LATE, vec!["填报时间：2023年12月"], "Sheet1", "accepted m11/form4"),
        ("11月月报", LATE, vec!["项目", "12月计划", "全年"], "Sheet1", "accepted m11/form4"),
        // Nor does what the form says of itself.
        ("11月月报", LATE, vec!["本表式2023年12月修订"], "Sheet1", "accepted m11/form4"),
        ("11月月报", LATE, vec!["（市民政局2023年12月印制）"], "Sheet1", "accepted m11/form4"),
        ("11月月报", LATE, vec!["有效期至：2023年12月"], "Sheet1", "accepted m11/form4"),
        ("11月月报", LATE, vec!["注：12月数据另报"], "Sheet1", "accepted m11/form4"),
        ("11月月报", LATE, vec![], "2023年12月版", "accepted m11/form4"),
    ] {
        told(subject, at, &caption, page).part("月报表.xlsx", wanted);
    }
}

#[test]
fn a_heading_that_may_have_been_left_standing_waits() {
    let judged = with("月报", "", LATE, ("月报表.xlsx", "11"));
    judged.review().part("月报表.xlsx", "review m11/form4 m12/form4");
}

#[test]
fn tables_of_two_months_in_one_mail_are_two_answers() {
    let later = sheet("12").with_mobile("19900005678");
    let sent = || sent("11月、12月月报", LATE).with(book("11月.xlsx", sheet("11")));
    let judged = sent().with(book("12月.xlsx", later)).judge_by(&monthly());
    judged.no_review().part("11月.xlsx", "accepted m11/form4").part("12月.xlsx", "accepted m12/form4");
    // Two of one month are still for a person to choose from.
    let other = sheet("11").with_mobile("19900005678");
    let judged = sent().with(book("11月的.xlsx", other)).judge_by(&monthly());
    judged.review().part("11月.xlsx", "review m11/form4").part("11月的.xlsx", "review m11/form4");
}

/// The campaign with a paper asked for each month, and a paper with its title and the lines beneath it.
fn paper(name: &str, title: &str, subject: &str, at: &str) -> Judged {
    let mut monthly = monthly();
    for requirement in &mut monthly.requirements {
        let plan = campaign().requirements.remove(0);
        requirement.items = plan.items.into_iter().filter(|item| item.id == "scheme").collect();
        requirement.items[0].title = "月度工作总结".to_owned();
        requirement.items[0].names = vec!["总结".to_owned()];
    }
    let text = format!("{title}\n本月，学校围绕主题做了以下工作。一是加强领导。二是抓好落实。");
    sent(subject, at).with(document(name, &text)).judge_by(&monthly)
}

#[test]
fn the_month_in_which_a_paper_was_signed_is_not_that_of_which_it_is() {
    let (m11, both) = ("accepted m11/scheme", "review m11/scheme m12/scheme");
    for (name, title, subject, at, wanted) in [
        ("总结.docx", "11月工作总结\n2023年12月", "11月工作总结", LATE, m11),
        ("11月总结.docx", "工作总结\n二〇二三年十二月", "工作总结", LATE, m11),
        ("总结.docx", "工作总结\n（2023年12月）", "11月工作总结", EARLY, m11),
        ("总结.docx", "工作总结\n2023年11月", "工作总结", EARLY, m11),
        // That of December under November's subject, where December's may come.
        ("总结.docx", "工作总结\n2023年12月", "11月工作总结", LATE, both),
        // No paper is signed before the month of which it is.
        ("12月总结.docx", "工作总结\n2023年11月", "工作总结", LATE, both),
    ] {
        paper(name, title, subject, at).part(name, wanted);
    }
}
