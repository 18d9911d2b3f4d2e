//! One form of all units in one table: mail arrives as files, `totals` says what it comes to, and every figure is looked
//! up in the very workbook that it names.
// Helpers of stories may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/desk.rs"]
mod desk;
mod files;
mod words;

use std::io::Cursor;
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx};
use desk::{Desk, bare_desk};
use serde_json::Value;
use shouwen::rehearsal::season::files::form5::{FORM5, FORM5_CITY, Fault, Form5, Percent};
use shouwen::rehearsal::season::files::table::{Table, xlsx};
use shouwen::rehearsal::season::mail::{Attachment, Client, Mail};
use shouwen::rehearsal::season::script::{Act, unit};
use shouwen::rehearsal::season::things::{form5_with, summary_set};

const NOW: &str = "2023-05-30T09:00:00+08:00";

fn run(desk: &Desk, words: &[&str]) -> (i32, String, String) {
    let file = desk.file.to_str().unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(words)
        .args(["-c", file, "--now", NOW])
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn import(desk: &Desk, mails: &[Vec<u8>]) {
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    for (n, raw) in mails.iter().enumerate() {
        std::fs::write(folder.join(format!("{n:02}.eml")), raw).unwrap();
    }
    let (status, _, told) = run(desk, &["import", folder.to_str().unwrap()]);
    assert_eq!(status, 0, "{told}");
}

fn office(acts: &[Act]) -> Desk {
    let desk = bare_desk();
    import(&desk, &acts.iter().map(|act| act.deliver().raw).collect::<Vec<_>>());
    desk
}

fn totals(desk: &Desk, form: &str) -> Value {
    let (status, out, told) = run(desk, &["totals", "--form", form, "--json"]);
    assert_eq!(status, 0, "{told}");
    serde_json::from_str(&out).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no {key} in {value:#}"))
}

fn words<'v>(rows: &'v [Value], key: &str) -> Vec<&'v str> {
    rows.iter().map(|row| row[key].as_str().unwrap()).collect()
}

/// The sum of a field over the rows that the table shows.
fn sum(totals: &Value, field: &str) -> i64 {
    list(totals, "rows").iter().filter_map(|row| row["values"][field].as_i64()).sum()
}

/// Looks every figure up in the workbook that it is said to come from.
fn prove_sources(desk: &Desk, totals: &Value) -> usize {
    let mut proved = 0;
    for row in list(totals, "rows") {
        let hash = row["source"]["sha256"].as_str().unwrap();
        let blob = desk.config.data_dir.join("blobs").join(&hash[..2]).join(hash);
        let mut book = Xlsx::new(Cursor::new(std::fs::read(blob).unwrap())).unwrap();
        for (field, cell) in row["source"]["cells"].as_object().unwrap() {
            let (sheet, place) = cell.as_str().unwrap().split_once('!').unwrap();
            let letters: String = place.chars().take_while(char::is_ascii_alphabetic).collect();
            let column = letters.bytes().fold(0, |at, b| at * 26 + u32::from(b - b'A') + 1) - 1;
            let line: u32 = place[letters.len()..].parse().unwrap();
            let range = book.worksheet_range(sheet).unwrap();
            let (value, said) = (range.get_value((line - 1, column)), &row["values"][field]);
            if let (Some(Data::Float(number)), Some(said)) = (value, said.as_f64()) {
                assert!((number - said).abs() < 1e-9, "{field} {cell}: {number} is not {said}");
                proved += 1;
            }
        }
    }
    proved
}

fn school(name: &str, moment: &str, form: Form5) -> Act {
    unit(name).on(moment).titled("{unit}职业教育活动周总结、统计表").sends(summary_set(form))
}

