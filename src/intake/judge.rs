//! The judgement on one mail, as an experienced clerk would weigh it: is it material at all, of which campaign, from
//! which unit; then part by part what each answers. Pure: the same facts, rules and roster give the same answer, so
//! that `replay` can say what a changed rule would change.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::clues::{self, FormRead};
use super::decoration::decoration;
use super::echo;
use super::loose::{gives_page, judge_links, judge_text};
use super::owners::{distinct, owners};
use super::parts::{Outcome, Scene, judge_parts};
use crate::domain::campaign::{Campaign, When};
use crate::domain::decision::{Decision, taught_names};
use crate::domain::facts::{Content, MailFacts, PartFacts, Role};
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{MessageKind, PartState, UnitBy};
use crate::domain::unit::Unit;
use crate::form::{Book, Form};
use crate::recognition::campaign::{Claim, claim, could_be_either, in_season, score};
use crate::recognition::day::Range;
use crate::recognition::kind::{self, Letter};
use crate::recognition::names::NameBook;
use crate::recognition::unit::{self, Sender, Verdict};
use crate::recognition::vocabulary::Vocabulary;
use crate::store::{FiledPart, LearnedSender, Ours, Registration};

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

/// The campaign of a mail.
struct Chosen<'j, 'a> {
    desk: &'j Desk<'a>,
    /// The forms read by its templates in each part.
    forms: Vec<Vec<FormRead>>,
    /// How strongly words speak for it.
    strength: usize,
    /// Why a person must say which campaign it is.
    doubt: Option<String>,
}

/// What is known of a mail as a whole before its parts are judged.
struct Letterhead {
    kind: MessageKind,
    why: String,
    /// Whether a word of the campaign stands in it.
    has_keyword: bool,
    /// Why a person must say which campaign it is.
    which: Option<String>,
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
    /// Mails of ours that it may be about, oldest first.
    pub ours: &'a [Ours],
}

