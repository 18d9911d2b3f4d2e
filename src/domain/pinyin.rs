//! The initials of names as people type them: 绵阳职业技术学院 is found by `mzy`. The common characters of GB 2312 stand in
//! the order of their reading, so where each letter begins is all that has to be known of them; of the rarer ones those
//! that places are named with stand here one by one.

use encoding_rs::GBK;

/// The first common character of each letter, as its GB 2312 code.
const BEGINS: [(u16, char); 23] = [
    (0xB0A1, 'a'),
    (0xB0C5, 'b'),
    (0xB2C1, 'c'),
    (0xB4EE, 'd'),
    (0xB6EA, 'e'),
    (0xB7A2, 'f'),
    (0xB8C1, 'g'),
    (0xB9FE, 'h'),
    (0xBBF7, 'j'),
    (0xBFA6, 'k'),
    (0xC0AC, 'l'),
    (0xC2E8, 'm'),
    (0xC4C3, 'n'),
    (0xC5B6, 'o'),
    (0xC5BE, 'p'),
    (0xC6DA, 'q'),
    (0xC8BB, 'r'),
    (0xC8F6, 's'),
    (0xCBFA, 't'),
    (0xCDDA, 'w'),
    (0xCEF4, 'x'),
    (0xD1B9, 'y'),
    (0xD4D1, 'z'),
];
/// Behind the last common character.
const END: u16 = 0xD7FA;

/// Rarer characters that places are named with, and common ones that names read otherwise.
const OTHERS: [(&str, char); 12] = [
    ("重", 'c'),
    ("泸崃阆", 'l'),
    ("涪", 'f'),
    ("汶", 'w'),
    ("犍邛", 'q'),
    ("珙", 'g'),
    ("筠", 'j'),
    ("荥", 'y'),
    ("攀", 'p'),
    ("亳", 'b'),
    ("衢", 'q'),
    ("歙", 's'),
];

/// The initials of a text, lower case; letters and figures stand for themselves, the rest is left out.
pub fn initials(text: &str) -> String {
    text.chars().filter_map(initial).collect()
}

fn initial(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase());
    }
    if let Some((_, letter)) = OTHERS.iter().find(|(characters, _)| characters.contains(c)) {
        return Some(*letter);
    }
    let mut buffer = [0; 4];
    let (bytes, _, is_lost) = GBK.encode(c.encode_utf8(&mut buffer));
    let code = match (bytes.as_ref(), is_lost) {
        ([high, low], false) => u16::from_be_bytes([*high, *low]),
        _ => return None,
    };
    let begun = BEGINS.iter().rev().find(|(first, _)| *first <= code);
    begun.map(|(_, letter)| *letter).filter(|_| code < END)
}

/// Whether typed letters are initials of a name, in their order, as people shorten names: `mzy` of 绵阳职业技术学院.
pub fn is_short_for(letters: &str, name: &str) -> bool {
    let is_typed = !letters.is_empty() && letters.chars().all(|c| c.is_ascii_alphabetic());
    let initials = initials(name);
    let mut rest = initials.chars();
    let first_fits = letters.chars().next().map(|c| c.to_ascii_lowercase()) == initials.chars().next();
    is_typed && first_fits && letters.chars().all(|letter| rest.any(|own| own == letter.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_what_people_type() {
        assert_eq!(initials("绵阳职业技术学院"), "myzyjsxy");
        assert_eq!(initials("泸州市教育和体育局（A1）"), "lzsjyhtyja1");
        assert_eq!(initials("重庆邛崃阆中"), "cqqllz");
        assert!(is_short_for("mzy", "绵阳职业技术学院") && is_short_for("MYZY", "绵阳职业技术学院"));
        assert!(!is_short_for("zy", "绵阳职业技术学院") && !is_short_for("mzx7", "绵阳职业技术学院"));
        assert!(!is_short_for("", "绵阳职业技术学院"));
    }
}
