//! Whether a file counts, and as what. What was judged when a person ruled is written into the decision, so that no later
//! rule can make it mean something else.

use super::{Refused, Signature, lacks_day, part_at};
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, Scope};
use crate::domain::message::{MessageKind, MessageState, PartState};
use crate::domain::submission::Filing;
use crate::intake::decide::Bench;
use crate::intake::ruled;
use crate::store::{FiledPart, MessageRow, Registration};

/// The judgement on a mail, or a part of it (`at`), as material of a campaign, whatever it was taken for.
fn as_material(
    bench: &Bench<'_>,
    row: &MessageRow,
    at: Option<usize>,
    campaign: &Campaign,
) -> Result<Registration, Refused> {
    let on_its_way = || Refused::OnItsWay(row.id);
    let (_, registration) = bench.judged_as(row.id, &[])?.ok_or_else(on_its_way)?;
    let part = at.and_then(|at| registration.parts.get(at)?.campaign.as_ref());
    let is_meant = part.or(registration.campaign.as_ref()) == Some(&campaign.id);
    if is_meant && matches!(registration.kind, MessageKind::Submission | MessageKind::NilReport) {
        return Ok(registration);
    }
    let probe = Decision::new(Act::Accept, "", bench.clock.now(), "");
    let probe =
        Decision { id: i64::MAX, message: Some(row.id), campaign: Some(campaign.id.clone()), ..probe };
    Ok(bench.judged_as(row.id, &[probe])?.ok_or_else(on_its_way)?.1)
}

