//! The day of which a form says that it is, where one is asked for every day: in its title, beside 统计日期, in a column of days.
//! Sheets are copied from day to day and the day in them is forgotten at times, so that where anything else names another day a
//! person decides, and a day that nothing else bears out is asked about. The day on which it was filled in (填报日期) weighs less.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Time};

use super::clues::FormRead;
use crate::domain::facts::{Cell, Content, Grid, PartFacts, Value};
use crate::domain::template::Template;
use crate::form::{FILLED_LABELS, is_note};
use crate::recognition::day::{Range, Told, all_days};
use crate::recognition::hours::over_midnight;
use crate::recognition::squeeze;

/// Over a column of days, and before a single one.
const DAY_HEADS: &[&str] = &["日期", "时间", "统计日期", "统计时间", "活动日期", "活动时间", "数据日期"];
/// Of these, what says of which day the figures are and not when they were written down.
const OWN_DAYS: &[&str] = &["统计日期", "统计时间", "活动日期", "活动时间", "数据日期"];
/// In the title of a table of several days.
const SUM_WORD: &str = "累计";
/// One of these stands in a day that is written out.
const DAY_LETTERS: [char; 3] = ['月', '日', '号'];

/// The days of which it is asked, and the hour until which one of them may be sent on the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub range: Range,
    pub until: Time,
}

/// What a form says of its day.
#[derive(Debug, Default)]
pub(super) struct Printed {
    /// The days of the range that it names.
    days: BTreeSet<Date>,
    /// The last day on which it was filled in.
    filled: Option<Date>,
    /// Whether it says that it is of several.
    is_sum: bool,
    /// The first of several that it names together.
    first: Option<Date>,
    /// Hours over midnight that may be of either day.
    hours: Option<(Date, Date)>,
}

/// What the forms of a part say of their day. `templates`: what is asked for by the title that they have.
pub(super) fn printed(
    part: &PartFacts,
    read: &[FormRead],
    templates: &BTreeMap<String, Template>,
    asked: Asked,
) -> Printed {
    let mut printed = Printed::default();
    let Content::Book { grids } = &part.content else { return printed };
    for FormRead { reading, form } in read {
        let Some(grid) = grids.iter().find(|grid| grid.sheet == reading.sheet) else { continue };
        let rows: BTreeSet<u32> = reading.rows.iter().map(|row| row.row).collect();
        if rows.is_empty() {
            continue;
        }
        // What asks for sums by its own title is of its day all the same.
        let is_asked = templates.get(form).is_some_and(|template| template.title.contains(SUM_WORD));
        printed.is_sum |= !is_asked && reading.title.contains(SUM_WORD);
        let of_sheet = all_days(&grid.sheet, &asked.range);
        printed.days.extend(of_sheet.first().filter(|_| of_sheet.len() == 1));
        let cells = Cells::of(grid, &rows);
        printed.take_heads(&cells, &reading.title, asked);
        printed.take_foot(&cells, asked);
    }
    printed
}

/// The cells of a sheet that may say its day, ready to be found: one of nothing but 日期 is looked through no more than once.
struct Cells<'g> {
    /// Over the rows.
    heads: BTreeMap<u32, BTreeMap<u32, &'g Cell>>,
    /// In the rows, by column.
    below: BTreeMap<u32, Vec<&'g Cell>>,
    /// Under the rows.
    foot: Vec<&'g Cell>,
}

impl<'g> Cells<'g> {
    fn of(grid: &'g Grid, rows: &BTreeSet<u32>) -> Self {
        let mut cells = Self { heads: BTreeMap::new(), below: BTreeMap::new(), foot: Vec::new() };
        for cell in &grid.cells {
            if rows.first().is_some_and(|top| cell.row < *top) {
                cells.heads.entry(cell.row).or_default().insert(cell.col, cell);
            } else if rows.contains(&cell.row) {
                cells.below.entry(cell.col).or_default().push(cell);
            } else if rows.last().is_some_and(|last| cell.row > *last) {
                cells.foot.push(cell);
            }
        }
        cells
    }

    fn heads(&self) -> impl Iterator<Item = (&'g Cell, &'g str)> {
        self.heads.values().flat_map(BTreeMap::values).filter_map(|cell| match &cell.value {
            Value::Text(text) if !is_note(text) => Some((*cell, text.as_str())),
            _ => None,
        })
    }

