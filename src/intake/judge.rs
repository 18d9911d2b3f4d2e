//! The judgement on one mail, as an experienced clerk would weigh it: is it material at all, of which campaign, from which unit;
//! then part by part what each answers. Pure: the same facts give the same answer, so that `replay` can say what a rule would change.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::alike::set_apart;
use super::choose::{Chosen, Read};
use super::clues::{self, FormRead};
use super::desk::Desk;
use super::echo;
use super::folded::folded;
use super::letter;
use super::parts::{Outcome, plain};
use super::sent_on::{SENT_ON, brings_material, may_be_sent_on};
use super::several::{Side, agree_on_unit, elsewhere, share};
use crate::domain::campaign::{Campaign, When};
use crate::domain::decision::{Decision, taught_names};
use crate::domain::facts::{Content, MailFacts, PartFacts, Role};
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{MessageKind, PartState, UnitBy};
use crate::domain::unit::Unit;
use crate::form::Book;
use crate::recognition::beside::asks_beside;
use crate::recognition::campaign::could_be_either;
use crate::recognition::day::Range;
use crate::recognition::kind;
use crate::recognition::names::NameBook;
use crate::recognition::unit::{self, Sender, Verdict};
use crate::store::{LearnedSender, Ours, Registration};

/// Everything that judgement needs beside the mail itself, prepared once.
pub struct Judge<'a> {
    pub(super) desks: Vec<Desk<'a>>,
    pub(super) mailboxes: &'a [Mailbox],
    /// Units by campaign and address, as messages and persons taught.
    learned: HashMap<(String, String), BTreeSet<String>>,
}

/// What is known of a mail as a whole before its parts are judged.
struct Letterhead<'a> {
    kind: MessageKind,
    why: String,
    /// Campaigns of which a person must say which it is.
    which: Vec<&'a Campaign>,
    /// Why a person should confirm that it is material after all.
    doubt: Option<String>,
    /// Why a person must read it, whatever of it counts.
    ask: Option<&'static str>,
}

/// One mail to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Register number.
    pub id: i64,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Mailbox id.
    pub mailbox: &'a str,
    /// What the reader reported.
    pub facts: &'a MailFacts,
    /// SHA-256 of each part's bytes, where kept.
    pub hashes: &'a [Option<String>],
    /// Mails of ours that it may be about, oldest first.
    pub ours: &'a [Ours],
}

/// What persons said of a mail as a whole: it is not judged again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// The campaign it belongs to, but for parts that plainly are of another.
    pub campaign: Option<&'a str>,
    /// It belongs to that campaign with all of its parts.
    pub is_whole: bool,
    /// Code of its unit, in the roster of that campaign. Whoever names it says too that the mail belongs to the campaign.
    pub unit: Option<&'a str>,
    /// Something in it is material, whatever it looks like; the rest of it waits for a person too.
    pub is_material: bool,
}

impl<'a> Judge<'a> {
    /// Prepares names and words of every campaign.
    pub fn new(campaigns: &'a [Campaign], mailboxes: &'a [Mailbox], learned: Vec<LearnedSender>) -> Self {
        let desks: Vec<Desk> = campaigns.iter().map(Desk::of).collect();
        let mut judge = Self { desks, mailboxes, learned: HashMap::new() };
        judge.learn(&learned);
        judge
    }

    /// Takes in what a mail taught. What is known already is not known better by being taught again. Says whether
    /// anything of it is new.
    pub fn learn(&mut self, senders: &[LearnedSender]) -> bool {
        let mut is_new = false;
        for sender in senders.iter().cloned() {
            is_new |= self.learned.entry((sender.campaign, sender.address)).or_default().insert(sender.unit);
        }
        is_new
    }

    /// Knows only these senders from now on.
    pub fn learn_anew(&mut self, senders: &[LearnedSender]) {
        self.learned.clear();
        self.learn(senders);
    }

    /// Knows, beside those of the rosters, only the names that these decisions taught.
    pub fn name_anew(&mut self, decisions: &[Decision]) {
        for desk in &mut self.desks {
            let taught = taught_names(decisions, &desk.campaign.id);
            desk.book = NameBook::of_campaign(desk.campaign, &taught);
        }
    }

    /// Judges one mail.
    pub fn judge(&self, case: Case) -> Registration {
        self.judge_as(case, Said::default())
    }

