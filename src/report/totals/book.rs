//! The merged form as a workbook: the table, its subtotals and rankings, what is not in it, and where every figure was
//! read. Numbers are numbers, text stays text whatever it begins with, and each sheet is ready to print.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr as _;

use super::Totals;
use super::files::{self, Cell, Grid};
use crate::domain::campaign::Campaign;
use crate::domain::template::Template;

/// Rows above the first row of a grid: caption and headings.
const ABOVE: u32 = 2;
/// Narrowest and widest column, in half-width characters.
const WIDTHS: (usize, usize) = (6, 40);
/// A4.
const PAPER: u8 = 9;

/// The workbook's bytes.
///
/// # Errors
/// When the workbook cannot be built, in the library's words.
pub fn totals_workbook(totals: &Totals, campaign: &Campaign, form: &Template) -> Result<Vec<u8>, String> {
    build(totals, campaign, form).map_err(|error| error.to_string())
}

fn build(totals: &Totals, campaign: &Campaign, form: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let caption = files::caption(totals, campaign, form);
    let office = &campaign.office;
    let looks = Looks::new();
    let table = workbook.add_worksheet();
    looks.fill(table, "汇总表", &caption, office, &files::table(totals, campaign, form))?;
    mark_flaws(table, totals, form)?;
    if files::has_figures(form) {
        looks.fill(
            workbook.add_worksheet(),
            "分类分市州",
            &caption,
            office,
            &files::subtotals(totals, form),
        )?;
        looks.fill(workbook.add_worksheet(), "排名", &caption, office, &files::rankings(totals))?;
    }
    looks.fill(workbook.add_worksheet(), "未计入", &caption, office, &files::left_out(totals, campaign))?;
    looks.fill(workbook.add_worksheet(), "来源", &caption, office, &files::sources(totals, form))?;
    workbook.save_to_buffer()
}

/// How cells look.
struct Looks {
    title: Format,
    head: Format,
    text: Format,
    count: Format,
    share: Format,
}

impl Looks {
    fn new() -> Self {
        let plain = Format::new().set_border(FormatBorder::Thin).set_font_name("宋体").set_font_size(10.5);
        let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(0xED_ED_ED);
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_name("宋体"),
            head: head
                .set_text_wrap()
                .set_font_name("黑体")
                .set_font_size(10.5)
                .set_align(FormatAlign::Center),
            text: plain.clone().set_text_wrap(),
            count: plain.clone().set_num_format("0"),
            share: plain.set_num_format("0.0%"),
        }
    }

    fn fill(
        &self,
        sheet: &mut Worksheet,
        name: &str,
        caption: &str,
        office: &str,
        grid: &Grid,
    ) -> Result<(), XlsxError> {
        sheet.set_name(name)?;
        sheet.write_string_with_format(0, 0, caption, &self.title)?;
        for (column, text) in (0u16..).zip(&grid.head) {
            sheet.write_string_with_format(1, column, text, &self.head)?;
            sheet.set_column_width(column, width(grid, usize::from(column)))?;
        }
        for (row, cells) in (ABOVE..).zip(&grid.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => sheet.write_string_with_format(row, column, text, &self.text)?,
                    // Exact up to 2^53, as spreadsheets are.
                    Cell::Count(count) => {
                        sheet.write_number_with_format(row, column, *count as f64, &self.count)?
                    }
                    Cell::Share(share) => sheet.write_number_with_format(row, column, *share, &self.share)?,
                    Cell::Nothing => sheet.write_blank(row, column, &self.text)?,
                };
            }
        }
        sheet.set_freeze_panes(ABOVE, 2)?;
        sheet.set_repeat_rows(0, 1)?;
        sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
        sheet.set_footer(format!("&L{}&C第 &P 页，共 &N 页", office.replace('&', "&&")));
        Ok(())
    }
}

/// As wide as its longest cell, within reason; headings wrap.
fn width(grid: &Grid, column: usize) -> f64 {
    let cells = grid.rows.iter().filter_map(|row| row.get(column));
    let longest = cells.map(|cell| cell.text().width()).max().unwrap_or(0);
    let (narrowest, widest) = WIDTHS;
    u32::try_from((longest + 1).clamp(narrowest, widest)).map_or(10.0, f64::from)
}

/// A cell with a flaw says so when pointed at: most of all one that could not be read and is empty.
fn mark_flaws(sheet: &mut Worksheet, totals: &Totals, form: &Template) -> Result<(), XlsxError> {
    for (row, column, told) in files::flawed_cells(totals, form) {
        let (Ok(row), Ok(column)) = (u32::try_from(row), u16::try_from(column)) else { continue };
        sheet.insert_note(ABOVE + row, column, &Note::new(told).set_author("shouwen"))?;
    }
    Ok(())
}
