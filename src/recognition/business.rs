//! Words of other business that come to the same mailbox, told from the names of offices that hold the same letters: 教学督导处
//! sends what it is asked for.

use super::phrases::{EVERYBODYS_BUSINESS, NO_OFFICES, OFFICE_ENDINGS, SCHOOLS_BUSINESS};
use super::squeeze;
use crate::domain::campaign::Campaign;
use crate::domain::text::lower_case;
use crate::domain::unit::Roster;

/// So far behind a word the name of an office may end (characters): 资助管理中心.
const OFFICE_CHARS: usize = 4;

/// Whether a word stands in a text, both squeezed, other than in the name of an office: 教学督导处 sends what it is asked for.
pub(super) fn is_business(text: &str, word: &str) -> bool {
    if !text.contains(word) {
        return false;
    }
    let mut behind = text.match_indices(word).filter_map(|(at, _)| text.get(at + word.len()..));
    behind.any(|rest| {
        let next: String = rest.chars().take(OFFICE_CHARS + 1).take_while(|c| c.is_alphanumeric()).collect();
        let next = NO_OFFICES.iter().fold(next, |next, word| next.replace(word, ""));
        let next: String = next.chars().take(OFFICE_CHARS).collect();
        !OFFICE_ENDINGS.iter().any(|ending| next.contains(ending))
    })
}

/// A word of other business in a text. `words`: those of [`words`].
pub fn other_business<'w>(text: &str, words: &'w [String]) -> Option<&'w str> {
    let text = lower_case(squeeze(text));
    words.iter().find(|word| is_business(&text, word)).map(String::as_str)
}

/// What is other business to a campaign: what it says itself, else what such units usually write about. `own`: what it calls
/// itself and its material, which is none.
pub fn words(campaign: &Campaign, own: &str) -> Vec<String> {
    let words = match &campaign.other_business {
        Some(said) => said.iter().map(|word| lower_case(squeeze(word))).collect(),
        None => usual(&campaign.roster),
    };
    words.into_iter().filter(|word| !word.is_empty() && !own.contains(word.as_str())).collect()
}

fn usual(roster: &Roster) -> Vec<String> {
    let is_over_schools = |name: &str| name.contains("教育") || name.contains("教体");
    let teaches = roster.has_schools() || roster.units.iter().any(|unit| is_over_schools(&unit.name));
    let of_schools = if teaches { SCHOOLS_BUSINESS } else { &[] };
    EVERYBODYS_BUSINESS.iter().chain(of_schools).map(|word| (*word).to_owned()).collect()
}
