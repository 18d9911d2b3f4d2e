//! Decisions of staff (`contract.md` 1): whose a mail is, whether a file counts, what is not owed or later due, what came
//! on paper, remarks. Each is kept with who, when and why; it takes effect at once and can be undone.

mod assign;
mod find;
mod letter;
mod unit;
mod verdict;
mod words;

pub(super) use assign::{AssignOptions, assign};
pub(super) use find::{mails, neither, unit as unit_named};
pub(super) use letter::{ReviveOptions, SettleOptions, revive, settle};
pub(super) use unit::{ExtendOptions, NoteOptions, RecordOptions, WaiveOptions, extend, note, record, waive};
pub(super) use verdict::{AcceptOptions, ReturnOptions, accept, give_back};

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::look::waits;
use super::screen::{print, print_json};
use super::{Common, DONE, Failure, Outcome, WAITS};
use crate::daemon::House;
use crate::domain::chinese;
use crate::domain::decision::Decision;
use crate::domain::obligation::Standing;
use crate::domain::text::lines_in_one;
use crate::intake::decide::{Bench, Decided};
use crate::intake::rule::{self, Signature};
use crate::report::{self, DecisionJson, MessageJson};
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
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

impl Signed {
    /// Signed by whoever types.
    fn signature(&self, house: &House, why: Option<&str>) -> Signature {
        let by = self.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
        let by = by.map_or_else(user, str::to_owned);
        Signature { by, at: house.clock.now(), why: lines_in_one(why.unwrap_or_default()) }
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

/// What a command decided and what came of it, to be told at once: as text, or as one JSON document.
#[derive(Serialize)]
struct Told {
    decisions: Vec<DecisionJson>,
    /// Mails of which they are, as they stand now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<MessageJson>,
    /// Other mails that were judged anew.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looked_back: Vec<i64>,
    /// Obligations, as they stood and as they stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standings: Vec<StandingJson>,
    #[serde(skip)]
    text: String,
}

/// How an obligation stood before a decision and stands after it.
#[derive(Serialize)]
struct StandingJson {
    unit: String,
    requirement: String,
    day: Option<Date>,
    before: Standing,
    after: Standing,
    /// The first instant that is late now.
    due: String,
}

/// Decides, and says under which number.
fn decide(
    house: &House,
    make: impl Fn(&[Decision]) -> Result<Vec<Decision>, Failure>,
) -> Result<Told, Failure> {
    let Decided { numbers, looked_back } = bench(house).decide(make)?;
    let campaigns = &house.config.campaigns;
    let all = house.store.decisions()?;
    let mut text = String::new();
    for decision in all.iter().filter(|made| numbers.contains(&made.id)) {
        let campaign = campaigns.iter().find(|campaign| Some(&campaign.id) == decision.campaign.as_ref());
        let words = chinese::decision(decision, campaign.or(campaigns.first()));
        // Where one box serves several, whoever decides sees for which it was.
        let which = campaign.filter(|_| campaigns.len() > 1);
        let which = which.map_or_else(String::new, |campaign| format!("（{}）", campaign.id));
        text.push_str(&format!("第{}号认定：{}{which}\n", decision.id, report::clean(&words)));
    }
    let mut decisions = report::decisions_json(&all, campaigns, |_| true);
    decisions.retain(|made| numbers.contains(&made.id));
    Ok(Told { decisions, messages: Vec::new(), looked_back, standings: Vec::new(), text })
}

impl Told {
    /// The same with what became of mails.
    fn with_mails(mut self, house: &House, ids: &[i64]) -> Result<Self, Failure> {
        let mut rows = Vec::new();
        for id in ids {
            rows.extend(house.store.messages(&MessageFilter { id: Some(*id), ..Default::default() })?);
        }
        let campaigns = &house.config.campaigns;
        self.messages = report::messages_json(&rows, campaigns, house.clock.now());
        report::add_decisions(&mut self.messages, &house.store.decisions()?, campaigns);
        report::add_alike(&house.store, campaigns, &mut self.messages, |_, _| true)?;
        self.text.extend(self.messages.iter().map(report::decided_text));
        Ok(self)
    }

    /// Says it; whether one of the mails waits on is for whoever asks strictly.
    fn say(&self, common: &Common, signed: &Signed) -> Outcome {
        if signed.json {
            print_json(self)?;
        } else {
            print(&self.text)?;
        }
        Ok(if common.strict && self.messages.iter().any(waits) { WAITS } else { DONE })
    }
}

/// Decisions that undo those in force that fit.
///
/// # Errors
/// When none does, with what is in force about the same thing.
fn undoing(
    all: &[Decision],
    signature: &Signature,
    what: &str,
    fits: impl Fn(&Decision) -> bool,
) -> Result<Vec<Decision>, Failure> {
    let found = rule::undoing(all, signature, fits);
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
