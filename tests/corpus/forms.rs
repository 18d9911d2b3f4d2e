//! The corpus of forms: sheets drawn as text tables in `corpus/form/*.txt`, what is read and found wrong beside each in
//! `*.expect`. Drop a case in, run with `UPDATE_EXPECT=1`, read the diff, commit.
//!
//! A case: first line the template, by its name or written out (see `of_line`), then `== NAME` (`== NAME hidden`) and one line a row with cells between `|`. `<`
//! merges with the cell to the left, `^` with the cell above, `#12.5` is a number, `\n` a line break, `字{9}` repeats.

use crate::effort::spent;
use std::fmt::Write as _;
use std::path::Path;

use shouwen::domain::facts::{Cell, Grid, Span, Value};
use shouwen::domain::template::{Field, FieldKind, Place, Rule, Template, Total};
use shouwen::form::{self, Book, Form};

#[test]
fn every_case_reads_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/form");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut cases = 0;
    let mut wrong = String::new();
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "txt")) {
        cases += 1;
        let got = tell(&std::fs::read_to_string(path).unwrap());
        let expect = path.with_extension("expect");
        let wanted = std::fs::read_to_string(&expect).unwrap_or_default().replace("\r\n", "\n");
        if got != wanted && update {
            std::fs::write(&expect, &got).unwrap();
        } else if got != wanted {
            writeln!(wrong, "--- {}\nwanted:\n{wanted}\ngot:\n{got}", path.display()).unwrap();
        }
    }
    assert!(cases > 0, "no case found");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Long sheets, all of labels, names or merges: whatever is asked of each of them is
/// asked once, or this takes minutes.
#[test]
fn what_a_sheet_holds_most_of_is_not_asked_of_all_the_rest() {
    let form5 = crate::campaign::form5();
    let heads: Vec<&str> =
        form5.fields.iter().filter(|f| f.at == Place::Below).map(|f| f.label.as_str()).collect();
    let head = format!("form5\n== S\n2023年职业教育活动周情况统计表\n{}\n", heads.join("|"));
    let full = |name: &str| format!("{name}{}\n", "|#5".repeat(heads.len() - 1));
    let list = |beside: &str| {
        let labels = heads.iter().skip(2).cycle().take(LONG);
        labels.map(|label| format!("{label}|{beside}\n")).collect::<String>()
    };
    let of = |line: &dyn Fn(usize) -> String| (0..LONG).map(line).collect::<String>();
    let begun = spent();
    for (what, rows) in [
        ("names", of(&|at| format!("学校{at}\n")) + &full("甲校")),
        ("merges", of(&|at| if at % 2 == 0 { full(&format!("学校{at}")) } else { full("^") })),
        ("blanks", of(&|at| if at % 2 == 0 { "某|<\n".to_owned() } else { "\n".to_owned() })),
        ("headings", of(&|_| format!("{}\n", heads[..4].join("|")))),
        ("labels", list("")),
        ("values", list("备注|上年数|2022年|单位")),
        ("last year", list("上年数|代码") + &list("5|6")),
    ] {
        let (template, grids) = parse(&(head.clone() + &rows));
        let read = Form::of(&template).read(&Book::of(&grids));
        read.map(|reading| form::check(&template, &reading));
        // Asked of all the rest, the names alone take longer.
        assert!(spent() - begun < MOST, "{what}: {:?}", spent() - begun);
    }
}

/// Rows that all call themselves sums are settled by their words: held against one another they take minutes.
#[test]
fn thousands_of_sums_are_told_by_what_they_are_called() {
    let form5 = crate::campaign::form5();
    let heads: Vec<&str> =
        form5.fields.iter().filter(|f| f.at == Place::Below).map(|f| f.label.as_str()).collect();
    let head = format!("form5\n== S\n2023年职业教育活动周情况统计表\n{}\n", heads.join("|"));
    let full = |name: &str| format!("{name}{}\n", "|#5".repeat(heads.len() - 1));
    let sums: String = (0..2100).map(|at| full(&format!("片区{at}小计"))).collect();
    let begun = spent();
    let (template, grids) = parse(&(head + &full("甲校") + &sums + &full("乙校") + &full("合计")));
    let reading = Form::of(&template).read(&Book::of(&grids)).unwrap();
    assert_eq!((reading.rows.len(), reading.total.is_some()), (2, true));
    assert!(spent() - begun < MOST, "{:?}", spent() - begun);
}

