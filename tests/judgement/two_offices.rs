//! Stories of two offices of each county that are asked for the same table (残联 and 民政局), and of one of them for it once more at the
//! end of the year. What names the county alone is neither's, and neither is over the other.

use crate::campaign::campaign;
use crate::mail::{Judged, Mail, Sheet, book, mail, pdf, photo, scan};
use crate::weeks::paper_due;
use jiff::civil::date;
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Requirement};
use shouwen::domain::message::UnitBy;
use shouwen::domain::unit::Unit;

/// Asked for the table, its stamped copy and a report by May; the 民政局 once more for the table by June.
pub fn offices() -> Campaign {
    let unit = |code: &str, name: &str, alias: &str, group: &str, city: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: vec![alias.to_owned()],
        group: group.to_owned(),
        city: city.to_owned(),
        emails: vec![format!("{}@county.example", code.to_lowercase())],
        ..Unit::default()
    };
    let mut campaign = campaign();
    campaign.groups = vec![("dpf".to_owned(), "残联".to_owned()), ("civil".to_owned(), "民政局".to_owned())];
    campaign.routes = vec![];
    campaign.roster.units = vec![
        unit("P1", "青石县残疾人联合会", "青石县残联", "dpf", "青石县"),
        unit("P2", "临江县残疾人联合会", "临江县残联", "dpf", "临江县"),
        unit("M1", "青石县民政局", "青石民政", "civil", "青石县"),
        unit("M2", "临江县民政局", "临江民政", "civil", "临江县"),
    ];
    let table = |title: &str| Item {
        id: "form5".to_owned(),
        title: title.to_owned(),
        kind: ItemKind::Form,
        names: vec![],
        form: Some("form5".to_owned()),
        ..paper_due("", "", ("", &[]), date(2023, 5, 1)).items.remove(0)
    };
    let copy = Item {
        id: "form5_scan".to_owned(),
        kind: ItemKind::Scan,
        form: None,
        of: Some("form5".to_owned()),
        ..table("统计表(盖章扫描件)")
    };
    let mut may = paper_due("may", "情况统计表、自查报告", ("自查报告", &["自查报告"]), date(2023, 5, 29));
    may.groups = vec!["dpf".to_owned(), "civil".to_owned()];
    may.items.splice(0..0, [table("统计表(电子版)"), copy]);
    let june = Requirement {
        groups: vec!["civil".to_owned()],
        opens: Some(date(2023, 6, 10)),
        items: vec![table("年终统计表")],
        ..paper_due("june", "年终统计表", ("", &[]), date(2023, 6, 26))
    };
    campaign.requirements = vec![may, june];
    campaign
}

fn sent(mail: Mail, on: &str) -> Judged {
    mail.at(&format!("2023-{on}T10:00:00+08:00")).judge_by(&offices())
}

fn table(name: &str, unit: &str) -> crate::mail::Part {
    book(name, Sheet::form5(unit, &[(unit, 30)]))
}

#[test]
fn a_county_alone_is_neither_of_its_offices() {
    let bare = sent(mail("1@qq.example", "青石县").with(table("统计表.xls", "青石县")), "05-26");
    bare.review().part("统计表.xls", "review").concerns(&["P1", "M1"]);
    assert_eq!(bare.registration.unit, None);
}

#[test]
fn a_county_in_the_cell_is_the_office_that_the_mail_names() {
    for (from, subject, code, by) in [
        ("1@qq.example", "青石县残联统计表", "P1", UnitBy::Name),
        ("1@qq.example", "青石民政统计表", "M1", UnitBy::Name),
        ("p1@county.example", "统计表", "P1", UnitBy::Sender),
        ("m1@county.example", "统计表", "M1", UnitBy::Sender),
    ] {
        let judged = sent(mail(from, subject).with(table("统计表.xls", "青石县")), "05-26");
        judged.no_review().unit(code, by).part("统计表.xls", "accepted may/form5");
    }
    // Another county's table stays another's.
    let other =
        sent(mail("p1@county.example", "青石县残联统计表").with(table("统计表.xls", "临江县")), "05-26");
    other.review();
}