    /// Judges one mail of which persons said something.
    pub fn judge_as(&self, case: Case, said: Said) -> Registration {
        match folded(case.facts) {
            Some(facts) => self.judge_simplified(Case { facts: &facts, ..case }, said),
            None => self.judge_simplified(case, said),
        }
    }

    fn judge_simplified(&self, case: Case, said: Said) -> Registration {
        let facts = case.facts;
        let has_files = letter::has_files(case);
        let is_ours = self.mailboxes.iter().any(|m| m.address.eq_ignore_ascii_case(&facts.header.from));
        let machine = kind::by_machine(&facts.header, &facts.text, has_files, is_ours);
        let Some(Chosen { own, others, rivals }) = self.choose(case, said) else {
            let (kind, why) = machine.unwrap_or((MessageKind::Other, "这个邮箱没有报送任务".to_owned()));
            let mut registration = aside(case, None, kind, &why, Verdict::default());
            echo::heed(&case, self.mailboxes, &mut registration);
            return registration;
        };
        let mut verdict = self.verdict(&own, case, said);
        if said.unit.is_none() {
            echo::land(&case, &own.desk.campaign.id, &mut verdict);
        }
        let mut sent_on = None;
        if let Some((kind, why)) = machine.filter(|_| !said.is_material) {
            // An automatic answer stands at the unit whose address gives it.
            let is_noted = kind == MessageKind::AutoReply && verdict.unit.is_some();
            let campaign = Some(own.desk.campaign).filter(|_| is_noted);
            let mut registration = aside(case, campaign, kind, &why, verdict.clone());
            echo::heed(&case, self.mailboxes, &mut registration);
            if !may_be_sent_on(case, kind, has_files) {
                return registration;
            }
            sent_on = Some(registration);
        }
        let judged =
            self.judge_letter(case, said, Chosen { own, others, rivals }, verdict, sent_on.is_some());
        match sent_on {
            Some(aside) if !brings_material(&judged) => aside,
            _ => judged,
        }
    }

    /// Judges a mail that a person wrote; `sent_on`: what a machine may have sent, and waits for a person whatever it brings.
    fn judge_letter(
        &self,
        case: Case,
        said: Said,
        Chosen { mut own, others, rivals }: Chosen<'_, 'a>,
        verdict: Verdict,
        sent_on: bool,
    ) -> Registration {
        let facts = case.facts;
        let has_files = letter::has_files(case);
        // Whoever answers our reminder need not name what it is about.
        let is_answer =
            echo::answered(&case).is_some_and(|ours| ours.campaign.as_ref() == Some(&own.desk.campaign.id));
        own.words = own.words.max(usize::from(is_answer));
        // What a letter says itself is weighed only where it brings nothing, or perhaps nothing.
        let own_words = if has_files && !letter::only_shows(case) {
            String::new()
        } else {
            letter::own_words(&own, case)
        };
        let ((mut kind, mut why), mut doubt) =
            kind::by_person(letter::of(&own, case, has_files, said, &verdict, &own_words));
        if said.is_material && kind != MessageKind::Submission {
            (kind, why) = (MessageKind::Submission, "人工认定为报送材料".to_owned());
            doubt = Some("原不作报送材料，其余附件请认定".to_owned());
        }
        if sent_on {
            doubt = Some(SENT_ON.to_owned());
        }
        if !matches!(kind, MessageKind::Submission | MessageKind::NilReport) {
            let campaign = (kind == MessageKind::Question || is_answer).then_some(own.desk.campaign);
            return aside(case, campaign, kind, &why, verdict);
        }
        let campaign = own.desk.campaign;
        let mut sides = vec![Side::new(own, verdict)];
        if kind == MessageKind::Submission {
            let others = others.into_iter().map(|read| {
                let verdict = self.verdict(&read, case, said);
                Side::new(read, verdict)
            });
            sides.extend(others);
        }
        agree_on_unit(&mut sides);
        set_apart(case, &mut sides);
        sides.iter_mut().for_each(|side| side.judge(case, kind));
        // Nothing that does not say of what there is nothing is a question.
        if let Some(why) = nil_question(kind, &sides) {
            let verdict = sides.swap_remove(0).verdict;
            return aside(case, Some(campaign), MessageKind::Question, &why, verdict);
        }
        let which = share(case, &mut sides, rivals);
        let is_daily = sides.first().is_some_and(|side| {
            let campaign = side.read.desk.campaign;
            is_daily_time(campaign, campaign.local(case.received_at).date())
        });
        let has_ask = kind == MessageKind::Submission && has_files;
        let ask = has_ask.then(|| asks_beside(&facts.text, is_daily)).flatten();
        finish(case, Letterhead { kind, why, which, doubt, ask }, sides)
    }

