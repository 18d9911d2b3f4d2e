//! Which unit a mail comes from. Clues are weighed in tiers (form, text, names, sender, domain); agreement decides,
//! contradiction goes to a person with both units named. An address alone never outweighs what the material says.

use std::collections::HashMap;

use super::doubts::Beside;
use super::names::{MASK, NameBook};
use super::namesakes::{Namesakes, called};
use super::squeeze;
use super::stranger::{author, writer};
use super::tiers::{Tier, choose, drop_authorities, is_sender, keep_gatherer, name, settle_splits};
use super::visited::writers;
use super::words::{BUREAU_ENDINGS, PUBLIC_DOMAINS};
use crate::domain::facts::SenderCheck;
use crate::domain::message::UnitBy;
use crate::domain::unit::{Roster, Unit};

/// Letters that may stand beside a name in a line that signs: a department, a person.
const BESIDE_A_NAME: usize = 6;

/// What people write into the cell for the name of their unit who mean their own.
const SELVES: &[&str] = &[
    "本公司",
    "我公司",
    "本单位",
    "我单位",
    "本集团",
    "我集团",
    "公司本部",
    "集团本部",
    "单位本部",
    "本部",
    "公司本级",
    "本级",
    "本校",
    "我校",
    "本院",
    "我院",
    "本局",
    "我局",
    "本镇",
    "本村",
    "本社区",
    "本街道",
];

/// Where a clue was found, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The cell of a form that names the unit.
    Form,
    /// The signature of the mail.
    Signature,
    /// Title lines and closing lines of a document.
    Document,
    /// The first lines of the mail.
    Body,
    /// The subject.
    Subject,
    /// File and folder names.
    Name,
    /// The row of a form whose stamp line names the unit too: it tells nothing of its own, but may contradict.
    FormRow,
    /// Display name of the sender.
    SenderName,
    /// The unit of a form whose own contact row names the sender's address: who writes for several units writes for
    /// that one now.
    OwnForm,
}

/// A text that may name the unit.
#[derive(Debug, Clone)]
pub struct Clue {
    /// Where it was found.
    pub source: Source,
    /// The place in words: `附件4.xlsx 附件4!B2`, `主题`.
    pub place: String,
    /// The text.
    pub text: String,
}

/// What is known of the sender.
#[derive(Debug, Clone, Default)]
pub struct Sender<'a> {
    /// Address, lower case.
    pub address: &'a str,
    /// Codes of the units that messages or persons taught for it.
    pub learned: Vec<String>,
    /// What the receiving server says of it; none where it says nothing.
    pub check: Option<&'a SenderCheck>,
}

/// The judgement.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Unit code; none when a person must decide or nothing tells.
    pub unit: Option<String>,
    /// By what it was told.
    pub by: Option<UnitBy>,
    /// Why a person must decide.
    pub review: Option<String>,
    /// Nothing tells, neither for a unit nor against one.
    pub is_silent: bool,
    /// Whether its address, believed, is known to be that unit's.
    pub is_by_address: bool,
    /// Codes of all units that a clue names, strongest first.
    pub concerns: Vec<String>,
    /// What was weighed, in order: rule and text.
    pub evidence: Vec<(String, String)>,
}

/// Weighs all clues. `owes`: whether a unit owes anything; `is_forwarded`: the mail hands on somebody else's material,
/// whose unit is then the one meant.
pub fn decide(
    book: &NameBook,
    roster: &Roster,
    owes: &dyn Fn(&Unit) -> bool,
    clues: &[Clue],
    sender: &Sender,
    is_forwarded: bool,
) -> Verdict {
    let mut verdict = Verdict::default();
    let mut by_address = Vec::new();
    let by_sender = sender_tiers(book, roster, clues, sender, &mut by_address);
    let from: Vec<String> = by_sender.iter().flat_map(|tier| tier.codes.iter().cloned()).collect();
    let alike = called(book, roster, clues, &from);
    let signed = signed(book, clues);
    let named: Vec<Vec<String>> = clues.iter().map(|clue| named_by(book, clue)).collect();
    let named_of = |source: Source| clues.iter().zip(&named).filter(move |(clue, _)| clue.source == source);
    let mut tiers = named_tiers(roster, clues, &named, &alike, &signed, &mut verdict.evidence);
    verdict.evidence.extend(by_address);
    if !is_forwarded {
        keep_gatherer(roster, &mut tiers);
    }
    let (doubted, believed) =
        if is_doubted(sender, &mut verdict.evidence) { (by_sender, vec![]) } else { (vec![], by_sender) };
    tiers.extend(believed);
    if is_forwarded {
        drop_authorities(roster, &mut tiers);
    }
    settle_splits(&mut tiers);
    for code in tiers.iter().chain(&doubted).flat_map(|tier| &tier.codes) {
        push(&mut verdict.concerns, code.clone());
    }
    let forms = named_of(Source::Form).filter(|(_, named)| named.is_empty()).map(|(clue, _)| clue);
    let mut forms = forms.filter(|clue| !is_self(&clue.text));
    let unknown = forms.find(|clue| !squeeze(&clue.text).is_empty() && book.shared(&clue.text).is_empty());
    // What the mail itself says of who writes, besides its files.
    let by_mail = [Source::Signature, Source::Body, Source::Subject].into_iter().flat_map(named_of);
    let mut said: Vec<String> = by_mail.flat_map(|(_, named)| named).cloned().collect();
    said.extend(tiers.iter().filter(|tier| is_sender(tier)).flat_map(|tier| tier.codes.iter().cloned()));
    let stranger = || writer(book, roster, owes, clues).filter(|_| !is_forwarded);
    let papers = || author(book, roster, owes, clues).filter(|_| !is_forwarded);
    match choose(roster, &tiers, &said) {
        Ok(Some(chosen)) => {
            let is_signed = signed.values().flatten().any(|signed| *signed == chosen.0);
            let mail = Beside { unknown, stranger: &stranger, papers: &papers, is_signed };
            verdict.believe(book, roster, &tiers, chosen, mail);
        }
        Ok(None) => match (unknown, stranger().or_else(papers)) {
            (Some(clue), _) => verdict.take_cell(roster, owes, clue),
            (None, Some(stranger)) => verdict.ask_about(roster, &stranger),
            (None, None) => verdict.ask_whose(roster, &doubted),
        },
        Err(why) => verdict.review = Some(why),
    }
    verdict.heed_row(book, roster, clues, &tiers);
    verdict.heed_namesakes(roster, &alike);
    let is_its =
        |tier: &Tier| is_sender(tier) && tier.codes.iter().any(|code| Some(code) == verdict.unit.as_ref());
    verdict.is_by_address = tiers.iter().any(is_its);
    verdict
}

