//! 报送情况: the status as what an office prints and sends. Which columns there are follows from the campaign's
//! requirements; nothing of a particular notice is known here.

mod bulletin;
mod daily;
mod flaws;
mod missing;
mod words;

use jiff::civil::{Date, DateTime};

pub use bulletin::{bulletin, nearest};
pub use flaws::flaw_book;
pub(super) use flaws::is_asked;
pub use missing::missing_book;

use super::book::{Book, Sheet};
use super::grid::{Cell, Grid, text, words as headings};
use super::remarks::Remarks;
use super::status::{RequirementStatus, Status, UnitStatus};
use super::text::deadline;
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;
use words::{LEGEND, item_word, moment, report_word};

/// What of a status is asked for, beside the units that are left in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Focus<'a> {
    /// One requirement; none: all.
    pub requirement: Option<&'a Requirement>,
    /// One day of it.
    pub day: Option<Date>,
    /// By which the units were chosen, in words; empty for all units.
    pub conditions: &'a str,
}

impl<'a> Focus<'a> {
    /// The requirements that are shown.
    pub(super) fn requirements(&self, campaign: &'a Campaign) -> Vec<&'a Requirement> {
        match self.requirement {
            Some(one) => vec![one],
            None => campaign.requirements.iter().collect(),
        }
    }
}

/// The moment a status is about, at the campaign's place.
pub(super) fn as_of(status: &Status, campaign: &Campaign) -> DateTime {
    let moment = status.as_of.parse().unwrap_or_default();
    campaign.local(moment)
}

/// 报送情况表: a sheet for each requirement and group of units in the official order, one for daily material, and what
/// there is to know.
pub fn status_book(status: &Status, campaign: &Campaign, focus: Focus<'_>, remarks: &Remarks) -> Book {
    let mut sheets = tables(status, campaign, focus, remarks, true);
    sheets.push(about(status, campaign, focus));
    let what = match focus.requirement.map(|requirement| requirement.when) {
        Some(When::EachDay { .. }) => "每日材料统计",
        _ => "材料报送情况",
    };
    Book::new(campaign, as_of(status, campaign), what, sheets)
}

/// The same as it is shown on a terminal: without what there is to know, and days in short.
pub fn status_tables(status: &Status, campaign: &Campaign, focus: Focus<'_>, remarks: &Remarks) -> Book {
    let sheets = tables(status, campaign, focus, remarks, false);
    Book::new(campaign, as_of(status, campaign), "材料报送情况", sheets)
}

fn tables(
    status: &Status,
    campaign: &Campaign,
    focus: Focus<'_>,
    remarks: &Remarks,
    by_kind: bool,
) -> Vec<Sheet> {
    let requirements = focus.requirements(campaign);
    let single =
        requirements.iter().filter(|requirement| matches!(requirement.when, When::By { .. })).count() < 2;
    let mut sheets = Vec::new();
    for requirement in requirements {
        match requirement.when {
            When::By { .. } => {
                for group in &requirement.groups {
                    let name = campaign.group_title(group);
                    let of = if single { name.to_owned() } else { format!("{name}　{}", requirement.title) };
                    let sheet = block(status, campaign, (requirement, group), focus, remarks);
                    sheets.extend(sheet.map(|sheet| Sheet { name: of, ..sheet }));
                }
            }
            When::EachDay { .. } => {
                sheets.extend(daily::sheet(status, campaign, requirement, focus, by_kind))
            }
        }
    }
    sheets
}

/// 「2023年…材料报送情况（截至5月11日17:00）」.
fn title(status: &Status, campaign: &Campaign, what: &str) -> String {
    format!("{}{what}（截至{}）", campaign.short, chinese::plain_moment(as_of(status, campaign)))
}

/// One group of units in one requirement; none where it has no unit here.
fn block(
    status: &Status,
    campaign: &Campaign,
    (requirement, group): (&Requirement, &str),
    focus: Focus<'_>,
    remarks: &Remarks,
) -> Option<Sheet> {
    let units: Vec<&UnitStatus> = status.units.iter().filter(|unit| unit.group == group).collect();
    let mut head = headings(&["序号", "单位"]);
    head.extend(requirement.items.iter().map(|item| item.title.clone()));
    head.extend(headings(&["首次报送", "报齐时间", "状态", "催报次数", "备注"]));
    let mut grid = Grid::of(head);
    grid.widths =
        [5, 30].into_iter().chain(requirement.items.iter().map(|_| 13)).chain([14, 14, 13, 9, 24]).collect();
    for unit in units.iter() {
        let Some(own) = unit.requirements.iter().find(|own| own.id == requirement.id) else { continue };
        let remark = remarks.of(&unit.code, &[&requirement.id]);
        grid.rows.push(row(grid.rows.len() + 1, unit, own, requirement, campaign, remark));
    }
    if grid.rows.is_empty() {
        return None;
    }
    let mut notes = vec![LEGEND.to_owned()];
    notes.extend(bulletin::without_anything(status, campaign, requirement, group));
    Some(Sheet {
        title: title(status, campaign, "材料报送情况"),
        lead: bulletin::lead(status, campaign, requirement, &[group], focus),
        grid,
        notes,
        is_signed: true,
        ..Sheet::default()
    })
}

fn row(
    number: usize,
    unit: &UnitStatus,
    own: &RequirementStatus,
    requirement: &Requirement,
    campaign: &Campaign,
    remark: String,
) -> Vec<Cell> {
    let mut row = vec![Cell::count(number), text(&unit.unit)];
    row.extend(own.items.iter().map(|item| text(item_word(item.state, own.standing))));
    for at in [&own.first_at, &own.complete_at] {
        row.push(moment(at.as_ref()).map_or_else(|| text("–"), |at| Cell::Moment(campaign.local(at))));
    }
    row.push(text(report_word(own, requirement, campaign)));
    row.push(Cell::count(own.reminded));
    row.push(text(remark));
    row
}

/// What there is to know about the figures: the whole report in sentences, and how fresh it is.
fn about(status: &Status, campaign: &Campaign, focus: Focus<'_>) -> Sheet {
    let mut grid = Grid::of(headings(&["事项", "说明"]));
    grid.widths = vec![24, 100];
    let mut line = |what: &str, said: String| grid.rows.push(vec![text(what), text(said)]);
    line("报送任务", campaign.title.clone());
    line("通知", campaign.notice.clone());
    line("截至", chinese::full_moment(as_of(status, campaign)));
    line("收信", freshness(status, campaign));
    if !focus.conditions.is_empty() {
        line("只列", focus.conditions.to_owned());
    }
    for requirement in focus.requirements(campaign) {
        line(&requirement.title, format!("{}。", deadline(requirement)));
        line("", bulletin::paragraph(status, campaign, requirement, focus));
    }
    let waiting = &status.waiting;
    let waits = format!(
        "未识别单位的来件{}封，待认定{}封，待处理{}封，可能影响以上数字。",
        waiting.unassigned, waiting.review, waiting.parked
    );
    line("待办", waits);
    line("用字", LEGEND.trim_start_matches("注：").to_owned());
    Sheet {
        name: "说明".to_owned(),
        title: title(status, campaign, "材料报送情况说明"),
        grid,
        ..Sheet::default()
    }
}

/// How fresh the figures are, in words.
fn freshness(status: &Status, campaign: &Campaign) -> String {
    let last = moment(status.last_scan.as_ref()).map(|at| chinese::full_moment(campaign.local(at)));
    match (status.fresh, last) {
        (true, Some(last)) => format!("正常，最近一次完整收取{last}。"),
        (true, None) => "正常。".to_owned(),
        (false, Some(last)) => format!("收信截至{last}，以后的来件可能没有计入。"),
        (false, None) => "从未完整收取，以上情况可能不全。".to_owned(),
    }
}