/// A form5 with these rows: school, teachers, students, coverage in percent, participants.
fn form5_of(stamp: &str, rows: &[(&str, u32, u32, f64, u32)]) -> Vec<u8> {
    let mut sheet = Table::named("统计表");
    sheet.text(0, 0, "2023年职业教育活动周情况统计表");
    sheet.text(1, 0, "填报单位(盖章)");
    sheet.text(1, 1, stamp);
    let heads = [
        "市(州)/职业学校(含技工院校)",
        "参与活动的教师数",
        "参与活动的学生数",
        "参与活动的学生覆盖率",
        "参与活动的企业数",
        "参与总人数",
        "观摩体验活动项目数",
        "省级及以上媒体报道数",
        "市(州)级媒体报道数",
        "县(区)级媒体报道数",
    ];
    (0..).zip(heads).for_each(|(col, head)| sheet.text(2, col, head));
    for (line, (school, teachers, students, coverage, participants)) in (3..).zip(rows) {
        use shouwen::rehearsal::season::files::table::Value::{Number, Percent};
        sheet.text(line, 0, school);
        sheet.put(line, 1, Number((*teachers).into()));
        sheet.put(line, 2, Number((*students).into()));
        sheet.put(line, 3, Percent(coverage / 100.0));
        // They add up as the others do.
        sheet.put(line, 4, Number((*teachers).into()));
        sheet.put(line, 5, Number((*participants).into()));
        (6..10).for_each(|col| sheet.put(line, col, Number((*teachers).into())));
    }
    xlsx(&[sheet])
}

