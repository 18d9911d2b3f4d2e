//! Stories of a table that is asked for every day: which day it is of, by what stands in it. Sheets are copied from day to day, and
//! each of these was once filed in silence under another day, or asked about without need.

use crate::campaign::campaign;
use crate::effort::spent;
use crate::mail::{Judged, Sheet, book, mail};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::facts::{Cell, Value};

const SCHOOL: &str = "绵阳职业技术学院";

/// The usual week with its table of figures asked for every day.
fn with_daily_table() -> Campaign {
    let mut daily = campaign();
    let of = |id: &str| daily.requirements.iter().position(|requirement| requirement.id == id).unwrap();
    let (summary, day) = (of("summary"), of("daily"));
    let form = daily.requirements[summary].item("form5").unwrap().clone();
    daily.requirements[day].items.push(form);
    daily.requirements.remove(summary);
    daily
}

/// A mail of the school with that table.
fn table(title: &str, subject: &str, at: &str) -> Judged {
    judged_table(title, &[], subject, at, &with_daily_table())
}

/// The same with some cells right of the line of the unit, and by another campaign.
fn judged_table(title: &str, beside: &[(u32, u32, &str)], subject: &str, at: &str, by: &Campaign) -> Judged {
    let title = format!("2023年职业教育活动周情况统计表{title}");
    let mut sheet = Sheet::form5(SCHOOL, &[(SCHOOL, 12)]).titled(&title);
    let cells = beside.iter().map(|(row, col, text)| Cell {
        row: *row,
        col: *col,
        value: Value::Text((*text).to_owned()),
    });
    sheet.0.cells.extend(cells);
    let mail = mail("c03@163.example", &format!("{SCHOOL}{subject}")).with(book("日报表.xlsx", sheet));
    mail.at(at).judge_by(by)
}

#[test]
fn a_table_of_one_day_is_of_the_day_that_stands_in_it() {
    let (morning, noon) = ("2023-05-16T09:00:00+08:00", "2023-05-16T15:00:00+08:00");
    for (title, subject, at, told) in [
        ("", "日报表", noon, "accepted daily/form5@2023-05-16"),
        ("（5月16日）", "日报表", noon, "accepted daily/form5@2023-05-16"),
        ("（5月14日至20日）", "日报表", noon, "accepted daily/form5@2023-05-16"),
        ("（5月15日）", "日报表", morning, "accepted daily/form5@2023-05-15"),
        ("（5月15日）", "补报5月15日日报表", noon, "accepted daily/form5@2023-05-15"),
        ("（5月15日）", "5月15日、16日日报表", noon, "accepted daily/form5@2023-05-15"),
        // Left standing from the day before, or late: nobody knows.
        ("（5月15日）", "日报表", noon, "review daily/form5@2023-05-16"),
        ("（5月15日）", "5月16日日报表", noon, "review daily/form5@2023-05-16"),
        ("（5月17日）", "日报表", noon, "review daily/form5@2023-05-16"),
        ("（5月14日至16日）", "日报表", noon, "review daily/form5@2023-05-16"),
        ("（5月14日至20日累计）", "日报表", noon, "review daily/form5@2023-05-16"),
    ] {
        table(title, subject, at).part("日报表.xlsx", told);
    }
}

#[test]
fn a_table_of_hours_over_midnight_is_of_the_day_on_which_they_end() {
    let (evening, morning) = ("2023-05-16T18:00:00+08:00", "2023-05-17T09:00:00+08:00");
    let daily = with_daily_table();
    for (title, at) in [("（5月15日17时至5月16日17时）", evening), ("（15日17时—16日17时）", morning)]
    {
        table(title, "日报表", at).no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
    }
    let cells = [(1, 6, "统计时间"), (1, 7, "5月15日17时至5月16日17时")];
    let judged = judged_table("", &cells, "日报表", evening, &daily);
    judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
    // Whoever may send until ten in the morning tells of the day before.
    let judged = table("（5月15日8时至5月16日8时）", "日报表", "2023-05-16T09:00:00+08:00");
    judged.part("日报表.xlsx", "accepted daily/form5@2023-05-15");
    let judged = table("（5月15日12时至5月16日12时）", "日报表", evening);
    judged.part("日报表.xlsx", "review daily/form5@2023-05-16");
    assert!(judged.told().join("\n").contains("跨夜的时段"), "{:?}", judged.told());
}

