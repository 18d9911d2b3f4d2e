//! Who signs a page below its table, and when. A label with a name or a day beside it looks like one more row of the table, and
//! was sent back as a school that filled nothing in.

use super::lines::{has_a_figure, is_name_alone, says_nothing, unit_text};
use super::read::Row;
use super::words::{PLACE_ENDS, UNIT_KINDS};
use crate::domain::template::Template;

/// What says when a form was filled in, sent, printed or taken from a system: no day of what its figures are of.
pub const FILLED_LABELS: &[&str] = &[
    "填报日期",
    "填报时间",
    "填表日期",
    "填表时间",
    "制表日期",
    "制表时间",
    "报送日期",
    "报送时间",
    "上报日期",
    "上报时间",
    "打印日期",
    "打印时间",
    "导出日期",
    "导出时间",
    "生成日期",
    "生成时间",
    "下载日期",
    "下载时间",
];

/// What says who filled the form in; and 日期 alone.
const FILLER_LABELS: &[&str] = &[
    "填报人",
    "填表人",
    "制表人",
    "制表",
    "审核",
    "经办人",
    "审核人",
    "负责人",
    "单位负责人",
    "联系电话",
    "电话",
    "日期",
    "填报",
    "填表",
    "校对",
    "校核",
    "复核",
    "审定",
    "审批人",
    "签发",
    "统计人",
    "统计员",
    "编制人",
    "报送人",
    "上报人",
    "录入人",
    "主管领导",
    "分管领导",
    "单位领导",
    "领导签字",
    "签字",
    "签名",
    "盖章",
];

/// Below the rows of a table a name that ends so, with words and no figures beside it, is that of one who signs, and when.
pub const SIGNED_ENDINGS: &[&str] = &[
    "人", "人员", "员", "领导", "局长", "校长", "院长", "主任", "科长", "处长", "书记", "签字", "签名",
    "签章", "盖章", "公章", "审核", "复核", "校对", "审批", "时间", "日期", "来源", "口径", "依据", "截至",
    "截止", "范围",
];

/// The label of one who signs is no longer (characters): 单位负责人签字.
const SIGNED_CHARS: usize = 8;

/// The labels of who signs, and when.
pub(super) fn signs() -> impl Iterator<Item = &'static str> {
    FILLER_LABELS.iter().chain(FILLED_LABELS).copied()
}

/// Whether what stands below the rows is the foot of the page: nothing, who signs it, or what is said of it. Below the sum of all
/// (`is_summed`) no row without figures is one of the table, unless a unit is named.
pub(super) fn is_foot(template: &Template, row: &Row, is_summed: bool) -> bool {
    let name = unit_text(template, row);
    let is_unit = || UNIT_KINDS.iter().chain(PLACE_ENDS).any(|end| name.ends_with(end));
    let is_told = || is_summed && !is_name_alone(template, row) && !has_a_figure(template, row) && !is_unit();
    says_nothing(template, row) || is_signature(template, row) || is_told()
}

/// Whether a row says who signs the page, and when: 校对 | 甲一, 制表时间 | 2026-05-16, 制表 甲一 | 2026-05-16. A unit may be called
/// 审核中心.
fn is_signature(template: &Template, row: &Row) -> bool {
    let name = unit_text(template, row);
    let name = name.trim_end_matches(':');
    let begins = || {
        let is_unit = UNIT_KINDS.iter().any(|kind| name.ends_with(kind));
        !is_unit && signs().any(|label| name.starts_with(label))
    };
    !is_name_alone(template, row)
        && !has_a_figure(template, row)
        && name.chars().count() <= SIGNED_CHARS
        && (SIGNED_ENDINGS.iter().any(|end| name.ends_with(end)) || begins())
}

/// Whether a name is the label of a moment, whatever figure stands beside it: 填报日期 | 20260305.
pub(super) fn is_moment(template: &Template, row: &Row) -> bool {
    let name = unit_text(template, row);
    let name = name.trim_end_matches(':');
    FILLED_LABELS.contains(&name) || name == "日期"
}
