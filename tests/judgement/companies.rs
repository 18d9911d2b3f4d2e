//! Stories of a commission of state assets, whose groups and their companies report each month what is unsafe: names that lie in one
//! another, companies that write within their group, ledgers and summaries of months and quarters without any printed form.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Part, Sheet, book, document, mail, photo};
use jiff::civil::{Date, date};
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Need, Requirement, When};
use shouwen::domain::facts::{Cell, Value};
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

pub const GROUP: &str = "青江市城市建设投资集团有限公司";
pub const ESTATE: &str = "青江城投置业有限公司";
pub const SERVICES: &str = "青江城投物业服务有限公司";
const BUSES: &str = "青江市公共交通有限责任公司";
/// What November's is due by then.
const DECEMBER: &str = "2026-12-01T09:30:00+08:00";
const JANUARY: &str = "2027-01-04T09:30:00+08:00";
const BODY: &str =
    "一、基本情况。本月组织安全检查6次，排查隐患12项，整改12项。\n二、下一步打算。继续抓好落实。";

fn paper(id: &str, title: &str, names: &[&str]) -> Item {
    Item {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: ItemKind::Document,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        form: None,
        of: None,
        from_form: None,
        sections: vec![],
        limits: Default::default(),
    }
}

fn asked(id: &str, title: &str, (opens, due): (Date, Date), items: Vec<Item>) -> Requirement {
    Requirement {
        id: id.to_owned(),
        title: title.to_owned(),
        groups: vec!["company".to_owned()],
        also_from: vec![],
        opens: Some(opens),
        when: When::By { nominal: due, on_time_through: due },
        need: Need::All,
        nil_report: true,
        items,
    }
}

fn month(nth: u8, opens: Date, due: Date) -> Requirement {
    let items = vec![
        paper("ledger", &format!("{nth}月安全生产月报台账"), &["台账"]),
        paper("list", &format!("{nth}月隐患排查表"), &["排查表"]),
        paper("sum", &format!("{nth}月安全生产工作总结"), &["总结"]),
    ];
    asked(&format!("m{nth}"), &format!("{nth}月安全生产月报"), (opens, due), items)
}

/// Asked for three months, and for the third quarter and the fourth.
pub fn companies() -> Campaign {
    let mut companies = campaign();
    let unit = |code: &str, name: &str, alias: &str, parent: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: alias.split_whitespace().map(str::to_owned).collect(),
        group: "company".to_owned(),
        city: "青江市".to_owned(),
        parent: Some(parent.to_owned()).filter(|parent| !parent.is_empty()),
        emails: vec![format!("{}@soe.example", code.to_lowercase())],
        ..Unit::default()
    };
    companies.title = "2026年市属国有企业安全生产月报".to_owned();
    companies.short = "安全生产月报".to_owned();
    companies.office = "青江市国有资产监督管理委员会".to_owned();
    companies.keywords = vec!["安全生产".to_owned(), "隐患排查".to_owned()];
    companies.groups = vec![("company".to_owned(), "市属企业".to_owned())];
    companies.routes = vec![];
    companies.templates.clear();
    companies.roster.units = vec![
        unit("G1", GROUP, "城投集团", ""),
        unit("S1", ESTATE, "城投置业", GROUP),
        unit("S2", SERVICES, "", GROUP),
        unit("G2", "青江市交通投资集团有限公司", "交投集团", ""),
        unit("S3", "青江交投路桥工程有限公司", "", "青江市交通投资集团有限公司"),
        unit("G5", BUSES, "公交公司", ""),
        unit("B1", "青江市公共交通有限责任公司东城分公司", "", BUSES),
        unit("B2", "青江市公共交通有限责任公司西城分公司", "", BUSES),
        unit("G3", "青江水务集团有限公司", "", ""),
        unit("G6", "青江文化旅游发展集团有限公司", "文旅集团 青江旅游开发有限公司", ""),
    ];
    let quarter = |id: &str, nth: &str, opens, due| {
        let title = format!("{nth}季度安全生产情况报告");
        asked(id, &title, (opens, due), vec![paper("quarter", &title, &["季度报告", "季报"])])
    };
    companies.period = (date(2026, 10, 1), date(2026, 12, 31));
    companies.requirements = vec![
        month(10, date(2026, 10, 25), date(2026, 11, 3)),
        month(11, date(2026, 11, 25), date(2026, 12, 3)),
        month(12, date(2026, 12, 25), date(2027, 1, 5)),
        quarter("q3", "三", date(2026, 9, 25), date(2026, 10, 12)),
        quarter("q4", "四", date(2026, 12, 25), date(2027, 1, 8)),
    ];
    companies
}

