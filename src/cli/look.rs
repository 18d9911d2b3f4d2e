//! Commands that only look: status, messages, show, outbox. They work beside the daemon.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::{Common, DONE, Failure, Outcome, WAITS};
use super::{open, staff, typed};
use crate::daemon::{self, House};
use crate::domain::campaign::Campaign;
use crate::domain::message::MessageState;
use crate::report::{self, MessageJson, Question, Status};
use crate::store::{MessageFilter, OutboxRow, OutboxState};

/// In which shape a table is wanted; none: as text.
#[derive(Args)]
pub(super) struct Shape {
    /// 输出 JSON
    #[arg(long, group = "shape")]
    pub json: bool,
    /// 输出 CSV
    #[arg(long, group = "shape")]
    pub csv: bool,
    /// 写成 Excel 工作簿
    #[arg(long, value_name = "F", group = "shape")]
    pub xlsx: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct StatusOptions {
    /// 截至何时：2023-05-11T09:00，或日期（当天结束）；默认现在
    #[arg(long, value_name = "T")]
    as_of: Option<String>,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 只看一类单位
    #[arg(long, value_name = "G")]
    group: Option<String>,
    /// 只看一个单位：代码、全称或简称
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// 只看还没报齐的
    #[arg(long)]
    missing: bool,
    #[command(flatten)]
    shape: Shape,
    /// 写成单个网页文件
    #[arg(long, value_name = "F", group = "shape")]
    html: Option<PathBuf>,
}

/// `shouwen status`.
pub(super) fn status(common: &Common, options: &StatusOptions) -> Outcome {
    let house = open::house(common)?;
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    let status = asked_status(&house, campaign, options)?;
    match (&options.shape.xlsx, &options.html) {
        (Some(file), _) => {
            let book = report::status_workbook(&status, campaign);
            write_file(file, &book.map_err(|text| Failure { status: super::FAILED, text })?)?;
        }
        (_, Some(file)) => write_file(file, report::status_html(&status, campaign).as_bytes())?,
        _ if options.shape.json => print_json(&status)?,
        _ if options.shape.csv => print(&report::status_csv(&status, campaign))?,
        _ => {
            print(&report::status_text(&status, campaign))?;
            print(&pause_line(&house)?)?;
            print(&report::queue_line(&queued_now(&house, options)?, &daemon::forecast(&house)?, campaign))?;
        }
    }
    let waits = status.waiting.unassigned + status.waiting.review + status.waiting.parked > 0;
    Ok(if common.strict && waits { WAITS } else { DONE })
}

/// What is queued; nothing when another moment is asked about.
fn queued_now(house: &House, options: &StatusOptions) -> Result<Vec<OutboxRow>, Failure> {
    match options.as_of {
        Some(_) => Ok(Vec::new()),
        None => Ok(house.store.outbox(Some(OutboxState::Queued))?),
    }
}

fn asked_status(house: &House, campaign: &Campaign, options: &StatusOptions) -> Result<Status, Failure> {
    let as_of = options
        .as_of
        .as_deref()
        .map(|text| typed::moment(campaign, text, |day| campaign.end_of(day)))
        .transpose()?;
    let group = options.group.as_deref().map(|group| open::group(campaign, group)).transpose()?;
    let unit = options.unit.as_deref().map(|unit| staff::unit_named(house, campaign, unit)).transpose()?;
    let question = Question {
        campaign,
        mailboxes: &house.config.mailboxes,
        now: house.clock.now(),
        as_of,
        with_files: options.shape.json,
    };
    let mut status = report::status(&house.store, &question)?;
    status.units.retain(|entry| {
        group.as_ref().is_none_or(|group| entry.group == *group)
            && unit.is_none_or(|unit| entry.code == unit.code)
            && (!options.missing || entry.owes())
    });
    Ok(status)
}

#[derive(Args)]
pub(super) struct MessagesOptions {
    /// 只看一种状态：registered、review、parked、history、duplicate
    #[arg(long, value_name = "S")]
    state: Option<String>,
    /// 只看一个单位：代码、全称或简称
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// 只看一个发件地址
    #[arg(long, value_name = "ADDR")]
    from: Option<String>,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// `shouwen messages`.
pub(super) fn messages(common: &Common, options: &MessagesOptions) -> Outcome {
    let house = open::house(common)?;
    let state = options.state.as_deref().map(message_state).transpose()?;
    let unit = match &options.unit {
        Some(wanted) => Some(
            staff::unit_named(&house, open::campaign(&house, options.campaign.as_deref())?, wanted)?
                .code
                .clone(),
        ),
        None => None,
    };
    let campaign = match &options.campaign {
        Some(id) => Some(open::campaign(&house, Some(id))?.id.clone()),
        None => None,
    };
    let from = options.from.as_deref().map(bare_address);
    let filter = MessageFilter { state, unit, from, campaign, ..Default::default() };
    let rows = house.store.messages(&filter)?;
    let mut messages = report::messages_json(&rows, &house.config.campaigns, house.clock.now());
    report::add_decisions(&mut messages, &house.store.decisions()?, &house.config.campaigns);
    if options.json {
        print_json(&messages)?;
    } else {
        print(&report::messages_text(&messages, &house.config.campaigns))?;
    }
    Ok(if common.strict && messages.iter().any(waits) { WAITS } else { DONE })
}

/// An address as it is kept: of `张三 <zhang@a.example>` what is inside.
pub(super) fn bare_address(wanted: &str) -> String {
    let wanted = typed::plain(wanted);
    let inside = wanted.rsplit_once('<').map_or(wanted.as_str(), |(_, inside)| inside);
    inside.trim().trim_end_matches('>').to_lowercase()
}

fn message_state(word: &str) -> Result<MessageState, Failure> {
    let by_chinese = MessageState::ALL.iter().copied().find(|state| state.chinese() == word);
    MessageState::from_word(word).or(by_chinese).ok_or_else(|| {
        let known: Vec<&str> = MessageState::ALL.iter().map(|state| state.word()).collect();
        Failure::usage(format!("没有状态“{word}”；可用：{}", known.join("、")))
    })
}

/// `shouwen show ID`: a register number or Message-ID, else a unit.
pub(super) fn show(common: &Common, id: &str, json: bool, campaign: Option<&str>) -> Outcome {
    let house = open::house(common)?;
    let rows = staff::mails(&house, id)?;
    let mut messages = report::messages_json(&rows, &house.config.campaigns, house.clock.now());
    report::add_decisions(&mut messages, &house.store.decisions()?, &house.config.campaigns);
    let Some(message) = messages.first_mut() else {
        return show_unit(&house, id, json, campaign);
    };
    for campaign in &house.config.campaigns {
        message.corrections.extend(report::corrections(&house.store, campaign, message.id)?);
    }
    if json {
        print_json(message)?;
    } else {
        print(&report::show_text(message, &house.config.campaigns))?;
    }
    Ok(if common.strict && waits(message) { WAITS } else { DONE })
}

/// Whether a mail waits for a person.
pub(super) fn waits(message: &MessageJson) -> bool {
    matches!(message.state, Some(MessageState::Review | MessageState::Parked))
}

fn show_unit(house: &Arc<House>, wanted: &str, json: bool, campaign: Option<&str>) -> Outcome {
    let campaign = open::campaign(house, campaign)?;
    let unit = staff::unit_named(house, campaign, wanted)
        .or_else(|failure| Err(staff::neither(house, wanted, failure)?))?;
    let question = Question {
        campaign,
        mailboxes: &house.config.mailboxes,
        now: house.clock.now(),
        as_of: None,
        with_files: json,
    };
    let leaving = daemon::forecast(house)?;
    let file = report::unit_file(&house.store, &question, &house.config.campaigns, unit, &leaving)?;
    if json {
        print_json(&file)?;
    } else {
        print(&report::unit_text(&file, campaign, &house.config.campaigns, unit))?;
    }
    Ok(DONE)
}

/// `shouwen outbox`.
pub(super) fn outbox(common: &Common, json: bool) -> Outcome {
    let house = open::house(common)?;
    let mails = house.store.outbox(None)?;
    // What did not arrive, or nobody knows whether it did, is for a person.
    let waits = mails
        .iter()
        .any(|mail| matches!(mail.state, OutboxState::Failed | OutboxState::Unsure | OutboxState::Bounced));
    let rows = report::outbox_json(&mails, &house.config.campaigns, &daemon::forecast(&house)?);
    if json {
        print_json(&rows)?;
    } else {
        print(&pause_line(&house)?)?;
        print(&report::outbox_text(&rows, &house.config.campaigns))?;
    }
    Ok(if common.strict && waits { WAITS } else { DONE })
}

/// That a person paused all mail, if so.
fn pause_line(house: &House) -> Result<String, Failure> {
    Ok(report::pause_line(house.store.paused()?.as_ref(), &house.config.campaigns))
}

/// Writes a file that somebody asked for.
pub(super) fn write_file(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |error| Failure { status: super::FAILED, text: format!("{}：写不了：{error}", file.display()) };
    std::fs::write(file, bytes).map_err(failed)
}

/// One JSON document on standard output and nothing else.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Failure { status: super::FAILED, text: format!("json: {error}") })?;
    Ok(print(&format!("{text}\n"))?)
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure; a full disk under it is.
pub(super) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
