//! Which of the sections that a report should have are not to be found in it, by their titles or usual synonyms. A
//! notice for staff only, never a reason to refuse (the notice's list is not exclusive).

use super::squeeze;
use super::words::SECTION_SYNONYMS;

/// A heading is a line of at most so many characters.
const HEADING_CHARS: usize = 30;

/// Titles of sections that no heading-like line of the text names. Empty for a text without lines, which cannot tell.
pub fn absent<'s>(sections: &'s [String], text: &str) -> Vec<&'s str> {
    let headings: Vec<String> = text
        .lines()
        .map(squeeze)
        .filter(|line| !line.is_empty() && line.chars().count() <= HEADING_CHARS)
        .collect();
    if headings.is_empty() {
        return Vec::new();
    }
    let is_there = |section: &str| {
        let others = SECTION_SYNONYMS
            .iter()
            .filter(|(word, _)| section.contains(word))
            .flat_map(|(w, o)| std::iter::once(w).chain(o.iter()));
        let mut names = std::iter::once(&section).chain(others).map(|name| squeeze(name));
        names.any(|name| headings.iter().any(|line| line.contains(&name)))
    };
    sections.iter().map(String::as_str).filter(|section| !is_there(section)).collect()
}

#[cfg(test)]
mod tests {
    use super::absent;

    #[test]
    fn synonyms_count_and_what_is_missing_is_named() {
        let sections: Vec<String> =
            ["基本情况", "主要做法和措施", "存在问题及建议"].iter().map(|s| (*s).to_owned()).collect();
        assert!(absent(&sections, "一、活动概况\n二、工作举措\n三、下一步打算").is_empty());
        assert_eq!(absent(&sections, "一、基本情况\n二、主要做法"), ["存在问题及建议"]);
        assert!(absent(&sections, "").is_empty());
    }
}
