//! Commands that decide: what is due to be sent, its release by a person, its sending.

use std::collections::BTreeSet;

use clap::Args;

use super::open;
use super::screen::{print, print_json};
use super::{Common, DONE, Failure, Outcome, WAITS, river, staff};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::remind::{self, Batch, Due, DueState};
use crate::report::Table;

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
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    if !options.approve.is_empty() {
        approve(&house, campaign, &options.approve)?;
    }
    if options.send {
        river::send_now(&house, false)?;
    }
    let batch = plan(&house, campaign)?;
    if options.json {
        print_json(&batch.dues.iter().map(Due::json).collect::<Vec<_>>())?;
    } else {
        print(&batch_text(&batch, !options.send && options.approve.is_empty()))?;
    }
    let waits = batch.dues.iter().any(|due| matches!(due.state, DueState::Due | DueState::Held));
    Ok(if common.strict && waits { WAITS } else { DONE })
}

fn plan(house: &House, campaign: &Campaign) -> Result<Batch, Failure> {
    let config = &house.config;
    let now = house.clock.now();
    Ok(remind::plan(&house.store, campaign, &config.mailboxes, &config.reminders, now)?)
}

/// Releases what is due for the units or steps that a person named; a word that fits nothing releases nothing. To
/// release a mail again changes nothing.
fn approve(house: &House, campaign: &Campaign, wanted: &[String]) -> Result<(), Failure> {
    let batch = plan(house, campaign)?;
    let mut released: Vec<&Due> = Vec::new();
    for word in wanted {
        let unit = staff::unit_named(house, campaign, word).ok().map(|unit| unit.code.as_str());
        let fits = |due: &&Due| {
            word == "all" || due.unit.as_deref().is_some_and(|code| unit == Some(code)) || has_step(due, word)
        };
        let (held, found): (Vec<&Due>, Vec<&Due>) =
            batch.dues.iter().filter(fits).partition(|due| due.state == DueState::Held);
        if found.is_empty() && word != "all" {
            let text = match held.first() {
                Some(due) => format!("“{word}”的催报暂缓：{}。现在不能批准。", due.why),
                None => format!("“{word}”现在没有可批准的催报；先看 shouwen remind --preview。"),
            };
            return Err(Failure::usage(text));
        }
        released.extend(found);
    }
    let is_new = |due: &Due| due.state == DueState::Due;
    let by = staff::user();
    for due in &released {
        remind::approve(&house.store, due, &by, house.clock.now())?;
    }
    let new: BTreeSet<_> =
        released.iter().filter(|due| is_new(due)).map(|due| (&due.to, &due.steps)).collect();
    eprintln!("已批准 {} 封。", new.len());
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
