//! Rows that call themselves totals: which of them is the total of the table, and which sum up a part of it (旌阳区小计). A
//! part's sum is no school, and not what all rows must come to.

use super::amount::figure;
use super::label::{Form, keys};
use super::read::{Reading, Row};
use super::table::is_not_counted;
use super::words::{PART_ENDING, TOTAL_ENDINGS, WHOLE_ROWS};
use crate::domain::figure::Millionths;
use crate::domain::template::{Field, FieldKind, Rule, Template};

/// A row is a total from this share of matching sums on, in percent.
const TOTAL_FROM_PERCENT: usize = 60;

/// A sum is off by a slip up to so many parts of the figure: 1201 against 1200.
const SLIP_PARTS: u128 = 50;

/// Figures are held against one another in tables of so many rows: each total against all rows. A longer one was made to cost.
pub(super) const SUMMED_ROWS_MAX: usize = 2_000;

/// What a row calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Called {
    /// A school or unit.
    Row,
    /// 旌阳区小计.
    Part,
    /// 全市合计, 中职学校合计: what is before the word may name a part or the whole.
    Total,
    /// 合计, as the form has it.
    Whole,
}

impl Reading {
    /// The same form with an authority's own row among its schools' read as their total, if it is no less than any of them:
    /// it would be added to what it sums up. `is_own`: whether a name is the authority's.
    pub fn with_own_total(&self, template: &Template, is_own: impl Fn(&str) -> bool) -> Option<Self> {
        let unit = template.columns().find(|field| field.kind == FieldKind::Unit)?;
        let is_named = |row: &Row| row.entries.get(&unit.id).is_some_and(|entry| is_own(&entry.text()));
        let counted: Vec<Row> =
            self.rows.iter().filter(|row| !is_not_counted(template, row)).cloned().collect();
        let at = counted.iter().position(is_named)?;
        let is_total =
            sums_up(template, &counted, at) || (self.total.is_none() && exceeds(template, &counted, at));
        let is_told = template.rules.contains(&Rule::TotalRow);
        if !is_told
            || !is_total
            || counted.len() < 2
            || counted.iter().filter(|row| is_named(row)).count() > 1
        {
            return None;
        }
        let mut reading = self.clone();
        let own = counted.get(at)?.row;
        let row = reading.rows.remove(reading.rows.iter().position(|row| row.row == own)?);
        reading.total.get_or_insert(row);
        Some(reading)
    }
}

/// What a text may be that calls a row a total, besides the words that the form has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing else.
    Nothing,
    /// Something may stand before the word: 全市合计.
    Name,
    /// Also a name that is about all rows, and says no more: 全市.
    NameOrWhole,
}

/// What a row calls itself by a text in it.
pub(super) fn called(form: &Form, text: &str, before: Before) -> Called {
    let keys = keys(text);
    let ends = |ending: &str| keys.iter().any(|key| key.ends_with(ending));
    let is_label = keys.iter().any(|key| form.totals.contains(key));
    // 合计12所.
    let counts =
        |key: &str, word: &str| key.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_numeric));
    let is_total = || {
        TOTAL_ENDINGS.iter().any(|word| ends(word) || keys.iter().any(|key| counts(key, word)))
            || (before == Before::NameOrWhole && keys.iter().any(|key| WHOLE_ROWS.contains(&key.as_str())))
    };
    match is_label || (before != Before::Nothing && is_total()) {
        false => Called::Row,
        true if ends(PART_ENDING) => Called::Part,
        true if is_label => Called::Whole,
        true => Called::Total,
    }
}

/// Rows without totals, and the total among those that call themselves one. A part without rows of its own beside it
/// stands for them.
pub(super) fn settle(template: &Template, lines: Vec<(Row, Called)>) -> (Vec<Row>, Option<Row>) {
    if lines.len() > SUMMED_ROWS_MAX {
        return settle_by_name(lines);
    }
    let whole = whole(template, &lines);
    let is_kept = |at: usize| {
        let Some((row, called)) = lines.get(at) else { return false };
        *called == Called::Row
            || (matches!(called, Called::Part | Called::Total)
                && Some(at) != whole
                && !has_details(&lines, at, whole)
                && !is_sum(template, row, plain(&lines)))
    };
    let kept: Vec<bool> = (0..lines.len()).map(is_kept).collect();
    let (mut rows, mut total) = (Vec::new(), None);
    for (at, ((row, _), is_kept)) in lines.into_iter().zip(kept).enumerate() {
        if is_kept {
            rows.push(row);
        } else if Some(at) == whole {
            total = Some(row);
        }
    }
    (rows, total)
}

