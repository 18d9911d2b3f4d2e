//! What persons ruled, as JSON and in words: every decision ever made about a thing, with the one that counts told from
//! those that were replaced or undone.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::messages::MessageJson;
use super::table::clean;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::message::PartState;

/// One decision.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionJson {
    /// Its number.
    pub id: i64,
    /// What was decided.
    pub act: Act,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// Why, or the remark itself.
    pub why: String,
    /// Name of the unit.
    pub unit: Option<String>,
    /// Register number of the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<i64>,
    /// Number of our mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbox: Option<i64>,
    /// The part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What it is about: `REQUIREMENT/ITEM@DAY`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// The sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What people write for the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The last day that is on time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When it came on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came_at: Option<String>,
    /// The decision that it undoes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<i64>,
    /// The decision that undid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<i64>,
    /// Whether it counts now.
    pub counts: bool,
    /// All of it in words.
    pub words: String,
}

/// What of all decisions tells how each of them stands, looked up once for all.
struct Standing<'a> {
    by_id: HashMap<i64, &'a Decision>,
    undone_by: HashMap<i64, i64>,
    counting: HashSet<i64>,
    campaigns: &'a [Campaign],
}

impl<'a> Standing<'a> {
    fn of(all: &'a [Decision], campaigns: &'a [Campaign]) -> Self {
        let mut undone_by = HashMap::new();
        for decision in all {
            if let Some(undone) = decision.undoes {
                undone_by.entry(undone).or_insert(decision.id);
            }
        }
        let counting = in_force(all, Timestamp::MAX).iter().map(|decision| decision.id).collect();
        let by_id = all.iter().map(|decision| (decision.id, decision)).collect();
        Self { by_id, undone_by, counting, campaigns }
    }

    /// What a decision is about: of one that undoes, what it undoes.
    fn meant(&self, decision: &'a Decision) -> &'a Decision {
        decision.undoes.and_then(|undone| self.by_id.get(&undone)).copied().unwrap_or(decision)
    }

    fn json(&self, decision: &Decision) -> DecisionJson {
        let campaigns = self.campaigns;
        let campaign = campaigns.iter().find(|campaign| Some(&campaign.id) == decision.campaign.as_ref());
        let campaign = campaign.or(campaigns.first());
        let time = |at: Timestamp| campaign.map_or_else(|| at.to_string(), |campaign| campaign.rfc3339(at));
        let name = |code: &String| {
            let unit = campaign.and_then(|campaign| campaign.roster.by_code(code));
            unit.map_or_else(|| code.clone(), |unit| unit.name.clone())
        };
        DecisionJson {
            id: decision.id,
            act: decision.act,
            by: decision.by.clone(),
            at: time(decision.at),
            why: decision.why.clone(),
            unit: decision.unit.as_ref().map(name),
            message: decision.message,
            outbox: decision.outbox,
            part: decision.part.as_ref().map(|part| part.path.clone()),
            items: decision.scopes.iter().map(ToString::to_string).collect(),
            address: decision.address.clone(),
            alias: decision.alias.clone(),
            until: decision.until,
            came_at: decision.came_at.map(time),
            undoes: decision.undoes,
            undone_by: self.undone_by.get(&decision.id).copied(),
            counts: self.counting.contains(&decision.id),
            words: chinese::decision(decision, campaign),
        }
    }
}

/// Decisions that fit, with those that undid them, in the order in which they were made. `all`: every one.
pub fn decisions_json(
    all: &[Decision],
    campaigns: &[Campaign],
    fits: impl Fn(&Decision) -> bool,
) -> Vec<DecisionJson> {
    let standing = Standing::of(all, campaigns);
    let fitting = all.iter().filter(|decision| fits(standing.meant(decision)));
    fitting.map(|decision| standing.json(decision)).collect()
}

/// Adds to each mail what persons ruled on it.
pub fn add_decisions(messages: &mut [MessageJson], all: &[Decision], campaigns: &[Campaign]) {
    let standing = Standing::of(all, campaigns);
    let mut by_message: HashMap<i64, Vec<&Decision>> = HashMap::new();
    for decision in all {
        if let Some(message) = standing.meant(decision).message {
            by_message.entry(message).or_default().push(decision);
        }
    }
    for message in messages {
        let own = by_message.get(&message.id).into_iter().flatten();
        message.decisions = own.map(|decision| standing.json(decision)).collect();
    }
}

/// 「认定  第3号 李某 5-11 09:30 归入绵阳职业技术学院：电话核实」, one line each.
pub(super) fn decision_lines(decisions: &[DecisionJson]) -> Vec<String> {
    let line = |decision: &DecisionJson| {
        let fate = match decision.undone_by {
            Some(by) => format!("（已由第{by}号撤销）"),
            None if decision.counts || decision.act == Act::Undo => String::new(),
            None => "（已由后来的认定代替）".to_owned(),
        };
        format!("  认定  第{}号 {}{fate}", decision.id, decision.words)
    };
    decisions.iter().map(line).collect()
}

/// What became of a mail by a decision: where it stands, each part that is more than its wrapping, and what still waits.
pub fn decided_text(message: &MessageJson) -> String {
    let state = message.state.map_or("在途", |state| state.chinese());
    let kind = message.kind.map_or("–", |kind| kind.chinese());
    let by = message.unit_by.map(|by| format!("（{}）", by.chinese())).unwrap_or_default();
    let unit = message.unit.as_deref().unwrap_or("未识别");
    let mut lines = vec![format!("来件 #{}  {state}  {kind}  {unit}{by}", message.id)];
    for part in &message.parts {
        if matches!(part.state, PartState::Container | PartState::Ignored) {
            continue;
        }
        let item = part.requirement.as_deref().zip(part.item.as_deref());
        let item = item.map(|(requirement, item)| {
            let day = part.day.map(|day| format!("@{day}")).unwrap_or_default();
            format!(" → {requirement}/{item}{day}")
        });
        let unit = part.unit.as_ref().map(|unit| format!("（{unit}）")).unwrap_or_default();
        let (word, path, why) = (part.state.chinese(), &part.path, &part.why);
        lines.push(format!("  {word}{}{unit}  {path}：{why}", item.unwrap_or_default()));
    }
    if !message.why.is_empty() {
        lines.push(format!("  仍待认定：{}", message.why));
    }
    lines.iter().map(|line| format!("{}\n", clean(line))).collect()
}
