//! What one mail has to say: the fields with which the wording of the campaign (`wording`) is filled.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::due::{FIX, Mail, Situation, flawed_items, is_owed, is_to_mend};
use super::history::configured;
use super::steps::last_day;
use super::wording::render;
use crate::domain::campaign::{Blank, Campaign, Need, Requirement, When};
use crate::domain::chinese;
use crate::domain::contact::Contact;
use crate::domain::obligation::{Obligation, Standing};
use crate::domain::submission::ItemState;
use crate::domain::text::one_line;
use crate::domain::unit::Unit;
use crate::store::StepKey;

/// Working days that a late unit is given anew.
const NEW_DUE_WORKING_DAYS: i32 = 2;
/// Longest place of a flaw, and longest flaw, that is repeated (characters): both may hold what others wrote.
const PLACE_CHARS: usize = 60;
pub(super) const FLAW_CHARS: usize = 200;
/// One requirement that a unit still owes something of.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(super) struct Owed {
    requirement: String,
    due: String,
    days: String,
    items: String,
    late: bool,
    /// One of its items is enough, and there are several.
    any: bool,
    /// 今日无 fulfils it.
    nil: bool,
}

impl Owed {
    /// For a list of many units.
    fn in_short(self) -> String {
        if self.days.is_empty() { self.items } else { format!("{}的{}", self.days, self.requirement) }
    }
}

/// One thing to be mended.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FlawLine {
    pub file: String,
    pub place: String,
    pub text: String,
}

/// One item that came with a mail.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CameLine {
    pub item: String,
    pub files: String,
}

/// One line of a phone list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PhoneLine {
    unit: String,
    contact: String,
    phone: String,
    owed: String,
    reminded: usize,
    /// The last call as it was noted; empty for none.
    called: String,
}

/// The fields of every template; `docs/OPERATIONS.md` tells them to whoever edits the wording.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fields {
    pub unit: String,
    pub office: String,
    pub notice: String,
    pub title: String,
    pub short: String,
    pub mailbox: String,
    pub contact: String,
    pub now: String,
    pub today: String,
    pub owed: Vec<Owed>,
    /// 今日无 fulfils a day of it.
    pub nil: bool,
    pub flaws: Vec<FlawLine>,
    pub new_due: String,
    pub attached: Vec<String>,
    pub total: usize,
    pub complete: usize,
    pub units: Vec<PhoneLine>,
    /// Receipts only: register number, subject and arrival of the mail that is answered, …
    pub number: String,
    pub subject: String,
    pub received: String,
    /// … what came with it, what a person has to look at, what else is to be told, and whether nothing is missing.
    pub came: Vec<CameLine>,
    pub waiting: Vec<String>,
    pub remarks: Vec<String>,
    pub settled: bool,
}

/// Subject and text of a mail, as of `moment`; `Err` says in Chinese what is wrong with the wording.
pub fn write(
    situation: &Situation<'_>,
    mail: &Mail<'_>,
    moment: Timestamp,
) -> Result<(String, String), String> {
    render(situation.campaign, mail.template, &fields(situation, mail, moment))
}

fn fields(situation: &Situation<'_>, mail: &Mail<'_>, moment: Timestamp) -> Fields {
    let campaign = situation.campaign;
    let today = campaign.local(moment);
    let obligations = |unit: &Unit| {
        let found = situation.units.iter().find(|(candidate, _)| candidate.code == unit.code);
        found.map_or(&[][..], |(_, obligations)| obligations.as_slice())
    };
    let of_unit = mail.unit.map_or(&[][..], obligations);
    let phone_line = |unit: &Unit| {
        let owed = owed(situation, obligations(unit), &mail.steps);
        let Contact { name, phone, called } = situation.contacts.of(unit);
        PhoneLine {
            unit: unit.name.clone(),
            contact: name,
            phone,
            called: one_line(&called, FLAW_CHARS),
            owed: owed.into_iter().map(Owed::in_short).collect::<Vec<_>>().join("；"),
            reminded: situation.reminded(&unit.code),
        }
    };
    let asked = |o: &&Obligation| o.requirement == mail.requirement && o.standing != Standing::Exempt;
    let standing = |(_, all): &(&Unit, Vec<Obligation>)| {
        let mut asked = all.iter().filter(asked).peekable();
        asked.peek().is_some().then(|| asked.all(|o| o.standing.is_done()))
    };
    let answers: Vec<bool> = situation.units.iter().filter_map(standing).collect();
    let owed = owed(situation, of_unit, &mail.steps);
    Fields {
        unit: mail.unit.map_or(String::new(), |unit| unit.name.clone()),
        mailbox: situation.mailbox.to_owned(),
        now: chinese::moment(today),
        today: chinese::full_day(today.date()),
        nil: owed.iter().any(|owed| owed.nil && !owed.days.is_empty()),
        owed,
        flaws: flaws(campaign, of_unit),
        new_due: chinese::day_and_weekday(new_due(campaign, mail, of_unit, today.date())),
        attached: attached(campaign, &mail.steps).into_iter().map(|blank| blank.name.clone()).collect(),
        total: answers.len(),
        complete: answers.iter().filter(|done| **done).count(),
        units: mail.listed.iter().map(|unit| phone_line(unit)).collect(),
        ..of_campaign(campaign)
    }
}

