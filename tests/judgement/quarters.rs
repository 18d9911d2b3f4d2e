//! Stories of a table that is asked for quarter by quarter. The last one's is still on its way when the next one's may come, and
//! both are the same form; people write 三季度, Q3, 7-9月 or the days. A table of 7-9月 that came in January was taken for the fourth.

use crate::campaign::campaign;
use crate::mail::{Judged, Sheet, book, mail};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Requirement, When};

const SCHOOL: &str = "绵阳职业技术学院";
/// The table of the fourth quarter may come, that of the third is overdue.
const JANUARY: &str = "2024-01-05T10:00:00+08:00";
/// That of the third falls due.
const OCTOBER: &str = "2023-10-12T10:00:00+08:00";

/// The usual campaign with the form of its plan asked for in two quarters.
fn quarterly() -> Campaign {
    let mut quarterly = campaign();
    let plan = quarterly.requirements.remove(0);
    let table = |id: &str, nth: &str, opens: Date, due: Date| Requirement {
        id: id.to_owned(),
        title: format!("第{nth}季度信息采集表"),
        opens: Some(opens),
        when: When::By { nominal: due, on_time_through: due },
        items: plan.items.iter().filter(|item| item.id == "form4").cloned().collect(),
        ..plan.clone()
    };
    quarterly.period = (date(2023, 7, 1), date(2024, 1, 31));
    quarterly.requirements = vec![
        table("q3", "三", date(2023, 10, 1), date(2023, 10, 20)),
        table("q4", "四", date(2023, 12, 25), date(2024, 1, 12)),
    ];
    quarterly
}

fn sent(subject: &str, at: &str, name: &str, heading: &str) -> Judged {
    let sheet = Sheet::form4(SCHOOL).titled(&format!("2023年{heading}职业教育活动周信息采集表"));
    mail("c03@163.example", &format!("{SCHOOL}{subject}"))
        .at(at)
        .with(book(name, sheet))
        .judge_by(&quarterly())
}

#[test]
fn a_table_is_of_the_quarter_that_its_words_name() {
    for (subject, at, name, heading, told) in [
        ("采集表", JANUARY, "7-9月采集表.xlsx", "7-9月", "q3"),
        ("采集表", JANUARY, "采集表(Q3).xlsx", "", "q3"),
        ("补报三季度采集表", JANUARY, "采集表.xlsx", "", "q3"),
        ("采集表", JANUARY, "采集表(截至9月30日).xlsx", "", "q3"),
        ("三、四季度采集表", JANUARY, "第三季度采集表.xlsx", "三季度", "q3"),
        ("三、四季度采集表", JANUARY, "第四季度采集表.xlsx", "四季度", "q4"),
        ("10-12月采集表", JANUARY, "采集表.xlsx", "", "q4"),
        ("采集表", JANUARY, "采集表.xlsx", "10月1日至12月31日", "q4"),
        ("采集表", OCTOBER, "采集表.xlsx", "7月至9月", "q3"),
    ] {
        let judged = sent(subject, at, name, heading);
        judged.part(name, &format!("accepted {told}/form4"));
    }
}

#[test]
fn a_table_of_several_quarters_or_of_one_that_nobody_asks_for_waits() {
    for (subject, at, name, heading) in [
        ("下半年采集表", JANUARY, "采集表.xlsx", ""),
        ("采集表", JANUARY, "三、四季度采集表.xlsx", ""),
        ("采集表", JANUARY, "一至四季度采集表.xlsx", ""),
        ("采集表", JANUARY, "采集表.xlsx", "1-12月"),
        ("22年四季度采集表", JANUARY, "采集表.xlsx", ""),
        ("一季度采集表", JANUARY, "采集表.xlsx", ""),
        // The file of the quarter before, or its heading, under this one's subject.
        ("四季度采集表", JANUARY, "三季度采集表.xlsx", "三季度"),
        ("采集表", JANUARY, "采集表.xlsx", "三季度"),
    ] {
        let judged = sent(subject, at, name, heading);
        judged.review().part(name, "review q3/form4 q4/form4");
    }
}
