//! A workbook as other eyes see it: calamine reads its cells, the XML says how it prints.

use std::io::{Cursor, Read as _};
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};

/// One sheet: its name and its cells as text.
pub struct Sheet {
    pub name: String,
    pub rows: Vec<Vec<String>>,
    pub cells: Vec<Vec<Data>>,
}

impl Sheet {
    /// The rows below the row of headings that begins with this word, as long as their first cell is a number.
    pub fn table(&self, first: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let head = self.rows.iter().position(|row| row[0] == first);
        let head = head.unwrap_or_else(|| panic!("no heading {first} in {}: {:?}", self.name, self.rows));
        let rows = self.rows[head + 1..].iter().take_while(|row| row[0].parse::<u32>().is_ok());
        (self.rows[head].clone(), rows.cloned().collect())
    }

    pub fn says(&self, words: &str) -> bool {
        self.rows.iter().flatten().any(|cell| cell.contains(words))
    }
}

/// All sheets; none may hold a formula, and each prints on A4, one page wide, with its title on each page.
pub fn sheets(file: &Path) -> Vec<Sheet> {
    let bytes = std::fs::read(file).unwrap();
    print_setup(&bytes);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    assert!(!names.is_empty());
    let mut all = Vec::new();
    for name in names {
        assert!(name.encode_utf16().count() <= 31, "{name}");
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.used_cells().next().is_none(), "a formula in {name}");
        let range = book.worksheet_range(&name).unwrap();
        let cells: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
        let text = |cell: &Data| match cell {
            Data::DateTime(at) => {
                let (_, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
                format!("{month:02}-{day:02} {hour:02}:{minute:02}")
            }
            other => other.to_string(),
        };
        let rows = cells.iter().map(|row| row.iter().map(text).collect()).collect();
        all.push(Sheet { name, rows, cells });
    }
    all
}

fn print_setup(bytes: &[u8]) {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut looked = 0;
    let names: Vec<String> = book.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: &str| {
        let mut text = String::new();
        book.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
        let xml = read(name);
        for wanted in [
            "paperSize=\"9\"",
            "fitToHeight=\"0\"",
            "<printOptions horizontalCentered=\"1\"/>",
            "<oddFooter>&amp;L",
            "第 &amp;P 页，共 &amp;N 页",
            "截至",
        ] {
            assert!(xml.contains(wanted), "{name} lacks {wanted}");
        }
        assert!(xml.contains("state=\"frozen\""), "{name} has no frozen heading");
        looked += 1;
    }
    let workbook = read("xl/workbook.xml");
    assert_eq!(workbook.matches("_xlnm.Print_Titles").count(), looked, "title and headings on each page");
    assert_eq!(workbook.matches("_xlnm.Print_Area").count(), looked);
    assert!(looked > 0);
}

/// Telephone numbers, QQ numbers and mail addresses in a text: digits in a row that are no day and no hash, or an `@`.
pub fn numbers_of_people(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let words = text.split(|c: char| !is_word(c));
    let of_people = |word: &&str| {
        let is_digits = word.chars().all(|c| c.is_ascii_digit());
        is_digits && word.len() >= 7 && !word.starts_with("20")
    };
    words.filter(of_people).map(str::to_owned).collect()
}
