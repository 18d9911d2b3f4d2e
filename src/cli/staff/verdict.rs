//! `accept` and `return`: whether a file counts, and as what. What was judged when a person ruled is written into the
//! decision, so that no later rule can make it mean something else.

use clap::Args;

use super::super::{Common, Failure, Outcome, open};
use super::{Signed, bench, decide, find, reason, ruled_part, undoing};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, Scope};
use crate::domain::message::{MessageKind, MessageState, PartState};
use crate::intake::ruled;
use crate::store::{FiledPart, MessageRow, Registration};

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
        if options.signed.undo {
            let undo = options.signed.decision(Act::Undo, house.clock.now(), options.why.as_deref());
            return undo_verdict(&row, options.part.as_deref(), all, &undo, Act::Accept);
        }
        acceptance(&house, options, &row)
    })?;
    told.with_mails(&house, &[row.id])?.say(common, &options.signed)
}

/// `shouwen return`.
pub(in crate::cli) fn give_back(common: &Common, options: &ReturnOptions) -> Outcome {
    let house = open::house(common)?;
    let why = reason(options.why.as_deref(), &options.signed, "“表内缺公章，请重新盖章扫描”")?;
    let row = find::mail(&house, &options.id)?;
    let told = decide(&house, |all| {
        if options.signed.undo {
            let undo = options.signed.decision(Act::Undo, house.clock.now(), why);
            return undo_verdict(&row, options.part.as_deref(), all, &undo, Act::Return);
        }
        returned(&house, options, &row, why)
    })?;
    told.with_mails(&house, &[row.id])?.say(common, &options.signed)
}

fn undo_verdict(
    row: &MessageRow,
    part: Option<&str>,
    all: &[Decision],
    undo: &Decision,
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

/// The judgement on a mail as material, whatever it was taken for.
fn as_material(house: &House, row: &MessageRow, campaign: &Campaign) -> Result<Registration, Failure> {
    let bench = bench(house);
    let on_its_way = || find::on_its_way(&format!("#{}", row.id));
    let (_, registration) = bench.judged_as(row.id, &[])?.ok_or_else(on_its_way)?;
    if matches!(registration.kind, MessageKind::Submission | MessageKind::NilReport) {
        return Ok(registration);
    }
    let probe = Decision::new(Act::Accept, "", house.clock.now(), "");
    let probe =
        Decision { id: i64::MAX, message: Some(row.id), campaign: Some(campaign.id.clone()), ..probe };
    Ok(bench.judged_as(row.id, &[probe])?.ok_or_else(on_its_way)?.1)
}

fn acceptance(house: &House, options: &AcceptOptions, row: &MessageRow) -> Result<Vec<Decision>, Failure> {
    let named = options.part.as_deref().map(|part| find::part(row, part)).transpose()?;
    let wanted = options.signed.campaign.as_deref();
    let campaign = find::campaign_of(house, row, named, wanted)?;
    let registration = as_material(house, row, campaign)?;
    let items = options.item.iter().map(|item| find::one_item(campaign, find::scope(campaign, item)?));
    let items: Vec<Scope> = items.collect::<Result<_, _>>()?;
    let now = house.clock.now();
    let given = Given { campaign, row, registration: &registration, items: &items };
    let places = named.map_or_else(|| given.meant(), |named| Ok(vec![named]))?;
    let decision = options.signed.decision(Act::Accept, now, options.why.as_deref());
    let decision = Decision { message: Some(row.id), campaign: Some(campaign.id.clone()), ..decision };
    let mut decisions = Vec::new();
    for at in &places {
        let part = row.parts.get(*at).map(|part| ruled_part(&part.path, &part.sha256));
        // Items that were named are those of the one campaign.
        let own = if items.is_empty() { find::campaign_of(house, row, Some(*at), wanted)? } else { campaign };
        let (unit, scopes) = (Some(given.unit_of(Some(*at), house, own)?), given.scopes_of(*at)?);
        let campaign = Some(own.id.clone());
        decisions.push(Decision { part, unit, scopes, campaign, ..decision.clone() });
    }
    if options.part.is_none() {
        let mut scopes = ruled::scopes(&registration.loose);
        if places.is_empty() {
            scopes.extend(given.dated_items()?);
        }
        decisions.push(Decision { unit: Some(given.unit_of(None, house, campaign)?), scopes, ..decision });
    }
    Ok(decisions)
}

/// What a person may accept.
struct Given<'a> {
    campaign: &'a Campaign,
    row: &'a MessageRow,
    registration: &'a Registration,
    items: &'a [Scope],
}

