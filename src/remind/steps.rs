//! Whose turn it is: on which day each step of chasing opens, and what becomes of a step that was missed
//! (`contract.md` 2, Steps). Pure; the calendar of a season can be read off its tests.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};

use super::Settings;
use super::hours::is_sending_day;
use super::opening::{Early, sending_days_before};
use crate::domain::calendar::Calendar;
use crate::domain::campaign::{Campaign, Chase, Step};
use crate::domain::obligation::Obligation;

/// A missed step is not made up when it is this many working days old (`contract.md` 2).
const STALE_AFTER_WORKING_DAYS: i32 = 5;

/// Days on which every folder of a campaign was completely scanned, in the campaign's time.
pub type ScanDays = BTreeSet<Date>;

/// What decides whether a step may go at a moment.
pub struct Today<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// Hours and working days of the office.
    pub settings: &'a Settings,
    /// Day and hour in the campaign's time.
    pub local: DateTime,
    /// When it was looked, completely.
    pub scan_days: &'a ScanDays,
    /// Steps that open earlier than configured.
    pub early: &'a Early,
}

/// A step whose turn it is, for one obligation.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// The step.
    pub step: &'a Step,
    /// What it chases.
    pub obligation: &'a Obligation,
    /// The day it belongs to: today, or the day on which it was missed.
    pub on: Date,
}

impl Today<'_> {
    fn calendar(&self) -> &Calendar {
        &self.campaign.calendar
    }

    /// Whether reminders may leave on `day` at all.
    pub fn is_sending_day(&self, day: Date) -> bool {
        is_sending_day(self.campaign, self.settings, day)
    }

    /// Whether now is a sending day, within the hours of the office.
    pub fn is_office_open(&self) -> bool {
        let (from, to) = self.settings.hours;
        self.is_sending_day(self.local.date()) && (from..to).contains(&self.local.time())
    }

    /// Whether `step` may leave now: in the hours of the office, and in its own where they are narrower.
    pub fn is_open(&self, step: &Step) -> bool {
        let own = step.hours.is_none_or(|(from, to)| (from..to).contains(&self.local.time()));
        own && self.is_office_open()
    }

    /// The steps of `chase` whose turn it is for one unit: those of today, else the latest missed one if nobody could
    /// have sent it. Hours are not looked at here, so that a step waits for its own hours and not for an older one.
    pub fn turns<'a>(&self, chase: &'a Chase, obligations: &'a [Obligation]) -> Vec<Turn<'a>> {
        let today = self.local.date();
        let mut turns: Vec<Turn<'a>> = Vec::new();
        for obligation in obligations.iter().filter(|o| o.requirement == chase.requirement) {
            let last_day = last_day(self.campaign, obligation);
            for step in &chase.steps {
                turns.push(Turn { step, obligation, on: self.opening(chase, step, last_day) });
            }
        }
        turns.retain(|turn| turn.on <= today);
        let Some(latest) = turns.iter().map(|turn| turn.on).max() else { return turns };
        turns.retain(|turn| turn.on == latest);
        let may_go = if latest == today { self.is_sending_day(today) } else { self.may_be_made_up(latest) };
        if !may_go {
            turns.clear();
        }
        // Of two steps to the same recipient on one day the later one replaces the earlier. What is of several days, and
        // comes to its turn on one, is all asked for: but of a silence only the last day is, which tells of it whole.
        let mut kept: Vec<Turn<'a>> = Vec::new();
        for turn in turns.into_iter().rev() {
            let replaces = |later: &Turn<'_>| {
                let is_same = later.obligation.day == turn.obligation.day || turn.step.every_days > 1;
                is_same && later.step.to_staff == turn.step.to_staff
            };
            if !kept.iter().any(replaces) {
                kept.push(turn);
            }
        }
        kept.reverse();
        kept
    }

    /// The day on which a step opens, for an obligation with this last day on time. One that opens early opens on its
    /// own day once more, for whoever was held on the earlier one.
    pub fn opening(&self, chase: &Chase, step: &Step, last_day: Date) -> Date {
        let configured = step.at.from_day(last_day, self.calendar());
        match self.early.get(&(chase.requirement.clone(), step.id.clone())) {
            Some(days) if self.local.date() < configured => {
                sending_days_before(self.campaign, self.settings, configured, *days)
            }
            _ => configured,
        }
    }

    /// Whether some step of chasing has begun to ask for an obligation.
    pub fn is_asked_for(&self, obligation: &Obligation) -> bool {
        let last_day = last_day(self.campaign, obligation);
        let chases = self.campaign.chases.iter().filter(|chase| chase.requirement == obligation.requirement);
        let mut days =
            chases.flat_map(|chase| chase.steps.iter().map(move |step| self.opening(chase, step, last_day)));
        days.any(|day| day <= self.local.date())
    }

    /// Whether a step of an earlier day may still go today: nobody could have sent it then or on any sending day
    /// since, because no complete scan ended, and it is not too old.
    fn may_be_made_up(&self, missed: Date) -> bool {
        let today = self.local.date();
        let is_blind = |day: Date| !self.is_sending_day(day) || !self.scan_days.contains(&day);
        let young = self.calendar().add_working_days(missed, STALE_AFTER_WORKING_DAYS) > today;
        young
            && self.is_sending_day(missed)
            && self.is_sending_day(today)
            && !self.scan_days.contains(&missed)
            && missed.series(jiff::ToSpan::days(1)).take_while(|day| *day < today).all(is_blind)
    }
}

/// The last day on which an obligation is on time; it moves with an extension.
pub fn last_day(campaign: &Campaign, obligation: &Obligation) -> Date {
    let due_day = campaign.local(obligation.due);
    if due_day.time() == jiff::civil::Time::midnight() {
        due_day.date().yesterday().unwrap_or(due_day.date())
    } else {
        due_day.date()
    }
}
