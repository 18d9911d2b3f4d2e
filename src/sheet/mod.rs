//! Workbooks to bounded grids. The parser in use believes what a file says of itself and asks for hundreds of gigabytes
//! (`crates.md` 3c), so the bounds are checked before it opens a file, and cells are taken one by one.
//!
//! A number is kept as stored, except where its cell is formatted as a percentage: that becomes the text a person
//! reads, `95%` for 0.95 and `9500%` for 95, since without its format a 95 cannot be told from 95 %.

mod biff;
mod lines;
mod markup;
mod ods;
mod old;
mod value;
mod xlsx;
mod xml;

pub use lines::read_lines;
pub use markup::read_markup;
pub use ods::read_ods;
pub use old::read_xls;
pub use xlsx::read_xlsx;
pub use xml::read_xml;

use crate::domain::facts::Grid;

/// What is said of a workbook that would cost more than it may.
pub const TOO_LARGE: &str = "表格过大，未读取";

/// What is said of a workbook of more sheets than are read: which of them matter nobody knows.
const TOO_MANY_SHEETS: &str = "工作表过多，未读取，请只留填好的工作表重新报送";

/// What a workbook may cost.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Sheets that are read; a workbook of more is not.
    pub sheets: usize,
    /// Cells with a value in the whole workbook.
    pub cells: usize,
    /// Bytes of text in all cells.
    pub text_bytes: usize,
    /// Bytes of text in one cell.
    pub cell_text_bytes: usize,
    /// Merged ranges of one sheet.
    pub merges: usize,
    /// Shared strings that a workbook may announce.
    pub shared_strings: u64,
    /// Rows times columns of the rectangles around the cells of all sheets of an old (BIFF) workbook.
    pub old_area: u64,
}

/// What is left of the caps while a workbook is read.
pub(crate) struct Left {
    cells: usize,
    text_bytes: usize,
}

impl Left {
    fn of(caps: &Caps) -> Self {
        Self { cells: caps.cells, text_bytes: caps.text_bytes }
    }

    /// Counts one cell; an error in words for staff when there is no room for it.
    fn take(&mut self, text_bytes: usize) -> Result<(), String> {
        if self.cells == 0 || self.text_bytes < text_bytes {
            return Err(TOO_LARGE.to_owned());
        }
        self.cells -= 1;
        self.text_bytes -= text_bytes;
        Ok(())
    }
}

/// Grids of a workbook, or why there are none, in words for staff.
pub type Grids = Result<Vec<Grid>, String>;

#[cfg(test)]
const TEST_CAPS: Caps = Caps {
    sheets: 5,
    cells: 1000,
    text_bytes: 10_000,
    cell_text_bytes: 1000,
    merges: 10,
    shared_strings: 100,
    old_area: 1000,
};
