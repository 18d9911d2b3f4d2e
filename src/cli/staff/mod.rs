//! Decisions of staff (`contract.md` 1): whose a mail is, whether a file counts, what is not owed or later due, what came
//! on paper, remarks. Each is kept with who, when and why; it takes effect at once and can be undone.

mod assign;
mod find;
mod unit;
mod verdict;

pub(super) use assign::{AssignOptions, assign};
pub(super) use find::{mails, neither, unit as unit_named};
pub(super) use unit::{ExtendOptions, NoteOptions, RecordOptions, WaiveOptions, extend, note, record, waive};
pub(super) use verdict::{AcceptOptions, ReturnOptions, accept, give_back};

use clap::Args;
use jiff::Timestamp;

use super::look::waits;
use super::screen::print;
use super::{Common, DONE, Failure, Outcome, WAITS};
use crate::daemon::House;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, RuledPart, in_force};
use crate::intake::decide::{Bench, Decided};
use crate::report;
use crate::store::MessageFilter;

#[derive(Args)]
pub(super) struct Signed {
    /// 谁认定的；默认当前系统用户
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 撤销这项认定；原来的记录保留
    #[arg(long)]
    undo: bool,
}

impl Signed {
    /// A decision by whoever types.
    fn decision(&self, act: Act, now: Timestamp, why: Option<&str>) -> Decision {
        let by = self.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
        let by = by.map_or_else(user, str::to_owned);
        Decision::new(act, &by, now, why.unwrap_or_default().trim())
    }
}

/// The system user's name.
pub(super) fn user() -> String {
    let named = ["USER", "LOGNAME"].iter().filter_map(|name| std::env::var(name).ok());
    named.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "本机".to_owned())
}

fn bench(house: &House) -> Bench<'_> {
    Bench {
        store: &house.store,
        campaigns: &house.config.campaigns,
        mailboxes: &house.config.mailboxes,
        clock: &house.clock,
    }
}

/// Decides, and says under which number.
fn decide(
    house: &House,
    make: impl Fn(&[Decision]) -> Result<Vec<Decision>, Failure>,
) -> Result<Decided, Failure> {
    let decided = bench(house).decide(make)?;
    for decision in house.store.decisions()?.iter().filter(|made| decided.numbers.contains(&made.id)) {
        let campaigns = &house.config.campaigns;
        let campaign = campaigns.iter().find(|campaign| Some(&campaign.id) == decision.campaign.as_ref());
        let words = chinese::decision(decision, campaign.or(campaigns.first()));
        // Where one box serves several, whoever decides sees for which it was.
        let which = campaign.filter(|_| campaigns.len() > 1);
        let which = which.map_or_else(String::new, |campaign| format!("（{}）", campaign.id));
        print(&format!("第{}号认定：{}{which}\n", decision.id, report::clean(&words)))?;
    }
    Ok(decided)
}

/// Decisions that undo those in force that fit.
///
/// # Errors
/// When none does, with what is in force about the same thing.
fn undoing(
    all: &[Decision],
    undo: &Decision,
    what: &str,
    fits: impl Fn(&Decision) -> bool,
) -> Result<Vec<Decision>, Failure> {
    let counting = in_force(all, Timestamp::MAX);
    let found: Vec<Decision> = counting
        .into_iter()
        .filter(|decision| fits(decision))
        .map(|decision| Decision {
            undoes: Some(decision.id),
            message: decision.message,
            campaign: decision.campaign.clone(),
            unit: decision.unit.clone(),
            ..undo.clone()
        })
        .collect();
    if found.is_empty() {
        return Err(Failure::usage(format!("{what}没有生效的认定可以撤销；用 shouwen show 查看认定记录。")));
    }
    Ok(found)
}

/// A reason that must be given is given.
fn reason<'a>(why: Option<&'a str>, signed: &Signed, example: &str) -> Result<Option<&'a str>, Failure> {
    let why = why.map(str::trim).filter(|why| !why.is_empty());
    match why {
        None if !signed.undo => Err(Failure::usage(format!("请用 --why 写明理由，例如 --why {example}"))),
        why => Ok(why),
    }
}

fn ruled_part(path: &str, sha256: &Option<String>) -> RuledPart {
    RuledPart { path: path.to_owned(), sha256: sha256.clone() }
}

/// Says what became of mails, and whether one of them waits on.
fn tell(common: &Common, house: &House, ids: &[i64]) -> Outcome {
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(house.store.messages(&MessageFilter { id: Some(*id), ..Default::default() })?);
    }
    let messages = report::messages_json(&rows, &house.config.campaigns, house.clock.now());
    for message in &messages {
        print(&report::decided_text(message))?;
    }
    Ok(if common.strict && messages.iter().any(waits) { WAITS } else { DONE })
}
