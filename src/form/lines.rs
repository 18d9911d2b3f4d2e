//! What stands in the rows below the headings and is no row of the table: the numbers of the columns, what they are counted in,
//! examples, captions and notes between the rows. Each of them read as a school would be sent back as one that filled nothing in.

use std::collections::BTreeMap;

use super::amount::figure;
use super::grid::Sheet;
use super::inline::is_counted_in;
use super::number::percent;
use super::read::{Hit, Row, is_note};
use super::shares::heads_shares;
use super::signing::signs;
use super::words::{FRAME_LABELS, PAGE_MARKS, REACH_ENDINGS, REMARK_STARTS, SAMPLE_ROWS, TOLD_ENDINGS};
use super::year::year_in;
use crate::domain::template::{Field, FieldKind, Template};
use crate::domain::text::squeeze;

/// Letters of a number before a name: (12), 十二.
const ORDINAL_LETTERS: usize = 3;
/// A name is no longer (characters); what is longer explains.
const NAME_CHARS: usize = 30;
/// Letters of 第 12 页 共 34 页.
const PAGE_LETTERS: usize = 10;
/// Digits of a telephone from which on it is one.
const PHONE_DIGITS: usize = 7;
/// Cells in which a row of numbers says so.
const NUMBERS_FROM: usize = 3;
/// Numbers of a day that is written out with its year.
const DAY_PARTS: usize = 3;
/// Cells in which a row of hints says so.
const HINTS_FROM: usize = 2;

/// Whether a text only counts: 1, (2), ③, 甲, 十二, B, 5=1+2.
pub(super) fn is_ordinal(text: &str) -> bool {
    let tight = squeeze(text);
    let bare = tight.trim_matches(|c| "()[]〔〕.、".contains(c));
    let is_all = |letters: &str| bare.chars().all(|c| letters.contains(c));
    let is_short = (1..=ORDINAL_LETTERS).contains(&bare.chars().count());
    let is_single = bare.chars().count() == 1
        && (is_all("甲乙丙丁戊己庚辛壬癸") || bare.chars().all(|c| c.is_ascii_alphabetic()));
    let is_formula =
        tight.contains('=') && tight.chars().all(|c| c.is_ascii_digit() || "()=+-*/×÷%".contains(c));
    (is_short && (is_all("0123456789") || is_all("一二三四五六七八九十"))) || is_single || is_formula
}

pub(super) fn unit_text(template: &Template, row: &Row) -> String {
    let unit = template.fields.iter().find(|field| field.kind == FieldKind::Unit);
    unit.and_then(|field| row.entries.get(&field.id)).map(|entry| squeeze(&entry.text())).unwrap_or_default()
}

fn figures(template: &Template) -> impl Iterator<Item = &Field> {
    template.columns().filter(|field| field.kind.adds_up() || field.kind == FieldKind::Percent)
}

/// Whether figures stand in at least half of the columns that ask for them.
pub(super) fn has_figures(template: &Template, row: &Row) -> bool {
    let asked: Vec<_> =
        figures(template).filter_map(|field| Some((field, row.entries.get(&field.id)?))).collect();
    let is_read = |(field, entry): &&(&Field, &super::read::Entry)| match field.kind {
        FieldKind::Percent => percent(&entry.value).value.is_some(),
        _ => figure(field, &entry.value).is_some(),
    };
    let read = asked.iter().filter(is_read).count();
    read > 0 && read * 2 >= asked.len()
}

/// Whether nothing stands in a row but the name of a unit, or what stands in its place.
pub(super) fn is_name_alone(template: &Template, row: &Row) -> bool {
    let is_unit = |id: &str| template.field(id).is_some_and(|field| field.kind == FieldKind::Unit);
    !unit_text(template, row).is_empty()
        && row.entries.iter().all(|(id, entry)| entry.is_blank() || is_unit(id))
}

