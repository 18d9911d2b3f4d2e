//! The judgement on one mail, as an experienced clerk would weigh it: is it material at all, of which campaign, from
//! which unit; then part by part what each answers. Pure: the same facts, rules and roster give the same answer, so
//! that `replay` can say what a changed rule would change.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::clues::{self, FormRead};
use super::decoration::decoration;
use super::loose::{judge_links, judge_text};
use super::owners::{distinct, owners};
use super::parts::{Outcome, Scene, judge_parts};
use crate::domain::campaign::{Campaign, When};
use crate::domain::facts::{Content, MailFacts, PartFacts, Role};
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{MessageKind, PartState};
use crate::domain::unit::Unit;
use crate::form::{Book, Form};
use crate::recognition::campaign::{choose, score};
use crate::recognition::day::Range;
use crate::recognition::kind::{self, Letter};
use crate::recognition::names::NameBook;
use crate::recognition::unit::{self, Sender, Verdict};
use crate::recognition::vocabulary::Vocabulary;
use crate::store::{FiledPart, LearnedSender, Registration};

/// Everything that judgement needs beside the mail itself, prepared once.
pub struct Judge<'a> {
    desks: Vec<Desk<'a>>,
    mailboxes: &'a [Mailbox],
    /// Units by campaign and address, as messages and persons taught.
    learned: HashMap<(String, String), BTreeSet<String>>,
}

/// A campaign with its words ready.
pub(super) struct Desk<'a> {
    pub campaign: &'a Campaign,
    pub book: NameBook,
    pub vocabulary: Vocabulary,
    pub forms: Vec<Form<'a>>,
}

/// What is known of a mail as a whole before its parts are judged.
struct Letterhead {
    kind: MessageKind,
    why: String,
    /// Whether a word of the campaign stands in it.
    has_keyword: bool,
    /// Why a person should confirm that it is material after all.
    doubt: Option<String>,
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
}

impl<'a> Judge<'a> {
    /// Prepares names and words of every campaign.
    pub fn new(campaigns: &'a [Campaign], mailboxes: &'a [Mailbox], learned: Vec<LearnedSender>) -> Self {
        let desk = |campaign: &'a Campaign| Desk {
            campaign,
            book: NameBook::of(&campaign.roster),
            vocabulary: Vocabulary::of(campaign),
            forms: campaign.templates.values().map(Form::of).collect(),
        };
        let desks = campaigns.iter().map(desk).collect();
        let mut judge = Self { desks, mailboxes, learned: HashMap::new() };
        judge.learn(&learned);
        judge
    }

    /// Takes in what a mail taught. What is known already is not known better by being taught again.
    pub fn learn(&mut self, senders: &[LearnedSender]) {
        for sender in senders.iter().cloned() {
            self.learned.entry((sender.campaign, sender.address)).or_default().insert(sender.unit);
        }
    }

    /// Knows only these senders from now on.
    pub fn learn_anew(&mut self, senders: &[LearnedSender]) {
        self.learned.clear();
        self.learn(senders);
    }

    /// Judges one mail.
    pub fn judge(&self, case: Case) -> Registration {
        let facts = case.facts;
        let is_file =
            |(at, part): (usize, &PartFacts)| part.role != Role::Embedded && decoration(case, at).is_none();
        let has_files = facts.parts.iter().enumerate().any(is_file);
        let is_ours = self.mailboxes.iter().any(|m| m.address.eq_ignore_ascii_case(&facts.header.from));
        let machine = kind::by_machine(&facts.header, has_files, is_ours);
        let Some((desk, forms, strength)) = self.desk_for(case) else {
            let (kind, why) = machine.unwrap_or((MessageKind::Other, "这个邮箱没有报送任务".to_owned()));
            return aside(case, None, kind, &why, Verdict::default());
        };
        let verdict = self.unit(desk, case, &forms);
        if let Some((kind, why)) = machine {
            return aside(case, None, kind, &why, verdict);
        }
        let has_answer = forms.iter().any(|read| !read.is_empty())
            || facts.parts.iter().any(|part| !desk.vocabulary.named(&desk.book.mask(&part.path)).is_empty());
        let letter = Letter {
            subject: &facts.header.subject,
            text: &facts.text,
            has_material: has_files || !facts.links.is_empty(),
            has_answer,
            has_keyword: strength > 0,
            names_unit: !verdict.concerns.is_empty(),
            is_daily_time: is_daily_time(desk.campaign, desk.campaign.local(case.received_at).date()),
            takes_nil: desk.campaign.requirements.iter().any(|requirement| requirement.nil_report),
        };
        let ((kind, why), doubt) = kind::by_person(letter);
        if !matches!(kind, MessageKind::Submission | MessageKind::NilReport) {
            let campaign = (kind == MessageKind::Question).then_some(desk.campaign);
            return aside(case, campaign, kind, &why, verdict);
        }
        let mail = Letterhead { kind, why, has_keyword: strength > 0, doubt };
        register(desk, case, mail, &forms, verdict)
    }

    /// The campaign a mail belongs to among those of its mailbox, the forms read by its templates, and how strongly
    /// words speak for it.
    fn desk_for(&self, case: Case) -> Option<(&Desk<'a>, Vec<Vec<FormRead>>, usize)> {
        let mailbox = self.mailboxes.iter().find(|mailbox| mailbox.id == case.mailbox);
        let comes_here = |campaign: &Campaign| {
            mailbox.is_none_or(|m| m.campaigns.is_empty() || m.campaigns.contains(&campaign.id))
        };
        let signs = clues::signs(case.facts);
        let books: Vec<Option<Book>> = case.facts.parts.iter().map(book).collect();
        let mut read: Vec<(&Desk, Vec<Vec<FormRead>>)> = Vec::new();
        let mut scored: Vec<(&Campaign, usize)> = Vec::new();
        for desk in self.desks.iter().filter(|desk| comes_here(desk.campaign)) {
            let forms = read_forms(desk, &books);
            scored.push((desk.campaign, score(desk.campaign, &signs, forms.iter().flatten().count())));
            read.push((desk, forms));
        }
        let arrived = scored.first()?.0.local(case.received_at).date();
        let (chosen, _) = choose(&scored, arrived)?;
        let (desk, forms) = read.into_iter().find(|(desk, _)| desk.campaign.id == chosen.id)?;
        Some((desk, forms, score(desk.campaign, &signs, 0)))
    }

    fn unit(&self, desk: &Desk, case: Case, forms: &[Vec<FormRead>]) -> Verdict {
        let facts = case.facts;
        let clues = clues::unit_clues(facts, forms, &desk.campaign.templates);
        let address = facts.header.from.as_str();
        let known = self.learned.get(&(desk.campaign.id.clone(), address.to_owned()));
        let sender = Sender { address, learned: known.into_iter().flatten().cloned().collect() };
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

fn read_forms(desk: &Desk, books: &[Option<Book>]) -> Vec<Vec<FormRead>> {
    let read = |book: &Option<Book>| {
        let forms = book.iter().flat_map(|book| {
            let tried = desk.forms.iter();
            tried.filter_map(|f| Some(FormRead { form: f.template.id.clone(), reading: f.read(book)? }))
        });
        forms.collect()
    };
    books.iter().map(read).collect()
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
        FiledPart { state, why: format!("{}，不作报送材料", kind.chinese()), filings: vec![] }
    };
    let mut evidence = vec![("性质".to_owned(), why.to_owned())];
    evidence.extend(verdict.evidence);
    Registration {
        kind,
        campaign: campaign.map(|campaign| campaign.id.clone()),
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
    }
}

