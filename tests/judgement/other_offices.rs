//! Stories of offices that are no schools': a street with its villages, a commission with its hospitals. What they ask for is no
//! plan and no report, and they keep it in tables for which nobody printed a form.

use crate::campaign::campaign;
use crate::mail::{Judged, Sheet, book, document, mail, photo};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Need, Requirement, When};
use shouwen::domain::facts::{Cell, Value};
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

fn item(id: &str, title: &str, kind: ItemKind, names: &[&str]) -> Item {
    Item {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        form: None,
        of: None,
        from_form: None,
        sections: vec![],
        limits: Default::default(),
    }
}

fn asked(id: &str, title: &str, due: Date, items: Vec<Item>) -> Requirement {
    Requirement {
        id: id.to_owned(),
        title: title.to_owned(),
        groups: vec!["village".to_owned()],
        also_from: vec![],
        opens: None,
        when: When::By { nominal: due, on_time_through: due },
        need: Need::All,
        nil_report: false,
        items,
    }
}

/// The campaign of a district that cleans up, with a street, a town and what lies in them.
fn cleaning() -> Campaign {
    let mut cleaning = campaign();
    let unit = |code: &str, name: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        group: "village".to_owned(),
        city: "青河区".to_owned(),
        emails: vec![format!("{}@street.example", code.to_lowercase())],
        ..Unit::default()
    };
    cleaning.title = "2023年人居环境整治百日攻坚行动".to_owned();
    cleaning.short = "百日攻坚".to_owned();
    cleaning.office = "青河区人居环境整治工作领导小组办公室".to_owned();
    cleaning.keywords = vec!["人居环境".to_owned(), "百日攻坚".to_owned()];
    cleaning.groups = vec![("village".to_owned(), "街道、乡镇、村".to_owned())];
    cleaning.routes = vec![];
    cleaning.templates.clear();
    cleaning.roster.units = vec![
        unit("T1", "龙潭乡人民政府"),
        unit("T2", "建设路街道办事处"),
        unit("V1", "龙潭乡大坝村村民委员会"),
        unit("V2", "龙潭乡上龙潭村村民委员会"),
    ];
    cleaning.period = (date(2023, 10, 9), date(2023, 12, 31));
    cleaning.requirements = vec![
        asked(
            "first",
            "工作方案、应急预案、联络员名单",
            date(2023, 10, 20),
            vec![
                item("plan", "工作方案", ItemKind::Document, &["方案"]),
                item("alarm", "应急预案", ItemKind::Document, &["预案"]),
                item("liaison", "联络员名单", ItemKind::Contact, &["联络员"]),
            ],
        ),
        asked(
            "ledger",
            "卫生死角排查台账、值班表",
            date(2023, 11, 10),
            vec![
                item("list", "卫生死角排查台账", ItemKind::Document, &["台账", "排查表"]),
                item("duty", "值班表", ItemKind::Document, &["值班表"]),
                item("photo", "整治照片", ItemKind::Photo, &[]),
            ],
        ),
    ];
    cleaning
}

/// Lines of a table that no form of the campaign is.
fn table(lines: &[&[&str]]) -> Sheet {
    let mut sheet = Sheet::form5("", &[]);
    sheet.0.cells = (0_u32..)
        .zip(lines)
        .flat_map(|(row, line)| {
            (0_u32..).zip(*line).map(move |(col, text)| Cell {
                row,
                col,
                value: Value::Text((*text).to_owned()),
            })
        })
        .collect();
    sheet
}

fn ledger() -> Sheet {
    table(&[&["卫生死角排查台账"], &["序号", "地点", "问题"], &["1", "农贸市场后巷", "垃圾堆积"]])
}

/// A mail of the village of 大坝 with one table.
fn with_table(subject: &str, name: &str, table: Sheet) -> Judged {
    mail("v1@street.example", subject)
        .at("2023-11-06T09:00:00+08:00")
        .with(book(name, table))
        .judge_by(&cleaning())
}

#[test]
fn a_ledger_that_is_asked_for_comes_in_a_spreadsheet() {
    for (subject, name, told) in [
        ("大坝村卫生死角排查台账", "大坝村卫生死角排查台账.xlsx", "accepted ledger/list"),
        ("大坝村百日攻坚材料", "排查表（11月）.xlsx", "accepted ledger/list"),
        ("大坝村百日攻坚材料", "值班表11.6-11.12.xlsx", "accepted ledger/duty"),
        ("大坝村百日攻坚排查台账", "新建工作表.xlsx", "accepted ledger/list"),
        ("大坝村百日攻坚联络员名单", "联络员名单.xlsx", "accepted first/liaison"),
    ] {
        with_table(subject, name, ledger()).part(name, told);
    }
    // A plan is hardly a table, and the list of what comes along is none of what is asked for.
    for (name, told) in
        [("工作方案.xlsx", "review"), ("方案附件清单.xlsx", "extra"), ("照片目录.xlsx", "extra")]
    {
        with_table("大坝村百日攻坚材料", name, table(&[&["序号", "内容"], &["1", "略"]])).part(name, told);
    }
}

