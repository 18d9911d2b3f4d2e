//! Text as names are sought in it: letter by letter, one spelling of each, white space only remembered.

use super::words::SWALLOWING_PLACES;
use crate::domain::text::compatible;

/// A character and whether white space stood before it.
pub(super) type Letter = (char, bool);

pub(super) fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x9FFF | 0x20000..=0x3FFFF)
}

pub(super) fn letters(text: &str) -> Vec<Letter> {
    let text = compatible(text);
    let mut gap = false;
    let mut letters = Vec::with_capacity(text.chars().count());
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{200b}' {
            gap = true;
        } else {
            letters.push((c, gap));
            gap = false;
        }
    }
    letters
}

pub(super) fn plain(name: &str) -> String {
    letters(name).into_iter().map(|(c, _)| c).collect()
}

/// Whether right before a place these letters stand.
pub(super) fn stands_behind(text: &[Letter], at: usize, letters: &[char]) -> bool {
    let before = at.checked_sub(letters.len()).and_then(|from| text.get(from..at));
    !letters.is_empty() && before.is_some_and(|before| before.iter().map(|(c, _)| c).eq(letters))
}

/// Whether the letters here belong to the name of another place: 峨眉山 is not 眉山, 湖南宁乡 not 南宁.
pub(super) fn lies_in_another_place(text: &[Letter], at: usize) -> bool {
    let stands_at = |place: &str, from: usize| {
        let mut there = text.iter().skip(from);
        place.chars().all(|letter| there.next().is_some_and(|(c, _)| *c == letter))
    };
    SWALLOWING_PLACES.iter().any(|place| {
        let mut before = 1..place.chars().count();
        before.any(|before| at.checked_sub(before).is_some_and(|from| stands_at(place, from)))
    })
}

/// 第1人民医院 is 第一人民医院.
pub(super) fn is_figure_of(written: char, wanted: char) -> bool {
    written.is_ascii_digit() && as_figure(wanted) == written
}

/// A numeral as its figure, every other letter as it is.
pub(super) fn as_figure(c: char) -> char {
    match c {
        '〇' => '0',
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        other => other,
    }
}
