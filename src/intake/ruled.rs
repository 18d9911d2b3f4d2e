//! The judgement on a mail about which persons ruled: their word decides, the rest is judged as ever. Pure: the same
//! facts, rules and decisions give the same answer, so decisions outlive every change of rules.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::judge::{Case, Judge, Said};
use super::parts::plain;
use super::versions;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, RuledPart, Scope, in_force};
use crate::domain::facts::PartFacts;
use crate::domain::message::{MessageKind, PartState};
use crate::domain::submission::{Filing, Flaw, Level};
use crate::store::{FiledPart, LearnedSender, Registration};

/// Code of the flaw that a person gives as the reason for returning a file.
pub const RETURNED: &str = "RETURNED";
/// The rule by which a person's word stands among the evidence.
const RULE: &str = "人工认定";

/// Decisions that count, at hand for judging one mail after another.
#[derive(Default)]
pub struct Rulings {
    basis: i64,
    by_message: HashMap<i64, Vec<Decision>>,
    dissolved: BTreeSet<(Option<String>, Option<String>, Option<String>)>,
}

impl Rulings {
    /// What counts of `decisions`, which are all that were made.
    pub fn of(decisions: &[Decision]) -> Self {
        let mut rulings =
            Self { basis: decisions.last().map_or(0, |decision| decision.id), ..Self::default() };
        for decision in in_force(decisions, Timestamp::MAX) {
            match decision.message {
                Some(message) if decision.rules_mail() => {
                    rulings.by_message.entry(message).or_default().push(decision.clone());
                }
                _ if decision.act == Act::Forget => {
                    let Decision { campaign, unit, address, .. } = decision.clone();
                    rulings.dissolved.insert((campaign, unit, address));
                }
                _ => {}
            }
        }
        rulings
    }

    /// Number of the newest decision among all.
    pub fn basis(&self) -> i64 {
        self.basis
    }

    /// What persons ruled on a mail, in the order in which they did.
    pub fn on(&self, message: i64) -> &[Decision] {
        self.by_message.get(&message).map_or(&[], Vec::as_slice)
    }

    /// Whether a person said that an address does not write for a unit.
    pub fn dissolves(&self, sender: &LearnedSender) -> bool {
        let LearnedSender { address, campaign, unit, .. } = sender.clone();
        self.dissolved.contains(&(Some(campaign), Some(unit), Some(address)))
    }
}

/// Judges a mail about which persons ruled so.
pub fn judge(judge: &Judge, campaigns: &[Campaign], case: Case, rulings: &[Decision]) -> Registration {
    let whole = rulings.iter().rev().find(|ruling| ruling.act == Act::Assign && ruling.part.is_none());
    if let Some(ruling) = whole.filter(|ruling| ruling.unit.is_none()) {
        return nobodys(judge.judge(case), &told(ruling, campaigns));
    }
    let accepted = || rulings.iter().filter(|ruling| ruling.act == Act::Accept);
    // Of what campaign one part is says nothing of the others.
    let accepted_whole = accepted().find(|ruling| ruling.part.is_none());
    let said = Said {
        campaign: whole.or(accepted_whole).and_then(|ruling| ruling.campaign.as_deref()),
        is_whole: false,
        unit: whole.and_then(|ruling| ruling.unit.as_deref()),
        is_material: accepted().next().is_some(),
    };
    let registration = judge.judge_as(case, said);
    let mut mail = Mail { judge, campaigns, case, rulings, registration };
    // Whose it is first: a verdict holds for whoever a part was given to.
    let (assigned, verdicts): (Vec<_>, Vec<_>) = rulings.iter().partition(|ruling| ruling.act == Act::Assign);
    assigned.into_iter().chain(verdicts).for_each(|ruling| mail.weigh(ruling, said));
    mail.settle();
    mail.registration
}

/// A part as it is listed now: under the path that it had, else the one with the same bytes.
pub fn place_of(parts: &[PartFacts], hashes: &[Option<String>], ruled: &RuledPart) -> Option<usize> {
    let by_path = parts.iter().position(|part| part.path == ruled.path);
    by_path.or_else(|| {
        let same = |hash: &&Option<String>| ruled.sha256.is_some() && **hash == ruled.sha256;
        let only = hashes.iter().filter(same).count() == 1;
        hashes.iter().position(|hash| same(&hash)).filter(|_| only)
    })
}

