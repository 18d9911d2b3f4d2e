//! Whose a form is, and what it is of: tables in which an authority stands beside those under it, forms of others in its
//! mail, titles of other activities.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, document, mail};
use shouwen::domain::facts::{Content, Grid, Value};
use shouwen::domain::submission::Flaw;

const AFTER: &str = "2023-05-25T10:00:00+08:00";
const BUREAU: &str = "绵阳市教育和体育局";
const COLLEGE: &str = "绵阳职业技术学院";

fn table(stamp: &str, rows: &[(&str, u32)]) -> Judged {
    let name = if stamp == BUREAU { "e07@163.example" } else { "c03@163.example" };
    let sheet = Sheet::form5(stamp, rows);
    mail(name, &format!("{stamp}情况统计表")).with(book("附件5.xlsx", sheet)).at(AFTER).judge()
}

/// Schools of the rows that are kept.
fn schools(judged: &Judged) -> Vec<&str> {
    judged.registration.readings.iter().map(|row| row.school.as_str()).collect()
}

fn flaws(judged: &Judged) -> Vec<&Flaw> {
    judged.registration.parts[0].filings.iter().flat_map(|filing| &filing.flaws).collect()
}

fn codes(judged: &Judged) -> Vec<&str> {
    flaws(judged).iter().map(|flaw| flaw.code.as_str()).filter(|code| *code != "V04").collect()
}

#[test]
fn an_authoritys_own_row_beside_its_schools_is_their_total() {
    let (a, b) = (("甲职业中学", 100), ("乙职业中学", 200));
    for own in [BUREAU, "绵阳市"] {
        for rows in [[(own, 300), a, b], [a, b, (own, 300)]] {
            let judged = table(BUREAU, &rows);
            assert_eq!(schools(&judged), ["甲职业中学", "乙职业中学"], "{own}");
            assert!(!codes(&judged).contains(&"V13"), "{:?}", flaws(&judged));
        }
        let judged = table(BUREAU, &[(own, 700), a, b]);
        assert_eq!(schools(&judged).len(), 2, "it is not added to what it sums up");
        let told = flaws(&judged).into_iter().find(|flaw| flaw.code == "V13").unwrap();
        assert!(told.text.contains(own) && told.text.contains("相差 400"), "{}", told.text);
        let beside = table(BUREAU, &[a, b, (own, 300), ("合计", 300)]);
        assert!(schools(&beside).len() == 2 && !codes(&beside).contains(&"V13"), "{:?}", flaws(&beside));
    }
    let small = table(BUREAU, &[(BUREAU, 20), a, b]);
    assert_eq!(schools(&small).len(), 3, "what an office did itself is counted");
}

#[test]
fn an_authority_that_lists_who_reports_itself_is_told() {
    let judged = table(BUREAU, &[("甲职业中学", 100), (COLLEGE, 200)]);
    judged.part("附件5.xlsx", "accepted summary/form5");
    let told = flaws(&judged).into_iter().find(|flaw| flaw.code == "V16").unwrap();
    assert!(told.place == "Sheet1!A5" && told.text.contains(COLLEGE), "{told:?}");
    let pupils = table(BUREAU, &[("甲职业中学", 100), ("绵阳市涪岸职业高级中学", 200)]);
    assert!(!codes(&pupils).contains(&"V16"), "{:?}", flaws(&pupils));
    // Whoever others report through is told so, too, be it no bureau.
    let mut group = campaign();
    let own = group.roster.units.iter().position(|unit| unit.code == "C07").unwrap();
    group.roster.units[own].parent = Some(COLLEGE.to_owned());
    let sheet = Sheet::form5(COLLEGE, &[("成都工贸职业技术学院", 100), ("甲分校", 200)]);
    let judged = mail("c03@163.example", &format!("{COLLEGE}情况统计表"))
        .with(book("附件5.xlsx", sheet))
        .at(AFTER)
        .judge_by(&group);
    assert!(codes(&judged).contains(&"V16"), "{:?}", flaws(&judged));
}

#[test]
fn the_city_of_another_authority_in_a_row_is_that_one() {
    let judged = table(BUREAU, &[("绵阳市", 100), ("甘孜藏族自治州", 200)]);
    judged.part("附件5.xlsx", "review summary/form5");
    // Nobody's bureau is in the roster for a county.
    table(BUREAU, &[("涪城区", 100), ("安州区", 200)]).part("附件5.xlsx", "accepted summary/form5");
}