/// A mail with these workbooks.
fn mail(from: &str, name: &str, moment: &str, books: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
    let client = Client::Coremail;
    let attachment = |(name, bytes): (&str, Vec<u8>)| Attachment {
        name: name.to_owned(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes,
        cid: None,
    };
    let mail = Mail {
        client,
        hand: client.hand(),
        from: (name.to_owned(), from.to_owned()),
        subject: format!("{name}职业教育活动周情况统计表"),
        text: format!("请查收。\n{name}"),
        html: None,
        attachments: books.into_iter().map(attachment).collect(),
        headers: vec![],
        arrives: format!("2023-{}:00+08:00", moment.replace(' ', "T")).parse().unwrap(),
        clock_off_seconds: 0,
        body: None,
    };
    mail.write().0
}

#[test]
fn the_province_is_the_sum_of_its_rows_and_coverage_is_weighted() {
    let (a, b, city) = ("绵阳职业技术学院", "泸州职业技术学院", "遂宁市教育和体育局");
    let desk = office(&[
        school(a, "05-24 10:00", FORM5),
        school(b, "05-25 10:00", Form5 { percent: Percent::Text, ..FORM5 }),
        school(city, "05-26 10:00", FORM5_CITY),
    ]);
    let totals = totals(&desk, "form5");
    assert_eq!((&totals["form"], &totals["included"]), (&"form5".into(), &3.into()));
    let rows = list(&totals, "rows");
    assert_eq!(rows.len(), 1 + 1 + 5, "the city's total row is no school");
    assert_eq!(rows[0]["unit"], city, "roster order");
    for field in
        ["teachers", "students", "enterprises", "participants", "projects", "media_province", "media_county"]
    {
        assert_eq!(totals["total"][field].as_i64(), Some(sum(&totals, field)), "{field}");
        assert!(sum(&totals, field) > 0, "{field}");
    }
    let pairs = rows.iter().map(|row| {
        (row["values"]["students"].as_f64().unwrap(), row["values"]["coverage"].as_f64().unwrap())
    });
    let (parts, wholes) =
        pairs.fold((0.0, 0.0), |(p, w), (students, share)| (p + students, w + students / share));
    let weighted = totals["total"]["coverage"].as_f64().unwrap();
    assert!((weighted - parts / wholes).abs() < 1e-6, "{weighted}");
    assert!(prove_sources(&desk, &totals) > 7 * 8);

    let groups = list(&totals, "groups");
    assert_eq!(words(groups, "name"), ["市(州)教育主管部门", "高职学校(含职教本科)"]);
    let of_groups: i64 = groups.iter().map(|group| group["total"]["students"].as_i64().unwrap()).sum();
    assert_eq!(Some(of_groups), totals["total"]["students"].as_i64());
    assert_eq!(words(list(&totals, "cities"), "name"), ["泸州市", "绵阳市", "遂宁市"]);
    let left_out = list(&totals, "left_out");
    assert_eq!(left_out.len() + 3, desk.campaign().owing_units().count());
    assert!(left_out.iter().all(|unit| unit["why"] == "未报送"), "{left_out:#?}");
    let rankings = list(&totals, "rankings");
    let lowest = rankings.iter().find(|ranking| ranking["field"] == "coverage").unwrap();
    assert_eq!(lowest["order"], "lowest");
    let values: Vec<f64> = list(lowest, "units").iter().map(|unit| unit["value"].as_f64().unwrap()).collect();
    assert!(values.len() == 3 && values.is_sorted(), "{values:?}");
}

#[test]
fn only_the_newest_version_counts_and_what_cannot_be_read_is_null_with_its_flaw() {
    let (a, b) = ("绵阳职业技术学院", "泸州职业技术学院");
    let desk = office(&[
        school(a, "05-24 10:00", FORM5),
        school(a, "05-25 11:00", FORM5).titled("{unit}更正：情况统计表，以此为准"),
        school(b, "05-25 10:00", Form5 { fault: Fault::HugeCoverage, ..FORM5 }),
    ]);
    let totals = totals(&desk, "情况统计表");
    let rows = list(&totals, "rows");
    assert_eq!(rows.len(), 2, "{rows:#?}");
    let broken = rows.iter().find(|row| row["unit"] == b).unwrap();
    assert!(broken["values"]["coverage"].is_null());
    assert_eq!(broken["flaws"][0]["code"], "V11");
    assert_eq!(broken["flaws"][0]["place"], broken["source"]["cells"]["coverage"]);
    let coverage = list(&totals, "fields").iter().find(|field| field["id"] == "coverage").unwrap().clone();
    assert_eq!((&coverage["units"], &coverage["without"]), (&1.into(), &serde_json::json!([b])));
    let own = rows.iter().find(|row| row["unit"] == a).unwrap();
    assert_eq!(totals["total"]["coverage"], own["values"]["coverage"]);
    let (_, text, _) = run(&desk, &["totals", "--form", "form5"]);
    assert!(text.contains("计入2 个单位 2 行") && text.contains("按参与活动的学生数加权"), "{text}");
    assert!(text.contains("未计入的应报单位") && text.contains("未报送（"), "{text}");
}

#[test]
fn nobody_is_counted_twice() {
    let (city, a, b) = ("绵阳市教育和体育局", "绵阳职业技术学院", "四川汽车职业技术学院");
    let own = |name: &str, students| form5_of(name, &[(name, 50, students, 80.0, 5000)]);
    let listed = form5_of(
        city,
        &[
            ("涪岸职业高级中学", 10, 100, 50.0, 200),
            (a, 50, 900, 80.0, 1000),
            (b, 40, 700, 70.0, 800),
            ("合计", 100, 1700, 70.0, 2000),
        ],
    );
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail("jwc@mypt.example", a, "05-24 10:00", vec![("附件5.xlsx", own(a, 1000))]),
            mail("myzck@mianyang.example", city, "05-25 10:00", vec![("附件5.xlsx", listed)]),
        ],
    );
    let totals = totals(&desk, "form5");
    let rows = list(&totals, "rows");
    assert_eq!(totals["total"]["students"], 100 + 700 + 1000, "{totals:#}");
    assert_eq!(words(rows, "school"), ["涪岸职业高级中学", b, a]);
    let out = list(&totals, "rows_left_out");
    assert_eq!((out.len(), &out[0]["school"]), (1, &a.into()), "{out:#?}");
    assert!(out[0]["why"].as_str().unwrap().contains("已自行报送"));
    assert!(list(&totals, "notes").iter().any(|note| note.as_str().unwrap().contains(b)), "{totals:#}");
}

