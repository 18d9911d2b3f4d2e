//! The catalogue of material that is taken along: one line a file, so that whoever gets the folder knows whose each is.

use rust_xlsxwriter::{Format, FormatBorder, Workbook, XlsxError};

/// Headings with the width of each column.
const HEADS: [(&str, f64); 8] = [
    ("序号", 6.0),
    ("单位", 30.0),
    ("日期", 10.0),
    ("题名", 36.0),
    ("图说", 40.0),
    ("类型", 8.0),
    ("原文件名", 40.0),
    ("来件编号", 10.0),
];

/// One file.
#[derive(Debug, Clone)]
pub struct GalleryRow {
    /// Name of the unit.
    pub unit: String,
    /// Day, in words.
    pub day: String,
    /// Name under which it is taken along.
    pub title: String,
    /// What a person wrote under it.
    pub caption: String,
    /// What it is, in words.
    pub kind: String,
    /// Name under which it came.
    pub name: String,
    /// Register number of its mail.
    pub message: i64,
}

/// The catalogue as a workbook. What others wrote stays text.
///
/// # Errors
/// When the workbook cannot be written, in words.
pub fn gallery_workbook(rows: &[GalleryRow]) -> Result<Vec<u8>, String> {
    build(rows).map_err(|error| error.to_string())
}

fn build(rows: &[GalleryRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("目录")?;
    let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(0xED_ED_ED);
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap();
    for (column, (title, width)) in (0u16..).zip(HEADS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, title, &head)?;
    }
    for (number, row) in (1u32..).zip(rows) {
        sheet.write_number_with_format(number, 0, number, &cell)?;
        let texts = [&row.unit, &row.day, &row.title, &row.caption, &row.kind, &row.name];
        for (column, text) in (1u16..).zip(texts) {
            sheet.write_string_with_format(number, column, text.as_str(), &cell)?;
        }
        sheet.write_string_with_format(number, 7, format!("#{}", row.message), &cell)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}
