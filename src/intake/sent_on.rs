//! A unit's files that came by a detour: a colleague sends on from our own address what a unit gave him by other ways, a
//! server marks what it passes on as an automatic answer. What would count is shown to a person; left alone it would be lost,
//! and its unit chased for it.

use super::judge::Case;
use crate::domain::message::{MessageKind, PartState};
use crate::store::Registration;

/// Why a person must say whether a mail from our own address, or of a machine, is a unit's material.
pub(super) const SENT_ON: &str = "来件由本处邮箱或自动程序发出，却附有像是单位报送的材料，请认定是否报送";

/// Whether a mail that a machine or this office seems to have written may be such. What the program itself wrote never is.
pub(super) fn may_be_sent_on(case: Case, kind: MessageKind, has_files: bool) -> bool {
    matches!(kind, MessageKind::Own | MessageKind::AutoReply)
        && (has_files || !case.facts.links.is_empty())
        && !case.facts.header.message_id.starts_with("<shouwen.")
}

/// Whether something of a mail would count for a unit if a person says so.
pub(super) fn brings_material(registration: &Registration) -> bool {
    let filings = registration.parts.iter().flat_map(|part| &part.filings).chain(&registration.loose);
    registration.review.is_some() && filings.into_iter().any(|filing| filing.state == PartState::Review)
}