impl Given<'_> {
    /// The parts that are meant when none is named: those that wait; where none does, the only one there is.
    fn meant(&self) -> Result<Vec<usize>, Failure> {
        let is_file = |part: &&FiledPart| !matches!(part.state, PartState::Container | PartState::Ignored);
        let files: Vec<usize> = self.places(|part| is_file(&part));
        let is_history = self.row.state == Some(MessageState::History);
        let mut waiting = self.places(|part| {
            let counts = matches!(part.state, PartState::Accepted | PartState::Flawed);
            part.state == PartState::Review || (is_history && counts)
        });
        waiting.retain(|at| !self.registration.accepted.contains(at));
        let is_locked = |part: &FiledPart| part.state == PartState::Unreadable && part.filings.is_empty();
        let says_nothing = self.row.reason.is_empty() || self.registration.parts.iter().any(is_locked);
        match (self.items, files.as_slice(), waiting.as_slice()) {
            (_, [], _) => Ok(vec![]),
            (_, [only], _) | ([_, ..], _, [only]) => Ok(vec![*only]),
            ([_, ..], _, _) => Err(Failure::usage(format!(
                "来件#{}有几个附件，请写明 --item 说的是哪一个。{}",
                self.row.id,
                find::parts(self.row)
            ))),
            ([], _, []) if self.registration.loose.is_empty() && says_nothing => {
                Err(Failure::usage(format!(
                    "来件#{}没有能直接收下的附件；要收下其中一个，请写明是哪一个、用 --item 写明是哪项材料。{}",
                    self.row.id,
                    find::parts(self.row)
                )))
            }
            ([], _, waiting) => Ok(waiting.to_vec()),
        }
    }

    fn places(&self, fits: impl Fn(&FiledPart) -> bool) -> Vec<usize> {
        let parts = self.registration.parts.iter().enumerate();
        parts.filter(|(_, part)| fits(part)).map(|(at, _)| at).collect()
    }

    /// Whose a part is, or the mail, as the roster of `campaign` calls it.
    fn unit_of(&self, at: Option<usize>, house: &House, campaign: &Campaign) -> Result<String, Failure> {
        let part = at.and_then(|at| self.registration.parts.get(at));
        let own = part.and_then(|part| part.filings.first());
        let own = own.map(|filing| (filing.unit.as_str(), Some(filing.campaign.as_str())));
        let whole = || Some((self.registration.unit.as_deref()?, self.registration.campaign.as_deref()));
        let (code, told) = own.or_else(whole).ok_or_else(|| {
            Failure::usage(format!(
                "来件#{0}还没有认定单位；请先 shouwen assign {0} 单位，再收下。",
                self.row.id
            ))
        })?;
        let told = house.config.campaigns.iter().find(|other| Some(other.id.as_str()) == told);
        let unit = campaign.same_unit(told.unwrap_or(campaign), code);
        unit.map(|unit| unit.code.clone()).ok_or_else(|| {
            Failure::usage(format!("来件#{}的单位不在《{}》的名册里。", self.row.id, campaign.title))
        })
    }

    /// What a part is accepted as.
    fn scopes_of(&self, at: usize) -> Result<Vec<Scope>, Failure> {
        if !self.items.is_empty() {
            return self.dated_items();
        }
        let part = self.registration.parts.get(at);
        let scopes = part.map(|part| ruled::scopes(&part.filings)).unwrap_or_default();
        let path = self.row.parts.get(at).map(|part| part.path.as_str()).unwrap_or_default();
        if scopes.is_empty() {
            return Err(Failure::usage(format!(
                "看不出“{path}”是哪项材料，请用 --item 写明，如 shouwen accept {} {} --item {}",
                self.row.id,
                at + 1,
                self.example()
            )));
        }
        if scopes.iter().any(|scope| find::lacks_day(self.campaign, scope)) {
            return Err(Failure::usage(format!(
                "“{path}”不在报送日内，请用 --item 写明作为哪一天的材料，如 --item {}",
                self.example()
            )));
        }
        Ok(scopes)
    }

    fn example(&self) -> String {
        let first = self.campaign.requirements.iter().find_map(|r| Some((r, r.items.first()?)));
        first.map_or_else(String::new, |(requirement, item)| {
            let day = requirement.days().into_iter().flatten().next();
            Scope { requirement: requirement.id.clone(), item: Some(item.id.clone()), day }.to_string()
        })
    }

    /// The items as they were named; a day that was not said is the day on which the mail came.
    fn dated_items(&self) -> Result<Vec<Scope>, Failure> {
        if self.items.is_empty() && self.registration.loose.is_empty() && self.row.parts.is_empty() {
            return Err(Failure::usage(format!(
                "来件#{0}没有附件；要把正文作为材料收下，请写 shouwen accept {0} --item {1}",
                self.row.id,
                self.example()
            )));
        }
        let came_on = self.campaign.local(self.row.received_at).date();
        let dated = |scope: &Scope| {
            if !find::lacks_day(self.campaign, scope) {
                return Ok(scope.clone());
            }
            let requirement = self.campaign.requirement(&scope.requirement);
            let is_its_day = requirement.is_some_and(|r| r.days().contains(&Some(came_on)));
            let missing = || Failure::usage(format!("请写明是哪一天的，如 --item {scope}@日期"));
            is_its_day.then(|| Scope { day: Some(came_on), ..scope.clone() }).ok_or_else(missing)
        };
        self.items.iter().map(dated).collect()
    }
}

