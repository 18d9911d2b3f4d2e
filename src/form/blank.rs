//! A table that no form of the campaign is and into which nobody has written anything: the sheet that was handed out, sent back. Called
//! 台账 it was counted as one.

use super::words::{FRAME_LABELS, STAMP_LABELS};
use crate::domain::facts::{Cell, Grid, Value};

/// A row of headings has so many at least.
const HEADINGS: usize = 3;

/// Whether a table has headings and nothing beneath them but the numbers of its rows and who is to sign it.
pub fn is_blank(grid: &Grid) -> bool {
    let mut rows = grid.cells.chunk_by(|cell, next| cell.row == next.row);
    let is_headings = |row: &&[Cell]| row.iter().filter(|cell| is_word(cell)).count() >= HEADINGS;
    rows.find(is_headings).is_some() && rows.flatten().all(says_nothing)
}

fn is_word(cell: &Cell) -> bool {
    matches!(&cell.value, Value::Text(text) if !text.trim().is_empty() && !is_number(text.trim()))
}

/// Whether a cell under the headings is the number of its row in the first column, or a label with nothing behind it.
fn says_nothing(cell: &Cell) -> bool {
    let text = match &cell.value {
        Value::Number(_) => return cell.col == 0,
        Value::Text(text) => text.trim(),
    };
    let label = text.trim_end_matches([':', '：', ' ', '_']);
    let bare = label.split(['(', '（']).next().unwrap_or(label).trim();
    text.is_empty()
        || (cell.col == 0 && is_number(text))
        || label.len() < text.len() && !label.contains([':', '：'])
        || FRAME_LABELS.iter().chain(STAMP_LABELS).any(|known| *known == bare)
        || text == "…"
        || text == "……"
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_blank_in_which_nothing_stands_under_the_headings() {
        let grid = |lines: &[&[&str]]| {
            let cell =
                |(row, col, text): (u32, u32, &str)| Cell { row, col, value: Value::Text(text.into()) };
            let lines = (0..).zip(lines);
            let cells =
                lines.flat_map(|(row, line)| (0..).zip(*line).map(move |(col, text)| (row, col, *text)));
            Grid {
                cells: cells.filter(|(_, _, text)| !text.is_empty()).map(cell).collect(),
                ..Grid::default()
            }
        };
        let heads: &[&str] = &["序号", "部位", "描述", "整改"];
        for (below, is_so) in [
            (&[][..], true),
            (&[&["1"][..], &["2"], &["……"]], true),
            (&[&["填报人：", "", "审核人："][..]], true),
            (&[&["1", "配电房"][..]], false),
            (&[&["无"][..]], false),
            (&[&["合计", "0"][..]], false),
            (&[&["1", "", "", "12"][..]], false),
        ] {
            let lines: Vec<&[&str]> =
                [&["台账"][..], &["填报单位："], heads].into_iter().chain(below.iter().copied()).collect();
            assert_eq!(is_blank(&grid(&lines)), is_so, "{below:?}");
        }
        assert!(!is_blank(&grid(&[&["本月无隐患"]])));
    }
}