/// By when a unit is asked to send what is late, or to mend what has flaws: some working days from `today`; what has flaws
/// not before the deadline that its unit has anyway.
fn new_due(campaign: &Campaign, mail: &Mail<'_>, of_unit: &[Obligation], today: Date) -> Date {
    let soon = campaign.calendar.add_working_days(today, NEW_DUE_WORKING_DAYS);
    if mail.template != FIX {
        return soon;
    }
    let flawed = of_unit.iter().filter(|obligation| !flawed_items(obligation).is_empty());
    flawed.map(|obligation| last_day(campaign, obligation)).fold(soon, Date::max)
}

/// The blank forms that go with a mail: those of each of its steps, each once.
pub fn attached<'c>(campaign: &'c Campaign, steps: &[StepKey]) -> Vec<&'c Blank> {
    let forms = steps.iter().filter_map(|key| configured(campaign, key)).flat_map(|(_, step)| &step.attach);
    let forms: BTreeSet<&String> = forms.collect();
    forms.into_iter().filter_map(|form| campaign.blanks.get(form)).collect()
}

/// Everything that a unit owes by now: what is late, and what a step of chasing has already begun to ask for. `steps`:
/// those of the mail itself.
fn owed(situation: &Situation<'_>, obligations: &[Obligation], steps: &[StepKey]) -> Vec<Owed> {
    let today = situation.today();
    let asks = |o: &Obligation| {
        steps.iter().any(|key| key.requirement == o.requirement && key.day == o.day && key.step != FIX)
    };
    let is_over = |o: &Obligation| !may_still_come(situation.campaign, o, situation.now);
    let asked = |o: &&Obligation| asks(o) || (is_over(o) && (o.standing.is_late() || today.is_asked_for(o)));
    list_owed(situation.campaign, obligations.iter().filter(asked))
}

/// Whether what is of a day may still be sent, said to be of it: until then it is late and not missing.
pub(super) fn may_still_come(campaign: &Campaign, obligation: &Obligation, now: Timestamp) -> bool {
    let when = campaign.requirement(&obligation.requirement).map(|requirement| requirement.when);
    let (Some(When::EachDay { until_next_day, .. }), Some(day)) = (when, obligation.day) else {
        return false;
    };
    day.tomorrow().is_ok_and(|next| now < campaign.at(next, until_next_day))
}

/// What is still to come of these obligations, requirement by requirement.
pub(super) fn list_owed<'o>(
    campaign: &Campaign,
    obligations: impl Iterator<Item = &'o Obligation>,
) -> Vec<Owed> {
    let mut all: Vec<(Owed, &Requirement, Vec<Date>, Vec<String>)> = Vec::new();
    for obligation in obligations.filter(|obligation| is_owed(obligation)) {
        let Some(requirement) = campaign.requirement(&obligation.requirement) else { continue };
        let titles = obligation.lacking().filter_map(|lacking| {
            let title = &requirement.item(&lacking.item)?.title;
            // It came, and whoever sent it must not read that it did not.
            Some(format!("{title}{}", if lacking.state == ItemState::Rejected { "（须重报）" } else { "" }))
        });
        if let Some((_, _, days, lacking)) = all.iter_mut().find(|(_, of, ..)| of.id == requirement.id) {
            days.extend(obligation.day);
            let new: Vec<String> = titles.filter(|title| !lacking.contains(title)).collect();
            lacking.extend(new);
            continue;
        }
        let last_day = last_day(campaign, obligation);
        let owed = Owed {
            requirement: requirement.title.clone(),
            due: chinese::full_day_and_weekday(last_day),
            days: String::new(),
            items: String::new(),
            late: obligation.standing.is_late(),
            any: requirement.need == Need::Any && requirement.items.len() > 1,
            nil: requirement.nil_report,
        };
        all.push((owed, requirement, obligation.day.into_iter().collect(), titles.collect()));
    }
    let whole = all.into_iter().map(|(owed, _, days, lacking)| Owed {
        days: chinese::days(&days),
        items: lacking.join("、"),
        ..owed
    });
    whole.collect()
}

