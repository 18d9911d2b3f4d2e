//! Whose a table is that no form of the campaign is: what stands behind 填报单位, in its cell or in the one beside it, over the rows or under
//! them. Such a table was filed for whoever sent it, though another company's name stood on it.

use super::words::STAMP_LABELS;
use crate::domain::facts::{Cell, Grid, Value};

/// What tables without a form call it besides.
const LABELS: &[&str] = &["填报企业", "报送企业", "编制单位", "企业名称", "公司名称", "单位"];

/// What a form that is handed out has for the name of whoever fills it in: 某某公司, ××集团.
const BLANKS: [char; 8] = ['某', '×', '*', 'X', 'x', '○', '□', '_'];

/// What the table says of whose it is.
pub fn owners(grid: &Grid) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, cell) in grid.cells.iter().enumerate() {
        let Some(behind) = text_of(cell).and_then(behind_label) else { continue };
        let beside = || {
            let next = grid.cells.get(at + 1).filter(|next| next.row == cell.row)?;
            text_of(next)
        };
        let told = if behind.is_empty() { beside() } else { Some(behind) };
        found.extend(told.filter(|told| !told.is_empty() && !told.starts_with(BLANKS)));
    }
    found
}

fn text_of(cell: &Cell) -> Option<&str> {
    match &cell.value {
        Value::Text(text) => Some(text.trim()),
        Value::Number(_) => None,
    }
}

/// What stands behind the label with which a text begins; nothing where another word does.
fn behind_label(text: &str) -> Option<&str> {
    let rest = STAMP_LABELS.iter().chain(LABELS).find_map(|label| text.strip_prefix(label))?;
    let rest = rest.trim_start();
    let remark = rest.strip_prefix(['(', '（']).and_then(|rest| Some(rest.split_once([')', '）'])?.1));
    let rest = remark.unwrap_or(rest).trim_start();
    match rest.strip_prefix([':', '：']) {
        Some(told) => Some(told.trim()),
        None => rest.is_empty().then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_whose_it_is_in_a_cell_or_the_one_beside_it() {
        let grid = |cells: &[(u32, u32, &str)]| Grid {
            cells: cells
                .iter()
                .map(|(row, col, text)| Cell { row: *row, col: *col, value: Value::Text((*text).into()) })
                .collect(),
            ..Grid::default()
        };
        for (cells, told) in [
            (&[(1, 0, "填报单位：甲公司")][..], &["甲公司"][..]),
            (&[(1, 0, "填报单位（盖章）："), (1, 2, "甲公司")], &["甲公司"]),
            (&[(1, 0, " 单位 "), (1, 1, "甲公司")], &["甲公司"]),
            (&[(9, 0, "报送单位(章): 甲公司 联系人：某某")], &["甲公司 联系人：某某"]),
            (&[(1, 0, "填报单位："), (2, 0, "序号")], &[]),
            (&[(1, 0, "单位负责人"), (1, 1, "甲乙")], &[]),
            (&[(1, 0, "填报单位：某某公司")], &[]),
            (&[(1, 0, "填报单位："), (1, 1, "××集团")], &[]),
        ] {
            assert_eq!(owners(&grid(cells)), told, "{cells:?}");
        }
    }
}
