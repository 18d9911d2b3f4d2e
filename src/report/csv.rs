//! Tables as CSV: UTF-8 with BOM and CRLF, as spreadsheets expect it, and harmless to them. Nothing here carries a
//! telephone or QQ number: a spreadsheet would take it for a figure and spoil it.

use super::grid::Grid;

/// A grid as CSV.
pub(super) fn csv(grid: &Grid) -> String {
    grid.lines().fold(String::from("\u{feff}"), |csv, line| csv + &csv_line(&line))
}

/// One line of CSV with its end.
pub(super) fn csv_line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    cells.join(",") + "\r\n"
}

/// Quotes a cell where needed; one that a spreadsheet would take for a formula gets an apostrophe. Full-width signs too:
/// some spreadsheets take them for half-width ones.
fn csv_cell(cell: &str) -> String {
    let guarded = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n' | '\0') => {
            format!("'{cell}")
        }
        _ => cell.to_owned(),
    };
    if guarded.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_guarded_and_what_needs_quotes_has_them() {
        let line = ["=1+1", "＝1", "-5", "a,b", "a\"b", "正常", "@SUM(A1)", "\tx"].map(str::to_owned);
        assert_eq!(csv_line(&line), "'=1+1,'＝1,'-5,\"a,b\",\"a\"\"b\",正常,'@SUM(A1),'\tx\r\n");
    }
}
