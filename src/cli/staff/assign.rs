//! `assign`: whose a mail is, or one of its parts. It teaches who writes for whom, and what people write for whom, only
//! when told to, and then looks back at the mails that wait.

use std::collections::BTreeSet;

use clap::Args;

use super::super::look::bare_address;
use super::super::screen::print;
use super::super::{Common, Failure, Outcome, open};
use super::{Signed, decide, find, ruled_part, tell, undoing};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, TaughtName, taught_names};
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::recognition::alias::objection;
use crate::store::{MessageFilter, MessageRow};

#[derive(Args)]
pub(in crate::cli) struct AssignOptions {
    /// 来件：编号或 Message-ID（与 --forget 同用时写单位）
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// 单位：代码、全称或简称
    #[arg(value_name = "UNIT")]
    unit: Option<String>,
    /// 只认定其中一个附件（压缩包则连同其内容）：附件名或序号
    #[arg(long, value_name = "PART")]
    part: Option<String>,
    /// 与本处无关：不属于任何单位，不再待办
    #[arg(long, conflicts_with_all = ["unit", "remember", "alias"])]
    none: bool,
    /// 记住这个发件地址属于该单位，此前此后没有其他线索的来件也归入；只记这一个地址
    #[arg(long, conflicts_with = "part")]
    remember: bool,
    /// 记住这个写法指该单位，如 --alias 川职：此后（和正待认定的）来件中写着它的都归入
    #[arg(long, value_name = "NAME", conflicts_with = "part")]
    alias: Option<String>,
    /// 解除一个发件地址与单位的对应：assign --forget 地址 单位
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["unit", "part", "none", "remember", "alias"])]
    forget: Option<String>,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

/// `shouwen assign`.
pub(in crate::cli) fn assign(common: &Common, options: &AssignOptions) -> Outcome {
    let house = open::house(common)?;
    if let Some(address) = &options.forget {
        return forget(common, &house, options, &bare_address(address));
    }
    let Some(id) = options.id.as_deref() else {
        return Err(Failure::usage("请写明来件编号和单位：shouwen assign 17 绵阳职业技术学院"));
    };
    let row = find::mail(&house, id)?;
    let decided = decide(&house, |all| assignment(&house, options, &row, all))?;
    let status = tell(common, &house, &[row.id])?;
    if !decided.looked_back.is_empty() {
        let numbers: Vec<String> = decided.looked_back.iter().map(|id| format!("#{id}")).collect();
        print(&format!("一并重新认定的来件：{}\n", numbers.join("、")))?;
    }
    Ok(status)
}

fn assignment(
    house: &House,
    options: &AssignOptions,
    row: &MessageRow,
    all: &[Decision],
) -> Result<Vec<Decision>, Failure> {
    let now = house.clock.now();
    let part = options.part.as_deref().map(|part| find::part(row, part)).transpose()?;
    let part = part.and_then(|at| row.parts.get(at)).map(|part| ruled_part(&part.path, &part.sha256));
    if options.signed.undo {
        let undo = options.signed.decision(Act::Undo, now, options.why.as_deref());
        let is_own = |decision: &Decision| decision.message == Some(row.id);
        // With a written name only that is taken back.
        if let Some(alias) = &options.alias {
            return undoing(all, &undo, &format!("来件#{}的写法“{alias}”", row.id), |decision| {
                is_own(decision)
                    && decision.alias.as_deref().is_some_and(|own| squeeze(own) == squeeze(alias))
            });
        }
        return undoing(all, &undo, &format!("来件#{}", row.id), |decision| match decision.act {
            Act::Assign => is_own(decision) && (part.is_none() || decision.part == part),
            Act::Remember | Act::Alias => is_own(decision) && part.is_none(),
            _ => false,
        });
    }
    let campaign = find::campaign_of(house, row, options.signed.campaign.as_deref())?;
    let unit = match (&options.unit, options.none) {
        (Some(unit), _) => Some(find::unit(house, campaign, unit)?),
        (None, true) => None,
        (None, false) => {
            return Err(Failure::usage("请写明单位；与本处无关的来件用 --none，撤销用 --undo。"));
        }
    };
    let decision = options.signed.decision(Act::Assign, now, options.why.as_deref());
    let assigned = Decision {
        message: Some(row.id),
        campaign: Some(campaign.id.clone()),
        unit: unit.map(|unit| unit.code.clone()),
        part,
        ..decision
    };
    let mut decisions = vec![assigned.clone()];
    if let (true, Some(unit)) = (options.remember, unit) {
        check_memorable(house, campaign, row, unit)?;
        let address = Some(row.from.to_lowercase());
        decisions.push(Decision { act: Act::Remember, address, ..assigned.clone() });
    }
    if let (Some(alias), Some(unit)) = (&options.alias, unit) {
        check_alias(house, campaign, unit, &taught_names(all, &campaign.id), alias)?;
        let alias = Some(squeeze(alias));
        decisions.push(Decision { act: Act::Alias, alias, ..assigned });
    }
    Ok(decisions)
}