fn returned(
    house: &House,
    options: &ReturnOptions,
    row: &MessageRow,
    why: Option<&str>,
) -> Result<Vec<Decision>, Failure> {
    let wanted = options.signed.campaign.as_deref();
    let campaign = find::campaign_of(house, row, None, wanted)?;
    let counts = |part: &PartState| {
        !matches!(part, PartState::Container | PartState::Ignored | PartState::Rejected | PartState::Extra)
    };
    let places = match &options.part {
        Some(part) => vec![find::part(row, part)?],
        None => (0..row.parts.len())
            .filter(|at| row.parts.get(*at).is_some_and(|part| counts(&part.state)))
            .collect(),
    };
    if places.is_empty() && row.loose.is_empty() {
        return Err(Failure::usage(format!("来件#{}没有计入的材料可退回。{}", row.id, find::parts(row))));
    }
    let decision = options.signed.decision(Act::Return, house.clock.now(), why);
    let decision = Decision {
        message: Some(row.id),
        campaign: Some(campaign.id.clone()),
        unit: row.unit.clone(),
        ..decision
    };
    let of_part = |at: &usize| {
        let part = row.parts.get(*at)?;
        let campaign = find::campaign_of(house, row, Some(*at), wanted).ok().map(|own| own.id.clone());
        let unit = part.answers.first().map(|answer| answer.unit.clone()).or_else(|| row.unit.clone());
        let part = Some(ruled_part(&part.path, &part.sha256));
        Some(Decision { part, unit, campaign, ..decision.clone() })
    };
    let mut decisions: Vec<Decision> = places.iter().filter_map(of_part).collect();
    if options.part.is_none() {
        decisions.push(decision);
    }
    Ok(decisions)
}
