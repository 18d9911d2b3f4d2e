//! The table as files for people, harmless to whoever opens them, and what a corrected form changed.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::files::form5::{FORM5, FORM5_CITY};
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::form4_with;

use crate::desk::bare_desk;
use crate::{form5_of, import, list, mail, office, run, school, totals};

#[test]
fn contacts_are_a_list_and_nothing_in_a_file_becomes_a_formula() {
    let (a, b) = ("绵阳职业技术学院", "泸州职业技术学院");
    let plan =
        |name, moment, form| unit(name).on(moment).titled("{unit}信息采集表").sends(vec![form4_with(form)]);
    let desk = office(&[
        plan(a, "05-08 10:00", FORM4),
        plan(b, "05-09 10:00", Form4 { mobile: Some("+8619900001234"), ..FORM4 }),
    ]);
    let totals = totals(&desk, "form4");
    assert_eq!((&totals["included"], totals["total"].as_object().unwrap().len()), (&2.into(), 0));
    assert!(list(&totals, "rows").iter().all(|row| !row["values"]["contact"].is_null()));
    let (_, text, _) = run(&desk, &["totals", "--form", "form4"]);
    assert!(text.contains("个人信息见通讯录") && text.contains(a) && !text.contains("合计"), "{text}");
    let (_, contacts, _) = run(&desk, &["totals", "--form", "form4", "--contacts"]);
    assert!(contacts.contains("内部使用") && contacts.contains(a), "{contacts}");
    for row in list(&totals, "rows") {
        let mobile = row["values"]["mobile"].as_str().unwrap();
        assert!(!text.contains(mobile) && contacts.contains(mobile), "{mobile}");
    }

    let (_, csv, _) = run(&desk, &["totals", "--form", "form4", "--csv"]);
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n") && csv.contains("Sheet1!"), "{csv}");
    assert!(list(&totals, "rows").iter().all(|row| !csv.contains(row["values"]["mobile"].as_str().unwrap())));
    for cell in csv.trim_start_matches('\u{feff}').split([',', '\n']) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula: {cell}");
    }
    let file = desk.dir.path().join("汇总.xlsx");
    assert_eq!(run(&desk, &["totals", "--form", "form4", "--xlsx", file.to_str().unwrap()]).0, 0);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(&file).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["汇总表", "未计入", "来源"]);
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().used_cells().next().is_none(), "a formula in {name}");
    }
    let sources = book.worksheet_range("来源").unwrap();
    let hash = totals["rows"][0]["source"]["sha256"].as_str().unwrap();
    assert!(sources.rows().any(|row| row.iter().any(|cell| *cell == *hash)));
}

#[test]
fn the_workbook_says_what_the_json_says() {
    let desk = office(&[
        school("绵阳职业技术学院", "05-24 10:00", FORM5),
        school("遂宁市教育和体育局", "05-26 10:00", FORM5_CITY),
    ]);
    let totals = totals(&desk, "form5");
    let file = desk.dir.path().join("汇总.xlsx");
    assert_eq!(run(&desk, &["totals", "--form", "form5", "--xlsx", file.to_str().unwrap()]).0, 0);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(&file).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["汇总表", "分类分市州", "排名", "未计入", "来源"]);
    let table = book.worksheet_range("汇总表").unwrap();
    let head: Vec<String> = table.rows().nth(1).unwrap().iter().map(Data::to_string).collect();
    let column = head.iter().position(|head| head == "参与活动的学生数").unwrap();
    let last = table.rows().next_back().unwrap();
    assert!(last[1].to_string().starts_with("合计"));
    assert_eq!(last[column].to_string(), totals["total"]["students"].to_string());
    assert_eq!(table.rows().count(), 2 + 6 + 1);
    assert_eq!(book.worksheet_range("未计入").unwrap().rows().count(), 2 + list(&totals, "left_out").len());
}

