//! What a merged table says beside its figures: short enough to be read, and never a remark for a reason.

use super::{bare_desk, form5_of, import, list, mail, totals};

const SCHOOLS: [(&str, &str); 4] = [
    ("绵阳职业技术学院", "jwc@mypt.example"),
    ("泸州职业技术学院", "jwc@lzy.example"),
    ("四川汽车职业技术学院", "a@qq.example"),
    ("四川护理职业学院", "b@qq.example"),
];

#[test]
fn tables_with_a_row_for_each_case_are_told_of_in_one_line() {
    let rows = |name| [(name, 5, 100, 80.0, 500), (name, 6, 110, 80.0, 600), (name, 7, 120, 80.0, 700)];
    let sent = SCHOOLS.map(|(name, from)| {
        mail(from, name, "05-24 10:00", vec![("附件5.xlsx", form5_of(name, &rows(name)))])
    });
    let twice = |mails: &[Vec<u8>]| {
        let desk = bare_desk();
        import(&desk, mails);
        let totals = totals(&desk, "form5");
        let notes = list(&totals, "notes").iter().map(|note| note.as_str().unwrap().to_owned());
        notes.filter(|note| note.contains("不止一行")).collect::<Vec<_>>()
    };
    let all = twice(&sent);
    assert!(matches!(all.as_slice(), [one] if one.contains("等4个单位")), "{all:#?}");
    let one = twice(&sent[..1]);
    assert!(matches!(one.as_slice(), [one] if one.contains(SCHOOLS[0].0)), "{one:#?}");
}

#[test]
fn a_remark_is_no_reason_to_leave_a_unit_out() {
    let (name, from) = SCHOOLS[0];
    let table = |students| form5_of(name, &[(name, 900, students, 80.0, 90_000)]);
    let two = vec![("统计表一.xlsx", table(61_000)), ("统计表二.xlsx", table(62_000))];
    let desk = bare_desk();
    import(&desk, &[mail(from, name, "05-24 10:00", two)]);
    let totals = totals(&desk, "form5");
    let out = list(&totals, "left_out").iter().find(|unit| unit["unit"] == name).unwrap();
    assert_eq!(out["why"], "待人工核定", "{out:#}");
}
