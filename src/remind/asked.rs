//! What units asked or said instead of sending: 已报, 申请延期. It holds nobody, so whoever releases a batch reads it first, and
//! the morning paper tells it until somebody noted the answer.

use crate::domain::campaign::Campaign;
use crate::store::PendingMail;

/// Mails named before they are only counted.
const MOST_NAMED: usize = 20;

/// 「来件#2（某学院）、来件#5」, the oldest first.
pub(super) fn named(campaign: &Campaign, questions: &[PendingMail]) -> String {
    let one = |row: &PendingMail| {
        let unit = row.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
        let of = unit.map(|unit| format!("（{}）", unit.name)).unwrap_or_default();
        format!("来件#{}{of}", row.id)
    };
    let more = if questions.len() > MOST_NAMED { "等" } else { "" };
    questions.iter().take(MOST_NAMED).map(one).collect::<Vec<_>>().join("、") + more
}

/// What stands above a batch; none where nothing is open.
pub(super) fn note(campaign: &Campaign, questions: &[PendingMail]) -> Option<String> {
    let (count, named) = (questions.len(), named(campaign, questions));
    (count > 0)
        .then(|| format!("{count}封咨询或说明（如已报、申请延期）待答复，不影响催报，请先阅读：{named}"))
}