/// An address that several units use, or that is ours, tells nothing.
fn check_memorable(house: &House, campaign: &Campaign, row: &MessageRow, unit: &Unit) -> Result<(), Failure> {
    let address = row.from.to_lowercase();
    if address.is_empty() || house.config.mailboxes.iter().any(|m| m.address.eq_ignore_ascii_case(&address)) {
        return Err(Failure::usage(format!("来件#{}没有可以记住的发件地址；请去掉 --remember。", row.id)));
    }
    let mut others: BTreeSet<String> = BTreeSet::new();
    for learned in house.store.learned_senders(&campaign.id)? {
        others.extend((learned.address == address).then_some(learned.unit));
    }
    let lists = |unit: &&Unit| unit.emails.iter().any(|email| email.eq_ignore_ascii_case(&address));
    others.extend(campaign.roster.units.iter().filter(lists).map(|unit| unit.code.clone()));
    let filter = MessageFilter {
        from: Some(address.clone()),
        campaign: Some(campaign.id.clone()),
        ..Default::default()
    };
    let earlier = house.store.messages(&filter)?;
    others.extend(earlier.into_iter().filter(|mail| mail.id != row.id).filter_map(|mail| mail.unit));
    others.remove(&unit.code);
    if others.is_empty() {
        return Ok(());
    }
    let name =
        |code: &String| campaign.roster.by_code(code).map_or_else(|| code.clone(), |unit| unit.name.clone());
    let names: Vec<String> = others.iter().map(name).collect();
    Err(Failure::usage(format!(
        "{address} 还为别的单位来过信（{}），不能记住。去掉 --remember 可只归入这一封；确已改用的，先 assign --forget {address} 原单位。",
        names.join("、")
    )))
}

/// What another unit's mail says too tells nothing of this one.
fn check_alias(
    house: &House,
    campaign: &Campaign,
    unit: &Unit,
    taught: &[TaughtName],
    written: &str,
) -> Result<(), Failure> {
    if let Some(why) = objection(campaign, unit, taught, written) {
        return Err(Failure::usage(format!("“{written}”不能记为{}的写法：{why}。", unit.name)));
    }
    let name = squeeze(written);
    let filter = MessageFilter { campaign: Some(campaign.id.clone()), ..Default::default() };
    for mail in house.store.messages(&filter)? {
        let Some(other) = mail.unit.as_ref().filter(|code| **code != unit.code) else { continue };
        let says = |text: &str| squeeze(text).contains(&name);
        // A mail that could not be read has no report.
        let Ok((facts, _)) = house.store.facts(mail.id) else { continue };
        if says(&facts.header.subject) || says(&facts.header.from_name) || says(&facts.text) {
            let other = campaign.roster.by_code(other).map_or(other.as_str(), |unit| unit.name.as_str());
            return Err(Failure::usage(format!(
                "“{written}”不能记为{}的写法：{other}的来件#{}里也这样写。",
                unit.name, mail.id
            )));
        }
    }
    Ok(())
}

/// `assign --forget ADDRESS UNIT`.
fn forget(common: &Common, house: &House, options: &AssignOptions, address: &str) -> Outcome {
    let Some(wanted) = options.id.as_deref() else {
        return Err(Failure::usage("请写明单位：shouwen assign --forget 地址 单位"));
    };
    let campaign = open::campaign(house, options.signed.campaign.as_deref())?;
    let unit = find::unit(house, campaign, wanted)?;
    let is_it = |decision: &Decision| {
        decision.act == Act::Forget
            && decision.address.as_deref() == Some(address)
            && decision.unit.as_ref() == Some(&unit.code)
    };
    let decided = decide(house, |all| {
        let now = house.clock.now();
        if options.signed.undo {
            let undo = options.signed.decision(Act::Undo, now, options.why.as_deref());
            return undoing(all, &undo, address, is_it);
        }
        let learned = house.store.learned_senders(&campaign.id)?;
        if !learned.iter().any(|sender| sender.address == address && sender.unit == unit.code) {
            let is_listed = unit.emails.iter().any(|email| email.eq_ignore_ascii_case(address));
            let why =
                if is_listed { "是名册登记的，请改名册" } else { "没有记为它的发件人" };
            return Err(Failure::usage(format!("{}：{address} {why}。", unit.name)));
        }
        let forget = options.signed.decision(Act::Forget, now, options.why.as_deref());
        let (campaign, unit) = (Some(campaign.id.clone()), Some(unit.code.clone()));
        Ok(vec![Decision { campaign, unit, address: Some(address.to_owned()), ..forget }])
    })?;
    tell(common, house, &decided.looked_back)
}
