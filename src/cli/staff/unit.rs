//! Decisions about units: what is not owed (`waive`), is later due (`extend`) or came on paper (`record`); and remarks,
//! about a unit or a mail (`note`).

use clap::Args;
use jiff::Timestamp;

use super::super::{Common, Failure, Outcome, open, typed};
use super::words::worded;
use super::{Signed, StandingJson, decide, find, reason, undoing};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision};
use crate::domain::unit::Unit;
use crate::intake::rule::Refused;
use crate::intake::rule::grant::Grant;
use crate::report::{self, Question, RequirementStatus};
use crate::store::MessageRow;

#[derive(Args)]
pub(in crate::cli) struct WaiveOptions {
    /// 单位：代码、全称或简称
    #[arg(value_name = "UNIT")]
    unit: String,
    /// 免报什么，如 plan、plan/form4_scan、daily@2023-05-16
    #[arg(value_name = "REQ[/ITEM][@DAY]")]
    what: String,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
pub(in crate::cli) struct ExtendOptions {
    /// 单位：代码、全称或简称
    #[arg(value_name = "UNIT")]
    unit: String,
    /// 哪项要求延期，如 plan、daily@2023-05-16
    #[arg(value_name = "REQ[@DAY]")]
    what: String,
    /// 延至哪一天（当天仍算按时）
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
pub(in crate::cli) struct RecordOptions {
    /// 单位：代码、全称或简称
    #[arg(value_name = "UNIT")]
    unit: String,
    /// 线下收到的是什么，如 plan/form4_scan、daily/photo@2023-05-16
    #[arg(value_name = "REQ/ITEM[@DAY]")]
    what: String,
    /// 何时收到：2023-05-10T17:20；默认现在
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// 说明，例如怎样收到的
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

#[derive(Args)]
pub(in crate::cli) struct NoteOptions {
    /// 来件（编号、Message-ID）或单位（代码、全称、简称）
    #[arg(value_name = "ID|UNIT")]
    id: String,
    /// 备注的内容
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

/// `shouwen waive`.
pub(in crate::cli) fn waive(common: &Common, options: &WaiveOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“5月新设立”")?;
    let meant = Meant::find(&house, &options.unit, &options.what, &options.signed)?;
    meant.0.must_owe().map_err(rule)?;
    meant.grant(common, &house, &options.signed, Act::Waive, why, |decision, _| Ok(decision))
}

/// `shouwen extend`.
pub(in crate::cli) fn extend(common: &Common, options: &ExtendOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“电话说明系统故障”")?;
    let meant = Meant::find(&house, &options.unit, &options.what, &options.signed)?;
    meant.0.must_owe().and_then(|()| meant.0.must_be_whole()).map_err(rule)?;
    let until = match (&options.until, options.signed.undo) {
        (Some(until), _) => Some(typed::day(meant.0.campaign, until)?),
        (None, true) => None,
        (None, false) => return Err(Failure::usage("请用 --until 写明延至哪一天，如 --until 2023-05-12")),
    };
    until.map_or(Ok(()), |until| meant.0.may_extend(until)).map_err(rule)?;
    meant.grant(common, &house, &options.signed, Act::Extend, why, |decision, all| {
        until.map_or(Ok(()), |until| meant.0.must_be_latest(until, all)).map_err(rule)?;
        Ok(Decision { until, ..decision })
    })
}

/// `shouwen record`.
pub(in crate::cli) fn record(common: &Common, options: &RecordOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“纸质件，机要交换收到”")?;
    let mut meant = Meant::find(&house, &options.unit, &options.what, &options.signed)?;
    let campaign = meant.0.campaign;
    meant.0.scope = find::one_item(campaign, meant.0.scope)?;
    let now = house.clock.now();
    // What lacks its day is said before the hour is read.
    meant.0.may_have_come(now, now).map_err(rule)?;
    let at = match &options.at {
        // Of a day without an hour its beginning, which is in time.
        Some(at) => typed::moment(campaign, at, |day| campaign.start_of(day))?,
        None => now,
    };
    meant.0.may_have_come(at, now).map_err(rule)?;
    meant.grant(common, &house, &options.signed, Act::Record, why, |decision, _| {
        Ok(Decision { came_at: Some(at), ..decision })
    })
}

fn rule(refused: Refused) -> Failure {
    worded(refused, None)
}

/// The unit and the scope that a decision is about.
struct Meant<'a>(Grant<'a>);

impl<'a> Meant<'a> {
    fn find(house: &'a House, unit: &str, what: &str, signed: &Signed) -> Result<Self, Failure> {
        let campaign = open::campaign(house, signed.campaign.as_deref())?;
        let unit = find::unit(house, campaign, unit)?;
        Ok(Self(Grant { campaign, unit, scope: find::scope(campaign, what)? }))
    }