/// A ledger as its unit keeps it, `stamp` the line of whose it is.
pub fn ledger(title: &str, stamp: &str) -> Sheet {
    let heads = ["序号", "隐患部位", "隐患描述", "整改措施", "整改情况"];
    let lines: [&[&str]; 4] =
        [&[title], &[stamp], &heads, &["1", "3号楼消防通道", "堆放杂物", "清理", "已整改"]];
    table(&lines)
}

pub fn table(lines: &[&[&str]]) -> Sheet {
    let mut sheet = Sheet::form5("", &[]);
    let cell = |(row, col, text): (u32, u32, &str)| Cell { row, col, value: Value::Text(text.to_owned()) };
    let lines = (0..).zip(lines);
    let cells = lines.flat_map(|(row, line)| (0..).zip(*line).map(move |(col, text)| (row, col, *text)));
    sheet.0.cells = cells.filter(|(_, _, text)| !text.is_empty()).map(cell).collect();
    sheet
}

fn summary(name: &str, title: &str) -> Part {
    document(name, &format!("{title}\n{BODY}"))
}

/// A mail from one of the units' addresses, or a clerk's own.
pub fn from(whom: &str, subject: &str) -> Mail {
    let address =
        if whom.is_empty() { "88001234@qq.example".to_owned() } else { format!("{whom}@soe.example") };
    mail(&address, subject).at(DECEMBER)
}

pub fn judged(mail: Mail) -> Judged {
    mail.judge_by(&companies())
}

#[test]
fn a_month_in_figures_is_that_month() {
    for (subject, name) in [
        ("2026.10安全生产工作总结", "总结.docx"),
        ("安全生产工作总结202610", "总结.docx"),
        ("安全生产工作总结（2026-10）", "总结.docx"),
        ("安全生产工作总结", "安全生产工作总结202610.docx"),
        ("安全生产工作总结", "总结-2026.10.docx"),
        ("安全生产工作总结（截止10月底）", "总结.docx"),
    ] {
        let judged = judged(from("s1", subject).with(summary(name, "安全生产工作总结")));
        judged.no_review().part(name, "accepted m10/sum");
    }
    let sheet = ledger("安全生产月报台账", &format!("填报单位：{ESTATE}"));
    let table = judged(from("s1", "安全生产台账").with(book("台账2026-10.xlsx", sheet)));
    table.no_review().part("台账2026-10.xlsx", "accepted m10/ledger");
    // The day on which it was sent says nothing.
    for name in ["总结2026.12.1.docx", "总结20261201.docx"] {
        let judged = judged(from("s1", "安全生产工作总结").with(summary(name, "安全生产工作总结")));
        judged.no_review().part(name, "accepted m11/sum");
    }
}

#[test]
fn a_summary_of_a_quarter_or_a_year_is_no_months() {
    for title in
        ["四季度安全生产工作总结", "安全生产年度工作总结", "下半年安全生产工作总结", "安全生产年终总结"]
    {
        let name = format!("{title}.docx");
        let judged = judged(from("s1", title).at(JANUARY).with(summary(&name, title)));
        judged.review();
    }
    let both =
        from("s1", "四季度、12月安全生产工作总结").with(summary("12月总结.docx", "12月安全生产工作总结"));
    judged(both.at(JANUARY)).no_review().part("12月总结.docx", "accepted m12/sum");
    let plain = from("s1", "安全生产工作总结").with(summary("总结.docx", "安全生产工作总结"));
    judged(plain.at(JANUARY)).no_review().part("总结.docx", "accepted m12/sum");
}

