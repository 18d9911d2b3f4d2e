//! Who sent a mail, what it is, what each of its parts answers and for which day: the judgement of an experienced
//! clerk over plain clues. Pure: no store, no clock, no forms (what a form says comes in as one clue among others).
//! Below the confidence to decide it says so; a person is cheaper than a misfiled report.

mod above;
pub mod alias;
pub mod beside;
pub mod bounce;
mod branches;
pub mod brought;
pub mod business;
pub mod campaign;
mod clauses;
mod companies;
pub mod counted;
mod county;
pub mod dates;
#[cfg(test)]
mod dates_tests;
pub mod day;
#[cfg(test)]
mod day_tests;
mod daywords;
mod doubts;
mod drafts;
mod edges;
pub mod edition;
pub mod empty_days;
mod endings;
mod figured_months;
mod figures;
pub mod hours;
mod house;
mod impossible;
pub mod item;
pub mod keyword;
pub mod kind;
mod ledger;
mod letter;
mod letters;
pub mod likeness;
pub mod months;
pub mod names;
#[cfg(test)]
mod names_tests;
mod namesakes;
pub mod nil;
#[cfg(test)]
mod nil_tests;
pub mod nth;
pub mod older;
pub mod outsider;
pub mod page;
pub mod parts;
pub mod passing;
mod phrases;
mod quarters;
pub mod rivals;
pub mod route;
pub mod sayings;
pub mod sections;
mod shortened;
mod spellings;
mod stamped;
mod stranger;
mod surroundings;
mod thirds;
mod tiers;
mod times;
mod titles;
pub mod told_by_letter;
pub mod traditional;
pub mod unfinished;
pub mod unit;
pub mod unnamed;
pub mod version;
#[cfg(test)]
mod version_tests;
pub mod visited;
pub mod vocabulary;
mod which_time;
mod which_week;
mod words;

pub use crate::domain::text::squeeze;

/// Text without remarks in brackets of any width.
pub fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '〔' | '【' => depth += 1,
            ')' | '）' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}
