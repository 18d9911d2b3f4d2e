//! 报送情况 in its shapes: each says, row by row, what `status --json` says; nothing in it can be taken for a formula; and
//! nobody's number leaves the office.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::{HOSTILE_CODE, HOSTILE_UNIT, desk_at};
use crate::sheets::{Sheet, numbers_of_people, sheets};
use crate::{AFTER, MORNING, ask, json, list, run_at, season_desk};

/// What a cell says of an item, written down a second time.
fn item_word(item: &Value, standing: &str) -> &'static str {
    match item["state"].as_str().unwrap() {
        "accepted" => "√",
        "flawed" => "待补正",
        "rejected" => "不计",
        "review" => "待核",
        "exempt" => "免",
        _ if standing == "nil" => "零",
        _ => "缺",
    }
}

fn standing_words(standing: &str) -> &'static [&'static str] {
    match standing {
        "complete" => &["按时报齐", "顺延期内报齐", "延期内报齐"],
        "complete_late" => &["逾期报齐"],
        "partial" | "overdue_partial" => &["部分报送"],
        "open" | "overdue" => &["未报送"],
        "nil" => &["零报告"],
        "exempt" => &["免报"],
        "review" => &["待核"],
        _ => &["未开始"],
    }
}

/// 「05-09 16:02」 of a moment in JSON.
fn short(moment: &Value) -> String {
    let moment = moment.as_str().map(|at| format!("{} {}", &at[5..10], &at[11..16]));
    moment.unwrap_or_else(|| "–".to_owned())
}

fn of_requirement<'v>(unit: &'v Value, id: &str) -> Option<&'v Value> {
    list(&unit["requirements"]).iter().find(|own| own["id"] == id)
}

/// Holds the sheets of one requirement against the units of the JSON; how many rows were the same.
fn compare(sheets: &[&Sheet], status: &Value, requirement: &str) -> usize {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sheet in sheets {
        let (head, table) = sheet.table("序号");
        for (at, row) in table.into_iter().enumerate() {
            assert_eq!((row.len(), &row[0]), (head.len(), &(at + 1).to_string()), "{}", sheet.name);
            assert!(rows.insert(row[1].clone(), row).is_none(), "a unit twice");
        }
    }
    let mut compared = 0;
    for unit in list(&status["units"]) {
        let Some(own) = of_requirement(unit, requirement) else { continue };
        let row = rows.remove(unit["unit"].as_str().unwrap()).unwrap_or_else(|| panic!("no row of {unit}"));
        let standing = own["standing"].as_str().unwrap();
        let items = list(&own["items"]);
        for (cell, item) in row[2..].iter().zip(items) {
            assert_eq!(cell, item_word(item, standing), "{row:?}");
        }
        let rest = &row[2 + items.len()..];
        assert_eq!(rest[0], short(&own["first_at"]), "{row:?}");
        assert_eq!(rest[1], short(&own["complete_at"]), "{row:?}");
        assert!(standing_words(standing).contains(&rest[2].as_str()), "{standing}: {row:?}");
        assert_eq!(rest[3], own["reminded"].to_string());
        compared += 1;
    }
    assert!(rows.is_empty(), "rows of nobody: {rows:?}");
    compared
}

