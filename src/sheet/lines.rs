//! Tables of plain text: csv and tsv, and what web systems call `.xls` and is one of these. Everything stays text: a
//! telephone number is no number, and what asks for numbers reads them out of text anyway.

use super::value::{bounded, put};
use super::{Caps, Grids, Left};
use crate::domain::facts::{Grid, Value};

/// Marks that may stand between cells, the likeliest first.
const MARKS: [char; 4] = [',', '\t', ';', '|'];
/// Lines that are looked at to find the mark.
const SAMPLE_LINES: usize = 50;

/// Reads a table of plain text as a workbook of one sheet.
pub fn read_lines(text: &str, caps: &Caps) -> Grids {
    let text = text.trim_start_matches('\u{feff}');
    // Excel's own way of saying which mark follows.
    let (mark, text) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((mark, rest)) => (mark.chars().next().unwrap_or(','), rest),
        None => (mark_of(text), text),
    };
    let mut grid = Grid { sheet: "Sheet1".to_owned(), ..Grid::default() };
    let mut left = Left::of(caps);
    let (mut row, mut col) = (0, 0);
    let mut cell = String::new();
    let mut chars = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() || cell == "=" => {
                cell.clear();
                is_quoted = true;
            }
            _ if is_quoted => cell.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' => {
                keep(&mut grid, (row, col), &mut cell, caps, &mut left)?;
                (row, col) = (row + 1, 0);
            }
            _ if c == mark => {
                keep(&mut grid, (row, col), &mut cell, caps, &mut left)?;
                col += 1;
            }
            _ => cell.push(c),
        }
    }
    if is_quoted {
        return Err("表格内引号不成对，可能不完整，读不出".to_owned());
    }
    keep(&mut grid, (row, col), &mut cell, caps, &mut left)?;
    Ok(vec![grid])
}

fn keep(
    grid: &mut Grid,
    at: (u32, u32),
    cell: &mut String,
    caps: &Caps,
    left: &mut Left,
) -> Result<(), String> {
    let value = Value::Text(bounded(cell.trim(), caps.cell_text_bytes));
    cell.clear();
    put(grid, at, value, left)
}

/// The mark that stands in most of the lines.
fn mark_of(text: &str) -> char {
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE_LINES);
    let most =
        |mark: &char| (lines().filter(|line| line.contains(*mark)).count(), std::cmp::Reverse(place(*mark)));
    MARKS.into_iter().max_by_key(most).unwrap_or(',')
}

fn place(mark: char) -> usize {
    MARKS.iter().position(|known| *known == mark).unwrap_or(MARKS.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::TEST_CAPS;

    fn cells(text: &str) -> Vec<String> {
        let grids = read_lines(text, &TEST_CAPS).unwrap();
        grids[0]
            .cells
            .iter()
            .map(|cell| match &cell.value {
                Value::Text(text) => format!("{},{}={text}", cell.row, cell.col),
                Value::Number(number) => number.to_string(),
            })
            .collect()
    }

    #[test]
    fn quotes_hold_marks_lines_and_quotes() {
        assert_eq!(
            cells("单位,备注\r\n\"甲,乙\",\"一\n\"\"二\"\"\"\n=\"0012\",\n"),
            ["0,0=单位", "0,1=备注", "1,0=甲,乙", "1,1=一\n\"二\"", "2,0=0012"]
        );
    }

    #[test]
    fn the_mark_is_found_or_told() {
        assert_eq!(cells("a;b\n1,5;2\n"), ["0,0=a", "0,1=b", "1,0=1,5", "1,1=2"]);
        assert_eq!(cells("a\tb\n1,5\t2\n"), ["0,0=a", "0,1=b", "1,0=1,5", "1,1=2"]);
        assert_eq!(cells("sep=|\na|b"), ["0,0=a", "0,1=b"]);
        assert_eq!(cells("只有一列\n甲\n"), ["0,0=只有一列", "1,0=甲"]);
    }

    #[test]
    fn a_quote_that_never_ends_swallows_nothing_in_silence() {
        assert!(read_lines("单位,人数\n\"甲,1\n乙,2\n", &TEST_CAPS).unwrap_err().contains("引号"));
    }
}
