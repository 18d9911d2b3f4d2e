//! 未报送名单: who still owes what, to telephone down or to send to whom it concerns. Telephones are not in it.

use super::bulletin::lacking;
use super::{Focus, as_of, title};
use crate::domain::campaign::{Campaign, When};
use crate::domain::chinese;
use crate::domain::obligation::Standing;
use crate::domain::submission::ItemState;
use crate::report::book::{Book, Sheet};
use crate::report::grid::{Cell, Grid, text, words as headings};
use crate::report::remarks::Remarks;
use crate::report::status::{Status, UnitStatus};

/// The list of those that are left in `status`, each with what it lacks.
pub fn missing_book(status: &Status, campaign: &Campaign, focus: Focus<'_>, remarks: &Remarks) -> Book {
    let mut grid = Grid::of(headings(&["序号", "单位", "类别", "缺项", "催报次数", "最近联系", "备注"]));
    grid.widths = vec![5, 28, 22, 40, 8, 15, 18];
    let requirements: Vec<&str> = focus.requirements(campaign).iter().map(|r| r.id.as_str()).collect();
    for unit in &status.units {
        let owed = owed(unit, campaign, focus);
        if owed.is_empty() {
            continue;
        }
        grid.rows.push(vec![
            Cell::count(grid.rows.len() + 1),
            text(&unit.unit),
            text(campaign.group_title(&unit.group)),
            text(
                owed.join("；")
                    + if unit.may_have_sent {
                        "（有来件待核，办完以前请勿催报）"
                    } else {
                        ""
                    },
            ),
            Cell::count(unit.reminded(focus.requirement.map(|one| one.id.as_str()))),
            text(remarks.last_contact(campaign, &unit.code).unwrap_or_else(|| "–".to_owned())),
            text(remarks.of(&unit.code, &requirements)),
        ]);
    }
    let stage = focus.requirement.map_or_else(|| "全部材料".to_owned(), |one| one.title.clone());
    let lead = match grid.rows.len() {
        0 => format!("{stage}：没有未报齐的单位。"),
        some => format!("{stage}：共{some}个单位未报齐。"),
    };
    let sheet = Sheet {
        name: "未报送名单".to_owned(),
        title: title(status, campaign, "未报送名单"),
        lead,
        grid,
        is_upright: true,
        is_signed: true,
        ..Sheet::default()
    };
    Book::new(campaign, as_of(status, campaign), "未报送名单", vec![sheet])
}

/// What a unit owes, requirement by requirement; days in one.
fn owed(unit: &UnitStatus, campaign: &Campaign, focus: Focus<'_>) -> Vec<String> {
    let mut owed = Vec::new();
    for requirement in focus.requirements(campaign) {
        let open = unit.requirements.iter().filter(|own| own.id == requirement.id);
        let open = open.filter(|own| !own.standing.is_done() && own.standing != Standing::NotOpen);
        let open: Vec<_> = open.collect();
        match requirement.when {
            When::By { .. } => {
                for own in open {
                    let items = lacking(own, requirement);
                    let waits = own.items.iter().any(|item| item.state == ItemState::Review);
                    let waits = if waits { "（另有待核）" } else { "" };
                    owed.push(match items.len() {
                        0 => format!("{}待核", requirement.title),
                        _ => format!("{}{waits}", items.join("、")),
                    });
                }
            }
            When::EachDay { .. } => {
                let days: Vec<_> = open.iter().filter_map(|own| own.day).collect();
                if !days.is_empty() {
                    owed.push(format!("{}的{}", chinese::days(&days), requirement.title));
                }
            }
        }
    }
    owed
}
