//! A book as a workbook that opens in WPS, Excel and LibreOffice and prints as it is: A4, one page wide, title and
//! headings on each page. Numbers are numbers, moments are moments, text stays text whatever it begins with, and no cell
//! is a formula: previews in chat programs do not calculate.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr as _;

use super::names::sheet_names;
use super::{Book, Sheet};
use crate::report::grid::{Cell, Grid};
use crate::report::table::clean;

/// Narrowest and widest column where the grid does not say, in half-width characters.
const WIDTHS: (usize, usize) = (6, 40);
/// A4.
const PAPER: u8 = 9;
/// Height of a row of one line, and of each further one, in points.
const ROW_POINTS: f64 = 22.0;
const LINE_POINTS: f64 = 14.0;
/// Spreadsheets know no higher row, in points.
const MAX_POINTS: f64 = 400.0;
/// Margins in inches: left and right, top, bottom (15, 20 and 18 mm); head and foot stand within.
const MARGINS: (f64, f64, f64) = (0.59, 0.79, 0.71);
const HEAD_FOOT_INCHES: f64 = 0.3;
/// Characters of the office's name at the foot of a page; the whole foot has room for 255.
const OFFICE_CHARS: usize = 80;
/// Widest column whose words stand centred, in half-width characters.
const WORD_WIDTH: f64 = 15.0;
/// The one fill: grey behind headings.
const HEAD_FILL: u32 = 0xED_ED_ED;

pub(super) fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let as_of = excel_moment(book.as_of)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(clean(&book.name))
            .set_author(clean(&book.office))
            .set_creation_datetime(&as_of),
    );
    let looks = Looks::new();
    let names = sheet_names(book.sheets.iter().map(|sheet| sheet.name.as_str()));
    for (sheet, name) in book.sheets.iter().zip(names) {
        let page = workbook.add_worksheet();
        page.set_name(name)?;
        looks.fill(page, sheet, book)?;
        let office: String = clean(&book.office).chars().take(OFFICE_CHARS).collect();
        page.set_footer(format!(
            "&L{}&C第 &P 页，共 &N 页&R{}",
            office.replace('&', "&&"),
            book.stamp().replace('&', "&&")
        ));
    }
    workbook.save_to_buffer()
}

fn excel_moment(at: jiff::civil::DateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        u16::from(part(at.hour())),
        part(at.minute()),
        f64::from(at.second()),
    )
}

/// How cells look.
struct Looks {
    title: Format,
    lead: Format,
    sign: Format,
    head: Format,
    text: Format,
    centred: Format,
    count: Format,
    share: Format,
    amount: Format,
    moment: Format,
}

impl Looks {
    fn new() -> Self {
        let song = || Format::new().set_font_name("宋体").set_align(FormatAlign::VerticalCenter);
        let body = || song().set_font_size(10.5);
        let cell = || body().set_border(FormatBorder::Thin);
        let head = cell().set_font_name("黑体").set_background_color(HEAD_FILL);
        Self {
            title: song().set_font_size(16).set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            lead: body().set_align(FormatAlign::Left).set_text_wrap(),
            sign: body().set_align(FormatAlign::Right),
            head: head.set_align(FormatAlign::Center).set_text_wrap(),
            text: cell().set_text_wrap(),
            centred: cell().set_align(FormatAlign::Center).set_text_wrap(),
            count: cell().set_num_format("0").set_align(FormatAlign::Right),
            share: cell().set_num_format("0.0%").set_align(FormatAlign::Right),
            amount: cell().set_num_format("General").set_align(FormatAlign::Right),
            moment: cell().set_num_format("m\"月\"d\"日\" hh:mm").set_align(FormatAlign::Center),
        }
    }