#[test]
fn a_school_that_looks_like_a_formula_stays_text_and_a_lone_total_is_the_unit() {
    let (city, other) = ("绵阳市教育和体育局", "遂宁市教育和体育局");
    let hostile = form5_of(city, &[("=1+1职中", 10, 100, 60.0, 200), ("@乙职中", 20, 200, 60.0, 250)]);
    let alone = form5_of(other, &[("合计", 30, 300, 60.0, 400)]);
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail("myzck@mianyang.example", city, "05-25 10:00", vec![("附件5.xlsx", hostile)]),
            mail("snjtj@163.example", other, "05-25 11:00", vec![("附件5.xlsx", alone)]),
        ],
    );
    assert_eq!(totals(&desk, "form5")["total"]["students"], 600);
    let (_, csv, _) = run(&desk, &["totals", "--form", "form5", "--csv"]);
    assert!(csv.contains(",'=1+1职中,") && csv.contains(",'@乙职中,"), "{csv}");
    let file = desk.dir.path().join("汇总.xlsx");
    assert_eq!(run(&desk, &["totals", "--form", "form5", "--xlsx", file.to_str().unwrap()]).0, 0);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(&file).unwrap())).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().used_cells().next().is_none(), "a formula in {name}");
    }
    assert_eq!(book.worksheet_range("汇总表").unwrap().get((3, 2)), Some(&Data::String("@乙职中".into())));
}

#[test]
fn a_correction_is_shown_field_by_field() {
    let name = "绵阳职业技术学院";
    let book = |students| form5_of(name, &[(name, 50, students, 80.0, 5000)]);
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail("jwc@mypt.example", name, "05-24 10:00", vec![("附件5.xlsx", book(1000))]),
            mail("jwc@mypt.example", name, "05-25 10:00", vec![("附件5.xlsx", book(1100))]),
        ],
    );
    let (_, out, _) = run(&desk, &["show", "2", "--json"]);
    let message: Value = serde_json::from_str(&out).unwrap();
    let correction = &message["corrections"][0];
    assert_eq!((&correction["form"], &correction["replaced"]), (&"form5".into(), &1.into()), "{message:#}");
    let changes = list(correction, "changes");
    assert_eq!(changes.len(), 1, "{changes:#?}");
    let change = &changes[0];
    assert_eq!(
        (&change["field"], &change["old"], &change["new"]),
        (&"students".into(), &1000.into(), &1100.into())
    );
    assert_eq!((&change["old_cell"], &change["new_cell"]), (&"统计表!C4".into(), &"统计表!C4".into()));
    let (_, text, _) = run(&desk, &["show", "2"]);
    assert!(text.contains("参与活动的学生数：1000（统计表!C4） → 1100（统计表!C4）"), "{text}");
    let (_, first, _) = run(&desk, &["show", "1"]);
    assert!(!first.contains("改动"), "{first}");
}

#[test]
fn where_no_unit_is_a_school_the_tables_do_not_speak_of_schools() {
    let desk = bare_desk();
    let roster = desk.dir.path().join("config/campaigns/2023-activity-week/units.csv");
    let lines = "code,name,group,emails\nX1,东山县民政局,city_edu,mz@xamz.example\n";
    std::fs::write(&roster, lines).unwrap();
    let book = form5_of("东山县民政局", &[("甲社区", 10, 100, 50.0, 200), ("乙社区", 20, 200, 50.0, 400)]);
    import(&desk, &[mail("mz@xamz.example", "东山县民政局", "05-25 10:00", vec![("附件5.xlsx", book)])]);
    let (_, csv, _) = run(&desk, &["totals", "--form", "form5", "--csv"]);
    assert!(csv.contains("序号,单位,所列单位,类别") && csv.contains("乙社区"), "{csv}");
    let (_, text, _) = run(&desk, &["totals", "--form", "form5"]);
    assert!(text.contains("全部") && !text.contains("全省"), "{text}");
}
