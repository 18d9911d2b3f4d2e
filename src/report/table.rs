//! Tables on a terminal that stay straight with Chinese text, whose characters are two cells wide.

use unicode_width::UnicodeWidthStr as _;

/// A table being filled row by row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Space between two columns, in cells.
const GAP: usize = 2;

impl Table {
    /// A table with these column headings.
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines without trailing spaces. Control characters become `□`: a hostile subject must not drive
    /// the terminal.
    pub fn render(&self) -> String {
        let rows: Vec<Vec<String>> = std::iter::once(&self.head)
            .chain(&self.rows)
            .map(|row| row.iter().map(|cell| clean(cell)).collect())
            .collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + GAP));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// `text` with every character replaced that could drive a terminal or begin another line.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if is_hostile(c) { '□' } else { c }).collect()
}

/// Control characters and those that turn the direction of text.
fn is_hostile(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// `text` cut to `cells` terminal cells, with `…` where something was cut.
pub fn fit(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) + 1 > cells {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_straight_with_wide_text() {
        let mut table = Table::new(&["单位", "状态"]);
        table.row(vec!["绵阳职业技术学院".into(), "√".into()]);
        table.row(vec!["abc".into(), "缺".into()]);
        assert_eq!(table.render(), "单位              状态\n绵阳职业技术学院  √\nabc               缺\n");
    }

    #[test]
    fn a_hostile_cell_cannot_drive_the_terminal() {
        let mut table = Table::new(&["主题"]);
        table.row(vec!["a\u{1b}[2Jb\u{202E}c".into()]);
        assert_eq!(table.render(), "主题\na□[2Jb□c\n");
    }

    #[test]
    fn long_text_is_cut_to_cells_not_characters() {
        assert_eq!(fit("绵阳职业技术学院", 9), "绵阳职业…");
        assert_eq!(fit("abc", 3), "abc");
    }
}
