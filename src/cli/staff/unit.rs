//! Decisions about units: what is not owed (`waive`), is later due (`extend`) or came on paper (`record`); and remarks,
//! about a unit or a mail (`note`).

use clap::Args;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::super::screen::print;
use super::super::{Common, DONE, Failure, Outcome, open, typed};
use super::{Signed, decide, find, reason, undoing};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, Scope, in_force};
use crate::domain::unit::Unit;
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
    meant.must_owe()?;
    meant.grant(&house, &options.signed, Act::Waive, why, |decision| decision)
}

/// `shouwen extend`.
pub(in crate::cli) fn extend(common: &Common, options: &ExtendOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“电话说明系统故障”")?;
    let meant = Meant::find(&house, &options.unit, &options.what, &options.signed)?;
    meant.must_owe()?;
    if meant.scope.item.is_some() {
        return Err(Failure::usage(format!("延期按整项要求办理，请只写 {}", meant.scope.requirement)));
    }
    let until = match (&options.until, options.signed.undo) {
        (Some(until), _) => Some(typed::day(meant.campaign, until)?),
        (None, true) => None,
        (None, false) => return Err(Failure::usage("请用 --until 写明延至哪一天，如 --until 2023-05-12")),
    };
    let last_day = meant
        .campaign
        .requirement(&meant.scope.requirement)
        .map(|requirement| requirement.last_day(meant.scope.day));
    if let Some((until, last)) = until.zip(last_day).filter(|(until, last)| until <= last) {
        return Err(Failure::usage(format!(
            "本来就到{}为止，{}不是延期；延期只能更晚。",
            chinese::day(last),
            chinese::day(until)
        )));
    }
    if let Some(until) =
        until.zip(last_day).filter(|(until, last)| is_far(*last, *until)).map(|(until, _)| until)
    {
        return Err(Failure::usage(format!(
            "延期到{}，晚了一年以上；请核对年份。",
            chinese::full_day(until)
        )));
    }
    if let Some(until) = until.filter(|_| !options.signed.undo) {
        meant.must_be_latest(&house, until)?;
    }
    meant.grant(&house, &options.signed, Act::Extend, why, |decision| Decision { until, ..decision })
}

/// `shouwen record`.
pub(in crate::cli) fn record(common: &Common, options: &RecordOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“纸质件，机要交换收到”")?;
    let mut meant = Meant::find(&house, &options.unit, &options.what, &options.signed)?;
    meant.scope = find::one_item(meant.campaign, meant.scope)?;
    if find::lacks_day(meant.campaign, &meant.scope) {
        return Err(Failure::usage(format!("请写明是哪一天的，如 {}@日期", meant.scope)));
    }
    let now = house.clock.now();
    let at = match &options.at {
        // Of a day without an hour its beginning, which is in time.
        Some(at) => typed::moment(meant.campaign, at, |day| meant.campaign.start_of(day))?,
        None => now,
    };
    if at > now {
        return Err(Failure::usage("收到的时间晚于现在，请核对 --at。"));
    }
    let came_on = meant.campaign.local(at).date();
    if is_far(came_on, meant.campaign.period.0) {
        let came_on = chinese::full_day(came_on);
        return Err(Failure::usage(format!("收到的时间（{came_on}）比活动早一年以上；请核对年份。")));
    }
    meant.grant(&house, &options.signed, Act::Record, why, |decision| Decision {
        came_at: Some(at),
        ..decision
    })
}

/// Whether the second day is more than a year behind the first, as it is when a year is mistyped.
fn is_far(first: Date, second: Date) -> bool {
    first.checked_add(Span::new().years(1)).is_ok_and(|year_later| second > year_later)
}

/// The unit and the scope that a decision is about.
struct Meant<'a> {
    campaign: &'a Campaign,
    unit: &'a Unit,
    scope: Scope,
}

impl<'a> Meant<'a> {
    fn find(house: &'a House, unit: &str, what: &str, signed: &Signed) -> Result<Self, Failure> {
        let campaign = open::campaign(house, signed.campaign.as_deref())?;
        let unit = find::unit(house, campaign, unit)?;
        Ok(Self { campaign, unit, scope: find::scope(campaign, what)? })
    }

    fn must_owe(&self) -> Result<(), Failure> {
        let requirement = self.campaign.requirement(&self.scope.requirement);
        let owes = requirement.is_some_and(|requirement| requirement.owed_by(&self.unit.group));
        let title = requirement.map_or("", |requirement| requirement.title.as_str());
        owes.then_some(()).ok_or_else(|| Failure::usage(format!("{}本来就不应报“{title}”。", self.unit.name)))
    }

