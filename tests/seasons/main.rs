//! The judgement measured: seasons of some 900 mails from the whole roster, generated from a seed with the truth beside
//! them, go through the real program; what comes out is counted against the bars of the house. Their words are a
//! clerk's, not those of `recognition/words.rs`: whoever adds a story writes it without looking there.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod answered;
mod badforms;
mod chase;
mod compare;
mod crew;
mod daily;
mod draft;
mod form4;
mod form5;
mod ledger;
mod letter;
mod measure;
mod paper;
mod phrase;
mod plan;
mod prose;
mod strays;
mod style;
mod summary;
mod things;
mod truth;
mod world;

pub use world::{World, later};

use jiff::Timestamp;
use measure::{Tally, measure};

fn judged(seeds: &[String]) {
    let mut all = Tally::default();
    for seed in seeds {
        all.add(measure(seed));
    }
    for told in &all.told {
        println!("{told}");
    }
    println!("\n| {} seasons, {} mails | | |\n|---|---|---|", seeds.len(), all.mails);
    let bars = all.bars();
    bars.iter().for_each(|(line, is_held)| println!("{line}{}", if *is_held { "" } else { " MISSED" }));
    assert!(all.mails >= 800 * seeds.len(), "{} mails", all.mails);
    assert!(bars.iter().all(|(_, is_held)| *is_held), "a bar was missed; what is not right is told above");
}

#[test]
fn one_season_is_judged_as_it_was_written() {
    let seed = std::env::var("SEED").unwrap_or_else(|_| "1".to_owned());
    judged(&[seed]);
}

/// Run by `tests/long judgement`.
#[test]
#[ignore = "ten seasons take longer than a story may"]
fn ten_seasons_are_judged_as_they_were_written() {
    judged(&(1..=10).map(|seed| seed.to_string()).collect::<Vec<_>>());
}

/// Run by `tests/long reminders`.
#[test]
#[ignore = "ten seasons take longer than a story may"]
fn ten_seasons_mail_who_owes_and_answer_who_sent() {
    println!("| season | mails | steps left | owing and told | owing and held | receipts | wrong |");
    println!("|---|---|---|---|---|---|---|");
    let mut all = Vec::new();
    for seed in (1..=10).map(|seed| seed.to_string()) {
        let (chased, answered) = (chase::chased(&seed), answered::answered(&seed, Timestamp::MAX));
        println!(
            "| {seed} | {} | {} | {} | {} | {} | {} |",
            answered.mails,
            chased.left,
            chased.told,
            chased.held,
            answered.receipts,
            chased.problems.len() + answered.problems.len()
        );
        all.push((chased, answered));
    }
    for (chased, answered) in &all {
        chased.is_right();
        answered.is_right();
    }
}
