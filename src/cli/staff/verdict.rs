//! `accept` and `return`: whether a file counts, and as what.

use clap::Args;

use super::super::{Common, Failure, Outcome, open};
use super::words::worded;
use super::{Signed, bench, decide, find, reason, undoing};
use crate::domain::decision::{Act, Decision, Scope};
use crate::intake::rule::{Signature, verdict};
use crate::store::MessageRow;

#[derive(Args)]
pub(in crate::cli) struct AcceptOptions {
    /// 来件：编号或 Message-ID
    #[arg(value_name = "ID")]
    id: String,
    /// 附件名或序号；不写则为其中全部待认定的
    #[arg(value_name = "PART")]
    part: Option<String>,
    /// 作为哪项材料，如 plan/form4、daily/photo@2023-05-16；可写多次
    #[arg(long, value_name = "REQ/ITEM[@DAY]")]
    item: Vec<String>,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
pub(in crate::cli) struct ReturnOptions {
    /// 来件：编号或 Message-ID
    #[arg(value_name = "ID")]
    id: String,
    /// 附件名或序号；不写则为其中全部材料
    #[arg(value_name = "PART")]
    part: Option<String>,
    /// 退回的理由，会写进给该单位的提醒
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

/// `shouwen accept`.
pub(in crate::cli) fn accept(common: &Common, options: &AcceptOptions) -> Outcome {
    let house = open::house(common)?;
    let row = find::mail(&house, &options.id)?;
    let told = decide(&house, |all| {
        let signature = options.signed.signature(&house, options.why.as_deref());
        if options.signed.undo {
            return undo_verdict(&row, options.part.as_deref(), all, &signature, Act::Accept);
        }
        let at = options.part.as_deref().map(|part| find::part(&row, part)).transpose()?;
        let campaign = find::campaign_of(&house, &row, at, options.signed.campaign.as_deref())?;
        let items = options.item.iter().map(|item| find::one_item(campaign, find::scope(campaign, item)?));
        let items: Vec<Scope> = items.collect::<Result<_, _>>()?;
        let decisions = verdict::acceptance(&bench(&house), campaign, &row, (at, &items), &signature);
        decisions.map_err(|refused| worded(refused, Some(&row)))
    })?;
    told.with_mails(&house, &[row.id])?.say(common, &options.signed)
}

/// `shouwen return`.
pub(in crate::cli) fn give_back(common: &Common, options: &ReturnOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“表内缺公章，请重新盖章扫描”")?;
    let row = find::mail(&house, &options.id)?;
    let told = decide(&house, |all| {
        let signature = options.signed.signature(&house, why);
        if options.signed.undo {
            return undo_verdict(&row, options.part.as_deref(), all, &signature, Act::Return);
        }
        let at = options.part.as_deref().map(|part| find::part(&row, part)).transpose()?;
        let campaign = find::campaign_of(&house, &row, at, options.signed.campaign.as_deref())?;
        verdict::returned(campaign, &row, at, &signature).map_err(|refused| worded(refused, Some(&row)))
    })?;
    told.with_mails(&house, &[row.id])?.say(common, &options.signed)
}

fn undo_verdict(
    row: &MessageRow,
    part: Option<&str>,
    all: &[Decision],
    undo: &Signature,
    act: Act,
) -> Result<Vec<Decision>, Failure> {
    let at = part.map(|part| find::part(row, part)).transpose()?;
    let path = at.and_then(|at| row.parts.get(at)).map(|part| part.path.as_str());
    let what = format!("来件#{}{}（{}）", row.id, path.unwrap_or_default(), act.chinese());
    undoing(all, undo, &what, |decision| {
        let own = decision.part.as_ref().map(|part| part.path.as_str());
        decision.act == act && decision.message == Some(row.id) && (path.is_none() || own == path)
    })
}