#[test]
fn the_day_on_which_a_table_was_filled_in_is_that_however_it_is_laid_out() {
    let daily = with_daily_table();
    let noon = "2023-05-16T15:00:00+08:00";
    for cells in [
        &[(1, 6, "填报日期：5月15日")][..],
        &[(1, 6, "填报日期"), (1, 7, "5月15日")],
        &[(0, 6, "填报日期"), (1, 6, "2023年5月15日")],
        &[(2, 10, "填报日期"), (3, 10, "5月15日")],
    ] {
        // Filled in the day before, and said to be of that: no contradiction.
        let judged = judged_table("", cells, "5月16日日报表", noon, &daily);
        judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
        let judged = judged_table("", cells, "日报表", noon, &daily);
        judged.part("日报表.xlsx", "review daily/form5@2023-05-16");
        assert!(judged.told().join("\n").contains("填报日期是5月15日"), "{:?}", judged.told());
    }
}

#[test]
fn when_a_table_was_printed_or_taken_from_a_system_is_not_its_day() {
    let (daily, morning) = (with_daily_table(), "2023-05-16T09:00:00+08:00");
    for label in ["打印日期", "导出时间", "生成时间"] {
        for cells in [[(1, 6, label), (1, 7, "2023-05-16 08:30")], [(1, 6, label), (1, 7, "5月16日")]] {
            let judged = judged_table("", &cells, "5月15日日报表", morning, &daily);
            judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-15");
        }
    }
}

#[test]
fn a_table_of_a_day_still_to_come_or_that_the_mail_leaves_open_waits_with_its_reason() {
    let told =
        |judged: &Judged, why: &str| assert!(judged.told().join("\n").contains(why), "{:?}", judged.told());
    let early = table("（5月14日）", "日报表", "2023-05-13T20:00:00+08:00");
    told(early.part("日报表.xlsx", "review daily/form5@2023-05-14"), "5月14日，还没有到");
    let late = table("（5月15日）", "补报日报表", "2023-05-15T20:00:00+08:00");
    told(late.part("日报表.xlsx", "review daily/form5@2023-05-15"), "表内写明5月15日；主题写的是补报");
    let after = table("（5月14日至16日）", "日报表", "2023-05-22T20:00:00+08:00");
    told(after.part("日报表.xlsx", "review daily/form5@2023-05-14"), "好几天");
}

#[test]
fn a_table_that_is_asked_for_as_a_sum_is_of_its_day() {
    let mut daily = with_daily_table();
    let form = daily.templates.get_mut("form5").unwrap();
    (form.title, form.title_words) =
        ("2023年职业教育活动周累计情况统计表".into(), vec!["累计情况统计表".into()]);
    let title = "2023年职业教育活动周累计情况统计表";
    let sheet = Sheet::form5(SCHOOL, &[(SCHOOL, 12)]).titled(title);
    let mail = mail("c03@163.example", &format!("{SCHOOL}日报表")).with(book("日报表.xlsx", sheet));
    let judged = mail.at("2023-05-16T15:00:00+08:00").judge_by(&daily);
    judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
}

#[test]
fn a_sheet_of_nothing_but_days_is_looked_through_once() {
    let heads = (0..40_000).map(|at| (0, 20 + at, "日期")).collect::<Vec<_>>();
    let days = (0..40_000).map(|at| (3, 20 + at, "5月16日"));
    let cells: Vec<_> = heads.into_iter().chain(days).collect();
    let begun = spent();
    judged_table("", &cells, "日报表", "2023-05-16T15:00:00+08:00", &with_daily_table());
    assert!(spent() - begun < std::time::Duration::from_secs(15), "{:?}", spent() - begun);
}

#[test]
fn a_day_in_figures_and_one_below_the_rows_count_too() {
    let daily = with_daily_table();
    let evening = "2023-05-16T18:00:00+08:00";
    for (title, cells) in [
        ("（2023.5.15）", &[][..]),
        ("（5.15）", &[]),
        ("", &[(1, 6, "2023-05-15")]),
        ("", &[(5, 0, "填报日期：2023年5月15日")]),
        ("", &[(5, 0, "填报日期"), (5, 1, "2023-05-15")]),
        ("", &[(5, 6, "2023年5月15日")]),
        ("", &[(5, 0, "统计日期：5月15日")]),
    ] {
        // Left standing from the day before, perhaps.
        let judged = judged_table(title, cells, "日报表", evening, &daily);
        judged.part("日报表.xlsx", "review daily/form5@2023-05-16");
    }
    for cells in [
        &[(5, 0, "填报日期：2023年5月16日")][..],
        &[(5, 0, "注：请于5月15日前报送方案")],
        &[(5, 0, "咨询电话：0816-0515001")],
    ] {
        let judged = judged_table("", cells, "日报表", evening, &daily);
        judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
    }
    let cells = [(1, 6, "统计时间"), (1, 7, "2023-05-15 17:00至2023-05-16 17:00")];
    let judged = judged_table("", &cells, "日报表", evening, &daily);
    judged.no_review().part("日报表.xlsx", "accepted daily/form5@2023-05-16");
}