#[test]
fn the_workbook_says_of_every_unit_what_the_json_says() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    desk.reminded(HOSTILE_CODE, "plan", "first", "2023-05-11T08:30:00+08:00");
    ask(&desk, MORNING, &["note", HOSTILE_CODE, "已电话13800138000核实", "--by", "李某"]);
    ask(
        &desk,
        MORNING,
        &["extend", "绵阳职院", "plan", "--until", "5-12", "--why", "系统故障", "--by", "李某"],
    );
    let status = json(&desk, MORNING, &["status", "--json"]);
    let folder = desk.dir.path().join("out");
    std::fs::create_dir(&folder).unwrap();
    ask(&desk, MORNING, &["status", "--xlsx", folder.to_str().unwrap()]);
    let file = folder.join("2023年职业教育活动周材料报送情况（截至5月11日09时00分）.xlsx");
    let all = sheets(&file);
    let of = |title: &str| -> Vec<&Sheet> {
        all.iter().filter(|sheet| sheet.name.ends_with(title) || sheet.name.contains(title)).collect()
    };
    let owing = list(&status["units"]).len();
    assert_eq!(compare(&of("活动方案"), &status, "plan"), owing);
    assert_eq!(compare(&of("情况统计表"), &status, "summary"), owing);
    assert!(all.iter().any(|sheet| sheet.name == "说明"));
    let hostile = of("活动方案").into_iter().flat_map(|sheet| &sheet.rows).find(|row| row[1] == HOSTILE_UNIT);
    let hostile = hostile.expect("the hostile unit");
    assert_eq!(hostile.last().unwrap(), "已电话138****8000核实");
    let extended =
        of("活动方案").into_iter().flat_map(|sheet| &sheet.rows).find(|row| row[1] == "绵阳职业技术学院");
    assert_eq!(extended.unwrap().last().unwrap(), "经同意延期至5月12日");
    let first = &all[0];
    assert_eq!(first.rows[0][0], "2023年职业教育活动周材料报送情况（截至5月11日09:00）");
    assert!(first.rows[1][0].starts_with("截至2023年5月11日09:00，") && first.says("注：√为已收"));

    let one = desk.dir.path().join("plan.xlsx");
    ask(&desk, MORNING, &["status", "--req", "plan", "--xlsx", one.to_str().unwrap()]);
    let plan = sheets(&one);
    let names: Vec<&str> = plan.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["市(州)教育主管部门", "高职学校(含职教本科)", "说明"]);
    assert_eq!(compare(&[&plan[0], &plan[1]], &status, "plan"), owing);
}

#[test]
fn the_sheet_of_daily_material_adds_up() {
    let desk = season_desk();
    let status = json(desk, AFTER, &["status", "--json", "--req", "daily"]);
    let file = desk.dir.path().join("daily.xlsx");
    ask(desk, AFTER, &["status", "--req", "daily", "--xlsx", file.to_str().unwrap()]);
    let all = sheets(&file);
    assert_eq!(all.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["每日材料", "说明"]);
    let (head, rows) = all[0].table("序号");
    assert_eq!(head.len(), 3 + 7 * 4 + 5);
    let number = |cell: &String| cell.parse::<u64>().unwrap_or(0);
    let mut files = 0;
    for (row, unit) in rows.iter().zip(list(&status["units"])) {
        assert_eq!(row[1], unit["unit"].as_str().unwrap());
        let mut of_unit = 0;
        for (day, own) in list(&unit["requirements"]).iter().enumerate() {
            for (kind, item) in list(&own["items"]).iter().enumerate() {
                let cell = &row[3 + day * 4 + kind];
                let count = item["count"].as_u64().unwrap();
                assert_eq!(number(cell), count, "{row:?}");
                of_unit += count;
                let word = match own["standing"].as_str().unwrap() {
                    "nil" => "零",
                    "overdue" => "缺",
                    "exempt" => "免",
                    "review" => "待核",
                    _ => "",
                };
                assert!(count > 0 || cell == word, "{word}: {row:?}");
            }
        }
        assert_eq!(number(row.last().unwrap()), of_unit, "{row:?}");
        files += of_unit;
    }
    assert!(files > 50, "{files} files");
    let sum = all[0].rows.iter().find(|row| row[1] == "全省合计").unwrap();
    // Schools stand below the unit that they report through, whoever stands under none before the total.
    let is_of_others = |row: &&Vec<String>| row[1].starts_with('└') || row[1].starts_with("非应报单位来件");
    let of_schools: u64 =
        all[0].rows.iter().filter(is_of_others).map(|row| number(row.last().unwrap())).sum();
    assert_eq!(number(sum.last().unwrap()), files + of_schools);
    let kinds: u64 = sum[sum.len() - 5..sum.len() - 1].iter().map(number).sum();
    assert_eq!(kinds, files + of_schools, "the kinds come to all");
}

