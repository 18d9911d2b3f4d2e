//! 每日材料统计: what came on each day of a requirement of each day, by kind, and what all of it comes to. What schools
//! sent that report through a unit stands below it and is counted too: it reached this office all the same.

use jiff::civil::Date;

use super::words::{LEGEND, day_word};
use super::{Focus, bulletin, title};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::report::book::Sheet;
use crate::report::came::OTHERS;
use crate::report::grid::{Cell, Grid, text, words as headings};
use crate::report::status::{RequirementStatus, Status, UnitStatus};

/// The sheet of a requirement of each day; none where no unit here owes it. `by_kind`: each day by its kinds, as a
/// workbook has room for; else one column a day.
pub(super) fn sheet(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    focus: Focus<'_>,
    by_kind: bool,
) -> Option<Sheet> {
    let days: Vec<Date> = match focus.day {
        Some(day) => vec![day],
        None => requirement.days().into_iter().flatten().collect(),
    };
    let by_kind = by_kind || days.len() == 1;
    let columns = Columns { requirement, days: &days, by_kind };
    let mut grid = columns.empty();
    let mut sums = vec![0; grid.head.len()];
    let mut number = 0;
    for unit in &status.units {
        let own = |unit: &UnitStatus| unit.requirements.iter().any(|own| own.id == requirement.id);
        if own(unit) {
            number += 1;
            let lead = [Cell::count(number), text(&unit.unit), text(campaign.group_title(&unit.group))];
            grid.rows.push(columns.row(lead, unit, &mut sums));
        }
        for school in unit.under.iter().filter(|school| own(school)) {
            let lead =
                [text(""), text(format!("└ {}", school.unit)), text(campaign.group_title(&school.group))];
            grid.rows.push(columns.row(lead, school, &mut sums));
        }
    }
    if grid.rows.is_empty() {
        return None;
    }
    let own = |unit: &&UnitStatus| unit.requirements.iter().any(|own| own.id == requirement.id);
    for unit in status.others.iter().filter(own) {
        let lead =
            [text(""), text(format!("{OTHERS} {}", unit.unit)), text(campaign.group_title(&unit.group))];
        grid.rows.push(columns.row(lead, unit, &mut sums));
    }
    let totals = sums.iter().skip(LEADING).map(|sum| Cell::count(*sum));
    let whole = if focus.conditions.is_empty() { campaign.roster.whole() } else { "" };
    let (all, lower) = (format!("{whole}合计"), campaign.roster.lower_units());
    grid.rows.push([text(""), text(all), text("")].into_iter().chain(totals).collect());
    grid.foot = 1;
    let groups: Vec<&str> = requirement.groups.iter().map(String::as_str).collect();
    Some(Sheet {
        name: "每日材料".to_owned(),
        title: title(status, campaign, "每日材料统计"),
        lead: bulletin::lead(status, campaign, requirement, &groups, focus),
        grid,
        notes: vec![
            LEGEND.to_owned(),
            format!("注：└ 为经该单位报送、直接来件的{lower}，“{OTHERS}”为不应报的其他单位，均计入合计。"),
        ],
        is_signed: true,
        ..Sheet::default()
    })
}

/// Columns before those of the days.
const LEADING: usize = 3;

struct Columns<'a> {
    requirement: &'a Requirement,
    days: &'a [Date],
    by_kind: bool,
}

impl Columns<'_> {
    fn kinds(&self) -> impl Iterator<Item = String> {
        self.requirement.items.iter().map(|item| item.title.clone())
    }

    /// The grid with its headings.
    fn empty(&self) -> Grid {
        let mut grid = Grid::of(headings(&["序号", "单位", "类别"]));
        let kinds = self.requirement.items.len();
        grid.widths = vec![5, 30, 22];
        for day in self.days {
            match self.by_kind {
                true => grid.head.extend(self.kinds()),
                false => grid.head.push(format!("{}-{:02}", day.month(), day.day())),
            }
        }
        // Of one day the kinds stand there already.
        let kinds_again = if self.days.len() > 1 { kinds } else { 0 };
        grid.head.extend(self.kinds().take(kinds_again));
        grid.head.push("合计".to_owned());
        let more = grid.head.len() - LEADING;
        grid.widths.extend(std::iter::repeat_n(if self.by_kind { 5 } else { 8 }, more));
        if self.by_kind {
            grid.over.push((String::new(), LEADING));
            grid.over.extend(self.days.iter().map(|day| (chinese::day(*day), kinds)));
            grid.over.push(("小计".to_owned(), kinds_again + 1));
        }
        grid
    }

    fn row(&self, lead: [Cell; LEADING], unit: &UnitStatus, sums: &mut [i64]) -> Vec<Cell> {
        let mut row: Vec<Cell> = lead.into();
        let mut kinds = vec![0; self.requirement.items.len()];
        for day in self.days {
            let own =
                unit.requirements.iter().find(|own| own.id == self.requirement.id && own.day == Some(*day));
            let counts = self.counts(own);
            let word = own.and_then(|own| day_word(own.standing));
            kinds.iter_mut().zip(&counts).for_each(|(sum, count)| *sum += count);
            match self.by_kind {
                true => row.extend(counts.iter().map(|count| cell(*count, word))),
                false => row.push(cell(counts.iter().sum(), word)),
            }
        }
        if self.days.len() > 1 {
            row.extend(kinds.iter().map(|count| Cell::count(*count)));
        }
        row.push(Cell::count(kinds.iter().sum::<i64>()));
        for (sum, cell) in sums.iter_mut().zip(&row).skip(LEADING) {
            if let Cell::Count(count) = cell {
                *sum += count;
            }
        }
        row
    }

    /// How many files of each kind came, in the order of the requirement.
    fn counts(&self, own: Option<&RequirementStatus>) -> Vec<i64> {
        let of = |id: &str| own?.items.iter().find(|item| item.id == id).map(|item| i64::from(item.count));
        self.requirement.items.iter().map(|item| of(&item.id).unwrap_or(0)).collect()
    }
}

/// How many came; where nothing came at all, how the day stands.
fn cell(count: i64, word: Option<&'static str>) -> Cell {
    match (count, word) {
        (0, Some(word)) => text(word),
        (0, None) => Cell::Nothing,
        (count, _) => Cell::Count(count),
    }
}
