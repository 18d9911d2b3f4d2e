//! The due steps as a pure function of standings, history and a moment (`contract.md` 2, Steps and Who): one digest
//! a unit a day, a phone list for staff, nothing for whoever owes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::gate::Gate;
use super::history::Claimed;
use super::opening::Early;
use super::steps::{ScanDays, Today, Turn};
use super::{DueState, Mode, Settings};
use crate::domain::campaign::{Campaign, Chase, Step};
use crate::domain::contact::Contacts;
use crate::domain::obligation::{ItemStanding, Obligation, Standing};
use crate::domain::submission::{Flaw, ItemState, Level};
use crate::domain::unit::Unit;
use crate::store::{Approval, StepKey};

/// Id of the step as which E-level flaws are told.
pub const FIX: &str = "fix";
/// Code of the flaw that a file came only as a link (`contract.md` 3).
const LINK: &str = "LINK";

/// Everything that decides who is reminded at a moment.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// How and when to remind.
    pub settings: &'a Settings,
    /// The office's own address, named in every text.
    pub mailbox: &'a str,
    /// Who gets phone lists; never empty.
    pub staff: Vec<String>,
    /// Units in roster order, with their obligations as they stand at `now`.
    pub units: Vec<(&'a Unit, Vec<Obligation>)>,
    /// Steps that were claimed.
    pub claimed: Claimed,
    /// Steps that persons released.
    pub approvals: Vec<Approval>,
    /// Reminders of today that other campaigns have for an address (lower case), queued ones included.
    pub elsewhere: BTreeMap<String, u32>,
    /// Addresses known dead, lower case.
    pub dead: BTreeSet<String>,
    /// Who is held.
    pub gate: Gate,
    /// Whom to call.
    pub contacts: Contacts,
    /// Days with a complete scan.
    pub scan_days: ScanDays,
    /// Steps that open earlier than configured.
    pub early: Early,
    /// The moment.
    pub now: Timestamp,
}

/// A mail to be written.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// The unit, none for a phone list.
    pub unit: Option<&'a Unit>,
    /// The one recipient; empty: none known.
    pub to: String,
    /// What it carries out.
    pub steps: Vec<StepKey>,
    /// The steps of the list that it is a copy of; empty for any other mail.
    pub copies: Vec<StepKey>,
    /// Name of the wording.
    pub template: &'a str,
    /// The requirement that it is mainly about.
    pub requirement: &'a str,
    /// The units of a phone list with what is asked of them.
    pub listed: Vec<&'a Unit>,
    /// How far it has come.
    pub state: DueState,
    /// Why.
    pub why: String,
}

/// What the turns of a day ask of one unit.
#[derive(Default)]
struct Asked {
    steps: Vec<StepKey>,
    late_since: Option<Timestamp>,
    waits: Option<String>,
}

impl<'a> Situation<'a> {
    /// The mails of now, units in roster order, then the phone lists.
    pub fn mails(&'a self) -> Vec<Mail<'a>> {
        let today = self.today();
        let mut mails = Vec::new();
        for (unit, obligations) in &self.units {
            mails.extend(self.digest(&today, unit, obligations));
        }
        for chase in &self.campaign.chases {
            for step in chase.steps.iter().filter(|step| step.to_staff) {
                mails.extend(self.phone_list(&today, chase, step));
            }
        }
        mails
    }

    /// The calendar of this moment.
    pub fn today(&self) -> Today<'_> {
        Today {
            campaign: self.campaign,
            settings: self.settings,
            local: self.campaign.local(self.now),
            scan_days: &self.scan_days,
            early: &self.early,
        }
    }

