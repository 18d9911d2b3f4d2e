//! The table of a form: rows below its headings until something else begins, and which of them is the total. A total
//! without a label is known by its sums, since clerks drop the word 合计 as often as they keep it.

use std::collections::BTreeMap;

use super::cell::{filled_at, in_measure};
use super::further::{another_title, heads_another, is_above_headings, repeats_headings, unread_below};
use super::grid::Sheet;
use super::hits::Hits;
use super::label::{Form, Meaning};
use super::lines::{
    has_figures, is_caption, is_closing, is_name_alone, is_no_name, is_numbered, is_numbering, is_of_hints,
    is_sample, unit_text,
};
use super::places::{Lies, lies};
use super::read::{Entry, Hit, Row, is_note};
use super::shares::{
    Doubt, drop_beside_total, drop_captions, drop_heads, drop_shares, drop_sums, take_beside,
};
use super::signing::{is_foot, is_moment, signs};
use super::spread::{Spread, spread};
use super::subtotal::{Before, Called, called, exceeds, settle, sums_up};
use super::table::is_not_counted;
use super::words::FRAME_LABELS;
use crate::domain::facts::Value;
use crate::domain::template::{FieldKind, Place, Template};
use crate::domain::text::squeeze;

/// Empty rows in a row after which only what looks like a row of the table is one.
const GAP_ROWS: u32 = 30;

/// What stands below the headings.
#[derive(Debug, Default)]
pub struct Table {
    /// Its rows without the total.
    pub rows: Vec<Row>,
    /// The total.
    pub total: Option<Row>,
    /// The caption of a further table with the same headings, which is not read.
    pub next: Option<String>,
    /// The caption of a table of another kind below, which nobody asked for.
    pub further: Option<String>,
    /// Names without figures over some of its rows that may be units.
    pub captions: Vec<Entry>,
    /// Rows that may be counted in one above them.
    pub parts: Option<Doubt>,
}

/// Rows of the table, and its total. One blank row when nothing was filled in, so that every flaw has its cell.
pub fn below_headings(form: &Form, sheet: &Sheet, hits: &Hits, columns: &BTreeMap<usize, &Hit>) -> Table {
    let template = form.template;
    let Some(bottom) = columns.values().map(|hit| hit.bottom).max() else { return Table::default() };
    let mut lines: Vec<(Row, Called)> = Vec::new();
    let (mut next, mut further, mut caption): (Option<String>, Option<String>, Option<Row>) =
        (None, None, None);
    let (filled, mut last, mut is_first) = (filled_rows(sheet, bottom + 1), bottom, true);
    let last_full = last_full(form, sheet, columns, &filled);
    for (&at, cols) in &filled {
        let is_summed = matches!(lines.as_slice(), [_, .., (_, Called::Whole)]);
        if ends_table(form, sheet, hits, columns, &filled, (at, is_summed)) {
            next = unread_below(form, sheet, hits, columns, &filled, (at, last_full));
            break;
        }
        next = another_title(form, sheet, at, cols).filter(|_| is_above_headings(&filled, hits, columns, at));
        if next.is_some() {
            break;
        }
        if !lines.is_empty()
            && !repeats_headings(hits, columns, at)
            && heads_another(sheet, &filled, at)
            && (at - last > 1 || is_captioned(template, &lines))
        {
            further = take_caption(template, &mut lines, at);
            break;
        }
        if repeats_headings(hits, columns, at) {
            // Headings printed anew on each page go on with the table; below a caption they begin another one.
            let caption = caption.take().filter(|row| row.row + 1 == at);
            next = caption
                .map(|row| unit_text(template, &row))
                .or_else(|| take_caption(template, &mut lines, at));
            if next.is_some() {
                break;
            }
            is_first = true;
            continue;
        }
        let row = row_at(form, sheet, columns, at);
        if row.entries.values().all(Entry::is_blank) {
            continue;
        }
        // What stands far below is of the table only where it looks like it.
        if at - last > GAP_ROWS && !is_full(template, &row) {
            break;
        }
        let is_apart = at - last > 1 || unit_text(template, &row).is_empty();
        last = at;
        let called = called_by(form, sheet, columns, &row);
        let is_none = is_numbering(template, &row, is_first)
            || is_of_hints(template, &row)
            || is_sample(template, sheet, columns, &row);
        let foots = || last_full.is_some_and(|full| full < at) && is_foot(template, &row, is_summed);
        let closes = || last_full.is_some() && (is_closing(sheet, &filled, at, is_apart) || foots());
        if called == Called::Row && (is_no_name(template, sheet, columns, &row) || closes()) {
            caption = Some(row).filter(|row| is_caption(template, &unit_text(template, row)));
        } else if called > Called::Row || !is_none {
            is_first = false;
            lines.push((row, called));
        }
    }
    let table = Table { further, ..settled(template, lines, next) };
    match table.rows.is_empty() {
        true => Table { rows: vec![blank_row(form, sheet, columns, bottom + 1)], ..table },
        false => table,
    }
}

