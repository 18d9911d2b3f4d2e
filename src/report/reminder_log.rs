//! The log of what persons did with reminders, as JSON and as a table; and whether they have paused all mail.

use jiff::Timestamp;
use serde::Serialize;

use super::table::{Table, fit};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::store::{LogAct, LogEntry};

/// Widest reason and steps in a table, in cells.
const TEXT_CELLS: usize = 50;

/// One line of the log.
#[derive(Debug, Clone, Serialize)]
pub struct LogJson {
    /// Its number.
    pub id: i64,
    /// What was done.
    pub act: LogAct,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub why: String,
    /// Campaign; none for what concerns all mail.
    pub campaign: Option<String>,
    /// Name of the unit; none for lists for staff and for what concerns all mail.
    pub unit: Option<String>,
    /// To whom the mail was to go.
    pub to: String,
    /// Its steps.
    pub steps: Vec<String>,
    /// Its subject.
    pub subject: String,
}

/// The log as JSON documents, oldest first.
pub fn log_json(entries: &[LogEntry], campaigns: &[Campaign]) -> Vec<LogJson> {
    let one = |entry: &LogEntry| {
        let own = campaigns.iter().find(|campaign| Some(&campaign.id) == entry.campaign.as_ref());
        let campaign = own.or(campaigns.first());
        let name = |code: &String| {
            let unit = campaign.and_then(|campaign| campaign.roster.by_code(code));
            unit.map_or_else(|| code.clone(), |unit| unit.name.clone())
        };
        LogJson {
            id: entry.id,
            act: entry.act,
            by: entry.by.clone(),
            at: campaign.map_or_else(|| entry.at.to_string(), |campaign| campaign.rfc3339(entry.at)),
            why: entry.why.clone(),
            campaign: entry.campaign.clone(),
            unit: entry.unit.as_ref().map(name),
            to: entry.to.clone(),
            steps: entry.steps.clone(),
            subject: entry.subject.clone(),
        }
    };
    entries.iter().map(one).collect()
}

/// The log as a table.
pub fn log_text(rows: &[LogJson], campaigns: &[Campaign]) -> String {
    let mut table = Table::new(&["编号", "时间", "谁", "做了什么", "单位", "收件人", "步骤", "理由"]);
    let short = |at: &str| match (at.parse::<Timestamp>(), campaigns.first()) {
        (Ok(moment), Some(campaign)) => chinese::short_moment(campaign.local(moment)),
        _ => at.to_owned(),
    };
    for row in rows {
        table.row(vec![
            row.id.to_string(),
            short(&row.at),
            row.by.clone(),
            row.act.chinese().to_owned(),
            row.unit.clone().unwrap_or_else(|| "–".to_owned()),
            row.to.clone(),
            fit(&row.steps.join(" "), TEXT_CELLS),
            fit(&row.why, TEXT_CELLS),
        ]);
    }
    format!("{}\n共 {} 条。\n", table.render().trim_end(), rows.len())
}

/// That all mail is paused, by whom and why, in one line; empty when it is not.
pub fn pause_line(paused: Option<&LogEntry>, campaigns: &[Campaign]) -> String {
    let Some(LogEntry { by, at, why, .. }) = paused else { return String::new() };
    let since = campaigns.first().map(|campaign| chinese::moment(campaign.local(*at)));
    let since = since.unwrap_or_else(|| at.to_string());
    let line = super::table::clean(&format!(
        "发信已暂停：{by}，{since}，{why}。除告警外一概不发，直到 shouwen remind --resume。"
    ));
    format!("{line}\n")
}
