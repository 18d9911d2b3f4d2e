//! To which of the campaigns that share a mailbox a mail belongs: keywords, the forms in it, the year it names, then who
//! sends it and which campaign's time it is. What could be either is for a person.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::keyword::{Keywords, Lines};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::unit::Unit;

/// So long before its period and after its last due day a campaign still gets mail.
const SEASON_DAYS: i64 = 45;

/// What a mail shows of its purpose.
#[derive(Debug, Clone, Default)]
pub struct Signs {
    /// Subject and names of files.
    pub names: Lines,
    /// Text of the mail and titles of its documents.
    pub texts: Lines,
}

/// How strongly a mail speaks for a campaign of this year, and how strongly its words alone do: forms of it count most, then
/// keywords in names, then in texts, each by its length, then the year. Zero: nothing speaks for it. `mask` takes names of units
/// out of a text.
pub fn score(
    keywords: &Keywords,
    year: i16,
    signs: &Signs,
    forms: usize,
    mask: &dyn Fn(&str) -> String,
) -> (usize, usize) {
    let longest = |text: &Lines| keywords.spoken(text, mask).own;
    let words = longest(&signs.names) * 3 + longest(&signs.texts) * 2;
    let year = year.to_string();
    let names_year = signs.names.has(&year) || signs.texts.has(&year);
    let with_year = |base: usize| base + usize::from(base > 0 && names_year);
    (with_year(forms * 100 + words), with_year(words))
}

/// How much a unit has to do with a campaign: more where it owes something than where its material is only welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Nobody of its roster is meant, or nothing is taken from the unit.
    None,
    /// Its material is welcome.
    Welcome,
    /// It owes something.
    Owed,
}

/// What the unit that a mail seems to come from has to do with a campaign.
pub fn claim(campaign: &Campaign, unit: Option<&Unit>) -> Claim {
    let Some(unit) = unit else { return Claim::None };
    let any = |takes: &dyn Fn(&Requirement) -> bool| campaign.requirements.iter().any(takes);
    match () {
        () if any(&|requirement| requirement.owed_by(&unit.group)) => Claim::Owed,
        () if any(&|requirement| requirement.takes_from(&unit.group)) => Claim::Welcome,
        () => Claim::None,
    }
}

/// Of campaigns for which a mail speaks alike, those whose time it is, if only some are: from well before the period to
/// well after the last due day.
pub fn in_season(campaigns: Vec<&Campaign>, arrived: Date) -> Vec<&Campaign> {
    let is_open = |campaign: &&Campaign| {
        let last = campaign.requirements.iter().map(|requirement| requirement.last_day(None)).max();
        let (from, to) = (campaign.period.0, last.unwrap_or(campaign.period.1).max(campaign.period.1));
        from.saturating_sub(SEASON_DAYS.days()) <= arrived && arrived <= to.saturating_add(SEASON_DAYS.days())
    };
    let open: Vec<&Campaign> = campaigns.iter().copied().filter(is_open).collect();
    if open.is_empty() { campaigns } else { open }
}

/// Why a person must say to which of these campaigns a mail belongs.
pub fn could_be_either(campaigns: &[&Campaign]) -> String {
    let titles: Vec<String> = campaigns.iter().map(|campaign| format!("《{}》", campaign.title)).collect();
    format!("可能属于{}，请认定是哪个报送任务的材料", titles.join("或"))
}