/// A mail with one ledger whose name says nothing.
fn kept_by(whom: &str, subject: &str, stamp: &str) -> Judged {
    let sheet = ledger("11月安全生产月报台账", stamp);
    judged(from(whom, subject).with(book("11月台账.xlsx", sheet)))
}

#[test]
fn a_table_without_a_form_is_whose_it_says() {
    for stamp in
        ["填报单位：青江城投物业服务有限公司", "填报单位（盖章）：青江城投物业服务有限公司   填报人：某某"]
    {
        let own = kept_by("", "11月安全生产台账", stamp);
        own.no_review().unit("S2", UnitBy::Text).part("11月台账.xlsx", "accepted m11/ledger");
        // Another company's in its name.
        kept_by("s1", "11月安全生产台账", stamp).review().concerns(&["S2", "S1"]);
        kept_by("s1", "城投置业11月安全生产台账", stamp).review();
        // Of its own the group hands it on.
        kept_by("g1", "11月安全生产台账", stamp).no_review().unit("S2", UnitBy::Text);
    }
    for stamp in [
        "填报单位：某某公司",
        "填报单位：××集团有限公司",
        "填报单位：",
        "填报单位：本公司",
        "填报单位：安全管理部",
    ] {
        let own = kept_by("s1", "11月安全生产台账", stamp);
        own.no_review().unit("S1", UnitBy::Sender).part("11月台账.xlsx", "accepted m11/ledger");
    }
    // A company that no roster has.
    kept_by("g1", "城投集团11月安全生产台账", "填报单位：青江城投建材有限公司").review();
}

#[test]
fn tables_of_two_companies_are_each_ones_own() {
    let of =
        |name: &str, unit: &str| book(name, ledger("11月安全生产月报台账", &format!("填报单位：{unit}")));
    let both = from("g1", "11月安全生产台账").with(of("1.xlsx", ESTATE)).with(of("2.xlsx", SERVICES));
    let both = judged(both);
    both.no_review().part("1.xlsx", "accepted m11/ledger").part("2.xlsx", "accepted m11/ledger");
    let whose: Vec<&str> = both
        .registration
        .parts
        .iter()
        .flat_map(|part| &part.filings)
        .map(|filing| filing.unit.as_str())
        .collect();
    assert_eq!(whose, ["S1", "S2"]);
    // Beside the group's own a person says.
    let beside =
        from("g1", "城投集团11月安全生产台账").with(of("1.xlsx", GROUP)).with(of("2.xlsx", SERVICES));
    let beside = judged(beside);
    beside.review().part("1.xlsx", "accepted m11/ledger").part("2.xlsx", "review");
}

#[test]
fn a_company_is_called_by_its_group_or_without_its_city() {
    for (subject, code) in [
        ("水务集团11月安全生产工作总结", "G3"),
        ("青江市交投集团11月安全生产工作总结", "G2"),
        ("城投置业公司11月安全生产工作总结", "S1"),
        ("城投集团下属城投置业11月安全生产工作总结", "S1"),
        ("城投集团（城投置业）11月安全生产工作总结", "S1"),
        ("东城分公司11月安全生产工作总结", "B1"),
        ("原青江旅游开发有限公司（现更名为青江文化旅游发展集团有限公司）11月安全生产工作总结", "G6"),
    ] {
        let judged = judged(from("", subject).with(summary("总结.docx", "11月安全生产工作总结")));
        judged.no_review().unit(code, UnitBy::Name).part("总结.docx", "accepted m11/sum");
    }
}

#[test]
fn a_company_below_a_group_that_no_roster_has_is_not_the_group() {
    for subject in [
        "交投集团路桥公司",
        "城投集团建材有限公司",
        "公交公司南城分公司",
        "临江水务集团",
        "青江城投建材有限公司",
    ] {
        let subject = format!("{subject}11月安全生产工作总结");
        let judged = judged(from("", &subject).with(summary("总结.docx", "11月安全生产工作总结")));
        judged.review();
        assert_eq!(judged.registration.unit, None, "{subject}");
    }
    let joint = from("", "城投集团及城投置业11月安全生产工作总结");
    judged(joint.with(summary("总结.docx", "11月安全生产工作总结"))).review();
}

