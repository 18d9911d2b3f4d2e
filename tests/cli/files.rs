//! The status as a file: one grid in three shapes, harmless to whoever opens it.

use calamine::{Data, Reader as _};

use crate::desk::{Desk, HOSTILE_UNIT, desk_at};
use crate::{MORNING, at};

fn exported(desk: &Desk, flag: &str, name: &str) -> Vec<u8> {
    let file = desk.dir.path().join(name);
    let done = at(desk, MORNING, &["status", flag, file.to_str().unwrap()]);
    assert_eq!((done.status, done.out.as_str()), (0, ""), "{}", done.told);
    std::fs::read(file).unwrap()
}

/// Rows of cells; quotes undone.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut is_quoted = false;
    let mut rest = csv.chars().peekable();
    while let Some(c) = rest.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                row.last_mut().unwrap().push(rest.next().unwrap())
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(String::new()),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows
}

#[test]
fn csv_and_workbook_hold_the_same_grid_and_no_formula() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    let csv = at(&desk, MORNING, &["status", "--csv"]);
    assert_eq!(csv.status, 0);
    assert!(csv.out.starts_with('\u{feff}') && csv.out.contains("\r\n"), "not as spreadsheets expect it");
    let rows = rows(csv.out.trim_start_matches('\u{feff}'));
    assert_eq!(rows.len(), 1 + desk.campaign().owing_units().count());
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "a row is short");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula: {cell}");
    }
    let book = exported(&desk, "--xlsx", "status.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(
        book.worksheet_formula(&name).unwrap().used_cells().next().is_none(),
        "a formula in the workbook"
    );
    let range = book.worksheet_range(&name).unwrap();
    let grid: Vec<Vec<String>> =
        range.rows().skip(1).map(|row| row.iter().map(Data::to_string).collect()).collect();
    assert!(range.get((0, 0)).unwrap().to_string().contains("材料报送情况（截至5月11日（星期四）09:00）"));
    assert_eq!(grid.len(), rows.len());
    for (cells, told) in grid.iter().zip(&rows) {
        let told: Vec<&str> = told.iter().map(|cell| cell.strip_prefix('\'').unwrap_or(cell)).collect();
        assert_eq!(cells, &told);
    }
    assert!(grid.iter().any(|row| row[1] == HOSTILE_UNIT));
}

#[test]
fn the_page_stands_alone_and_runs_nothing() {
    let desk = desk_at(MORNING);
    let html = String::from_utf8(exported(&desk, "--html", "status.html")).unwrap();
    for outside in ["<script", "http:", "https:", "<link", "src="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("=1+1&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;学院"));
    for unit in desk.campaign().owing_units().filter(|unit| unit.name != HOSTILE_UNIT) {
        assert!(html.contains(&format!("<td>{}</td>", unit.name)), "{} is not named", unit.name);
    }
    assert!(html.contains("截至5月11日（星期四）09:00") && html.contains("√ 已报齐"));
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let desk = desk_at("2023-04-28T09:00:00+08:00");
    let done = at(&desk, MORNING, &["status", "--xlsx", "/nowhere/status.xlsx"]);
    assert_eq!(done.status, 1);
    assert!(done.told.contains("/nowhere/status.xlsx"), "{}", done.told);
}