    fn digest(
        &'a self,
        today: &Today<'_>,
        unit: &'a Unit,
        obligations: &'a [Obligation],
    ) -> Option<Mail<'a>> {
        let mut asked = Asked::default();
        let mut closed = Asked::default();
        let (mut fixes, mut opens) = (false, false);
        for chase in &self.campaign.chases {
            let turns = today.turns(chase, obligations);
            for turn in turns.into_iter().filter(|turn| !turn.step.to_staff) {
                let is_open = today.is_open(turn.step);
                let asked = if is_open { &mut asked } else { &mut closed };
                let only_flawed = self.ask(asked, unit, turn, obligations);
                fixes |= only_flawed;
                opens |= is_open && only_flawed;
            }
        }
        let opens_later = asked.steps.is_empty() && !opens;
        if opens_later {
            asked = closed;
        }
        if !asked.steps.is_empty() || fixes {
            asked.steps.extend(self.fixes(unit, obligations));
        }
        if asked.steps.is_empty() {
            return None;
        }
        let to = self.recipient(unit).unwrap_or_default();
        let (template, requirement) = self.about(&asked.steps);
        let held = asked.waits.or_else(|| self.gate.holds(&unit.code, asked.late_since)).or_else(|| {
            let full = self.digests_today(&unit.code, &to) >= self.settings.max_per_unit_per_day;
            full.then(|| "今日已给该单位发过提醒".to_owned())
        });
        let held = held.or_else(|| to.is_empty().then(|| "没有可用的收件地址，请在名册中补填".to_owned()));
        let held = held.or_else(|| opens_later.then(|| "不在发送时段内".to_owned()));
        let (state, why) = self.state(held, &asked.steps);
        let steps = asked.steps;
        let (copies, listed) = (vec![], vec![]);
        Some(Mail { unit: Some(unit), to, steps, copies, template, requirement, listed, state, why })
    }

    /// Adds what one turn asks of a unit. True when the obligation is complete and only its flaws are to be told.
    fn ask(&self, asked: &mut Asked, unit: &Unit, turn: Turn<'_>, obligations: &[Obligation]) -> bool {
        let obligation = turn.obligation;
        let key = key(obligation, &turn.step.id, unit);
        if obligation.standing.is_done() {
            return !flawed_items(obligation).is_empty()
                && !self.is_claimed(&self::key(obligation, FIX, unit));
        }
        let silent = turn.step.every_days <= 1 || self.is_silent_again(turn, unit, obligations);
        if self.is_claimed(&key) || !silent {
            return false;
        }
        if obligation.standing == Standing::Review {
            asked.waits = Some("该单位来件待核，核定前不催报".to_owned());
        } else if !is_owed(obligation) {
            return false;
        }
        if obligation.standing.is_late() {
            asked.late_since = asked.late_since.max(Some(obligation.due));
        }
        asked.steps.push(key);
        false
    }

    /// Wording and requirement of a mail with these steps: those of the firmest step, the one furthest past its due
    /// day; of flaws alone, those of the flaws.
    pub fn about(&self, steps: &[StepKey]) -> (&'a str, &'a str) {
        let mut firmest: Option<(&Chase, &Step)> = None;
        for chase in &self.campaign.chases {
            let goes = |step: &&Step| {
                steps.iter().any(|key| key.requirement == chase.requirement && key.step == step.id)
            };
            for step in chase.steps.iter().filter(goes) {
                if firmest.is_none_or(|(_, firmest)| step.at.days > firmest.at.days) {
                    firmest = Some((chase, step));
                }
            }
        }
        let flawed = || steps.first().and_then(|key| self.campaign.requirement(&key.requirement));
        match firmest {
            Some((chase, step)) => (self.wording(chase, step, steps), &chase.requirement),
            None => (FIX, flawed().map_or("", |requirement| requirement.id.as_str())),
        }
    }

    /// The wording of a step of chasing: nobody is told a second time who was not told a first time, so it is that of the
    /// first step after the due day that the unit did not get.
    fn wording(&self, chase: &'a Chase, step: &'a Step, steps: &[StepKey]) -> &'a str {
        let key = steps.iter().find(|key| key.requirement == chase.requirement && key.step == step.id);
        let reached = |earlier: &Step| {
            key.is_some_and(|key| self.has_left(&StepKey { step: earlier.id.clone(), ..key.clone() }))
        };
        let before = chase.steps.iter().take_while(|earlier| earlier.id != step.id);
        let mut missed =
            before.filter(|earlier| earlier.at.days > 0 && !earlier.to_staff && !reached(earlier));
        if step.to_staff { &step.template } else { &missed.next().unwrap_or(step).template }
    }

    /// Keys of the flaws of a unit that it was not told yet.
    pub(super) fn fixes(&self, unit: &Unit, obligations: &[Obligation]) -> Vec<StepKey> {
        let flawed = obligations.iter().filter(|obligation| !flawed_items(obligation).is_empty());
        flawed.map(|obligation| key(obligation, FIX, unit)).filter(|key| !self.is_claimed(key)).collect()
    }

    fn phone_list(&'a self, today: &Today<'_>, chase: &'a Chase, step: &'a Step) -> Vec<Mail<'a>> {
        let mut asked = Asked::default();
        let mut listed = Vec::new();
        for (unit, obligations) in &self.units {
            let turns = today.turns(chase, obligations);
            let before = asked.steps.len();
            for turn in turns.into_iter().filter(|turn| turn.step.id == step.id) {
                let held =
                    self.gate.units.contains_key(&unit.code) || turn.obligation.standing == Standing::Review;
                if !held && !turn.obligation.standing.is_done() {
                    self.ask(&mut asked, unit, turn, obligations);
                }
            }
            if asked.steps.len() > before {
                listed.push(*unit);
            }
        }
        if asked.steps.is_empty() {
            return Vec::new();
        }
        let held = self.gate.holds("", asked.late_since);
        let held = held.or_else(|| (!today.is_open(step)).then(|| "不在发送时段内".to_owned()));
        let (state, why) = self.state(held, &asked.steps);
        let (requirement, template) = (chase.requirement.as_str(), step.template.as_str());
        // A step is claimed once: the last of the staff gets the claims, so that a crash before leaves all to do.
        let last = self.staff.len().saturating_sub(1);
        let mail = |(at, to): (usize, &String)| Mail {
            unit: None,
            to: to.clone(),
            steps: if at == last { asked.steps.clone() } else { vec![] },
            copies: if at == last { vec![] } else { asked.steps.clone() },
            template,
            requirement,
            listed: listed.clone(),
            state,
            why: why.clone(),
        };
        self.staff.iter().enumerate().map(mail).collect()
    }

    fn state(&self, held: Option<String>, steps: &[StepKey]) -> (DueState, String) {
        if let Some(why) = held {
            return (DueState::Held, why);
        }
        let approval = |key: &StepKey| self.approvals.iter().find(|approval| approval.key == *key);
        match (self.settings.mode, steps.iter().map(approval).collect::<Option<Vec<_>>>()) {
            (Mode::Approve, Some(given)) => {
                let by: BTreeSet<&str> = given.iter().map(|approval| approval.by.as_str()).collect();
                (DueState::Approved, format!("{}已批准", by.into_iter().collect::<Vec<_>>().join("、")))
            }
            (Mode::Approve, None) => (DueState::Due, "到期，待批准".to_owned()),
            (Mode::Auto, _) => (DueState::Due, "到期".to_owned()),
            (Mode::Off, _) => (DueState::Due, "到期；自动催报已关闭".to_owned()),
        }
    }
}

