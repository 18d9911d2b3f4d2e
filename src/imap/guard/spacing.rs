//! Blanks where there should be one or none: some servers pad their columns, some put a blank behind the size of a literal. What
//! follows them means the same, and a mail behind a size that is not seen as one would be read as answers.

use std::borrow::Cow;

use super::Kind;
use crate::imap::fetched::is_fetch;

/// A line as everybody else writes it, up to where its data begin. `continues`: whose answer it goes on with, if any.
pub(super) fn tidied(line: &[u8], continues: Option<Kind>) -> Cow<'_, [u8]> {
    // A list has 100,000 lines, and nearly all of them are as they should be.
    if is_fetch(line) && !line.ends_with(b" ") && !line.ends_with(b"\t") {
        return Cow::Borrowed(line);
    }
    let tidied = match continues {
        None => single_spaced(line),
        Some(_) => Cow::Borrowed(line),
    };
    let is_of_fetch = || continues.unwrap_or_else(|| Kind::of(&tidied)) == Kind::Fetch;
    let bare = tidied.trim_ascii_end().len();
    if bare < tidied.len() && tidied.trim_ascii_end().ends_with(b"}") && is_of_fetch() {
        let mut tidied = tidied.into_owned();
        tidied.truncate(bare);
        return Cow::Owned(tidied);
    }
    tidied
}

/// With one space behind each of the words that say what kind of answer it is: `* 3 FETCH (`, `* OK [`, `A1 OK`.
fn single_spaced(line: &[u8]) -> Cow<'_, [u8]> {
    let (tag, first, rest) = word(line);
    let (kind, second, rest) = word(rest);
    let is_numbered = tag == b"*" && !kind.is_empty() && kind.iter().all(u8::is_ascii_digit);
    let (verb, third, rest) = if is_numbered { word(rest) } else { (&[][..], &[][..], rest) };
    if tag.is_empty() || tag == b"+" || [first, second, third].iter().all(|gap| matches!(*gap, b"" | b" ")) {
        return Cow::Borrowed(line);
    }
    let space = |gap: &[u8]| if gap.is_empty() { &[][..] } else { &b" "[..] };
    Cow::Owned([tag, space(first), kind, space(second), verb, space(third), rest].concat())
}

/// The first word, the blanks behind it, and the rest.
fn word(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let end = bytes.iter().position(is_blank).unwrap_or(bytes.len());
    let (word, rest) = bytes.split_at(end);
    let (gap, rest) = rest.split_at(rest.iter().take_while(|byte| is_blank(byte)).count());
    (word, gap, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_one_where_they_part_words_and_none_behind_a_size() {
        for (line, wanted) in [
            ("*  3 EXISTS", "* 3 EXISTS"),
            ("*\t3\tEXISTS", "* 3 EXISTS"),
            ("* 2 FETCH   (UID  2)", "* 2 FETCH (UID  2)"),
            ("* 2 FETCH (UID 2 BODY[] {12} \t", "* 2 FETCH (UID 2 BODY[] {12}"),
            ("* OK  [UIDVALIDITY 7]  so", "* OK [UIDVALIDITY 7]  so"),
            ("A0001  OK\tdone", "A0001 OK done"),
            ("* LIST () \"/\" a{3} ", "* LIST () \"/\" a{3} "),
            ("* OK  {3} ", "* OK {3} "),
            ("* 3 EXISTS ", "* 3 EXISTS "),
            ("+  go on", "+  go on"),
            ("  x  y", "  x  y"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&tidied(line.as_bytes(), None)), wanted, "{line}");
        }
        let behind = |kind| tidied(b" BODY[]  {3} ", Some(kind)).into_owned();
        assert_eq!(behind(Kind::Fetch), b" BODY[]  {3}");
        assert_eq!(behind(Kind::Folder), b" BODY[]  {3} ");
    }
}