#[test]
fn csv_has_one_row_a_unit_and_nothing_that_is_a_formula() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    let status = json(&desk, MORNING, &["status", "--json", "--group", "college"]);
    let csv = ask(&desk, MORNING, &["status", "--csv", "--group", "college"]);
    assert!(csv.starts_with('\u{feff}') && csv.ends_with("\r\n"), "not as spreadsheets expect it");
    assert!(!csv.replace("\r\n", "").contains(['\r', '\n']), "a line within a cell");
    let lines: Vec<&str> =
        csv.trim_start_matches('\u{feff}').split("\r\n").filter(|line| !line.is_empty()).collect();
    let units = list(&status["units"]);
    assert_eq!(lines.len(), 1 + units.len());
    for (line, unit) in lines[1..].iter().zip(units) {
        let name = unit["unit"].as_str().unwrap().replace('"', "\"\"");
        assert!(line.contains(&name), "{line}");
        for cell in line.split(',') {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula: {cell}");
        }
    }
    assert!(csv.contains("\"'=1+1<script>"), "{csv}");
}

/// Whether an item of a unit is in one of these states.
fn is(unit: &Value, requirement: &str, item: &str, states: &[&str]) -> bool {
    let own = of_requirement(unit, requirement).unwrap();
    let item = list(&own["items"]).iter().find(|one| one["id"] == item).unwrap();
    states.contains(&item["state"].as_str().unwrap())
}

#[test]
fn what_units_have_and_lack_is_told_from_what_waits() {
    let desk = desk_at(MORNING);
    let all = json(&desk, MORNING, &["status", "--json"]);
    let names = |value: &Value| -> Vec<String> {
        list(&value["units"]).iter().map(|unit| unit["unit"].as_str().unwrap().to_owned()).collect()
    };
    let wanted = |fits: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let fit = list(&all["units"]).iter().filter(|unit| fits(unit));
        fit.map(|unit| unit["unit"].as_str().unwrap().to_owned()).collect()
    };
    let (has, lacks) = (["accepted", "flawed"], ["missing", "rejected"]);
    let only_form =
        json(&desk, MORNING, &["status", "--json", "--has", "form4", "--lacks", "plan/form4_scan"]);
    let expected = wanted(&|unit| is(unit, "plan", "form4", &has) && is(unit, "plan", "form4_scan", &lacks));
    assert!(!expected.is_empty());
    assert_eq!(names(&only_form), expected);
    let colleges = json(&desk, MORNING, &["status", "--json", "--group", "高职", "--lacks", "活动方案"]);
    assert_eq!(
        names(&colleges),
        wanted(&|unit| unit["group"] == "college" && is(unit, "plan", "scheme", &lacks))
    );
    let waits = wanted(&|unit| is(unit, "plan", "scheme", &["review"]));
    let told = run_at(&desk, MORNING, &["status", "--lacks", "scheme"]);
    assert!(waits.iter().all(|name| told.told.contains(name)), "{waits:?}: {}", told.told);
    let city = json(&desk, MORNING, &["status", "--json", "--city", "成都"]);
    assert_eq!(names(&city), wanted(&|unit| unit["city"] == "成都市"));
    let late = json(&desk, MORNING, &["status", "--json", "--req", "plan", "--standing", "overdue,逾期缺项"]);
    let is_late = |unit: &Value| {
        ["overdue", "overdue_partial"]
            .contains(&of_requirement(unit, "plan").unwrap()["standing"].as_str().unwrap())
    };
    assert_eq!(names(&late), wanted(&is_late));
    assert!(list(&late["units"]).iter().all(|unit| list(&unit["requirements"]).len() == 1), "only the plan");
    for wrong in
        [["--lacks", "没有"], ["--has", "盖章"], ["--city", "没有市"], ["--standing", "糟"], ["--req", "x"]]
    {
        let done = run_at(&desk, MORNING, &["status", wrong[0], wrong[1]]);
        assert!(
            done.status == 2 && done.told.contains(wrong[1]) && done.told.contains("可用"),
            "{}",
            done.told
        );
    }
}

