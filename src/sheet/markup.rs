//! Web pages that programs call `.xls`: their tables as one sheet, one below the other, and what stands outside them in
//! rows of its own, since the title and the line with the unit often do. A scanner and no browser: what is not
//! understood is skipped.

use super::value::{bounded, put};
use super::{Caps, Grids, Left};
use crate::domain::facts::{Grid, Span, Value};

/// Elements nothing of which is read.
const SILENT: &[&str] = &["head", "script", "style", "xml", "title"];
/// What is said of a page that ends inside its table.
const CUT: &str = "表格不完整，后半部分缺失";
/// Rows and columns over which one cell may stretch.
const STRETCH_MAX: u32 = 1_000;

/// Reads the tables of a page as a workbook of one sheet.
pub fn read_markup(html: &str, caps: &Caps) -> Grids {
    let mut page = Page {
        grid: Grid { sheet: "Sheet1".to_owned(), ..Grid::default() },
        left: Left::of(caps),
        caps,
        row: 0,
        col: 0,
        tables: 0,
        cell: None,
        text: String::new(),
        last_end: String::new(),
    };
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        page.text(text);
        if let Some(comment) = tail.strip_prefix("!--") {
            // A conditional comment of Excel hides the names of sheets and nothing that is read.
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = tail.split_once('>') else { return Err(CUT.to_owned()) };
        rest = after;
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let name = name.to_ascii_lowercase();
        if SILENT.contains(&name.as_str()) && !tag.starts_with('/') && !tag.ends_with('/') {
            rest = after_end(after, &name);
        } else {
            page.tag(&name, tag)?;
        }
    }
    page.text(rest);
    page.end_cell()?;
    // Programs forget to close a table, but not to end their page.
    let is_over = page.tables == 0 || ["table", "body", "html"].contains(&page.last_end.as_str());
    if is_over { Ok(vec![page.grid]) } else { Err(CUT.to_owned()) }
}

/// What follows the end tag of an element.
fn after_end<'x>(text: &'x str, name: &str) -> &'x str {
    let ends = text.match_indices("</").find(|(at, _)| {
        text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    let tail = ends.and_then(|(at, _)| text.get(at..)).unwrap_or_default();
    tail.split_once('>').map_or("", |(_, after)| after)
}

struct Page<'x> {
    grid: Grid,
    left: Left,
    caps: &'x Caps,
    row: u32,
    col: u32,
    /// Tables inside tables; the cells of inner ones are text of their outer cell.
    tables: usize,
    /// Columns and rows of the cell that is open.
    cell: Option<(u32, u32)>,
    text: String,
    /// The element that was closed last.
    last_end: String,
}