/// The decisions that accept a part of a mail (`at`), or all of it that waits; as `items`, or as what it was judged to be.
///
/// # Errors
/// When nothing tells what is meant; what the store reports.
pub fn acceptance(
    bench: &Bench<'_>,
    campaign: &Campaign,
    row: &MessageRow,
    (at, items): (Option<usize>, &[Scope]),
    signature: &Signature,
) -> Result<Vec<Decision>, Refused> {
    let registration = as_material(bench, row, at, campaign)?;
    let given = Given { campaign, row, registration: &registration, items };
    let places = match at {
        Some(at) => vec![at],
        None => given.meant_here()?,
    };
    let decision = signature.decision(Act::Accept);
    let decision = Decision { message: Some(row.id), campaign: Some(campaign.id.clone()), ..decision };
    let mut decisions = Vec::new();
    for place in &places {
        // Items that were named are those of the one campaign.
        let own = if items.is_empty() { given.campaign_of(*place, bench) } else { campaign };
        let (unit, scopes) = (Some(given.unit_of(Some(*place), bench, own)?), given.scopes_of(*place, own)?);
        let campaign = Some(own.id.clone());
        decisions.push(Decision { part: part_at(row, *place), unit, scopes, campaign, ..decision.clone() });
    }
    if at.is_none() {
        let mut scopes = ruled::scopes(&given.loose());
        if places.is_empty() {
            scopes.extend(given.dated_items()?);
        }
        decisions.push(Decision { unit: Some(given.unit_of(None, bench, campaign)?), scopes, ..decision });
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

impl<'a> Given<'a> {
    /// Whether the campaign that is meant is the mail's own: then its parts of other campaigns are meant too.
    fn is_own(&self) -> bool {
        self.row.campaign.as_ref() == Some(&self.campaign.id)
    }

    /// The campaign of a part: its own where the mail's is meant, else the one that is meant.
    fn campaign_of(&self, at: usize, bench: &Bench<'a>) -> &'a Campaign {
        let own = self.registration.parts.get(at).and_then(|part| part.campaign.as_ref());
        let own = own.filter(|_| self.is_own());
        own.and_then(|own| bench.campaigns.iter().find(|other| other.id == *own)).unwrap_or(self.campaign)
    }

    /// What belongs to no part and is meant.
    fn loose(&self) -> Vec<Filing> {
        let is_here = |filing: &&Filing| self.is_own() || filing.campaign == self.campaign.id;
        self.registration.loose.iter().filter(is_here).cloned().collect()
    }

    /// Of the parts that are meant, those of the campaign that is.
    fn meant_here(&self) -> Result<Vec<usize>, Refused> {
        let meant = self.meant()?;
        if self.is_own() || !self.items.is_empty() {
            return Ok(meant);
        }
        let campaign = |at: &usize| self.registration.parts.get(*at)?.campaign.as_deref();
        let is_here = |at: &usize| campaign(at).is_none_or(|id| id == self.campaign.id);
        let here: Vec<usize> = meant.iter().copied().filter(is_here).collect();
        match (here.is_empty(), meant.first()) {
            (true, Some(first)) => Err(self.no_item(*first, self.campaign)),
            _ => Ok(here),
        }
    }

    /// The parts that are meant when none is named: those that wait; where none does, the only one there is.
    fn meant(&self) -> Result<Vec<usize>, Refused> {
        let is_file = |part: &&FiledPart| !matches!(part.state, PartState::Container | PartState::Ignored);
        let files: Vec<usize> = self.places(|part| is_file(&part));
        let is_history = self.row.state == Some(MessageState::History);
        let mut waiting = self.places(|part| {
            let counts = matches!(part.state, PartState::Accepted | PartState::Flawed);
            part.state == PartState::Review || (is_history && counts)
        });
        // What waits beside a newer version counts by itself.
        let is_shown =
            |at: &usize| self.row.parts.get(*at).is_some_and(|part| part.state == PartState::Review);
        waiting.extend((0..self.registration.parts.len()).filter(is_shown));
        waiting.sort_unstable();
        waiting.dedup();
        waiting.retain(|at| !self.registration.accepted.contains(at));
        let is_locked = |part: &FiledPart| part.state == PartState::Unreadable && part.filings.is_empty();
        let says_nothing = self.row.reason.is_empty() || self.registration.parts.iter().any(is_locked);
        match (self.items, files.as_slice(), waiting.as_slice()) {
            (_, [], _) => Ok(vec![]),
            (_, [only], _) | ([_, ..], _, [only]) => Ok(vec![*only]),
            ([_, ..], _, _) => Err(Refused::WhichPart(self.row.id)),
            ([], _, []) if self.registration.loose.is_empty() && says_nothing => {
                Err(Refused::NothingToAccept(self.row.id))
            }
            ([], _, waiting) => Ok(waiting.to_vec()),
        }
    }

    fn places(&self, fits: impl Fn(&FiledPart) -> bool) -> Vec<usize> {
        let parts = self.registration.parts.iter().enumerate();
        parts.filter(|(_, part)| fits(part)).map(|(at, _)| at).collect()
    }

    /// Whose a part is, or the mail, as the roster of `campaign` calls it.
    fn unit_of(&self, at: Option<usize>, bench: &Bench<'_>, campaign: &Campaign) -> Result<String, Refused> {
        let part = at.and_then(|at| self.registration.parts.get(at));
        let own = part.and_then(|part| part.filings.first());
        let own = own.map(|filing| (filing.unit.as_str(), Some(filing.campaign.as_str())));
        let whole = || Some((self.registration.unit.as_deref()?, self.registration.campaign.as_deref()));
        let (code, told) = own.or_else(whole).ok_or(Refused::NoUnit(self.row.id))?;
        let told = bench.campaigns.iter().find(|other| Some(other.id.as_str()) == told);
        let unit = campaign.same_unit(told.unwrap_or(campaign), code);
        unit.map(|unit| unit.code.clone()).ok_or_else(|| {
            Refused::Rule(format!("来件#{}的单位不在《{}》的名册里。", self.row.id, campaign.title))
        })
    }

    /// What a part is accepted as in its campaign: what it answers in another one says nothing there.
    fn scopes_of(&self, at: usize, own: &Campaign) -> Result<Vec<Scope>, Refused> {
        if !self.items.is_empty() {
            return self.dated_items();
        }
        let filings = self.registration.parts.get(at).map(|part| part.filings.as_slice()).unwrap_or_default();
        let is_known =
            |filing: &Filing| filing.campaign == own.id && own.requirement(&filing.requirement).is_some();
        if filings.is_empty() || !filings.iter().all(is_known) {
            return Err(self.no_item(at, own));
        }
        let scopes = ruled::scopes(filings);
        if scopes.iter().any(|scope| lacks_day(own, scope)) {
            return Err(Refused::NoDay(self.path(at), example(own)));
        }
        Ok(scopes)
    }

    fn no_item(&self, at: usize, own: &Campaign) -> Refused {
        Refused::NoItem(self.path(at), at, example(own))
    }

    fn path(&self, at: usize) -> String {
        self.row.parts.get(at).map(|part| part.path.clone()).unwrap_or_default()
    }

    /// The items as they were named; a day that was not said is the day on which the mail came.
    fn dated_items(&self) -> Result<Vec<Scope>, Refused> {
        if self.items.is_empty() && self.registration.loose.is_empty() && self.row.parts.is_empty() {
            return Err(Refused::TextOnly(self.row.id, example(self.campaign)));
        }
        let came_on = self.campaign.local(self.row.received_at).date();
        let dated = |scope: &Scope| {
            if !lacks_day(self.campaign, scope) {
                return Ok(scope.clone());
            }
            let requirement = self.campaign.requirement(&scope.requirement);
            let is_its_day = requirement.is_some_and(|r| r.days().contains(&Some(came_on)));
            let missing = || Refused::WhichDay(scope.clone());
            is_its_day.then(|| Scope { day: Some(came_on), ..scope.clone() }).ok_or_else(missing)
        };
        self.items.iter().map(dated).collect()
    }
}

/// An item of a campaign as it may be named.
fn example(campaign: &Campaign) -> String {
    let first = campaign.requirements.iter().find_map(|r| Some((r, r.items.first()?)));
    first.map_or_else(String::new, |(requirement, item)| {
        let day = requirement.days().into_iter().flatten().next();
        Scope { requirement: requirement.id.clone(), item: Some(item.id.clone()), day }.to_string()
    })
}

/// The decisions that return a part of a mail (`at`), or all of it that counts. The reason is in the signature.
///
/// # Errors
/// When nothing of it counts.
pub fn returned(
    campaign: &Campaign,
    row: &MessageRow,
    at: Option<usize>,
    signature: &Signature,
) -> Result<Vec<Decision>, Refused> {
    let counts = |part: &PartState| {
        !matches!(part, PartState::Container | PartState::Ignored | PartState::Rejected | PartState::Extra)
    };
    let places = match at {
        Some(at) => vec![at],
        None => (0..row.parts.len())
            .filter(|at| row.parts.get(*at).is_some_and(|part| counts(&part.state)))
            .collect(),
    };
    if places.is_empty() && row.loose.is_empty() {
        return Err(Refused::NothingToReturn(row.id));
    }
    let decision = Decision {
        message: Some(row.id),
        campaign: Some(campaign.id.clone()),
        unit: row.unit.clone(),
        ..signature.decision(Act::Return)
    };
    let of_part = |at: &usize| {
        let part = row.parts.get(*at)?;
        let unit = part.answers.first().map(|answer| answer.unit.clone()).or_else(|| row.unit.clone());
        let own = row.parts.get(*at).and_then(|part| part.campaign.clone());
        let own = own.filter(|_| row.campaign.as_ref() == Some(&campaign.id));
        let campaign = own.or_else(|| Some(campaign.id.clone()));
        Some(Decision { part: part_at(row, *at), unit, campaign, ..decision.clone() })
    };
    let mut decisions: Vec<Decision> = places.iter().filter_map(of_part).collect();
    if at.is_none() {
        decisions.push(decision);
    }
    Ok(decisions)
}
