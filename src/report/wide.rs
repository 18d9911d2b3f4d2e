//! The status as CSV, for machines and for whoever sorts it on: one row a unit, all that is asked beside it.

use super::csv::csv;
use super::grid::{Cell, Grid, text, words};
use super::situation::Focus;
use super::status::{RequirementStatus, Status, UnitStatus};
use super::text::deadline;
use super::words::{item_sign, sign, standing_word};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;

/// The status as CSV: UTF-8 with BOM and CRLF, as spreadsheets expect it.
pub fn status_csv(status: &Status, campaign: &Campaign, focus: Focus<'_>) -> String {
    let mut grid = Grid::of(words(&["序号", "单位", "类别", "市州"]));
    for requirement in focus.requirements(campaign) {
        match requirement.when {
            When::By { .. } => {
                grid.head.push(format!("{}（{}）", requirement.title, deadline(requirement)));
                grid.head.extend(requirement.items.iter().map(|item| item.title.clone()));
                grid.head.extend(words(&["首次报送", "报齐时间"]));
            }
            When::EachDay { .. } => grid.head.extend(days(requirement, focus).map(chinese::day)),
        }
    }
    grid.head.push("催报次数".to_owned());
    grid.rows =
        status.units.iter().zip(1..).map(|(unit, number)| row(number, unit, campaign, focus)).collect();
    csv(&grid)
}

fn days<'a>(
    requirement: &'a Requirement,
    focus: Focus<'a>,
) -> impl Iterator<Item = jiff::civil::Date> + use<'a> {
    let all = requirement.days().into_iter().flatten();
    all.filter(move |day| focus.day.is_none_or(|only| only == *day))
}

fn row(number: i64, unit: &UnitStatus, campaign: &Campaign, focus: Focus<'_>) -> Vec<Cell> {
    let group = campaign.group_title(&unit.group);
    let mut row = vec![Cell::Count(number), text(&unit.unit), text(group), text(&unit.city)];
    for requirement in focus.requirements(campaign) {
        let own = unit.requirements.iter().filter(|own| own.id == requirement.id);
        let cells: Vec<Cell> = own.flat_map(|own| cells(own, requirement, campaign)).collect();
        let wanted = match requirement.when {
            When::By { .. } => requirement.items.len() + 3,
            When::EachDay { .. } => days(requirement, focus).count(),
        };
        row.extend(cells.into_iter().chain(std::iter::repeat(text("–"))).take(wanted));
    }
    row.push(Cell::count(unit.reminded(focus.requirement.map(|one| one.id.as_str()))));
    row
}

fn cells(own: &RequirementStatus, requirement: &Requirement, campaign: &Campaign) -> Vec<Cell> {
    let mut cells =
        vec![text(format!("{} {}", sign(own.standing), standing_word(own.standing, own.lacking())))];
    if matches!(requirement.when, When::By { .. }) {
        cells.extend(own.items.iter().map(|item| text(item_sign(item.state))));
        for moment in [&own.first_at, &own.complete_at] {
            let at = moment.as_ref().and_then(|at| at.parse().ok());
            cells.push(at.map_or_else(|| text("–"), |at| Cell::Moment(campaign.local(at))));
        }
    }
    cells
}