impl Page<'_> {
    fn text(&mut self, raw: &str) {
        let in_table_only = self.tables > 0 && self.cell.is_none();
        if !in_table_only && self.text.len() < self.caps.cell_text_bytes {
            self.text.push_str(&unescaped(&raw.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }

    fn tag(&mut self, name: &str, tag: &str) -> Result<(), String> {
        let is_end = tag.starts_with('/');
        if is_end {
            name.clone_into(&mut self.last_end);
        }
        match (name, is_end) {
            ("table", false) => {
                if self.tables == 0 {
                    self.end_cell()?;
                }
                self.tables += 1;
            }
            ("table", true) => {
                if self.tables == 1 {
                    self.end_cell()?;
                    self.end_row();
                }
                self.tables = self.tables.saturating_sub(1);
            }
            ("tr", _) if self.tables == 1 => {
                self.end_cell()?;
                self.end_row();
            }
            ("td" | "th", false) if self.tables == 1 => {
                self.end_cell()?;
                self.skip_covered();
                self.cell = Some((stretch(tag, "colspan"), stretch(tag, "rowspan")));
            }
            ("td" | "th", true) if self.tables == 1 => self.end_cell()?,
            ("br" | "p" | "div" | "tr" | "li", _) if self.tables > 0 => self.text.push('\n'),
            ("br" | "p" | "div" | "h1" | "h2" | "h3" | "li" | "caption", _) => self.end_cell()?,
            _ => {}
        }
        Ok(())
    }

    /// Ends a cell of the table, or a line outside of it.
    fn end_cell(&mut self) -> Result<(), String> {
        let text = std::mem::take(&mut self.text);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let text = lines.collect::<Vec<_>>().join("\n");
        let is_line = self.cell.is_none() && !text.is_empty();
        let (cols, rows) = self.cell.take().unwrap_or((0, 0));
        let value = Value::Text(bounded(&text, self.caps.cell_text_bytes));
        put(&mut self.grid, (self.row, self.col), value, &mut self.left)?;
        if (cols > 1 || rows > 1) && self.grid.merges.len() < self.caps.merges {
            let (bottom, right) = (self.row.saturating_add(rows - 1), self.col.saturating_add(cols - 1));
            self.grid.merges.push(Span { top: self.row, left: self.col, bottom, right });
        }
        self.col = self.col.saturating_add(cols);
        if is_line && self.tables == 0 {
            self.row += 1;
        }
        Ok(())
    }

    fn end_row(&mut self) {
        if self.col > 0 {
            self.row += 1;
            self.col = 0;
        }
    }

    /// Cells of rows above reach down into this one.
    fn skip_covered(&mut self) {
        let covers = |span: &&Span, row: u32, col: u32| {
            span.top < row && row <= span.bottom && (span.left..=span.right).contains(&col)
        };
        while let Some(span) =
            self.grid.merges.iter().rev().take(200).find(|span| covers(span, self.row, self.col))
        {
            self.col = span.right.saturating_add(1);
        }
    }
}

/// `colspan=3`, `ROWSPAN="2"`; 1 when absent.
fn stretch(tag: &str, name: &str) -> u32 {
    let tag = tag.to_ascii_lowercase();
    let value = tag.split_once(name).map_or("", |(_, after)| after);
    let digits: String = value
        .chars()
        .skip_while(|c| matches!(c, '=' | '"' | '\'' | ' '))
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(1).clamp(1, STRETCH_MAX)
}

/// Text with the entities that programs write.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((text, tail)) = rest.split_once('&') {
        out.push_str(text);
        let (name, after) = tail.split_once(';').filter(|(name, _)| name.len() <= 8).unwrap_or(("", tail));
        let code = name.strip_prefix('#').and_then(|code| match code.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => code.parse().ok(),
        });
        match (name, code.and_then(char::from_u32)) {
            (_, Some(c)) => out.push(c),
            ("nbsp" | "ensp" | "emsp", _) => out.push(' '),
            ("lt", _) => out.push('<'),
            ("gt", _) => out.push('>'),
            ("quot", _) => out.push('"'),
            ("amp", _) => out.push('&'),
            _ => {
                out.push('&');
                rest = tail;
                continue;
            }
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::TEST_CAPS;

    fn cells(html: &str) -> (Vec<String>, usize) {
        let grid = read_markup(html, &TEST_CAPS).unwrap().remove(0);
        let show = |cell: &crate::domain::facts::Cell| match &cell.value {
            Value::Text(text) => format!("{},{}={text}", cell.row, cell.col),
            Value::Number(number) => number.to_string(),
        };
        (grid.cells.iter().map(show).collect(), grid.merges.len())
    }

    #[test]
    fn tables_become_cells_and_what_stands_outside_rows() {
        let html = "<html><head><style>td{}</style></head><body><h2>附件4</h2><p>填报单位：甲&nbsp;学院</p><table>\
                    <tr><td rowspan=2>单位</td><td colspan=\"2\">人数</td></tr><tr><td>男</td><td>女<br>生</td></tr>\
                    <TR><TD>A&amp;B &lt;1</TD><TD>&#20013;</TD><td><table><tr><td>内</td></tr></table></td></tr></table>尾";
        let (found, merges) = cells(html);
        let wanted = [
            "0,0=附件4",
            "1,0=填报单位：甲 学院",
            "2,0=单位",
            "2,1=人数",
            "3,1=男",
            "3,2=女\n生",
            "4,0=A&B <1",
            "4,1=中",
            "4,2=内",
            "5,0=尾",
        ];
        assert_eq!((found, merges), (wanted.map(str::to_owned).to_vec(), 2));
    }

    #[test]
    fn rubbish_ends() {
        for html in [
            "<table><tr><td colspan=99999999999>x</table>",
            "<td>x</td>",
            "<!-- never ends",
            "<script>x",
            "a & b &;",
        ] {
            let _ = cells(html);
        }
    }

    #[test]
    fn a_page_that_ends_inside_its_table_says_so() {
        for html in
            ["<table><tr><td>甲</td></tr><tr><td>乙", "<table><tr><td>甲</td></tr>", "<table></table><ta"]
        {
            assert_eq!(read_markup(html, &TEST_CAPS), Err(CUT.to_owned()), "{html}");
        }
        assert_eq!(cells("<html><table><tr><td>甲</body></html>").0, ["0,0=甲"]);
    }
}