/// The rows among the lines of a table, its total, and rows of which they leave open whose they are; and `next`.
fn settled(template: &Template, mut lines: Vec<(Row, Called)>, next: Option<String>) -> Table {
    drop_numbered(template, &mut lines);
    let captions = drop_captions(template, &mut lines);
    // 平均 and 上年同期 are no part of what a total sums up, and stand below it or above.
    let is_row = |(row, called): &(Row, Called)| *called > Called::Row || !is_not_counted(template, row);
    let (lines, beside): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_row);
    let is_labelled = lines.iter().any(|(_, called)| *called > Called::Row);
    let (mut rows, mut total) = settle(template, lines);
    drop_sums(template, &mut rows);
    if !is_labelled {
        total = take_unlabelled_total(template, &mut rows);
    }
    let parts = match &total {
        None => drop_shares(template, &mut rows),
        Some(total) => {
            drop_beside_total(template, &mut rows, total);
            None
        }
    };
    drop_heads(template, &mut rows);
    rows.extend(beside.into_iter().map(|(row, _)| row));
    rows.sort_by_key(|row| row.row);
    if rows.is_empty() {
        // A table of nothing but its total says all that the unit has to say.
        rows.extend(total.take());
    }
    Table { rows, total, next, further: None, captions, parts }
}

/// Whether the last row has nothing but words in the place of a name.
fn is_captioned(template: &Template, lines: &[(Row, Called)]) -> bool {
    lines.last().is_some_and(|(row, _)| is_name_alone(template, row))
}

/// Takes out the row right above another one, if it has words in its first column and nothing else, and says them.
fn take_caption(template: &Template, lines: &mut Vec<(Row, Called)>, below: u32) -> Option<String> {
    let is_caption = |(row, _): &mut (Row, Called)| {
        let is_unit = |id: &str| template.field(id).is_some_and(|field| field.kind == FieldKind::Unit);
        row.row + 1 == below && row.entries.iter().all(|(id, entry)| entry.is_blank() || is_unit(id))
    };
    lines.pop_if(is_caption).map(|(row, _)| unit_text(template, &row))
}

pub(super) fn row_at(form: &Form, sheet: &Sheet, columns: &BTreeMap<usize, &Hit>, row: u32) -> Row {
    let mut entries = BTreeMap::new();
    let bottom = columns.values().map(|hit| hit.bottom).max().unwrap_or(row);
    for (at, hit) in columns {
        let Some(field) = form.template.fields.get(*at) else { continue };
        let is_others = |col| {
            columns.values().any(|other| other.col > hit.col && (other.col..=other.right).contains(&col))
        };
        let found = spread(sheet, field, hit, (row, bottom), is_others);
        let mut holding = (hit.col..=hit.right).filter(|col| sheet.value(row, *col).is_some());
        // 甲街道 | 甲社区 under a heading merged over both: the last says whose row it is.
        let own = if field.kind == FieldKind::Unit { holding.next_back() } else { holding.next() };
        let (col, several) = match found {
            Some(Spread::One(col)) => (col, None),
            Some(Spread::Several(value)) => (hit.col, Some(value)),
            None => (own.unwrap_or(hit.col), None),
        };
        let value = several.or_else(|| filled_at(form, sheet, row, col));
        let value = value.unwrap_or_else(|| Value::Text(String::new()));
        let value = in_measure(field, hit.measure, value);
        entries.insert(field.id.clone(), Entry { value, cell: sheet.place(row, col) });
    }
    name_over(form, sheet, columns, row, &mut entries);
    Row { row, entries }
}

/// The first row from this one on that was left to be filled in: what is printed above it (the numbers of the columns, an
/// example) is nobody's.
fn blank_row(form: &Form, sheet: &Sheet, columns: &BTreeMap<usize, &Hit>, from: u32) -> Row {
    let mut row = row_at(form, sheet, columns, from);
    while !row.entries.values().all(Entry::is_blank) {
        row = row_at(form, sheet, columns, row.row + 1);
    }
    row
}