/// What persons said of a mail as a whole: it is not judged again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// The campaign it belongs to.
    pub campaign: Option<&'a str>,
    /// Code of its unit. Whoever names it says too that the mail belongs to the campaign.
    pub unit: Option<&'a str>,
    /// Something in it is material, whatever it looks like; the rest of it waits for a person too.
    pub is_material: bool,
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
            desk.book = NameBook::taught(&desk.campaign.roster, &taught);
        }
    }

    /// Judges one mail.
    pub fn judge(&self, case: Case) -> Registration {
        self.judge_as(case, Said::default())
    }

    /// Judges one mail of which persons said something.
    pub fn judge_as(&self, case: Case, said: Said) -> Registration {
        let facts = case.facts;
        let is_file =
            |(at, part): (usize, &PartFacts)| part.role != Role::Embedded && decoration(case, at).is_none();
        let has_files = facts.parts.iter().enumerate().any(is_file);
        let is_ours = self.mailboxes.iter().any(|m| m.address.eq_ignore_ascii_case(&facts.header.from));
        let machine = kind::by_machine(&facts.header, has_files, is_ours);
        let Some(Chosen { desk, forms, strength, doubt: which }) = self.desk_for(case, said.campaign) else {
            let (kind, why) = machine.unwrap_or((MessageKind::Other, "这个邮箱没有报送任务".to_owned()));
            let mut registration = aside(case, None, kind, &why, Verdict::default());
            echo::heed(&case, self.mailboxes, &mut registration);
            return registration;
        };
        let mut verdict = self.unit(desk, case, &forms);
        if let Some(code) = said.unit {
            (verdict.unit, verdict.by, verdict.review) = (Some(code.to_owned()), Some(UnitBy::Staff), None);
        }
        if said.unit.is_none() {
            echo::land(&case, &desk.campaign.id, &mut verdict);
        }
        if let Some((kind, why)) = machine.filter(|_| !said.is_material) {
            // An automatic answer stands at the unit whose address gives it.
            let is_noted = kind == MessageKind::AutoReply && verdict.unit.is_some();
            let mut registration = aside(case, Some(desk.campaign).filter(|_| is_noted), kind, &why, verdict);
            echo::heed(&case, self.mailboxes, &mut registration);
            return registration;
        }
        let has_answer = forms.iter().any(|read| !read.is_empty())
            || facts.parts.iter().any(|part| !desk.vocabulary.named(&desk.book.mask(&part.path)).is_empty());
        // Whoever answers our reminder need not name what it is about.
        let is_answer = echo::answered(&case)
            .is_some_and(|ours| ours.campaign.as_deref() == Some(desk.campaign.id.as_str()));
        let has_keyword = strength > 0 || is_answer;
        let letter = Letter {
            subject: &facts.header.subject,
            text: &facts.text,
            has_material: has_files || !facts.links.is_empty() || gives_page(desk.campaign, &facts.text),
            has_answer,
            has_keyword: has_keyword || said.unit.is_some(),
            names_unit: !verdict.concerns.is_empty(),
            is_daily_time: is_daily_time(desk.campaign, desk.campaign.local(case.received_at).date()),
            takes_nil: desk.campaign.requirements.iter().any(|requirement| requirement.nil_report),
        };
        let ((mut kind, mut why), mut doubt) = kind::by_person(letter);
        if said.is_material && kind != MessageKind::Submission {
            (kind, why) = (MessageKind::Submission, "人工认定为报送材料".to_owned());
            doubt = Some("原不作报送材料，其余附件请认定".to_owned());
        }
        if !matches!(kind, MessageKind::Submission | MessageKind::NilReport) {
            let campaign = (kind == MessageKind::Question || is_answer).then_some(desk.campaign);
            return aside(case, campaign, kind, &why, verdict);
        }
        let mail = Letterhead { kind, why, has_keyword, which, doubt };
        register(desk, case, mail, &forms, verdict)
    }

    /// The campaign a mail belongs to among those of its mailbox. `said`: the one that a person named.
    fn desk_for(&self, case: Case, said: Option<&str>) -> Option<Chosen<'_, 'a>> {
        let mailbox = self.mailboxes.iter().find(|mailbox| mailbox.id == case.mailbox);
        let comes_here = |campaign: &Campaign| {
            let serves =
                || mailbox.is_none_or(|m| m.campaigns.is_empty() || m.campaigns.contains(&campaign.id));
            said.map_or_else(serves, |said| said == campaign.id)
        };
        let signs = clues::signs(case.facts);
        let books: Vec<Option<Book>> = case.facts.parts.iter().map(book).collect();
        let mut read: Vec<(&Desk, Vec<Vec<FormRead>>, usize)> = Vec::new();
        for desk in self.desks.iter().filter(|desk| comes_here(desk.campaign)) {
            let forms = read_forms(desk, &books);
            let strength = score(desk.campaign, &signs, forms.iter().flatten().count());
            read.push((desk, forms, strength));
        }
        let best = read.iter().map(|(.., strength)| *strength).max()?;
        read.retain(|(.., strength)| *strength == best);
        let rivals = if read.len() > 1 { self.rivals(case, &read) } else { Vec::new() };
        let doubt = (rivals.len() > 1).then(|| could_be_either(&rivals));
        let chosen = rivals.first().map(|campaign| campaign.id.as_str());
        let (desk, forms, _) =
            read.into_iter().find(|(desk, ..)| chosen.is_none_or(|id| desk.campaign.id == id))?;
        Some(Chosen { desk, forms, strength: score(desk.campaign, &signs, 0), doubt })
    }

    /// Of campaigns for which the words speak alike, those that ask the unit for something and whose time it is.
    fn rivals(&self, case: Case, read: &[(&Desk<'a>, Vec<Vec<FormRead>>, usize)]) -> Vec<&'a Campaign> {
        let claims = read.iter().map(|(desk, forms, _)| {
            let verdict = self.unit(desk, case, forms);
            let unit = verdict.unit.and_then(|code| desk.campaign.roster.by_code(&code));
            (desk.campaign, claim(desk.campaign, unit))
        });
        let claims: Vec<(&Campaign, Claim)> = claims.collect();
        let strongest = claims.iter().map(|(_, claim)| *claim).max();
        let claimed = claims.iter().filter(|(_, claim)| Some(*claim) == strongest);
        let claimed: Vec<&Campaign> = claimed.map(|(campaign, _)| *campaign).collect();
        let arrived = claimed.first().map(|campaign| campaign.local(case.received_at).date());
        arrived.map_or_else(Vec::new, |arrived| in_season(claimed, arrived))
    }

    fn unit(&self, desk: &Desk, case: Case, forms: &[Vec<FormRead>]) -> Verdict {
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
        accepted: vec![],
        echoes: vec![],
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
    let Letterhead { kind, why, has_keyword, which, doubt } = mail;
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
    let is_idle = !is_bare && unit.is_some() && !filings.into_iter().any(|filing| counts(filing.state));
    let doubt = which.or(doubt.filter(|_| !is_idle));
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
