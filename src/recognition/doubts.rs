//! What speaks against the unit that the clues choose, or where they choose none: a form whose cell no name fits, a stranger
//! who writes, a copied form. Then a person must say.

use super::likeness::{is_another_school, is_lower_authority};
use super::names::NameBook;
use super::stranger::{Stranger, candidates};
use super::tiers::{Tier, is_sender, name, names};
use super::unit::{Clue, Source, Verdict, authority_of, is_authority, is_over, is_place_of, push};
use crate::domain::message::UnitBy;
use crate::domain::unit::{Roster, Unit};

/// What a mail says of others than those of the roster.
pub(super) struct Beside<'c> {
    /// A cell of a form that no name of the roster fits.
    pub unknown: Option<&'c Clue>,
    /// A school outside the roster that has written: looked for only where it could change something.
    pub stranger: &'c dyn Fn() -> Option<Stranger>,
    /// One whose a paper is: likewise, for all papers are read through.
    pub papers: &'c dyn Fn() -> Option<Stranger>,
    /// Whether the chosen unit signs it.
    pub is_signed: bool,
}

impl Verdict {
    /// Takes the unit that the clues choose, unless what else the mail says is against it.
    pub(super) fn believe(
        &mut self,
        book: &NameBook,
        roster: &Roster,
        tiers: &[Tier],
        (code, by): (String, UnitBy),
        mail: Beside,
    ) {
        let is_by_sender = matches!(by, UnitBy::Sender | UnitBy::Domain);
        let is_weak = is_by_sender || (by == UnitBy::Text && !mail.is_signed);
        // A short name in a subject may be another province's school too: 铁道职院, 商务职院.
        let is_alone =
            by == UnitBy::Name && !tiers.iter().any(|tier| is_sender(tier) && tier.codes.contains(&code));
        let is_another = |name: &str| {
            roster.by_code(&code).is_some_and(|unit| {
                is_another_school(book, unit, name) || (is_authority(unit) && is_lower_authority(unit, name))
            })
        };
        let told = mail.unknown.filter(|clue| {
            (is_by_sender && !is_place_of(roster, &code, &clue.text)) || (is_alone && is_another(&clue.text))
        });
        let writer = (is_weak || is_alone).then(mail.stranger).flatten();
        let papers = || (is_alone || is_by_sender).then(mail.papers).flatten();
        let mut others = writer.into_iter().chain(std::iter::once_with(papers).flatten());
        let another = others.find(|other| is_another(&other.name));
        match (told, another) {
            (Some(clue), _) => {
                let by = if is_by_sender { "发件人" } else { "主题或文件名" };
                let told = format!("表内单位“{}”不在名册，只有{by}可供判断，请认定单位", clue.text);
                self.review = Some(told);
            }
            (None, Some(stranger)) => self.ask_about(roster, &stranger),
            (None, None) => (self.unit, self.by) = (Some(code), Some(by)),
        }
    }

    /// Nothing tells but the cell of a form that no name of the roster fits: an authority by its city, or a stranger.
    pub(super) fn take_cell(&mut self, roster: &Roster, owes: &dyn Fn(&Unit) -> bool, clue: &Clue) {
        match authority_of(roster, owes, &clue.text) {
            Some(code) => {
                let told = format!("{}：{} → {}", clue.place, clue.text, name(roster, &code));
                self.evidence.push(("表内市(州)".to_owned(), told));
                self.concerns.push(code.clone());
                (self.unit, self.by) = (Some(code), Some(UnitBy::Form));
            }
            None => {
                let (place, name) = (clue.place.clone(), clue.text.trim().to_owned());
                let candidates = candidates(roster, owes, &name);
                self.ask_about(roster, &Stranger { place, name, candidates });
            }
        }
    }

    /// A form whose stamp line and row name two units was copied from one of them: where nothing else tells, a person
    /// must say by which.
    pub(super) fn heed_row(&mut self, book: &NameBook, roster: &Roster, clues: &[Clue], tiers: &[Tier]) {
        let Some(code) = self.unit.clone().filter(|_| self.by == Some(UnitBy::Form)) else { return };
        if tiers.iter().filter(|tier| tier.codes.contains(&code)).count() > 1 {
            return;
        }
        let is_beside = |other: &&Unit| {
            let is_under =
                roster.by_code(&code).is_some_and(|own| is_over(own, other) || is_over(other, own));
            other.code != code && !is_under
        };
        let rows = clues.iter().filter(|clue| clue.source == Source::FormRow);
        let named = rows.flat_map(|clue| book.codes(&clue.text));
        let Some(other) = named.filter_map(|named| roster.by_code(&named).filter(is_beside)).next() else {
            return;
        };
        let own = name(roster, &code);
        self.review = Some(format!("填报单位一格为{own}，表中为{}，互相矛盾，请认定单位", other.name));
        push(&mut self.concerns, other.code.clone());
        (self.unit, self.by) = (None, None);
    }

    /// Leaves it to a person whose a mail is that says nothing of anybody, or nothing that may be believed.
    pub(super) fn ask_whose(&mut self, roster: &Roster, doubted: &[Tier]) {
        self.is_silent = doubted.iter().all(|tier| tier.codes.is_empty());
        self.review = Some(nothing_tells(roster, doubted));
    }

    /// Leaves it to a person whose the mail of a school outside the roster is.
    pub(super) fn ask_about(&mut self, roster: &Roster, stranger: &Stranger) {
        let Stranger { place, name: school, candidates } = stranger;
        let cities: Vec<&str> = candidates.iter().map(|code| name(roster, code)).collect();
        let whose =
            if cities.is_empty() { String::new() } else { format!("，可能属{}", cities.join("、")) };
        self.evidence.push(("名册外单位".to_owned(), format!("{place}：{school}")));
        self.review = Some(format!("“{school}”不在名册{whose}，请认定单位"));
        for code in candidates {
            push(&mut self.concerns, code.clone());
        }
    }
}

fn nothing_tells(roster: &Roster, doubted: &[Tier]) -> String {
    match doubted.iter().find(|tier| !tier.codes.is_empty()) {
        Some(tier) => {
            format!("发件地址属于{}，但发件人未通过验证，不能只凭地址认定，请认定单位", names(roster, tier))
        }
        None => "没有线索能说明是哪个单位，请认定".to_owned(),
    }
}