/// What the program reads from a case, in words.
fn tell(case: &str) -> String {
    let (template, grids) = parse(case);
    let (form, book) = (Form::of(&template), Book::of(&grids));
    let Some(reading) = form.read(&book) else {
        return format!("not this form; other year: {:?}\n", form.other_year(&book));
    };
    let mut out = String::new();
    writeln!(out, "sheet {} | title {} | year {:?}", reading.sheet, reading.title, reading.year).unwrap();
    if let Some(stamp) = &reading.stamp {
        writeln!(out, "stamp {} {}", stamp.cell, stamp.text()).unwrap();
    }
    if let Some(parts) = &reading.parts {
        writeln!(out, "parts of {:?} {}", parts.whole.as_deref().unwrap_or_default(), parts.begin).unwrap();
    }
    if !reading.others.is_empty() {
        writeln!(out, "others {}", reading.others.join(" ")).unwrap();
    }
    let checked = form::check(&template, &reading);
    for row in &checked.rows {
        writeln!(out, "row {}", row.school).unwrap();
        for (id, value) in &row.values {
            let shown: String = value.to_string().chars().take(40).collect();
            writeln!(out, "  {id} {} = {shown}", row.cells[id].as_str().unwrap()).unwrap();
        }
    }
    if let Some(total) = &reading.total {
        let cells: Vec<_> = total.entries.iter().map(|(id, e)| format!("{id}={}", e.text())).collect();
        writeln!(out, "total row {}: {}", total.row + 1, cells.join(" ")).unwrap();
    }
    for flaw in &checked.flaws {
        writeln!(out, "{} {} {} {}", flaw.code, flaw.level, flaw.place, flaw.text).unwrap();
    }
    writeln!(out, "state {}", form::state_of(&checked.flaws)).unwrap();
    out
}

fn parse(case: &str) -> (Template, Vec<Grid>) {
    let mut lines = case.lines();
    let template = match lines.next().map(str::trim) {
        Some("form4") => crate::campaign::form4(),
        Some("form5") => crate::campaign::form5(),
        Some("funds") => funds(),
        Some("names") => names(),
        Some("clubs") => clubs(),
        Some(written) if written.contains('|') => of_line(written),
        other => panic!("unknown template {other:?}"),
    };
    let mut grids: Vec<Grid> = Vec::new();
    let mut row = 0;
    for line in lines {
        if let Some(name) = line.strip_prefix("== ") {
            let hidden = name.ends_with(" hidden");
            grids.push(Grid {
                sheet: name.trim_end_matches(" hidden").to_owned(),
                hidden,
                ..Grid::default()
            });
            row = 0;
        } else if let Some(grid) = grids.last_mut() {
            add_row(grid, row, line);
            row += 1;
        }
    }
    (template, grids)
}

/// A table of money, with the measures that its labels name.
fn funds() -> Template {
    let mut fields = vec![
        field("filler", "填报人", Place::Right, FieldKind::Text),
        field("unit", "单位名称", Place::Below, FieldKind::Unit),
        field("trained", "培训人数(人)", Place::Below, FieldKind::Count),
        field("received", "到位资金(万元)", Place::Below, FieldKind::Amount),
        field("spent", "已支出(万元)", Place::Below, FieldKind::Amount),
    ];
    fields[1].synonyms = vec!["单位".to_owned()];
    template("2026年冬季防治行动经费使用情况表", "经费使用情况表", fields, vec![Rule::TotalRow])
}

/// A list of units that asks for no figures.
fn names() -> Template {
    let mut fields = vec![
        field("leader", "带队人", Place::Right, FieldKind::Text),
        field("unit", "参加单位", Place::Below, FieldKind::Unit),
        field("remark", "备注", Place::Below, FieldKind::Text),
    ];
    fields[2].required = false;
    template("2026年参加单位报名表", "报名表", fields, vec![])
}

