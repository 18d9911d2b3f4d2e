//! From cells to a reading: find the labels, decide which row is the heading of the table, take values to the right
//! of labels and below headings. A sheet is this form when enough of its headings are there (V01), whatever its
//! title says; which year the title names is reported beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::{Beside, beside_labels};
use super::cell::Measures;
use super::grid::{Book, Sheet};
use super::hits::Hits;
use super::inline::inline_values;
use super::label::{Form, Meaning, keys};
use super::lines::is_ordinal;
use super::rows;
use super::shares::Doubt;
use super::signing::signs;
use super::twins;
use super::words::{NOTE_STARTS, SAMPLE_SHEETS};
use super::year::year_of_title;
use crate::domain::facts::{Cell, Value};
use crate::domain::template::{Field, FieldKind, Place, Template};
use crate::domain::text::squeeze;

/// Rows over which a heading of several levels may extend.
pub const HEADING_ROWS: u32 = 3;
/// Letters of a title, at least: 附表 is none.
const TITLE_LETTERS: usize = 6;
/// Headings in one row from which on the row is the heading of a table.
pub const TABLE_FROM_HEADINGS: usize = 3;

/// A value with the cell it stands in; blank when the cell is empty or still holds the printed hint.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// As it stands there.
    pub value: Value,
    /// `Sheet1!F7`.
    pub cell: String,
}

impl Entry {
    /// The value as text, without surrounding white space.
    pub fn text(&self) -> String {
        match &self.value {
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
        }
    }

    /// Whether nothing was filled in.
    pub fn is_blank(&self) -> bool {
        matches!(&self.value, Value::Text(text) if text.trim().is_empty())
    }
}

/// One row of the table: field id to entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Row in the sheet, from 0.
    pub row: u32,
    /// Entries of the columns that were found, blank ones included.
    pub entries: BTreeMap<String, Entry>,
}

/// What a sheet says, read as one form.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Name of the sheet.
    pub sheet: String,
    /// Whether nobody sees it who opens the workbook.
    pub is_hidden: bool,
    /// The title as printed; empty when there is none.
    pub title: String,
    /// The year that the title names.
    pub year: Option<i16>,
    /// Labels of the template that the sheet does not have, optional columns left out.
    pub absent: Vec<String>,
    /// The cell that names the reporting unit, if the sheet has one.
    pub stamp: Option<Entry>,
    /// Values beside labels, by field id.
    pub fields: BTreeMap<String, Entry>,
    /// Rows of the table without its total; never empty when the table was found.
    pub rows: Vec<Row>,
    /// The total row, labelled or recognised by its sums.
    pub total: Option<Row>,
    /// Further sheets, or tables of the same sheet, that are this form, filled with something else.
    pub others: Vec<String>,
    /// The caption of a table of another kind below this one, which is not read.
    pub further: Option<String>,
    /// Names over some of the rows, taken for captions, that may be units which left their rows blank.
    pub captions: Vec<Entry>,
    /// Rows that may be counted in one above them.
    pub parts: Option<Doubt>,
}

impl Reading {
    /// Whether another sheet holds the same values.
    fn says_same(&self, other: &Self) -> bool {
        let texts = |entries: &BTreeMap<String, Entry>| {
            entries.iter().map(|(id, entry)| (id.clone(), entry.text())).collect::<Vec<_>>()
        };
        let rows = |reading: &Self| reading.rows.iter().map(|row| texts(&row.entries)).collect::<Vec<_>>();
        texts(&self.fields) == texts(&other.fields) && rows(self) == rows(other)
    }

    /// Whether nothing but perhaps the names of the unit and of who filled it in stand in it (V02).
    pub fn is_empty(&self, template: &Template) -> bool {
        let says_nothing = |id: &str| {
            template.field(id).is_some_and(|f| f.kind == FieldKind::Unit || is_filler(template, f))
        };
        let rows = self.rows.iter().flat_map(|row| &row.entries);
        self.fields.iter().chain(rows).all(|(id, entry)| entry.is_blank() || says_nothing(id))
    }
}

/// Whether a field only says who filled the form in; where the form asks for a contact person, it may be what is asked.
fn is_filler(template: &Template, field: &Field) -> bool {
    let is_persons =
        |field: &Field| matches!(field.kind, FieldKind::Mobile | FieldKind::Phone | FieldKind::Qq);
    let mut labels = std::iter::once(&field.label).chain(&field.synonyms).flat_map(|label| keys(label));
    field.at == Place::Right
        && !template.columns().any(is_persons)
        && labels.any(|label| signs().any(|known| known == label))
}

