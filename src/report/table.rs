//! Tables on a terminal that stay straight with Chinese text, whose characters are two cells wide. Where a terminal is
//! narrower than a table, its widest columns are folded: nothing is cut.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What text is shown on: a terminal of a width, with or without colours, or a file or pipe without either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screen {
    /// Its width in cells; none: as wide as need be.
    pub columns: Option<usize>,
    /// Whether it shows colours.
    pub has_colours: bool,
}

/// A table being filled row by row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Space between two columns, in cells.
const GAP: usize = 2;
/// A column is not folded narrower than this, in cells.
const NARROWEST: usize = 8;

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

    /// The table as lines without trailing spaces, as wide as need be. Control characters become `□`: a hostile subject
    /// must not drive the terminal.
    pub fn render(&self) -> String {
        self.on(Screen::default())
    }

    /// The same for a screen: folded to its width, and what is late, waits for a person or is to be mended in colour
    /// where there are colours.
    pub fn on(&self, screen: Screen) -> String {
        let rows: Vec<Vec<String>> = std::iter::once(&self.head)
            .chain(&self.rows)
            .map(|row| row.iter().map(|cell| clean(cell)).collect())
            .collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
        let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
        let widths = narrowed(widths, screen.columns);
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            let folded: Vec<Vec<String>> =
                row.iter().zip(&widths).map(|(cell, width)| fold(cell, *width)).collect();
            for line in 0..folded.iter().map(Vec::len).max().unwrap_or(0) {
                let cells = folded.iter().map(|cell| cell.get(line).map_or("", String::as_str));
                let colours = screen.has_colours && at > 0;
                push_line(&mut text, cells.zip(row.iter()).zip(&widths), colours);
            }
        }
        text
    }
}

/// One line of cells, each with the whole text of its cell and the width of its column.
fn push_line<'a>(
    text: &mut String,
    cells: impl Iterator<Item = ((&'a str, &'a String), &'a usize)>,
    has_colours: bool,
) {
    let mut line = String::new();
    for ((cell, whole), width) in cells {
        match colour(whole).filter(|_| has_colours && !cell.is_empty()) {
            Some(colour) => line.push_str(&format!("\u{1b}[{colour}m{cell}\u{1b}[0m")),
            None => line.push_str(cell),
        }
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + GAP));
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// The colour of a cell by the sign that it begins with, as the page colours its cells. The sign and its word say the
/// same to whoever sees no colour.
fn colour(cell: &str) -> Option<&'static str> {
    match cell.chars().next()? {
        '×' | '▲' | '退' => Some("31"),
        '△' | '补' => Some("33"),
        '？' => Some("35"),
        _ => None,
    }
}

/// Widths of columns that fit a screen: the widest give way first, down to the narrowest that can be read.
fn narrowed(mut widths: Vec<usize>, screen: Option<usize>) -> Vec<usize> {
    let Some(screen) = screen else { return widths };
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > screen {
        let Some(widest) = widths.iter_mut().max_by_key(|width| **width).filter(|width| **width > NARROWEST)
        else {
            break;
        };
        *widest -= 1;
    }
    widths
}

/// `text` in lines of at most `width` cells.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let cells = c.width().unwrap_or(0);
        if used + cells > width && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
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
    fn a_table_folds_its_widest_column_and_loses_nothing() {
        let mut table = Table::new(&["单位", "主题"]);
        table.row(vec!["绵阳职院".into(), "关于报送活动方案的函".into()]);
        let screen = Screen { columns: Some(20), has_colours: false };
        assert_eq!(table.on(screen), "单位      主题\n绵阳职院  关于报送活\n          动方案的函\n");
        assert!(table.on(screen).lines().all(|line| line.width() <= 20));
    }

    #[test]
    fn colours_follow_signs_and_only_on_a_screen_that_has_them() {
        let mut table = Table::new(&["状态"]);
        table.row(vec!["× 逾期未报".into()]);
        let screen = Screen { columns: None, has_colours: true };
        assert_eq!(table.on(screen), "状态\n\u{1b}[31m× 逾期未报\u{1b}[0m\n");
        assert!(!table.render().contains('\u{1b}'));
    }

    #[test]
    fn long_text_is_cut_to_cells_not_characters() {
        assert_eq!(fit("绵阳职业技术学院", 9), "绵阳职业…");
        assert_eq!(fit("abc", 3), "abc");
    }
}
