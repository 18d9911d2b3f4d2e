//! `check --connect`: what it finds on servers of every kind, what it tells to do, and what it never shows.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod command;
#[path = "../support/dovecot.rs"]
mod dovecot;
mod imap;
mod odd;
#[path = "../support/patience.rs"]
mod patience;
mod smtp;
mod tls;

use shouwen::talk::{Trial, Verdict};

/// Nobody may ever read this: it would be quoted, and is known by its middle.
const PASSWORD: &str = r#"can"ary\pass"#;

/// All that a walk says, one line a finding and one a line of the transcript.
fn text(trials: &[Trial]) -> String {
    let lines = trials.iter().flat_map(|step| {
        let head = format!("{:?} {} → {}", step.verdict, step.what, step.remedy);
        std::iter::once(head).chain(step.transcript.clone())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The only finding of what was tried that is not fine: what and remedy.
fn trouble(trials: &[Trial]) -> (Verdict, &str, &str) {
    let is_well = |step: &Trial| matches!(step.verdict, Verdict::Fine | Verdict::Untried);
    let troubles: Vec<&Trial> = trials.iter().filter(|step| !is_well(step)).collect();
    let [only] = troubles[..] else { panic!("{} troubles:\n{}", troubles.len(), text(trials)) };
    (only.verdict, &only.what, &only.remedy)
}

/// Demands one failure whose finding and remedy hold these words, and that what depends on it is said to be untried.
fn fails(trials: &[Trial], what: &str, remedy: &str) {
    let (verdict, found, advice) = trouble(trials);
    assert_eq!(verdict, Verdict::Failed, "{}", text(trials));
    assert!(found.contains(what) && advice.contains(remedy), "{found} → {advice}\nnot {what} → {remedy}");
    let last = &trials[trials.len() - 1];
    assert!(last.verdict == Verdict::Untried && last.what.starts_with("未试："), "{}", text(trials));
}
