//! Rows of a table that are counted in another one, or only head those below them: 其中：本部 under its school, the name of a town over
//! its schools and their 小计. Taken for units of their own they would be added twice, or sent back as unfilled.

use std::collections::BTreeMap;

use super::grid::Sheet;
use super::lines::{has_figures, is_name_alone, unit_text};
use super::places::{Lies, SAME_LEVEL, is_of_a_school, lies, place_end};
use super::read::{Entry, Row};
use super::subtotal::{Against, Called, SUMMED_ROWS_MAX, against_first, comes_to, is_sum, is_telling};
use super::words::{GROUP_KINDS, GROUP_WORDS, OPEN_NAMES, PLACE_ENDS, SHARE_ROWS, UNIT_KINDS};
use crate::domain::facts::Value;
use crate::domain::template::{FieldKind, Template};
use crate::domain::text::squeeze;

/// Rows in which what is counted in one above is looked for.
const SHARES_MAX: usize = 20;

/// Columns before a name in which 其中 may stand.
const BESIDE_COLUMNS: u32 = 3;

/// Where rows begin of which nobody can tell by the table whether they are counted in one above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The cell of the first.
    pub begin: String,
    /// The place on the first row, if all is clear where it is the unit's own: then they are its parts.
    pub whole: Option<String>,
    /// Whether they are added to it as long as nobody says.
    pub is_added: bool,
}

/// Takes out the rows that come to one above them, of which the first calls itself its part (其中：甲校).
pub(super) fn drop_sums(template: &Template, rows: &mut Vec<Row>) {
    let parts = |rows: &[Row], at: usize| {
        let (above, below) = (rows.get(at.checked_sub(1)?)?, rows.get(at..)?);
        let name = unit_text(template, above);
        // A sum that bears no name is the table's.
        if name.is_empty() {
            return None;
        }
        // Figures that come to as much by chance put no county into another.
        let within = below.iter().take_while(|row| lies(&name, &unit_text(template, row)) != Lies::Beside);
        let runs = (1..=within.take(SHARES_MAX).count()).filter_map(|end| Some((end, below.get(..end)?)));
        runs.into_iter().find(|(_, run)| is_sum(template, above, run.iter())).map(|(end, _)| end)
    };
    let mut at = 1;
    while rows.len() <= SUMMED_ROWS_MAX && at < rows.len() {
        match rows.get(at).filter(|row| is_share(template, row)).and_then(|_| parts(rows, at)) {
            Some(end) => drop(rows.drain(at..at + end)),
            None => at += 1,
        }
    }
}

/// Takes out what is counted in a row above it by what a total says, which the others come to; and what divides the total itself
/// once more below it (其中：公办, 民办).
pub(super) fn drop_beside_total(template: &Template, rows: &mut Vec<Row>, total: &Row) {
    drop_total_called_otherwise(template, rows, total);
    let stray = strays(template, rows);
    let inner = inner_rows(template, rows);
    let first = rows.iter().position(|row| is_share(template, row));
    if (first.is_none() && inner.is_empty()) || comes_to(template, total, rows) {
        return;
    }
    let below = first.filter(|at| rows.get(*at).is_some_and(|row| row.row > total.row));
    if let Some(at) = below {
        let ends = |at: usize| rows.split_at_checked(at).filter(|(head, _)| comes_to(template, total, head));
        let is_twice = |end: &usize| ends(*end).is_some_and(|(_, rest)| comes_to(template, total, rest));
        if at > 0 && ends(at).is_some() {
            return rows.truncate(at);
        }
        if at == 0
            && let Some(end) = (1..rows.len().min(SHARES_MAX)).find(is_twice)
        {
            rows.drain(..end);
            return;
        }
    }
    let kept = |is_out: &dyn Fn(&Row) -> bool| -> Vec<Row> {
        rows.iter().filter(|row| !is_out(row)).cloned().collect()
    };
    let is_stray = |row: &Row| stray.contains(&row.row) || inner.contains(&row.row);
    let shares = kept(&|row| is_share(template, row));
    let all = kept(&|row| is_share(template, row) || is_stray(row));
    if let Some(kept) =
        [shares, all].into_iter().find(|rows| !rows.is_empty() && comes_to(template, total, rows))
    {
        *rows = kept;
    }
}

