//! Which unit a mail comes from. Clues are weighed in tiers (form, text, names, sender, domain); agreement decides,
//! contradiction goes to a person with both units named. An address alone never outweighs what the material says.

use std::collections::{BTreeSet, HashMap};

use super::names::{MASK, NameBook};
use super::squeeze;
use super::words::{BUREAU_ENDINGS, PUBLIC_DOMAINS};
use crate::domain::message::UnitBy;
use crate::domain::unit::{Roster, Unit};

/// Letters that may stand beside a name in a line that signs: a department, a person.
const BESIDE_A_NAME: usize = 6;

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
    /// Codes of all units that a clue names, strongest first.
    pub concerns: Vec<String>,
    /// What was weighed, in order: rule and text.
    pub evidence: Vec<(String, String)>,
}

/// Units named by one tier.
struct Tier {
    by: UnitBy,
    codes: Vec<String>,
}

impl Tier {
    /// The unit, if it names exactly one.
    fn sole(&self) -> Option<&str> {
        match self.codes.as_slice() {
            [code] => Some(code),
            _ => None,
        }
    }
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
    let mut tiers = named_tiers(book, roster, clues, &mut verdict.evidence);
    if !is_forwarded {
        keep_gatherer(roster, &mut tiers);
    }
    tiers.extend(sender_tiers(book, roster, clues, sender, &mut verdict.evidence));
    if is_forwarded {
        drop_authorities(roster, &mut tiers);
    }
    settle_splits(&mut tiers);
    for code in tiers.iter().flat_map(|tier| &tier.codes) {
        if !verdict.concerns.contains(code) {
            verdict.concerns.push(code.clone());
        }
    }
    let unknown = clues.iter().find(|c| c.source == Source::Form && is_unknown(book, &c.text));
    // What the mail itself says of who writes, besides its files.
    let by_mail =
        clues.iter().filter(|c| matches!(c.source, Source::Signature | Source::Body | Source::Subject));
    let mut said: Vec<String> = by_mail.flat_map(|clue| book.codes(&clue.text)).collect();
    said.extend(tiers.iter().filter(|tier| is_sender(tier)).flat_map(|tier| tier.codes.iter().cloned()));
    match choose(roster, &tiers, &said) {
        Ok(Some((code, by))) => {
            let is_weak = matches!(by, UnitBy::Sender | UnitBy::Domain);
            match unknown.filter(|clue| is_weak && !is_place_of(roster, &code, &clue.text)) {
                Some(clue) => {
                    verdict.review =
                        Some(format!("表内单位“{}”不在名册，只有发件人可供判断，请认定单位", clue.text))
                }
                None => (verdict.unit, verdict.by) = (Some(code), Some(by)),
            }
        }
        Ok(None) => match unknown.map(|clue| (clue, authority_of(roster, owes, &clue.text))) {
            Some((clue, Some(code))) => {
                let told = format!("{}：{} → {}", clue.place, clue.text, name(roster, &code));
                verdict.evidence.push(("表内市(州)".to_owned(), told));
                verdict.concerns.push(code.clone());
                (verdict.unit, verdict.by) = (Some(code), Some(UnitBy::Form));
            }
            Some((clue, None)) => {
                verdict.review = Some(format!("表内单位“{}”不在名册，请认定单位", clue.text));
            }
            None => verdict.review = Some("没有线索能说明是哪个单位，请认定".to_owned()),
        },
        Err(why) => verdict.review = Some(why),
    }
    verdict
}

/// A filled cell that no name of the roster fits.
fn is_unknown(book: &NameBook, cell: &str) -> bool {
    !squeeze(cell).is_empty() && book.codes(cell).is_empty()
}

/// The authority that a cell means which names only a city, as the heading 市(州) invites: the one there that owes.
fn authority_of(roster: &Roster, owes: &dyn Fn(&Unit) -> bool, cell: &str) -> Option<String> {
    let mut meant = roster.units.iter().filter(|unit| owes(unit) && is_place_of(roster, &unit.code, cell));
    meant.next().filter(|_| meant.next().is_none()).map(|unit| unit.code.clone())
}

