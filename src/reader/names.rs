//! Names of parts as people see them. They never become paths on disk, but people export and open what carries them: so
//! no control, no reversed writing, no way out of a folder, no endless name, and no two parts with one path.

use std::collections::HashMap;

use crate::domain::text::is_invisible;

/// Characters of one name; its ending is kept.
const NAME_CHARS_MAX: usize = 120;
/// Folders of a member's path that are kept, the innermost: nobody looks for a file deeper than that.
const FOLDERS_MAX: usize = 16;

/// The display name of an attachment: separators in its own name become full-width (`contract.md` 4); of a path on the
/// sender's disk only the file counts.
pub fn attachment_name(raw: &str) -> String {
    let is_quoted = |quote| raw.len() > 2 && raw.starts_with(quote) && raw.ends_with(quote);
    let raw = if is_quoted('\'') { raw.trim_matches('\'') } else { raw };
    let mut segments = segments(raw);
    if is_on_disk(raw) {
        segments.drain(..segments.len().saturating_sub(1));
    }
    shorten(&segments.join("／"))
}

/// `C:\…`, `\\server\…`, `file:///…`
fn is_on_disk(raw: &str) -> bool {
    let has_drive = matches!(raw.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    has_drive || raw.starts_with("\\\\") || raw.starts_with("file://")
}

/// The display path of an archive member: its folders stay folders.
pub fn member_path(raw: &str) -> String {
    let segments: Vec<String> = segments(raw).iter().map(|segment| shorten(segment)).collect();
    let left_out = segments.len().saturating_sub(FOLDERS_MAX + 1);
    segments.into_iter().skip(left_out).collect::<Vec<_>>().join("/")
}

fn segments(raw: &str) -> Vec<String> {
    raw.split(['/', '\\']).map(clean).filter(|segment| !matches!(segment.as_str(), "" | "." | "..")).collect()
}

fn clean(segment: &str) -> String {
    let is_kept = |c: &char| !c.is_control() && !is_invisible(*c);
    segment.chars().filter(is_kept).collect::<String>().trim().to_owned()
}

fn shorten(name: &str) -> String {
    let count = name.chars().count();
    if count <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 8);
    let ending = ending.map(|ending| format!("….{ending}")).unwrap_or_else(|| "…".to_owned());
    let kept = NAME_CHARS_MAX - ending.chars().count();
    name.chars().take(kept).collect::<String>() + &ending
}

/// A stable name for a part without one: its place among its siblings and the ending of its type.
pub fn unnamed(place: usize, media_type: &str) -> String {
    format!("未命名{}.{}", place + 1, ending(media_type))
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/heic" => "heic",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "message/rfc822" => "eml",
        "application/vnd.ms-outlook" => "msg",
        "application/ms-tnef" => "dat",
        "text/html" => "html",
        "text/plain" => "txt",
        "text/calendar" => "ics",
        _ => "bin",
    }
}

/// Paths given out in one mail, each with the number that the next of its kind gets.
#[derive(Debug, Default)]
pub struct Paths(HashMap<String, usize>);

impl Paths {
    /// `PARENT/NAME`, or with ` (2)` before the ending when that path is taken.
    pub fn place(&mut self, parent: Option<&str>, name: &str) -> String {
        let whole = |name: &str| parent.map_or_else(|| name.to_owned(), |parent| format!("{parent}/{name}"));
        let folder = name.rfind('/').map_or(0, |at| at + 1);
        let dot = name.rfind('.').filter(|&dot| dot > folder).unwrap_or(name.len());
        let (stem, ending) = name.split_at(dot);
        let first = whole(name);
        let Some(mut number) = self.0.get(&first).copied() else {
            self.0.insert(first.clone(), 2);
            return first;
        };
        loop {
            let path = whole(&format!("{stem} ({number}){ending}"));
            number += 1;
            if !self.0.contains_key(&path) {
                self.0.insert(first, number);
                self.0.insert(path.clone(), 2);
                return path;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_and_hide_nothing() {
        assert_eq!(attachment_name("5/14 照片.jpg"), "5／14 照片.jpg");
        assert_eq!(attachment_name("..\\..\\x\u{202e}fdp.exe\u{7}"), "xfdp.exe");
        assert_eq!(attachment_name("材料...docx"), "材料...docx");
        assert_eq!(attachment_name("C:\\Users\\x\\5/14.pdf"), "14.pdf");
        assert_eq!(attachment_name("\\\\server\\share\\附件4.xls"), "附件4.xls");
        assert_eq!(attachment_name("'附件4.xls'"), "附件4.xls");
        assert_eq!(attachment_name("Students' work"), "Students' work");
        assert_eq!(member_path("/a/../b\\c.txt"), "a/b/c.txt");
        assert_eq!(attachment_name("../.."), "");
        let long = attachment_name(&format!("{}.xlsx", "长".repeat(300)));
        assert_eq!(long.chars().count(), 120);
        assert!(long.ends_with("….xlsx"));
        assert_eq!(attachment_name(&"长/".repeat(300)).chars().count(), 120);
        assert_eq!(member_path(&"长/".repeat(300)).matches('/').count(), 16);
    }

    #[test]
    fn no_two_parts_have_one_path() {
        let mut paths = Paths::default();
        assert_eq!(paths.place(None, "附件4.xlsx"), "附件4.xlsx");
        assert_eq!(paths.place(None, "附件4.xlsx"), "附件4 (2).xlsx");
        assert_eq!(paths.place(Some("a.zip"), "b.d/c"), "a.zip/b.d/c");
        assert_eq!(paths.place(Some("a.zip"), "b.d/c"), "a.zip/b.d/c (2)");
    }
}