    fn beside(&self, cell: &Cell) -> Option<&'g Cell> {
        self.heads.get(&cell.row)?.range(cell.col + 1..).next().map(|(_, beside)| *beside)
    }

    fn under(&self, cell: &Cell) -> Option<&'g Cell> {
        self.heads.get(&(cell.row + 1))?.get(&cell.col).copied()
    }

    /// The days in the rows of some columns.
    fn days_below(&self, cols: &BTreeSet<u32>, asked: Asked) -> Vec<Date> {
        let cells = cols.iter().filter_map(|col| self.below.get(col)).flatten();
        cells.filter_map(|cell| day_in(cell, asked)).collect()
    }
}

impl Printed {
    /// Takes what the cells over the rows say.
    fn take_heads(&mut self, cells: &Cells, title: &str, asked: Asked) {
        let (mut days, mut filled) = (BTreeSet::new(), BTreeSet::new());
        // Where the day stands that a label in a cell of its own is of.
        let mut values = BTreeSet::new();
        for (cell, text) in cells.heads() {
            let tight = squeeze(text);
            if is_of_filling(&tight) && all_days(text, &asked.range).is_empty() {
                let near = [cells.beside(cell), cells.under(cell)].into_iter().flatten();
                match near.filter(|near| is_bare(near)).find_map(|near| Some((near, day_in(near, asked)?))) {
                    Some((near, day)) => {
                        values.insert((near.row, near.col));
                        self.filled = self.filled.max(Some(day));
                    }
                    None => _ = filled.insert(cell.col),
                }
            } else if DAY_HEADS.contains(&tight.trim_end_matches(':')) {
                days.insert(cell.col);
                self.days.extend(cells.beside(cell).and_then(|beside| day_in(beside, asked)));
            }
        }
        self.days.extend(cells.days_below(&days, asked));
        self.filled = self.filled.max(cells.days_below(&filled, asked).into_iter().max());
        for (_, text) in cells.heads().filter(|(cell, _)| !values.contains(&(cell.row, cell.col))) {
            if is_dated(text, asked) || text.trim() == title {
                self.take_text(text, asked);
            }
        }
    }

    /// Takes what stands under the rows: the day with which a page is signed is the one on which it was filled in.
    fn take_foot(&mut self, cells: &Cells, asked: Asked) {
        let texts = cells.foot.iter().filter_map(|cell| match &cell.value {
            Value::Text(text) if !is_note(text) && is_dated(text, asked) => Some(text),
            _ => None,
        });
        for text in texts {
            let tight = squeeze(text);
            let label = tight.split_once(':').map_or("", |(label, _)| label);
            if OWN_DAYS.contains(&label) {
                self.take_text(text, asked);
            } else if is_of_filling(&tight) || label == "日期" || signs_a_page(&tight) {
                self.filled = self.filled.max(all_days(text, &asked.range).last().copied());
            }
        }
    }

    /// Takes the day that a cell names in a sentence, a title or a line of labels.
    fn take_text(&mut self, text: &str, asked: Asked) {
        let tight = squeeze(text);
        if is_of_filling(&tight) {
            self.filled = self.filled.max(all_days(text, &asked.range).first().copied());
            return;
        }
        if let Some(hours) = over_midnight(text, &asked.range, asked.until) {
            match hours.day.filter(|day| asked.range.holds(*day)) {
                Some(day) => _ = self.days.insert(day),
                None => self.hours = Some(hours.ends),
            }
            return;
        }
        let days = all_days(text, &asked.range);
        // Who names all days of the activity names none.
        let is_whole = days.first() == Some(&asked.range.from) && days.last() == Some(&asked.range.to);
        if days.len() > 1 && !is_whole {
            self.is_sum = true;
            self.first = self.first.or(days.first().copied());
        }
        self.days.extend(days.first().filter(|_| days.len() == 1));
    }

