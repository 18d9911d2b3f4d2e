//! `assign`: whose a mail is, or one of its parts. It teaches who writes for whom, and what people write for whom, only
//! when told to, and then looks back at the mails that wait.

use clap::Args;

use super::super::look::bare_address;
use super::super::{Common, Failure, Outcome, open};
use super::words::worded;
use super::{Signed, decide, find, undoing};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, TaughtName, taught_names};
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::intake::rule::{self, ruled_part};
use crate::recognition::alias::objection;
use crate::recognition::names::NameBook;
use crate::recognition::parts::ONLY_A_PART;
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
    let told = decide(&house, |all| assignment(&house, options, &row, all))?;
    let mut told = told.with_mails(&house, &[row.id])?;
    if let (Some(unit), None) = (&options.unit, &options.alias) {
        let waits = told.messages.iter().filter(|mail| mail.why == ONLY_A_PART);
        let ways: String = waits.map(|mail| own_after_all(mail.id, unit)).collect();
        told.text.push_str(&ways);
    }
    if !told.looked_back.is_empty() {
        let numbers: Vec<String> = told.looked_back.iter().map(|id| format!("#{id}")).collect();
        told.text.push_str(&format!("一并重新认定的来件：{}\n", numbers.join("、")));
    }
    told.say(common, &options.signed)
}

/// Whoever writes for a unit may still send what is only a department's: by which commands it is the unit's own.
fn own_after_all(mail: i64, unit: &str) -> String {
    format!(
        "  就是该单位所报的：shouwen accept {mail}；下属部门署名、以后也算该单位的：\
         shouwen assign {mail} {unit} --alias 部门名称\n"
    )
}

fn assignment(
    house: &House,
    options: &AssignOptions,
    row: &MessageRow,
    all: &[Decision],
) -> Result<Vec<Decision>, Failure> {
    let signature = options.signed.signature(house, options.why.as_deref());
    let place = options.part.as_deref().map(|part| find::part(row, part)).transpose()?;
    let part = place.and_then(|at| row.parts.get(at)).map(ruled_part);
    if options.signed.undo {
        let is_own = |decision: &Decision| decision.message == Some(row.id);
        // With a written name only that is taken back.
        if let Some(alias) = &options.alias {
            return undoing(
                all,
                &signature,
                &format!("来件#{}的写法“{alias}”", row.id),
                |decision| {
                    is_own(decision)
                        && decision.alias.as_deref().is_some_and(|own| squeeze(own) == squeeze(alias))
                },
            );
        }
        return undoing(all, &signature, &format!("来件#{}", row.id), |decision| match decision.act {
            Act::Assign => is_own(decision) && (part.is_none() || decision.part == part),
            Act::Remember | Act::Alias => is_own(decision) && part.is_none(),
            _ => false,
        });
    }
    // What is nobody's is no campaign's either.
    let own = row.campaign.as_deref().filter(|_| options.none);
    let campaign = find::campaign_of(house, row, place, options.signed.campaign.as_deref().or(own))?;
    let unit = match (&options.unit, options.none) {
        (Some(unit), _) => Some(find::unit(house, campaign, unit)?),
        (None, true) => None,
        (None, false) => {
            return Err(Failure::usage("请写明单位；与本处无关的来件用 --none，撤销用 --undo。"));
        }
    };
    let known = (&house.store, house.config.mailboxes.as_slice());
    let decisions =
        rule::assign::assignment(known, campaign, row, (unit, part, options.remember), &signature);
    let mut decisions = decisions.map_err(|refused| worded(refused, Some(row)))?;
    if let (Some(alias), Some(unit)) = (&options.alias, unit) {
        check_alias(house, campaign, unit, &taught_names(all, &campaign.id), alias)?;
        let alias = Some(squeeze(alias));
        let assigned = decisions.first().cloned();
        decisions.extend(assigned.map(|assigned| Decision { act: Act::Alias, alias, ..assigned }));
    }
    Ok(decisions)
}

/// What another unit's mail says too tells nothing of this one.
fn check_alias(
    house: &House,
    campaign: &Campaign,
    unit: &Unit,
    taught: &[TaughtName],
    written: &str,
) -> Result<(), Failure> {
    let book = NameBook::taught(&campaign.roster, taught);
    if let Some(why) = objection(campaign, &book, unit, taught, written) {
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
    let told = decide(house, |all| {
        let signature = options.signed.signature(house, options.why.as_deref());
        if options.signed.undo {
            return undoing(all, &signature, address, is_it);
        }
        let forgotten = rule::assign::forgetting(&house.store, campaign, unit, address, &signature);
        Ok(vec![forgotten.map_err(|refused| worded(refused, None))?])
    })?;
    let looked_back = told.looked_back.clone();
    told.with_mails(house, &looked_back)?.say(common, &options.signed)
}