/// The same by what rows call themselves alone: who is a total is taken for one.
fn settle_by_name(lines: Vec<(Row, Called)>) -> (Vec<Row>, Option<Row>) {
    let has_rows = plain(&lines).next().is_some();
    let (mut rows, mut total) = (Vec::new(), None::<(Row, Called)>);
    for (row, called) in lines {
        if called == Called::Row || (!has_rows && called != Called::Whole) {
            rows.push(row);
        } else if total.as_ref().is_none_or(|(_, known)| *known < called) {
            total = Some((row, called));
        }
    }
    (rows, total.map(|(row, _)| row))
}

fn plain(lines: &[(Row, Called)]) -> impl Iterator<Item = &Row> {
    lines.iter().filter(|(_, called)| *called == Called::Row).map(|(row, _)| row)
}

/// The place of the total. Several sums of parts that come to all rows need none; what a name before the word leaves open,
/// the figures tell.
fn whole(template: &Template, lines: &[(Row, Called)]) -> Option<usize> {
    let totals: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|(_, called)| *called > Called::Row))
        .collect();
    let row = |at: usize| lines.get(at).map(|(row, _)| row);
    let called = |at: usize| lines.get(at).map_or(Called::Row, |(_, called)| *called);
    let counted = |at: usize| row(at).map_or(0, |row| sum_of_counts(template, row));
    let total =
        totals.iter().copied().max_by_key(|at| (called(*at), counted(*at), std::cmp::Reverse(*at)))?;
    if let [only] = totals.as_slice() {
        let is_part = called(*only) < Called::Whole && sums_up_a_part(template, lines, *only);
        return (!is_part).then_some(total);
    }
    let all: Vec<&Row> = totals.iter().filter_map(|at| row(*at)).collect();
    if same_sums(template, &all, &plain(lines).collect::<Vec<_>>()) {
        return None;
    }
    if called(total) == Called::Whole {
        return Some(total);
    }
    let is_rest = |at: usize, other: usize| {
        other != at && (called(other) == Called::Row || !has_details(lines, other, Some(at)))
    };
    let rest = |at: usize| (0..lines.len()).filter(move |other| is_rest(at, *other)).filter_map(row);
    let by_figures =
        totals.iter().copied().filter(|at| row(*at).is_some_and(|r| is_sum(template, r, rest(*at))));
    let others = || {
        totals.iter().filter(|at| **at != total).map(|at| counted(*at)).fold(0, Millionths::saturating_add)
    };
    let meant = || {
        (called(total) == Called::Total && plain(lines).next().is_some() && counted(total) >= others())
            .then_some(total)
    };
    by_figures.max_by_key(|at| counted(*at)).or_else(meant)
}

/// Whether the rows that a part sums up stand beside it: above it, if the first part of the table has rows above it, else
/// below.
fn has_details(lines: &[(Row, Called)], at: usize, whole: Option<usize>) -> bool {
    let is_part =
        |at: &usize| lines.get(*at).is_some_and(|(_, called)| *called > Called::Row) && Some(*at) != whole;
    let is_row = |at: &usize| lines.get(*at).is_some_and(|(_, called)| *called == Called::Row);
    let first = (0..lines.len()).find(is_part).unwrap_or(0);
    let next = match (0..first).any(|at| is_row(&at)) {
        true => (0..at).rev().find(|other| Some(*other) != whole),
        false => (at + 1..lines.len()).find(|other| Some(*other) != whole),
    };
    next.is_some_and(|next| is_row(&next))
}

/// Whether a row sums up some of the rows next to it, and not all.
fn sums_up_a_part(template: &Template, lines: &[(Row, Called)], at: usize) -> bool {
    let (above, below) = lines.split_at(at);
    let own = lines.get(at).map(|(row, _)| row);
    let above: Vec<&Row> = above.iter().rev().map(|(row, _)| row).collect();
    let below: Vec<&Row> = below.iter().skip(1).map(|(row, _)| row).collect();
    let runs = [&above, &below];
    let mut runs = runs.iter().flat_map(|rows| (1..=rows.len()).filter_map(|end| rows.get(..end)));
    runs.any(|run| {
        run.len() + 1 < lines.len() && own.is_some_and(|own| is_sum(template, own, run.iter().copied()))
    })
}

fn counts(template: &Template) -> impl Iterator<Item = &Field> {
    template.columns().filter(|field| field.kind.adds_up())
}

