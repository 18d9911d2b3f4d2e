//! Commands that decide: what is due to be sent, its release by a person, its sending.

use std::sync::Arc;

use clap::Args;

use super::open;
use super::screen::{print, print_json};
use super::{Common, DONE, Failure, Outcome, WAITS, river, staff};
use crate::daemon::{self, House};
use crate::domain::campaign::Campaign;
use crate::remind::{self, Batch, Due, DueState, Mode, Signed};
use crate::report::{self, Table};

/// Steps of one mail in the table, which a terminal must hold.
const STEPS_SHOWN: usize = 3;

#[derive(Args)]
pub(super) struct RemindOptions {
    /// 显示该催谁、为什么、全文（不加其他选项时也是如此），不改动任何东西
    #[arg(long)]
    preview: bool,
    /// 批准：单位代码、全称、简称、步骤（如 plan/first/--/5101），或 all
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with = "preview")]
    approve: Vec<String>,
    /// 划掉，不再发送：写法与 --approve 相同，须用 --why 写明理由
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with_all = ["preview", "approve", "send"])]
    strike: Vec<String>,
    /// 暂停全部发信（告警除外），直到 --resume；须用 --why 写明理由
    #[arg(long, conflicts_with_all = ["preview", "approve", "strike", "send", "resume", "log"])]
    pause: bool,
    /// 恢复发信
    #[arg(long, conflicts_with_all = ["preview", "approve", "strike", "log"])]
    resume: bool,
    /// 列出何人何时批准、划掉、暂停了什么
    #[arg(long, conflicts_with_all = ["preview", "approve", "strike", "send"])]
    log: bool,
    /// 谁决定的；默认当前系统用户
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// 把此刻可以发的发出去
    #[arg(long, conflicts_with = "preview")]
    send: bool,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// `shouwen remind`.
pub(super) fn remind(common: &Common, options: &RemindOptions) -> Outcome {
    let house = open::house(common)?;
    if options.pause || options.resume {
        pause(&house, options)?;
    }
    if options.log {
        return show_log(&house, options);
    }
    if options.pause || (options.resume && !options.send) {
        return Ok(DONE);
    }
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    if !options.approve.is_empty() {
        approve(&house, campaign, options)?;
    }
    if !options.strike.is_empty() {
        strike(&house, campaign, options)?;
    }
    if options.send {
        river::send_now(&house, false)?;
    }
    let batch = plan(&house, campaign)?;
    if options.json {
        print_json(&batch.dues.iter().map(|due| due.json(campaign)).collect::<Vec<_>>())?;
    } else {
        let only_looks = !options.send && options.approve.is_empty() && options.strike.is_empty();
        print(&report::pause_line(house.store.paused()?.as_ref(), &house.config.campaigns))?;
        print(&batch_text(&batch, only_looks))?;
    }
    let waits = batch.dues.iter().any(|due| matches!(due.state, DueState::Due | DueState::Held));
    Ok(if common.strict && waits { WAITS } else { DONE })
}

fn plan(house: &Arc<House>, campaign: &Campaign) -> Result<Batch, Failure> {
    let (config, leaving) = (&house.config, daemon::forecast(house)?);
    let now = house.clock.now();
    Ok(remind::plan(&house.store, campaign, &config.mailboxes, &config.reminders, &leaving, now)?)
}

/// A person's word: who, when, why.
fn signed(house: &House, options: &RemindOptions) -> Signed {
    let by = options.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
    let why = options.why.as_deref().unwrap_or_default().trim().to_owned();
    Signed { by: by.map_or_else(staff::user, str::to_owned), at: house.clock.now(), why }
}

/// As [`signed`], with the reason that must be given.
fn signed_with_reason(house: &House, options: &RemindOptions, example: &str) -> Result<Signed, Failure> {
    let signed = signed(house, options);
    if signed.why.is_empty() {
        return Err(Failure::usage(format!("请用 --why 写明理由，例如 --why {example}")));
    }
    Ok(signed)
}

/// Stops all mail but alarms, or lets it leave again.
fn pause(house: &House, options: &RemindOptions) -> Result<(), Failure> {
    let signed = match options.pause {
        true => signed_with_reason(house, options, "核对名册")?,
        false => signed(house, options),
    };
    let has_changed = remind::pause(&house.store, options.pause, &signed)?;
    eprintln!(
        "{}",
        match (options.pause, has_changed) {
            (true, true) => "已暂停发信；除告警外一概不发，直到 shouwen remind --resume。",
            (true, false) => "发信早已暂停。",
            (false, true) => "已恢复发信。",
            (false, false) => "发信没有暂停。",
        }
    );
    Ok(())
}