    fn fill(&self, page: &mut Worksheet, sheet: &Sheet, book: &Book) -> Result<(), XlsxError> {
        let grid = &sheet.grid;
        let widths: Vec<f64> = (0..grid.head.len()).map(|column| width(grid, column)).collect();
        let last = u16::try_from(grid.head.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let across: f64 = widths.iter().sum::<f64>().max(20.0);
        for (column, width) in (0u16..).zip(&widths) {
            page.set_column_width(column, *width)?;
        }
        let mut row = 0;
        self.line(page, &mut row, (last, across * 0.6), &sheet.title, &self.title)?;
        if !sheet.lead.is_empty() {
            self.line(page, &mut row, (last, across), &sheet.lead, &self.lead)?;
        }
        if !grid.head.is_empty() {
            row = self.table(page, row, grid, &widths)?;
        }
        let first = row.saturating_sub(u32::try_from(grid.rows.len()).unwrap_or(0));
        for (at, column, text) in &sheet.remarks {
            let (Ok(at), Ok(column)) = (u32::try_from(*at), u16::try_from(*column)) else { continue };
            page.insert_note(first + at, column, &Note::new(clean(text)).set_author("shouwen"))?;
        }
        for note in &sheet.notes {
            self.line(page, &mut row, (last, across), note, &self.lead)?;
        }
        if sheet.is_signed {
            self.line(page, &mut row, (last, across), &book.signature(), &self.sign)?;
        }
        page.set_print_area(0, 0, row.saturating_sub(1), last)?;
        if sheet.is_upright {
            page.set_portrait()
        } else {
            page.set_landscape()
        };
        let (side, top, bottom) = MARGINS;
        page.set_margins(side, side, top, bottom, HEAD_FOOT_INCHES, HEAD_FOOT_INCHES);
        page.set_paper_size(PAPER).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        Ok(())
    }

    /// One line across all columns, as high as its text.
    fn line(
        &self,
        page: &mut Worksheet,
        row: &mut u32,
        (last, across): (u16, f64),
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let text = Cell::Text(text.to_owned()).text();
        match last {
            0 => page.write_string_with_format(*row, 0, &text, format)?,
            _ => page.merge_range(*row, 0, *row, last, &text, format)?,
        };
        // A merged range is formatted text by text: `=` at its head is none of a formula.
        page.write_string_with_format(*row, 0, &text, format)?;
        page.set_row_height(*row, height(lines(&text, across)))?;
        *row += 1;
        Ok(())
    }

    /// Headings and rows from `row` on; the row after them.
    fn table(&self, page: &mut Worksheet, row: u32, grid: &Grid, widths: &[f64]) -> Result<u32, XlsxError> {
        let mut row = row;
        if !grid.over.is_empty() {
            let mut column = 0u16;
            for (text, span) in &grid.over {
                let span = u16::try_from(*span).unwrap_or(1).max(1);
                if span > 1 {
                    page.set_row_height(row, ROW_POINTS)?;
                    page.merge_range(row, column, row, column + span - 1, "", &self.head)?;
                }
                page.write_string_with_format(row, column, clean(text), &self.head)?;
                column += span;
            }
            row += 1;
        }
        let wraps = grid.head.iter().zip(widths).map(|(text, width)| lines(text, *width)).max();
        page.set_row_height(row, height(wraps.unwrap_or(1)))?;
        for (column, text) in (0u16..).zip(&grid.head) {
            page.write_string_with_format(row, column, clean(text), &self.head)?;
        }
        let (head, first) = (row, row + 1);
        for (row, cells) in (first..).zip(&grid.rows) {
            let wraps = cells.iter().zip(widths).map(|(cell, width)| lines(&cell.text(), *width)).max();
            page.set_row_height(row, height(wraps.unwrap_or(1)))?;
            for ((column, cell), width) in (0u16..).zip(cells).zip(widths) {
                self.cell(page, (row, column), cell, *width)?;
            }
        }
        let rows = u32::try_from(grid.rows.len()).unwrap_or(u32::MAX);
        let after = first.saturating_add(rows);
        let filtered = after.saturating_sub(1 + u32::try_from(grid.foot).unwrap_or(0));
        let last = u16::try_from(grid.head.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if filtered > head {
            page.autofilter(head, 0, filtered, last)?;
        }
        page.set_freeze_panes(first, 2.min(last))?;
        page.set_repeat_rows(0, head)?;
        Ok(after)
    }

    fn cell(
        &self,
        page: &mut Worksheet,
        (row, column): (u32, u16),
        cell: &Cell,
        width: f64,
    ) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(_) => {
                let text = cell.text();
                // Words of standing stand centred; what is written into a wide column does not.
                let format = if width <= WORD_WIDTH && column != 1 { &self.centred } else { &self.text };
                page.write_string_with_format(row, column, text, format)?
            }
            // Exact up to 2^53, as spreadsheets are.
            Cell::Count(count) if column == 0 => {
                page.write_number_with_format(row, column, *count as f64, &self.centred)?
            }
            Cell::Count(count) => page.write_number_with_format(row, column, *count as f64, &self.count)?,
            Cell::Share(share) => page.write_number_with_format(row, column, *share, &self.share)?,
            Cell::Amount(amount) => {
                page.write_number_with_format(row, column, *amount as f64 / 1e6, &self.amount)?
            }
            Cell::Moment(at) => {
                page.write_datetime_with_format(row, column, &excel_moment(*at)?, &self.moment)?
            }
            Cell::Nothing => page.write_blank(row, column, &self.text)?,
        };
        Ok(())
    }
}

/// What the grid says, else as wide as the longest cell, within reason; headings wrap.
fn width(grid: &Grid, column: usize) -> f64 {
    if let Some(width) = grid.widths.get(column) {
        return f64::from(*width);
    }
    let cells = grid.rows.iter().filter_map(|row| row.get(column));
    let longest = cells.map(|cell| cell.text().width()).max().unwrap_or(0);
    let (narrowest, widest) = WIDTHS;
    u32::try_from((longest + 2).clamp(narrowest, widest)).map_or(10.0, f64::from)
}

/// How many lines a text takes in a column so wide. A little less than the column holds, for fonts differ.
fn lines(text: &str, width: f64) -> u32 {
    let needed = u32::try_from(text.width()).map_or(f64::MAX, f64::from);
    let lines = (needed / (width - 1.0).max(1.0)).ceil().clamp(1.0, 100.0);
    // Between 1 and 100.
    lines as u32
}

fn height(lines: u32) -> f64 {
    (ROW_POINTS + LINE_POINTS * f64::from(lines.saturating_sub(1))).min(MAX_POINTS)
}
