//! Who may send what to this office, and where it goes instead: plans of a school that reports through its city, and
//! material that another office gathers. Which groups those are is said by the campaign (`[[route]]`).

use crate::domain::campaign::Campaign;
use crate::domain::message::PartState;
use crate::domain::submission::{Flaw, Level};
use crate::domain::unit::Unit;

/// What becomes of material that is not taken from the unit's group, and what to tell it. What belongs to another
/// office went to the wrong mailbox (`rejected`); what reports through another unit is kept as reference (`extra`).
pub fn refused(campaign: &Campaign, unit: &Unit, requirement_title: &str) -> (PartState, Flaw) {
    let flaw =
        |code: &str, text| Flaw { code: code.to_owned(), place: String::new(), text, level: Level::Info };
    if let Some(route) = campaign.route(&unit.group).filter(|route| !route.instead.is_empty()) {
        let address =
            if route.address.is_empty() { String::new() } else { format!("（{}）", route.address) };
        return (PartState::Rejected, flaw("WRONG_BOX", format!("发错邮箱：{}{address}", route.instead)));
    }
    if let Some(parent) = &unit.parent {
        let text = format!("“{requirement_title}”请经{parent}审核汇总后报送；此件留作参考，不计入其报送");
        return (PartState::Extra, flaw("WRONG_ROUTE", text));
    }
    let group = campaign.group_title(&unit.group);
    let text = format!("“{requirement_title}”不由{group}报送至本处，请按通知规定的部门和邮箱报送");
    (PartState::Rejected, flaw("WRONG_BOX", text))
}

/// What a group is told when its material is welcome here: `；请同时报送人力资源社会保障部门`.
pub fn hint(campaign: &Campaign, unit: &Unit) -> String {
    let also = campaign.route(&unit.group).map(|route| route.also.as_str()).filter(|also| !also.is_empty());
    also.map_or_else(String::new, |also| format!("；{also}"))
}