/// Takes out the row that bears the name of all the others and comes to the total as they do: 绵阳市 over its counties and 合计.
fn drop_total_called_otherwise(template: &Template, rows: &mut Vec<Row>, total: &Row) {
    let Some((first, rest)) = rows.split_first() else { return };
    let is_twice = comes_to(template, total, std::slice::from_ref(first)) && comes_to(template, total, rest);
    if is_twice && rest.len() > 1 && is_telling(template, first) {
        rows.remove(0);
    }
}

/// Rows of schools or towns that come to the one of the place or kind above them (旌阳区, 一、公办), although they do not say that they
/// are its parts.
fn inner_rows(template: &Template, rows: &[Row]) -> Vec<u32> {
    let mut found = Vec::new();
    if rows.len() > SUMMED_ROWS_MAX {
        return found;
    }
    for (at, above) in rows.iter().enumerate() {
        let place = unit_text(template, above);
        let is_head = place_end(&place).is_some() || (!place.is_empty() && is_group(&place));
        if !is_head || is_share(template, above) {
            continue;
        }
        let is_inside = |row: &&Row| {
            let name = unit_text(template, row);
            // No county lies in 市直属学校.
            let is_apart = place_end(&place).is_none() && place_end(&name).is_some();
            !is_apart
                && lies(&place, &name) == Lies::Within
                && !name.is_empty()
                && !is_group(&name)
                && !is_share(template, row)
        };
        let below = rows.get(at + 1..).unwrap_or_default();
        let most = below.iter().take(SHARES_MAX).take_while(is_inside).count();
        let least = if is_telling(template, above) { 1 } else { 2 };
        let mut runs = (least..=most).filter_map(|end| below.get(..end));
        found.extend(
            runs.find(|run| is_sum(template, above, run.iter())).into_iter().flatten().map(|row| row.row),
        );
    }
    found
}

/// Takes out what is called a part of a row above it where nothing sums them up, with all that follow below a single row if they
/// are no more than it. Returns from where on a person must say whose rows they are.
pub(super) fn drop_shares(template: &Template, rows: &mut Vec<Row>) -> Option<Doubt> {
    let inner = inner_rows(template, rows).into_iter().next();
    let inner = rows.iter().position(|row| Some(row.row) == inner).and_then(|at| {
        let whole = rows.first().filter(|_| at == 1).map(|first| unit_text(template, first));
        Some(Doubt { begin: cell(template, rows.get(at)?)?, whole, is_added: true })
    });
    let told = match rows.iter().position(|row| is_share(template, row)) {
        None | Some(0) => None,
        Some(1) => drop_parts(template, rows),
        Some(_) => drop_named(template, rows),
    };
    told.or(inner)
}

/// Whether nothing but 其中 stands in the place of a name, over what follows.
pub(super) fn heads_shares(name: &str) -> bool {
    SHARE_ROWS.iter().any(|word| name.trim_end_matches(':') == word.trim_end_matches(':'))
}

/// Says of a row beside which 其中 stands in a column of its own, or is merged over it, that it is a part.
pub(super) fn take_beside(sheet: &Sheet, name: (&str, u32), row: u32, entries: &mut BTreeMap<String, Entry>) {
    let (unit, col) = name;
    let says = |left: u32| {
        let own = Some(sheet.text(row, left)).filter(|text| !text.trim().is_empty());
        let over = || sheet.merged_from(left, row).map(|span| sheet.text(span.top, span.left));
        own.or_else(over).is_some_and(|text| heads_shares(&squeeze(text)))
    };
    if let Some(entry) = entries.get_mut(unit)
        && !entry.is_blank()
        && (col.saturating_sub(BESIDE_COLUMNS)..col).any(says)
    {
        entry.value = Value::Text(format!("其中：{}", entry.text()));
    }
}

/// Takes out the rows of nothing but 其中.
pub(super) fn drop_heads(template: &Template, rows: &mut Vec<Row>) {
    rows.retain(|row| !is_name_alone(template, row) || !heads_shares(&unit_text(template, row)));
}