impl Form<'_> {
    /// Reads the form out of a book; none when no sheet of it is this form. Visible sheets come first, samples and
    /// explanations last, and a filled sheet is preferred to an empty one.
    pub fn read(&self, book: &Book) -> Option<Reading> {
        let mut order: Vec<&Sheet> = book.sheets.iter().collect();
        order.sort_by_key(|sheet| (is_sample(&sheet.grid.sheet), sheet.grid.hidden));
        let mut best: Option<Reading> = None;
        let mut is_best_shown = false;
        for sheet in order {
            let is_shown = !sheet.grid.hidden && !is_sample(&sheet.grid.sheet);
            if best.as_ref().is_some_and(|best| !is_shown && !best.is_empty(self.template)) {
                break;
            }
            let Some(reading) = read_sheet(self, sheet) else { continue };
            match &mut best {
                Some(_) if reading.is_empty(self.template) => {}
                // Whoever left the form empty did not mean the example beside it, or what is hidden.
                Some(best) if is_best_shown && !is_shown => best.others.push(reading.sheet),
                Some(best) if !best.is_empty(self.template) => {
                    let is_old = |reading: &Reading| reading.year.is_some_and(|y| y != self.template.year);
                    match (is_old(best), is_old(&reading)) {
                        // Last year's figures stand beside this year's for comparison.
                        (true, false) => *best = reading,
                        (old, other) if old == other && !reading.says_same(best) => {
                            best.others.push(reading.sheet);
                        }
                        _ => {}
                    }
                }
                _ => (best, is_best_shown) = (Some(reading), is_shown),
            }
        }
        best
    }

    /// The year of a title of this form that is not the template's: an old form whose headings no longer fit.
    pub fn other_year(&self, book: &Book) -> Option<i16> {
        let titles = book.sheets.iter().map(|sheet| title(self, sheet));
        titles.filter_map(|(_, year)| year).find(|year| *year != self.template.year)
    }
}

fn is_sample(name: &str) -> bool {
    SAMPLE_SHEETS.iter().any(|word| name.contains(word))
}

/// A label found in the sheet.
#[derive(Debug, Clone)]
pub struct Hit {
    pub meaning: Meaning,
    pub row: u32,
    pub col: u32,
    pub bottom: u32,
    pub right: u32,
    /// What follows the label's colon in the same cell.
    pub inline: Option<String>,
    /// What it says that its figures are counted in, where that is more than one of them: 万元, 万.
    pub measure: Option<&'static str>,
}

impl Hit {
    /// The field that it is the label of.
    fn field(&self) -> Option<usize> {
        match self.meaning {
            Meaning::Field(at) => Some(at),
            Meaning::Stamp | Meaning::Frame => None,
        }
    }
}

fn read_sheet(form: &Form, sheet: &Sheet) -> Option<Reading> {
    let template = form.template;
    let found = find_hits(sheet, form);
    let hits = Hits::of(&found);
    let columns = twins::fuller(template, sheet, hits.all, heading(template, sheet, &hits));
    let has = |at: usize| hits.all.iter().any(|hit| hit.meaning == Meaning::Field(at));
    let asked: Vec<(usize, &Field)> =
        template.fields.iter().enumerate().filter(|(_, field)| !field.optional_column).collect();
    let absent: Vec<String> =
        asked.iter().filter(|(at, _)| !has(*at)).map(|(_, field)| field.label.clone()).collect();
    // Who signs is no part of a table: one with all of its columns and without its foot is the form.
    let asked_below = || asked.iter().filter(|(_, field)| field.at == Place::Below);
    let has_table = asked_below().count() >= TABLE_FROM_HEADINGS && asked_below().all(|(at, _)| has(*at));
    let is_weighed = |(at, field): &&(usize, &Field)| has(*at) || !(has_table && is_filler(template, field));
    let (present, weighed) = (asked.len() - absent.len(), asked.iter().filter(is_weighed).count());
    if asked.is_empty() || present * 100 < weighed * usize::from(template.match_percent) {
        return None;
    }
    let (title, year) = title(form, sheet);
    let Beside { fields, stamp, beyond } = beside_labels(form, sheet, &hits, &columns);
    let rows::Table { rows, total, next, further, captions, parts } =
        rows::below_headings(form, sheet, &hits, &columns);
    let apart = headings_apart(template, sheet, &hits, &columns).filter(|_| rows.len() > 1);
    let others = next.or(apart).into_iter().chain(beyond);
    let others = others.chain(twins::twin(sheet, hits.all, &columns)).collect();
    Some(Reading {
        sheet: sheet.grid.sheet.clone(),
        is_hidden: sheet.grid.hidden,
        title,
        year,
        absent,
        stamp,
        fields,
        rows,
        total,
        others,
        further,
        captions,
        parts,
    })
}

