//! Words of the 报送情况表, which is sent on: for cells and for how a unit stands. The page has shorter ones and signs.

use jiff::Timestamp;

use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::obligation::Standing;
use crate::domain::submission::ItemState;
use crate::report::status::RequirementStatus;

/// What the signs in the cells mean; below each table.
pub(super) const LEGEND: &str = "注：√为已收；缺为未收；不计为来件不合要求，视同未收；待补正为已收但需更正；\
    待核为待人工认定；零为零报告；免为免报。以邮件到达时间为准。";

/// Word of an item in a cell.
pub(super) fn item_word(state: ItemState, standing: Standing) -> &'static str {
    match state {
        ItemState::Accepted => "√",
        ItemState::Flawed => "待补正",
        ItemState::Rejected => "不计",
        ItemState::Review => "待核",
        ItemState::Missing if standing == Standing::Nil => "零",
        ItemState::Missing => "缺",
        ItemState::Exempt => "免",
    }
}

/// How an obligation stands, in the words of a report: on time, within the days by which its date was moved, late.
pub(super) fn report_word(
    status: &RequirementStatus,
    requirement: &Requirement,
    campaign: &Campaign,
) -> &'static str {
    match status.standing {
        Standing::Complete => match (moment(status.complete_at.as_ref()), requirement.when) {
            (Some(at), When::By { on_time_through, .. }) if at >= campaign.end_of(on_time_through) => {
                "延期内报齐"
            }
            (Some(at), When::By { nominal, .. }) if at >= campaign.end_of(nominal) => "顺延期内报齐",
            _ => "按时报齐",
        },
        Standing::CompleteLate => "逾期报齐",
        Standing::Partial | Standing::OverduePartial => "部分报送",
        Standing::Open | Standing::Overdue => "未报送",
        Standing::Nil => "零报告",
        Standing::Exempt => "免报",
        Standing::Review => "待核",
        Standing::NotOpen => "未开始",
    }
}

/// What is said of a day without files.
pub(super) fn day_word(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Nil => Some("零"),
        Standing::Exempt => Some("免"),
        Standing::Review => Some("待核"),
        Standing::Overdue => Some("缺"),
        _ => None,
    }
}

/// A moment as the status has it.
pub(super) fn moment(rfc3339: Option<&String>) -> Option<Timestamp> {
    rfc3339?.parse().ok()
}