#[test]
fn each_of_two_offices_of_a_county_owns_its_table_in_one_mail() {
    let both = mail("1@qq.example", "青石县残联、青石县民政局统计表")
        .with(table("残联.xls", "青石县残疾人联合会"))
        .with(table("民政局.xls", "青石县民政局"));
    let both = sent(both, "05-26");
    both.no_review().part("残联.xls", "accepted may/form5").part("民政局.xls", "accepted may/form5");
}

#[test]
fn a_copy_is_of_the_return_that_asks_for_one() {
    // The table is asked for again later, then without a copy.
    let whole = mail("m1@county.example", "青石县民政局统计表及自查报告")
        .with(table("统计表.xls", "青石县民政局"))
        .with(scan("统计表.pdf"))
        .with(pdf("自查报告.pdf", "青石县民政局自查报告\n一、基本情况"));
    let whole = sent(whole, "05-26");
    whole.no_review().part("统计表.xls", "accepted may/form5").part("统计表.pdf", "accepted may/form5_scan");
    whole.part("自查报告.pdf", "accepted may/report");
    // Where none is asked for, a scan called like the table is no report.
    let late = mail("m1@county.example", "青石县民政局年终统计表及自查报告")
        .with(table("年终统计表.xls", "青石县民政局"))
        .with(scan("年终统计表.pdf"));
    let late = sent(late, "06-20");
    late.part("年终统计表.xls", "accepted june/form5");
    assert!(late.registration.parts[1].filings.iter().all(|filing| filing.item != "report"));
}

#[test]
fn a_table_that_is_asked_for_without_a_copy_is_no_other_paper_as_a_pdf_or_picture() {
    let mut without = offices();
    without.requirements[0].items.remove(1);
    let sent = |mail: Mail| mail.at("2023-05-26T10:00:00+08:00").judge_by(&without);
    let from = || mail("m1@county.example", "青石县民政局统计表及自查报告");
    let beside = sent(from().with(table("统计表.xls", "青石县民政局")).with(scan("统计表盖章.pdf")));
    beside.no_review().part("统计表.xls", "accepted may/form5").part("统计表盖章.pdf", "extra");
    for part in [
        scan("统计表.pdf"),
        pdf("统计表.pdf", "2023年职业教育活动周情况统计表\n青石县民政局"),
        photo("统计表.jpg"),
    ] {
        let name = part.0.name.clone();
        let instead = sent(from().with(part));
        instead.part(&name, "rejected may/form5").flaw(&name, "V01");
    }
    let photos = sent(from().with(photo("统计表填报现场照片.jpg")));
    assert!(photos.registration.parts[0].filings.is_empty());
}

#[test]
fn a_form_may_be_called_in_several_ways_and_by_more_than_the_keyword() {
    let mut campaign = offices();
    campaign.keywords = vec!["护理补贴".to_owned()];
    let form = campaign.templates.get_mut("form5").unwrap();
    form.title = "2023年重度残疾人护理补贴情况统计表".to_owned();
    form.title_words = ["护理补贴情况统计表", "情况统计表", "护理补贴统计表"].map(str::to_owned).to_vec();
    for (title, wanted) in [
        ("2023年重度残疾人护理补贴情况统计表", "accepted may/form5"),
        ("重度残疾人护理补贴情况统计表", "accepted may/form5"),
        ("2023年护理补贴统计表", "accepted may/form5"),
        ("2022年重度残疾人护理补贴情况统计表", "rejected may/form5"),
        ("2022年护理补贴统计表", "rejected may/form5"),
        ("2023年困境儿童护理补贴情况统计表", "review may/form5"),
    ] {
        let sheet = Sheet::form5("青石县残联", &[("青石县残联", 30)]).titled(title);
        let judged = mail("p1@county.example", "青石县残联统计表")
            .with(book("统计表.xls", sheet))
            .at("2023-05-26T10:00:00+08:00")
            .judge_by(&campaign);
        judged.part("统计表.xls", wanted);
    }
}