/// A row with figures, and without a name of its own because the one above is merged over it, is of that one.
fn name_over(
    form: &Form,
    sheet: &Sheet,
    columns: &BTreeMap<usize, &Hit>,
    row: u32,
    entries: &mut BTreeMap<String, Entry>,
) {
    let unit = |at: &usize| form.template.fields.get(*at).filter(|field| field.kind == FieldKind::Unit);
    let Some((field, hit)) = columns.iter().find_map(|(at, hit)| Some((unit(at)?, hit))) else { return };
    let id = &field.id;
    let own = (hit.col..=hit.right).rev().find(|col| sheet.value(row, *col).is_some());
    take_beside(sheet, (id, own.unwrap_or(hit.col)), row, entries);
    let is_bare = entries.iter().any(|(own, entry)| own != id && !entry.is_blank())
        && entries.get(id).is_some_and(Entry::is_blank);
    if !is_bare {
        return;
    }
    let Some(span) = sheet.merged_from(hit.col, row).filter(|span| span.top < row) else { return };
    let name = sheet.text(span.top, span.left).trim();
    // What is merged beside a total is counted in it.
    if called(form, name, Before::NameOrWhole) == Called::Row {
        let value = Value::Text(name.to_owned());
        entries.insert(id.clone(), Entry { value, cell: sheet.place(span.top, span.left) });
    }
}

/// Takes out numbered captions and notes (一、公办学校, 2.请加盖公章), unless the schools are numbered too. Where no figures are
/// asked for, or none are there, a name is all that a row says.
fn drop_numbered(template: &Template, lines: &mut Vec<(Row, Called)>) {
    if !lines.iter().any(|(row, _)| has_figures(template, row)) {
        return;
    }
    let is_alone = |row: &Row| is_name_alone(template, row) && is_numbered(&unit_text(template, row));
    if !lines.iter().any(|(row, _)| is_numbered(&unit_text(template, row)) && !is_name_alone(template, row)) {
        lines.retain(|(row, called)| *called > Called::Row || !is_alone(row));
    }
}

/// The last row with a name and figures, where figures are asked for.
fn last_full(
    form: &Form,
    sheet: &Sheet,
    columns: &BTreeMap<usize, &Hit>,
    filled: &BTreeMap<u32, Vec<u32>>,
) -> Option<u32> {
    let asks = form.template.columns().any(|field| field.kind.adds_up());
    let mut rows = filled.keys().rev().copied().filter(|_| asks);
    rows.find(|row| is_full(form.template, &row_at(form, sheet, columns, *row)))
}

/// Rows from this one on that hold something, with the columns of what they hold.
fn filled_rows(sheet: &Sheet, from: u32) -> BTreeMap<u32, Vec<u32>> {
    let mut rows: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for cell in sheet.grid.cells.iter().filter(|cell| cell.row >= from) {
        rows.entry(cell.row).or_default().push(cell.col);
    }
    rows
}

/// Whether a row has a name, where the table has names, and figures.
pub(super) fn is_full(template: &Template, row: &Row) -> bool {
    let has_names = template.columns().any(|field| field.kind == FieldKind::Unit);
    has_figures(template, row) && (!has_names || !unit_text(template, row).is_empty())
}