    /// The day of the form, with what everything else tells of it.
    pub(super) fn weigh(&self, told: Told, arrived: DateTime, says: &str, asked: Asked) -> Told {
        let is_by_arrival = told.is_by_arrival;
        let open = |why: String| Told { day: told.day, why, is_open: true, is_by_arrival: false };
        if self.is_sum || self.days.len() > 1 {
            let first = self.days.first().copied().or(self.first);
            let why = "表内是好几天的，不知是哪一天的，请认定".to_owned();
            return Told { day: told.day.or(first), ..open(why) };
        }
        let today = arrived.date();
        let is_past = |day: Date| day < today;
        // Until the hour at which the day before ends, what names it is not late.
        let is_last_night =
            |day: Date| day.tomorrow().is_ok_and(|next| next == today) && arrived.time() <= asked.until;
        if let (Some((from, to)), None) = (self.hours, self.days.first()) {
            return open(format!(
                "表内统计的是{}至{}跨夜的时段，不知算哪一天的，请认定",
                shown(from),
                shown(to)
            ));
        }
        let Some(day) = self.days.first().copied() else {
            return match self.filled.filter(|day| is_by_arrival && is_past(*day)) {
                Some(day) if is_last_night(day) => sure(day, "表内填报日期"),
                Some(day) => open(format!("表内填报日期是{}，不知是哪一天的，请认定", shown(day))),
                None => told,
            };
        };
        match told.day {
            Some(other) if other == day && !told.is_open => told,
            _ if told.is_open && all_days(says, &asked.range).contains(&day) && day <= today => {
                sure(day, "表内")
            }
            _ if is_by_arrival && is_last_night(day) => sure(day, "表内"),
            None if day > today => Told {
                day: Some(day),
                ..open(format!("表内写明{}，还没有到，请认定", shown(day)))
            },
            None if told.is_open || is_by_arrival => sure(day, "表内"),
            None => told,
            // What the mail says leaves open of which day it is, and so it stays.
            Some(other) if other == day => open(format!("表内写明{}；{}", shown(day), told.why)),
            Some(other) => {
                let by = if is_by_arrival { "来件已是" } else { "来件所说的是" };
                open(format!("表内写明{}，{by}{}，请认定", shown(day), shown(other)))
            }
        }
    }
}

/// Whether a text may name a day: by its letters, or in figures with the year. A number of a telephone may look like a day.
fn is_dated(text: &str, asked: Asked) -> bool {
    let tight = squeeze(text);
    let year = asked.range.from.year().to_string();
    let is_mark = |c: char| matches!(c, '.' | '-' | '/') || c.is_ascii_digit();
    let mut behind = tight.match_indices(&year).filter_map(|(at, _)| tight.get(at + year.len()..));
    tight.contains(DAY_LETTERS) || behind.any(|behind| behind.starts_with(is_mark))
}

/// Whether a text names the day on which a form was filled in.
pub(super) fn is_of_filling(tight: &str) -> bool {
    FILLED_LABELS.iter().any(|word| tight.contains(word))
}

fn sure(day: Date, whence: &str) -> Told {
    let why = format!("{whence}写明{}", shown(day));
    Told { day: Some(day), why, is_open: false, is_by_arrival: false }
}

/// What stands in a day with which a page is signed, and behind it: its weekday, an hour, who signs.
const SIGNING: &str = "年月日号.-/:()〇○零一二三四五六七八九十星期周天时点分秒上中下午晚盖签公印章填制";

/// Whether a text is a day, as a page is signed with it, and no sentence about one.
fn signs_a_page(tight: &str) -> bool {
    tight.chars().all(|c| c.is_ascii_digit() || SIGNING.contains(c))
}

/// Whether a cell begins with a figure, and not with a label of its own.
fn is_bare(cell: &Cell) -> bool {
    let Value::Text(text) = &cell.value else { return false };
    squeeze(text).starts_with(|c: char| c.is_numeric() || "一二三四五六七八九十".contains(c))
}

/// The day that a cell holds.
fn day_in(cell: &Cell, asked: Asked) -> Option<Date> {
    let Value::Text(text) = &cell.value else { return None };
    if let Some(hours) = over_midnight(text, &asked.range, asked.until) {
        return hours.day.filter(|day| asked.range.holds(*day));
    }
    let days = all_days(text, &asked.range);
    days.first().copied().filter(|_| days.len() == 1)
}

fn shown(day: Date) -> String {
    format!("{}月{}日", day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_names_a_day_signs_no_page() {
        let plain = ["2023年5月16日", "2023-05-16", "二〇二三年五月十六日", "5.16"];
        let more = ["2023年5月16日(盖章)", "2023年5月16日星期二", "2023-05-1617:00:00", "5月16日17时30分"];
        for text in plain.into_iter().chain(more) {
            assert!(signs_a_page(text), "{text}");
        }
        for text in ["2.本表自5月14日起每日17:00前填报", "5月12日整改1处"] {
            assert!(!signs_a_page(text), "{text}");
        }
    }
}
