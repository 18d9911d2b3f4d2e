//! Words of other business that come to the same mailbox, told from the names of offices that hold the same letters: 教学督导处
//! sends what it is asked for.

use super::phrases::{NO_OFFICES, OFFICE_ENDINGS, OTHER_BUSINESS};
use super::squeeze;

/// So far behind a word the name of an office may end (characters): 资助管理中心.
const OFFICE_CHARS: usize = 4;

/// Whether a word stands in a text, both squeezed, other than in the name of an office: 教学督导处 sends what it is asked for.
pub(super) fn is_business(text: &str, word: &str) -> bool {
    let mut behind = text.match_indices(word).filter_map(|(at, _)| text.get(at + word.len()..));
    behind.any(|rest| {
        let next: String = rest.chars().take(OFFICE_CHARS + 1).take_while(|c| c.is_alphanumeric()).collect();
        let next = NO_OFFICES.iter().fold(next, |next, word| next.replace(word, ""));
        let next: String = next.chars().take(OFFICE_CHARS).collect();
        !OFFICE_ENDINGS.iter().any(|ending| next.contains(ending))
    })
}

/// A word of other business in a text. `own`: what the campaign calls itself and its material.
pub fn other_business(text: &str, own: &str) -> Option<&'static str> {
    let text = squeeze(text).to_lowercase();
    OTHER_BUSINESS.iter().find(|word| is_business(&text, word) && !own.contains(**word)).copied()
}
