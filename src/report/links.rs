//! Cloud attachments that nobody has downloaded, as a list of what to do: the one that ends first comes first.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::link::{LinkState, SOON_DAYS, days_left, remaining};
use crate::domain::text::{is_invisible, one_line};
use crate::fault::Fault;
use crate::store::{LinkRow, Store};

/// How long an expired link is still told: somebody has to ask the unit for the file again.
const TOLD_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Characters of a link's name in the remark about it.
const NAME_CHARS_MAX: usize = 100;

/// A link that somebody has to download.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingLink {
    /// Register number of its mail.
    pub message: i64,
    /// Name of its unit.
    pub unit: Option<String>,
    /// Where it leads.
    pub url: String,
    /// Whose service.
    pub provider: String,
    /// File name on the card.
    pub name: String,
    /// When it stops working.
    pub expires: Option<String>,
    /// Calendar days until then; negative when it has.
    pub days_left: Option<i32>,
    /// `waiting` or `expired`.
    pub state: LinkState,
    /// Why it could not be downloaded; none when it was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Whether it ends so soon, or has ended so lately, or failed for good, that somebody must act, and nobody has.
    pub is_urgent: bool,
    /// How it stands, in words.
    pub words: String,
}

/// The links of a campaign's mail received by `moment` as they stood then.
///
/// # Errors
/// What the store reports.
pub fn waiting_links(
    store: &Store,
    campaign: &Campaign,
    moment: Timestamp,
) -> Result<Vec<WaitingLink>, Fault> {
    let rows = store.waiting_links(&campaign.id, moment)?;
    let all = if rows.is_empty() { Vec::new() } else { store.decisions()? };
    let noted: Vec<&Decision> =
        in_force(&all, moment).into_iter().filter(|made| made.act == Act::Note).collect();
    let is_seen_to = |row: &LinkRow| {
        let about = about_link(&row.name, &row.url);
        noted.iter().any(|made| made.message == Some(row.message) && made.why.starts_with(&about))
    };
    let is_told = |row: &LinkRow| is_told(row.expires, moment);
    Ok(rows.into_iter().filter(is_told).map(|row| link(campaign, is_seen_to(&row), row, moment)).collect())
}

/// Whether a link that ends then is still told of. Its mail may name any moment.
fn is_told(expires: Option<Timestamp>, moment: Timestamp) -> bool {
    expires.is_none_or(|end| end.saturating_add(TOLD_AFTER).unwrap_or(end) > moment)
}

/// With this begins the remark on a mail by which a person says what became of one of its links: saved by hand, asked for
/// again, or not needed. Such a link needs nobody any more.
pub fn about_link(name: &str, url: &str) -> String {
    let called = if name.is_empty() { url } else { name };
    format!("云附件“{}”", one_line(&called.replace(is_invisible, ""), NAME_CHARS_MAX))
}

fn link(campaign: &Campaign, is_seen_to: bool, row: LinkRow, moment: Timestamp) -> WaitingLink {
    let days_left = row.expires.map(|end| days_left(campaign, end, moment));
    let unit = row.unit.map(|code| campaign.roster.by_code(&code).map_or(code, |unit| unit.name.clone()));
    let mut words = remaining(campaign, row.expires, moment);
    if let Some(trouble) = &row.trouble {
        words.push_str(&format!("；未能自动下载：{trouble}"));
    }
    WaitingLink {
        message: row.message,
        unit,
        url: row.url,
        provider: row.provider,
        name: row.name,
        expires: row.expires.map(|end| campaign.rfc3339(end)),
        days_left,
        state: LinkState::at(false, row.expires, moment),
        is_urgent: !is_seen_to && (row.is_given_up || days_left.is_some_and(|days| days <= SOON_DAYS)),
        trouble: row.trouble,
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_told_of_for_a_while_after_its_end_whatever_that_is() {
        let end: Timestamp = "2023-06-14T15:29:00+08:00".parse().unwrap();
        assert!(is_told(Some(end), end) && !is_told(Some(end), end + TOLD_AFTER) && is_told(None, end));
        assert!(is_told(Some(Timestamp::MAX), end) && !is_told(Some(Timestamp::MIN), end));
    }
}
