//! Workbooks that are one XML file: those of Excel 2003 (`<Workbook>`, written by many web systems) and the content of
//! an OpenDocument sheet (ods). Read as a stream and by our own hand: what a cell repeats, skips or spans is bounded here,
//! and libraries believe it.

use std::collections::HashSet;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::value::{bounded, percent, put};
use super::{Caps, Grids, Left, TOO_MANY_SHEETS};
use crate::domain::facts::{Grid, NOT_CALCULATED, Span, Value};

/// Rows and columns of a sheet; what lies beyond is no sheet's.
const ROWS_MAX: u32 = 1_048_576;
const COLS_MAX: u32 = 16_384;
/// Cells that one cell may repeat itself into; blank ones repeat freely.
const REPEATS_MAX: u32 = 256;

/// Reads the workbook that `xml` is, in either dialect.
pub fn read_xml(xml: impl BufRead, caps: &Caps) -> Grids {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let mut book = Book::new(caps);
    let mut buffer = Vec::new();
    let mut open = 0i64;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => {
                open += 1;
                book.start(&tag);
            }
            Ok(Event::Empty(tag)) => {
                book.start(&tag);
                book.end(tag.local_name().as_ref())?;
            }
            Ok(Event::End(tag)) => {
                open -= 1;
                book.end(tag.local_name().as_ref())?;
            }
            Ok(Event::Text(text)) => book.text(&text),
            Ok(Event::CData(text)) => book.text(&text),
            Ok(Event::GeneralRef(entity)) => match &*entity {
                "amp" => book.text("&"),
                "lt" => book.text("<"),
                "gt" => book.text(">"),
                "quot" => book.text("\""),
                "apos" => book.text("'"),
                _ => {
                    if let Ok(Some(c)) = entity.resolve_char_ref() {
                        book.text(c.encode_utf8(&mut [0; 4]));
                    }
                }
            },
            Ok(Event::Eof) if book.is_beyond => return Err(TOO_MANY_SHEETS.to_owned()),
            Ok(Event::Eof) if open == 0 && !book.grids.is_empty() => return Ok(book.grids),
            Ok(Event::Eof) | Err(_) => return Err("表格内容已损坏，读不出".to_owned()),
            Ok(_) => {}
        }
    }
}

/// What is known of the cell that is open.
#[derive(Default)]
struct Open {
    kind: String,
    /// The value in an attribute, where the text is only how it is shown.
    stored: Option<String>,
    is_percent: bool,
    has_formula: bool,
    text: String,
    repeats: u32,
    across: u32,
    down: u32,
}

struct Book<'x> {
    caps: &'x Caps,
    left: Left,
    grids: Vec<Grid>,
    /// There are more sheets than are read.
    is_beyond: bool,
    row: u32,
    col: u32,
    row_repeats: u32,
    cell: Option<Open>,
    /// Comments inside cells.
    silence: u32,
    /// Style that is open, and those that show percentages or are of hidden sheets.
    style: String,
    percents: HashSet<String>,
    hidden: HashSet<String>,
}

impl<'x> Book<'x> {
    fn new(caps: &'x Caps) -> Self {
        Self {
            caps,
            left: Left::of(caps),
            grids: Vec::new(),
            is_beyond: false,
            row: 0,
            col: 0,
            row_repeats: 1,
            cell: None,
            silence: 0,
            style: String::new(),
            percents: HashSet::new(),
            hidden: HashSet::new(),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        match name.as_ref() {
            "Style" => self.style = attribute(tag, "ID").unwrap_or_default(),
            "style" => self.style = attribute(tag, "name").unwrap_or_default(),
            "NumberFormat" if attribute(tag, "Format").is_some_and(|f| f == "Percent" || f.contains('%')) => {
                self.percents.insert(self.style.clone());
            }
            "table-properties" if attribute(tag, "display").as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "Worksheet" => self.sheet(attribute(tag, "Name"), false),
            "table" => {
                let style = attribute(tag, "style-name").unwrap_or_default();
                self.sheet(attribute(tag, "name"), self.hidden.contains(&style));
            }
            "Row" => self.row = jump(tag, self.row),
            "table-row" => self.row_repeats = number(tag, "number-rows-repeated").unwrap_or(1).max(1),
            "Cell" => self.excel_cell(tag),
            "Data" => {
                if let Some(cell) = &mut self.cell {
                    cell.kind = attribute(tag, "Type").unwrap_or_default();
                }
            }
            "table-cell" | "covered-table-cell" => self.open_cell(tag),
            "Comment" | "annotation" => self.silence += 1,
            "p" => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.text.is_empty()) {
                    cell.text.push('\n');
                }
            }
            "s" | "tab" => self.text(" "),
            "line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "Comment" | "annotation" => self.silence = self.silence.saturating_sub(1),
            "Cell" | "table-cell" | "covered-table-cell" => return self.end_cell(),
            "Row" => (self.row, self.col) = (self.row.saturating_add(1), 0),
            "table-row" => {
                (self.row, self.col) = (self.row.saturating_add(self.row_repeats), 0);
                self.row_repeats = 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let room = self.caps.cell_text_bytes;
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.text.len() < room && self.silence == 0) {
            cell.text.push_str(&bounded(text, room));
        }
    }

