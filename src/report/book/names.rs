//! Names of files and sheets that Windows, WPS and Excel take: made from titles that people wrote in configuration.

use std::collections::BTreeSet;

/// Bytes of one file name; Windows and old archivers trip over longer ones in Chinese.
pub const NAME_BYTES: usize = 120;
/// UTF-16 units of a sheet's name.
const SHEET_UNITS: usize = 31;
/// Names that Windows keeps for devices, with or without an ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// `name` as the name of a file or folder: no path, no character that Windows forbids or that turns the direction of
/// text, no device, no blank or dot at an end, at most `NAME_BYTES` bytes; what is cut is cut before `ending`, which
/// includes its dot.
pub fn file_name(name: &str, ending: &str) -> String {
    let ending: String = legal(ending).chars().filter(|c| !c.is_whitespace()).collect();
    let room = NAME_BYTES.saturating_sub(ending.len());
    let legal = legal(name);
    let cut = up_to(legal.trim_start_matches(['.', ' ', '\u{3000}']), room);
    let cut = cut.trim_end_matches(['.', ' ', '\u{3000}']);
    let stem = cut.split('.').next().unwrap_or_default().trim_end();
    let is_device = RESERVED.iter().any(|device| stem.eq_ignore_ascii_case(device));
    match cut {
        "" => format!("未命名{ending}"),
        _ if is_device => format!("_{}{ending}", up_to(cut, room.saturating_sub(1))),
        _ => format!("{cut}{ending}"),
    }
}

/// `text` with every character replaced that some file system refuses.
fn legal(text: &str) -> String {
    let one = |c: char| match c {
        '/' | '\\' => Some('／'),
        ':' => Some('：'),
        '*' => Some('＊'),
        '?' => Some('？'),
        '"' => Some('＂'),
        '<' => Some('＜'),
        '>' => Some('＞'),
        '|' => Some('｜'),
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    };
    text.chars().filter_map(one).collect()
}

/// The longest beginning of `text` that has at most so many bytes.
pub(in crate::report) fn up_to(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Names of sheets as a workbook takes them: legal, at most 31 units long, no two alike but for case.
pub(super) fn sheet_names<'a>(wanted: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut unique = |wanted: &str| {
        let legal: String = wanted
            .chars()
            .filter(|c| !c.is_control() && !"[]:*?/\\'".contains(*c) && *c != '\u{202e}')
            .collect();
        let legal = if legal.trim().is_empty() { "表".to_owned() } else { legal };
        let mut name = first_units(&legal, SHEET_UNITS);
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            let tail = format!("（{number}）");
            name = first_units(&legal, SHEET_UNITS - tail.chars().count()) + &tail;
            number += 1;
        }
        name
    };
    wanted.map(&mut unique).collect()
}

fn first_units(text: &str, most: usize) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= most
    };
    text.trim().chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder_or_hides_what_it_is() {
        for (name, ending, safe) in [
            ("../../etc/passwd", "", "／..／etc／passwd"),
            ("..\\..\\a", ".xlsx", "／..／a.xlsx"),
            ("..", "", "未命名"),
            (".bashrc", "", "bashrc"),
            ("C:\\x?*", ".xls", "C：／x？＊.xls"),
            ("方案\u{202e}xcod", ".exe", "方案xcod.exe"),
            ("con", ".xlsx", "_con.xlsx"),
            ("NUL.tar", ".gz", "_NUL.tar.gz"),
            ("COM10", "", "COM10"),
            ("报告. . ", "", "报告"),
            ("a\nb\0", "", "ab"),
            ("", ".pdf", "未命名.pdf"),
        ] {
            assert_eq!(file_name(name, ending), safe, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_keeps_its_ending() {
        for length in 100..140 {
            let name = file_name(&"长".repeat(length), ".docx");
            assert!(name.len() <= NAME_BYTES && name.ends_with("长.docx"), "{name}");
        }
        assert!(!file_name("a", &"。".repeat(200)).is_empty());
    }

    #[test]
    fn sheets_have_names_of_their_own() {
        let long = "市(州)教育主管部门".repeat(4);
        let names = sheet_names([long.as_str(), long.as_str(), "a/b", "A\\B", "", "["].into_iter());
        assert!(names.iter().all(|name| name.encode_utf16().count() <= SHEET_UNITS), "{names:?}");
        assert_eq!(names[2..], ["ab", "AB（2）", "表", "表（2）"]);
        assert_ne!(names[0], names[1]);
    }
}
