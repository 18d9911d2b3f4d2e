//! Who may send what to this office, and where it goes instead: plans of a school that reports through its city, and
//! material of technician colleges, which the labour authorities gather.

use super::words::ROUTE_HINTS;
use crate::domain::message::PartState;
use crate::domain::unit::Unit;

/// What becomes of material that is not taken from the unit's group, and what to tell it. What reports through
/// another unit is kept as reference (`extra`); the rest went to the wrong office (`rejected`).
pub fn refused(unit: &Unit, group_title: &str, requirement_title: &str) -> (PartState, String) {
    if let Some(parent) = &unit.parent {
        let why = format!("“{requirement_title}”请经{parent}审核汇总后报送；此件留作参考，不计入其报送");
        return (PartState::Extra, why);
    }
    let place = ROUTE_HINTS.iter().find(|(word, ..)| group_title.contains(word));
    let why = place.map_or_else(
        || format!("“{requirement_title}”不由{group_title}报送至本处，请按通知规定的部门和邮箱报送"),
        |(_, instead, _)| format!("发错邮箱：{instead}"),
    );
    (PartState::Rejected, why)
}

/// What a group is told when its material is welcome here.
pub fn hint(group_title: &str) -> &'static str {
    ROUTE_HINTS.iter().find(|(word, ..)| group_title.contains(word)).map_or("", |(_, _, also)| also)
}