/// A row numbering the columns (1, 2, 3 …, 甲, 乙 …, ①, (1), 5=1+2). Without a head of its own it numbers all of them, right
/// below the headings (`is_first`): a school that is named by the stamp alone may have counted 1, 2 and 3 of something.
pub(super) fn is_numbering(template: &Template, row: &Row, is_first: bool) -> bool {
    let number = |field: &Field| {
        let text = squeeze(&row.entries.get(&field.id)?.text());
        let text = text.trim_matches(|c| "()[]〔〕".contains(c));
        text.split('=').next().unwrap_or_default().parse::<f64>().ok()
    };
    let numbers: Vec<f64> = figures(template).filter_map(number).collect();
    let unit = unit_text(template, row);
    let is_series =
        numbers.len() >= NUMBERS_FROM && numbers.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1.0));
    let is_head = ["甲", "栏次", "行次", "序号", "1"].contains(&unit.as_str());
    let mut filled = row.entries.values().filter(|entry| !entry.is_blank());
    let count = filled.clone().count();
    // 甲 | 乙 | 丙 where no figures are asked for, A | B | C where they are.
    let is_all = count >= NUMBERS_FROM
        && (is_head || is_ordinal(&unit))
        && filled.all(|entry| is_ordinal(&entry.text()));
    let numbers_all = || {
        let first = figures(template).find(|field| row.entries.contains_key(&field.id)).and_then(number);
        is_first && first.is_some_and(|first| first == 1.0 || first == 2.0)
    };
    (is_series && (is_head || (unit.is_empty() && numbers_all())))
        || (is_all && (numbers.is_empty() || is_series))
}

/// A row right below the headings that says what to write in its columns: 人, 万元, %, （填写全称）.
pub(super) fn is_of_hints(template: &Template, row: &Row) -> bool {
    let is_bracketed = |text: &str| {
        let tight = squeeze(text);
        tight.starts_with('(') && tight.ends_with(')') && !tight.contains(|c: char| c.is_ascii_digit())
    };
    let filled =
        figures(template).filter_map(|field| row.entries.get(&field.id)).filter(|entry| !entry.is_blank());
    let texts: Vec<String> = filled.map(super::read::Entry::text).collect();
    let unit = unit_text(template, row);
    let is_head = unit.is_empty() || unit.ends_with("单位") || is_bracketed(&unit);
    let is_hint = |text: &String| is_counted_in(text) || is_bracketed(text);
    is_head && texts.len() >= HINTS_FROM && texts.iter().all(is_hint)
}

/// 示例, (样例)某某学院, 某某学院（示例）, 【例】, and 例 in the column of numbers.
pub(super) fn is_sample(
    template: &Template,
    sheet: &Sheet,
    columns: &BTreeMap<usize, &Hit>,
    row: &Row,
) -> bool {
    let text = unit_text(template, row);
    let unit = text.trim_start_matches(['(', '[', '【', '〔', '<', '《', '「', '*']);
    let is_marked = text.contains("(例)") || ["示例)", "样例)", "范例)"].iter().any(|end| text.contains(end));
    let first = columns.values().map(|hit| hit.col).min().unwrap_or(0);
    let mut before = (0..first).map(|col| squeeze(sheet.text(row.row, col)));
    SAMPLE_ROWS.iter().any(|word| unit.starts_with(word))
        || is_marked
        || before.any(|text| text == "例" || SAMPLE_ROWS.contains(&text.trim_matches(['(', ')'])))
}

/// Whether what stands alone in the place of a name is none: a caption over some of the rows, a note, a day, who filled the
/// form in.
pub(super) fn is_no_name(
    template: &Template,
    sheet: &Sheet,
    columns: &BTreeMap<usize, &Hit>,
    row: &Row,
) -> bool {
    let name = unit_text(template, row).trim_end_matches(':').to_lowercase();
    // A row with figures may be of one that is called so: 市长热线电话.
    if REACH_ENDINGS.iter().any(|end| name.ends_with(end)) && !has_small_figures(template, row) {
        return true;
    }
    // 存在问题 | 部分通道堵塞; 填报人：甲 | 审核人：乙.
    let is_told = || TOLD_ENDINGS.iter().any(|end| name.ends_with(end)) || is_labelled(&name);
    if figures(template).next().is_some() && is_told() && !has_a_figure(template, row) {
        return true;
    }
    if !is_name_alone(template, row) {
        return false;
    }
    is_remark(&unit_text(template, row)) || is_merged_over(template, sheet, columns, row)
}

/// Whether a row has neither a name nor a figure: who signs, and when.
pub(super) fn says_nothing(template: &Template, row: &Row) -> bool {
    let has_names = template.columns().any(|field| field.kind == FieldKind::Unit);
    has_names && unit_text(template, row).is_empty() && !has_a_figure(template, row)
}

/// Whether any figure stands in a row.
pub(super) fn has_a_figure(template: &Template, row: &Row) -> bool {
    let is_figure = |field: &Field| {
        let value = row.entries.get(&field.id).map(|entry| &entry.value);
        value.is_some_and(|value| match field.kind {
            FieldKind::Percent => percent(value).value.is_some(),
            _ => figure(field, value).is_some(),
        })
    };
    figures(template).any(is_figure)
}

/// Whether a row has figures that are none of a telephone.
fn has_small_figures(template: &Template, row: &Row) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let is_small = |field: &Field| {
        row.entries.get(&field.id).is_some_and(|entry| (1..PHONE_DIGITS).contains(&digits(&entry.text())))
    };
    figures(template).any(is_small)
}

