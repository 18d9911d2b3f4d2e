//! Everything of one unit, as `show` tells it: how it stands, each version of each file, who writes for it, what persons
//! ruled, what went to and fro.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::decisions::{DecisionJson, add_decisions, decision_lines, decisions_json};
use super::messages::{MessageJson, PartJson, messages_json};
use super::outbox::{Held, Leaving, OutboxJson, outbox_json};
use super::status::{Question, Status, UnitStatus, status};
use super::table::{Screen, Table, clean};
use super::text::{messages_text, show_text, status_text};
use super::under::units_under;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Scope;
use crate::domain::message::PartState;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::recognition::unit::is_of_domain;
use crate::store::{MessageFilter, Store};

/// One unit in full.
#[derive(Debug, Clone, Serialize)]
pub struct UnitFile {
    /// How it stands; none for one that owes nothing.
    pub unit: Option<UnitStatus>,
    /// Who writes for it.
    pub senders: Vec<SenderJson>,
    /// What persons ruled about it or its mail.
    pub decisions: Vec<DecisionJson>,
    /// Every file that answers something, version after version.
    pub versions: Vec<VersionsJson>,
    /// Mail that came.
    pub messages: Vec<MessageJson>,
    /// Mail of the units that report through it and owe nothing themselves.
    pub under: Vec<MessageJson>,
    /// Mail that left.
    pub sent: Vec<OutboxJson>,
    #[serde(skip)]
    status: Status,
}

/// An address that writes for a unit.
#[derive(Debug, Clone, Serialize)]
pub struct SenderJson {
    /// The address.
    pub address: String,
    /// How it came to be known: `roster`, `form`, `staff`; empty where only its mails tell.
    pub known_by: Vec<String>,
    /// Mails of the unit from it.
    pub mails: u64,
    /// Files of the unit in them that answer something.
    pub files: u64,
    /// Arrival of the first.
    pub first_at: Option<String>,
    /// Arrival of the last.
    pub last_at: Option<String>,
    /// Why mail does not reach it; none where nothing says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<String>,
}

/// The versions of what answers one item.
#[derive(Debug, Clone, Serialize)]
pub struct VersionsJson {
    /// Requirement id.
    pub requirement: String,
    /// Day, for a requirement of each day.
    pub day: Option<Date>,
    /// Item id.
    pub item: String,
    /// The files in the order of arrival.
    pub files: Vec<VersionJson>,
}

/// One version.
#[derive(Debug, Clone, Serialize)]
pub struct VersionJson {
    /// Register number of its mail.
    pub message: i64,
    /// Where it stands there.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: Option<String>,
    /// Arrival.
    pub received_at: String,
    /// What became of it.
    pub state: PartState,
}

/// Assembles everything of `unit`. `question` is that of the status; `campaigns` are all; `leaving`: when queued mail will
/// leave.
///
/// # Errors
/// What the store reports.
pub fn unit_file(
    store: &Store,
    question: &Question<'_>,
    campaigns: &[Campaign],
    unit: &Unit,
    leaving: &Leaving,
) -> Result<UnitFile, Fault> {
    let campaign = question.campaign;
    let mut status = status(store, question)?;
    status.units.retain(|entry| entry.code == unit.code);
    let all = store.decisions()?;
    let messages_of = |unit: &Unit| {
        let filter = MessageFilter {
            unit: Some(unit.code.clone()),
            campaign: Some(campaign.id.clone()),
            ..MessageFilter::default()
        };
        let mut messages = messages_json(&store.messages(&filter)?, campaigns, question.now);
        add_decisions(&mut messages, &all, campaigns);
        Ok::<_, Fault>(messages)
    };
    let messages = messages_of(unit)?;
    let under =
        units_under(campaign, unit).into_iter().map(messages_of).collect::<Result<Vec<_>, _>>()?.concat();
    let is_own = |id: Option<&String>| id.is_none_or(|id| *id == campaign.id);
    let decisions = decisions_json(&all, campaigns, |decision| {
        decision.unit.as_ref() == Some(&unit.code) && is_own(decision.campaign.as_ref())
    });
    let mut sent = store.outbox_to(&unit.code)?;
    sent.retain(|row| is_own(row.mail.campaign.as_ref()));
    Ok(UnitFile {
        unit: status.units.first().cloned(),
        senders: senders(store, campaign, unit)?,
        decisions,
        versions: versions(&messages, &unit.name, &campaign.id),
        messages,
        under,
        sent: outbox_json(&sent, campaigns, leaving, &Held::new()),
        status,
    })
}

fn senders(store: &Store, campaign: &Campaign, unit: &Unit) -> Result<Vec<SenderJson>, Fault> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for email in &unit.emails {
        known.entry(email.to_lowercase()).or_default().push("roster".to_owned());
    }
    for learned in store.learned_senders(&campaign.id)?.into_iter().filter(|s| s.unit == unit.code) {
        known.entry(learned.address).or_default().push(learned.how);
    }
    let by_domain = |address: &str| {
        let is_its = unit.domains.iter().any(|domain| is_of_domain(address, domain));
        if is_its { vec!["domain".to_owned()] } else { vec![] }
    };
    let heard = store.senders_of(&campaign.id, &unit.code)?.into_iter();
    let mut senders: Vec<SenderJson> = heard
        .map(|sender| SenderJson {
            known_by: known.remove(&sender.address).unwrap_or_else(|| by_domain(&sender.address)),
            address: sender.address,
            mails: sender.mails,
            files: sender.files,
            first_at: Some(campaign.rfc3339(sender.first_at)),
            last_at: Some(campaign.rfc3339(sender.last_at)),
            dead: None,
        })
        .collect();
    let silent = |(address, known_by)| SenderJson {
        address,
        known_by,
        mails: 0,
        files: 0,
        first_at: None,
        last_at: None,
        dead: None,
    };
    senders.extend(known.into_iter().map(silent));
    for dead in store.dead_addresses()? {
        let own = senders.iter_mut().find(|sender| sender.address == dead.address);
        own.into_iter().for_each(|sender| sender.dead = Some(dead.why.clone()));
    }
    Ok(senders)
}

