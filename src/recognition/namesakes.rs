//! Units that are called alike: 城关镇 of two counties. What else a mail says tells which is meant (its county, its sender), or a
//! person must; and whoever is none of them is not believed to have written in their name.

use std::collections::HashMap;

use super::names::{MASK, NameBook};
use super::squeeze;
use super::tiers::name;
use super::unit::{Clue, Source, Verdict, is_over, push};
use crate::domain::message::UnitBy;
use crate::domain::unit::{Roster, Unit};

/// Letters of a place without 县 or 区 by which people call it.
const PLACE_LETTERS: usize = 2;

/// Who may be meant by what several are called.
#[derive(Debug, Clone)]
pub(super) struct Namesakes {
    /// Where it stands.
    place: String,
    /// What they are called.
    called: String,
    /// Codes of those that may be meant.
    pub codes: Vec<String>,
}

/// What each clue calls several units, with those of them that the rest of the mail leaves. `from`: whom its address names. The rest
/// of the mail is looked through once for each name: an archive may hold hundreds of papers of the same 城关镇.
pub(super) fn called(
    book: &NameBook,
    roster: &Roster,
    clues: &[Clue],
    from: &[String],
) -> Vec<Vec<Namesakes>> {
    let mut by_mail: HashMap<String, Option<Vec<String>>> = HashMap::new();
    let mut mail: Option<String> = None;
    let mut left = |called: &str, codes: &[String], text: &str| {
        let own_words = left_by_place(roster, codes, called, &squeeze(text));
        own_words.or_else(|| left_by_sender(roster, codes, from)).or_else(|| {
            let of_mail = || left_by_place(roster, codes, called, mail.get_or_insert_with(|| whole(clues)));
            by_mail.entry(called.to_owned()).or_insert_with(of_mail).clone()
        })
    };
    let of_clue = |clue: &Clue| {
        let shared = book.shared(&clue.text);
        if shared.is_empty() || !tells(book, clue) {
            return Vec::new();
        }
        let named = shared.into_iter().map(|(called, codes)| Namesakes {
            place: clue.place.clone(),
            codes: left(&called, codes, &clue.text).unwrap_or_else(|| codes.to_vec()),
            called,
        });
        named.collect()
    };
    clues.iter().map(of_clue).collect()
}

/// All that a mail says but its opening, squeezed.
fn whole(clues: &[Clue]) -> String {
    let texts = clues.iter().filter(|clue| clue.source != Source::Body).map(|clue| clue.text.as_str());
    squeeze(&texts.collect::<String>())
}

/// Whether a clue tells who is meant. A paper tells of others in its lines; it is headed and signed by its own.
fn tells(book: &NameBook, clue: &Clue) -> bool {
    let speaks = !matches!(clue.source, Source::Body | Source::FormRow | Source::OwnForm);
    let is_own = || clue.source != Source::Document || book.mask(&clue.text).trim_start().starts_with(MASK);
    speaks && is_own()
}

/// Those whose county a squeezed text names beside what they are called: 新华街道 does not name 新华区, nor 平安建设 平安县.
fn left_by_place(roster: &Roster, codes: &[String], called: &str, text: &str) -> Option<Vec<String>> {
    let is_named = |code: &&String| {
        let city = roster.by_code(code).map(|unit| unit.city.as_str()).unwrap_or_default();
        let stem = city.trim_end_matches(['市', '州', '县', '区', '旗']);
        let is_before = stem.chars().count() >= PLACE_LETTERS && text.contains(&format!("{stem}{called}"));
        !city.is_empty() && (text.contains(city) || is_before)
    };
    some(codes.iter().filter(is_named).cloned().collect())
}

/// The one whose address it is, or the only one under whom it is.
fn left_by_sender(roster: &Roster, codes: &[String], from: &[String]) -> Option<Vec<String>> {
    if let Some(own) = codes.iter().find(|code| from.contains(code)) {
        return Some(vec![own.clone()]);
    }
    let senders: Vec<&Unit> = from.iter().filter_map(|code| roster.by_code(code)).collect();
    let is_under = |code: &&String| {
        roster.by_code(code).is_some_and(|lower| senders.iter().any(|upper| is_over(upper, lower)))
    };
    some(codes.iter().filter(is_under).cloned().collect())
}

fn some(codes: Vec<String>) -> Option<Vec<String>> {
    (!codes.is_empty()).then_some(codes)
}

impl Verdict {
    /// Leaves it to a person who is meant where nobody is named, or only the sender tells and is none of those.
    pub(super) fn heed_namesakes(&mut self, roster: &Roster, alike: &[Vec<Namesakes>]) {
        let is_by_sender = matches!(self.by, Some(UnitBy::Sender | UnitBy::Domain));
        let mut open = alike.iter().flatten().filter(|one| one.codes.len() > 1);
        let is_settled = self.unit.is_some() && !is_by_sender;
        let is_own = |one: &Namesakes| self.unit.as_ref().is_some_and(|code| one.codes.contains(code));
        let Some(one) = open.find(|one| !is_settled && !is_own(one)) else { return };
        let names: Vec<&str> = one.codes.iter().map(|code| name(roster, code)).collect();
        let from = match &self.unit {
            Some(code) => format!("，发件人是{}", name(roster, code)),
            None => String::new(),
        };
        self.evidence
            .push(("同名单位".to_owned(), format!("{}：{} → {}", one.place, one.called, names.join("、"))));
        self.review = Some(format!("“{}”可能是{}{from}，请认定单位", one.called, names.join("或")));
        (self.unit, self.by) = (None, None);
        self.is_silent = false;
        one.codes.iter().for_each(|code| push(&mut self.concerns, code.clone()));
    }
}