/// A table of which some columns count persons.
fn clubs() -> Template {
    let labels = [
        ("clubs", "学生社团数"),
        ("courses", "师资培训项目数"),
        ("pupils", "参与学生数"),
        ("visits", "师生人次"),
        ("staff", "教职员工数"),
    ];
    let mut fields = vec![field("unit", "学校名称", Place::Below, FieldKind::Unit)];
    fields.extend(labels.map(|(id, label)| field(id, label, Place::Below, FieldKind::Count)));
    template("2026年学校情况表", "学校情况表", fields, vec![])
}

/// A form written in one line: `TITLE | LABEL:KIND | …`, or `LABEL>KIND` of what stands beside its label, with `!` before what adds up
/// to a total. Its words are those behind the year; ids are a, b, c ….
fn of_line(line: &str) -> Template {
    let mut columns = line.split('|').map(str::trim);
    let title = columns.next().unwrap();
    let rules = if title.starts_with('!') { vec![Rule::TotalRow] } else { vec![] };
    let title = title.trim_start_matches('!');
    let fields = ('a'..).zip(columns).map(|(id, written)| {
        let (at, mark) = if written.contains('>') { (Place::Right, '>') } else { (Place::Below, ':') };
        let (label, kind) = written.rsplit_once(mark).unwrap();
        let kind = match kind {
            "unit" => FieldKind::Unit,
            "count" => FieldKind::Count,
            "amount" => FieldKind::Amount,
            "percent" => FieldKind::Percent,
            "text" => FieldKind::Text,
            other => panic!("unknown kind {other}"),
        };
        field(&id.to_string(), label, at, kind)
    });
    template(title, title.split_once('年').unwrap().1, fields.collect(), rules)
}

fn field(id: &str, label: &str, at: Place, kind: FieldKind) -> Field {
    Field {
        id: id.into(),
        label: label.into(),
        synonyms: vec![],
        at,
        kind,
        required: true,
        optional_column: false,
        max_value: 0,
        total: Total::of_kind(kind),
        ..crate::campaign::form5().fields[0].clone()
    }
}

fn template(title: &str, words: &str, fields: Vec<Field>, rules: Vec<Rule>) -> Template {
    let (title, title_words) = (title.to_owned(), vec![words.to_owned()]);
    Template { title, title_words, year: 2026, fields, rules, ..crate::campaign::form5() }
}

/// In this time, on a busy machine too.
const MOST: std::time::Duration = std::time::Duration::from_secs(15);
/// Rows of a long sheet.
const LONG: usize = 1500;

fn add_row(grid: &mut Grid, row: u32, line: &str) {
    for (col, text) in line.split('|').map(str::trim).enumerate() {
        let col = u32::try_from(col).unwrap();
        match text {
            "" => {}
            "<" => stretch(grid, row, col - 1, row, col),
            "^" => stretch(grid, row - 1, col, row, col),
            _ => grid.cells.push(Cell { row, col, value: value(text) }),
        }
    }
}

/// Lets the merge that covers (or the cell at) the first place reach the second.
fn stretch(grid: &mut Grid, from_row: u32, from_col: u32, row: u32, col: u32) {
    let covers = |s: &&mut Span| {
        s.top <= from_row && from_row <= s.bottom && s.left <= from_col && from_col <= s.right
    };
    match grid.merges.iter_mut().find(covers) {
        Some(span) => (span.bottom, span.right) = (span.bottom.max(row), span.right.max(col)),
        None => grid.merges.push(Span { top: from_row, left: from_col, bottom: row, right: col }),
    }
}

fn value(text: &str) -> Value {
    if let Some(number) = text.strip_prefix('#').filter(|rest| rest.parse::<f64>().is_ok()) {
        return Value::Number(number.parse().unwrap());
    }
    let text = text.replace("\\n", "\n");
    match text.strip_suffix('}').and_then(|t| t.rsplit_once('{')) {
        Some((what, times)) => Value::Text(what.repeat(times.parse().unwrap())),
        None => Value::Text(text),
    }
}