/// What this mail and its parts answer by now, as a decision names it.
pub fn scopes(filings: &[Filing]) -> Vec<Scope> {
    let scope = |filing: &Filing| Scope {
        requirement: filing.requirement.clone(),
        item: Some(filing.item.clone()),
        day: filing.day,
    };
    filings.iter().map(scope).collect()
}

fn told(ruling: &Decision, campaigns: &[Campaign]) -> String {
    let campaign = campaigns.iter().find(|campaign| Some(&campaign.id) == ruling.campaign.as_ref());
    chinese::decision(ruling, campaign.or(campaigns.first()))
}

/// A mail that is nobody's counts for nobody and waits for nobody.
fn nobodys(judged: Registration, told: &str) -> Registration {
    let part = |part: FiledPart| match part.state {
        PartState::Container => FiledPart { filings: vec![], ..part },
        _ => plain(PartState::Ignored, told),
    };
    let mut evidence = judged.evidence;
    evidence.push((RULE.to_owned(), told.to_owned()));
    let kind = match judged.kind {
        MessageKind::Submission | MessageKind::NilReport => MessageKind::Other,
        other => other,
    };
    Registration {
        kind,
        campaign: None,
        may_be_of: vec![],
        unit: None,
        unit_by: None,
        review: None,
        may_concern: vec![],
        may_hold_material: false,
        evidence,
        parts: judged.parts.into_iter().map(part).collect(),
        loose: vec![],
        readings: vec![],
        learned: vec![],
        accepted: vec![],
        echoes: vec![],
    }
}

/// A mail being judged, ruling after ruling.
struct Mail<'a> {
    judge: &'a Judge<'a>,
    campaigns: &'a [Campaign],
    case: Case<'a>,
    rulings: &'a [Decision],
    registration: Registration,
}

