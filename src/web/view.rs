//! What the pages have in common: moments, sizes, flaws and words as the templates print them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use minijinja::{HtmlEscape, Value, context};

use super::ask::encoded;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Scope;
use crate::domain::message::PartState;
use crate::domain::submission::Flaw;
use crate::domain::text::is_invisible;
use crate::media::has_thumbnail;
use crate::report::words::alike_word;
use crate::report::{AlikeJson, Change, Correction, PartJson, masked};

/// An RFC 3339 moment as a sentence has it.
pub(super) fn moment(campaign: &Campaign, rfc3339: &str) -> String {
    let at: Option<Timestamp> = rfc3339.parse().ok();
    at.map_or_else(|| rfc3339.to_owned(), |at| chinese::moment_of(at, campaign))
}

/// An RFC 3339 moment as a table has it; none for none.
pub(super) fn short(campaign: &Campaign, rfc3339: Option<&String>) -> Option<String> {
    let at: Timestamp = rfc3339?.parse().ok()?;
    Some(chinese::stamp(at, Some(campaign)))
}

/// `2023-05-10T18:00` in the campaign's time.
pub(super) fn local_moment(campaign: &Campaign, text: &str) -> Option<Timestamp> {
    let local: DateTime = text.trim().parse().ok()?;
    Some(campaign.at(local.date(), local.time()))
}

/// Why the moment that an address names is not shown, in words: it cannot be read, or it has not come yet. Then the page
/// shows how things stand now: nobody knows how they will.
pub(super) fn doubt(campaign: &Campaign, text: &str, now: Timestamp) -> Option<String> {
    let text = text.trim();
    match local_moment(campaign, text) {
        _ if text.is_empty() => None,
        None => Some(format!("看不懂时刻“{text}”，例：2023-05-10T18:00")),
        Some(at) => (at > now).then(|| format!("{}还没有到", chinese::moment_of(at, campaign))),
    }
}

/// 「5-14」, the head of a day's column.
pub(super) fn column_day(day: Date) -> String {
    format!("{}-{:02}", day.month(), day.day())
}

/// Where on the unit's page an obligation stands.
pub(super) fn anchor(requirement: &str, day: Option<Date>) -> String {
    day.map_or_else(|| requirement.to_owned(), |day| format!("{requirement}-{day}"))
}

/// The beginning of what others wrote without end.
pub(super) fn folded(text: &str) -> String {
    const CHARS_SHOWN: usize = 200;
    match text.char_indices().nth(CHARS_SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A sentence of ours, in which each 「来件#70」 leads to that mail, and from there back to the page at `here`.
pub(super) fn linked(text: &str, here: &str) -> Value {
    const HEAD: &str = "来件#";
    let escaped = |text: &str| HtmlEscape(&text.replace(is_invisible, "")).to_string();
    let mut pieces = text.split(HEAD);
    let mut html = escaped(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        match piece.split_at_checked(end) {
            Some((number, rest)) if !number.is_empty() => {
                let back = encoded(here);
                html.push_str(&format!(
                    "<a href=\"/mail/{number}?back={back}\">{HEAD}{number}</a>{}",
                    escaped(rest)
                ));
            }
            _ => html.push_str(&format!("{HEAD}{}", escaped(piece))),
        }
    }
    Value::from_safe_string(html)
}

/// A size as people read it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        1_048_576..1_073_741_824 => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
        _ => format!("{:.1} GB", bytes as f64 / 1_073_741_824.0),
    }
}

/// The photo whose thumbnail stands beside a part: one that answers something and can be opened.
pub(super) fn thumbnail(part: &PartJson) -> Option<&str> {
    let is_shown = has_thumbnail(&part.media_type) && part.state != PartState::Unreadable;
    part.sha256.as_deref().filter(|_| is_shown && part.item.is_some())
}

/// Earlier photos and films that show the same.
pub(super) fn alike(part: &PartJson) -> Vec<Value> {
    let one = |alike: &AlikeJson| {
        context! { number => alike.message, path => alike.path.as_str(), word => alike_word(alike.same) }
    };
    part.alike.iter().map(one).collect()
}

/// What newer forms changed of those that they replaced, field by field; numbers of persons whole for whoever decides.
pub(super) fn corrections<'c>(
    corrections: impl Iterator<Item = &'c Correction>,
    decides: bool,
) -> Vec<Value> {
    let told = |text: String| if decides { text } else { masked(&text) };
    let change = |change: &Change| {
        let (old, new) = (told(change.old_words()), told(change.new_words()));
        context! { school => change.school.as_str(), label => change.label.as_str(), old, new }
    };
    let one = |correction: &Correction| {
        let changes: Vec<Value> = correction.changes.iter().map(change).collect();
        context! { title => correction.title.as_str(), replaced => correction.replaced, changes }
    };
    corrections.map(one).collect()
}

/// Flaws with their place and weight.
pub(super) fn flaws(flaws: &[Flaw]) -> Vec<Value> {
    let one = |flaw: &Flaw| {
        context! { code => flaw.code.as_str(), place => flaw.place.as_str(), text => flaw.text.as_str(),
        level => flaw.level.chinese() }
    };
    flaws.iter().map(one).collect()
}

/// The same as they stand in a list to choose from: written once, however many files of a page are to be ruled on.
pub(super) fn options(choices: &[Value]) -> Value {
    let of = |choice: &Value, name: &str| {
        let text = choice.get_attr(name).map(|value| value.to_string()).unwrap_or_default();
        HtmlEscape(&text).to_string()
    };
    let one = |choice: &Value| {
        format!("<option value=\"{}\">{}</option>", of(choice, "value"), of(choice, "title"))
    };
    Value::from_safe_string(choices.iter().map(one).collect())
}

/// Everything that a file may be taken as: one choice an item, and a day where each day brings its own.
pub(super) fn choices(campaign: &Campaign) -> Vec<Value> {
    let mut choices = Vec::new();
    for requirement in &campaign.requirements {
        for day in requirement.days() {
            for item in &requirement.items {
                let scope = Scope { requirement: requirement.id.clone(), item: Some(item.id.clone()), day };
                let title = chinese::scope(&scope, Some(campaign));
                choices.push(
                    context! { value => scope.to_string(), title, group => requirement.title.as_str() },
                );
            }
        }
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_a_sentence_names_is_led_to_and_nothing_else_is_markup() {
        let told = |text: &str| linked(text, "/c/x/chase?tab=due").to_string();
        let link = |number| {
            format!("<a href=\"/mail/{number}?back=%2Fc%2Fx%2Fchase%3Ftab%3Ddue\">来件#{number}</a>")
        };
        assert_eq!(told("来件#70待办、来件#7"), format!("{}待办、{}", link(70), link(7)));
        assert_eq!(told("来件#<b>\u{202e}70"), "来件#&lt;b&gt;70");
    }
}
