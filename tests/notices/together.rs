//! A paper that two units of the roster sent together, each of which owes one: a person says whose it is, and meanwhile neither
//! is chased for it.

use crate::world::{Office, letter};

const SAFETY: &str = "2023-campus-safety";
const ONE: &str = "江南第一中学";
const OTHER: &str = "江北第二中学";

fn office() -> Office {
    let office = Office::of(&[SAFETY]);
    office.knows(SAFETY, &format!("S2,{OTHER},,school,,,d@s2.example"));
    office
}

#[test]
fn what_two_units_send_together_is_not_one_s_in_silence() {
    for (subject, name, title) in [
        ("校园安全总结".to_owned(), "总结.docx", format!("{ONE}、{OTHER}联合校园安全总结")),
        (format!("{ONE}{OTHER}联合校园安全总结"), "总结.docx", "校园安全总结".to_owned()),
        (format!("{ONE}校园安全总结"), "江南第一中学联合江北第二中学总结.docx", "校园安全总结".to_owned()),
        ("校园安全总结".to_owned(), "总结.docx", format!("{ONE}\\n{OTHER}\\n校园安全总结")),
    ] {
        let mut office = office();
        let lines: Vec<&str> = title.split("\\n").chain(["一、基本情况。"]).collect();
        office.imports(&[letter("c@s1.example", &subject, "05-16 10:00").document(name, &lines)]);
        let line = office.register().remove(0);
        assert!(line.ends_with(&format!("review: {name} review final/final_report")), "{title}: {line}");
        let (_, held) = office.held().remove(0);
        assert!(
            held.contains("S1") && held.contains("S2"),
            "{title} {held:?} {}",
            office.run(&["show", "1"])
        );
        office.run(&["accept", "1"]);
        assert_eq!(office.item(SAFETY, "S1", "final_report"), "accepted 1", "{title}");
    }
}

#[test]
fn whoever_is_named_beside_the_work_has_not_sent_it() {
    for (subject, title) in [
        (format!("{ONE}校园安全总结"), format!("{ONE}赴{OTHER}交流的校园安全总结")),
        (format!("{ONE}校园安全总结"), format!("{ONE}校园安全总结（与{OTHER}联合）")),
        (format!("{ONE}、{OTHER}校园安全总结"), format!("{ONE}校园安全总结")),
    ] {
        let mut office = office();
        let mail = letter("c@s1.example", &subject, "05-16 10:00");
        office.imports(&[mail.document("总结.docx", &[&title, "一、基本情况。"])]);
        let line = office.register().remove(0);
        assert!(
            line.ends_with("registered: 总结.docx accepted final/final_report"),
            "{title}: {line} {}",
            office.run(&["show", "1"])
        );
    }
}