#[test]
fn what_the_notice_calls_so_is_no_part_of_something_else_and_needs_no_further_word() {
    for (subject, name, title, told) in [
        ("龙潭乡大坝村百日攻坚应急预案", "应急预案.docx", "应急预案", "accepted first/alarm"),
        ("大坝村排查台账", "大坝村台账.docx", "大坝村卫生死角排查台账", "accepted ledger/list"),
        // What is not asked for so is doubted as before.
        ("大坝村百日攻坚方案", "日程安排方案.docx", "活动日程安排方案", "review first/plan"),
        ("大坝村防汛抗旱工作方案", "方案.docx", "大坝村防汛抗旱工作方案", "review first/plan"),
    ] {
        mail("v1@street.example", subject)
            .at("2023-11-06T09:00:00+08:00")
            .with(document(name, &format!("{title}\n一、总体要求。为做好有关工作，结合本村实际制定。")))
            .with(photo("整治前.jpg"))
            .judge_by(&cleaning())
            .part(name, told);
    }
}

#[test]
fn a_town_whose_county_the_roster_does_not_write_is_known_by_its_short_name() {
    for (subject, code) in [
        ("龙潭乡百日攻坚值班表", "T1"),
        ("青河区龙潭乡百日攻坚值班表", "T1"),
        ("青河龙潭乡政府报送百日攻坚值班表", "T1"),
        ("关于报送建设路街道百日攻坚值班表的函", "T2"),
        ("龙潭乡大坝村百日攻坚值班表", "V1"),
        ("上龙潭村百日攻坚值班表", "V2"),
    ] {
        let judged = mail("clerk@mail.example", subject)
            .at("2023-11-06T09:00:00+08:00")
            .with(book("值班表.xlsx", ledger()))
            .judge_by(&cleaning());
        judged.unit(code, UnitBy::Name).part("值班表.xlsx", "accepted ledger/duty");
    }
    // What lies in it and no roster has is not the town itself.
    for subject in ["龙潭乡中心小学百日攻坚值班表", "龙潭乡卫生院百日攻坚值班表", "小龙潭乡百日攻坚值班表"]
    {
        let judged = mail("clerk@mail.example", subject)
            .at("2023-11-06T09:00:00+08:00")
            .with(book("值班表.xlsx", ledger()))
            .judge_by(&cleaning());
        judged.review();
    }
}

#[test]
fn a_table_whose_rows_owe_it_waits_where_it_is_not_asked_of_who_sent_it() {
    // A bureau that is asked for no table hands on that of two colleges, which owe it day by day.
    let mut gathered = campaign();
    for requirement in &mut gathered.requirements {
        requirement.groups = vec!["college".to_owned()];
        requirement.also_from = vec![];
    }
    let from_bureau = |rows: &[(&str, u32)]| {
        mail("e07@163.example", "绵阳市教育和体育局统计表")
            .says("附件为情况统计表。\n绵阳市教育和体育局")
            .at("2023-05-24T09:00:00+08:00")
            .with(book("统计表.xlsx", Sheet::form5("绵阳市教育和体育局", rows)))
            .judge_by(&gathered)
    };
    let judged = from_bureau(&[("四川商务职业学院", 12), ("成都工业职业技术学院", 20), ("合计", 32)]);
    judged.part("统计表.xlsx", "review").concerns(&["E07", "C02", "C06"]);
    // Its own row is nobody's but its own.
    from_bureau(&[("绵阳市教育和体育局", 12)]).part("统计表.xlsx", "rejected summary/form5");
    // Nor are those forgotten whom an office outside the roster lists.
    let rows = [("四川商务职业学院", 12), ("成都工业职业技术学院", 20)];
    mail("clerk@mail.example", "高新区社会事业局统计表")
        .at("2023-05-24T09:00:00+08:00")
        .with(book("统计表.xlsx", Sheet::form5("高新区社会事业局", &rows)))
        .judge()
        .concerns(&["C02", "C06"])
        .review();
}

#[test]
fn each_of_two_papers_is_of_the_year_that_its_title_names() {
    let mut yearly = cleaning();
    yearly.keywords = vec!["年度总结".to_owned(), "总结".to_owned(), "计划".to_owned()];
    yearly.requirements = vec![asked(
        "year",
        "年度总结、计划",
        date(2023, 12, 20),
        vec![
            item("sum", "2023年工作总结", ItemKind::Document, &["总结"]),
            item("plan", "2024年工作计划", ItemKind::Document, &["计划"]),
        ],
    )];
    for (name, told) in [
        ("2023年工作总结.docx", "accepted year/sum"),
        ("2024年工作计划.docx", "accepted year/plan"),
        ("2023年工作计划.docx", "review year/plan"),
        ("2024年工作总结.docx", "review year/sum"),
        ("2022年工作总结.docx", "review year/sum"),
        ("2023年工作总结及2024年工作计划.docx", "accepted year/sum year/plan"),
    ] {
        let title = name.trim_end_matches(".docx");
        mail("v1@street.example", "大坝村年度总结和计划")
            .at("2023-12-15T09:00:00+08:00")
            .with(document(name, &format!("大坝村{title}\n一、组织开展有关工作。")))
            .judge_by(&yearly)
            .part(name, told);
    }
}