/// Authorities often write only their city: 绵阳市, 绵阳.
fn is_place_of(roster: &Roster, code: &str, cell: &str) -> bool {
    let cell = squeeze(cell);
    let unit = roster.by_code(code).filter(|unit| is_authority(unit) && !cell.is_empty());
    unit.is_some_and(|unit| unit.city == cell || unit.city.trim_end_matches(['市', '州']) == cell)
}

fn named_tiers(
    book: &NameBook,
    roster: &Roster,
    clues: &[Clue],
    evidence: &mut Vec<(String, String)>,
) -> Vec<Tier> {
    let mut form = Vec::new();
    let mut text = Vec::new();
    let mut body = Vec::new();
    let mut titled = Vec::new();
    let signed = signed(book, clues);
    let mut sorted: Vec<&Clue> = clues.iter().collect();
    sorted.sort_by_key(|clue| clue.source);
    for clue in sorted {
        let (codes, rule) = match clue.source {
            Source::Form => (&mut form, "表内单位"),
            Source::Signature | Source::Document => (&mut text, "题头落款"),
            Source::Body => (&mut body, "正文开头"),
            Source::Subject | Source::Name => (&mut titled, "主题或文件名"),
            Source::SenderName | Source::OwnForm => continue,
        };
        let by_sign = signed.get(&paper(clue));
        for code in book.codes(&clue.text) {
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

/// Who signed each paper with a line of its own. Whoever is thanked or visited in a line beside it has not written it.
fn signed<'c>(book: &NameBook, clues: &'c [Clue]) -> HashMap<(Source, &'c str), Vec<String>> {
    let mut signed: HashMap<(Source, &str), Vec<String>> = HashMap::new();
    for clue in clues.iter().filter(|c| matches!(c.source, Source::Signature | Source::Document)) {
        let masked = book.mask(&clue.text);
        let line = masked.rsplit(':').next().unwrap_or_default();
        let beside = line.chars().filter(|c| matches!(u32::from(*c), 0x4E00..=0x9FFF)).count();
        if line.starts_with(MASK) && beside <= BESIDE_A_NAME {
            signed.entry(paper(clue)).or_default().extend(book.codes(&clue.text));
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
        told(&mut by_domain, "学校域名", sender.address, unit.code.clone());
    }
    vec![Tier { by: UnitBy::Sender, codes: by_sender }, Tier { by: UnitBy::Domain, codes: by_domain }]
}

fn is_of_domain(address: &str, domain: &str) -> bool {
    let Some((_, host)) = address.rsplit_once('@') else { return false };
    let (host, domain) = (host.to_lowercase(), domain.trim_start_matches('@').to_lowercase());
    let is_public = PUBLIC_DOMAINS.contains(&domain.as_str());
    !domain.is_empty() && !is_public && (host == domain || host.ends_with(&format!(".{domain}")))
}

fn push(codes: &mut Vec<String>, code: String) {
    if !codes.contains(&code) {
        codes.push(code);
    }
}

fn shorten(text: &str) -> String {
    let text = text.trim();
    let is_long = text.chars().count() > 40;
    text.chars().take(40).chain("…".chars().filter(|_| is_long)).collect()
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

/// Who forwards is not who it is from: an authority gives way to the school that is named anywhere.
fn drop_authorities(roster: &Roster, tiers: &mut [Tier]) {
    let named: BTreeSet<String> = tiers.iter().flat_map(|tier| tier.codes.iter().cloned()).collect();
    let units: Vec<&Unit> = named.iter().filter_map(|code| roster.by_code(code)).collect();
    let gives_way = |code: &String| {
        roster.by_code(code).is_some_and(|upper| units.iter().any(|lower| is_over(upper, lower)))
    };
    for tier in tiers {
        tier.codes.retain(|code| !gives_way(code));
    }
}

/// A unit that sends its own form beside those of schools that report through it gathers their material: it is from
/// it, though everything names them too.
fn keep_gatherer(roster: &Roster, tiers: &mut [Tier]) {
    let is_parent = |upper: &Unit, lower: &Unit| {
        lower.parent.as_deref().is_some_and(|parent| upper.names().any(|name| name == parent))
    };
    let gatherer = |codes: &[String]| {
        let units: Vec<&Unit> = codes.iter().filter_map(|code| roster.by_code(code)).collect();
        let gathers =
            |upper: &&&Unit| units.iter().all(|lower| lower.code == upper.code || is_parent(upper, lower));
        units.iter().find(gathers).map(|upper| upper.code.clone())
    };
    let forms = tiers.iter().find(|tier| tier.by == UnitBy::Form && tier.codes.len() > 1);
    let Some(code) = forms.and_then(|tier| gatherer(&tier.codes)) else { return };
    for tier in tiers.iter_mut().filter(|tier| gatherer(&tier.codes).as_ref() == Some(&code)) {
        tier.codes = vec![code.clone()];
    }
}

/// A tier that names several units is settled by another that names exactly one of them, if all such others agree.
fn settle_splits(tiers: &mut [Tier]) {
    let soles: BTreeSet<String> = tiers.iter().filter_map(|tier| tier.sole().map(str::to_owned)).collect();
    if let (Some(sole), 1) = (soles.first(), soles.len()) {
        for tier in tiers.iter_mut().filter(|tier| tier.by != UnitBy::Form && tier.codes.contains(sole)) {
            tier.codes = vec![sole.clone()];
        }
    }
}

fn is_sender(tier: &Tier) -> bool {
    matches!(tier.by, UnitBy::Sender | UnitBy::Domain)
}

/// The unit that the tiers agree on, or why they do not.
fn choose(roster: &Roster, tiers: &[Tier], said: &[String]) -> Result<Option<(String, UnitBy)>, String> {
    let named: Vec<&Tier> = tiers.iter().filter(|tier| !tier.codes.is_empty()).collect();
    let Some(first) = named.first() else { return Ok(None) };
    let Some(code) = first.sole() else { return Err(several(roster, first)) };
    let against: Vec<&&Tier> = named.iter().filter(|tier| !tier.codes.iter().any(|c| c == code)).collect();
    let Some(other) = against.first() else { return Ok(Some((code.to_owned(), first.by))) };
    let votes = |code: &str| named.iter().filter(|tier| tier.sole() == Some(code)).count();
    // A city's own address hands on its schools' mail; a clerk's private one has served others before.
    let only_senders = against.iter().all(|tier| is_sender(tier));
    if only_senders
        && (named.iter().filter(|t| !is_sender(t) && t.sole() == Some(code)).count() >= 2
            || all_over(roster, &against, code))
    {
        return Ok(Some((code.to_owned(), first.by)));
    }
    let Some(rival) = other.sole() else { return Err(contradiction(roster, first, other)) };
    let one_rival = against.iter().all(|tier| tier.sole() == Some(rival));
    let material = |code: &str| named.iter().filter(|t| !is_sender(t) && t.sole() == Some(code)).count();
    // The form alone says another unit: somebody's form was copied, and the mail is the unit's all others name.
    let is_copied = first.by == UnitBy::Form && votes(code) == 1 && said.iter().any(|said| said == rival);
    if one_rival && is_copied && votes(rival) >= 2 && material(rival) >= 1 {
        return Ok(Some((rival.to_owned(), other.by)));
    }
    if one_rival && material(code) >= 2 && votes(rival) == 1 && votes(code) > 2 {
        return Ok(Some((code.to_owned(), first.by)));
    }
    Err(contradiction(roster, first, other))
}

fn all_over(roster: &Roster, tiers: &[&&Tier], code: &str) -> bool {
    let Some(lower) = roster.by_code(code) else { return false };
    tiers.iter().all(|tier| {
        tier.sole().and_then(|code| roster.by_code(code)).is_some_and(|upper| is_over(upper, lower))
    })
}

fn name<'r>(roster: &'r Roster, code: &'r str) -> &'r str {
    roster.by_code(code).map_or(code, |unit| unit.name.as_str())
}

fn names(roster: &Roster, tier: &Tier) -> String {
    tier.codes.iter().map(|code| name(roster, code)).collect::<Vec<_>>().join("、")
}

fn several(roster: &Roster, tier: &Tier) -> String {
    format!("{}提到多个单位（{}），请认定单位", tier.by.chinese(), names(roster, tier))
}

fn contradiction(roster: &Roster, one: &Tier, other: &Tier) -> String {
    format!(
        "{}为{}，{}为{}，互相矛盾，请认定单位",
        one.by.chinese(),
        names(roster, one),
        other.by.chinese(),
        names(roster, other)
    )
}