/// An address that the receiving server does not vouch for, or another claims, tells nothing by itself.
fn is_doubted(sender: &Sender, evidence: &mut Vec<(String, String)>) -> bool {
    let Some(check) = sender.check.filter(|check| !check.why.is_empty()) else { return false };
    evidence.push(("发件人验证".to_owned(), format!("{}：{}", check.verdict.chinese(), check.why)));
    check.verdict.is_against()
}

/// Whether a cell says no more than that it is its own: 本公司, 集团本部.
fn is_self(cell: &str) -> bool {
    let cell = squeeze(cell);
    SELVES.iter().any(|own| *own == cell)
}

/// The authority that a cell means which names only a city, as the heading 市(州) invites: the one there that owes.
pub fn authority_of(roster: &Roster, owes: &dyn Fn(&Unit) -> bool, cell: &str) -> Option<String> {
    <[String; 1]>::try_from(authorities_of(roster, owes, cell)).ok().map(|[code]| code)
}

/// The same where several are asked there, 残联 and 民政局 of one county: whoever may be meant.
pub fn authorities_of(roster: &Roster, owes: &dyn Fn(&Unit) -> bool, cell: &str) -> Vec<String> {
    let meant = roster.units.iter().filter(|unit| owes(unit) && is_place_of(roster, &unit.code, cell));
    meant.map(|unit| unit.code.clone()).collect()
}

/// Authorities often write only their city: 绵阳市, 绵阳.
pub(super) fn is_place_of(roster: &Roster, code: &str, cell: &str) -> bool {
    let cell = squeeze(cell);
    let unit = roster.by_code(code).filter(|unit| is_authority(unit) && !cell.is_empty());
    unit.is_some_and(|unit| unit.city == cell || unit.city.trim_end_matches(['市', '州']) == cell)
}

/// Codes of the units that a clue names: a cell of a form means whomever it names, in running text others are named than who writes.
fn named_by(book: &NameBook, clue: &Clue) -> Vec<String> {
    match clue.source {
        Source::Form => book.codes(&clue.text),
        Source::FormRow | Source::SenderName | Source::OwnForm => Vec::new(),
        Source::Signature | Source::Document | Source::Body | Source::Subject | Source::Name => {
            writers(book, &clue.text)
        }
    }
}

/// `named`, `alike`: of each clue.
fn named_tiers(
    roster: &Roster,
    clues: &[Clue],
    named: &[Vec<String>],
    alike: &[Vec<Namesakes>],
    signed: &Signed,
    evidence: &mut Vec<(String, String)>,
) -> Vec<Tier> {
    let mut form = Vec::new();
    let mut text = Vec::new();
    let mut body = Vec::new();
    let mut titled = Vec::new();
    let mut sorted: Vec<_> = clues.iter().zip(named).zip(alike).collect();
    sorted.sort_by_key(|((clue, _), _)| clue.source);
    for ((clue, named), alike) in sorted {
        let (codes, rule) = match clue.source {
            Source::Form => (&mut form, "表内单位"),
            Source::Signature | Source::Document => (&mut text, "题头落款"),
            Source::Body => (&mut body, "正文开头"),
            Source::Subject | Source::Name => (&mut titled, "主题或文件名"),
            Source::FormRow | Source::SenderName | Source::OwnForm => continue,
        };
        let by_sign = signed.get(&paper(clue));
        let meant = alike.iter().filter_map(|one| <[String; 1]>::try_from(one.codes.clone()).ok()).flatten();
        for code in named.iter().cloned().chain(meant) {
            if by_sign.is_some_and(|signed| !signed.contains(&code)) {
                continue;
            }
            evidence.push((
                rule.to_owned(),
                format!("{}：{} → {}", clue.place, shorten(&clue.text), name(roster, &code)),
            ));
            push(codes, code);
        }
    }
    // The opening of a mail mentions others freely; it is heard only where nobody signed.
    let text = if text.is_empty() { body } else { text };
    vec![
        Tier { by: UnitBy::Form, codes: form },
        Tier { by: UnitBy::Text, codes: text },
        Tier { by: UnitBy::Name, codes: titled },
    ]
}