#[test]
fn a_form_titled_for_another_activity_waits() {
    let form = |title: &str| -> Mail {
        let sheet = Sheet::form5(COLLEGE, &[(COLLEGE, 100)]).titled(title);
        mail("c03@163.example", "绵阳职业技术学院情况统计表").with(book("附件5.xlsx", sheet)).at(AFTER)
    };
    form("2023年全民终身学习活动周情况统计表").judge().part("附件5.xlsx", "review summary/form5");
    for own in ["2023年职业教育活动周情况统计表", "绵阳职业技术学院活动周情况统计表", "情况统计表"]
    {
        form(own).judge().part("附件5.xlsx", "accepted summary/form5");
    }
}

#[test]
fn the_form_of_who_owes_it_in_the_mail_of_the_office_above_is_asked_about() {
    let mut campaign = campaign();
    campaign.roster.units.iter_mut().filter(|unit| unit.code == "C03").for_each(|unit| {
        unit.parent = Some(BUREAU.into());
    });
    let judged = mail("e07@163.example", "绵阳市教育和体育局采集表")
        .with(book("绵阳市采集表.xlsx", Sheet::form4(BUREAU)))
        .with(book("绵阳职院.xlsx", Sheet::form4(COLLEGE)))
        .with(book("涪岸职高.xlsx", Sheet::form4("绵阳市涪岸职业高级中学")))
        .judge_by(&campaign);
    judged.part("绵阳市采集表.xlsx", "accepted plan/form4 plan/liaison").part("涪岸职高.xlsx", "extra");
    judged.part("绵阳职院.xlsx", "review").concerns(&["E07", "C03"]);
}

#[test]
fn a_school_of_another_kind_is_not_the_college() {
    let of = |whose: &str| {
        mail("c03@163.example", "绵阳职业技术学院采集表")
            .with(book("附件4.xlsx", Sheet::form4(COLLEGE).stamped(whose)))
            .judge()
    };
    of("绵阳职业技术学校").part("附件4.xlsx", "review plan/form4");
    for own in ["绵阳职业学院", "绵阳职业技术大学", "绵职院", "四川省绵阳职业技术学院"]
    {
        of(own).part("附件4.xlsx", "accepted plan/form4 plan/liaison");
    }
}

#[test]
fn a_form_without_figures_is_empty_whoever_filled_it_in() {
    let mut campaign = campaign();
    let form5 = campaign.templates.get_mut("form5").unwrap();
    let filler = crate::campaign::form4().fields.into_iter().filter(|field| field.id.starts_with("filler"));
    form5.fields.splice(0..0, filler);
    let of = |sheet: Sheet| {
        let mail = mail("c03@163.example", "绵阳职业技术学院情况统计表").at(AFTER);
        mail.with(book("附件5.xlsx", sheet)).judge_by(&campaign)
    };
    let empty = of(Sheet::form5(COLLEGE, &[(COLLEGE, 7)]).without_figures());
    empty.part("附件5.xlsx", "rejected summary/form5").flaw("附件5.xlsx", "V02");
    of(Sheet::form5(COLLEGE, &[(COLLEGE, 7)])).part("附件5.xlsx", "accepted summary/form5");
}

#[test]
fn only_a_plan_is_held_against_the_days_of_the_campaign() {
    let of = |what: &str| {
        let mut campaign = campaign();
        let scheme = campaign.requirements[0].items.iter_mut().find(|item| item.id == "scheme").unwrap();
        (scheme.title, scheme.names) = (what.to_owned(), vec![what.to_owned()]);
        let text = format!("绵阳职业技术学院活动周{what}\n5月2日、5月8日由教务处组织。");
        let subject = format!("绵阳职业技术学院活动周{what}");
        let paper = document(&format!("{what}.docx"), &text);
        mail("c03@163.example", &subject).with(paper).judge_by(&campaign)
    };
    assert_eq!(codes(&of("活动方案")), ["V18"]);
    let report = of("自查报告");
    report.part("自查报告.docx", "accepted plan/scheme");
    assert!(codes(&report).is_empty(), "{:?}", flaws(&report));
}