/// Who released, struck and paused what.
fn show_log(house: &House, options: &RemindOptions) -> Outcome {
    let campaigns = &house.config.campaigns;
    let mut entries = house.store.reminder_log()?;
    if let Some(id) = options.campaign.as_deref() {
        let campaign = &open::campaign(house, Some(id))?.id;
        entries.retain(|entry| entry.campaign.as_ref().is_none_or(|of| of == campaign));
    }
    let rows = report::log_json(&entries, campaigns);
    if options.json {
        print_json(&rows)?;
    } else {
        print(&report::log_text(&rows, campaigns))?;
    }
    Ok(DONE)
}

/// The mails that a person named by unit, step or `all`, without those that `is_fit` refuses. A word that fits nothing
/// decides nothing.
fn named<'b>(
    house: &House,
    campaign: &Campaign,
    batch: &'b Batch,
    wanted: &[String],
    is_fit: impl Fn(&Due) -> bool,
    verb: &str,
) -> Result<Vec<&'b Due>, Failure> {
    let mut chosen: Vec<&Due> = Vec::new();
    for word in wanted {
        let unit = staff::unit_named(house, campaign, word).ok().map(|unit| unit.code.as_str());
        let is_meant = |due: &&Due| {
            word == "all" || due.unit.as_deref().is_some_and(|code| unit == Some(code)) || has_step(due, word)
        };
        let (found, others): (Vec<&Due>, Vec<&Due>) =
            batch.dues.iter().filter(is_meant).partition(|due| is_fit(due));
        if found.is_empty() && word != "all" {
            let text = match others.first() {
                Some(due) => format!("“{word}”的催报{}：{}。现在不能{verb}。", due.state.chinese(), due.why),
                None => format!("“{word}”现在没有可{verb}的催报；先看 shouwen remind --preview。"),
            };
            return Err(Failure::usage(text));
        }
        for due in found {
            if !chosen.contains(&due) {
                chosen.push(due);
            }
        }
    }
    Ok(chosen)
}

/// Releases what is due for the units or steps that a person named. To release a mail again changes nothing.
fn approve(house: &Arc<House>, campaign: &Campaign, options: &RemindOptions) -> Result<(), Failure> {
    if house.config.reminders.mode == Mode::Off {
        return Err(Failure::usage(
            "催报已关闭（[reminders] 的 mode 是 \"off\"），批准了也不会发出；要逐批放行，请改为 mode = \"approve\"。",
        ));
    }
    let batch = plan(house, campaign)?;
    let is_fit = |due: &Due| due.state != DueState::Held;
    let released = named(house, campaign, &batch, &options.approve, is_fit, "批准")?;
    let signed = signed(house, options);
    let mut new = 0;
    for due in released {
        new += u32::from(remind::approve(&house.store, due, jiff::SignedDuration::ZERO, &signed)?);
    }
    eprintln!("已批准 {new} 封。");
    Ok(())
}

/// Strikes the mails that a person named: they are never sent.
fn strike(house: &Arc<House>, campaign: &Campaign, options: &RemindOptions) -> Result<(), Failure> {
    let signed = signed_with_reason(house, options, "电话已催")?;
    let batch = plan(house, campaign)?;
    let Some(sender) = remind::sender_of(&house.config.mailboxes, campaign) else {
        return Err(Failure::usage("没有可发信的邮箱，本来就不会发出。"));
    };
    let chosen = named(house, campaign, &batch, &options.strike, |_| true, "划掉")?;
    let mut struck = 0;
    for due in &chosen {
        struck += usize::from(remind::strike(&house.store, due, sender, &signed)?);
    }
    let left = if struck < chosen.len() { "；其余的正在发出或已经发出" } else { "" };
    eprintln!("已划掉 {struck} 封{left}。");
    Ok(())
}

fn has_step(due: &Due, word: &str) -> bool {
    due.steps.iter().any(|step| step.to_string() == word)
}

/// The steps of a mail; of a long phone list the first ones.
fn in_short(due: &Due) -> String {
    let steps: Vec<String> = due.steps.iter().take(STEPS_SHOWN).map(ToString::to_string).collect();
    let more =
        if due.steps.len() > STEPS_SHOWN { format!(" 等{}项", due.steps.len()) } else { String::new() };
    steps.join(" ") + &more
}

fn batch_text(batch: &Batch, with_texts: bool) -> String {
    let mut text: String = batch.notes.iter().map(|note| format!("注意：{note}\n")).collect();
    if batch.dues.is_empty() {
        text.push_str("现在没有到期要催的单位。\n");
        return text;
    }
    let mut table = Table::new(&["单位", "收件地址", "情况", "步骤", "为什么"]);
    for due in &batch.dues {
        let unit = if due.unit.is_some() { due.unit_name.clone() } else { "（工作人员）".to_owned() };
        table.row(vec![unit, due.to.clone(), due.state.chinese().to_owned(), in_short(due), due.why.clone()]);
    }
    text.push_str(&table.render());
    if with_texts {
        for due in &batch.dues {
            text.push_str(&format!(
                "\n── {} <{}>\n主题：{}\n\n{}\n",
                due.unit_name, due.to, due.subject, due.text
            ));
        }
    }
    text
}