    fn sheet(&mut self, name: Option<String>, hidden: bool) {
        self.is_beyond = self.grids.len() >= self.caps.sheets;
        (self.row, self.col, self.row_repeats) = (0, 0, 1);
        if !self.is_beyond {
            self.grids.push(Grid { sheet: name.unwrap_or_default(), hidden, ..Grid::default() });
        }
    }

    /// A cell of Excel 2003: its place may jump, its type stands in its `Data`.
    fn excel_cell(&mut self, tag: &BytesStart<'_>) {
        self.col = jump(tag, self.col);
        let style = attribute(tag, "StyleID").unwrap_or_default();
        self.cell = Some(Open {
            is_percent: self.percents.contains(&style),
            has_formula: attribute(tag, "Formula").is_some(),
            repeats: 1,
            across: number(tag, "MergeAcross").unwrap_or(0),
            down: number(tag, "MergeDown").unwrap_or(0),
            ..Open::default()
        });
    }

    /// A cell of OpenDocument: type and value are its attributes, and it may stand for many.
    fn open_cell(&mut self, tag: &BytesStart<'_>) {
        let kind = attribute(tag, "value-type").unwrap_or_default();
        let stored = ["value", "date-value", "boolean-value"].iter().find_map(|name| attribute(tag, name));
        self.cell = Some(Open {
            is_percent: kind == "percentage",
            kind,
            stored,
            has_formula: attribute(tag, "formula").is_some(),
            repeats: number(tag, "number-columns-repeated").unwrap_or(1).max(1),
            across: number(tag, "number-columns-spanned").unwrap_or(1).saturating_sub(1),
            down: number(tag, "number-rows-spanned").unwrap_or(1).saturating_sub(1),
            ..Open::default()
        });
    }

    fn end_cell(&mut self) -> Result<(), String> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let (row, col) = (self.row, self.col);
        let repeats = cell.repeats.saturating_add(cell.stretch_of_excel());
        self.col = col.saturating_add(repeats);
        let Some(grid) = self.grids.last_mut().filter(|_| !self.is_beyond) else { return Ok(()) };
        if row >= ROWS_MAX || col >= COLS_MAX {
            return Ok(());
        }
        if (cell.across > 0 || cell.down > 0) && grid.merges.len() < self.caps.merges {
            let bottom = row.saturating_add(cell.down).min(ROWS_MAX - 1);
            let right = col.saturating_add(cell.across).min(COLS_MAX - 1);
            grid.merges.push(Span { top: row, left: col, bottom, right });
        }
        let value = cell.value();
        if matches!(&value, Value::Text(text) if text.trim().is_empty()) {
            return Ok(());
        }
        for down in 0..self.row_repeats.min(REPEATS_MAX) {
            for across in 0..cell.repeats.min(REPEATS_MAX) {
                put(grid, (row + down, col + across), value.clone(), &mut self.left)?;
            }
        }
        Ok(())
    }
}

impl Open {
    /// Excel leaves out the cells that a merged one covers; OpenDocument writes them.
    fn stretch_of_excel(&self) -> u32 {
        let is_excel = self.stored.is_none()
            && matches!(self.kind.as_str(), "" | "String" | "Number" | "DateTime" | "Boolean" | "Error");
        if is_excel { self.across } else { 0 }
    }