/// Where a line stands: the mail's own text, or one document.
fn paper(clue: &Clue) -> (Source, &str) {
    match clue.source {
        Source::Document => (clue.source, clue.place.as_str()),
        source => (source, ""),
    }
}

/// The units that signed, by [`paper`].
type Signed<'c> = HashMap<(Source, &'c str), Vec<String>>;

/// Who signed each paper with a line of its own. Whoever is thanked or visited in a line beside it has not written it.
fn signed<'c>(book: &NameBook, clues: &'c [Clue]) -> Signed<'c> {
    let mut signed = Signed::new();
    for clue in clues.iter().filter(|c| matches!(c.source, Source::Signature | Source::Document)) {
        let (masked, mentions) = book.masked(&clue.text);
        let line = masked.rsplit(|c| *c == ':').next().unwrap_or_default();
        let beside = line.iter().filter(|c| matches!(u32::from(**c), 0x4E00..=0x9FFF)).count();
        if line.first() == Some(&MASK) && beside <= BESIDE_A_NAME {
            signed.entry(paper(clue)).or_default().extend(mentions.into_iter().map(|named| named.code));
        }
    }
    signed
}

fn sender_tiers(
    book: &NameBook,
    roster: &Roster,
    clues: &[Clue],
    sender: &Sender,
    evidence: &mut Vec<(String, String)>,
) -> Vec<Tier> {
    let mut by_sender = Vec::new();
    let mut told = |codes: &mut Vec<String>, rule: &str, text: &str, code: String| {
        evidence.push((rule.to_owned(), format!("{text} → {}", name(roster, &code))));
        push(codes, code);
    };
    for unit in
        roster.units.iter().filter(|unit| unit.emails.iter().any(|e| e.eq_ignore_ascii_case(sender.address)))
    {
        told(&mut by_sender, "名册邮箱", sender.address, unit.code.clone());
    }
    // A form whose contact row is the sender's own tells more than what earlier mails taught of the address.
    let has_own_form = clues.iter().any(|clue| clue.source == Source::OwnForm);
    for code in sender.learned.iter().filter(|_| !has_own_form) {
        told(&mut by_sender, "已知发件人", sender.address, code.clone());
    }
    for clue in clues.iter().filter(|clue| clue.source == Source::SenderName) {
        for code in book.codes(&clue.text) {
            told(&mut by_sender, "发件人名称", &clue.text, code);
        }
    }
    let mut by_domain = Vec::new();
    for unit in
        roster.units.iter().filter(|unit| unit.domains.iter().any(|d| is_of_domain(sender.address, d)))
    {
        told(&mut by_domain, "单位域名", sender.address, unit.code.clone());
    }
    vec![Tier { by: UnitBy::Sender, codes: by_sender }, Tier { by: UnitBy::Domain, codes: by_domain }]
}

/// Whether an address is of a school's own domain or of one below it. Nothing is allocated: every mail is held against every
/// domain of the roster.
pub fn is_of_domain(address: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('@').as_bytes();
    let Some((_, host)) = address.rsplit_once('@') else { return false };
    let Some(above) = host.len().checked_sub(domain.len()) else { return false };
    let (before, end) = host.as_bytes().split_at(above);
    !domain.is_empty()
        && end.eq_ignore_ascii_case(domain)
        && (before.is_empty() || before.ends_with(b"."))
        && !PUBLIC_DOMAINS.iter().any(|public| public.as_bytes().eq_ignore_ascii_case(domain))
}

pub(super) fn push(codes: &mut Vec<String>, code: String) {
    if !codes.contains(&code) {
        codes.push(code);
    }
}

fn shorten(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether `upper` is the authority that `lower` reports through, or of its city.
pub fn is_over(upper: &Unit, lower: &Unit) -> bool {
    let by_parent = lower.parent.as_deref().is_some_and(|parent| upper.names().any(|name| name == parent));
    let by_city = !lower.city.is_empty() && upper.city == lower.city;
    upper.code != lower.code && (by_parent || (by_city && is_authority(upper) && !is_authority(lower)))
}

/// Whether a unit is an authority over the schools of its city, by how its name ends.
pub fn is_authority(unit: &Unit) -> bool {
    BUREAU_ENDINGS.iter().any(|ending| unit.name.ends_with(ending))
}
