//! The intake register as JSON (`contract.md` 4): every mail, every part of it, and what became of each.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::corrections::Correction;
use super::decisions::DecisionJson;
use crate::domain::campaign::Campaign;
use crate::domain::link::{LinkState, days_left, remaining};
use crate::domain::message::{Authenticity, MessageKind, MessageState, PartState, UnitBy};
use crate::domain::submission::Flaw;
use crate::store::{Answer, LinkRow, MessageRow, PartRow};

/// One mail of the register.
#[derive(Debug, Clone, Serialize)]
pub struct MessageJson {
    /// Register number.
    pub id: i64,
    /// `Message-ID` header.
    pub message_id: String,
    /// Mailbox id.
    pub mailbox: String,
    /// Folder as people read it.
    pub folder: String,
    /// Arrival at the server.
    pub received_at: String,
    /// Sender's address.
    pub from: String,
    /// What the receiving server says of the sender.
    pub sender_check: Authenticity,
    /// Subject.
    pub subject: String,
    /// What it is.
    pub kind: Option<MessageKind>,
    /// What became of it.
    pub state: Option<MessageState>,
    /// Name of the unit.
    pub unit: Option<String>,
    /// By what the unit was told.
    pub unit_by: Option<UnitBy>,
    /// Campaign id.
    pub campaign: Option<String>,
    /// Why it waits or was set aside; empty when neither.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Evidence in the order it was weighed.
    pub evidence: Vec<EvidenceJson>,
    /// What persons ruled on it, whether it counts or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionJson>,
    /// Its parts.
    pub parts: Vec<PartJson>,
    /// Its cloud attachments.
    pub links: Vec<LinkJson>,
    /// What its forms changed of those that they replaced; told of one message, not of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// What told something.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceJson {
    /// The rule that spoke.
    pub rule: String,
    /// What it saw.
    pub text: String,
}

/// One part.
#[derive(Debug, Clone, Serialize)]
pub struct PartJson {
    /// Where it stands in the mail.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: Option<String>,
    /// Size of its bytes.
    pub size: u64,
    /// Type by content.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Requirement it answers.
    pub requirement: Option<String>,
    /// Day it answers for.
    pub day: Option<Date>,
    /// Item it answers.
    pub item: Option<String>,
    /// What became of it.
    pub state: PartState,
    /// Why.
    pub why: String,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<Flaw>,
    /// Earlier photos and films that show the same; named by [`super::add_alike`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<AlikeJson>,
    /// What else it answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<AlsoJson>,
    /// Name of its unit, where it differs from the mail's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its campaign, where it differs from the mail's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

/// An earlier file that shows the same.
#[derive(Debug, Clone, Serialize)]
pub struct AlikeJson {
    /// Register number of its mail.
    pub message: i64,
    /// Where it stands there.
    pub path: String,
    /// Whether it is the same file, byte for byte.
    pub same: bool,
}

/// A further answer of a part.
#[derive(Debug, Clone, Serialize)]
pub struct AlsoJson {
    /// Requirement.
    pub requirement: String,
    /// Day.
    pub day: Option<Date>,
    /// Item.
    pub item: String,
    /// What became of it there.
    pub state: PartState,
}

/// One cloud attachment.
#[derive(Debug, Clone, Serialize)]
pub struct LinkJson {
    /// Where it leads.
    pub url: String,
    /// Whose service.
    pub provider: String,
    /// File name on the card.
    pub name: String,
    /// Size on the card, in bytes.
    pub size: Option<u64>,
    /// What the service asks for (提取码).
    pub code: Option<String>,
    /// When it stops working.
    pub expires: Option<String>,
    /// Calendar days until then; negative when it has.
    pub days_left: Option<i32>,
    /// What became of it.
    pub state: LinkState,
    /// Why it could not be downloaded; none when it was not tried, or came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// How it stands, in words.
    #[serde(skip)]
    pub words: String,
}

/// Names of units by campaign and code.
struct Names<'a>(HashMap<(&'a str, &'a str), &'a str>);

impl<'a> Names<'a> {
    fn new(campaigns: &'a [Campaign]) -> Self {
        let all = campaigns.iter().flat_map(|campaign| {
            let units = campaign.roster.units.iter();
            units.map(|unit| ((campaign.id.as_str(), unit.code.as_str()), unit.name.as_str()))
        });
        Self(all.collect())
    }