/// Where headings of the table stand in a row of their own, apart from the others: its further columns, below or above for want of room.
fn headings_apart(
    template: &Template,
    sheet: &Sheet,
    hits: &Hits,
    columns: &BTreeMap<usize, &Hit>,
) -> Option<String> {
    let is_column = |at: usize| template.fields.get(at).is_some_and(|field| field.at == Place::Below);
    let headings =
        |row: u32| hits.of_row(row).filter(|hit| hit.inline.is_none() && hit.field().is_some_and(is_column));
    let is_apart = |hit: &&Hit| hit.field().is_some_and(|at| is_column(at) && !columns.contains_key(&at));
    let heads = columns.values().map(|hit| hit.row).collect::<BTreeSet<u32>>();
    let mut rows = hits.rows().filter(|row| !columns.is_empty() && !heads.contains(row));
    let row = rows.find(|row| {
        headings(*row).count() >= TABLE_FROM_HEADINGS && headings(*row).any(|hit| is_apart(&hit))
    })?;
    Some(format!("{}起的一段", sheet.place(row, 0)))
}

/// The title's text and the year in it. A title without the form's words tells no year, and still what the sheet is of.
fn title(form: &Form, sheet: &Sheet) -> (String, Option<i16>) {
    if form.title.is_empty() {
        return (String::new(), None);
    }
    let mut titles = sheet.texts().filter(|(_, text, keys)| form.is_called(keys) && !is_note(text));
    let own = |year| if form.template.is_of(year) { form.template.year } else { year };
    let year = |text| year_of_title(text, form.template.year).map(own);
    let other = || {
        let mut texts = sheet.texts().map(|(_, text, _)| text.trim());
        texts.find(|text| squeeze(text).ends_with('表') && text.chars().count() >= TITLE_LETTERS)
    };
    match titles.next() {
        Some((_, text, _)) => (text.trim().to_owned(), year(text)),
        None => (other().unwrap_or_default().to_owned(), None),
    }
}

/// Whether a text explains the form instead of filling it. (1) before a name only counts.
pub fn is_note(text: &str) -> bool {
    let tight = squeeze(text);
    NOTE_STARTS.iter().any(|start| tight.starts_with(start))
        || (tight.starts_with('(') && tight.ends_with(')') && !is_ordinal(&tight))
}

fn find_hits(sheet: &Sheet, form: &Form) -> Vec<Hit> {
    let mut hits = Vec::new();
    let measures = Measures::of(form.template, sheet);
    for (cell, text, own_keys) in sheet.texts() {
        let span = sheet.span(cell.row, cell.col);
        let mut add = |meaning: Meaning, inline: Option<String>| {
            let field = match meaning {
                Meaning::Field(at) => form.template.fields.get(at),
                Meaning::Stamp | Meaning::Frame => None,
            };
            let measure = field.and_then(|field| measures.of_heading(sheet, field, text, span));
            let (row, col, bottom, right) = (cell.row, cell.col, span.bottom, span.right);
            hits.push(Hit { meaning, row, col, bottom, right, inline, measure });
        };
        let mut meanings = form.meanings(own_keys);
        for level in 1..HEADING_ROWS {
            if !meanings.is_empty() || !form.may_end_label(own_keys) {
                break;
            }
            let Some(joined) = joined_heading(sheet, form, cell.row, cell.col, level) else { break };
            meanings = form.meanings(&joined);
        }
        if !meanings.is_empty() {
            meanings.iter().for_each(|meaning| add(*meaning, None));
            continue;
        }
        for (meanings, value) in inline_values(form, text) {
            meanings.iter().for_each(|meaning| add(*meaning, Some(value.clone())));
        }
    }
    let loose = loose_hits(sheet, form, &measures, &hits);
    hits.extend(loose);
    hits
}

