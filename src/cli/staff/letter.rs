//! Decisions about mail of ours: whether one that got no answer has left (`settle`), and that an address from which mail
//! came back is good after all (`revive`).

use clap::Args;

use super::super::look::bare_address;
use super::super::{Common, Failure, Outcome, open, typed};
use super::{Signed, decide, reason, undoing};
use crate::daemon::House;
use crate::domain::decision::{Act, Decision};
use crate::store::OutboxRow;

#[derive(Args)]
pub(in crate::cli) struct SettleOptions {
    /// 发信：outbox 里的编号或 Message-ID
    #[arg(value_name = "ID")]
    id: String,
    /// 已经发出，不再发
    #[arg(long, conflicts_with = "again")]
    sent: bool,
    /// 没有发出，重新排队（对方可能收到两封相同的信）
    #[arg(long)]
    again: bool,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
pub(in crate::cli) struct ReviveOptions {
    /// 收件地址
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

/// `shouwen settle`.
pub(in crate::cli) fn settle(common: &Common, options: &SettleOptions) -> Outcome {
    let house = open::house(common)?;
    let row = letter(&house, &options.id)?;
    let act = match (options.sent, options.again, options.signed.undo) {
        (_, _, true) => Act::Undo,
        (true, ..) => Act::Left,
        (_, true, _) => Act::Resend,
        _ => {
            return Err(Failure::usage("请写明 --sent（已经发出）或 --again（没有发出，重新排队）。"));
        }
    };
    let mut told = decide(&house, |all| {
        let signature = options.signed.signature(&house, options.why.as_deref());
        if act == Act::Undo {
            let is_it = |earlier: &Decision| {
                matches!(earlier.act, Act::Left | Act::Resend) && earlier.outbox == Some(row.id)
            };
            return undoing(all, &signature, &format!("发信 {}", row.id), is_it);
        }
        let (campaign, unit) = (row.mail.campaign.clone(), row.mail.unit.clone());
        Ok(vec![Decision { outbox: Some(row.id), campaign, unit, ..signature.decision(act) }])
    })?;
    let row = letter(&house, &row.id.to_string())?;
    told.text.push_str(&format!("发信 {}（{}）现在：{}\n", row.id, row.mail.to, row.state.chinese()));
    told.say(common, &options.signed)
}

fn letter(house: &House, wanted: &str) -> Result<OutboxRow, Failure> {
    let wanted = typed::plain(wanted);
    let number: Option<i64> = wanted.trim_start_matches('#').parse().ok();
    let is_it = |row: &OutboxRow| Some(row.id) == number || row.mail.message_id == wanted;
    let found = house.store.outbox(None)?.into_iter().find(is_it);
    found.ok_or_else(|| Failure::usage(format!("没有发信“{wanted}”；编号见 shouwen outbox。")))
}

/// `shouwen revive`.
pub(in crate::cli) fn revive(common: &Common, options: &ReviveOptions) -> Outcome {
    let house = open::house(common)?;
    let address = bare_address(&options.address);
    let why = reason(options.why.as_deref(), &options.signed, "“电话核实，邮箱已恢复”")?;
    let told = decide(&house, |all| {
        let signature = options.signed.signature(&house, why);
        if options.signed.undo {
            let is_it = |earlier: &Decision| {
                earlier.act == Act::Revive && earlier.address.as_deref() == Some(address.as_str())
            };
            return undoing(all, &signature, &address, is_it);
        }
        let dead = house.store.dead_addresses()?.into_iter().find(|dead| dead.address == address);
        let Some(dead) = dead else {
            return Err(Failure::usage(format!("{address} 没有因退信停用，不必恢复。")));
        };
        let (campaign, unit) = (dead.campaign, dead.unit);
        Ok(vec![Decision {
            campaign,
            unit,
            address: Some(address.clone()),
            ..signature.decision(Act::Revive)
        }])
    })?;
    told.say(common, &options.signed)
}
