//! Labels with their values in one cell: `填报单位:甲学院 填报人:乙`, with the blanks between them or written over.

use super::counted::{is_measure, unscaled};
use super::label::{Form, Meaning, keys};
use super::words::COUNTED_IN;
use crate::domain::text::squeeze;

/// No line of labels is longer (characters); what is longer is a text.
const LINE_CHARS: usize = 120;

/// By so many bytes a label in a line may be longer than the form has it: (盖章), 1.
const REMARK_BYTES: usize = 45;

/// Labels in one cell with what follows their colons.
pub(super) fn inline_values<'f>(form: &'f Form, text: &str) -> Vec<(&'f [Meaning], String)> {
    let mut found: Vec<(&[Meaning], String)> = Vec::new();
    if !text.contains(':') && !text.contains('：') {
        return found;
    }
    let text = text.replace('：', ":");
    let is_line = text.chars().count() <= LINE_CHARS;
    let chunks = text.split_whitespace().flat_map(|chunk| match is_line {
        true => at_labels(form, chunk),
        false => vec![chunk],
    });
    for chunk in chunks {
        let (head, tail) = chunk.split_once(':').unwrap_or(("", chunk));
        let meanings = if form.may_be_at_end(head) { form.meanings(&keys(head)) } else { &[] };
        if !meanings.is_empty() {
            found.push((meanings, tail.to_owned()));
        } else if let Some((_, value)) = found.last_mut() {
            value.push_str(chunk);
        } else {
            return Vec::new();
        }
    }
    // 单位：人 names what is counted.
    found.retain(|(_, value)| !is_counted_in(value));
    found
}

/// Whether a text says in what figures are counted, and nothing else: 人、万元.
pub(super) fn is_counted_in(text: &str) -> bool {
    let tight = squeeze(text).to_lowercase();
    let mut words = tight.trim_matches(['(', ')']).split(['、', ',', '/', ';']);
    let is_scaled = |word: &str| is_measure(unscaled(word)) && COUNTED_IN.contains(&unscaled(word));
    words.all(|word| COUNTED_IN.contains(&word) || is_scaled(word))
}

/// A text without blanks, parted before each label that has a colon behind it: 甲学院填报人:乙.
fn at_labels<'t>(form: &Form, chunk: &'t str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut rest, mut from) = (chunk, 0);
    while let Some(colon) = rest.get(from..).and_then(|tail| tail.find(':')).map(|at| from + at) {
        let value = rest.get(from..colon).unwrap_or_default();
        // What is longer is no label, whatever stands before it.
        let most = form.longest() + REMARK_BYTES;
        let begins = |at: &usize| {
            let label = value.get(*at..).filter(|label| label.len() <= most);
            label.is_some_and(|label| !form.meanings(&keys(label)).is_empty())
        };
        let mut places = value.char_indices().map(|(at, _)| at);
        let label = form.may_be_at_end(value).then(|| places.find(begins)).flatten();
        if let Some(at) = label.map(|at| from + at).filter(|at| *at > 0) {
            let (before, after) = rest.split_at(at);
            parts.push(before);
            (rest, from) = (after, colon + 1 - at);
        } else {
            from = colon + 1;
        }
    }
    parts.push(rest);
    parts
}