#[test]
fn a_school_that_writes_itself_otherwise_is_not_counted_in_its_city_too() {
    let (city, a) = ("绵阳市教育和体育局", "绵阳职业技术学院");
    let own = form5_of(a, &[("本校", 50, 1000, 80.0, 5000)]);
    let listed = form5_of(
        city,
        &[("涪岸职业高级中学", 10, 100, 50.0, 200), (a, 50, 900, 80.0, 1000), ("合计", 60, 1000, 70.0, 1200)],
    );
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail("jwc@mypt.example", a, "05-24 10:00", vec![("附件5.xlsx", own)]),
            mail("myzck@mianyang.example", city, "05-25 10:00", vec![("附件5.xlsx", listed)]),
        ],
    );
    let totals = totals(&desk, "form5");
    assert_eq!(totals["total"]["students"], 100 + 1000, "{totals:#}");
}

#[test]
fn two_files_of_one_mail_are_not_added_up() {
    let (city, a) = ("绵阳市教育和体育局", "泸州职业技术学院");
    let twice = |students| form5_of(a, &[(a, 50, students, 80.0, 5000)]);
    let summary = form5_of(city, &[(city, 30, 300, 60.0, 450)]);
    let details = form5_of(city, &[("甲职中", 10, 100, 60.0, 200), ("乙职中", 20, 200, 60.0, 250)]);
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail(
                "jwc@lzy.example",
                a,
                "05-24 10:00",
                vec![("附件5.xlsx", twice(1000)), ("附件5(改).xlsx", twice(1100))],
            ),
            mail(
                "myzck@mianyang.example",
                city,
                "05-25 10:00",
                vec![("汇总表.xlsx", summary), ("明细表.xlsx", details)],
            ),
        ],
    );
    let totals = totals(&desk, "form5");
    assert_eq!(totals["total"]["students"], 300 + 1100, "{totals:#}");
    assert_eq!(list(&totals, "rows_left_out").len(), 2, "the schools that the summary holds");
    assert_eq!(list(&totals, "notes").len(), 0, "nobody of the city is beside its one row");
}

#[test]
fn a_form_that_is_not_there_is_told_with_those_that_are() {
    let desk = bare_desk();
    let (status, _, told) = run(&desk, &["totals", "--form", "form9"]);
    assert_eq!(status, 2);
    assert!(told.contains("form4") && told.contains("form5"), "{told}");
    let nothing = totals(&desk, "form5");
    assert_eq!((&nothing["included"], &nothing["total"]["students"]), (&0.into(), &Value::Null));
}

#[test]
fn one_row_of_a_city_may_hold_its_colleges_and_a_person_is_asked() {
    let (city, college) = ("绵阳市教育和体育局", "绵阳职业技术学院");
    let one = |name: &str| vec![("附件5.xlsx", form5_of(name, &[(name, 50, 1000, 80.0, 5000)]))];
    let desk = bare_desk();
    import(
        &desk,
        &[
            mail("jwc@mypt.example", college, "05-24 10:00", one(college)),
            mail("myzck@mianyang.example", city, "05-25 10:00", one(city)),
        ],
    );
    let totals = totals(&desk, "form5");
    let notes = list(&totals, "notes");
    assert!(notes.len() == 1 && notes[0].as_str().unwrap().starts_with(city), "{notes:#?}");
}

/// A form5 among the season's things, so that nothing here depends on one way of writing it.
#[test]
fn the_form_of_the_season_is_read_as_it_is_written() {
    let act =
        unit("广安职业技术学院").on("05-24 10:00").titled("{unit}统计表").sends(vec![form5_with(FORM5)]);
    let desk = office(&[act]);
    assert_eq!(totals(&desk, "form5")["included"], 1);
}