/// The files of a unit, item by item.
fn versions(messages: &[MessageJson], unit: &String, campaign: &String) -> Vec<VersionsJson> {
    let mut items: BTreeMap<(String, Option<Date>, String), Vec<VersionJson>> = BTreeMap::new();
    for message in messages {
        let is_own = |part: &&PartJson| {
            let whose = (
                part.unit.as_ref().or(message.unit.as_ref()),
                part.campaign.as_ref().or(message.campaign.as_ref()),
            );
            whose == (Some(unit), Some(campaign))
        };
        for part in message.parts.iter().filter(is_own) {
            let main = part.requirement.clone().zip(part.item.clone());
            let main = main.map(|(requirement, item)| ((requirement, part.day, item), part.state));
            let also = part
                .also
                .iter()
                .map(|also| ((also.requirement.clone(), also.day, also.item.clone()), also.state));
            for (key, state) in main.into_iter().chain(also) {
                items.entry(key).or_default().push(VersionJson {
                    message: message.id,
                    path: part.path.clone(),
                    sha256: part.sha256.clone(),
                    received_at: message.received_at.clone(),
                    state,
                });
            }
        }
    }
    let one = |((requirement, day, item), files)| VersionsJson { requirement, day, item, files };
    items.into_iter().map(one).collect()
}

/// Everything of one unit as text.
pub fn unit_text(
    file: &UnitFile,
    campaign: &Campaign,
    campaigns: &[Campaign],
    unit: &Unit,
    screen: Screen,
) -> String {
    let mut text = format!("{}（{}，{}）\n\n", unit.name, unit.code, campaign.group_title(&unit.group));
    match &file.unit {
        None => text.push_str("该单位在本任务中没有应报材料。\n"),
        Some(_) => text.push_str(&status_text(&file.status, campaign, screen)),
    }
    let mut lines = Vec::new();
    if !file.versions.is_empty() {
        lines.push("\n材料与历次版本".to_owned());
        lines.extend(file.versions.iter().flat_map(|versions| version_lines(versions, campaign)));
    }
    if !file.decisions.is_empty() {
        lines.push("\n认定与备注".to_owned());
        lines.extend(decision_lines(&file.decisions));
    }
    lines.push("\n发件人".to_owned());
    // What others wrote must not drive the terminal.
    let lines = lines.iter().flat_map(|line| line.split('\n')).map(|line| format!("{}\n", clean(line)));
    text.extend(lines);
    text.push_str(&senders_text(&file.senders, campaign, screen));
    if !file.sent.is_empty() {
        text.push_str("\n本处发出\n");
        text.push_str(&super::outbox::outbox_text(&file.sent, campaigns, screen));
    }
    for message in &file.messages {
        text.push_str(&format!("\n{}", show_text(message, campaigns)));
    }
    if !file.under.is_empty() {
        text.push_str(&format!("\n下属单位来件\n{}", messages_text(&file.under, campaigns, screen)));
    }
    text
}

fn version_lines(versions: &VersionsJson, campaign: &Campaign) -> Vec<String> {
    let scope = Scope {
        requirement: versions.requirement.clone(),
        item: Some(versions.item.clone()),
        day: versions.day,
    };
    let file = |file: &VersionJson| {
        let at = moment(campaign, Some(&file.received_at));
        format!("    {at}  {}  {}（来件#{}）", file.state.chinese(), file.path, file.message)
    };
    let head = format!("  {}  {scope}", chinese::scope(&scope, Some(campaign)));
    std::iter::once(head).chain(versions.files.iter().map(file)).collect()
}

fn senders_text(senders: &[SenderJson], campaign: &Campaign, screen: Screen) -> String {
    let mut table = Table::new(&["地址", "怎样知道", "来件", "材料", "首次", "最近"]);
    for sender in senders {
        let mut known: Vec<&str> = sender.known_by.iter().map(|how| how_word(how)).collect();
        known.extend(sender.dead.as_ref().map(|_| "收不到邮件"));
        table.row(vec![
            sender.address.clone(),
            if known.is_empty() { "–".to_owned() } else { known.join("、") },
            sender.mails.to_string(),
            sender.files.to_string(),
            moment(campaign, sender.first_at.as_ref()),
            moment(campaign, sender.last_at.as_ref()),
        ]);
    }
    table.on(screen)
}

/// How an address came to be known.
pub fn how_word(how: &str) -> &str {
    match how {
        "roster" => "名册",
        "form" => "表内联系人",
        "staff" => "人工记住",
        "domain" => "单位域名",
        other => other,
    }
}

fn moment(campaign: &Campaign, rfc3339: Option<&String>) -> String {
    let at = rfc3339.and_then(|at| at.parse().ok());
    at.map_or_else(|| "–".to_owned(), |at| chinese::short_moment(campaign.local(at)))
}