/// What a unit has to mend, a line each.
pub(super) fn flaw_lines(campaign: &Campaign, obligations: &[Obligation]) -> Vec<String> {
    let one = |line: FlawLine| match line.place.is_empty() {
        true => format!("{}：{}", line.file, line.text),
        false => format!("{} {}：{}", line.file, line.place, line.text),
    };
    flaws(campaign, obligations).into_iter().map(one).collect()
}

fn flaws(campaign: &Campaign, obligations: &[Obligation]) -> Vec<FlawLine> {
    let mut lines = Vec::new();
    for obligation in obligations {
        let requirement = campaign.requirement(&obligation.requirement);
        for item in flawed_items(obligation) {
            let title = requirement.and_then(|r| r.item(&item.item)).map_or(&item.item, |item| &item.title);
            let flaws = item.holding.iter().flat_map(|held| &held.flaws).filter(|flaw| is_to_mend(flaw));
            for flaw in flaws {
                let place = one_line(&flaw.place, PLACE_CHARS);
                let text = one_line(flaw.text.trim_end_matches(['。', '；', '.']), FLAW_CHARS);
                add_flaw(&mut lines, FlawLine { file: title.clone(), place, text });
            }
        }
    }
    lines
}

/// One file may answer several items: what is wrong with it is told once, with all of them.
fn add_flaw(lines: &mut Vec<FlawLine>, flaw: FlawLine) {
    match lines.iter_mut().find(|line| (&line.place, &line.text) == (&flaw.place, &flaw.text)) {
        Some(line) if line.file.split('、').any(|told| told == flaw.file) => {}
        Some(line) => line.file = format!("{}、{}", line.file, flaw.file),
        None => lines.push(flaw),
    }
}

pub(super) fn of_campaign(campaign: &Campaign) -> Fields {
    Fields {
        unit: String::new(),
        office: campaign.office.clone(),
        notice: campaign.notice.clone(),
        title: campaign.title.clone(),
        short: campaign.short.clone(),
        mailbox: String::new(),
        contact: campaign.contact.clone(),
        now: String::new(),
        today: String::new(),
        owed: vec![],
        nil: false,
        flaws: vec![],
        new_due: String::new(),
        attached: vec![],
        total: 0,
        complete: 0,
        units: vec![],
        number: String::new(),
        subject: String::new(),
        received: String::new(),
        came: vec![],
        waiting: vec![],
        remarks: vec![],
        settled: false,
    }
}

/// Every field filled, so that no branch of a template stays unread.
pub(super) fn sample(campaign: &Campaign) -> Fields {
    let filled = "甲".to_owned();
    let owed = |is_daily: bool| Owed {
        requirement: filled.clone(),
        due: filled.clone(),
        days: if is_daily { filled.clone() } else { String::new() },
        items: filled.clone(),
        late: !is_daily,
        any: is_daily,
        nil: is_daily,
    };
    Fields {
        unit: filled.clone(),
        mailbox: filled.clone(),
        now: filled.clone(),
        today: filled.clone(),
        owed: vec![owed(true), owed(false)],
        nil: true,
        flaws: vec![FlawLine { file: filled.clone(), place: filled.clone(), text: filled.clone() }],
        new_due: filled.clone(),
        attached: vec![filled.clone()],
        total: 2,
        complete: 1,
        units: vec![PhoneLine {
            unit: filled.clone(),
            contact: filled.clone(),
            phone: filled.clone(),
            owed: filled.clone(),
            reminded: 1,
            called: filled.clone(),
        }],
        number: filled.clone(),
        subject: filled.clone(),
        received: filled.clone(),
        came: vec![CameLine { item: filled.clone(), files: filled.clone() }],
        waiting: vec![filled.clone()],
        remarks: vec![filled.clone()],
        settled: true,
        ..of_campaign(campaign)
    }
}
