//! The day of which a form says that it is, where one is asked for every day: in its title, beside 统计日期, in a column of days.
//! Sheets are copied from day to day and the day in them is forgotten at times, so that where anything else names another day a
//! person decides, and a day that nothing else bears out is asked about. The day on which it was filled in (填报日期) weighs less.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time};

use super::clues::FormRead;
use crate::domain::facts::{Cell, Content, Grid, PartFacts, Value};
use crate::form::is_note;
use crate::recognition::day::{Range, Told, all_days};
use crate::recognition::squeeze;

/// Before the day on which a form was filled in.
const FILLED_WORDS: &[&str] = &["填报日期", "填表日期", "制表日期", "报送日期", "上报日期"];
/// The same, as a time.
const FILLED_TIMES: &[&str] = &["填报时间", "填表时间", "制表时间", "报送时间", "上报时间"];
/// Over a column of days, and before a single one.
const DAY_HEADS: &[&str] = &["日期", "时间", "统计日期", "统计时间", "活动日期", "活动时间", "数据日期"];
/// In the title of a table of several days.
const SUM_WORD: &str = "累计";
/// One of these stands in a day that is written out.
const DAY_LETTERS: [char; 3] = ['月', '日', '号'];

/// What a form says of its day.
#[derive(Debug, Default)]
pub(super) struct Printed {
    /// The days of the range that it names.
    days: BTreeSet<Date>,
    /// The day on which it was filled in.
    filled: Option<Date>,
    /// Whether it says that it is of several.
    is_sum: bool,
}

/// What the forms of a part say of their day.
pub(super) fn printed(part: &PartFacts, read: &[FormRead], range: &Range) -> Printed {
    let mut printed = Printed::default();
    let Content::Book { grids } = &part.content else { return printed };
    for FormRead { reading, .. } in read {
        let Some(grid) = grids.iter().find(|grid| grid.sheet == reading.sheet) else { continue };
        let rows: BTreeSet<u32> = reading.rows.iter().map(|row| row.row).collect();
        let Some(top) = rows.first().copied() else { continue };
        printed.is_sum |= reading.title.contains(SUM_WORD);
        let of_sheet = all_days(&grid.sheet, range);
        printed.days.extend(of_sheet.first().filter(|_| of_sheet.len() == 1));
        for cell in grid.cells.iter().filter(|cell| cell.row < top) {
            printed.take_head(grid, cell, &rows, range);
        }
    }
    printed
}

impl Printed {
    /// Takes what a cell over the rows says.
    fn take_head(&mut self, grid: &Grid, cell: &Cell, rows: &BTreeSet<u32>, range: &Range) {
        let Value::Text(text) = &cell.value else { return };
        let tight = squeeze(text);
        let bare = tight.trim_end_matches(':');
        if is_note(text) {
            return;
        }
        let is_filled = FILLED_WORDS.iter().chain(FILLED_TIMES).any(|word| tight.contains(word));
        if DAY_HEADS.contains(&bare) || (is_filled && all_days(text, range).is_empty()) {
            let below = grid.cells.iter().filter(|other| other.col == cell.col && rows.contains(&other.row));
            let beside = grid.cells.iter().find(|other| other.row == cell.row && other.col > cell.col);
            let beside = beside.and_then(|other| day_in(other, range)).filter(|_| !is_filled);
            let days: Vec<Date> = below.filter_map(|other| day_in(other, range)).chain(beside).collect();
            self.days.extend(days);
        } else if is_filled {
            self.filled = all_days(text, range).first().copied();
        } else {
            // A number of a telephone may look like a day.
            let days = if tight.contains(DAY_LETTERS) { all_days(text, range) } else { Vec::new() };
            // Who names all days of the activity names none.
            let is_whole = days.first() == Some(&range.from) && days.last() == Some(&range.to);
            self.is_sum |= days.len() > 1 && !is_whole;
            self.days.extend(days.first().filter(|_| days.len() == 1));
        }
    }

    /// The day of the form, with what everything else tells of it.
    pub(super) fn weigh(
        &self,
        told: Told,
        arrived: DateTime,
        until: Time,
        says: &str,
        range: &Range,
    ) -> Told {
        let is_by_arrival = told.is_by_arrival;
        let open = |why: String| Told { day: told.day, why, is_open: true, is_by_arrival: false };
        if self.is_sum || self.days.len() > 1 {
            return open("表内是好几天的，不知是哪一天的，请认定".to_owned());
        }
        let today = arrived.date();
        let is_past = |day: Date| day < today;
        // Until the hour at which the day before ends, what names it is not late.
        let is_last_night =
            |day: Date| day.tomorrow().is_ok_and(|next| next == today) && arrived.time() <= until;
        let Some(day) = self.days.first().copied() else {
            return match self.filled.filter(|day| is_by_arrival && is_past(*day)) {
                Some(day) if is_last_night(day) => sure(day, "表内填报日期"),
                Some(day) => open(format!("表内填报日期是{}，不知是哪一天的，请认定", shown(day))),
                None => told,
            };
        };
        match told.day {
            Some(other) if other == day && !told.is_open => told,
            _ if told.is_open && all_days(says, range).contains(&day) && day <= today => sure(day, "表内"),
            _ if is_by_arrival && is_last_night(day) => sure(day, "表内"),
            None if day > today => open(format!("表内写明{}，还没有到，请认定", shown(day))),
            None if told.is_open || is_by_arrival => sure(day, "表内"),
            None => told,
            Some(other) => {
                let by = if is_by_arrival { "来件已是" } else { "来件所说的是" };
                open(format!("表内写明{}，{by}{}，请认定", shown(day), shown(other)))
            }
        }
    }
}

fn sure(day: Date, whence: &str) -> Told {
    let why = format!("{whence}写明{}", shown(day));
    Told { day: Some(day), why, is_open: false, is_by_arrival: false }
}

/// The day that a cell holds.
fn day_in(cell: &Cell, range: &Range) -> Option<Date> {
    let Value::Text(text) = &cell.value else { return None };
    let days = all_days(text, range);
    days.first().copied().filter(|_| days.len() == 1)
}

fn shown(day: Date) -> String {
    format!("{}月{}日", day.month(), day.day())
}