    /// Of several extensions that cover something the latest day counts: a shorter one would be none.
    fn must_be_latest(&self, house: &House, until: Date) -> Result<(), Failure> {
        let all = house.store.decisions()?;
        let covers = |decision: &&Decision| {
            let scope = decision.scopes.first().filter(|scope| **scope != self.scope);
            decision.act == Act::Extend
                && decision.campaign.as_ref() == Some(&self.campaign.id)
                && decision.unit.as_ref() == Some(&self.unit.code)
                && scope.is_some_and(|scope| scope.covers_obligation(&self.scope.requirement, self.scope.day))
        };
        let others = in_force(&all, Timestamp::MAX).into_iter().filter(covers);
        let later = others.filter_map(|decision| Some((decision.until?, decision.id))).max();
        match later.filter(|(day, _)| *day >= until) {
            Some((day, id)) => Err(Failure::usage(format!(
                "第{id}号认定已延期至{}，再延只能更晚；要改短，请先撤销那一项。",
                chinese::day(day)
            ))),
            None => Ok(()),
        }
    }

    /// Makes or undoes a grant, and says how the unit stands before and after.
    fn grant(
        &self,
        house: &House,
        signed: &Signed,
        act: Act,
        why: Option<&str>,
        complete: impl Fn(Decision) -> Decision,
    ) -> Outcome {
        let before = self.standings(house)?;
        let now = house.clock.now();
        let is_own = |decision: &Decision| {
            decision.act == act
                && decision.campaign.as_ref() == Some(&self.campaign.id)
                && decision.unit.as_ref() == Some(&self.unit.code)
                && decision.scopes.first() == Some(&self.scope)
        };
        decide(house, |all| {
            if signed.undo {
                let undo = signed.decision(Act::Undo, now, why);
                let what = format!("{}的{}（{}）", self.unit.name, self.scope, act.chinese());
                return undoing(all, &undo, &what, is_own);
            }
            let decision = signed.decision(act, now, why);
            Ok(vec![complete(Decision {
                campaign: Some(self.campaign.id.clone()),
                unit: Some(self.unit.code.clone()),
                scopes: vec![self.scope.clone()],
                ..decision
            })])
        })?;
        for (before, after) in before.iter().zip(&self.standings(house)?) {
            let day = after.day.map(|day| format!(" {}", chinese::day(day))).unwrap_or_default();
            let (was, is) = (before.standing.chinese(), after.standing.chinese());
            let due: Option<Timestamp> = after.due.parse().ok();
            let due = due.filter(|_| before.due != after.due);
            let due = due.map(|due| {
                let last = self.campaign.local(due).date();
                format!("，{}为止", chinese::day(last.yesterday().unwrap_or(last)))
            });
            let due = due.unwrap_or_default();
            print(&format!("{} {}{day}：{was} → {is}{due}\n", self.unit.name, after.id))?;
        }
        Ok(DONE)
    }

    /// How the obligations of the unit stand that are meant.
    fn standings(&self, house: &House) -> Result<Vec<RequirementStatus>, Failure> {
        let question = Question {
            campaign: self.campaign,
            mailboxes: &house.config.mailboxes,
            now: house.clock.now(),
            as_of: None,
            with_files: false,
        };
        let status = report::status(&house.store, &question)?;
        let own = status.units.into_iter().filter(|unit| unit.code == self.unit.code);
        let owed = own.flat_map(|unit| unit.requirements);
        Ok(owed.filter(|owed| self.scope.covers_obligation(&owed.id, owed.day)).collect())
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
    decide(&house, |all| remark(&house, options, mail, unit, text, all))?;
    print(&format!("{}\n", report::clean(about.trim())))?;
    Ok(DONE)
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
    let now = house.clock.now();
    let (campaign, code) = (unit.map(|(campaign, _)| campaign.id.clone()), unit.map(|(_, unit)| &unit.code));
    if options.signed.undo {
        let undo = options.signed.decision(Act::Undo, now, text);
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
        let mut found = undoing(all, &undo, &format!("“{}”", options.id), is_own)?;
        // The last remark, not all of them.
        return Ok(found.pop().into_iter().collect());
    }
    let Some(text) = text else {
        return Err(Failure::usage("请写明备注的内容：shouwen note 17 “已电话核实”"));
    };
    let decision = options.signed.decision(Act::Note, now, Some(text));
    Ok(vec![Decision {
        message: mail.map(|mail| mail.id),
        campaign: campaign.or_else(|| mail.and_then(|mail| mail.campaign.clone())),
        unit: code.cloned().or_else(|| mail.and_then(|mail| mail.unit.clone())),
        ..decision
    }])
}
