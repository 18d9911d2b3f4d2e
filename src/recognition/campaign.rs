//! To which of the campaigns that share a mailbox a mail belongs: keywords, the forms in it, the year it names, and
//! last how near its period is.

use jiff::civil::Date;

use super::squeeze;
use crate::domain::campaign::Campaign;

/// What a mail shows of its purpose.
#[derive(Debug, Clone, Default)]
pub struct Signs {
    /// Subject and names of files, without white space.
    pub names: String,
    /// Text of the mail and titles of its documents, without white space.
    pub texts: String,
}

/// How strongly a mail speaks for a campaign: forms of it count most, then keywords in names, then in texts, each by
/// its length, then the year. Zero: nothing speaks for it.
pub fn score(campaign: &Campaign, signs: &Signs, forms: usize) -> usize {
    let longest = |text: &str| {
        // Whoever quotes the notice by its number means it as surely as by a keyword.
        let keywords = campaign.keywords.iter().chain([&campaign.notice]).map(|word| squeeze(word));
        keywords
            .filter(|word| !word.is_empty() && text.contains(word.as_str()))
            .map(|w| w.chars().count())
            .max()
            .unwrap_or(0)
    };
    let by_words = longest(&signs.names) * 3 + longest(&signs.texts) * 2;
    let base = forms * 100 + by_words;
    let year = campaign.period.0.year().to_string();
    let names_year = base > 0 && (signs.names.contains(&year) || signs.texts.contains(&year));
    base + usize::from(names_year)
}

/// The campaign with the highest score; among equals the one whose period is nearest. None when there are none.
pub fn choose<'c>(scored: &[(&'c Campaign, usize)], arrived: Date) -> Option<(&'c Campaign, usize)> {
    let away = |campaign: &Campaign| {
        let days = |a: Date, b: Date| (a - b).get_days().abs();
        days(campaign.period.0, arrived).min(days(campaign.period.1, arrived))
    };
    scored.iter().min_by_key(|(campaign, score)| (std::cmp::Reverse(*score), away(campaign))).copied()
}