/// Labels of fields that stand nowhere in the sheet, written with other letters beside or below labels that do.
fn loose_hits(sheet: &Sheet, form: &Form, measures: &Measures, hits: &[Hit]) -> Vec<Hit> {
    let known: BTreeSet<usize> = hits.iter().filter_map(|hit| hit.field()).collect();
    let labels = || hits.iter().filter(|hit| hit.field().is_some() && hit.inline.is_none());
    let (rows, cols): (BTreeSet<u32>, BTreeSet<u32>) = labels().map(|hit| (hit.row, hit.col)).unzip();
    if (rows.len() < 2 && cols.len() < 2) || known.len() == form.template.fields.len() {
        return Vec::new();
    }
    let known_hits = Hits::of(hits);
    let mut found: Vec<Hit> = Vec::new();
    for (cell, text, keys) in sheet.texts() {
        if (!rows.contains(&cell.row) && !cols.contains(&cell.col)) || known_hits.is_at(cell.row, cell.col) {
            continue;
        }
        let Some(at) = form.loosely(text, keys).filter(|at| !known.contains(at)) else { continue };
        let Some(field) = form.template.fields.get(at) else { continue };
        let span = sheet.span(cell.row, cell.col);
        let measure = measures.of_heading(sheet, field, text, span);
        let (meaning, row, col, bottom, right) =
            (Meaning::Field(at), cell.row, cell.col, span.bottom, span.right);
        found.push(Hit { meaning, row, col, bottom, right, inline: None, measure });
    }
    found
}

/// The keys of a heading read together with the `levels` texts that stand above it, however they are merged; none when
/// one is missing, or when together they are longer than any label.
fn joined_heading(sheet: &Sheet, form: &Form, row: u32, col: u32, levels: u32) -> Option<Vec<String>> {
    let above = (1..=levels).rev().map(|up| Some(sheet.keys_covering(row.checked_sub(up)?, col)));
    let parts: Vec<&[String]> = above.chain([Some(sheet.keys_at(row, col))]).collect::<Option<_>>()?;
    let pick =
        |one: fn(&[String]) -> Option<&String>| parts.iter().copied().map(one).collect::<Option<Vec<_>>>();
    let (brief, full) = (pick(<[_]>::first)?, pick(<[_]>::last)?);
    let bytes = |keys: &[&String]| keys.iter().map(|key| key.len()).sum::<usize>();
    let may_be_label = bytes(&brief) <= form.longest() || bytes(&full) <= form.longest();
    let joined = |keys: &[&String]| keys.iter().map(|key| key.as_str()).collect::<String>();
    may_be_label.then(|| vec![joined(&brief), joined(&full)])
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell.value, Value::Number(_))
}

/// The headings of the table by field: the rows that hold most of them. Labels elsewhere stand beside their values.
fn heading<'h>(template: &Template, sheet: &Sheet, hits: &Hits<'h>) -> BTreeMap<usize, &'h Hit> {
    let is_column = |at: usize| template.fields.get(at).is_some_and(|field| field.at == Place::Below);
    // Rows of figures part the headings of one table from those of the next.
    let figured: BTreeSet<u32> =
        sheet.grid.cells.iter().filter(|cell| is_number(cell)).map(|cell| cell.row).collect();
    // A year typed among them is a heading itself; 备注：含夜查 or a telephone behind figures makes none of them.
    let is_heading = |hit: &Hit| hit.inline.is_none() && hit.field().is_some_and(is_column);
    let figured: BTreeSet<u32> =
        figured.into_iter().filter(|row| !hits.of_row(*row).any(is_heading)).collect();
    let of_rows = |top: u32| {
        let mut columns: BTreeMap<usize, &Hit> = BTreeMap::new();
        let end = figured.range(top + 1..).next().map_or(u32::MAX, |row| *row).min(top + HEADING_ROWS);
        for hit in hits.of_rows(top..end).filter(|hit| hit.inline.is_none()) {
            if let Meaning::Field(at) = hit.meaning
                && is_column(at)
                // Labels under one another are a list with its values beside it.
                && !columns.values().any(|other| other.col == hit.col && other.row != hit.row)
            {
                columns.entry(at).or_insert(hit);
            }
        }
        columns
    };
    let rows_of =
        |columns: &BTreeMap<usize, &Hit>| columns.values().map(|hit| hit.row).collect::<BTreeSet<u32>>();
    let mut best = BTreeMap::new();
    for top in hits.rows() {
        let columns = of_rows(top);
        let starts_here = columns.values().any(|hit| hit.row == top);
        // 填报单位 over 学校名称: the line of who reports stands above the headings and is none of them.
        let is_closer = || {
            let (own, known) = (rows_of(&columns), rows_of(&best));
            columns.len() == best.len() && own.len() < known.len() && known.contains(&top)
        };
        if starts_here && (columns.len() > best.len() || is_closer()) {
            best = columns;
        }
    }
    if best.len() < TABLE_FROM_HEADINGS.min(template.columns().count()) { BTreeMap::new() } else { best }
}
