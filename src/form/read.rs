//! From cells to a reading: find the labels, decide which row is the heading of the table, take values to the right
//! of labels and below headings. A sheet is this form when enough of its headings are there (V01), whatever its
//! title says; which year the title names is reported beside it.

use std::collections::{BTreeMap, HashMap};

use super::amount::measure;
use super::cell::{filled, in_measure, measure_of_sheet};
use super::grid::{Book, Sheet};
use super::label::{Form, Meaning, keys};
use super::rows;
use super::words::{FILLER_LABELS, NOTE_STARTS, SAMPLE_SHEETS};
use super::year::year_of_title;
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind, Place, Template};
use crate::domain::text::squeeze;

/// Columns to the right of a label in which its value may stand (inserted columns).
const REACH_COLUMNS: u32 = 4;
/// Rows over which a heading of several levels may extend.
const HEADING_ROWS: u32 = 3;
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
        && labels.any(|label| FILLER_LABELS.contains(&label.as_str()))
}

impl Form<'_> {
    /// Reads the form out of a book; none when no sheet of it is this form. Visible sheets come first, samples and
    /// explanations last, and a filled sheet is preferred to an empty one.
    pub fn read(&self, book: &Book) -> Option<Reading> {
        let mut order: Vec<&Sheet> = book.sheets.iter().collect();
        order.sort_by_key(|sheet| (is_sample(&sheet.grid.sheet), sheet.grid.hidden));
        let mut best: Option<Reading> = None;
        for sheet in order {
            let is_shown = !sheet.grid.hidden && !is_sample(&sheet.grid.sheet);
            if best.as_ref().is_some_and(|best| !is_shown && !best.is_empty(self.template)) {
                break;
            }
            let Some(reading) = read_sheet(self, sheet) else { continue };
            match &mut best {
                Some(_) if reading.is_empty(self.template) => {}
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
                _ => best = Some(reading),
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
    /// The measure of money that it names.
    pub measure: Option<&'static str>,
}

fn read_sheet(form: &Form, sheet: &Sheet) -> Option<Reading> {
    let template = form.template;
    let hits = find_hits(sheet, form);
    let columns = heading(template, &hits);
    let has = |at: usize| hits.iter().any(|hit| hit.meaning == Meaning::Field(at));
    let asked: Vec<(usize, &Field)> =
        template.fields.iter().enumerate().filter(|(_, field)| !field.optional_column).collect();
    let absent: Vec<String> =
        asked.iter().filter(|(at, _)| !has(*at)).map(|(_, field)| field.label.clone()).collect();
    let found = asked.len() - absent.len();
    if asked.is_empty() || found * 100 < asked.len() * usize::from(template.match_percent) {
        return None;
    }
    let (title, year) = title(form, sheet);
    let (fields, stamp) = beside_labels(form, sheet, &hits, &columns);
    let rows::Table { rows, total, next } = rows::below_headings(form, sheet, &hits, &columns);
    let sheet = sheet.grid.sheet.clone();
    Some(Reading { sheet, title, year, absent, stamp, fields, rows, total, others: Vec::from_iter(next) })
}

/// The title's text and the year in it. A title without the form's words tells no year, and still what the sheet is of.
fn title(form: &Form, sheet: &Sheet) -> (String, Option<i16>) {
    let is_title = |keys: &[String]| keys.iter().any(|key| form.title.iter().all(|word| key.contains(word)));
    if form.title.is_empty() {
        return (String::new(), None);
    }
    let mut titles = sheet.texts().filter(|(_, text, keys)| is_title(keys) && !is_note(text));
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

/// Whether a text explains the form instead of filling it.
pub fn is_note(text: &str) -> bool {
    let tight = squeeze(text);
    NOTE_STARTS.iter().any(|start| tight.starts_with(start))
        || (tight.starts_with('(') && tight.ends_with(')'))
}

fn find_hits(sheet: &Sheet, form: &Form) -> Vec<Hit> {
    let mut hits = Vec::new();
    let has_amounts = form.template.fields.iter().any(|field| field.kind == FieldKind::Amount);
    let mut texts = sheet.texts().filter(|_| has_amounts);
    let of_sheet = texts.find_map(|(_, text, _)| measure_of_sheet(text));
    for (cell, text, own_keys) in sheet.texts() {
        let span = sheet.span(cell.row, cell.col);
        let mut add = |meaning: Meaning, inline: Option<String>| {
            hits.push(Hit {
                meaning,
                row: cell.row,
                col: cell.col,
                bottom: span.bottom,
                right: span.right,
                inline,
                measure: measure(text).map(|(word, _)| word).or(of_sheet),
            });
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
    hits
}

/// The keys of a heading read together with the `levels` texts that stand above it, however they are merged; none when
/// one is missing, or when together they are longer than any label.
fn joined_heading(sheet: &Sheet, form: &Form, row: u32, col: u32, levels: u32) -> Option<Vec<String>> {
    let own = sheet.keys_at(row, col);
    let (mut brief, mut full) = (own.first()?.clone(), own.last()?.clone());
    for up in 1..=levels {
        let above = sheet.keys_covering(row.checked_sub(up)?, col);
        brief.insert_str(0, above.first()?);
        full.insert_str(0, above.last()?);
    }
    let joined = vec![brief, full];
    form.may_end_label(&joined).then_some(joined)
}

/// `填报单位:甲学院 填报人:乙` in one cell: labels with what follows their colons.
fn inline_values<'f>(form: &'f Form, text: &str) -> Vec<(&'f [Meaning], String)> {
    let mut found: Vec<(&[Meaning], String)> = Vec::new();
    if !text.contains([':', '：']) {
        return found;
    }
    let text = text.replace('：', ":");
    for chunk in text.split_whitespace() {
        let (head, tail) = chunk.split_once(':').unwrap_or(("", chunk));
        let meanings = form.meanings(&keys(head));
        if !meanings.is_empty() {
            found.push((meanings, tail.to_owned()));
        } else if let Some((_, value)) = found.last_mut() {
            value.push_str(chunk);
        } else {
            return Vec::new();
        }
    }
    found
}

/// The headings of the table by field: the rows that hold most of them. Labels elsewhere stand beside their values.
fn heading<'h>(template: &Template, hits: &'h [Hit]) -> HashMap<usize, &'h Hit> {
    let is_column = |at: usize| template.fields.get(at).is_some_and(|field| field.at == Place::Below);
    let of_rows = |top: u32| {
        let mut columns: HashMap<usize, &Hit> = HashMap::new();
        for hit in
            hits.iter().filter(|hit| (top..top + HEADING_ROWS).contains(&hit.row) && hit.inline.is_none())
        {
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
    let tops: std::collections::BTreeSet<u32> = hits.iter().map(|hit| hit.row).collect();
    let mut best = HashMap::new();
    for top in tops {
        let columns = of_rows(top);
        let starts_here = columns.values().any(|hit| hit.row == top);
        if starts_here && columns.len() > best.len() {
            best = columns;
        }
    }
    if best.len() < TABLE_FROM_HEADINGS.min(template.columns().count()) { HashMap::new() } else { best }
}

/// Values beside labels: of fields that stand right, of columns without a table, and of the stamp line.
fn beside_labels(
    form: &Form,
    sheet: &Sheet,
    hits: &[Hit],
    columns: &HashMap<usize, &Hit>,
) -> (BTreeMap<String, Entry>, Option<Entry>) {
    let mut fields: BTreeMap<String, Entry> = BTreeMap::new();
    let mut stamp: Option<Entry> = None;
    for hit in hits {
        let field = match hit.meaning {
            Meaning::Field(at) => form.template.fields.get(at).map(|field| (at, field)),
            Meaning::Stamp => None,
            Meaning::Frame => continue,
        };
        let is_heading = columns.values().any(|column| (column.row, column.col) == (hit.row, hit.col));
        if is_heading {
            continue;
        }
        let mut entry = beside(form, sheet, hits, hit);
        if let Some((_, field)) = field {
            entry.value = in_measure(field, hit.measure, entry.value);
        }
        match field {
            // A second place that names the unit is the stamp line.
            Some((_, field)) if field.kind == FieldKind::Unit => keep(&mut stamp, entry),
            None => keep(&mut stamp, entry),
            Some((at, field)) if !columns.contains_key(&at) => {
                let mut slot = fields.remove(&field.id);
                keep(&mut slot, entry);
                fields.extend(slot.map(|entry| (field.id.clone(), entry)));
            }
            Some(_) => {}
        }
    }
    (fields, stamp)
}

fn keep(slot: &mut Option<Entry>, entry: Entry) {
    if slot.as_ref().is_none_or(Entry::is_blank) && (slot.is_none() || !entry.is_blank()) {
        *slot = Some(entry);
    }
}

/// The value beside a label: in its own cell after a colon, to the right, else below.
fn beside(form: &Form, sheet: &Sheet, hits: &[Hit], hit: &Hit) -> Entry {
    if let Some(value) = &hit.inline {
        return Entry {
            value: filled(form, &Value::Text(value.clone())),
            cell: sheet.place(hit.row, hit.col),
        };
    }
    let is_label = |row: u32, col: u32| hits.iter().any(|h| (h.row, h.col) == (row, col));
    let entry = |row: u32, col: u32| {
        let value = filled(form, sheet.value(row, col)?);
        let entry = Entry { value, cell: sheet.place(row, col) };
        (!entry.is_blank() && !is_label(row, col) && !is_note(&entry.text())).then_some(entry)
    };
    for row in hit.row..=hit.bottom.min(hit.row + HEADING_ROWS) {
        let reach = (hit.right + 1..hit.right + 1 + REACH_COLUMNS).take_while(|col| !is_label(row, *col));
        if let Some(found) = reach.filter_map(|col| entry(row, col)).next() {
            return found;
        }
    }
    let empty = || Entry { value: Value::Text(String::new()), cell: sheet.place(hit.row, hit.right + 1) };
    let below = entry(hit.bottom + 1, hit.col).filter(|_| stands_over_its_value(sheet, hits, hit));
    below.unwrap_or_else(empty)
}

/// Whether the value of a label may stand under it: labels that stand side by side head a row of values, and one that
/// has its row to itself heads a text. A label with an empty cell beside it was left unfilled, whatever comes below.
fn stands_over_its_value(sheet: &Sheet, hits: &[Hit], hit: &Hit) -> bool {
    let below = hit.bottom + 1;
    if hits.iter().any(|other| other.row == below) {
        return false;
    }
    let beside = hits.iter().filter(|other| other.row == hit.row && other.col != hit.col);
    let is_next = |other: &Hit| other.right + 1 == hit.col || other.col == hit.right + 1;
    let filled =
        |row: u32| sheet.texts().filter(|(cell, text, _)| cell.row == row && !text.trim().is_empty()).count();
    beside.into_iter().any(is_next) || (filled(hit.row) == 1 && filled(below) == 1)
}