    fn value(&self) -> Value {
        let raw = self.stored.as_deref().unwrap_or(&self.text).trim();
        if self.has_formula && raw.is_empty() && self.kind.is_empty() {
            return Value::Text(NOT_CALCULATED.to_owned());
        }
        match self.kind.as_str() {
            "Number" | "float" | "currency" | "percentage" => match raw.parse::<f64>() {
                Ok(number) if self.is_percent => Value::Text(percent(number)),
                Ok(number) => Value::Number(number),
                Err(_) => Value::Text(self.text.clone()),
            },
            // 2023-05-16T00:00:00.000
            "DateTime" | "date" => {
                let (day, time) = raw.split_once('T').unwrap_or((raw, ""));
                let time = time.split('.').next().unwrap_or_default();
                let is_midnight = time.chars().all(|c| matches!(c, '0' | ':'));
                Value::Text(if is_midnight { day.to_owned() } else { format!("{day} {time}") })
            }
            "Boolean" | "boolean" => {
                Value::Text(if matches!(raw, "1" | "true") { "TRUE" } else { "FALSE" }.to_owned())
            }
            _ => Value::Text(self.text.trim().to_owned()),
        }
    }
}

/// The next place, or the one that `ss:Index` names, from 1.
fn jump(tag: &BytesStart<'_>, next: u32) -> u32 {
    number(tag, "Index").and_then(|index| index.checked_sub(1)).unwrap_or(next).max(next)
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

/// An attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0);
    Some(value.map_or_else(|_| found.value.clone().into_owned(), std::borrow::Cow::into_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::TEST_CAPS;

    fn shown(xml: &str) -> Vec<String> {
        let grids = read_xml(xml.as_bytes(), &TEST_CAPS).unwrap();
        let mut lines = Vec::new();
        for grid in grids {
            lines.push(format!("{} {} {:?}", grid.sheet, grid.hidden, grid.merges.len()));
            lines.extend(grid.cells.iter().map(|cell| match &cell.value {
                Value::Text(text) => format!("{},{}={text}", cell.row, cell.col),
                Value::Number(number) => format!("{},{}:{number}", cell.row, cell.col),
            }));
        }
        lines
    }

    #[test]
    fn a_workbook_of_excel_2003_is_read() {
        let xml = r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
            xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><NumberFormat ss:Format="0%"/>
            </Style></Styles><Worksheet ss:Name="表"><Table><Row><Cell ss:MergeAcross="2"><Data ss:Type="String">题 &amp; 目</Data>
            </Cell><Cell><Data ss:Type="Number">1</Data></Cell></Row><Row ss:Index="4"><Cell ss:Index="2" ss:StyleID="s1">
            <Data ss:Type="Number">0.85</Data></Cell><Cell><Data ss:Type="DateTime">2023-05-16T00:00:00.000</Data></Cell>
            <Cell ss:Formula="=1+1"/></Row></Table></Worksheet></Workbook>"#;
        assert_eq!(
            shown(xml),
            ["表 false 1", "0,0=题 & 目", "0,3:1", "3,1=85%", "3,2=2023-05-16", "3,3=#公式未计算"]
        );
    }

    #[test]
    fn an_open_document_is_read_and_what_it_repeats_is_bounded() {
        let xml = r#"<office:spreadsheet><table:table table:name="表"><table:table-row>
            <table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>题</text:p><text:p>目</text:p>
            </table:table-cell><table:covered-table-cell/><table:table-cell office:value-type="percentage" office:value="0.5">
            <text:p>50%</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048570">
            <table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row>
            <table:table-cell office:value-type="date" office:date-value="2023-05-16"/></table:table-row></table:table>
            </office:spreadsheet>"#;
        assert_eq!(shown(xml), ["表 false 1", "0,0=题\n目", "0,2=50%", "1048571,0=2023-05-16"]);
        let cells = r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>"#;
        let bomb = format!(r#"<table><table-row number-rows-repeated="1048576">{cells}</table-row></table>"#);
        assert!(read_xml(bomb.as_bytes(), &TEST_CAPS).unwrap_err().contains("过大"));
    }

    #[test]
    fn a_cut_file_says_so() {
        for cut in ["<Workbook><Work", "<Workbook><Worksheet><Table><Row><Cell><Data>1</Data></Cell></Row>"] {
            assert!(read_xml(cut.as_bytes(), &TEST_CAPS).unwrap_err().contains("损坏"), "{cut}");
        }
    }
}
