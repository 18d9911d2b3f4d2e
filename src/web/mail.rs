//! 来件: one mail of the register, every part of it, and by what each decision was made.

use minijinja::{Value, context};

use super::view::{alike, flaws, moment, size, thumbnail};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::link::LinkState;
use crate::report::words::{folder_word, part_family, part_word, provider_word};
use crate::report::{LinkJson, MessageJson, PartJson};

/// Longest text of a mail shown on its page, in characters.
const TEXT_CHARS: usize = 20_000;

/// The page of one mail. `text`: what its author wrote; `unit`: code of the unit it is filed under.
pub(super) fn mail(campaign: &Campaign, message: &MessageJson, text: &str, unit: Option<&str>) -> Value {
    let links = message.links.iter().map(link_line);
    let evidence =
        message.evidence.iter().map(|e| context! { rule => e.rule.as_str(), text => e.text.as_str() });
    let unit = unit.and_then(|code| campaign.roster.by_code(code));
    context! {
        mail => context! {
            number => message.id, subject => message.subject.as_str(), from => message.from.as_str(),
            folder => folder_word(&message.folder),
            received => moment(campaign, &message.received_at), why => message.why.as_str(),
            kind => message.kind.map(|kind| kind.chinese()), state => message.state.map(|state| state.chinese()),
            unit => message.unit.as_deref(), code => unit.map(|unit| unit.code.as_str()),
            unit_by => message.unit_by.map(|by| by.chinese()),
            text => text.chars().take(TEXT_CHARS).collect::<String>(),
            is_cut => text.chars().nth(TEXT_CHARS).is_some(),
            evidence => evidence.collect::<Vec<_>>(),
            parts => message.parts.iter().map(|part| part_line(campaign, part)).collect::<Vec<_>>(),
            links => links.collect::<Vec<_>>(),
        },
    }
}

fn link_line(link: &LinkJson) -> Value {
    let family = match link.state {
        LinkState::Waiting => "ask",
        LinkState::Fetched => "done",
        LinkState::Expired => "late-text",
    };
    context! {
        name => link.name.as_str(), provider => provider_word(&link.provider), url => link.url.as_str(), family,
        word => link.state.chinese(), stands => (link.state != LinkState::Fetched).then_some(link.words.as_str()),
        size => link.size.map(size), code => link.code.as_deref(), trouble => link.trouble.as_deref(),
    }
}

fn part_line(campaign: &Campaign, part: &PartJson) -> Value {
    let requirement = part.requirement.as_deref().and_then(|id| campaign.requirement(id));
    let item = requirement.zip(part.item.as_deref()).and_then(|(requirement, id)| requirement.item(id));
    context! {
        path => part.path.as_str(), size => size(part.size), word => part_word(part.state, &part.media_type),
        why => part.why.as_str(), family => part_family(part.state), item => item.map(|item| item.title.as_str()),
        day => part.day.map(chinese::day), depth => part.path.matches('/').count().min(3),
        unit => part.unit.as_deref(), flaws => flaws(&part.flaws), thumbnail => thumbnail(part), alike => alike(part),
    }
}