/// A submission or nil report: its parts, links and text, and whether a person has to look.
fn register(
    desk: &Desk,
    case: Case,
    mail: Letterhead,
    forms: &[Vec<FormRead>],
    mut verdict: Verdict,
) -> Registration {
    let Letterhead { kind, why, has_keyword, doubt } = mail;
    let arrived = desk.campaign.local(case.received_at);
    let unit = verdict.unit.as_deref().and_then(|code| desk.campaign.roster.by_code(code));
    let owners = owners(desk, case, forms).filter(|_| unit.is_none()).unwrap_or_default();
    for owner in distinct(&owners) {
        verdict.review = None;
        verdict.evidence.push(("各部分写明单位".to_owned(), owner.name.clone()));
    }
    let scene = Scene { desk, case, unit, owners, arrived, forms, has_keyword };
    let mut outcome = judge_parts(&scene);
    judge_links(&scene, &mut outcome);
    judge_text(&scene, kind, &mut outcome);
    let unread = (!case.facts.trouble.is_empty())
        .then(|| format!("来件未能完整读出：{}", case.facts.trouble.join("；")));
    let waits =
        outcome.parts.iter().find(|part| part.state == PartState::Review).map(|part| part.why.clone());
    let counts = |state: PartState| matches!(state, PartState::Accepted | PartState::Flawed);
    let filings = outcome.parts.iter().flat_map(|part| &part.filings).chain(&outcome.loose);
    // What would not count anyway need not be confirmed.
    let is_bare = case.facts.parts.is_empty() && case.facts.links.is_empty();
    let doubt =
        doubt.filter(|_| is_bare || unit.is_none() || filings.into_iter().any(|filing| counts(filing.state)));
    if doubt.is_some() {
        hold_back(&mut outcome);
    }
    let review = verdict.review.or(doubt).or(unread).or(outcome.review).or(waits);
    let mut evidence = vec![("性质".to_owned(), why), ("任务".to_owned(), desk.campaign.title.clone())];
    evidence.extend(verdict.evidence);
    let mut concerns = verdict.concerns;
    for code in outcome.concerns {
        if !concerns.contains(&code) {
            concerns.push(code);
        }
    }
    let has_material = outcome.parts.iter().any(|part| part.state != PartState::Ignored);
    Registration {
        kind,
        campaign: Some(desk.campaign.id.clone()),
        unit: verdict.unit,
        unit_by: verdict.by,
        may_concern: if review.is_some() { concerns } else { Vec::new() },
        may_hold_material: has_material
            || (is_bare && kind == MessageKind::Submission)
            || !case.facts.links.is_empty(),
        review,
        evidence,
        parts: outcome.parts,
        loose: outcome.loose,
        readings: outcome.readings,
        learned: outcome.learned,
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