    /// Makes or undoes a grant, and says how the unit stands before and after.
    fn grant(
        &self,
        common: &Common,
        house: &House,
        signed: &Signed,
        act: Act,
        why: Option<&str>,
        complete: impl Fn(Decision, &[Decision]) -> Result<Decision, Failure>,
    ) -> Outcome {
        let Grant { campaign, unit, scope } = &self.0;
        let before = self.standings(house)?;
        let mut told = decide(house, |all| {
            let signature = signed.signature(house, why);
            if signed.undo {
                let what = format!("{}的{scope}（{}）", unit.name, act.chinese());
                let is_own = |decision: &Decision| decision.act == act && self.0.is_about(decision);
                return undoing(all, &signature, &what, is_own);
            }
            let decision = complete(self.0.decision(act, &signature), all)?;
            self.0.must_be_new(&decision, all).map_err(rule)?;
            Ok(vec![decision])
        })?;
        for (before, after) in before.iter().zip(&self.standings(house)?) {
            let day = after.day.map(|day| format!(" {}", chinese::day(day))).unwrap_or_default();
            let (was, is) = (before.standing.chinese(), after.standing.chinese());
            let due: Option<Timestamp> = after.due.parse().ok();
            let due = due.filter(|_| before.due != after.due);
            let due = due.map(|due| {
                let last = campaign.local(due).date();
                format!("，{}为止", chinese::day(last.yesterday().unwrap_or(last)))
            });
            let due = due.unwrap_or_default();
            told.text.push_str(&format!("{} {}{day}：{was} → {is}{due}\n", unit.name, after.id));
            told.standings.push(StandingJson {
                unit: unit.name.clone(),
                requirement: after.id.clone(),
                day: after.day,
                before: before.standing,
                after: after.standing,
                due: after.due.clone(),
            });
        }
        let made = house.store.decisions()?;
        for made in made.iter().filter(|made| told.decisions.iter().any(|told| told.id == made.id)) {
            let answered = house.store.requests_answered(made)?;
            told.text.extend(answered.iter().map(|id| format!("{}\n", chinese::answers(*id))));
        }
        told.say(common, signed)
    }

    /// How the obligations of the unit stand that are meant.
    fn standings(&self, house: &House) -> Result<Vec<RequirementStatus>, Failure> {
        let Grant { campaign, unit, scope } = &self.0;
        let question = Question {
            campaign,
            mailboxes: &house.config.mailboxes,
            now: house.clock.now(),
            as_of: None,
            with_files: false,
        };
        let status = report::status(&house.store, &question)?;
        let own = status.units.into_iter().filter(|entry| entry.code == unit.code);
        let owed = own.flat_map(|unit| unit.requirements);
        Ok(owed.filter(|owed| scope.covers_obligation(&owed.id, owed.day)).collect())
    }
}

/// `shouwen note`.
pub(in crate::cli) fn note(common: &Common, options: &NoteOptions) -> Outcome {
    let house = open::house(common)?;
    let mails = find::mails(&house, &options.id)?;
    if mails.len() > 1 {
        find::mail(&house, &options.id)?;
    }
    let mail = mails.first();
    let unit = match mail {
        Some(mail) => {
            must_not_be_a_code(&house, options, mail)?;
            None
        }
        None => Some(noted_unit(&house, options)?),
    };
    let text = options.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let about = match unit {
        Some((_, unit)) => format!("{}（{}）", unit.name, unit.code),
        None => mail.map_or_else(String::new, find::line),
    };
    let mut told = decide(&house, |all| remark(&house, options, mail, unit, text, all))?;
    told.text.push_str(&format!("{}\n", report::clean(about.trim())));
    told.say(common, &options.signed)
}

/// A bare number may be that of a mail and the code of a unit.
fn must_not_be_a_code(house: &House, options: &NoteOptions, mail: &MessageRow) -> Result<(), Failure> {
    let Ok(campaign) = open::campaign(house, options.signed.campaign.as_deref()) else { return Ok(()) };
    let Some(unit) = campaign.roster.by_code(&options.id) else { return Ok(()) };
    Err(Failure::usage(format!(
        "“{}”既是来件编号，又是{}的代码；来件请写 #{}，单位请写全称。",
        options.id, unit.name, mail.id
    )))
}

fn noted_unit<'a>(house: &'a House, options: &NoteOptions) -> Result<(&'a Campaign, &'a Unit), Failure> {
    let campaign = open::campaign(house, options.signed.campaign.as_deref())?;
    let unit = find::unit(house, campaign, &options.id)
        .or_else(|failure| Err(find::neither(house, &options.id, failure)?))?;
    Ok((campaign, unit))
}

fn remark(
    house: &House,
    options: &NoteOptions,
    mail: Option<&MessageRow>,
    unit: Option<(&Campaign, &Unit)>,
    text: Option<&str>,
    all: &[Decision],
) -> Result<Vec<Decision>, Failure> {
    let signature = options.signed.signature(house, text);
    let (campaign, code) = (unit.map(|(campaign, _)| campaign.id.clone()), unit.map(|(_, unit)| &unit.code));
    if options.signed.undo {
        let is_own = |decision: &Decision| {
            let is_about = match mail {
                Some(mail) => decision.message == Some(mail.id),
                None => {
                    decision.message.is_none()
                        && decision.campaign == campaign
                        && decision.unit.as_ref() == code
                }
            };
            decision.act == Act::Note && is_about
        };
        let mut found = undoing(all, &signature, &format!("“{}”", options.id), is_own)?;
        // The last remark, not all of them.
        return Ok(found.pop().into_iter().collect());
    }
    if text.is_none() {
        return Err(Failure::usage("请写明备注的内容：shouwen note 17 “已电话核实”"));
    }
    let decision = signature.decision(Act::Note);
    Ok(vec![Decision {
        message: mail.map(|mail| mail.id),
        campaign: campaign.or_else(|| mail.and_then(|mail| mail.campaign.clone())),
        unit: code.cloned().or_else(|| mail.and_then(|mail| mail.unit.clone())),
        ..decision
    }])
}