/// Whether what stands alone in the place of a name tells of the page and not of the rows below it.
fn is_remark(unit: &str) -> bool {
    let is_sentence = unit.contains(['。', ';', '；']) || unit.chars().count() > NAME_CHARS;
    let is_marked = unit.starts_with(['*', '※']) || unit.ends_with(':') && !heads_shares(unit);
    let is_bracketed = unit.starts_with('(') && unit.ends_with(')');
    let is_signed = signs().any(|label| unit.starts_with(label));
    is_labelled(unit)
        || is_sentence
        || is_day(unit)
        || is_marked
        || is_bracketed
        || is_signed
        || is_note(unit)
        || REMARK_STARTS.iter().any(|start| unit.starts_with(start))
        || goes_on(unit)
}

/// 咨询电话：…, 业务联系人：…, 未返校原因：… in one cell.
fn is_labelled(unit: &str) -> bool {
    unit.split_once(':').is_some_and(|(label, _)| {
        let label = label.to_lowercase();
        REACH_ENDINGS.iter().chain(FRAME_LABELS).chain(TOLD_ENDINGS).any(|end| label.ends_with(end))
    })
}

/// Whether a text is a day and nothing else: 2026年5月16日, 二〇二六年五月十六日, 2026-05-16.
fn is_day(tight: &str) -> bool {
    let parts = tight.split(['年', '月', '日', '.', '-', '/', ':']).filter(|part| !part.is_empty());
    let is_number =
        |part: &str| part.chars().all(|c| c.is_ascii_digit() || "〇○零一二三四五六七八九十".contains(c));
    tight.starts_with(|c: char| c.is_ascii_digit() || c == '二')
        && parts.clone().all(is_number)
        && parts.count() >= DAY_PARTS
}

/// Whether a row with one cell closes the page: a day, or who signs, apart from the table (`is_apart`) and above the day.
pub(super) fn is_closing(sheet: &Sheet, filled: &BTreeMap<u32, Vec<u32>>, row: u32, is_apart: bool) -> bool {
    let alone = |row: u32| match filled.get(&row).map(Vec::as_slice) {
        Some([col]) => Some(squeeze(sheet.text(row, *col))).filter(|text| !text.is_empty()),
        _ => None,
    };
    let Some(text) = alone(row) else { return false };
    let next = filled.range(row + 1..).next().and_then(|(next, _)| alone(*next));
    let is_signed = || next.is_some_and(|next| is_day(&next)) && !text.contains(|c: char| c.is_ascii_digit());
    is_day(&text) || (is_apart && is_signed())
}

/// Whether a text says that a table goes on from one page to the next: 续表, 接上页, 第2页.
fn goes_on(text: &str) -> bool {
    let bare = text.trim_matches(|c| "()[]〔〕【】-—".contains(c));
    let is_page = bare.starts_with('第') && bare.ends_with('页') && bare.chars().count() <= PAGE_LETTERS;
    is_page || PAGE_MARKS.iter().any(|mark| bare.starts_with(mark))
}

/// Whether a text over headings that stand there once more says of what table they are. On a further page of the same table stand
/// its day, notes and （续表）; only another year tells of another table.
pub(super) fn is_caption(template: &Template, unit: &str) -> bool {
    let is_other_year = year_in(unit)
        .is_some_and(|year| unit.contains('年') && !unit.contains('月') && !template.is_of(year));
    is_other_year || unit.ends_with(':') || !is_remark(unit)
}

/// Whether the name of a row is merged over columns of figures.
fn is_merged_over(template: &Template, sheet: &Sheet, columns: &BTreeMap<usize, &Hit>, row: &Row) -> bool {
    let is_figure = |at: &usize| {
        template.fields.get(*at).is_some_and(|field| figures(template).any(|figure| figure.id == field.id))
    };
    let mut merges = sheet.merges_of_row(row.row).iter().filter(|span| span.right > span.left);
    let covered = |left: u32, right: u32| {
        columns.iter().any(|(at, hit)| is_figure(at) && (left..=right).contains(&hit.col))
    };
    merges.any(|span| !sheet.text(span.top, span.left).is_empty() && covered(span.left, span.right))
}

/// Whether a name begins with its number in a list: 一、公办学校, 2.请加盖公章.
pub(super) fn is_numbered(name: &str) -> bool {
    let is_numeral = |c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit();
    let inner = name.trim_start_matches('(');
    let rest = inner.trim_start_matches(is_numeral);
    rest.len() < inner.len() && rest.starts_with(['、', '.', ')'])
}