/// Another label of the form, a note or a line for signatures stands in this row, and the table does not go on below it.
fn ends_table(
    form: &Form,
    sheet: &Sheet,
    hits: &Hits,
    columns: &BTreeMap<usize, &Hit>,
    filled: &BTreeMap<u32, Vec<u32>>,
    (row, is_summed): (u32, bool),
) -> bool {
    let is_row = |row: u32| {
        let row = row_at(form, sheet, columns, row);
        has_figures(form.template, &row) && !is_moment(form.template, &row)
    };
    let cols = filled.get(&row).map_or(&[][..], Vec::as_slice);
    let Some(first) = cols.iter().min() else { return false };
    let beside = |hit: &&Hit| match hit.meaning {
        Meaning::Field(at) => form.template.fields.get(at).is_some_and(|field| field.at == Place::Right),
        Meaning::Stamp => true,
        // 备注：含分校 behind the figures of a school.
        Meaning::Frame => hit.inline.is_some() && (hit.col == *first || !is_row(row)),
    };
    // A total may have a colon behind it; 公办学校： is a caption over the next rows, 备注：以下为新增 a remark.
    let next = || filled.range(row + 1..).next().map(|(next, _)| row_at(form, sheet, columns, *next));
    let signs_next = |next: &Row| {
        let name = unit_text(form.template, next);
        FRAME_LABELS.iter().copied().chain(signs()).any(|label| name.trim_end_matches(':') == label)
    };
    let goes_on = || next().is_some_and(|next| is_full(form.template, &next) && !signs_next(&next));
    if hits.of_row(row).any(|hit| beside(&hit)) {
        // What stands below the sum of all and a remark is no row of it.
        return is_summed || hits.of_row(row).any(|hit| hit.meaning == Meaning::Stamp) || !goes_on();
    }
    let begin = sheet.text(row, *first);
    let is_signed = || {
        let tight = squeeze(begin);
        let is_label = |label: &str| {
            tight.strip_prefix(label).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '(']))
        };
        FRAME_LABELS.iter().copied().chain(signs()).any(is_label)
    };
    let ends = |col: &u32| squeeze(sheet.text(row, *col)).trim_end_matches('_').ends_with(':');
    let asks_figures = form.template.columns().any(|field| field.kind.adds_up());
    let is_end = is_note(begin) || cols.iter().any(ends) || (asks_figures && is_signed());
    // （续表） above the headings of the next page.
    let is_over_headings =
        || cols.len() == 1 && is_note(begin) && is_above_headings(filled, hits, columns, row);
    is_end && !is_row(row) && !goes_on() && !is_over_headings()
}

/// 合计 stands in the unit's column or left of the first number, in the unit's or one that the form does not have also behind
/// a name (全市合计). 全市 alone beside a name says whose school it is.
pub(super) fn called_by(form: &Form, sheet: &Sheet, columns: &BTreeMap<usize, &Hit>, row: &Row) -> Called {
    let field = |at: &usize| form.template.fields.get(*at);
    let is_count = |at: &usize| field(at).is_some_and(|f| f.kind.adds_up());
    let Some(first) = columns.iter().filter(|(at, _)| is_count(at)).map(|(_, hit)| hit.col).min() else {
        return Called::Row;
    };
    let is_text = |at: &usize| field(at).is_some_and(|f| f.kind != FieldKind::Unit);
    let is_other =
        |col: u32| columns.iter().any(|(at, hit)| is_text(at) && (hit.col..=hit.right).contains(&col));
    // The names may stand behind the figures.
    let is_unit = |at: &usize| field(at).is_some_and(|f| f.kind == FieldKind::Unit);
    let names = columns.iter().filter(|(at, _)| is_unit(at)).flat_map(|(_, hit)| hit.col..=hit.right);
    let own = names.clone().map(|col| called(form, sheet.text(row.row, col), Before::NameOrWhole));
    let is_named = !unit_text(form.template, row).is_empty();
    let before = |col: u32| match is_other(col) {
        true => Before::Nothing,
        false if is_named => Before::Name,
        false => Before::NameOrWhole,
    };
    let beside = (0..first).filter(|col| !names.clone().any(|own| own == *col));
    let beside = beside.map(|col| called(form, sheet.text(row.row, col), before(col)));
    own.chain(beside).max().unwrap_or(Called::Row)
}

/// Whether a row names a place beside that of another row, which it cannot sum up: 旌阳区 among 什邡市 and 绵竹市.
fn is_beside_others(template: &Template, rows: &[Row], at: usize) -> bool {
    let name = |row: &Row| unit_text(template, row);
    rows.get(at).map(name).is_some_and(|own| {
        rows.iter().enumerate().any(|(other, row)| other != at && lies(&own, &name(row)) == Lies::Beside)
    })
}

/// Takes out the last or first row when it sums up the others. A last row without a name that is more than each of them
/// is meant so, whatever it comes to; of two rows only the name that is missing tells.
fn take_unlabelled_total(template: &Template, rows: &mut Vec<Row>) -> Option<Row> {
    let last = rows.len().checked_sub(1).filter(|last| *last > 0)?;
    let is_nameless = |at: usize| rows.get(at).is_some_and(|row| unit_text(template, row).is_empty());
    let is_alone = is_nameless(last) && (0..last).all(|at| !is_nameless(at));
    let at = [last, 0].into_iter().find(|at| {
        let may_be = rows.len() > 2 || (is_alone && *at == last);
        may_be && sums_up(template, rows, *at) && !is_beside_others(template, rows, *at)
    });
    let meant = || (is_alone && rows.len() > 2 && exceeds(template, rows, last)).then_some(last);
    Some(rows.remove(at.or_else(meant)?))
}
