//! The log of what persons did with reminders, as JSON and as a table; and whether they have paused all mail.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::table::{Table, fit};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::store::{LogAct, LogEntry};

/// Widest reason and steps in a table, in cells.
const TEXT_CELLS: usize = 50;

/// The step as which a unit is told what to mend.
const FIX: &str = "fix";

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
    let mut table = Table::new(&["编号", "时间", "谁", "做了什么", "单位", "收件人", "催什么", "理由"]);
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
            fit(&steps_in_words(&row.steps, campaigns), TEXT_CELLS),
            fit(&row.why, TEXT_CELLS),
        ]);
    }
    format!("{}\n共 {} 条。\n", table.render().trim_end(), rows.len())
}

/// 「活动方案、联络员、信息采集表；典型案例…（5月16日）」: what the steps of a mail ask for, by the titles of the campaign.
pub fn steps_in_words(steps: &[String], campaigns: &[Campaign]) -> String {
    let mut words: Vec<String> = Vec::new();
    for step in steps {
        let mut parts = step.split('/');
        let (requirement, what, day) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let own = campaigns.iter().find_map(|campaign| campaign.requirement(requirement));
        let title = own.map_or(requirement, |requirement| requirement.title.as_str());
        let mends = if what == Some(FIX) { "补正" } else { "" };
        let day: Option<Date> = day.and_then(|day| day.parse().ok());
        let day = day.map_or_else(String::new, |day| format!("（{}）", chinese::day(day)));
        let told = format!("{title}{day}{mends}");
        if !words.contains(&told) {
            words.push(told);
        }
    }
    words.join("；")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_told_in_words_each_once() {
        let steps =
            ["plan/first/--/5105", "plan/second/--/5105", "daily/nudge/2023-05-16/5105", "plan/fix/--/5105"];
        let steps = steps.map(str::to_owned);
        assert_eq!(steps_in_words(&steps, &[]), "plan；daily（5月16日）；plan补正");
    }
}