    /// The unit's name; the code where the roster no longer has it.
    fn of(&self, campaign: Option<&str>, code: &str) -> String {
        let known = campaign.and_then(|campaign| self.0.get(&(campaign, code)));
        let anywhere = || self.0.iter().find(|((_, c), _)| *c == code).map(|(_, name)| name);
        known.or_else(anywhere).map_or_else(|| code.to_owned(), |name| (*name).to_owned())
    }
}

/// The register as JSON documents, in the order of `rows`; links as they stand at `now`.
pub fn messages_json(rows: &[MessageRow], campaigns: &[Campaign], now: Timestamp) -> Vec<MessageJson> {
    let names = Names::new(campaigns);
    rows.iter().map(|row| message_json(row, campaigns, &names, now)).collect()
}

fn message_json(row: &MessageRow, campaigns: &[Campaign], names: &Names<'_>, now: Timestamp) -> MessageJson {
    let campaign = row.campaign.as_deref();
    let zone = campaigns.iter().find(|c| Some(c.id.as_str()) == campaign).or(campaigns.first());
    let time = |at| zone.map_or_else(|| format!("{at}"), |campaign| campaign.rfc3339(at));
    let noted = Some(("收取".to_owned(), row.note.clone())).filter(|(_, note)| !note.is_empty());
    let evidence = noted.into_iter().chain(row.evidence.iter().cloned());
    let evidence = evidence.map(|(rule, text)| EvidenceJson { rule, text });
    let links = row.links.iter().map(|link| link_json(link, zone, now));
    MessageJson {
        id: row.id,
        message_id: row.message_id.clone(),
        mailbox: row.mailbox.clone(),
        folder: row.folder.clone(),
        received_at: time(row.received_at),
        from: row.from.clone(),
        sender_check: row.sender_check,
        subject: row.subject.clone(),
        kind: row.kind,
        state: row.state,
        unit: row.unit.as_deref().map(|code| names.of(campaign, code)),
        unit_by: row.unit_by,
        campaign: row.campaign.clone().filter(|_| row.undecided().is_empty()),
        why: row.reason.clone(),
        evidence: evidence.collect(),
        decisions: Vec::new(),
        parts: row.parts.iter().map(|part| part_json(part, row, names)).collect(),
        links: links.collect(),
        corrections: Vec::new(),
    }
}

fn link_json(link: &LinkRow, zone: Option<&Campaign>, now: Timestamp) -> LinkJson {
    let state = LinkState::at(link.is_fetched, link.expires, now);
    let words = match state {
        LinkState::Fetched => state.chinese().to_owned(),
        _ => zone.map(|campaign| remaining(campaign, link.expires, now)).unwrap_or_default(),
    };
    LinkJson {
        url: link.url.clone(),
        provider: link.provider.clone(),
        name: link.name.clone(),
        size: link.size,
        code: link.code.clone(),
        expires: link.expires.map(|at| zone.map_or_else(|| at.to_string(), |campaign| campaign.rfc3339(at))),
        days_left: zone.zip(link.expires).map(|(campaign, at)| days_left(campaign, at, now)),
        state,
        trouble: link.trouble.clone(),
        words,
    }
}

fn part_json(part: &PartRow, row: &MessageRow, names: &Names<'_>) -> PartJson {
    let main: Option<&Answer> = part.answers.first();
    let also = part.answers.iter().skip(1).map(|answer| AlsoJson {
        requirement: answer.requirement.clone(),
        day: answer.day,
        item: answer.item.clone(),
        state: answer.state,
    });
    let unit = main.filter(|answer| Some(&answer.unit) != row.unit.as_ref());
    PartJson {
        path: part.path.clone(),
        sha256: part.sha256.clone(),
        size: part.size,
        media_type: part.media_type.clone(),
        requirement: main.map(|answer| answer.requirement.clone()),
        day: main.and_then(|answer| answer.day),
        item: main.map(|answer| answer.item.clone()),
        state: part.state,
        why: part.why.clone(),
        flaws: part.flaws.clone(),
        alike: Vec::new(),
        also: also.collect(),
        unit: unit.map(|answer| names.of(Some(&answer.campaign), &answer.unit)),
        campaign: part.campaign.clone(),
    }
}