/// The numbers before 个 in a sentence.
fn counts(sentence: &str) -> Vec<usize> {
    let before: Vec<&str> = sentence.split('个').collect();
    let number = |part: &&str| {
        let digits: String = part.chars().rev().take_while(char::is_ascii_digit).collect();
        digits.chars().rev().collect::<String>().parse().ok()
    };
    before[..before.len() - 1].iter().filter_map(number).collect()
}

#[test]
fn the_paragraph_adds_up_and_names_nobody() {
    let desk = desk_at(MORNING);
    let text = ask(&desk, MORNING, &["status", "--text", "--as-of", "2023-05-11T09:00"]);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.contains("截至2023年5月11日09:00，") && text.contains("活动方案"),
        "the nearest one: {text}"
    );
    let mut groups = 0;
    for sentence in
        text.split(['；', '。']).filter(|part| part.contains("个市(州)") || part.contains("个高职"))
    {
        let sentence = sentence.rsplit('：').next().unwrap();
        let without_late: String =
            sentence.split('（').map(|part| part.split('）').next_back().unwrap()).collect();
        let counts = counts(&without_late);
        assert_eq!(counts[0], counts[1..].iter().sum::<usize>(), "{sentence}");
        groups += 1;
    }
    assert_eq!(groups, 2, "{text}");
    let missing = ask(&desk, MORNING, &["status", "--missing", "--text"]);
    assert!(missing.contains("未报齐") && missing.contains("（缺"), "{missing}");
    let status = json(&desk, MORNING, &["status", "--json", "--req", "plan"]);
    for unit in list(&status["units"]) {
        let standing = of_requirement(unit, "plan").unwrap()["standing"].as_str().unwrap();
        let name = unit["unit"].as_str().unwrap();
        if ["overdue"].contains(&standing) {
            assert!(missing.contains(name), "{name} is not named");
        }
        if ["complete", "complete_late", "exempt", "review"].contains(&standing) {
            assert!(!missing.contains(name), "{name} is {standing} and named");
        }
    }
    assert_eq!(numbers_of_people(&format!("{text}{missing}")), Vec::<String>::new());
    let stale = ask(&desk, "2023-05-12T09:00:00+08:00", &["status", "--text"]);
    assert!(stale.contains("（收信截至5月11日09:00）"), "{stale}");
}

#[test]
fn lists_of_what_is_missing_and_wrong_are_workbooks_too() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    let status = json(&desk, MORNING, &["status", "--json", "--missing", "--req", "plan"]);
    let folder = desk.dir.path().join("out");
    std::fs::create_dir(&folder).unwrap();
    let to = folder.to_str().unwrap();
    ask(&desk, MORNING, &["status", "--missing", "--req", "plan", "--xlsx", to]);
    let missing = sheets(&folder.join("2023年职业教育活动周未报送名单（截至5月11日09时00分）.xlsx"));
    let (_, rows) = missing[0].table("序号");
    let names: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    let expected: Vec<&str> =
        list(&status["units"]).iter().map(|unit| unit["unit"].as_str().unwrap()).collect();
    assert!(!names.is_empty());
    assert_eq!(names, expected);

    let all = json(&desk, MORNING, &["status", "--json"]);
    ask(&desk, MORNING, &["status", "--flaw", "all", "--xlsx", to]);
    let flaws = sheets(&folder.join("2023年职业教育活动周材料问题清单（截至5月11日09时00分）.xlsx"));
    let (_, rows) = flaws[0].table("序号");
    let of = |unit: &Value| -> usize {
        let items = list(&unit["requirements"]).iter().flat_map(|own| list(&own["items"]));
        items.map(|item| list(&item["flaws"]).len()).sum()
    };
    let expected: usize = list(&all["units"]).iter().map(of).sum();
    assert!(expected > 3);
    assert_eq!(rows.len(), expected);
    let hostile = rows.iter().find(|row| row[1] == HOSTILE_UNIT).unwrap();
    assert!(hostile[3].starts_with("=cmd|' /C calc'!A0<script>.xlsx"), "{hostile:?}");
    assert_eq!(hostile[4], "Sheet1!F7");
    let only = ask(&desk, MORNING, &["status", "--flaw", "old_template"]);
    assert!(only.contains("OLD_TEMPLATE") && !only.contains("V05"), "{only}");
}