#[test]
fn a_table_into_which_nobody_wrote_and_one_of_two_wait() {
    let heads = ["序号", "隐患部位", "隐患描述", "整改措施", "整改情况"];
    let sheet = |below: &[&str]| table(&[&["11月安全生产月报台账"], &["填报单位：城投置业"], &heads, below]);
    let with = |says: &str, below: &[&str]| {
        judged(from("s1", "11月安全生产台账").says(says).with(book("11月台账.xlsx", sheet(below))))
    };
    with("", &["1"]).review().part("11月台账.xlsx", "review m11/ledger");
    with("", &["合计", "0"]).no_review().part("11月台账.xlsx", "accepted m11/ledger");
    with("", &["1", "无", "无", "无", "无"]).no_review().part("11月台账.xlsx", "accepted m11/ledger");
    with("", &["本月无隐患"]).no_review().part("11月台账.xlsx", "accepted m11/ledger");
    // Of two that do not say the same a person chooses.
    let two = |other: &[&str]| {
        let first =
            from("s1", "11月安全生产台账").with(book("11月台账.xlsx", sheet(&["1", "配电房", "过载"])));
        judged(first.with(book("11月台账2.xlsx", sheet(other))))
    };
    two(&["1", "锅炉房", "阀门锈蚀"]).review().part("11月台账.xlsx", "review m11/ledger");
    two(&["1", "配电房", "过载"]).no_review().part("11月台账.xlsx", "accepted m11/ledger");
}

#[test]
fn pictures_alone_may_be_the_paper_where_none_are_asked_for() {
    judged(from("s1", "11月安全生产月报").with(photo("IMG_2023.jpg"))).review();
    judged(from("s1", "11月安全生产检查照片").with(photo("IMG_2023.jpg"))).no_review();
    let beside = from("s1", "11月安全生产工作总结").with(summary("总结.docx", "11月安全生产工作总结"));
    judged(beside.with(photo("IMG_2023.jpg"))).no_review().part("IMG_2023.jpg", "extra");
}

#[test]
fn nothing_of_a_month_is_of_the_months_return() {
    for says in [
        "11月我公司无安全隐患，零报告。",
        "11月零报告",
        "本公司十一月份无隐患，零报告",
        "2026.11零报告",
        "上月零报告",
    ] {
        let nil = judged(from("s1", "安全生产月报").says(says));
        assert_eq!(nil.loose(), ["m11 - nil accepted"], "{says}: {:?}", nil.told());
    }
    let quarter = judged(from("s1", "安全生产").at(JANUARY).says("四季度零报告"));
    assert_eq!(quarter.loose(), ["q4 - nil accepted"]);
    // Of a quarter a month is not all.
    let mut quarterly = companies();
    quarterly.requirements.drain(..3);
    let month = from("s1", "安全生产情况").at(JANUARY).says("12月无隐患，零报告").judge_by(&quarterly);
    assert_eq!(month.loose(), ["q4 - nil review"]);
}

#[test]
fn a_table_without_a_form_is_of_the_month_that_stands_over_its_headings() {
    let heads = ["序号", "隐患部位", "隐患描述"];
    let of = |line: &str, sheet: &str| {
        let mut table = table(&[&["安全生产月报台账"], &[line], &heads, &["1", "配电房", "过载"]]);
        table.0.sheet = sheet.to_owned();
        judged(from("s1", "安全生产月报").with(book("台账.xlsx", table)))
    };
    for (line, sheet) in [("（2026年10月）", ""), ("月份：10", ""), ("填报月份：10月", ""), ("", "10月")]
    {
        of(line, sheet).review().part("台账.xlsx", "review m10/ledger m11/ledger");
    }
    for (line, sheet) in
        [("（2026年11月）", ""), ("月份：11", "Sheet1"), ("填报日期：2026年12月1日", "11月"), ("", "")]
    {
        of(line, sheet).no_review().part("台账.xlsx", "accepted m11/ledger");
    }
}