fn is_share(template: &Template, row: &Row) -> bool {
    let name = unit_text(template, row);
    // （其中：甲校）, 2.其中：甲校, 旌阳区（其中：职高）.
    let begin = name.trim_start_matches(|c: char| !c.is_alphabetic());
    SHARE_ROWS.iter().any(|word| begin.starts_with(word)) || name.contains("(其中:")
}

/// Takes out what calls itself a part. What stands behind it in the place above may be another one that does not.
fn drop_named(template: &Template, rows: &mut Vec<Row>) -> Option<Doubt> {
    let stray = strays(template, rows).into_iter().next();
    let begin = rows.iter().find(|row| Some(row.row) == stray).and_then(|row| cell(template, row));
    rows.retain(|row| !is_share(template, row));
    begin.map(|begin| Doubt { begin, whole: None, is_added: true })
}

/// Rows behind 其中：甲校 in a table of places that may be in the same one: 旌阳区, 其中：甲校, 乙校, 什邡市.
fn strays(template: &Template, rows: &[Row]) -> Vec<u32> {
    let (mut found, mut ends, mut head, mut is_behind) = (Vec::new(), Vec::new(), String::new(), false);
    for row in rows {
        let name = unit_text(template, row);
        if is_share(template, row) {
            is_behind = place_end(&head).is_some();
            continue;
        }
        let is_sibling = place_end(&name).is_some_and(|end| ends.contains(&end));
        if !is_behind || is_sibling || lies(&head, &name) == Lies::Beside || is_group(&name) {
            is_behind = false;
            ends.extend(place_end(&name));
            head = name;
        } else {
            found.push(row.row);
        }
    }
    found
}

/// Takes out the parts of a single row, of which the first calls itself so: 甲校, 其中：本部, 分校. Schools may follow as well (乙校),
/// and only the figures tell, or the names where they are of places: where they do not, the first is told.
fn drop_parts(template: &Template, rows: &mut Vec<Row>) -> Option<Doubt> {
    let first = rows.first().map(|row| unit_text(template, row)).unwrap_or_default();
    let others = || rows.iter().skip(1).filter(|row| !is_share(template, row));
    let lie = |how: Lies| others().any(|row| lies(&first, &unit_text(template, row)) == how);
    if lie(Lies::Beside) {
        return drop_named(template, rows);
    }
    let is_open = lie(Lies::Open);
    let begin = others().next().and_then(|row| cell(template, row));
    let against = against_first(template, rows);
    match against {
        Against::Same | Against::Less => rows.truncate(1),
        Against::Mixed | Against::More => rows.retain(|row| !is_share(template, row)),
    }
    let begin = begin?;
    match against {
        Against::Same | Against::More => None,
        Against::Mixed => Some(Doubt { begin, whole: None, is_added: true }),
        // Below 绵阳市 all lies in it, if the table is its own; in 东校区 lies no library.
        Against::Less if is_open => Some(Doubt { begin, whole: Some(first), is_added: false }),
        Against::Less if place_end(&first).is_some() && !is_of_a_school(&first) => None,
        Against::Less => Some(Doubt { begin, whole: None, is_added: false }),
    }
}

/// The cell of the name of a row.
fn cell(template: &Template, row: &Row) -> Option<String> {
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit)?;
    row.entries.get(&unit.id).map(|entry| entry.cell.clone())
}

/// Whether a name is made of words for groups alone: 市直属学校, 一、公办, 市本级; 县职业中学 is one school.
fn is_group(name: &str) -> bool {
    let called = name.trim_start_matches(|c: char| !c.is_alphabetic());
    called.ends_with("本级") || (!may_be_one(called) && behind_group_words(called).is_empty())
}

/// Whether a name begins with the word of its place, as that of its only school does.
fn may_be_one(called: &str) -> bool {
    let begins = longest(GROUP_WORDS, |word| called.starts_with(word));
    begins.is_some_and(|word| PLACE_ENDS.contains(&word)) && !called.contains(['属', '直', '级'])
}

/// What a name without figures is that stands over the rows of a 小计.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    /// 甲镇 over its schools, 公办幼儿园.
    Caption,
    /// A school that left its row blank.
    Unit,
    /// 东山教育联盟 may be either.
    Either,
}

