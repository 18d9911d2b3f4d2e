//! A unit that ended within the campaign, merged or under a new name with a code of its own: what falls due afterwards is the
//! one's that came after it, if the roster tells exactly one.

use shouwen::rehearsal::season::files::table::{Table, Value, xlsx};

use crate::world::{Office, letter};

const SAFETY: &str = "2023-campus-safety";
const OLD: &str = "江南第一中学";
const NEW: &str = "江南实验学校";

/// `old`: parent, address and domain of the unit that ended on 12 May; `others`: further lines.
fn office(old: [&str; 3], others: &str) -> Office {
    let office = Office::of(&[SAFETY]);
    let [parent, email, domain] = old;
    office.has_roster(
        SAFETY,
        &format!(
            "code,name,aliases,group,city,parent,emails,domains,valid_from,valid_to\n\
             S1,{OLD},,school,,{parent},{email},{domain},,2023-05-12\n\
             S2,{NEW},,school,,,c@s1.example,s1.example,2023-05-13,\n{others}"
        ),
    );
    office
}

fn progress(school: &str) -> Vec<u8> {
    let rows = [
        &["2023年校园安全整改进度表", ""][..],
        &["填表学校", school],
        &["序号", "应整改数", "完成数"],
        &["1", "2", "1"],
    ];
    let mut table = Table { sheet: "Sheet1".to_owned(), ..Table::default() };
    for (row, texts) in (0..).zip(rows) {
        for (col, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            table.cells.push((row, col, Value::Text((*text).to_owned())));
        }
    }
    xlsx(&[table])
}

#[test]
fn what_falls_due_after_a_unit_s_end_is_its_heir_s() {
    for old in
        [["", "c@s1.example", ""], ["", "old@else.example", "s1.example"], [NEW, "old@else.example", ""]]
    {
        let mut office = office(old, "");
        let paper = |subject: &str, moment| {
            letter(old[1], &format!("{OLD}校园安全{subject}"), moment)
                .document(&format!("{subject}.docx"), &[&format!("{OLD}校园安全{subject}"), "一、基本情况。"])
        };
        office.imports(&[
            paper("中期总结", "05-15 10:00"),
            paper("总结", "05-16 10:00").book("期末材料进度表.xlsx", progress(OLD)),
        ]);
        let register = office.register();
        assert!(register[0].contains(&format!("{OLD} submission registered")), "{old:?} {register:#?}");
        assert!(register[1].contains(&format!("{NEW} submission registered")), "{old:?} {register:#?}");
        // What fell due before the end is still the old unit's.
        assert_eq!(office.item(SAFETY, "S1", "middle_report"), "accepted 1", "{old:?}");
        assert_eq!(office.item(SAFETY, "S2", "final_report"), "accepted 1", "{old:?}");
        assert!(office.item(SAFETY, "S2", "final_progress").starts_with("accepted 1"), "{old:?}");
        let totals = office.json(&["totals", "--form", "progress", "--json"]);
        assert_eq!(totals["rows"][0]["unit"], NEW, "{totals:#}");
    }
}

#[test]
fn what_a_unit_sends_after_its_end_waits_where_no_heir_is_told_or_two_are() {
    let another = "S3,江南外国语学校,,school,,,c@s1.example,,,\n";
    for (old, others) in [(["", "old@else.example", ""], ""), (["", "c@s1.example", ""], another)] {
        let mut office = office(old, others);
        let paper = letter("old@else.example", &format!("{OLD}校园安全总结"), "05-16 10:00")
            .document("总结.docx", &[&format!("{OLD}校园安全总结"), "一、基本情况。"]);
        let early = letter("old@else.example", &format!("{OLD}校园安全总结"), "05-11 10:00")
            .document("总结.docx", &[&format!("{OLD}校园安全总结"), "一、情况。"]);
        office.imports(&[paper]);
        let register = office.register();
        assert!(register[0].contains("submission review: 总结.docx review"), "{others} {register:#?}");
        assert!(office.item(SAFETY, "S1", "final_report").starts_with("exempt"), "{register:#?}");
        office.imports(&[early]);
        assert!(office.register()[0].contains("registered: 总结.docx accepted"), "{:#?}", office.register());
        office.run(&["assign", "1", "S2", "--why", "并入"]);
        assert_eq!(office.item(SAFETY, "S2", "final_report"), "accepted 1", "{}", office.run(&["show", "1"]));
    }
}

#[test]
fn an_office_over_a_school_that_was_closed_is_no_heir_of_it() {
    let mut office = office(
        ["江南区教育局", "old@else.example", "edu.example"],
        "K1,江南区教育局,,county,,,k@edu.example,edu.example,,\n",
    );
    let paper = letter("old@else.example", &format!("{OLD}校园安全总结"), "05-16 10:00")
        .document("总结.docx", &[&format!("{OLD}校园安全总结"), "一、基本情况。"]);
    office.imports(&[paper]);
    assert!(office.register()[0].contains("submission review: 总结.docx review"), "{:#?}", office.register());
    assert!(office.item(SAFETY, "K1", "final_report").starts_with("missing"), "{:#?}", office.register());
}

#[test]
fn the_old_name_on_a_paper_speaks_against_the_mail_of_whoever_did_not_come_after() {
    let others = "S3,江南外国语学校,,school,,,f@s3.example,s3.example,,\n";
    let mut office = office(["", "c@s1.example", ""], others);
    let mail = |from: &str, school: &str, at| {
        letter(from, &format!("{school}校园安全期末材料"), at).book("期末材料进度表.xlsx", progress(OLD))
    };
    office.imports(&[
        mail("c@s1.example", NEW, "05-16 10:00"),
        mail("f@s3.example", "江南外国语学校", "05-16 11:00"),
    ]);
    assert!(office.item(SAFETY, "S2", "final_progress").starts_with("accepted"), "{:#?}", office.register());
    assert!(!office.item(SAFETY, "S3", "final_progress").starts_with("accepted"), "{:#?}", office.register());
}