/// Whether something of an obligation is still to come and nothing waits that could be it.
pub fn is_owed(obligation: &Obligation) -> bool {
    let asks = matches!(
        obligation.standing,
        Standing::Open | Standing::Partial | Standing::Overdue | Standing::OverduePartial
    );
    asks && obligation.lacking().next().is_some()
}

/// Whether a flaw is one for the unit to mend. A file behind a link is ours to fetch: big attachments come in no other
/// way, so nobody is asked to send them again.
pub fn is_to_mend(flaw: &Flaw) -> bool {
    flaw.level == Level::Error && flaw.code != LINK
}

/// Items of an obligation with E-level flaws that the unit should mend: what counts with flaws, and, while something
/// is still owed, what was rejected.
pub fn flawed_items(obligation: &Obligation) -> Vec<&ItemStanding> {
    let told = |state: ItemState| {
        state == ItemState::Flawed || (state == ItemState::Rejected && !obligation.standing.is_done())
    };
    let has_error = |item: &&ItemStanding| {
        let holding = item.holding.as_ref();
        told(item.state) && holding.is_some_and(|held| held.flaws.iter().any(is_to_mend))
    };
    obligation.items.iter().filter(has_error).collect()
}

pub(super) fn key(obligation: &Obligation, step: &str, unit: &Unit) -> StepKey {
    StepKey {
        requirement: obligation.requirement.clone(),
        step: step.to_owned(),
        day: obligation.day,
        unit: unit.code.clone(),
    }
}