#[test]
fn the_register_is_a_workbook_with_every_mail_and_part() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    let mails = json(&desk, MORNING, &["messages", "--json"]);
    let file = desk.dir.path().join("register.xlsx");
    ask(&desk, MORNING, &["messages", "--xlsx", file.to_str().unwrap()]);
    let all = sheets(&file);
    assert_eq!(all.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["收文登记簿", "附件"]);
    let (_, rows) = all[0].table("编号");
    assert_eq!(rows.len(), list(&mails).len());
    for (row, mail) in rows.iter().zip(list(&mails)) {
        assert_eq!((&row[0], &row[1]), (&mail["id"].to_string(), &short(&mail["received_at"])));
        let unit = mail["unit"].as_str().unwrap_or("未识别");
        assert_eq!(row[4], unit);
        let subject = mail["subject"].as_str().unwrap();
        let clean = |text: &str| text.replace('□', "").replace(['\u{202e}', '\u{1b}'], "");
        assert_eq!(clean(&row[3]), clean(subject));
    }
    let (_, parts) = all[1].table("来件");
    assert_eq!(parts.len(), list(&mails).iter().map(|mail| list(&mail["parts"]).len()).sum::<usize>());
    assert!(!all[0].rows.iter().flatten().any(|cell| cell.contains(['\u{202e}', '\u{1b}'])));
}

#[test]
fn nobodys_number_leaves_the_office_unless_asked() {
    let desk = season_desk();
    let form4 = json(desk, AFTER, &["totals", "--form", "form4", "--json"]);
    let mobiles: Vec<&str> =
        list(&form4["rows"]).iter().filter_map(|row| row["values"]["mobile"].as_str()).collect();
    assert!(mobiles.len() > 10, "{} numbers", mobiles.len());
    let folder = desk.dir.path().join("private");
    std::fs::create_dir_all(&folder).unwrap();
    let name = |n: usize| folder.join(format!("{n}.xlsx")).to_str().unwrap().to_owned();
    let books: [&[&str]; 6] = [
        &["status"],
        &["status", "--missing"],
        &["status", "--flaw", "all"],
        &["status", "--req", "daily"],
        &["totals", "--form", "form4"],
        &["totals", "--form", "form5"],
    ];
    for (n, words) in books.iter().enumerate() {
        let file = name(n);
        ask(desk, AFTER, &[words, &["--xlsx", &file][..]].concat());
        let shapes = [ask(desk, AFTER, words), ask(desk, AFTER, &[words, &["--csv"][..]].concat())];
        let all = sheets(std::path::Path::new(&file));
        let cells = all.iter().flat_map(|sheet| sheet.rows.iter().flatten());
        for text in cells.chain(&shapes) {
            let found = mobiles.iter().find(|mobile| text.contains(**mobile));
            assert_eq!(found, None, "{words:?}: {text}");
        }
    }
    let file = name(9);
    ask(desk, AFTER, &["totals", "--form", "form4", "--contacts", "--xlsx", &file]);
    let contacts = sheets(std::path::Path::new(&file));
    assert!(mobiles.iter().all(|mobile| contacts[0].says(mobile)), "a number is not in the list");
    let (head, rows) = contacts[0].table("序号");
    assert!(
        ["联系人", "职务", "手机", "QQ号", "填报人", "联系电话", "来源"]
            .iter()
            .all(|label| head.iter().any(|h| h == label)),
        "{head:?}"
    );
    assert!(rows.len() >= desk.campaign().owing_units().count());
    let at = head.iter().position(|label| label == "手机").unwrap();
    let is_text = contacts[0].cells.iter().all(|row| !matches!(row.get(at), Some(calamine::Data::Float(_))));
    assert!(is_text, "a number as a figure");
    assert_eq!(run_at(desk, AFTER, &["totals", "--form", "form4", "--contacts", "--csv"]).status, 2);
}