    /// The unit of a mail as one campaign sees it; whom a person named is looked up by name in another one's roster.
    fn verdict(&self, read: &Read<'_, 'a>, case: Case, said: Said) -> Verdict {
        let mut verdict = self.unit(read.desk, case, &read.forms);
        let roster = &read.desk.campaign.roster;
        let named = said.unit.and_then(|code| {
            let own = self.desks.iter().find(|desk| Some(desk.campaign.id.as_str()) == said.campaign);
            match own.and_then(|desk| desk.campaign.roster.by_code(code)) {
                Some(unit) => roster.units.iter().find(|other| other.name == unit.name),
                None => roster.by_code(code),
            }
        });
        match (named, said.unit) {
            (Some(unit), _) => {
                (verdict.unit, verdict.by, verdict.review) =
                    (Some(unit.code.clone()), Some(UnitBy::Staff), None);
            }
            // A person's word is not outweighed by what another campaign's roster makes of the mail.
            (None, Some(_)) => {
                let why = format!("认定的单位不在《{}》的名册，请核实", read.desk.campaign.title);
                (verdict.unit, verdict.by, verdict.review) = (None, None, Some(why));
            }
            (None, None) => {}
        }
        verdict
    }

    pub(super) fn unit(&self, desk: &Desk, case: Case, forms: &[Vec<FormRead>]) -> Verdict {
        let facts = case.facts;
        let clues = clues::unit_clues(facts, forms, &desk.campaign.templates);
        let address = facts.header.from.as_str();
        let known = self.learned.get(&(desk.campaign.id.clone(), address.to_owned()));
        let learned = known.into_iter().flatten().cloned().collect();
        let sender = Sender { address, learned, check: Some(&facts.header.sender_check) };
        let carries_mail = facts.parts.iter().any(|part| part.role == Role::Mail);
        let is_forwarded = carries_mail || kind::is_forward(&facts.header.subject);
        let owes = |unit: &Unit| desk.campaign.requirements.iter().any(|asked| asked.owed_by(&unit.group));
        unit::decide(&desk.book, &desk.campaign.roster, &owes, &clues, &sender, is_forwarded)
    }
}

/// The workbook that a part is, if it is one.
pub(super) fn book(part: &PartFacts) -> Option<Book<'_>> {
    let Content::Book { grids } = &part.content else { return None };
    Some(Book::of(grids))
}

/// What a nil report leaves to a person.
fn nil_question(kind: MessageKind, sides: &[Side]) -> Option<String> {
    let own = sides.first().filter(|_| kind == MessageKind::NilReport)?;
    own.outcome.asks.values().next().cloned().filter(|_| own.outcome.loose.is_empty())
}

/// Mail that nobody counts: every part is listed and left alone.
fn aside(
    case: Case,
    campaign: Option<&Campaign>,
    kind: MessageKind,
    why: &str,
    verdict: Verdict,
) -> Registration {
    let part = |part: &PartFacts| {
        let is_container = matches!(part.role, Role::Archive | Role::Mail) && part.trouble.is_none();
        let state = if is_container { PartState::Container } else { PartState::Ignored };
        plain(state, format!("{}，不作报送材料", kind.chinese()))
    };
    let mut evidence = vec![("性质".to_owned(), why.to_owned())];
    evidence.extend(verdict.evidence);
    Registration {
        kind,
        campaign: campaign.map(|campaign| campaign.id.clone()),
        may_be_of: vec![],
        unit: verdict.unit,
        unit_by: verdict.by,
        review: None,
        may_concern: verdict.concerns,
        may_hold_material: false,
        evidence,
        parts: case.facts.parts.iter().map(part).collect(),
        loose: vec![],
        readings: vec![],
        learned: vec![],
        accepted: vec![],
        echoes: vec![],
    }
}

