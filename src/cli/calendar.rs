//! `shouwen calendar`: all due days and steps of a campaign, to read or as a file for the calendar of a phone or a mail
//! program.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::open;
use super::screen::{print, print_json, unwritten};
use super::{Common, DONE, FAILED, Failure, Outcome};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::remind::{Entry, agenda, earliest};
use crate::report::Table;

/// Octets of one line of an iCalendar file (RFC 5545, 3.1).
const LINE_BYTES: usize = 75;

#[derive(Args)]
pub(super) struct Options {
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 写成日历文件（.ics），可导入手机或邮箱的日历
    #[arg(long, value_name = "F")]
    ics: Option<PathBuf>,
    /// 输出 JSON
    #[arg(long, conflicts_with = "ics")]
    json: bool,
}

/// `shouwen calendar`. Needs the configuration alone.
pub(super) fn calendar(common: &Common, options: &Options) -> Outcome {
    let config = open::configuration(common)?;
    let campaign = open::campaign_of(&config.campaigns, options.campaign.as_deref())?;
    let early = earliest(campaign, &config.reminders, &config.mailboxes);
    let entries = agenda(campaign, &config.reminders, &early);
    if let Some(file) = &options.ics {
        let text = icalendar(campaign, &entries, open::clock(common).now());
        let failed = |error| Failure { status: FAILED, text: unwritten(file, &error) };
        std::fs::write(file, text).map_err(failed)?;
    } else if options.json {
        print_json(&entries.iter().map(|entry| as_json(campaign, entry)).collect::<Vec<_>>())?;
    } else {
        print(&as_text(campaign, &entries))?;
    }
    Ok(DONE)
}

fn as_json(campaign: &Campaign, entry: &Entry) -> serde_json::Value {
    let at = match entry.opens {
        Some(hour) => campaign.at(entry.on, hour),
        None => campaign.end_of(entry.on),
    };
    json!({
        "at": campaign.rfc3339(at), "date": entry.on.to_string(), "requirement": entry.requirement,
        "day": entry.day.map(|day| day.to_string()), "step": entry.step, "what": entry.what, "remark": entry.remark,
    })
}

fn as_text(campaign: &Campaign, entries: &[Entry]) -> String {
    let mut table = Table::new(&["日期", "时间", "事项", "步骤", "说明"]);
    for entry in entries {
        let hour = entry.opens.map_or(String::new(), |hour| hour.strftime("%H:%M起").to_string());
        let step = entry.step.as_ref().map(|step| format!("{}/{step}", entry.requirement));
        table.row(vec![
            chinese::full_day_and_weekday(entry.on),
            hour,
            entry.what.clone(),
            step.unwrap_or_default(),
            entry.remark.clone(),
        ]);
    }
    format!("{}（{}）\n{}", campaign.title, campaign.notice, table.render())
}

/// An iCalendar file (RFC 5545): due days last all day, steps begin at their hour.
fn icalendar(campaign: &Campaign, entries: &[Entry], now: Timestamp) -> String {
    let stamp = |at: Timestamp| TimeZone::UTC.to_datetime(at).strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//shouwen//calendar//ZH".to_owned(),
    ];
    for entry in entries {
        let day = entry.day.map_or("--".to_owned(), |day| day.to_string());
        let step = entry.step.as_deref().unwrap_or("due");
        let begins = match entry.opens {
            Some(hour) => format!("DTSTART:{}", stamp(campaign.at(entry.on, hour))),
            None => format!("DTSTART;VALUE=DATE:{}", entry.on.strftime("%Y%m%d")),
        };
        let summary = match &entry.step {
            Some(step) => format!("{}（{step}）", entry.what),
            None => entry.what.clone(),
        };
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}/{}/{step}/{day}@shouwen", campaign.id, entry.requirement),
            format!("DTSTAMP:{}", stamp(now)),
            begins,
            format!("SUMMARY:{}", escaped(&summary)),
            format!("DESCRIPTION:{}", escaped(&format!("{}\n{}", campaign.title, entry.remark))),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// Text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// One line, continued on as many as it needs, never within a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > LINE_BYTES {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}