impl Mail<'_> {
    fn weigh(&mut self, ruling: &Decision, said: Said) {
        let told = told(ruling, self.campaigns);
        self.registration.evidence.push((RULE.to_owned(), told.clone()));
        let Some(part) = &ruling.part else {
            if ruling.act != Act::Assign {
                self.rule_loose(ruling);
            }
            return;
        };
        let Some(at) = place_of(&self.case.facts.parts, self.case.hashes, part) else {
            let why = format!("人工认定过的附件“{}”不在了，请重新认定（{told}）", part.path);
            self.registration.review.get_or_insert(why);
            return;
        };
        match ruling.act {
            Act::Assign => self.assign_part(ruling, said, at, &told),
            _ => self.rule_part(ruling, at, &told),
        }
    }

    /// A part of another unit than the mail, and all that is inside it, is judged as if the mail were that unit's.
    fn assign_part(&mut self, ruling: &Decision, said: Said, at: usize, told: &str) {
        let parts = &self.case.facts.parts;
        let Some(path) = parts.get(at).map(|part| part.path.as_str()) else { return };
        let is_meant = |part: &PartFacts| {
            part.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let unit = ruling.unit.as_deref();
        let campaign = ruling.campaign.as_deref().or(said.campaign);
        // A person who names another campaign than the one it was taken for means that one.
        let taken_for = self.registration.parts.get(at).and_then(|part| part.campaign.as_ref());
        let taken_for = taken_for.or(self.registration.campaign.as_ref()).map(String::as_str);
        let is_whole = taken_for.is_some() && campaign != taken_for;
        let judged = self.judge.judge_as(self.case, Said { campaign, unit, is_whole, ..said });
        for (at, _) in parts.iter().enumerate().filter(|(_, part)| is_meant(part)) {
            let (Some(own), Some(other)) = (self.registration.parts.get_mut(at), judged.parts.get(at)) else {
                continue;
            };
            self.registration.readings.retain(|reading| reading.part != at);
            if unit.is_some() {
                *own = other.clone();
                let readings = judged.readings.iter().filter(|reading| reading.part == at);
                self.registration.readings.extend(readings.cloned());
            } else if own.state != PartState::Container {
                *own = plain(PartState::Ignored, told);
            }
        }
        self.registration.campaign =
            self.registration.campaign.take().or_else(|| campaign.map(str::to_owned));
    }

    fn rule_part(&mut self, ruling: &Decision, at: usize, told: &str) {
        let unit = self.unit_for(ruling);
        let hash = self.case.hashes.get(at).cloned().flatten().unwrap_or_default();
        let Some(part) = self.registration.parts.get_mut(at) else { return };
        part.why = if part.why.is_empty() {
            told.to_owned()
        } else {
            format!("{told}（原判断：{}）", part.why)
        };
        if ruling.act == Act::Return {
            part.state = PartState::Rejected;
            part.filings.iter_mut().for_each(|filing| give_back(filing, ruling));
            self.registration.learned.clear();
            return;
        }
        // Given to nobody since: it does not count for anybody.
        let Some(unit) = unit else { return };
        let flaws = part.filings.first().map(|filing| filing.flaws.clone()).unwrap_or_default();
        part.state = PartState::Accepted;
        part.campaign = ruling.campaign.clone().or(part.campaign.take());
        let campaign =
            part.campaign.clone().or_else(|| self.registration.campaign.clone()).unwrap_or_default();
        let version = versions::accepted(self.case.facts.parts.get(at), &part.filings);
        part.filings = accepted(&ruling.scopes, (&campaign, &unit), self.case, at, &hash);
        part.filings.iter_mut().for_each(|filing| filing.version.clone_from(&version));
        if let Some(first) = part.filings.first_mut() {
            first.flaws = flaws;
        }
        self.registration.accepted.push(at);
    }

    /// What belongs to no part: links, 今日无, a contact person in the text, the text itself.
    fn rule_loose(&mut self, ruling: &Decision) {
        if ruling.act == Act::Return {
            self.registration.loose.iter_mut().for_each(|filing| give_back(filing, ruling));
            return;
        }
        let Some(unit) = self.unit_for(ruling) else { return };
        let parts = self.case.facts.parts.len();
        for scope in &ruling.scopes {
            let is_it = |filing: &Filing| {
                scope.item.as_ref() == Some(&filing.item)
                    && (&filing.requirement, filing.day) == (&scope.requirement, scope.day)
            };
            let is_here = |filing: &Filing| {
                is_it(filing) && ruling.campaign.as_ref().is_none_or(|own| *own == filing.campaign)
            };
            // What came for several campaigns is accepted by one word; two may call different things alike.
            let own = self.registration.loose.iter().position(is_here);
            let at = own.or_else(|| self.registration.loose.iter().position(is_it));
            match at.and_then(|at| self.registration.loose.get_mut(at)) {
                Some(filing) => {
                    filing.state = PartState::Accepted;
                    filing.version.iter_mut().for_each(|version| version.prevails = true);
                }
                None => {
                    let at = parts + self.registration.loose.len();
                    let name = format!("mail:{}", self.case.id);
                    let scope = std::slice::from_ref(scope);
                    let campaign = ruling.campaign.as_ref().or(self.registration.campaign.as_ref());
                    let whose = (campaign.map_or("", String::as_str), unit.as_str());
                    let loose = accepted(scope, whose, self.case, at, &name);
                    self.registration.loose.extend(loose);
                }
            }
        }
        let loose = self.registration.loose.iter().enumerate();
        let counting = loose.filter(|(_, filing)| filing.state == PartState::Accepted);
        let counting: Vec<usize> = counting.map(|(at, _)| parts + at).collect();
        self.registration.accepted.extend(counting);
    }

    /// Whose an accepted file is: as it was when it was accepted, unless a person gave it to another unit since.
    fn unit_for(&self, ruling: &Decision) -> Option<String> {
        let is_over = |other: &&Decision| {
            let meant = |path: &str, part: &RuledPart| {
                part.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            other.act == Act::Assign
                && other.id > ruling.id
                && match (&other.part, &ruling.part) {
                    (None, _) => true,
                    (Some(other), Some(own)) => meant(&other.path, own),
                    (Some(_), None) => false,
                }
        };
        let later = self.rulings.iter().rev().find(is_over);
        let Some(assigned) = later else { return ruling.unit.clone() };
        let campaign = |decision: &Decision| {
            self.campaigns.iter().find(|campaign| Some(&campaign.id) == decision.campaign.as_ref())
        };
        let code = assigned.unit.as_deref()?;
        match (campaign(ruling), campaign(assigned)) {
            (Some(own), Some(other)) => own.same_unit(other, code).map(|unit| unit.code.clone()),
            _ => Some(code.to_owned()),
        }
    }

    /// Whether a person ruled on a part itself, or on what contains it.
    fn is_ruled(&self, at: usize) -> bool {
        let verdicts = self.rulings.iter().filter(|ruling| matches!(ruling.act, Act::Accept | Act::Return));
        let places = verdicts
            .filter_map(|ruling| place_of(&self.case.facts.parts, self.case.hashes, ruling.part.as_ref()?));
        places.into_iter().any(|place| place == at)
    }

    /// Whether the mail still waits for a person, and for what: what was ruled on is settled, the rest is not.
    fn settle(&mut self) {
        let facts = self.case.facts;
        let waits = |(at, part): &(usize, &FiledPart)| {
            let is_open = part.state == PartState::Review
                || (part.state == PartState::Unreadable && part.filings.is_empty());
            is_open && !self.is_ruled(*at)
        };
        let next = self.registration.parts.iter().enumerate().find(waits);
        let next = next.map(|(at, part)| match (part.state, facts.parts.get(at)) {
            (PartState::Unreadable, Some(file)) => format!("“{}”{}，请处理", file.path, part.why),
            _ => part.why.clone(),
        });
        let is_whole = self
            .rulings
            .iter()
            .any(|ruling| ruling.part.is_none() && matches!(ruling.act, Act::Accept | Act::Return));
        let is_unknown = self.registration.unit.is_none() && (next.is_some() || facts.parts.is_empty());
        let is_about_ruled = |reason: &str| {
            facts.parts.iter().enumerate().any(|(at, part)| {
                let quoted = format!("“{}”", part.path);
                self.is_ruled(at) && reason.starts_with(&quoted)
            })
        };
        let has_more = !facts.links.is_empty() || !facts.trouble.is_empty();
        // Whose it is says nothing yet about what could not be read.
        let unread = facts.trouble.first().filter(|_| !is_whole);
        let review = match self.registration.review.clone() {
            None => next.or_else(|| unread.map(|trouble| format!("来件未能完整读出：{trouble}"))),
            Some(reason) if is_unknown && !is_whole => Some(reason),
            Some(reason) if is_whole || is_about_ruled(&reason) => next,
            Some(reason) if next.is_some() || has_more || reason.starts_with(RULE) => Some(reason),
            Some(_) => None,
        };
        if review.is_none() {
            self.registration.may_be_of.clear();
            self.registration.may_concern.clear();
        }
        self.registration.review = review;
    }
}

/// Does not count, for the reason that a person gave.
fn give_back(filing: &mut Filing, ruling: &Decision) {
    filing.state = PartState::Rejected;
    let flaw = Flaw {
        code: RETURNED.to_owned(),
        place: String::new(),
        text: ruling.why.clone(),
        level: Level::Error,
    };
    filing.flaws.insert(0, flaw);
}

/// Filings of what a person accepted. `whose`: campaign and unit.
fn accepted(
    scopes: &[Scope],
    (campaign, unit): (&str, &str),
    case: Case,
    at: usize,
    sha256: &str,
) -> Vec<Filing> {
    let one = |scope: &Scope| {
        Some(Filing {
            campaign: campaign.to_owned(),
            unit: unit.to_owned(),
            requirement: scope.requirement.clone(),
            day: scope.day,
            item: scope.item.clone()?,
            state: PartState::Accepted,
            flaws: vec![],
            received_at: case.received_at,
            message: case.id,
            ordinal: u32::try_from(at).unwrap_or(u32::MAX),
            sha256: sha256.to_owned(),
            version: None,
        })
    };
    scopes.iter().filter_map(one).collect()
}