fn number(row: &Row, field: &Field) -> Option<Millionths> {
    row.entries.get(&field.id).and_then(|entry| figure(field, &entry.value))
}

/// Tells the total from sums of parts, which never exceed it.
fn sum_of_counts(template: &Template, row: &Row) -> Millionths {
    counts(template).filter_map(|field| number(row, field)).fold(0, Millionths::saturating_add)
}

/// Whether most counts of a row are the sums of the others'.
pub(super) fn is_sum<'r>(template: &Template, row: &Row, others: impl Iterator<Item = &'r Row>) -> bool {
    same_sums(template, &[row], &others.collect::<Vec<_>>())
}

/// Figures that two rows share by chance are smaller.
const TELLING_FIGURE: Millionths = 10_000_000;

/// Whether a row has a figure that no other one has by chance.
pub(super) fn is_telling(template: &Template, row: &Row) -> bool {
    counts(template).filter_map(|field| number(row, field)).any(|figure| figure >= TELLING_FIGURE)
}

/// Whether rows come to their total in most counts, of which one may be all that the table has.
pub(super) fn comes_to(template: &Template, total: &Row, rows: &[Row]) -> bool {
    let rows: Vec<&Row> = rows.iter().collect();
    let (compared, equal) = matching_sums(template, &[total], &rows);
    compared >= 1 && equal * 100 >= compared * TOTAL_FROM_PERCENT
}

fn same_sums(template: &Template, own: &[&Row], others: &[&Row]) -> bool {
    let (compared, equal) = matching_sums(template, own, others);
    compared >= 2 && equal * 100 >= compared * TOTAL_FROM_PERCENT
}

/// How many counts of some rows were held against those of others, and how many are the same.
fn matching_sums(template: &Template, own: &[&Row], others: &[&Row]) -> (usize, usize) {
    let sum = |rows: &[&Row], field: &Field| {
        rows.iter().filter_map(|row| number(row, field)).fold(0, Millionths::saturating_add)
    };
    let (mut compared, mut equal) = (0_usize, 0_usize);
    for field in counts(template) {
        let own = sum(own, field);
        if own > 0 {
            compared += 1;
            equal += usize::from(sum(others, field) == own);
        }
    }
    (compared, equal)
}

/// Whether each count of a row is at least that of every other one.
pub(super) fn exceeds(template: &Template, rows: &[Row], at: usize) -> bool {
    let Some(row) = rows.get(at) else { return false };
    let own: Vec<(&Field, Millionths)> =
        counts(template).filter_map(|field| Some((field, number(row, field)?))).collect();
    let is_most = |(field, own): &(&Field, Millionths)| {
        rows.iter().all(|row| number(row, field).is_none_or(|n| n <= *own))
    };
    own.len() >= 2 && own.iter().all(is_most)
}

/// What the rows below the first come to, held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// The same, but for slips: they are its parts.
    Same,
    /// Less: some of its parts, or others that are small.
    Less,
    /// More in some columns: one of them was mistyped, or they are others.
    Mixed,
    /// More: they are others.
    More,
}

/// Holds the counts of the first row against what the others come to. Where both are nothing they say nothing.
pub(super) fn against_first(template: &Template, rows: &[Row]) -> Against {
    let (first, others) = rows.split_at(1.min(rows.len()));
    let sum = |rows: &[Row], field: &Field| {
        rows.iter().filter_map(|row| number(row, field)).fold(0, Millionths::saturating_add)
    };
    let (mut compared, mut more, mut same) = (0_usize, 0_usize, 0_usize);
    for field in counts(template) {
        let (own, sum) = (sum(first, field), sum(others, field));
        if own > 0 || sum > 0 {
            let is_slip = own.abs_diff(sum).saturating_mul(SLIP_PARTS) <= own.unsigned_abs();
            compared += 1;
            more += usize::from(sum > own && !is_slip);
            same += usize::from(is_slip);
        }
    }
    match (more * 2 > compared, more) {
        (true, 1..) => Against::More,
        (false, 1..) => Against::Mixed,
        _ if same * 100 >= compared * TOTAL_FROM_PERCENT => Against::Same,
        _ => Against::Less,
    }
}

/// Whether a row sums up all the others.
pub(super) fn sums_up(template: &Template, rows: &[Row], at: usize) -> bool {
    let others = rows.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, row)| row);
    rows.get(at).is_some_and(|row| is_sum(template, row, others))
}