/// A submission or nil report, and whether a person has to look. Of the sides the first is the mail's own.
fn finish(case: Case, mail: Letterhead, sides: Vec<Side>) -> Registration {
    let Letterhead { kind, why, which, doubt, ask } = mail;
    let (may_be_of, whose_elsewhere) = elsewhere(&sides, &which);
    let titles = sides.iter().map(|side| ("任务".to_owned(), side.read.desk.campaign.title.clone()));
    let mut evidence: Vec<(String, String)> =
        std::iter::once(("性质".to_owned(), why)).chain(titles).collect();
    let mut concerns: Vec<String> = whose_elsewhere;
    for side in &sides {
        let told = side.verdict.evidence.iter().filter(|told| !evidence.contains(told));
        evidence.extend(told.cloned().collect::<Vec<_>>());
        for code in side.verdict.concerns.iter().chain(&side.outcome.concerns) {
            if !concerns.contains(code) {
                concerns.push(code.clone());
            }
        }
    }
    let whose = sides.iter().find_map(|side| side.verdict.review.clone());
    let mut sides = sides.into_iter();
    let Some(own) = sides.next() else { return aside(case, None, kind, "", Verdict::default()) };
    let (campaign, verdict, mut outcome) = (own.read.desk.campaign, own.verdict, own.outcome);
    let unread = (!case.facts.trouble.is_empty())
        .then(|| format!("来件未能完整读出：{}", case.facts.trouble.join("；")));
    let waits =
        outcome.parts.iter().find(|part| part.state == PartState::Review).map(|part| part.why.clone());
    let counts = |state: PartState| matches!(state, PartState::Accepted | PartState::Flawed);
    let filings = outcome.parts.iter().flat_map(|part| &part.filings).chain(&outcome.loose);
    let waits_loose = outcome.loose.iter().any(|filing| filing.state == PartState::Review);
    // What would not count anyway needs no confirming.
    let is_bare = !letter::has_files(case) && case.facts.links.is_empty();
    let is_idle =
        !is_bare && verdict.unit.is_some() && !filings.into_iter().any(|filing| counts(filing.state));
    let which = (!which.is_empty()).then(|| could_be_either(&which));
    let doubt = which.or(doubt.filter(|_| !is_idle));
    if doubt.is_some() {
        hold_back(&mut outcome);
    }
    let review = whose.or(doubt).or(unread).or(outcome.asks.into_values().next()).or(waits);
    let review = review.or(ask.map(str::to_owned));
    let has_material = outcome.parts.iter().any(|part| part.state != PartState::Ignored);
    Registration {
        kind,
        campaign: Some(campaign.id.clone()),
        may_be_of: if review.is_some() { may_be_of } else { Vec::new() },
        unit: verdict.unit,
        unit_by: verdict.by,
        may_concern: if review.is_some() { concerns } else { Vec::new() },
        may_hold_material: has_material
            || (is_bare && (kind == MessageKind::Submission || waits_loose))
            || !case.facts.links.is_empty(),
        review,
        evidence,
        parts: outcome.parts,
        loose: outcome.loose,
        readings: outcome.readings,
        learned: outcome.learned.into_iter().map(|(_, sender)| sender).collect(),
        accepted: vec![],
        echoes: vec![],
    }
}

/// What a person has to confirm first counts as waiting, so that it displaces nothing.
fn hold_back(outcome: &mut Outcome) {
    let wait = |state: &mut PartState| {
        if matches!(state, PartState::Accepted | PartState::Flawed) {
            *state = PartState::Review;
        }
    };
    for part in &mut outcome.parts {
        wait(&mut part.state);
        part.filings.iter_mut().for_each(|filing| wait(&mut filing.state));
    }
    outcome.loose.iter_mut().for_each(|filing| wait(&mut filing.state));
    outcome.learned.clear();
}

/// The days of a requirement of each day.
pub(super) fn range_of(when: &When) -> Option<Range> {
    match *when {
        When::EachDay { from, to, .. } => Some(Range { from, to }),
        When::By { .. } => None,
    }
}

/// Whether material of a day may come on this one: within the range, or the day after.
pub(super) fn is_daily_time(campaign: &Campaign, today: Date) -> bool {
    let mut ranges = campaign.requirements.iter().filter_map(|requirement| range_of(&requirement.when));
    ranges.any(|range| range.from <= today && today <= range.to.tomorrow().unwrap_or(range.to))
}
