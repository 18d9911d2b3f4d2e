//! Stories of a commission that asks its companies for months in one campaign and for quarters in another, both open: a paper that comes
//! under the other one's notice is of the one that asks for it by its title.

use crate::companies::{companies, from, ledger};
use crate::mail::{Judged, Mail, book, document};
use shouwen::domain::campaign::Campaign;

fn both() -> [Campaign; 2] {
    let (mut months, mut quarters) = (companies(), companies());
    months.requirements.truncate(3);
    months.title = "2026年安全生产月报".to_owned();
    months.keywords = vec!["安全生产月报".to_owned(), "隐患排查".to_owned()];
    quarters.id = "quarters".to_owned();
    quarters.title = "2026年安全生产季度总结".to_owned();
    quarters.keywords = vec!["安全生产季度总结".to_owned(), "季度安全生产".to_owned()];
    quarters.requirements.drain(..3);
    for (asked, nth) in quarters.requirements.iter_mut().zip(["三", "四"]) {
        asked.title = format!("{nth}季度安全生产工作总结");
        for item in &mut asked.items {
            item.title = asked.title.clone();
            item.names = vec!["总结".to_owned()];
        }
    }
    [months, quarters]
}

fn judged(mail: Mail) -> Judged {
    mail.at("2027-01-04T09:30:00+08:00").judge_among(&both())
}

fn summary(name: &str, title: &str) -> crate::mail::Part {
    document(name, &format!("{title}\n本月组织安全检查6次，排查隐患12项，整改12项。"))
}

#[test]
fn a_months_paper_under_the_quarters_notice_is_the_months() {
    let notice = "回复：关于报送四季度安全生产季度总结的通知";
    let paper = from("s1", notice).with(summary("12月总结.docx", "12月安全生产工作总结"));
    judged(paper).no_review().part("12月总结.docx", "accepted m12/sum");
    let table = ledger("12月安全生产月报台账", "填报单位：青江城投置业有限公司");
    judged(from("s1", notice).with(book("12月台账.xlsx", table)))
        .no_review()
        .part("12月台账.xlsx", "accepted m12/ledger");
    let quarter = from("s1", "回复：关于报送12月安全生产月报的通知")
        .with(summary("四季度总结.docx", "四季度安全生产工作总结"));
    judged(quarter).no_review().part("四季度总结.docx", "accepted q4/quarter");
    let both = from("s1", "12月安全生产月报及四季度安全生产季度总结")
        .with(summary("12月总结.docx", "12月安全生产工作总结"))
        .with(summary("四季度总结.docx", "四季度安全生产工作总结"));
    judged(both)
        .no_review()
        .part("12月总结.docx", "accepted m12/sum")
        .part("四季度总结.docx", "accepted q4/quarter");
    // Nobody can tell of which a paper is that names no time.
    let bare = from("s1", "安全生产工作总结").with(summary("总结.docx", "安全生产工作总结"));
    judged(bare).review();
}
