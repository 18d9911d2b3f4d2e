//! Names of files that are not yet complete: browsers and download programs put an ending of their own behind a file's, and take it
//! off when all is there. What the file is to be stands before it.

/// What they add.
const ENDINGS: &[&str] = &[
    "crdownload",
    "downloading",
    "download",
    "xltd",
    "td",
    "part",
    "partial",
    "opdownload",
    "!ut",
    "!qb",
    "bc!",
];

/// What a file will be called when all of it is there; its name, where it already is.
pub fn finished(name: &str) -> &str {
    let Some((finished, ending)) = name.rsplit_once('.') else { return name };
    let is_of_a_file = finished.rsplit_once('.').is_some_and(|(_, own)| (1..=5).contains(&own.len()));
    let is_unfinished = ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    if is_unfinished && is_of_a_file { finished } else { name }
}

/// Whether a file is called as one that is not yet complete.
pub fn is_unfinished(name: &str) -> bool {
    finished(name).len() < name.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_still_to_come_is_called_by_what_it_will_be() {
        assert_eq!(finished("照片.jpg.part"), "照片.jpg");
        assert_eq!(finished("视频.mp4.crdownload"), "视频.mp4");
        assert_eq!(finished("附件5.xlsx.!uT"), "附件5.xlsx");
        for name in ["照片.jpg", "照片.part", "part", "a.part1.rar", ""] {
            assert!(!is_unfinished(name), "{name}");
        }
    }
}