#[test]
fn an_empty_form_is_not_filled_in_by_the_example_or_by_what_is_hidden() {
    let of = |name: &str, hidden: bool, other: Sheet| {
        let grids = vec![Sheet::form4("").empty().0, Grid { sheet: name.into(), hidden, ..other.0 }];
        let mut part = book("附件4.xlsx", Sheet::other());
        part.0.content = Content::Book { grids };
        mail("c03@163.example", "绵阳职业技术学院采集表").with(part).judge()
    };
    for (name, is_hidden) in [("填写示例", false), ("2022", true)] {
        of(name, is_hidden, Sheet::form4(COLLEGE)).part("附件4.xlsx", "review plan/form4");
    }
    of("填写示例", false, Sheet::form4("").empty()).part("附件4.xlsx", "rejected plan/form4");
    of("采集表", false, Sheet::form4(COLLEGE)).part("附件4.xlsx", "accepted plan/form4 plan/liaison");
}

#[test]
fn a_form_of_another_school_that_is_sent_as_an_example_waits() {
    let sent = |from: &str, says: &str, name: &str| {
        let form = book(name, Sheet::form4("四川商务职业学院"));
        mail(from, "职教周采集表").says(says).with(form).judge()
    };
    for (says, name) in [
        ("附四川商务职业学院的采集表供参考", "采集表.xlsx"),
        ("我校拟参照四川商务职业学院的表填报。", "采集表.xlsx"),
        ("请查收", "采集表（样例）.xlsx"),
        ("请查收", "范例/采集表.xlsx"),
    ] {
        let judged = sent("x@qq.example", says, name);
        judged.review().part(name, "review plan/form4 plan/liaison");
    }
    for (from, says, name) in [
        ("x@qq.example", "四川商务职业学院采集表见附件", "采集表.xlsx"),
        ("x@qq.example", "请查收", "采集表（含填写示例）.xlsx"),
        ("c02@163.example", "四川商务职业学院采集表报上，供参考", "采集表.xlsx"),
    ] {
        let judged = sent(from, says, name);
        judged.part(name, "accepted plan/form4 plan/liaison");
    }
}

#[test]
fn a_form_that_only_a_hidden_sheet_holds_waits() {
    let hidden = Grid { sheet: "旧表".into(), hidden: true, ..Sheet::form4(COLLEGE).0 };
    let mut part = book("附件4.xlsx", Sheet::other());
    part.0.content = Content::Book { grids: vec![Sheet::other().0, hidden] };
    let judged = mail("c03@163.example", "绵阳职业技术学院采集表").with(part).judge();
    judged.part("附件4.xlsx", "review plan/form4");
}

#[test]
fn rows_that_may_be_counted_in_the_one_above_them_wait_unless_that_is_the_units_own() {
    // What lies in 绵阳市 is in its row; 什邡市 lies in 旌阳区 under no figures.
    for clear in [
        [("绵阳市", 100), ("其中：涪城区", 50), ("江油市", 30)],
        [("旌阳区", 100), ("其中：德阳一职中", 50), ("什邡市", 30)],
    ] {
        table(BUREAU, &clear).no_review();
    }
    for open in [
        [("广汉市", 100), ("其中：甲职中", 50), ("什邡市", 30)],
        [("东校区", 100), ("其中：继续教育学院", 50), ("附属小学", 30)],
    ] {
        let judged = table(BUREAU, &open);
        judged.review();
        let why = &judged.registration.parts[0].why;
        assert!(why.contains("A6起的几行") && why.contains("不另相加"), "{why}");
    }
}

#[test]
fn nothing_is_an_answer_where_no_length_is_asked_for() {
    let judged = |longest: u32, says: &str| {
        let mut asked = crate::campaign::campaign();
        let fields = &mut asked.templates.get_mut("form4").unwrap().fields;
        fields.iter_mut().filter(|field| field.id == "plan").for_each(|field| field.max_chars = longest);
        let mut sheet = Sheet::form4(COLLEGE);
        let plan = sheet.0.cells.iter_mut().filter(|cell| (cell.row, cell.col) == (4, 1));
        plan.for_each(|cell| cell.value = Value::Text(says.to_owned()));
        let sent = mail("c03@163.example", "绵阳职业技术学院采集表").with(book("附件4.xlsx", sheet));
        let judged = sent.judge_by(&asked);
        let flaws: Vec<_> = judged.registration.parts[0].filings.iter().flat_map(|f| &f.flaws).collect();
        flaws.iter().any(|flaw| flaw.code == "V09")
    };
    assert!(judged(300, "无") && judged(300, ""));
    assert!(!judged(0, "无") && !judged(0, ""));
}