/// What an office is called by in its end.
const OFFICE_ENDS: &[&str] = &["局", "厅", "委", "府", "办", "部"];

/// Words of several.
const SEVERAL: &[&str] = &["各", "属", "直", "级", "等", "公办", "民办", "中小"];

/// The longest of the words that fit.
fn longest(words: &[&'static str], fits: impl Fn(&str) -> bool) -> Option<&'static str> {
    words.iter().copied().filter(|word| fits(word)).max_by_key(|word| word.len())
}

/// What of a name stands behind the words for groups with which it begins.
fn behind_group_words(name: &str) -> &str {
    let mut rest = name;
    while let Some(word) = longest(GROUP_WORDS, |word| rest.starts_with(word)) {
        rest = rest.strip_prefix(word).unwrap_or_default();
    }
    rest
}

/// Tells by its words what such a name is; a place over rows that are called like it is one of them.
fn over(name: &str, next: &str) -> Over {
    let called = name.trim_end_matches(':');
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    // 教育局 over 公安局 left its row blank; 各县教育局 are several.
    if OFFICE_ENDS.iter().any(|end| called.ends_with(end)) && !says(SEVERAL) {
        return Over::Unit;
    }
    // 旌阳区直属学校, 涪城区公办幼儿园: a place, and what of it.
    let behind_place =
        called.rsplit_once(['省', '市', '州', '县', '区', '旗']).map_or(called, |(_, behind)| behind);
    if behind_place != called && says(SEVERAL) && behind_group_words(behind_place).is_empty() {
        return Over::Either;
    }
    let may_be_one = may_be_one(called);
    let rest = behind_group_words(called);
    if rest.is_empty() && !may_be_one {
        return Over::Caption;
    }
    if let Some(end) = place_end(name) {
        let is_beside =
            |other: &str| SAME_LEVEL.iter().any(|ends| ends.contains(&end) && ends.contains(&other));
        return match place_end(next) {
            Some(other) if other == end => Over::Unit,
            Some(other) if is_beside(other) => Over::Either,
            _ => Over::Caption,
        };
    }
    let Some(kind) = longest(UNIT_KINDS, |kind| name.ends_with(kind)) else { return Over::Either };
    if rest.is_empty() {
        return Over::Either;
    }
    let own = name.strip_suffix(kind).unwrap_or_default();
    // 旌阳区学校 are all of them, or one.
    let is_open = GROUP_KINDS.contains(&kind) && (place_end(own).is_some() || OPEN_NAMES.contains(&own));
    if is_open { Over::Either } else { Over::Unit }
}

/// Takes out names without figures over rows that a 小计 sums up below: 甲镇, its schools, 小计. Those of them that may be units which left
/// their rows blank are returned.
pub(super) fn drop_captions(template: &Template, lines: &mut Vec<(Row, Called)>) -> Vec<Entry> {
    let called = |at: usize| lines.get(at).map(|(_, called)| *called);
    let last = (0..lines.len()).rev().find(|at| called(*at) == Some(Called::Part)).unwrap_or(0);
    let name = |at: usize| lines.get(at).map(|(row, _)| unit_text(template, row)).unwrap_or_default();
    let caption = |at: usize| {
        let begins = at.checked_sub(1).is_none_or(|before| called(before) == Some(Called::Part));
        let heads = lines
            .get(at + 1)
            .is_some_and(|(row, called)| *called == Called::Row && has_figures(template, row));
        let is_alone =
            lines.get(at).is_some_and(|(row, called)| *called == Called::Row && is_name_alone(template, row));
        let over = (at < last && begins && heads && is_alone).then(|| over(&name(at), &name(at + 1)));
        over.filter(|over| *over != Over::Unit)
    };
    let captions: Vec<Option<Over>> = (0..lines.len()).map(caption).collect();
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit);
    let either = lines.iter().zip(&captions).filter(|(_, over)| **over == Some(Over::Either));
    let told = either.filter_map(|((row, _), _)| row.entries.get(&unit?.id).cloned()).collect();
    let mut captions = captions.into_iter();
    lines.retain(|_| captions.next().flatten().is_none());
    told
}
